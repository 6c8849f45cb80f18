"""What the economy loses in all by each extraction of each sector, without the losers by name."""

from __future__ import annotations

import numpy as np
import pandas as pd

from iomodel.arguments import typed
from iomodel.extraction.losses import MILLER_BLAIR, TEMURSHOEV, asked, without_own
from iomodel.extraction.measure import OUTPUT, Measured, in_percent, told
from iomodel.table import IOTable

FORMULAS = {
    "complete": "m x / l",
    "backward": "(m - w) x / l",
    "backward_others": "((1 - a) m - w) x / ((1 - a) l)",
    "forward": "m z / l",
    "forward_others": "m (z - a x) / ((1 - a) l)",
    "forward_ghosh": "(L A (w x)) / l",
}


@typed
def totals(
    table: IOTable, *, measure: Measured = OUTPUT, own: bool = True, percent: bool = False
) -> pd.DataFrame:
    """The loss of the whole economy by each extraction of each sector: column sums, for less.

    With w the measure per unit of output, m = w'L, l = diag(L), a = diag(A), z = A x the
    intermediate sales, all n at once:

        complete         m x / l                              everything of the sector out
        backward         (m - w) x / l                        its purchases
        backward_others  ((1 - a) m - w) x / ((1 - a) l)      its purchases from others
        forward          m z / l                              its sales to producers
        forward_others   m (z - a x) / ((1 - a) l)            its sales to other producers
        forward_ghosh    (L A (w x)) / l                      its sales, supply side

    each equal to `.sum()` of the function of that name.  m - w is solved for as (w'A)L, so that
    nothing cancels.  `measure`, `own` and `percent` as in `complete`; with `own=False` the first
    three are one figure, and each is a difference, good to the last digits of the one with it.

    n x 6, unit of the measure.
    Cost: the diagonal of L, 2/3 n^3 flops once the table is factorised and 8 n^2 bytes, and two
    solves; no inverse is formed.
    Errors: those of `complete`.
    Reference: Miller, R. E. and Blair, P. D. (2009), Input-Output Analysis, Cambridge University
    Press, chapter 12; Temurshoev, U. (2010), Journal of Regional Science 50(4), 872-890.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> totals(table).round(1).loc["a"].to_dict()  # doctest: +NORMALIZE_WHITESPACE
    {'complete': 1210.5, 'backward': 413.2, 'backward_others': 272.4, 'forward': 786.8,
     'forward_others': 712.1, 'forward_ghosh': 728.9}
    """
    rates = asked(table, measure)
    A, x, w = table.A.to_numpy(), table.arrays.x, rates.rates
    a, others = np.diagonal(A), without_own(table)
    l = table.L.diagonal().to_numpy()
    beyond = table.L.T.solve(w @ A)
    m = w + beyond
    kept = (1 - a) * l
    losses = {
        "complete": m * x / l,
        "backward": beyond * x / l,
        "backward_others": (m @ others) * x / kept,
        "forward": m * (A @ x) / l,
        "forward_others": m * (others @ x) / kept,
        "forward_ghosh": table.L.solve(A @ (w * x)) / l,
    }
    if not own:
        others_lose = (m @ others - w * (kept - 1)) / kept  # sum of w_i l_ik / l_kk over i != k
        losses["complete"] = losses["backward"] = losses["backward_others"] = others_lose * x
        losses["forward"] = others_lose * (A @ x)
        losses["forward_others"] = others_lose * (others @ x) / (1 - a)
        losses["forward_ghosh"] -= (l - 1) * w * x / l
    values = np.column_stack(list(losses.values()))
    frame = table.accounts.frame(
        in_percent(values, rates) if percent else values, pd.Index(list(losses))
    )
    formula = "; ".join(f"{name}: {text}" for name, text in FORMULAS.items())
    return told(
        frame,
        "total losses by extraction",
        formula,
        rates,
        own=own,
        percent=percent,
        reference=f"{MILLER_BLAIR}; {TEMURSHOEV}",
    )
