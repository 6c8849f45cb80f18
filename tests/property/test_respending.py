"""Type II with income abroad, for any table: against inverses of the closed system, formed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import naive
from iomodel import closure, leakage, multipliers
from iomodel.bop import BalanceOfPayments, Item
from iomodel.errors import NotProductiveError, TableError
from iomodel.leakage import Outflow
from iomodel.ownership import OwnershipKey
from iomodel.table import IOTable
from strategies import tables

BOTH = ("compensation", "surplus")
CODES = {"compensation": "D.1", "surplus": "B.2b"}
COLUMNS = ["output", "gva", "gdp", "gni"]
Case = tuple[IOTable, Outflow, tuple[str, ...]]


class Circle:
    """The closed system by hand: w, c, and what income pays in taxes and imports by itself."""

    def __init__(self, table: IOTable, income: tuple[str, ...]) -> None:
        self.table = table
        self.x = table.arrays.x
        self.w = naive.per_unit(table, *(CODES[kind] for kind in income))
        self.all_income = table.V.loc[["D.1", "B.2b"]].sum().sum()
        here = table.Y["CP"].sum() + naive.row(table, "IET", "CP") + naive.row(table, "D.21", "CP")
        visitors = -naive.row(table, "P.621", "CP")
        residents = (here - visitors) / here if here else 1.0
        self.c = table.Y["CP"].to_numpy() * residents / self.all_income
        self.taxed = naive.row(table, "D.21", "CP") * residents / self.all_income
        imported = naive.row(table, "IET", "CP") * residents + naive.row(table, "P.721", "CP")
        self.spent = self.c.sum() + self.taxed + imported / self.all_income

    def bordered(self, w: np.ndarray, stretch: float = 1.0) -> np.ndarray:
        """A with households inside, (n + 1) x (n + 1), as it stands."""
        n = len(w)
        A = np.zeros((n + 1, n + 1))
        A[:n, :n], A[:n, n], A[n, :n] = naive.coefficients(self.table), stretch * self.c, w
        return A

    def radius(self) -> float:
        """The spectral radius of A with households inside."""
        return float(np.abs(np.linalg.eigvals(self.bordered(self.w))).max())

    def inverse(self, w: np.ndarray, stretch: float = 1.0) -> np.ndarray:
        """The inverse of that."""
        return np.linalg.inv(np.eye(len(w) + 1) - self.bordered(w, stretch))

    def figures(
        self, w: np.ndarray, r: np.ndarray, stretch: float = 1.0
    ) -> tuple[np.ndarray, np.ndarray]:
        """Output, gva, gdp and gni of the sectors, and the closed inverse."""
        L, n = self.inverse(w, stretch), len(w)
        v = np.append(naive.per_unit(self.table, "D.1", "D.29", "B.2b"), 0.0)
        t = np.append(naive.per_unit(self.table, "D.21"), stretch * self.taxed)
        gdp = (v + t) @ L
        found = np.column_stack([L[:n].sum(axis=0), v @ L, gdp, gdp - np.append(r, 0.0) @ L])
        return found[:n], L


INCOMES = st.sampled_from([BOTH, ("compensation",)])


@st.composite
def cases(draw: st.DrawFn, incomes: st.SearchStrategy[tuple[str, ...]] = INCOMES) -> Case:
    """A table that can be closed, income that leaves it, and the income that is spent again."""
    drawn = draw(tables())
    table = replace(drawn, meta=replace(drawn.meta, currency="MXN", unit="million MXN"))
    income = draw(incomes)
    earned = table.V.loc[["D.1", "B.2b"]].sum().sum()
    spent = table.Y["CP"].sum() + table.W.loc[["IET", "P.721", "D.21", "P.621"], "CP"].sum()
    assume(table.V.loc["D.1"].sum() > 0 and 0 < spent < earned and table.V.loc["IET"].any())
    circle = Circle(table, income)
    assume(circle.radius() < 0.999)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, codes = len(table.accounts), table.accounts.index
    key = OwnershipKey.from_shares("drawn", pd.Series(rng.random(n), codes))
    corporate = np.maximum(table.primary("surplus"), 0.0)
    assume(corporate.sum() > 0)
    size = draw(st.sampled_from([0.01, 0.2, 0.45])) * corporate.sum()
    items = (
        Item("dividends", "D", size, "from_surplus", "foreign_equity"),
        Item("interest_private", "I", size / 2, "from_surplus", "corporate_surplus"),
    )
    bop = BalanceOfPayments("MEX", 2018, items, 1.0, "MXN", "million MXN", "drawn")
    return table, leakage.allocate(table, bop, key=key), income


def leaves(table: IOTable, outflow: Outflow) -> np.ndarray:
    """Income abroad per unit of output, one sector after the other."""
    paid = outflow.flows.sum(axis=1)
    return np.array([paid[c] / table.x[c] if table.x[c] else 0.0 for c in table.accounts.codes])


@given(cases())
def test_type_ii_is_the_multiplier_of_the_closed_table(case: Case) -> None:
    table, _, income = case
    found = leakage.type_ii(table, income=income)
    assert list(found.columns) == COLUMNS
    circle = Circle(table, income)
    expected, _ = circle.figures(circle.w, np.zeros_like(circle.w))
    naive.close(found, expected)
    at = closure.households(table, income=income)
    naive.close(found["output"], multipliers.output(at, over="industries").iloc[:-1])
    if income == BOTH:
        naive.close(found["gva"], multipliers.value_added(at)["total"].iloc[:-1])
    naive.close(found["gni"], found["gdp"])


@given(cases())
def test_marginal_is_the_closed_system_with_less_income(case: Case) -> None:
    table, outflow, income = case
    circle, r = Circle(table, income), leaves(table, outflow)
    wN = circle.w - r if "surplus" in income else circle.w
    expected, _ = circle.figures(wN, r)
    found = leakage.type_ii_marginal(table, outflow, income=income)
    naive.close(found, expected, scale=expected.max())
    assert found.attrs["stretch"] == 1
    with_all = leakage.type_ii(table, income=income)
    dust = 1e-9 * with_all.to_numpy().max()
    assert (found["output"] <= with_all["output"] + dust).all()
    if (table.V.loc[["D.29", "D.21"]] >= 0).all(axis=None):  # else less production costs less
        assert (found <= with_all + dust).all(axis=None)


@given(cases())
def test_benchmark_reproduces_the_consumption_of_the_base_year(case: Case) -> None:
    table, outflow, income = case
    circle, r = Circle(table, income), leaves(table, outflow)
    wN = circle.w - r if "surplus" in income else circle.w
    stays, all_of_it = wN @ circle.x, circle.w @ circle.x
    if circle.spent * all_of_it > stays * (1 + 1e-9):
        with pytest.raises(TableError, match="Residents would spend"):
            leakage.type_ii_benchmark(table, outflow, income=income)
        return
    assume(circle.spent * all_of_it < stays * (1 - 1e-9))
    stretch = all_of_it / stays
    expected, L = circle.figures(wN, r, stretch)
    assume((expected[:, 0] >= 0).all() and L.max() < 1e5)
    found = leakage.type_ii_benchmark(table, outflow, income=income)
    naive.close(found, expected, scale=expected.max())
    assert found.attrs["stretch"] == pytest.approx(stretch, rel=1e-12)
    # what is bought out of the income that stays is what was bought
    endogenous = circle.c * all_of_it
    naive.close(found.attrs["stretch"] * circle.c * stays, endogenous, 1e-12)
    demand = np.append(table.f.to_numpy() - endogenous, 0.0)
    reached = L @ demand
    naive.close(reached[:-1], circle.x, scale=np.abs(demand).max())
    assert reached[-1] == pytest.approx(stays, rel=1e-7)


@given(cases())
def test_without_income_abroad_nothing_is_adjusted(case: Case) -> None:
    table, outflow, income = case
    none = replace(outflow, flows=outflow.flows * 0.0)
    plain = leakage.type_ii(table, income=income)
    for adjusted in (leakage.type_ii_marginal, leakage.type_ii_benchmark):
        found = adjusted(table, none, income=income)
        pd.testing.assert_frame_equal(found, plain, check_exact=False, rtol=1e-12, atol=1e-12)
    assert (leakage.elasticities(table, none, income=income) == 0).all(axis=None)


@given(cases(), st.floats(0, 1))
def test_more_repatriation_lowers_every_multiplier_of_the_marginal_experiment(
    case: Case, part: float
) -> None:
    table, outflow, income = case
    less = replace(outflow, flows=outflow.flows * part)
    one = leakage.type_ii_marginal(table, less, income=income)["output"]
    other = leakage.type_ii_marginal(table, outflow, income=income)["output"]
    assert (other <= one * (1 + 1e-9)).all()


@given(cases(), st.integers(0, 11))
def test_elasticities_are_the_slope_of_the_multipliers(case: Case, k: int) -> None:
    table, outflow, income = case
    found = leakage.elasticities(table, outflow, income=income)
    assert (found <= 1e-12).all(axis=None)
    code = table.accounts.codes[k % len(table.accounts)]
    step = 1e-4
    room = table.V.loc[["D.1", "B.2b"], code].sum()
    assume(outflow.flows.loc[code].sum() * (1 + step) <= room)
    sides = []
    for factor in (1 + step, 1 - step):
        flows = outflow.flows.copy()
        flows.loc[code] *= factor
        other = replace(outflow, flows=flows)
        sides.append(leakage.type_ii_marginal(table, other, income=income)["output"])
    middle = leakage.type_ii_marginal(table, outflow, income=income)["output"]
    slope = (sides[0] - sides[1]) / (2 * step) / middle
    np.testing.assert_allclose(found[code], slope, rtol=1e-5, atol=1e-9)


@given(cases(st.just(BOTH)))
def test_more_income_than_is_earned_cannot_leave(case: Case) -> None:
    table, outflow, _ = case
    flows = outflow.flows + 2 * table.x.max()
    with pytest.raises(TableError, match="More income leaves sector"):
        leakage.type_ii_marginal(table, replace(outflow, flows=flows))


def test_a_circle_without_end_is_refused() -> None:
    """Consumption is nearly all income, and most of it was paid out of what now leaves."""
    index = ["a"]
    table = IOTable.from_frames(
        pd.DataFrame([[0.0]], index, index),
        pd.DataFrame({"C": [99.0], "G": [1.0]}, index),
        pd.DataFrame({"a": [50.0, 50.0]}, ["D.1", "B.2b"]),
        kinds={"D.1": "compensation", "B.2b": "surplus"},
        demand_kinds={"C": "private_consumption", "G": "government_consumption"},
    )
    assert leakage.type_ii(table)["output"]["a"] == pytest.approx(100.0)
    flows = pd.DataFrame({"dividends": [10.0]}, table.accounts.index)
    nobody = pd.Series(0.0, table.accounts.index)
    key = OwnershipKey.from_shares("none", nobody)
    outflow = Outflow(flows, pd.DataFrame(), pd.DataFrame(), nobody, nobody, nobody, key)
    assert leakage.type_ii_marginal(table, outflow)["output"]["a"] == pytest.approx(1 / (1 - 0.891))
    with pytest.raises(
        (TableError, NotProductiveError), match="Residents would spend 99 out of 90"
    ):
        leakage.type_ii_benchmark(table, outflow)
