"""Weighted linkages: sums of L and G times the size of the sector they are sums of."""

from __future__ import annotations

import pandas as pd

from iomodel.linkages.averages import mean_one
from iomodel.linkages.register import Index
from iomodel.table import IOTable

REFERENCE = (
    "Hazari, B. R. (1970), Empirical identification of key sectors in the Indian economy, Review "
    "of Economics and Statistics 52(3), 301-305; Laumas, P. S. (1976), The weighting problem in "
    "testing the linkage hypothesis, Quarterly Journal of Economics 90(2), 308-312"
)


def demand_weighted_backward(table: IOTable) -> pd.Series:
    """Output that a sector's actual final demand brings, against that of the average sector.

    n f_j m_j / i'x over the sectors with output, m = i'L and i'x = f m: Rasmussen's backward sum
    with final demand as its weight, for a unit more is likelier where much is bought.  (Rows of L
    weighted by the final demand of their columns would be no index of links: L f is output.)

    Cost: one solve, 2 n^2 flops.  Reference: Hazari (1970); Laumas (1976) on why to weight.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> demand_weighted_backward(table).round(4).to_dict()
    {'a': 0.3542, 'b': 1.6458}
    """
    table.require_domestic("The weighted backward linkage")
    m = table.L.column_sums().to_numpy()
    return mean_one(table, table.arrays.Y.sum(axis=1) * m)


def output_weighted_backward(table: IOTable) -> pd.Series:
    """Rasmussen's backward sum of a sector with its output as weight, against the average sector.

    n x_j m_j / sum_k x_k m_k over the sectors with output, m = i'L.

    Cost: one solve, 2 n^2 flops.  Reference: Hazari (1970); Laumas (1976) on why to weight.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> output_weighted_backward(table).round(4).to_dict()
    {'a': 0.6866, 'b': 1.3134}
    """
    table.require_domestic("The weighted backward linkage")
    return mean_one(table, table.arrays.x * table.L.column_sums().to_numpy())


def output_weighted_forward(table: IOTable) -> pd.Series:
    """Rasmussen's forward sum of a sector with its output as weight, against the average sector.

    n x_i (L i)_i / sum_k x_k (L i)_k over the sectors with output.

    Cost: one solve, 2 n^2 flops.  Reference: Hazari (1970); Laumas (1976) on why to weight.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> output_weighted_forward(table).round(4).to_dict()
    {'a': 0.7273, 'b': 1.2727}
    """
    table.require_domestic("The weighted forward linkage")
    return mean_one(table, table.arrays.x * table.L.row_sums().to_numpy())


def input_weighted_forward(table: IOTable) -> pd.Series:
    """Output that a sector's primary inputs carry on through sales, against the average sector.

    n v_i (G i)_i / i'x over the sectors with output, v all primary inputs of the sector (the
    column of V) and i'x = v G i: the mirror image of `demand_weighted_backward`.

    Cost: one solve, 2 n^2 flops.  Reference: Hazari (1970); Laumas (1976) on why to weight.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> input_weighted_forward(table).round(4).to_dict()
    {'a': 0.8295, 'b': 1.1705}
    """
    table.require_domestic("The weighted forward linkage")
    return mean_one(table, table.arrays.V.sum(axis=0) * table.G.row_sums().to_numpy())


INDICES = (
    Index(
        "demand_weighted_backward",
        "backward",
        demand_weighted_backward,
        "n f_j m_j / i'x",
        REFERENCE,
        mean_one=True,
    ),
    Index(
        "output_weighted_backward",
        "backward",
        output_weighted_backward,
        "n x_j m_j / sum x m",
        REFERENCE,
        mean_one=True,
    ),
    Index(
        "output_weighted_forward",
        "forward",
        output_weighted_forward,
        "n x_i (L i)_i / sum x (L i)",
        REFERENCE,
        mean_one=True,
    ),
    Index(
        "input_weighted_forward",
        "forward",
        input_weighted_forward,
        "n v_i (G i)_i / i'x",
        REFERENCE,
        mean_one=True,
    ),
)
