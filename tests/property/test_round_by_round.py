"""Rounds of suppliers: the powers of A one by one, and a bound that holds."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

import naive
from iomodel import multipliers
from iomodel.sam import SAM
from iomodel.table import IOTable
from sams import EXOGENOUS, sams
from strategies import tables

SLACK = 1e-9


@given(tables(), st.integers(0, 8), st.integers(0, 2**32 - 1))
def test_rounds_are_powers_and_the_bound_holds(table: IOTable, rounds: int, seed: int) -> None:
    n = len(table.accounts)
    rng = np.random.default_rng(seed)
    f = rng.integers(-20, 100, n) * table.active.astype(float)
    found = multipliers.round_by_round(table, pd.Series(f, table.accounts.index), rounds=rounds)
    A, L = naive.coefficients(table), naive.leontief(table)
    scale = float(np.abs(L @ np.abs(f)).max())
    for k in range(rounds + 1):
        naive.close(found.added.loc[k], np.linalg.matrix_power(A, k) @ f, scale=scale)
    naive.close(found.total, L @ f, scale=scale)
    naive.close(found.sums["cumulative"], found.added.to_numpy().cumsum(axis=0).sum(axis=1))
    left = [np.linalg.matrix_power(A, k + 1) @ f for k in range(rounds + 1)]
    rest = np.array([np.abs(L @ part).sum() for part in left])
    assert (rest <= found.sums["bound"] * (1 + SLACK) + SLACK * scale).all()
    assert (found.sums["bound"].diff().dropna() <= 0).all()


@given(tables())
def test_all_rounds_are_the_inverse(table: IOTable) -> None:
    A = naive.coefficients(table)
    if np.abs(np.linalg.eigvals(A)).max() > 0.61:
        return
    found = multipliers.round_by_round(table, table.f, rounds=80)
    naive.close(found.added.sum(), table.x, scale=float(table.f.abs().max()))
    assert found.sums["bound"].iloc[-1] <= 1e-3 * found.sums["bound"].iloc[0] + 1e-12


@given(sams())
def test_payments_of_a_sam_round_by_round(sam: SAM) -> None:
    model = sam.cut(exogenous=EXOGENOUS)
    injections = pd.Series(model.active * 10.0, model.accounts.index)
    found = multipliers.round_by_round(model, injections, rounds=5)
    A = model.A.to_numpy()
    M = np.linalg.inv(np.eye(len(A)) - A)
    naive.close(found.total, M @ injections.to_numpy())
    naive.close(found.added.loc[5], np.linalg.matrix_power(A, 5) @ injections.to_numpy())
    rest = (M @ np.linalg.matrix_power(A, 6) @ injections.to_numpy()).sum()
    assert rest <= found.sums.loc[5, "bound"] * (1 + SLACK)
