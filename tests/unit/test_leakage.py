"""Placing income paid abroad, the ladder, the readings: on a table to follow by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from iomodel import leakage
from iomodel.bop import BalanceOfPayments, Item
from iomodel.errors import LabelError, MissingAccountError, TableError, UnitError
from iomodel.meta import Meta
from iomodel.ownership import OwnershipKey
from iomodel.spreading import spread
from iomodel.table import IOTable

CODES = ["211", "3361", "533", "931"]


def small_table(**meta: object) -> IOTable:
    Z = pd.DataFrame(
        [[10.0, 30, 5, 5], [0, 20, 0, 10], [2, 8, 0, 0], [1, 2, 3, 4]], index=CODES, columns=CODES
    )
    Y = pd.DataFrame({"C": [30.0, 60, 10, 80], "E": [20.0, 110, 0, 10]}, index=CODES)
    x = Z.sum(axis=1) + Y.sum(axis=1)
    V = pd.DataFrame(
        {
            "m": [5.0, 70, 1, 10],
            "t": [1.0, 2, 0.5, 1],
            "w": [10.0, 20, 2, 60],
            "s": [0.0, 0, 0, 0],
        },
        index=CODES,
    ).T
    V.loc["s"] = x - Z.sum(axis=0) - V.sum(axis=0)
    kinds = {"m": "imports", "t": "product_taxes", "w": "compensation", "s": "surplus"}
    about = Meta(title="small", country="MEX", year=2018, unit="million MXN", currency="MXN")
    return IOTable.from_frames(
        Z, Y, V, kinds=kinds, demand_kinds={"E": "exports"}, meta=replace(about, **meta)
    )


def small_bop(**changes: object) -> BalanceOfPayments:
    items = (
        Item("reinvested", "Reinvested", 1.0, "from_surplus", "foreign_equity"),
        Item("dividends", "Dividends", 2.0, "from_surplus", "foreign_equity"),
        Item("interest_private", "Interest", 0.5, "from_surplus", "corporate_surplus"),
        Item("interest_public", "Public interest", 1.0, "from_government", "public_enterprises"),
        Item("other_income", "Other", 0.1, "unallocated"),
        Item("technology", "Technology", 0.4, "in_imports", "technology", "from_surplus"),
    )
    bop = BalanceOfPayments("MEX", 2018, items, 2.0, "MXN", "million US$", "invented")
    return replace(bop, **changes)


def small_key(**shares: float) -> OwnershipKey:
    values = pd.Series({"211": 0.0, "3361": 0.8, "533": 0.5, "931": 0.0, **shares})
    household = pd.Series({"211": 0.0, "3361": 0.1, "533": 0.0, "931": 1.0})
    return OwnershipKey.from_shares("mine", values, household=household)


def test_equity_goes_where_foreigners_own_and_interest_where_there_is_corporate_surplus() -> None:
    table, bop = small_table(), small_bop()
    outflow = leakage.allocate(table, bop, key=small_key())
    surplus = table.V.loc["s"]
    corporate = surplus * [1, 0.9, 1, 0]
    base = corporate * [0, 0.8, 0.5, 0]
    expected = 4.0 * base / base.sum()
    pd.testing.assert_series_equal(
        outflow.flows["dividends"], expected, check_names=False, rtol=1e-12
    )
    private = corporate * [0, 1, 1, 0]  # no private debt of oil (211) and government (931)
    expected = 1.0 * private / private.sum()
    pd.testing.assert_series_equal(
        outflow.flows["interest_private"], expected, check_names=False, rtol=1e-12
    )
    assert outflow.flows["interest_public"].sum() == 0
    assert outflow.report.loc["interest_public", "outside"] == 2.0
    assert outflow.report.loc["technology", "outside"] == pytest.approx(0.8)
    assert outflow.unallocated["other_income"] == pytest.approx(0.2)


def test_every_amount_is_accounted_for_once() -> None:
    report = leakage.allocate(small_table(), small_bop(), key=small_key()).report
    total = report["placed"] + report["unallocated"] + report["outside"]
    np.testing.assert_allclose(total, report["amount"], rtol=1e-14)


def test_foreign_income_per_unit_times_output_is_what_was_placed() -> None:
    table = small_table()
    outflow = leakage.allocate(table, small_bop(), key=small_key())
    share = outflow.flows.sum(axis=1) / table.V.loc["s"]  # Phi over the gross row that V holds
    foreign = share * table.coefficients.loc["s"]
    assert foreign @ table.x == pytest.approx(outflow.report["placed"].sum(), abs=1e-9)


def test_caps_hold_jointly_and_the_overflow_goes_to_the_others_then_stays_unallocated() -> None:
    table = small_table()
    many = small_bop(rate=1.0)
    big = replace(many.items[1], amount=1e2)
    items = (many.items[0], big, *many.items[2:])
    outflow = leakage.allocate(table, replace(many, items=items), key=small_key())
    flows = outflow.flows
    share = np.array([0, 0.8, 0.5, 0])
    corporate = outflow.corporate.to_numpy()
    equity = flows[["reinvested", "dividends"]].sum(axis=1).to_numpy()
    room = share * (corporate - flows["interest_private"].to_numpy())
    np.testing.assert_allclose(equity, room, atol=1e-9)  # everybody at the cap
    assert outflow.unallocated["dividends"] == pytest.approx(1 + 100 - room.sum())
    ladder = leakage.split(table, outflow)
    rest = ["foreign_owned_depreciation", "foreign_owned_tax", "foreign_owned_profit_not_recorded"]
    assert ladder[rest].abs().to_numpy().max() < 1e-12


def test_one_capped_sector_hands_its_overflow_to_the_others() -> None:
    base = np.array([8.0, 1.0, 1.0])
    flow = spread(5.0, base, np.array([1.0, 9.0, 9.0]))
    np.testing.assert_allclose(flow, [1.0, 2.0, 2.0])
    assert spread(50.0, base, np.array([1.0, 2.0, 3.0])).tolist() == [1.0, 2.0, 3.0]
    assert spread(5.0, np.zeros(3), np.ones(3)).tolist() == [0.0, 0.0, 0.0]


def test_ladder_sums_to_one_and_merges_what_is_not_recorded() -> None:
    table = small_table()
    ladder = leakage.split(table, leakage.allocate(table, small_bop(), key=small_key()))
    np.testing.assert_allclose(ladder.sum(axis=1), 1.0, atol=1e-12)
    assert "consumption_of_fixed_capital" in ladder.attrs["not_recorded"]
    assert "consumption_of_fixed_capital" not in ladder
    assert "technology_abroad" not in ladder  # among the imports here, so no rung of its own


def test_ladder_is_the_naive_product() -> None:
    table = small_table()
    outflow = leakage.allocate(table, small_bop(), key=small_key())
    L = np.linalg.inv(np.eye(4) - table.A.to_numpy())
    ladder = leakage.split(table, outflow)
    imports = (table.V.loc["m"] / table.x).to_numpy() @ L
    np.testing.assert_allclose(ladder["imports"], imports, rtol=1e-12)
    dividends = (outflow.flows["dividends"] / table.x).to_numpy() @ L
    np.testing.assert_allclose(ladder["dividends_abroad"], dividends, rtol=1e-12)


def test_content_orders_the_three_answers() -> None:
    table = small_table()
    content = leakage.content(table, leakage.allocate(table, small_bop(), key=small_key()))
    assert (content["gni_recorded"] <= content["gva"]).all()
    assert (content["gva"] <= content["gdp"]).all()
    assert (content["gni_owned_gross"] <= content["gni_owned_net"] + 1e-15).all()
    np.testing.assert_allclose(content["gdp"] + content["imports"], 1.0, atol=1e-12)


def test_reinvested_earnings_are_income_but_no_currency() -> None:
    table, bop, key = small_table(), small_bop(), small_key()
    with_them = leakage.content(table, leakage.allocate(table, bop, key=key))
    without = leakage.content(
        table, leakage.allocate(table, bop, key=key, include_reinvested=False)
    )
    np.testing.assert_allclose(
        with_them["net_foreign_exchange"], without["net_foreign_exchange"], rtol=1e-12
    )
    assert (with_them["gni_recorded"] < without["gni_recorded"]).any()


def test_no_shares_and_no_debt_leave_national_income_whole() -> None:
    table = small_table()
    equity_only = small_bop(items=small_bop().items[:2])
    key = small_key(**{"3361": 0.0, "533": 0.0})
    outflow = leakage.allocate(table, equity_only, key=key)
    content = leakage.content(table, outflow)
    np.testing.assert_allclose(content["gni_recorded"], content["gva"], rtol=1e-12)
    np.testing.assert_allclose(content["retention"], 1.0, rtol=1e-12)
    assert outflow.unallocated.sum() == pytest.approx(6.0)  # nobody can pay it: said, not scaled


def test_technology_leaves_the_licensing_sector_first_then_its_users() -> None:
    table = small_table()
    bop = small_bop().with_treatments({"technology": "from_surplus"})
    flow = leakage.allocate(table, bop, key=small_key()).flows["technology"]
    assert flow["533"] == pytest.approx(0.8)
    bigger = replace(bop, items=(*bop.items[:-1], replace(bop.items[-1], amount=8.0)))
    outflow = leakage.allocate(table, bigger, key=small_key())
    flow = outflow.flows["technology"]
    room = outflow.corporate - outflow.flows["interest_private"]
    assert flow["533"] == pytest.approx(room["533"])
    assert flow["3361"] / flow["211"] == pytest.approx(8 / 2)  # by what they buy from 533
    assert flow.sum() == pytest.approx(16.0)


def test_a_projected_table_takes_technology_from_surplus() -> None:
    table = small_table(projected="invented")
    report = leakage.allocate(table, small_bop(), key=small_key()).report
    assert report.loc["technology", "treatment"] == "from_surplus"
    assert report.loc["technology", "placed"] == pytest.approx(0.8)


def test_public_enterprises_bear_the_share_they_are_given() -> None:
    outflow = leakage.allocate(small_table(), small_bop(), key=small_key(), public_enterprises=0.25)
    assert outflow.flows["interest_public"].to_dict() == {
        "211": 0.5, "3361": 0.0, "533": 0.0, "931": 0.0,
    }  # fmt: skip
    assert outflow.report.loc["interest_public", "outside"] == 1.5


def test_waterfall_adds_up_and_says_what_rests_on_the_key() -> None:
    table = small_table()
    fall = leakage.waterfall(
        table, leakage.allocate(table, small_bop(), key=small_key()), sector="3361"
    )
    assert fall["amount"].sum() == pytest.approx(1.0, abs=1e-12)
    assert fall["cumulative"].iloc[-1] == pytest.approx(1.0, abs=1e-12)
    assert fall.loc["imports", "basis"] == "table"
    assert "key 'mine'" in fall.loc["dividends_abroad", "basis"]
    assert fall.loc["imports", "direct"] == pytest.approx(70 / table.x["3361"])


@pytest.mark.parametrize(
    ("meta", "words"),
    [
        ({"year": 2013}, "year: table 2013"),
        ({"prices": "constant 2013"}, "prices: table constant 2013"),
        ({"currency": "USD", "unit": "million USD"}, "unit: table 'million USD'"),
        ({"unit": "thousand MXN"}, "unit: table 'thousand MXN'"),
    ],
)
def test_other_year_currency_or_prices_are_refused(meta: dict[str, object], words: str) -> None:
    with pytest.raises(UnitError, match=words):
        leakage.allocate(small_table(**meta), small_bop(), key=small_key())


def test_shares_outside_zero_and_one_are_refused_by_sector() -> None:
    with pytest.raises(TableError, match=r"'3361', low: 1\.2"):
        small_key(**{"3361": 1.2})
    with pytest.raises(TableError, match=r"'533', low: -0\.1"):
        small_key(**{"533": -0.1})


def test_a_key_that_lacks_a_sector_is_refused_by_name() -> None:
    key = small_key()
    less = replace(key, shares=key.shares.drop("533"), household=key.household.drop("533"))
    with pytest.raises(MissingAccountError, match="'533'"):
        leakage.allocate(small_table(), small_bop(), key=less)


def test_a_country_without_keys_is_refused() -> None:
    with pytest.raises(MissingAccountError, match="'FRA'"):
        leakage.keys(small_table(country="FRA"))


def test_more_profit_than_surplus_is_refused_with_both_figures() -> None:
    with pytest.raises(TableError, match="more than all corporate surplus"):
        leakage.allocate(small_table(), small_bop(rate=1e4), key=small_key())


def test_items_need_a_known_treatment_and_a_base() -> None:
    with pytest.raises(LabelError, match="treatment"):
        Item("x", "X", 1.0, "")
    with pytest.raises(LabelError, match="base"):
        Item("x", "X", 1.0, "from_surplus", "by eye")
    bare = small_bop(items=(Item("x", "X", 1.0, "from_surplus"),))
    with pytest.raises(LabelError, match="names no base"):
        leakage.allocate(small_table(), bare, key=small_key())
    with pytest.raises(LabelError, match="'royalties'"):
        small_bop().with_treatments({"royalties": "in_imports"})


def test_total_transactions_are_refused() -> None:
    with pytest.raises(MissingAccountError, match="split_imports"):
        leakage.allocate(small_table(origin="total"), small_bop(), key=small_key())


def test_an_outflow_of_other_sectors_is_refused() -> None:
    outflow = leakage.allocate(small_table(), small_bop(), key=small_key())
    other = IOTable.from_frames(
        pd.DataFrame([[1.0]], ["a"], ["a"]),
        pd.Series({"a": 9.0}),
        pd.DataFrame({"a": [4.0, 5.0]}, ["s", "m"]),
        kinds={"s": "surplus", "m": "imports"},
    )
    with pytest.raises(LabelError, match="other sectors"):
        leakage.split(other, outflow)


def test_negative_surplus_is_no_base_and_stays_in_the_national_rung() -> None:
    table = small_table()
    V = table.V.copy()
    V.loc["w", "931"] += V.loc["s", "931"] + 3
    V.loc["s", "931"] = -3.0
    kinds = dict(zip(table.inputs.codes, table.inputs.kinds, strict=True))
    negative = IOTable.from_frames(table.Z, table.Y, V, kinds=kinds, meta=table.meta)
    outflow = leakage.allocate(negative, small_bop(), key=small_key())
    assert (outflow.flows.loc["931"] == 0).all()
    np.testing.assert_allclose(leakage.split(negative, outflow).sum(axis=1), 1.0, atol=1e-12)


def test_foreign_owned_surplus_is_worn_taxed_and_kept_before_it_is_unrecorded() -> None:
    table = small_table()
    key = replace(small_key(), depreciation=0.25, tax=0.4)
    outflow = leakage.allocate(table, small_bop(), key=key)
    fall = leakage.waterfall(table, outflow, sector="3361")["direct"] * table.x["3361"]
    foreign = 0.8 * 0.9 * table.V.loc["s", "3361"]
    interest = outflow.flows.loc["3361", "interest_private"]
    assert fall["foreign_owned_depreciation"] == pytest.approx(0.25 * foreign)
    assert fall["foreign_owned_tax"] == pytest.approx(0.4 * (0.75 * foreign - 0.8 * interest))
    equity = outflow.flows.loc["3361", ["reinvested", "dividends"]].sum()
    kept = foreign - 0.8 * interest - equity
    rungs = [rung for rung in fall.index if rung.startswith("foreign_owned")]
    assert fall[rungs].sum() == pytest.approx(kept)
    basis = leakage.waterfall(table, outflow, sector="3361")["basis"]
    assert "whole economy" in basis["foreign_owned_tax"]
    assert "household share" in basis["household_and_mixed_surplus"]
