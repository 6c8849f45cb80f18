"""A coefficient matrix as the products it can form: dense, flows over outputs, or sparse."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Protocol

import numpy as np

from iomodel.accounts import Array


class Operator(Protocol):
    """What iterating needs of A (n x n); right sides stand in columns.

    `careful` forms the same product with short sums, of at most `terms` terms one after the other,
    so that its rounding is known; `magnitude` is the operator of |A|; `entries` how many entries a
    sparse A has (None: it is dense).
    """

    n: int
    nonnegative: bool

    @property
    def terms(self) -> int: ...
    @property
    def entries(self) -> int | None: ...

    def product(self, v: Array, *, transposed: bool) -> Array: ...
    def careful(self, v: Array, *, transposed: bool) -> Array: ...
    def magnitude(self) -> Operator: ...
    def diagonal(self) -> Array: ...
    def column_sums(self) -> Array: ...
    def dense(self) -> Array: ...


class Dense:
    """A dense A, or A = Z x^-1 without forming it: v A = (v Z) / x and A v = Z (v / x)."""

    entries: int | None = None

    def __init__(self, A: Array, x: Array | None = None) -> None:
        self._A, self._x = A, x
        self.n: int = len(A)
        self._block = max(1, int(np.ceil(np.sqrt(self.n))))
        # the sum inside a block, then over the blocks, and the division
        self.terms: int = self._block + int(np.ceil(self.n / self._block)) + 2
        signs = A.min(initial=0.0) >= 0 and (x is None or x.min(initial=1.0) > 0)
        self.nonnegative: bool = bool(signs)

    def product(self, v: Array, *, transposed: bool) -> Array:
        """A v or A' v; 2 n^2 flops a column."""
        if v.ndim == 2 and v.shape[1] == 1:  # one vector is read faster as such
            return self.product(v[:, 0], transposed=transposed)[:, None]
        if transposed:
            found: Array = (v.T @ self._A).T
            return self._divided(found)
        other: Array = self._A @ self._divided(v)
        return other

    def careful(self, v: Array, *, transposed: bool) -> Array:
        """The same, summed block by block."""
        w = v if transposed else self._divided(v)
        total = np.zeros(w.shape)
        for start in range(0, self.n, self._block):
            part = slice(start, start + self._block)
            total += (w[part].T @ self._A[part]).T if transposed else self._A[:, part] @ w[part]
        return self._divided(total) if transposed else total

    def magnitude(self) -> Operator:
        """|A|."""
        if self.nonnegative:
            return self
        return Dense(np.abs(self._A), None if self._x is None else np.abs(self._x))

    def diagonal(self) -> Array:
        """The diagonal of A."""
        return self._divided(np.diagonal(self._A))

    def column_sums(self) -> Array:
        """i'A."""
        return self.product(np.ones(self.n), transposed=True)

    def dense(self) -> Array:
        """A itself."""
        found: Array = self._A if self._x is None else self._A / self._x
        return found

    def _divided(self, v: Array) -> Array:
        if self._x is None:
            return v
        divided: Array = v / (self._x if v.ndim == 1 else self._x[:, None])
        return divided


class Sparse:
    """A sparse A in compressed rows; its transpose is kept once it was needed."""

    def __init__(self, A: Any) -> None:
        from scipy.sparse import csr_array

        self._A = csr_array(A)
        self.n: int = self._A.shape[0]
        self.entries: int | None = int(self._A.nnz)
        self.nonnegative: bool = bool(self._A.data.min(initial=0.0) >= 0)

    @cached_property
    def _transposed(self) -> Any:
        return self._A.T.tocsr()

    @cached_property
    def terms(self) -> int:
        """The most entries of a row or a column."""
        rows = int(np.diff(self._A.indptr).max(initial=0))
        columns = int(np.bincount(self._A.indices, minlength=1).max(initial=0))
        return max(rows, columns) + 2

    def product(self, v: Array, *, transposed: bool) -> Array:
        """A v or A' v; 2 flops for each entry of A and column of v."""
        found: Array = (self._transposed if transposed else self._A) @ v
        return found

    def careful(self, v: Array, *, transposed: bool) -> Array:
        """The same: a row of a sparse matrix is short already."""
        return self.product(v, transposed=transposed)

    def magnitude(self) -> Operator:
        """|A|."""
        return self if self.nonnegative else Sparse(abs(self._A))

    def diagonal(self) -> Array:
        """The diagonal of A."""
        found: Array = self._A.diagonal()
        return found

    def column_sums(self) -> Array:
        """i'A."""
        return self.product(np.ones(self.n), transposed=True)

    def dense(self) -> Array:
        """A with its zeros: 8 n^2 bytes."""
        found: Array = self._A.toarray()
        return found


def is_sparse(A: object) -> bool:
    """Whether A is a sparse matrix of scipy (which is not loaded to find out)."""
    return type(A).__module__.startswith("scipy.sparse")


def operator(A: object, x: Array | None = None) -> Operator:
    """The operator of a matrix: what already is one stays, sparse stays sparse."""
    if is_sparse(A):
        found: Any = A
        return Sparse(found if x is None else found.multiply(1 / x))
    if isinstance(A, np.ndarray):
        return Dense(A, x)
    if hasattr(A, "careful"):
        return A  # type: ignore[return-value]
    return Dense(np.asarray(A, dtype=np.float64), x)
