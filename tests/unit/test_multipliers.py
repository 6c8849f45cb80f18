"""Multipliers: small cases by hand, what stands in `.attrs`, sectors without a direct effect."""

import pandas as pd
import pytest

from iomodel import multipliers
from iomodel.meta import Meta
from iomodel.table import IOTable
from strategies import changed

CODES = ["a", "b"]


def table(unit: str = "million MXN") -> IOTable:
    """b works for nobody but a, pays no wages and buys nothing."""
    return IOTable.from_frames(
        Z=pd.DataFrame([[0.0, 0], [40, 0]], CODES, CODES),
        Y=pd.DataFrame({"C": [100.0, 10]}, CODES),
        V=pd.DataFrame({"a": [30.0, 30, 0], "b": [10.0, 0, 40]}, ["m", "w", "s"]),
        kinds={"m": "imports", "w": "compensation", "s": "surplus"},
        satellites=pd.DataFrame([[50.0, 25], [1.0, 0]], ["PT", "CO2"], CODES),
        satellite_units={"PT": "jobs", "CO2": "tonnes"},
        meta=Meta(unit=unit),
    )


def test_a_chain_of_two_by_hand() -> None:
    t = table()
    assert multipliers.output(t).to_dict() == pytest.approx({"a": 1.4, "b": 1.0})
    # a imports 0.3 itself and 0.4 of b, which imports 0.2 of its output
    imports = multipliers.imports(t)
    assert imports.loc["a"].to_list() == pytest.approx([0.3, 0.38, 0.38 / 0.3])
    assert multipliers.value_added(t)["total"].to_list() == pytest.approx([0.62, 0.8])
    assert multipliers.jobs(t).loc["a"].to_list() == pytest.approx([0.5, 0.7, 1.4])
    assert multipliers.jobs(t, row="CO2")["total"].to_list() == pytest.approx([0.01, 0.0])


def test_without_a_direct_effect_there_is_no_ratio() -> None:
    wages = multipliers.compensation(table())
    assert wages["multiplier"].isna().to_list() == [False, True]
    assert wages["total"]["b"] == 0
    surplus = multipliers.surplus(table())
    assert surplus["total"].to_list() == pytest.approx([0.32, 0.8])
    assert surplus["multiplier"].isna().to_list() == [True, False]


def test_dust_is_no_direct_effect() -> None:
    t = table()
    V = t.arrays.V.copy()
    V[2, 0], V[1, 0] = 4e-12, 30 - 4e-12  # what official files hold for zero
    assert multipliers.surplus(changed(t, V=V))["multiplier"].isna()["a"]


def test_results_say_what_they_are() -> None:
    t = table()
    for result in (multipliers.output(t), multipliers.value_added(t), multipliers.jobs(t)):
        assert {"name", "unit", "formula", "reference"} <= result.attrs.keys()
        assert result.index.name == "sector"
    assert multipliers.jobs(t, row="CO2").attrs["unit"].startswith("tonnes per million MXN")
    assert multipliers.jobs(table(unit=""), row="CO2").attrs["unit"].startswith("tonnes per unit")
    assert multipliers.imports(t).attrs["rows"] == ["m"]


def test_taxes_of_one_kind_are_the_taxes_there_are() -> None:
    t = IOTable.from_frames(
        Z=pd.DataFrame([[0.0, 0], [40, 0]], CODES, CODES),
        Y=pd.DataFrame({"C": [100.0, 10]}, CODES),
        V=pd.DataFrame({"a": [6.0, 54], "b": [10.0, 40]}, ["tax", "v"]),
        kinds={"tax": "product_taxes"},
    )
    taxes = multipliers.taxes(t)
    assert taxes.attrs["rows"] == ["tax"]
    assert taxes["total"].to_list() == pytest.approx([0.06 + 0.4 * 0.2, 0.2])
