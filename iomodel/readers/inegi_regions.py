"""INEGI's bi-regional tables of 2018: a state and the rest of the country, 35 industries each."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from iomodel.accounts import Accounts
from iomodel.arguments import typed
from iomodel.errors import BalanceError
from iomodel.meta import Blocks, Meta
from iomodel.readers.cells import Grid, a1, read_grids
from iomodel.readers.figures import bad_cells, numbers
from iomodel.readers.files import open_source
from iomodel.readers.labels import clean
from iomodel.storage import prefixed
from iomodel.table import IOTable

CORNER = "row_keys"
DEMAND = {
    "cp": ("CP", "private consumption", "private_consumption"),
    "cg": ("CG", "government consumption", "government_consumption"),
    "p_51b": ("P.51b", "gross fixed capital formation", "fixed_investment"),
    "p_52": ("P.52", "changes in inventories", "inventories"),
    "d_p_6": ("P.6", "exports", "exports"),
}
PRIMARY = {
    "importaciones_internacionales_c_i_f": ("P.7", "Imports from abroad, c.i.f.", "imports"),
    "impuestos_netos_de_subsidios_sobre_los_productos": (
        "D.21-D.31",
        "Taxes less subsidies on products",
        "product_taxes",
    ),
    "valor_agregado_bruto": ("B.1bV", "Gross value added", "value_added"),
}
_INDUSTRY = re.compile(r"(?P<region>[a-z][a-z_]*?)_(?P<code>\d+(?:_\d+)*)_(?P<name>[a-z].*)")
_DEMAND = re.compile(rf"(?P<region>[a-z_]+?)_(?P<code>{'|'.join(DEMAND)})_(?P<name>[a-z].*)")
_YEAR = re.compile(r"(?:19|20)\d{2}(?!.*(?:19|20)\d{2})")


@dataclass(frozen=True)
class _Industry:
    at: int
    region: str
    code: str
    name: str


@typed
def read_inegi_regions(path: str | os.PathLike[str]) -> IOTable:
    """A checked bi-regional table of INEGI: 70 accounts (region, industry), domestic flows.

    Results are indexed by (region, sector): `table.x["puebla", "336"]`.  Codes are those of the
    file with the joints that the office uses ('333-336', '21.1'); final demand is that of each
    region ('puebla CP'); V and W hold imports from abroad, taxes on products and value added,
    which the file does not split.  Million pesos at current prices of the year in the file's name.

    Each column (purchases from both regions, imports, taxes and value added) is held against the
    output of its row.  Raises FileError, LayoutError, CellError, LabelError, BalanceError, each
    with file, cell, value and what to do.
    """
    grid = _grid(path)
    columns = [clean(value, grid.cell(0, at)) for at, value in enumerate(grid.rows[0])]
    rows = [clean(row[0], grid.cell(at, 0)) for at, row in enumerate(grid.rows)]
    down = [found for at, label in enumerate(rows) if (found := _industry(at, label))]
    across = [found for at, label in enumerate(columns) if (found := _industry(at, label))]
    demand = {at: match for at, label in enumerate(columns) if (match := _DEMAND.fullmatch(label))}
    primary = {at: label for at, label in enumerate(rows) if label in PRIMARY}
    _require_whole(grid, rows, columns, down, across, demand, primary)
    place = {(one.region, one.code): one.at for one in across}
    ordered = [place[one.region, one.code] for one in down]
    values = numbers(
        grid,
        {**{one.at: rows[one.at] for one in down}, **primary},
        {at: columns[at] for at in (*ordered, *demand)},
    )
    if values.blank.any():
        lines, fields = [*(one.at for one in down), *primary], [*ordered, *demand]
        raise bad_cells(
            grid,
            [(lines[i], fields[j]) for i, j in np.argwhere(values.blank)],
            dict(enumerate(rows)),
            dict(enumerate(columns)),
            "is blank",
            "Write 0 where there is nothing.",
        )
    n = len(down)
    Z, Y = values.values[:n, :n], values.values[:n, n:]
    V, W = values.values[n:, :n], values.values[n:, n:]
    table = IOTable(
        Accounts.of(
            [one.code for one in down],
            names=[one.name for one in down],
            regions=[one.region for one in down],
            kinds="industry",
        ),
        Accounts.of(
            [f"{m['region']} {DEMAND[m['code']][0]}" for m in demand.values()],
            names=[f"{m['region']}: {DEMAND[m['code']][1]}" for m in demand.values()],
            kinds=[DEMAND[m["code"]][2] for m in demand.values()],
            axis="category",
        ),
        Accounts.of(
            [PRIMARY[label][0] for label in primary.values()],
            names=[PRIMARY[label][1] for label in primary.values()],
            kinds=[PRIMARY[label][2] for label in primary.values()],
            axis="input",
        ),
        Blocks(Z, Y, V, W, Z.sum(1) + Y.sum(1), np.zeros((0, n))),
        _meta(grid, down),
        Accounts.of([], kinds=[], axis="satellite"),
    )
    try:
        return table.require_balanced()
    except BalanceError as error:
        raise prefixed(error, grid.name) from None


def is_regional(grids: Sequence[Grid]) -> bool:
    """Whether a file begins as a bi-regional table does."""
    return any(grid.rows and str(grid.at(0, 0)).strip() == CORNER for grid in grids)


def _grid(path: str | os.PathLike[str]) -> Grid:
    grids = read_grids(open_source(path))
    grid = next((grid for grid in grids if is_regional([grid])), None)
    if grid is None:
        raise grids[0].refusal(
            f"its first cell is not '{CORNER}'",
            "This reader knows INEGI's bi-regional tables (a state and the rest of the country). "
            "National tables: read_inegi.",
        )
    width = len(grid.rows[0])
    ragged = [at for at, row in enumerate(grid.rows) if len(row) != width]
    if ragged:
        raise grid.refusal(
            f"row {ragged[0] + 1} has {len(grid.rows[ragged[0]])} fields, the header {width}",
            "The file is cut short or was edited: download it again.",
        )
    return grid


def _industry(at: int, label: str) -> _Industry | None:
    match = _INDUSTRY.fullmatch(label)
    if not match or _DEMAND.fullmatch(label):
        return None
    first, *others = match["code"].split("_")
    code = "".join([first, *(f"-{o}" if len(o) > 1 else f".{o}" for o in others)])
    return _Industry(at, match["region"], code, match["name"].replace("_", " "))


def _require_whole(
    grid: Grid,
    rows: Sequence[str],
    columns: Sequence[str],
    down: Sequence[_Industry],
    across: Sequence[_Industry],
    demand: dict[int, re.Match[str]],
    primary: dict[int, str],
) -> None:
    """Raise unless both regions have the same industries on both sides, and nothing is unknown."""
    faults = [
        f"{a1(at, 0)}: '{rows[at]}' is no industry, import, tax or value added"
        for at in range(1, len(rows))
        if at not in primary and at not in {one.at for one in down}
    ]
    faults += [
        f"{a1(0, at)}: '{columns[at]}' is no industry or final demand"
        for at in range(1, len(columns))
        if at not in demand and at not in {one.at for one in across}
    ]
    sides = {
        name: [(one.region, one.code) for one in side]
        for name, side in (("rows", down), ("columns", across))
    }
    for name, keys in sides.items():
        faults += [f"{name}: '{', '.join(k)}' stands twice" for k in set(keys) if keys.count(k) > 1]
    for name, other in (("rows", "columns"), ("columns", "rows")):
        lacking = [key for key in sides[name] if key not in sides[other]]
        faults += [f"'{', '.join(key)}' has no place among the {other}" for key in lacking]
    faults += [f"no row '{label}'" for label in PRIMARY if label not in primary.values()]
    regions = sorted({one.region for one in down})
    codes = {region: {one.code for one in down if one.region == region} for region in regions}
    if len(regions) != 2:
        faults.append(f"{len(regions)} regions ({', '.join(regions) or 'none'}), two are expected")
    elif codes[regions[0]] != codes[regions[1]]:
        odd = codes[regions[0]] ^ codes[regions[1]]
        faults.append(f"industries of one region only: {', '.join(sorted(odd))}")
    for region in regions:
        bought = {m["code"] for m in demand.values() if m["region"] == region}
        faults += [f"no column '{region}_{code}_...'" for code in DEMAND if code not in bought]
    if faults:
        raise grid.refusal(
            f"{len(faults)} rows or columns are not those of a bi-regional table",
            "Read the whole file, as INEGI publishes it.",
            faults,
        )


def _meta(grid: Grid, down: Sequence[_Industry]) -> Meta:
    regions = list(dict.fromkeys(one.region for one in down))
    found = _YEAR.search(grid.source.name)
    year = int(found.group()) if found else None
    said = f"year {year} from the name of the file" if year else "the file says no year"
    return Meta(
        title=f"Mexico {year or ''}, {' and '.join(regions)}".replace(" ,", ",").replace("_", " "),
        country="MEX",
        year=year,
        unit="million MXN",
        currency="MXN",
        source="INEGI, Sistema de Cuentas Nacionales de México, bi-regional input-output table, "
        f"industry by industry, domestic flows ({grid.source.name})",
        licence="INEGI terms of free use with citation",
        sha256=grid.source.sha256,
        history=(f"read from {grid.name}", said, *grid.notes),
    )
