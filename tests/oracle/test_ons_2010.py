"""United Kingdom 2010 in 127 products: the inverse, effects and multipliers that ONS publishes."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from iomodel import multipliers
from iomodel.meta import Meta
from iomodel.table import IOTable

# Office for National Statistics, UK Input-Output Analytical Tables 2010, product by product,
# domestic use at basic prices, million GBP (Open Government Licence).
KINDS = {
    "Imported goods and services": "imports",
    "Taxes less subsidies on products": "product_taxes",
    "Taxes less subsidies on production": "production_taxes",
    "Compensation of employees": "compensation",
    "Gross Operating Surplus": "surplus",
}
DEMAND = {
    "Households": "private_consumption",
    "Valuables": "inventories",
    "Changes in inventories": "inventories",
    "Exports of goods": "exports",
    "Exports of services": "exports",
}
DIGITS = 1e-9


@pytest.fixture(scope="module")
def folder(shared_file: Callable[[str], Path]) -> Path:
    return shared_file("oracles/ons_uk2010")


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, index_col=0, dtype={0: str})


@pytest.fixture(scope="module")
def table(folder: Path) -> IOTable:
    demand = read(folder / "final_demand.csv")
    return IOTable.from_frames(
        read(folder / "Z_pxp_domestic.csv"),
        demand.drop(columns=["Total intermediate demand", "Total demand"]),
        read(folder / "primary_rows.csv").loc[list(KINDS)],
        kinds=KINDS,
        demand_kinds=DEMAND,
        x=demand["Total demand"],
        meta=Meta(title="United Kingdom 2010", year=2010, unit="million GBP"),
    )


@pytest.fixture(scope="module")
def published(folder: Path) -> pd.DataFrame:
    return read(folder / "published_multipliers.csv")


def close(ours: pd.Series, theirs: pd.Series) -> None:
    assert ours.index.equals(theirs.index.rename(ours.index.name))
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=DIGITS)


def test_the_inverse(table: IOTable, folder: Path) -> None:
    assert len(table.accounts) == 127
    with np.load(folder / "published_inverse.npz", allow_pickle=False) as archive:
        np.testing.assert_allclose(table.L.to_array(), archive["L"], rtol=0, atol=DIGITS)


def test_output_multipliers(table: IOTable, published: pd.DataFrame) -> None:
    close(multipliers.output(table), published["Output multiplier"])


def test_effects(table: IOTable, published: pd.DataFrame) -> None:
    close(multipliers.value_added(table)["total"], published["GVA effects"])
    close(multipliers.compensation(table)["total"], published["Employment cost effects"])


def test_ratio_multipliers(table: IOTable, published: pd.DataFrame) -> None:
    close(multipliers.value_added(table)["multiplier"], published["GVA multiplier"])
    wages = multipliers.compensation(table)
    without = wages.index[wages["direct"] == 0]
    assert list(without) == ["68-2IMP"]  # imputed rents pay no wages: ONS prints 0, we say NaN
    assert wages["multiplier"][without].isna().all()
    assert (published.loc[without, "Employment cost multiplier"] == 0).all()
    close(
        wages["multiplier"].drop(without),
        published["Employment cost multiplier"].drop(without),
    )
