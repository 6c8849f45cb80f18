"""What iterating divides by: each sector's use of itself, or all that happens within its region."""

from __future__ import annotations

from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt

from iomodel.accounts import Array
from iomodel.linalg import recursive
from iomodel.linalg.operators import Operator

Regions: TypeAlias = npt.NDArray[np.intp]  # the number of the region of each account
Positions: TypeAlias = npt.NDArray[np.intp]  # where accounts stand, counted from 0
# Blocks are used as long as a pass over all of them costs no more than eight numbers of work for
# each entry of A, as much as some two products with A; they save about eight products.
WORTH = 8


class Near(Protocol):
    """An approximate inverse of I - A: the nearer it is, the fewer products iterating takes.

    `solve` gives it, or its transpose, times the columns of v (n x p); `how` names what iterates
    with it.
    """

    how: str

    def solve(self, v: Array, *, transposed: bool) -> Array: ...


@runtime_checkable
class InBlocks(Protocol):
    """An operator that hands out A among some accounts, as an array."""

    def block(self, at: Positions) -> Array: ...


class Own:
    """The inverse of the diagonal 1 - a_jj: what a sector uses of itself."""

    how = "krylov"

    def __init__(self, A: Operator) -> None:
        self._scale = 1.0 / (1.0 - A.diagonal())

    def solve(self, v: Array, *, transposed: bool) -> Array:
        """v over 1 - a_jj; n flops a column."""
        scaled: Array = self._scale[:, None] * v
        return scaled


class Within:
    """The inverses of the diagonal blocks I - A_rr: all that happens within each region.

    Where regions buy most from themselves this is most of the inverse, and iterating takes about
    half the products.  `members` are the positions of the accounts of each region; regions of the
    same size are inverted, and multiplied with, together.

    Cost: 2 n_r^3 flops and 8 n_r^2 bytes a region once, 2 n_r^2 flops a region and column then.
    Raises numpy's LinAlgError where a block has no inverse.
    """

    def __init__(self, A: InBlocks, members: list[Positions]) -> None:
        self.n = sum(len(at) for at in members)
        self.how = f"krylov, {len(members)} regions"
        self._stacks: list[tuple[Positions, Array]] = []
        for size in sorted({len(at) for at in members}):
            alike = [at for at in members if len(at) == size]
            found = recursive.inverses(np.stack([A.block(at) for at in alike]))
            if not np.isfinite(found).all():
                raise np.linalg.LinAlgError
            self._stacks.append((np.stack(alike), found))

    def solve(self, v: Array, *, transposed: bool) -> Array:
        """The blocks times v, each its own accounts."""
        found = np.empty(v.shape)
        for at, blocks in self._stacks:
            found[at] = np.matmul(blocks.transpose(0, 2, 1) if transposed else blocks, v[at])
        return found


def near(A: Operator, regions: Regions | None) -> Near:
    """What to iterate with: blocks of regions where they are known, worth it and can be inverted.

    Worth it: sum of n_r^3 at most eight times the entries of A, and the blocks no larger than A.
    A that is not in memory gives the blocks of its draft.
    """
    if regions is None:
        return Own(A)
    given = A if isinstance(A, InBlocks) else A.draft
    sizes = np.bincount(regions).astype(float)
    entries = A.entries or float(A.n) ** 2
    if not isinstance(given, InBlocks) or sizes.max() < 2:
        return Own(A)
    if (sizes**3).sum() > WORTH * entries or (sizes**2).sum() > entries:
        return Own(A)
    order = np.argsort(regions, kind="stable")
    members = np.split(order, np.cumsum(sizes).astype(int)[:-1])
    try:
        return Within(given, [at for at in members if len(at)])
    except np.linalg.LinAlgError:  # not of a productive A
        return Own(A)
