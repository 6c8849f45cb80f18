"""The delta method: the deviation of multipliers to first order, without drawing anything."""

from __future__ import annotations

import numpy as np
import pandas as pd

from iomodel.arguments import typed
from iomodel.sensitivity.noise import relative
from iomodel.table import IOTable

NINETY = 1.6448536269514722  # 95 % of a normal distribution lie below


@typed
def delta_method(table: IOTable, sd: float | pd.DataFrame) -> pd.DataFrame:
    """How uncertain output multipliers are, to first order, when coefficients err independently.

    var(m_j) = sum_l l_lj^2 sum_k m_k^2 s_kl^2,   s_kl = sd_kl a_kl,

    since dm = m' dA L: each error counts by the multiplier of its supplier k and by what the buyer
    l produces for j.  `sd` is the relative standard deviation of the coefficients, a number or an
    n x n frame.  First order: the mean is the point, and skewness is not seen; beside it
    `monte_carlo(table, IndependentCells(sd))`.

    n x 4: multiplier, sd, q05 and q95 (m -+ 1.645 sd, as if normal), output per unit of final
    demand.  Cost: L once, 2 n^3 flops; then 5 n^2.
    Errors: TableError for a negative `sd`; LabelError; MissingAccountError for total transactions.
    Reference: the first-order term of West, G. R. (1986), A stochastic analysis of an input-output
    model, Econometrica 54(2), 363-374.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> delta_method(table, 0.1).round(4).loc["a"].to_dict()
    {'multiplier': 1.5182, 'sd': 0.0474, 'q05': 1.4402, 'q95': 1.5961}
    """
    table.require_domestic("The uncertainty of multipliers")
    s = relative(table, sd) * table.A.to_numpy()
    L, m = table.L.to_array(), table.L.T.solve(np.ones(len(table.accounts)))
    deviation = np.sqrt((m**2 @ s**2) @ L**2)
    values = np.column_stack([m, deviation, m - NINETY * deviation, m + NINETY * deviation])
    frame = table.accounts.frame(values, pd.Index(["multiplier", "sd", "q05", "q95"]))
    frame.attrs.update(
        name="output multipliers under independent errors, delta method",
        unit="unit of output per unit of final demand",
        formula="var(m_j) = sum_l l_lj^2 sum_k m_k^2 s_kl^2",
    )
    return frame
