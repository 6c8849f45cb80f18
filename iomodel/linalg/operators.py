"""A coefficient matrix as the products it can form: dense, flows over outputs, or sparse."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from iomodel.accounts import Array
from iomodel.flows import Matrix, is_sparse
from iomodel.linalg.elsewhere import Elsewhere
from iomodel.linalg.scaling import among, over
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


@runtime_checkable
class Paired(Protocol):
    """An operator that forms A v and A' u while it reads A once."""

    def both(self, v: Array, u: Array) -> tuple[Array, Array]: ...


PANEL = 5 << 17  # bytes of rows of A that stay in the cache of a core between two products


class Dense:
    """A dense A, or A = Z x^-1 without forming it: v A = (v Z) / x and A v = Z (v / x).

    Finite; with `nonnegative` said by who has looked already, A is not read to find out.
    """

    entries: int | None = None
    draft: Operator | None = None

    def __init__(
        self, A: Array, x: Array | None = None, *, nonnegative: bool | None = None
    ) -> None:
        self._A, self._x = A, x
        self.n: int = len(A)
        self._block = max(1, int(np.ceil(np.sqrt(self.n))))
        signs = bool(A.min(initial=0.0) >= 0) if nonnegative is None else nonnegative
        self.nonnegative: bool = signs and (x is None or bool(x.min(initial=1.0) > 0))

    def product(self, v: Array, *, transposed: bool) -> Array:
        """A v or A' v; 2 n^2 flops a column."""
        if v.ndim == 2 and v.shape[1] == 1:  # one vector is read faster as such
            return self.product(v[:, 0], transposed=transposed)[:, None]
        if transposed:
            found: Array = (v.T @ self._A).T
            return over(found, self._x)
        other: Array = self._A @ over(v, self._x)
        return other

    def both(self, v: Array, u: Array) -> tuple[Array, Array]:
        """A v and A' u, panel by panel of rows: the second product finds the panel in the cache."""
        if self._A.flags.c_contiguous:
            right, left = _by_panels(self._A, over(v, self._x), u)
        else:  # stored by columns: its transpose is stored by rows
            left, right = _by_panels(self._A.T, u, over(v, self._x))
        return right, over(left, self._x)

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
        if self.nonnegative:
            return self
        return Dense(np.abs(self._A), None if self._x is None else np.abs(self._x))

    def diagonal(self) -> Array:
        """The diagonal of A."""
        return over(np.diagonal(self._A), self._x)

    def block(self, at: npt.NDArray[np.intp]) -> Array:
        """A among these accounts."""
        return among(self._A, at, self._x)

    def column_sums(self) -> Array:
        """i'A."""
        return self.product(np.ones(self.n), transposed=True)

    def dense(self) -> Array:
        """A itself."""
        found: Array = self._A if self._x is None else self._A / self._x
        return found

    def negated(self) -> Array:
        """-A, an array of its own."""
        found: Array = np.negative(self._A) if self._x is None else self._A / -self._x
        return found


def _by_panels(A: Array, v: Array, u: Array) -> tuple[Array, Array]:
    """A v and A' u, each panel of rows used twice while it is in the cache."""
    n = len(A)
    if v.shape[1] == u.shape[1] == 1:  # vectors are read faster as such
        v, u = v[:, 0], u[:, 0]
    right, left = np.empty(v.shape), np.zeros(u.T.shape)
    rows = max(1, PANEL // (8 * n))
    rows -= rows % 4 if rows > 4 else 0  # BLAS takes four rows at a time
    for start in range(0, n, rows):
        panel = A[start : start + rows]
        right[start : start + rows] = panel @ v
        left += u[start : start + rows].T @ panel
    return right.reshape(n, -1), left.T.reshape(n, -1)


def both(A: Operator, v: Array, u: Array) -> tuple[Array, Array]:
    """A v and A' u: together where the operator can, else one after the other."""
    if isinstance(A, Paired):
        return A.both(v, u)
    return A.product(v, transposed=False), A.product(u, transposed=True)


def negated(A: Operator) -> Array:
    """-A as an array of its own: one array of 8 n^2 bytes, where A is flows over outputs too."""
    return A.negated() if isinstance(A, Dense) else -A.dense()


def operator(A: object, x: Array | None = None, *, nonnegative: bool | None = None) -> Operator:
    """The operator of a matrix: what already is one stays, sparse stays sparse.

    `nonnegative` is what is known of the signs of a dense one (see `Dense`).
    """
    if is_sparse(A):
        return Sparse(A, x)
    if isinstance(A, np.ndarray):
        return Dense(A, x, nonnegative=nonnegative)
    if isinstance(A, Matrix):
        return Elsewhere(A, x)
    if hasattr(A, "careful"):
        return A  # type: ignore[return-value]
    return Dense(np.asarray(A, dtype=np.float64), x)
