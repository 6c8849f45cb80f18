"""Elasticities of outputs and of multipliers with respect to every input coefficient."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from iomodel.accounts import show
from iomodel.arguments import typed
from iomodel.errors import TableError
from iomodel.table import IOTable

SHERMAN_MORRISON = (
    "the derivative of the formula of Sherman, J. and Morrison, W. J. (1950), Annals of "
    "Mathematical Statistics 21(1), 124-127"
)


@typed
def elasticities(table: IOTable, of: Hashable | None = None) -> pd.DataFrame:
    """By what per cent an output changes when an input coefficient rises by one per cent.

    Of the output of sector k (`of`, by code or full label), with final demand as it is,

        (a_ij / x_k) dx_k / da_ij = a_ij l_ki x_j / x_k ;

    of the output of all sectors together (`of` left out) a_ij m_i x_j / i'x.  All cells together,
    one per cent more of every input, add up to (L (x - f))_k / x_k.

    n x n, row i supplies column j; per cent per per cent.  Cost: one solve, 2 n^2 flops, and n^2.
    Errors: LabelError; TableError for a sector without output; MissingAccountError for a table of
    total transactions.
    Reference: the derivative of the formula of Sherman, J. and Morrison, W. J. (1950), Annals of
    Mathematical Statistics 21(1), 124-127.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> elasticities(table, "a").round(4).to_numpy()
    array([[0.1881, 0.6271],
           [0.066 , 0.033 ]])
    """
    table.require_domestic("The elasticity of output")
    n, x = len(table.accounts), table.arrays.x
    weights = np.ones(n)
    if of is not None:
        k = table.accounts.position(of)
        if not table.active[k]:
            raise TableError(
                f"Sector '{show(table.accounts.keys[k])}' has no output to change in per cent.",
                remedy="Ask for a sector with output; table.sectors says which have.",
            )
        weights = np.zeros(n)
        weights[k] = 1.0
    carried = table.L.T.solve(weights) / float(weights @ x)
    frame = table.accounts.frame(table.arrays.Z * carried[:, None], table.accounts.index)
    whose = "all sectors" if of is None else f"'{show(table.accounts.keys[k])}'"
    frame.attrs.update(
        name=f"elasticity of the output of {whose}",
        unit="per cent per per cent",
        formula="a_ij m_i x_j / i'x" if of is None else "a_ij l_ki x_j / x_k",
        reference=SHERMAN_MORRISON,
    )
    return frame


@typed
def multiplier_elasticities(table: IOTable, of: Hashable) -> pd.DataFrame:
    """By what per cent one output multiplier changes when an input coefficient rises by one.

    (a_ij / m_k) dm_k / da_ij = a_ij m_i l_jk / m_k for the multiplier of sector k (`of`): the
    supplier's own multiplier, times what the buyer produces for one unit of final demand for k.

    n x n, row i supplies column j; per cent per per cent.  Cost: two solves, 4 n^2 flops, and n^2.
    Errors: LabelError; MissingAccountError for a table of total transactions.
    Reference: the derivative of the formula of Sherman, J. and Morrison, W. J. (1950), Annals of
    Mathematical Statistics 21(1), 124-127.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> multiplier_elasticities(table, "a").round(4).to_numpy()
    array([[0.1881, 0.066 ],
           [0.2399, 0.0126]])
    """
    table.require_domestic("The elasticity of a multiplier")
    k, n = table.accounts.position(of), len(table.accounts)
    unit = np.zeros(n)
    unit[k] = 1.0
    m, made = table.L.T.solve(np.ones(n)), table.L.solve(unit)
    made = np.where(table.active, made / np.where(table.active, table.arrays.x, 1.0), 0.0)
    values = table.arrays.Z * np.outer(m, made) / m[k]
    frame = table.accounts.frame(values, table.accounts.index)
    frame.attrs.update(
        name=f"elasticity of the output multiplier of '{show(table.accounts.keys[k])}'",
        unit="per cent per per cent",
        formula="a_ij m_i l_jk / m_k",
        reference=SHERMAN_MORRISON,
    )
    return frame
