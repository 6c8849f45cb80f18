"""The page of `iomodel reproduce --years`: what the yearly tables give, beside a second witness."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from iomodel import catalog, multipliers, series
from iomodel.card.parts import Part, listed
from iomodel.card.words import joined, pairs
from iomodel.errors import WriteError
from iomodel.lang import ENGLISH, Language
from iomodel.reproduction.published import value
from iomodel.series.abroad import COMPOSITION, LAST_TOTAL, PRICES, scale_of_surplus
from iomodel.series.mexico import PROJECTED, ROAD, STILL, WIOD
from iomodel.text import number

SIDE_BY_SIDE = ("3361", "3362", "3363", ROAD, "C29", "31-33", "C10-C33", "931", "O84")
OURS = ("3361", "3362", "3363", ROAD, "31-33", "931")
ALONE = ("3361", "3362", "3363", "C29", "931", "O84")
VERDICTS = ("same", "opposite", "one still", "both still")
FILES = ("witnesses", "bands", "agreement", "paid_abroad", "technology")


def page(say: Language = ENGLISH) -> list[Part]:
    """Every part, computed afresh from the bundled tables."""
    frame = series.witnesses()
    wide = frame.pivot(index="year", columns=["measure", "sector"], values="value")
    compared, bands = series.agreement(frame), series.income_bands()
    balance = series.technology_balance()
    return [
        _opening(frame, wide, compared, bands, balance, say),
        _years(wide, "import_content", say),
        _years(wide, "output_multiplier", say),
        _years(wide, "value_added_content", say),
        _linkages(wide, say),
        _income(wide, "net_foreign_exchange", say),
        _income(wide, "gni_recorded", say),
        _bands(bands, say),
        _agreement(compared, say),
        _paid(say),
        _technology(balance, say),
        listed("cannot_say", say("years.title.cannot_say"), _limits(say)),
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
        ).keyed("no_folder_to_write", folder=where, why=error.strerror) from error
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
    say: Language,
) -> Part:
    said = [say("years.header", header=say.said(series.projected().attrs["header"]))]
    for name in ("import_content", "output_multiplier"):
        cars = "; ".join(
            f"{year}: C29 {_at(wide, name, 'C29', year)}, 3361 {_at(wide, name, '3361', year)}, "
            f"3363 {_at(wide, name, '3363', year)}"
            for year in (2000, 2008, 2014)
        )
        said.append(say("years.of_cars", measure=say(f"years.cars.{name}"), cars=cars))
    base = "; ".join(
        say(
            "years.pair",
            measure=_measure(measure, say),
            ours=_at(wide, measure, ROAD, 2013),
            theirs=_at(wide, measure, "C29", 2013),
        )
        for measure in ("import_content", "value_added_content", "output_multiplier")
    )
    said.append(say("years.in_2013", road=ROAD, base=base))
    for name in ("net_foreign_exchange", "gni_recorded"):
        each = "; ".join(
            f"{sector} "
            + ", ".join(
                say(
                    "years.in_year",
                    value=_at(wide, name, sector, year),
                    year=year,
                    span=_span(bands, name, sector, year, say),
                )
                for year in (2003, 2018)
            )
            for sector in ("3361", "3363")
        )
        said.append(
            say(
                "years.of_a_peso",
                measure=say(f"years.peso.{name}"),
                each=each,
                key=say("years.key"),
                composition=say.said(COMPOSITION),
            )
        )
    said += _verdicts(compared, say)
    deficit = balance["deficit"]
    said.append(
        say(
            "years.technology",
            **{f"of_{year}": number(float(deficit[year])) for year in (1996, 2007, 2018)},
            breaks=", ".join(map(str, balance.index[balance["jump"]])),
        )
    )
    after = tuple(f"- {text}" for text in said)
    return Part("witnesses", say("years.title.witnesses"), frame, after=after)


def _measure(name: str, say: Language) -> str:
    """A measure in the middle of a sentence."""
    return say.get(f"years.measure.{name}", name.replace("_", " "))


def _at(wide: pd.DataFrame, measure: str, sector: str, year: int) -> str:
    return number(float(wide[measure, sector][year]), 3)


def _span(bands: pd.DataFrame, measure: str, sector: str, year: int, say: Language) -> str:
    ends = (float(bands[f"{measure}_{end}"][sector, year]) for end in ("low", "high"))
    return f" {say('frame.to')} ".join(number(end, 2) for end in ends)


def _verdicts(compared: pd.DataFrame, say: Language) -> list[str]:
    """What the witnesses agree on and what not, out of the numbers."""
    found: dict[str, list[str]] = {verdict: [] for verdict in VERDICTS}
    sectors, measures = (compared.index.get_level_values(level) for level in (0, 1))
    for sector, measure, row in zip(sectors, measures, compared.to_dict("records"), strict=True):
        moved = f"{row['projected_change']:+.3f}, WIOD {row['wiod_change']:+.3f}"
        words = say("years.of_sector", measure=_measure(measure, say), sector=sector, moved=moved)
        found[str(row["verdict"])].append(words)
    return [
        say(f"years.found.{verdict}", still=STILL, listed="; ".join(words))
        if words
        else say(f"years.none.{verdict}")
        for verdict, words in found.items()
    ]


def _of(wide: pd.DataFrame, measure: str, sectors: Sequence[str]) -> pd.DataFrame:
    """The years of one measure, a column a sector."""
    return pd.DataFrame({sector: wide[measure, sector] for sector in sectors})


def _years(wide: pd.DataFrame, measure: str, say: Language) -> Part:
    frame = _of(wide, measure, SIDE_BY_SIDE)
    after = (say("years.whose", road=ROAD), say("years.with_care", token=say("years.token")))
    return Part(measure, say(f"years.title.{measure}"), frame, _shown(frame, say), after=after)


def _shown(frame: pd.DataFrame, say: Language, digits: int = 3) -> pd.DataFrame:
    shown = frame.map(lambda value: number(float(value), digits))
    shown.columns = pd.Index([str(column) for column in frame.columns])
    return shown.rename_axis(say("years.year")) if frame.index.name == "year" else shown


def _linkages(wide: pd.DataFrame, say: Language) -> Part:
    both = [(side, sector) for side in ("backward", "forward") for sector in ALONE]
    frame = pd.DataFrame({f"{side}_{sector}": wide[side, sector] for side, sector in both})
    shown = _shown(frame, say)
    shown.columns = pd.Index([f"{say(f'closures.measure.{side}')} {code}" for side, code in both])
    after = (say("years.letters"), say("years.with_care", token=say("years.token")))
    return Part("linkages", say("years.title.linkages"), frame, shown, after=after)


def _income(wide: pd.DataFrame, measure: str, say: Language) -> Part:
    frame = _of(wide, measure, OURS).dropna(how="all")
    assumed = {
        "key": say("years.key"),
        "composition": say.said(COMPOSITION),
        "prices": say.said(PRICES),
        "last": say.said(LAST_TOTAL),
    }
    return Part(
        measure,
        say(f"years.title.{measure}"),
        frame,
        _shown(frame, say),
        after=(
            say(f"years.what.{measure}"),
            say("years.assumed", **assumed),
            say("years.moves", source=say.said(PROJECTED), token=say("years.token")),
        ),
    )


def _bands(bands: pd.DataFrame, say: Language) -> Part:
    shown = _shown(bands, say)
    shown.index = joined(bands.index, " ").rename(say("paths.sector"))
    whose = (say("years.residents"), say("years.currency"))
    low, high = say("card.low"), say("card.high")
    shown.columns = pd.Index([t for w in whose for t in (f"{w}, {low}", w, f"{w}, {high}")])
    after = (say("years.bands_of"),)
    return Part("bands", say("years.title.bands"), bands, shown, after=after)


def _agreement(compared: pd.DataFrame, say: Language) -> Part:
    columns = ["projected_first", "projected_last", "wiod_first", "wiod_last"]
    columns += ["mean_gap", "correlation"]
    shown = _shown(compared[columns], say)
    shown.columns = pd.Index([say(f"years.compared.{column}") for column in columns])
    verdicts = [say(f"years.verdict.{verdict}") for verdict in compared["verdict"]]
    shown[say("reproduce.claims_verdict")] = verdicts
    shown.index = pd.Index(
        [f"{sector} {_measure(measure, say)}" for sector, measure in pairs(compared.index)],
        name=say("years.sector_and_measure"),
    )
    after = (say("years.beside", road=ROAD, still=STILL), say("years.volumes"))
    return Part("agreement", say("years.title.agreement"), compared, shown, after=after)


def _paid(say: Language) -> Part:
    frame = series.totals_abroad()
    scales = {
        year: scale_of_surplus(catalog.load(f"mexico-projected-{year}")) for year in frame.index
    }
    frame["surplus_scale"] = pd.Series(scales)
    later = series.payments(2018).table()
    rest = float(later["local"][later["treatment"] == "unallocated"].sum())
    shown = _shown(frame.drop(columns=["source", "surplus_scale"]), say, 0)
    shown["surplus_scale"] = [number(scale, 3) for scale in frame["surplus_scale"]]
    shown["source"] = [say.said(str(source)) for source in frame["source"]]
    shown.columns = pd.Index([say(f"years.paid.{column}") for column in shown.columns])
    return Part(
        "paid_abroad",
        say("years.title.paid_abroad"),
        frame,
        shown,
        after=(
            say("years.two_totals", rest=number(rest)),
            say("years.scale", last=say.said(LAST_TOTAL)),
        ),
    )


def _technology(balance: pd.DataFrame, say: Language) -> Part:
    digits = {"paid": 0, "received": 0, "deficit": 0, "coverage": 3, "paid_to_1996": 2}
    digits["percent_of_gdp"] = 3
    shown = pd.DataFrame(
        {
            say(f"years.charges.{name}"): [number(float(v), n) for v in balance[name]]
            for name, n in digits.items()
        },
        index=balance.index.rename(say("years.year")),
    )
    here = say("years.charges.break")
    shown[here] = [here if jump else "" for jump in balance["jump"]]
    claims = {
        "of_1996": f"{value('C9a'):,g}",
        "of_2007": f"{value('C9b'):,g}",
        "times": f"{value('C9c'):g}",
    }
    title, after = say("years.title.technology"), (say("years.coverage", **claims),)
    return Part("technology", title, balance, shown, after=after)


def _limits(say: Language) -> list[str]:
    split, seen = (
        number(float(multipliers.imports(catalog.load(slug))["total"]["3361"]), 2)
        for slug in ("mexico-projected-2018", "mexico-2018")
    )
    limits = say.section("years.limits")
    return [text.format(split=split, seen=seen, wiod=say.said(WIOD)) for text in limits.values()]
