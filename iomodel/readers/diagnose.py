"""What a file is, where its blocks stand and what is wrong with it: a report that never raises."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from iomodel.display import inline
from iomodel.errors import IOModelError, IOModelWarning, LayoutError
from iomodel.lang import ENGLISH
from iomodel.meta import Origin
from iomodel.readers.inegi import build, choose
from iomodel.readers.inegi_layout import survey
from iomodel.readers.inegi_meta import metadata
from iomodel.readers.opened import Kind, Opened
from iomodel.readers.register import INEGI, KINDS
from iomodel.readers.told import page_of
from iomodel.sam import SAM
from iomodel.table import IOTable


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
        return page_of(self)


def inspect(
    path: str | os.PathLike[str],
    *,
    origin: Origin | None = None,
    sheet: str | None = None,
    missing: Mapping[str, float] | None = None,
    above: Mapping[str, Callable[[Opened], object]] | None = None,
) -> Report:
    """What a file or a folder is and what is wrong with it; takes the options of `read_inegi`.

    Every layout of `readers.register` is recognised by what stands in the file, not by its name;
    `above` reads the layouts that only rooms above this one read (by the name of the reader there);
    without it they are told, not read, and a finding says by what.  Whatever is wrong with the file
    becomes a finding: only a wrong use of this function raises.
    """
    opened = Opened(Path(path))
    report = Report(os.fspath(path), "not readable")
    try:
        for kind in KINDS:
            if kind is not INEGI and kind.fits(opened):
                report = Report(opened.path.name, kind.what, about=kind.about)
                read = kind.read or (above or {}).get(kind.above)
                return _checked(report, opened, read) if read else _told(report, kind)
        source = opened.source  # a folder of no layout, or a file that none of them could open
        report = Report(source.name, f"{source.kind} file", sha256=source.sha256)
        if sheet is None and not INEGI.fits(opened) and _any_cell(opened):
            raise _unknown(report)
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


def _unknown(report: Report) -> LayoutError:
    kinds = tuple(kind.what for kind in KINDS)
    places = {"file": report.file, "kinds": ", ".join(kinds)}
    fact, remedy = (ENGLISH(f"errors.no_layout.{part}", **places) for part in ("fact", "remedy"))
    return LayoutError(fact, remedy=remedy).keyed("no_layout", file=report.file, kinds=kinds)


def _told(report: Report, kind: Kind) -> Report:
    """The report of a layout that only a room above reads: it is not vouched for."""
    return replace(
        report,
        findings=(f"{report.file} was told by its layout, and not read.",),
        remedy=f"Read it with iomodel.{kind.above}; `iomodel check` does.",
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
        return report
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
