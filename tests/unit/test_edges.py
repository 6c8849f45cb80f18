"""Networks of firms: ways in, refusals, and what a size beyond an array gives and does not."""

from __future__ import annotations

import builtins
import importlib
import pickle
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import coo_array, csr_array, save_npz

import iomodel as im
from iomodel import flows
from iomodel.bop import Item
from iomodel.errors import (
    BalanceError,
    FileError,
    LabelError,
    LayoutError,
    MissingExtraError,
    TableError,
    TooLargeError,
)

LINES = pd.DataFrame(
    [("mine", "mill", 40.0), ("mill", "mine", 10.0), ("mill", "shop", 50.0)],
    columns=["seller", "buyer", "value"],
)
OUTPUT = pd.Series({"mine": 100.0, "mill": 80.0, "shop": 90.0})


def test_demand_and_value_added_are_what_is_left() -> None:
    table = im.from_edges(LINES, output=OUTPUT, unit="pesos", year=2020)
    assert table.accounts.codes == ("mill", "mine", "shop")
    assert table.f.to_dict() == {"mill": 20.0, "mine": 60.0, "shop": 90.0}
    assert table.v.to_dict() == {"mill": 40.0, "mine": 90.0, "shop": 40.0}
    assert (table.meta.unit, table.meta.year, table.meta.history) == ("pesos", 2020, ())
    assert table.arrays.held == "sparse"
    by_demand = im.from_edges(LINES, demand=table.f, inputs=table.v)
    assert by_demand.x.to_dict() == table.x.to_dict()
    rest = im.from_edges(
        LINES,
        output=OUTPUT,
        inputs=pd.DataFrame({"imports": [5.0, 5, 5]}, index=OUTPUT.index),
        rest="surplus",
        kinds={"imports": "imports", "surplus": "surplus"},
    )
    assert rest.V.loc["surplus"].to_dict() == {"mill": 35.0, "mine": 85.0, "shop": 35.0}
    with pytest.raises(BalanceError, match="inputs"):
        im.from_edges(LINES, output=OUTPUT, inputs=rest.V.T[["imports"]])
    with pytest.raises(TableError, match="Neither"):
        im.from_edges(LINES)


def test_lines_of_one_pair_are_added_up_and_counted() -> None:
    twice = pd.concat([LINES, LINES.assign(value=1.0)])
    table = im.from_edges(twice, output=OUTPUT)
    assert table.Z.loc["mine", "mill"] == 41.0
    assert table.meta.history == ("3 lines of pairs named before were added up",)


@pytest.mark.parametrize("of", [int, float, str, "category", "mixed"])
def test_labels_of_any_type_are_codes(of: object) -> None:
    seller, buyer = [11, 2, 11], [2, 11, 3]
    frame = pd.DataFrame({"seller": seller, "buyer": buyer, "value": [1.0, 2, 3]})
    if of == "mixed":
        frame["seller"] = [11, "2 ", "11"]
    else:
        frame[["seller", "buyer"]] = frame[["seller", "buyer"]].astype(of)  # type: ignore[call-overload]
    table = im.from_edges(frame, demand={"2": 5.0, "3": 5.0, "11": 5.0})
    assert sorted(table.accounts.codes) == ["11", "2", "3"]
    if of in (int, float):
        assert table.accounts.codes == ("2", "3", "11")  # in the order of the numbers
    assert table.Z.loc["11", "2"] == 1.0
    assert table.Z.loc["11", "3"] == 3.0


def test_what_edges_cannot_be_is_refused_by_name() -> None:
    with pytest.raises(LabelError, match="lack 1 columns") as caught:
        im.from_edges(LINES.drop(columns="buyer"), output=OUTPUT)
    assert "'buyer'" in caught.value.findings
    with pytest.raises(LabelError, match="lack a seller or a buyer") as caught:
        im.from_edges(LINES.assign(buyer=["mill", None, "shop"]), output=OUTPUT)
    assert caught.value.findings == ("line 1",)
    with pytest.raises(TableError, match="negative or no number") as caught:
        im.from_edges(LINES.assign(value=[1.0, -2.0, np.nan]), output=OUTPUT)
    assert caught.value.findings == ("'mill' to 'mine': -2", "'mill' to 'shop': nan")
    with pytest.raises(LabelError, match="`codes` does not have") as caught:
        im.from_edges(LINES, output=OUTPUT, codes=["mine", "mill"])
    assert caught.value.findings == ("'shop'",)
    with pytest.raises(TableError, match="The edges are a list"):
        im.from_edges([1, 2], output=OUTPUT)
    with pytest.raises(LabelError, match="missing"):
        im.from_edges(LINES, output=OUTPUT.drop("shop"))
    with pytest.raises(TableError, match=r"1 intermediate deliveries are negative") as caught:
        im.from_edges(csr_array([[0.0, -1.0], [0.0, 0.0]]), output=np.ones(2))
    assert "row '0', column '1': -1" in caught.value.findings
    with pytest.raises(TableError, match=r"Z has 1 values that are not finite") as caught:
        im.from_edges(csr_array([[0.0, np.nan], [0.0, 0.0]]), output=np.ones(2))
    assert "row '0', column '1': nan" in caught.value.findings


def test_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    LINES.to_csv(tmp_path / "e.csv", index=False)
    table = im.from_edges(tmp_path / "e.csv", output=OUTPUT)
    assert table.Z.loc["mill", "shop"] == 50.0
    save_npz(tmp_path / "e.npz", coo_array(table.arrays.Z))
    same = im.from_edges(str(tmp_path / "e.npz"), output=table.x, codes=table.accounts.codes)
    pd.testing.assert_frame_equal(same.Z, table.Z)
    numbered = im.from_edges(tmp_path / "e.npz", output=table.arrays.x)
    assert numbered.accounts.codes == ("0", "1", "2")
    with pytest.raises(FileError, match="cannot be read"):
        im.from_edges(tmp_path / "gone.csv", output=OUTPUT)
    LINES.drop(columns="value").to_csv(tmp_path / "less.csv", index=False)
    with pytest.raises(LayoutError, match="no edge list"):
        im.from_edges(tmp_path / "less.csv", output=OUTPUT)
    with pytest.raises(LayoutError, match=r"no \.csv, \.parquet or \.npz"):
        im.from_edges(tmp_path / "e.xlsx", output=OUTPUT)

    whole = importlib.import_module

    def without(name: str, *args: object) -> ModuleType:
        if name == "pyarrow":
            raise ImportError(name)
        return whole(name, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(importlib, "import_module", without)
    with pytest.raises(MissingExtraError, match="pip install pyarrow") as caught:
        im.from_edges(tmp_path / "e.parquet", output=OUTPUT)
    assert isinstance(caught.value, ImportError)
    assert builtins.ImportError


def test_parquet(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    LINES.to_parquet(tmp_path / "e.parquet")
    table = im.from_edges(tmp_path / "e.parquet", output=OUTPUT)
    assert table.Z.loc["mill", "shop"] == 50.0


@pytest.fixture(scope="module")
def firms() -> im.IOTable:
    """20,000 firms with five suppliers each."""
    n, rng = 20_000, np.random.default_rng(3)
    seller, buyer = (n * rng.random(5 * n) ** 3).astype(int), np.repeat(np.arange(n), 5)
    value = rng.pareto(1.5, 5 * n) + 0.01
    lines = pd.DataFrame({"seller": seller, "buyer": buyer, "value": value})
    bought, sold = np.bincount(buyer, value, n), np.bincount(seller, value, n)
    x = np.maximum(1.1 * sold, bought / rng.uniform(0.2, 0.9, n))
    inputs = rng.dirichlet([2, 2, 2], n) * (x - bought)[:, None]
    kinds = {"imports": "imports", "wages": "compensation", "surplus": "surplus"}
    return im.from_edges(
        lines,
        output=pd.Series(x),
        inputs=pd.DataFrame(inputs, columns=list(kinds)),
        kinds=kinds,
        unit="million MXN",
        year=2018,
        meta=im.Meta(currency="MXN"),
    )


def test_firms_are_asked_as_sectors_are(firms: im.IOTable) -> None:
    n = len(firms.accounts)
    m = im.multipliers.output(firms).to_numpy()
    A = firms.arrays.flows / firms.arrays.x
    np.testing.assert_allclose(m - A.T @ m, 1.0, rtol=1e-10)
    x = firms.L @ firms.f.sample(frac=1, random_state=0)
    np.testing.assert_allclose(x, firms.arrays.x, rtol=1e-9)
    total = firms.arrays.V.sum(axis=0) / firms.arrays.x
    np.testing.assert_allclose(firms.L.T.solve(total), 1.0, rtol=1e-10)
    key = im.OwnershipKey.from_shares("k", pd.Series(0.4, index=firms.accounts.index))
    items = (Item("dividends", "Dividends", 100.0, "from_surplus", "foreign_equity"),)
    bop = im.BalanceOfPayments("", 2018, items, 1.0, "MXN", "million MXN", "invented")
    content = im.leakage.content(firms, im.leakage.allocate(firms, bop, key=key))
    np.testing.assert_allclose(content["gdp"] + content["imports"], 1.0, rtol=1e-10)
    assert ((content["gni_recorded"] < content["gva"]) & (content["gni_recorded"] > 0)).all()
    paid = (content["gva"] - content["gni_recorded"]).to_numpy() @ firms.f.to_numpy()
    assert paid == pytest.approx(100.0, rel=1e-9)
    top = im.extraction.largest(firms, top=2)
    assert (top["loss"] <= top["bound"]).all()
    assert len(im.linkages.indices()["rasmussen_forward"].compute(firms)) == n


def test_what_needs_the_array_says_so(firms: im.IOTable) -> None:
    for question in (
        lambda: firms.Z,
        lambda: firms.A,
        lambda: firms.B,
        lambda: im.extraction.totals(firms),
    ):
        with pytest.raises(
            TooLargeError, match=r"20000 sectors as an array need 3\.2 GB"
        ) as caught:
            question()
        assert "extraction.largest" in caught.value.remedy
    with pytest.raises(TableError, match="0 largest losses"):
        im.extraction.largest(firms, top=0)


def test_sparse_flows_cannot_be_assigned_and_travel(firms: im.IOTable) -> None:
    with pytest.raises(ValueError, match="read-only"):
        firms.arrays.flows.data[0] = 1.0
    again = pickle.loads(pickle.dumps(firms))
    with pytest.raises(ValueError, match="read-only"):
        again.arrays.flows.data[0] = 1.0
    assert (again.arrays.flows != firms.arrays.flows).nnz == 0
    given = csr_array(np.eye(2))
    kept = flows.frozen(given)
    given.data[0] = 5.0
    assert kept.data[0] == 1.0
