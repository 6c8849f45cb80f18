"""What the leak rests on and is not known, with low, central and high for one table."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from iomodel import catalog
from iomodel.accounts import Array
from iomodel.arguments import typed
from iomodel.bands.uncertain import Exporters, Uncertain
from iomodel.bop import BalanceOfPayments
from iomodel.errors import MissingAccountError, TableError
from iomodel.leakage.allocation import roles_of
from iomodel.leakage.presumed import REVISION, equity_share, equity_shares, is_presumed
from iomodel.leakage.reconciliation import FINANCE
from iomodel.ownership import OwnershipKey
from iomodel.table import IOTable

OWNERSHIP, TRADING, HOUSEHOLD = "ownership", "trading_arms", "household_share"
BY_SECTOR = (OWNERSHIP, TRADING, HOUSEHOLD)
TRADE = ("431", "461", "43", "46")
IMPORTED = "imported_inputs_"
LOWER_TAX = 2 / 3


@typed
def factors(
    table: IOTable, payments: BalanceOfPayments, *, key: OwnershipKey
) -> dict[str, Uncertain]:
    """The default of every factor but the shares of the key, which the key itself bands.

    equity_share        income of foreign owners in all income paid abroad: known where the items
                        are, else between the itemised years
    reinvested          0 or 1: reinvested earnings count as leaving
    revision            0 or 1: what the other source of the total has beyond the items, in their
                        proportions
    technology          0 or 1: licence payments leave from surplus (1: the table's imports cannot
                        hold them)
    public_enterprises  share of public interest that oil, refining and electricity pay
    net_surplus         0 or 1: equity income spread by surplus less wear of capital at the rates of
                        institutions (1), or by gross surplus with one rate of wear (0)
    depreciation, tax   rates that turn gross surplus into profit ("owned, net" only)

    Any can be replaced: {**factors(...), "tax": Uncertain("tax", 0.1, 0.2, 0.3, "mine")}.
    Shares; O(n).  Errors: MissingAccountError for payments without income.
    The bands are choices, and each says why (`why`).

    >>> import iomodel as im
    >>> mx, key = im.load("mexico-2018"), im.leakage.keys(im.load("mexico-2018"))["paper"]
    >>> factors(mx, im.load_bop("mexico", 2018), key=key)["tax"].central
    0.3
    """
    has_revision = any(item.code == REVISION and item.amount > 0 for item in payments.items)
    found = [
        _equity(payments),
        Uncertain("reinvested", 0, 1, 1, "counted as leaving, or not", "either"),
        Uncertain(
            "revision",
            0,
            0,
            float(has_revision),
            "total as itemised, or as in the other source (WDI), in the same proportions",
            "either",
        ),
        _technology(table, payments, roles_of(table, key).licensing),
        Uncertain.known("public_enterprises", 0.0, "no file says what they pay; held at none"),
        _net_surplus(table),
        _depreciation(table, key),
        Uncertain(
            "tax",
            key.tax * LOWER_TAX,
            key.tax,
            key.tax,
            "statutory rate, low two thirds of it: judgement, no source",
        ),
    ]
    return {factor.name: factor for factor in found}


@typed
def exporters(table: IOTable, sector: Hashable) -> Exporters:
    """What exporters of an industry may import, from nothing but that its columns add up.

    Share s_j = exports / output.  With i_j imports and d_j domestic inputs per unit of output, the
    imported share of their inputs lies between that of the industry, m = i / (i + d) (low and
    central), and min(1, m / s): all of its imports theirs (high).

    Share, O(n).  Raises TableError for an industry that exports nothing or all it makes, or buys
    no inputs; MissingAccountError without exports or imports.
    Reference: Fujii, G. and Cervantes, R. (2013), Revista CEPAL 109, 143-158, whose table set
    exporters apart.

    >>> import iomodel as im
    >>> mx = im.load("mexico-2018")
    >>> im.bands.exporters(mx, "3361").sector
    '3361'
    """
    at = table.accounts.position(sector)
    code, a = table.accounts.codes[at], table.arrays
    columns = table.categories.of_kind("exports")
    if not columns:
        raise MissingAccountError(
            f"'{table.meta.title}' has no column of exports.",
            remedy="Mark it with kind 'exports'.",
        )
    bought, made = float(table.primary("imports")[at]), float(a.Z[:, at].sum())
    exported = float(a.Y[at, columns].sum())
    if not 0 < exported < a.x[at] * (1 - 1e-9) or made <= 0:
        raise TableError(
            f"'{code}' exports {exported:.6g} of {a.x[at]:.6g} and buys {made:.6g} at home.",
            remedy="Exporters can be told from the rest only where there are both.",
        )
    share, own = exported / float(a.x[at]), bought / (bought + made)
    why = f"industry's own {own:.3f}; high: all its imports go to the {share:.2f} that is exported"
    imported = Uncertain(f"{IMPORTED}{code}", own, own, min(1.0, own / share), why)
    return Exporters(code, share, imported)


def by_sector(table: IOTable, key: OwnershipKey) -> dict[str, tuple[list[int], pd.DataFrame]]:
    """Factors that are a share per sector: positions, and low, central, high of the sectors."""
    key.on(table)
    codes = list(table.accounts.codes)
    shares, household = key.shares.reindex(codes), pd.DataFrame(key.household).reindex(codes)
    trade = [i for i, code in enumerate(codes) if code in TRADE]
    others = [i for i in range(len(codes)) if i not in trade]
    return {
        OWNERSHIP: (others, shares.iloc[others]),
        TRADING: (trade, shares.iloc[trade]),
        HOUSEHOLD: (list(range(len(codes))), household),
    }


def wear_profile(table: IOTable) -> Array:
    """Wear of a sector over that of all corporations, by institution; ones where not known."""
    known = _accounts(table)
    if known is None:
        return np.ones(len(table.accounts))
    year = min(max(table.meta.year or 0, known.index[0]), known.index[-1])
    rates = known.loc[year] / known.loc[year, "all"]
    return np.array(
        [
            rates["finance" if code.startswith(FINANCE) else "corporations"]
            for code in table.accounts.codes
        ]
    )


def _accounts(table: IOTable) -> pd.DataFrame | None:
    """Rates of wear by year: corporations, finance, all of both; None for a country without."""
    try:
        series = catalog.accounts_series(table.meta.country)
    except MissingAccountError:
        return None
    sums = {
        kind: series[[f"{kind}_surplus_corporations", f"{kind}_surplus_finance"]].sum(axis=1)
        for kind in ("gross", "net")
    }
    rates = {
        who: 1 - series[f"net_surplus_{who}"] / series[f"gross_surplus_{who}"]
        for who in ("corporations", "finance")
    }
    rates["all"] = 1 - sums["net"] / sums["gross"]
    return pd.DataFrame(rates).dropna()


def _equity(payments: BalanceOfPayments) -> Uncertain:
    share = equity_share(payments)
    if not is_presumed(payments):
        return Uncertain.known("equity_share", share, "items recorded")
    years = equity_shares(catalog.bop_name(payments.country))
    return Uncertain(
        "equity_share",
        min(*years, share),
        share,
        max(*years, share),
        "items not recorded: between the years that are",
    )


def _technology(table: IOTable, payments: BalanceOfPayments, licensing: str) -> Uncertain:
    items = [item for item in payments.items if item.base == "technology"]
    name = "technology"
    if not items:
        return Uncertain.known(name, 0.0, "no payments")
    treatment = payments.treatment(items[0], table)
    if treatment == "from_surplus":
        return Uncertain.known(name, 1.0, "the licensing industry of the table imports nothing")
    if treatment == "in_imports" and licensing in table.accounts.codes:
        why = "licence payments are in the table's imports, or hidden in surplus: it cannot tell"
        return Uncertain(name, 0, 0, 1, why, "either")
    return Uncertain.known(name, 0.0, f"treated as {treatment}")


def _net_surplus(table: IOTable) -> Uncertain:
    known = _accounts(table) is not None
    why = "gross, or net at the rates of financial and other corporations"
    return Uncertain("net_surplus", 0, 0, float(known), why, "either")


def _depreciation(table: IOTable, key: OwnershipKey) -> Uncertain:
    name, known = "depreciation", _accounts(table)
    if known is None or not key.depreciation:
        return Uncertain.known(name, key.depreciation, "the key's rate")
    of_year = known["all"][known.index == table.meta.year]
    if len(of_year):
        rate = float(of_year.iloc[0])
        return Uncertain.known(name, rate, f"recorded for corporations in {table.meta.year}")
    low, high = float(known["all"].min()), float(known["all"].max())
    return Uncertain(
        name,
        min(low, key.depreciation),
        key.depreciation,
        max(high, key.depreciation),
        f"rate of corporations, least and largest of {known.index[0]} to {known.index[-1]}",
    )
