"""Where a peso goes: income paid abroad placed on sectors, and every peso split into its ends."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from iomodel import catalog
from iomodel.accounts import Array, show
from iomodel.bop import BalanceOfPayments, Item
from iomodel.errors import LabelError, MissingAccountError, TableError
from iomodel.meta import VALUE_ADDED
from iomodel.ownership import LEVELS, OwnershipKey
from iomodel.spreading import spread
from iomodel.table import IOTable

PUBLIC_ENTERPRISES = ("211", "221", "324")
PUBLIC = (*PUBLIC_ENTERPRISES, "521", "931")  # with the central bank and the government
LICENSING = "533"
DUST = 1e-12  # value added per peso below this is the rounding of a sum, not an income
ABROAD = ("reinvested", "dividends", "interest", "technology")
NOT_RECORDED = {
    "consumption_of_fixed_capital": "of national and household surplus: inside their rungs, not "
    "recorded by sector (part of its replacement is imported)",
    "tax_on_income": "of national and household surplus: inside their rungs, not recorded by "
    "sector",
    "compensation_abroad": "inside compensation: the balance of payments hides it in 'other'",
}


@dataclass(frozen=True, eq=False)
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
    def unallocated(self) -> pd.Series:
        """What could not be placed, by item."""
        return self.report["unallocated"]


def keys(table: IOTable) -> dict[str, OwnershipKey]:
    """The ownership keys that ship for the country of a table, by name: paper, amne, neutral.

    None is a census; together they span what is known.  Raises MissingAccountError for a country
    without keys: there is no silent fallback.
    """
    return catalog.load_keys(table.meta.country)


def default_key(table: IOTable) -> OwnershipKey:
    """The key that follows the source paper: assembly wholly, parts overwhelmingly foreign."""
    return keys(table)["paper"]


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
    but for the share `public_enterprises` (0 to 1) charged to oil, refining and electricity.

    Raises MissingAccountError without surplus or key, UnitError for another year, currency or
    constant prices, TableError where more is paid than all corporate surplus.
    Cost: O(n) per item and round of redistribution.
    """
    table.require_domestic("Leakage")
    bop.require_same(table)
    if not 0 <= public_enterprises <= 1:
        raise TableError(
            f"public_enterprises is {public_enterprises}.", remedy="Give a share from 0 to 1."
        )
    surplus = table.primary("surplus")
    share, household_share = key.on(table)
    household = np.maximum(surplus, 0.0) * household_share
    corporate = np.maximum(surplus, 0.0) - household
    placed: dict[str, Array] = {}
    rows: dict[str, tuple[object, ...]] = {}
    left = corporate.copy()
    for item in sorted(bop.items, key=lambda item: item.base == "foreign_equity"):
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
            cap = left * share if item.base == "foreign_equity" else left
            flow = _place(charged, item, table, share, corporate, cap)
            # equity is paid out of the foreign-owned part, so it uses up 1/share of what is left
            used = np.divide(flow, share, out=np.zeros_like(flow), where=share > 0)
            left = left - (used if item.base == "foreign_equity" else flow)
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
    amount: float, item: Item, table: IOTable, share: Array, corporate: Array, cap: Array
) -> Array:
    """One item over its base, under caps."""
    codes = table.accounts.codes
    if item.base == "foreign_equity":
        return spread(amount, share * corporate, cap)
    if item.base == "corporate_surplus":
        private = np.array([code not in PUBLIC for code in codes], dtype=np.float64)
        return spread(amount, private * corporate, cap)
    if item.base == "public_enterprises":
        public = np.array([code in PUBLIC_ENTERPRISES for code in codes], dtype=np.float64)
        return spread(amount, public * np.maximum(table.primary("surplus"), 0), cap)
    if item.base == "technology":
        if LICENSING not in codes:
            raise MissingAccountError(
                f"'{item.name}' is taken from the surplus of sector {LICENSING} and its users, "
                f"which '{table.meta.title}' does not have.",
                remedy="Treat it otherwise: bop.with_treatments({'technology': 'unallocated'}).",
            )
        at = codes.index(LICENSING)
        own = np.zeros_like(cap)
        own[at] = min(amount, cap[at])
        users = table.arrays.Z[at].copy()
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
    equity = [item.code for item in bop.items if item.base == "foreign_equity"]
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


def phi(table: IOTable, outflow: Outflow) -> pd.Series:
    """The share of each sector's gross operating surplus that is paid abroad.

        Phi_j = sum of outflows_j / B2b_j,

    over the gross row that V holds, so that Phi_j b_j x_j adds up to what was placed (b = B2b per
    unit of output); zero where there is no surplus.
    """
    _same_sectors(table, outflow)
    surplus = table.primary("surplus")
    paid = outflow.flows.to_numpy().sum(axis=1)
    share = np.divide(paid, surplus, out=np.zeros_like(paid), where=surplus > 0)
    return table.accounts.series(share, "phi")


def split(table: IOTable, outflow: Outflow) -> pd.DataFrame:
    """The ladder: where each peso of final demand for a sector's product ends, sectors x rungs.

        ladder = (rungs x^-1) L,   every row sums to 1,

    because V holds everything below Z.  Rungs: imports, product taxes, compensation, production
    taxes, household and mixed surplus, national corporate surplus, foreign-owned surplus that is
    not recorded as leaving (wear of capital and tax at the key's rates, and profit), and what is
    recorded as leaving: reinvested earnings, dividends, interest, technology.  What the table
    cannot fill is named in `.attrs["not_recorded"]` and stays in its parent, never shown as zero.
    Cost: one solve with as many right sides as rungs.
    """
    return _through(table, _direct_rungs(table, outflow))


def _direct_rungs(table: IOTable, outflow: Outflow) -> pd.DataFrame:
    _same_sectors(table, outflow)
    rungs: dict[str, Array] = {}
    for kind in dict.fromkeys(table.inputs.kinds):
        if kind not in ("surplus", "moved"):
            rungs[kind] = table.primary(kind)
    surplus = table.primary("surplus")
    flows = outflow.flows
    other = flows[[c for c in flows if c not in ("reinvested", "dividends")]].to_numpy().sum(1)
    foreign = outflow.foreign_owned.to_numpy()
    share = np.divide(
        foreign,
        outflow.corporate.to_numpy(),
        out=np.zeros_like(foreign),
        where=outflow.corporate.to_numpy() > 0,
    )
    equity = flows.to_numpy().sum(1) - other
    rungs["household_and_mixed_surplus"] = outflow.household.to_numpy()
    rest = foreign - share * other - equity
    rungs["national_corporate_surplus"] = (
        surplus - outflow.household.to_numpy() - rest - flows.to_numpy().sum(1)
    )
    rungs |= _foreign_rest(outflow, rest, share * other)
    for name, columns in _abroad(flows).items():
        rungs[name] = flows[columns].to_numpy().sum(1)
    return pd.DataFrame(rungs, index=table.accounts.index)


def _foreign_rest(outflow: Outflow, rest: Array, paid: Array) -> dict[str, Array]:
    """Foreign-owned surplus not recorded as leaving: wear of capital, tax, and unrecorded profit.

    The rates are the key's, for the whole economy; each rung takes what the one before left.
    """
    key, foreign = outflow.key, outflow.foreign_owned.to_numpy()
    wear = np.minimum(key.depreciation * foreign, rest)
    due = key.tax * np.maximum((1 - key.depreciation) * foreign - paid, 0.0)
    tax = np.minimum(due, rest - wear)
    return {
        "foreign_owned_depreciation": wear,
        "foreign_owned_tax": tax,
        "foreign_owned_profit_not_recorded": rest - wear - tax,
    }


def _abroad(flows: pd.DataFrame) -> dict[str, list[str]]:
    """Items by rung: interest of several debtors is one rung."""
    found: dict[str, list[str]] = {}
    for code in map(str, flows):
        if flows[code].any():
            rung = next((name for name in ABROAD if code.startswith(name)), code)
            found.setdefault(f"{rung}_abroad", []).append(code)
    return found


def _same_sectors(table: IOTable, outflow: Outflow) -> None:
    if not outflow.flows.index.equals(table.accounts.index):
        raise LabelError(
            f"The outflow was placed on {len(outflow.flows)} other sectors than the "
            f"{len(table.accounts)} of '{table.meta.title}'.",
            remedy="Allocate on this table: leakage.allocate(table, bop, key=key).",
        )


def _through(table: IOTable, direct: pd.DataFrame) -> pd.DataFrame:
    per_unit = direct.to_numpy() / table.arrays.x.clip(min=np.finfo(float).tiny)[:, None]
    per_unit[~table.active] = 0.0
    ladder = table.accounts.frame(table.L.T.solve(per_unit), direct.columns)
    ladder.attrs["not_recorded"] = dict(NOT_RECORDED)
    ladder.attrs["formula"] = "(rungs / x) L"
    return ladder


def content(table: IOTable, outflow: Outflow) -> pd.DataFrame:
    """Value added of each kind in a peso of final demand, by sector.

    gva = v L (produced here, basic prices); product_taxes = t L; gdp = gva + product_taxes;
    gni_R = (v - r_R / x) L for the three readings R of non-residents' income r (recorded, owned
    net, owned gross), at basic prices: add product_taxes for market prices;
    retention = gni_recorded / gva (NaN where there is no value added);
    net_foreign_exchange = 1 - m L - (dividends + interest + technology) L: reinvested earnings are
    income of non-residents, but no currency leaves.

    Cost: one solve with seven right sides.
    """
    _same_sectors(table, outflow)
    parts = {"gva": table.primary(*VALUE_ADDED), "imports": table.primary("imports")}
    has_taxes = bool(table.inputs.of_kind("product_taxes"))
    parts["product_taxes"] = (
        table.primary("product_taxes") if has_taxes else np.zeros(len(table.accounts))
    )
    for reading in outflow.reading:
        parts[str(reading)] = outflow.reading[reading].to_numpy()
    reinvested = [c for c in outflow.flows if c == "reinvested"]
    parts["currency"] = outflow.flows.drop(columns=reinvested).to_numpy().sum(1)
    total = _through(table, pd.DataFrame(parts, index=table.accounts.index))
    result = pd.DataFrame({"gva": total["gva"], "product_taxes": total["product_taxes"]})
    result["gdp"] = total["gva"] + total["product_taxes"]
    for reading in outflow.reading:
        result[f"gni_{reading}"] = total["gva"] - total[str(reading)]
    result["retention"] = result["gni_recorded"] / result["gva"].where(result["gva"].abs() > DUST)
    result["imports"] = total["imports"]
    result["net_foreign_exchange"] = 1 - total["imports"] - total["currency"]
    result.attrs["assumption"] = f"ownership key '{outflow.key.name}' at {outflow.key.level}"
    return result


def waterfall(table: IOTable, outflow: Outflow, *, sector: str) -> pd.DataFrame:
    """One sector's ladder step by step: amount, of it direct, through suppliers, running total.

    `basis` says what each rung rests on.
    """
    at = table.accounts.position(sector)
    direct = _direct_rungs(table, outflow)
    amount = _through(table, direct).iloc[at]
    own = direct.iloc[at] / max(table.arrays.x[at], np.finfo(float).tiny)
    frame = pd.DataFrame({"amount": amount, "direct": own, "indirect": amount - own})
    frame["cumulative"] = frame["amount"].cumsum()
    frame["basis"] = [_basis(str(rung), table, outflow.key) for rung in frame.index]
    frame.attrs["sector"] = show(table.accounts.keys[at])
    frame.attrs["not_recorded"] = dict(NOT_RECORDED)
    return frame.rename_axis("rung")


def _basis(rung: str, table: IOTable, key: OwnershipKey) -> str:
    if rung in table.inputs.kinds:
        return "table"
    if rung.startswith("household"):
        return "assumption: household share of surplus"
    rates = " and rates of the whole economy" if rung.endswith(("depreciation", "tax")) else ""
    return f"assumption: key '{key.name}'{rates}"


def bands(
    table: IOTable, bop: BalanceOfPayments, *, keys: dict[str, OwnershipKey] | None = None
) -> pd.DataFrame:
    """GNI content under every key, level and reading: sectors x (reading, key, level)."""
    found = {}
    for name, key in (keys or catalog.load_keys(table.meta.country)).items():
        for level in LEVELS:
            result = content(table, allocate(table, bop, key=key.at(level)))
            for reading in ("recorded", "owned_net", "owned_gross"):
                found[reading, name, level] = result[f"gni_{reading}"]
    frame = pd.DataFrame(found)
    frame.columns.names = ["reading", "key", "level"]
    return frame
