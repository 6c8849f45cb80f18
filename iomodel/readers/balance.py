"""Balance-of-payments files as tidy frames: World Bank by year, Banco de México by vintage."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from difflib import get_close_matches

import pandas as pd

from iomodel.arguments import typed
from iomodel.errors import LabelError, MissingAccountError
from iomodel.readers.cells import Grid, a1, read_grids
from iomodel.readers.figures import numbers
from iomodel.readers.files import open_source
from iomodel.readers.labels import clean

_QUARTER = re.compile(r"((?:19|20)\d{2})Q[1-4]")


@typed
def read_bop(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Balance-of-payments figures of one csv file, each with where it comes from.

    Of the World Bank's series (columns country, indicator, name, year, value): index (indicator,
    year), columns value and name, in the unit that the name says.  Of Banco de México's table
    CE174 (columns vintage, quarter, item, value_musd): columns vintage ('2018Q3'), quarter, item,
    value in million US$; several vintages of a quarter stand side by side (see `splice`).
    `frame.attrs` holds file, sha256 and unit.  Raises FileError, LayoutError, CellError,
    LabelError.
    """
    grid = read_grids(open_source(path))[0]
    header = [clean(value, grid.cell(0, at)) for at, value in enumerate(grid.rows[0])]
    if {"indicator", "name", "year", "value"} <= set(header):
        return _by_year(grid, header)
    if {"vintage", "quarter", "item", "value_musd"} <= set(header):
        return _by_vintage(grid, header)
    raise grid.refusal(
        f"its columns are {', '.join(header[:8])}",
        "This reader knows World Bank series (country, indicator, name, year, value) and Banco de "
        "México's CE174 (vintage, quarter, item, value_musd).",
    )


def is_bop(grids: Sequence[Grid]) -> bool:
    """Whether a file has the columns of either."""
    grid = next((grid for grid in grids if grid.rows), None)
    header = {str(value).strip() for value in grid.rows[0]} if grid else set()
    return {"indicator", "value"} <= header or {"vintage", "quarter"} <= header


def splice(ce174: pd.DataFrame, year: int, item: str) -> pd.DataFrame:
    """The four quarters of an item, each from the latest vintage that has it.

    Index quarter, columns vintage and value (million US$): the sum of `value` is the year, and
    `vintage` says from which editions it was put together, because no vintage need have all four
    quarters.  MissingAccountError where a quarter stands in no vintage.

    >>> frame = pd.DataFrame({
    ...     "vintage": ["2018Q1", "2018Q3", "2018Q3", "2018Q4", "2019Q1"],
    ...     "quarter": ["2018Q1", "2018Q1", "2018Q2", "2018Q3", "2018Q4"],
    ...     "item": "Interest (debit)", "value": [4829.0, 4805.0, 5640.0, 5634.0, 6657.0]})
    >>> float(splice(frame, 2018, "Interest (debit)")["value"].sum())
    22736.0
    """
    items = ce174["item"].unique()
    if item not in items:
        close = get_close_matches(item, items, n=3, cutoff=0.4)
        raise LabelError(
            f"'{item}' is not an item of the balance of payments.",
            remedy=f"Nearest: {', '.join(close)}." if close else f"There are {len(items)} items.",
        )
    quarters = [f"{year}Q{quarter}" for quarter in range(1, 5)]
    rows = ce174[(ce174["item"] == item) & ce174["quarter"].isin(quarters)]
    lacking = [quarter for quarter in quarters if quarter not in set(rows["quarter"])]
    if lacking:
        raise MissingAccountError(
            f"'{item}' is in no vintage for {', '.join(lacking)}.",
            [f"{row.quarter}: vintage {row.vintage}" for row in rows.itertuples()],
            "Take the year from another source (the World Bank's series), and say so.",
        )
    latest = rows.sort_values(["quarter", "vintage"]).groupby("quarter").tail(1)
    return latest.set_index("quarter")[["vintage", "value"]]


def _by_year(grid: Grid, header: Sequence[str]) -> pd.DataFrame:
    frame = _frame(grid, header, ("indicator", "name"), ("year", "value"))
    frame["year"] = frame["year"].astype(int)
    frame = frame.set_index(["indicator", "year"])[["value", "name"]]
    _refuse_repeated(grid, frame.index)
    return _signed(frame.sort_index(), grid, "as the name of the series says")


def _by_vintage(grid: Grid, header: Sequence[str]) -> pd.DataFrame:
    frame = _frame(grid, header, ("vintage", "quarter", "item"), ("value_musd",))
    wrong = [
        f"{grid.cell(at + 1, header.index(name))}: {name} '{value}'"
        for name in ("vintage", "quarter")
        for at, value in enumerate(frame[name])
        if not _QUARTER.match(value)
    ]
    if wrong:
        raise LabelError(
            f"{grid.name}: {len(wrong)} vintages or quarters do not begin like 2018Q3.",
            wrong,
            "Write year, Q and the number of the quarter.",
        )
    editions = dict(zip(frame["vintage"].str[:6], frame["vintage"], strict=True))
    frame["vintage"] = frame["vintage"].str[:6]
    frame = frame.rename(columns={"value_musd": "value"})
    _refuse_repeated(grid, pd.MultiIndex.from_frame(frame[["vintage", "quarter", "item"]]))
    frame = _signed(frame, grid, "million USD")
    frame.attrs["editions"] = editions
    return frame


def _frame(
    grid: Grid, header: Sequence[str], texts: Sequence[str], figures: Sequence[str]
) -> pd.DataFrame:
    rows = {at: f"line {at + 1}" for at, row in enumerate(grid.rows) if at and any(row)}
    ragged = [at for at in rows if len(grid.rows[at]) != len(header)]
    if ragged:
        raise grid.refusal(
            f"line {ragged[0] + 1} has {len(grid.rows[ragged[0]])} fields, the header has "
            f"{len(header)}",
            "Look there for a comma too many or too few.",
        )
    columns = {header.index(name): name for name in figures}
    found = numbers(grid, rows, columns)
    empty = [
        grid.cell(at, column)
        for at in rows
        for column in (header.index(name) for name in (*texts, *figures))
        if grid.is_blank(at, column)
    ]
    if empty:
        raise LabelError(
            f"{grid.name}: {len(empty)} cells are empty ({empty[0]} is the first).",
            empty,
            "Leave out the line of what is not known; a missing value is never zero.",
        )
    data: dict[str, object] = {
        name: [
            clean(grid.at(at, header.index(name)), f"{grid.name}!{a1(at, header.index(name))}")
            for at in rows
        ]
        for name in texts
    }
    for place, name in enumerate(columns.values()):
        data[name] = found.values[:, place]
    return pd.DataFrame(data)


def _refuse_repeated(grid: Grid, index: pd.Index) -> None:
    repeated = index[index.duplicated()].unique()
    if len(repeated):
        raise LabelError(
            f"{grid.name}: {len(repeated)} figures stand twice.",
            [", ".join(map(str, key)) for key in repeated],
            "Keep each line once.",
        )


def _signed(frame: pd.DataFrame, grid: Grid, unit: str) -> pd.DataFrame:
    frame.attrs = {"file": grid.source.name, "sha256": grid.source.sha256, "unit": unit}
    return frame
