"""Income paid abroad placed on the sectors whose surplus it leaves, item by item, under caps."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from iomodel import catalog
from iomodel.accounts import Array
from iomodel.arguments import typed
from iomodel.bop import BalanceOfPayments, Item
from iomodel.display import as_html, as_text, money, several
from iomodel.errors import LabelError, MissingAccountError, TableError
from iomodel.ownership import OwnershipKey, SectorRoles
from iomodel.spreading import spread
from iomodel.table import IOTable

EQUITY = "foreign_equity"


@dataclass(frozen=True, eq=False, repr=False)
class Outflow:
    """Income paid abroad as placed on the sectors of one table.

    `flows` (sectors x items, unit of the table) is what was placed; `report` says for each item
    its amount, what was placed, what could not be (`unallocated`), what is no income of a sector
    (`outside`: paid by the government, among the imports, on the capital account) and its
    treatment; `reading` (sectors x three) is the income of non-residents under each reading:
    recorded, owned net, owned gross.
    `corporate`, `foreign_owned` and `household` split the gross operating surplus.
    """

    flows: pd.DataFrame
    report: pd.DataFrame
    reading: pd.DataFrame
    corporate: pd.Series
    foreign_owned: pd.Series
    household: pd.Series
    key: OwnershipKey
    notes: tuple[str, ...] = field(default=())

    @property
    def equity(self) -> tuple[str, ...]:
        """The items that are income of foreign owners, by what they were spread by."""
        base = self.report["base"]
        return tuple(str(code) for code in base.index[base == EQUITY])

    @property
    def unallocated(self) -> pd.Series:
        """What could not be placed, by item."""
        return self.report["unallocated"]

    def _said(self) -> tuple[str, dict[str, str]]:
        by_sector, report = self.flows.sum(axis=1), self.report
        sizes = f"{len(self.flows)} sectors, {len(report)} items"
        return f"Outflow under key '{self.key.name}' at {self.key.level}: {sizes}", {
            "paid abroad": f"{money(report['amount'].sum())} (unit of the table)",
            "placed": f"{money(by_sector.sum())}, most on {by_sector.idxmax()}",
            "unallocated": money(self.unallocated.sum()),
            "outside": f"{money(report['outside'].sum())}, no income of a sector",
            "items": several([str(code) for code in report.index]),
            "notes": " ".join(self.notes),
        }

    __repr__, _repr_html_ = as_text, as_html


@typed
def keys(table: IOTable) -> dict[str, OwnershipKey]:
    """The ownership keys that ship for the country of a table, by name: paper, amne, neutral.

    None is a census; together they span what is known.  Raises MissingAccountError for a country
    without keys: there is no silent fallback.

    >>> import iomodel as im
    >>> mx = im.load("mexico-2018")
    >>> list(im.leakage.keys(mx))
    ['paper', 'amne', 'neutral']
    """
    return catalog.load_keys(table.meta.country)


@typed
def default_key(table: IOTable) -> OwnershipKey:
    """The key that follows the source paper: assembly wholly, parts overwhelmingly foreign.

    >>> import iomodel as im
    >>> mx = im.load("mexico-2018")
    >>> im.leakage.default_key(mx).name
    'paper'
    """
    return keys(table)["paper"]


def roles_of(table: IOTable, key: OwnershipKey) -> SectorRoles:
    """Who is public and who licenses: what the key says, or what ships for the country."""
    return catalog.load_roles(table.meta.country) if key.roles is None else key.roles


@typed
def allocate(
    table: IOTable,
    bop: BalanceOfPayments,
    *,
    key: OwnershipKey,
    public_enterprises: float = 0.0,
    include_reinvested: bool = True,
) -> Outflow:
    """Place the income paid abroad on the sectors whose surplus it leaves.

    With Pi_j the corporate surplus (gross operating surplus less mixed and household surplus,
    negative ones at zero) and s_j the foreign-owned share, an item R is spread as

        outflow_j = R b_j / sum_k b_k

    over its base b: s_j Pi_j for equity income, Pi_j of all but public bodies for private interest
    and (with its own sector first, then the users of its services) licence payments where the
    table counts them as value added.  Caps hold jointly: interest and technology leave at most
    Pi_j, equity at most s_j (Pi_j - interest_j - technology_j); what a cap turns away is spread
    over the others, and what nobody can pay is returned as unallocated, never scaled away.
    Interest of the public sector is paid by the government and stays outside the per-peso split,
    but for the share `public_enterprises` (0 to 1) charged to those of them that are enterprises.
    Who is public and who licenses, the key says (`key.roles`), or what ships for the country of the
    table: in Mexico oil, refining and electricity; the central bank and the government; and 533.

    Raises MissingAccountError without surplus or key, UnitError for another year, currency or
    constant prices, TableError where more is paid than all corporate surplus.
    Cost: O(n) per item and round of redistribution.

    >>> import iomodel as im
    >>> mx, bop = im.load("mexico-2018"), im.load_bop("mexico", 2018)
    >>> outflow = im.leakage.allocate(mx, bop, key=im.leakage.default_key(mx))
    >>> outflow.flows.loc["3361"].round().to_dict()
    {'interest_private': 11404.0, 'interest_public': 0.0, 'other_income': 0.0, 'later_revision':
    0.0, 'technology': 0.0, 'capital_account': 0.0, 'reinvested': 54424.0, 'dividends': 47585.0}
    """
    table.require_domestic("Leakage")
    bop.require_same(table)
    if not 0 <= public_enterprises <= 1:
        raise TableError(
            f"public_enterprises is {public_enterprises}.", remedy="Give a share from 0 to 1."
        )
    surplus = table.primary("surplus")
    share, household_share = key.on(table)
    roles = roles_of(table, key)
    household = np.maximum(surplus, 0.0) * household_share
    corporate = np.maximum(surplus, 0.0) - household
    placed: dict[str, Array] = {}
    rows: dict[str, tuple[object, ...]] = {}
    left = corporate.copy()
    for item in sorted(bop.items, key=lambda item: item.base == EQUITY):
        amount = item.amount * bop.rate
        treatment = bop.treatment(item, table)
        flow = np.zeros_like(corporate)
        charged = 0.0
        if treatment == "from_surplus" and (include_reinvested or item.code != "reinvested"):
            charged = amount
        elif treatment == "from_government" and item.base == "public_enterprises":
            charged = amount * public_enterprises
        if charged:
            if charged > corporate.sum():
                raise TableError(
                    f"'{item.name}' abroad is {charged:.6g} {table.meta.unit}, more than all "
                    f"corporate surplus of '{table.meta.title}' ({corporate.sum():.6g}).",
                    remedy="Check unit and exchange rate of the balance of payments.",
                )
            cap = left * share if item.base == EQUITY else left
            flow = _place(charged, item, table, roles, share, corporate, cap)
            # equity is paid out of the foreign-owned part, so it uses up 1/share of what is left
            used = np.divide(flow, share, out=np.zeros_like(flow), where=share > 0)
            left = left - (used if item.base == EQUITY else flow)
        placed[item.code] = flow
        rest = amount if treatment == "unallocated" else charged - flow.sum()
        if abs(rest) <= 1e-12 * amount:  # the rounding of the sum, nothing that was left over
            rest = 0.0
        outside = amount - flow.sum() - rest
        numbers = (amount, flow.sum(), rest, outside)
        rows[item.code] = (item.name, *numbers, treatment, item.base, item.note)
    columns = ["name", "amount", "placed", "unallocated", "outside", "treatment", "base", "note"]
    report = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("item")
    series = table.accounts.series
    flows = pd.DataFrame(placed, index=table.accounts.index)
    return Outflow(
        flows=flows,
        report=report.loc[[item.code for item in bop.items]],
        reading=_readings(table, flows, bop, corporate, share, key),
        corporate=series(corporate, "corporate"),
        foreign_owned=series(corporate * share, "foreign_owned"),
        household=series(household, "household"),
        key=key,
        notes=(*bop.notes, *key.notes),
    )


def _place(
    amount: float,
    item: Item,
    table: IOTable,
    roles: SectorRoles,
    share: Array,
    corporate: Array,
    cap: Array,
) -> Array:
    """One item over its base, under caps."""
    codes = table.accounts.codes
    if item.base == EQUITY:
        return spread(amount, share * corporate, cap)
    if item.base == "corporate_surplus":
        private = np.array([code not in roles.public for code in codes], dtype=np.float64)
        return spread(amount, private * corporate, cap)
    if item.base == "public_enterprises":
        public = np.array([code in roles.public_enterprises for code in codes], dtype=np.float64)
        return spread(amount, public * np.maximum(table.primary("surplus"), 0), cap)
    if item.base == "technology":
        if roles.licensing not in codes:
            named = roles.licensing or "that licenses (none is named)"
            raise MissingAccountError(
                f"'{item.name}' is taken from the surplus of sector {named} and its users, "
                f"which '{table.meta.title}' does not have.",
                remedy="Treat it otherwise: bop.with_treatments({'technology': 'unallocated'}), or "
                "name the sector in the `roles` of the key.",
            )
        at = codes.index(roles.licensing)
        own = np.zeros_like(cap)
        own[at] = min(amount, cap[at])
        users = table.arrays.rows([at])[0]
        users[at] = 0.0
        return own + spread(amount - own.sum(), users, cap - own)
    raise LabelError(
        f"Item '{item.code}' is taken from surplus but names no base to spread it by.",
        remedy="Give it a base: foreign_equity, corporate_surplus, public_enterprises, technology.",
    )


def _readings(
    table: IOTable,
    flows: pd.DataFrame,
    bop: BalanceOfPayments,
    corporate: Array,
    share: Array,
    key: OwnershipKey,
) -> pd.DataFrame:
    """Income of non-residents by sector: recorded, owned net, owned gross.

    owned net = s_j (Pi_j (1 - depreciation) - interest_j - technology_j)(1 - tax), not below
    zero, and the interest and technology paid; owned gross = s_j Pi_j and what national firms pay.
    """
    equity = [item.code for item in bop.items if item.base == EQUITY]
    other = flows.drop(columns=equity).to_numpy().sum(axis=1)
    profit = np.maximum(corporate * (1 - key.depreciation) - other, 0.0) * (1 - key.tax)
    return pd.DataFrame(
        {
            "recorded": flows.to_numpy().sum(axis=1),
            "owned_net": share * profit + other,
            "owned_gross": share * corporate + (1 - share) * other,
        },
        index=table.accounts.index,
    )


def require_same_sectors(table: IOTable, outflow: Outflow) -> None:
    """Raise unless the outflow was placed on the sectors of this table."""
    if not outflow.flows.index.equals(table.accounts.index):
        raise LabelError(
            f"The outflow was placed on {len(outflow.flows)} other sectors than the "
            f"{len(table.accounts)} of '{table.meta.title}'.",
            remedy="Allocate on this table: leakage.allocate(table, bop, key=key).",
        )
