"""Groups of households and spending at the margin, in pesos by hand, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from iomodel import closure, miyazawa, multipliers
from iomodel.errors import (
    ArgumentError,
    LabelError,
    MissingAccountError,
    NegativeFlowWarning,
    NotProductiveError,
    TableError,
)
from iomodel.meta import Meta
from iomodel.table import IOTable
from strategies import changed

CODES = ["a", "b"]
KINDS = {"IET": "imports", "tax": "product_taxes", "D.1": "compensation", "B.2b": "surplus"}
DEMAND = {"C": "private_consumption", "E": "exports"}
INCOME = pd.DataFrame([[0.75, 0.25], [0.25, 0.75]], ["poor", "rich"], CODES)
SPENDING = pd.DataFrame({"poor": [0.5, 0.3], "rich": [0.1, 0.2]}, CODES)
SAY = {"income": INCOME, "spending": SPENDING}


def table() -> IOTable:
    """a: 200, of which wages 80; b: 100, of which wages 40."""
    return IOTable.from_frames(
        Z=pd.DataFrame([[20.0, 30], [40, 0]], CODES, CODES),
        Y=pd.DataFrame({"C": [90.0, 40], "E": [60.0, 20]}, CODES),
        V=pd.DataFrame({"a": [20.0, 10, 80, 30], "b": [5.0, 5, 40, 20]}, list(KINDS)),
        W=pd.DataFrame({"C": [20.0, 10, 0, 0], "E": [0.0, 0, 0, 0]}, list(KINDS)),
        kinds=KINDS,
        demand_kinds=DEMAND,
        meta=Meta(title="by hand", unit="million"),
    )


def test_two_groups_by_hand() -> None:
    direct = pd.DataFrame({"poor": [0.1], "rich": [0.2]}, ["IET"])
    closed = closure.groups(table(), income=INCOME, spending=SPENDING, direct=direct)
    assert closed.accounts.codes == ("a", "b", "poor", "rich")
    assert closed.accounts.kinds[2:] == ("households", "households")
    assert closed.x[["poor", "rich"]].tolist() == [70, 50]  # 60 + 10, 20 + 30
    assert closed.Z.loc["poor"].tolist() == [60, 10, 0, 0]
    assert closed.Z["rich"].tolist() == pytest.approx([5, 10, 0, 0])
    assert closed.Y["C"].tolist() == pytest.approx([90 - 35 - 5, 40 - 21 - 10, 0, 0])
    assert closed.inputs.codes == ("IET", "tax", "B.2b", "saving")  # all wages are given out
    assert closed.V.loc["IET"].tolist() == pytest.approx([20, 5, 7, 10])
    assert closed.W.loc["IET", "C"] == pytest.approx(3)
    assert closed.V.loc["saving", ["poor", "rich"]].tolist() == pytest.approx([7, 25])
    assert closed.check()["holds"].all()
    assert "'poor' earns 70; a unit buys 0.8 of domestic" in closed.meta.history[-1]
    assert closed.meta.assumptions == closed.meta.history


def test_income_that_nobody_here_receives_stays_outside() -> None:
    half = {"compensation": INCOME / 2, "surplus": INCOME.iloc[::-1] * [0.0, 1.0]}
    closed = closure.groups(table(), income=half, spending=SPENDING)
    assert closed.V.loc["D.1"].tolist() == [40, 20, 0, 0]
    assert closed.V.loc["B.2b"].tolist() == [30, 0, 0, 0]
    assert closed.x[["poor", "rich"]].tolist() == pytest.approx([35 + 5, 25 + 15])


def test_interrelational_multipliers_by_hand() -> None:
    found = miyazawa.interrelational(table(), **SAY)
    A = np.array([[0.1, 0.3], [0.2, 0.0]])
    V = np.array([[0.3, 0.1], [0.1, 0.3]])
    L, C = np.linalg.inv(np.eye(2) - A), SPENDING.to_numpy()
    K = np.linalg.inv(np.eye(2) - V @ L @ C)
    np.testing.assert_allclose(found.K, K, rtol=1e-12)
    np.testing.assert_allclose(found.KVL, K @ V @ L, rtol=1e-12)
    assert found.K.index.tolist() == found.K.columns.tolist() == ["poor", "rich"]
    assert found.K.index.name == "group"
    assert found.KVL.columns.name == found.LCK.index.name == "sector"
    assert miyazawa.inverse(table(), **SAY).index.tolist() == ["a", "b", "poor", "rich"]
    # what the poor spend makes the rich earn more than the other way round
    assert found.K.at["rich", "poor"] > found.K.at["poor", "rich"]


def test_labels_come_in_any_order() -> None:
    turned = miyazawa.interrelational(
        table(), income=INCOME.iloc[:, ::-1], spending=SPENDING.iloc[::-1, ::-1]
    )
    pd.testing.assert_frame_equal(turned.K, miyazawa.interrelational(table(), **SAY).K)


def test_regions_share_the_groups() -> None:
    t = table()
    t = replace(t, accounts=replace(t.accounts, regions=("N", "S")))
    columns = t.accounts.index
    say = {
        "income": INCOME.set_axis(columns, axis=1),
        "spending": SPENDING.set_axis(columns, axis=0),
    }
    closed = closure.groups(t, **say)
    assert closed.accounts.keys[2:] == (("all", "poor"), ("all", "rich"))
    found = miyazawa.inverse(t, **say)
    assert found.index.tolist() == ["N, a", "S, b", "poor", "rich"]
    np.testing.assert_allclose(found, closed.L.to_frame(), rtol=1e-12)


def test_buying_more_than_there_is_leaves_negative_demand_and_a_warning() -> None:
    greedy = pd.DataFrame({"poor": [0.0, 0.9], "rich": [0.0, 0.1]}, CODES)
    with pytest.warns(NegativeFlowWarning, match=r"'b' 68 of 40"):
        closed = closure.groups(table(), income=INCOME, spending=greedy)
    assert closed.Y.at["b", "C"] == pytest.approx(-28)
    with pytest.warns(NegativeFlowWarning, match=r"'b' 108 of 40"):
        closure.marginal(table(), budget={"a": 0.0, "b": 1.0}, propensity=0.9)


def test_importing_more_than_consumers_did_is_a_warning_too() -> None:
    budget = {"a": 0.3, "b": 0.3}
    with pytest.warns(NegativeFlowWarning, match=r"'IET' 24 of 20.*'tax' 24 of 10"):
        closed = closure.marginal(
            table(), budget=budget, direct={"IET": 0.2, "tax": 0.2}, propensity=1.0
        )
    assert closed.W.loc["tax", "C"] == pytest.approx(-14)
    direct = pd.DataFrame({"poor": [0.2], "rich": [0.7]}, ["IET"])
    with pytest.warns(NegativeFlowWarning, match=r"'IET' 49 of 20"):
        closure.groups(table(), **SAY, direct=direct)


def test_the_margin_by_hand() -> None:
    closed = closure.marginal(
        table(), budget={"b": 0.25, "a": 0.5}, direct={"IET": 0.15, "tax": 0.1}, propensity=0.6
    )
    assert closed.A["households"].tolist() == pytest.approx([0.3, 0.15, 0])
    assert closed.x["households"] == 120
    assert closed.Y["C"].tolist() == pytest.approx([90 - 36, 40 - 18, 0])
    assert closed.V["households"].to_dict() == pytest.approx(
        {"IET": 10.8, "tax": 7.2, "B.2b": 0, "saving": 48}
    )
    assert closed.W["C"].tolist() == pytest.approx([9.2, 2.8, 0, 0])
    assert "marginal propensity of 0.6" in closed.meta.history[-1]
    less = closure.marginal(table(), budget={"a": 0.5, "b": 0.5}, propensity=0.3)
    more = closure.marginal(table(), budget={"a": 0.5, "b": 0.5}, propensity=0.6)
    assert (multipliers.output(less) < multipliers.output(more)).all()


Ask = Callable[[IOTable, pd.DataFrame, pd.DataFrame], object]
ASKS: list[Ask] = [
    lambda t, income, spending: closure.groups(t, income=income, spending=spending),
    lambda t, income, spending: miyazawa.interrelational(t, income=income, spending=spending),
    lambda t, income, spending: miyazawa.output(t, income=income, spending=spending),
    lambda t, income, spending: miyazawa.induced(t, income=income, spending=spending),
    lambda t, income, spending: miyazawa.inverse(t, income=income, spending=spending),
]


@pytest.mark.parametrize("ask", ASKS, ids=["groups", "interrelational", "output", "induced", "all"])
def test_income_and_spending_are_checked(ask: Ask) -> None:
    t = table()
    with pytest.raises(TableError, match=r"(?s)outside \[0, 1\].*'poor' of sector 'a': 1\.5"):
        ask(t, INCOME * 2, SPENDING)
    with pytest.raises(TableError, match=r"(?s)more compensation.*all groups of sector 'b': 1\.2"):
        ask(t, INCOME + np.array([[0.0, 0.2], [0.0, 0.0]]), SPENDING)
    with pytest.raises(TableError, match=r"(?s)1 groups would spend more.*'poor': 1\.04"):
        ask(t, INCOME, SPENDING * 1.3)
    with pytest.raises(TableError, match=r"(?s)purchases .* negative.*'rich' on 'a': -0\.1"):
        ask(t, INCOME, SPENDING - np.array([[0.0, 0.2], [0.0, 0.0]]))
    with pytest.raises(MissingAccountError, match=r"(?s)earn nothing.*'rich'"):
        ask(t, pd.DataFrame([[1.0, 1.0], [0.0, 0.0]], INCOME.index, CODES), SPENDING)
    with pytest.raises(LabelError, match=r"(?s)income \(compensation\).*missing 'b'"):
        ask(t, INCOME[["a"]], SPENDING)
    with pytest.raises(LabelError, match=r"(?s)spending \(columns\).*unknown 'idle'"):
        ask(t, INCOME, SPENDING.rename(columns={"rich": "idle"}))
    with pytest.raises(TableError, match="not finite"):
        ask(t, INCOME, SPENDING * np.nan)
    with pytest.raises(LabelError, match="`income` names no group"):
        ask(t, INCOME.iloc[:0], SPENDING)
    with pytest.raises(ArgumentError, match=r"`spending` of .* is a Series"):
        ask(t, INCOME, SPENDING["poor"])  # type: ignore[arg-type]
    with pytest.raises(LabelError, match="`income` is a list"):
        ask(t, {"compensation": [1.0]}, SPENDING)  # type: ignore[arg-type]
    with pytest.raises(LabelError, match=r"(?s)households do not earn.*'imports'"):
        ask(t, {"imports": INCOME}, SPENDING)  # type: ignore[arg-type]
    with pytest.raises(LabelError, match="`income` names no kind"):
        ask(t, {}, SPENDING)  # type: ignore[arg-type]
    with pytest.raises(TableError, match="already has an account"):
        ask(closure.households(t), INCOME, SPENDING)
    x = t.arrays.V.copy()
    x[2, 0] = -1.0
    with pytest.raises(TableError, match=r"(?s)income of group 'poor' of 1 sectors.*'a': -0\.75"):
        ask(changed(t, V=x), INCOME, SPENDING)


def test_nothing_is_bought_of_a_sector_without_output() -> None:
    codes = ["a", "idle"]
    t = IOTable.from_frames(
        pd.DataFrame(0.0, codes, codes),
        pd.Series([10.0, 0.0], codes),
        pd.Series([10.0, 0.0], codes, name="D.1"),
        kinds={"D.1": "compensation"},
    )
    income = pd.DataFrame(1.0, ["people"], codes)
    spending = pd.DataFrame({"people": [0.2, 0.3]}, codes)
    for ask in ASKS:
        with pytest.raises(TableError, match=r"(?s)no output.*'idle': 0\.3"):
            ask(t, income, spending)
    with pytest.raises(TableError, match=r"(?s)cannot be.*'idle': 0\.5, but it has no output"):
        closure.marginal(t, budget={"a": 0.5, "idle": 0.5}, propensity=0.5)


def test_direct_purchases_are_imports_or_taxes() -> None:
    wages = pd.DataFrame({"poor": [0.1], "rich": [0.1]}, ["D.1"])
    with pytest.raises(LabelError, match=r"(?s)consumers do not buy.*'D.1' is compensation"):
        closure.groups(table(), **SAY, direct=wages)
    with pytest.raises(LabelError, match="'XXX' is not an account"):
        closure.groups(table(), **SAY, direct=wages.set_axis(["XXX"]))
    with pytest.raises(TableError, match=r"(?s)negative.*'poor' on 'IET': -0\.1"):
        closure.groups(table(), **SAY, direct=-wages.set_axis(["IET"]))
    with pytest.raises(TableError, match=r"(?s)spend more.*'poor': 1\.1"):
        closure.groups(table(), **SAY, direct=3 * wages.set_axis(["IET"]))
    with pytest.raises(LabelError, match=r"(?s)consumers do not buy.*'B.2b' is surplus"):
        closure.marginal(table(), budget={"a": 0.5, "b": 0.4}, direct={"B.2b": 0.1}, propensity=0.5)


def test_the_margin_is_checked() -> None:
    even = {"a": 0.5, "b": 0.5}
    for propensity in (-0.1, 1.1, float("nan")):
        with pytest.raises(TableError, match="propensity is"):
            closure.marginal(table(), budget=even, propensity=propensity)
    with pytest.raises(TableError, match=r"add up to 0\.9, not to 1: 0\.9 on domestic"):
        closure.marginal(table(), budget={"a": 0.5, "b": 0.4}, propensity=0.5)
    with pytest.raises(TableError, match=r"(?s)1 marginal budget shares cannot be.*'b': -0\.5"):
        closure.marginal(table(), budget={"a": 1.5, "b": -0.5}, propensity=0.5)
    with pytest.raises(LabelError, match="missing 'b'"):
        closure.marginal(table(), budget={"a": 1.0}, propensity=0.5)
    with pytest.raises(LabelError, match="households do not earn"):
        closure.marginal(table(), budget=even, propensity=0.5, income=("imports",))
    with pytest.raises(TableError, match="already has an account"):
        closure.marginal(closure.households(table()), budget=even, propensity=0.5)
    nothing = closure.marginal(table(), budget=even, propensity=0.5, direct={})
    assert nothing.check()["holds"].all()


def test_a_circle_without_end_and_total_transactions_are_refused() -> None:
    t = IOTable.from_frames(
        pd.DataFrame([[0.0]], ["a"], ["a"]),
        pd.DataFrame({"C": [100.0]}, ["a"]),
        pd.Series([100.0], ["a"], name="D.1"),
        kinds={"D.1": "compensation"},
        demand_kinds={"C": "private_consumption"},
    )
    say = {
        "income": pd.DataFrame(1.0, ["people"], ["a"]),
        "spending": pd.DataFrame({"people": [1.0]}, ["a"]),
    }
    with pytest.raises(NotProductiveError, match="come back as 1 units") as caught:
        miyazawa.interrelational(t, **say)
    assert caught.value.sectors == ("people",)
    with pytest.raises(NotProductiveError):
        closure.groups(t, **say)
    total = replace(table(), meta=table().meta.but(origin="total"))
    with pytest.raises(MissingAccountError, match=r"Miyazawa's multiplier needs domestic flows"):
        miyazawa.output(total, **SAY)


def test_a_group_is_no_sector() -> None:
    twin = {
        "income": INCOME.set_axis(["a", "rich"]),
        "spending": SPENDING.set_axis(["a", "rich"], axis=1),
    }
    for ask in (closure.groups, miyazawa.inverse):
        with pytest.raises(LabelError, match=r"(?s)repeat.*'a'"):
            ask(table(), **twin)
