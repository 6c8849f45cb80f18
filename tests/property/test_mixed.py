"""The mixed model of any table and SAM: against the system solved again as it stands."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

import naive
from iomodel import mixed
from iomodel.models import Model
from iomodel.sam import SAM
from iomodel.table import IOTable
from naive import close
from sams import EXOGENOUS, sams
from strategies import tables


def drawn(model: Model, seed: int) -> tuple[list[int], list[int], np.random.Generator]:
    """Some accounts with output to fix, at least one such account not, and the rest."""
    rng = np.random.default_rng(seed)
    there = rng.permutation(np.flatnonzero(model.active))
    fixed = [int(i) for i in there[: rng.integers(1, len(there))]]
    return fixed, [i for i in range(len(model.accounts)) if i not in fixed], rng


def check(model: Model, A: np.ndarray, seed: int) -> None:
    E, R, rng = drawn(model, seed)
    codes, n = model.accounts.codes, len(A)
    dx = rng.integers(-50, 50, len(E)).astype(float)
    df = np.where(model.active, rng.integers(-50, 50, n), 0).astype(float)[R]
    ours = mixed.solve(
        model,
        pd.Series(dx, [codes[i] for i in E]),
        demand={codes[i]: float(f) for i, f in zip(R, df, strict=True)},
    )
    # the others alone, with what the fixed ones buy from them as given demand
    inverse = np.linalg.inv(np.eye(len(R)) - A[np.ix_(R, R)])
    x = np.zeros(n)
    x[E] = dx
    x[R] = inverse @ (df + A[np.ix_(R, E)] @ dx)
    f = x - A @ x
    scale = np.abs(inverse).max() * 100
    close(ours["output"], x, scale=scale)
    close(ours["demand"], f, scale=scale)
    assert ours["fixed"].tolist() == [i in E for i in range(n)]
    assert ours["output"].to_numpy()[E].tolist() == dx.tolist()  # as given, to the digit

    table = mixed.multipliers(model, [codes[i] for i in E]).to_numpy()
    moved = np.zeros(n)
    moved[E], moved[R] = dx, df
    expected = x.copy()
    expected[E] = f[E]
    close(table @ moved, expected, scale=scale)
    close(table[np.ix_(R, R)], inverse)


@given(tables(min_size=3, zeros=False), st.integers(0, 10**6))
def test_outputs_given_in_a_table(table: IOTable, seed: int) -> None:
    check(table, naive.coefficients(table), seed)
    # outputs of the base year given, and its demand for the others, all of it comes back
    E, R, _ = drawn(table, seed)
    codes, scale = table.accounts.codes, float(table.x.max())
    ours = mixed.solve(table, table.x[[codes[i] for i in E]], demand=table.f[[codes[i] for i in R]])
    close(ours["output"], table.x, 1e-8, scale=scale)
    close(ours["demand"], table.f, 1e-8, scale=scale)


@given(sams(), st.integers(0, 10**6))
def test_incomes_given_in_a_sam(sam: SAM, seed: int) -> None:
    model = sam.cut(exogenous=EXOGENOUS)
    check(model, model.A.to_numpy(), seed)
