"""What a file is, where its blocks stand and what is wrong with it: a report that never raises."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from iomodel.errors import IOModelError, IOModelWarning
from iomodel.meta import Origin
from iomodel.readers.balance import read_bop
from iomodel.readers.cells import Grid, read_grids
from iomodel.readers.files import open_source
from iomodel.readers.inegi import build, choose
from iomodel.readers.inegi_layout import looks_like_table, survey
from iomodel.readers.inegi_meta import metadata
from iomodel.readers.inegi_regions import is_regional, read_inegi_regions
from iomodel.readers.labels import plain
from iomodel.readers.scn import read_scn
from iomodel.readers.wiod import is_wiod, read_wiod_years
from iomodel.table import IOTable


@dataclass(frozen=True, eq=False)
class Report:
    """The diagnosis of a file.

    `what` says what it is; `blocks` name the A1 range of each block; `identities` is
    `table.check()` where a table could be made of it (else empty); `findings` is everything that
    is wrong, worded with cell and value, and `remedy` what to do; `history` is what reading
    decided; `error` is the refusal itself, where reading stopped.
    """

    file: str
    what: str
    sha256: str = ""
    blocks: tuple[tuple[str, str], ...] = ()
    identities: pd.DataFrame = field(default_factory=pd.DataFrame)
    findings: tuple[str, ...] = ()
    remedy: str = ""
    history: tuple[str, ...] = ()
    error: IOModelError | None = None  # what the findings are out of, where reading stopped

    @property
    def ok(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.findings

    def __str__(self) -> str:
        lines = [f"{self.file}: {self.what}"]
        lines += [f"  sha256 {self.sha256}"] if self.sha256 else []
        lines += [f"  {name}: {where}" for name, where in self.blocks]
        for row in self.identities.reset_index().to_dict("records"):
            state = "holds" if row["holds"] else "FAILS"
            lines.append(
                f"  {state}: {row['identity']}: largest gap {row['residual']:.3g} at "
                f"{row['worst']} (allowed {row['tolerance']:.3g})"
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
) -> Report:
    """What a file is and what is wrong with it; takes the options of `read_inegi`.

    Whatever is wrong with the file becomes a finding: only a wrong use of this function raises.
    """
    report = Report(os.fspath(path), "not readable")
    try:
        source = open_source(path)
        report = Report(source.name, f"{source.kind} file", source.sha256)
        grids = read_grids(source)
        if is_regional(grids):
            report = replace(report, what="bi-regional input-output table")
            return _checked(report, lambda: read_inegi_regions(path))
        if is_wiod(grids):
            report = Report(source.name, "national table of WIOD", source.sha256)
            tables = read_wiod_years(path)
            what = f"national table of WIOD, {len(tables)} years from {min(tables)} on, one shown"
            return replace(_of_table(report, tables[max(tables)], []), what=what)
        special = _of_another_kind(grids)
        if special is not None:
            what, read = special
            return _series(path, source.sha256, what, read)
        layout = survey(choose(grids, sheet))
        report = Report(
            source.name,
            f"input-output table of {len(layout.rows_of('sector'))} sectors in {layout.grid.name}",
            source.sha256,
            layout.blocks(),
            history=layout.notes,
        )
        return _checked(report, lambda: build(layout, metadata(grids), origin, missing))
    except IOModelError as error:
        return _failed(report, error)


def _checked(report: Report, read: Callable[[], IOTable]) -> Report:
    """The report of a table, with what reading it warned of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", IOModelWarning)
        try:
            table = read()
        except IOModelError as error:
            return _failed(report, error)
    return _of_table(report, table, [str(warning.message) for warning in caught])


def _of_table(report: Report, table: IOTable, warned: list[str]) -> Report:
    return replace(
        report,
        what=table.meta.title,
        identities=table.check(),
        findings=tuple(warned),
        history=(*table.meta.history, *table.meta.assumptions),
    )


def _failed(report: Report, error: IOModelError) -> Report:
    fact = str(error).splitlines()[0]
    return replace(report, findings=(fact, *error.findings), remedy=error.remedy, error=error)


def _of_another_kind(
    grids: tuple[Grid, ...],
) -> tuple[str, Callable[[str | os.PathLike[str]], pd.DataFrame]] | None:
    grid = next((grid for grid in grids if not grid.hidden and any(grid.rows)), grids[0])
    if any(map(looks_like_table, grids)):
        return None
    first = {plain(str(row[0])) for row in grid.rows[:10] if row}
    if "periodo" in first:
        return "yearly series of INEGI's national accounts", read_scn
    header = {str(value).strip() for value in grid.rows[0]} if grid.rows else set()
    if {"indicator", "value"} <= header or {"vintage", "quarter"} <= header:
        return "balance-of-payments figures", read_bop
    return None


def _series(
    path: str | os.PathLike[str],
    sha256: str,
    what: str,
    read: Callable[[str | os.PathLike[str]], pd.DataFrame],
) -> Report:
    name = os.path.basename(os.fspath(path))
    try:
        frame = read(path)
    except IOModelError as error:
        return _failed(Report(name, what, sha256), error)
    absent = frame.attrs.get("not_available", [])
    notes = [f"{len(absent)} figures are not available (ND)"] if absent else []
    notes += [str(note) for note in frame.attrs.get("notes", [])]
    return Report(name, f"{what}: {len(frame)} rows", sha256, history=tuple(notes))
