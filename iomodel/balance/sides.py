"""A matrix and the totals asked of it, checked at the door: labels, sums, lines with nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from iomodel.accounts import Accounts, Array, Labelled, numbers, show
from iomodel.errors import BalanceError

HALF = 0.5


@dataclass(frozen=True)
class Sides:
    """The labels of a matrix, by row and by column."""

    rows: Accounts
    columns: Accounts

    @classmethod
    def of(cls, matrix: pd.DataFrame) -> Sides:
        """The sides of a matrix as it is labelled."""
        return cls(_accounts(matrix.index, "row"), _accounts(matrix.columns, "column"))

    def array(self, matrix: pd.DataFrame) -> Array:
        """The door in for the matrix that gave the labels, which stands in their order."""
        values = numbers(matrix, "The matrix")
        self.require_finite(matrix, float(values.sum()))
        return values

    def require_finite(self, matrix: pd.DataFrame, total: float) -> None:
        """Refuse cells that are not finite, by name; `total` is the sum, which shows them."""
        if not np.isfinite(total):
            self.rows.block(matrix, self.columns, "The matrix")

    def totals(self, rows: Labelled, columns: Labelled) -> tuple[Array, Array]:
        """The door in for the totals of both sides, in any order."""
        return (
            self.rows.array(rows, "The row totals"),
            self.columns.array(columns, "The column totals"),
        )

    def frame(self, values: Array) -> pd.DataFrame:
        """The door out."""
        return self.rows.frame(values, self.columns.index)

    def row(self, i: int) -> str:
        """A row by name."""
        return f"row '{show(self.rows.keys[i])}'"

    def column(self, j: int) -> str:
        """A column by name."""
        return f"column '{show(self.columns.keys[j])}'"

    def cells(self, at: npt.NDArray[np.intp], values: Array) -> list[str]:
        """Cells by name, with their values."""
        return [
            f"{self.row(int(i))}, {self.column(int(j))}: {values[int(i), int(j)]:.10g}"
            for i, j in at
        ]


def _accounts(index: pd.Index, side: str) -> Accounts:
    """The labels of one side under their own name, or under that of the side."""
    axis = str(index.names[-1] or side)
    if isinstance(index, pd.MultiIndex) and index.nlevels == 2:
        regions, codes = index.get_level_values(0), index.get_level_values(1)
        return Accounts.of(codes, regions=regions, axis=axis)
    return Accounts.of(index, axis=axis)


def require_same_sum(u: Array, v: Array, tolerance: float) -> None:
    """Refuse totals of rows and of columns that no matrix can have together."""
    of_rows, of_columns = float(u.sum()), float(v.sum())
    gap = of_rows - of_columns
    size = max(float(np.abs(u).sum()), float(np.abs(v).sum()))
    if abs(gap) > HALF * tolerance * size:
        error = BalanceError(
            f"The row totals add up to {of_rows:.12g} and the column totals to "
            f"{of_columns:.12g}: a gap of {gap:.6g}.",
            remedy="No matrix has both. Reconcile the totals first (nothing was spread silently).",
        )
        error.residual = abs(gap)
        raise error


def worst(
    sides: Sides, balanced: Array, u: Array, v: Array, size: Array | None = None
) -> list[str]:
    """The rows and columns that are furthest off, as a share of their size, worst first.

    The size is that of the target unless `size` (rows, then columns) gives another.
    """
    reached = np.concatenate([balanced.sum(axis=1), balanced.sum(axis=0)])
    target = np.concatenate([u, v])
    names = [sides.row(i) for i in range(len(u))] + [sides.column(j) for j in range(len(v))]
    of = np.abs(target) if size is None else size
    off = np.abs(reached - target) / np.where(of > 0, of, 1.0)
    return [
        f"{names[i]}: {reached[i]:.10g} instead of {target[i]:.10g}"
        for i in np.argsort(-off, kind="stable")
        if off[i] > 1e-14
    ]
