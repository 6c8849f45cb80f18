"""What all indices share: values of sectors with output, and their division by the mean."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from iomodel.accounts import Array
from iomodel.table import IOTable

# A mean below this share of all output is the rounding of nothing: there are no such linkages.
NOTHING = 1e-13


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


def money_over_mean(table: IOTable, money: Array) -> pd.Series:
    """Money over its mean among the sectors with output; NaN throughout where there is none.

    Where no sector has such a linkage, or those of negative final demand outweigh the others,
    the mean is no yardstick.
    """
    active = table.active
    if not money[active].sum() > NOTHING * table.arrays.x.sum():
        return of_active(table, np.full(len(money), np.nan))
    return mean_one(table, money)


def positions(table: IOTable) -> npt.NDArray[np.intp]:
    """Where the sectors with output stand."""
    return np.flatnonzero(table.active)


def dense_coefficients(table: IOTable) -> Array:
    """A among the sectors with output."""
    return table.A.to_numpy()[np.ix_(positions(table), positions(table))]


def dense(table: IOTable) -> tuple[Array, Array]:
    """A and L among the sectors with output, copies: 2 n^3 flops, 25 n^2 bytes."""
    on = np.ix_(positions(table), positions(table))
    return dense_coefficients(table), table.L.to_array()[on]


def spread(table: IOTable, values: Array) -> Array:
    """Values of the sectors with output at their places among all; NaN elsewhere."""
    everywhere: Array = np.full(len(table.accounts), np.nan)
    everywhere[positions(table)] = values
    return everywhere
