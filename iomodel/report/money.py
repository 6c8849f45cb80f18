"""Sections about the peso: who the sector is, what it sets going, and where its peso ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from iomodel import plot
from iomodel.card import sector as card
from iomodel.card.parts import Part
from iomodel.card.words import prices_of, rests_on
from iomodel.report import interactive
from iomodel.report.asked import Asked
from iomodel.report.parts import Figure, Grid, Section
from iomodel.reproduction.equity import excess
from iomodel.text import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

READINGS = ("recorded", "owned_net", "owned_gross")
BAND = ["low", "central", "high"]


def as_shown(part: Part) -> pd.DataFrame:
    """The texts of a part of the card, which the report takes its words from."""
    return part.frame if part.shown is None else part.shown


def identity(asked: Asked) -> Section:
    """Size and weight of the sector."""
    w, meta = asked.w, asked.table.meta
    part = card.identity(asked.table, asked.at, asked.say)
    frame, shown = part.frame, as_shown(part)
    lead = [
        w["identity.lead"].format(
            title=meta.title,
            prices=prices_of(meta.prices, asked.say),
            many=int(asked.table.active.sum()),
        )
    ]
    if meta.projected:
        lead.append(w["identity.projected"].format(projected=meta.projected))
    lacking = [] if card.JOBS in asked.table.satellite_accounts.codes else [w["identity.no_jobs"]]
    grid = Grid(
        "identity",
        w["identity.grid"],
        frame.assign(unit=shown.iloc[:, 1].to_numpy()),
        w["identity.col"],
        list(shown.index),
        list(shown.columns),
        [0, None],
        by_row=[1 if unit == "%" else 0 for unit in frame["unit"]],
    )
    return Section("identity", w["identity.title"], lead, grids=[grid], left_out=lacking)


def effects(asked: Asked) -> Section:
    """Multipliers and their ranks."""
    w = asked.w
    part = card.effects(asked.table, asked.at, asked.say)
    frame, shown = part.frame, as_shown(part)
    lacking = [name for name in card.MULTIPLIERS if asked.say(f"card.{name}") not in shown.index]
    what = ", ".join(asked.say(f"card.{name}") for name in lacking)
    left_out = [w["effects.lacking"].format(what=what)] if lacking else []
    heads = [w["effects.direct"], w["effects.total"], w["effects.multiplier"]]
    grid = Grid(
        "multipliers",
        w["effects.grid"].format(unit=asked.unit),
        frame,
        w["effects.col"],
        list(shown.index),
        [*heads, w["effects.rank"].format(many=int(asked.table.active.sum()))],
        [4, 4, 4, 0],
    )
    title, notes = w["effects.title"], [w["effects.note"]]
    return Section("multipliers", title, grids=[grid], notes=notes, left_out=left_out)


def ladder_of(asked: Asked) -> pd.DataFrame:
    """The ladder under the default key, or by kind of primary input where there is none."""
    found = asked.answer
    return card.plain(asked.table, asked.at) if found is None else found.ladder


def peso(asked: Asked) -> Section:
    """The waterfall and the ladder."""
    w, steps, placed = asked.w, ladder_of(asked), asked.answer is not None
    frame = 100 * steps[["amount", "direct", "indirect"]]
    frame.loc["total"] = frame.sum()
    basis = [rests_on(rung, text) for rung, text in _bases(steps)]
    frame["basis"] = [*(w[f"peso.basis.{text}"] for text in basis), ""]
    rows = [_rung(asked, rung) for rung in steps.index]
    grid = Grid(
        "ladder",
        w["peso.grid"],
        frame,
        w["peso.col"],
        [*rows, w["peso.total"]],
        [w[f"peso.{column}"] for column in ("amount", "direct", "indirect", "basis")],
        [1, 1, 1, None],
        bold=[len(rows)],
    )
    tall = 0.32 * len(steps) + 0.9

    def draw(ax: Axes) -> None:
        plot.waterfall(steps, words=asked.rungs, unit=w["peso.axis"], ax=ax)

    figure = Figure(
        "waterfall",
        draw,
        w["peso.figure" if placed else "peso.figure.plain"],
        w["peso.alt"].format(what=in_words(asked, steps["amount"])),
        ((7.4, tall), (3.5, 1.25 * tall)),
    )
    notes = [w["peso.note"]] if placed else []
    return Section("peso", w["peso.title"], [w["peso.lead"]], [figure], [grid], notes)


def _bases(steps: pd.DataFrame) -> list[tuple[str, str]]:
    basis = steps["basis"] if "basis" in steps else pd.Series("table", index=steps.index)
    return [(str(rung), str(text)) for rung, text in basis.items()]


def _rung(asked: Asked, rung: object) -> str:
    return asked.w.get(f"rung.{rung}", str(rung).replace("_", " "))


def in_words(asked: Asked, amounts: pd.Series) -> str:
    """Rungs and their cents as one line, for readers who do not see the picture."""
    return "; ".join(f"{_rung(asked, r)} {number(100 * v, 1)}" for r, v in amounts.items())


def ribbons(asked: Asked) -> Section | str:
    """The same peso as ribbons, or why they cannot be drawn."""
    w, steps = asked.w, ladder_of(asked)
    below = steps.index[(steps[["direct", "indirect"]] < -5e-7).any(axis=1)]
    if len(below):
        what = ", ".join(_rung(asked, rung) for rung in below)
        return w["ribbons.negative"].format(what=what)
    parts = steps[["direct", "indirect"]].clip(lower=0.0)
    flows = [("peso", str(part), float(parts[part].sum())) for part in parts]
    flows += [(str(part), str(rung), float(v)) for part in parts for rung, v in parts[part].items()]
    frame = pd.DataFrame(flows, columns=["source", "target", "value"])
    of_start = {part: w[f"ribbons.{part}"] for part in ("peso", "direct", "indirect")}

    def draw(ax: Axes) -> None:
        plot.sankey(frame, words=asked.rungs | of_start, unit=w["peso.axis"], ax=ax)

    figure = Figure(
        "ribbons",
        draw,
        w["ribbons.figure"],
        w["ribbons.alt"].format(what=in_words(asked, steps["amount"])),
        ((7.4, 4.0), (3.5, 4.0)),
        lambda: interactive.ribbons(frame, asked.rungs | of_start, w["ribbons.cents"]),
    )
    return Section("ribbons", w["ribbons.title"], figures=[figure])


def residents(asked: Asked) -> Section | str:
    """The three answers, the three readings with their bands, what cannot be said; or why not."""
    found, w = asked.answer, asked.w
    if found is None:
        return asked.no_answer
    rows = [w[f"residents.row.{row}"] for row in found.three.index]
    three = found.three.set_axis(pd.Index(rows), axis=0)
    heads = [w[f"residents.{column}"] for column in BAND]
    corner, title = w["residents.col"], w["residents.three"]
    grid = Grid("answers", title, 100 * found.three, corner, rows, heads, [1] * 3)
    bands = found.bands.loc[list(READINGS), BAND]
    of_bands = [w[f"residents.reading.{reading}"].format(key=key) for reading, key in bands.index]
    grids = [grid, _grid_of_bands(asked, 100 * bands, of_bands)]

    def draw(ax: Axes) -> None:
        plot.bars(three, ranked=False, scale=100.0, unit=w["peso.axis"], ax=ax)

    said = "; ".join(
        f"{row} {number(100 * low, 1)} - {number(100 * high, 1)}"
        for row, low, high in zip(rows, three["low"], three["high"], strict=True)
    )
    figure = Figure(
        "answers",
        draw,
        w["residents.figure"],
        w["residents.alt"].format(what=said),
        ((7.4, 2.9), (3.5, 3.0)),
    )
    notes = [w["residents.note.readings"], w["residents.note.levels"]]
    notes.append(
        w["residents.excess"].format(excess=excess(found.ownership, asked.unit, asked.say))
    )
    return Section(
        "residents",
        w["residents.title"],
        [w["residents.lead"]],
        [figure],
        grids,
        notes,
        {w["residents.cannot"]: list(map(asked.say.said, found.cannot_say))},
    )


def _grid_of_bands(asked: Asked, bands: pd.DataFrame, rows: Sequence[str]) -> Grid:
    w = asked.w
    heads = [w[f"residents.key_{level}"] for level in BAND]
    title, corner = w["residents.bands"], w["residents.bands.col"]
    return Grid("bands", title, bands, corner, rows, heads, [1] * 3)
