"""Words that the pages share: rungs, readings, what a rung rests on, cents."""

from __future__ import annotations

import pandas as pd

from iomodel.text import number

SPREAD = "national total recorded, spread by the key"
RUNGS = {
    "imports": "imports",
    "product_taxes": "taxes on products",
    "compensation": "wages and social contributions",
    "production_taxes": "other taxes on production",
    "household_and_mixed_surplus": "surplus of households and own-account work",
    "national_corporate_surplus": "surplus of national companies",
    "foreign_owned_depreciation": "foreign-owned: wear of capital",
    "foreign_owned_tax": "foreign-owned: tax on profit",
    "foreign_owned_profit_not_recorded": "foreign-owned: net profit not recorded as leaving",
    "interest_abroad": "interest paid abroad",
    "reinvested_abroad": "profit of foreign owners, reinvested here",
    "dividends_abroad": "dividends to foreign owners",
    "technology_abroad": "payments for technology",
}
READINGS = {
    "recorded": f"{SPREAD} {{key}}",
    "owned_net": "owned abroad, net: key {key}",
    "owned_gross": "owned abroad, gross (a bound): key {key}",
}


def cents(value: float, digits: int = 0) -> str:
    """Pesos per peso as cents."""
    return number(100 * value, digits)


def label(rung: str) -> str:
    """A rung in plain words."""
    return RUNGS.get(rung, rung.replace("_", " "))


def rests_on(rung: str, basis: str) -> str:
    """What a rung rests on: the table, the household share of surplus, the key, and rates.

    >>> rests_on("foreign_owned_tax", "assumption: key 'paper'")
    'key, rates'
    """
    if basis == "table":
        return "table"
    if rung.startswith("household"):
        return "households"
    return "key, rates" if rung.startswith("foreign_owned") else "key"


def by_reading(index: pd.Index) -> pd.Index:
    """(reading, key) in plain words."""
    pairs = zip(index.get_level_values(0), index.get_level_values(1), strict=True)
    return pd.Index([READINGS[str(reading)].format(key=key) for reading, key in pairs])


def joined(index: pd.Index, between: str, after: str = "") -> pd.Index:
    """An index of two levels as one of texts."""
    pairs = zip(index.get_level_values(0), index.get_level_values(1), strict=True)
    return pd.Index([f"{first}{between}{second}{after}" for first, second in pairs])
