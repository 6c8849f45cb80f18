"""Growing a tree of supply chains layer by layer under an exact bound; arrays, not names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from iomodel.accounts import Array
from iomodel.errors import TableError

Positions: TypeAlias = npt.NDArray[np.intp]

COLUMNS = 256  # read together: a block of n x 256 stays small beside A
# candidates are looked up by a quotient and kept by the product: the last digits of the two differ
SLACK = 1e-12


@dataclass(frozen=True, eq=False)
class Tree:
    """Nodes, layer after layer: each with its parent (-1 for a root), account and amount."""

    parent: Positions
    account: Positions
    layer: Positions
    amount: Array


def grown(A: Array, f: Array, bound: Array, threshold: float, limit: int) -> Tree:
    """Every chain of purchases from f whose subtree can exceed the threshold.

    The amount of a node is f_j a_ij a_ki ... along its chain.  It is kept if |amount| * bound >
    threshold, where bound_i is what one unit of account i can bring with all that stands below it
    in the tree; what is not kept has nothing above the threshold below it.
    """
    suppliers = _Suppliers(A, bound)
    account = np.flatnonzero(np.abs(f) * bound > threshold)
    amount, parent = f[account], np.full(len(account), -1)
    layers = [(parent, account, amount)]
    first, nodes = 0, len(account)
    _require_few(nodes, 0, 0, threshold, limit)
    while len(account):
        needed = threshold * (1 - SLACK) / np.abs(amount)
        suppliers.open(account, needed)
        at, counts = suppliers.above(account, needed)
        _require_few(nodes, len(at), len(layers), threshold, limit)
        parent = np.repeat(np.arange(len(account)), counts)
        child = suppliers.who[at]
        amount = amount[parent] * A[child, account[parent]]
        kept = np.abs(amount) * bound[child] > threshold
        parent, account, amount = parent[kept] + first, child[kept], amount[kept]
        first, nodes = nodes, nodes + len(account)
        layers.append((parent, account, amount))
    depth = np.repeat(np.arange(len(layers)), [len(account) for _, account, _ in layers])
    parents, accounts, amounts = (np.concatenate(column) for column in zip(*layers, strict=True))
    return Tree(parents, accounts, depth, amounts)


class _Suppliers:
    """For each account looked at so far, its suppliers, those that bring most per unit first.

    A column is sorted when it is first needed, and only as far down as its largest buyer needs.
    """

    def __init__(self, A: Array, bound: Array) -> None:
        n = len(A)
        self._A, self._bound = A, bound
        self._down_to = np.full(n, np.inf)
        self._start, self._end = np.zeros(n, dtype=np.intp), np.zeros(n, dtype=np.intp)
        self.who, self._brings = np.zeros(0, dtype=np.intp), np.zeros(0)

    def open(self, accounts: Positions, needed: Array) -> None:
        """Sort the columns of these accounts down to what is needed of each."""
        lowest = np.full(len(self._A), np.inf)
        np.minimum.at(lowest, accounts, needed)
        new = np.flatnonzero(lowest < self._down_to)
        self._down_to[new] = lowest[new]
        for first in range(0, len(new), COLUMNS):
            columns = new[first : first + COLUMNS]
            brings = self._A.take(columns, axis=1)
            np.abs(brings, out=brings)
            brings *= self._bound[:, None]
            at = np.flatnonzero(brings > lowest[columns])  # as stored: across, it takes five times
            who, column = np.divmod(at, len(columns))
            most = brings.ravel()[at]
            order = np.lexsort((-most, column))
            edges = len(self.who) + np.searchsorted(column[order], np.arange(len(columns) + 1))
            self._start[columns], self._end[columns] = edges[:-1], edges[1:]
            self.who = np.concatenate([self.who, who[order]])
            self._brings = np.concatenate([self._brings, most[order]])

    def above(self, accounts: Positions, needed: Array) -> tuple[Positions, Positions]:
        """Where in `who` the suppliers stand that bring more than needed, and how many for each."""
        start = self._start[accounts]
        low, high = start.copy(), self._end[accounts]
        open_ = np.flatnonzero(low < high)
        while len(open_):  # bisection in all lists at once
            middle = (low[open_] + high[open_]) // 2
            more = self._brings[middle] > needed[open_]
            low[open_[more]] = middle[more] + 1
            high[open_[~more]] = middle[~more]
            open_ = open_[low[open_] < high[open_]]
        counts = low - start
        before = np.cumsum(counts) - counts
        return np.repeat(start - before, counts) + np.arange(counts.sum()), counts


def _require_few(nodes: int, more: int, layer: int, threshold: float, limit: int) -> None:
    if nodes + more > limit:
        raise TableError(
            f"More than {limit:,} paths stand above {threshold:g}: {nodes + more:,} down to layer "
            f"{layer}, and deeper ones.",
            remedy="Raise `threshold`; or raise `limit`, at about 100 bytes a path.",
        )
