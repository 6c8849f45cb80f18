"""Multipliers of GRAS: rows, columns and blocks of a matrix with signs, by turns and by Newton."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from iomodel.accounts import Array
from iomodel.balance.dual import solved

TURNS = 50
SUFFICIENT = 1e-4
ROUNDING = 1e-14
HALVINGS = 60
Positions = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Signed:
    """P - N = Z0, the totals of its rows u and columns v, and the totals w of blocks of cells.

    `block` (m x n) is the position in w of the block where each cell stands, -1 in none; where
    there are no blocks it is None.  Every line and block holds cells that can meet its total.
    """

    positive: Array
    negative: Array
    u: Array
    v: Array
    w: Array
    block: Positions | None = None

    @property
    def targets(self) -> Array:
        """Rows, then columns, then blocks."""
        return np.concatenate([self.u, self.v, self.w])

    def cut(self, values: Array) -> tuple[Array, Array, Array]:
        """What is given for rows, columns and blocks one after the other, apart."""
        m, n = self.positive.shape
        return values[:m], values[m : m + n], values[m + n :]

    def sums(self, cells: Array) -> Array:
        """The sums of these cells by row, column and block."""
        return np.concatenate([cells.sum(axis=1), cells.sum(axis=0), self.in_blocks(cells)])

    def in_blocks(self, cells: Array) -> Array:
        """The sums of these cells by block."""
        if self.block is None:
            return np.zeros(0)
        inside = self.block >= 0
        return np.bincount(self.block[inside], cells[inside], len(self.w)).astype(np.float64)

    def raised(self, logs: Array) -> Array:
        """By cell, what its three multipliers come to."""
        r, s, t = self.cut(logs)
        power = r[:, None] + s
        if self.block is not None:
            power = power + np.append(t, 0.0)[self.block]
        return np.exp(power)


@dataclass(frozen=True)
class Reached:
    """Where the search stopped, with the logarithms of the multipliers and what would come next."""

    logs: Array
    iterations: int
    residual: float
    step: float


def multiplier(positive: Array, negative: Array, target: Array) -> Array:
    """q > 0 with q p - n / q = target: [target + sqrt(target^2 + 4 p n)] / 2 p, without loss.

    Of the two forms of the root the one that does not subtract is taken, which also serves where
    p = 0.  One where both are zero.
    """
    root = np.sqrt(target**2 + 4 * positive * negative)
    up = target > 0
    above = np.where(up, target + root, 2 * negative)
    below = np.where(up, 2 * positive, root - target)
    idle = (positive == 0) & (negative == 0)
    quotient: Array = np.where(idle, 1.0, above / np.where(idle | (below == 0), 1.0, below))
    return quotient


def reached(problem: Signed, tolerance: float, max_iterations: int) -> Reached:
    """Multipliers with which every total is met within `tolerance` of its absolute cells.

    Rows, columns and blocks are met by turns; after 50, or as soon as numbers overflow, Newton's
    method descends the dual  sum p exp(k) + sum n exp(-k) - targets'logs,  k the sum of the three
    logarithms of a cell, whose second derivative is the matrix of absolute flows.  Cost: 4 m n a
    turn, (m + n + blocks)^3 a step of Newton's.
    """
    logs = np.zeros(len(problem.targets))
    _, residual = _gaps(problem, logs)
    iterations = 0
    while residual > tolerance and iterations < min(TURNS, max_iterations):
        with np.errstate(all="ignore"):
            turned = _turn(problem, logs)
            gap = _gaps(problem, turned)[1] if np.isfinite(turned).all() else np.nan
        if not np.isfinite(gap):
            break
        logs, residual, iterations = turned, gap, iterations + 1
    if residual <= tolerance and iterations == 0:
        return Reached(logs, 0, residual, 0.0)
    return _newton(problem, logs, tolerance, iterations, max_iterations)


def _turn(problem: Signed, logs: Array) -> Array:
    """Rows met, then columns, then blocks."""
    P, N = problem.positive, problem.negative
    r, s, t = (np.exp(part) for part in problem.cut(logs))
    if problem.block is not None:
        P, N = P * np.append(t, 1.0)[problem.block], N / np.append(t, 1.0)[problem.block]
    r = multiplier(P @ s, N @ (1 / s), problem.u)
    s = multiplier(r @ P, (1 / r) @ N, problem.v)
    if problem.block is not None:
        scale = np.outer(r, s)
        more = multiplier(
            problem.in_blocks(P * scale), problem.in_blocks(N / scale), problem.w
        )
        t = t * more
    return np.log(np.concatenate([r, s, t]))


def _gaps(problem: Signed, logs: Array) -> tuple[Array, float]:
    """Targets less sums, and the largest of them as a share of the cells that make it up."""
    scale = problem.raised(logs)
    up, down = problem.positive * scale, problem.negative / scale
    gaps = problem.targets - problem.sums(up - down)
    size = np.maximum(problem.sums(up + down), np.abs(problem.targets))
    return gaps, float((np.abs(gaps) / np.where(size > 0, size, 1.0)).max(initial=0.0))


def _value(problem: Signed, logs: Array) -> float:
    scale = problem.raised(logs)
    cells = float((problem.positive * scale).sum() + (problem.negative / scale).sum())
    return cells - float(problem.targets @ logs)


def _newton(
    problem: Signed, logs: Array, tolerance: float, iterations: int, most: int
) -> Reached:
    """Damped steps down the convex dual; one more than the tolerance asks for, if it helps."""
    gaps, residual = _gaps(problem, logs)
    while True:
        step = solved(_hessian(problem, logs), gaps)
        size = _effect(problem, step)
        here = Reached(logs, iterations, residual, size)
        if iterations >= most or not np.isfinite(size):
            return here
        last = residual <= tolerance
        lower = _descended(problem, logs, step, gaps)
        if lower is None:
            return here
        gaps, gap = _gaps(problem, lower)
        if last:
            better = gap < residual
            return Reached(lower, iterations + 1, gap, size) if better else here
        logs, residual, iterations = lower, gap, iterations + 1


def _hessian(problem: Signed, logs: Array) -> Array:
    """Absolute flows of each line and block on the diagonal, those they share beside it."""
    scale = problem.raised(logs)
    flows = problem.positive * scale + problem.negative / scale
    m, n = flows.shape
    k = len(problem.w)
    hessian = np.zeros((m + n + k, m + n + k))
    hessian[np.diag_indices(m + n + k)] = problem.sums(flows)
    hessian[:m, m : m + n] = flows
    hessian[m : m + n, :m] = flows.T
    if problem.block is not None:
        i, j = np.nonzero(problem.block >= 0)
        b = m + n + problem.block[i, j]
        for line in (i, m + j):
            np.add.at(hessian, (line, b), flows[i, j])
            np.add.at(hessian, (b, line), flows[i, j])
    return hessian


def _effect(problem: Signed, step: Array) -> float:
    """The largest change of the logarithm of a cell along a step."""
    r, s, t = problem.cut(step)
    change = r[:, None] + s
    if problem.block is not None:
        change = change + np.append(t, 0.0)[problem.block]
    holds = (problem.positive > 0) | (problem.negative > 0)
    return float(np.abs(change[holds]).max(initial=0.0))


def _descended(problem: Signed, logs: Array, step: Array, gaps: Array) -> Array | None:
    """The step, halved until the dual falls enough; None where it does not."""
    value, fall = _value(problem, logs), float(step @ gaps)
    scale = float(np.abs(problem.targets).sum())
    for halvings in range(HALVINGS):
        length = 0.5**halvings
        candidate = logs + length * step
        with np.errstate(all="ignore"):
            found = _value(problem, candidate)
        if np.isfinite(found) and found <= value - SUFFICIENT * length * fall + ROUNDING * scale:
            return candidate
    return None
