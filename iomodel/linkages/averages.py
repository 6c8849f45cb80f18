"""What all indices share: values of sectors with output, and their division by the mean."""

from __future__ import annotations

import numpy as np
import pandas as pd

from iomodel.accounts import Array
from iomodel.table import IOTable


def of_active(table: IOTable, values: Array) -> pd.Series:
    """Values by code, NaN for sectors without output: they have no linkages, not weak ones."""
    return table.accounts.series(np.where(table.active, values, np.nan))


def mean_one(table: IOTable, sums: Array) -> pd.Series:
    """Sums over their mean among the sectors with output.

    A sector without output has a row and a column of the identity, so the sums of the others are
    what they would be without it.
    """
    active = table.active
    return of_active(table, sums / sums[active].mean() if active.any() else sums)
