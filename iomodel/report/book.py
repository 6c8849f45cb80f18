"""The report as a workbook: one sheet a table, notes, and a small model of live formulas."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from iomodel import multipliers
from iomodel.accounts import show
from iomodel.report.asked import Asked
from iomodel.report.parts import Grid, Section

MOST = 80  # sectors of a table whose inverse a spreadsheet can be asked for
LONGEST = 31  # signs of the name of a sheet
FIRST, GAP = 5, 3  # row of the first sector, rows between blocks
ELSEWHERE = ("years", "settings")  # sections out of other tables


def save(path: Path, asked: Asked, sections: Sequence[Section], left_out: Sequence[str]) -> None:
    """Write the whole workbook."""
    import openpyxl  # a tenth of a second that only workbooks need

    book = openpyxl.Workbook()
    front = book.active
    grids = [grid for section in sections for grid in section.grids]
    names = {grid.key: sheet_name(grid.title, i + 2) for i, grid in enumerate(grids)}
    _front(front, asked, grids, names)
    for section in sections:
        for grid in section.grids:
            _sheet(book.create_sheet(names[grid.key]), grid, _said_of(asked, section))
    notes = list(left_out)
    if len(asked.table.accounts) <= MOST:
        _live(book.create_sheet(asked.w["book.live"]), asked)
    else:
        many = len(asked.table.accounts)
        notes.append(asked.w["book.live.too_large"].format(many=many, most=MOST))
    _notes(book.create_sheet(asked.w["book.notes"]), asked, sections, notes)
    book.save(path)


def sheet_name(title: str, place: int) -> str:
    """A name that a spreadsheet accepts: at most 31 signs, none of []:*?/\\, with its number.

    >>> sheet_name("Losses: what [if]?", 7), sheet_name("Where value added arises: chains", 8)
    ('7 Losses what if', '8 Where value added arises')
    """
    words = [str(place), *re.sub(r"[\[\]:*?/\\,]", " ", title.partition("(")[0]).split()]
    while len(" ".join(words)) > LONGEST and len(words) > 2:
        words.pop()
    return " ".join(words)[:LONGEST].strip()


def _text(sheet: Any, row: int, column: int, text: object, *, bold: bool = False) -> None:
    """A text that stays one, whatever it begins with."""
    from openpyxl.styles import Alignment, Font

    cell = sheet.cell(row, column, str(text))
    cell.data_type = "s"
    cell.font = Font(bold=bold)
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _number(sheet: Any, row: int, column: int, value: float, shape: str) -> Any:
    """A number as its shortest exact text, which openpyxl would cut, and how to show it."""
    cell = sheet.cell(row, column, repr(float(value)))
    cell.data_type, cell.number_format = "n", shape
    return cell


def _front(sheet: Any, asked: Asked, grids: Sequence[Grid], names: dict[str, str]) -> None:
    w = asked.w
    sheet.title = w["book.report"]
    title = w["page.title"].format(code=asked.code, name=asked.name, title=asked.table.meta.title)
    _text(sheet, 1, 1, title, bold=True)
    _text(sheet, 3, 1, w["book.sheet"], bold=True)
    _text(sheet, 3, 2, w["book.holds"], bold=True)
    for i, grid in enumerate(grids):
        _text(sheet, 4 + i, 1, names[grid.key])
        _text(sheet, 4 + i, 2, grid.title)
        sheet.cell(4 + i, 1).hyperlink = f"#'{names[grid.key]}'!A1"
    _text(sheet, 4 + len(grids), 1, w["book.notes"])
    sheet.cell(4 + len(grids), 1).hyperlink = f"#'{w['book.notes']}'!A1"
    sheet.column_dimensions["A"].width = 34
    sheet.column_dimensions["B"].width = 90


def _said_of(asked: Asked, section: Section) -> str:
    """Of which table a sheet speaks, in which unit, and where the rest is said."""
    w, elsewhere = asked.w, section.key in ELSEWHERE
    return w["book.source"].format(
        title=section.title if elsewhere else asked.table.meta.title,
        unit=w["book.as_named"] if elsewhere else asked.unit,
        notes=w["book.notes"],
        section=section.title,
        sources=w["sources.title"],
    )


def _sheet(sheet: Any, grid: Grid, said: str) -> None:
    """One grid: its title, heads, and numbers with all their digits and the decimals to show."""
    from openpyxl.utils import get_column_letter

    _text(sheet, 1, 1, grid.title, bold=True)
    sheet.cell(2, 1, said).data_type = "s"
    _text(sheet, 3, 1, grid.corner, bold=True)
    for j, head in enumerate(grid.heads):
        _text(sheet, 3, 2 + j, head, bold=True)
        sheet.column_dimensions[get_column_letter(2 + j)].width = 18
    cells = grid.frame.to_numpy(dtype=object)
    for i, label in enumerate(grid.rows):
        _text(sheet, 4 + i, 1, label, bold=i in grid.bold)
        for j, value in enumerate(cells[i]):
            digits = grid.decimals(i, j)
            if digits is None:
                _text(sheet, 4 + i, 2 + j, value)
            elif np.isfinite(float(value)):
                shape = "#,##0" + ("." + "0" * digits if digits else "")
                _number(sheet, 4 + i, 2 + j, value, shape)
    sheet.column_dimensions["A"].width = 46
    sheet.freeze_panes = "B4"


def _notes(sheet: Any, asked: Asked, sections: Sequence[Section], left_out: Sequence[str]) -> None:
    """Every sentence of the page, by section, sources and checksums among them."""
    row = 1
    for section in sections:
        lists = [(title, texts) for title, texts in (section.lists or {}).items()]
        said = [*section.lead, *section.notes]
        blocks = [(section.title, said), *lists]
        for title, texts in blocks:
            if not texts:
                continue
            _text(sheet, row, 1, title, bold=True)
            for text in texts:
                row += 1
                _text(sheet, row, 1, text)
            row += 2
    _text(sheet, row, 1, asked.w["page.left_out"], bold=True)
    for text in left_out or [asked.w["page.left_out.none"]]:
        row += 1
        _text(sheet, row, 1, text)
    sheet.column_dimensions["A"].width = 120


def _live(sheet: Any, asked: Asked) -> None:
    """f and x on top, below them Z, I - A and its inverse as formulas, with our values beside."""
    from openpyxl.styles import PatternFill
    from openpyxl.utils import get_column_letter as letter
    from openpyxl.worksheet.formula import ArrayFormula

    w, table = asked.w, asked.table
    n, blocks = len(table.accounts), table.arrays
    keys = [show(key) for key in table.accounts.keys]
    _text(sheet, 1, 1, w["book.live"], bold=True)
    sheet.cell(2, 1, w["book.live.lead"]).data_type = "s"
    heads = ["sector", "name", "demand", "output", "live", "difference"]
    for j, head in enumerate([*heads, "multiplier", "multiplier_live", "difference"]):
        _text(sheet, FIRST - 1, 1 + j, w[f"book.live.{head}"].format(unit=asked.unit), bold=True)
    top = {name: FIRST + n + GAP + k * (n + GAP) for k, name in enumerate(("Z", "IA", "L"))}
    first, last = letter(3), letter(2 + n)
    span = {name: f"${first}${row}:${last}${row + n - 1}" for name, row in top.items()}
    f, m = blocks.Y.sum(axis=1), multipliers.output(table).to_numpy()
    yellow = PatternFill("solid", fgColor="FFF2CC")
    for i in range(n):
        row = FIRST + i
        _text(sheet, row, 1, keys[i])
        _text(sheet, row, 2, table.accounts.names[i])
        _number(sheet, row, 3, f[i], "#,##0").fill = yellow
        _number(sheet, row, 4, blocks.x[i], "#,##0")
        sheet.cell(row, 6, f"=E{row}-D{row}")
        if np.isfinite(m[i]):
            _number(sheet, row, 7, m[i], "0.0000")
            column = letter(3 + i)
            sheet.cell(row, 8, f"=SUM({column}{top['L']}:{column}{top['L'] + n - 1})")
            sheet.cell(row, 9, f"=H{row}-G{row}")
        for column, shape in ((5, "#,##0"), (6, "0.0E+00"), (8, "0.0000"), (9, "0.0E+00")):
            sheet.cell(row, column).number_format = shape
    outputs, demand = f"E{FIRST}:E{FIRST + n - 1}", f"C{FIRST}:C{FIRST + n - 1}"
    sheet[f"E{FIRST}"] = ArrayFormula(outputs, f"=MMULT({span['L']},{demand})")
    for name, title in (("Z", "flows"), ("IA", "identity"), ("L", "inverse")):
        _text(sheet, top[name] - 1, 1, w[f"book.live.{title}"].format(unit=asked.unit), bold=True)
        for i in range(n):
            _text(sheet, top[name] - 1, 3 + i, keys[i], bold=True)
            _text(sheet, top[name] + i, 1, keys[i])
    for i in range(n):
        for j in range(n):
            _number(sheet, top["Z"] + i, 3 + j, blocks.Z[i, j], "#,##0")
            flow = f"{letter(3 + j)}{top['Z'] + i}"
            share = f"IF($D${FIRST + j}=0,0,{flow}/$D${FIRST + j})"
            cell = sheet.cell(top["IA"] + i, 3 + j, f"={int(i == j)}-{share}")
            cell.number_format = "0.0000"
            sheet.cell(top["L"] + i, 3 + j).number_format = "0.0000"
    sheet[f"{first}{top['L']}"] = ArrayFormula(
        span["L"].replace("$", ""), f"=MINVERSE({span['IA']})"
    )
    sheet.column_dimensions["B"].width = 40
    sheet.freeze_panes = f"C{FIRST}"
