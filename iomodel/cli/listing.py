"""Short answers of the command: the tables that ship, and what a file is."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from iomodel import catalog
from iomodel import methods as register
from iomodel.card.parts import Part
from iomodel.card.words import prices_of
from iomodel.display import inline
from iomodel.errors import IOModelError
from iomodel.lang import ENGLISH, Language
from iomodel.readers import inspect, read_folder, read_sam
from iomodel.storage import TOML, read_description
from iomodel.text import narrowed


def tables(say: Language = ENGLISH) -> list[Part]:
    """Every bundled table and SAM in a line."""
    frame = catalog.tables()
    columns = ["title", "year", "prices", "origin"]
    shown = frame[columns].astype(object).where(frame[columns].notna(), "-").astype(str)
    shown = _described(shown, say).rename_axis(say("tables.table"))
    use = (say("tables.use"),)
    return [Part("tables", say("tables.heading"), frame, shown, after=use), _sams(say)]


def _sams(say: Language) -> Part:
    frame = catalog.sams()
    shown = _described(frame[["title", "year", "prices"]].astype(str), say)
    after = (say("tables.use_sam"),)
    return Part("sams", say("tables.sams"), frame, shown, after=after)


def _described(shown: pd.DataFrame, say: Language) -> pd.DataFrame:
    """Headings and prices in a language; titles are data."""
    shown = shown.assign(prices=[prices_of(text, say) for text in shown["prices"]])
    if "origin" in shown:
        shown["origin"] = [say.get(f"origin.{text}", text) for text in shown["origin"]]
    return shown.rename(columns=lambda name: say(f"tables.{name}"))


def methods() -> list[Part]:
    """The register of public functions, and what is wrong with it."""
    frame = register.methods()
    shown = frame[["formula", "reference"]].rename_axis("function")
    below = tuple(frame["question"])
    return [Part("methods", "Methods", frame, shown, below=below)]


def inspected(path: str) -> tuple[str, bool]:
    """What a file or a table folder is, as text of at most the width, and whether it is sound."""
    if (Path(path) / TOML).is_file():
        return _folder(path)
    report = inspect(path)
    return narrowed(str(report)), report.ok


def _folder(path: str) -> tuple[str, bool]:
    try:
        holds = read_description(path).get("holds", "table")
        if holds not in ("table", "sam"):
            return f"{path}: folder of kind '{holds}', one that ships; nothing to check", True
        table = read_sam(path) if holds == "sam" else read_folder(path)
    except IOModelError as error:
        return narrowed(f"{path}: table folder\n  wrong: {error}"), False
    lines = [f"{path}: table folder, {inline(table)}"]
    lines += [
        f"  {'holds' if row['holds'] else 'FAILS'}: {identity}: largest gap {row['residual']:.3g} "
        f"(allowed {row['tolerance']:.3g})"
        for identity, row in table.check().iterrows()
    ]
    return narrowed("\n".join([*lines, "  nothing wrong"])), True
