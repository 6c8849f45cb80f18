"""Germany 1995 in six branches: what chapter 15 of the Eurostat manual prints."""

import numpy as np
import pandas as pd
import pytest

from iomodel import linkages, multipliers
from iomodel.table import IOTable

# Eurostat (2008), Manual of Supply, Use and Input-Output Tables, chapter 15 (Beutel), table 15.4,
# p. 481: Germany 1995, domestic output, product by product, million euro; employment in thousand
# persons.  Printed results: tables 15.5 to 15.20, to four digits.
CODES = ["agriculture", "manufacturing", "construction", "trade", "business", "other"]
Z = [
    [1131, 25480, 1, 607, 710, 762],
    [7930, 304584, 64167, 41082, 11981, 30360],
    [426, 7334, 3875, 5296, 23457, 9155],
    [3559, 72717, 14190, 74399, 10835, 21008],
    [3637, 96115, 31027, 65755, 193176, 34223],
    [1552, 14986, 1747, 11225, 15058, 22070],
]
Y = {
    "households": [8500, 197792, 3457, 269663, 214757, 119504],
    "government": [16, 8588, 742, 13492, 10061, 317251],
    "investment": [2975, 91692, 191715, 14155, 30124, 3483],
    "inventories": [-6, 7559, 0, 0, 0, 0],
    "exports": [3734, 313711, 149, 46045, 13612, 2042],
}
V = {
    "imports": [2927, 156703, 13427, 21943, 13371, 13772],
    "product taxes": [1084, 6505, 1548, 8349, 8473, 12551],
    "compensation": [9382, 296464, 78819, 214450, 124810, 272975],
    "production taxes": [-2012, 1457, 963, 2748, 5946, -8602],
    "fixed capital": [7871, 63769, 5860, 41100, 98610, 49260],
    "net surplus": [6423, 33332, 29982, 53109, 186060, 51384],
}
EMPLOYMENT = [1096, 8381, 3236, 9251, 4258, 10206]


@pytest.fixture
def table() -> IOTable:
    return IOTable.from_frames(
        Z=pd.DataFrame(Z, CODES, CODES),
        Y=pd.DataFrame(Y, CODES),
        V=pd.DataFrame(V, CODES).T,
        kinds={
            "imports": "imports",
            "product taxes": "product_taxes",
            "compensation": "compensation",
            "production taxes": "production_taxes",
            "fixed capital": "surplus",
            "net surplus": "surplus",
        },
        demand_kinds={"inventories": "inventories", "exports": "exports"},
        satellites=pd.DataFrame([EMPLOYMENT], ["employment"], CODES),
        satellite_units={"employment": "thousand persons"},
        unit="million EUR",
        year=1995,
    )


def printed(values: list[float]) -> object:
    """To the four digits that are printed."""
    return pytest.approx(values, abs=5.1e-5)


def test_coefficients_and_inverse(table: IOTable) -> None:
    assert table.x["manufacturing"] == 1_079_446  # the manual's row total 1,079,400 is rounded
    cells = [("agriculture", "agriculture"), ("manufacturing", "manufacturing")]
    cells += [("construction", "construction"), ("business", "agriculture")]
    cells += [("business", "business")]
    assert [table.A.loc[cell] for cell in cells] == printed(
        [0.0258, 0.2822, 0.0158, 0.0828, 0.2790]
    )
    assert table.L.diagonal().to_list()[:3] == printed([1.0339, 1.4292, 1.0289])


def test_output_multipliers(table: IOTable) -> None:
    expected = printed([1.7048, 1.8413, 1.8136, 1.6035, 1.5951, 1.3782])
    assert multipliers.output(table).to_list() == expected


def test_the_ghosh_inverse_and_its_forward_linkages(table: IOTable) -> None:
    first = table.G.to_frame()["agriculture"].to_list()
    assert first == printed([1.0339, 0.0118, 0.0037, 0.0103, 0.0117, 0.0043])
    # The R package iotables stores 1.6691 for manufacturing: two digits changed places.  The
    # table that it ships gives 1.6910.
    sums = printed([2.1126, 1.6910, 1.3558, 1.5848, 2.1037, 1.2106])
    assert table.G.row_sums().to_list() == sums
    relative = linkages.measure(table, "ghosh_forward")
    np.testing.assert_allclose(
        relative * table.G.row_sums().mean(),
        [2.1126, 1.6910, 1.3558, 1.5848, 2.1037, 1.2106],
        atol=5.1e-5,
    )


def test_value_added_and_employment(table: IOTable) -> None:
    value_added = multipliers.value_added(table)
    assert value_added["direct"].to_list() == printed(
        [0.4934, 0.3659, 0.4708, 0.5766, 0.5999, 0.7172]
    )
    assert value_added["total"].to_list() == printed(
        [0.8450, 0.7647, 0.8615, 0.9019, 0.9393, 0.9199]
    )
    persons = multipliers.jobs(table, row="employment")
    assert persons["total"].to_list() == printed([0.0326, 0.0162, 0.0207, 0.0237, 0.0112, 0.0242])
    assert persons.attrs["unit"].startswith("thousand persons per million EUR")
