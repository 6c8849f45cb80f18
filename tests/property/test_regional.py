"""Location quotients for any region: against their definitions, pair by pair."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomodel import regional
from naive import close

Sizes = tuple[pd.Series, pd.Series]


@st.composite
def sizes(draw: st.DrawFn) -> Sizes:
    """A nation of one to six sectors and a region inside it; some sectors absent."""
    n = draw(st.integers(1, 6))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    nation = rng.uniform(1, 100, n) * 10.0 ** rng.integers(0, 4, n)
    part = rng.uniform(0, 1, n) * (rng.random(n) < 0.8)
    part[rng.integers(n)] = rng.uniform(0.01, 1)
    codes = [f"s{i}" for i in range(n)]
    return pd.Series(nation * part, codes), pd.Series(nation, codes)


@given(sizes(), st.sampled_from([0.0, 0.2, 0.3, 0.9]))
def test_every_quotient_is_its_definition_pair_by_pair(drawn: Sizes, delta: float) -> None:
    region, nation = drawn
    simple = {c: region[c] / nation[c] / (region.sum() / nation.sum()) for c in nation.index}
    close(regional.slq(region, nation), pd.Series(simple))
    found = {
        "cilq": regional.cilq(region, nation),
        "flq": regional.flq(region, nation, delta=delta),
        "aflq": regional.aflq(region, nation, delta=delta),
        "rlq": regional.rlq(region, nation),
    }
    size = math.log2(1 + region.sum() / nation.sum()) ** delta
    for i in nation.index:
        for j in nation.index:
            if not simple[j]:
                assert np.isnan(found["rlq"].at[i, j])
                assert i == j or np.isnan(found["flq"].at[i, j])
                continue
            cross = simple[i] if i == j else simple[i] / simple[j]
            special = math.log2(1 + simple[j]) if simple[j] > 1 else 1.0
            wanted = {
                "cilq": cross,
                "flq": cross * size,
                "aflq": cross * size * special,
                "rlq": simple[i] / math.log2(1 + simple[j]),
            }
            for name, value in wanted.items():
                assert found[name].at[i, j] == pytest.approx(value, rel=1e-12), name


@given(sizes(), st.sampled_from([1e-3, 20.0]))
def test_neither_unit_nor_order_matters(drawn: Sizes, rate: float) -> None:
    region, nation = drawn
    for quotient in (regional.slq, regional.cilq, regional.flq, regional.aflq, regional.rlq):
        one = quotient(region, nation)
        other = quotient(region[::-1] * rate, nation * rate)
        np.testing.assert_allclose(other, one, rtol=1e-12)


@given(sizes())
def test_a_region_that_is_the_nation_buys_as_the_nation_does(drawn: Sizes) -> None:
    _, nation = drawn
    assert (regional.slq(nation, nation) - 1).abs().max() <= 1e-12
    for quotient in (regional.cilq, regional.flq, regional.aflq, regional.rlq):
        np.testing.assert_allclose(quotient(nation, nation), 1.0, rtol=1e-12)


@given(sizes(), st.floats(0, 0.9), st.floats(0.01, 0.09))
def test_a_larger_delta_leaves_less_in_the_region(drawn: Sizes, delta: float, more: float) -> None:
    region, nation = drawn
    low = regional.flq(region, nation, delta=delta)
    high = regional.flq(region, nation, delta=delta + more)
    assert (high <= low * (1 + 1e-12))[low.notna()].to_numpy()[low.notna().to_numpy()].all()
