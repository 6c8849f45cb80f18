"""`construct.sam` on an invented economy: every flow where it should be, and what is refused."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from invented import (
    ABROAD,
    CODES,
    GIVEN,
    OWN_USE,
    OWNERS,
    WHO,
    accounts,
    built,
    economy,
    key,
    series,
)
from iomodel import construct, leakage
from iomodel.errors import (
    BalanceError,
    LabelError,
    MissingAccountError,
    NotProductiveError,
    TableError,
    UnitError,
)
from iomodel.ownership import OwnershipKey

# -- every flow ---------------------------------------------------------------------------------


def test_activities_buy_and_pay_as_in_the_table() -> None:
    table, T = economy(), built().transactions
    pd.testing.assert_frame_equal(T.loc[CODES, CODES], table.Z, check_names=False)
    assert T.loc["row-trade", CODES].tolist() == [8, 45, 2]
    assert T.loc["tax-products", CODES].tolist() == [1, 3, 1]
    assert T.loc["tax-production", CODES].tolist() == [1, 2, 2]
    assert T.loc["labour", CODES].tolist() == [20, 50, 5]


def test_surplus_is_cut_by_owner_and_mixed_income_stays_below_it() -> None:
    expected = pd.DataFrame(
        {
            # owners 1 : 1 : 3 of 25, but rent has room for 10 beside households' own 60
            "mixed-income": [7.5, 7.5, 10.0],
            "capital-household": [0.0, 0, 60],
            "capital-foreign": [0.1 * 45.5, 0.8 * 24.5, 0],
            "capital-national": [0.9 * 45.5, 0.2 * 24.5, 0],
        },
        CODES,
    )
    split = construct.split_surplus(economy(), accounts(), **GIVEN)  # type: ignore[arg-type]
    np.testing.assert_allclose(split[list(expected)], expected, atol=1e-12)
    np.testing.assert_allclose(split.sum(axis=1), economy().V.loc["s"])
    T = built().transactions
    np.testing.assert_allclose(T.loc[list(expected), CODES].T, expected, atol=1e-12)


def test_final_buyers_pay_products_imports_and_taxes_and_are_paid_by_visitors() -> None:
    T = built().transactions
    part = 6 / 205  # non-profit institutions buy what households buy
    np.testing.assert_allclose(T.loc[CODES, "households"], np.array([40, 60, 75]) * (1 - part))
    np.testing.assert_allclose(T.loc[CODES, "npish"], np.array([40, 60, 75]) * part)
    assert T.loc["row-trade", "households"] == pytest.approx(20 * (1 - part))
    assert T.loc["tax-products", "npish"] == pytest.approx(10 * part)
    assert T.loc[CODES, "government"].tolist() == [0, 30, 0]
    assert T.loc["row-trade", "government"] == 1
    assert T.loc[[*CODES, "row-trade", "tax-products"], "fixed-investment"].tolist() == [
        0, 25, 0, 9, 2]  # fmt: skip
    assert T.loc[CODES, "inventories"].tolist() == [2, -1, 0]
    assert T.loc[CODES, "row-trade"].tolist() == [13, 50, 0]
    assert T.loc["households", "row-trade"] == pytest.approx(3)  # 199 bought here, 196 consumed
    assert T.loc["government", "row-trade"] == pytest.approx(1)
    assert T.loc["npish", "row-trade"] == pytest.approx(0, abs=1e-12)


def test_incomes_reach_who_earns_them() -> None:
    T = built().transactions
    assert T.at["households", "labour"] == 75 + 1
    assert T.at["labour", "row-income"] == 1
    assert T.at["households", "mixed-income"] == pytest.approx(25)
    assert T.at["households", "capital-household"] == 60
    assert T.loc[["finance", "government", "npish"], "capital-national"].tolist() == [10, 3, 4]
    assert T.at["corporations", "capital-national"] == pytest.approx(45.85 - 17)
    assert T.at["government", "tax-products"] == 17
    assert T.at["government", "tax-production"] == 5
    assert T.at["households", "finance"] == 3  # the pension adjustment, 5 - 2


def test_income_of_foreign_owners_leaves_once_by_one_route() -> None:
    sam = built()
    T = sam.transactions
    assert T.at["row-income", "capital-foreign"] == 14
    assert T.at["corporations", "capital-foreign"] == pytest.approx(24.15 - 14)
    assert T.at["row-income", "government"] == 3
    assert T.at["row-income", "redistribution"] == 25 - 14 - 3
    assert T.loc["row-income"].sum() == pytest.approx(25)
    assert sam.aggregates()["income_paid"] == pytest.approx(25)
    # with none of it known to be equity the same amount leaves, by the other route
    other = built(institutions=accounts(equity=0.0, public_interest=0.0))
    assert other.transactions.at["row-income", "capital-foreign"] == 0
    assert other.transactions.at["row-income", "redistribution"] == 25
    assert other.transactions.at["corporations", "redistribution"] == 0
    pd.testing.assert_series_equal(other.aggregates(), sam.aggregates())


def test_redistribution_is_what_each_institution_needs_or_has_left() -> None:
    T = built().transactions
    received = T.loc[WHO, "redistribution"]
    assert received.round(9).to_dict() == {
        "corporations": 0, "finance": 0, "government": 2, "households": 34, "npish": 3}  # fmt: skip
    assert T.loc["redistribution", WHO].round(9).tolist() == [34, 5, 0, 0, 0]
    assert T.at["redistribution", "row-income"] == 4
    assert T.at["redistribution", "row-transfers"] == 7
    assert T.at["row-transfers", "redistribution"] == 3


def test_saving_pays_investment_and_the_world_lends_the_rest() -> None:
    sam = built()
    T = sam.transactions
    assert T.loc["saving-investment", WHO].tolist() == [5, 2, 0, 2, 1]
    assert T.at["government", "saving-investment"] == 6  # it saves less than nothing
    assert T.at["fixed-investment", "saving-investment"] == 35.75
    assert T.at["inventories", "saving-investment"] == 1
    assert T.loc["row-balance", ABROAD].round(9).tolist() == [18, 20, 0, 0]
    assert T.at["row-transfers", "row-balance"] == pytest.approx(4)
    assert T.at["saving-investment", "row-balance"] == pytest.approx(34)
    found = sam.aggregates()
    assert found["gdp_production"] == pytest.approx(252)
    assert found["gni"] == pytest.approx(252 + 5 - 25)
    assert found["disposable_income_gross"] == pytest.approx(252 - 20 + 4)
    assert found["current_account"] == pytest.approx(-34)
    assert sam.check()["holds"].all()


def test_what_the_sources_do_not_close_has_an_account_of_its_own() -> None:
    T = built().transactions
    assert T.loc[CODES, "discrepancy"].round(9).tolist() == [0, 1, 0]  # the table's own column
    assert T.at["fixed-investment", "discrepancy"] == pytest.approx(0.25)
    assert T.at["discrepancy", "saving-investment"] == pytest.approx(1.25)
    short = built(institutions=accounts(transfers_paid=3.4)).transactions
    # what is 0.4 short is in that account, and nothing else moved to hide it
    assert short.at["redistribution", "discrepancy"] == pytest.approx(0.4)
    assert short.at["discrepancy", "saving-investment"] == pytest.approx(1.65)
    moved = (short - T).drop(columns="discrepancy").drop(index="discrepancy").stack()
    assert set(moved[moved.abs() > 1e-9].index) == {
        ("row-transfers", "redistribution"),
        ("row-transfers", "row-balance"),
        ("saving-investment", "row-balance"),
    }


def test_its_description_says_what_it_rests_on() -> None:
    meta = built().meta
    assert meta.title == "XXX 2013, social accounting matrix"
    assert meta.assumptions[:2] == ("made up", "equity is made up")
    assert meta.source == "invented"
    assert "institutional accounts of 2013" in meta.history[-1]


def test_a_draft_is_the_same_without_the_closing() -> None:
    draft = construct.draft_sam(economy(), accounts(transfers_paid=53.0), **GIVEN)  # type: ignore[arg-type]
    assert draft.gaps["redistribution"] == pytest.approx(-50)
    assert draft.gaps["saving-investment"] == pytest.approx(50)
    assert draft.gaps.drop(["redistribution", "saving-investment"]).abs().max() < 1e-9
    whole = construct.draft_sam(economy(), accounts(), **GIVEN)  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(
        whole.transactions, built().transactions, check_exact=False, atol=1e-9
    )


# -- negative and odd, but possible -----------------------------------------------------------


def test_a_subsidy_on_what_a_buyer_buys_is_a_negative_tax() -> None:
    table = economy()
    W = table.W.copy()
    W.loc["t", "G"] = -4.0
    subsidised = replace(table, arrays=replace(table.arrays, W=W.to_numpy()))
    sam = built(subsidised, accounts(consumption=series(0.0, 0, 26, 196, 6),
                                     saving=series(5.0, 2, -6, 2, 1)))  # fmt: skip
    T = sam.transactions
    assert T.at["tax-products", "government"] == -4
    assert T.at["government", "tax-products"] == pytest.approx(13)
    assert sam.check()["holds"].all()
    assert sam.aggregates()["gdp_production"] == pytest.approx(248)


def test_more_bought_abroad_than_by_visitors_here_is_an_import() -> None:
    who = accounts(consumption=series(0.0, 0, 30, 203, 6), saving=series(5.0, 2, -6, -5, 1))
    T = built(institutions=who).transactions
    assert T.at["households", "row-trade"] == 0
    assert T.at["row-trade", "households"] == pytest.approx(20 * (1 - 6 / 205) + 4)


# -- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "named"),
    [({"year": 2012}, "year: table 2013, accounts 2012"),
     ({"unit": "thousands"}, "unit: table 'million MXN', accounts 'thousands'"),
     ({"country": "YYY"}, "country: table 'XXX', accounts 'YYY'")],
)  # fmt: skip
def test_table_and_accounts_are_of_one_country_year_and_unit(
    changes: dict[str, object], named: str
) -> None:
    with pytest.raises(UnitError, match=named):
        built(institutions=accounts(**changes))


@pytest.mark.parametrize("what", ["surplus", "saving", "consumption"])
def test_every_institution_has_its_figures(what: str) -> None:
    given = getattr(accounts(), what).drop("npish")
    with pytest.raises(MissingAccountError, match=f"{what} of npish"):
        built(institutions=accounts(**{what: given}))


@pytest.mark.parametrize(
    ("changes", "named"),
    [({"property_paid": float("nan")}, "property_paid: nan"),
     ({"saving": series(5.0, 2, np.inf, 2, 1)}, "saving of government: inf"),
     ({"equity": -1.0}, "equity"),
     ({"equity": 26.0}, "26 and 3 of property income paid abroad of 25"),
     ({"equity": 14.0, "public_interest": 12.0}, "14 and 12 of property income")],
)  # fmt: skip
def test_figures_that_cannot_be_are_named(changes: dict[str, object], named: str) -> None:
    with pytest.raises(TableError, match=named):
        built(institutions=accounts(**changes))


def test_a_key_is_a_share_for_every_activity() -> None:
    for share in (-0.1, 1.2):
        with pytest.raises(TableError, match="'mill', low: "):
            key(mill=share)
    short = OwnershipKey.from_shares("short", pd.Series({"farm": 0.1, "rent": 0.0}))
    with pytest.raises(MissingAccountError, match="'mill'"):
        built(key=short)


@pytest.mark.parametrize("name", ["owners", "own_use"])
def test_weights_are_given_for_every_activity_and_are_not_negative(name: str) -> None:
    good = {"owners": OWNERS, "own_use": OWN_USE}[name]
    with pytest.raises(LabelError, match="missing 'mill'"):
        built(**{name: good.drop("mill")})
    bad = pd.Series({"farm": 2.0, "mill": -1.0, "rent": 1.0})
    with pytest.raises(TableError, match=rf"(?s)`{name}` has 1 negative.*'mill': -1"):
        built(**{name: bad})
    with pytest.raises(TableError, match=f"`{name}` is all zero"):
        built(**{name: good * 0.0})


@pytest.mark.parametrize(
    ("changes", "given", "named"),
    [
        ({"surplus": series(53.0, 10, 3, 71, 4)}, {}, "own surplus in 'rent': 71 of 70"),
        ({"surplus": series(60.0, 12, 8, 70, 6)}, {}, "mixed income: -1"),
        ({"surplus": series(3.0, 10, 3, 60, 4)}, {"owners": pd.Series(
            {"farm": 0.0, "mill": 0.0, "rent": 1.0})}, "mixed income: 75, of which 10"),
        ({"equity": 20.0}, {"key": key(mill=0.2)}, "income of foreign owners: 20 of 9.45"),
        ({"surplus": series(3.0, 50, 10, 60, 7)}, {}, "finance, government and npish: 67 of"),
    ],
)  # fmt: skip
def test_nobody_receives_more_surplus_than_there_is(
    changes: dict[str, object], given: dict[str, object], named: str
) -> None:
    with pytest.raises(TableError, match=rf"(?s)do not fit the surplus.*{named}"):
        built(institutions=accounts(**changes), **given)


def test_a_gap_too_large_raises_with_every_account_that_does_not_close() -> None:
    with pytest.raises(BalanceError) as info:
        built(institutions=accounts(transfers_paid=53.0))
    assert "'redistribution': -50" in str(info.value)
    assert "'saving-investment': 50" in str(info.value)
    assert info.value.residual == pytest.approx(50)
    with pytest.raises(BalanceError, match=r"allowed 0\.1"):
        built(institutions=accounts(transfers_paid=3.4), gap_allowed=0.1)
    assert built(institutions=accounts(transfers_paid=53.0), gap_allowed=60.0).totals[
        "discrepancy"
    ] == pytest.approx(51.25)


def test_households_that_consume_more_than_the_accounts_say_do_not_close() -> None:
    """They would spend more than they receive: the money is missing in redistribution."""
    with pytest.raises(BalanceError, match="'redistribution': -9"):
        built(institutions=accounts(consumption=series(0.0, 0, 30, 205, 6)))


def test_households_that_live_on_debt_may_make_no_model() -> None:
    """A SAM balances when they borrow; a circle in which they spend far more does not end."""
    who = accounts(consumption=series(0.0, 0, 30, 196, 6), saving=series(5.0, 2, -6, 2, 1))
    model = built(institutions=who).cut(exogenous=["government", "saving-investment", "tax", "row"])
    spent = model.spending("households")
    spent["saving-investment"] -= 1.5
    spent[CODES] += 0.5
    with pytest.raises(NotProductiveError, match="'households'"):
        model.with_columns(spent.to_frame())


def test_a_table_of_total_transactions_or_without_consumption_is_refused() -> None:
    with pytest.raises(MissingAccountError, match="needs domestic flows"):
        built(economy(origin="total"))
    table = economy()
    other = [k if k != "private_consumption" else "final_demand" for k in table.categories.kinds]
    unnamed = replace(table, categories=replace(table.categories, kinds=tuple(other)))
    with pytest.raises(MissingAccountError, match="no private consumption"):
        built(unnamed)


def test_an_activity_may_not_be_called_as_an_account_is() -> None:
    table = economy()
    renamed = replace(table, accounts=replace(table.accounts, codes=("farm", "labour", "rent")))
    again = {"key": key(labour=0.5), "owners": OWNERS.rename({"mill": "labour"}),
             "own_use": OWN_USE.rename({"mill": "labour"})}  # fmt: skip
    with pytest.raises(LabelError, match="'labour'"):
        built(renamed, **again)


def test_the_leakage_of_the_invented_economy_sums_to_one() -> None:
    model = built().cut(exogenous=["government", "saving-investment", "tax", "row"])
    np.testing.assert_allclose(leakage.matrix(model).sum(), 1.0, rtol=1e-12)


def test_whose_interest_stays_is_named() -> None:
    sam = built()
    renamed = tuple("gobierno" if c == "government" else c for c in sam.accounts.codes)
    other = replace(sam, accounts=replace(sam.accounts, codes=renamed))
    with pytest.raises(MissingAccountError, match="no account 'government'"):
        leakage.as_if_resident(other)
    same = leakage.as_if_resident(other, government="gobierno")
    np.testing.assert_array_equal(same.array, leakage.as_if_resident(sam).array)
    assert leakage.as_if_resident(sam).transactions.at["row-income", "government"] == 3
    nobody = leakage.as_if_resident(sam, government=None)
    assert nobody.transactions.at["row-income", "government"] == 0
