"""The page of `iomodel reproduce --years`: what the yearly tables give, beside a second witness."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from iomodel import catalog, multipliers, series
from iomodel.card.parts import Part, listed
from iomodel.card.words import joined
from iomodel.errors import WriteError
from iomodel.reproduction.published import value
from iomodel.series.abroad import COMPOSITION, LAST_TOTAL, PRICES, scale_of_surplus
from iomodel.series.mexico import PROJECTED, ROAD, STILL, WIOD
from iomodel.text import number

SIDE_BY_SIDE = ("3361", "3362", "3363", ROAD, "C29", "31-33", "C10-C33", "931", "O84")
OURS = ("3361", "3362", "3363", ROAD, "31-33", "931")
ALONE = ("3361", "3362", "3363", "C29", "931", "O84")
FILES = ("witnesses", "bands", "agreement", "paid_abroad", "technology")
KEY = "ownership key 'paper' (assembly wholly, parts overwhelmingly foreign-owned), an assumption"
WHOSE = (
    f"3361 assembly, 3362 bodies and trailers, 3363 parts, {ROAD} the three together, 31-33 "
    "manufacturing, 931 government: INEGI, projected from 2013, prices of 2013, imports by share "
    "of product (an assumption). C29 motor vehicles (assembly, bodies and parts), C10-C33 "
    "manufacturing, O84 government: WIOD, current prices. Groups are weighted by their exports of "
    "the year."
)
TOKEN = "value-added shares and technology are not identified in the projected tables"


def page() -> list[Part]:
    """Every part, computed afresh from the bundled tables."""
    frame = series.witnesses()
    wide = frame.pivot(index="year", columns=["measure", "sector"], values="value")
    compared, bands = series.agreement(frame), series.income_bands()
    balance = series.technology_balance()
    return [
        _opening(frame, wide, compared, bands, balance),
        _years(wide, "import_content", "2. Import content of a peso of final demand", SIDE_BY_SIDE),
        _years(wide, "output_multiplier", "3. Output multiplier (open model)", SIDE_BY_SIDE),
        _years(
            wide,
            "value_added_content",
            "4. Value added in a peso of final demand (basic prices)",
            SIDE_BY_SIDE,
        ),
        _linkages(wide),
        _income(wide, "net_foreign_exchange", "6. Net foreign exchange of a peso of final demand"),
        _income(wide, "gni_recorded", "7. Income of residents in a peso (GNI content), recorded"),
        _bands(bands),
        _agreement(compared),
        _paid(),
        _technology(balance),
        listed("cannot_say", "12. What these years cannot say", _limits()),
    ]


def write_csv(parts: Sequence[Part], folder: str | os.PathLike[str]) -> list[Path]:
    """A csv file for each table of `FILES`, six significant digits; WriteError where it cannot."""
    where = Path(folder)
    written = []
    try:
        where.mkdir(parents=True, exist_ok=True)
        for part in parts:
            if part.name in FILES:
                target = where / f"{part.name}.csv"
                beside = target.with_suffix(".csv.part")
                beside.write_text(as_csv(part), encoding="utf-8")
                beside.replace(target)  # the old file stands until the new one is whole
                written.append(target)
    except OSError as error:
        raise WriteError(
            f"{where} cannot be written ({error.strerror}).",
            remedy="Give a folder that you may write into.",
        ) from error
    return written


def as_csv(part: Part) -> str:
    """The frame of a part as csv, at most six significant digits."""
    plain = part.name == "witnesses"
    return part.frame.to_csv(index=not plain, float_format="%.6g", lineterminator="\n")


def _opening(
    frame: pd.DataFrame,
    wide: pd.DataFrame,
    compared: pd.DataFrame,
    bands: pd.DataFrame,
    balance: pd.DataFrame,
) -> Part:
    said = [f"INEGI's tables are {series.projected().attrs['header']}."]
    for name, words in (("import_content", "import content"), ("output_multiplier", "multiplier")):
        cars = "; ".join(
            f"{year}: C29 {_at(wide, name, 'C29', year)}, 3361 {_at(wide, name, '3361', year)}, "
            f"3363 {_at(wide, name, '3363', year)}"
            for year in (2000, 2008, 2014)
        )
        said.append(f"{words.capitalize()} of cars, WIOD beside INEGI (from 2003 on): {cars}.")
    base = "; ".join(
        f"{measure.replace('_', ' ')} {_at(wide, measure, ROAD, 2013)} and "
        f"{_at(wide, measure, 'C29', 2013)}"
        for measure in ("import_content", "value_added_content", "output_multiplier")
    )
    said.append(f"In 2013, the one year both are at the same prices, {ROAD} and C29: {base}.")
    for name, words in (
        ("net_foreign_exchange", "Net foreign exchange of a peso"),
        ("gni_recorded", "Income of residents in a peso, recorded"),
    ):
        each = "; ".join(
            f"{sector} "
            + ", ".join(
                f"{_at(wide, name, sector, year)} in {year} ({_span(bands, name, sector, year)})"
                for year in (2003, 2018)
            )
            for sector in ("3361", "3363")
        )
        said.append(
            f"{words}: {each}; in brackets over all keys and three compositions of payments. Rests "
            f"on the {KEY}; {COMPOSITION}."
        )
    said += _verdicts(compared)
    deficit = balance["deficit"]
    said.append(
        f"Technology, paid less received, million US$: {deficit[1996]:,.0f} in 1996, "
        f"{deficit[2007]:,.0f} in 2007, {deficit[2018]:,.0f} in 2018; the series breaks in "
        f"{', '.join(map(str, balance.index[balance['jump']]))}."
    )
    return Part(
        "witnesses",
        "1. Mexico by year, two witnesses",
        frame,
        after=tuple(f"- {text}" for text in said),
    )


def _at(wide: pd.DataFrame, measure: str, sector: str, year: int) -> str:
    return number(float(wide[measure, sector][year]), 3)


def _span(bands: pd.DataFrame, measure: str, sector: str, year: int) -> str:
    ends = (float(bands[f"{measure}_{end}"][sector, year]) for end in ("low", "high"))
    return " to ".join(number(end, 2) for end in ends)


def _verdicts(compared: pd.DataFrame) -> list[str]:
    """What the witnesses agree on and what not, out of the numbers."""
    found: dict[str, list[str]] = {}
    sectors, measures = (compared.index.get_level_values(level) for level in (0, 1))
    for sector, measure, row in zip(sectors, measures, compared.to_dict("records"), strict=True):
        moved = f"{row['projected_change']:+.3f}, WIOD {row['wiod_change']:+.3f}"
        words = f"{measure.replace('_', ' ')} of {sector} ({moved})"
        found.setdefault(str(row["verdict"]), []).append(words)
    said = {
        "same": f"From 2003 to 2014 both move in one direction (by {STILL} or more) in",
        "opposite": "They move in opposite directions in",
        "one still": "Only one of them moves in",
        "both still": "Neither moves in",
    }
    none = {
        "same": "In nothing do both move in one direction.",
        "opposite": "In nothing do they move in opposite directions.",
        "one still": "In nothing does only one of them move.",
        "both still": "There is nothing in which neither moves.",
    }
    return [
        f"{words} {'; '.join(found[key])}." if key in found else none[key]
        for key, words in said.items()
    ]


def _of(wide: pd.DataFrame, measure: str, sectors: Sequence[str]) -> pd.DataFrame:
    """The years of one measure, a column a sector."""
    return pd.DataFrame({sector: wide[measure, sector] for sector in sectors})


def _years(wide: pd.DataFrame, measure: str, title: str, sectors: Sequence[str]) -> Part:
    frame = _of(wide, measure, sectors)
    return Part(
        measure,
        title,
        frame,
        _shown(frame),
        after=(WHOSE, f"Read with care: {TOKEN}."),
    )


def _shown(frame: pd.DataFrame, digits: int = 3) -> pd.DataFrame:
    shown = frame.map(lambda value: number(float(value), digits))
    shown.columns = pd.Index([str(column) for column in frame.columns])
    return shown


def _linkages(wide: pd.DataFrame) -> Part:
    both = [(side, sector) for side in ("backward", "forward") for sector in ALONE]
    frame = pd.DataFrame({f"{side}_{sector}": wide[side, sector] for side, sector in both})
    shown = _shown(frame)
    shown.columns = pd.Index([f"{side[0].upper()}L {sector}" for side, sector in both])
    return Part(
        "linkages",
        "5. Linkages (Rasmussen, mean one over the industries of each table)",
        frame,
        shown,
        after=(
            "BL backward, FL forward. INEGI has 84 industries, WIOD 54 with output: an index "
            "depends on the aggregation, so compare movement, not level. Forward linkages of C29 "
            "hold parts sold to assembly inside the one industry.",
            f"Read with care: {TOKEN}.",
        ),
    )


def _income(wide: pd.DataFrame, measure: str, title: str) -> Part:
    frame = _of(wide, measure, OURS).dropna(how="all")
    if measure == "net_foreign_exchange":
        what = (
            "One peso less imports, dividends, interest and payments for technology, through all "
            "suppliers; reinvested earnings leave no currency."
        )
    else:
        what = (
            "Value added and taxes on products less all income recorded as paid abroad, "
            "reinvested earnings and payments for technology too (here they stand in value added)."
        )
    return Part(
        measure,
        title,
        frame,
        _shown(frame),
        after=(
            what,
            f"Assumptions: {KEY}; {COMPOSITION}; {PRICES}; {LAST_TOTAL}.",
            f"{PROJECTED}: {TOKEN}; what moves is imports, demand, payments and their composition. "
            "2018 is itemised by the balance of payments itself, the years before are not.",
        ),
    )


def _bands(bands: pd.DataFrame) -> Part:
    shown = _shown(bands)
    shown.index = joined(bands.index, " ").rename("sector")
    shown.columns = pd.Index(
        ["residents, low", "residents", "residents, high", "currency, low", "currency",
         "currency, high"]
    )  # fmt: skip
    return Part(
        "bands",
        "8. How far these two rest on assumptions",
        bands,
        shown,
        after=(
            "residents: GNI content, recorded; currency: net foreign exchange. Low and high: over "
            "three keys of ownership at three levels, with payments composed as in 2017 and "
            "2018, all of them dividends, or all of them private interest (then nothing is "
            "reinvested or paid by the government).",
        ),
    )


def _agreement(compared: pd.DataFrame) -> Part:
    shown = pd.DataFrame(
        {
            "projected 2003": compared["projected_first"],
            "projected 2014": compared["projected_last"],
            "WIOD 2003": compared["wiod_first"],
            "WIOD 2014": compared["wiod_last"],
            "mean gap": compared["mean_gap"],
            "corr. of changes": compared["correlation"],
        }
    )
    shown = _shown(shown).assign(verdict=compared["verdict"])
    shown.index = pd.Index(
        [name.replace("_", " ") for name in joined(compared.index, " ")], name="sector and measure"
    )
    return Part(
        "agreement",
        "9. Where the two witnesses agree, 2003 to 2014",
        compared,
        shown,
        after=(
            f"{ROAD} beside C29, 31-33 beside C10-C33, 931 beside O84. mean gap: projected less "
            "WIOD; corr.: of the changes from year to year; verdict: the direction of both, a "
            f"change of less than {STILL} counting as none.",
            "INEGI's years are at prices of 2013, WIOD's each at its own: where imports become "
            "cheaper relative to output, a volume share rises more than a value share.",
        ),
    )


def _paid() -> Part:
    frame = series.totals_abroad()
    scales = {
        year: scale_of_surplus(catalog.load(f"mexico-projected-{year}")) for year in frame.index
    }
    frame["surplus_scale"] = pd.Series(scales)
    later = series.payments(2018).table()
    rest = float(later["local"][later["treatment"] == "unallocated"].sum())
    shown = _shown(frame.drop(columns=["source", "surplus_scale"]), 0)
    shown["surplus scale"] = [number(scale, 3) for scale in frame["surplus_scale"]]
    shown["source"] = frame["source"]
    shown.columns = pd.Index([str(column).replace("_", " ") for column in shown.columns])
    return Part(
        "paid_abroad",
        "10. Income paid abroad, million pesos at current prices",
        frame,
        shown,
        after=(
            "National accounts: property income (INEGI, base 2013). Balance of payments: primary "
            "income, with pay of foreign employees (World Bank). gap: the second less the first. "
            f"Of 2018, {number(rest)} is not itemised and stays unallocated.",
            "surplus scale: surplus of the accounts over what the industries' prices of value "
            "added explain of it, by which all are raised alike; from 2017 on prices are those of "
            f"2016, and {LAST_TOTAL}.",
        ),
    )


def _technology(balance: pd.DataFrame) -> Part:
    digits = {"paid": 0, "received": 0, "deficit": 0, "coverage": 3, "paid_to_1996": 2}
    shown = pd.DataFrame(
        {name: [number(float(v), n) for v in balance[name]] for name, n in digits.items()},
        index=balance.index,
    )
    shown["% of GDP"] = [number(float(v), 3) for v in balance["percent_of_gdp"]]
    shown["break"] = ["break" if jump else "" for jump in balance["jump"]]
    return Part(
        "technology",
        "11. Technology balance: charges for intellectual property, million US$",
        balance,
        shown.rename(columns={"paid_to_1996": "paid, 1996 = 1"}),
        after=(
            "coverage: received over paid. Published (claim C9): a deficit of "
            f"{value('C9a'):,g} in 1996 and {value('C9b'):,g} in 2007, when {value('C9c'):g} times "
            "as much was paid as in 1996. The series breaks where 'break' stands: no ratio across "
            "it is growth. No series of research by year ships, so payments stand "
            "beside receipts and GDP only.",
        ),
    )


def _limits() -> list[str]:
    split, seen = (
        number(float(multipliers.imports(catalog.load(slug))["total"]["3361"]), 2)
        for slug in ("mexico-projected-2018", "mexico-2018")
    )
    return [
        "The sixteen tables are projections: which inputs an industry uses, and what it earns per "
        "peso, were observed in 2013. Imports, demand and composition move; technology does not.",
        "Imports of the projected tables are taken out by product share; of 2018 there is a table "
        f"that observes them (other prices and base): import content of 3361 {split} here, "
        f"{seen} there.",
        "WIOD's Mexico is modelled, has no split of value added (so no income abroad) and no "
        "exporters apart; its C29 joins assembly with parts and bodies.",
        "One witness is at prices of 2013, the other at current prices and in US$: shares at "
        "different prices are not the same quantity.",
        "Who receives what is paid abroad is nowhere recorded by industry or, before 2017, by "
        "kind; interest of the government is in no industry's peso.",
        f"{WIOD}: figures are rounded to a million US$.",
    ]
