"""Where the blocks of an INEGI input-output table stand, found by codes and roles, not by place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from iomodel.readers.cells import Grid, is_blank
from iomodel.readers.figures import short
from iomodel.readers.inegi_codes import Line, Role, column_line, row_line
from iomodel.readers.inegi_refusals import (
    in_row_order,
    refuse_ragged,
    refuse_repeated_accounts,
    refuse_transposed,
    refuse_unknown,
    refuse_unlabelled,
)
from iomodel.readers.labels import Label, clean, split

_SECTOR_LABEL = re.compile(r"\s*(?:[^|]*\|)?\s*\d{2,6}(?:[-,]\d{2,6})*\s*(?:---| - )")


@dataclass(frozen=True, eq=False)
class Layout:
    """A grid with a part for each of its rows and columns; columns of Z in the order of its rows.

    `titles` is what stands above the table, `footers` what stands below, `notes` what was decided.
    """

    grid: Grid
    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    titles: tuple[str, ...]
    footers: tuple[str, ...]
    notes: tuple[str, ...]

    def rows_of(self, *roles: Role) -> list[Line]:
        """The rows that play one of these parts."""
        return [line for line in self.rows if line.role in roles]

    def columns_of(self, *roles: Role) -> list[Line]:
        """The columns that play one of these parts."""
        return [line for line in self.columns if line.role in roles]

    def total(self, kind: str) -> Line | None:
        """The column of totals of this kind (DI, DF, UPPB), if there is one."""
        return next((line for line in self.columns_of("total") if line.kind == kind), None)

    def blocks(self) -> tuple[tuple[str, str], ...]:
        """The A1 range of every block."""
        across = {"Z": "sector", "Y": "demand", "totals": "total", "output": "output"}
        down = {"V": "primary", "satellites": "satellite", "sums": "sum", "output row": "output"}
        sectors = [line.at for line in self.rows_of("sector")]
        found = []
        for name, role in across.items():
            columns = [line.at for line in self.columns_of(role)]  # type: ignore[arg-type]
            found.append((name, self.grid.block(sectors, columns)))
        columns = [line.at for line in self.columns_of("sector")]
        for name, role in down.items():
            rows = [line.at for line in self.rows_of(role)]  # type: ignore[arg-type]
            found.append((name, self.grid.block(rows, columns)))
        demand = [line.at for line in self.columns_of("demand")]
        primary = [line.at for line in self.rows_of("primary")]
        found.append(("W", self.grid.block(primary, demand)))
        return tuple((name, where) for name, where in found if where)


def _label_counts(grid: Grid) -> tuple[Counter[int], Counter[int], list[tuple[int, int]]]:
    found = [
        (r, c)
        for r, row in enumerate(grid.rows)
        for c, value in enumerate(row)
        if isinstance(value, str) and _SECTOR_LABEL.match(value)
    ]
    return Counter(r for r, _ in found), Counter(c for _, c in found), found


def looks_like_table(grid: Grid) -> bool:
    """Whether sector labels stand both along a row and down a column."""
    by_row, _, found = _label_counts(grid)
    if not found:
        return False
    header = by_row.most_common(1)[0][0]
    return any(r > header for r, _ in found)


def survey(grid: Grid) -> Layout:
    """The layout of the table in a grid; LayoutError or LabelError name what does not fit."""
    by_row, _, found = _label_counts(grid)
    if not looks_like_table(grid):
        raise grid.refusal(
            "no row and column of sector labels ('3361 - name' or '3361---name') was found",
            "This reader knows INEGI's symmetric tables: the 2018 tabulado, the projected tables "
            "and the open data. Give figures of another layout to IOTable.from_frames.",
        ).keyed("no_sector_labels", file=grid.name)
    header = by_row.most_common(1)[0][0]
    label_column = Counter(c for r, c in found if r > header).most_common(1)[0][0]
    again = [r for r, count in by_row.items() if r > header and count > by_row[header] / 2 + 1]
    if again:
        raise grid.refusal(
            f"row {again[0] + 1} repeats the header of row {header + 1}",
            "Keep one table in the sheet.",
        )
    refuse_ragged(grid, header)
    rows, footers, unlabelled_rows = _rows(grid, header, label_column)
    columns, unlabelled_columns = _columns(grid, header, label_column, [r.at for r in rows])
    refuse_unlabelled(grid, unlabelled_rows, unlabelled_columns)
    refuse_transposed(grid, rows, columns)
    refuse_unknown(grid, rows, columns)
    refuse_repeated_accounts(grid, rows, columns, open_data="---" in str(grid.rows[header]))
    rows, repeated = _first_of_each(rows)
    columns, ordered = in_row_order(grid, rows, columns)
    above = [[value for value in row if not is_blank(value)] for row in grid.rows[:header]]
    titles = tuple(" ".join(str(row[0]).split()) for row in above if len(row) == 1)
    cleaned = sum(
        isinstance(grid.at(line.at, label_column), str)
        and clean(grid.at(line.at, label_column)) != grid.at(line.at, label_column)
        for line in rows
    )
    tidied = [f"white space or accents of {cleaned} labels normalised"] if cleaned else []
    notes = (*grid.notes, *tidied, *repeated, *ordered, *_notes(rows, columns))
    return Layout(grid, tuple(rows), tuple(columns), titles, tuple(footers), notes)


def _rows(grid: Grid, header: int, label_column: int) -> tuple[list[Line], list[str], list[int]]:
    lines, footers, unlabelled = [], [], []
    for at in range(header + 1, len(grid.rows)):
        label = split(grid.at(at, label_column), grid.cell(at, label_column))
        figures = any(
            not is_blank(value) for c, value in enumerate(grid.rows[at]) if c != label_column
        )
        if not label.text:
            unlabelled += [at] if figures else []
            continue
        line = row_line(at, label)
        if figures or line.role == "sector":
            lines.append(line)
        else:
            footers.append(label.text)
    return lines, footers, unlabelled


def _columns(
    grid: Grid, header: int, label_column: int, body: list[int]
) -> tuple[list[Line], list[int]]:
    above = _groups(grid, header)
    lines: list[Line] = []
    unlabelled = []
    group = ""
    width = max(len(grid.rows[at]) for at in (max(header - 1, 0), header, *body))
    for at in range(width):
        group = above[at].code if at in above else group
        if at == label_column:
            continue
        label = split(grid.at(header, at), grid.cell(header, at))
        if not label.text and at in above:
            label = above[at]
        if not label.text:
            unlabelled += [at] if any(not grid.is_blank(r, at) for r in body) else []
            continue
        lines.append(column_line(at, label, label.group or group))
    return _with_totals_by_what_follows(lines), unlabelled


def _groups(grid: Grid, header: int) -> dict[int, Label]:
    if header == 0:
        return {}
    labels = {
        at: split(value, grid.cell(header - 1, at))
        for at, value in enumerate(grid.rows[header - 1])
        if isinstance(value, str) and value.strip()
    }
    known = {"DI", "DF", "UPPB", "UTPB"}
    return labels if any(label.code in known for label in labels.values()) else {}


def _with_totals_by_what_follows(lines: Sequence[Line]) -> list[Line]:
    """A column 'Total' without a group (a csv lost the row above) sums the columns it precedes."""
    done: list[Line] = []
    following = ""
    for line in reversed(lines):
        if line.role == "total" and not line.kind:
            line = Line(line.at, line.label, line.role, following)
        elif line.role in ("sector", "demand"):
            following = "DI" if line.role == "sector" else "DF"
        done.append(line)
    return done[::-1]


def _first_of_each(rows: list[Line]) -> tuple[list[Line], list[str]]:
    """Open data repeat primary codes: the first counts, but P.1_ET (all the economy) before P.1."""
    kept: dict[tuple[str, str], Line] = {}
    left_out: list[str] = []
    for line in rows:
        key = (line.role, line.code if line.role != "output" else "P.1")
        if line.role == "sector" or key not in kept:
            kept[(line.role, f"{line.code}@{line.at}") if line.role == "sector" else key] = line
            continue
        if line.label.code == "P.1_ET" and kept[key].label.code != "P.1_ET":
            kept[key], line = line, kept[key]
        left_out.append(f"'{short(line.label.text)}' (row {line.at + 1})")
    notes = [f"repeated rows, of which the first counts: {', '.join(left_out)}"] if left_out else []
    unread = [line.label.text for line in rows if line.role == "unread"]
    if unread:
        notes.append(f"rows not read: {', '.join(map(short, unread))}")
    return sorted(kept.values(), key=lambda line: line.at), notes


def _notes(rows: Sequence[Line], columns: Sequence[Line]) -> list[str]:
    notes = []
    marked = [line for line in (*rows, *columns) if line.label.mark]
    if marked:
        listed = ", ".join(f"'{line.label.mark}' before {line.label.code}" for line in marked)
        notes.append(f"footnote marks taken off: {listed}")
    renamed = {
        line.label.code if not line.label.joined else line.code.replace("-", " - ", 1): line.code
        for line in (*rows, *columns)
        if line.label.joined or (line.label.code and line.label.code != line.code)
    }
    if renamed:
        listed = ", ".join(f"'{old}' is {new}" for old, new in renamed.items())
        notes.append(f"codes written as in the other editions: {listed}")
    return notes
