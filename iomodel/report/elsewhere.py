"""Sections out of other tables than the one asked about: the years, and the six settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from iomodel import catalog, multipliers, plot, series
from iomodel.leakage import default_key
from iomodel.report.asked import Asked
from iomodel.report.parts import Figure, Grid, Section
from iomodel.reproduction import circular
from iomodel.series.industry import OF_BOTH
from iomodel.series.mexico import PROJECTED, WIOD
from iomodel.text import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MEXICO = "MEX"
BAND = ["low", "central", "high"]
ON_THE_PAGE = (2000, 2003, 2008, 2013, 2014, 2018)  # a workbook has every year
GRIDS = {
    "years": ("import_content", "value_added_content"),
    "years_income": ("gni_recorded", "gni_owned_net", "net_foreign_exchange"),
    "years_output": ("output_multiplier",),
}
SETTINGS_ON_THE_PAGE = ("gni", "output")


def years(asked: Asked) -> Section | str:
    """The sector over the years in both witnesses, and where they agree; or why not."""
    w, code = asked.w, asked.code
    if why := _no_sector(asked, "years"):
        return why
    found = series.industry(code)
    twin = found.attrs.get("twin")
    named = {PROJECTED: w["years.projected"], WIOD: w["years.wiod"].format(code=twin)}
    here = set(found["witness"])
    wide = found.pivot(index="year", columns=["measure", "witness"], values="value")
    imports = pd.DataFrame({who: wide["import_content", who] for who in named if who in here})
    grids = [_by_year(asked, key, wide, twin) for key in GRIDS]
    if twin:
        grids.append(_agreement(asked, found, twin))

    def draw(ax: Axes) -> None:
        plot.years(imports, words=named, scale=100.0, unit=w["years.axis"], ax=ax)

    ends = "; ".join(
        f"{named[who]} {number(100 * line.iloc[0], 1)} ({line.index[0]}), "
        f"{number(100 * line.iloc[-1], 1)} ({line.index[-1]})"
        for who, line in ((who, imports[who].dropna()) for who in named if who in here)
    )
    figure = Figure(
        "years", draw, w["years.figure"], w["years.alt"].format(what=ends), ((7.4, 3.0), (3.5, 2.7))
    )
    notes = [w["years.note.projected"]]
    if twin:
        pair = {"code": twin, "classes": found.attrs["classes"], "of": found.attrs["of"]}
        share = found.attrs["share"]
        notes.append(w["years.note.wiod"].format(**pair, share=number(100 * share)))
        if 2 * pair["classes"] <= pair["of"] or share <= 0.5:
            notes.append(w["years.note.weak"].format(code=twin))
    else:
        notes.append(w["years.note.alone"])
    notes += [w["years.note.income"], *_two_tables(asked, imports[PROJECTED])]
    return Section("years", w["years.title"], [w["years.lead"]], [figure], grids, notes)


def _by_year(asked: Asked, key: str, frame: pd.DataFrame, twin: object) -> Grid:
    """Years by (measure, witness); the page shows some years."""
    w, measures = asked.w, GRIDS[key]
    pairs = [(name, who) for name in measures for who in (PROJECTED, WIOD) if (name, who) in frame]
    cents = key != "years_output"
    whose = {PROJECTED: "INEGI", WIOD: f"WIOD {twin}"}
    shown = pd.DataFrame({pair: (100 if cents else 1) * frame[pair] for pair in pairs})
    shown = shown.dropna(how="all")
    return Grid(
        key,
        w[f"years.grid.{key}"],
        shown,
        w["years.year"],
        [str(year) for year in shown.index],
        [
            w[f"years.col.{name}"] + (f", {whose[who]}" if name in OF_BOTH else "")
            for name, who in pairs
        ],
        [1 if cents else 3] * len(pairs),
        on_page=[i for i, year in enumerate(shown.index) if year in ON_THE_PAGE],
    )


def _agreement(asked: Asked, found: pd.DataFrame, twin: str) -> Grid:
    w, own = asked.w, asked.code
    compared = series.agreement(found, measures=OF_BOTH, pairs={own: twin}).droplevel("sector")
    columns = ["projected_change", "wiod_change", "mean_gap", "correlation"]
    frame = compared[columns].astype(float).mul([100.0, 100.0, 100.0, 1.0])
    return Grid(
        "agreement",
        w["years.grid.agreement"],
        frame.assign(verdict=[w[f"years.{verdict}"] for verdict in compared["verdict"]]),
        w["years.measure"],
        [w[f"years.per_peso.{measure}"] for measure in compared.index],
        [w[f"years.{column}"] for column in (*columns, "verdict")],
        [1, 1, 1, 2, None],
        long=[3],
    )


def _two_tables(asked: Asked, imports: pd.Series) -> list[str]:
    """Where the table asked about is of a year that a projected one has too: both, never mixed."""
    table, w = asked.table, asked.w
    year = table.meta.year or 0
    if year not in imports.index or not table.inputs.of_kind("imports"):
        return []
    here = 100 * float(multipliers.imports(table)["total"].iloc[asked.at])
    there = 100 * float(imports[year])
    if abs(here - there) < 0.05:
        return []
    said = {"year": year, "here": number(here, 1), "there": number(there, 1)}
    return [w["years.note.two"].format(**said)]


def settings(asked: Asked) -> Section | str:
    """The six settings of 2013, and how far each figure rests on the key; or why not."""
    w, code = asked.w, asked.code
    if why := _no_sector(asked, "settings"):
        return why
    found = circular.spread_2013([code]).droplevel("sector")
    default = default_key(catalog.load(circular.TABLE_2013)).name
    central = found.xs((default, "central"), level=("key", "level"))
    by_setting = found.groupby(level=["model", "income abroad"], sort=False)
    low, high = by_setting.min(), by_setting.max()
    rows = {at: f"{w[f'settings.row.{at[0]}']}, {w[f'settings.row.{at[1]}']}" for at in low.index}
    six = central.loc[[at for at in central.index if "owned" not in at[1]]]
    spread = {
        (column, at): (low[column][at], central[column][at], high[column][at])
        for column in ("gni", "output", "gdp", "gva")
        for at in low.index
        if high[column][at] - low[column][at] > 1e-9
    }
    bands = pd.DataFrame(list(spread.values()), columns=BAND)
    grids = [
        Grid(
            "settings",
            w["settings.grid"],
            100 * pd.DataFrame(six),
            w["settings.col"],
            [rows[at] for at in six.index],
            [w[f"settings.{column}"] for column in six],
            [1] * 4,
        ),
        Grid(
            "settings_bands",
            w["settings.bands"],
            100 * bands,
            w["settings.bands.col"],
            [f"{w[f'settings.{column}']}: {rows[at]}" for column, at in spread],
            [w[f"residents.{level}"] for level in BAND],
            [1] * 3,
            on_page=[i for i, (c, _) in enumerate(spread) if c in SETTINGS_ON_THE_PAGE],
        ),
    ]
    gni = pd.DataFrame(
        {level: side["gni"] for level, side in zip(BAND, (low, central, high), strict=True)}
    )
    gni.index = pd.Index([rows[at] for at in low.index])

    def draw(ax: Axes) -> None:
        plot.bars(gni, ranked=False, scale=100.0, unit=w["peso.axis"], ax=ax)

    said = "; ".join(f"{row} {number(100 * v, 1)}" for row, v in gni["central"].items())
    figure = Figure(
        "settings",
        draw,
        w["settings.figure"],
        w["settings.alt"].format(what=said),
        ((7.4, 3.4), (3.5, 3.5)),
    )
    lead = [w["settings.lead"].format(year=asked.year)]
    return Section("settings", w["settings.title"], lead, [figure], grids, [w["settings.note"]])


def _no_sector(asked: Asked, section: str) -> str:
    """Why the yearly tables say nothing of the sector; empty where they do."""
    if asked.table.meta.country != MEXICO:
        return asked.w["elsewhere.not_mexico"]
    if asked.code not in catalog.load(circular.TABLE_2013).accounts.codes:
        return asked.w[f"{section}.no_sector"].format(code=asked.code)
    return ""
