"""Prices of any table and SAM: ones in the base year, and the system solved as it stands."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

import naive
from iomodel import multipliers, prices
from iomodel.models import Model
from iomodel.sam import SAM
from iomodel.table import IOTable
from naive import close
from sams import EXOGENOUS, sams
from strategies import tables


def costs_of(model: Model, seed: int) -> pd.Series:
    rng = np.random.default_rng(seed)
    values = np.where(model.active, rng.integers(-20, 50, len(model.accounts)) / 1000, 0.0)
    return model.accounts.series(values)


def check(model: Model, A: np.ndarray, seed: int) -> None:
    n, codes, on = len(A), model.accounts.codes, model.active
    costs = costs_of(model, seed)
    L = np.linalg.inv(np.eye(n) - A)
    # round by round what a cost adds is bounded by L, so that is the size of rounding
    scale = float(np.abs(L).max()) * 0.05
    ours = prices.pass_through(model, costs)
    close(ours[on], (costs.to_numpy() @ L)[on], scale=scale)
    assert ours[~on].isna().all()

    rng = np.random.default_rng(seed)
    there = rng.permutation(np.flatnonzero(on))
    if len(there) < 2:
        return
    E = [int(i) for i in there[: rng.integers(1, len(there))]]
    R = [i for i in range(n) if i not in E]
    given_prices = rng.integers(-10, 10, len(E)) / 100
    found = prices.exogenous(
        model,
        {codes[i]: float(p) for i, p in zip(E, given_prices, strict=True)},
        costs={codes[i]: float(costs.iloc[i]) for i in R},
    )
    inverse = np.linalg.inv(np.eye(len(R)) - A[np.ix_(R, R)])
    p = np.zeros(n)
    p[E] = given_prices
    p[R] = (given_prices @ A[np.ix_(E, R)] + costs.to_numpy()[R]) @ inverse
    close(found["price"][on], p[on], scale=scale)
    close(found["cost"], p - p @ A, scale=scale)
    only = prices.exogenous(model, {codes[i]: 0.1 for i in E})["price"].to_numpy()
    close(only[R][on[R]], (0.1 * A[np.ix_(E, R)].sum(axis=0) @ inverse)[on[R]], scale=scale)


@given(tables(), st.integers(0, 10**6))
def test_costs_and_prices_given_in_a_table(table: IOTable, seed: int) -> None:
    check(table, naive.coefficients(table), seed)
    base_year = prices.pass_through(table, table.coefficients.sum())
    close(base_year[table.active], np.ones(table.active.sum()))


@given(sams(), st.integers(0, 10**6))
def test_costs_and_prices_given_in_a_sam(sam: SAM, seed: int) -> None:
    model = sam.cut(exogenous=EXOGENOUS)
    check(model, model.A.to_numpy(), seed)
    base_year = prices.pass_through(model, model.leakage_coefficients.sum())
    close(base_year[model.active], np.ones(model.active.sum()))
    # imports, households' own included
    m = model.leakage_coefficients.loc["row-trade"].to_numpy()
    theirs = np.linalg.inv(np.eye(len(m)) - model.A.to_numpy()).T @ (0.1 * m)
    close(prices.imports(model, 0.1)[model.active], theirs[model.active])


@given(tables(), st.integers(0, 10**6), st.sampled_from([-0.05, 0.1]))
def test_dearer_imports_and_the_cost_of_final_demand(
    table: IOTable, seed: int, change: float
) -> None:
    p = prices.pass_through(table, costs_of(table, seed))
    found = prices.final_demand(table, p, imports=change)
    bought = np.nan_to_num(p.to_numpy())
    for k, code in enumerate(table.categories.codes):
        home = sum(bought[i] * table.arrays.Y[i, k] for i in range(len(bought)))
        abroad = change * (naive.row(table, "IET", code) + naive.row(table, "P.721", code))
        kept = [c for c in table.inputs.codes if c != "P.621"]
        paid = table.arrays.Y[:, k].sum() + sum(naive.row(table, c, code) for c in kept)
        size = np.abs(bought).max() * np.abs(table.arrays.Y).sum()
        close(found.loc[code, ["domestic", "imported", "total"]], [home, abroad, home + abroad],
              scale=size)  # fmt: skip
        if abs(paid) > 1e-9 * np.abs(table.arrays.Y).sum():
            close(found.loc[code, "relative"], (home + abroad) / paid, scale=size / abs(paid))
    content = multipliers.imports(table)["total"][table.active]
    dearer = prices.imports(table, change)
    close(dearer[table.active], change * content)
    each = table.accounts.series(np.full(len(table.x), change))
    pd.testing.assert_series_equal(dearer, prices.imports(table, each))
    everything = prices.final_demand(
        table, table.accounts.series(np.where(table.active, 0.1, np.nan)), imports=0.1
    )
    if not table.arrays.W[table.inputs.of_kind("product_taxes")].any():
        moved = everything["relative"].dropna()
        close(moved, np.full(len(moved), 0.1))  # a tenth on everything is a tenth
