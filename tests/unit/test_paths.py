"""Paths by hand, on Mexico's tables, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import iomodel as im
from iomodel import paths
from iomodel.errors import ArgumentError, LabelError, MissingAccountError, TableError
from iomodel.paths.chains import grown
from iomodel.paths.elementary import strongest
from iomodel.sam import SAMModel

CODES = ["farm", "shop", "homes"]
EXOGENOUS = ["government", "saving-investment", "tax", "row"]


@pytest.fixture
def table() -> im.IOTable:
    """farm sells to shop and homes, shop to homes, homes work for both."""
    A = pd.DataFrame([[0, 0.5, 0.2], [0, 0, 0.4], [0.6, 0.25, 0]], index=CODES, columns=CODES)
    return im.IOTable.from_coefficients(A, pd.Series(100.0, index=CODES))


@pytest.fixture(scope="module")
def model() -> SAMModel:
    return im.load_sam("mexico-2013").cut(exogenous=EXOGENOUS)


# -- above ---------------------------------------------------------------------------------------


def test_nodes_values_and_subtrees_by_hand(table: im.IOTable) -> None:
    found = paths.above(table, 0.09, demand={"shop": 1.0}).to_frame().set_index("path")
    # v = (0.4, 0.25, 0.4), and all income is value added of somebody: m = 1
    assert found.loc["shop", ["layer", "value", "subtree"]].tolist() == pytest.approx([0, 0.25, 1])
    assert found.loc["shop > farm", "value"] == pytest.approx(0.5 * 0.4)
    assert found.loc["shop > farm > homes", "subtree"] == pytest.approx(0.5 * 0.6)
    assert found.loc["shop > homes > shop", "subtree"] == pytest.approx(0.25 * 0.4)
    assert "shop > homes > farm" not in found.index  # 0.25 * 0.2 is not above 0.09
    assert found["share"].tolist() == pytest.approx(found["value"].tolist())


def test_nodes_stand_layer_by_layer_and_cannot_be_changed(table: im.IOTable) -> None:
    found = paths.above(table, 1e-3)
    assert (found.parent < np.arange(len(found))).all()
    inner = found.parent >= 0
    assert (found.layer[inner] == found.layer[found.parent[inner]] + 1).all()
    assert not found.layer[~inner].any()
    with pytest.raises(ValueError, match="read-only"):
        found.value[0] = 1.0
    assert "value added" in repr(found)


def test_the_largest_first_and_only_so_many(table: im.IOTable) -> None:
    found = paths.above(table, 1e-3)
    assert found.to_frame()["value"].is_monotonic_decreasing
    pd.testing.assert_frame_equal(found.to_frame(top=3), found.to_frame().head(3))


def test_a_lower_threshold_covers_more_and_misses_nothing(table: im.IOTable) -> None:
    demand = {"shop": 1.0}
    found = [paths.above(table, at, demand=demand) for at in (0.5, 0.1, 1e-2, 1e-4)]
    coverage = [one.coverage for one in found]
    assert coverage == sorted(coverage)
    assert coverage[-1] > 0.98
    names = [set(one.to_frame()["path"]) for one in found]
    assert names[0] < names[1] < names[2] < names[3]


def test_a_column_met_again_with_a_larger_amount_is_sorted_further_down() -> None:
    # the first layer buys 0.01 of account 2, the second 0.9 of it: now its small suppliers count
    A = np.zeros((5, 5))
    A[2, 0], A[1, 0], A[2, 1], A[3, 2], A[4, 2] = 0.01, 0.95, 0.9, 0.5, 0.01
    tree = grown(A, np.eye(5)[0], np.ones(5), 0.004, 100)
    assert sorted(zip(tree.layer.tolist(), tree.account.tolist(), strict=True)) == [
        (0, 0),
        (1, 1),
        (1, 2),
        (2, 2),
        (2, 3),
        (3, 3),
        (3, 4),
    ]


def test_negative_rows_hide_no_chain(table: im.IOTable) -> None:
    # what farm earns the homes lose: the net sum over shop's suppliers is smaller than its parts
    row = pd.Series({"farm": 1.0, "shop": 0.0, "homes": -1.0})
    found = paths.above(table, 0.2, demand={"shop": 1.0}, row=row)
    names = set(found.to_frame()["path"])
    assert {"shop", "shop > farm", "shop > farm > homes", "shop > homes"} <= names
    value = found.to_frame().set_index("path")["value"]
    assert value["shop > homes"] == pytest.approx(-0.25)
    M = table.L.to_frame()
    assert found.subtree[0] == pytest.approx(M.loc["farm", "shop"] - M.loc["homes", "shop"])
    assert abs(found.subtree[0]) < 0.2  # pruned by the net sum, nothing would be found


def test_rows_by_kind_by_satellite_and_by_hand() -> None:
    table = im.load("mexico-2018")
    cars = {"3361": 1.0}
    for row, total in (
        (None, im.multipliers.value_added(table)["total"]),
        ("imports", im.multipliers.imports(table)["total"]),
        ("PT", im.multipliers.jobs(table)["total"]),
        (pd.Series(1.0, table.accounts.index), im.multipliers.output(table)),
    ):
        found = paths.above(table, total["3361"] / 100, demand=cars, row=row)
        assert found.total == pytest.approx(total["3361"])
        assert found.subtree[0] == pytest.approx(total["3361"])
        assert 0.5 < found.coverage < 1


def test_value_added_of_a_closed_table_includes_what_households_earn() -> None:
    table = im.closure.households(im.load("mexico-2018"))
    found = paths.above(table, 1e-2, demand={"3361": 1.0})
    assert found.total == pytest.approx(im.multipliers.value_added(table)["total"]["3361"])
    earned = im.multipliers.value_added(table)["direct"]["3361"]
    assert found.value[0] == pytest.approx(earned)


def test_demand_as_a_series_is_that_of_the_table() -> None:
    table = im.load("mexico-2018")
    at = 1e-3 * float(table.v.sum())
    by_default, given = paths.above(table, at), paths.above(table, at, demand=table.f)
    pd.testing.assert_frame_equal(by_default.to_frame(), given.to_frame())
    assert by_default.total == pytest.approx(table.v.sum())


def test_what_is_injected_into_a_sam_leaks_along_the_paths(model: SAMModel) -> None:
    found = paths.above(model, 1e-3, demand={"3361": 1.0})
    assert found.total == pytest.approx(1)
    leaks = model.leakage_coefficients
    root = found.to_frame().set_index("path").loc["3361", "value"]
    assert root == pytest.approx(leaks["3361"].sum())
    abroad = paths.above(model, 1e-3, demand={"3361": 1.0}, row="row-trade")
    assert abroad.value[0] == pytest.approx(leaks.loc["row-trade", "3361"])
    everything = paths.above(model, 1e-3 * float(model.injections.sum()))
    assert everything.total == pytest.approx(model.injections.sum())


def test_too_many_paths_are_refused_before_they_are_made(table: im.IOTable) -> None:
    many = len(paths.above(table, 1e-3))
    assert len(paths.above(table, 1e-3, limit=many)) == many
    with pytest.raises(TableError, match=r"More than 9 paths stand above 0.001: \d+ down to layer"):
        paths.above(table, 1e-3, limit=9)
    with pytest.raises(TableError, match="Raise `threshold`; or raise `limit`"):
        paths.above(table, 1e-3, limit=2)


@pytest.mark.parametrize("threshold", [0.0, -1.0, float("nan"), float("inf")])
def test_a_threshold_is_a_positive_number(table: im.IOTable, threshold: float) -> None:
    with pytest.raises(TableError, match=f"The threshold is {threshold}"):
        paths.above(table, threshold)


def test_nothing_is_above_a_threshold_above_all(table: im.IOTable) -> None:
    found = paths.above(table, 1e6)
    assert (len(found), found.coverage, len(found.to_frame()), len(found.by_layer())) == (
        0,
        0,
        0,
        0,
    )


def test_rows_and_demands_there_are_not_are_named(table: im.IOTable, model: SAMModel) -> None:
    with pytest.raises(MissingAccountError, match="has no row 'jobs'"):
        paths.above(table, 0.1, row="jobs")
    with pytest.raises(MissingAccountError, match="Kinds of primary input: 'value_added'"):
        paths.above(table, 0.1, row="imports")
    with pytest.raises(LabelError, match="'row-trad' is not an account"):
        paths.above(model, 0.1, row="row-trad")
    with pytest.raises(LabelError, match="Nearest: 'farm'"):
        paths.above(table, 0.1, demand={"farms": 1.0})
    with pytest.raises(TableError, match="not finite"):
        paths.above(table, 0.1, demand={"farm": float("nan")})
    with pytest.raises(LabelError, match="missing 'homes'"):
        paths.above(table, 0.1, demand=pd.Series({"farm": 1.0, "shop": 1.0}))
    with pytest.raises(LabelError, match="1 unknown"):
        paths.above(table, 0.1, row=pd.Series(1.0, [*CODES, "port"]))


# -- largest -------------------------------------------------------------------------------------


def test_two_paths_by_hand(table: im.IOTable) -> None:
    found = paths.largest(table, "shop", "homes")
    assert found["path"].tolist() == ["shop > farm > homes", "shop > homes"]
    assert found["direct"].tolist() == pytest.approx([0.5 * 0.6, 0.25])
    # three circuits, no two of them apart; beside either path none is left
    determinant = 1 - 0.25 * 0.4 - 0.2 * 0.6 - 0.5 * 0.6 * 0.4
    assert found["path_multiplier"].tolist() == pytest.approx([1 / determinant, 1 / determinant])
    assert found["total"].sum() == pytest.approx(table.L.to_frame().loc["homes", "shop"])
    assert found["cumulative"].iloc[-1] == pytest.approx(1)


def test_circuits_are_the_multiplier_of_an_account_less_the_injection(table: im.IOTable) -> None:
    found = paths.largest(table, "homes", "homes")
    assert set(found["path"]) == {
        "homes > shop > homes",
        "homes > farm > homes",
        "homes > shop > farm > homes",
    }
    assert found["total"].sum() == pytest.approx(table.L.diagonal()["homes"] - 1)


def test_the_sense_of_a_sam_is_the_column_that_pays(model: SAMModel) -> None:
    found = paths.largest(model, "3363", "households", top=3)
    assert found["path"].iloc[0] == "3363 > labour > households"
    A = model.A
    paid = A.loc["labour", "3363"] * A.loc["households", "labour"]
    assert found["direct"].iloc[0] == pytest.approx(paid)
    M = np.linalg.inv(np.eye(len(A)) - A.to_numpy())
    o, l, d = model.accounts.positions(["3363", "labour", "households"])
    assert found.attrs["global_influence"] == pytest.approx(M[d, o])
    minor = np.linalg.det(M[np.ix_([o, l, d], [o, l, d])])
    assert found["path_multiplier"].iloc[0] == pytest.approx(minor)
    assert found["share"].iloc[0] == pytest.approx(paid * minor / M[d, o])


def test_households_that_spend_otherwise_are_asked_the_same(model: SAMModel) -> None:
    column = model.spending("households").to_frame("households")
    at = [model.accounts.position(code) for code in ("3361", "3363")]
    column.iloc[at[0]] += 0.01
    column.iloc[at[1]] = 0.0
    column.iloc[-1] += 1 - column.sum()
    other = model.with_columns(column)
    M = np.linalg.inv(np.eye(len(other.accounts)) - other.A.to_numpy())
    d = other.accounts.position("households")
    found = paths.largest(other, "3361", "households")
    assert found.attrs["global_influence"] == pytest.approx(M[d, at[0]])
    on_first = other.accounts.positions(found["path"].iloc[0].split(" > "))
    minor = np.linalg.det(M[np.ix_(on_first, on_first)])
    assert found["path_multiplier"].iloc[0] == pytest.approx(minor)


def test_more_paths_begin_with_the_same_ones(model: SAMModel) -> None:
    few, many = (paths.largest(model, "3361", "households", top=top) for top in (5, 60))
    pd.testing.assert_frame_equal(few, many.head(5))
    assert many["path"].is_unique
    assert many["direct"].is_monotonic_decreasing
    assert few["cumulative"].iloc[-1] < many["cumulative"].iloc[-1] < 1


def test_where_no_payment_leads_there_is_no_path(model: SAMModel) -> None:
    without = paths.largest(model, "labour", "households")
    assert without["path"].iloc[0] == "labour > households"
    A = pd.DataFrame([[0, 0.5], [0, 0]], index=["a", "b"], columns=["a", "b"])
    table = im.IOTable.from_coefficients(A, pd.Series(10.0, index=["a", "b"]))
    none = paths.largest(table, "a", "b")
    assert (len(none), none.attrs["global_influence"]) == (0, 0)


def test_coefficients_above_one_do_not_mislead_the_search() -> None:
    # 0 > 1 pays 3, and 1 > 2 pays 0.1; straight 0 > 2 pays 0.25: the detour is stronger
    A = np.array([[0, 0.1, 0], [3.0, 0, 0], [0.25, 0.1, 0]])
    assert strongest(A, 0, 2, 5) == [(0, 1, 2), (0, 2)]


def test_a_best_continuation_that_comes_back_is_replaced_by_the_best_that_does_not() -> None:
    # from 1 the strongest way on is back to 3, which the path has met already
    A = np.zeros((5, 5))
    A[3, 0], A[1, 3], A[2, 3] = 0.9, 0.8, 0.9
    A[3, 1], A[4, 1], A[2, 4] = 0.9, 0.1, 0.1
    assert strongest(A, 0, 2, 5) == [(0, 3, 2), (0, 3, 1, 4, 2)]


def test_accounts_there_are_not_are_named_with_the_nearest(model: SAMModel) -> None:
    with pytest.raises(LabelError, match="Nearest: 'households'"):
        paths.largest(model, "3361", "household")
    with pytest.raises(LabelError, match="'government' is not an account"):
        paths.largest(model, "government", "households")
    with pytest.raises(TableError, match="`top` is 0"):
        paths.largest(model, "3361", "households", top=0)


def test_an_uncut_sam_and_total_transactions_are_refused(table: im.IOTable) -> None:
    sam = im.load_sam("mexico-2013")
    with pytest.raises(ArgumentError, match="Cut a SAM"):
        paths.largest(sam, "3361", "households")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="Cut a SAM"):
        paths.above(sam, 1.0)  # type: ignore[arg-type]
    total = replace(table, meta=table.meta.but(origin="total"))
    with pytest.raises(MissingAccountError, match="total transactions"):
        paths.largest(total, "farm", "homes")
    with pytest.raises(MissingAccountError, match="total transactions"):
        paths.above(total, 0.1)
