"""GRAS: RAS for a matrix with negative cells, which keep their sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from iomodel.accounts import Array, Labelled
from iomodel.arguments import typed
from iomodel.balance.result import Balanced, not_converged, require_steps
from iomodel.balance.scaling import vanished
from iomodel.balance.sides import Sides, require_same_sum, worst
from iomodel.balance.signed import Reached, Signed, reached
from iomodel.errors import TableError

SETTLED = 1e-2


@typed
def gras(
    matrix: pd.DataFrame,
    rows: Labelled,
    columns: Labelled,
    *,
    tolerance: float = 1e-10,
    max_iterations: int = 200,
) -> Balanced:
    """The matrix with the given totals that is nearest to one with negative cells; signs stay.

    What a line lacks is made up by its positive cells growing and its negative cells shrinking
    in the same proportion.  With Z0 = P - N split by sign,

        Z = diag(r) P diag(s) - diag(r)^-1 N diag(s)^-1,
        s_j = [v_j + sqrt(v_j^2 + 4 p_j n_j)] / 2 p_j,    p = P'r,   n = N'r^-1

    and r likewise (s_j = -n_j / v_j where a column has negative cells only).  It is the minimum
    of sum |z0| (a ln a - a), a = z / z0, and `ras` where nothing is negative.  Totals may be
    negative or zero; zeros of the matrix stay zero.

    `matrix` is m x n, `rows` and `columns` are m and n totals in its unit, labels in any order.
    Converged when no line is further than `tolerance` from its total, as a share of the absolute
    cells that make it up; a matrix that meets its totals comes back as it is.  A line of one sign
    whose total is zero is emptied (multiplier 0).  Cost: 6 m n a turn; where 50 are not enough,
    Newton steps of (m + n)^3.

    Errors: LabelError for labels that do not match; TableError for a line whose cells cannot have
    the sign of its total; BalanceError where the two sets of totals differ; ConvergenceError
    (.iterations, .residual, the worst lines) where no matrix with these signs has these totals.
    A half-balanced matrix is never returned.

    >>> Z0 = pd.DataFrame([[7.0, 3, 5, -3], [2, 9, 8, 0], [-2, 0, 2, 0]], list("abc"), list("wxyz"))
    >>> gras(Z0, [15, 26, -1], [9, 16, 17, -2]).frame.round(3).to_numpy()
    array([[ 8.424,  3.375,  5.2  , -2.   ],
           [ 3.001, 12.625, 10.374,  0.   ],
           [-2.425,  0.   ,  1.425,  0.   ]])

    Reference: Junius, T. and Oosterhaven, J. (2003), The solution of updating or regionalizing a
    matrix with both positive and negative entries, Economic Systems Research 15, 87-96.  Lenzen,
    M., Wood, R. and Gallego, B. (2007), Some comments on the GRAS method, Economic Systems
    Research 19, 461-465.  Temurshoev, U., Miller, R. E. and Bouwmeester, M. C. (2013), A note on
    the GRAS method, Economic Systems Research 25, 361-367.
    """
    require_steps(tolerance, max_iterations)
    sides = Sides.of(matrix)
    prior = np.ascontiguousarray(sides.array(matrix))
    u, v = sides.totals(rows, columns)
    require_same_sum(u, v, tolerance)
    lines = Lines(sides, prior, u, v)
    kept = lines.kept()
    problem = lines.problem(kept)
    run = reached(problem, tolerance, max_iterations)
    require_reached("GRAS", lines, problem, run, tolerance)
    return result_of(lines, kept, problem, run)


@dataclass(frozen=True)
class Lines:
    """A matrix, its totals, and groups of cells that have totals of their own (none in GRAS).

    `groups` are the group of each row (m) and, by group and column, the position in `w` of the
    block where they cross, -1 where it has no total.
    """

    sides: Sides
    prior: Array
    u: Array
    v: Array
    w: Array = field(default_factory=lambda: np.zeros(0))
    groups: tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]] | None = None
    named: Sequence[str] = ()

    def kept(self) -> npt.NDArray[np.bool_]:
        """Cells that are not zero for good; TableError for lines that cannot have their total.

        A line of one sign with a total of zero has to be empty, which may leave others with one
        sign.
        """
        target = np.concatenate([self.u, self.v, self.w])
        kept: npt.NDArray[np.bool_] = self.prior != 0
        while True:
            positive = self.counts(kept & (self.prior > 0))
            negative = self.counts(kept & (self.prior < 0))
            empty = (target == 0) & ((positive == 0) != (negative == 0))
            if not empty.any():
                break
            kept &= ~self.cells_of(empty)
        wrong = (target > 0) & (positive == 0) | (target < 0) & (negative == 0)
        if wrong.any():
            why = {True: "its cells that are left have the other sign", False: "no cell is left"}
            held = (positive > 0) | (negative > 0)
            raise TableError(
                f"{int(wrong.sum())} rows, columns or blocks cannot have their total.",
                [
                    f"{self.name(i)}: target {target[i]:.10g}, but {why[bool(held[i])]}"
                    for i in map(int, np.flatnonzero(wrong))
                ],
                "Signs and zeros are kept: put a first estimate into a cell, or correct the total.",
            )
        return kept

    def problem(self, kept: npt.NDArray[np.bool_]) -> Signed:
        """The cells that are left, by sign."""
        left = np.where(kept, self.prior, 0.0)
        return Signed.of(left, self.u, self.v, self.w, self.groups)

    def name(self, i: int) -> str:
        """A row, column or block by name."""
        m, n = self.prior.shape
        if i < m:
            return self.sides.row(i)
        return self.sides.column(i - m) if i < m + n else self.named[i - m - n]

    def counts(self, cells: npt.NDArray[np.bool_]) -> Array:
        """How many of these cells each row, column and block has."""
        parts = [cells.sum(axis=1), cells.sum(axis=0)]
        if len(self.w):
            block = self.block
            parts.append(np.bincount(block[cells & (block >= 0)], minlength=len(self.w)))
        return np.concatenate([*parts, np.zeros(0)])

    def cells_of(self, lines: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """The cells of these rows, columns and blocks."""
        m, n = self.prior.shape
        cells: npt.NDArray[np.bool_] = lines[:m, None] | lines[m : m + n]
        if len(self.w):
            cells |= np.append(lines[m + n :], False)[self.block]
        return cells

    @property
    def block(self) -> npt.NDArray[np.intp]:
        """By cell, the position of its block, -1 in none."""
        assert self.groups is not None
        group, crossed = self.groups
        block: npt.NDArray[np.intp] = crossed[group]
        return block


def require_reached(
    what: str, lines: Lines, problem: Signed, run: Reached, tolerance: float
) -> None:
    """Refuse a search that stopped short, or that only ends where cells vanish."""
    off = not run.residual <= tolerance
    if not off and run.step <= SETTLED:
        return
    with np.errstate(all="ignore"):  # multipliers on their way to infinity
        cells, (up, down) = problem.cells(run.logs), problem.by_column(run.logs)
    if off:
        m, n = cells.shape
        size = np.concatenate([np.abs(cells).sum(axis=1), (up + down)[:n]])
        findings = worst(lines.sides, cells, problem.u, problem.v, size)
        sums, wanted = (up - down)[n:], problem.w
        findings += [
            f"{lines.name(m + n + b)}: {sums[b]:.10g} instead of {wanted[b]:.10g}"
            for b in np.flatnonzero(np.abs(sums - wanted) > tolerance * (up + down)[n:])
        ]
    else:
        i, j = np.nonzero(cells)
        gone = vanished(i, j, cells[i, j] / lines.prior[i, j])
        findings = [
            f"{lines.sides.row(a)}, {lines.sides.column(b)} has to vanish"
            for a, b in zip(i[gone], j[gone], strict=True)
        ]
    raise not_converged(
        f"{what} did not converge" if off else f"{what} converges only by emptying cells",
        run.iterations,
        run.residual,
        findings,
        "Check the totals named: cells that keep their sign may not be able to add up to them.",
    )


def result_of(
    lines: Lines,
    kept: npt.NDArray[np.bool_],
    problem: Signed,
    run: Reached,
    blocks: pd.Index | None = None,
) -> Balanced:
    """The result, with a multiplier of 0 for the lines that were emptied and 1 for empty ones."""
    emptied = (lines.counts(lines.prior != 0) > 0) & (lines.counts(kept) == 0)
    r, s, t = problem.cut(np.where(emptied, 0.0, np.exp(run.logs)))
    sides = lines.sides
    return Balanced(
        before=sides.frame(lines.prior),
        frame=sides.frame(problem.cells(run.logs)),
        row_multipliers=sides.rows.series(r, "row multiplier"),
        column_multipliers=sides.columns.series(s, "column multiplier"),
        iterations=run.iterations,
        residual=run.residual,
        block_multipliers=None if blocks is None else pd.Series(t, blocks, name="block multiplier"),
    )
