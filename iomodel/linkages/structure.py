"""Who supplies whom at all: the irreducible blocks of a table, and what reaches what."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from iomodel.accounts import Array


def blocks(A: Array) -> list[npt.NDArray[np.intp]]:
    """The sets of sectors that all supply each other, directly or through others."""
    count, member = _components(A)
    return [np.flatnonzero(member == block) for block in range(count)]


def reaches(A: Array) -> npt.NDArray[np.bool_]:
    """Whether there is a path of deliveries of one or more steps from row to column.

    Cost: n^2 and the cube of the number of blocks, which is small where industries supply each
    other; never a threshold on numbers that are small but not zero.
    """
    count, member = _components(A)
    rows, columns = np.nonzero(A > 0)
    path = np.zeros((count, count), dtype=bool)
    path[member[rows], member[columns]] = True
    for through in range(count):
        path |= np.outer(path[:, through], path[through])
    return path[np.ix_(member, member)]


def _components(A: Array) -> tuple[int, npt.NDArray[np.intp]]:
    """How many blocks there are, and in which of them each sector is."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    found: tuple[int, npt.NDArray[np.intp]] = connected_components(
        csr_array(A > 0), directed=True, connection="strong"
    )
    return found
