"""Identities of leakage on drawn tables, keys and payments."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from iomodel import leakage
from iomodel.bop import BalanceOfPayments, Item
from iomodel.ownership import OwnershipKey
from iomodel.spreading import spread
from iomodel.table import IOTable
from strategies import permuted, tables


@st.composite
def cases(draw: st.DrawFn) -> tuple[IOTable, BalanceOfPayments, OwnershipKey]:
    """A table with wages and surplus, a key, and payments of up to twice what can be paid."""
    drawn = draw(tables())
    meta = replace(drawn.meta, currency="MXN", unit="million MXN", year=2018)
    table = replace(drawn, meta=meta)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, codes = len(table.accounts), table.accounts.index
    shares = rng.random(n) * (rng.random(n) < 0.7)
    household = rng.random(n) * (rng.random(n) < 0.5)
    key = OwnershipKey.from_shares(
        "drawn",
        pd.Series(shares, codes).sample(frac=1, random_state=1),
        household=pd.Series(household, codes),
    )
    key = replace(key, depreciation=0.3, tax=0.2)
    corporate = np.maximum(table.primary("surplus"), 0) * (1 - household)
    assume(corporate.sum() > 0)
    size = draw(st.sampled_from([0.01, 0.2, 0.9])) * corporate.sum() / 3
    items = (
        Item("reinvested", "R", size, "from_surplus", "foreign_equity"),
        Item("dividends", "D", size / 2, "from_surplus", "foreign_equity"),
        Item("interest_private", "I", size, "from_surplus", "corporate_surplus"),
        Item("other_income", "O", 0.1, "unallocated"),
    )
    bop = BalanceOfPayments("MEX", 2018, items, 1.0, "MXN", "million MXN", "drawn")
    return table, bop, key


@given(cases())
def test_the_ladder_sums_to_one_for_every_sector_with_output(case) -> None:  # type: ignore[no-untyped-def]
    table, bop, key = case
    ladder = leakage.split(table, leakage.allocate(table, bop, key=key))
    total = ladder.sum(axis=1).to_numpy()
    # 1e-12 for a table like the official ones; rounding grows with the multipliers (up to 1,000)
    allowed = 1e-13 * max(10.0, table.L.column_sums().max())
    np.testing.assert_allclose(total[table.active], 1.0, atol=allowed, rtol=0)
    assert (total[~table.active] == 0).all()


@given(cases())
def test_what_is_placed_is_what_the_coefficients_give_back(case) -> None:  # type: ignore[no-untyped-def]
    table, bop, key = case
    outflow = leakage.allocate(table, bop, key=key)
    foreign = leakage.phi(table, outflow).to_numpy() * table.per_unit(table.primary("surplus"))
    placed = outflow.report["placed"].sum()
    assert foreign @ table.arrays.x == pytest.approx(placed, abs=1e-9 * max(1.0, placed))
    whole = outflow.report[["placed", "unallocated", "outside"]].sum(axis=1)
    np.testing.assert_allclose(whole, outflow.report["amount"], rtol=1e-12)


@given(cases())
def test_no_sector_pays_more_than_it_has(case) -> None:  # type: ignore[no-untyped-def]
    table, bop, key = case
    outflow = leakage.allocate(table, bop, key=key)
    share, _ = key.on(table)
    flows = outflow.flows
    dust = 1e-9 * outflow.corporate.sum()
    assert (flows.to_numpy() >= 0).all()
    assert (flows.sum(axis=1) <= outflow.corporate + dust).all()
    equity = flows["reinvested"] + flows["dividends"]
    room = share * (outflow.corporate - flows["interest_private"])
    assert (equity <= room + dust).all()
    left = room - equity
    if outflow.unallocated[["reinvested", "dividends"]].sum() > dust:
        assert left.sum() <= dust  # nothing stays unallocated while somebody could still pay


@given(cases())
def test_national_income_is_never_above_value_added(case) -> None:  # type: ignore[no-untyped-def]
    table, bop, key = case
    content = leakage.content(table, leakage.allocate(table, bop, key=key))
    dust = 1e-9
    for reading in ("recorded", "owned_net", "owned_gross"):
        assert (content[f"gni_{reading}"] <= content["gva"] + dust).all()
    taxed = (table.primary("product_taxes") >= 0).all()
    if taxed:
        assert (content["gva"] <= content["gdp"] + dust).all()
    active = table.active
    np.testing.assert_allclose(
        (content["gdp"] + content["imports"])[active], 1.0, atol=1e-9, rtol=0
    )


@given(cases(), st.integers(0, 1000))
def test_the_order_of_sectors_does_not_matter(case, seed: int) -> None:  # type: ignore[no-untyped-def]
    table, bop, key = case
    order = [int(i) for i in np.random.default_rng(seed).permutation(len(table.accounts))]
    other = permuted(table, order)
    one = leakage.content(table, leakage.allocate(table, bop, key=key))
    two = leakage.content(other, leakage.allocate(other, bop, key=key))
    pd.testing.assert_frame_equal(one, two.loc[one.index], rtol=1e-8, atol=1e-9)


@given(st.integers(0, 2**32 - 1), st.integers(0, 300))
def test_spread_is_the_capped_proportional_share(seed: int, percent: int) -> None:
    rng = np.random.default_rng(seed)
    base = rng.random(6) * (rng.random(6) < 0.7)
    cap = rng.random(6)
    reachable = cap[base > 0].sum()
    amount = percent / 100 * reachable
    flow = spread(amount, base, cap)
    assert flow.sum() == pytest.approx(min(amount, reachable), abs=1e-12)
    assert (flow <= cap + 1e-15).all()
    free = (base > 0) & (flow < cap - 1e-12)
    if free.any() and amount > 0:
        scale = flow[free] / base[free]
        np.testing.assert_allclose(scale, scale[0], rtol=1e-9)
        assert (flow >= np.minimum(cap, scale[0] * base) - 1e-12).all()
