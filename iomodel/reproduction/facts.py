"""What the claims stand on: their evidence as a value, and the figures several of them share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import pandas as pd

from iomodel import aggregate, bop, catalog, leakage
from iomodel.errors import MissingAccountError
from iomodel.table import IOTable

AUTOS = ("3361", "3362", "3363")
PAIR = ("3361", "3363")
PETROLEUM = "324"
MANUFACTURING = ("31", "32", "33")
TRADE = ("431", "461")
ALL_INCOME = ("compensation", "surplus")
MEXICO = "mexico"
PAYMENTS = {"MEX": MEXICO}
TODAY = "mexico-2018"


@dataclass(frozen=True)
class Variant:
    """The figures of a pattern computed elsewhere: where, what is to be said of them.

    `observed` where this is the observed table beside a projected one, so that the pattern has to
    hold there too.
    """

    where: str
    figures: Mapping[str, float]
    said: str
    observed: bool = False


@dataclass(frozen=True)
class Evidence:
    """Figures of ours by name, the table they come from, and what is to be said, by row of claims.

    `upper` holds the upper one where a figure depends on a rule that the table cannot settle;
    `variants`, by row, holds the same figures computed elsewhere.
    """

    table: str
    figures: Mapping[str, float]
    why: Mapping[str, str]
    upper: Mapping[str, float] = field(default_factory=dict)
    variants: Mapping[str, Variant] = field(default_factory=dict)


def payments_of(table: IOTable) -> bop.BalanceOfPayments:
    """The balance of payments of the country and year of a table; MissingAccountError if none."""
    country, year = table.meta.country, table.meta.year
    if country not in PAYMENTS or year is None:
        raise MissingAccountError(
            f"No balance of payments ships for '{table.meta.title}' (country "
            f"'{country or 'not named'}', year {year or 'not named'}).",
            remedy="Give your own: leakage.allocate(table, payments, key=key).",
        ).keyed(
            "no_payments_of_table",
            title=table.meta.title,
            country=country or "not named",
            year=year or "not named",
        )
    return catalog.load_bop(PAYMENTS[country], year)


def placed(table: IOTable, payments: bop.BalanceOfPayments) -> leakage.Outflow:
    """Income paid abroad placed on the sectors under the default key."""
    return leakage.allocate(table, payments, key=leakage.default_key(table))


def kept(table: IOTable, payments: bop.BalanceOfPayments, at: int) -> pd.DataFrame:
    """GNI content of one sector at market prices: (reading, key) x level of the key.

    That of `leakage.bands` with the taxes on products, which stay in the country under any key.
    """
    taxes = float(leakage.content(table, placed(table, payments))["product_taxes"].iloc[at])
    return bands(table, payments).iloc[at].unstack("level") + taxes


@lru_cache(maxsize=4)
def bands(table: IOTable, payments: bop.BalanceOfPayments) -> pd.DataFrame:
    """`leakage.bands` of a table, computed once in a run: read it, do not write to it."""
    return leakage.bands(table, payments)


def is_manufacturing(table: IOTable) -> pd.Series:
    """Which sectors are manufacturing, by the first two digits of their code."""
    return pd.Series(
        [code.startswith(MANUFACTURING) for code in table.accounts.codes],
        index=table.accounts.index,
    )


def tourism(table: IOTable) -> float:
    """What tourists buy here: an export that stands inside consumption, in a row that moves it."""
    moved = table.inputs.of_kind("moved")
    columns = table.categories.of_kind("exports")
    return float(table.arrays.W[moved][:, columns].sum())


def all_exports(table: IOTable) -> float:
    """All exports of goods and services: those of the sectors, and what tourists buy here."""
    columns = table.categories.of_kind("exports")
    return float(table.arrays.Y[:, columns].sum()) + tourism(table)


def like_21(table: IOTable) -> IOTable:
    """A table of finer sectors added up to the 21 sectors of the table of 2012."""
    groups = catalog.load("mexico-2012-21").accounts.codes

    def group(code: str) -> str:
        if code in groups:
            return code
        ends = ((name, name.split("-")) for name in groups)
        return next((name for name, of in ends if of[0] <= code[:2] <= of[-1]), code)

    return aggregate.by(table, [(code, group(code)) for code in table.accounts.codes])
