"""Dividing what was multiplied with flows by outputs, so that A = Z x^-1 is never formed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from iomodel.accounts import Array


def over(v: Array, x: Array | None) -> Array:
    """v / x row by row; v where there is nothing to divide by."""
    if x is None:
        return v
    divided: Array = v / (x if v.ndim == 1 else x[:, None])
    return divided


def among(Z: npt.NDArray[Any], at: npt.NDArray[np.intp], x: Array | None) -> Array:
    """Z x^-1 among the accounts `at`, which stand in order; fast where they are neighbours."""
    first, end = int(at[0]), int(at[-1]) + 1
    own = Z[first:end, first:end] if end - first == len(at) else Z[np.ix_(at, at)]
    found: Array = own.astype(np.float64) if x is None else own / x[at]
    return found
