"""The years of one industry of Mexico in both witnesses, and which of WIOD's industries is its."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import pandas as pd

from iomodel import catalog, leakage
from iomodel.arguments import typed
from iomodel.errors import MissingAccountError
from iomodel.series.mexico import (
    OF_A_PESO,
    PROJECTED,
    PROJECTED_YEARS,
    WARNING,
    WIOD,
    WIOD_YEARS,
    income_of,
)
from iomodel.series.stacking import MEASURES

BASE = 2013  # the year that the projected tables are projected from
OF_BOTH = ("import_content", "value_added_content", "output_multiplier")
# WIOD's industries that are a whole section of ISIC rev. 4, by their divisions
SECTIONS = {
    "B": (5, 9),
    "F": (41, 43),
    "I": (55, 56),
    "N": (77, 82),
    "Q": (86, 88),
    "R_S": (90, 96),
    "T": (97, 98),
    "U": (99, 99),
}


@typed
def industry(sector: str) -> pd.DataFrame:
    """The years of one industry of Mexico in both witnesses: year, witness, sector, measure, value.

    INEGI's projected tables, 2003 to 2018 (84 industries, prices of 2013): import_content,
    value_added_content, output_multiplier, and of income paid abroad gni_recorded, gni_owned_net
    and net_foreign_exchange, as `projected`.  WIOD's, 2000 to 2014 (current prices): the first
    three, of the industry that `twin` names; levels of an industry and of a wider one are not the
    same quantity.

    A row a year, witness and measure; `.attrs` has `header` (what the years cannot say), `twin`,
    `classes` and `of` (how many of the industry's classes are in it) and `share` (what it makes of
    the output, in 2013, of all industries with that twin: the rest of the twin is others).  No
    twin: one witness, and `.attrs["alone"]` says why.
    Cost: one factorisation a table, 31 tables, and an allocation a year.
    Errors: LabelError for an unknown industry, with the nearest.

    >>> frame = industry("3361")
    >>> frame.attrs["twin"], frame["witness"].nunique()
    ('C29', 2)
    """
    rows = list(_projected(sector))
    attrs: dict[str, object] = {"header": f"{PROJECTED}: {WARNING}."}
    try:
        code, classes, of = twin(sector)
        rows += _wiod(code)
        attrs |= {"twin": code, "classes": classes, "of": of, "share": _share(sector, code)}
    except MissingAccountError as error:
        attrs["alone"] = str(error).splitlines()[0]
    frame = pd.DataFrame(rows, columns=["year", "witness", "sector", "measure", "value"])
    frame = frame.dropna(ignore_index=True)
    frame.attrs.update(attrs)
    return frame


Row = tuple[int, str, str, str, float]


def _projected(sector: str) -> Iterator[Row]:
    key = leakage.default_key(catalog.load(f"mexico-projected-{PROJECTED_YEARS[0]}"))
    for year in PROJECTED_YEARS:
        table = catalog.load(f"mexico-projected-{year}")
        at = table.accounts.position(sector)
        income = income_of(table, key, None)
        found = {name: MEASURES[name](table).iloc[at] for name in OF_BOTH}
        found |= {name: income[name].iloc[at] for name in OF_A_PESO}
        for name, value in found.items():
            yield year, PROJECTED, sector, name, float(value)


def _wiod(code: str) -> Iterator[Row]:
    for year in WIOD_YEARS:
        table = catalog.load(f"mexico-wiod-{year}")
        at = table.accounts.position(code)
        for name in OF_BOTH:
            yield year, WIOD, code, name, float(MEASURES[name](table).iloc[at])


@typed
def twin(sector: str) -> tuple[str, int, int]:
    """WIOD's industry with most of an industry's classes, how many of them, and of how many.

    INEGI's table of classes (SCIAN 2018 beside ISIC rev. 4) says which meet, not how much of each;
    a twin with less than half of the classes is a weak witness.

    Errors: MissingAccountError where two industries of WIOD have as many, or that one has no
    output.

    >>> twin("3361"), twin("111")
    (('C29', 2, 2), ('A01', 75, 76))
    """
    pairs = catalog.concordance("scian-2018", "isic-4", digits=(len(sector), 2))
    if sector not in pairs.index:
        raise MissingAccountError(
            f"SCIAN has no industry '{sector}'.", remedy="Give one of the projected tables."
        )
    own = pairs.loc[[sector]]
    among = own.groupby(own["isic-4"].map(_divisions()))["classes"].sum()
    code, classes, of = str(among.idxmax()), int(among.max()), int(among.sum())
    if (among == classes).sum() > 1:
        raise MissingAccountError(
            f"No industry of WIOD has more of the classes of '{sector}' than all others ("
            f"{', '.join(among.index[among == classes])} have {classes} of {of} each).",
            remedy="Add up industries until one does: series.weighted.",
        )
    table = catalog.load(f"mexico-wiod-{WIOD_YEARS[-1]}")
    if not table.active[table.accounts.position(code)]:
        raise MissingAccountError(
            f"WIOD's industry of '{sector}', {code}, has no output in Mexico.",
            remedy="There is one witness.",
        )
    return code, classes, of


def _share(sector: str, code: str) -> float:
    """What an industry makes of the output of all whose most classes are in one of WIOD's."""
    x = catalog.load(f"mexico-projected-{BASE}").x
    alike = [one for one in x.index if _nearest().get(one) == code]
    return float(x[sector] / x[alike].sum())


@lru_cache(maxsize=1)
def _nearest() -> dict[str, str]:
    """WIOD's industry with most classes of each industry of SCIAN, of three and of four digits."""
    found: dict[str, str] = {}
    for digits in (3, 4):
        pairs = catalog.concordance("scian-2018", "isic-4", digits=(digits, 2)).reset_index()
        pairs["twin"] = pairs["isic-4"].map(_divisions())
        most = pairs.groupby(["scian-2018", "twin"])["classes"].sum().sort_values()
        last = most.reset_index().drop_duplicates("scian-2018", keep="last")
        found |= dict(zip(last["scian-2018"], last["twin"], strict=True))
    return found


@lru_cache(maxsize=1)
def _divisions() -> dict[str, str]:
    """WIOD's industry of each division of ISIC rev. 4."""
    found: dict[str, str] = {}
    for code in catalog.load(f"mexico-wiod-{WIOD_YEARS[0]}").accounts.codes:
        numbers = [int(part) for part in re.findall(r"\d+", code)]
        first, last = (numbers[0], numbers[-1]) if numbers else SECTIONS[code]
        found |= {f"{division:02d}": code for division in range(first, last + 1)}
    return found
