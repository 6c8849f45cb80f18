"""The leak of every sector for many settings at once: placing income and the peso, on arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from iomodel.accounts import Array
from iomodel.bands.uncertain import Exporters
from iomodel.bop import BalanceOfPayments, Item
from iomodel.errors import LabelError, MissingAccountError, TableError
from iomodel.leakage.allocation import EQUITY
from iomodel.leakage.presumed import REVISION, equity_share, income
from iomodel.meta import VALUE_ADDED
from iomodel.ownership import SectorRoles
from iomodel.spreading import spread_each
from iomodel.table import IOTable

MEASURES = (
    "gdp",
    "kept_recorded",
    "kept_owned_net",
    "leak_recorded",
    "leak_owned_net",
    "imports",
    "net_foreign_exchange",
)
INCOMES = ("recorded", "owned_net", "currency")


@dataclass(frozen=True, eq=False)
class Settings:
    """Values of all factors in d settings: shares d x n, one number a setting for the others.

    `scalar` holds them by name, `imported` (d x k) the imported inputs of each exporter.
    """

    share: Array
    household: Array
    scalar: dict[str, Array]
    imported: Array

    def __len__(self) -> int:
        return len(self.share)


def placed(
    table: IOTable,
    payments: BalanceOfPayments,
    roles: SectorRoles,
    at: Settings,
    profile: Array,
) -> dict[str, Array]:
    """Income of non-residents by setting and sector (d x n), by reading, and what found no place.

    The rules of `leakage.allocate`, for all settings at once; `profile` is the wear of a sector
    over the average.  Keys: recorded, owned_net, currency (d x n), unplaced (d).
    """
    surplus, s = np.maximum(table.primary("surplus"), 0.0), at.scalar
    corporate = surplus * (1.0 - at.household)
    net = s["net_surplus"][:, None]
    wear = np.clip(s["depreciation"][:, None] * (1 + net * (profile - 1)), 0.0, 1.0)
    left, flows = corporate.copy(), {}
    unplaced = np.zeros(len(at))
    for item in sorted(payments.items, key=lambda item: item.base == EQUITY):
        amount = _charged(item, table, payments, s)
        if not amount.any():
            continue
        _require_room(item, table, amount, corporate)
        cap = left * at.share if item.base == EQUITY else left
        flow = _place(item, table, roles, amount, at.share, corporate, cap, net * wear)
        used = np.divide(flow, at.share, out=np.zeros_like(flow), where=at.share > 0)
        left = left - (used if item.base == EQUITY else flow)
        flows[item] = flow
        rest = amount - flow.sum(axis=1)
        unplaced += np.where(np.abs(rest) > 1e-12 * np.abs(amount), rest, 0.0)  # no rounding
    nothing = np.zeros_like(corporate)
    other = sum((flow for item, flow in flows.items() if item.base != EQUITY), nothing)
    recorded = sum(flows.values(), nothing)
    stays = sum((flow for item, flow in flows.items() if item.code == "reinvested"), nothing)
    profit = np.maximum(corporate * (1 - wear) - other, 0.0) * (1 - s["tax"][:, None])
    return {
        "recorded": recorded,
        "owned_net": at.share * profit + other,
        "currency": recorded - stays,
        "unplaced": unplaced,
    }


def _charged(item: Item, table: IOTable, payments: BalanceOfPayments, s: dict[str, Array]) -> Array:
    """What of an item leaves from surplus, in each setting."""
    amount = np.full_like(s["tax"], item.amount * payments.rate)
    treatment = payments.treatment(item, table)
    if item.base == "technology":
        return amount * s["technology"]
    if treatment == "from_government" and item.base == "public_enterprises":
        charged = amount * s["public_enterprises"]
    elif treatment == "from_surplus":
        charged = amount * (s["reinvested"] if item.code == "reinvested" else 1.0)
    else:
        return np.zeros_like(amount)
    items = income(payments)
    if item not in items or not item.amount:
        return charged
    whole = sum(one.amount for one in items)
    later = sum(one.amount for one in payments.items if one.code == REVISION)
    charged = charged * (1 + s["revision"] * later / whole)
    split, share = equity_share(payments), s["equity_share"]
    if item.base == EQUITY:
        return charged * (share / split)
    return charged * ((1 - share) / (1 - split))


def _require_room(item: Item, table: IOTable, amount: Array, corporate: Array) -> None:
    over = amount > corporate.sum(axis=1)
    if over.any():
        raise TableError(
            f"'{item.name}' abroad is up to {amount.max():.6g} {table.meta.unit}, more than all "
            f"corporate surplus of '{table.meta.title}' in {int(over.sum())} of {len(amount)} "
            "settings.",
            remedy="Check unit and exchange rate of the balance of payments.",
        )


def _place(
    item: Item,
    table: IOTable,
    roles: SectorRoles,
    amount: Array,
    share: Array,
    corporate: Array,
    cap: Array,
    worn: Array,
) -> Array:
    codes = table.accounts.codes
    if item.base == EQUITY:
        return spread_each(amount, share * corporate * (1 - worn), cap)
    if item.base == "corporate_surplus":
        private = np.array([code not in roles.public for code in codes], dtype=np.float64)
        return spread_each(amount, private * corporate, cap)
    if item.base == "public_enterprises":
        public = np.array([code in roles.public_enterprises for code in codes], dtype=np.float64)
        base = public * np.maximum(table.primary("surplus"), 0.0)
        return spread_each(amount, np.broadcast_to(base, cap.shape), cap)
    if item.base != "technology":
        raise LabelError(
            f"Item '{item.code}' is taken from surplus but names no base to spread it by.",
            remedy="Give it a base: foreign_equity, corporate_surplus, public_enterprises.",
        )
    if roles.licensing not in codes:
        named = roles.licensing or "that licenses (none is named)"
        raise MissingAccountError(
            f"'{item.name}' is taken from the surplus of sector {named} and its users, which "
            f"'{table.meta.title}' does not have.",
            remedy="Treat it otherwise: bop.with_treatments({'technology': 'unallocated'}).",
        )
    at = codes.index(roles.licensing)
    own = np.zeros_like(cap)
    own[:, at] = np.minimum(amount, cap[:, at])
    users = table.arrays.Z[at].copy()
    users[at] = 0.0
    return own + spread_each(amount - own.sum(axis=1), np.broadcast_to(users, cap.shape), cap - own)


def measured(
    table: IOTable, incomes: dict[str, Array], exporters: Sequence[Exporters], imported: Array
) -> dict[str, Array]:
    """Every measure per peso of final demand, d x (n + k): sectors, then exporting parts.

    All rows per unit go through one solve with L'; exporters change columns of A and are added by
    Woodbury's formula (`_with_exporters`).
    """
    taxes = table.arrays.V[table.inputs.of_kind("product_taxes")].sum(axis=0)
    fixed = (table.primary(*VALUE_ADDED), taxes, table.primary("imports"))
    d, n = incomes["recorded"].shape
    flows = [np.broadcast_to(row, (d, n)) for row in fixed] + [incomes[name] for name in INCOMES]
    rows = np.stack([table.per_unit(flow) for flow in flows])
    constant = table.L.T.solve(rows[:3, 0].T.copy()).T
    drawn = table.L.T.solve(np.ascontiguousarray(rows[3:].reshape(-1, n).T)).T.reshape(3, d, n)
    total = np.concatenate([np.broadcast_to(constant[:, None, :], (3, d, n)), drawn])
    if exporters:
        total = _with_exporters(table, rows, total, exporters, imported)
    gva, tax, bought, recorded, owned, currency = np.where(
        np.append(table.active, [True] * len(exporters)), total, np.nan
    )
    gdp = gva + tax
    return {
        "gdp": gdp,
        "kept_recorded": gdp - recorded,
        "kept_owned_net": gdp - owned,
        "leak_recorded": recorded,
        "leak_owned_net": owned,
        "imports": bought,
        "net_foreign_exchange": 1 - bought - currency,
    }


def _with_exporters(
    table: IOTable, rows: Array, total: Array, exporters: Sequence[Exporters], imported: Array
) -> Array:
    """Totals with the exporting parts of k industries set apart, R x d x (n + k), exact.

    Exporters of j (share s of output, imported share m of inputs) buy domestic goods in the
    proportions of their industry, beta times its column a_j of A, and the rest of the industry buys
    alpha a_j, so that

        A^D = A + A_J (diag(alpha) - I) e_J',   beta = (1 - m)(i + d) / d,
        alpha = (1 - s beta) / (1 - s),

    with i imports and d domestic inputs per unit.  Exporters sell to nobody at home, hence

        r^D L^D = t + u D (I - (L - I)_JJ D)^-1 L_J,  D = diag(alpha) - I,
        exporters of j: r^M_j + beta_j (r^D L^D) a_j,

    t = r^D L, u = t_J - r^D_J; only the row of imports differs between the parts per unit of
    output: both pay abroad what their industry pays.

    Cost: one solve with k right sides, O(d n k) and d systems of size k.
    """
    at = table.accounts.positions([one.sector for one in exporters])
    n, k = len(table.accounts), len(at)
    units = np.eye(n)[:, at]
    columns = table.per_unit(table.arrays.Z)[:, at]
    made = columns.sum(axis=0)
    bought = table.per_unit(table.primary("imports"))[at]
    s = np.array([one.share for one in exporters])
    exported = table.arrays.Y[:, table.categories.of_kind("exports")].sum(axis=1)
    sold = table.per_unit(exported)[at]
    _require_possible(exporters, imported, bought, made, sold)
    beta = (1 - imported) * (bought + made) / made
    change = (1 - s * beta) / (1 - s) - 1
    theirs, rest = rows[:, :, at].copy(), rows[:, :, at].copy()
    theirs[2] = imported * (bought + made)
    rest[2] = (bought - s * theirs[2]) / (1 - s)
    from_j = table.L.T.solve(units).T  # rows J of L
    moved = rest - rows[:, :, at]
    t = total + moved @ from_j
    met = (from_j[:, at] - np.eye(k)) * change[:, None, :]  # (L - I)_JJ D, d x k x k
    pushed = (t[:, :, at] - rest) * change
    solved = np.linalg.solve(np.swapaxes(np.eye(k) - met, 1, 2)[None], pushed[..., None])[..., 0]
    through = t + solved @ from_j
    return np.concatenate([through, theirs + beta * (through @ columns)], axis=2)


def _require_possible(
    exporters: Sequence[Exporters], imported: Array, bought: Array, made: Array, sold: Array
) -> None:
    for j, one in enumerate(exporters):
        if one.share > sold[j] + 1e-12 or made[j] <= 0:
            raise TableError(
                f"Exporters of '{one.sector}' cannot make {one.share:.6g} of its output: "
                f"{sold[j]:.6g} of it is exported, and it buys {made[j]:.6g} per unit at home.",
                remedy="Take what the table allows: bands.exporters(table, sector).",
            )
        taken = one.share * (bought[j] + made[j])
        low = max(0.0, 1 - made[j] / taken) if taken else 0.0
        high = min(1.0, bought[j] / taken) if taken else 1.0
        dust = 1e-12
        least, most = imported[:, j].min(), imported[:, j].max()
        if least < low - dust or most > high + dust:
            raise TableError(
                f"Exporters of '{one.sector}' cannot import {least:.6g} to {most:.6g} of their "
                f"inputs: with {one.share:.6g} of the output it is {low:.6g} to {high:.6g}.",
                remedy="Give a smaller share of output, or other imported inputs.",
            )
