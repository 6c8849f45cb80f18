"""WIOD's national input-output tables (release 2016): one table a year, imports taken apart."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from iomodel.accounts import Accounts, Array
from iomodel.arguments import typed
from iomodel.errors import BalanceError, LabelError, TableError
from iomodel.identities import tolerance
from iomodel.meta import Blocks, Meta
from iomodel.readers.cells import Grid, a1, read_grids
from iomodel.readers.figures import UNROUNDED, bad_cells, numbers
from iomodel.readers.files import open_source
from iomodel.readers.labels import clean
from iomodel.storage import prefixed
from iomodel.table import IOTable

HEADER = ("Year", "Code", "Description", "Origin")
DEMAND = {
    "CONS_h": ("Final consumption of households", "private_consumption"),
    "CONS_np": ("Final consumption of non-profit institutions", "private_consumption"),
    "CONS_g": ("Final consumption of government", "government_consumption"),
    "GFCF": ("Gross fixed capital formation", "fixed_investment"),
    "INVEN": ("Changes in inventories and valuables", "inventories"),
    "EXP": ("Exports", "exports"),
}
OUTPUT = "GO"
INPUTS = {
    "IMP": ("Imports f.o.b.", "imports"),
    "IntTTM": ("International transport margins on imports", "imports"),
    "PURR": ("Direct purchases abroad by residents", "imports"),
    "TXSP": ("Taxes less subsidies on products", "product_taxes"),
    "PURNR": ("Purchases on the domestic territory by non-residents", "moved"),
    "VA": ("Value added at basic prices", "value_added"),
}
BOUGHT = "II_fob"  # domestic and imported purchases together: held against their parts, not kept
ADJUSTED = "EXP_adj"
DOMESTIC, IMPORTED, TOTALS = "Domestic", "Imports", "TOT"
SOURCE = (
    "World Input-Output Database, release of November 2016, national input-output table (Timmer, "
    "M. P., Dietzenbacher, E., Los, B., Stehrer, R. and de Vries, G. J. (2015), Review of "
    "International Economics 23, 575-605), doi 10.34894/PJ2M1C"
)
LICENCE = "CC BY 4.0"
MOVED = (
    "purchases of non-residents on the territory (PURNR) are put to exports: the file takes them "
    "out of household consumption and puts them nowhere"
)
FREIGHT = "international transport margins on imports count as imports"
MODELLED = (
    "WIOD's Mexico is modelled: industries are estimated from supply and use tables, the user of "
    "an import by its end use, and exporters (maquila) are not apart"
)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[ \u00a0]\d{3})+(?:\.\d+)?")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_COUNTRY = re.compile(r"([A-Z]{3})_NIOT")


@dataclass(frozen=True, eq=False)
class _Sheet:
    """Where the columns and the rows of each year stand, by code."""

    grid: Grid
    industries: dict[str, int]
    demand: dict[str, int]
    output: int
    years: dict[int, dict[tuple[str, str], int]]


@typed
def read_wiod(path: str | os.PathLike[str], *, year: int) -> IOTable:
    """A checked table of one year from a national table of WIOD (release 2016, csv or workbook).

    Z and Y hold domestic flows at basic prices; V and W hold imports (the column sums of the
    imported block), international transport margins on them, residents' purchases abroad, taxes
    less subsidies on products and value added, which the file does not split.  Million US$ at
    current prices, as printed.  Purchases of non-residents, which the file only takes out of
    household consumption, are put to exports, and the history says so.  Industries without output
    stay, and stay out of means.

    Every stated total (intermediate consumption, output) is held against its parts within what
    rounding allows.  Raises FileError, LayoutError, CellError, LabelError, BalanceError, each with
    file, row, value and what to do; a year the file does not hold is a LayoutError that lists those
    it does.
    Reference: Timmer, Dietzenbacher, Los, Stehrer and de Vries (2015), An illustrated user guide
    to the World Input-Output Database, Review of International Economics 23, 575-605.
    """
    sheet = _survey(path)
    if year not in sheet.years:
        held = _span(sorted(sheet.years))
        raise sheet.grid.refusal(f"it holds no year {year}", f"Its years are {held}.")
    return _table(sheet, year)


def read_wiod_years(path: str | os.PathLike[str]) -> dict[int, IOTable]:
    """Every year of a national table of WIOD, each as `read_wiod` gives it, in order."""
    sheet = _survey(path)
    return {year: _table(sheet, year) for year in sorted(sheet.years)}


def is_wiod(grids: Sequence[Grid]) -> bool:
    """Whether a sheet begins as a national table of WIOD does."""
    return any(_header(grid) is not None for grid in grids)


def _header(grid: Grid) -> int | None:
    for at, row in enumerate(grid.rows[:10]):
        if tuple(str(cell or "").strip() for cell in row[: len(HEADER)]) == HEADER:
            return at
    return None


def _span(years: Sequence[int]) -> str:
    whole = len(years) > 2 and list(years) == list(range(years[0], years[-1] + 1))
    return f"{years[0]} to {years[-1]}" if whole else ", ".join(map(str, years))


def _survey(path: str | os.PathLike[str]) -> _Sheet:
    """The columns and rows of every year by code; what is missing or twice is refused by name."""
    grids = read_grids(open_source(path))
    grid = next((grid for grid in grids if _header(grid) is not None), None)
    if grid is None:
        raise grids[0].refusal(
            f"no row begins with {', '.join(HEADER)}",
            "This reader knows national tables of WIOD, release 2016 (NIOT). Other layouts: "
            "read_inegi, or give the blocks to IOTable.from_frames.",
        )
    head = _header(grid) or 0
    columns: dict[str, int] = {}
    for at in range(len(HEADER), len(grid.rows[head])):
        code = clean(grid.at(head, at), grid.cell(head, at))
        if code in columns:
            raise LabelError(
                f"{grid.name}: column '{code}' stands twice, in {a1(head, columns[code])} and "
                f"{a1(head, at)}.",
                remedy="Keep each column once.",
            )
        if code:
            columns[code] = at
    lacking = [code for code in (*DEMAND, OUTPUT) if code not in columns]
    industries = {c: at for c, at in columns.items() if c not in DEMAND and c != OUTPUT}
    if lacking or not industries:
        raise grid.refusal(
            f"{len(lacking)} columns are missing",
            "Read the whole file, as WIOD publishes it.",
            [f"column '{code}'" for code in lacking] or ["no column of an industry"],
        )
    demand = {code: columns[code] for code in DEMAND}
    found = _Sheet(grid, industries, demand, columns[OUTPUT], _years(grid, head))
    for year, rows in found.years.items():
        _require_rows(found, year, rows)
    return found


def _years(grid: Grid, head: int) -> dict[int, dict[tuple[str, str], int]]:
    years: dict[int, dict[tuple[str, str], int]] = {}
    width = len(grid.rows[head])
    for at in range(head + 1, len(grid.rows)):
        row = grid.rows[at]
        year = str(row[0] if row and row[0] is not None else "").strip()
        if not year:  # the line of names, or a blank one
            continue
        if not _YEAR.fullmatch(year):
            raise grid.refusal(
                f"{a1(at, 0)} holds {year!r} where a year is expected",
                "Delete what is no row of the table.",
            )
        if grid.source.kind == "csv" and len(row) != width:
            raise grid.refusal(
                f"row {at + 1} (year {year}) has {len(row)} fields, the header {width}",
                "The file is cut short or was edited: download it again.",
            )
        code, origin = (clean(grid.at(at, k), grid.cell(at, k)) for k in (1, 3))
        rows = years.setdefault(int(year), {})
        if (origin, code) in rows:
            raise LabelError(
                f"{grid.name}: row '{code}' ({origin}) of {year} stands twice, in rows "
                f"{rows[origin, code] + 1} and {at + 1}.",
                remedy="Keep each row once.",
            )
        rows[origin, code] = at
    if not years:
        raise grid.refusal("no row of figures stands below the header", "Download it again.")
    return years


def _require_rows(sheet: _Sheet, year: int, rows: dict[tuple[str, str], int]) -> None:
    """Raise unless a year has its industries twice, each total once, and nothing else."""
    wanted = [(origin, code) for origin in (DOMESTIC, IMPORTED) for code in sheet.industries]
    wanted += [(TOTALS, c) for c in (*INPUTS, BOUGHT, OUTPUT) if c != "IMP"]
    faults = [
        f"missing: '{code}' ({origin})" for origin, code in wanted if (origin, code) not in rows
    ]
    faults += [
        f"unknown: '{code}' ({origin}), row {at + 1}"
        for (origin, code), at in rows.items()
        if (origin, code) not in [*wanted, (TOTALS, ADJUSTED)]
    ]
    if faults:
        raise sheet.grid.refusal(
            f"year {year} does not have the rows of a national table of WIOD: {len(faults)} faults",
            "The file is cut short or of another layout: download it again.",
            faults,
        )


def _table(sheet: _Sheet, year: int) -> IOTable:
    rows = sheet.years[year]
    across = {**sheet.industries, **sheet.demand, OUTPUT: sheet.output}
    n, k = len(sheet.industries), len(sheet.demand)

    codes = list(sheet.industries)
    read, decimals = _figures(sheet.grid, rows, across, year)
    by_row = dict(zip(rows, read, strict=True))
    home = np.array([by_row[DOMESTIC, code] for code in codes])
    bought = np.array([by_row[IMPORTED, code] for code in codes])
    stated = {code: by_row[TOTALS, code] for code in (*INPUTS, BOUGHT, OUTPUT) if code != "IMP"}
    precision = 0.0 if decimals == UNROUNDED else 10.0**-decimals
    stated["IMP"] = bought.sum(axis=0)
    x = home[:, n + k]
    _require_stated(sheet, year, home, stated, x, precision)
    if by_row.get((TOTALS, ADJUSTED), np.zeros(1)).any():
        at = rows[TOTALS, ADJUSTED]
        raise sheet.grid.refusal(
            f"row {at + 1} ({ADJUSTED}) adjusts exports from c.i.f. to f.o.b. in {year}",
            "This reader does not know on which side the other half stands: put it there and "
            "give the blocks to IOTable.from_frames.",
        )
    primary = np.array([stated[code] for code in INPUTS])
    V, W = primary[:, :n].copy(), primary[:, n : n + k].copy()
    moved = list(INPUTS).index("PURNR")
    W[moved, list(DEMAND).index("EXP")] -= V[moved].sum() + W[moved].sum()
    blocks = Blocks(home[:, :n], home[:, n : n + k], V, W, x, np.zeros((0, n)))
    names = [clean(sheet.grid.at(rows[DOMESTIC, code], 2)) for code in codes]
    try:
        table = IOTable(
            Accounts.of(codes, names=names),
            _accounts(DEMAND, "category"),
            _accounts(INPUTS, "input"),
            blocks,
            _meta(sheet.grid, year, precision),
        )
        return table.require_balanced()
    except TableError as error:
        raise prefixed(error, f"{sheet.grid.name}, year {year}") from error


def _accounts(listed: dict[str, tuple[str, str]], axis: str) -> Accounts:
    return Accounts.of(
        list(listed),
        names=[name for name, _ in listed.values()],
        kinds=[kind for _, kind in listed.values()],
        axis=axis,
    )


def _meta(grid: Grid, year: int, precision: float) -> Meta:
    named = _COUNTRY.match(grid.source.name)
    country = named[1] if named else ""
    return Meta(
        title=f"{country or 'National table'} {year}, WIOD release 2016, domestic",
        country=country,
        year=year,
        unit="million US$",
        currency="USD",
        source=f"{SOURCE} ({grid.source.name})",
        licence=LICENCE,
        sha256=grid.source.sha256,
        precision=precision,
        assumptions=(MODELLED, FREIGHT, MOVED),
        history=(f"read from {grid.name}, year {year}", *grid.notes, MOVED),
    )


def _figures(
    grid: Grid, rows: dict[tuple[str, str], int], columns: dict[str, int], year: int
) -> tuple[Array, int]:
    """The cells at these rows and columns; a thousands separator of WIOD is a space."""
    down = {at: f"{code} ({origin}), {year}" for (origin, code), at in rows.items()}
    over = {at: code for code, at in columns.items()}
    if grid.source.kind == "csv":
        lines = list(grid.rows)
        for at in down:
            lines[at] = tuple(_plain(cell) for cell in lines[at])
        plain = replace(grid, rows=tuple(lines))
    else:
        plain = grid
    read = numbers(plain, down, over)
    if read.blank.any():
        cells = [(list(down)[i], list(over)[j]) for i, j in np.argwhere(read.blank)]
        raise bad_cells(
            grid,
            cells,
            down,
            over,
            "is no number",
            "Write the figure there (0 where there is none).",
        )
    return read.values, read.decimals


def _plain(cell: object) -> object:
    if isinstance(cell, str) and _GROUPED.fullmatch(cell.strip()):
        return cell.strip().replace(" ", "").replace("\u00a0", "")
    return cell


def _require_stated(
    sheet: _Sheet, year: int, home: Array, stated: dict[str, Array], x: Array, precision: float
) -> None:
    """Raise unless the stated totals are the sums of their parts, within rounding."""
    n = len(sheet.industries)
    codes = [*sheet.industries, *sheet.demand]
    bought = home.sum(axis=0) + stated["IMP"]
    allowed = tolerance(x, 2 * n, precision)
    faults = [
        f"'{code}': purchases add up to {bought[j]:.10g}, row '{BOUGHT}' says "
        f"{stated[BOUGHT][j]:.10g}"
        for j, code in enumerate(codes)
        if code != "EXP" and abs(bought[j] - stated[BOUGHT][j]) > allowed
    ]
    faults += [
        f"'{code}': column '{OUTPUT}' says {x[j]:.10g}, row '{OUTPUT}' {stated[OUTPUT][j]:.10g}"
        for j, code in enumerate(sheet.industries)
        if abs(x[j] - stated[OUTPUT][j]) > tolerance(x, 1, precision)
    ]
    if faults:
        raise BalanceError(
            f"{sheet.grid.name}: {len(faults)} totals of {year} are not the sums of their parts.",
            faults,
            "A figure was changed or lost: download the file again.",
        )
