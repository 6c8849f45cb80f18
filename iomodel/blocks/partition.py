"""Blocks of accounts: every account in exactly one, and whether money passes them in a circle."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from iomodel import models
from iomodel.accounts import Array, show
from iomodel.errors import LabelError, report
from iomodel.models import Model
from iomodel.sam.kinds import ACTIVITY, COMMODITY

PRODUCTION = "production"
# a share of a payer's total below this is what rounding leaves of nothing
DUST = 1e-12


@dataclass(frozen=True)
class Circle:
    """Whether money that leaves a block comes back only after it has passed all the others.

    `order` lists the blocks as money passes them, payer before receiver (empty where there is no
    full circle); `fact` says it in words, and `findings` the payments that cut the circle short.
    """

    cyclic: bool
    order: tuple[str, ...]
    fact: str
    findings: tuple[str, ...] = ()

    @property
    def why(self) -> str:
        """The fact and the findings as text."""
        return report(self.fact, self.findings)


def partition(
    model: Model, blocks: Mapping[str, Iterable[Hashable]] | None
) -> dict[str, npt.NDArray[np.intp]]:
    """Positions of the accounts of each block; LabelError where they overlap or leave some out."""
    accounts = model.accounts
    found = _default(model) if blocks is None else _given(model, blocks)
    if len(found) < 2:
        raise LabelError(
            f"'{models.title(model)}' is one block: {', '.join(found) or 'none'}.",
            remedy="Give at least two, as blocks={name: [kinds, regions or accounts]}.",
        )
    empty = [f"'{name}'" for name, at in found.items() if not at]
    if empty:
        raise LabelError(f"{len(empty)} blocks hold no account.", empty, "Leave them out.")
    inside: dict[int, list[str]] = {i: [] for i in range(len(accounts))}
    for name, at in found.items():
        for i in at:
            inside[i].append(name)
    wrong = [
        f"'{show(accounts.keys[i])}' in {' and '.join(repr(name) for name in names) or 'none'}"
        for i, names in inside.items()
        if len(names) != 1
    ]
    if wrong:
        raise LabelError(
            f"{len(wrong)} of {len(accounts)} accounts stand in no block or in several.",
            wrong,
            "Put every endogenous account into exactly one block.",
        )
    return {name: np.array(at, dtype=np.intp) for name, at in found.items()}


def _given(model: Model, blocks: Mapping[str, Iterable[Hashable]]) -> dict[str, list[int]]:
    return {str(name): models.select(model, labels) for name, labels in blocks.items()}


def _default(model: Model) -> dict[str, list[int]]:
    """By region where there are several, else by kind: activities and commodities are one."""
    accounts = model.accounts
    regional = len(set(accounts.regions)) > 1
    names = accounts.regions if regional else accounts.kinds
    found: dict[str, list[int]] = {}
    for i, name in enumerate(names):
        block = PRODUCTION if not regional and name in (ACTIVITY, COMMODITY) else name
        found.setdefault(block, []).append(i)
    return found


def circle(model: Model, blocks: Mapping[str, npt.NDArray[np.intp]]) -> Circle:
    """Whether the blocks pay each other in one circle, in none, or in shorter ones.

    With k blocks the powers A*^1 ... A*^(k-1) return to no block, and A*^k to each, if and only if
    no way along payments from a block back to itself is shorter than k: a way of k steps meets
    k + 1 blocks, so two are the same, and without shorter returns these are the first and last.
    """
    names, A = list(blocks), models.coefficients(model)
    pays = np.zeros((len(names), len(names)), dtype=bool)  # row is paid by column
    for i, receiver in enumerate(names):
        for j, payer in enumerate(names):
            if i != j:
                part = A[np.ix_(blocks[receiver], blocks[payer])]
                pays[i, j] = bool((np.abs(part) > DUST).any())
    walks, back = pays.copy(), 0
    for step in range(1, len(names) + 1):
        if walks.diagonal().any():
            back = step
            break
        walks = (walks.astype(np.int64) @ pays.astype(np.int64)) > 0
    if not back:
        return Circle(
            True, (), f"The {len(names)} blocks pay each other in no circle: nothing comes back."
        )
    ways = _ways(pays, back)
    if back == len(names):
        order = tuple(names[i] for i in next(ways))
        return Circle(
            True,
            order,
            f"The {len(names)} blocks pay each other in one circle: "
            f"{' -> '.join([*order, order[0]])}.",
        )
    return Circle(
        False,
        (),
        f"Money comes back after {back} blocks, not after all {len(names)}: the effects between "
        "blocks cannot be told from those that come back.",
        tuple(_shortcut(model, blocks, way) for way in ways),
    )


def _ways(pays: npt.NDArray[np.bool_], length: int) -> Iterator[tuple[int, ...]]:
    """The circles of this length, the shortest there are, each once: payer before receiver."""

    def longer(way: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if len(way) == length:
            if pays[way[0], way[-1]]:
                yield way
            return
        for receiver in np.flatnonzero(pays[:, way[-1]]):
            if receiver > way[0] and receiver not in way:
                yield from longer((*way, int(receiver)))

    for start in range(len(pays)):
        yield from longer((start,))


def _shortcut(model: Model, blocks: Mapping[str, npt.NDArray[np.intp]], way: Sequence[int]) -> str:
    """A short circle in words, with the smallest payment in it: the one to look at first."""
    names, A, x = list(blocks), models.coefficients(model), model.x.to_numpy()
    keys = model.accounts.keys
    links = []
    for payer, receiver in zip(way, [*way[1:], way[0]], strict=True):
        rows, columns = blocks[names[receiver]], blocks[names[payer]]
        flows: Array = A[np.ix_(rows, columns)] * x[columns]
        i, j = np.unravel_index(int(np.abs(flows).argmax()), flows.shape)
        links.append(
            (
                float(np.abs(flows).sum()),
                f"'{names[payer]}' pays '{names[receiver]}' {flows.sum():.6g} (most of it "
                f"'{show(keys[columns[j]])}' to '{show(keys[rows[i]])}', {flows[i, j]:.6g})",
            )
        )
    ring = " -> ".join(names[i] for i in [*way, way[0]])
    return f"{ring}: {min(links)[1]}"
