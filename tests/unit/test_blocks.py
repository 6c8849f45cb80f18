"""Blocks: small cases by hand, a printed inverse, what breaks a circle, and what is refused."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pandas as pd
import pytest

from iomodel import blocks, load_sam
from iomodel.accounts import Accounts
from iomodel.blocks import Decomposition
from iomodel.errors import (
    ArgumentError,
    LabelError,
    MissingAccountError,
    NotProductiveError,
    TableError,
)
from iomodel.sam import SAM, SAMModel
from iomodel.settings import EXOGENOUS
from iomodel.table import IOTable
from village import small

INSIDE = ["farms", "mills", "labour", "capital", "people"]


def model() -> SAMModel:
    return small().cut(endogenous=INSIDE)


def regions(A: list[list[float]], names: str) -> IOTable:
    codes = [str(i) for i in range(len(A))]
    table = IOTable.from_coefficients(
        pd.DataFrame(A, codes, codes), pd.Series(np.full(len(A), 100.0), codes)
    )
    return replace(table, accounts=Accounts.of(["all"] * len(A), regions=names))


def table_of(A: list[list[float]]) -> IOTable:
    codes = [str(i) for i in range(len(A))]
    return IOTable.from_coefficients(
        pd.DataFrame(A, codes, codes), pd.Series(np.full(len(A), 100.0), codes)
    )


# -- oracles ------------------------------------------------------------------------------------

# Miller, R. E. and Blair, P. D. (2009), Input-Output Analysis: Foundations and Extensions, 2nd ed.,
# Cambridge University Press, chapter 3: two regions, three sectors and two.
Z = [
    [150, 500, 50, 25, 75],
    [200, 100, 400, 200, 100],
    [300, 500, 50, 60, 40],
    [75, 100, 60, 200, 250],
    [50, 25, 25, 150, 100],
]
X = [1000, 2000, 1000, 1200, 800]
PRINTED = [
    [1.4234, 0.4652, 0.2909, 0.1917, 0.3041],
    [0.6346, 1.4237, 0.6707, 0.4092, 0.4558],
    [0.6383, 0.5369, 1.3363, 0.2501, 0.3108],
    [0.2672, 0.2000, 0.1973, 1.3406, 0.5473],
    [0.1468, 0.0908, 0.0926, 0.2155, 1.2538],
]


def test_two_regions_of_miller_and_blair_give_the_printed_inverse() -> None:
    codes = ["r1", "r2", "r3", "s1", "s2"]
    table = IOTable.from_coefficients(
        pd.DataFrame(np.array(Z) / np.array(X), codes, codes), pd.Series(X, codes, dtype=float)
    )
    found = blocks.decompose(table, blocks={"r": codes[:3], "s": codes[3:]})
    assert found.cyclic
    product = found.M3.to_numpy() @ found.M2.to_numpy() @ found.M1.to_numpy()
    np.testing.assert_allclose(product, PRINTED, rtol=0, atol=5e-5)
    total = np.eye(5) + found.within + found.open + found.closed
    np.testing.assert_allclose(total, PRINTED, rtol=0, atol=5e-5)


def test_autos_of_mexico_by_transfer_open_and_closed_effects() -> None:
    sam = load_sam("mexico-2013")
    cut = sam.cut(exogenous=EXOGENOUS)
    found = blocks.decompose(cut)
    assert found.order == ("production", "factor", "institution")
    A = cut.A.to_numpy()
    at = cut.of_kind("activity")
    open_model = np.linalg.inv(np.eye(len(at)) - A[np.ix_(at, at)])
    whole = np.linalg.inv(np.eye(len(A)) - A)
    for code in ("3361", "3363"):
        j = at.index(cut.accounts.position(code))
        effects = found.by_block(code)
        transfer = effects.loc["production", ["initial", "within"]].sum()
        assert transfer == pytest.approx(open_model[:, j].sum(), rel=1e-12)
        assert effects["total"].sum() == pytest.approx(whole[:, at[j]].sum(), rel=1e-12)
        # wages and surplus are earned before anybody spends them
        assert effects.at["production", "open"] == 0
        assert (effects.loc[["factor", "institution"], "within"] == 0).all()


# -- by hand ------------------------------------------------------------------------------------


def test_three_blocks_of_one_account_by_hand() -> None:
    """A circle a -> b -> c -> a of 1/2 each: out of each unit 1/8 comes round."""
    found = blocks.decompose(
        table_of([[0, 0, 0.5], [0.5, 0, 0], [0, 0.5, 0]]),
        blocks={"c": ["2"], "a": ["0"], "b": ["1"]},
    )
    assert found.cyclic
    assert found.order == ("c", "a", "b")
    assert found.why == "The 3 blocks pay each other in one circle: c -> a -> b -> c."
    effects = found.of("0")
    assert effects["within"].tolist() == [0, 0, 0]
    assert effects["open"].tolist() == pytest.approx([0, 1 / 2, 1 / 4])
    assert effects["closed"].tolist() == pytest.approx([1 / 7, 1 / 14, 1 / 28])
    assert found.closed["0"].tolist() == pytest.approx([1 / 7, 1 / 14, 1 / 28])
    assert found.M3.to_numpy().tolist() == pytest.approx(np.eye(3) * 8 / 7)
    assert found.blocks.tolist() == ["a", "b", "c"]
    assert "a (1)" in repr(found)
    with pytest.raises(FrozenInstanceError):
        found.own = np.eye(3)  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        found.own[0, 0] = 7.0


def test_where_nothing_comes_back_all_is_open() -> None:
    found = blocks.decompose(
        table_of([[0, 0, 0], [0.5, 0, 0], [0.2, 0.5, 0]]),
        blocks={"a": ["0"], "b": ["1"], "c": ["2"]},
    )
    assert found.cyclic
    assert found.order == ()
    assert "no circle" in found.why
    assert not found.closed.to_numpy().any()
    assert found.open["0"].tolist() == pytest.approx([0, 0.5, 0.45])


def test_regions_are_blocks_by_default_and_three_that_trade_are_not_cyclic() -> None:
    two = blocks.decompose(regions([[0.5, 0.1], [0.2, 0.5]], "NS"))
    assert two.blocks.tolist() == ["N", "S"]
    assert two.cyclic
    three = blocks.decompose(regions([[0.2, 0.1, 0.1], [0.1, 0.2, 0.1], [0.1, 0.02, 0.2]], "NSW"))
    assert not three.cyclic
    assert "Money comes back after 2 blocks, not after all 3" in three.why
    # the smallest payment of the circle: region S buys 2 from W
    assert "S -> W -> S: 'S' pays 'W' 2 (most of it 'S, all' to 'W, all', 2)" in three.why
    assert list(three.of(("N", "all")).columns) == ["initial", "within", "rest", "total"]
    with pytest.raises(TableError, match=r"(?s)no open effects by these blocks.*S -> W -> S"):
        _ = three.open
    joined = blocks.decompose(
        regions([[0.2, 0.1, 0.1], [0.1, 0.2, 0.1], [0.1, 0.02, 0.2]], "NSW"),
        blocks={"home": ["N"], "abroad": ["S", "W"]},
    )
    assert joined.cyclic


def test_many_short_circles_are_counted() -> None:
    n = 8
    found = blocks.decompose(table_of((np.full((n, n), 0.05)).tolist()), blocks=each(n))
    assert len(found.circle.findings) == 8 * 7 / 2
    assert found.why.endswith("and 8 more")


def each(n: int) -> dict[str, list[str]]:
    return {f"b{i}": [str(i)] for i in range(n)}


def test_taxes_inside_break_the_circle_and_are_named() -> None:
    """The state spends what it taxes: production pays it by way of people and of taxes."""
    inside = [*INSIDE, "tax-products", "state"]
    found = blocks.decompose(small().cut(endogenous=inside))
    assert not found.cyclic
    assert "'institution' pays 'tax' 8 (most of it 'people' to 'tax-products', 8)" in found.why
    taken_together = blocks.decompose(
        small().cut(endogenous=inside),
        blocks={"production": ["activity"], "factors": ["factor"], "rest": ["institution", "tax"]},
    )
    assert taken_together.cyclic


# -- what is refused ----------------------------------------------------------------------------


def test_every_account_stands_in_exactly_one_block() -> None:
    with pytest.raises(LabelError, match=r"(?s)2 of 5 accounts.*'labour' in none.*'capital' in n"):
        blocks.decompose(model(), blocks={"a": ["activity"], "b": ["people"]})
    with pytest.raises(LabelError, match=r"(?s)1 of 5.*'mills' in 'a' and 'b'"):
        blocks.decompose(model(), blocks={"a": ["activity"], "b": [*INSIDE[1:]]})
    with pytest.raises(LabelError, match="'peple' is not an account"):
        blocks.decompose(model(), blocks={"a": ["activity", "factor"], "b": ["peple"]})
    with pytest.raises(LabelError, match=r"(?s)1 blocks hold no account.*'c'"):
        blocks.decompose(model(), blocks={"a": INSIDE[:2], "b": INSIDE[2:], "c": []})
    with pytest.raises(LabelError, match="is one block: all"):
        blocks.decompose(model(), blocks={"all": INSIDE})
    with pytest.raises(LabelError, match="is one block: industry"):
        blocks.decompose(table_of([[0.1, 0.2], [0.3, 0.1]]))


def test_an_uncut_sam_and_total_transactions_are_refused() -> None:
    for question in (blocks.decompose, blocks.redistribution):
        with pytest.raises(ArgumentError, match="Cut a SAM"):
            question(small())  # type: ignore[operator]
    with pytest.raises(ArgumentError, match="Cut a SAM"):
        blocks.fixed_price(small(), {})  # type: ignore[arg-type]
    total = table_of([[0.1, 0.2], [0.3, 0.1]])
    total = replace(total, meta=total.meta.but(origin="total"))
    with pytest.raises(MissingAccountError, match="decomposition by blocks needs domestic flows"):
        blocks.decompose(total, blocks=each(2))


# -- at the margin ------------------------------------------------------------------------------


def test_another_peso_may_be_spent_otherwise() -> None:
    """People spend 50 of 112 on mills; at the margin half of that more, out of saving and farms."""
    cut = model()
    spent = cut.spending("people") * cut.x["people"]
    assert spent["mills"] == 50
    assert spent["farms"] == 30
    assert spent["saving"] == 10
    moved = {"people": {"mills": 1.2, "farms": 1 - 5 / 30, "saving": 0.5}}
    found = blocks.fixed_price(cut, moved)
    assert found.C.at["mills", "people"] == pytest.approx(60 / cut.x["people"])
    assert found.C.at["farms", "people"] == pytest.approx(25 / cut.x["people"])
    leaks = found.marginal.leakage_coefficients["people"]
    assert leaks["saving"] == pytest.approx(5 / cut.x["people"])
    assert (found.income_effects.loc["mills"] > 0).all()
    frame = pd.DataFrame(moved)
    pd.testing.assert_frame_equal(blocks.fixed_price(cut, frame).multipliers, found.multipliers)
    assert repr(found).startswith("<FixedPrice of <SAMModel of 'small'")


def test_elasticities_that_do_not_aggregate_are_refused_with_the_sums() -> None:
    cut = model()
    share = 50 / cut.x["people"]
    with pytest.raises(
        TableError, match=r"(?s)do not aggregate.*'people': .* add up to 1\.\d+"
    ) as e:
        blocks.fixed_price(cut, {"people": {"mills": 1.2}})
    assert f"{1 + 0.2 * share:.10g}, shares to 1" in str(e.value)
    with pytest.raises(TableError, match=r"(?s)not finite.*'mills'"):
        blocks.fixed_price(cut, {"people": {"mills": np.nan}})
    with pytest.raises(LabelError, match="'mils' is not an account"):
        blocks.fixed_price(cut, {"people": {"mils": 1.0}})
    with pytest.raises(LabelError, match="'state' is not an account"):
        blocks.fixed_price(cut, {"state": {"mills": 1.0}})
    with pytest.raises(LabelError, match="repeat"):
        blocks.fixed_price(cut, {"people": {}, "people ": {}})
    with pytest.raises(LabelError, match="no account that is paid is named"):
        blocks.fixed_price(cut, {"people": 1.2})  # type: ignore[dict-item]


def test_a_sam_that_balances_but_for_rounding_has_margins_too() -> None:
    codes = ["shop", "people", "bank", "town"]
    T = pd.DataFrame(0.0, codes, codes)
    T.loc["shop", ["people", "bank"]] = 9e9, 1e9
    T.loc["people", "shop"], T.loc["bank", "people"] = 1e10, 1e9
    T.loc["town", "town"], T.loc["bank", "town"], T.loc["town", "bank"] = 1.0, 1.0001, 1.0
    kinds = {"shop": "activity", "bank": "saving-investment"}
    kinds |= dict.fromkeys(["people", "town"], "institution")
    cut = SAM.from_frame(T, kinds=kinds).cut(exogenous=["bank"])
    same = blocks.fixed_price(cut, {"town": {"bank": 1.0}})
    assert not same.income_effects.to_numpy().any()


def test_a_margin_at_which_nothing_leaks_is_refused() -> None:
    codes = ["shop", "people", "bank"]
    T = pd.DataFrame([[0.0, 9, 1], [10, 0, 0], [0, 1, 0]], codes, codes)
    kinds = {"shop": "activity", "people": "institution", "bank": "saving-investment"}
    cut = SAM.from_frame(T, kinds=kinds).cut(exogenous=["bank"])
    with pytest.raises(NotProductiveError, match="'people' spends otherwise"):
        blocks.fixed_price(cut, {"people": {"bank": 0.0, "shop": 10 / 9}})


def test_accounts_without_transactions_have_nothing_to_spend_otherwise() -> None:
    codes = ["shop", "people", "idle", "bank"]
    T = pd.DataFrame(0.0, codes, codes)
    T.loc["shop", ["people", "bank"]] = 9.0, 1.0
    T.loc["people", "shop"], T.loc["bank", "people"] = 10.0, 1.0
    kinds = {"shop": "activity", "bank": "saving-investment"}
    kinds |= dict.fromkeys(["people", "idle"], "institution")
    cut = SAM.from_frame(T, kinds=kinds).cut(exogenous=["bank"])
    assert blocks.fixed_price(cut, {"idle": {"shop": 2.0}}).marginal is cut
    with pytest.raises(TableError, match=r"(?s)add up to 0.*'idle'"):
        blocks.redistribution(cut.__class__.of(*alone(cut)), over=["idle", "other"])


def alone(cut: SAMModel) -> tuple[np.ndarray, Accounts, np.ndarray, str]:
    """Two accounts without any transaction beside two with them."""
    accounts = Accounts.of(
        ["shop", "bank", "idle", "other"],
        kinds=["activity", "saving-investment", "institution", "institution"],
        axis="account",
    )
    T = np.zeros((4, 4))
    T[0, 1] = T[1, 0] = 1.0
    return T, accounts, np.array([True, False, True, True]), cut.title


# -- shares -------------------------------------------------------------------------------------


def test_shares_by_hand() -> None:
    """An injection into farms pays labour 30/70 and capital 25/70 at first, then mills' round."""
    cut = model()
    M = np.linalg.inv(np.eye(5) - cut.A.to_numpy())
    gained = M[2:4, 0]
    incomes = cut.x[["labour", "capital"]]
    found = blocks.redistribution(cut, over=["factor"])
    share = incomes["labour"] / incomes.sum()
    expected = (gained[0] - share * gained.sum()) / incomes.sum()
    assert found.at["labour", "farms"] == pytest.approx(expected)
    assert found["farms"].sum() == pytest.approx(0, abs=1e-15)
    assert found.at["labour", "farms"] > 0 > found.at["capital", "farms"]


def test_shares_need_two_accounts_with_income() -> None:
    with pytest.raises(LabelError, match="its share is one whatever happens"):
        blocks.redistribution(model(), over=["people"])
    with pytest.raises(LabelError, match="repeat"):
        blocks.redistribution(model(), over=["people", "institution"])
    with pytest.raises(LabelError, match="'state' is not an account"):
        blocks.redistribution(model(), over=["people", "state"])


def test_a_decomposition_is_a_value() -> None:
    found = blocks.decompose(model())
    assert isinstance(found, Decomposition)
    factor = found.M1
    with pytest.raises(ValueError, match="read-only"):
        factor.iloc[0, 0] = 99.0
    frame = found.within
    frame.iloc[0, 0] = 99.0
    assert found.within.iloc[0, 0] != 99.0
