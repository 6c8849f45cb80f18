"""The OECD's inter-country input-output tables (ICIO), editions of 2023 and 2025, as csv."""

from __future__ import annotations

import os
import re

from iomodel.arguments import typed
from iomodel.identities import tolerance
from iomodel.meta import Meta
from iomodel.readers.files import open_source
from iomodel.readers.matrix import Matrix, last_digit, read_matrix
from iomodel.readers.world import (
    Key,
    World,
    checked,
    empty_regions,
    layout,
    merged,
    require_same,
    require_totals,
    split_key,
    without,
)
from iomodel.table import IOTable

DEMAND = {
    "HFCE": ("Final consumption of households", "private_consumption"),
    "NPISH": ("Final consumption of non-profit institutions", "private_consumption"),
    "GGFC": ("Final consumption of government", "government_consumption"),
    "GFCF": ("Gross fixed capital formation", "fixed_investment"),
    "INVNT": ("Changes in inventories and valuables", "inventories"),
    "DPABR": ("Direct purchases abroad by residents", "private_consumption"),
}
INPUTS = {
    "TLS": ("Taxes less subsidies on products", "product_taxes"),
    "VA": ("Value added at basic prices", "value_added"),
}
OUTPUT = "OUT"
WHOLE = {"MX": "MEX", "CN": "CHN"}  # parts are numbered: MX1, MX2, CN1, CN2
SOURCE = "OECD, Inter-Country Input-Output tables"
_PART = re.compile(r"(MX|CN)\d")
_YEAR = re.compile(r"(?:19|20)\d{2}(?!.*(?:19|20)\d{2})")


@typed
def read_icio(
    path: str | os.PathLike[str], *, merge_splits: bool = True, discrepancy: str | None = None
) -> IOTable:
    """A checked table of the world's regions from one csv of the OECD's ICIO.

    Layout: editions of 2023 and 2025, whole ('2019.csv', where Mexico's industries stand in two
    parts, MX1 and MX2, and China's in CN1 and CN2, set apart by export processing and global
    manufacturing; which is which stands in the OECD's ReadMe) or small ('2019_SML.csv').  Rows and
    columns 'ARG_A01_02', final demand 'ARG_HFCE', rows TLS, VA, OUT,
    column OUT.  Results are indexed by (region, sector); final demand is that of each region
    ('ARG HFCE'); V and W hold taxes less subsidies on products and value added, which the file does
    not split.  All flows are inside the world, so no import is a primary input.  Million US$ at
    current basic prices.

    `merge_splits=True` adds MX1 and MX2 up as MEX and CN1 and CN2 as CHN; `False` keeps the parts
    and leaves out MEX and CHN where these have no industry figures (their final demand stays).
    The output that the file states is held against rows and columns within rounding;
    `discrepancy='DISC'` puts what rows lack in a column of final demand.  Cost: reading n^2 cells
    (n is 3,465 in the small and 3,645 in the whole tables of 2023): seconds, and the file's text
    and about 4 n^2 numbers in memory, nearly 1 GB.

    Raises FileError, LayoutError, CellError, LabelError, BalanceError, naming file and cell.
    """
    source = open_source(path)
    matrix = read_matrix(source)
    world = _world(matrix)
    precision = last_digit(matrix.values)
    year = _YEAR.search(source.name)
    meta = Meta(
        title=f"ICIO {year.group() if year else ''}".strip() + ", OECD, domestic flows",
        country="World",
        year=int(year.group()) if year else None,
        unit="million US$",
        currency="USD",
        source=f"{SOURCE} ({source.name})",
        sha256=source.sha256,
        precision=precision,
        history=(f"read from {source.name}",),
    )
    regions = dict.fromkeys(region for region, _ in world.sectors)
    split = {r: WHOLE[part[1]] for r in regions if (part := _PART.fullmatch(r))}
    if split and merge_splits:
        world = merged(world, split)
        meta = meta.but(f"merge_splits: {', '.join(split)} added up as MEX and CHN")
    elif split:
        gone = [region for region in empty_regions(world) if region in split.values()]
        world = without(world, gone)
        meta = meta.but(f"parts kept ({', '.join(split)}); without figures: {', '.join(gone)}")
    return checked(world, meta, source.name, demand=DEMAND, inputs=INPUTS, discrepancy=discrepancy)


def _world(matrix: Matrix) -> World:
    source = matrix.source
    rows = {label: at for at, (label,) in enumerate(matrix.rows)}
    columns = {label: at for at, (label,) in enumerate(matrix.columns)}
    down: dict[Key, int] = {}
    across: dict[Key, int] = {}
    final: dict[Key, int] = {}
    faults = []
    for label, at in rows.items():
        if "_" in label:
            down[split_key(label)] = at
        elif label not in INPUTS and label != OUTPUT:
            faults.append(f"row '{label}' is no industry, TLS, VA or OUT")
    for label, at in columns.items():
        key = split_key(label)
        if key[1] in DEMAND:
            final[key] = at
        elif "_" in label:
            across[key] = at
        elif label != OUTPUT:
            faults.append(f"column '{label}' is no industry, final demand or OUT")
    faults += [f"no row '{label}'" for label in (*INPUTS, OUTPUT) if label not in rows]
    faults += [] if final else ["no column of final demand ('ARG_HFCE')"]
    if faults:
        raise layout(
            source,
            f"{len(faults)} rows or columns are not those of ICIO, editions of 2023 and 2025",
            faults,
            "Read one csv of the OECD's ICIO as it is published; earlier editions: "
            "IOTable.from_frames.",
        )
    require_same(source, list(down), list(across))
    n = len(down)
    order = [*(across[key] for key in down), *final.values()]
    values = matrix.values[:, order]
    sellers, paid = list(down.values()), [rows[label] for label in INPUTS]
    Z, Y = values[sellers, :n], values[sellers, n:]
    x = values[rows[OUTPUT], :n]
    if OUTPUT in columns:
        stated = matrix.values[sellers, columns[OUTPUT]]
        allowed = tolerance(x, 1, last_digit(stated, x))
        require_totals(source, "column OUT against row OUT", list(down), stated, x, allowed)
    demand = tuple(final)
    return World(
        tuple(down), demand, tuple(INPUTS), Z, Y, values[paid, :n], values[paid, n:], x, names={}
    )  # fmt: skip
