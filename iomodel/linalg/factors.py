"""The LU factors of I - A: solving both ways, the diagonal of the inverse, productivity."""

from __future__ import annotations

import warnings
from collections.abc import Hashable

import numpy as np
import numpy.typing as npt
from scipy.linalg import get_blas_funcs, get_lapack_funcs, lu_factor, lu_solve

from iomodel.accounts import Array
from iomodel.linalg import productive
from iomodel.linalg.operators import Dense
from iomodel.linalg.threads import few_threads

LEAF = 64  # below it a recursion costs more than it saves
REFINED = 4  # steps that single-precision factors are given


class Factors:
    """I - A = P L U, checked to be productive: 2/3 n^3 flops, 8 n^2 bytes (4 n^2 in single).

    For A >= 0 one solve says whether A is productive: the v of (I - A) v = 1 must be positive and
    keep (I - A) v positive; with negative entries |A| must pass the same.
    """

    def __init__(self, A: Array, labels: tuple[Hashable, ...], *, single: bool = False) -> None:
        self.n: int = len(A)
        self._A, self._single = A, single
        with few_threads(self.n):
            self._lu = _factorised(A.astype(np.float32) if single else A)
        self._exchanged = bool((self._lu[1] != np.arange(self.n)).any())
        self._require_productive(labels)

    def solve(self, b: Array, *, transposed: bool) -> Array:
        """(I - A)^-1 b, or (I - A')^-1 b from the same factors; b is n or n x k.

        Where elimination exchanged rows (a column costs more than it fetches), one step of
        refinement keeps the digits of small sectors beside large ones: 4 n^2 flops more each.
        Factors in single precision are refined until the residual, in double, stops falling.
        """
        with few_threads(self.n):
            solution = self._solved(b, transposed)
            for _ in range(REFINED if self._single else int(self._exchanged)):
                A = self._A.T if transposed else self._A
                solution = solution + self._solved(b - (solution - A @ solution), transposed)
        return solution

    def _solved(self, b: Array, transposed: bool) -> Array:
        right = b.astype(np.float32) if self._single else b
        lu, pivots = self._lu
        # getrs shifts the pivots in place while it works: threads must not share them
        own = (lu, pivots.copy())
        found: Array = lu_solve(own, right, trans=int(transposed), check_finite=False)
        return found.astype(np.float64, copy=False)

    def diagonal(self) -> Array:
        """The diagonal of (I - A)^-1 from the inverses of the two triangles, never their product.

        With P the exchange of rows, (I - A)^-1 = U^-1 (L^-1 P): each entry of the diagonal is one
        row of U^-1 times one column of L^-1.  2/3 n^3 flops after the factors, 12 n^2 bytes.
        """
        factors, exchanges = self._lu
        both = np.array(factors, order="F", dtype=np.float64)
        with few_threads(self.n):
            _invert_triangles(both)
        stood = list(range(self.n))
        for i, j in enumerate(exchanges.tolist()):
            stood[i], stood[j] = stood[j], stood[i]
        diagonal = np.empty(self.n)
        for column, row in enumerate(stood):
            first = max(row, column + 1)  # above it L^-1 has zeros, and ones it does not store
            unit = both[row, column] if row <= column else 0.0
            diagonal[row] = both[row, first:] @ both[first:, column] + unit
        return diagonal

    def reciprocal_condition(self) -> float:
        """One over the condition number of I - A, estimated from the factors."""
        own = np.diagonal(self._A)
        norm = (np.abs(self._A).sum(axis=0) - np.abs(own) + np.abs(1 - own)).max()
        gecon = get_lapack_funcs("gecon", (self._lu[0],))
        reciprocal, _ = gecon(self._lu[0], norm)
        return float(reciprocal)

    def _require_productive(self, labels: tuple[Hashable, ...]) -> None:
        U = self._lu[0]
        singular = not np.isfinite(U).all() or np.abs(np.diagonal(U)).min() == 0.0
        magnitude = np.abs(self._A)
        if not singular:
            # |A| is productive if and only if its own resolvent exists and is >= 0
            lu = _factorised(magnitude) if (self._A < 0).any() else self._lu
            v = np.ones(self.n)
            for _ in range(2):  # once more from v where sectors of very different size blur it
                v = lu_solve(lu, v.astype(lu[0].dtype), check_finite=False).astype(np.float64)
                if not np.isfinite(v).all() or v.min() <= 0:
                    break
                if (v - magnitude @ v).min() > 0:
                    return
        block, radius = productive.worst_block(magnitude)
        raise productive.refusal(radius, block, Dense(magnitude), labels, singular=singular)


def _factorised(A: Array) -> tuple[Array, npt.NDArray[np.intp]]:
    """The LU factors of I - A; a zero pivot is not warned of here but reported later, by name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        factors: tuple[Array, npt.NDArray[np.intp]] = lu_factor(
            np.eye(len(A), dtype=A.dtype) - A, overwrite_a=True, check_finite=False
        )
    return factors


def _invert_triangles(both: Array) -> None:
    """U^-1 and the unit L^-1 in the place of U and L, in halves: products do most of the work.

    LAPACK's trtri runs at the speed of triangular solves, a third of that of products.
    """
    n = len(both)
    if n <= LEAF:
        trtri = get_lapack_funcs("trtri", (both,))
        inverse, _ = trtri(both, lower=0)
        both[:], _ = trtri(inverse, lower=1, unitdiag=1)
        return
    trmm = get_blas_funcs("trmm", (both,))
    first, last = slice(0, n // 2), slice(n // 2, n)
    for half in (first, last):
        _invert_triangles(both[half, half])
    U, L = {"lower": 0}, {"lower": 1, "diag": 1}
    upper = trmm(-1.0, both[first, first], both[first, last], **U)
    both[first, last] = trmm(1.0, both[last, last], upper, side=1, **U)
    lower = trmm(-1.0, both[last, last], both[last, first], **L)
    both[last, first] = trmm(1.0, both[first, first], lower, side=1, **L)
