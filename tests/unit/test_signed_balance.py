"""GRAS, its blocks, and least squares: by hand, what is refused, and what is named."""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest

from iomodel import balance
from iomodel.errors import (
    BalanceError,
    ConvergenceError,
    LabelError,
    NegativeFlowWarning,
    TableError,
)


def frame(*rows: list[float]) -> pd.DataFrame:
    return pd.DataFrame(np.array(rows, dtype=float), list("abc")[: len(rows)], list("xyz"))


SIGNED = frame([7, 3, -3], [2, 9, 0], [-2, 4, 2])
PAIRS = pd.MultiIndex.from_product([["MEX", "USA"], ["c1", "c2"]], names=["region", "sector"])
TRADE = pd.DataFrame([[5.0, 3, 1, 1], [2, 6, 1, 1], [1, 1, 4, 2], [1, 1, 3, -1]], PAIRS, PAIRS)
ROWS, COLUMNS = [12.0, 11, 9, 4], [10.0, 11, 10, 5]


# -- gras ---------------------------------------------------------------------------------------


def test_a_negative_cell_shrinks_where_its_row_has_to_grow() -> None:
    # one row, so that r is all there is: 6 r - 1 / r = 11.5 gives r = 2
    one = pd.DataFrame([[6.0, -1.0]], ["a"], ["x", "y"])
    result = balance.gras(one, [11.5], [12, -0.5])
    np.testing.assert_allclose(result.frame, [[12, -0.5]], rtol=1e-9)
    scale = result.row_multipliers["a"] * result.column_multipliers
    np.testing.assert_allclose(scale, [2, 2], rtol=1e-9)
    assert result.reversed.empty


def test_labels_are_matched_by_name_and_columns_may_be_negative_only() -> None:
    prior = frame([5, 1, -3], [2, 9, -1], [2, 4, -2])
    result = balance.gras(
        prior, {"c": 5, "a": 4, "b": 11}, pd.Series({"z": -9.0, "x": 12, "y": 17})
    )
    np.testing.assert_allclose(result.frame.loc[list("abc")].sum(axis=1), [4, 11, 5], atol=1e-8)
    np.testing.assert_allclose(result.frame[list("xyz")].sum(), [12, 17, -9], atol=1e-8)
    assert (result.frame["z"] < 0).all()


def test_a_line_of_one_sign_without_a_total_is_emptied() -> None:
    result = balance.gras(
        frame([7, 3, -3], [2, 9, 0], [0, 0, -1]), {"a": 8, "b": 12, "c": 0}, [9, 13, -2]
    )
    assert (result.frame.loc["c"] == 0).all()
    assert result.row_multipliers["c"] == 0
    assert result.frame.loc["a", "z"] == pytest.approx(-2)
    idle = balance.gras(frame([7, 3, -3], [2, 9, 0], [0, 0, 0]), [8, 12, 0], [9, 13, -2])
    assert idle.row_multipliers["c"] == 1
    # emptying one line may leave another with one sign
    with pytest.raises(TableError, match="column 'z': target 1, but its cells that are left"):
        balance.gras(frame([7, 3, -3], [2, 9, 0], [0, 0, 1]), [8, 12, 0], [9, 10, 1])


def test_totals_that_differ_are_refused_with_both_and_the_gap() -> None:
    with pytest.raises(BalanceError, match=r"add up to 24 .* to 20: a gap of 4") as error:
        balance.gras(SIGNED, [8, 12, 4], [9, 13, -2])
    assert error.value.residual == 4


def test_signs_that_no_cell_has_are_named() -> None:
    with pytest.raises(TableError, match="row 'b': target -1, but its cells that are left have"):
        balance.gras(SIGNED, [8, -1, 4], [9, 4, -2])
    with pytest.raises(TableError, match="row 'c': target 3, but no cell is left"):
        balance.gras(frame([7, 3, -3], [2, 9, 0], [0, 0, 0]), [8, 12, 3], [9, 16, -2])


def test_totals_that_the_signs_cannot_hold_return_nothing() -> None:
    # the only negative cell of z stands in a row that has to lose it
    prior = frame([1, 0, 0], [1, 0, 0], [1, 1, 1])
    with pytest.raises(ConvergenceError, match=r"GRAS did not converge.*Nothing is") as error:
        balance.gras(prior, [5, 5, 1], [4, 4, 3])
    assert error.value.residual > 0.01
    assert error.value.findings
    assert error.value.iterations <= 200
    two = pd.DataFrame([[1.0, 1], [0, 1]], ["a", "b"], ["x", "y"])
    with pytest.raises(ConvergenceError, match="only by emptying cells") as error:
        balance.gras(two, [1, 1], [1, 1])
    assert error.value.findings == ("row 'a', column 'y' has to vanish",)
    with pytest.raises(ConvergenceError, match="after 1 iterations"):
        balance.gras(SIGNED, [8, 12, 4], [9, 17, -2], max_iterations=1)


def test_slow_turns_are_finished_by_newton() -> None:
    rng = np.random.default_rng(5)
    Z = rng.lognormal(0, 1, (14, 14)) * np.where(rng.random((14, 14)) < 0.1, -1, 1)
    Z[:7, 7:] *= 1e-5
    Z[7:, :7] *= 1e-5
    wanted = Z * rng.lognormal(0, 0.7, Z.shape)
    wanted[:7, 7:] *= 50
    labels = [f"s{i}" for i in range(14)]
    result = balance.gras(pd.DataFrame(Z, labels, labels), wanted.sum(axis=1), wanted.sum(axis=0))
    assert 50 < result.iterations < 80
    np.testing.assert_allclose(result.frame.sum(axis=1), wanted.sum(axis=1), rtol=1e-8)
    np.testing.assert_allclose(result.frame.sum(axis=0), wanted.sum(axis=0), rtol=1e-8)
    np.testing.assert_array_equal(np.sign(result.frame), np.sign(Z))


@pytest.mark.parametrize("method", [balance.gras, balance.least_squares])
def test_labels_tolerances_and_numbers_are_checked(method: object) -> None:
    assert callable(method)
    with pytest.raises(LabelError, match=r"The row totals .* 1 missing, 1 unknown"):
        method(SIGNED, {"a": 1, "b": 2, "d": 3}, [9, 13, -2])
    with pytest.raises(TableError, match="not finite"):
        method(SIGNED, [8, np.nan, 4], [9, 13, -2])
    with pytest.raises(TableError, match="The matrix has 1 values that are not finite"):
        method(SIGNED.replace(9, np.inf), [8, 12, 4], [9, 17, -2])
    with pytest.raises(TableError, match="tolerance"):
        method(SIGNED, [8, 12, 4], [9, 17, -2], tolerance=0)


# -- blocks -------------------------------------------------------------------------------------


def test_blocks_of_regions_need_no_groups() -> None:
    frames = [
        balance.mr_gras(TRADE, ROWS, COLUMNS, blocks).frame
        for blocks in (
            {("MEX", "MEX"): 17.0, ("MEX", "USA"): 6.0, ("USA", "MEX"): 4.0, ("USA", "USA"): 9.0},
            pd.DataFrame([[17.0, 6], [4, 9]], ["MEX", "USA"], ["MEX", "USA"]),
            {("MEX", "USA"): 6.0},  # the others follow from rows and columns
        )
    ]
    for other in frames[1:]:
        np.testing.assert_allclose(other, frames[0], atol=1e-8)
    assert frames[0].loc["MEX", "USA"].to_numpy().sum() == pytest.approx(6)
    assert frames[0].loc[("USA", "c2"), ("USA", "c2")] < 0


def test_groups_are_of_your_making_and_multipliers_of_blocks_are_told() -> None:
    result = balance.mr_gras(
        SIGNED,
        [8, 12, 4],
        [9, 17, -2],
        {("goods", "home"): 4.0},
        row_groups={"a": "goods", "b": "rest", "c": "goods"},
        column_groups={"x": "home", "y": "abroad", "z": "abroad"},
    )
    assert result.frame.loc[["a", "c"], "x"].sum() == pytest.approx(4)
    assert result.block_multipliers is not None
    assert list(result.block_multipliers.index) == [("goods", "home")]
    assert result.block_multipliers.iloc[0] < 1
    for again in (pickle.loads(pickle.dumps(result)), copy.deepcopy(result)):
        pd.testing.assert_series_equal(again.block_multipliers, result.block_multipliers)


def test_blocks_that_do_not_add_up_to_their_lines_are_named() -> None:
    blocks = {("MEX", "MEX"): 17.0, ("MEX", "USA"): 7.0}
    with pytest.raises(BalanceError, match=r"rows of 'MEX': blocks 24, rows 23") as error:
        balance.mr_gras(TRADE, ROWS, COLUMNS, blocks)
    assert error.value.residual == pytest.approx(1)
    with pytest.raises(BalanceError, match=r"columns of 'USA': blocks 14, columns 15"):
        balance.mr_gras(TRADE, ROWS, COLUMNS, {("MEX", "USA"): 6.0, ("USA", "USA"): 8.0})


def test_a_block_whose_cells_have_the_other_sign_is_named() -> None:
    with pytest.raises(TableError, match="block 'MEX' x 'USA': target -6, but its cells"):
        balance.mr_gras(TRADE, ROWS, COLUMNS, {("MEX", "USA"): -6.0})
    none = TRADE.copy()
    none.loc["MEX", "USA"] = 0.0
    with pytest.raises(TableError, match="block 'MEX' x 'USA': target 6, but no cell is left"):
        balance.mr_gras(none, ROWS, COLUMNS, {("MEX", "USA"): 6.0})
    emptied = balance.mr_gras(TRADE, [17, 6, 8, 5], [9, 18, 6, 3], {("MEX", "USA"): 0.0})
    assert (emptied.frame.loc["MEX", "USA"] == 0).all(axis=None)
    assert emptied.block_multipliers is not None
    assert emptied.block_multipliers.iloc[0] == 0


def test_blocks_that_cannot_be_held_return_nothing() -> None:
    with pytest.raises(ConvergenceError, match="MR-GRAS did not converge") as error:
        balance.mr_gras(TRADE.abs(), ROWS, COLUMNS, {("MEX", "USA"): 16.0})
    assert "block 'MEX' x 'USA'" in str(error.value)


def test_groups_and_blocks_are_checked_by_name() -> None:
    one = {("MEX", "USA"): 6.0}
    with pytest.raises(LabelError, match="have no regions, so `row_groups`"):
        balance.mr_gras(SIGNED, [8, 12, 4], [9, 17, -2], one)
    wrong = {("MEX", "c1"): "N", ("MEX", "c2"): "N", ("USA", "c1"): "S", ("USA", "c9"): "S"}
    with pytest.raises(LabelError) as error:
        balance.mr_gras(TRADE, ROWS, COLUMNS, one, row_groups=wrong)
    assert "unknown 'USA, c9'" in str(error.value)
    assert "'USA, c2' is not mapped" in str(error.value)
    twice = pd.Series(["g", "h"], ["a", "a"])
    with pytest.raises(LabelError, match="is mapped to g and h"):
        balance.mr_gras(SIGNED, [8, 12, 4], [9, 17, -2], one, row_groups=twice)
    with pytest.raises(LabelError, match=r"'CAN' is no group of columns \(MEX, USA\)"):
        balance.mr_gras(TRADE, ROWS, COLUMNS, {("MEX", "CAN"): 6.0})
    with pytest.raises(LabelError, match="is not a pair of groups"):
        balance.mr_gras(TRADE, ROWS, COLUMNS, {"MEX": 6.0})  # type: ignore[dict-item]
    with pytest.raises(LabelError, match=r"use iomodel\.balance\.gras"):
        balance.mr_gras(TRADE, ROWS, COLUMNS, {})
    with pytest.raises(TableError, match="Leave out the blocks"):
        balance.mr_gras(TRADE, ROWS, COLUMNS, {("MEX", "USA"): np.nan})


# -- least squares ------------------------------------------------------------------------------


def test_uncertain_cells_move_and_certain_ones_stay() -> None:
    variances = pd.DataFrame(1.0, SIGNED.index, SIGNED.columns)
    variances.loc["a", "x"] = variances.loc["b", "z"] = 0.0
    result = balance.least_squares(SIGNED, [10, 12, 4], [9, 17, 0], variances=variances)
    assert result.frame.loc["a", "x"] == 7
    np.testing.assert_allclose(result.frame.sum(axis=1), [10, 12, 4], rtol=1e-9)
    np.testing.assert_allclose(result.frame.sum(), [9, 17, 0], atol=1e-8)


def test_cells_that_turn_negative_are_named_and_not_cut_off() -> None:
    prior = frame([10, 1, 1], [1, 10, 1], [1, 1, 10])
    flat = pd.DataFrame(1.0, prior.index, prior.columns)
    with pytest.warns(NegativeFlowWarning, match="row 'a', column 'y'"):
        result = balance.least_squares(prior, [3, 12, 12], [12, 5, 10], variances=flat)
    assert result.frame.loc["a", "y"] < 0
    assert result.frame.loc["a"].sum() == pytest.approx(3)
    listed = set(zip(result.reversed["row"], result.reversed["column"], strict=True))
    assert ("a", "y") in listed
    assert len(listed) == int((result.frame < 0).to_numpy().sum())


def test_what_least_squares_cannot_mean_is_refused() -> None:
    with pytest.raises(BalanceError, match="a gap of 1"):
        balance.least_squares(SIGNED, [9, 12, 4], [9, 17, -2])
    idle = frame([7, 3, -3], [2, 9, 0], [0, 0, 0])
    with pytest.raises(TableError, match="row 'c': 0 instead of 3"):
        balance.least_squares(idle, [8, 12, 3], [9, 16, -2])
    variances = pd.DataFrame(1.0, SIGNED.index, SIGNED.columns)
    with pytest.raises(TableError, match="row 'b', column 'y': -1"):
        balance.least_squares(
            SIGNED, [8, 12, 4], [9, 17, -2], variances=variances.replace(1.0, -1.0)
        )
    with pytest.raises(LabelError, match="The variances"):
        balance.least_squares(SIGNED, [8, 12, 4], [9, 17, -2], variances=variances.drop("a"))
    blocks = pd.DataFrame(np.kron(np.eye(2), [[1.0, 2], [3, 4]]), list("abcd"), list("wxyz"))
    with pytest.raises(BalanceError, match="the block of row 'a': a gap of 1") as error:
        balance.least_squares(blocks, [4, 7, 3, 7], [4, 6, 4, 7])
    assert error.value.residual == pytest.approx(1)
