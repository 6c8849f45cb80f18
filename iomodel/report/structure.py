"""Sections about the economy around the sector: links, suppliers and clients, losses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from iomodel import linkages, plot
from iomodel.accounts import show
from iomodel.card import sector as card
from iomodel.report import around, interactive
from iomodel.report.asked import Asked
from iomodel.report.parts import Figure, Grid, Section, shortened, wide_enough
from iomodel.text import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TOP = 10
NAMED = 5  # suppliers and clients named among the key sectors
LARGEST = 6  # sectors named because no others are linked as much
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


def links(asked: Asked) -> Section:
    """The quadrants of key sectors, and the indices of the sector."""
    w, table = asked.w, asked.table
    classes = linkages.key_sectors(table)
    frame = card.links(table, asked.at).frame
    indices = linkages.indices()
    x, y = classes.iloc[asked.at, :2]
    short = {code: shortened(name) for code, name in asked.names.items()}
    kinds = {kind: asked.say(f"class.{kind}") for kind in CLASSES}
    words, live = kinds | short, kinds | {"x": w["links.x"], "y": w["links.y"]}
    partners = neighbours(asked)

    def draw(ax: Axes) -> None:
        focus = asked.code if table.active[asked.at] else None
        named, top = (partners, LARGEST) if wide_enough(ax) else (partners[:2], 3)
        plot.quadrants(classes, focus=focus, named=named, top=top, words=words, ax=ax)
        ax.set_xlabel(w["links.x"])
        ax.set_ylabel(w["links.y"])

    figure = Figure(
        "quadrants",
        draw,
        w["links.figure"],
        w["links.alt"].format(name=asked.name, x=number(x, 2), y=number(y, 2)),
        ((7.4, 4.6), (3.5, 4.4)),
        lambda: interactive.quadrants(classes, asked.names, (asked.code, partners, LARGEST), live),
    )
    frame = frame.assign(formula=[indices[str(name)].formula for name in frame.index])
    grid = Grid(
        "linkages",
        w["links.grid"],
        frame,
        w["links.col"],
        [asked.say.get(f"index.{name}", str(name).replace("_", " ")) for name in frame.index],
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
    kind = asked.say(f"class.{card.kind_of(table, asked.at)}")
    lead = [w["links.lead"].format(kind=kind)]
    return Section("linkages", w["links.title"], lead, [figure], [grid], notes)


def neighbours(asked: Asked) -> list[str]:
    """The codes of the largest suppliers and clients among the other sectors, by turns."""
    flows, at, active = asked.table.arrays.Z, asked.at, asked.table.active
    found: list[int] = []
    sides = [np.argsort(-flow, kind="stable") for flow in (flows[:, at], flows[at])]
    for i in np.column_stack(sides).ravel():
        if i != at and i not in found and active[i] and flows[i, at] + flows[at, i] > 0:
            found.append(int(i))
    return [show(asked.table.accounts.keys[i]) for i in found[:NAMED]]


def trade(asked: Asked) -> Section:
    """The largest suppliers and clients."""
    w, names = asked.w, asked.names
    sold, bought = around.clients(asked.table, asked.at), around.suppliers(asked.table, asked.at)
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
    return Section("trade", w["trade.title"], grids=grids, notes=[w["trade.note"]])


def asked_key(key: object) -> str:
    """A label of the index as its code: '3361', or 'puebla, 336' where there are regions."""
    return ", ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _named(code: str, names: dict[str, str]) -> str:
    name = names.get(code, "")
    return f"{code} {name}" if name and name != code else code


def losses(asked: Asked) -> Section:
    """Hypothetical extraction of the sector, six ways."""
    w = asked.w
    frame = around.losses(asked.table, asked.at)
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
