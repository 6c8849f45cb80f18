"""Cells read strictly as numbers: what is not one is refused by the name of its cell."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from iomodel.accounts import EXACT_INTEGERS, Array
from iomodel.errors import CellError
from iomodel.readers.cells import Grid, a1, is_blank

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
UNROUNDED = 99

_TOO_LARGE = (
    "is beyond 2**53 and loses digits as a floating point number",
    "State the table in a larger unit (millions).",
)
_NOT_FINITE = ("is not finite", "Write the number; a missing value is never taken as zero.")


@dataclass(frozen=True, eq=False)
class Numbers:
    """Cells read as numbers: values (0 where blank), which were blank, and what was replaced."""

    values: Array
    blank: npt.NDArray[np.bool_]
    decimals: int
    notes: tuple[str, ...]


def numbers(
    grid: Grid,
    rows: Mapping[int, str],
    columns: Mapping[int, str],
    missing: Mapping[str, float] | None = None,
) -> Numbers:
    """The cells at these rows and columns (each with its label) as float64; CellError otherwise.

    A number cell holds a finite number and nothing else: text, dates, booleans, Excel errors and
    integers beyond 2**53 are refused by the name of the cell.  `missing` says which texts count
    as which number; every use is noted.  Blank cells are 0 and reported in `blank`.
    """
    values = np.zeros((len(rows), len(columns)))
    blank = np.zeros(values.shape, dtype=bool)
    bad: list[tuple[int, int]] = []
    replaced: dict[str, list[str]] = {}
    decimals = 0
    for i, row in enumerate(rows):
        line = grid.rows[row]
        for j, column in enumerate(columns):
            value = line[column] if column < len(line) else None
            kind = type(value)
            if kind is float or kind is int:
                number: float | None = value  # type: ignore[assignment]
            elif is_blank(value):
                blank[i, j] = True
                continue
            elif isinstance(value, str):
                text = value.strip()
                if missing and text in missing and not text.startswith("#"):
                    values[i, j] = missing[text]
                    replaced.setdefault(text, []).append(a1(row, column))
                    continue
                plain = grid.source.kind == "csv" and _NUMBER.fullmatch(text)
                number = float(text) if plain else None
                if plain:
                    decimals = max(decimals, _decimals(text))
            else:
                number = None
            if number is None or not -EXACT_INTEGERS < number < EXACT_INTEGERS:
                bad.append((row, column))
            else:
                values[i, j] = number
    if bad:
        raise bad_cells(grid, bad, rows, columns)
    if grid.source.kind == "xlsx" and not (values == np.round(values)).all():
        decimals = UNROUNDED  # a workbook stores binary fractions: no last digit can be told
    notes = tuple(
        f"missing=: {len(cells)} cells '{text}' counted as {(missing or {})[text]:g} "
        f"({', '.join(cells[:5])}{' ...' if len(cells) > 5 else ''})"
        for text, cells in replaced.items()
    )
    return Numbers(values, blank, decimals, notes)


def _decimals(text: str) -> int:
    mantissa, _, exponent = text.lower().partition("e")
    return UNROUNDED if exponent else len(mantissa.partition(".")[2])


def bad_cells(
    grid: Grid,
    cells: Sequence[tuple[int, int]],
    rows: Mapping[int, str],
    columns: Mapping[int, str],
    reason: str = "",
    remedy: str = "",
) -> CellError:
    """The error about these cells: each by its name, its labels, its value and what to do."""
    found = []
    for row, column in cells:
        value = grid.at(row, column)
        why, advice = (reason, remedy) if reason else _objection(value)
        remedy = remedy or advice
        found.append(
            f"{grid.cell(row, column)} (row '{short(rows[row])}', column "
            f"'{short(columns[column])}'): value {_shown(value)} {why}."
        )
    if len(found) == 1:
        fact, findings = found[0], []
    else:
        fact, findings = f"{grid.name}: {len(found)} cells do not hold what they should.", found
    return CellError(
        fact,
        findings,
        remedy,
        file=str(grid.source.path),
        sheet=grid.sheet,
        cell=a1(*cells[0]),
    )


def short(label: str, width: int = 48) -> str:
    """A label cut to a width that still fits a line."""
    return label if len(label) <= width else label[: width - 1] + "…"


def _shown(value: object) -> str:
    if isinstance(value, (datetime.date, datetime.time)):
        return f"{value.isoformat()}"
    return "(blank)" if is_blank(value) else repr(value)


def _objection(value: object) -> tuple[str, str]:
    if isinstance(value, bool):
        return "is a truth value, not a number", "Write the number."
    if isinstance(value, (datetime.date, datetime.time, datetime.timedelta)):
        return "is a date, not a number", "The spreadsheet turned a figure into a date: undo it."
    if isinstance(value, (int, float)):
        return _TOO_LARGE if math.isfinite(value) else _NOT_FINITE
    text = str(value).strip()
    if text.startswith("#"):
        return "is an error of the spreadsheet", "Mend the formula there and save the file again."
    if text.endswith("%"):
        return "is a percentage, not a flow", "Use the table of flows in pesos."
    if _NUMBER.fullmatch(text) and math.isfinite(float(text)):
        if abs(float(text)) >= EXACT_INTEGERS:
            return _TOO_LARGE
        return (
            "is text, not a number, though it looks like one",
            "Convert the cells to numbers in the spreadsheet.",
        )
    if _NUMBER.fullmatch(text) or text.lower().lstrip("+-") in ("nan", "inf", "infinity"):
        return _NOT_FINITE
    if re.fullmatch(r"[\d.,_'\s()\u2212\u202f\u00a0+-]+", text) and re.search(r"\d", text):
        return (
            "is not a plain number",
            "Write digits with a decimal point and nothing else: 1234.5, -5.",
        )
    return "is not a number", f'Pass missing={{"{text}": 0}} to treat it as zero.'
