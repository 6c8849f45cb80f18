"""Every peso split into its ends: the ladder, the content of income, the waterfall, the bands."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np
import pandas as pd

from iomodel import catalog
from iomodel.about import OWN, about
from iomodel.accounts import Array, show
from iomodel.arguments import typed
from iomodel.bop import BalanceOfPayments
from iomodel.leakage.allocation import Outflow, allocate, require_same_sectors
from iomodel.meta import VALUE_ADDED
from iomodel.ownership import LEVELS, OwnershipKey
from iomodel.table import IOTable

DUST = 1e-12  # value added per peso below this is the rounding of a sum, not an income
ABROAD = ("reinvested", "dividends", "interest", "technology")
PER_UNIT = "unit per unit of final demand, basic prices"
NOT_RECORDED = {
    "consumption_of_fixed_capital": "of national and household surplus: inside their rungs, not "
    "recorded by sector (part of its replacement is imported)",
    "tax_on_income": "of national and household surplus: inside their rungs, not recorded by "
    "sector",
    "compensation_abroad": "inside compensation: the balance of payments hides it in 'other'",
}


@typed
def phi(table: IOTable, outflow: Outflow) -> pd.Series:
    """The share of each sector's gross operating surplus that is paid abroad.

        Phi_j = sum of outflows_j / B2b_j,

    over the gross row that V holds, so that Phi_j b_j x_j adds up to what was placed (b = B2b per
    unit of output); zero where there is no surplus.

    >>> import iomodel as im
    >>> mx, bop = im.load("mexico-2018"), im.load_bop("mexico", 2018)
    >>> outflow = im.leakage.allocate(mx, bop, key=im.leakage.default_key(mx))
    >>> round(float(im.leakage.phi(mx, outflow)["3361"]), 4)
    0.2098
    """
    require_same_sectors(table, outflow)
    surplus = table.primary("surplus")
    paid = outflow.flows.to_numpy().sum(axis=1)
    share = np.divide(paid, surplus, out=np.zeros_like(paid), where=surplus > 0)
    return about(
        table.accounts.series(share, "phi"),
        name="share of gross operating surplus paid abroad",
        unit="ratio",
        formula="Phi_j = sum of outflows_j / B2b_j",
        reference=OWN,
    )


@typed
def split(table: IOTable, outflow: Outflow) -> pd.DataFrame:
    """The ladder: where each peso of final demand for a sector's product ends, sectors x rungs.

        ladder = (rungs x^-1) L,   every row sums to 1,

    because V holds everything below Z.  Rungs: imports, product taxes, compensation, production
    taxes, household and mixed surplus, national corporate surplus, foreign-owned surplus that is
    not recorded as leaving (wear of capital and tax at the key's rates, and profit), and what is
    recorded as leaving: reinvested earnings, dividends, interest, technology.  What the table
    cannot fill is named in `.attrs["not_recorded"]` and stays in its parent, never shown as zero.
    Cost: one solve with as many right sides as rungs.

    >>> import iomodel as im
    >>> mx, bop = im.load("mexico-2018"), im.load_bop("mexico", 2018)
    >>> outflow = im.leakage.allocate(mx, bop, key=im.leakage.default_key(mx))
    >>> peso = im.leakage.split(mx, outflow).loc["3361"]
    >>> round(float(peso["imports"]), 4), round(float(peso.sum()), 9)
    (0.4163, 1.0)
    """
    return about(
        _through(table, _direct_rungs(table, outflow)),
        name="where a peso of final demand ends",
        unit=PER_UNIT,
        formula="(rungs / x) L",
        reference=OWN,
        not_recorded=dict(NOT_RECORDED),
    )


def _direct_rungs(table: IOTable, outflow: Outflow) -> pd.DataFrame:
    require_same_sectors(table, outflow)
    rungs: dict[str, Array] = {}
    for kind in dict.fromkeys(table.inputs.kinds):
        if kind not in ("surplus", "moved"):
            rungs[kind] = table.primary(kind)
    surplus = table.primary("surplus")
    flows = outflow.flows
    other = flows.drop(columns=list(outflow.equity)).to_numpy().sum(axis=1)
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


def _through(table: IOTable, direct: pd.DataFrame) -> pd.DataFrame:
    per_unit = direct.to_numpy() / table.arrays.x.clip(min=np.finfo(float).tiny)[:, None]
    per_unit[~table.active] = 0.0
    return table.accounts.frame(table.L.T.solve(per_unit), direct.columns)


@typed
def content(table: IOTable, outflow: Outflow) -> pd.DataFrame:
    """Value added of each kind in a peso of final demand, by sector.

    gva = v L (produced here, basic prices); product_taxes = t L; gdp = gva + product_taxes;
    gni_R = (v - r_R / x) L for the three readings R of non-residents' income r (recorded, owned
    net, owned gross), at basic prices: add product_taxes for market prices;
    retention = gni_recorded / gva (NaN where there is no value added);
    net_foreign_exchange = 1 - m L - (dividends + interest + technology) L: reinvested earnings are
    income of non-residents, but no currency leaves.

    Cost: one solve with seven right sides.

    >>> import iomodel as im
    >>> mx, bop = im.load("mexico-2018"), im.load_bop("mexico", 2018)
    >>> outflow = im.leakage.allocate(mx, bop, key=im.leakage.default_key(mx))
    >>> found = im.leakage.content(mx, outflow).loc["3361"]
    >>> found[["gva", "gdp", "gni_recorded"]].round(4).to_dict()
    {'gva': 0.5794, 'gdp': 0.5837, 'gni_recorded': 0.5077}
    """
    require_same_sectors(table, outflow)
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
    return about(
        result,
        name="value added, product and national income in a unit of final demand",
        unit=f"{PER_UNIT}; retention: ratio",
        formula="gva = vL; gdp = gva + tL; gni_R = (v - r_R / x) L",
        reference=OWN,
        assumption=f"ownership key '{outflow.key.name}' at {outflow.key.level}",
    )


@typed
def waterfall(table: IOTable, outflow: Outflow, *, sector: Hashable) -> pd.DataFrame:
    """One sector's ladder step by step: amount, of it direct, through suppliers, running total.

    `basis` says what each rung rests on.

    >>> import iomodel as im
    >>> mx, bop = im.load("mexico-2018"), im.load_bop("mexico", 2018)
    >>> outflow = im.leakage.allocate(mx, bop, key=im.leakage.default_key(mx))
    >>> steps = im.leakage.waterfall(mx, outflow, sector="3361")
    >>> steps["amount"].round(4).head(3).to_dict()
    {'imports': 0.4163, 'product_taxes': 0.0043, 'compensation': 0.0704}
    """
    at = table.accounts.position(sector)
    direct = _direct_rungs(table, outflow)
    amount = _through(table, direct).iloc[at]
    own = direct.iloc[at] / max(table.arrays.x[at], np.finfo(float).tiny)
    frame = pd.DataFrame({"amount": amount, "direct": own, "indirect": amount - own})
    frame["cumulative"] = frame["amount"].cumsum()
    frame["basis"] = [_basis(str(rung), table, outflow.key) for rung in frame.index]
    return about(
        frame.rename_axis("rung"),
        name="where a peso of final demand ends, step by step",
        unit=PER_UNIT,
        formula="amount = row of (rungs / x) L; direct = rungs / x",
        reference=OWN,
        sector=show(table.accounts.keys[at]),
        not_recorded=dict(NOT_RECORDED),
    )


def _basis(rung: str, table: IOTable, key: OwnershipKey) -> str:
    if rung in table.inputs.kinds:
        return "table"
    if rung.startswith("household"):
        return "assumption: household share of surplus"
    rates = " and rates of the whole economy" if rung.startswith("foreign_owned") else ""
    return f"assumption: key '{key.name}'{rates}"


@typed
def bands(
    table: IOTable, bop: BalanceOfPayments, *, keys: Mapping[str, OwnershipKey] | None = None
) -> pd.DataFrame:
    """GNI content under every key, level and reading: sectors x (reading, key, level).

    >>> import iomodel as im
    >>> mx = im.load("mexico-2018")
    >>> bands = im.leakage.bands(mx, im.load_bop("mexico", 2018)).loc["3361"]
    >>> [round(float(end), 3) for end in bands["recorded"].agg(["min", "max"])]
    [0.474, 0.552]
    """
    found = {}
    for name, key in (keys or catalog.load_keys(table.meta.country)).items():
        for level in LEVELS:
            result = content(table, allocate(table, bop, key=key.at(level)))
            for reading in ("recorded", "owned_net", "owned_gross"):
                found[reading, name, level] = result[f"gni_{reading}"]
    frame = pd.DataFrame(found)
    frame.columns.names = ["reading", "key", "level"]
    return about(
        frame,
        name="national income in a unit of final demand, by reading, key and level",
        unit=PER_UNIT,
        formula="gni_R = (v - r_R / x) L under each key and level",
        reference=OWN,
    )
