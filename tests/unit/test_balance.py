"""Balancing on purpose: what is refused, what is reported, and the macro SAM of Mozambique."""

import copy
import json
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from iomodel import balance
from iomodel.balance import Aggregate, scaling
from iomodel.errors import BalanceError, ConvergenceError, LabelError, TableError
from iomodel.sam import SAM

CODES = ["a", "b", "c"]
KINDS = {"a": "activity", "b": "institution", "c": "row"}
# CESAM2 of the GAMS model library, after Robinson, Cattaneo and El-Said (2001): Mozambique
MOZAMBIQUE = {
    "ACT": "activity",
    "COM": "commodity",
    "FAC": "factor",
    "ENT": "institution",
    "HOU": "institution",
    "GOV": "institution",
    "GIN": "institution",
    "CAP": "saving-investment",
    "ROW": "row",
}


def frame(*rows: list[float]) -> pd.DataFrame:
    codes = CODES[: len(rows)]
    return pd.DataFrame(np.array(rows, dtype=float), codes, codes)


def sam(*rows: list[float]) -> SAM:
    codes = CODES[: len(rows)]
    return SAM.from_frame(frame(*rows), kinds={c: KINDS[c] for c in codes}, balanced=False)


UNEQUAL = sam([0, 90, 12], [60, 0, 35], [40, 10, 0])


# -- ras --------------------------------------------------------------------------------------


def test_own_margins_change_nothing() -> None:
    Z = frame([0.1, 0.2, 0.0], [0.3, 0.7, 1e9], [0.0, 0.0, 0.0])
    result = balance.ras(Z, Z.sum(axis=1), Z.sum(axis=0))
    assert result.iterations == 0
    assert result.residual == 0
    np.testing.assert_array_equal(result.frame, Z)
    assert (result.row_multipliers == 1).all()
    assert (result.column_multipliers == 1).all()
    assert result.changes.empty
    assert result.moved["moved"].sum() == 0


def test_labels_are_matched_by_name() -> None:
    Z = pd.DataFrame([[2.0, 1, 4], [1, 2, 1]], [3361, 3363], list("xyz"))
    result = balance.ras(Z, {"3363": 6, 3361: 10}, pd.Series({"z": 7, "x": 4.0, "y": 5}))
    assert list(result.frame.index) == ["3361", "3363"]
    assert result.frame.loc["3361"].sum() == pytest.approx(10)
    assert result.frame["z"].sum() == pytest.approx(7)
    shuffled = balance.ras(Z.iloc[::-1, [2, 0, 1]], [6, 10], [7, 4, 5])
    pd.testing.assert_frame_equal(
        shuffled.frame.loc[["3361", "3363"], list("xyz")], result.frame, rtol=1e-9
    )


def test_regions_are_labels_too() -> None:
    index = pd.MultiIndex.from_product([["MEX", "USA"], ["c1", "c2"]], names=["region", "sector"])
    Z = pd.DataFrame(np.arange(1.0, 17).reshape(4, 4), index, index)
    rows = Z.sum(axis=1).iloc[::-1] * 2
    result = balance.ras(Z, rows, Z.sum() * 2)
    np.testing.assert_allclose(result.frame, 2 * Z, rtol=1e-12)
    assert result.changes.loc[0, "row"] == "USA, c2"
    assert result.frame.index.names == ["region", "sector"]


def test_what_moved_is_listed_largest_first() -> None:
    result = balance.ras(frame([2, 1], [1, 2]), {"a": 6, "b": 3}, {"a": 5, "b": 4})
    changes = result.changes
    assert list(changes.columns) == ["row", "column", "before", "after", "change", "percent"]
    assert changes["change"].abs().is_monotonic_decreasing
    assert changes.iloc[0][["row", "column"]].tolist() == ["a", "a"]
    assert changes.iloc[0]["percent"] == pytest.approx(100)
    assert len(changes) == 2
    assert result.moved.loc[("row", "a"), "moved"] == pytest.approx(3)
    assert result.moved.loc[("row", "a"), "percent"] == pytest.approx(100)
    assert result.moved.loc[("column", "b"), "before"] == 3
    assert "largest change  2\n" in repr(result)


def test_zero_targets_empty_their_lines() -> None:
    result = balance.ras(
        frame([2, 1, 1], [1, 2, 1], [0, 0, 0]), {"a": 5, "b": 0, "c": 0}, {"a": 2, "b": 3, "c": 0}
    )
    np.testing.assert_allclose(result.frame, [[2, 3, 0], [0, 0, 0], [0, 0, 0]], rtol=1e-12)
    assert result.row_multipliers.tolist() == [pytest.approx(result.row_multipliers["a"]), 0, 1]


def test_totals_that_differ_are_refused_with_both_and_the_gap() -> None:
    with pytest.raises(BalanceError, match=r"add up to 9 .* to 10: a gap of -1") as error:
        balance.ras(frame([2, 1], [1, 2]), {"a": 6, "b": 3}, {"a": 5, "b": 5})
    assert error.value.residual == 1


def test_a_zero_row_with_a_positive_target_is_named() -> None:
    with pytest.raises(TableError, match="row 'b': target 3, but all its cells are zero"):
        balance.ras(frame([2, 1], [0, 0]), {"a": 6, "b": 3}, {"a": 5, "b": 4})
    with pytest.raises(TableError, match="column 'b': target 4, but all"):
        balance.ras(frame([2, 0], [2, 0]), {"a": 6, "b": 3}, {"a": 5, "b": 4})
    with pytest.raises(TableError, match="'b': target 3, but its only cells stand where the other"):
        balance.ras(frame([2, 1], [0, 2]), {"a": 6, "b": 3}, {"a": 9, "b": 0})


def test_negative_cells_and_targets_are_refused() -> None:
    with pytest.raises(TableError, match=r"row 'a', column 'b': -1\n.*GRAS"):
        balance.ras(frame([2, -1], [1, 2]), {"a": 6, "b": 3}, {"a": 5, "b": 4})
    with pytest.raises(TableError, match="row 'b': -3"):
        balance.ras(frame([2, 1], [1, 2]), {"a": 6, "b": -3}, {"a": 5, "b": -2})


def test_unknown_missing_and_infinite_targets_are_refused() -> None:
    with pytest.raises(LabelError, match=r"The row totals .* 1 missing, 1 unknown"):
        balance.ras(frame([2, 1], [1, 2]), {"a": 6, "d": 3}, {"a": 5, "b": 4})
    with pytest.raises(TableError, match="not finite"):
        balance.ras(frame([2, 1], [1, 2]), {"a": 6, "b": np.inf}, {"a": 5, "b": 4})


def test_a_pattern_that_cannot_hold_the_margins_names_the_rows() -> None:
    Z = frame([1, 0, 0], [1, 0, 0], [1, 1, 1])
    with pytest.raises(ConvergenceError) as error:
        balance.ras(Z, {"a": 5, "b": 5, "c": 1}, {"a": 4, "b": 4, "c": 3}, max_iterations=500)
    text = str(error.value)
    assert "row 'a'" in text
    assert "must hold 10, but the columns where they have cells hold 4 in all" in text
    assert 0 < error.value.iterations <= 500
    assert error.value.residual > 0.1
    assert error.value.findings


def test_cells_that_would_have_to_vanish_do_not_converge() -> None:
    with pytest.raises(ConvergenceError, match="other cells there would have to vanish") as error:
        balance.ras(frame([1, 1], [0, 1]), {"a": 1, "b": 1}, {"a": 1, "b": 1}, max_iterations=9)
    assert error.value.iterations == 9
    with pytest.raises(ConvergenceError, match="converges only by emptying cells") as error:
        balance.ras(frame([1, 1], [0, 1]), {"a": 1, "b": 1}, {"a": 1, "b": 1})
    assert error.value.findings == ("row 'a', column 'b' has to vanish",)
    assert "row 'b' must hold 1, but the columns where they have cells hold 1" in str(error.value)


def test_nearly_separate_blocks_converge() -> None:
    rng = np.random.default_rng(3)
    Z = rng.lognormal(0, 1, (12, 9))
    Z[:6, 5:] *= 1e-7
    Z[6:, :5] *= 1e-7
    codes = [f"r{i}" for i in range(12)], [f"c{j}" for j in range(9)]
    wanted = Z * rng.lognormal(0, 1, Z.shape)
    wanted[:6, 5:] *= 1e3
    for matrix, target in ((Z, wanted), (Z.T, wanted.T)):
        labels = codes if matrix is Z else codes[::-1]
        u, v = target.sum(axis=1), target.sum(axis=0)
        result = balance.ras(pd.DataFrame(matrix, *labels), u, v)
        np.testing.assert_allclose(result.frame.sum(axis=1), u, rtol=1e-9)
        np.testing.assert_allclose(result.frame.sum(axis=0), v, rtol=1e-9)
        r, s = result.row_multipliers.to_numpy(), result.column_multipliers.to_numpy()
        np.testing.assert_allclose(result.frame, np.outer(r, s) * matrix, rtol=1e-12)
        assert 9 < result.iterations < 60
        with pytest.raises(ConvergenceError, match="after 9 iterations"):
            balance.ras(pd.DataFrame(matrix, *labels), u, v, max_iterations=9)


def hardly_trading(n: int, regions: int) -> tuple[np.ndarray, np.ndarray]:
    """Regions that trade a thousandth of what they trade inside, before and after."""
    rng = np.random.default_rng(n)
    region = np.arange(n) // (n // regions)
    Z = rng.lognormal(0, 1, (n, n)) * np.where(region[:, None] == region, 1, 1e-3)
    return Z, Z * rng.lognormal(0, 0.5, Z.shape) * rng.lognormal(0, 1, (regions,) * 2)[region][
        :, region
    ]


def test_products_and_factors_find_what_turns_find(monkeypatch: pytest.MonkeyPatch) -> None:
    Z, wanted = hardly_trading(60, 6)
    u, v = wanted.sum(axis=1), wanted.sum(axis=0)
    monkeypatch.setattr(scaling, "NEAR", np.inf)
    monkeypatch.setattr(scaling, "LEAP", -1.0)  # scaling alone, which learns nothing
    sums = Z.sum(axis=1), Z.sum(axis=0)
    turns, _ = scaling._by_turns(Z, u, v, sums, 1e-12, 100_000, lambda text: None)
    expected = turns.r[:, None] * Z * turns.s
    monkeypatch.setattr(scaling, "NEAR", 40)
    monkeypatch.setattr(scaling, "LEAP", 3.0)
    for formed in (300, 0):
        monkeypatch.setattr(scaling, "FORMED", formed)
        for width in (60, 50):
            matrix, reached = np.ascontiguousarray(Z[:, :width]), wanted[:, :width]
            rows, columns = reached.sum(axis=1), reached.sum(axis=0)
            run = scaling.scaled(matrix, rows, columns, 1e-11, 5_000)
            found = run.r[:, None] * matrix * run.s
            np.testing.assert_allclose(found.sum(axis=1), rows, rtol=1e-10)
            np.testing.assert_allclose(found.sum(axis=0), columns, rtol=1e-10)
            if width == 60:
                np.testing.assert_allclose(found, expected, rtol=1e-7)
                assert 3 * run.iterations < turns.iterations


def test_turns_that_learn_reach_what_turns_reach_in_a_half_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(1)
    Z = rng.lognormal(0, 1, (80, 70)) * (rng.random((80, 70)) < 0.5)
    wanted = Z * np.exp(1.2 * rng.normal(size=(80, 1)) * rng.normal(size=70))
    margins = wanted.sum(axis=1), wanted.sum(axis=0)
    learned = scaling.scaled(Z, *margins, 1e-11, 1_000)
    monkeypatch.setattr(scaling, "LEAP", -1.0)
    plain = scaling.scaled(Z, *margins, 1e-11, 1_000)
    assert 2 * learned.iterations < plain.iterations
    np.testing.assert_allclose(
        learned.r[:, None] * Z * learned.s, plain.r[:, None] * Z * plain.s, rtol=1e-9
    )


def test_how_a_frame_is_stored_changes_nothing_and_copies_nothing_twice() -> None:
    rng = np.random.default_rng(2)
    Z = rng.lognormal(0, 1, (30, 20))
    u, v = (Z * 2).sum(axis=1), (Z * 2).sum(axis=0) * rng.uniform(0.5, 1, 20)
    u *= v.sum() / u.sum()
    results = [
        balance.ras(pd.DataFrame(np.array(Z, order=order), copy=False), u, v) for order in "CF"
    ]
    np.testing.assert_allclose(*(result.frame for result in results), rtol=1e-9)
    for result in results:
        np.testing.assert_allclose(result.frame.sum(axis=1), u, rtol=1e-10)
        np.testing.assert_allclose(result.frame.sum(axis=0), v, rtol=1e-10)
        np.testing.assert_array_equal(result.before, Z)


@pytest.mark.parametrize("tolerance", [1e-3, 1e-6, 1e-10])
def test_margins_met_only_while_a_cell_vanishes_are_refused_at_any_tolerance(
    tolerance: float,
) -> None:
    # rows b and c fill their columns, so that the first row keeps only its first cell
    Z = frame([3, 2, 4], [0, 5, 1], [0, 2, 3])
    with pytest.raises(ConvergenceError, match="only by emptying cells"):
        balance.ras(Z, [7, 4, 6], [7, 6, 4], tolerance=tolerance)


@pytest.mark.parametrize(
    ("seed", "tolerance"),
    [(1087, 1e-10), (171, 1e-3), (235, 1e-3), (555, 1e-3), (587, 1e-3), (635, 1e-3), (843, 1e-3)],
)
def test_margins_that_can_be_met_are_met_however_far_off(seed: int, tolerance: float) -> None:
    # margins of a matrix with the same zeros, many of them thousands of times those of the prior
    rng = np.random.default_rng(seed)
    m, n = rng.integers(2, 9, 2)
    Z = rng.lognormal(0, rng.choice([0.5, 2, 5]), (m, n))
    Z *= rng.random((m, n)) < rng.choice([0.4, 0.6, 0.9])
    wanted = Z * rng.lognormal(0, rng.choice([0.3, 2]), (m, n))
    wanted *= rng.lognormal(0, 4, (m, 1)) * rng.lognormal(0, 4, n)
    u, v = wanted.sum(axis=1), wanted.sum(axis=0)
    labels = [f"r{i}" for i in range(m)], [f"c{j}" for j in range(n)]
    result = balance.ras(pd.DataFrame(Z, *labels), u, v, tolerance=tolerance)
    np.testing.assert_allclose(result.frame.sum(axis=1), u, rtol=2 * tolerance)
    np.testing.assert_allclose(result.frame.sum(axis=0), v, rtol=2 * tolerance)


def test_products_that_do_not_get_there_give_way_to_factors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Z, wanted = hardly_trading(60, 6)
    u, v = wanted.sum(axis=1), wanted.sum(axis=0)
    monkeypatch.setattr(scaling, "FORMED", 0)
    monkeypatch.setattr(scaling, "PRODUCTS", 3)
    run = scaling.scaled(Z, u, v, 1e-11, 5_000)
    assert run.residual <= 1e-11
    # a large matrix has nothing but products, and says so when they are used up
    monkeypatch.setattr(scaling, "LARGEST_FORMED", 0)
    assert scaling.scaled(Z, u, v, 1e-11, 14).residual > 1e-11
    run = scaling.scaled(Z, u, v, 1e-11, 5_000)
    assert run.residual <= 1e-11


def test_separate_slow_blocks_converge() -> None:
    slow = np.array([[1.0, 1e-5], [1.0, 1.0]])
    Z = np.kron(np.eye(3), slow)
    wanted = np.kron(np.diag([1.0, 1e6, 1e-6]), [[1.0, 1e-2], [2e-2, 3.0]])
    u = wanted.sum(axis=1) * (1 + 1e-13 * np.arange(6))  # totals are never equal to the last digit
    labels = list("abcdef")
    result = balance.ras(pd.DataFrame(Z, labels, labels), u, wanted.sum(axis=0))
    assert result.iterations > 9
    np.testing.assert_allclose(result.frame.sum(axis=1), u, rtol=1e-10)


def test_too_few_iterations_return_nothing() -> None:
    with pytest.raises(ConvergenceError, match=r"after 1 iterations.*Nothing is returned") as error:
        balance.ras(frame([5, 1], [1, 2]), {"a": 1, "b": 9}, {"a": 5, "b": 5}, max_iterations=1)
    assert error.value.residual > 0
    assert "row 'a'" in str(error.value)
    assert "Allow more iterations" in str(error.value)


@pytest.mark.parametrize("tolerance", [0.0, -1.0, np.nan, np.inf])
def test_a_tolerance_must_be_a_positive_number(tolerance: float) -> None:
    Z = frame([1, 1], [1, 1])
    with pytest.raises(TableError, match="tolerance"):
        balance.ras(Z, [2, 2], [2, 2], tolerance=tolerance)
    with pytest.raises(TableError, match="max_iterations"):
        balance.cross_entropy(UNEQUAL, max_iterations=0)


# -- cross entropy ------------------------------------------------------------------------------


def mozambique(shared_file: Callable[[str], Path]) -> SAM:
    oracle = json.loads(shared_file("oracles/cesam_macro_sam.json").read_text())
    cells = pd.DataFrame(oracle["SAM"], oracle["accounts"], oracle["accounts"])
    return SAM.from_frame(cells, kinds=MOZAMBIQUE, balanced=False)


def test_the_macro_sam_of_mozambique_balances(shared_file: Callable[[str], Path]) -> None:
    prior = mozambique(shared_file)
    assert prior.gaps.abs().max() == pytest.approx(792.995)
    result = balance.cross_entropy(prior)
    assert result.sam is not None
    T0, T = prior.array, result.sam.array
    assert np.abs(T.sum(axis=1) - T.sum(axis=0)).max() < 1e-8
    np.testing.assert_array_equal(np.sign(T), np.sign(T0))  # zeros and signs stay
    assert result.iterations < 10
    # every cell that moved is listed, and the largest are where the largest gaps are
    assert len(result.changes) == np.count_nonzero(T0)
    first = result.changes.iloc[0]
    assert (first["row"], first["column"]) == ("ACT", "COM")
    assert first["change"] == pytest.approx(T[0, 1] - T0[0, 1])
    assert first["change"] == pytest.approx(384.77, abs=0.01)
    assert result.moved.loc[("row", "GIN"), "moved"] == pytest.approx(149.32, abs=0.01)
    assert result.errors is not None
    assert result.errors.abs().max() < 5
    history = result.sam.meta.history[-1]
    assert "cross entropy in 4 iterations" in history
    assert "3 negative payments estimated as positive ones the other way" in history
    assert "28 cells moved, most row 'ACT', column 'COM': 14827.4 to 15212.2 (" in history


def test_gdp_can_be_known(shared_file: Callable[[str], Path]) -> None:
    prior = mozambique(shared_file)
    gdp = {("FAC", "ACT"): 1.0, ("GOV", "ACT"): 1.0, ("ACT", "GOV"): -1.0, ("GOV", "COM"): 1.0}

    def value(matrix: pd.DataFrame) -> float:
        return sum(float(matrix.loc[cell]) * c for cell, c in gdp.items())

    base = value(prior.transactions)
    assert base == pytest.approx(10896.741)
    free = value(balance.cross_entropy(prior).frame)
    assert abs(free - base) > 20
    exact = balance.cross_entropy(prior, known={"GDP": Aggregate(gdp, base)})
    assert value(exact.frame) == pytest.approx(base, rel=1e-12)
    assert exact.sam is not None
    assert exact.sam.gaps.abs().max() < 1e-8
    loose = value(balance.cross_entropy(prior, known={"GDP": Aggregate(gdp, base, 0.05)}).frame)
    assert min(base, free) < loose < max(base, free)


def test_a_balanced_sam_comes_back_as_it_is() -> None:
    done = sam([0, 90, 10], [60, 0, 40], [40, 10, 0])
    result = balance.cross_entropy(done)
    assert result.iterations == 0
    assert result.sam is done
    np.testing.assert_array_equal(result.frame, done.transactions)
    assert result.changes.empty
    assert (result.errors == 0).all()


def test_one_account_with_no_payments_is_named() -> None:
    with pytest.raises(BalanceError, match="'b' receives 60 and pays nothing") as error:
        balance.cross_entropy(sam([0, 0, 12], [60, 0, 0], [40, 0, 0]))
    assert error.value.residual == 60
    with pytest.raises(BalanceError, match="'c' pays 47 and receives nothing"):
        balance.cross_entropy(sam([0, 90, 12], [60, 0, 35], [0, 0, 0]))


def test_money_that_cannot_come_back_is_named() -> None:
    codes = ["a", "b", "c", "d"]
    cells = pd.DataFrame(0.0, codes, codes)
    cells.loc["a", "b"] = cells.loc["b", "a"] = cells.loc["c", "d"] = cells.loc["d", "c"] = 5.0
    cells.loc["c", "a"] = 1.0
    split = SAM.from_frame(cells, kinds=dict.fromkeys(codes, "institution"), balanced=False)
    with pytest.raises(BalanceError, match="'a' pays 'c' 1"):
        balance.cross_entropy(split)


def test_accounts_without_anything_stay_empty() -> None:
    result = balance.cross_entropy(sam([0, 5, 0], [7, 0, 0], [0, 0, 0]))
    np.testing.assert_allclose(result.frame, [[0, 6, 0], [6, 0, 0], [0, 0, 0]], rtol=1e-9)


def test_negative_payments_are_turned_round_and_put_back() -> None:
    prior = sam([0, 90, 12], [60, 0, 35], [40, -10, 0])
    result = balance.cross_entropy(prior)
    assert result.sam is not None
    assert result.frame.loc["c", "b"] < 0
    assert result.frame.loc["b", "c"] > 0
    assert "1 negative payments" in result.sam.meta.history[0]
    # the same payments written the other way round from the start give the same answer
    turned = balance.cross_entropy(sam([0, 90, 12], [60, 0, 45], [40, 0, 0])).frame
    net = result.frame.to_numpy() - result.frame.to_numpy().T
    np.testing.assert_allclose(net, turned.to_numpy() - turned.to_numpy().T, atol=1e-9)


def test_fixed_cells_keep_their_value() -> None:
    result = balance.cross_entropy(UNEQUAL, fixed=[("a", "b"), ("c", "a")])
    assert result.frame.loc["a", "b"] == 90
    assert result.frame.loc["c", "a"] == 40
    assert result.sam is not None
    assert result.sam.gaps.abs().max() < 1e-8
    assert "2 cells held fixed" in result.sam.meta.history[0]
    assert set(zip(result.changes["row"], result.changes["column"], strict=True)) == {
        ("a", "c"),
        ("b", "a"),
        ("b", "c"),
        ("c", "b"),
    }


def test_fixed_cells_that_leave_no_way_out_are_refused() -> None:
    everything = [(i, j) for i in CODES for j in CODES]
    with pytest.raises(
        BalanceError, match=r"'b' must receive 5 in free cells, where nobody can pay 0"
    ):
        balance.cross_entropy(UNEQUAL, fixed=everything)
    done = sam([0, 90, 10], [60, 0, 40], [40, 10, 0])
    assert balance.cross_entropy(done, fixed=everything).sam is done
    with pytest.raises(TableError, match="is not a cell"):
        balance.cross_entropy(UNEQUAL, fixed=["ab"])  # type: ignore[list-item]
    with pytest.raises(LabelError, match="'d' is not an account"):
        balance.cross_entropy(UNEQUAL, fixed=[("d", "a")])
    with pytest.raises(TableError, match=r"'a': total 101, of which 900 is fixed"):
        balance.cross_entropy(
            sam([0, 90, 12], [900, 0, 35], [40, 10, 0]),
            fixed=[("b", "a")],
            totals={"a": 101, "b": 100, "c": 50},
        )


def test_exact_totals_are_met_exactly() -> None:
    totals = {"a": 101.0, "b": 97.0, "c": 49.0}
    result = balance.cross_entropy(UNEQUAL, totals=totals, standard_error=0)
    np.testing.assert_allclose(result.frame.sum(axis=1), list(totals.values()), rtol=1e-12)
    assert (result.errors == 0).all()


def test_totals_that_the_cells_cannot_hold_do_not_converge() -> None:
    # a pays only b, so b must receive at least what a has
    prior = sam([0, 5, 5], [10, 0, 0], [0, 5, 0])
    with pytest.raises(
        BalanceError, match="'b' must receive 10 in free cells, where 'a' can pay 30"
    ):
        balance.cross_entropy(prior, totals={"a": 30, "b": 10, "c": 5}, standard_error=0.0)
    more = sam([0, 5, 5], [10, 0, 1], [0, 5, 0])
    with pytest.raises(ConvergenceError, match=r"account '[abc]': receives \d") as error:
        balance.cross_entropy(more, totals={"a": 10, "b": 5, "c": 5}, standard_error=0.0)
    assert error.value.residual > 0.1
    assert error.value.iterations > 0
    with pytest.raises(ConvergenceError, match=r"at the end of its support|gap"):
        balance.cross_entropy(prior, totals={"a": 30, "b": 10, "c": 5}, standard_error=0.01)


def test_cells_that_would_have_to_vanish_are_refused() -> None:
    prior = sam([0, 5, 5], [10, 0, 1], [0, 5, 0])
    with pytest.raises(ConvergenceError, match="row 'b', column 'c' has to vanish"):
        balance.cross_entropy(prior, totals={"a": 10, "b": 10, "c": 5}, standard_error=0.0)


def test_an_exact_total_with_negative_cells_asks_for_them_to_be_fixed() -> None:
    prior = sam([0, 90, 12], [60, 0, 35], [40, -10, 0])
    exact = {"a": 0.0, "b": 0.05, "c": 0.0}
    with pytest.raises(TableError, match=r"account 'c': negative cells of 10\n.*`fixed`"):
        balance.cross_entropy(prior, standard_error=exact)
    result = balance.cross_entropy(
        prior, totals={"a": 100, "b": 90, "c": 30}, standard_error=exact, fixed=[("c", "b")]
    )
    assert result.frame.loc["c", "b"] == -10
    assert result.frame.loc["c"].sum() == pytest.approx(30, rel=1e-12)
    assert result.frame["c"].sum() == pytest.approx(30, rel=1e-12)


@pytest.mark.parametrize(
    "support", [{0: 1.0}, {-1: 0.5, 2: 0.5}, {-1: 0.6, 1: 0.4}, {-1: 0.2, 1: 0.2}, {-1: -1, 1: -1}]
)
def test_a_support_must_be_symmetric_weights_of_one(support: dict[float, float]) -> None:
    with pytest.raises(TableError, match="error support"):
        balance.cross_entropy(UNEQUAL, support=support)


def test_standard_errors_and_totals_are_checked() -> None:
    with pytest.raises(TableError, match=r"below 0.3333"):
        balance.cross_entropy(UNEQUAL, standard_error=0.4)
    with pytest.raises(TableError, match=r"account 'b': -0.1"):
        balance.cross_entropy(UNEQUAL, standard_error={"a": 0.1, "b": -0.1, "c": 0})
    with pytest.raises(LabelError, match="The standard errors"):
        balance.cross_entropy(UNEQUAL, standard_error={"a": 0.1})
    with pytest.raises(LabelError, match="The totals"):
        balance.cross_entropy(UNEQUAL, totals={"a": 100})
    with pytest.raises(TableError, match="account 'c': -50"):
        balance.cross_entropy(UNEQUAL, totals={"a": 100, "b": 100, "c": -50})
    with pytest.raises(TableError, match="'b': total 0"):
        balance.cross_entropy(UNEQUAL, totals={"a": 100, "b": 0, "c": 50})


def test_aggregates_are_checked() -> None:
    for wrong in (Aggregate({("a", "b"): 1}, np.nan), Aggregate({("a", "b"): 1}, 90, 0.5)):
        with pytest.raises(TableError, match="Aggregate 'x'"):
            balance.cross_entropy(UNEQUAL, known={"x": wrong})
    with pytest.raises(TableError, match="hold no cell that can move"):
        balance.cross_entropy(UNEQUAL, known={"x": Aggregate({("a", "a"): 1}, 5)})
    with pytest.raises(ConvergenceError, match="aggregate 'x'"):
        balance.cross_entropy(UNEQUAL, known={"x": Aggregate({("a", "b"): 1}, 5000)})


def test_an_aggregate_may_repeat_what_the_totals_say() -> None:
    totals = {"a": 101.0, "b": 97.0, "c": 49.0}
    column = Aggregate({("b", "a"): 1, ("c", "a"): 1}, 101.0)
    plain = balance.cross_entropy(UNEQUAL, totals=totals, standard_error=0)
    twice = balance.cross_entropy(UNEQUAL, totals=totals, standard_error=0, known={"x": column})
    np.testing.assert_allclose(twice.frame, plain.frame, rtol=1e-9)


def test_an_idle_total_is_refused() -> None:
    prior = sam([0, 90, 12], [60, 0, 35], [40, 10, 0])
    with pytest.raises(BalanceError, match="'c': total 60, payments 47"):
        balance.cross_entropy(
            prior, fixed=[("a", "c"), ("b", "c")], totals={"a": 100, "b": 97, "c": 60}
        )
    result = balance.cross_entropy(prior, fixed=[("a", "c"), ("b", "c")])
    assert result.frame["c"].sum() == 47
    assert result.frame.loc["c"].sum() == pytest.approx(47, rel=1e-12)


def test_accounts_of_very_different_size_balance() -> None:
    prior = sam([0, 9e9, 3e-3], [9.1e9, 0, 1e-3], [1e-3, 2.5e-3, 0])
    result = balance.cross_entropy(prior)
    assert result.residual < 1e-10
    small = result.frame.loc["c"].sum()
    assert small == pytest.approx(result.frame["c"].sum(), rel=1e-9)
    assert small == pytest.approx(3.75e-3, rel=0.01)


def test_the_result_survives_pickle_and_copy() -> None:
    result = balance.cross_entropy(UNEQUAL)
    for other in (pickle.loads(pickle.dumps(result)), copy.deepcopy(result)):
        pd.testing.assert_frame_equal(other.frame, result.frame)
        assert other.sam.meta == result.sam.meta  # type: ignore[union-attr]


@pytest.mark.parametrize("tolerance", [1e-10, 1e-4, 1e-3, 1e-2])
def test_a_loose_tolerance_takes_no_small_cell_for_one_that_vanishes(tolerance: float) -> None:
    prior = pd.DataFrame([[0.0139, 0.6752, 0.5361, 0.6304], [0.8767, 0, 0, 0]], ["a", "b"])
    rows = pd.Series([28702.0001, 15.574], prior.index)
    found = balance.ras(prior, rows, pd.Series([15.5741, 15044, 5772, 7886]), tolerance=tolerance)
    np.testing.assert_allclose(found.frame.sum(axis=1), rows, rtol=tolerance)
    assert found.frame.iloc[0, 0] > 0
