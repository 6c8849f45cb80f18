"""The blocks of a world table out of a file as it passes: flows to their keep, the rest here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from iomodel import flows
from iomodel.accounts import Array, show
from iomodel.readers.files import Text
from iomodel.readers.keeping import LEFT_OUT, Dense, Keep, Places, Sparse, gathered
from iomodel.readers.matrix import Digits, Label, Rows

Key = tuple[str, str]


@dataclass(eq=False)
class Passed:
    """What is known when a file has passed.

    `rows` and `columns` are its industries as they stand in it; `beside` the other columns of their
    rows; `below` the other rows by label, industries first, the others after; `buys`
    are the absolute flows of each column added up.
    """

    source: Text
    keep: Keep
    columns: tuple[Key, ...]
    rows: list[Key] = field(default_factory=list)
    buys: Array = field(default_factory=lambda: np.empty(0))
    below: dict[str, Array] = field(default_factory=dict)
    digits: Digits = field(default_factory=Digits)
    _beside: list[Array] = field(default_factory=list)
    _sells: list[Array] = field(default_factory=list)

    @property
    def beside(self) -> Array:
        """The other columns of the rows of industries."""
        return np.concatenate(self._beside)

    @property
    def sells(self) -> Array:
        """The absolute figures of each row added up."""
        return np.concatenate(self._sells)

    def take(self, keys: Sequence[Key], values: Array, n: int) -> None:
        """Rows of industries: the first n figures are flows."""
        self.rows += keys
        self.keep.add(values[:, :n])
        self._beside.append(values[:, n:].copy())  # a view would hold the flows too
        self._sells.append(np.abs(values).sum(axis=1))


def kept_in(keep: Keep | None, *, sparse: bool) -> Keep:
    """The keep that was asked for."""
    if keep is not None:
        return keep
    return Sparse() if sparse else Dense()


def let_pass(
    found: Rows,
    keep: Keep,
    *,
    key: Callable[[Label], Key | None],
    industries: Mapping[Key, int],
    others: Sequence[int],
) -> Passed:
    """Read a file once: `key` says which industry a row is, or None where it is another row."""
    n = len(industries)
    keep.begin(n)
    passed = Passed(found.source, keep, tuple(industries))
    passed.buys = np.zeros(n)
    order = [*industries.values(), *others]
    as_is = order == list(range(len(found.columns)))
    for labels, values in found.blocks():
        passed.digits.see(values)
        picked = values if as_is else values[:, order]
        keys = [key(label) for label in labels]
        at = [i for i, one in enumerate(keys) if one is not None]
        sellers = picked if len(at) == len(keys) else picked[at]
        if at:
            passed.take([one for one in keys if one is not None], sellers, n)
            passed.buys += np.abs(sellers[:, :n]).sum(axis=0)
        for i, one in enumerate(keys):
            if one is None:
                passed.below[", ".join(labels[i])] = picked[i].copy()
    return passed


@dataclass(frozen=True, eq=False)
class Order:
    """The industries of a table, and the place in it of each row and column of the file."""

    keys: tuple[Key, ...]
    down: Places
    across: Places

    def taken(self, passed: Passed) -> flows.Flows:
        """Z as the keep has it."""
        return passed.keep.finish(self.down, self.across, [show(key) for key in self.keys])

    def rows(self, block: Array) -> Array:
        """Rows of industries of the file in the order of the table."""
        return gathered(block, self.down, 0)

    def columns(self, block: Array) -> Array:
        """Columns of industries of the file in the order of the table."""
        return gathered(block, self.across, 1)


def ordered(
    rows: Sequence[Key],
    columns: Sequence[Key],
    *,
    into: Mapping[str, str] | None = None,
    without: Sequence[str] = (),
) -> Order:
    """Industries in the order of the rows; the parts of a region are added up where the first is.

    `into` says of which region each part is; `without` names regions to leave out.
    """
    parts, gone = into or {}, set(without)
    named = {key: (parts.get(key[0], key[0]), key[1]) for key in rows if key[0] not in gone}
    keys = tuple(dict.fromkeys(named.values()))
    place = {key: i for i, key in enumerate(keys)}

    def places(side: Sequence[Key]) -> Places:
        at = [place[named[key]] if key in named else LEFT_OUT for key in side]
        return np.array(at, dtype=np.intp)

    return Order(keys, places(rows), places(columns))
