"""Income paid abroad in a year of which only the total is known, split as in other years."""

from __future__ import annotations

from dataclasses import replace

from iomodel import catalog
from iomodel.arguments import typed
from iomodel.bop import BalanceOfPayments, Item
from iomodel.errors import MissingAccountError

PRESUMED = "presumed"
REVISION = "later_revision"
EQUITY_BASE = "foreign_equity"
TOTAL, WDI_TOTAL = "property_income_paid", "income_paid"
OTHERS = {"technology": "technology_paid", "capital_account": "capital_account_net"}


@typed
def presumed(country: str, year: int) -> BalanceOfPayments:
    """Payments abroad of a year whose items nobody split: total observed, split presumed.

    With R the property income paid in the national accounts of the year, R_k^t the items of the
    years t that the balance of payments itemises, item k is

        R_k = R sum_t R_k^t / sum_k sum_t R_k^t.

    What another source of the total (World Development Indicators) has beyond R is an item of its
    own, not placed.  `is_presumed` tells such payments from itemised ones.  Cost: O(items).

    Raises MissingAccountError for a year without the total, and where no year is itemised.

    >>> round(sum(item.amount for item in presumed("mexico", 2013).items[:5]) * 12.77199)
    614925
    """
    years = catalog.itemised_years(country)
    known = [catalog.load_bop(country, of) for of in years]
    accounts, series = catalog.accounts_series(known[0].country), catalog.bop_series(country)
    have = accounts.index[accounts[TOTAL].notna()].intersection(
        series.index[series["exchange_rate"].notna()]
    )
    if year not in have:
        raise MissingAccountError(
            f"The total of income paid abroad by {country} in {year} is not in the accounts that "
            "ship.",
            [f"years {min(have)} to {max(have)}"],
            "Give your own BalanceOfPayments.",
        )
    rate = float(series["exchange_rate"][year])
    total = float(accounts[TOTAL][year]) / rate
    sums: dict[str, float] = {}
    for payments in known:
        for item in income(payments):
            sums[item.code] = sums.get(item.code, 0.0) + item.amount
    said = f"{PRESUMED}: total of the national accounts, split as in {_listed(years)}"
    items = [
        replace(item, amount=total * sums[item.code] / sum(sums.values()), vintage=said)
        for item in income(known[-1])
    ]
    later = Item(
        REVISION,
        "Primary income in the other source, not itemised",
        float(series[WDI_TOTAL][year]) - total,
        "unallocated",
        vintage="World Development Indicators less national accounts",
    )
    others = [
        replace(item, amount=float(series[OTHERS[item.code]][year]), vintage="WDI")
        for item in known[-1].items
        if item.code in OTHERS
    ]
    return replace(
        known[-1],
        year=year,
        items=(*items, later, *others),
        rate=rate,
        notes=(
            f"The items of {year} are not recorded: the total is that of the national accounts, "
            f"split as in {_listed(years)}.",
            *known[-1].notes[1:2],
        ),
    )


def is_presumed(payments: BalanceOfPayments) -> bool:
    """Whether the split of these payments into items is presumed and not recorded.

    Told by the vintage of the items.  Cost: O(items).  Errors: none.

    """
    return any(item.vintage.startswith(PRESUMED) for item in payments.items)


def equity_share(payments: BalanceOfPayments) -> float:
    """The part of income paid abroad that is income of foreign owners (dividends, reinvested).

        sum of the items spread by foreign equity / sum of all items of income,

    licence payments, the capital account and what is not itemised left out.
    Cost: O(items).  Raises MissingAccountError where no income is paid.

    """
    found = income(payments)
    total = sum(item.amount for item in found)
    if total <= 0:
        raise MissingAccountError(
            f"The payments of {payments.country} {payments.year} hold no income of foreigners.",
            remedy="Give at least one item of income.",
        )
    return sum(item.amount for item in found if item.base == EQUITY_BASE) / total


def equity_shares(country: str) -> tuple[float, ...]:
    """`equity_share` of each year that is itemised: how far the split moves from year to year.

    Cost: O(items).  Errors: those of `load_bop`.

    >>> [round(share, 3) for share in equity_shares("mexico")]
    [0.397, 0.469]
    """
    years = catalog.itemised_years(country)
    return tuple(equity_share(catalog.load_bop(country, year)) for year in years)


def income(payments: BalanceOfPayments) -> list[Item]:
    """The items that are primary income: no licence payments, no capital account, no residual."""
    return [item for item in payments.items if item.code not in (REVISION, *OTHERS)]


def _listed(years: list[int]) -> str:
    return " and ".join(map(str, years))
