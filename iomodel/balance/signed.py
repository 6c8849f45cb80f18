"""Multipliers of GRAS: rows, columns and blocks of a matrix with signs, by turns and by Newton."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from iomodel.accounts import Array
from iomodel.balance.dual import solved
from iomodel.progress import Say, shown

TURNS = 50
SUFFICIENT = 1e-4
ROUNDING = 1e-14
HALVINGS = 60
Positions = npt.NDArray[np.intp]
Both = tuple[Array, Array]


@dataclass(frozen=True)
class Slab:
    """The rows at `at` of P and of N (none: nothing negative), which cross the same blocks.

    `block` (n) is the position of the block that each column of the slab belongs to, -1 if none.
    """

    at: Positions
    positive: Array
    negative: Array | None
    block: Positions

    def rows(self, e: Array) -> Both:
        """P e and N / e."""
        return self.positive @ e, np.zeros(len(self.at)) if self._plain else self._N @ (1 / e)

    def columns(self, r: Array) -> Both:
        """r'P and r^-1'N."""
        n = self.positive.shape[1]
        return r @ self.positive, np.zeros(n) if self._plain else (1 / r) @ self._N

    def flows(self, r: Array, e: Array) -> Both:
        """By cell, what is positive and what is negative."""
        with np.errstate(all="ignore"):  # where there is no cell the scale may overflow
            scale = np.outer(r, e)
            up = np.where(self.positive > 0, self.positive * scale, 0.0)
            if self._plain:
                return up, np.zeros_like(up)
            return up, np.where(self._N > 0, self._N / scale, 0.0)

    @property
    def _plain(self) -> bool:
        return self.negative is None

    @property
    def _N(self) -> Array:
        assert self.negative is not None
        return self.negative


@dataclass(frozen=True)
class Signed:
    """P - N = Z0, the totals u of its rows, v of its columns and w of blocks of cells.

    Multipliers stand one after the other as logarithms: m of rows, n of columns, one a block.  A
    cell is scaled by the product of its three, or, where it is negative, divided by it.
    """

    slabs: tuple[Slab, ...]
    u: Array
    v: Array
    w: Array

    @classmethod
    def of(
        cls, cells: Array, u: Array, v: Array, w: Array, blocks: tuple[Positions, Positions] | None
    ) -> Signed:
        """From cells of either sign; `blocks` are the group of each row, and by group and column
        the position of its block in w."""
        group, crossed = blocks or (np.zeros(len(u), np.intp), np.full((1, len(v)), -1))
        slabs = []
        for g, block in enumerate(crossed):
            at = np.flatnonzero(group == g)
            part = cells[at]
            negative = np.maximum(-part, 0.0) if (part < 0).any() else None
            slabs.append(Slab(at, np.maximum(part, 0.0), negative, block))
        return cls(tuple(slabs), u, v, w)

    @property
    def targets(self) -> Array:
        """Rows, then columns, then blocks."""
        return np.concatenate([self.u, self.v, self.w])

    def cut(self, values: Array) -> tuple[Array, Array, Array]:
        """What is given for rows, columns and blocks one after the other, apart."""
        m, n = len(self.u), len(self.v)
        return values[:m], values[m : m + n], values[m + n :]

    def scales(self, logs: Array) -> Iterator[tuple[Slab, Array, Array]]:
        """Each slab with the multipliers of its rows, and of its columns within it."""
        r, s, t = self.cut(logs)
        for slab in self.slabs:
            yield slab, np.exp(r[slab.at]), np.exp(s + np.append(t, 0.0)[slab.block])

    def by_row(self, logs: Array) -> Both:
        """The sums of positive and of negative cells by row."""
        up, down = np.empty(len(self.u)), np.empty(len(self.u))
        for slab, r, e in self.scales(logs):
            more, less = slab.rows(e)
            up[slab.at], down[slab.at] = r * more, less / r
        return up, down

    def by_column(self, logs: Array) -> Both:
        """The same by column, then by block."""
        n = len(self.v)
        up, down = np.zeros(n + len(self.w)), np.zeros(n + len(self.w))
        for slab, r, e in self.scales(logs):
            more, less = slab.columns(r)
            held = slab.block >= 0
            for total, part in ((up, e * more), (down, less / e)):
                total[:n] += part
                np.add.at(total, n + slab.block[held], part[held])
        return up, down

    def cells(self, logs: Array) -> Array:
        """The matrix at these multipliers."""
        matrix = np.empty((len(self.u), len(self.v)))
        for slab, r, e in self.scales(logs):
            up, down = slab.flows(r, e)
            matrix[slab.at] = up - down
        return matrix


@dataclass(frozen=True)
class Reached:
    """Where the search stopped, with the logarithms of the multipliers and what would come next."""

    logs: Array
    iterations: int
    residual: float
    step: float


@dataclass(frozen=True)
class State:
    """Sums of positive and negative cells, gaps (the largest as a share of both), and the dual."""

    logs: Array
    up: Array
    down: Array
    gaps: Array
    absolute: Array
    residual: float
    value: float


def _at(problem: Signed, logs: Array) -> State:
    targets, m = problem.targets, len(problem.u)
    with np.errstate(all="ignore"):  # what has no solution may overflow: its value is not finite
        (up, down), (over, under) = problem.by_row(logs), problem.by_column(logs)
        up, down = np.concatenate([up, over]), np.concatenate([down, under])
        absolute, gaps = up + down, targets - (up - down)
        size = np.maximum(absolute, np.abs(targets))
        residual = float((np.abs(gaps) / np.where(size > 0, size, 1.0)).max(initial=0.0))
        value = float(absolute[:m].sum() - targets @ logs)
    return State(logs, up, down, gaps, absolute, residual, value)


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
    logarithms of a cell, whose second derivative is the matrix of absolute flows.  Turns iterate
    the multipliers, never the matrix: 6 m n multiplications each, 8 m n with blocks; a step of
    Newton's costs (m + n + blocks)^3.
    """
    with shown("Balancing") as say:
        state = _at(problem, np.zeros(len(problem.targets)))
        iterations = 0
        while state.residual > tolerance and iterations < min(TURNS, max_iterations):
            with np.errstate(all="ignore"):
                turned = _turn(problem, state)
            if not np.isfinite(turned).all():
                break
            after = _at(problem, turned)
            if not np.isfinite(after.residual):
                break
            state, iterations = after, iterations + 1
            say(f"{iterations} turns, {state.residual:.1e} left")
        if state.residual <= tolerance:
            return Reached(state.logs, iterations, state.residual, 0.0)
        return _newton(problem, state, tolerance, iterations, max_iterations, say)


def _turn(problem: Signed, state: State) -> Array:
    """Rows met, then columns, then blocks."""
    logs, m, n = state.logs.copy(), len(problem.u), len(problem.v)
    logs[:m] += np.log(multiplier(state.up[:m], state.down[:m], problem.u))
    up, down = problem.by_column(logs)
    logs[m : m + n] += np.log(multiplier(up[:n], down[:n], problem.v))
    if len(problem.w):
        up, down = problem.by_column(logs)
        logs[m + n :] += np.log(multiplier(up[n:], down[n:], problem.w))
    return logs


def _newton(
    problem: Signed, state: State, tolerance: float, iterations: int, most: int, say: Say
) -> Reached:
    """Damped steps down the convex dual; one more than the tolerance asks for, if it helps."""
    while True:
        hessian, effect = _hessian(problem, state)
        step = solved(hessian, state.gaps)
        size = effect(step)
        here = Reached(state.logs, iterations, state.residual, size)
        if iterations >= most or not np.isfinite(size):
            return here
        last = state.residual <= tolerance
        lower = _descended(problem, state, step)
        if lower is None or (last and not lower.residual < state.residual):
            return here
        state, iterations = lower, iterations + 1
        say(f"{iterations} steps, {state.residual:.1e} left")
        if last:
            return Reached(state.logs, iterations, state.residual, size)


def _hessian(problem: Signed, state: State) -> tuple[Array, Callable[[Array], float]]:
    """Absolute flows of each line and block on the diagonal, those they share beside it.

    With it, the largest change of the logarithm of a cell along a step.
    """
    m, n = len(problem.u), len(problem.v)
    hessian = np.diag(state.absolute)
    for slab, r, e in problem.scales(state.logs):
        flows = np.add(*slab.flows(r, e))
        hessian[slab.at, m : m + n] = flows
        held = np.flatnonzero(slab.block >= 0)
        at = m + n + slab.block[held]
        for j, b in zip(held, at, strict=True):
            hessian[slab.at, b] += flows[:, j]
            hessian[m + j, b] += flows[:, j].sum()
    upper = np.triu(hessian, 1)

    def effect(step: Array) -> float:
        r, s, t = problem.cut(step)
        most = 0.0
        for slab in problem.slabs:
            change = r[slab.at, None] + (s + np.append(t, 0.0)[slab.block])
            holds = hessian[slab.at, m : m + n] > 0
            most = max(most, float(np.abs(change[holds]).max(initial=0.0)))
        return most if np.isfinite(step).all() else np.inf

    return hessian + upper.T, effect


def _descended(problem: Signed, state: State, step: Array) -> State | None:
    """The step, halved until the dual falls enough; None where it does not."""
    fall, scale = float(step @ state.gaps), float(state.absolute[: len(problem.u)].sum())
    for halvings in range(HALVINGS):
        length = 0.5**halvings
        candidate = _at(problem, state.logs + length * step)
        enough = state.value - SUFFICIENT * length * fall + ROUNDING * scale
        if np.isfinite(candidate.residual) and candidate.value <= enough:
            return candidate
    return None
