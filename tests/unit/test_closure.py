"""Households made endogenous, in pesos that can be followed by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from iomodel import closure, multipliers
from iomodel.accounts import Accounts
from iomodel.errors import NotProductiveError, TableError
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
DEMAND = {"C": "private_consumption", "E": "exports"}


def table() -> IOTable:
    """Residents earn 120 + 80 and buy 160; visitors buy 20 of the 170 spent here."""
    return IOTable.from_frames(
        Z=pd.DataFrame([[20.0, 30], [40, 0]], CODES, CODES),
        Y=pd.DataFrame({"C": [60.0, 80], "E": [90.0, 50]}, CODES),
        V=pd.DataFrame(
            {"a": [25.0, 0, 0, 5, 60, 50], "b": [48.0, 0, 0, 2, 60, 30]}, index=list(KINDS)
        ),
        W=pd.DataFrame({"C": [20.0, 10, -20, 10, 0, 0], "E": [0.0, 0, 20, 0, 0, 0]}, list(KINDS)),
        kinds=KINDS,
        demand_kinds=DEMAND,
        meta=Meta(title="by hand", unit="million"),
    )


def test_wages_alone_recirculate() -> None:
    closed = closure.households(table())
    residents = 1 - 20 / 170  # of every purchase made here: 140 of goods, 20 imported, 10 of tax
    per_peso = residents / 200  # all income of residents, wages or not
    assert closed.accounts.codes == ("a", "b", "households")
    assert closed.accounts.kinds[-1] == "households"
    assert closed.x["households"] == 120
    assert closed.Z.loc["households"].to_list() == [60, 60, 0]
    assert closed.Z["households"].to_list() == pytest.approx(
        [60 * per_peso * 120, 80 * per_peso * 120, 0]
    )
    bought = closed.V["households"]
    assert bought["IET"] == pytest.approx(20 * per_peso * 120)
    assert bought["tax"] == pytest.approx(10 * per_peso * 120)
    assert bought["P.721"] == pytest.approx(10 / 200 * 120)  # bought abroad: by residents only
    assert bought["saving"] == pytest.approx(120 - 160 / 200 * 120)
    assert "D.1" not in closed.inputs.codes
    # what visitors buy, and what surplus pays for, stays outside
    assert closed.Y.loc["a", "C"] == pytest.approx(60 - 60 * per_peso * 120)
    assert closed.W.loc["P.621", "C"] == -20
    assert closed.W.loc["P.721", "C"] == pytest.approx(10 - 6)
    assert closed.check()["holds"].all()


def test_all_surplus_recirculates() -> None:
    closed = closure.households(table(), income=("compensation", "surplus"))
    assert closed.x["households"] == 200
    assert closed.Z.loc["households"].to_list() == [110, 90, 0]
    assert closed.V.loc["saving", "households"] == pytest.approx(40)
    assert closed.Y["C"].to_list() == pytest.approx([60 * 20 / 170, 80 * 20 / 170, 0])
    assert closed.inputs.codes == ("IET", "P.721", "P.621", "tax", "saving")


def test_type_ii_is_the_closed_form() -> None:
    t = table()
    for income, w in (
        (("compensation",), np.array([60 / 200, 60 / 170])),
        (("compensation", "surplus"), np.array([110 / 200, 90 / 170])),
    ):
        c = np.array([60, 80]) * (1 - 20 / 170) / 200
        L = np.linalg.inv(np.eye(2) - np.array([[20 / 200, 30 / 170], [40 / 200, 0]]))
        kappa = 1 / (1 - w @ L @ c)
        closed = closure.households(t, income=income)
        type_ii = L + kappa * np.outer(L @ c, w @ L)
        np.testing.assert_allclose(closed.L.to_frame().iloc[:2, :2], type_ii, rtol=1e-12)
        truncated = multipliers.output(closed, over="industries")
        np.testing.assert_allclose(truncated[:2], type_ii.sum(axis=0), rtol=1e-12)
        total = multipliers.output(closed)
        np.testing.assert_allclose(total[:2] - truncated[:2], kappa * (w @ L), rtol=1e-12)
        income_ii = multipliers.income(closed)["total"]
        np.testing.assert_allclose(income_ii[:2], kappa * (w @ L), rtol=1e-12)
        assert (multipliers.output(t) < truncated[:2]).all()


def test_value_added_counts_what_households_earn() -> None:
    direct = multipliers.value_added(closure.households(table()))["direct"]
    assert direct.to_list() == pytest.approx([110 / 200, 90 / 170, 0])
    # surplus left outside can still be asked for; wages went to the account
    assert multipliers.surplus(closure.households(table()))["direct"]["a"] == 0.25


def test_what_was_done_is_recorded() -> None:
    closed = closure.households(table())
    assert closed.meta.history == closed.meta.assumptions
    note = closed.meta.history[-1]
    assert "compensation (120)" in note
    assert "private consumption of residents over compensation and surplus (200)" in note
    assert "is saved" in note
    given = closure.households(table(), spending={"b": 0.3, "a": 0.2})
    assert "given by the user" in given.meta.history[-1]


def test_all_consumption_over_wages_alone_is_refused() -> None:
    # 160 spent of wages of 120, as C/D.1 would have it (2.40 in Mexico 2018)
    with pytest.raises(TableError, match=r"(?s)1\.167 for each unit.*wages and surplus"):
        closure.households(table(), spending=table().Y["C"] / 120)


def test_a_circle_that_nobody_feeds_is_refused_by_name() -> None:
    t = IOTable.from_frames(
        Z=pd.DataFrame([[10.0, 20], [30, 0]], CODES, CODES),
        Y=pd.DataFrame({"C": [70.0, 70]}, CODES),
        V=pd.DataFrame({"a": [40.0, 20], "b": [40.0, 40]}, ["D.1", "B.2b"]),
        kinds={"D.1": "compensation", "B.2b": "surplus"},
        demand_kinds={"C": "private_consumption"},
    )
    with pytest.raises(NotProductiveError) as caught:
        closure.households(t, income=("compensation", "surplus"))
    assert "households" in caught.value.sectors
    assert closure.households(t).x["households"] == 80  # with wages only, surplus feeds it


def test_negative_income_is_named_and_dust_is_not() -> None:
    t = table()
    V = t.arrays.V.copy()
    V[5, 0], V[4, 0] = -70.0, 180.0
    odd = changed(t, V=V)
    with pytest.raises(TableError, match=r"(?s)income of 1 sectors.*'a': -70"):
        closure.households(odd, income=("surplus",))
    assert closure.households(odd, income=("compensation", "surplus")).x["households"] == 200
    V[5, 0], V[4, 0] = -4e-12, 110.0
    assert closure.households(changed(t, V=V), income=("surplus",)).check().holds.all()


def test_visitors_cannot_buy_more_than_was_sold() -> None:
    t = table()
    W = t.arrays.W.copy()
    W[2] = [-180.0, 180]
    with pytest.raises(TableError, match="Non-residents buy 180 of the 170"):
        closure.households(changed(t, W=W))


def test_without_another_import_row_nothing_is_taken_for_bought_abroad() -> None:
    t = table()
    V = t.arrays.V.copy()
    V[5] += V[0]
    V[0] = 0.0
    closed = closure.households(changed(t, V=V))
    residents = 1 - 20 / 180  # now P.721 counts as bought here
    assert closed.V.loc["P.721", "households"] == pytest.approx(10 * residents / 273 * 120)


def test_wages_paid_by_final_demand_are_income_from_outside() -> None:
    t = table()
    W, Y = t.arrays.W.copy(), t.arrays.Y.copy()
    W[4, 0] = 15.0  # domestic servants
    closed = closure.households(changed(t, W=W, Y=Y))
    assert closed.x["households"] == 135
    assert closed.Y.loc["households", "C"] == 15
    assert closed.check()["holds"].all()


def test_several_columns_of_consumption_are_taken_by_their_own_visitors() -> None:
    t = table()
    Y = np.column_stack([t.arrays.Y[:, 0] * 0.25, t.arrays.Y[:, 0] * 0.75, t.arrays.Y[:, 1]])
    W = np.column_stack([t.arrays.W[:, 0] * 0.25, t.arrays.W[:, 0] * 0.75, t.arrays.W[:, 1]])
    categories = Accounts.of(
        ["C1", "C2", "E"],
        kinds=["private_consumption", "private_consumption", "exports"],
        axis="category",
    )
    cut = replace(t, categories=categories, arrays=replace(t.arrays, Y=Y, W=W))
    one, two = closure.households(t), closure.households(cut)
    np.testing.assert_allclose(one.Z, two.Z)
    np.testing.assert_allclose(one.V, two.V)
    spending = {"a": 0.2, "b": 0.3}
    one = closure.households(t, spending=spending)
    two = closure.households(cut, spending=spending)
    np.testing.assert_allclose(one.Z, two.Z)
    np.testing.assert_allclose(two.Y["C1"] * 3, two.Y["C2"])


def test_regions_share_one_account() -> None:
    t = table()
    for regions, last in ((("MX", "MX"), "MX"), (("MX", "US"), "all")):
        closed = closure.households(replace(t, accounts=replace(t.accounts, regions=regions)))
        assert closed.accounts.keys[-1] == (last, "households")
        assert multipliers.output(closed).index.names == ["region", "sector"]
