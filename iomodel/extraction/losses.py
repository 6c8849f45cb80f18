"""The algebra that extractions of one sector share, and the way out: a table of losses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from iomodel.accounts import Array
from iomodel.extraction.measure import Measure, Measured, in_percent, measured, told
from iomodel.table import IOTable

MILLER_BLAIR = (
    "Miller, R. E. and Blair, P. D. (2009), Input-Output Analysis: Foundations and Extensions, "
    "2nd ed., Cambridge University Press, chapter 12"
)
DIETZENBACHER_LINDEN = (
    "Dietzenbacher, E. and van der Linden, J. A. (1997), Sectoral and spatial linkages in the EC "
    "production structure, Journal of Regional Science 37(2), 235-257"
)
TEMURSHOEV = (
    "Temurshoev, U. (2010), Identifying optimal sector groupings with the hypothetical extraction "
    "method, Journal of Regional Science 50(4), 872-890"
)
DIETZENBACHER_LAHR = (
    "Dietzenbacher, E. and Lahr, M. L. (2013), Expanding extractions, Economic Systems Research "
    "25(3), 341-360"
)


def asked(table: IOTable, measure: Measured) -> Measure:
    """The measure, from a table that can be asked: before anything is solved."""
    table.require_domestic("Hypothetical extraction")
    return measured(table, measure)


def without_own(table: IOTable) -> Array:
    """A copy of A with a diagonal of zeros."""
    A: Array = table.A.to_numpy().copy()
    np.fill_diagonal(A, 0.0)
    return A


def when_purchases_fall(
    table: IOTable,
    share: float | Array,
    words: tuple[str, str, str],
    *,
    measure: Measured,
    own: bool,
    percent: bool,
) -> pd.DataFrame:
    """Losses when each column of A is cut by a share: L A e_k s x_k / (1 + s (L A)_kk)."""
    rates = asked(table, measure)
    losses = table.L.solve(table.A.to_numpy())
    losses *= share * table.arrays.x / (1 + share * np.diagonal(losses))
    return counted(table, losses, words, rates, own=own, percent=percent)


def when_sales_fall(
    table: IOTable,
    share: float | Array,
    words: tuple[str, str, str],
    *,
    measure: Measured,
    own: bool,
    percent: bool,
) -> pd.DataFrame:
    """Losses when each row of A is cut by a share: L e_k s (A x)_k / (1 + s (l_kk - 1))."""
    rates = asked(table, measure)
    L = table.L.to_array()
    sold = table.A.to_numpy() @ table.arrays.x
    losses = L * (share * sold / (1 - share + share * np.diagonal(L)))
    return counted(table, losses, words, rates, own=own, percent=percent)


def counted(
    table: IOTable,
    losses: Array,
    words: tuple[str, str, str],
    rates: Measure,
    *,
    own: bool,
    percent: bool,
) -> pd.DataFrame:
    """Losses of output (n x n) in the measure asked for, labelled; name, formula, reference."""
    losses = losses * rates.rates[:, None]
    if not own:
        np.fill_diagonal(losses, 0.0)
    values = in_percent(losses, rates) if percent else losses
    frame = table.accounts.frame(values, replace(table.accounts, axis="extracted").index)
    name, formula, reference = words
    return told(frame, name, formula, rates, own=own, percent=percent, reference=reference)
