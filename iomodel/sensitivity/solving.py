"""Multipliers of one drawn matrix: m = 1 + A'm to a rigorous bound, without a factorisation."""

from __future__ import annotations

from contextlib import suppress

import numpy as np

from iomodel.accounts import Array
from iomodel.errors import ConvergenceError
from iomodel.linalg import krylov
from iomodel.linalg.operators import Dense

SMALL = 250


def multipliers(turned: Array, start: Array, tolerance: float) -> Array | None:
    """The column sums of (I - A)^-1 for A >= 0, from `turned` = A' (n x n, C order).

    None where A is not productive.  What is returned is proven, but for the rounding of r: for
    r = 1 + A'm - m and m > 0, |r| <= tolerance < 1 in every row says that (I - A')m > 0, so A is
    productive, and that every m is right to `tolerance` of itself, since the inverse is not
    negative.

    LU below 250 sectors; above, iterated from `start`, about 15 products with A'.  What either
    leaves above the bound is refined by the LU factors; an answer whose bound is still above the
    tolerance is given as NaN: there are no digits for it.
    """
    if turned.diagonal().max() >= 1:
        return None
    if len(turned) > SMALL:
        A, ones = Dense(turned, nonnegative=True), np.ones((len(turned), 1))
        with suppress(ConvergenceError):
            # it stops at a fifth of rtol beside a right side of ones
            m = krylov.solve(A, ones, start=start[:, None], rtol=5 * tolerance).x[:, 0]
            if _proven(turned, m, tolerance):
                return m
    return _factorised(turned, tolerance)


def residual(turned: Array, m: Array) -> Array:
    """r = 1 + A'm - m."""
    r: Array = turned @ m
    r -= m
    r += 1.0
    return r


def _proven(turned: Array, m: Array, tolerance: float) -> bool:
    r = residual(turned, m)
    return bool(np.isfinite(m).all() and m.min() > 0 and np.abs(r).max() <= tolerance)


def _factorised(turned: Array, tolerance: float) -> Array | None:
    system, m = np.eye(len(turned)) - turned, np.ones(len(turned))
    try:
        m[:] = np.linalg.solve(system, m)
    except np.linalg.LinAlgError:
        return None
    if not (np.isfinite(m).all() and m.min() > 0 and residual(turned, m).max() < 1):
        return None
    if not _proven(turned, m, tolerance):
        m += np.linalg.solve(system, residual(turned, m))
    return m if _proven(turned, m, tolerance) else np.full_like(m, np.nan)
