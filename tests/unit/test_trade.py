"""Imports and value added in final demand, on a table small enough to follow by hand."""

import pandas as pd
import pytest

from iomodel import closure, trade
from iomodel.meta import Meta
from iomodel.table import IOTable
from strategies import changed

CODES = ["a", "b"]
KINDS = {
    "IET": "imports",
    "P.721": "imports",
    "P.621": "moved",
    "tax": "product_taxes",
    "D.1": "compensation",
    "B.2b": "surplus",
}
DEMAND = {"C": "private_consumption", "I": "inventories", "E": "exports"}


def table() -> IOTable:
    """a buys 40 of b; b buys nothing here. Visitors spend 20 of what is called consumption."""
    return IOTable.from_frames(
        Z=pd.DataFrame([[0.0, 0], [40, 0]], CODES, CODES),
        Y=pd.DataFrame({"C": [40.0, 50], "I": [0.0, 0], "E": [60.0, 10]}, CODES),
        V=pd.DataFrame(
            {"a": [25.0, 0, 0, 5, 20, 10], "b": [40.0, 0, 0, 0, 30, 30]}, index=list(KINDS)
        ),
        W=pd.DataFrame(
            {
                "C": [20.0, 10, -20, 10, 0, 0],
                "I": [0.0, 0, 0, 0, 0, 0],
                "E": [0.0, 0, 20, 0, 0, 0],
            },
            list(KINDS),
        ),
        kinds=KINDS,
        demand_kinds=DEMAND,
        meta=Meta(title="by hand", unit="million MXN"),
    )


def test_import_content_by_hand() -> None:
    content = trade.import_content(table())
    # m = 0.25 and 0.40; mL = 0.25 + 0.4 * 0.4 = 0.41 and 0.40
    assert content.loc["C"].to_list() == pytest.approx(
        [30, 0.41 * 40 + 0.4 * 50, 66.4, 66.4 / (90 + 20 + 10 + 10)]
    )
    assert content.loc["E"].to_list() == pytest.approx([0, 28.6, 28.6, 28.6 / 70])
    assert content.loc["I"].isna().to_list() == [False, False, False, True]
    assert content.index.name == "category"


def test_tourists_are_neither_imports_nor_exports_here() -> None:
    content = trade.import_content(table())
    # P.7 would say 20 + 10 - 20 of consumption and 20 of exports: visitors netted out
    assert content.loc["C", "direct"] == 30
    assert content.loc["E", "direct"] == 0
    coverage = content.attrs["coverage"]
    assert "P.621, 20 million MXN" in coverage
    assert "not in exports" in coverage
    assert content.attrs["rows"] == ["IET", "P.721"]


def test_imports_nobody_recorded_are_said_to_be_missing() -> None:
    t = table()
    bare = trade.import_content(changed(t, W=0 * t.arrays.W))
    assert "records no imports bought by final demand" in bare.attrs["coverage"]
    W = t.arrays.W.copy()
    W[2] = 0
    assert "who bought" in trade.import_content(changed(t, W=W)).attrs["coverage"]


def test_value_added_in_exports_by_hand() -> None:
    exports = trade.value_added_in_exports(table())
    # v = 0.30 and 0.60; vL = 0.30 + 0.4 * 0.6 = 0.54 and 0.60; taxes 0.05
    assert exports.loc["a"].to_list() == pytest.approx([60, 18, 14.4, 32.4, 0.54, 0.41])
    assert exports.loc["b"].to_list() == pytest.approx([10, 6, 0, 6, 0.6, 0.4])
    totals = trade.export_totals(table())
    assert totals.to_dict() == pytest.approx(
        {
            "exports": 70,
            "direct": 24,
            "indirect": 14.4,
            "total": 38.4,
            "imports": 28.6,
            "content": 38.4 / 70,
            "import_content": 28.6 / 70,
        }
    )
    assert totals["content"] + totals["import_content"] == pytest.approx(1 - 0.05 * 60 / 70)


def test_the_income_multiplier_is_weighted_by_exports() -> None:
    t = table()
    assert trade.income_multiplier(t, ["a"]) == pytest.approx(0.54 / 0.30)
    assert trade.income_multiplier(t, "b") == pytest.approx(1)
    both = (0.54 * 60 + 0.6 * 10) / (0.3 * 60 + 0.6 * 10)
    assert trade.income_multiplier(t, ["a", "b"]) == pytest.approx(both)
    assert trade.income_multiplier(t, ("b", "a")) == pytest.approx(both)
    even = (0.54 + 0.6) / (0.3 + 0.6)
    assert trade.income_multiplier(t, ["a", "b"], weights={"b": 7, "a": 7}) == pytest.approx(even)


def test_respending_raises_the_content_of_exports() -> None:
    open_table, closed = table(), closure.households(table(), spending={"a": 0.2, "b": 0.3})
    assert (
        trade.value_added_in_exports(closed).loc[CODES, "content"]
        > trade.value_added_in_exports(open_table)["content"]
    ).all()
    # all imports still end in final demand, those of households now through exports and visitors
    assert trade.import_content(closed)["total"].sum() == pytest.approx(95)
    assert trade.import_content(open_table)["total"].sum() == pytest.approx(95)
