"""The figures of one sector as plain frames, for the card of the command and for the report."""

from __future__ import annotations

import numpy as np
import pandas as pd

from iomodel import extraction, linkages
from iomodel.card import sector
from iomodel.card.sector import JOBS, plain
from iomodel.lang import ENGLISH
from iomodel.table import IOTable

__all__ = [
    "JOBS",
    "clients",
    "effects",
    "identity",
    "links",
    "losses",
    "plain",
    "suppliers",
]


def identity(table: IOTable, at: int) -> pd.DataFrame:
    """Output, value added, exports, jobs, and their weight: value and unit by row."""
    return sector.identity(table, at).frame


def effects(table: IOTable, at: int) -> tuple[pd.DataFrame, list[str]]:
    """Multipliers: direct, total, their ratio, the rank of the total; and what is not recorded."""
    frame = sector.effects(table, at).frame
    names = [ENGLISH(f"card.{name}") for name in sector.MULTIPLIERS]
    return frame, [name for name in names if name not in frame.index]


def links(table: IOTable, at: int) -> pd.DataFrame:
    """All linkage indices of one sector and their ranks; formulas and class in `.attrs`."""
    frame = sector.links(table, at).frame
    frame.attrs.update(
        formula={name: index.formula for name, index in linkages.indices().items()},
        kind=sector.kind_of(table, at),
    )
    return frame


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
