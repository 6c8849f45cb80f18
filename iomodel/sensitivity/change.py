"""One input coefficient changed, exactly: what becomes of outputs, multipliers and the inverse."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from iomodel.accounts import Array, numbers, show
from iomodel.arguments import typed
from iomodel.display import as_html, as_text, parts
from iomodel.errors import NotProductiveError, TableError
from iomodel.inverse import Inverse
from iomodel.linalg import Updated
from iomodel.table import IOTable


@dataclass(frozen=True, eq=False, repr=False)
class Change:
    """What one coefficient's change does: `output` and `multipliers`, before and after.

    `row` supplies `column`; `before` and `after` are the coefficient.  Both frames are n x 3 with
    columns before, after, change; `L` is the inverse after the change, not formed.
    """

    row: str
    column: str
    before: float
    after: float
    output: pd.DataFrame
    multipliers: pd.DataFrame
    L: Inverse

    def _said(self) -> tuple[str, dict[str, str]]:
        change = f"from {self.before:.6g} to {self.after:.6g}"
        by = f"output by {self.output['change'].sum():.6g}"
        return f"Change of '{self.row}' in '{self.column}' {change}: {by}", parts(self)

    __repr__, _repr_html_ = as_text, as_html


@typed
def rank_one(table: IOTable, row: Hashable, column: Hashable, change: float) -> Change:
    """The outputs and multipliers if one sector bought more, or less, of one input.

    With d the `change` of a_ij (of supplier `row` i per unit of output of buyer `column` j) and
    final demand as it is,

        L' = L + d / (1 - d l_ji)  L e_i e_j' L,    x' = x + d x_j / (1 - d l_ji)  L e_i,
        m' = m + d m_i / (1 - d l_ji)  e_j' L.

    Exact for a change of any size, and productive if and only if d l_ji < 1.  What j no longer
    buys from i it buys from nobody here: the column sum of A changes with the coefficient.

    Two frames of n x 3 and an inverse that is not formed; outputs in the unit of the table,
    multipliers per unit of final demand.  Cost: six solves, 12 n^2 flops.
    Errors: LabelError; TableError for a change that is not a number or would leave the coefficient
    below zero; NotProductiveError with the largest change that there is room for;
    MissingAccountError for a table of total transactions.
    Reference: Sherman, J. and Morrison, W. J. (1950), Adjustment of an inverse matrix
    corresponding to a change in one element of a given matrix, Annals of Mathematical Statistics
    21(1), 124-127.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> rank_one(table, "a", "b", 0.05).output.round(3).loc["a"].to_dict()
    {'before': 1000.0, 'after': 1127.09, 'change': 127.09}
    """
    table.require_domestic("What a changed coefficient does")
    i, j = table.accounts.position(row), table.accounts.position(column)
    supplier, buyer = show(table.accounts.keys[i]), show(table.accounts.keys[j])
    before = float(table.per_unit(table.arrays.Z[i])[j])
    d = _change(change, before, f"'{supplier}' in '{buyer}'")
    n = len(table.accounts)
    unit_i, unit_j = np.zeros(n), np.zeros(n)
    unit_i[i], unit_j[j] = 1.0, 1.0
    of_i, of_j = table.L.solve(unit_i), table.L.T.solve(unit_j)
    left = 1 - d * of_i[j]
    if left <= 0:
        error = NotProductiveError(
            f"With {before + d:.6g} of '{supplier}' in '{buyer}' the table is not productive: one "
            f"more unit of '{supplier}' takes {of_i[j]:.6g} of '{buyer}' already.",
            remedy=f"Raise the coefficient by less than {1 / of_i[j]:.6g}.",
        )
        error.sectors = (supplier, buyer)
        raise error
    m = table.L.T.solve(np.ones(n))
    labels = tuple(show(key) for key in table.accounts.keys)
    return Change(
        row=supplier,
        column=buyer,
        before=before,
        after=before + d,
        output=_frame(table, table.arrays.x, d * table.arrays.x[j] / left * of_i, "output"),
        multipliers=_frame(table, m, d * m[i] / left * of_j, "output multiplier"),
        L=Inverse(table.accounts, Updated(table.L.resolvent, d * unit_i[:, None], [j], labels)),
    )


def _change(change: float, before: float, cell: str) -> float:
    d = float(numbers(change, "The change"))
    if not np.isfinite(d):
        raise TableError(
            f"The change of {cell} is {d}.", remedy="Give a number: units of input per unit."
        )
    if before + d < min(0.0, before):
        raise TableError(
            f"The change of {cell} is {d:.6g}, but the coefficient is {before:.6g}: it would "
            "turn negative.",
            remedy=f"Take away at most {before:.6g}.",
        )
    return d


def _frame(table: IOTable, before: Array, change: Array, name: str) -> pd.DataFrame:
    columns = pd.Index(["before", "after", "change"])
    frame = table.accounts.frame(np.column_stack([before, before + change, change]), columns)
    frame.attrs.update(name=f"{name}, before and after one coefficient changed")
    return frame
