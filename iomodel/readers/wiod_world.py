"""WIOD's world input-output tables, release of November 2016, as workbooks."""

from __future__ import annotations

import os

from iomodel.arguments import typed
from iomodel.readers.stacked import Layout, read_stacked
from iomodel.readers.world import checked
from iomodel.table import IOTable

DEMAND = {
    "CONS_h": ("Final consumption of households", "private_consumption"),
    "CONS_np": ("Final consumption of non-profit institutions", "private_consumption"),
    "CONS_g": ("Final consumption of government", "government_consumption"),
    "GFCF": ("Gross fixed capital formation", "fixed_investment"),
    "INVEN": ("Changes in inventories and valuables", "inventories"),
}
INPUTS = {
    "TXSP": ("Taxes less subsidies on products", "product_taxes"),
    "EXP_adj": ("C.i.f. and f.o.b. adjustments on exports", "imports"),
    "PURR": ("Direct purchases abroad by residents", "imports"),
    "PURNR": ("Purchases of non-residents on the territory", "imports"),
    "VA": ("Value added at basic prices", "value_added"),
    "IntTTM": ("International transport margins", "imports"),
}
LAYOUT = Layout(
    "WIOD's world table",
    3,
    {code: kind for code, (_, kind) in DEMAND.items()},
    {code: kind for code, (_, kind) in INPUTS.items()},
    ("II_fob", "GO"),
    {},
)


@typed
def read_wiod_world(path: str | os.PathLike[str], *, discrepancy: str | None = None) -> IOTable:
    """A checked table of the world's regions from one world table of WIOD, 56 industries.

    Layout: release of November 2016, sheet '2014' of 'WIOT2014_Nov16_ROW.xlsb' (published as
    binary workbook: save it as .xlsx or csv first): rows 3 to 6 hold code, name, country and 'c1',
    columns A to D the same; 43 countries and ROW; rows II_fob, TXSP, EXP_adj, PURR, PURNR, VA,
    IntTTM, GO and a last column GO.  Results are indexed by (region, sector), 'C29' with its name;
    million US$ at current prices.  Industries without output stay, and stay out of means.  What is
    said of `discrepancy` in `read_icio` and of blanks and cost in `read_adb` holds here.

    Raises FileError, LayoutError, CellError, LabelError, BalanceError, naming file and cell.
    Reference: Timmer, Dietzenbacher, Los, Stehrer and de Vries (2015), An illustrated user guide
    to the World Input-Output Database, Review of International Economics 23, 575-605.
    """
    grid, world, meta = read_stacked(path, LAYOUT)
    meta = meta.but(
        title=f"WIOD {meta.year or ''}".strip() + ", release 2016, world, domestic flows",
        source=f"World Input-Output Database, release of November 2016 ({grid.source.name})",
        licence="CC BY 4.0",
    )
    return checked(world, meta, grid.name, demand=DEMAND, inputs=INPUTS, discrepancy=discrepancy)
