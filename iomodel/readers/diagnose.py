"""What a file is, where its blocks stand and what is wrong with it: a report that never raises."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from iomodel.display import inline
from iomodel.errors import IOModelError, IOModelWarning
from iomodel.meta import Origin
from iomodel.readers.inegi import build, choose
from iomodel.readers.inegi_layout import looks_like_table, survey
from iomodel.readers.inegi_meta import metadata
from iomodel.readers.opened import Kind, Opened
from iomodel.readers.register import KINDS
from iomodel.sam import SAM
from iomodel.table import IOTable

NO_TABLE = "no layout that is known here was found in it"


@dataclass(frozen=True, eq=False)
class Report:
    """The diagnosis of a file.

    `what` says what kind of file it is, `contents` and `title` what is in it; `blocks` name the A1
    range of each block; `identities` is `table.check()` where a table could be made of it (else
    empty); `findings` is everything that is wrong, worded with cell and value, and `remedy` what to
    do; `history` is what reading decided; `error` is the refusal itself, where reading stopped.
    """

    file: str
    what: str
    contents: str = ""
    title: str = ""
    sha256: str = ""
    blocks: tuple[tuple[str, str], ...] = ()
    identities: pd.DataFrame = field(default_factory=pd.DataFrame)
    findings: tuple[str, ...] = ()
    remedy: str = ""
    history: tuple[str, ...] = ()
    error: IOModelError | None = None  # what the findings are out of, where reading stopped
    about: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.findings

    def __str__(self) -> str:
        lines = [f"{self.file}: {self.what}{self.contents and f': {self.contents}'}"]
        lines += [f"  sha256 {self.sha256}"] if self.sha256 else []
        lines += [f"  {name}: {where}" for name, where in self.blocks]
        for row in self.identities.reset_index().to_dict("records"):
            state = "holds" if row["holds"] else "FAILS"
            at = f" at {row['worst']}" if "worst" in row else ""
            lines.append(
                f"  {state}: {row['identity']}: largest gap {row['residual']:.3g}{at} "
                f"(allowed {row['tolerance']:.3g})"
            )
        lines += [f"  note: {note}" for note in self.history]
        lines += [f"  wrong: {finding}" for finding in self.findings] or ["  nothing wrong"]
        lines += [f"  what to do: {self.remedy}"] if self.remedy else []
        return "\n".join(lines)


def inspect(
    path: str | os.PathLike[str],
    *,
    origin: Origin | None = None,
    sheet: str | None = None,
    missing: Mapping[str, float] | None = None,
    more: Sequence[Kind] = (),
) -> Report:
    """What a file or a folder is and what is wrong with it; takes the options of `read_inegi`.

    Every layout of `readers.register` is recognised by what stands in the file, not by its name;
    `more` are layouts that are looked for first.  Whatever is wrong with the file becomes a
    finding: only a wrong use of this function raises.
    """
    opened = Opened(Path(path))
    report = Report(os.fspath(path), "not readable")
    try:
        for kind in (*more, *KINDS):
            if kind.fits(opened):
                report = Report(opened.path.name, kind.what, about=kind.about)
                return _checked(report, opened, kind.read)
        source = opened.source  # a folder of no layout, or a file that none of them could open
        report = Report(source.name, f"{source.kind} file", sha256=source.sha256)
        if sheet is None and not any(map(looks_like_table, opened.grids)) and _any_cell(opened):
            return _unknown(report, (*more, *KINDS))
        layout = survey(choose(opened.grids, sheet))
        report = Report(
            source.name,
            f"input-output table of {len(layout.rows_of('sector'))} sectors in {layout.grid.name}",
            sha256=source.sha256,
            blocks=layout.blocks(),
            history=layout.notes,
        )
        beside = metadata(opened.grids)
        return _checked(report, opened, lambda _: build(layout, beside, origin, missing))
    except IOModelError as error:
        return _failed(report, error)


def _any_cell(opened: Opened) -> bool:
    return any(len(row) for grid in opened.grids for row in grid.rows)


def _unknown(report: Report, kinds: Sequence[Kind]) -> Report:
    known = ", ".join(kind.what for kind in kinds)
    return replace(
        report,
        findings=(f"{report.file}: {NO_TABLE}.",),
        remedy=f"Known: table of INEGI, {known}. Give figures of another layout to "
        "IOTable.from_frames.",
    )


def _checked(report: Report, opened: Opened, read: Callable[[Opened], object]) -> Report:
    """The report of what a file holds, with what reading it warned of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", IOModelWarning)
        try:
            found = read(opened)
        except IOModelError as error:
            return _failed(report, error)
    report = replace(report, findings=tuple(str(warning.message) for warning in caught))
    if isinstance(found, Mapping):
        years = sorted(found)
        what = f"{report.what}, {len(years)} years from {years[0]} on, one shown"
        return replace(_held(report, found[years[-1]]), what=what)
    return _held(report, found)


def _held(report: Report, found: object) -> Report:
    if isinstance(found, pd.DataFrame):
        absent = found.attrs.get("not_available", [])
        notes = [f"{len(absent)} figures are not available (ND)"] if absent else []
        notes += [str(note) for note in found.attrs.get("notes", [])]
        return replace(report, contents=f"{len(found)} rows", history=tuple(notes))
    if not isinstance(found, (IOTable, SAM)):
        return replace(report, what=f"{report.what}{found or ''}")
    identities = found.check()
    if isinstance(found, SAM) and set(found.accounts.kinds) == {"institution"}:
        identities = identities.iloc[:1]  # its kinds are not known: it has no aggregates
    return replace(
        report,
        contents=inline(found),
        title=found.meta.title,
        sha256=report.sha256 or found.meta.sha256,
        identities=identities,
        history=(*report.about, *found.meta.history, *found.meta.assumptions),
    )


def _failed(report: Report, error: IOModelError) -> Report:
    fact = str(error).splitlines()[0]
    return replace(report, findings=(fact, *error.findings), remedy=error.remedy, error=error)
