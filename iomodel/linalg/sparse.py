"""A sparse coefficient matrix as the products it can form, read by several threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import pairwise
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from iomodel.accounts import Array
from iomodel.linalg.scaling import over
from iomodel.linalg.threads import processors

if TYPE_CHECKING:
    from iomodel.linalg.operators import Operator

WORTH = 1_000_000  # entries below which a thread costs more than it saves
PATIENCE = 64  # products against the order it is stored in, before the other order is made

_making = Lock()


class Sparse:
    """A sparse A in compressed rows or columns, or A = Z x^-1 without forming it.

    Products along the order it is stored in (A v by rows, A' v by columns) are read by several
    threads where it is large, each some rows: every row is one sum whatever their number, and so
    are the results.  Against that order one thread adds up as it reads, as fast and without a
    second copy; where there are more processors the other order is made and kept once many
    products have been asked of it.
    """

    def __init__(self, A: Any, x: Array | None = None) -> None:
        self._A, self._x = (A if A.format in ("csr", "csc") else _by_rows(A)), x
        self._asked = 0
        self.n: int = self._A.shape[0]
        self.entries: int | None = int(self._A.nnz)
        signs = bool(self._A.data.min(initial=0.0) >= 0)
        self.nonnegative: bool = signs and (x is None or bool(x.min(initial=1.0) > 0))

    @cached_property
    def _along(self) -> list[Any]:
        return _cut(_by_rows(self._A if self._A.format == "csr" else self._A.T))

    @cached_property
    def _turned(self) -> list[Any]:
        return _cut(_by_rows(self._A.T if self._A.format == "csr" else self._A))

    @cached_property
    def _most(self) -> tuple[int, int]:
        """The most entries of a row as it is stored, and across."""
        across = np.bincount(self._A.indices, minlength=1)
        return int(np.diff(self._A.indptr).max(initial=0)), int(across.max())

    @cached_property
    def draft(self) -> Operator | None:
        """The same in single precision, where reading the numbers takes the time."""
        return None if (self.entries or 0) < WORTH else Single(self, self._x)

    def terms(self, *, transposed: bool) -> int:
        """The most entries of a row (a column), and the division."""
        return 3 + self._most[transposed == (self._A.format == "csr")]

    def product(self, v: Array, *, transposed: bool) -> Array:
        """A v or A' v; 2 flops for each entry of A and column of v."""
        if v.ndim == 2 and v.shape[1] == 1:  # one vector is read faster as such
            return self.product(v[:, 0], transposed=transposed)[:, None]
        if transposed:
            return over(self._read(v, transposed), self._x)
        found: Array = self._read(over(v, self._x), transposed)
        return found

    def _read(self, v: Any, transposed: bool) -> Any:
        """The product with what is stored."""
        if transposed == (self._A.format == "csc"):
            return _multiplied(self._along, v)
        if self._often():
            with _making:  # by one thread, once
                blocks = self._turned
            return _multiplied(blocks, v)
        return (self._A.T if transposed else self._A) @ v

    def _often(self) -> bool:
        """Whether the other order was asked for so often that it is worth making."""
        self._asked += 1
        return self._asked > PATIENCE and processors() > 1

    def careful(self, v: Array, *, transposed: bool) -> Array:
        """The same: a row of a sparse matrix is short already."""
        return self.product(v, transposed=transposed)

    def magnitude(self) -> Operator:
        """|A|."""
        if self.nonnegative:
            return self
        return Sparse(abs(self._A), None if self._x is None else np.abs(self._x))

    @cached_property
    def _own(self) -> Array:
        return over(self._A.diagonal(), self._x)

    def diagonal(self) -> Array:
        """The diagonal of A."""
        return self._own

    def block(self, at: npt.NDArray[np.intp]) -> Array:
        """A among these accounts, with its zeros."""
        own: Array = self._A[at][:, at].toarray()
        return own if self._x is None else own / self._x[at]

    def column_sums(self) -> Array:
        """i'A."""
        return self.product(np.ones(self.n), transposed=True)

    def dense(self) -> Array:
        """A with its zeros: 8 n^2 bytes."""
        found: Array = self._A.toarray()
        return found if self._x is None else found / self._x

    def __getstate__(self) -> dict[str, object]:
        cached = ("_along", "_turned", "_most", "_own", "draft")
        return {k: v for k, v in self.__dict__.items() if k not in cached}


class Single(Sparse):
    """The same, its products formed in single precision: four bytes a value beside the pattern."""

    draft = None

    def __init__(self, exact: Sparse, x: Array | None) -> None:
        self._exact, self._x = exact, x
        self._A = _single(exact._A)
        self.n, self.entries, self.nonnegative = exact.n, exact.entries, exact.nonnegative

    @cached_property
    def _turned(self) -> list[Any]:
        return [_single(block) for block in self._exact._turned]

    def _often(self) -> bool:
        return self._exact._often()

    def product(self, v: Array, *, transposed: bool) -> Array:
        """A v or A' v, to six digits of the largest component or so."""
        w = v if transposed else over(v, self._x)
        if w.ndim == 2 and w.shape[1] == 1:
            w = w[:, 0]
        largest = float(np.abs(w).max(initial=0.0)) or 1.0  # single precision has a short range
        rough: Array = self._read((w / largest).astype(np.float32), transposed).astype(np.float64)
        rough *= largest
        rough = rough.reshape(v.shape)
        return over(rough, self._x) if transposed else rough

    def diagonal(self) -> Array:
        """The diagonal of A."""
        return self._exact.diagonal()


def _by_rows(A: Any, shape: tuple[int, int] | None = None) -> Any:
    from scipy.sparse import csr_array  # loaded with the first sparse matrix

    return csr_array(A, shape=shape)


def _single(block: Any) -> Any:
    own = (block.data.astype(np.float32), block.indices, block.indptr)
    return type(block)(own, shape=block.shape)


def _cut(A: Any) -> list[Any]:
    """A in as many blocks of rows, alike in entries, as there are processors to read them."""
    parts = min(processors(), A.nnz // WORTH)
    if parts < 2:
        return [A]
    ends = np.searchsorted(A.indptr, np.linspace(0, A.nnz, parts + 1)[1:-1])
    cuts = [0, *(int(i) for i in ends), A.shape[0]]
    blocks = []
    for first, last in pairwise(cuts):
        low, high = A.indptr[first], A.indptr[last]
        own = (A.data[low:high], A.indices[low:high], A.indptr[first : last + 1] - low)
        blocks.append(_by_rows(own, shape=(last - first, A.shape[1])))
    return blocks


def _multiplied(blocks: list[Any], v: Array) -> Array:
    if len(blocks) == 1:
        found: Array = blocks[0] @ v
        return found
    with ThreadPoolExecutor(len(blocks)) as pool:
        return np.concatenate(list(pool.map(lambda block: block @ v, blocks)))
