"""Forward linkages along sales: what the inverse of allocation coefficients says of a sector."""

from __future__ import annotations

import pandas as pd

from iomodel.linkages.averages import mean_one
from iomodel.linkages.register import Index
from iomodel.table import IOTable

REFERENCE = (
    "Ghosh, A. (1958), Input-output approach in an allocation system, Economica 25(97), 58-64; "
    "as a forward linkage: Jones, L. P. (1976), The measurement of Hirschmanian linkages, "
    "Quarterly Journal of Economics 90(2), 323-333"
)


def forward(table: IOTable) -> pd.Series:
    """How far a sector's output travels through the sales of others, against the average sector.

    n (G i)_i / i'G i over the n sectors with output, G = (I - B)^-1 = x^-1 L x; the mean is 1.
    The sums themselves, G i, are the distance from final use: `table.G.row_sums()`.

    Cost: one solve with the factors of L, 2 n^2 flops.
    Reference: Ghosh (1958), Jones (1976).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> table.G.row_sums().round(4).to_dict()
    {'a': 1.9142, 'b': 1.2541}
    >>> forward(table).round(4).to_dict()
    {'a': 1.2083, 'b': 0.7917}
    """
    table.require_domestic("The Ghosh forward linkage")
    return mean_one(table, table.G.row_sums().to_numpy())


INDICES = (
    Index("ghosh_forward", "forward", forward, "n sum_j g_ij / sum G", REFERENCE, mean_one=True),
)
