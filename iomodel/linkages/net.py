"""Net backward linkage: what others make for a sector's final demand, against all it makes."""

from __future__ import annotations

import pandas as pd

from iomodel.linkages.averages import of_active
from iomodel.linkages.register import Index, by_output
from iomodel.table import IOTable

REFERENCE = (
    "Oosterhaven, J. and Stelder, D. (2002), Net multipliers avoid exaggerating impacts: with a "
    "bi-regional illustration for the Dutch transportation sector, Journal of Regional Science "
    "42(3), 533-543"
)


def backward(table: IOTable) -> pd.Series:
    """Output that a sector's final demand brings everywhere, per unit of the sector's own output.

    NBL_j = m_j f_j / x_j, m = i'L: above one where others depend on this sector's final demand
    more than it depends on theirs.  Weighted by output the mean is one, since m f = i'x.

    Cost: one solve, 2 n^2 flops.  Reference: Oosterhaven and Stelder (2002).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> backward(table).round(4).to_dict()
    {'a': 0.5314, 'b': 1.2343}
    """
    table.require_domestic("The net backward linkage")
    m = table.L.column_sums().to_numpy()
    return of_active(table, m * table.per_unit(table.arrays.Y.sum(axis=1)))


INDICES = (
    Index(
        "net_backward",
        "backward",
        backward,
        "m_j f_j / x_j",
        REFERENCE,
        mean_one=True,
        weights=by_output,
    ),
)
