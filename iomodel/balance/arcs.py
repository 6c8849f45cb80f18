"""A SAM as a list of payments to estimate: negative ones turned round, fixed ones set aside."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from iomodel.accounts import Array, numbers, show
from iomodel.balance.dual import Positions, Problem, summed
from iomodel.errors import BalanceError, TableError
from iomodel.sam import SAM


@dataclass(frozen=True)
class Aggregate:
    """A known sum of cells, such as GDP: sum of coefficient x cell = value, in the SAM's unit.

    `cells` gives the coefficient of each (row, column); `standard_error` is a share of the value,
    0 where it is known exactly.
    """

    cells: Mapping[tuple[Hashable, Hashable], float]
    value: float
    standard_error: float = 0.0


@dataclass(frozen=True)
class Arcs:
    """The payments to estimate, sorted by payer, and what is held beside them.

    `cells` (arcs x 2) is the row and column where each stands in the SAM, `flipped` whether it
    stands there as a negative payment of its receiver; `value` is its size, always positive;
    `held` (n x n) are the fixed cells; `spent` (n) what the arcs of each account pay in all.
    """

    payer: Positions
    receiver: Positions
    value: Array
    cells: Positions
    flipped: npt.NDArray[np.bool_]
    held: Array
    spent: Array

    def matrix(self, flows: Array) -> Array:
        """The SAM with these flows in their cells, the flipped ones with their sign."""
        result = self.held.copy()
        result[tuple(self.cells.T)] = np.where(self.flipped, -flows, flows)
        return result

    @property
    def turned(self) -> Array:
        """By account: what flipping adds to its total (negative receipts and payments)."""
        n = len(self.held)
        size = self.value[self.flipped]
        received = summed(self.receiver[self.flipped], size, n)
        return received + summed(self.payer[self.flipped], size, n)


def arcs_of(sam: SAM, fixed: Iterable[tuple[Hashable, Hashable]]) -> Arcs:
    """The payments of a SAM that are to be estimated."""
    n = len(sam.accounts)
    hold = np.zeros((n, n), dtype=bool)
    for cell in fixed:
        hold[_cell(sam, cell, "`fixed`")] = True
    cells = np.argwhere((sam.array != 0) & ~hold)
    values = sam.array[tuple(cells.T)]
    flipped = values < 0
    receiver = np.where(flipped, cells[:, 1], cells[:, 0])
    payer = np.where(flipped, cells[:, 0], cells[:, 1])
    order = np.lexsort((receiver, payer))
    size = np.abs(values)
    return Arcs(
        payer[order],
        receiver[order],
        size[order],
        cells[order],
        flipped[order],
        np.where(hold, sam.array, 0.0),
        summed(payer, size, n),
    )


def problem(
    sam: SAM,
    arcs: Arcs,
    net: Array | None,
    spread: Array,
    aggregates: Mapping[str, Aggregate],
    points: Array,
    chances: Array,
) -> Problem:
    """The estimation problem on these arcs; `net` are the totals as they stand in the SAM."""
    n, m = len(sam.accounts), len(aggregates)
    held_paid, held_received = arcs.held.sum(axis=0), arcs.held.sum(axis=1)
    prior = (sam.array.sum(axis=0) + sam.array.sum(axis=1)) / 2 if net is None else net
    spends = arcs.spent > 0
    total = np.where(spends, prior + arcs.turned - held_paid, 0.0)
    keys = sam.accounts.keys
    empty = [
        f"account '{show(keys[i])}': total {prior[i]:.10g}, of which {held_paid[i]:.10g} is fixed"
        for i in np.flatnonzero(spends & (total <= 0))
    ]
    if empty:
        raise TableError(
            f"{len(empty)} accounts have payments to estimate, and no total left for them.",
            empty,
            "Correct the totals or free cells.",
        )
    if net is not None:
        _require_idle(sam, net, np.where(spends | (arcs.turned > 0), net, held_paid))
    coefficients = np.array([_coefficients(sam, name, one) for name, one in aggregates.items()])
    coefficients = coefficients.reshape(m, n, n)
    sign = np.where(arcs.flipped, -1.0, 1.0)
    rows = coefficients[:, arcs.cells[:, 0], arcs.cells[:, 1]] * sign
    immovable = [f"'{name}'" for name, row in zip(aggregates, rows, strict=True) if not row.any()]
    if immovable:
        raise TableError(
            f"{len(immovable)} aggregates hold no cell that can move.",
            immovable,
            "Name cells that are neither zero nor fixed.",
        )
    extra, arc = np.nonzero(rows)
    at = np.arange(len(arcs.payer))
    features = csr_array(
        (
            np.r_[np.ones(len(at)), rows[extra, arc]],
            (np.r_[arcs.receiver, n + extra], np.r_[at, arc]),
        ),
        shape=(n + m, len(at)),
    )
    value = np.array([float(one.value) for one in aggregates.values()])
    return Problem(
        n=n,
        payer=arcs.payer,
        receiver=arcs.receiver,
        prior=arcs.value / arcs.spent[arcs.payer],
        features=features,
        total=total,
        given=np.r_[held_paid - held_received, value - (coefficients * arcs.held).sum((1, 2))],
        weight=np.r_[total, np.abs(value)],
        spread=np.r_[spread, [one.standard_error for one in aggregates.values()]],
        points=points,
        chances=chances,
    )


def _coefficients(sam: SAM, name: str, aggregate: Aggregate) -> Array:
    coefficients = np.zeros_like(sam.array)
    for cell, coefficient in aggregate.cells.items():
        at = _cell(sam, cell, f"Aggregate '{name}'")
        coefficients[at] = float(numbers(coefficient, f"A coefficient of '{name}'"))
    return coefficients


def _cell(sam: SAM, cell: object, what: str) -> tuple[int, int]:
    if not isinstance(cell, tuple) or len(cell) != 2:
        raise TableError(
            f"{what} names {cell!r}, which is not a cell.",
            remedy='Give pairs of row and column: ("households", "labour").',
        )
    return sam.accounts.position(cell[0]), sam.accounts.position(cell[1])


def _require_idle(sam: SAM, net: Array, possible: Array) -> None:
    """Refuse a total given for an account whose payments are all fixed at something else."""
    keys = sam.accounts.keys
    wrong = np.flatnonzero(np.abs(net - possible) > 1e-9 * np.abs(net).max(initial=0.0))
    if len(wrong):
        raise BalanceError(
            f"{len(wrong)} accounts have a total that none of their payments can reach.",
            [
                f"account '{show(keys[i])}': total {net[i]:.10g}, payments {possible[i]:.10g}"
                for i in wrong
            ],
            "Correct the totals or free cells.",
        )
