"""A coefficient matrix as the products it can form: dense, flows over outputs, or sparse."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from scipy.sparse import issparse

from iomodel.accounts import Array
from iomodel.flows import Matrix
from iomodel.linalg.elsewhere import Elsewhere
from iomodel.linalg.scaling import over
from iomodel.linalg.sparse import Sparse


class Operator(Protocol):
    """What iterating needs of A (n x n); right sides stand in columns.

    `careful` forms the same product with short sums, of at most `terms` terms one after the other,
    so that its rounding is known; `draft`, where there is one, is A to six digits for less;
    `magnitude` is the operator of |A|; `entries` how many entries A has where it is sparse or not
    in memory (None: it is dense).
    """

    n: int
    nonnegative: bool

    def terms(self, *, transposed: bool) -> int: ...
    @property
    def entries(self) -> int | None: ...
    @property
    def draft(self) -> Operator | None: ...

    def product(self, v: Array, *, transposed: bool) -> Array: ...
    def careful(self, v: Array, *, transposed: bool) -> Array: ...
    def magnitude(self) -> Operator: ...
    def diagonal(self) -> Array: ...
    def column_sums(self) -> Array: ...
    def dense(self) -> Array: ...


class Dense:
    """A dense A, or A = Z x^-1 without forming it: v A = (v Z) / x and A v = Z (v / x)."""

    entries: int | None = None
    draft: Operator | None = None

    def __init__(self, A: Array, x: Array | None = None) -> None:
        self._A, self._x = A, x
        self.n: int = len(A)
        self._block = max(1, int(np.ceil(np.sqrt(self.n))))
        self.nonnegative: bool = bool(A.min(initial=0.0) >= 0)

    def product(self, v: Array, *, transposed: bool) -> Array:
        """A v or A' v; 2 n^2 flops a column."""
        if v.ndim == 2 and v.shape[1] == 1:  # one vector is read faster as such
            return self.product(v[:, 0], transposed=transposed)[:, None]
        if transposed:
            found: Array = (v.T @ self._A).T
            return over(found, self._x)
        other: Array = self._A @ over(v, self._x)
        return other

    def careful(self, v: Array, *, transposed: bool) -> Array:
        """The same, summed block by block."""
        w = v if transposed else over(v, self._x)
        total = np.zeros(w.shape)
        for start in range(0, self.n, self._block):
            part = slice(start, start + self._block)
            total += (w[part].T @ self._A[part]).T if transposed else self._A[:, part] @ w[part]
        return over(total, self._x) if transposed else total

    def terms(self, *, transposed: bool) -> int:
        """The sum inside a block, then over the blocks, and the division."""
        return self._block + int(np.ceil(self.n / self._block)) + 2

    def magnitude(self) -> Operator:
        """|A|."""
        return self if self.nonnegative else Dense(np.abs(self._A), self._x)

    def diagonal(self) -> Array:
        """The diagonal of A."""
        return over(np.diagonal(self._A), self._x)

    def column_sums(self) -> Array:
        """i'A."""
        return self.product(np.ones(self.n), transposed=True)

    def dense(self) -> Array:
        """A itself."""
        found: Array = self._A if self._x is None else self._A / self._x
        return found


def operator(A: object, x: Array | None = None) -> Operator:
    """The operator of a matrix: what already is one stays, sparse stays sparse."""
    if isinstance(A, np.ndarray):
        return Dense(A, x)
    if issparse(A):
        return Sparse(A, x)
    if isinstance(A, Matrix):
        return Elsewhere(A, x)
    if isinstance(A, (Dense, Sparse)) or hasattr(A, "careful"):
        return A  # type: ignore[return-value]
    return Dense(np.asarray(A, dtype=np.float64), x)
