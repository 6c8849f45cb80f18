"""The three readings written out, the levels of a key, and bands: on the table of test_leakage."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from iomodel import leakage
from iomodel.errors import LabelError, MissingAccountError, TableError
from iomodel.ownership import OwnershipKey
from iomodel.table import IOTable
from tests.unit.test_leakage import CODES, small_bop, small_key, small_table

HOUSEHOLD = np.array([0.0, 0.1, 0.0, 1.0])


def wide_key(**changes: object) -> OwnershipKey:
    shares = pd.DataFrame(
        {
            "low": [0.0, 0.5, 0.1, 0.0],
            "central": [0.0, 0.8, 0.5, 0.0],
            "high": [0.0, 1.0, 0.9, 0.0],
            "source": "invented",
            "basis": "assumption",
        },
        index=CODES,
    )
    key = OwnershipKey("wide", shares, pd.Series(HOUSEHOLD, CODES), depreciation=0.4, tax=0.3)
    return replace(key, **changes)  # type: ignore[arg-type]


def test_the_three_readings_are_what_they_say() -> None:
    table, bop = small_table(), small_bop()
    outflow = leakage.allocate(table, bop, key=wide_key())
    surplus = table.V.loc["s"].to_numpy()
    corporate = surplus * (1 - HOUSEHOLD)
    s = np.array([0.0, 0.8, 0.5, 0.0])
    private = corporate * [0, 1, 1, 0]  # oil and government have no private debt
    interest = 1.0 * private / private.sum()  # 0.5 at an exchange rate of 2
    equity = 6.0 * s * corporate / (s @ corporate)
    net = s * (corporate * 0.6 - interest) * 0.7 + interest
    gross = s * corporate + (1 - s) * interest
    for name, expected in (
        ("recorded", interest + equity),
        ("owned_net", net),
        ("owned_gross", gross),
    ):
        np.testing.assert_allclose(outflow.reading[name], expected, rtol=1e-12, err_msg=name)
    L = np.linalg.inv(np.eye(4) - table.A.to_numpy())
    v = (table.v / table.x).to_numpy()
    content = leakage.content(table, outflow)
    for name, foreign in (("owned_net", net), ("owned_gross", gross)):
        expected = (v - foreign / table.x.to_numpy()) @ L
        np.testing.assert_allclose(content[f"gni_{name}"], expected, rtol=1e-12)
    np.testing.assert_allclose(content["gva"], v @ L, rtol=1e-12)
    retention = content["gni_recorded"] / content["gva"]
    np.testing.assert_allclose(content["retention"], retention, rtol=1e-12)
    currency = (interest + equity * (4 / 6)) / table.x.to_numpy() @ L  # 2 of 6 are reinvested
    imports = (table.V.loc["m"] / table.x).to_numpy() @ L
    np.testing.assert_allclose(content["net_foreign_exchange"], 1 - imports - currency, rtol=1e-12)


def test_each_level_of_a_key_reads_its_own_column() -> None:
    table, key = small_table(), wide_key()
    for level, cars in (("low", 0.5), ("central", 0.8), ("high", 1.0)):
        share, household = key.at(level).on(table)  # type: ignore[arg-type]
        assert share[CODES.index("3361")] == cars
        np.testing.assert_array_equal(household, HOUSEHOLD)
    with pytest.raises(LabelError, match="low, central or high"):
        key.at("middle")  # type: ignore[arg-type]


def test_a_low_foreign_share_meets_a_high_household_share() -> None:
    household = pd.DataFrame(
        {"low": HOUSEHOLD * 0.5, "central": HOUSEHOLD * 0.7, "high": HOUSEHOLD}, index=CODES
    )
    key = wide_key(household=household)
    for level, factor in (("low", 1.0), ("central", 0.7), ("high", 0.5)):
        np.testing.assert_allclose(key.at(level).on(small_table())[1], HOUSEHOLD * factor)  # type: ignore[arg-type]


def test_a_loss_is_no_surplus_that_foreigners_own() -> None:
    table = small_table()
    V = table.V.copy()
    V.loc["w", "533"] += V.loc["s", "533"] + 3
    V.loc["s", "533"] = -3.0
    kinds = dict(zip(table.inputs.codes, table.inputs.kinds, strict=True))
    loss = IOTable.from_frames(table.Z, table.Y, V, kinds=kinds, meta=table.meta)
    outflow = leakage.allocate(loss, small_bop(), key=wide_key())
    assert outflow.corporate["533"] == 0
    assert (outflow.flows.loc["533"] == 0).all()
    assert (outflow.reading.loc["533"] == 0).all()


def test_a_key_may_stand_in_any_order() -> None:
    turned = wide_key(shares=wide_key().shares.iloc[::-1], household=wide_key().household[::-1])
    ours, theirs = turned.on(small_table()), wide_key().on(small_table())
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"depreciation": 1.5}, "depreciation: 1.5"),
        ({"tax": -0.1}, "tax: -0.1"),
        ({"household": pd.Series([0.0, 2.0, 0, 0], CODES)}, "'3361', household low: 2"),
        ({"shares": wide_key().shares.assign(high=90.0)}, "fraction, not a percentage"),
        ({"shares": wide_key().shares.assign(low=0.95)}, "low > central > high"),
        ({"shares": wide_key().shares.assign(low=float("nan"))}, "not finite"),
    ],
)
def test_shares_that_cannot_be_are_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(TableError, match=words):
        wide_key(**changes)


def test_bands_are_content_under_every_key_and_level() -> None:
    table, bop = small_table(), small_bop()
    band = leakage.bands(table, bop, keys={"wide": wide_key(), "mine": small_key()})
    assert list(band.columns.names) == ["reading", "key", "level"]
    for name, key in (("wide", wide_key()), ("mine", small_key())):
        for level in ("low", "central", "high"):
            content = leakage.content(table, leakage.allocate(table, bop, key=key.at(level)))  # type: ignore[arg-type]
            for reading in ("recorded", "owned_net", "owned_gross"):
                np.testing.assert_array_equal(band[reading, name, level], content[f"gni_{reading}"])
    with pytest.raises(MissingAccountError, match="'FRA'"):
        leakage.bands(small_table(country="FRA"), bop)


def test_the_first_key_is_the_default_and_none_ships_for_other_countries() -> None:
    assert leakage.default_key(small_table()).name == "paper"
    assert leakage.default_key(small_table()).level == "central"
    with pytest.raises(MissingAccountError, match="'FRA'"):
        leakage.default_key(small_table(country="FRA"))


def test_questions_about_an_outflow_need_its_table_and_a_known_sector() -> None:
    table = small_table()
    outflow = leakage.allocate(table, small_bop(), key=small_key())
    with pytest.raises(LabelError, match="'3399'"):
        leakage.waterfall(table, outflow, sector="3399")
    short = replace(outflow, flows=outflow.flows.iloc[:-1])
    for question in (leakage.phi, leakage.split, leakage.content):
        with pytest.raises(LabelError, match="other sectors"):
            question(table, short)
    with pytest.raises(LabelError, match="other sectors"):
        leakage.waterfall(table, short, sector="3361")


def test_the_waterfall_is_the_row_of_the_ladder_and_its_direct_part() -> None:
    table = small_table()
    outflow = leakage.allocate(table, small_bop(), key=small_key())
    fall = leakage.waterfall(table, outflow, sector="3361")
    np.testing.assert_array_equal(fall["amount"], leakage.split(table, outflow).loc["3361"])
    own = outflow.flows.loc["3361", "dividends"] / table.x["3361"]
    assert fall.loc["dividends_abroad", "direct"] == pytest.approx(own, rel=1e-12)
    np.testing.assert_allclose(fall["direct"] + fall["indirect"], fall["amount"], rtol=1e-12)
    direct_inputs = table.A["3361"].sum()
    assert fall["direct"].sum() == pytest.approx(1 - direct_inputs, rel=1e-12)


def test_payments_in_both_currencies_and_treatments_by_name() -> None:
    bop = small_bop()
    shown = bop.table()
    np.testing.assert_array_equal(shown["local"], 2 * shown["foreign"])
    changed = bop.with_treatments({"technology": "unallocated"})
    item = changed.items[-1]
    assert changed.treatment(item, small_table(projected="invented")) == "unallocated"
    assert bop.treatment(bop.items[-1], small_table()) == "in_imports"
    bop.require_same(small_table())
    with pytest.raises(LabelError, match="treatment"):
        bop.with_treatments({"technology": "by eye"})
    with pytest.raises(MissingAccountError, match="no items"):
        replace(bop, items=()).require_same(small_table())
