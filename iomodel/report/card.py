"""The figures of one sector as plain frames, for the card of the command and for the report."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from iomodel import extraction, linkages, multipliers
from iomodel.errors import MissingAccountError
from iomodel.reproduction.facts import all_exports, tourism
from iomodel.table import IOTable

JOBS = "PT"
MULTIPLIERS: dict[str, Callable[[IOTable], pd.DataFrame]] = {
    "value added": multipliers.value_added,
    "compensation": multipliers.compensation,
    "imports": multipliers.imports,
    "taxes": multipliers.taxes,
    "jobs": multipliers.jobs,
}


def identity(table: IOTable, at: int) -> pd.DataFrame:
    """Output, value added, exports, jobs, and their weight: value and unit by row."""
    gdp, unit = float(table.gdp()["production"]), table.meta.unit or "unit of the table"
    exports = table.arrays.Y[:, table.categories.of_kind("exports")].sum(axis=1)
    x, v = table.arrays.x, table.v.to_numpy()
    rows: dict[str, tuple[float, str]] = {
        "output": (x[at], unit),
        "share of all output": (100 * x[at] / x.sum(), "%"),
        "value added": (v[at], unit),
        "share of GDP": (100 * v[at] / gdp if gdp else float("nan"), "%"),
    }
    if table.categories.of_kind("exports"):
        rows["exports"] = (exports[at], unit)
        coverage = ", tourism included" if tourism(table) else ""
        rows[f"share of all exports{coverage}"] = (100 * exports[at] / all_exports(table), "%")
        rows["exports over output"] = (100 * exports[at] / x[at] if x[at] else float("nan"), "%")
    if JOBS in table.satellite_accounts.codes:
        jobs = table.satellites.T[JOBS].to_numpy()
        rows["jobs"] = (jobs[at], "jobs")
        rows["share of all jobs"] = (100 * jobs[at] / jobs.sum(), "%")
    return pd.DataFrame.from_dict(rows, orient="index", columns=["value", "unit"])


def effects(table: IOTable, at: int) -> tuple[pd.DataFrame, list[str]]:
    """Multipliers: direct, total, their ratio, the rank of the total; and what is not recorded."""
    output = multipliers.output(table)
    rows = {"output": (1.0, output.iloc[at], output.iloc[at], rank(output, at))}
    lacking = []
    for name, measured in MULTIPLIERS.items():
        try:
            found = measured(table)
        except MissingAccountError:
            lacking.append(name)
            continue
        direct, total, ratio = found.iloc[at][["direct", "total", "multiplier"]]
        rows[name] = (direct, total, ratio, rank(found["total"], at))
    columns = ["direct", "total", "multiplier", "rank"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns), lacking


def links(table: IOTable, at: int) -> pd.DataFrame:
    """All linkage indices of one sector and their ranks; formulas, note and class in `.attrs`."""
    compared = linkages.compare(table)
    rows = {str(name): (compared[name].iloc[at], rank(compared[name], at)) for name in compared}
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["value", "rank"])
    frame.attrs.update(
        formula=compared.attrs["formula"],
        note=compared.attrs["note"],
        kind=str(linkages.key_sectors(table)["class"].iloc[at]),
    )
    return frame


def plain_ladder(table: IOTable, at: int) -> pd.DataFrame:
    """The peso by kind of primary input, for a table on which no income abroad can be placed."""
    kinds = [kind for kind in dict.fromkeys(table.inputs.kinds) if kind != "moved"]
    direct = {kind: table.per_unit(table.primary(kind)) for kind in kinds}
    rows = {kind: (float(table.L.T.solve(row)[at]), float(row[at])) for kind, row in direct.items()}
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["amount", "direct"])
    frame["indirect"] = frame["amount"] - frame["direct"]
    return frame.rename_axis("rung")


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


def rank(values: pd.Series, at: int) -> float:
    """1 for the highest; sectors without a value are left out."""
    return float(values.rank(ascending=False, method="min").iloc[at])
