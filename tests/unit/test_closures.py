"""Named closures: a small SAM by hand, the naive inverse as oracle, scoring, and refusals."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import iomodel as im
from iomodel import catalog, closures, linkages, multipliers
from iomodel.closures.named import (
    ALL,
    BLOCK,
    FACTORS,
    LEFT_IN,
    MARGINAL,
    OF_HOUSEHOLDS,
    OPEN,
    RECEIPTS,
    RECIRCULATING,
    SCHEDULE,
)
from iomodel.closures.scoring import Target
from iomodel.errors import LabelError, MissingAccountError, NotProductiveError, TableError
from iomodel.sam import SAM
from official import ROOT

KINDS = {
    "a": "activity",
    "b": "activity",
    "labour": "factor",
    "mixed-income": "factor",
    "capital-household": "factor",
    "capital-national": "factor",
    "households": "institution",
    "government": "institution",
    "tax-products": "tax",
    "saving": "saving-investment",
    "row-trade": "row-trade",
}
# receiver, payer, amount
FLOWS = """
a a 10; a b 20; a households 50; a row-trade 20;
b a 30; b households 40; b row-trade 10;
labour a 30; labour b 20; mixed-income a 10; mixed-income b 2; capital-household b 10;
capital-national a 10; capital-national b 20;
row-trade a 10; row-trade b 8; row-trade households 6; row-trade saving 11;
households labour 50; households mixed-income 12; households capital-household 10;
households row-trade 5; households government 40;
government capital-national 30; government tax-products 4; government saving 6;
tax-products households 4; saving households 17
"""
CLOSED = closures.Closure("wages", "a test")
NAMES = [closure.name for closure in closures.CLOSURES]


def small(flows: str = FLOWS, kinds: dict[str, str] = KINDS, *, balanced: bool = True) -> SAM:
    """Two sectors, of which a is partly of households and b owns its houses."""
    frame = pd.DataFrame(0.0, index=list(kinds), columns=list(kinds))
    for line in flows.strip().split(";"):
        receiver, payer, amount = line.split()
        frame.loc[receiver, payer] = float(amount)
    return SAM.from_frame(frame, kinds=kinds, balanced=balanced)


@pytest.fixture(scope="module")
def sam() -> SAM:
    return catalog.load_sam("mexico-2012-21")


def naive(sam: SAM, closure: closures.Closure) -> tuple[np.ndarray, list[str], list[str]]:
    """The inverse of a closure written out: cell by cell from its transactions."""
    cut = closures.model(sam, closure)
    A = cut.A.to_numpy()
    return np.linalg.inv(np.eye(len(A)) - A), list(cut.accounts.codes), list(cut.accounts.kinds)


@pytest.mark.parametrize("closure", closures.CLOSURES, ids=NAMES)
def test_columns_sum_to_at_most_one_and_nothing_is_lost(
    sam: SAM, closure: closures.Closure
) -> None:
    cut = closures.model(sam, closure)
    inside, outside = cut.A.sum(), cut.leakage_coefficients.sum()
    assert (cut.A.to_numpy() >= 0).all()
    assert inside.max() <= 1 + 1e-12
    np.testing.assert_allclose(inside + outside, 1.0, rtol=1e-12)


@pytest.mark.parametrize("closure", closures.CLOSURES, ids=NAMES)
def test_the_base_year_comes_back(sam: SAM, closure: closures.Closure) -> None:
    cut = closures.model(sam, closure)
    found = cut.L @ cut.exogenous.sum(axis=1)
    np.testing.assert_allclose(found, cut.x, rtol=1e-9)
    if closure.imports != LEFT_IN:
        made = sam.accounts.of_kind("activity")
        np.testing.assert_allclose(cut.x.iloc[: len(made)], sam.totals.iloc[made], rtol=1e-9)


@pytest.mark.parametrize("closure", closures.CLOSURES, ids=NAMES)
def test_measures_are_those_of_the_naive_inverse(sam: SAM, closure: closures.Closure) -> None:
    found = closures.measures(sam, closure)
    M, codes, kinds = naive(sam, closure)
    over = [
        i
        for i, kind in enumerate(kinds)
        if closure.over not in (BLOCK, FACTORS)
        or kind == "activity"
        or (closure.over == FACTORS and kind == "factor")
    ]
    made = [i for i, kind in enumerate(kinds) if kind == "activity"]
    block = M[np.ix_(over, over)]
    columns, rows = block.sum(axis=0), block.sum(axis=1)
    assert list(found.index) == [codes[i] for i in made]
    np.testing.assert_allclose(found["backward"], columns[: len(made)] / columns.mean(), rtol=1e-9)
    np.testing.assert_allclose(found["forward"], rows[: len(made)] / rows.mean(), rtol=1e-9)
    np.testing.assert_allclose(found["output"], M[made][:, made].sum(axis=0), rtol=1e-9)


def test_the_open_closure_is_the_open_model_of_the_table() -> None:
    found = closures.measures(catalog.load_sam("mexico-2013"), closures.CLOSURES[0])
    table = im.load("mexico-projected-2013")
    for ours, theirs in (
        ("backward", linkages.measure(table, "rasmussen_backward")),
        ("forward", linkages.measure(table, "rasmussen_forward")),
        ("output", multipliers.output(table)),
    ):
        np.testing.assert_allclose(found[ours], theirs[found.index], rtol=1e-9)


def test_balancing_2012_moved_the_open_model_by_less_than_a_hundredth(sam: SAM) -> None:
    found = closures.measures(sam, closures.CLOSURES[0])["output"]
    theirs = multipliers.output(im.load("mexico-2012-21"))[found.index]
    assert (found - theirs).abs().max() < 0.01


def test_wages_respent_are_the_type_ii_of_the_table() -> None:
    closure = next(c for c in closures.CLOSURES if c.name == "wages, block")
    bare = catalog.load_sam("mexico-2013")
    cut = closures.model(bare, closure)
    table = im.load("mexico-projected-2013")
    spending = cut.A.loc[list(table.accounts.codes), "households"]
    theirs = multipliers.output(
        im.closure.households(table, spending=spending.rename_axis("sector")), over="industries"
    )
    found = closures.measures(bare, closure)["output"]
    np.testing.assert_allclose(found, theirs[found.index], rtol=1e-9)


# -- by hand ---------------------------------------------------------------------------------------


def test_what_a_unit_of_income_buys_by_hand() -> None:
    # purchases 100, of which 50 a, 40 b; residents' 95 of them; D.1 50, surplus 52
    by_rule = {
        CLOSED: (0.5 * 95 / 102, 0.4 * 95 / 102),
        replace(CLOSED, consumption=RECIRCULATING): (0.5, 0.4),  # 95 / 50, at most one
        replace(CLOSED, surplus=ALL, consumption=RECIRCULATING): (0.5 * 95 / 102, 0.4 * 95 / 102),
        replace(CLOSED, surplus=OF_HOUSEHOLDS, consumption=RECIRCULATING): (0.5, 0.4),
        replace(CLOSED, consumption=MARGINAL, propensity=0.84): (0.84 * 5 / 9, 0.84 * 4 / 9),
        replace(CLOSED, surplus=OF_HOUSEHOLDS, consumption=RECEIPTS): (50 / 117, 40 / 117),
    }
    for closure, expected in by_rule.items():
        bought = closures.model(small(), closure).A.loc[["a", "b"], "households"]
        assert bought.to_list() == pytest.approx(expected), closure


def test_who_receives_which_surplus_by_hand() -> None:
    schedule = replace(CLOSED, surplus=SCHEDULE, schedule=(("b", 0.25),))
    for closure, expected in (
        (CLOSED, [0, 0]),
        (replace(CLOSED, surplus=OF_HOUSEHOLDS), [10 / 20, (2 + 10) / 32]),
        (replace(CLOSED, surplus=ALL), [1, 1]),
        (schedule, [0, 0.25]),
    ):
        assert closures.respent(small(), closure).to_list() == pytest.approx(expected)
    A = closures.model(small(), schedule).A
    assert A.loc["surplus-spent", ["a", "b"]].to_list() == pytest.approx([0, 8 / 80])
    assert A.loc["surplus-kept", ["a", "b"]].to_list() == pytest.approx([20 / 100, 24 / 80])
    assert A.loc["households", "surplus-spent"] == 1
    assert A["surplus-kept"].sum() == 0


def test_an_account_with_no_transactions_is_left_out() -> None:
    with_none = closures.model(small(), CLOSED).accounts.codes
    with_all = closures.model(small(), replace(CLOSED, surplus=ALL)).accounts.codes
    assert "surplus-spent" not in with_none
    assert "surplus-kept" not in with_all
    assert len(with_none) == len(with_all) == 5


def test_imports_left_in_stand_in_the_account_of_their_product_by_hand() -> None:
    circle = closures.circle(small(), replace(CLOSED, imports=LEFT_IN))
    # imports of a (10) go 10 : 30, those of b (8) to a alone, of households (6) 50 : 40
    x = np.array([100 + 2.5 + 8 + 10 / 3, 80 + 7.5 + 8 / 3])
    assert circle.totals[["a", "b"]].to_list() == pytest.approx(x)
    A = closures.model(small(), replace(CLOSED, imports=LEFT_IN)).A
    expected = np.array([[12.5, 28.0], [37.5, 0.0]]) / x
    np.testing.assert_allclose(A.loc[["a", "b"], ["a", "b"]], expected)
    imported = circle.transactions.loc["outside", ["a", "b"]]
    assert imported.to_list() == pytest.approx(x - [100, 80])  # no taxes here


# -- the register ----------------------------------------------------------------------------------


def test_the_register_says_what_each_closure_is() -> None:
    listed = closures.register()
    assert list(listed.index) == NAMES
    assert 10 <= len(listed) <= 15
    assert (listed["words"].str.split().str.len() > 4).all()
    assert set(listed["blind"]) == {"yes", "no"}
    assert (listed["ruled_out"] != "").sum() == 3


@pytest.mark.parametrize("part", ["surplus", "consumption", "imports", "over"])
def test_a_closure_of_unknown_parts_is_refused(part: str) -> None:
    with pytest.raises(LabelError, match=f"has {part} 'half'"):
        replace(CLOSED, **{part: "half"})


def test_shares_outside_zero_and_one_are_refused() -> None:
    with pytest.raises(TableError, match=r"'a': 1.1"):
        replace(CLOSED, surplus=SCHEDULE, schedule=(("a", 1.1),))
    with pytest.raises(TableError, match=r"propensity: -0\.1"):
        replace(CLOSED, consumption=MARGINAL, propensity=-0.1)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"surplus": SCHEDULE}, "lacks a schedule"),
        ({"schedule": (("a", 0.5),)}, "states a schedule"),
        ({"consumption": MARGINAL}, "lacks a propensity"),
        ({"propensity": 0.5}, "states a propensity"),
        ({"consumption": RECEIPTS, "surplus": ALL}, "lacks parts of the SAM as it stands"),
    ],
)
def test_parts_that_would_be_ignored_are_refused(parts: dict[str, Any], words: str) -> None:
    with pytest.raises(LabelError, match=words):
        replace(CLOSED, **parts)


def test_a_schedule_of_an_unknown_sector_is_refused() -> None:
    with pytest.raises(LabelError, match="'c' is not an account"):
        closures.model(small(), replace(CLOSED, surplus=SCHEDULE, schedule=(("c", 0.5),)))


# -- refusals --------------------------------------------------------------------------------------


def test_who_would_spend_more_than_the_income_is_refused() -> None:
    # .95 on domestic products and the imports and taxes with them: .95 * 100 / 90
    greedy = replace(CLOSED, consumption=MARGINAL, propensity=0.95)
    with pytest.raises(TableError, match=r"households would spend 1.056 for each unit"):
        closures.model(small(), greedy)


def test_a_circle_that_nothing_leaves_is_refused() -> None:
    kinds = {code: KINDS[code] for code in ("a", "b", "labour", "capital-national", "households")}
    kinds |= {"row-trade": "row-trade"}
    flows = """
    a households 10; labour a 8; capital-national a 2; households labour 8;
    households capital-national 2; b row-trade 5; row-trade b 5
    """
    closed = small(flows, kinds)
    assert closures.measures(closed, CLOSED).loc["a", "output"] == pytest.approx(5)
    with pytest.raises(NotProductiveError, match="'households'"):
        closures.measures(closed, replace(CLOSED, surplus=ALL))


@pytest.mark.parametrize("gone", ["labour", "households"])
def test_a_sam_without_the_accounts_is_refused(gone: str) -> None:
    frame = small().transactions.rename(index={gone: "x"}, columns={gone: "x"})
    kinds = {"x" if code == gone else code: kind for code, kind in KINDS.items()}
    with pytest.raises(MissingAccountError, match=f"'{gone}' is missing"):
        closures.model(SAM.from_frame(frame, kinds=kinds), CLOSED)


def test_own_surplus_and_purchases_have_to_be_there() -> None:
    frame = small().transactions.rename(index={"mixed-income": "m"}, columns={"mixed-income": "m"})
    kinds = {"m" if code == "mixed-income" else code: kind for code, kind in KINDS.items()}
    with pytest.raises(MissingAccountError, match="households' own surplus"):
        closures.model(SAM.from_frame(frame, kinds=kinds), replace(CLOSED, surplus=OF_HOUSEHOLDS))
    bare = FLOWS.replace("a households 50; ", "").replace("b households 40; ", "")
    with pytest.raises(MissingAccountError, match="buy nothing"):
        closures.model(small(bare, balanced=False), CLOSED)


# -- scoring ---------------------------------------------------------------------------------------


TRIED = (
    closures.Closure("bare", "nobody respends", endogenous=OPEN, over=BLOCK),
    closures.Closure("barred", "a test", over=BLOCK, ruled_out="it is only shown"),
    closures.Closure("own", "a test", surplus=OF_HOUSEHOLDS, over=BLOCK, blind=True),
)


def aimed(sam: SAM, closure: closures.Closure, *, by: float = 0.0) -> list[Target]:
    """Targets at what one closure gives, `by` off."""
    found = closures.measures(sam, closure)
    wanted = (("backward", "a"), ("output", "b"), ("forward", "a"))
    return [Target(m, s, round(float(found[m][s]), 3) + by, 3) for m, s in wanted]


def test_the_distance_is_over_backward_and_output_and_the_forward_one_apart() -> None:
    sam = small()
    targets = aimed(sam, TRIED[2], by=0.25)
    grid = closures.score(sam, targets, closures=TRIED)
    row, found = grid.loc["own"], closures.measures(sam, TRIED[2])
    gaps = [found["backward"]["a"] - targets[0].value, found["output"]["b"] - targets[1].value]
    assert row["rms"] == pytest.approx(np.sqrt((gaps[0] ** 2 + gaps[1] ** 2) / 2))
    assert row["off a"] == pytest.approx(found["forward"]["a"] - targets[2].value)
    assert row["hits"] == 0
    assert row["output b"] == found["output"]["b"]
    assert row["rank a"] == found["backward"].rank()["a"]
    assert row["rank forward a"] == found["forward"].rank(ascending=False)["a"]
    assert row["lowest"].split(", ") == list(found["backward"].sort_values().index)
    assert row["independent"] == (found.loc["a", ["backward", "forward"]] < 1).all()


def test_best_first_and_the_ruled_out_below_whatever_they_give() -> None:
    sam = small()
    for aim, order in ((0, ["bare", "own", "barred"]), (2, ["own", "bare", "barred"])):
        grid = closures.score(sam, aimed(sam, TRIED[aim]), closures=TRIED)
        assert list(grid.index) == order
        assert grid["rms"].iloc[0] < 0.001 < grid["rms"].iloc[1]
        assert grid["verdict"].iloc[0] == "nearest: reproduces 3 of 3 to the printed digits"
        assert grid["verdict"].iloc[1].startswith("reproduces ")
    grid = closures.score(sam, aimed(sam, TRIED[1]), closures=TRIED)
    assert grid.index[-1] == "barred"
    assert grid["rms"].idxmin() == "barred"
    assert grid["verdict"]["barred"] == "ruled out: reproduces 3 of 3 to the printed digits"
    assert grid["verdict"].iloc[0].startswith("nearest: ")
    assert grid["blind"].to_dict() == {"bare": "no", "own": "yes", "barred": "no"}


def test_a_hit_is_equality_at_the_printed_digits() -> None:
    sam = small()
    exact = float(closures.measures(sam, TRIED[0])["output"]["a"])
    printed = round(exact, 2)
    for value, digits, hits in ((printed, 2, 1), (printed + 0.01, 2, 0), (round(exact), 0, 1)):
        target = Target("output", "a", value, digits)
        assert closures.score(sam, [target], closures=TRIED[:1])["hits"].iloc[0] == hits


def test_targets_and_closures_have_to_be_known_and_named_once() -> None:
    sam = small()
    for target in (Target("output", "z", 1, 2), Target("sideways", "a", 1, 2)):
        with pytest.raises(LabelError, match=target.name):
            closures.score(sam, [target], closures=TRIED)
    target = Target("output", "a", 1, 2)
    with pytest.raises(LabelError, match="1 names repeat"):
        closures.score(sam, [target], closures=(TRIED[0], TRIED[0]))
    with pytest.raises(LabelError, match="at least one of each"):
        closures.score(sam, [], closures=TRIED)


def test_nothing_is_stored_another_sam_gives_another_grid(sam: SAM) -> None:
    """Cars pay a fifth of their foreign surplus as wages, which households save."""
    moved = 0.2 * sam.transactions.loc["capital-foreign", "3361"]
    frame = sam.transactions.copy()
    for receiver, payer, sign in (
        ("labour", "3361", 1),
        ("capital-foreign", "3361", -1),
        ("households", "labour", 1),
        ("corporations", "capital-foreign", -1),
        ("saving-investment", "households", 1),
        ("saving-investment", "corporations", -1),
    ):
        frame.loc[receiver, payer] += sign * moved
    kinds = dict(zip(sam.accounts.codes, sam.accounts.kinds, strict=True))
    other = SAM.from_frame(frame, kinds=kinds)
    targets = [Target("backward", "3361", 0.9, 2), Target("output", "3361", 1.7, 2)]
    before, after = closures.score(sam, targets), closures.score(other, targets)
    change = (after["output 3361"] - before["output 3361"]).to_dict()
    assert change.pop("open") == pytest.approx(0, abs=1e-12)
    for name in ("wages, block", "wages, all accounts", "own surplus, all accounts"):
        assert change[name] > 0.01
    assert not np.allclose(before["rms"][after.index], after["rms"])


def test_no_figure_of_the_study_stands_in_the_code() -> None:
    from iomodel.reproduction.published import published

    printed = {
        f"{row.value:.{row.digits}f}"
        for row in published()
        if row.number in ("C3", "C4", "C6") and row.value is not None
    }
    assert len(printed) == 7
    files = [*(ROOT / "iomodel" / "closures").glob("*.py")]
    files += [
        ROOT / "iomodel" / "reproduction" / "circular.py",
        ROOT / "docs/write_reproduction.py",
    ]
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert not [figure for figure in printed if figure in text], file
