"""The balanced table of n + k accounts out of what k groups of households earn and buy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from iomodel.accounts import Accounts, Array, show
from iomodel.errors import MissingAccountError, NegativeFlowWarning, TableError, warn
from iomodel.meta import Blocks
from iomodel.table import IOTable

HOUSEHOLDS = "households"
SAVING = "saving"
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Endogenous:
    """What k groups earn and buy, in the unit of the table, and where it stood before.

    earned (k x n) comes out of V, received (k x categories) out of W; V and W without them, by the
    rows `keep`, are what is left there.  domestic (n x k) and direct (m x k) are the purchases;
    from_Y and from_W say which columns of final demand they are taken out of.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    earned: Array
    received: Array
    keep: Sequence[int]
    V: Array
    W: Array
    domestic: Array
    direct: Array
    from_Y: Array
    from_W: Array

    @property
    def total(self) -> Array:
        """The income of each group."""
        income: Array = self.earned.sum(axis=1) + self.received.sum(axis=1)
        return income


def closed(table: IOTable, inside: Endogenous, note: str) -> IOTable:
    """The balanced table of n + k accounts, factorised."""
    arrays, n, k = table.arrays, len(table.accounts), len(inside.codes)
    keep = list(inside.keep)
    Z = np.zeros((n + k, n + k))
    Z[:n, :n] = arrays.Z
    Z[:n, n:] = inside.domestic.clip(min=0)
    Z[n:, :n] = inside.earned.clip(min=0)
    Y = np.vstack([arrays.Y - inside.from_Y, inside.received])
    V = np.zeros((len(keep) + 1, n + k))
    V[:-1, :n] = inside.V[keep]
    V[:-1, n:] = inside.direct[keep]
    V[-1, n:] = inside.total - Z[:n, n:].sum(axis=0) - V[:-1, n:].sum(axis=0)
    W = np.vstack([(inside.W - inside.from_W)[keep], np.zeros(len(table.categories))])
    S = np.column_stack([arrays.S, np.zeros((len(table.satellite_accounts), k))])
    x = np.append(arrays.x, inside.total)
    result = IOTable(
        _with(table.accounts, inside.codes, inside.names, HOUSEHOLDS),
        table.categories,
        _with(table.inputs.take(keep), (SAVING,), ("Saving of households",), SAVING),
        Blocks(Z, Y, V, W, x, S),
        table.meta.but(note, assumptions=(*table.meta.assumptions, note)),
        table.satellite_accounts,
    )
    if not result.check()["holds"].all():
        # Asked only then: without its income rows V has negative columns (subsidised sectors),
        # which `require_balanced` warns of and which are no news here.
        result.require_balanced()
    _ = result.L  # refuses a circle that nothing feeds from outside, now and by name
    return result


def _with(
    accounts: Accounts, codes: tuple[str, ...], names: tuple[str, ...], kind: str
) -> Accounts:
    """The accounts and more at the end; where there are several regions they belong to all."""
    regions = accounts.regions
    if regions:
        regions += (regions[0] if len(set(regions)) == 1 else "all",) * len(codes)
    return Accounts(
        (*accounts.codes, *codes),
        (*accounts.names, *names),
        (*accounts.kinds, *[kind] * len(codes)),
        regions,
        accounts.axis,
    )


def out_of_consumption(table: IOTable, bought: Array, block: Array) -> Array:
    """Purchases by row (of Y or W) over the columns of consumption, in the proportions there."""
    columns = table.categories.of_kind("private_consumption")
    columns = columns or table.categories.of_kind("final_demand")
    if not columns:
        raise MissingAccountError(
            f"'{table.meta.title}' has no column that households' purchases can be taken out of.",
            remedy="Name it in `demand_kinds` as private_consumption.",
        )
    observed = block[:, columns]
    whole = observed.sum(axis=1)
    shares = np.full(observed.shape, 1.0 / len(columns))
    np.divide(observed, whole[:, None], out=shares, where=whole[:, None] != 0)
    taken = np.zeros_like(block)
    taken[:, columns] = shares * bought[:, None]
    return taken


def require_open(table: IOTable) -> None:
    """Raise where households are inside already."""
    if table.accounts.of_kind(HOUSEHOLDS):
        raise TableError(
            f"'{table.meta.title}' already has an account of kind '{HOUSEHOLDS}'.",
            remedy="Close the open table instead, once.",
        )


def refuse_negative(table: IOTable, flows: Array, what: str, remedy: str) -> None:
    """Raise where a sector would deliver or pay less than nothing."""
    below = np.flatnonzero(flows < -dust(table))
    if len(below):
        keys = table.accounts.keys
        raise TableError(
            f"The {what} of {len(below)} sectors of '{table.meta.title}' is negative.",
            [f"'{show(keys[i])}': {flows[i]:.6g}" for i in below],
            f"An endogenous delivery cannot be negative. {remedy}",
        )


def dust(table: IOTable) -> float:
    """What a subtraction leaves of nothing; official files hold minus 4e-12 for zero."""
    return ROUNDING * float(table.arrays.x.max())


def warn_of_shortage(table: IOTable, from_Y: Array, from_W: Array | None = None) -> None:
    """Warn where households would buy more than the columns they are taken out of hold."""
    found = _short(table.accounts, table.arrays.Y, from_Y, dust(table))
    if from_W is not None:
        found += _short(table.inputs, table.arrays.W, from_W, dust(table))
    if found:
        more = f" and {len(found) - 5} more" if len(found) > 5 else ""
        warn(
            f"'{table.meta.title}': by `spending` households buy more than there is to buy: "
            f"{', '.join(found[:5])}{more}. What is left as exogenous demand is negative.",
            NegativeFlowWarning,
        )


def _short(rows: Accounts, block: Array, taken: Array, nothing: float) -> list[str]:
    columns = taken.any(axis=0)
    there, wanted = block[:, columns].sum(axis=1), taken.sum(axis=1)
    over = np.flatnonzero(wanted > there + nothing)
    return [f"'{show(rows.keys[i])}' {wanted[i]:.6g} of {there[i]:.6g}" for i in over]
