"""From the surplus of industries to what is recorded as leaving, rung by rung, and the rest."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import pandas as pd

from iomodel import catalog
from iomodel.accounts import Array
from iomodel.arguments import typed
from iomodel.bop import BalanceOfPayments
from iomodel.display import as_html, as_text
from iomodel.errors import MissingAccountError, TableError
from iomodel.leakage.allocation import Outflow, require_same_sectors
from iomodel.leakage.presumed import REVISION, income, is_presumed
from iomodel.table import IOTable

FINANCE = "52"
OWNED_NET, RECORDED, REST = "owned_net", "equity_recorded", "unexplained"
DOWN = {  # what each sum is the sum of
    "foreign_owned_surplus": (
        "gross_operating_surplus",
        "household_and_mixed_surplus",
        "national_corporate_surplus",
    ),
    OWNED_NET: (
        "foreign_owned_surplus",
        "consumption_of_fixed_capital",
        "interest",
        "technology",
        "tax_on_income",
        "losses",
    ),
    REST: (OWNED_NET, RECORDED),
}
SAID = {
    "consumption_of_fixed_capital": "not recorded: the key has no rate of wear",
    "tax_on_income": "not recorded: the key has no rate of tax",
}


@dataclass(frozen=True, eq=False, repr=False)
class Reconciliation:
    """The way from surplus to what leaves, in the unit of the table.

    `by_sector` (sectors x rungs) and `total` (rungs; amount and what it rests on): what is taken
    off is negative, each sum is the sum of the rungs above it (`DOWN`), a rung that nobody
    recorded is NaN and inside the next sum.  `country` holds the same for the whole country
    against what was recorded, NaN where nothing was.
    """

    by_sector: pd.DataFrame
    total: pd.DataFrame
    country: pd.DataFrame
    notes: tuple[str, ...]

    __repr__, _repr_html_ = as_text, as_html


@typed
def reconciliation(
    table: IOTable,
    outflow: Outflow,
    payments: BalanceOfPayments,
    *,
    wear: pd.Series | None = None,
) -> Reconciliation:
    """How much of the surplus that foreigners own is recorded as leaving, and what explains it.

    By sector j with Pi_j the corporate surplus, s_j the foreign-owned share, d_j the rate of wear,
    i_j and q_j interest and licence payments abroad and tau the rate of tax on income:

        s Pi                                 foreign-owned surplus
        - d s Pi                             consumption of fixed capital
        - s i - s q                          interest and technology, the owners' part
        - tau max(s (Pi (1 - d) - i - q), 0) tax on income
        + max(s (i + q - Pi (1 - d)), 0)     losses, which are nobody's income
        = owned net
        - dividends and reinvested earnings placed on the sector
        = unexplained: profit that no statistic recorded as leaving, or an error of the key.

    `wear` (a rate per sector, see `wear_rates`) replaces the one rate of the key; tau is the key's.
    A key without a rate (zero) gives NaN in that rung, never zero.  Unit of the table; cost O(n).

    Errors: LabelError for an outflow of other sectors and a `wear` of other sectors, TableError
    for rates outside [0, 1], UnitError for payments of another year or currency.
    Reference: a definition; that equity income in total is profit after tax, interest and wear is
    the balance of payments manual's (International Monetary Fund 2009, BPM6).

    >>> import iomodel as im
    >>> mx, bop = im.load("mexico-2018"), im.load_bop("mexico", 2018)
    >>> outflow = im.leakage.allocate(mx, bop, key=im.leakage.default_key(mx))
    >>> found = im.leakage.reconciliation(mx, outflow, bop).total["amount"]
    >>> bool(found["owned_net"] > -found["equity_recorded"] > 0)
    True
    """
    require_same_sectors(table, outflow)
    payments.require_same(table)
    key = outflow.key
    rates = _rates(table, outflow, wear)
    corporate, foreign = outflow.corporate.to_numpy(), outflow.foreign_owned.to_numpy()
    share = np.divide(foreign, corporate, out=np.zeros_like(foreign), where=corporate > 0)
    equity, flows = list(outflow.equity), outflow.flows
    base = outflow.report["base"]
    licences = [str(code) for code in base.index[base == "technology"] if code in flows]
    technology = share * flows[licences].to_numpy().sum(axis=1)
    interest = share * flows.drop(columns=equity + licences).to_numpy().sum(axis=1)
    worn = np.nan_to_num(rates) * foreign
    profit = foreign - worn - interest - technology
    tax = key.tax * np.maximum(profit, 0.0)
    losses = np.maximum(-profit, 0.0)
    surplus, household = table.primary("surplus"), outflow.household.to_numpy()
    paid = flows[equity].to_numpy().sum(axis=1)
    rungs = {
        "gross_operating_surplus": surplus,
        "household_and_mixed_surplus": 0.0 - household,
        "national_corporate_surplus": 0.0 - (surplus - household - foreign),
        "foreign_owned_surplus": foreign,
        "consumption_of_fixed_capital": np.where(np.isnan(rates), np.nan, -worn),
        "interest": 0.0 - interest,
        "technology": 0.0 - technology,
        "tax_on_income": -tax if key.tax else np.full_like(tax, np.nan),
        "losses": losses,
        OWNED_NET: profit - tax + losses,
        RECORDED: 0.0 - paid,
        REST: profit - tax + losses - paid,
    }
    by_sector = pd.DataFrame(rungs, index=table.accounts.index)
    frame = by_sector.sum(min_count=len(by_sector)).rename("amount").to_frame()
    presumed = is_presumed(payments)
    frame["basis"] = [_basis(str(r), outflow, wear, frame["amount"][r], presumed) for r in rungs]
    country = _country(table, outflow, payments, rates)
    return Reconciliation(by_sector, frame.rename_axis("rung"), country, _notes(payments, wear))


@typed
def wear_rates(table: IOTable) -> pd.Series:
    """Consumption of fixed capital per unit of gross surplus, by sector, in the table's year.

        d_j = 1 - net surplus / gross surplus of the institution,

    financial corporations for industries whose code begins with 52, non-financial ones for all
    others: it is known by institution, not by industry.  Share, O(n).

    Raises MissingAccountError for a country or year without it (Mexico: 2003 to 2016).

    >>> import iomodel as im
    >>> wear_rates(im.load("mexico-projected-2013"))[["3361", "522"]].round(4).to_list()
    [0.3309, 0.0563]
    """
    of_year = _of_year(table)
    if of_year is None or np.isnan(of_year["net_surplus_finance"]):
        raise MissingAccountError(
            f"Consumption of fixed capital of {table.meta.year} is not in the accounts that ship.",
            remedy="Use the rate of the key, or give rates of your own as a Series by sector.",
        )
    rate = {
        who: 1 - of_year[f"net_surplus_{who}"] / of_year[f"gross_surplus_{who}"]
        for who in ("corporations", "finance")
    }
    values = [
        rate["finance" if code.startswith(FINANCE) else "corporations"]
        for code in table.accounts.codes
    ]
    return table.accounts.series(np.array(values), "wear")


def _of_year(table: IOTable) -> pd.Series | None:
    series = catalog.accounts_series(table.meta.country)
    found = series[series.index == table.meta.year]
    return None if found.empty else found.iloc[0]


def _rates(table: IOTable, outflow: Outflow, wear: pd.Series | None) -> Array:
    """Rates of wear by sector; NaN where neither the argument nor the key has one."""
    if wear is None:
        rate = outflow.key.depreciation or np.nan
        return np.full(len(table.accounts), rate)
    rates = table.accounts.array(wear, "wear")
    wrong = [
        f"'{code}': {rate:.6g}"
        for code, rate in zip(table.accounts.codes, rates, strict=True)
        if not 0 <= rate <= 1
    ]
    if wrong:
        raise TableError(
            f"{len(wrong)} rates of wear are outside [0, 1].", wrong, "Give fractions of surplus."
        )
    return rates


def _basis(
    rung: str, outflow: Outflow, wear: pd.Series | None, amount: float, presumed: bool
) -> str:
    key = f"key '{outflow.key.name}'"
    if amount != amount:
        return SAID[rung]
    if rung == "consumption_of_fixed_capital":
        if wear is None:
            return f"{key}, one rate of {outflow.key.depreciation:.4f} for all (assumption)"
        return f"{key}, rates given by sector"
    if rung == "tax_on_income":
        return f"{key}, one rate of {outflow.key.tax:.2f} for all (assumption)"
    said = {
        "gross_operating_surplus": "table",
        "household_and_mixed_surplus": "household share of the key",
        RECORDED: "total presumed, place from the key" if presumed else "total recorded, spread",
        REST: "what is left: unrecorded profit, or an error of the key",
    }
    return said.get(rung, key)


def _country(
    table: IOTable, outflow: Outflow, payments: BalanceOfPayments, rates: Array
) -> pd.DataFrame:
    """Whole country: under the key, as recorded (NaN: not recorded), and the gap."""
    surplus, corporate = table.primary("surplus"), outflow.corporate.to_numpy()
    of_year, unknown = None, float("nan")
    with suppress(MissingAccountError):
        of_year = _of_year(table)
    items = income(payments)
    itemised = not is_presumed(payments)

    def paid(*bases: str) -> float:
        recorded = [item.amount * payments.rate for item in items if item.base in bases]
        return sum(recorded) if itemised else unknown

    def accounts(sign: float, *names: str) -> float:
        return unknown if of_year is None else sign * sum(float(of_year[name]) for name in names)

    firms = [f"gross_surplus_{who}" for who in ("corporations", "finance")]
    nets = [f"net_surplus_{who}" for who in ("corporations", "finance")]
    placed, base = outflow.report["placed"], outflow.report["base"]
    all_paid = sum(item.amount for item in items) * payments.rate
    later = [item.amount * payments.rate for item in payments.items if item.code == REVISION]
    worn = float((rates * corporate).sum())
    mixed = float(surplus.sum()) - accounts(1, "gross_surplus_all")
    rows = {
        "household and mixed surplus": (
            float(outflow.household.sum()),
            mixed + accounts(1, "gross_surplus_households"),
        ),
        "surplus of corporations, gross": (float(corporate.sum()), accounts(1, *firms)),
        "consumption of fixed capital of corporations": (
            worn,
            accounts(1, *firms) - accounts(1, *nets),
        ),
        "tax on income of corporations": (unknown, unknown),
        "private interest abroad": (
            float(placed[base == "corporate_surplus"].sum()),
            paid("corporate_surplus"),
        ),
        "income of foreign owners abroad": (
            float(placed[base == "foreign_equity"].sum()),
            paid("foreign_equity"),
        ),
        "income paid abroad, national accounts": (all_paid, accounts(1, "property_income_paid")),
        "income paid abroad, other source": (all_paid, all_paid + sum(later) if later else unknown),
    }
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["here", "recorded"])
    frame["gap"] = frame["here"] - frame["recorded"]
    return frame.rename_axis("item")


def _notes(payments: BalanceOfPayments, wear: pd.Series | None) -> tuple[str, ...]:
    notes = [
        "By industry no income abroad, wear of capital or tax on income is recorded: the place of "
        "each amount is the key's.",
    ]
    if is_presumed(payments):
        notes.append(payments.notes[0])
    if wear is not None:
        notes.append(
            "Wear of capital is known by institution: industries of finance have the rate of "
            "financial corporations, all others that of non-financial ones."
        )
    return tuple(notes)
