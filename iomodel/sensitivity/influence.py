"""Fields of influence: what a small change of one input coefficient does to the whole inverse."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from iomodel.accounts import show
from iomodel.arguments import typed
from iomodel.table import IOTable

SONIS_HEWINGS = (
    "Sonis, M. and Hewings, G. J. D. (1989), Error and sensitivity input-output analysis: a new "
    "approach, in Miller, R. E., Polenske, K. R. and Rose, A. Z. (eds), Frontiers of Input-Output "
    "Analysis, Oxford University Press; Sonis, M. and Hewings, G. J. D. (1992), Coefficient change "
    "in input-output models: theory and applications, Economic Systems Research 4(2), 143-158"
)


@typed
def field_of_influence(table: IOTable) -> pd.DataFrame:
    """How strongly a small change of each input coefficient moves the whole Leontief inverse.

    The size (Frobenius norm) of the first-order field of every cell,

        ||F(i, j)|| = sqrt( (sum_k l_ki^2) (sum_m l_jm^2) ),  F(i, j) = L e_i e_j' L = dL / da_ij,

    the length of column i of L times the length of row j: no field is formed and nothing is
    inverted again.  Large where the supplier i reaches back far and the buyer j sells far.

    n x n, row i supplies column j; output per unit of final demand, per unit of the coefficient.
    Cost: L once, 2 n^3 flops and 8 n^2 bytes; then 5 n^2 flops for all n^2 fields.
    Errors: MissingAccountError for a table of total transactions; NotProductiveError.
    Reference: Sonis and Hewings (1989), in Frontiers of Input-Output Analysis; Sonis and Hewings
    (1992), Economic Systems Research 4(2), 143-158.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> field_of_influence(table).round(4).to_numpy()
    array([[1.662 , 1.4774],
           [1.5168, 1.3483]])
    """
    table.require_domestic("The field of influence")
    L = table.L.to_array()
    columns, rows = np.sqrt(np.einsum("ki,ki->i", L, L)), np.sqrt(np.einsum("jm,jm->j", L, L))
    frame = table.accounts.frame(np.outer(columns, rows), table.accounts.index)
    frame.attrs.update(
        name="field of influence, Frobenius norm",
        unit="output per unit of final demand, per unit of the coefficient",
        formula="sqrt((sum_k l_ki^2)(sum_m l_jm^2))",
        reference=SONIS_HEWINGS,
    )
    return frame


@typed
def field_of(table: IOTable, row: Hashable, column: Hashable) -> pd.DataFrame:
    """What a small change of one input coefficient does to every cell of the Leontief inverse.

    F(i, j) = dL / da_ij = L e_i e_j' L: cell (k, m) is l_ki l_jm, what sector k delivers for one
    more unit bought from i, times what j has to produce for final demand m.  `row` i is the
    supplier and `column` j the buyer, by code or full label; the coefficient may be zero.  The
    exact change for a change that is not small is d F / (1 - d l_ji): `rank_one`.

    n x n; output per unit of final demand, per unit of the coefficient.
    Cost: two solves, 4 n^2 flops, and n^2 for the product.
    Errors: LabelError; MissingAccountError for a table of total transactions.
    Reference: Sonis and Hewings (1989), in Frontiers of Input-Output Analysis; Sonis and Hewings
    (1992), Economic Systems Research 4(2), 143-158.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> field_of(table, "a", "b").round(4).to_numpy()
    array([[0.3311, 1.4073],
           [0.0697, 0.2963]])
    """
    table.require_domestic("The field of influence")
    i, j = table.accounts.position(row), table.accounts.position(column)
    sold, bought = np.zeros(len(table.accounts)), np.zeros(len(table.accounts))
    sold[i], bought[j] = 1.0, 1.0
    field = np.outer(table.L.solve(sold), table.L.T.solve(bought))
    frame = table.accounts.frame(field, table.accounts.index)
    keys = table.accounts.keys
    frame.attrs.update(
        name=f"field of influence of '{show(keys[i])}' in '{show(keys[j])}'",
        unit="output per unit of final demand, per unit of the coefficient",
        formula="l_ki l_jm",
        reference=SONIS_HEWINGS,
    )
    return frame


@typed
def total_influence(table: IOTable) -> pd.DataFrame:
    """The sum of the field of every coefficient: what all cells of L together gain from it.

    i' F(i, j) i = m_i r_j, the output multiplier of the supplier i (column sum of L) times the
    row sum of L of the buyer j; the inverse is never formed.

    n x n, row i supplies column j; output per unit of final demand, per unit of the coefficient.
    Cost: two solves, 4 n^2 flops, and n^2 for the product.
    Errors: MissingAccountError for a table of total transactions; NotProductiveError.
    Reference: Sonis and Hewings (1989), in Frontiers of Input-Output Analysis; Sonis and Hewings
    (1992), Economic Systems Research 4(2), 143-158.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> total_influence(table).round(4).to_numpy()
    array([[2.405 , 2.1044],
           [2.3004, 2.0129]])
    """
    table.require_domestic("The total influence")
    ones = np.ones(len(table.accounts))
    influence = np.outer(table.L.T.solve(ones), table.L.solve(ones))
    frame = table.accounts.frame(influence, table.accounts.index)
    frame.attrs.update(
        name="total influence",
        unit="output per unit of final demand, per unit of the coefficient",
        formula="m_i r_j",
        reference=SONIS_HEWINGS,
    )
    return frame
