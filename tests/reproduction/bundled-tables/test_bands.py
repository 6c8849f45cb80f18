"""What the bands and the reconciliation give on the tables that ship."""

import numpy as np
import pandas as pd
import pytest

import iomodel as im
from iomodel import bands, catalog, leakage


@pytest.fixture(scope="module")
def drawn() -> bands.Drawn:
    table = im.load("mexico-2018")
    key = leakage.keys(table)["paper"]
    return bands.draw(table, im.load_bop("mexico", 2018), key=key)


def test_the_centre_of_2018_is_the_point_of_the_ladder(drawn: bands.Drawn) -> None:
    table = im.load("mexico-2018")
    outflow = leakage.allocate(table, im.load_bop("mexico", 2018), key=leakage.keys(table)["paper"])
    content = leakage.content(table, outflow)
    market = content["product_taxes"]
    for reading in ("recorded", "owned_net"):
        expected = content[f"gni_{reading}"] + market
        np.testing.assert_allclose(drawn.point[f"kept_{reading}"], expected, atol=1e-12)


def test_cars_leak_more_than_parts_in_every_draw(drawn: bands.Drawn) -> None:
    over = bands.order(drawn)
    assert over.loc["3361", "3363"] == 1.0
    assert bands.ranks(drawn).loc["3361", "0.95"] <= 2
    band = bands.quantiles(drawn, measure="kept_owned_net")
    assert band.loc["3361", "0.95"] < band.loc["3361", "point"] + 0.01
    assert band.loc["3361", "0.05"] == pytest.approx(0.399, abs=0.002)
    assert band.loc["3363", "0.05"] == pytest.approx(0.34, abs=0.005)


@pytest.mark.parametrize(
    ("slug", "key", "owned_net", "recorded"),
    [
        ("mexico-2018", "paper", 908_655, 387_254),
        ("mexico-2018", "amne", 711_104, 387_254),
        ("mexico-2018", "neutral", 578_504, 387_254),
        ("mexico-projected-2013", "paper", 462_388, 268_435),
        ("mexico-projected-2013", "neutral", 350_032, 268_435),
    ],
)
def test_the_surplus_reconciles(slug: str, key: str, owned_net: float, recorded: float) -> None:
    table = im.load(slug)
    year, wear = table.meta.year, None
    if year == 2013:
        payments, wear = leakage.presumed("mexico", 2013), leakage.wear_rates(table)
    else:
        payments = im.load_bop("mexico", 2018)
    outflow = leakage.allocate(table, payments, key=leakage.keys(table)[key])
    found = leakage.reconciliation(table, outflow, payments, wear=wear)
    amount = found.total["amount"]
    assert amount["owned_net"] == pytest.approx(owned_net, abs=1)
    assert -amount["equity_recorded"] == pytest.approx(recorded, abs=1)
    for total, parts in leakage.DOWN.items():
        assert amount[list(parts)].sum() == pytest.approx(amount[total], abs=1e-6)
    recorded_rows = found.country["recorded"]
    assert np.isnan(recorded_rows["tax on income of corporations"])
    assert np.isnan(recorded_rows["consumption of fixed capital of corporations"]) == (year == 2018)
    assert np.isnan(recorded_rows["income of foreign owners abroad"]) == (year == 2013)


def test_the_accounts_are_those_of_the_sam_of_2013() -> None:
    accounts = catalog.accounts_series("MEX").loc[2013]
    sam = im.load_sam("mexico-2013").aggregates()
    gap = catalog.reconciliation("mexico-2013").loc["primary income paid abroad"]
    assert accounts["property_income_paid"] == pytest.approx(gap["sam"], abs=1e-3)
    assert sam["gdp_production"] > accounts["gross_surplus_all"]
    assert pd.isna(catalog.accounts_series("MEX").loc[2017, "net_surplus_finance"])


def test_the_split_of_2013_is_a_band_and_that_of_2018_is_not() -> None:
    table = im.load("mexico-projected-2013")
    key = leakage.keys(table)["paper"]
    known = bands.factors(table, leakage.presumed("mexico", 2013), key=key)
    split = known["equity_share"]
    assert (round(split.low, 3), round(split.central, 3), round(split.high, 3)) == (
        0.397,
        0.437,
        0.469,
    )
    assert known["technology"].central == 1.0  # the licensing industry of 2013 imports nothing
    assert known["depreciation"].low == known["depreciation"].high  # recorded for that year
    today = im.load("mexico-2018")
    now = bands.factors(today, im.load_bop("mexico", 2018), key=key)
    assert now["equity_share"].low == now["equity_share"].high
    assert (now["technology"].low, now["technology"].high) == (0.0, 1.0)
    assert now["depreciation"].low < now["depreciation"].central < now["depreciation"].high
