"""Bounds of outputs and multipliers when coefficients are known only within limits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from iomodel.accounts import Array, show
from iomodel.arguments import typed
from iomodel.display import as_html, as_text, parts
from iomodel.errors import TableError
from iomodel.linalg import Resolvent
from iomodel.table import IOTable


@dataclass(frozen=True, eq=False, repr=False)
class Bounds:
    """The lowest and highest `output` and `multipliers` that coefficients within limits allow.

    Both frames are n x 3 with columns low, point (the table as it is) and high.
    """

    output: pd.DataFrame
    multipliers: pd.DataFrame

    def _said(self) -> tuple[str, dict[str, str]]:
        wide = self.multipliers["high"] - self.multipliers["low"]
        said = f"Bounds of {len(wide)} sectors: the widest multiplier by {wide.max():.6g}"
        return said, parts(self)

    __repr__, _repr_html_ = as_text, as_html


@typed
def interval(table: IOTable, low: pd.DataFrame, high: pd.DataFrame) -> Bounds:
    """The range of every output and multiplier when each coefficient lies within limits.

    For 0 <= A_low <= A <= A_high with A_high productive, no term of I + A + A^2 + ... falls when a
    coefficient rises, so L(A_low) <= L(A) <= L(A_high) in every cell: two solves bound outputs
    L f (final demand as it is) and multipliers i'L, and the bounds are reached; where some final
    demand is negative (inventories), each sign is bounded apart, and outputs stay inside.  All
    cells reach their limits at once: where column sums are known, the true range is narrower.

    `low` and `high` are n x n coefficients, labels in any order (`0.95 * table.A`).  n x 3 each.
    Cost: two factorisations, 4/3 n^3 flops.
    Errors: LabelError; TableError for limits below zero or that do not hold the table's own
    coefficients (by name); NotProductiveError for `high`; MissingAccountError for a table of total
    transactions.
    Reference: Hawkins, D. and Simon, H. A. (1949), Econometrica 17(3/4), 245-248.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> interval(table, 0.9 * table.A, 1.1 * table.A).multipliers.round(4).loc["a"].to_dict()
    {'low': 1.4448, 'point': 1.5182, 'high': 1.599}
    """
    table.require_domestic("The range of multipliers")
    below = table.accounts.block(low, table.accounts, "The lower limits")
    above = table.accounts.block(high, table.accounts, "The upper limits")
    A = table.A.to_numpy()
    _require(table, below < 0, below, "lower limits are negative", "No input is below zero.")
    _require(table, below > A, below, "lower limits are above the table's own coefficients")
    _require(table, above < A, above, "upper limits are below the table's own coefficients")
    labels = tuple(show(key) for key in table.accounts.keys)
    ends = [Resolvent(below, labels), table.L.resolvent, Resolvent(above, labels)]
    f, ones = table.f.to_numpy(), np.ones(len(table.accounts))
    # negative final demand (inventories) turns the bounds round: each sign is bounded apart
    gain, loss = np.maximum(f, 0.0), np.minimum(f, 0.0)
    least = ends[0].solve(gain) + ends[2].solve(loss)
    most = ends[2].solve(gain) + ends[0].solve(loss)
    columns = pd.Index(["low", "point", "high"])
    multipliers = [end.solve(ones, transposed=True) for end in ends]
    return Bounds(
        output=table.accounts.frame(np.column_stack([least, ends[1].solve(f), most]), columns),
        multipliers=table.accounts.frame(np.column_stack(multipliers), columns),
    )


@typed
def norm_bound(table: IOTable, change: pd.DataFrame) -> pd.Series:
    """How far the whole inverse can move when all coefficients change, without solving again.

    ||L' - L|| <= ||L||^2 ||dA|| / (1 - ||L dA||) in the norm of largest column sums (of absolute
    values), for any `change` dA (n x n, of coefficients, labels in any order) with ||L dA|| < 1.
    In that norm ||L|| is the largest output multiplier, and no multiplier moves by more than
    `bound`.  A bound, often a wide one: `interval` is tighter where coefficients have limits.

    A Series: bound; relative (bound / ||L||); inverse ||L||; change ||dA||; product ||L dA||.
    Cost: L once, 2 n^3 flops, and n solves for L dA, 2 n^3.
    Errors: LabelError; TableError where ||L dA|| is 1 or more, which no bound of this form covers.
    Reference: Evans, W. D. (1954), The effect of structural matrix errors on interindustry
    relations estimates, Econometrica 22(4), 461-480, for the question; the bound is the Neumann
    series of L' = (I - L dA)^-1 L.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> norm_bound(table, 0.01 * table.A)[["bound", "relative", "inverse"]].round(5).to_list()
    [0.00811, 0.00534, 1.51815]
    """
    table.require_domestic("The bound of the inverse")
    dA = table.accounts.block(change, table.accounts, "The change")
    inverse, size = _norm(table.L.to_array()), _norm(dA)
    product = _norm(table.L.solve(dA))
    if product >= 1:
        raise TableError(
            f"The change is too large for the bound: ||L dA|| is {product:.6g} (it must be below "
            "1).",
            remedy="Give limits of the coefficients to iomodel.sensitivity.interval.",
        )
    bound = inverse**2 * size / (1 - product)
    series = pd.Series(
        {
            "bound": bound,
            "relative": bound / inverse,
            "inverse": inverse,
            "change": size,
            "product": product,
        },
        name="norm bound",
    )
    series.attrs.update(formula="||L||^2 ||dA|| / (1 - ||L dA||)", unit="largest column sum")
    return series


def _norm(matrix: Array) -> float:
    return float(np.abs(matrix).sum(axis=0).max())


def _require(
    table: IOTable,
    wrong: npt.NDArray[np.bool_],
    limits: Array,
    fact: str,
    remedy: str = "Give limits on both sides of table.A.",
) -> None:
    at = np.argwhere(wrong)
    if len(at):
        keys, A = table.accounts.keys, table.A.to_numpy()
        raise TableError(
            f"{len(at)} {fact}.",
            [
                f"row '{show(keys[i])}', column '{show(keys[j])}': {limits[i, j]:.6g} "
                f"(coefficient {A[i, j]:.6g})"
                for i, j in at
            ],
            remedy,
        )
