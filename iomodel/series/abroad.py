"""Income paid abroad by year, as shares of current surplus put on tables at constant prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from iomodel import catalog, leakage
from iomodel.accounts import Array
from iomodel.arguments import typed
from iomodel.bop import BalanceOfPayments
from iomodel.errors import LabelError, MissingAccountError, TableError
from iomodel.leakage import Outflow
from iomodel.leakage.presumed import income
from iomodel.ownership import OwnershipKey
from iomodel.table import IOTable

COUNTRY, CODE = "mexico", "MEX"
ITEMISED = ("reinvested", "dividends", "interest_private", "interest_public", "other_income")
COMPOSED = (2017, 2018)  # the years whose payments are itemised
LAST_ACTIVITIES, LAST_YEAR = 2016, 2018
COMPOSITION = (
    "what was paid abroad to 2017 is only known in total: split into reinvested earnings, "
    f"dividends, private and public interest as in {' and '.join(map(str, COMPOSED))} together"
)
PRICES = (
    "shares are outflow over surplus, both at current prices, and only the share is put on the "
    "table at constant prices; current surplus by industry is not published: that of the table "
    "times the industry's price of value added (that of "
    f"{LAST_ACTIVITIES} from then on), scaled to the total of the accounts"
)
LAST_TOTAL = "the total surplus of 2018 is that of the table of 2018 (base 2018)"


def totals_abroad() -> pd.DataFrame:
    """Income paid abroad by year in two sources, what is used, and the gap between them.

    Columns, million pesos at current prices: national_accounts (property income, INEGI, 2003 to
    2017), balance_of_payments (primary income, World Bank, at the average exchange rate), gap (the
    second less the first), used, and its source: the accounts while they last.  NaN: none.

    >>> totals_abroad().loc[2013, ["national_accounts", "balance_of_payments"]].round().tolist()
    [614925.0, 633004.0]
    """
    paid = catalog.accounts_series(CODE)["property_income_paid"]
    series = catalog.bop_series(COUNTRY)
    converted = series["income_paid"] * series["exchange_rate"]
    span = range(int(paid.index.min()), LAST_YEAR + 1)
    frame = pd.DataFrame(
        {
            "national_accounts": paid.reindex(span),
            "balance_of_payments": converted.reindex(span),
        }
    ).rename_axis("year")
    frame["gap"] = frame["balance_of_payments"] - frame["national_accounts"]
    frame["used"] = frame["national_accounts"].fillna(frame["balance_of_payments"])
    held = frame["national_accounts"].notna()
    frame["source"] = np.where(held, "national accounts", "balance of payments")
    return frame


@typed
def payments(year: int, *, composition: Mapping[str, float] | None = None) -> BalanceOfPayments:
    """Mexico's income and technology paid abroad in one year, million pesos at current prices.

    To 2017 the total is property income of the national accounts, split by `composition` (shares
    of reinvested, dividends, interest_private and interest_public that add up to one; by default
    that of 2017 and 2018 together, an assumption, as in the SAM of 2013); 2018 is itemised by the
    balance of payments itself, and what it does not itemise stays unallocated unless a composition
    is given.  Charges for intellectual property are those of the balance of payments at the
    average exchange rate.

    Errors: MissingAccountError for a year without a total, LabelError or TableError for a
    composition that is none.

    >>> bop = payments(2013, composition={"dividends": 1.0})
    >>> round(bop.table()["local"]["dividends"])
    614925
    """
    frame = totals_abroad()
    totals = frame["used"]
    if year not in totals.index:
        raise MissingAccountError(
            f"Income paid abroad in {year} has no total here.",
            remedy=f"The years are {totals.index[0]} to {totals.index[-1]}.",
        )
    itemised = catalog.load_bop(COUNTRY, max(year, COMPOSED[0]))
    if composition is None and year >= LAST_YEAR:
        return itemised
    amounts: dict[str, float] = {}
    for of in COMPOSED:
        for item in income(catalog.load_bop(COUNTRY, of)):
            amounts[item.code] = amounts.get(item.code, 0.0) + item.amount
    shares = amounts if composition is None else composition
    _require_composition(shares, whole=composition is not None)
    rate = float(catalog.bop_series(COUNTRY)["exchange_rate"][year])
    technology = float(catalog.bop_series(COUNTRY)["technology_paid"][year]) * rate
    total = float(totals[year])
    local = {code: total * share / sum(shares.values()) for code, share in shares.items()}
    local["technology"] = technology
    items = tuple(
        replace(item, amount=local[item.code], vintage=f"total of {year}")
        for item in itemised.items
        if item.code in local
    )
    return BalanceOfPayments(
        itemised.country,
        year,
        items,
        rate=1.0,
        currency=itemised.currency,
        foreign_unit=f"million {itemised.currency}",
        source=str(frame["source"][year]),
        notes=(COMPOSITION,) if composition is None else (),
    )


@typed
def share_abroad(
    table: IOTable,
    *,
    key: OwnershipKey | None = None,
    composition: Mapping[str, float] | None = None,
) -> Outflow:
    """Income paid abroad on the sectors of one of Mexico's yearly tables at constant prices.

    No surplus at constant prices meets a payment at current ones: with p_j the price of the
    industry's value added (current value added over that of the table, scaled so that sum_j p_j
    B2b_j is the surplus of the accounts), payments are placed on p_j B2b_j and what is handed back
    is the share on the table,

        Phi_j = outflow_j / (p_j B2b_j),     outflow at the table's prices = Phi_j B2b_j,

    so that `leakage.content` and `leakage.phi` of the table itself can be asked.  `report` stays
    in current money.  `key` is the ownership key ('paper' by default, an assumption).

    Errors: MissingAccountError for a table of another country or a year without accounts.

    >>> import iomodel as im
    >>> table = im.load("mexico-projected-2008")
    >>> bool(im.leakage.phi(table, share_abroad(table)).max() < 1)
    True
    """
    year = table.meta.year
    if table.meta.country != "MEX" or year is None:
        raise MissingAccountError(
            f"'{table.meta.title}' is of {table.meta.country or 'no country'}, {year}: there are "
            "national accounts by year of Mexico only.",
            remedy="Place your own payments at current prices with leakage.allocate.",
        )
    price = prices_of_surplus(table)
    # a table of surplus at current prices: only its surplus is asked for, so it need not balance
    V = table.arrays.V.copy()
    V[table.inputs.of_kind("surplus")] *= price
    nominal = replace(
        table, arrays=replace(table.arrays, V=V), meta=table.meta.but(prices="current")
    )
    placed = leakage.allocate(
        nominal, payments(year, composition=composition), key=key or leakage.default_key(table)
    )
    back = pd.Series(1 / price, index=table.accounts.index)
    return replace(
        placed,
        flows=placed.flows.mul(back, axis=0),
        reading=placed.reading.mul(back, axis=0),
        corporate=placed.corporate * back,
        foreign_owned=placed.foreign_owned * back,
        household=placed.household * back,
        notes=(*placed.notes, PRICES) + ((LAST_TOTAL,) if year >= LAST_YEAR else ()),
    )


def prices_of_surplus(table: IOTable) -> Array:
    """Current over constant surplus by industry, as assumed (see `PRICES`)."""
    scaled: Array = _prices_of_value_added(table) * scale_of_surplus(table)
    return scaled


def scale_of_surplus(table: IOTable) -> float:
    """Surplus of the accounts over what the prices of value added explain of it: 1 if all.

    >>> import iomodel as im
    >>> round(scale_of_surplus(im.load("mexico-projected-2008")), 4)
    1.0009
    """
    year = int(table.meta.year or 0)
    totals = catalog.accounts_series(CODE)["surplus"]
    explained = float((_prices_of_value_added(table) * table.primary("surplus")).sum())
    if year in totals.index:
        return float(totals[year]) / explained
    return float(catalog.load("mexico-2018").primary("surplus").sum()) / explained


def _prices_of_value_added(table: IOTable) -> Array:
    """Value added of the accounts over that of the projected table of the same year."""
    year = int(table.meta.year or 0)
    added = catalog.activity_value_added(CODE)
    base = min(year, LAST_ACTIVITIES)
    codes = list(table.accounts.codes)
    lacking = [code for code in codes if code not in added.index]
    if base not in added.columns or year > LAST_YEAR or lacking:
        raise MissingAccountError(
            f"Current value added does not cover '{table.meta.title}'.",
            [f"'{code}'" for code in lacking] or [f"year {year}"],
            f"The years are {added.columns[0]} to {LAST_YEAR}, the industries those of the "
            "projected tables.",
        )
    then = catalog.load(f"mexico-projected-{base}").v
    price: Array = added[base].reindex(codes).to_numpy() / then.reindex(codes).to_numpy()
    wrong = np.flatnonzero(~(np.isfinite(price) & (price > 0)))
    if len(wrong):
        raise TableError(
            f"{len(wrong)} industries have no price of value added in {base}.",
            [f"'{codes[at]}': {price[at]:.6g}" for at in wrong],
            "Check value added at current and constant prices.",
        )
    return price


def _require_composition(shares: Mapping[str, float], *, whole: bool) -> None:
    unknown = [f"'{code}'" for code in shares if code not in ITEMISED]
    if unknown:
        raise LabelError(
            f"{len(unknown)} items are no property income paid abroad.",
            unknown,
            f"Items: {', '.join(ITEMISED)}.",
        )
    total = sum(shares.values())
    if whole and (abs(total - 1) > 1e-9 or min(shares.values(), default=-1) < 0):
        raise TableError(
            f"The shares of what is paid abroad add up to {total:.6g}.",
            [f"'{code}': {share:.6g}" for code, share in shares.items()],
            "Give shares from 0 to 1 that add up to 1.",
        )
