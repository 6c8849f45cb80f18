"""Extraction on a bundled table, by hand, in national income, by region, and what it refuses."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import iomodel as im
import naive
from iomodel import closure, extraction
from iomodel.errors import LabelError, MissingAccountError, TableError
from iomodel.meta import Meta
from iomodel.table import IOTable

CODES = ["a", "b"]
SECTORS = ("complete", "backward", "backward_others", "forward", "forward_others", "forward_ghosh")
QUESTIONS: dict[str, Callable[..., object]] = {
    **{name: getattr(extraction, name) for name in SECTORS},
    "totals": extraction.totals,
    "partial_backward": lambda table, **options: extraction.partial_backward(table, 0.5, **options),
    "partial_forward": lambda table, **options: extraction.partial_forward(table, 0.5, **options),
    "flow": lambda table, **options: extraction.flow(table, "a", "b", **options),
    "group": lambda table, **options: extraction.group(table, ["a"], **options),
    "region": lambda table, **options: extraction.region(regional(table), "r", **options),
    "regions": lambda table, **options: extraction.regions(regional(table), **options),
}


def table(**meta: object) -> IOTable:
    return IOTable.from_frames(
        pd.DataFrame([[10.0, 20], [30, 0]], CODES, CODES),
        pd.Series([70.0, 70], CODES, name="consumption"),
        pd.DataFrame({"a": [20.0, 25, 15], "b": [30.0, 35, 15]}, ["imports", "D.1", "B.2b"]),
        kinds={"imports": "imports", "D.1": "compensation", "B.2b": "surplus"},
        demand_kinds={"consumption": "private_consumption"},
        satellites=pd.DataFrame({"a": [7.0], "b": [9.0]}, ["PT"]),
        satellite_units={"PT": "jobs"},
        meta=replace(Meta(title="small", unit="million"), **meta),
    )


def regional(table: IOTable) -> IOTable:
    """The same table with its first sector in region r and the others in s."""
    regions = ("r", *["s"] * (len(table.accounts) - 1))
    return replace(table, accounts=replace(table.accounts, regions=regions))


def without(A: np.ndarray, f: np.ndarray, k: int) -> np.ndarray:
    A, f = A.copy(), f.copy()
    A[k, :], A[:, k], f[k] = 0, 0, 0
    return np.linalg.inv(np.eye(len(A)) - A) @ f


def test_mexico_2018_without_each_industry() -> None:
    mx = im.load("mexico-2018")
    A, f, x = naive.coefficients(mx), mx.f.to_numpy(), mx.x.to_numpy()
    v = np.divide(mx.v.to_numpy(), x, out=np.zeros_like(x), where=x > 0)
    lost = np.column_stack([x - without(A, f, k) for k in range(len(x))])
    naive.close(extraction.complete(mx), lost, 1e-10)
    in_income = v[:, None] * lost
    naive.close(extraction.complete(mx, measure="value_added"), in_income, 1e-10)
    totals = extraction.totals(mx, measure="value_added", percent=True)
    naive.close(totals["complete"], 100 * in_income.sum(axis=0) / mx.v.sum(), 1e-10)
    for name in SECTORS:
        frame = getattr(extraction, name)(mx, measure="value_added", percent=True)
        naive.close(totals[name], frame.sum(), 1e-10)
    ranked = extraction.complete(mx).sum().sort_values(ascending=False)
    assert ranked.index.name == "extracted"
    assert set(ranked.index) == set(mx.accounts.codes)


def test_national_income_is_a_measure() -> None:
    mx = im.load("mexico-2018")
    payments = im.load_bop("mexico", 2018)
    outflow = im.leakage.allocate(mx, payments, key=im.leakage.default_key(mx))
    stays = mx.v - outflow.reading["recorded"]
    lost = extraction.totals(mx, measure=mx.accounts.series(mx.per_unit(stays), "GNI, recorded"))
    assert lost.attrs["measure"] == "GNI, recorded"
    assert lost.attrs["total"] == pytest.approx(stays.sum(), rel=1e-12)
    produced = extraction.totals(mx, measure="value_added")
    assert (lost["complete"] <= produced["complete"] + 1e-6).all()
    # m x / l with m from the ladder of leakage, which solves for it on its own
    content = im.leakage.content(mx, outflow)["gni_recorded"]
    by_content = content * mx.x / mx.L.diagonal()
    pd.testing.assert_series_equal(lost["complete"], by_content, check_names=False, rtol=1e-10)


def test_two_sectors_by_hand() -> None:
    # A = [.1 .2; .3 0], det(I - A) = .84, L = [1 .2; .3 .9] / .84
    lost = extraction.complete(table())
    np.testing.assert_allclose(lost, [[100, 20 / 0.9], [30, 100]])  # each falls to f / (1 - a)
    assert extraction.complete(table(), measure="PT")["a"].to_list() == pytest.approx([7, 2.7])
    assert extraction.complete(table(), measure="PT").attrs["unit"] == "jobs"
    wages = extraction.complete(table(), measure="compensation", percent=True)
    assert wages["a"].to_list() == pytest.approx([100 * 25 / 60, 100 * 0.3 * 35 / 60])
    assert wages.attrs["unit"] == "percent of compensation of the economy"
    one_row = extraction.complete(table(), measure="D.1")
    np.testing.assert_allclose(one_row, wages * 0.6)
    assert extraction.flow(table(), "a", "b", share=0.0).to_list() == [0, 0]
    mine = extraction.complete(table(), measure={"b": 0.0, "a": 2.0}, own=False)
    np.testing.assert_allclose(mine, [[0, 40 / 0.9], [0, 0]])


def test_kinds_of_primary_input_add_up_to_one_peso_of_demand() -> None:
    kinds = ("compensation", "surplus", "imports")
    parts = {kind: extraction.totals(table(), measure=kind) for kind in kinds}
    product = parts["compensation"] + parts["surplus"]
    naive.close(product, extraction.totals(table(), measure="value_added"), 1e-12)
    # all primary inputs: every column of w L sums to 1, and the loss is x / l
    everything = product + parts["imports"]
    np.testing.assert_allclose(everything["complete"], [84, 84 / 0.9])
    np.testing.assert_allclose(everything["backward"], [0.4 * 84, 0.2 * 84 / 0.9])


def test_income_of_endogenous_households_is_value_added() -> None:
    closed = closure.households(table(), spending={"a": 0.3, "b": 0.3})
    lost = extraction.complete(closed, measure="value_added")
    by_hand = (table().v / table().x).to_numpy()[:, None] * extraction.complete(closed).iloc[:2]
    np.testing.assert_allclose(lost.iloc[:2], by_hand)


def test_a_measure_of_nothing_has_no_percent() -> None:
    none = replace(table(), arrays=replace(table().arrays, S=np.zeros((1, 2))))
    assert extraction.totals(none, measure="PT", percent=True).isna().all(axis=None)
    assert not extraction.totals(none, measure="PT").any(axis=None)


def test_a_region_is_the_group_of_its_sectors() -> None:
    split = regional(table())
    ours = extraction.region(split, "s", own=False)
    assert ours.index.names == ["region", "sector"]
    assert ours.to_list() == extraction.group(split, [("s", "b")], own=False).to_list()
    assert ours.to_list() == pytest.approx([20 / 0.9, 0])
    assert extraction.complete(split).columns.names == ["region", "extracted"]
    with pytest.raises(LabelError, match=r"'t' is not a region\.\nThe regions are: r, s"):
        extraction.region(split, "t")
    with pytest.raises(MissingAccountError, match=r"no regions.\nName sectors: extraction\.group"):
        extraction.region(table(), "r")


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_table_that_cannot_answer_is_refused_by_every_question(question: str) -> None:
    ask = QUESTIONS[question]
    assert isinstance(ask(table()), (pd.DataFrame, pd.Series))
    with pytest.raises(MissingAccountError, match="split_imports"):
        ask(table(origin="total"))
    with pytest.raises(MissingAccountError, match=r"(?s)'wages'.*'D.1': D.1.*'PT': PT.*output"):
        ask(table(), measure="wages")
    with pytest.raises(MissingAccountError, match="product_taxes"):
        ask(table(), measure="product_taxes")
    with pytest.raises(LabelError, match="The measure has shape"):
        ask(table(), measure=np.ones(3))
    with pytest.raises(TableError, match="not finite"):
        ask(table(), measure=np.array([1.0, np.nan]))
    with pytest.raises(TableError, match="The measure has 2 columns"):
        ask(table(), measure=np.ones((2, 2)))


@pytest.mark.parametrize("name", ["partial_backward", "partial_forward"])
def test_a_share_is_from_0_to_1_for_each_sector(name: str) -> None:
    partial = getattr(extraction, name)
    for share in (-0.1, 1.1, float("nan")):
        with pytest.raises(TableError, match="2 shares to extract are not from 0 to 1"):
            partial(table(), share)
    with pytest.raises(TableError, match=r"1 shares.*\n  'b': 2"):
        partial(table(), {"a": 0.5, "b": 2.0})
    with pytest.raises(LabelError, match="missing 'b'"):
        partial(table(), {"a": 0.5})
    with pytest.raises(TableError, match="The share has 2 columns"):
        partial(table(), np.ones((2, 2)))
    np.testing.assert_array_equal(partial(table(), np.float32(0.5)), partial(table(), 0.5))


def test_a_flow_is_between_sectors_there_are() -> None:
    with pytest.raises(LabelError, match="'z' is not an account"):
        extraction.flow(table(), "a", "z")
    with pytest.raises(TableError, match=r"share to extract is 1\.5"):
        extraction.flow(table(), "a", "b", share=1.5)


@pytest.mark.parametrize(
    ("sectors", "words"),
    [([], "has no sector"), (["a", "a"], "'a' 2 times"), (["z"], "'z'")],
)
def test_a_group_names_each_sector_once(sectors: object, words: str) -> None:
    with pytest.raises(LabelError, match=words):
        extraction.group(table(), sectors)  # type: ignore[arg-type]
