"""The two scaling vectors of RAS: found by turns, then by Newton's method where turns are slow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from iomodel.accounts import Array
from iomodel.progress import Say, shown

WATCHED = 10
NEAR = 40
NEWTON_STEPS = 100
FORMED = 300
LARGEST_FORMED = 3000
PRODUCTS = 500
LOOSE = 0.05
PANEL = 2**16
RIDGE = 1e-13
SUFFICIENT = 1e-4
ROUNDING = 1e-14
HALVINGS = 60
VANISHING = 1e-6

Solver = Callable[["Point", int], tuple[Array, int]]


@dataclass(frozen=True)
class Run:
    """Where the search stopped: diag(r) Z0 diag(s) misses its worst margin by `residual`.

    `iterations` counts turns, and the products and trial points of Newton's method, each of which
    reads the matrix as a turn does (a step for which a system is formed counts as one).  `step` is
    what Newton's method would change next in the logarithms of the multipliers: small at a
    solution, never small on the way to a limit in which cells vanish (0 where turns sufficed).
    """

    r: Array
    s: Array
    iterations: int
    residual: float
    step: float = 0.0


def scaled(prior: Array, u: Array, v: Array, tolerance: float, max_iterations: int) -> Run:
    """r and s for which diag(r) prior diag(s) has margins u and v, all of them positive.

    Rows and columns are scaled by turns, which is all that most tables need.  Nearly separate
    blocks can take thousands of turns: where the pace of the last ones promises more than 40 to
    come, Newton's method takes over, on the dual of sum z ln(z / z0) with one side eliminated.
    It only multiplies by the matrix (conjugate gradients); its n x n system is formed where that
    is cheaper, or where products do not get there.
    """
    with shown("Balancing") as say:
        return _settled(prior, u, v, tolerance, max_iterations, say)


def _settled(
    prior: Array, u: Array, v: Array, tolerance: float, max_iterations: int, say: Say
) -> Run:
    """By turns while they are quick, then by Newton's method."""
    run, slow = _by_turns(prior, u, v, tolerance, max_iterations, say)
    small = min(prior.shape)
    if run.residual <= tolerance or not slow:
        return run
    if small > FORMED:
        most = run.iterations + PRODUCTS if small <= LARGEST_FORMED else max_iterations
        products = _by_products(prior, u, v)
        run = _newton(prior, u, v, tolerance, min(most, max_iterations), run, products, say)
        if run.residual <= tolerance or small > LARGEST_FORMED:
            return run
    most = min(max_iterations, run.iterations + NEWTON_STEPS)
    if len(v) <= len(u):
        return _newton(prior, u, v, tolerance, most, run, _by_factors(prior, u, v), say)
    across = np.ascontiguousarray(prior.T)
    # the sides change places, and the rows of the turned matrix have to be met first
    other = replace(run, r=v / (run.r @ prior), s=run.r)
    done = _newton(across, v, u, tolerance, most, other, _by_factors(across, v, u), say)
    return replace(done, r=done.s, s=done.r)


def vanished(
    rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp], ratio: Array
) -> npt.NDArray[np.bool_]:
    """Which cells shrank to nothing beside the others of their row and of their column.

    `ratio` is each cell after, over before; where no solution keeps all cells, some go to zero.
    """
    most_of_row = np.zeros(int(rows.max(initial=-1)) + 1)
    most_of_column = np.zeros(int(columns.max(initial=-1)) + 1)
    np.maximum.at(most_of_row, rows, ratio)
    np.maximum.at(most_of_column, columns, ratio)
    gone: npt.NDArray[np.bool_] = ratio < VANISHING * np.minimum(
        most_of_row[rows], most_of_column[columns]
    )
    return gone


def _pass(
    prior: Array, s: Array, turned: Callable[[Array, slice], Array]
) -> tuple[Array, Array, Array]:
    """Z0 s, r = turned(Z0 s) and r'Z0, the matrix read once: a panel of rows at a time."""
    rows, n = prior.shape
    reached, r, columns = np.empty(rows), np.empty(rows), np.zeros(n)
    height = max(PANEL // max(n, 1), 8)
    for start in range(0, rows, height):
        panel, at = prior[start : start + height], slice(start, start + height)
        reached[at] = panel @ s
        r[at] = turned(reached[at], at)
        columns += r[at] @ panel
    return reached, r, columns


def _met(u: Array) -> Callable[[Array, slice], Array]:
    """The multipliers with which the rows are met."""
    return lambda reached, at: u[at] / reached


def _by_turns(
    prior: Array, u: Array, v: Array, tolerance: float, most: int, say: Say
) -> tuple[Run, bool]:
    """Scale rows, then columns, until the rows still stand; and whether that is slow."""
    r, s = np.ones(len(u)), np.ones(len(v))
    residual = max(_gap(prior @ s, u), _gap(r @ prior, v))
    gaps, iterations = [residual], 0
    while residual > tolerance and iterations < most:
        with np.errstate(all="ignore"):  # what has no solution may overflow: tested just below
            reached, next_r, columns = _pass(prior, s, _met(u))
            if iterations:
                residual = _gap(r * reached, u)
                gaps.append(residual)
                if residual <= tolerance:
                    break
            next_s = v / columns
        if not (_sound(next_r) and _sound(next_s)):
            break
        if len(gaps) % WATCHED == 0 and _to_come(gaps, tolerance) > NEAR:
            return Run(r, s, iterations, residual), True
        r, s = next_r, next_s
        iterations += 1
        say(f"{iterations} passes, {residual:.1e} left")
    else:
        residual = max(_gap(r * (prior @ s), u), _gap(s * (r @ prior), v))
    return Run(r, s, iterations, residual), False


def _to_come(gaps: list[float], tolerance: float) -> float:
    """How many turns more at the pace of the last ones."""
    pace = (gaps[-1] / gaps[-WATCHED]) ** (1 / (WATCHED - 1))
    return float(np.log(tolerance / gaps[-1]) / np.log(pace)) if 0 < pace < 1 else np.inf


@dataclass(frozen=True)
class Point:
    """The dual at s: h = u'ln(Z0 s) - v'ln s, where r meets the rows exactly."""

    r: Array
    s: Array
    columns: Array
    value: float


def _at(prior: Array, u: Array, v: Array, log_s: Array) -> Point | None:
    """The dual at these multipliers, or None where they are beyond what floats can hold."""
    with np.errstate(all="ignore"):
        s = np.exp(log_s - log_s.mean())
        reached, r, columns = _pass(prior, s, _met(u))
        value = float(u @ np.log(reached) - v @ np.log(s))
    if not (_sound(r) and _sound(s) and _sound(columns) and np.isfinite(value)):
        return None
    return Point(r, s, s * columns, value)


def _newton(
    prior: Array,
    u: Array,
    v: Array,
    tolerance: float,
    most: int,
    run: Run,
    solve: Solver,
    say: Say,
) -> Run:
    """Descend the convex dual from where the turns stopped, `most` iterations in all."""
    point = _at(prior, u, v, np.log(run.s))
    if point is None:
        return run
    last, used = False, run.iterations + 1
    while True:
        gap = _gap(point.columns, v)
        step, products = solve(point, most - used)
        used += products
        size = float(np.abs(step).max(initial=0.0))
        run = Run(point.r, point.s, used, gap, size)
        say(f"{used} passes, {gap:.1e} left")
        if last or not np.isfinite(size) or used >= most:
            return run
        last = gap <= tolerance  # one step more takes what the tolerance has left
        lower, trials = _descended(prior, u, v, point, step)
        used += trials
        if lower is None or (last and not _gap(lower.columns, v) < gap):
            return replace(run, iterations=used)
        point = lower


def _by_products(prior: Array, u: Array, v: Array) -> Solver:
    """Newton steps by conjugate gradients: a product with the Hessian reads the matrix once."""

    member = _blocks(prior)

    def solve(point: Point, most: int) -> tuple[Array, int]:
        s, diagonal, weight = point.s, point.columns, point.r**2 / u
        # totals of a block that differ in the last digit ask for what no step can give
        step, left = np.zeros(len(v)), v - point.columns
        left = left - diagonal * _means(left, diagonal, member)
        along = left / diagonal
        size = first = float(left @ along)
        used = 0
        while used < most and size > LOOSE**2 * first:
            used += 1
            _, _, back = _pass(prior, s * along, lambda reached, at: weight[at] * reached)
            image = diagonal * along - s * back
            curvature = float(along @ image)
            if not curvature > 0:  # what is left is rounding
                break
            step = step + size / curvature * along
            left = left - size / curvature * image
            before, size = size, float(left @ (left / diagonal))
            along = left / diagonal + size / before * along
        return step - _means(step * diagonal, diagonal, member), used

    return solve


def _by_factors(prior: Array, u: Array, v: Array) -> Solver:
    """Newton steps from the factors of the Hessian, less their mean in each block of columns.

    (A shift of a whole block changes nothing.)  Not a number where the multipliers have gone too
    far to solve.
    """
    member = _blocks(prior)

    def solve(point: Point, most: int) -> tuple[Array, int]:
        Z = point.r[:, None] * prior * point.s
        root = 1 / np.sqrt(point.columns)
        hessian = -Z.T @ (Z / u[:, None]) * root * root[:, None]
        hessian[np.diag_indices(len(v))] += 1 + RIDGE
        try:
            step: Array = root * cho_solve(cho_factor(hessian), root * (v - point.columns))
        except (LinAlgError, ValueError):  # ValueError: something is not finite
            return np.full(len(v), np.nan), 1
        return step - _means(step * point.columns, point.columns, member), 1

    return solve


def _descended(
    prior: Array, u: Array, v: Array, point: Point, step: Array
) -> tuple[Point | None, int]:
    """The Newton step, halved until the dual falls enough, and how many were tried."""
    fall, scale = float(step @ (v - point.columns)), float(v.sum())
    for halvings in range(HALVINGS):
        length = 0.5**halvings
        candidate = _at(prior, u, v, np.log(point.s) + length * step)
        enough = point.value - SUFFICIENT * length * fall + ROUNDING * scale
        if candidate is not None and candidate.value <= enough:
            return candidate, halvings + 1
    return None, HALVINGS


def _blocks(prior: Array) -> npt.NDArray[np.intp]:
    """Which block of columns, sharing rows, each column belongs to."""
    m, n = prior.shape
    near = np.zeros(n)
    near[0] = 1.0
    for _ in range(2):  # most matrices hang together, which two products show
        near = ((prior @ near > 0).astype(np.float64) @ prior > 0).astype(np.float64)
    if near.all():
        return np.zeros(n, dtype=np.intp)
    i, j = np.nonzero(prior)
    links = csr_array((np.ones(len(i)), (i, m + j)), shape=(m + n, m + n))
    member: npt.NDArray[np.intp] = connected_components(links, directed=False)[1][m:]
    return member


def _means(values: Array, weights: Array, member: npt.NDArray[np.intp]) -> Array:
    """The sum of the values over that of the weights in each block, for every column."""
    means: Array = (np.bincount(member, values) / np.bincount(member, weights))[member]
    return means


def _gap(reached: Array, target: Array) -> float:
    return float((np.abs(reached - target) / target).max(initial=0.0))


def _sound(values: Array) -> bool:
    return bool(np.isfinite(values).all() and values.min(initial=1.0) > 0)
