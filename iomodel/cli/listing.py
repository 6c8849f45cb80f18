"""Short answers of the command: the tables that ship, and what a file is."""

from __future__ import annotations

import pandas as pd

from iomodel import catalog
from iomodel import methods as register
from iomodel.card.parts import Part
from iomodel.card.words import prices_of
from iomodel.exchange.excel import from_excel
from iomodel.exchange.netcdf import from_netcdf
from iomodel.lang import ENGLISH, Language
from iomodel.readers import inspect
from iomodel.readers.told import page_of
from iomodel.stored import open_blocks, open_zarr
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
    """Headings, titles and prices in a language."""
    shown = shown.assign(
        title=list(map(say.said, shown["title"])),
        prices=[prices_of(text, say) for text in shown["prices"]],
    )
    if "origin" in shown:
        shown["origin"] = [say.get(f"origin.{text}", text) for text in shown["origin"]]
    return shown.rename(columns=lambda name: say(f"tables.{name}"))


def methods(say: Language = ENGLISH) -> list[Part]:
    """The register of public functions, and what is wrong with it."""
    frame = register.methods()
    shown = frame[["formula", "reference"]].map(say.said)
    shown.columns = pd.Index([say("check.formula"), say("check.reference")])
    below = tuple(map(say.said, frame["question"]))
    shown = shown.rename_axis(say("check.function"))
    after = () if say == ENGLISH else (say("check.as_registered"),)
    return [Part("methods", say("check.methods"), frame, shown, below=below, after=after)]


ABOVE = {
    "exchange.from_excel": lambda opened: from_excel(opened.path),
    "exchange.from_netcdf": lambda opened: from_netcdf(opened.path),
    "open_blocks": lambda opened: open_blocks(opened.path, check=True),
    "open_zarr": lambda opened: open_zarr(opened.path, check=True),
}


def inspected(path: str, say: Language = ENGLISH) -> tuple[str, bool]:
    """What a file or a folder is, as text of at most the width, and whether it is sound."""
    report = inspect(path, above=ABOVE)
    return narrowed(page_of(report, say)), report.ok
