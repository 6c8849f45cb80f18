"""Short answers of the command: the tables that ship, and what a file is."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from iomodel import catalog
from iomodel import methods as register
from iomodel.card.parts import Part
from iomodel.card.words import prices_of
from iomodel.cli.circular import identity_of
from iomodel.exchange.excel import from_excel, is_ours
from iomodel.exchange.netcdf import from_netcdf
from iomodel.lang import ENGLISH, Language
from iomodel.readers import inspect
from iomodel.readers.diagnose import Report
from iomodel.readers.opened import Kind
from iomodel.stored import open_blocks, open_zarr
from iomodel.stored.writing import MANIFEST
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


MORE = (
    Kind(
        "workbook of iomodel",
        lambda opened: (
            "xl/workbook.xml" in opened.names and is_ours([grid.sheet for grid in opened.grids])
        ),
        lambda opened: from_excel(opened.path),
    ),
    Kind(
        "netCDF file",
        lambda opened: opened.begins(b"CDF"),
        lambda opened: from_netcdf(opened.path),
    ),
    Kind(
        "row blocks of iomodel",
        lambda opened: (opened.path / MANIFEST).is_file(),
        lambda opened: open_blocks(opened.path, check=True),
    ),
    Kind(
        "zarr store",
        lambda opened: (opened.path / "zarr.json").is_file(),
        lambda opened: open_zarr(opened.path, check=True),
    ),
)


def inspected(path: str, say: Language = ENGLISH) -> tuple[str, bool]:
    """What a file or a folder is, as text of at most the width, and whether it is sound."""
    report = inspect(path, more=MORE)
    return narrowed(str(report) if say == ENGLISH else _report(report, say)), report.ok


def _report(report: Report, say: Language) -> str:
    """The diagnosis of a file, line by line as `Report` says it, in another language."""
    what, title = say.said(report.what), say.said(report.title or report.contents)
    lines = [f"{report.file}: {what}{title and f': {title}'}"]
    lines += [f"  sha256 {report.sha256}"] if report.sha256 else []
    lines += [f"  {say.get(f'check.block.{name}', name)}: {where}" for name, where in report.blocks]
    for row in report.identities.reset_index().to_dict("records"):
        lines.append(f"  {_identity(row['identity'], row, say, worst=str(row.get('worst', '')))}")
    lines += [f"  {say('check.note', note=say.said(note))}" for note in report.history]
    if report.ok:
        lines.append(f"  {say('check.nothing')}")
    elif report.error is not None:
        lines += [f"  {line}" for line in say.told(report.error).splitlines()]
    else:
        lines += [f"  {say('check.wrong', finding=say.said(text))}" for text in report.findings]
    return "\n".join(lines)


def _identity(name: object, row: Mapping[Hashable, Any], say: Language, worst: str = "") -> str:
    """Whether one identity holds, its largest gap, and what is allowed."""
    state = say("check.holds" if row["holds"] else "check.fails")
    gap = say("check.gap", gap=f"{row['residual']:.3g}")
    at = say("check.at", worst=worst) if worst else ""
    allowed = say("check.allowed", allowed=f"{row['tolerance']:.3g}")
    return f"{state}: {identity_of(str(name), say)}: {gap}{at} {allowed}"
