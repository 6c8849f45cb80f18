"""Cells as they stand in a file: the grids of workbooks and csv files, and their A1 names."""

from __future__ import annotations

import csv
import io
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from iomodel.errors import FileError, LayoutError
from iomodel.progress import shown
from iomodel.readers.files import Source

MAX_ROWS = 100_000
MAX_CELLS = 20_000_000
DELIMITERS = ",;\t|"


@dataclass(frozen=True, eq=False)
class Grid:
    """The cells of one sheet (or of a csv file) as read, with the names a reader can look up.

    Rows and columns count from 0; `notes` says what opening the file had to decide.
    """

    source: Source
    sheet: str
    rows: tuple[tuple[object, ...], ...]
    hidden: bool = False
    notes: tuple[str, ...] = ()

    def at(self, row: int, column: int) -> object:
        """What stands in a cell; None beyond the end of its row."""
        line = self.rows[row]
        return line[column] if column < len(line) else None

    def is_blank(self, row: int, column: int) -> bool:
        """Whether a cell is empty or holds only white space."""
        return is_blank(self.at(row, column))

    @property
    def name(self) -> str:
        """File and sheet: 'MIP_53.xlsx[Tabulado]'."""
        return f"{self.source.name}[{self.sheet}]" if self.sheet else self.source.name

    def cell(self, row: int, column: int) -> str:
        """The full name of a cell: 'MIP_53.xlsx[Tabulado]!F57'."""
        return f"{self.name}!{a1(row, column)}"

    def block(self, rows: Sequence[int], columns: Sequence[int]) -> str:
        """The A1 ranges of these rows and columns: 'D271:JF273, D278:JF278'."""
        return ", ".join(
            f"{a1(down[0], across[0])}:{a1(down[-1], across[-1])}"
            for down in _runs(rows)
            for across in _runs(columns)
        )

    def refusal(self, fact: str, remedy: str, findings: Sequence[str] = ()) -> LayoutError:
        """The error that says why this sheet is not the table that was looked for."""
        return LayoutError(
            f"{self.name}: {fact}.",
            findings,
            remedy,
            file=str(self.source.path),
            sheet=self.sheet,
        )


def a1(row: int, column: int) -> str:
    """The spreadsheet name of a cell counted from 0.

    >>> a1(56, 5)
    'F57'
    """
    return f"{column_name(column)}{row + 1}"


def column_name(column: int) -> str:
    """The letters of a column counted from 0.

    >>> column_name(0), column_name(26), column_name(272)
    ('A', 'AA', 'JM')
    """
    name, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        name = chr(65 + letter) + name
    return name


def is_blank(value: object) -> bool:
    """Whether a cell value is nothing, or only white space."""
    return value is None or (isinstance(value, str) and not value.strip())


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


# -- opening ----------------------------------------------------------------------------------


def read_grids(source: Source) -> tuple[Grid, ...]:
    """Every worksheet of a workbook, or the one grid of a csv file."""
    return _workbook(source) if source.kind == "xlsx" else (_csv(source),)


def pick(grids: Iterable[Grid], sheet: str) -> Grid:
    """The grid of that sheet name; LayoutError lists the sheets there are."""
    listed = tuple(grids)
    for grid in listed:
        if grid.sheet == sheet:
            return grid
    first = listed[0]
    there = ", ".join(f"'{grid.sheet}'" for grid in listed if grid.sheet) or "none (it is a csv)"
    raise LayoutError(
        f"{first.source.name} has no sheet '{sheet}'.",
        remedy=f"Its sheets are: {there}.",
        file=str(first.source.path),
        sheet=sheet,
    )


def _workbook(source: Source) -> tuple[Grid, ...]:
    import openpyxl  # a tenth of a second that only workbooks need

    notes = ["macros ignored"] if source.name.lower().endswith(".xlsm") else []
    grids = []
    with warnings.catch_warnings():
        # openpyxl warns of styles and extensions, which no figure depends on
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(io.BytesIO(source.data), read_only=True, data_only=True)
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # the stated dimension of a sheet is often wrong
                rows = _limited(source, sheet.title, sheet.iter_rows(values_only=True))
                hidden = sheet.sheet_state != "visible"
                grids.append(Grid(source, sheet.title, rows, hidden, tuple(notes)))
            book.close()
        except FileError:
            raise
        except Exception as error:  # a damaged part fails in any of openpyxl's parsers
            why = f"{type(error).__name__}: {error}"
            raise source.refused("a_damaged_workbook", why=why) from error
    if not grids:
        raise source.refusal("has no worksheet", "Look for the table in another file.")
    return tuple(grids)


def _limited(
    source: Source, sheet: str, rows: Iterable[tuple[object, ...]]
) -> tuple[tuple[object, ...], ...]:
    kept: list[tuple[object, ...]] = []
    cells = 0
    with shown(f"reading {source.name}") as say:
        for row in rows:
            cells += len(row)
            kept.append(row)
            if len(kept) > MAX_ROWS or cells > MAX_CELLS:
                raise source.refusal(
                    f"has more than {MAX_ROWS:,} rows or {MAX_CELLS:,} cells in sheet '{sheet}'",
                    "Delete the stray cells far below or right of the table.",
                )
            if len(kept) % 50 == 0:
                say(f"{len(kept):,} rows of '{sheet}'")
    return tuple(kept)


def formulas(grid: Grid, cells: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Which of these cells, read as blank, are formulas that were saved without their value."""
    if grid.source.kind != "xlsx":
        return set()
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(grid.source.data), read_only=True)
        sheet = book[grid.sheet]
        sheet.reset_dimensions()
        rows = list(sheet.iter_rows(values_only=True))
        book.close()
    return {
        (row, column)
        for row, column in cells
        if column < len(rows[row]) and str(rows[row][column]).startswith("=")
    }


def _decode(source: Source) -> tuple[str, str]:
    data = source.data
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        if b"\0" in data:
            raise source.refused("no_text", at=f"{data.index(0):,}")
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise source.refusal(f"is not text in {' or '.join(encodings)}", "Save it as csv in UTF-8.")


def _csv(source: Source) -> Grid:
    text, encoding = _decode(source)
    notes = [] if encoding == "utf-8-sig" else [f"not UTF-8: read as {encoding}"]
    delimiter = max(DELIMITERS, key=lambda mark: _evenness(text, mark))
    if delimiter != ",":
        notes.append(f"fields separated by {delimiter!r}")
    rows: list[tuple[object, ...]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 0
    try:
        for row in reader:
            line = reader.line_num
            rows.append(tuple(row))
    except csv.Error as error:
        raise source.refused("no_fields", line=line + 1, why=str(error)) from error
    return Grid(source, "", tuple(rows), notes=tuple(notes))


def _evenness(text: str, delimiter: str) -> tuple[int, int]:
    """How many lines this delimiter cuts alike (into more than one field), and into how many."""
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        widths = [len(row) for row in reader]
    except csv.Error:
        widths = [line.count(delimiter) + 1 for line in text.splitlines()]
    return max(((n, width) for width, n in Counter(widths).items() if width > 1), default=(0, 0))


def with_notes(grid: Grid, *notes: str) -> Grid:
    """The same grid with more notes on what reading it decided."""
    return replace(grid, notes=(*grid.notes, *notes))
