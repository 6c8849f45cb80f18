"""Workbooks (.xlsx) written whole or not at all: labels stay text, numbers keep every digit."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from iomodel.errors import WriteError
from iomodel.outfile import write_whole

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
Sheet = Sequence[Sequence[str | float]]


def write_workbook(
    path: str | os.PathLike[str], sheets: Mapping[str, Sheet], *, overwrite: bool = False
) -> Path:
    """Write each sheet, a list of rows of texts and numbers, and return the path.

    A text stays text, whatever it begins with (a label '=SUM' is no formula); a number is written
    with all its digits (17 where it needs them).  The file is made beside its place and moved
    there when complete.  WriteError for an existing file (unless `overwrite=True`), another name
    than .xlsx, what no sheet can hold, and where nothing can be written.
    """
    target = Path(path)
    _require_room(target, sheets)

    def save(staging: Path) -> None:
        _save(staging, sheets)

    return write_whole(target, save, suffix=".xlsx", overwrite=overwrite, example="sam")


def _require_room(target: Path, sheets: Mapping[str, Sheet]) -> None:
    for name, rows in sheets.items():
        widest = max((len(row) for row in rows), default=0)
        if len(rows) > MAX_ROWS or widest > MAX_COLUMNS:
            raise WriteError(
                f"'{target}': sheet '{name}' would have {len(rows)} rows and {widest} columns; a "
                f"workbook holds {MAX_ROWS} and {MAX_COLUMNS}.",
                remedy="Write a folder of csv instead: to_folder.",
            )
        cells = [value for row in rows for value in row]
        bad = [v for v in cells if not isinstance(v, str) and not math.isfinite(v)]
        signs = [repr(v) for v in cells if isinstance(v, str) and _CONTROL.search(v)]
        if bad or signs:
            raise WriteError(
                f"'{target}': sheet '{name}' would hold {len(bad)} numbers that are not finite and "
                f"{len(signs)} labels with control characters.",
                signs,
                "A workbook has neither.",
            )


def _save(path: Path, sheets: Mapping[str, Sheet]) -> None:
    import openpyxl  # a tenth of a second that only workbooks need
    from openpyxl.cell import WriteOnlyCell

    book = openpyxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(_cells(WriteOnlyCell, sheet, row))
    book.save(path)


def _cells(kind, sheet, row: Iterable[str | float]):  # type: ignore[no-untyped-def]
    """One row of cells; a number goes in as its shortest exact text, which openpyxl would cut."""
    cells = []
    for value in row:
        text = isinstance(value, str)
        cell = kind(sheet, value=value if text else repr(float(value)))
        cell.data_type = "s" if text else "n"
        cells.append(cell)
    return cells
