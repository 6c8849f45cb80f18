"""The sectors or firms whose loss would weigh most, without the diagonal of the whole inverse."""

from __future__ import annotations

import numpy as np
import pandas as pd

from iomodel.accounts import Array
from iomodel.arguments import typed
from iomodel.errors import TableError
from iomodel.extraction.losses import MILLER_BLAIR, TEMURSHOEV, asked
from iomodel.extraction.measure import OUTPUT, Measured, in_percent, told
from iomodel.table import IOTable

AT_ONCE = 16
DUST = 1e-9  # a bound this close to the last loss of the list is looked at as well


@typed
def largest(
    table: IOTable, *, top: int = 10, measure: Measured = OUTPUT, percent: bool = False
) -> pd.DataFrame:
    """The sectors (or firms) the economy would lose most by, largest first: complete extraction.

    The loss of extracting k is m_k x_k / l_kk with m = w'L, w the measure per unit of output.
    Since l_kk >= 1 / (1 - a_kk) >= 1,

        loss_k <= m_k x_k (1 - a_kk)    for all k from one solve,

    so that l_kk is solved for only where this bound exceeds the smallest loss of the list: the
    result is that of `totals(table)["complete"]`, for a network of any size.

    A DataFrame with `top` rows and columns loss (unit of the measure), bound, diagonal (l_kk).
    Cost: one solve and one for each sector looked at, which is `top` and a few more.
    Errors: TableError for a `top` below one; those of `complete`.
    Reference: Miller, R. E. and Blair, P. D. (2009), Input-Output Analysis, Cambridge University
    Press, chapter 12; Temurshoev, U. (2010), Journal of Regional Science 50(4), 872-890.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> largest(table, top=1).round(1).to_dict("index")
    {'b': {'loss': 2588.2, 'bound': 2759.1, 'diagonal': 1.1}}
    """
    rates = asked(table, measure)
    if top < 1:
        raise TableError(f"The {top} largest losses were asked for.", remedy="Ask for one or more.")
    weight = table.L.T.solve(rates.rates) * table.arrays.x
    own = table.per_unit(table.arrays.flows.diagonal())
    bound = np.maximum(weight, 0.0) * (1 - own)
    order = np.argsort(-bound, kind="stable")
    top = min(top, len(order))
    diagonal: Array = np.empty(0)
    losses: Array = np.empty(0)
    while len(losses) < len(order):
        known = len(losses)
        if known >= top:
            least = -np.partition(-losses, top - 1)[top - 1]
            if bound[order[known]] < least * (1 - DUST):
                break
        at = order[known : known + AT_ONCE]
        diagonal = np.append(diagonal, _diagonal(table, at))
        losses = weight[order[: len(diagonal)]] / diagonal
    best = np.argsort(-losses, kind="stable")[:top]
    values = np.column_stack([losses[best], bound[order[best]]])
    if percent:
        values = in_percent(values, rates)
    frame = pd.DataFrame(
        np.column_stack([values, diagonal[best]]),
        index=table.accounts.index[order[best]],
        columns=["loss", "bound", "diagonal"],
    )
    return told(
        frame,
        f"{top} largest losses by complete extraction",
        "m x / l, looked at while m x (1 - a) is above the last of the list",
        rates,
        own=True,
        percent=percent,
        reference=f"{MILLER_BLAIR}; {TEMURSHOEV}",
    )


def _diagonal(table: IOTable, at: np.ndarray) -> Array:
    """l_kk of these sectors, one solve each."""
    units = np.zeros((len(table.accounts), len(at)))
    units[at, range(len(at))] = 1.0
    found: Array = table.L.solve(units)[at, range(len(at))]
    return found
