"""Words that the pages share: rungs, readings, what a rung rests on, cents."""

from __future__ import annotations

import pandas as pd

from iomodel.lang import ENGLISH, Language
from iomodel.text import number

SPREAD = ENGLISH("words.spread")
RUNGS = ENGLISH.section("rung")
READINGS = ENGLISH.section("reading")


def cents(value: float, digits: int = 0) -> str:
    """Pesos per peso as cents."""
    return number(100 * value, digits)


def label(rung: str, say: Language = ENGLISH) -> str:
    """A rung in plain words."""
    return say.get(f"rung.{rung}", say.get(f"kind.{rung}", rung.replace("_", " ")))


def basis_of(text: str, say: Language) -> str:
    """What a rung of `leakage.waterfall` rests on: 'table', or an assumption, in words."""
    if "'" in text:
        rates = "rates" if text.endswith("economy") else "key"
        return say(f"basis.{rates}", key=text.split("'")[1])
    return say("basis.table" if text == "table" else "basis.households")


def unit_of(unit: str, say: Language, *, one: bool = False) -> str:
    """A unit of money in words: 'million MXN' is 'millones de pesos', and after "per" just one.

    >>> from iomodel.lang import spoken
    >>> unit_of("million MXN", spoken("es")), prices_of("constant 2013", spoken("es"))
    ('millones de pesos', 'constantes de 2013')
    >>> unit_of("million", spoken("es")), unit_of("million MXN", spoken("es"), one=True)
    ('millones', 'millón de pesos')
    """
    size, _, currency = unit.partition(" ")
    if size != "million":
        return unit
    many = "a_million" if one else "million"
    if not currency:
        return say(f"unit.{many}_alone")
    return say(f"unit.{many}", currency=say.get(f"currency.{currency}", currency))


def prices_of(prices: str, say: Language) -> str:
    """'current' or 'constant 2013' in words."""
    kind, _, year = prices.partition(" ")
    return say.get(f"prices.{kind}", prices).format(year=year)


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


def by_reading(index: pd.Index, say: Language = ENGLISH) -> pd.Index:
    """(reading, key) in plain words."""
    return pd.Index([say(f"reading.{reading}", key=key) for reading, key in pairs(index)])


def joined(index: pd.Index, between: str, after: str = "") -> pd.Index:
    """An index of two levels as one of texts."""
    return pd.Index([f"{first}{between}{second}{after}" for first, second in pairs(index)])


def pairs(index: pd.Index) -> list[tuple[str, str]]:
    """The labels of an index of two levels."""
    first, second = (index.get_level_values(level) for level in (0, 1))
    return list(zip(map(str, first), map(str, second), strict=True))
