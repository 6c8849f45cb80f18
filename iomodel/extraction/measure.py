"""What a loss of output is counted in: output itself, a primary input, jobs, or rates of your own.

Also the way out that all extractions share: own loss in or out, absolute or in percent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from iomodel.about import Result, about
from iomodel.accounts import Array
from iomodel.closure import HOUSEHOLDS
from iomodel.errors import LabelError, MissingAccountError, TableError
from iomodel.meta import PRIMARY_KINDS, VALUE_ADDED
from iomodel.table import IOTable

OUTPUT = "output"
Measured: TypeAlias = str | pd.Series | Mapping[str, float] | npt.ArrayLike


@dataclass(frozen=True, eq=False)
class Measure:
    """Rates per unit of output (w), their name and unit, and the total of the economy, w'x."""

    name: str
    unit: str
    rates: Array
    total: float


def measured(table: IOTable, measure: Measured) -> Measure:
    """The rates that turn losses of output into losses of `measure`.

    "output" is w = 1.  A kind of primary input ("value_added", "imports", "compensation",
    "surplus", "product_taxes", "production_taxes") is all rows of V of that kind; any other name
    is one row of V, else one satellite, by code or name.  A Series, a mapping or an array is the
    rates themselves, per unit of output, by sector: for national income
    `table.per_unit(table.v - outflow.reading["recorded"])`.
    """
    if not isinstance(measure, str):
        rates = table.accounts.array(measure, "The measure")
        if rates.ndim != 1:
            raise TableError(
                f"The measure has {rates.shape[1]} columns.",
                remedy="Give one rate per unit of output for each sector.",
            )
        named = isinstance(measure, pd.Series) and measure.name is not None
        name = str(getattr(measure, "name", "")) if named else "measure given"
        return Measure(name, "rate given x unit of output", rates, float(rates @ table.arrays.x))
    unit = table.meta.unit or "unit of flow"
    if measure == OUTPUT:
        x = table.arrays.x
        return Measure("gross output", unit, np.ones_like(x), float(x.sum()))
    if measure in PRIMARY_KINDS:
        return _of_flows(table, _of_kind(table, measure), measure.replace("_", " "), unit)
    for accounts, rows in (
        (table.inputs, table.arrays.V),
        (table.satellite_accounts, table.arrays.S),
    ):
        try:
            at = accounts.position(measure)
        except LabelError:
            continue
        if accounts is table.satellite_accounts:
            unit = accounts.kinds[at] or accounts.names[at]
        return _of_flows(table, rows[at], accounts.names[at], unit)
    raise MissingAccountError(
        f"'{table.meta.title}' has no primary input, kind of primary input or satellite "
        f"'{measure}'.",
        [
            f"'{code}': {name}"
            for accounts in (table.inputs, table.satellite_accounts)
            for code, name in zip(accounts.codes, accounts.names, strict=True)
        ],
        f"Say measure='{OUTPUT}', a kind ({', '.join(PRIMARY_KINDS[:-2])}), one of these rows, or "
        "give a rate per unit of output for each sector.",
    )


def _of_kind(table: IOTable, kind: str) -> Array:
    if kind != "value_added":
        return table.primary(kind)
    households = table.accounts.of_kind(HOUSEHOLDS)
    if not households:
        return table.primary(*VALUE_ADDED)
    # income paid to endogenous households is value added although it stands in Z
    rows = table.inputs.of_kind(*VALUE_ADDED)
    total: Array = table.arrays.V[rows].sum(axis=0) + table.arrays.rows(households).sum(axis=0)
    return total


def _of_flows(table: IOTable, flows: Array, name: str, unit: str) -> Measure:
    rates = table.per_unit(flows)
    return Measure(name, unit, rates, float(rates @ table.arrays.x))


def in_percent(values: Array, measure: Measure) -> Array:
    """Values over the total of the economy, times 100; NaN where that total is zero."""
    if measure.total == 0:
        return np.full_like(values, np.nan)
    percent: Array = values * (100 / measure.total)
    return percent


def told(
    result: Result,
    name: str,
    formula: str,
    measure: Measure,
    *,
    own: bool,
    percent: bool,
    reference: str,
) -> Result:
    """The result with what every extraction says of itself."""
    return about(
        result,
        name=name,
        unit=f"percent of {measure.name} of the economy" if percent else measure.unit,
        formula=formula,
        reference=reference,
        measure=measure.name,
        total=measure.total,
        own="own loss counted" if own else "own loss left out",
    )
