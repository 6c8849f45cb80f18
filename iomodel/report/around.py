"""Who stands around a sector, as plain frames: suppliers, clients, and who loses without it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from iomodel import extraction
from iomodel.table import IOTable


def suppliers(table: IOTable, at: int) -> pd.DataFrame:
    """From whom the sector buys, by sector: purchases, and cents of them per peso of output.

    `purchases` in the unit of the table, `direct` per unit of output (a column of A), `total` with
    what suppliers of suppliers deliver (a column of L less the sector's own unit).
    """
    table.require_domestic("Suppliers")
    unit = np.zeros(len(table.accounts))
    unit[at] = 1.0
    total = table.L.solve(unit) - unit
    return table.accounts.frame(
        np.column_stack([table.arrays.Z[:, at], table.A.to_numpy()[:, at], total]),
        pd.Index(["purchases", "direct", "total"]),
    )


def clients(table: IOTable, at: int) -> pd.DataFrame:
    """To whom the sector sells, sectors and categories of final demand: sales and their share."""
    sales = np.concatenate([table.arrays.Z[at], table.arrays.Y[at]])
    output = float(table.arrays.x[at])
    share = sales / output if output else np.full_like(sales, np.nan)
    index = pd.Index([*map(str, table.accounts.codes), *table.categories.codes], name="client")
    return pd.DataFrame({"sales": sales, "share": share}, index=index)


def losses(table: IOTable, at: int) -> pd.DataFrame:
    """What the country would lose without the sector: output and value added, absolute and in %."""
    columns = {}
    for measure in ("output", "value_added"):
        for percent in (False, True):
            name = f"{measure}{'_percent' if percent else ''}"
            columns[name] = extraction.totals(table, measure=measure, percent=percent).iloc[at]
    return pd.DataFrame(columns).rename_axis("extraction")
