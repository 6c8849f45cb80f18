"""Tables of several years stacked: measures by year and sector, never over different money."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from iomodel import linkages, multipliers
from iomodel.accounts import Array
from iomodel.arguments import typed
from iomodel.errors import LabelError, MissingAccountError, TableError, UnitError
from iomodel.table import IOTable

if TYPE_CHECKING:
    import xarray as xr

Measure = Callable[[IOTable], pd.Series]


def _backward(table: IOTable) -> pd.Series:
    return linkages.measure(table, "rasmussen_backward")


def _forward(table: IOTable) -> pd.Series:
    return linkages.measure(table, "rasmussen_forward")


def _output_multiplier(table: IOTable) -> pd.Series:
    return _of_active(table, multipliers.output(table))


def _import_content(table: IOTable) -> pd.Series:
    return _of_active(table, multipliers.imports(table)["total"])


def _value_added_content(table: IOTable) -> pd.Series:
    return _of_active(table, multipliers.value_added(table)["total"])


def _direct_value_added(table: IOTable) -> pd.Series:
    return _of_active(table, multipliers.value_added(table)["direct"])


def _exports(table: IOTable) -> pd.Series:
    columns = table.categories.of_kind("exports")
    if not columns:
        raise MissingAccountError(
            f"'{table.meta.title}' has no column of exports.", remedy="Name it in `demand_kinds`."
        )
    return table.accounts.series(table.arrays.Y[:, columns].sum(axis=1))


def _of_active(table: IOTable, values: pd.Series) -> pd.Series:
    return values.where(table.active)


MEASURES: Mapping[str, Measure] = {
    "backward": _backward,
    "forward": _forward,
    "output_multiplier": _output_multiplier,
    "import_content": _import_content,
    "value_added_content": _value_added_content,
    "direct_value_added": _direct_value_added,
    "exports": _exports,
}


@typed
def stack(
    tables: Mapping[int, IOTable],
    *,
    measures: Mapping[str, Measure] | None = None,
    gaps: bool = False,
) -> xr.Dataset:
    """Measures of one economy in several years as one Dataset, year by sector.

    d[measure][t, j] = measure(table_t)_j.  `measures` names functions of a table that give one
    number a sector; by default `MEASURES`: Rasmussen's linkages, the output multiplier, the content
    of imports and value added in a unit of final demand, direct value added, and exports (unit of
    the tables).  A sector without output is NaN in that year.

    Years are only put together where they speak of the same thing: one unit, currency, valuation
    and origin, the same sectors, and prices either all current (each year in its own) or all
    constant of one year (a table of that year at current prices is one of them).  A year missing
    between the first and the last is refused unless `gaps=True`, for a difference over it would
    read as that of one year.

    T x n for each measure, with coordinates `year`, `sector`, `name` and `table`; `.attrs` has
    unit, prices, what the tables were projected from, and every assumption.
    Cost: one factorisation a year.
    Errors: TableError without tables, LabelError for years or sectors that do not match, UnitError.

    >>> small = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> data = stack({2001: small, 2002: small}, measures={"output": multipliers.output})
    >>> data["output"].sel(year=2002, sector="a").round(4).item()
    1.5182
    """
    import xarray as xr  # a fifth of a second that only this needs

    in_order = {year: tables[year] for year in sorted(tables)}
    _require_same(in_order, gaps)
    first = next(iter(in_order.values()))
    codes = list(first.accounts.codes)
    asked = MEASURES if measures is None else measures
    slices = []
    for table in in_order.values():
        columns = {
            name: ("sector", _conformed(table, name, found(table), codes))
            for name, found in asked.items()
        }
        slices.append(xr.Dataset(columns, coords={"sector": np.array(codes, dtype=object)}))
    with _exact():
        data = xr.concat(slices, dim=pd.Index(list(in_order), name="year"), join="exact")
    titles = [table.meta.title for table in in_order.values()]
    data = data.assign_coords(
        name=("sector", np.array(first.accounts.names, dtype=object)),
        table=("year", np.array(titles, dtype=object)),
    )
    metas = [table.meta for table in in_order.values()]
    prices = {m.prices for m in metas}
    data.attrs.update(
        unit=first.meta.unit,
        prices=next((p for p in sorted(prices) if p != "current"), "current"),
        projected=next((m.projected for m in metas if m.projected), ""),
        assumptions=tuple(dict.fromkeys(a for m in metas for a in m.assumptions)),
    )
    return data


@typed
def years(
    tables: Iterable[IOTable],
    *,
    measures: Mapping[str, Measure] | None = None,
    gaps: bool = False,
) -> xr.Dataset:
    """`stack` of tables that say their own year.

    Errors: LabelError for a table without a year and for two of one year; those of `stack`.

    >>> import iomodel as im
    >>> both = [im.load("mexico-wiod-2000"), im.load("mexico-wiod-2001")]
    >>> im.series.years(both)["import_content"].sel(sector="C29").round(3).values.tolist()
    [0.444, 0.429]
    """
    found: dict[int, IOTable] = {}
    faults = []
    for table in tables:
        year = table.meta.year
        if year is None:
            faults.append(f"'{table.meta.title}' says no year")
        elif year in found:
            faults.append(f"{year}: '{found[year].meta.title}' and '{table.meta.title}'")
        else:
            found[year] = table
    if faults:
        raise LabelError(
            f"{len(faults)} tables cannot be put in order of years.",
            faults,
            "Give one table a year, each with meta.year.",
        )
    return stack(found, measures=measures, gaps=gaps)


@typed
def weighted(
    data: xr.Dataset,
    groups: Mapping[str, Sequence[Hashable]],
    *,
    measures: Sequence[str],
    by: str = "exports",
) -> xr.Dataset:
    """Measures of groups of sectors: the means over their sectors weighted by `by`, year by year.

    m_G[t] = sum_{j in G} m_j[t] w_j[t] / sum_{j in G} w_j[t],

    which for measures that are linear in final demand (contents, multipliers, pulls) is that of a
    unit of the group's exports; it is nothing of the kind for a forward linkage, so each measure
    is named.  A group of one sector keeps its value; one with no weight in a year is NaN.

    T x groups.  Cost: O(T n).
    Errors: LabelError for an unknown sector, measure or weight, TableError for a negative weight.

    >>> import iomodel as im
    >>> data = im.series.years([im.load("mexico-wiod-2000")])
    >>> cars = weighted(data, {"made": ["C29", "C30"]}, measures=["import_content"])
    >>> cars["import_content"].round(3).values.tolist()
    [[0.44]]
    """
    import xarray as xr

    groups = {name: [c] if isinstance(c, str) else list(c) for name, c in groups.items()}
    unknown = [f"measure '{name}'" for name in (*measures, by) if name not in data]
    known = set(data["sector"].values.tolist())
    unknown += [
        f"sector '{code}' of group '{group}'"
        for group, codes in groups.items()
        for code in codes
        if code not in known
    ]
    unknown += [f"group '{group}' has no sector" for group, codes in groups.items() if not codes]
    if unknown:
        raise LabelError(
            f"{len(unknown)} names are not in the years.",
            unknown,
            f"Measures: {', '.join(map(str, data))}. Sectors are codes.",
        )
    parts = []
    with _exact():
        for codes in groups.values():
            chosen = data.sel(sector=codes)
            weights = chosen[by]
            if bool((weights < 0).any()):
                raise TableError(
                    f"'{by}' is negative somewhere in {', '.join(map(str, codes))}.",
                    remedy="Weight by what cannot be negative.",
                )
            if len(codes) == 1:
                parts.append(chosen[list(measures)].isel(sector=0, drop=True))
                continue
            # nothing exported weighs nothing, even where the measure is not defined
            part = chosen[list(measures)].where(weights > 0, 0.0) * weights
            total = weights.sum("sector")
            parts.append(part.sum("sector", skipna=False) / total.where(total > 0))
    kept = [part.drop_vars("name", errors="ignore") for part in parts]
    found = xr.concat(kept, dim=pd.Index(list(groups), name="sector"), join="exact")
    found = found.transpose("year", "sector")
    found.attrs = {**data.attrs, "weights": by}
    return found


def _exact() -> AbstractContextManager[object]:
    """Sectors and years that do not match are an error, never dropped."""
    import xarray as xr

    options: Callable[..., AbstractContextManager[object]] = xr.set_options
    return options(arithmetic_join="exact")


def _conformed(table: IOTable, name: str, values: pd.Series, codes: Sequence[str]) -> Array:
    index = getattr(values, "index", None)  # a measure of the user's may give anything
    whole = isinstance(index, pd.Index) and index.equals(table.accounts.index)
    if not whole or np.ndim(values) != 1:
        raise LabelError(
            f"Measure '{name}' gives no number for each sector of '{table.meta.title}'.",
            remedy="A measure takes a table and gives a Series by sector.",
        )
    found: Array = values.reindex(list(codes)).to_numpy(dtype=np.float64)
    return found


def _require_same(tables: Mapping[int, IOTable], gaps: bool) -> None:
    """Raise unless these years can stand in one frame; the error names them."""
    if not tables:
        raise TableError("There are no years to put together.", remedy="Give at least one table.")
    wrong = [
        f"{year}: '{table.meta.title}' is of {table.meta.year}"
        for year, table in tables.items()
        if table.meta.year not in (None, year)
    ]
    wrong += [
        f"{year}: '{table.meta.title}' has regions"
        for year, table in tables.items()
        if table.accounts.regions
    ]
    if wrong:
        raise LabelError(
            f"{len(wrong)} tables do not stand where they belong.",
            wrong,
            "Give each table under its own year, one region at a time.",
        )
    absent = [year for year in range(min(tables), max(tables)) if year not in tables]
    if absent and not gaps:
        raise LabelError(
            f"{len(absent)} years between {min(tables)} and {max(tables)} are missing.",
            [str(year) for year in absent],
            "Give them, or say gaps=True.",
        )
    _require_same_money(tables)
    _require_same_sectors(tables)


def _require_same_money(tables: Mapping[int, IOTable]) -> None:
    faults = []
    for what in ("unit", "currency", "valuation", "origin", "prices"):
        by_value: dict[str, list[int]] = {}
        for year, table in tables.items():
            by_value.setdefault(str(getattr(table.meta, what)), []).append(year)
        if what == "prices":
            by_value = _price_bases(by_value)
        if len(by_value) > 1:
            faults += [f"{what} {value!r}: {_listed(of)}" for value, of in by_value.items()]
    if faults:
        raise UnitError(
            "Years of different money cannot be put together.",
            faults,
            "Take tables of one unit, currency and origin, all at current prices or all at those "
            "of one year.",
        )


def _price_bases(by_value: Mapping[str, list[int]]) -> dict[str, list[int]]:
    """Years by price base: current prices of year Y are constant prices of year Y."""
    found = {value: list(of) for value, of in by_value.items()}
    current = found.pop("current", [])
    for year in current:
        base = f"constant {year}"
        found.setdefault(base if base in by_value else "current", []).append(year)
    return found


def _require_same_sectors(tables: Mapping[int, IOTable]) -> None:
    start, first = next(iter(tables.items()))
    wanted = set(first.accounts.codes)
    faults = []
    for year, table in tables.items():
        here = set(table.accounts.codes)
        if here != wanted:
            lacking, more = sorted(wanted - here), sorted(here - wanted)
            faults.append(f"{year}: lacks {_few(lacking)}; beyond those of {start}: {_few(more)}")
    if faults:
        raise LabelError(
            f"{len(faults)} years have other sectors than {start}.",
            faults,
            "Add them up to the same sectors first: iomodel.aggregate.by(table, concordance).",
        )


def _few(codes: Sequence[str]) -> str:
    shown = ", ".join(codes[:5]) or "none"
    return f"{shown} and {len(codes) - 5} more" if len(codes) > 5 else shown


def _listed(of: Sequence[int]) -> str:
    whole = len(of) > 2 and list(of) == list(range(of[0], of[-1] + 1))
    return f"{of[0]} to {of[-1]}" if whole else ", ".join(map(str, of))
