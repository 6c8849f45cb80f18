"""The two scaling vectors of RAS: found by turns, then by Newton's method where turns are slow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from iomodel.accounts import Array
from iomodel.balance.mixing import Turns
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
SETTLED = 1e-2
MORE = 5  # steps of Newton's method beyond the tolerance
LEAP = 3.0  # in the logarithm of a multiplier: no model of where things lead holds beyond it

Solver = Callable[["Point", int], tuple[Array, int]]


@dataclass(frozen=True)
class Run:
    """Where the search stopped: diag(r) Z0 diag(s) misses its worst margin by `residual`.

    `iterations` counts turns, and the products and trial points of Newton's method, each of which
    reads the matrix as a turn does (a step for which a system is formed counts as one).  `step` is
    what Newton's method would change next in the logarithms of the multipliers: small at a
    solution, never small on the way to a limit in which cells vanish.
    """

    r: Array
    s: Array
    iterations: int
    residual: float
    step: float = 0.0


def scaled(
    prior: Array,
    u: Array,
    v: Array,
    tolerance: float,
    max_iterations: int,
    sums: tuple[Array, Array] | None = None,
) -> Run:
    """r and s for which diag(r) prior diag(s) has margins u and v, all of them positive.

    `sums` are the row and column sums of `prior`, where they are known.

    Rows and columns are scaled by turns, each of which also learns from the last ones where they
    lead (Anderson), which is all that most tables need.  Where the pace of the last ones promises
    more than 40 to come, Newton's method takes over, on the dual of sum z ln(z / z0) with one side
    eliminated.  It only multiplies by the matrix (conjugate gradients); its n x n system is formed
    where that is cheaper, or where products do not get there.
    """
    rows, columns = looked_at(prior)[:2] if sums is None else sums
    with shown("Balancing") as say:
        if prior.flags.c_contiguous:
            return _settled(prior, u, v, (rows, columns), tolerance, max_iterations, say)
        # stored by columns, as pandas does: the sides change places and nothing is copied
        across, other = np.ascontiguousarray(prior.T), (columns, rows)
        done = _settled(across, v, u, other, tolerance, max_iterations, say)
        return replace(done, r=done.s, s=done.r)


def _settled(
    prior: Array,
    u: Array,
    v: Array,
    sums: tuple[Array, Array],
    tolerance: float,
    max_iterations: int,
    say: Say,
) -> Run:
    """By turns while they are quick, then by Newton's method; which also judges what turns found
    where cells may be on their way to zero."""
    run, slow = _by_turns(prior, u, v, sums, tolerance, max_iterations, say)
    met = run.residual <= tolerance
    if not slow and not (met and _doubtful(run, tolerance)):
        return run
    done = _by_newton(prior, u, v, tolerance, max_iterations, run, say)
    return replace(run, step=done.step) if met and done.residual > tolerance else done


def _by_newton(
    prior: Array, u: Array, v: Array, tolerance: float, max_iterations: int, run: Run, say: Say
) -> Run:
    """From where turns stopped: by products, by factors where these are cheap or have to help."""
    small = min(prior.shape)
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


def _doubtful(run: Run, tolerance: float) -> bool:
    """Whether turns may have met the margins on the way to a limit in which cells vanish.

    A cell vanishes beside others of its row and of its column: multipliers of both sides drift
    apart, and the step that the last turns ask for stays long.
    """
    if run.step > SETTLED:
        return True
    spread = [side.min(initial=1.0) / side.max(initial=1.0) for side in (run.r, run.s)]
    return bool(max(spread) < max(VANISHING, 100 * tolerance))


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


def looked_at(prior: Array) -> tuple[Array, Array, float]:
    """Row sums, column sums and the smallest cell (0 at most), the matrix read once."""
    if not prior.flags.c_contiguous:
        columns, rows, least = looked_at(np.ascontiguousarray(prior.T))
        return rows, columns, least
    rows, columns, least = np.empty(len(prior)), np.zeros(prior.shape[1]), 0.0
    ones = np.ones(max(prior.shape))
    with np.errstate(all="ignore"):  # what is not finite is for the caller to name
        for at in _panels(prior):
            panel = prior[at]
            least = min(least, float(panel.min(initial=0.0)))
            rows[at] = panel @ ones[: len(columns)]
            columns += ones[: len(panel)] @ panel
    return rows, columns, least


def _panels(prior: Array) -> Iterator[slice]:
    """Rows that stay in the cache of a core between two readings."""
    rows, n = prior.shape
    height = max(PANEL // max(n, 1), 8)
    return (slice(start, start + height) for start in range(0, rows, height))


def _pass(
    prior: Array, s: Array, turned: Callable[[Array, slice], Array]
) -> tuple[Array, Array, Array]:
    """Z0 s, r = turned(Z0 s) and r'Z0, the matrix read once: a panel of rows at a time."""
    rows, n = prior.shape
    reached, r, columns = np.empty(rows), np.empty(rows), np.zeros(n)
    for at in _panels(prior):
        reached[at] = prior[at] @ s
        r[at] = turned(reached[at], at)
        columns += r[at] @ prior[at]
    return reached, r, columns


def _met(u: Array) -> Callable[[Array, slice], Array]:
    """The multipliers with which the rows are met."""
    return lambda reached, at: u[at] / reached


def _by_turns(
    prior: Array,
    u: Array,
    v: Array,
    sums: tuple[Array, Array],
    tolerance: float,
    most: int,
    say: Say,
) -> tuple[Run, bool]:
    """Scale columns, then rows, until the columns still stand; and whether that is slow."""
    r, s = np.ones(len(u)), np.ones(len(v))
    residual, columns = max(_gap(sums[0], u), _gap(sums[1], v)), sums[1]
    gaps, iterations, step = [residual], 0, 0.0
    turns, plain = Turns(np.sqrt(v)), np.log(v / columns)
    ahead = plain
    while residual > tolerance and iterations < most:
        with np.errstate(all="ignore"):  # what has no solution may overflow: tested just below
            next_s = np.exp(ahead)
            _, next_r, columns = _pass(prior, next_s, _met(u))
        iterations += 1
        gap = _gap(next_s * columns, v)
        if not (_sound(next_r) and _sound(columns) and gap <= residual) and ahead is not plain:
            turns.forget()  # it led astray: back to what scaling alone gives
            ahead = plain
            continue
        if not (_sound(next_r) and _sound(columns)):
            break
        r, s, residual = next_r, next_s, gap
        gaps.append(residual)
        plain = np.log(v / columns)
        next_ahead = turns.lead(ahead, plain)
        step = float(np.abs(next_ahead - ahead).max())
        ahead = next_ahead if step <= LEAP else plain
        say(f"{iterations} passes, {residual:.1e} left")
        if residual > tolerance and len(gaps) % WATCHED == 0 and _to_come(gaps, tolerance) > NEAR:
            return Run(r, s, iterations, residual, step), True
    return Run(r, s, iterations, residual, step), False


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
    met, used = 0, run.iterations + 1
    while True:
        gap = _gap(point.columns, v)
        step, products = solve(point, most - used)
        used += products
        size = float(np.abs(step).max(initial=0.0))
        run = Run(point.r, point.s, used, gap, size)
        say(f"{used} passes, {gap:.1e} left")
        if (met and size <= SETTLED) or met > MORE or not np.isfinite(size) or used >= most:
            return run
        # one step more takes what the tolerance has left; on the way to a limit all stay long
        met += gap <= tolerance
        lower, trials = _descended(prior, u, v, point, step)
        used += trials
        if lower is None or (met and size <= SETTLED and not _gap(lower.columns, v) < gap):
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
        left = v - point.columns
        left -= point.columns * _means(left, point.columns, member)
        try:
            step: Array = root * cho_solve(cho_factor(hessian), root * left)
        except (LinAlgError, ValueError):  # ValueError: something is not finite
            return np.full(len(v), np.nan), 1
        return step - _means(step * point.columns, point.columns, member), 1

    return solve


def _descended(
    prior: Array, u: Array, v: Array, point: Point, step: Array
) -> tuple[Point | None, int]:
    """The Newton step, halved until the dual falls enough, and how many were tried.

    Cut first where it leaps: a small column may go where there is no way back while others gain.
    """
    fall, scale = float(step @ (v - point.columns)), float(v.sum())
    whole = min(1.0, LEAP / max(float(np.abs(step).max(initial=0.0)), LEAP))
    for halvings in range(HALVINGS):
        length = whole * 0.5**halvings
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
