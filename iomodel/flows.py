"""Flows between sectors on bare arrays, whatever holds them: an array, sparse, or elsewhere.

What a table needs of Z are sums, products, a few rows and the diagonal.  These functions give them
for a dense array, a sparse one and a `Matrix` that is not in memory, so that the same questions are
asked of all three; `dense` is the one way to the array, and it refuses what would not fit.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt

from iomodel.errors import TooLargeError

Array: TypeAlias = npt.NDArray[np.float64]
LARGE = 10_000
PANEL = 1 << 19  # bytes of rows that stay in the cache of a core while they are looked at twice


@runtime_checkable
class Matrix(Protocol):
    """Flows (n x n) that are not an array in memory; checked to be finite when they were written.

    `product` is Z v or Z'v (n, or n x p); `careful` the same in short sums, of at most `terms`
    terms one after the other; `draft` the same flows in single precision in memory, or None where
    there is no room for them.
    """

    @property
    def shape(self) -> tuple[int, int]: ...
    @property
    def nonnegative(self) -> bool: ...
    @property
    def terms(self) -> int: ...

    def product(self, v: Array, *, transposed: bool) -> Array: ...
    def careful(self, v: Array, *, transposed: bool) -> Array: ...
    def sums(self, axis: int) -> Array: ...
    def diagonal(self) -> Array: ...
    def rows(self, at: list[int]) -> Array: ...
    def dense(self) -> Array: ...
    def draft(self) -> npt.NDArray[np.float32] | None: ...


Flows: TypeAlias = Any  # an array, a csr or csc array, or a Matrix: scipy ships no types


def frozen(Z: Flows) -> Flows:
    """Z as read-only numbers of its own: arrays are copied, read-only sparse ones taken as are."""
    if isinstance(Z, Matrix) and not isinstance(Z, np.ndarray):
        return Z
    if is_sparse(Z):
        from scipy.sparse import csr_array

        found = (Z if Z.format in ("csr", "csc") else csr_array(Z)).astype(np.float64, copy=False)
        if any(part.flags.writeable for part in (found.data, found.indices, found.indptr)):
            found = found.copy()
            found.sum_duplicates()
        return read_only(found)
    array = np.array(Z, dtype=np.float64)
    array.setflags(write=False)
    return array


def read_only(Z: Any) -> Any:
    """A sparse Z whose numbers can no longer be assigned."""
    for part in (Z.data, Z.indices, Z.indptr):
        part.setflags(write=False)
    return Z


def is_array(Z: Flows) -> bool:
    """Whether the flows are a dense array in memory."""
    return isinstance(Z, np.ndarray)


def is_sparse(Z: object) -> bool:
    """Whether Z is a sparse matrix of scipy (which is not loaded to find out)."""
    return type(Z).__module__.startswith("scipy.sparse")


def row_sums(Z: Flows) -> Array:
    """Z i: what each sector sells to the others."""
    return _sums(Z, 1)


def column_sums(Z: Flows) -> Array:
    """Z'i: what each sector buys from the others."""
    return _sums(Z, 0)


def _sums(Z: Flows, axis: int) -> Array:
    found: Array = Z.sum(axis=axis) if is_array(Z) or is_sparse(Z) else Z.sums(axis)
    return found


def rows(Z: Flows, at: list[int]) -> Array:
    """A few rows as an array, len(at) x n."""
    if is_array(Z):
        taken: Array = Z[at]
    else:
        taken = Z[at].toarray() if is_sparse(Z) else Z.rows(at)
    return taken


def sound(Z: Flows) -> bool:
    """Whether Z is an array of finite numbers, none negative; looked at twice and read once."""
    if not is_array(Z):
        return False
    by_rows = Z if Z.flags.c_contiguous else Z.T
    step = max(1, PANEL // (8 * max(1, by_rows.shape[1])))
    panels = (by_rows[start : start + step] for start in range(0, len(by_rows), step))
    return all(panel.min() >= 0 and panel.max() < np.inf for panel in panels)


def wrong(Z: Flows, *, negative: bool) -> tuple[npt.NDArray[np.intp], Array]:
    """Where Z is negative, or else not finite: (row, column) pairs, and the values there."""

    def bad(values: Array) -> npt.NDArray[np.bool_]:
        return values < 0 if negative else ~np.isfinite(values)

    if is_array(Z):
        if negative and Z.min(initial=0.0) >= 0:  # one pass and no copy, as nearly always
            return np.empty((0, 2), dtype=np.intp), np.empty(0)
        at = np.argwhere(bad(Z))
        return at, Z[tuple(at.T)]
    if not is_sparse(Z):  # looked at when it was written
        return np.empty((0, 2), dtype=np.intp), np.empty(0)
    stands = np.flatnonzero(bad(Z.data))
    if not len(stands):
        return np.empty((0, 2), dtype=np.intp), np.empty(0)
    cells = Z.tocoo()
    return np.column_stack([cells.row[stands], cells.col[stands]]).astype(np.intp), Z.data[stands]


def dense(Z: Flows) -> Array:
    """Z as an array; TooLargeError, with what to ask instead, beyond 10,000 sectors."""
    if is_array(Z):
        array: Array = Z
        return array
    n = Z.shape[0]
    if n > LARGE:
        raise TooLargeError(
            f"The flows between {n} sectors as an array need {8e-9 * n * n:.1f} GB; they are "
            "held sparse or on disk.",
            remedy="Ask what needs products only (table.L @ f, multipliers, leakage.content, "
            "Rasmussen's linkages, extraction.largest), take table.arrays.flows as it is held, or "
            "aggregate the table.",
        )
    array = Z.toarray() if is_sparse(Z) else Z.dense()
    array.setflags(write=False)
    return array
