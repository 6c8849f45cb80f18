"""Direct linkages: what a sector buys from and sells to the others, per unit of its output."""

from __future__ import annotations

import pandas as pd

from iomodel.linkages.averages import of_active
from iomodel.linkages.register import Index
from iomodel.table import IOTable

REFERENCE = (
    "Chenery, H. B. and Watanabe, T. (1958), International comparisons of the structure of "
    "production, Econometrica 26(4), 487-521"
)


def backward(table: IOTable) -> pd.Series:
    """The share of its output that a sector spends on domestic inputs: sum_i a_ij, n numbers.

    Cost: n^2 additions.  Reference: Chenery and Watanabe (1958).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> backward(table).round(4).to_dict()
    {'a': 0.35, 'b': 0.3}
    """
    table.require_domestic("The direct backward linkage")
    return of_active(table, table.per_unit(table.arrays.bought()))


def forward(table: IOTable) -> pd.Series:
    """The share of its output that a sector sells to domestic sectors: sum_j z_ij / x_i.

    Cost: n^2 additions.  Reference: Chenery and Watanabe (1958).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> forward(table).round(4).to_dict()
    {'a': 0.65, 'b': 0.15}
    """
    table.require_domestic("The direct forward linkage")
    return of_active(table, table.per_unit(table.arrays.sold()))


INDICES = (
    Index("chenery_watanabe_backward", "backward", backward, "sum_i a_ij", REFERENCE),
    Index("chenery_watanabe_forward", "forward", forward, "sum_j z_ij / x_i", REFERENCE),
)
