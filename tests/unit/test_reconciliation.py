"""From surplus to what leaves, by hand; payments of a year of which only the total is known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import iomodel as im
from iomodel import catalog, leakage
from iomodel.bop import BalanceOfPayments, Item
from iomodel.errors import LabelError, MissingAccountError, TableError, UnitError
from iomodel.leakage.presumed import equity_share, equity_shares, is_presumed
from iomodel.meta import Meta
from iomodel.ownership import OwnershipKey
from iomodel.table import IOTable

CODES = ["3361", "522"]
ITEMS = (
    Item("dividends", "D", 6.0, "from_surplus", "foreign_equity"),
    Item("interest_private", "I", 10.0, "from_surplus", "corporate_surplus"),
)


def case(**rates: float) -> tuple[IOTable, leakage.Outflow, BalanceOfPayments]:
    """Two industries with surplus of 60 and 40; half and a quarter foreign-owned."""
    about = Meta(title="two", country="XYZ", year=2018, unit="million MXN", currency="MXN")
    table = IOTable.from_frames(
        pd.DataFrame(0.0, CODES, CODES),
        pd.Series([100.0, 80.0], CODES),
        pd.DataFrame([[40.0, 40.0], [60.0, 40.0]], ["w", "s"], CODES),
        kinds={"w": "compensation", "s": "surplus"},
        meta=about,
    )
    key = OwnershipKey.from_shares("mine", pd.Series([0.5, 0.25], CODES))
    bop = BalanceOfPayments("XYZ", 2018, ITEMS, 1.0, "MXN", "million MXN", "invented")
    key = replace(key, **rates)
    return table, leakage.allocate(table, bop, key=key), bop


def test_the_rungs_by_hand() -> None:
    table, outflow, bop = case(depreciation=0.2, tax=0.3)
    found = leakage.reconciliation(table, outflow, bop)
    cars = found.by_sector.loc["3361"]
    # 60 of surplus, half foreign; interest 10 spread 6 to 4; profit 30 - 6 - 3 = 21, taxed 6.3
    expected = {
        "gross_operating_surplus": 60,
        "household_and_mixed_surplus": 0,
        "national_corporate_surplus": -30,
        "foreign_owned_surplus": 30,
        "consumption_of_fixed_capital": -6,
        "interest": -3,
        "technology": 0,
        "tax_on_income": -6.3,
        "losses": 0,
        "owned_net": 14.7,
        "equity_recorded": -4.5,
        "unexplained": 10.2,
    }
    np.testing.assert_allclose(cars, list(expected.values()), atol=1e-12)
    assert list(cars.index) == list(expected)
    np.testing.assert_allclose(found.total["amount"], found.by_sector.sum(), atol=1e-12)
    assert found.country.loc["private interest abroad"].tolist() == [10.0, 10.0, 0.0]
    assert found.country["recorded"].isna().sum() == 6  # no accounts ship for this country


def test_what_is_not_recorded_is_nan_and_named_never_zero() -> None:
    table, outflow, bop = case()
    found = leakage.reconciliation(table, outflow, bop)
    for rung in ("consumption_of_fixed_capital", "tax_on_income"):
        assert found.by_sector[rung].isna().all()
        assert np.isnan(found.total.loc[rung, "amount"])
        assert "not recorded" in found.total.loc[rung, "basis"]
    rest = found.by_sector[["foreign_owned_surplus", "interest"]].sum(axis=1)
    np.testing.assert_allclose(found.by_sector["owned_net"], rest)


def test_losses_are_nobodys_income_and_stand_in_a_rung() -> None:
    table, outflow, bop = case(depreciation=0.9, tax=0.3)
    frame = leakage.reconciliation(table, outflow, bop).by_sector
    # 30 less 27 of wear less 3 of interest: nothing; finance 10 - 9 - 1: nothing
    np.testing.assert_allclose(frame["losses"], 0.0, atol=1e-12)
    heavy = pd.Series([1.0, 0.9], CODES)
    frame = leakage.reconciliation(table, outflow, bop, wear=heavy).by_sector
    np.testing.assert_allclose(frame["losses"], [3.0, 0.0], atol=1e-12)
    np.testing.assert_allclose(frame["owned_net"], 0.0, atol=1e-12)
    np.testing.assert_allclose(frame["tax_on_income"], 0.0, atol=1e-12)


def test_rates_and_payments_that_do_not_fit_are_refused() -> None:
    table, outflow, bop = case()
    with pytest.raises(TableError, match="1 rates of wear are outside"):
        leakage.reconciliation(table, outflow, bop, wear=pd.Series([0.3, 33.0], CODES))
    with pytest.raises(LabelError, match="522"):
        leakage.reconciliation(table, outflow, bop, wear=pd.Series([0.3], ["3361"]))
    with pytest.raises(UnitError, match="year"):
        leakage.reconciliation(table, outflow, replace(bop, year=2017))
    with pytest.raises(LabelError, match="other sectors"):
        leakage.reconciliation(im.load("miller-blair-2x2"), outflow, bop)


def test_wear_of_capital_is_that_of_the_institution() -> None:
    table = im.load("mexico-projected-2013")
    wear = leakage.wear_rates(table)
    of_2013 = catalog.accounts_series("MEX").loc[2013]
    assert wear["3361"] == 1 - 3772750.37 / 5638339.388
    assert wear["522"] == wear["524"] == 1 - 375349.021 / 397751.345
    assert of_2013["consumption_of_fixed_capital"] == 2567230.448
    with pytest.raises(MissingAccountError, match="of 2018 is not in the accounts"):
        leakage.wear_rates(im.load("mexico-2018"))
    with pytest.raises(MissingAccountError, match="'XYZ'"):
        leakage.wear_rates(case()[0])


def test_presumed_payments_have_the_total_of_the_accounts_and_the_split_of_other_years() -> None:
    found = leakage.presumed("mexico", 2013)
    income = [item for item in found.items if item.vintage.startswith("presumed")]
    total = sum(item.amount for item in income) * found.rate
    assert total == pytest.approx(614925.209, abs=1e-6)
    both = [im.load_bop("mexico", year) for year in (2017, 2018)]
    sums = {item.code: sum(b.table()["foreign"][item.code] for b in both) for item in income}
    for item in income:
        share = sums[item.code] / sum(sums.values())
        assert item.amount * found.rate == pytest.approx(614925.209 * share, rel=1e-12)
    later = found.table().loc["later_revision", "local"]
    assert total + later == pytest.approx(633003.531, abs=1e-3)
    assert is_presumed(found)
    assert not is_presumed(both[0])
    assert equity_share(found) == pytest.approx(0.4365, abs=5e-5)  # as in the SAM of 2013
    assert equity_shares("mexico") == tuple(map(equity_share, both))


def test_a_year_without_a_total_is_refused() -> None:
    with pytest.raises(MissingAccountError, match="2018"):
        leakage.presumed("mexico", 2018)
    with pytest.raises(MissingAccountError, match="no income"):
        equity_share(replace(im.load_bop("mexico", 2018), items=()))
    with pytest.raises(MissingAccountError, match="'XYZ'"):
        catalog.bop_name("XYZ")
