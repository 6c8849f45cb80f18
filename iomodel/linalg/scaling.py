"""Dividing what was multiplied with flows by outputs, so that A = Z x^-1 is never formed."""

from __future__ import annotations

from iomodel.accounts import Array


def over(v: Array, x: Array | None) -> Array:
    """v / x row by row; v where there is nothing to divide by."""
    if x is None:
        return v
    divided: Array = v / (x if v.ndim == 1 else x[:, None])
    return divided
