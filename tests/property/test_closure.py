"""Households inside the model: the closed inverse, what is spent, and what is left outside."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import naive
from iomodel import closure, multipliers
from iomodel.errors import TableError
from iomodel.table import IOTable
from strategies import in_currency, permuted, tables

INCOMES = [("compensation",), ("compensation", "surplus")]
CODES = {"compensation": "D.1", "surplus": "B.2b"}


def by_hand(table: IOTable, income: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """w and c of the closed model, from the national accounts of the table."""
    w = naive.per_unit(table, *(CODES[kind] for kind in income))
    earned = table.V.loc[["D.1", "B.2b"]].sum().sum()
    bought = table.Y["CP"].to_numpy()
    here = bought.sum() + naive.row(table, "IET", "CP") + naive.row(table, "D.21", "CP")
    visitors = -naive.row(table, "P.621", "CP")
    residents = (here - visitors) / here if here else 1.0
    return w, bought * residents / earned


def bordered(table: IOTable, income: tuple[str, ...]) -> np.ndarray:
    """A with households as one more row and column."""
    w, c = by_hand(table, income)
    n = len(w)
    A = np.zeros((n + 1, n + 1))
    A[:n, :n], A[:n, n], A[n, :n] = naive.coefficients(table), c, w
    return A


@st.composite
def closed(draw: st.DrawFn) -> tuple[IOTable, tuple[str, ...]]:
    """A table that can be closed, and the income that recirculates.

    Residents earn and spend no more than they earn, industries import as well (else P.721 cannot
    be told from IET), and somebody else buys something.
    """
    table, income = draw(tables()), draw(st.sampled_from(INCOMES))
    earned = table.V.loc[["D.1", "B.2b"]].sum().sum()
    spent = table.Y["CP"].sum() + table.W.loc[["IET", "P.721", "D.21", "P.621"], "CP"].sum()
    assume(table.V.loc["D.1"].sum() > 0 and 0 < spent < earned and table.V.loc["IET"].any())
    assume(np.abs(np.linalg.eigvals(bordered(table, income))).max() < 0.9999)
    return table, income


@given(closed())
def test_the_closed_inverse_is_the_open_one_and_a_rank_one_term(
    drawn: tuple[IOTable, tuple[str, ...]],
) -> None:
    table, income = drawn
    w, c = by_hand(table, income)
    L = naive.leontief(table)
    kappa = 1 / (1 - w @ L @ c)
    type_ii = closure.households(table, income=income).L.to_array()[:-1, :-1]
    naive.close(type_ii, L + kappa * np.outer(L @ c, w @ L))


@given(closed())
def test_total_truncated_and_income_multipliers(drawn: tuple[IOTable, tuple[str, ...]]) -> None:
    table, income = drawn
    w, c = by_hand(table, income)
    n = len(w)
    L2 = np.linalg.inv(np.eye(n + 1) - bordered(table, income))
    at = closure.households(table, income=income)
    naive.close(multipliers.output(at), L2.sum(axis=0))
    naive.close(multipliers.output(at, over="industries"), L2[:n].sum(axis=0))
    naive.close(multipliers.income(at)["total"][:-1], L2[n, :n])
    v = np.append(naive.per_unit(table, "D.1", "D.29", "B.2b"), 0.0)
    naive.close(multipliers.value_added(at)["total"], v @ L2)
    kappa = 1 / (1 - w @ naive.leontief(table) @ c)
    naive.close(multipliers.income(at)["total"][:-1], kappa * (w @ naive.leontief(table)))


@given(closed())
def test_nothing_is_lost(drawn: tuple[IOTable, tuple[str, ...]]) -> None:
    table, income = drawn
    at = closure.households(table, income=income)
    assert at.check()["holds"].all()
    naive.close(at.L @ at.f, at.x)
    naive.close(at.L.T @ at.coefficients.sum(), at.active.astype(float))
    assert at.x["households"] == pytest.approx(at.Z.loc["households"].sum())
    for code in ("IET", "P.721", "D.21"):  # what was bought abroad or paid in taxes still is
        before = table.V.loc[code].sum() + table.W.loc[code].sum()
        after = at.V.loc[code].sum() + at.W.loc[code].sum()
        assert after == pytest.approx(before, rel=1e-9, abs=1e-9 * table.x.sum())
    bought = at.Z["households"].iloc[:-1] + at.Y["CP"].iloc[:-1]
    naive.close(bought, table.Y["CP"].to_numpy())
    spent = at.Z["households"].sum() + at.V.loc[["IET", "P.721", "D.21"], "households"].sum()
    saved = at.V.loc["saving", "households"]
    assert spent + saved == pytest.approx(at.x["households"])
    assert saved >= 0


@given(closed(), st.randoms(use_true_random=False))
def test_neither_order_nor_currency_matters(
    drawn: tuple[IOTable, tuple[str, ...]], random: object
) -> None:
    table, income = drawn
    order = list(range(len(table.accounts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    one = multipliers.output(closure.households(table, income=income))
    other = multipliers.output(
        closure.households(permuted(in_currency(table, 19.25), order), income=income)
    )
    naive.close(other[one.index], one.to_numpy())


@given(tables(zeros=False), st.sampled_from([0.0, 0.3, 0.9, 1.0]))
def test_coefficients_of_the_user_are_taken_as_they_are(table: IOTable, propensity: float) -> None:
    assume(table.V.loc["D.1"].sum() > 0)
    consumption = table.Y["CP"]
    assume(consumption.sum() > 0)
    budget = min(propensity, 0.9 * consumption.sum() / table.V.loc["D.1"].sum())
    spending = (budget * consumption / consumption.sum()).sample(frac=1, random_state=1)
    # where subsidies pay for inputs, spending may feed the circle without end: refused elsewhere
    wages = np.append((table.V.loc["D.1"] / table.x).to_numpy(), 0.0)
    column = spending[table.accounts.index].to_numpy()[:, None]
    circle = np.vstack([np.hstack([naive.coefficients(table), column]), wages])
    assume(np.abs(np.linalg.eigvals(circle)).max() < 0.999)
    at = closure.households(table, spending=spending)
    naive.close(at.A["households"].iloc[:-1], spending[table.accounts.index].to_numpy())
    assert at.V.loc["saving", "households"] / at.x["households"] == pytest.approx(1 - budget)


@given(tables(), st.sampled_from([1.0001, 1.4, 3.0]))
def test_nobody_spends_more_than_is_earned(table: IOTable, propensity: float) -> None:
    assume(table.V.loc["D.1"].sum() > 0)
    spending = pd.Series(propensity / len(table.accounts), index=table.accounts.index)
    with pytest.raises(TableError, match="for each unit of income"):
        closure.households(table, spending=spending)
