"""Sections about the economy around the sector: links, suppliers, losses, settings, checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from iomodel import catalog, linkages, plot
from iomodel.errors import MissingAccountError
from iomodel.leakage import default_key
from iomodel.report import card
from iomodel.report.asked import Asked
from iomodel.report.parts import Figure, Grid, Section
from iomodel.reproduction import circular
from iomodel.text import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MEXICO = "MEX"
TOP = 10
ON_THE_PAGE = (
    "rasmussen_backward",
    "rasmussen_forward",
    "ghosh_forward",
    "pure_backward",
    "pure_forward",
    "output_weighted_backward",
    "output_weighted_forward",
    "upstreamness",
    "downstreamness",
)
CLASSES = ("key", "backward", "forward", "independent")
WIDE = 4.0  # inches of axes from which there is room for the names of eight sectors
SHORTEN = 34  # letters of a name on a picture


def links(asked: Asked) -> Section:
    """The quadrants of key sectors, and the indices of the sector."""
    w, table = asked.w, asked.table
    classes = linkages.key_sectors(table)
    found = card.links(table, asked.at)
    x, y = classes.iloc[asked.at, :2]
    short = {code: shortened(name) for code, name in asked.names.items()}
    words = {kind: w[f"links.class.{kind}"] for kind in CLASSES} | short

    def draw(ax: Axes) -> None:
        focus = asked.code if table.active[asked.at] else None
        top = 8 if ax.get_window_extent().width > WIDE * ax.figure.dpi else 4
        plot.quadrants(classes, focus=focus, top=top, words=words, ax=ax)
        ax.set_xlabel(w["links.x"])
        ax.set_ylabel(w["links.y"])

    figure = Figure(
        "quadrants",
        draw,
        w["links.figure"],
        w["links.alt"].format(name=asked.name, x=number(x, 2), y=number(y, 2)),
        ((7.4, 4.6), (3.5, 4.4)),
    )
    frame = found.assign(formula=[found.attrs["formula"][name] for name in found.index])
    grid = Grid(
        "linkages",
        w["links.grid"],
        frame,
        w["links.col"],
        [str(name).replace("_", " ") for name in frame.index],
        [
            w["links.value"],
            w["links.rank"].format(many=int(table.active.sum())),
            w["links.formula"],
        ],
        [4, 0, None],
        long=[2],
        on_page=[i for i, name in enumerate(frame.index) if name in ON_THE_PAGE],
    )
    notes = [asked.say("card.note"), w["links.more"].format(many=len(frame))]
    kind = w[f"links.class.{found.attrs['kind']}"]
    lead = [w["links.lead"].format(kind=kind)]
    return Section("linkages", w["links.title"], lead, [figure], [grid], notes)


def shortened(name: str) -> str:
    """A name cut at a word, for a label.

    >>> shortened("Electricity, water and gas by pipeline")
    'Electricity, water and gas by…'
    """
    if len(name) <= SHORTEN:
        return name
    return name[: SHORTEN - 1].rpartition(" ")[0].rstrip(",;") + "…"


def trade(asked: Asked) -> Section:
    """The largest suppliers and clients."""
    w, names = asked.w, asked.names
    sold, bought = card.clients(asked.table, asked.at), card.suppliers(asked.table, asked.at)
    bought.index = pd.Index([asked_key(code) for code in bought.index])
    top = bought.nlargest(TOP, "purchases")
    if asked.table.inputs.of_kind("imports"):
        imports = asked.table.primary("imports")
        share = asked.table.per_unit(imports)[asked.at]
        top.loc[""] = [imports[asked.at], share, float("nan")]
    rows = [_named(code, names) if code else w["trade.imports"] for code in top.index]
    unit = asked.unit
    grids = [
        Grid(
            "suppliers",
            w["trade.suppliers"],
            top * [1.0, 100.0, 100.0],
            w["trade.suppliers.col"],
            rows,
            [w["trade.purchases"].format(unit=unit), w["trade.direct"], w["trade.total"]],
            [0, 1, 1],
        )
    ]
    largest = sold.nlargest(TOP, "sales")
    largest = largest[largest["sales"] > 0]
    grids.append(
        Grid(
            "clients",
            w["trade.clients"],
            largest * [1.0, 100.0],
            w["trade.clients.col"],
            [_named(str(code), names) for code in largest.index],
            [w["trade.sales"].format(unit=unit), w["trade.share"]],
            [0, 1],
        )
    )
    suppliers_drawn = top.drop(index="", errors="ignore")["purchases"]
    figures = [
        _bars(asked, "suppliers", suppliers_drawn),
        _bars(asked, "clients", largest["sales"]),
    ]
    return Section("trade", w["trade.title"], (), figures, grids, [w["trade.note"]])


def asked_key(key: object) -> str:
    """A label of the index as its code: '3361', or 'puebla, 336' where there are regions."""
    return ", ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _named(code: str, names: dict[str, str]) -> str:
    name = names.get(code, "")
    return f"{code} {name}" if name and name != code else code


def _bars(asked: Asked, side: str, amounts: pd.Series) -> Figure:
    w = asked.w
    short = {code: shortened(name) for code, name in asked.names.items()}

    def draw(ax: Axes) -> None:
        plot.bars(amounts, words=short, unit=asked.unit, digits=0, ax=ax)

    tall = 0.27 * max(len(amounts), 3) + 0.7
    return Figure(
        side,
        draw,
        w[f"trade.{side}.figure"].format(unit=asked.unit),
        w[f"trade.{side}.alt"],
        ((7.4, tall), (3.5, tall)),
    )


def losses(asked: Asked) -> Section:
    """Hypothetical extraction of the sector, six ways."""
    w = asked.w
    frame = card.losses(asked.table, asked.at)
    grid = Grid(
        "extraction",
        w["loss.grid"],
        frame,
        w["loss.col"],
        [w[f"loss.row.{row}"] for row in frame.index],
        [w[f"loss.{column}"].format(unit=asked.unit) for column in frame],
        [0, 2, 0, 2],
    )
    return Section("extraction", w["loss.title"], [w["loss.lead"]], grids=[grid])


def settings(asked: Asked) -> Section:
    """The six settings of 2013, and how far they rest on the key."""
    w, code = asked.w, asked.code
    if asked.table.meta.country != MEXICO:
        raise MissingAccountError(w["settings.not_mexico"])
    if code not in catalog.load(circular.TABLE_2013).accounts.codes:
        raise MissingAccountError(w["settings.no_sector"].format(code=code))
    found = circular.settings_2013([code]).droplevel("sector")
    bands = circular.bands_2013([code]).droplevel("sector")
    central = bands.loc[default_key(catalog.load(circular.TABLE_2013)).name, "central"]
    spread = pd.DataFrame({"low": bands.min(), "central": central, "high": bands.max()})
    rows = [
        f"{w[f'settings.row.{model}']}, {w[f'settings.row.{income}']}"
        for model, income in found.index
    ]
    grids = [
        Grid(
            "settings",
            w["settings.grid"],
            100 * found,
            w["settings.col"],
            rows,
            [w[f"settings.{column}"] for column in found],
            [1] * 4,
        ),
        Grid(
            "settings_bands",
            w["settings.bands"],
            100 * spread,
            w["settings.bands.col"],
            [w[f"settings.band.{row}"] for row in spread.index],
            [w["residents.low"], w["residents.central"], w["residents.high"]],
            [1] * 3,
        ),
    ]
    gni = pd.DataFrame(dict.fromkeys(("low", "central", "high"), found["gni"].to_numpy()), rows)
    for at, row in ((("open", "with"), "recorded"), (("SAM", "with, propensity held"), "SAM gni")):
        gni.loc[rows[found.index.get_loc(at)], ["low", "high"]] = spread.loc[row, ["low", "high"]]

    def draw(ax: Axes) -> None:
        plot.bars(gni, ranked=False, scale=100.0, unit=w["peso.axis"], ax=ax)

    said = "; ".join(f"{row} {number(100 * v, 1)}" for row, v in gni["central"].items())
    figure = Figure(
        "settings",
        draw,
        w["settings.figure"],
        w["settings.alt"].format(what=said),
        ((7.4, 3.0), (3.5, 3.1)),
    )
    lead = [w["settings.lead"].format(year=asked.year)]
    title = w["settings.title"]
    return Section("settings", title, lead, [figure], grids, [w["settings.note"]])


def checks(asked: Asked) -> Section:
    """Every accounting identity of the table."""
    w, frame = asked.w, asked.table.check()
    frame = frame[["residual", "tolerance", "worst", "holds"]].astype({"worst": str})
    frame["holds"] = [w["checks.yes"] if holds else w["checks.no"] for holds in frame["holds"]]
    grid = Grid(
        "checks",
        w["checks.grid"],
        frame,
        w["checks.col"],
        [asked.say.said(str(name)) for name in frame.index],
        [w[f"checks.{column}"] for column in frame],
        [3, 3, None, None],
    )
    lead = [w["checks.lead"].format(unit=asked.unit)]
    return Section("checks", w["checks.title"], lead, grids=[grid])


def sources(asked: Asked) -> Section:
    """Where the figures come from, and what they rest on."""
    w, meta = asked.w, asked.table.meta
    lead = [w["sources.source"].format(source=meta.source)] if meta.source else []
    if meta.licence:
        lead.append(w["sources.licence"].format(licence=meta.licence))
    if meta.sha256:
        lead.append(w["sources.sha256"].format(sha256=meta.sha256))
    lead.append(w["sources.figures"].format(sha256=asked.digest()))
    found = asked.answer
    lists = {
        w["sources.assumptions"]: list(
            map(asked.say.said, meta.assumptions if found is None else found.assumptions)
        ),
        w["sources.history"]: meta.history,
    }
    kept = {title: texts for title, texts in lists.items() if texts}
    return Section("sources", w["sources.title"], lead, lists=kept)
