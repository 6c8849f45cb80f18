"""How far a solution can be from the truth: an error bound that holds whatever gave it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from iomodel.accounts import Array
from iomodel.linalg.operators import Operator

UNIT = float(np.finfo(np.float64).eps) / 2


@dataclass(frozen=True, eq=False)
class Solution:
    """A solution and what is known of its error.

    `x` is the solution (n or n x p, in the library of the right side), `error` bounds the absolute
    error of every component, `bound` the relative one: of each component where the right side is
    positive, of the largest component otherwise.  `how` says how it was found, `passes` how many
    products with A it took (0: none).
    """

    x: Array
    error: Array
    bound: float
    how: str
    passes: int


def rounding(terms: int) -> float:
    """gamma_n = n u / (1 - n u): what n roundings can do to a sum, relative to its terms."""
    return terms * UNIT / (1 - terms * UNIT)


def residual(A: Operator, b: Array, x: Array, *, transposed: bool) -> Array:
    """An upper bound of |b - (I - A) x|, its own rounding counted.

    Reference: Higham, N. J. (2002), Accuracy and Stability of Numerical Algorithms, SIAM, for
    gamma_n and the error of sums.
    """
    r = b + A.careful(x, transposed=transposed) - x
    size = np.abs(b) + A.magnitude().product(np.abs(x), transposed=transposed) + np.abs(x)
    found: Array = np.abs(r) + rounding(A.terms(transposed=transposed) + 3) * size
    return found


def error(
    A: Operator, b: Array, x: Array, witness: Array, *, transposed: bool
) -> tuple[Array, float]:
    """Bounds of the error of x, from a witness w > 0 with (I - |A|) w > 0.

    The error is L r with |L| <= (I - |A|)^-1, so for t = max_i |r_i| / ((I - |A|) w)_i

        |error| <= t w:

    for A >= 0 and b > 0 the solution itself is the witness and t bounds the error of every
    component relative to what was computed.  No condition number, no assumption on how x was
    found; barring underflow.
    Returns the absolute bound of each component and the relative one (see `Solution`).
    """
    r = residual(A, b, x, transposed=transposed)
    room = earned(A, witness, transposed=transposed)
    if x.ndim == 2:
        room, witness = room[:, None], witness[:, None]
    bounds: Array = (r / room).max(axis=0) * witness
    if not np.isfinite(bounds).all():
        return np.full(x.shape, np.inf), float("inf")
    size = np.abs(x)
    with np.errstate(divide="ignore", invalid="ignore"):
        if (b > 0).all():
            relative = bounds / size
        else:
            relative = bounds.max(axis=0) / size.max(axis=0)
    return bounds, float(np.max(np.where(bounds.max(axis=0) > 0, relative, 0.0), initial=0.0))


def earned(A: Operator, w: Array, *, transposed: bool) -> Array:
    """A lower bound of (I - |A|) w; where it is positive for some w > 0, A is productive."""
    absolute = A.magnitude()
    product = absolute.careful(w, transposed=transposed)
    found: Array = (
        w - product - rounding(A.terms(transposed=transposed) + 3) * (np.abs(w) + product)
    )
    return found
