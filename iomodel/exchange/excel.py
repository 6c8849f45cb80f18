"""Tables as workbooks: one sheet for each block, with what the figures are."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd

from iomodel.arguments import typed
from iomodel.errors import LabelError, TableError
from iomodel.exchange.parts import (
    LISTED,
    LISTS,
    TEXTS,
    frames_of,
    meta_of,
    notes_of,
    table_of,
)
from iomodel.readers.cells import Grid, read_grids
from iomodel.readers.figures import bad_cells, numbers
from iomodel.readers.files import open_source
from iomodel.sam import SAM
from iomodel.storage import prefixed
from iomodel.table import IOTable
from iomodel.workbook import write_workbook

NOTES = "notes"


@typed
def to_excel(
    table: IOTable | SAM, path: str | os.PathLike[str], *, overwrite: bool = False
) -> Path:
    """Write the table as a workbook: notes, lists of labels, and a sheet for each block.

    Sheets: notes (title, year, unit, source, assumptions, history), sectors (name, kind, output;
    region and code where there are regions), categories, inputs, Z, Y, V, W and, where there are
    any, satellites and S.  Labels stay text, numbers keep every digit: `from_excel` brings the same
    table back.  Flows in the unit that the notes say.  A SAM goes in its usual square layout
    (`SAM.to_excel`), which `iomodel.read_sam` reads.

    Cost: O(n^2) cells; a sheet holds 16,384 columns.  Errors: WriteError for an existing file
    unless `overwrite=True`, another name than .xlsx and a table too wide; TableError for a value
    that is neither.

    >>> import iomodel as im
    >>> im.exchange.to_excel(im.load("mexico-2018"), "mexico.xlsx")  # doctest: +SKIP
    """
    if isinstance(table, SAM):
        return table.to_excel(path, overwrite=overwrite)
    lines: list[list[str | float]] = [["key", "value"]]
    for key, value in notes_of(table.meta).items():
        listed = value if key in LISTED else (value,)
        lines += [[key, each if isinstance(each, (str, float)) else str(each)] for each in listed]
    sheets = {NOTES: lines}
    for name, frame in frames_of(table).items():
        rows = zip(frame.index, frame.to_numpy(dtype=object).tolist(), strict=True)
        sheets[name] = [
            ["label", *map(str, frame.columns)],
            *([str(key), *row] for key, row in rows),
        ]
    return write_workbook(path, sheets, overwrite=overwrite)


@typed
def from_excel(path: str | os.PathLike[str]) -> IOTable:
    """The checked table of a workbook laid out as `to_excel` lays it out.

    Rows and columns are matched by label; every cell of a block is a number.  Shapes and unit are
    those of the workbook.  Cost: O(n^2) cells.
    Errors: FileError, CellError, LabelError, BalanceError, naming file and cell.

    >>> import iomodel as im
    >>> im.exchange.from_excel("mexico.xlsx")  # doctest: +SKIP
    """
    grids = {grid.sheet: grid for grid in read_grids(open_source(path))}
    if "SAM" in grids and "Z" not in grids:
        raise LabelError(f"'{path}' holds a SAM.", remedy="Read it with iomodel.read_sam.")
    known = (*LISTS, "Z", "Y", "V", "W", "S")
    notes = _notes(grids[NOTES]) if NOTES in grids else {}
    try:
        frames = {name: _frame(grid) for name, grid in grids.items() if name in known}
        return table_of(frames, meta_of(notes))
    except TableError as error:
        raise prefixed(error, path) from None


def _notes(grid: Grid) -> dict[str, object]:
    notes: dict[str, object] = {}
    for row in range(1, len(grid.rows)):
        key, value = str(grid.at(row, 0)), grid.at(row, 1)
        text = "" if value is None else value
        if key in LISTED:
            notes[key] = [*notes.get(key, []), str(text)]  # type: ignore[misc]
        elif key == "year":
            notes[key] = int(float(str(text)))
        elif key == "precision":
            notes[key] = float(str(text))
        else:
            notes[key] = str(text)
    return notes


def _frame(grid: Grid) -> pd.DataFrame:
    """A sheet with labels in its first row and column; all else numbers but names and kinds."""
    head = [str(value) for value in grid.rows[0][1:] if value is not None]
    index = [str(grid.at(row, 0)) for row in range(1, len(grid.rows))]
    texts = {name: at + 1 for at, name in enumerate(head) if name in TEXTS and grid.sheet in LISTS}
    figures = {at + 1: name for at, name in enumerate(head) if name not in texts}
    down = {row + 1: label for row, label in enumerate(index)}
    read = numbers(grid, down, figures)
    if read.blank.any():
        empty = [(list(down)[i], list(figures)[j]) for i, j in np.argwhere(read.blank)]
        raise bad_cells(grid, empty, down, figures, "is blank", "Write 0 where there is nothing.")
    values = iter(read.values.T)
    columns = [
        [str(grid.at(row, texts[name]) or "") for row in down] if name in texts else next(values)
        for name in head
    ]
    frame = pd.DataFrame(dict(enumerate(columns)), index=index)
    return frame.set_axis(head, axis=1)
