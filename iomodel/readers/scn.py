"""INEGI's national accounts by year ('Periodo' workbooks) as one tidy frame, found by name."""

from __future__ import annotations

import os
import re
from collections import Counter
from difflib import get_close_matches

import numpy as np
import numpy.typing as npt
import pandas as pd

from iomodel.arguments import typed
from iomodel.errors import LabelError
from iomodel.readers.cells import Grid, a1, is_blank, read_grids
from iomodel.readers.figures import bad_cells, numbers
from iomodel.readers.files import open_source
from iomodel.readers.labels import clean, plain

NOT_AVAILABLE = "ND"
SEPARATOR = " > "
_YEAR = re.compile(r"((?:19|20)\d{2})\s*(?:([a-z])/)?")
_UNIT = re.compile(r"Unidad de medida: (.*?), Periodicidad")


@typed
def read_scn(path: str | os.PathLike[str]) -> pd.DataFrame:
    """The series of a national-accounts workbook of INEGI, a row per concept and a column per year.

    The index is (path, label, unit): the path of headings under which the concept stands, its own
    label, its unit.  Years are int.  What the file marks ND (not available) is NaN and listed in
    `frame.attrs["not_available"]` as (label, year); `attrs` also holds file, sha256, `status`
    (the letter of preliminary or revised years) and `notes` (the lines below the table).  Find a
    row by the words of its labels with `find`.  Raises FileError, LayoutError, CellError,
    LabelError.
    """
    grid = _sheet(path)
    header = next(
        (
            at
            for at, row in enumerate(grid.rows)
            if row and isinstance(row[0], str) and plain(row[0]) == "periodo"
        ),
        None,
    )
    if header is None:
        raise grid.refusal(
            "no cell 'Periodo' heads the first column",
            "This reader knows INEGI's yearly series of the national accounts (years down the "
            "first column, concepts across).",
        )
    years, status, notes = _years(grid, header)
    first = min(years)
    labels = _concepts(grid, header, first)
    found = numbers(
        grid,
        {at: str(year) for at, year in years.items()},
        {at: SEPARATOR.join(parts) for at, parts in labels.items()},
        {NOT_AVAILABLE: np.nan},
    )
    if found.blank.any():
        raise _blank(grid, found.blank, list(years), labels, years)
    index = pd.MultiIndex.from_tuples(list(labels.values()), names=["path", "label", "unit"])
    frame = pd.DataFrame(found.values.T, index=index, columns=pd.Index(years.values(), name="year"))
    frame.attrs = {
        "file": grid.source.name,
        "sha256": grid.source.sha256,
        "status": status,
        "not_available": [
            (labels[at][1], year)
            for at, row in zip(labels, np.isnan(found.values.T), strict=True)
            for year, absent in zip(years.values(), row, strict=True)
            if absent
        ],
        "notes": notes,
    }
    return frame


def find(frame: pd.DataFrame, *parts: str) -> pd.Series:
    """The one row whose headings and label hold all these parts, a series by year.

    A part is a whole heading or label, or the code it begins with ('3361'); case and accents do
    not matter.  Where several rows fit, the one whose path ends in these parts counts.  LabelError
    lists the rows where that is not one.

    >>> concepts = [("Usos > Impuestos", "Total", "mdp"), ("Usos", "Total", "mdp")]
    >>> rows = pd.MultiIndex.from_tuples(concepts, names=["path", "label", "unit"])
    >>> float(find(pd.DataFrame({2013: [1.0, 2.0]}, index=rows), "usos", "total")[2013])
    2.0
    """
    wanted = [plain(part) for part in parts]
    rows = [
        [*(plain(heading) for heading in path.split(SEPARATOR)), plain(label), plain(unit)]
        for path, label, unit in frame.index
    ]
    fits = [
        at
        for at, segments in enumerate(rows)
        if all(any(_is(segment, part) for segment in segments) for part in wanted)
    ]
    if len(fits) > 1:
        ends = [at for at in fits if _ends(rows[at][:-1], wanted) or _ends(rows[at], wanted)]
        labelled = [at for at in fits if wanted and _is(rows[at][-2], wanted[-1])]
        fits = ends if len(ends) == 1 else labelled if len(labelled) == 1 else fits
    if len(fits) == 1:
        row = frame.iloc[fits[0]]
        row.name = _name(frame, fits[0])
        return row
    asked = SEPARATOR.join(parts)
    if fits:
        raise LabelError(
            f"'{asked}' names {len(fits)} rows.",
            [_name(frame, at) for at in fits],
            "Add a heading that only one of them has.",
        )
    pool = sorted({segment for segments in rows for segment in segments})
    close = get_close_matches(wanted[-1] if wanted else "", pool, n=3, cutoff=0.5)
    raise LabelError(
        f"'{asked}' names no row.",
        remedy=f"Nearest: {', '.join(close)}." if close else f"There are {len(rows)} rows.",
    )


def _name(frame: pd.DataFrame, at: int) -> str:
    return SEPARATOR.join(str(cell) for cell in frame.index[at] if cell)


def _is(segment: str, part: str) -> bool:
    return segment == part or (part.isdigit() and segment.split(" ", 1)[0] == part)


def _ends(segments: list[str], wanted: list[str]) -> bool:
    tail = segments[-len(wanted) :]
    return len(tail) == len(wanted) and all(map(_is, tail, wanted))


def is_scn(grids: tuple[Grid, ...]) -> bool:
    """Whether a sheet has the header of years of the national accounts."""
    grid = next((grid for grid in grids if not grid.hidden and any(grid.rows)), None)
    return grid is not None and "periodo" in {plain(str(row[0])) for row in grid.rows[:10] if row}


def _sheet(path: str | os.PathLike[str]) -> Grid:
    grids = read_grids(open_source(path))
    filled = [grid for grid in grids if any(grid.rows) and not grid.hidden]
    if len(filled) != 1:
        raise grids[0].refusal(
            f"{len(filled)} visible sheets have cells, one is expected",
            "Keep the sheet with the series.",
        )
    return filled[0]


def _years(grid: Grid, header: int) -> tuple[dict[int, int], dict[int, str], list[str]]:
    years: dict[int, int] = {}
    status: dict[int, str] = {}
    notes = []
    for at in range(header + 1, len(grid.rows)):
        text = clean(grid.at(at, 0), grid.cell(at, 0))
        if not text:
            continue
        year = _YEAR.fullmatch(text)
        if year is None:
            notes.append(text)
            continue
        if int(year[1]) in years.values():
            raise LabelError(
                f"{grid.name}: year {year[1]} stands twice (again in {a1(at, 0)}).",
                remedy="Keep one row for each year.",
            )
        years[at] = int(year[1])
        if year[2]:
            status[int(year[1])] = year[2]
    if not years:
        raise grid.refusal(
            f"no years stand below '{grid.at(header, 0)}'", "Look for the yearly version."
        )
    return years, status, notes


def _concepts(grid: Grid, header: int, first: int) -> dict[int, tuple[str, str, str]]:
    """Path, label and unit of each column; merged headings reach to the right."""
    above = " ".join(
        clean(row[0], grid.cell(at, 0))
        for at, row in enumerate(grid.rows[:header])
        if row and not is_blank(row[0])
    )
    stated = _UNIT.search(above)
    everywhere = stated[1] if stated else ""
    title = next(
        (
            clean(row[0])
            for row in grid.rows[:header]
            if row and isinstance(row[0], str) and SEPARATOR in row[0]
        ),
        "",
    )
    width = max(len(grid.rows[at]) for at in range(header, first + 1))
    found: dict[int, tuple[str, str, str]] = {}
    for column in range(1, width):
        parts = [clean(grid.at(at, column), grid.cell(at, column)) for at in range(header, first)]
        parts = [part for part in parts if part]
        if not parts:
            if not grid.is_blank(first, column):
                raise LabelError(
                    f"{grid.cell(first, column)} holds a figure, but its column has no label.",
                    remedy="Give the column its heading.",
                )
            continue
        heading = parts.pop(0) if SEPARATOR in parts[0] else title
        label = parts[0] if parts else heading.rsplit(SEPARATOR, 1)[-1]
        found[column] = (heading, label, parts[1] if len(parts) > 1 else everywhere)
    twice = [key for key, count in Counter(found.values()).items() if count > 1]
    if twice:
        raise LabelError(
            f"{grid.name}: {len(twice)} concepts stand twice.",
            [SEPARATOR.join(key) for key in twice],
            "Keep each column once.",
        )
    return found


def _blank(
    grid: Grid,
    blank: npt.NDArray[np.bool_],
    rows: list[int],
    labels: dict[int, tuple[str, str, str]],
    years: dict[int, int],
) -> Exception:
    columns = list(labels)
    cells = [(rows[int(i)], columns[int(j)]) for i, j in np.argwhere(blank)]
    return bad_cells(
        grid,
        cells,
        {at: str(year) for at, year in years.items()},
        {at: SEPARATOR.join(parts) for at, parts in labels.items()},
        "is no number",
        f"INEGI writes {NOT_AVAILABLE} where a figure is not available: write that or the figure.",
    )
