"""Multipliers of one drawn matrix: m = 1 + A'm to a rigorous bound, without a factorisation."""

from __future__ import annotations

import numpy as np

from iomodel.accounts import Array

SMALL = 250
LARGEST_BASIS = 60
RESTARTS = 8


def multipliers(turned: Array, start: Array, tolerance: float) -> Array | None:
    """The column sums of (I - A)^-1 for A >= 0, from `turned` = A' (n x n, C order).

    None where A is not productive.  What is returned is proven, but for the rounding of r: for
    r = 1 + A'm - m and m > 0, |r| <= tolerance < 1 in every row says that (I - A')m > 0, so A is
    productive, and that every m is right to `tolerance` of itself, since the inverse is not
    negative.

    LU below 250 sectors; above, GMRES on the rows divided by 1 - a_jj, about 15 to 20 products
    with A' from `start`.  What either leaves above the bound is refined by the LU factors; an
    answer whose bound is still above the tolerance is given as NaN: there are no digits for it.
    """
    if turned.diagonal().max() >= 1:
        return None
    if len(turned) > SMALL:
        m = _iterated(turned, start, tolerance)
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


def _iterated(turned: Array, start: Array, tolerance: float) -> Array:
    """GMRES from `start`, started again from what it reached until the bound holds."""
    scale: Array = 1 / (1 - turned.diagonal())
    m = start.copy()
    # the residual is stopped by its length, and wanted small in every row: rows share it evenly
    goal = 0.3 * tolerance * np.sqrt(len(m))
    for _ in range(RESTARTS):
        r = residual(turned, m)
        if np.abs(r).max() <= tolerance:
            break
        m += _correction(turned, scale, r * scale, goal)
    return m


def _correction(turned: Array, scale: Array, r: Array, goal: float) -> Array:
    """The combination of r, Mr, M^2 r ... that leaves least of the residual r.

    M = scale (I - A').  Arnoldi with two Gram-Schmidt passes; the length of what is left follows
    from Givens rotations as the basis grows.
    """
    length = float(np.linalg.norm(r))
    size = min(LARGEST_BASIS, len(r))
    basis = np.empty((size + 1, len(r)))
    upper, rotations = np.zeros((size, size)), np.zeros((size, 2))
    left = np.zeros(size + 1)
    basis[0], left[0] = r / length, length
    taken = 0
    for k in range(size):
        w = (basis[k] - turned @ basis[k]) * scale
        h = basis[: k + 1] @ w
        w -= h @ basis[: k + 1]
        again = basis[: k + 1] @ w
        w -= again @ basis[: k + 1]
        h += again
        below = float(np.linalg.norm(w))
        for at in range(k):
            c, s = rotations[at]
            h[at], h[at + 1] = c * h[at] + s * h[at + 1], c * h[at + 1] - s * h[at]
        radius = float(np.hypot(h[k], below))
        if radius == 0.0:
            break
        c, s = h[k] / radius, below / radius
        rotations[k] = c, s
        h[k] = radius
        upper[: k + 1, k] = h
        left[k], left[k + 1] = c * left[k], -s * left[k]
        taken = k + 1
        if abs(left[k + 1]) <= goal or below <= 1e-14 * radius:
            break
        basis[k + 1] = w / below
    weights = np.linalg.solve(upper[:taken, :taken], left[:taken])
    step: Array = weights @ basis[:taken]
    return step
