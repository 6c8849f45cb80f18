"""Rasmussen's indices: how far a sector pulls and is pulled through all rounds, and how evenly."""

from __future__ import annotations

import numpy as np
import pandas as pd

from iomodel.accounts import Array
from iomodel.linkages.averages import mean_one, of_active
from iomodel.linkages.register import Index
from iomodel.table import IOTable

REFERENCE = "Rasmussen, P. N. (1956), Studies in Inter-Sectoral Relations, North-Holland, Amsterdam"


def backward(table: IOTable) -> pd.Series:
    """Power of dispersion: how much a sector pulls on all others, against the average sector.

    U_.j = n sum_i l_ij / sum_ij l_ij over the n sectors with output; the mean is 1.

    Cost: one solve, 2 n^2 flops.  Reference: Rasmussen (1956).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> backward(table).round(4).to_dict()
    {'a': 1.0222, 'b': 0.9778}
    """
    table.require_domestic("The power of dispersion")
    return mean_one(table, table.L.column_sums().to_numpy())


def forward(table: IOTable) -> pd.Series:
    """Sensitivity of dispersion: how much a sector is pulled when every sector grows by one unit.

    U_i. = n sum_j l_ij / sum_ij l_ij over the n sectors with output; the mean is 1.  The unit of
    demand is the same for a large and a small sector; `ghosh_forward` asks about what is sold.

    Cost: one solve, 2 n^2 flops.  Reference: Rasmussen (1956).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> forward(table).round(4).to_dict()
    {'a': 1.0667, 'b': 0.9333}
    """
    table.require_domestic("The sensitivity of dispersion")
    return mean_one(table, table.L.row_sums().to_numpy())


def backward_cv(table: IOTable) -> pd.Series:
    """How unevenly a sector pulls: coefficient of variation of its column of L.

    V_.j = std_i(l_ij) / mean_i(l_ij), the standard deviation with n - 1, over the n sectors with
    output (NaN when there is only one).  High: the pull falls on few sectors.

    Cost: the dense inverse, 2 n^3 flops and 8 n^2 bytes.  Reference: Rasmussen (1956).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> backward_cv(table).round(4).to_dict()
    {'a': 0.9223, 'b': 0.7714}
    """
    table.require_domestic("The variation of the power of dispersion")
    return _variation(table, axis=0)


def forward_cv(table: IOTable) -> pd.Series:
    """How unevenly a sector is pulled: coefficient of variation of its row of L.

    V_i. = std_j(l_ij) / mean_j(l_ij), the standard deviation with n - 1, over the n sectors with
    output (NaN when there is only one).  High: the sector depends on few others.

    Cost: the dense inverse, 2 n^3 flops and 8 n^2 bytes.  Reference: Rasmussen (1956).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> forward_cv(table).round(4).to_dict()
    {'a': 0.825, 'b': 0.8755}
    """
    table.require_domestic("The variation of the sensitivity of dispersion")
    return _variation(table, axis=1)


def _variation(table: IOTable, axis: int) -> pd.Series:
    """Standard deviation over mean along one axis of L, among the sectors with output."""
    active = np.flatnonzero(table.active)
    values: Array = np.full(len(table.accounts), np.nan)
    if len(active) > 1:
        L = table.L.to_array()[np.ix_(active, active)]
        values[active] = L.std(axis=axis, ddof=1) / L.mean(axis=axis)
    return of_active(table, values)


INDICES = (
    Index(
        "rasmussen_backward", "backward", backward, "n sum_i l_ij / sum L", REFERENCE, mean_one=True
    ),
    Index(
        "rasmussen_forward", "forward", forward, "n sum_j l_ij / sum L", REFERENCE, mean_one=True
    ),
    Index(
        "rasmussen_backward_cv", "dispersion", backward_cv, "std_i(l_ij) / mean_i(l_ij)", REFERENCE
    ),
    Index(
        "rasmussen_forward_cv", "dispersion", forward_cv, "std_j(l_ij) / mean_j(l_ij)", REFERENCE
    ),
)
