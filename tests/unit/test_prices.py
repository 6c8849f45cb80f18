"""Prices: cases by hand, and what is refused by name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from iomodel import prices
from iomodel.errors import ArgumentError, LabelError, MissingAccountError, TableError
from iomodel.table import IOTable
from village import small

CODES = ["a", "b", "idle"]


def table() -> IOTable:
    return IOTable.from_frames(
        Z=pd.DataFrame([[10.0, 20, 0], [30, 0, 0], [0, 0, 0]], CODES, CODES),
        Y=pd.DataFrame({"C": [60.0, 40, 0], "E": [10.0, 30, 0]}, CODES),
        V=pd.DataFrame({"a": [20.0, 40], "b": [30.0, 50], "idle": [0.0, 0]}, ["m", "w"]),
        W=pd.DataFrame({"C": [25.0, 0], "E": [0.0, 0]}, ["m", "w"]),
        kinds={"m": "imports", "w": "compensation"},
        demand_kinds={"C": "private_consumption", "E": "exports"},
    )


def test_dearer_wages_by_hand() -> None:
    """p_a = 0.1 p_a + 0.3 p_b + 0.04 and p_b = 0.2 p_a: wages of a rise by a tenth."""
    found = prices.pass_through(table(), {"a": 0.04})
    p_a = 0.04 / (0.9 - 0.06)
    assert found[["a", "b"]].tolist() == pytest.approx([p_a, 0.2 * p_a])
    assert np.isnan(found["idle"])
    assert {"name", "unit", "formula", "reference"} <= found.attrs.keys()


def test_a_given_price_by_hand() -> None:
    found = prices.exogenous(table(), {"a": 0.1})
    assert found["price"].iloc[:2].tolist() == pytest.approx([0.1, 0.02])
    assert found.at["a", "cost"] == pytest.approx(0.1 * 0.9 - 0.3 * 0.02)
    assert found["fixed"].tolist() == [True, False, False]
    frozen = prices.exogenous(table(), {"a": 0.0}, costs={"b": 0.05})
    assert frozen.at["b", "price"] == pytest.approx(0.05)
    assert frozen.at["a", "cost"] == pytest.approx(-0.3 * 0.05)  # the margin pays


def test_imports_and_what_consumers_pay() -> None:
    dearer = prices.imports(table(), 0.1)
    p_a = (0.02 + 0.3 * 0.03) / (0.9 - 0.06)
    assert dearer[["a", "b"]].tolist() == pytest.approx([p_a, 0.2 * p_a + 0.03])
    cost = prices.final_demand(table(), dearer, imports=0.1)
    home = 60 * p_a + 40 * (0.2 * p_a + 0.03)
    assert cost.loc["C"].tolist() == pytest.approx([home, 2.5, home + 2.5, (home + 2.5) / 125])
    assert cost.at["E", "imported"] == 0
    only_a = prices.imports(table(), pd.Series({"idle": 0.0, "b": 0.0, "a": 0.1}))
    assert only_a["a"] == pytest.approx(0.02 / 0.84)


def test_prices_of_a_sam_reach_people() -> None:
    """With activities at given prices people pay for what they buy, and for their own imports."""
    model = small().cut(endogenous=["farms", "mills", "labour", "capital", "people"])
    share = model.A["people"]
    found = prices.exogenous(model, {"farms": 0.1, "mills": 0.0})
    assert found.at["people", "price"] == pytest.approx(0.1 * share["farms"])
    dearer = prices.imports(model, 0.1)
    m = model.leakage_coefficients.loc["trade"]
    assert dearer["people"] == pytest.approx(
        0.1 * m["people"] + share["farms"] * dearer["farms"] + share["mills"] * dearer["mills"]
    )


def test_trade_must_be_known_apart() -> None:
    inside = small().cut(exogenous=["state", "saving", "tax", "income", "transfers", "balance"])
    with pytest.raises(MissingAccountError, match=r"(?s)no exogenous account of kind 'row-trade'"):
        prices.imports(inside, 0.1)
    no_imports = IOTable.from_coefficients(
        pd.DataFrame([[0.5]], ["a"], ["a"]), pd.Series({"a": 1.0})
    )
    with pytest.raises(MissingAccountError, match="no primary input of kind imports"):
        prices.imports(no_imports, 0.1)


def test_labels_and_numbers_are_checked() -> None:
    with pytest.raises(LabelError, match="'c' is not an account"):
        prices.pass_through(table(), {"c": 0.1})
    with pytest.raises(TableError, match="not finite"):
        prices.pass_through(table(), {"a": float("inf")})
    with pytest.raises(TableError, match=r"(?s)costs names 1 accounts.*'idle': 0.1"):
        prices.pass_through(table(), {"idle": 0.1})
    with pytest.raises(LabelError, match="No account has its price given"):
        prices.exogenous(table(), {})
    with pytest.raises(LabelError, match="price of every account"):
        prices.exogenous(table(), {"a": 0.1, "b": 0.1})
    with pytest.raises(LabelError, match=r"(?s)both price and cost are given.*'a'"):
        prices.exogenous(table(), {"a": 0.1}, costs=pd.Series({"a": 0.1}))
    with pytest.raises(LabelError, match="not a change in price"):
        prices.imports(table(), float("nan"))
    with pytest.raises(LabelError, match="2 missing"):
        prices.imports(table(), {"a": 0.1})
    with pytest.raises(LabelError, match="not a change in price"):
        prices.final_demand(table(), prices.imports(table(), 0.1), imports=float("nan"))
    with pytest.raises(TableError, match="not finite"):
        prices.final_demand(table(), pd.Series({"a": np.nan, "b": 0.0, "idle": np.nan}))
    with pytest.raises(LabelError, match="1 missing"):
        prices.final_demand(table(), pd.Series({"a": 0.1, "b": 0.0}))


def test_an_uncut_sam_and_total_transactions_are_refused() -> None:
    with pytest.raises(ArgumentError, match="Cut a SAM"):
        prices.pass_through(small(), {"farms": 0.1})  # type: ignore[arg-type]
    total = replace(table(), meta=table().meta.but(origin="total"))
    for ask in (
        lambda: prices.pass_through(total, {"a": 0.1}),
        lambda: prices.exogenous(total, {"a": 0.1}),
        lambda: prices.imports(total, 0.1),
        lambda: prices.final_demand(total, pd.Series({"a": 0.1, "b": 0.1, "idle": 0.0})),
    ):
        with pytest.raises(MissingAccountError, match="The price model needs domestic flows"):
            ask()
