"""The multiplier product matrix: a landscape of both linkages, ordered by rank."""

from __future__ import annotations

import numpy as np
import pandas as pd

from iomodel.about import about
from iomodel.arguments import typed
from iomodel.linkages.averages import positions
from iomodel.table import IOTable

REFERENCE = (
    "Sonis, M., Hewings, G. J. D. and Guo, J. (2000), A new image of classical key sector "
    "analysis: minimum information decomposition of the Leontief inverse, Economic Systems "
    "Research 12(3), 401-423"
)


@typed
def multiplier_product_matrix(table: IOTable) -> pd.DataFrame:
    """What L would be if links knew only how much each sector pulls and is pulled: a landscape.

    m_ij = (L i)_i (i'L)_j / i'L i: the matrix with the row and column sums of L and no other
    structure.  Rows stand by falling forward, columns by falling backward linkage, so that key
    sectors meet in the upper left corner; sectors without output are left out, and
    `.attrs["left_out"]` says how many.  Equal sums keep the order of the table.

    Cost: two solves and an outer product, 5 n^2 flops, 16 n^2 bytes.
    Errors: MissingAccountError for total transactions; NotProductiveError.
    Reference: Sonis, Hewings and Guo (2000).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> multiplier_product_matrix(table).round(4).loc["a"].to_dict()
    {'a': 0.8097, 'b': 0.7745}
    """
    table.require_domestic("The multiplier product matrix")
    on = positions(table)
    rows, columns = (sums.to_numpy()[on] for sums in table.L.both_sums())
    down, along = (np.argsort(-sums.round(12), kind="stable") for sums in (rows, columns))
    index = table.accounts.index[on]
    frame = pd.DataFrame(
        np.outer(rows[down], columns[along]) / rows.sum(), index=index[down], columns=index[along]
    )
    return about(
        frame,
        name="multiplier product matrix",
        unit="output per unit of final demand",
        formula="(L i)_i (i'L)_j / i'L i",
        reference=REFERENCE,
        left_out=len(table.accounts) - len(on),
    )
