"""Who earns which income and how each group spends it, as a user says it, checked and in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from iomodel.accounts import Accounts, Array, show
from iomodel.closure.assembly import ROUNDING, refuse_negative, require_open
from iomodel.closure.single import require_income_kinds
from iomodel.errors import LabelError, MissingAccountError, TableError
from iomodel.table import IOTable

GROUP = "group"
ADDS_UP = 1e-9
Income: TypeAlias = pd.DataFrame | Mapping[str, pd.DataFrame]


@dataclass(frozen=True, eq=False)
class Circle:
    """k groups on the n sectors of a table: what they earn and what a unit of it buys.

    earned (k x n) in the unit of the table, left (m x n) what of V nobody here earns, rows the
    positions in V that were given out; spending (n x k) and direct (m x k) per unit of income.
    """

    groups: Accounts
    earned: Array
    left: Array
    rows: list[int]
    spending: Array
    direct: Array


def circle(
    table: IOTable, income: Income, spending: pd.DataFrame, direct: pd.DataFrame | None = None
) -> Circle:
    """The groups that `income`, `spending` and `direct` describe; raises where they cannot be."""
    require_open(table)
    by_kind = dict(income) if isinstance(income, Mapping) else {"compensation": income}
    require_income_kinds(by_kind)
    groups = Accounts.of(_rows(next(iter(by_kind.values())), "income"), axis=GROUP)
    if not len(groups):
        raise LabelError("`income` names no group.", remedy="Give one row for each group.")
    earned, left = np.zeros((len(groups), len(table.accounts))), table.arrays.V.copy()
    rows: list[int] = []
    for kind, frame in by_kind.items():
        _rows(frame, "income")
        shares = groups.block(frame, table.accounts, f"income ({kind})")
        _refuse_shares(table, groups, shares, kind)
        earned += shares * table.primary(kind)  # raises where the table has none
        at = table.inputs.of_kind(kind)
        rest = 1.0 - shares.sum(axis=0)
        left[at] *= np.where(np.abs(rest) < ROUNDING, 0.0, rest)
        rows += at
    for code, paid in zip(groups.codes, earned, strict=True):
        refuse_negative(table, paid, f"income of group '{code}'", "Share out other income.")
    poor = [f"'{c}'" for c, paid in zip(groups.codes, earned, strict=True) if not paid.sum() > 0]
    if poor:
        raise MissingAccountError(
            f"{len(poor)} groups earn nothing in '{table.meta.title}'.",
            poor,
            "Leave them out, or give them a share of some income.",
        )
    bought = table.accounts.block(spending, groups, "spending")
    abroad = _direct(table, groups, direct)
    _refuse_spending(table, groups, bought, abroad)
    return Circle(groups, earned, left, rows, bought, abroad)


def _rows(frame: object, what: str) -> pd.Index:
    if not isinstance(frame, pd.DataFrame):
        raise LabelError(
            f"`{what}` is a {type(frame).__name__}, not a frame.",
            remedy="Give a DataFrame of groups by sectors, or {kind of income: such a frame}.",
        )
    return frame.index


def _refuse_shares(table: IOTable, groups: Accounts, shares: Array, kind: str) -> None:
    keys = table.accounts.keys
    wrong = [
        f"'{groups.codes[g]}' of sector '{show(keys[j])}': {shares[g, j]:.6g}"
        for g, j in np.argwhere((shares < 0) | (shares > 1))
    ]
    sums = shares.sum(axis=0)
    wrong += [
        f"all groups of sector '{show(keys[j])}': {sums[j]:.10g}"
        for j in np.flatnonzero(sums > 1 + ADDS_UP)
    ]
    if wrong:
        raise TableError(
            f"`income` shares out more {kind} of '{table.meta.title}' than there is, or less than "
            f"nothing: {len(wrong)} shares are outside [0, 1].",
            wrong,
            "Give what part of the income of each sector each group receives; together at most 1.",
        )


def _direct(table: IOTable, groups: Accounts, direct: pd.DataFrame | None) -> Array:
    """Imports and product taxes per unit of income, m x k, zero where not named."""
    found = np.zeros((len(table.inputs), len(groups)))
    if direct is None:
        return found
    at = direct_rows(table, direct.index)
    if at:
        found[at] = table.inputs.take(at).block(direct, groups, "direct")
    return found


def direct_rows(table: IOTable, labels: pd.Index) -> list[int]:
    """Positions of primary inputs that consumers buy themselves: imports and product taxes."""
    at = table.inputs.positions(labels)
    wrong = [
        f"'{table.inputs.codes[i]}' is {table.inputs.kinds[i]}"
        for i in at
        if table.inputs.kinds[i] not in ("imports", "product_taxes")
    ]
    if wrong:
        raise LabelError(
            f"`direct` names {len(wrong)} primary inputs that consumers do not buy.",
            wrong,
            "Name rows of kind imports or product_taxes.",
        )
    return at


def _refuse_spending(table: IOTable, groups: Accounts, bought: Array, direct: Array) -> None:
    keys, codes = table.accounts.keys, groups.codes
    wrong = [
        f"'{codes[g]}' on '{show(keys[i])}': {bought[i, g]:.6g}" for i, g in np.argwhere(bought < 0)
    ]
    wrong += [
        f"'{codes[g]}' on '{table.inputs.codes[i]}': {direct[i, g]:.6g}"
        for i, g in np.argwhere(direct < 0)
    ]
    if wrong:
        raise TableError(
            f"{len(wrong)} purchases per unit of income are negative.",
            wrong,
            "What another unit of income buys less of cannot be a delivery: put it at zero.",
        )
    sums = bought.sum(axis=0) + direct.sum(axis=0)
    over = [f"'{codes[g]}': {sums[g]:.10g}" for g in np.flatnonzero(sums > 1 + ADDS_UP)]
    if over:
        raise TableError(
            f"{len(over)} groups would spend more than a unit for each unit of income.",
            over,
            "Give purchases per unit of income, imports and taxes with them; what is left of the "
            "unit is saved.",
        )
    idle = [
        f"'{show(keys[i])}': {bought[i].max():.6g}"
        for i in np.flatnonzero(~table.active & (bought.max(axis=1) > 0))
    ]
    if idle:
        raise TableError(
            f"`spending` buys of {len(idle)} sectors of '{table.meta.title}' that have no output.",
            idle,
            "Nothing is known of what they would buy: leave them at zero.",
        )
