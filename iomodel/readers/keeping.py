"""Where the flows of a large file go as its rows pass: an array, sparse, or where the user says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from iomodel import flows
from iomodel.accounts import Array

Places: TypeAlias = npt.NDArray[np.intp]
LEFT_OUT = -1


class Keep(Protocol):
    """What takes the rows of Z (n x n) in the order of the file, and gives them in that of a table.

    `finish` adds row i up in row `down[i]` and column j in column `across[j]`; those of place
    LEFT_OUT are dropped.  `codes` are the labels of the rows there are then.
    """

    def begin(self, n: int) -> None: ...
    def add(self, rows: Array) -> None: ...
    def finish(self, down: Places, across: Places, codes: Sequence[str]) -> flows.Flows: ...


@dataclass(eq=False)
class Dense:
    """Flows as an array, filled as rows pass: nothing else is held."""

    _Z: Array = field(default_factory=lambda: np.empty((0, 0)))
    _done: int = 0

    def begin(self, n: int) -> None:
        """Make room."""
        self._Z = np.empty((n, n))

    def add(self, rows: Array) -> None:
        """Take rows; those that are too many are refused by the labels later."""
        room = min(len(rows), len(self._Z) - self._done)
        self._Z[self._done : self._done + room] = rows[:room]
        self._done += room

    def finish(self, down: Places, across: Places, codes: Sequence[str]) -> flows.Flows:
        """The array, which is the one that was filled where nothing moves."""
        n = len(self._Z)
        if in_place(down, n) and in_place(across, n):
            return self._Z
        return gathered(gathered(self._Z, down, 0), across, 1)


@dataclass(eq=False)
class Sparse:
    """Flows without the zeros that the file writes: the same, but for the order of sums."""

    _blocks: list[flows.Flows] = field(default_factory=list)
    _n: int = 0

    def begin(self, n: int) -> None:
        """Nothing to do but to remember the size."""
        self._n = n

    def add(self, rows: Array) -> None:
        """Take rows."""
        from scipy.sparse import csr_array

        self._blocks.append(csr_array(rows))

    def finish(self, down: Places, across: Places, codes: Sequence[str]) -> flows.Flows:
        """A csr array."""
        from scipy.sparse import csr_array, vstack

        Z = csr_array(vstack(self._blocks, format="csr"))
        if not (in_place(down, self._n) and in_place(across, self._n)):
            Z = _moved(_moved(Z, down, len(codes)).T, across, len(codes)).T.tocsr()
        return flows.read_only(Z)


def _moved(Z: flows.Flows, place: Places, m: int) -> flows.Flows:
    """The rows of a sparse array added up where they belong."""
    from scipy.sparse import csr_array

    cells = Z.tocoo()
    at = place[cells.row]
    kept = at != LEFT_OUT
    moved = csr_array((cells.data[kept], (at[kept], cells.col[kept])), shape=(m, Z.shape[1]))
    moved.sum_duplicates()
    return moved


def in_place(place: Places, n: int) -> bool:
    """Whether every row stays where it is."""
    return len(place) == n and bool((place == np.arange(n)).all())


def gathered(block: Array, place: Places, axis: int) -> Array:
    """Rows (axis 0) or columns (1) added up where they belong; all of LEFT_OUT are dropped.

    >>> gathered(np.array([[1.0], [2.0], [4.0], [8.0]]), np.array([1, 0, 1, -1]), 0).tolist()
    [[2.0], [5.0]]
    """
    kept = np.flatnonzero(place != LEFT_OUT)
    order = kept[np.argsort(place[kept], kind="stable")]
    taken = block.take(order, axis)
    starts = np.flatnonzero(np.diff(place[order], prepend=LEFT_OUT))
    if len(starts) == len(order):
        return taken
    found: Array = np.add.reduceat(taken, starts, axis=axis)
    return found
