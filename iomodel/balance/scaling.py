"""The two scaling vectors of RAS: found by turns, then by Newton's method where turns are slow."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from iomodel.accounts import Array

TURNS = 200
NEWTON_STEPS = 100
NEWTON_LARGEST = 3000
RIDGE = 1e-13
SUFFICIENT = 1e-4
ROUNDING = 1e-14
HALVINGS = 60
VANISHING = 1e-6


@dataclass(frozen=True)
class Run:
    """Where the search stopped: diag(r) Z0 diag(s) misses its worst margin by `residual`.

    `step` is what Newton's method would change next in the logarithms of the multipliers: small at
    a solution, never small on the way to a limit in which cells vanish (0 where turns sufficed).
    """

    r: Array
    s: Array
    iterations: int
    residual: float
    step: float = 0.0


def scaled(prior: Array, u: Array, v: Array, tolerance: float, max_iterations: int) -> Run:
    """r and s for which diag(r) prior diag(s) has margins u and v, all of them positive.

    Rows and columns are scaled by turns, which is all that most tables need.  Nearly separate
    blocks can take thousands of turns: after 200, and unless both sides are longer than 3,000,
    Newton's method takes over, on the dual of sum z ln(z / z0) with one side eliminated.
    """
    small = min(prior.shape) <= NEWTON_LARGEST
    turns = min(TURNS, max_iterations) if small else max_iterations
    run = _by_turns(prior, u, v, tolerance, turns)
    left = min(NEWTON_STEPS, max_iterations - run.iterations)
    if run.residual <= tolerance or run.iterations < turns or left <= 0 or not small:
        return run
    if len(u) <= len(v):
        return _newton(prior, u, v, tolerance, left, run)
    turned = replace(run, r=run.s, s=run.r)
    other = _newton(prior.T, v, u, tolerance, left, turned)
    return replace(other, r=other.s, s=other.r)


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


def _by_turns(prior: Array, u: Array, v: Array, tolerance: float, most: int) -> Run:
    """Scale rows, then columns, until the rows still stand."""
    r, s = np.ones(len(u)), np.ones(len(v))
    reached = prior @ s
    residual = max(_gap(reached, u), _gap(r @ prior, v))
    iterations = 0
    while residual > tolerance and iterations < most:
        with np.errstate(all="ignore"):  # what has no solution may overflow: tested just below
            next_r = u / reached
            next_s = v / (next_r @ prior)
            reached = prior @ next_s
        if not (_sound(next_r) and _sound(next_s) and _sound(reached)):
            break
        r, s = next_r, next_s
        iterations += 1
        residual = _gap(r * reached, u)
    return Run(r, s, iterations, residual)


@dataclass(frozen=True)
class Point:
    """The dual at r: h = sum_j v_j ln(r'Z0)_j - u'ln r, where s meets the columns exactly."""

    r: Array
    s: Array
    rows: Array
    value: float


def _at(prior: Array, u: Array, v: Array, log_r: Array) -> Point | None:
    """The dual at these multipliers, or None where they are beyond what floats can hold."""
    with np.errstate(all="ignore"):
        r = np.exp(log_r - log_r.mean())
        columns = r @ prior
        s = v / columns
        rows = r * (prior @ s)
        value = float(v @ np.log(columns) - u @ np.log(r))
    if not (_sound(r) and _sound(s) and _sound(rows) and np.isfinite(value)):
        return None
    return Point(r, s, rows, value)


def _newton(prior: Array, u: Array, v: Array, tolerance: float, most: int, run: Run) -> Run:
    """Descend the convex dual from where the turns stopped; m n min(m, n) a step."""
    point = _at(prior, u, v, np.log(run.r))
    if point is None:
        return run
    member = _blocks(prior)
    last = False
    for taken in range(most + 1):
        step, gap = _newton_step(prior, u, v, point, member), _gap(point.rows, u)
        size = float(np.abs(step).max(initial=0.0))
        run = Run(point.r, point.s, run.iterations + (taken > 0), gap, size)
        if last or not np.isfinite(size):
            break
        last = gap <= tolerance  # one step more takes what the tolerance has left
        lower = _descended(prior, u, v, point, step)
        if lower is None or (last and not _gap(lower.rows, u) < gap):
            break
        point = lower
    return run


def _newton_step(
    prior: Array, u: Array, v: Array, point: Point, member: npt.NDArray[np.intp]
) -> Array:
    """The step in ln r, less its mean in each block of rows (which changes nothing).

    Not a number where the multipliers have gone too far to solve.
    """
    Z = point.r[:, None] * prior * point.s
    root = 1 / np.sqrt(point.rows)
    hessian = -(Z / v) @ Z.T * root * root[:, None]
    hessian[np.diag_indices(len(u))] += 1 + RIDGE
    try:
        step: Array = root * cho_solve(cho_factor(hessian), root * (u - point.rows))
    except (LinAlgError, ValueError):  # ValueError: something is not finite
        return np.full(len(u), np.nan)
    return step - _means(step, member)[member]


def _descended(prior: Array, u: Array, v: Array, point: Point, step: Array) -> Point | None:
    """The Newton step, halved until the dual falls enough; None where it does not."""
    fall, scale = float(step @ (u - point.rows)), float(u.sum())
    for halvings in range(HALVINGS):
        length = 0.5**halvings
        candidate = _at(prior, u, v, np.log(point.r) + length * step)
        enough = point.value - SUFFICIENT * length * fall + ROUNDING * scale
        if candidate is not None and candidate.value <= enough:
            return candidate
    return None


def _blocks(prior: Array) -> npt.NDArray[np.intp]:
    """Which block of rows, sharing columns, each row belongs to."""
    m, n = prior.shape
    i, j = np.nonzero(prior)
    links = csr_array((np.ones(len(i)), (i, m + j)), shape=(m + n, m + n))
    member: npt.NDArray[np.intp] = connected_components(links, directed=False)[1][:m]
    return member


def _means(values: Array, member: npt.NDArray[np.intp]) -> Array:
    sums, sizes = np.bincount(member, values), np.bincount(member)
    return sums / np.maximum(sizes, 1)


def _gap(reached: Array, target: Array) -> float:
    return float((np.abs(reached - target) / target).max(initial=0.0))


def _sound(values: Array) -> bool:
    return bool(np.isfinite(values).all() and values.min(initial=1.0) > 0)
