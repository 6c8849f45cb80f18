"""Eurostat's FIGARO inter-country input-output tables, csv as a matrix or as a list of cells."""

from __future__ import annotations

import io
import os
import re
import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd

from iomodel.accounts import Array
from iomodel.arguments import typed
from iomodel.errors import SHOWN, CellError
from iomodel.meta import Meta
from iomodel.readers.files import Source, open_source
from iomodel.readers.matrix import NUMBER, last_digit, read_matrix
from iomodel.readers.world import (
    DISCREPANCY,
    Key,
    World,
    checked,
    layout,
    require_same,
    split_key,
)
from iomodel.table import IOTable

CORNER = "rowLabels"
FLAT = ("icioiRow", "icioiCol", "refArea", "rowIi", "counterpartArea", "colIi", "obsValue")
DEMAND = {
    "P3_S13": ("Final consumption of government", "government_consumption"),
    "P3_S14": ("Final consumption of households", "private_consumption"),
    "P3_S15": ("Final consumption of non-profit institutions", "private_consumption"),
    "P51G": ("Gross fixed capital formation", "fixed_investment"),
    "P5M": ("Changes in inventories and valuables", "inventories"),
}
INPUTS = {
    "D21X31": ("Taxes less subsidies on products", "product_taxes"),
    "OP_RES": ("Direct purchases abroad by residents", "imports"),
    "OP_NRES": ("Purchases of non-residents on the territory", "imports"),
    "D1": ("Compensation of employees", "compensation"),
    "D29X39": ("Other taxes less subsidies on production", "production_taxes"),
    "B2A3G": ("Gross operating surplus and mixed income", "surplus"),
}
INSIDE = "W2"
TRAVEL = (
    "purchases of residents abroad (OP_RES) and of non-residents (OP_NRES, below zero) stand with "
    "imports: they move consumption from the country where it is bought to that of the buyer"
)
_YEAR = re.compile(r"(?:19|20)\d{2}(?!.*(?:19|20)\d{2})")


@typed
def read_figaro(path: str | os.PathLike[str], *, discrepancy: str | None = None) -> IOTable:
    """A checked table of the world's regions from one csv of Eurostat's FIGARO, industry by
    industry.

    Layout: editions of 2022 to 2026.  As a matrix ('matrix_eu-ic-io_ind-by-ind_23ed_2021.csv'):
    header 'rowLabels', rows and columns 'AT_A01', final demand 'AT_P3_S14', six rows 'W2_D1'; as a
    list of cells ('flatfile_eu-ic-io_ind-by-ind_...'): columns icioiRow, icioiCol, refArea, rowIi,
    counterpartArea, colIi, obsValue.  Results are indexed by (region, sector), the rest of the
    world is 'FIGW1'.  V and W hold taxes on products, compensation, other taxes on production and
    gross surplus.  The file states no output: it is the row sum, held against each column.
    Million euro at current basic prices.  What is said of `discrepancy` and of the cost in
    `read_icio` holds here (n is 2,944).

    Raises FileError, LayoutError, CellError, LabelError, BalanceError, naming file and cell.
    """
    source = open_source(path)
    start = source.data[:200].decode("utf-8-sig", errors="replace").split("\n", 1)[0]
    first = [field.strip().strip('"') for field in re.split(r"[,;\t]", start.strip())]
    if first[0] == CORNER:
        matrix = read_matrix(source)
        rows = [label for (label,) in matrix.rows]
        columns, values = [label for (label,) in matrix.columns], matrix.values
    elif tuple(first) == FLAT:
        rows, columns, values = _flat(source)
    else:
        raise layout(
            source,
            f"its first line begins with '{first[0]}', not with '{CORNER}' or '{FLAT[0]}'",
            remedy="Read the csv of FIGARO's input-output table (industry by industry), as a "
            "matrix or flat.",
        )
    world = _world(source, rows, columns, values)
    year = _YEAR.search(source.name)
    meta = Meta(
        title=f"FIGARO {year.group() if year else ''}".strip() + ", Eurostat, domestic flows",
        country="World",
        year=int(year.group()) if year else None,
        unit="million EUR",
        currency="EUR",
        source=f"Eurostat, FIGARO inter-country input-output table ({source.name})",
        sha256=source.sha256,
        precision=last_digit(values),
        assumptions=(TRAVEL,),
        history=(f"read from {source.name}", "output is the sum of each row"),
    )
    return checked(world, meta, source.name, demand=DEMAND, inputs=INPUTS, discrepancy=discrepancy)


def _world(source: Source, rows: Sequence[str], columns: Sequence[str], values: Array) -> World:
    down: dict[Key, int] = {}
    across: dict[Key, int] = {}
    final: dict[Key, int] = {}
    paid: dict[str, int] = {}
    faults = []
    for at, label in enumerate(rows):
        region, code = split_key(label)
        if region == INSIDE and code in INPUTS:
            paid[code] = at
        elif region == INSIDE or not code:
            faults.append(f"row '{label}' is no industry or primary input")
        else:
            down[region, code] = at
    for at, label in enumerate(columns):
        region, code = split_key(label)
        if not code or code == DISCREPANCY:
            faults.append(f"column '{label}' is no industry or final demand")
        else:
            (final if code in DEMAND else across)[region, code] = at
    faults += [f"no row '{INSIDE}_{code}'" for code in INPUTS if code not in paid]
    faults += [] if final else ["no column of final demand ('AT_P3_S14')"]
    if faults:
        raise layout(source, f"{len(faults)} rows or columns are not those of FIGARO", faults)
    require_same(source, list(down), list(across))
    n = len(down)
    picked = values[:, [*(across[key] for key in down), *final.values()]]
    sellers = picked[list(down.values())]
    bought = picked[[paid[code] for code in INPUTS]]
    return World(
        tuple(down),
        tuple(final),
        tuple(INPUTS),
        sellers[:, :n],
        sellers[:, n:],
        bought[:, :n],
        bought[:, n:],
        sellers.sum(axis=1),
        names={},
    )


def _flat(source: Source) -> tuple[list[str], list[str], Array]:
    """The list of cells as a matrix; a cell twice or not at all is refused by name."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pandas cuts long lines with a warning: counted below
            cells = pd.read_csv(
                io.BytesIO(source.data),
                dtype=str,
                na_filter=False,
                index_col=False,
                encoding="utf-8-sig",
            )
    except ValueError as error:  # lines of other lengths, bytes that are no text
        raise layout(source, f"it is not a list of cells ({error})") from error
    if list(cells.columns) != list(FLAT) or source.data.count(b",") != 6 * (len(cells) + 1):
        raise layout(source, "not every line has the seven fields of its header")
    bad = [at for at, value in enumerate(cells["obsValue"]) if not NUMBER.fullmatch(value)]
    if bad:
        raise CellError(
            f"{source.name}: {len(bad)} cells are no plain numbers.",
            [
                f"line {at + 2} ({cells.icioiRow[at]}, {cells.icioiCol[at]}): "
                f"{cells.obsValue[at]!r}"
                for at in bad[: SHOWN + 1]
            ],
            "Download the file again; 0 stands where there is nothing.",
            file=str(source.path),
        )
    down, rows = pd.factorize(cells["icioiRow"])
    across, columns = pd.factorize(cells["icioiCol"])
    values = np.full((len(rows), len(columns)), np.nan)
    values[down, across] = [float(value) for value in cells["obsValue"]]
    twice = cells.duplicated(["icioiRow", "icioiCol"]).to_numpy()
    absent = np.argwhere(~np.isfinite(values))
    if twice.any() or len(absent):
        faults = [f"'{rows[down[i]]}', '{columns[across[i]]}' twice" for i in np.flatnonzero(twice)]
        faults += [f"'{rows[i]}', '{columns[j]}' without a number" for i, j in absent[:100]]
        raise layout(
            source,
            f"{int(twice.sum())} cells stand twice, {len(absent)} not at all",
            faults,
            "The file is cut short or was edited: download it again.",
        )
    return list(rows), list(columns), values
