"""What holds for the Leontief and Ghosh models of every table."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import naive
from iomodel.errors import LabelError
from iomodel.table import IOTable
from strategies import in_currency, permuted, tables


@given(tables(income=False))
def test_final_demand_needs_the_output_there_is(table: IOTable) -> None:
    naive.close(table.L @ table.f, table.x)


@given(tables(income=False))
def test_every_peso_ends_as_a_primary_input(table: IOTable) -> None:
    ends = table.L.T @ table.coefficients.sum()
    naive.close(ends, table.active.astype(float))


@given(tables(income=False))
def test_the_inverse_is_the_inverse(table: IOTable) -> None:
    L = naive.leontief(table)
    naive.close(table.L.to_frame(), L)
    naive.close(table.L.diagonal(), np.diagonal(L))
    naive.close(table.L.row_sums(), L.sum(axis=1))
    naive.close(table.L.column_sums(), L.sum(axis=0))


@given(tables(income=False))
def test_the_ghosh_inverse_is_that_of_allocation_coefficients(table: IOTable) -> None:
    G = naive.ghosh(table)
    naive.close(table.G.to_frame(), G)
    naive.close(table.G.T.to_frame(), G.T)
    naive.close(table.G.diagonal(), np.diagonal(G))
    naive.close(table.G.row_sums(), G.sum(axis=1))


@given(tables(income=False))
def test_primary_inputs_supply_the_output_there_is(table: IOTable) -> None:
    naive.close(table.G.T @ table.V.sum(), table.x)


@given(tables(income=False))
def test_a_sector_needs_itself_once_and_no_sector_less_than_nothing(table: IOTable) -> None:
    L = table.L.to_array()
    dust = 1e-12 * L.max()
    assert (np.eye(len(L)) - dust <= L).all()


@given(tables(income=False, max_size=6))
def test_the_inverse_sums_the_rounds(table: IOTable) -> None:
    A, radius = naive.coefficients(table), table.L.resolvent.spectral_radius
    total, power = np.eye(len(A)), A
    for _ in range(40):  # I + A + A^2 + ... by squaring: (I + A^(2^k)) each time
        total, power = total + total @ power, power @ power
    assert radius < 1
    naive.close(table.L.to_frame(), total, 1e-7)


@given(tables(income=False), st.randoms(use_true_random=False))
def test_the_order_of_sectors_does_not_matter(table: IOTable, random: object) -> None:
    order = list(range(len(table.accounts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    other = permuted(table, order)
    ours, theirs = table.L.to_frame(), other.L.to_frame()
    naive.close(theirs.loc[ours.index, ours.columns], ours.to_numpy())
    naive.close((other.G @ other.f)[ours.index], (table.G @ table.f).to_numpy())


@given(tables(income=False), st.sampled_from([1e-3, 19.25, 1e6]))
def test_the_currency_does_not_matter(table: IOTable, rate: float) -> None:
    other = in_currency(table, rate)
    naive.close(other.L.to_frame(), table.L.to_array())
    naive.close(other.coefficients, table.coefficients.to_numpy())
    naive.close(other.G.to_frame(), table.G.to_array())
    naive.close(other.gdp(), rate * table.gdp(), scale=rate * table.x.max())


@given(tables(income=False), st.randoms(use_true_random=False))
def test_a_permuted_shock_gives_the_same_answer(table: IOTable, random: object) -> None:
    shock = pd.Series(np.arange(1.0, len(table.accounts) + 1), index=table.accounts.index)
    labels = list(shock.index)
    random.shuffle(labels)  # type: ignore[attr-defined]
    straight = table.L @ shock
    pd.testing.assert_series_equal(table.L @ shock[labels], straight)
    pd.testing.assert_series_equal(table.L @ dict(shock[labels]), straight)
    naive.close(straight, naive.leontief(table) @ shock.to_numpy())


@given(tables(income=False))
def test_a_shock_to_an_unknown_sector_raises(table: IOTable) -> None:
    shock = pd.Series(1.0, index=[*table.accounts.codes[1:], "no such sector"])
    with pytest.raises(LabelError, match="no such sector"):
        table.L @ shock
    with pytest.raises(LabelError, match="no such sector"):
        table.demand({"no such sector": 1.0})
    with pytest.raises(LabelError, match="missing"):
        table.L @ shock[:-1]


@given(tables(income=False))
def test_a_shock_to_a_sector_without_output_stays_there(table: IOTable) -> None:
    for code in table.x.index[~table.active]:
        one = table.demand({code: 1.0})
        pd.testing.assert_series_equal(table.L @ one, one, check_names=False)


@given(tables(income=False))
def test_gdp_is_the_same_three_ways(table: IOTable) -> None:
    production, expenditure = table.gdp()
    income = table.v.sum() + naive_taxes(table)
    assert production == pytest.approx(expenditure, rel=1e-9, abs=1e-8 * table.x.max())
    assert production == pytest.approx(income, rel=1e-9, abs=1e-8 * table.x.max())


def naive_taxes(table: IOTable) -> float:
    """Product taxes of industries and of final buyers."""
    return float(table.V.loc["D.21"].sum() + table.W.loc["D.21"].sum())
