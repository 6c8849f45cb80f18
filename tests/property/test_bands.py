"""Draws against the same question asked once a draw, with the functions for one value."""

from dataclasses import replace

import numpy as np
import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from iomodel import bands, construct, leakage
from iomodel.bands.drawing import _Plan
from iomodel.bop import BalanceOfPayments, Item
from iomodel.ownership import LEVELS, OwnershipKey
from iomodel.table import IOTable
from strategies import tables

REVISION = Item("later_revision", "later", 0.0, "unallocated")


@st.composite
def cases(draw: st.DrawFn) -> tuple[IOTable, BalanceOfPayments, OwnershipKey]:
    """A table, payments and a key with low, central and high shares."""
    table = draw(tables(max_size=8))
    meta = replace(table.meta, currency="MXN", unit="million MXN", year=2018)
    table = replace(table, meta=meta)
    n = len(table.accounts)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shares = np.sort(rng.random((n, 3)) * (rng.random((n, 1)) < 0.8), axis=1)
    household = np.sort(rng.random((n, 3)) * 0.6, axis=1)
    index = table.accounts.index
    key = OwnershipKey(
        "drawn",
        pd.DataFrame(shares, index, LEVELS).assign(source="", basis="user"),
        pd.DataFrame(household, index, LEVELS),
        depreciation=0.3,
        tax=0.3,
    )
    corporate = (np.maximum(table.primary("surplus"), 0) * (1 - household[:, 2])).sum()
    assume(corporate > 0)
    size = draw(st.sampled_from([0.01, 0.2, 0.5])) * corporate / 3
    items = (
        Item("reinvested", "R", size, "from_surplus", "foreign_equity"),
        Item("dividends", "D", size / 2, "from_surplus", "foreign_equity"),
        Item("interest_private", "I", size, "from_surplus", "corporate_surplus"),
        replace(REVISION, amount=size / 5),
    )
    bop = BalanceOfPayments("MEX", 2018, items, 1.0, "MXN", "million MXN", "drawn")
    return table, bop, key


def fixed(key: OwnershipKey) -> OwnershipKey:
    shares = pd.DataFrame(dict.fromkeys(LEVELS, key.shares["central"]))
    household = pd.DataFrame(dict.fromkeys(LEVELS, pd.DataFrame(key.household)["central"]))
    return replace(key, shares=shares.assign(source="", basis=""), household=household)


def content(table: IOTable, bop: BalanceOfPayments, key: OwnershipKey, **how: bool) -> pd.DataFrame:
    return leakage.content(table, leakage.allocate(table, bop, key=key, **how))


def same(ours: pd.DataFrame, theirs: pd.DataFrame, active: np.ndarray, scale: float) -> None:
    """Our measures against those of `leakage.content`, 1e-12 times the size of the multipliers."""
    pairs = {
        "gdp": theirs["gdp"],
        "kept_recorded": theirs["gni_recorded"] + theirs["product_taxes"],
        "kept_owned_net": theirs["gni_owned_net"] + theirs["product_taxes"],
        "leak_recorded": theirs["gva"] - theirs["gni_recorded"],
        "leak_owned_net": theirs["gva"] - theirs["gni_owned_net"],
        "imports": theirs["imports"],
        "net_foreign_exchange": theirs["net_foreign_exchange"],
    }
    for name, expected in pairs.items():
        mine = ours[name].to_numpy()
        assert np.isnan(mine[~active]).all()
        np.testing.assert_allclose(
            mine[active], expected.to_numpy()[active], atol=1e-12 * scale, rtol=0, err_msg=name
        )


def size_of(table: IOTable) -> float:
    return max(1.0, float(table.L.column_sums().max()) / 10)


@given(cases(), st.integers(0, 2**31))
@settings(max_examples=15)
def test_with_one_value_for_everything_every_draw_is_the_point(case, seed: int) -> None:  # type: ignore[no-untyped-def]
    table, bop, key = case
    key = fixed(key)
    held = {
        name: bands.Uncertain.known(name, one.central)
        for name, one in bands.factors(table, bop, key=key).items()
    }
    drawn = bands.draw(table, bop, key=key, uncertain=held, draws=3, seed=seed)
    expected = content(table, bop, key)
    for d in range(3):
        ours = pd.DataFrame(drawn.values[d].to_numpy(), drawn.point.index, drawn.point.columns)
        same(ours, expected, table.active, size_of(table))
        np.testing.assert_array_equal(ours, drawn.point)


@given(cases(), st.integers(0, 2**31))
@settings(max_examples=15)
def test_every_draw_is_what_allocate_gives_for_the_key_drawn(case, seed: int) -> None:  # type: ignore[no-untyped-def]
    table, bop, key = case
    known = bands.factors(table, bop, key=key) | {
        "net_surplus": bands.Uncertain.known("net_surplus", 0.0)
    }
    drawn = bands.draw(table, bop, key=key, uncertain=known, draws=4, seed=seed)
    setting, _ = _Plan.of(table, bop, key, known, ()).random(4, seed, 0.5, {})
    index = table.accounts.index
    whole, later = sum(one.amount for one in bop.items[:3]), bop.items[3].amount
    for d in range(4):
        low, high = key.shares["low"].to_numpy(), key.shares["high"].to_numpy()
        assert ((setting.share[d] >= low) & (setting.share[d] <= high)).all()
        one = OwnershipKey.from_shares(
            "one",
            pd.Series(setting.share[d], index),
            household=pd.Series(setting.household[d], index),
        )
        row = drawn.factors.iloc[d]
        one = replace(one, depreciation=row["depreciation"], tax=row["tax"])
        grown = replace(bop, rate=1 + row["revision"] * later / whole)
        expected = content(table, grown, one, include_reinvested=bool(row["reinvested"]))
        ours = pd.DataFrame(drawn.values[d].to_numpy(), drawn.point.index, drawn.point.columns)
        same(ours, expected, table.active, size_of(table))


@given(cases(), st.integers(0, 2**31), st.sampled_from([1, 2]))
@settings(max_examples=15)
def test_exporters_apart_are_those_of_the_split_table(case, seed: int, k: int) -> None:  # type: ignore[no-untyped-def]
    table, bop, key = case
    a = table.arrays
    exported = a.Y[:, table.categories.of_kind("exports")].sum(axis=1)
    bought, made = table.primary("imports"), a.Z.sum(axis=0)
    gva = table.v.to_numpy()
    fit = (exported > 0.05 * a.x) & (exported < 0.9 * a.x) & (bought > 0.01 * a.x)
    fit &= (made > 0.01 * a.x) & (gva > 0.01 * a.x)
    at = [int(i) for i in np.flatnonzero(fit)][:k]
    assume(at and size_of(table) < 10)
    key = fixed(key)
    held = {
        name: bands.Uncertain.known(name, one.central)
        for name, one in bands.factors(table, bop, key=key).items()
    }
    apart = [bands.exporters(table, table.accounts.codes[i]) for i in at]
    drawn = bands.draw(table, bop, key=key, uncertain=held, exporters=apart, draws=3, seed=seed)
    for d in range(3):
        imported = {one.sector: drawn.factors[one.imported.name].iloc[d] for one in apart}
        split = construct.split_maquila(table, {o.sector: o.share for o in apart}, imported)
        codes = [code.removesuffix("-exporting") for code in split.accounts.codes]
        shares = key.shares["central"].reindex(codes).set_axis(split.accounts.codes)
        household = pd.DataFrame(key.household)["central"].reindex(codes)
        one = OwnershipKey.from_shares(
            "split", shares, household=household.set_axis(split.accounts.codes)
        )
        one = replace(one, depreciation=key.depreciation, tax=key.tax)
        expected = content(split, bop, one).reindex(drawn.point.index)
        ours = pd.DataFrame(drawn.values[d].to_numpy(), drawn.point.index, drawn.point.columns)
        active = np.append(table.active, [True] * len(apart))
        same(ours, expected, active, 100 * size_of(table))


@given(cases())
@settings(max_examples=15)
def test_the_reconciliation_adds_up_by_rung_and_sector(case) -> None:  # type: ignore[no-untyped-def]
    table, bop, key = case
    outflow = leakage.allocate(table, bop, key=key)
    found = leakage.reconciliation(table, outflow, bop)
    frame = found.by_sector
    dust = 1e-12 * max(1.0, table.arrays.x.max())
    for total, parts in leakage.DOWN.items():
        np.testing.assert_allclose(
            frame[list(parts)].sum(axis=1), frame[total], atol=dust, rtol=0, err_msg=total
        )
        whole = found.total["amount"]
        np.testing.assert_allclose(whole[list(parts)].sum(), whole[total], atol=10 * dust)
    other = outflow.flows["interest_private"]
    np.testing.assert_allclose(
        frame["owned_net"], outflow.reading["owned_net"] - other, atol=dust, rtol=0
    )
    recorded = -(frame["equity_recorded"] - other)
    np.testing.assert_allclose(recorded, outflow.reading["recorded"], atol=dust, rtol=0)
