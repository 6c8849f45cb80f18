"""The whole inverse by halves: nearly all of the work is products of matrices."""

from __future__ import annotations

import numpy as np

from iomodel.accounts import Array
from iomodel.linalg.operators import Operator, negated

LEAF = 96
SHORT = 12  # the same where many small ones are inverted at once


def inverse(A: Array) -> Array:
    """(I - A)^-1 of a productive A by 2 x 2 blocks, without exchanging rows.

    With P, Q, R, S the blocks of I - A, the inverse of P and of the Schur complement
    S - R P^-1 Q give those of the whole; both are M-matrices again where I - A is one, so no pivot
    can be small by accident.  Cost: 2 n^3 flops in products, 8 n^2 bytes for the result and some
    5 n^2 beside it.  For other matrices nothing is promised: see `checked`.

    Reference: Strassen, V. (1969), Gaussian elimination is not optimal, Numerische Mathematik 13,
    354-356, for inversion by blocks (here with ordinary products).
    """
    return _of_negated(-A)


def inverses(A: Array) -> Array:
    """(I - A)^-1 of each of many small A, k x n x n: every product forms those of all of them.

    Cost: 2 k n^3 flops, 16 k n^2 bytes or so.  Raises numpy's LinAlgError as `inverse` would.
    """
    return _of_negated(-A)


def checked(A: Operator) -> Array | None:
    """The inverse by halves where it is one, None where a block without exchange of rows failed.

    A itself is read through its products and not kept beside the inverse.
    """
    try:
        found = _of_negated(negated(A))
    except np.linalg.LinAlgError:
        return None
    z = _weights(A.n)
    left = _returns(z, z - A.product(z, transposed=True), found)
    return found if left and _returns(z, z - A.product(z, transposed=False), found.T) else None


def _of_negated(M: Array) -> Array:
    """The inverse of I + M in the place of M."""
    at = np.arange(M.shape[-1])
    M[..., at, at] += 1.0
    _in_place(M)
    return M


def _in_place(M: Array) -> None:
    n = M.shape[-1]
    if n <= (LEAF if M.ndim == 2 else SHORT):
        M[...] = np.linalg.inv(M)
        return
    h = n // 2
    P, Q = M[..., :h, :h], M[..., :h, h:]
    R, S = M[..., h:, :h], M[..., h:, h:]
    _in_place(P)
    left = R @ P
    S -= left @ Q
    _in_place(S)
    np.matmul(S, left, out=R)
    np.negative(R, out=R)
    del left  # a quarter of the whole
    right = P @ Q
    P -= right @ R
    np.matmul(right, S, out=Q)
    np.negative(Q, out=Q)


def is_inverse(A: Array, L: Array, tolerance: float = 1e-9) -> bool:
    """Whether L is (I - A)^-1 as far as two probes tell: z (I - A) L = z and L (I - A) z = z.

    z weighs every row and column by chance, the same every time; 8 n^2 flops.
    """
    z = _weights(len(A))
    return _returns(z, z - z @ A, L, tolerance) and _returns(z, z - A @ z, L.T, tolerance)


def _weights(n: int) -> Array:
    weights: Array = np.random.default_rng(0).uniform(1.0, 2.0, n)
    return weights


def _returns(z: Array, left: Array, L: Array, tolerance: float = 1e-9) -> bool:
    found = left @ L
    return bool(np.isfinite(found).all() and np.abs(found / z - 1).max() <= tolerance)
