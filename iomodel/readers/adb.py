"""The Asian Development Bank's multi-regional input-output tables (MRIO), as workbooks."""

from __future__ import annotations

import os
import re

from iomodel.arguments import typed
from iomodel.readers.stacked import Layout, read_stacked
from iomodel.readers.world import checked
from iomodel.table import IOTable

DEMAND = {
    "F1": ("Final consumption of households", "private_consumption"),
    "F2": ("Final consumption of non-profit institutions", "private_consumption"),
    "F3": ("Final consumption of government", "government_consumption"),
    "F4": ("Gross fixed capital formation", "fixed_investment"),
    "F5": ("Changes in inventories and valuables", "inventories"),
}
INPUTS = {
    "r99": ("Taxes less subsidies on products", "product_taxes"),
    "r61": ("C.i.f. and f.o.b. adjustments on exports", "imports"),
    "r62": ("Direct purchases abroad by residents", "imports"),
    "r63": ("Purchases of non-residents on the territory", "imports"),
    "r64": ("Value added at basic prices", "value_added"),
    "trs": ("International transport margins", "imports"),
}
WORDS = {
    "F1": "household",
    "F2": "non-profit",
    "F3": "government",
    "F4": "capital formation",
    "F5": "inventor",
    "r99": "taxes",
    "r61": "fob",
    "r62": "residents",
    "r63": "non-residents",
    "r64": "value added",
    "trs": "transport",
}
LAYOUT = Layout(
    "ADB's MRIO",
    0,
    {code: kind for code, (_, kind) in DEMAND.items()},
    {code: kind for code, (_, kind) in INPUTS.items()},
    ("r60", "r69"),
    WORDS,
)
_CONSTANT = re.compile(r"constant\s+(?:\w+\s+)?(\d{4})|(\d{4})\s+constant", re.IGNORECASE)


@typed
def read_adb(path: str | os.PathLike[str], *, discrepancy: str | None = None) -> IOTable:
    """A checked table of the world's regions from one workbook of ADB's MRIO, 35 sectors.

    Layout: workbooks of 2022 to 2025 ('ADB-MRIO-2022_July 2025.xlsx'), 63, 73 or 75 economies: in
    the columns three rows of labels (name, economy, code c1 ... c35 and F1 ... F5), beside the
    rows the same, rows r60 (intermediate consumption), r99 (taxes on products), r61 to r64, trs
    (transport margins) and r69 (output), a last column of totals.  Results are indexed by
    (region, sector), 'c15' with its name; million US$.  Blank cells count as zero where the stated
    totals confirm it, and the history says so.  What is said of `discrepancy` in `read_icio` holds
    here.  Cost: reading a workbook of 7 million cells, minutes.

    Raises FileError, LayoutError, CellError, LabelError, BalanceError, naming file and cell.
    """
    grid, world, meta = read_stacked(path, LAYOUT)
    above = " ".join(str(value) for row in grid.rows[:6] for value in row[:1])
    constant = _CONSTANT.search(above)
    base = next(filter(None, constant.groups()), "") if constant else ""
    meta = meta.but(
        title=f"ADB MRIO {meta.year or ''}".strip() + ", domestic flows",
        source=f"Asian Development Bank, Multi-Regional Input-Output Tables ({grid.source.name})",
        prices=f"constant {base}" if base else "current",
    )
    return checked(world, meta, grid.name, demand=DEMAND, inputs=INPUTS, discrepancy=discrepancy)
