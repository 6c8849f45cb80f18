"""Both directions at once, and economies without some of their accounts: against one at a time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

import naive
from iomodel import extraction, linkages
from iomodel.errors import MissingAccountError
from iomodel.inverse import Inverse
from iomodel.linalg import Resolvent, Updated, krylov, operators
from iomodel.linalg.operators import Dense, Sparse
from iomodel.table import IOTable
from strategies import tables

SEEDS = st.integers(0, 2**32 - 1)


def drawn(seed: int, n: int, *, largest: float = 0.9) -> np.ndarray:
    """A productive A with heavy tails and zeros."""
    rng = np.random.default_rng(seed)
    A = rng.lognormal(0, 2, (n, n)) * (rng.random((n, n)) < 0.7)
    return A * largest / np.maximum(A.sum(axis=0), 1e-300).max()


@given(SEEDS, st.sampled_from([1, 2, 7, 40]), st.integers(1, 3), st.integers(1, 2), st.booleans())
def test_both_products_are_the_two_products(
    seed: int, n: int, p: int, q: int, by_columns: bool
) -> None:
    rng, A = np.random.default_rng(seed), drawn(seed, n)
    v, u, x = rng.normal(size=(n, p)), rng.normal(size=(n, q)), rng.uniform(1, 1e6, n)
    stored = np.asfortranarray(A) if by_columns else A
    for op in (Dense(stored), Dense(stored * x, x), Sparse(csr_array(A))):
        right, left = operators.both(op, v, u)
        np.testing.assert_allclose(right, A @ v, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(left, A.T @ u, rtol=1e-12, atol=1e-12)


def test_several_panels_make_one_product(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operators, "PANEL", 3 * 8 * 40)  # three rows of forty at a time
    A, v = drawn(1, 40), np.arange(80.0).reshape(40, 2)
    right, left = Dense(A).both(v, v)
    np.testing.assert_allclose(right, A @ v)
    np.testing.assert_allclose(left, A.T @ v)


@given(SEEDS, st.sampled_from([1, 3, 40]), st.sampled_from(["auto", "lu", "krylov", "series"]))
def test_both_solutions_are_the_two_solutions(seed: int, n: int, how: str) -> None:
    rng, A = np.random.default_rng(seed), drawn(seed, n)
    b, c = rng.uniform(0.1, 10, n), rng.uniform(0, 10, (n, 2)) * (rng.random((n, 2)) < 0.5)
    resolvent = Resolvent(A, how=how)
    x, y = resolvent.solve_both(b, c)
    naive.close(x, np.linalg.solve(np.eye(n) - A, b), 1e-10)
    naive.close(y, np.linalg.solve(np.eye(n) - A.T, c), 1e-10)
    nothing = Updated(resolvent, np.zeros((n, 1)), [0])
    for ours, theirs in zip(nothing.solve_both(b, c), (x, y), strict=True):
        naive.close(ours, theirs, 1e-12)


@given(tables())
def test_both_sums_are_the_two_sums_of_every_inverse(table: IOTable) -> None:
    for inverse in (table.L, table.L.T, table.G, table.G.T):
        assert isinstance(inverse, Inverse)
        rows, columns = inverse.both_sums()
        naive.close(rows, inverse.row_sums(), 1e-12)
        naive.close(columns, inverse.column_sums(), 1e-12)


@given(SEEDS, st.floats(-12, 0))
def test_uneven_right_sides_converge(seed: int, smallest: float) -> None:
    """A row far smaller than the rest is no reason to ask for digits that rounding has eaten."""
    rng, A = np.random.default_rng(seed), drawn(seed, 40)
    b = 10 ** rng.uniform(smallest, 0, (40, 2))
    found = krylov.solve(Dense(A), b).x
    truth = np.linalg.solve(np.eye(40) - A, b)
    np.testing.assert_allclose(found, truth, rtol=1e-11)


def test_nothing_asked_is_nothing_solved() -> None:
    """A right side of zeros has the answer zero; iterating on it used never to end."""
    resolvent, none = Resolvent(drawn(2, 40), how="krylov"), np.zeros(40)
    assert not resolvent.solve(none).any()
    assert not np.any(resolvent.solve_both(none, none))


@given(SEEDS, st.sampled_from([2, 5, 40]), st.sampled_from(["auto", "krylov"]))
def test_solving_without_accounts_is_solving_the_rest(seed: int, n: int, how: str) -> None:
    rng, A = np.random.default_rng(seed), drawn(seed, n)
    gone, b = rng.random((n, 3)) < 0.3, rng.uniform(0, 10, (n, 3))
    resolvent = Resolvent(A, how=how)
    nothing = Updated(resolvent, np.zeros((n, 1)), [0])
    for found in (resolvent.solve_without(gone, b), nothing.solve_without(gone, b)):
        for g in range(3):
            rest = np.flatnonzero(~gone[:, g])
            truth = np.zeros(n)
            inner = np.eye(len(rest)) - A[np.ix_(rest, rest)]
            truth[rest] = np.linalg.solve(inner, b[rest, g])
            naive.close(found[:, g], truth, 1e-10)


def test_iterating_without_accounts_is_tried_first_and_not_insisted_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    A = drawn(3, 600)
    gone, b = np.zeros((600, 2), dtype=bool), np.ones((600, 2))
    gone[:100, 0] = gone[500:, 1] = True
    iterated = Resolvent(A).solve_without(gone, b)
    monkeypatch.setattr(krylov.solve_without, "__kwdefaults__", {"rtol": 1e-12, "passes": 1})
    naive.close(iterated, Resolvent(A).solve_without(gone, b), 1e-10)


def in_regions(table: IOTable, seed: int) -> IOTable:
    """The table with its sectors in up to three regions, drawn."""
    names = np.random.default_rng(seed).choice(["north", "south", "isles"], len(table.accounts))
    return replace(table, accounts=replace(table.accounts, regions=tuple(map(str, names))))


@given(tables(), st.integers(0, 99))
def test_all_regions_at_once_are_the_regions_one_by_one(table: IOTable, seed: int) -> None:
    table = in_regions(table, seed)
    everybody = extraction.regions(table)
    others = extraction.regions(table, measure="value_added", own=False, percent=True)
    A, f, x = naive.coefficients(table), table.f.to_numpy(), table.x.to_numpy()
    assert list(everybody) == list(dict.fromkeys(table.accounts.regions))
    for name in everybody:
        gone = [i for i, region in enumerate(table.accounts.regions) if region == name]
        B, g = A.copy(), f.copy()
        B[gone], B[:, gone], g[gone] = 0.0, 0.0, 0.0
        lost = x - np.linalg.solve(np.eye(len(A)) - B, g)
        naive.close(everybody[name], lost, 1e-9, scale=float(x.max()))
        naive.close(everybody[name], extraction.region(table, name), 1e-10)
        one = extraction.region(table, name, measure="value_added", own=False, percent=True)
        np.testing.assert_allclose(others[name], one, rtol=1e-8, atol=1e-8)


def test_regions_are_asked_of_a_table_that_has_some() -> None:
    A = pd.DataFrame([[0.1]], ["a"], ["a"])
    with pytest.raises(MissingAccountError, match="no regions"):
        extraction.regions(IOTable.from_coefficients(A, pd.Series({"a": 1.0})))


@given(tables())
def test_the_four_indices_are_those_of_the_register(table: IOTable) -> None:
    together = linkages.dispersion(table)
    L = naive.leontief(table)[np.ix_(table.active, table.active)]
    for axis, name in enumerate(("backward", "forward")):
        alone = linkages.measure(table, f"rasmussen_{name}")
        naive.close(together[name][table.active], alone[table.active], 1e-10)
        uneven = linkages.measure(table, f"rasmussen_{name}_cv")
        np.testing.assert_allclose(together[f"{name}_cv"], uneven, rtol=1e-12)
        if len(L) > 1:
            by_hand = L.std(axis=axis, ddof=1) / L.mean(axis=axis)
            np.testing.assert_allclose(uneven[table.active], by_hand, rtol=1e-7)
    assert together[~table.active].isna().all(axis=None)


@given(tables())
def test_key_sectors_reads_both_linkages_at_once(table: IOTable) -> None:
    found = linkages.key_sectors(table)
    for name in ("rasmussen_backward", "rasmussen_forward"):
        naive.close(found[name][table.active], linkages.measure(table, name)[table.active], 1e-12)
