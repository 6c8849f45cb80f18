"""What makes the rows and columns of an INEGI table unfit to be one, each refused by name."""

from __future__ import annotations

from iomodel.errors import LabelError
from iomodel.readers.cells import Grid, column_name, is_blank
from iomodel.readers.figures import short
from iomodel.readers.inegi_codes import Line


def refuse_ragged(grid: Grid, header: int) -> None:
    """A csv row with more or fewer fields than the header."""
    if grid.source.kind != "csv":
        return
    width = len(grid.rows[header])
    for at, row in enumerate(grid.rows[header + 1 :], header + 1):
        extra = any(not is_blank(value) for value in row[width:])
        if extra or (len(row) < width and sum(not is_blank(value) for value in row) > 1):
            raise grid.refusal(
                f"row {at + 1} has {len(row)} fields, the header has {width}",
                "Look there for a comma too many or too few, or a label without its quotes.",
            )


def refuse_unlabelled(grid: Grid, rows: list[int], columns: list[int]) -> None:
    """Figures in a row or column without a label."""
    found = [f"row {at + 1}" for at in rows] + [f"column {column_name(at)}" for at in columns]
    if found:
        raise LabelError(
            f"{grid.name}: {len(found)} rows or columns hold figures but have no label "
            f"({found[0]} is the first).",
            found,
            "Give each its code and name, or empty it.",
        )


def refuse_transposed(grid: Grid, rows: list[Line], columns: list[Line]) -> None:
    """Final demand in rows and primary inputs in columns."""
    wrong_rows = [line.code for line in rows if line.role == "demand"]
    wrong_columns = [line.code for line in columns if line.role == "primary"]
    if wrong_rows and wrong_columns:
        raise grid.refusal(
            f"the table looks transposed: final demand ({wrong_rows[0]}) stands in rows and "
            f"primary inputs ({wrong_columns[0]}) in columns",
            "Transpose the sheet: rows sell, columns buy.",
        )


def refuse_unknown(grid: Grid, rows: list[Line], columns: list[Line]) -> None:
    """Rows and columns that have figures and play no known part."""
    found = [
        f"row {line.at + 1} '{short(line.label.text)}'"
        for line in rows
        if line.role in ("unknown", "demand")
    ] + [
        f"column {column_name(line.at)} '{short(line.label.text)}'"
        for line in columns
        if line.role in ("unknown", "primary")
    ]
    if found:
        raise grid.refusal(
            f"{len(found)} rows or columns play no part this reader knows: {found[0]}",
            "A sum must carry INEGI's code (UON, P.1, B.1bV ...); delete what is not of the table.",
            found,
        )


def refuse_repeated_accounts(
    grid: Grid, rows: list[Line], columns: list[Line], *, open_data: bool
) -> None:
    """The same account twice (only the open data repeat codes of rows: there the first counts)."""
    roles = ("primary", "satellite", "sum", "demand", "output")
    found = _twice("row", [line for line in rows if line.role in roles and not open_data])
    found += _twice("column", [line for line in columns if line.role in roles])
    if found:
        raise LabelError(
            f"{grid.name}: {len(found)} accounts stand twice: {found[0]}.",
            found,
            "Keep the one that belongs to the table.",
        )


def _twice(what: str, lines: list[Line]) -> list[str]:
    name = column_name if what == "column" else lambda at: str(at + 1)
    first: dict[str, int] = {}
    found = []
    for line in lines:
        key = line.code or line.role
        if key in first:
            where = f"{what}s {name(first[key])} and {name(line.at)}"
            found.append(f"'{short(line.label.text)}' in {where}")
        first.setdefault(key, line.at)
    return found


def in_row_order(grid: Grid, rows: list[Line], columns: list[Line]) -> tuple[list[Line], list[str]]:
    """The columns with those of Z in the order of the rows, after the checks on their codes."""
    sectors = [line for line in rows if line.role == "sector"]
    across = [line for line in columns if line.role == "sector"]
    _refuse_repeated(grid, sectors, across)
    _refuse_levels(grid, [line.code for line in sectors])
    there = {line.code: line for line in across}
    down = {line.code for line in sectors}
    if not down & set(there):
        raise grid.refusal(
            f"its {len(down)} rows and {len(there)} columns have no sector in common: it looks "
            "like a supply or use table",
            "This reader needs a symmetric table.",
        )
    only_rows = [f"'{code}' is a row but not a column" for code in down - set(there)]
    only_columns = [f"'{code}' is a column but not a row" for code in set(there) - down]
    if only_rows or only_columns:
        raise LabelError(
            f"{grid.name}: rows and columns are not the same sectors ({len(only_rows)} rows and "
            f"{len(only_columns)} columns without their counterpart).",
            sorted(only_rows) + sorted(only_columns),
            "A symmetric table needs each sector once down and once across.",
        )
    ordered = [there[line.code] for line in sectors]
    notes = [] if ordered == across else ["columns put in the order of the rows, by code"]
    return [*ordered, *(line for line in columns if line.role != "sector")], notes


def _refuse_repeated(grid: Grid, rows: list[Line], columns: list[Line]) -> None:
    found = [*_twice("row", rows), *_twice("column", columns)]
    if found:
        raise LabelError(
            f"{grid.name}: {len(found)} sectors stand twice: {found[0]}.",
            found,
            "Each sector stands once down and once across.",
        )


def _refuse_levels(grid: Grid, codes: list[str]) -> None:
    parts = {code: _prefixes(code) for code in codes}
    owner = {prefix: code for code, prefixes in parts.items() for prefix in prefixes}
    below: dict[str, list[str]] = {}
    for code, prefixes in parts.items():
        above = [
            {owner[part[:k]] for k in range(1, len(part)) if part[:k] in owner} for part in prefixes
        ]
        for parent in set.intersection(*above) - {code}:
            below.setdefault(parent, []).append(code)
    for code, details in below.items():
        raise grid.refusal(
            f"sector '{code}' stands beside its own parts ({', '.join(details[:4])}"
            f"{' ...' if len(details) > 4 else ''}): everything in it is counted twice",
            "Keep one level of the classification.",
        )


def _prefixes(code: str) -> list[str]:
    if "-" in code:
        first, last = code.split("-", 1)
        if first.isdigit() and last.isdigit() and len(first) == len(last) and first <= last:
            return [str(number) for number in range(int(first), int(last) + 1)]
    return code.split(",")
