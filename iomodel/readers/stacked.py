"""Sheets whose labels stand in several rows above and columns beside: WIOD's and ADB's tables."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from iomodel.accounts import Array
from iomodel.identities import tolerance
from iomodel.meta import Meta
from iomodel.readers.cells import Grid, a1, formulas, is_blank, read_grids
from iomodel.readers.figures import bad_cells, numbers
from iomodel.readers.files import open_source
from iomodel.readers.labels import clean
from iomodel.readers.matrix import last_digit
from iomodel.readers.passing import Key
from iomodel.readers.world import World, require_same, require_totals

TOTAL = "TOT"
HEADER_ROWS = 12
MOVED = (
    "adjustments from c.i.f. to f.o.b., purchases of residents abroad and of non-residents (below "
    "zero) and international transport margins stand with imports: no region's industry sells them"
)
YEAR = re.compile(r"(?:19|20)\d{2}")
_FIRST = re.compile(r"c0*1", re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    """Where labels stand and what they are called.

    `code` is how many rows above the row of 'c1' (and columns left of its column) codes stand;
    `demand` and `inputs` are told by these codes, `totals` are the rows of intermediate consumption
    and of output.  `words` must stand in the name of a row or column of that code.
    """

    name: str
    code: int
    demand: Mapping[str, str]
    inputs: Mapping[str, str]
    totals: tuple[str, str]
    words: Mapping[str, str]


def read_stacked(path: str | os.PathLike[str], layout: Layout) -> tuple[Grid, World, Meta]:
    """The blocks of a sheet, its stated totals held against the sums of their parts."""
    grids = read_grids(open_source(path))
    found = [(grid, corner) for grid in grids if (corner := _corner(grid)) is not None]
    if len(found) != 1:
        raise grids[0].refusal(
            f"{len(found)} sheets have a row and a column of labels that begin with 'c1'",
            f"Give the workbook with one table of {layout.name}.",
            [grid.name for grid in grids],
        )
    grid, (top, left) = found[0]
    return _blocks(grid, top, left, layout)


def is_stacked(grids: Sequence[Grid], layout: Layout) -> bool:
    """Whether a sheet has these labels and, beside them, the code of output of this layout."""
    for grid in grids:
        corner = _corner(grid)
        if corner is not None:
            column = corner[1] - 1 - layout.code
            beside = {str(grid.at(row, column)).strip() for row in range(corner[0], len(grid.rows))}
            return layout.totals[1] in beside
    return False


def _corner(grid: Grid) -> tuple[int, int] | None:
    """The row of the tags 'c1', 'c2' ... above the figures, and their first column."""
    for row, line in enumerate(grid.rows[:HEADER_ROWS]):
        column = next((at for at, value in enumerate(line[:12]) if not is_blank(value)), 0)
        if row > 2 < column and _FIRST.fullmatch(str(line[column]).strip()):
            return row, column
    return None


def _blocks(grid: Grid, top: int, left: int, layout: Layout) -> tuple[Grid, World, Meta]:
    down, paid, names = _side(grid, top, left, layout, rows=True)
    across, final, _ = _side(grid, top, left, layout, rows=False)
    industries = {key: at for key, at in across.items() if key[1] not in layout.demand}
    demand = {key: at for key, at in across.items() if key[1] in layout.demand}
    require_same(grid.source, list(down), list(industries))
    lacking = [f"no row '{code}'" for code in (*layout.inputs, *layout.totals) if code not in paid]
    lacking += [] if len(final) == 1 else [f"{len(final)} columns of totals ('TOT'), not one"]
    lacking += [] if demand else ["no column of final demand"]
    if lacking:
        raise grid.refusal(
            f"{len(lacking)} rows or columns of a table of {layout.name} are missing",
            "Read the whole sheet, as it is published.",
            lacking,
        )
    rows = [*down.values(), *(paid[code] for code in (*layout.inputs, *layout.totals))]
    columns = [*(industries[key] for key in down), *demand.values(), *final.values()]
    n, m, k = len(down), len(layout.inputs), len(demand)
    values, notes = _figures(grid, rows, columns, n, m)
    digit = last_digit(values)
    Z, Y, x = values[:n, :n], values[:n, n : n + k], values[:n, -1]
    keys, allowed = list(down), tolerance(x, n + 1, digit)
    bought, output = values[n + m, :n], values[n + m + 1, :n]
    words = ("intermediate consumption", "output (row against column)")
    for what, stated, parts in ((words[0], bought, Z.sum(axis=0)), (words[1], output, x)):
        require_totals(grid.source, what, keys, stated, parts, allowed)
    world = World(
        tuple(down),
        tuple(demand),
        tuple(layout.inputs),
        Z,
        Y,
        values[n : n + m, :n],
        values[n : n + m, n : n + k],
        x,
        names,
    )
    return grid, world, _meta(grid, top, digit, notes)


def _side(
    grid: Grid, top: int, left: int, layout: Layout, *, rows: bool
) -> tuple[dict[Key, int], dict[str, int], dict[str, str]]:
    """Places of (region, code) on one side, of the totals by code, and the name of each code."""
    first = top + 1 if rows else left
    last = len(grid.rows) if rows else max(map(len, grid.rows[top - 1 : top + 1]))

    def at(place: int, back: int) -> str:
        row, column = (place, left - 1 - back) if rows else (top - back, place)
        return clean(grid.at(row, column), grid.cell(row, column))

    keys: dict[Key, int] = {}
    totals: dict[str, int] = {}
    names: dict[str, str] = {}
    faults = []
    for place in range(first, last):
        region, code, name = at(place, 1), at(place, layout.code), at(place, 2)
        where = a1(place, left - 1) if rows else a1(top, place)
        if not region:
            continue
        if region.upper() == TOTAL:
            code = code if rows else TOTAL
            known = not rows or code in layout.inputs or code in layout.totals
            if code in totals or not known:
                faults.append(f"{where}: '{code}' ({name}) stands twice or is no total")
            totals[code] = place
        elif not code or (region, code) in keys:
            faults.append(f"{where}: '{region}, {code}' has no code or stands twice")
        else:
            keys[region, code] = place
            names.setdefault(code, name or code)
        if layout.words.get(code, "") not in name.lower():
            faults.append(f"{where}: '{code}' is called '{name}', not '{layout.words[code]} ...'")
    if faults:
        side = "rows" if rows else "columns"
        raise grid.refusal(
            f"{len(faults)} {side} are not those of a table of {layout.name}",
            "Read the sheet as it is published.",
            faults,
        )
    return keys, totals, names


def _figures(
    grid: Grid, rows: list[int], columns: list[int], n: int, m: int
) -> tuple[Array, list[str]]:
    """The cells as numbers; blanks are zero, but no formula that was saved without its value."""
    down = {at: str(grid.at(at, 2)) for at in rows}
    over = {at: a1(0, at) for at in columns}
    read = numbers(grid, down, over)
    blank = read.blank.copy()
    blank[n + m :, n:] = blank[n:, -1] = False  # totals of final demand and of totals: not used
    if not blank.any():
        return read.values, []
    blanks = [(rows[i], columns[j]) for i, j in np.argwhere(blank)]
    unknown = formulas(grid, blanks)
    if unknown:
        raise bad_cells(
            grid,
            sorted(unknown),
            down,
            over,
            "is a formula saved without its value",
            "Open and save it in a spreadsheet program, so that values stand beside formulas.",
        )
    note = f"{len(blanks)} blank cells counted as zero, which the stated totals confirm"
    return read.values, [note]


def _meta(grid: Grid, top: int, digit: float, notes: list[str]) -> Meta:
    """Year and unit from what stands in the corner, or the year from the name of the file."""
    said = [str(v) for row in grid.rows[:top] for v in row[:1] if not is_blank(v)]
    dollars = any("million" in text.lower() and "us$" in text.lower() for text in said)
    if not dollars:
        raise grid.refusal(
            "no cell above the table says that figures are millions of US$",
            "Give the sheet with its title, as it is published.",
            said,
        )
    years = YEAR.findall(" ".join([grid.source.name, grid.sheet, *said]))
    year = int(years[0]) if years else None
    return Meta(
        country="World",
        year=year,
        unit="million US$",
        currency="USD",
        prices="current",
        sha256=grid.source.sha256,
        precision=digit,
        assumptions=(MOVED,),
        history=(f"read from {grid.name}", *grid.notes, *notes),
    )
