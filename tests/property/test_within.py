"""Iterating from the inverses of regions: the same numbers as solving the whole, in fewer products.

The truth is numpy's solution of the dense system; regions are any grouping of the accounts.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

import naive
from iomodel import extraction, flows, multipliers
from iomodel.accounts import Accounts
from iomodel.errors import ConvergenceError, NotProductiveError, SingularError
from iomodel.linalg import Resolvent, krylov, recursive, within
from iomodel.linalg.elsewhere import Elsewhere
from iomodel.linalg.operators import Dense, Operator, Sparse
from iomodel.linalg.within import Own, Within
from iomodel.table import IOTable

SEEDS = st.integers(0, 2**32 - 1)


class Away:
    """Flows that are not in memory but have a draft there, as those on disk."""

    nonnegative = True
    terms = 100

    def __init__(self, Z: np.ndarray) -> None:
        self._Z, self.shape = Z, Z.shape

    def product(self, v: np.ndarray, *, transposed: bool) -> np.ndarray:
        return (self._Z.T if transposed else self._Z) @ v

    careful = product

    def diagonal(self) -> np.ndarray:
        return self._Z.diagonal().copy()

    def sums(self, axis: int) -> np.ndarray:
        return self._Z.sum(axis)

    def dense(self) -> np.ndarray:
        return self._Z

    def rows(self, at: list[int]) -> np.ndarray:
        return self._Z[at]

    def draft(self) -> np.ndarray:
        return self._Z.astype(np.float32)


@st.composite
def economies(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """A productive A of 1 to 40 accounts with zeros, sectors without output and negative entries;
    and the region of each account: one, one each, neighbours, or any."""
    n, rng = draw(st.sampled_from([1, 2, 5, 17, 40])), np.random.default_rng(draw(SEEDS))
    A = rng.lognormal(0, 2, (n, n)) * (rng.random((n, n)) < 0.7)
    A *= draw(st.sampled_from([0.3, 0.9, 0.98])) / np.maximum(A.sum(axis=0), 1e-300).max()
    if draw(st.booleans()):
        A *= np.where(rng.random((n, n)) < 0.1, -1, 1)
    if draw(st.booleans()):
        idle = rng.random(n) < 0.2
        A[idle] = A[:, idle] = 0.0
    regions = {
        "one": np.zeros(n, int),
        "each": np.arange(n),
        "alike": np.arange(n) // 3,
        "neighbours": np.sort(rng.integers(0, 4, n)),
        "any": rng.integers(0, 4, n),
    }[draw(st.sampled_from(["one", "each", "alike", "neighbours", "any"]))]
    return A, regions


def members(regions: np.ndarray) -> list[np.ndarray]:
    return [np.flatnonzero(regions == r) for r in np.unique(regions)]


@given(economies(), st.booleans(), st.integers(1, 3), SEEDS)
def test_the_blocks_are_inverted_where_they_stand(
    economy: tuple[np.ndarray, np.ndarray], transposed: bool, p: int, seed: int
) -> None:
    A, regions = economy
    v = np.random.default_rng(seed).normal(size=(len(A), p))
    x = np.random.default_rng(seed).uniform(1, 1e4, len(A))
    inside = np.where(regions[:, None] == regions, A, 0.0)
    M = np.eye(len(A)) - (inside.T if transposed else inside)
    for op in (Dense(A), Dense(A * x, x), Sparse(csr_array(A)), Sparse(csr_array(A * x), x)):
        found = Within(op, members(regions)).solve(v, transposed=transposed)
        naive.close(found, np.linalg.solve(M, v), 1e-10)


@given(economies(), st.booleans(), SEEDS)
def test_solutions_from_regions_are_the_solutions(
    economy: tuple[np.ndarray, np.ndarray], transposed: bool, seed: int
) -> None:
    A, regions = economy
    n, rng = len(A), np.random.default_rng(seed)
    b, c = rng.uniform(0.1, 10, (n, 2)), rng.normal(size=(n, 1))
    M = np.eye(n) - A
    ops: list[Operator] = [Dense(A), Sparse(csr_array(A))]
    for op in ops:
        near = Within(op, members(regions))  # type: ignore[arg-type]
        found = krylov.solve(op, b, transposed=transposed, near=near).x
        naive.close(found, np.linalg.solve(M.T if transposed else M, b), 1e-10)
        one, other = krylov.solve_both(op, b, c, near=near)
        naive.close(one.x, np.linalg.solve(M, b), 1e-10)
        naive.close(other.x, np.linalg.solve(M.T, c), 1e-10)
    bound = Resolvent(A, regions=regions, how="krylov").solve_with_bound(b, transposed=transposed)
    truth = np.linalg.solve(M.T if transposed else M, b)
    assert (np.abs(bound.x - truth) <= bound.error + 1e-13 * np.abs(truth).max()).all()


@given(economies(), st.booleans(), SEEDS)
def test_what_is_gone_stays_gone_whatever_its_region(
    economy: tuple[np.ndarray, np.ndarray], whole: bool, seed: int
) -> None:
    A, regions = economy
    n, rng = len(A), np.random.default_rng(seed)
    gone = (regions[:, None] == np.arange(3)) if whole else rng.random((n, 3)) < 0.3
    b = rng.uniform(0, 10, (n, 3))
    near = Within(Dense(A), members(regions))
    found = krylov.solve_without(Dense(A), gone, b, near=near).x
    for g in range(3):
        rest = np.flatnonzero(~gone[:, g])
        truth = np.zeros(n)
        truth[rest] = np.linalg.solve(np.eye(len(rest)) - A[np.ix_(rest, rest)], b[rest, g])
        naive.close(found[:, g], truth, 1e-10)
    assert not found[gone].any()


def world(regions: int, sectors: int, *, trade: float = 0.02) -> tuple[np.ndarray, np.ndarray]:
    """Regions that buy little from each other, and the region of each account."""
    n = regions * sectors
    rng = np.random.default_rng(n)
    A = rng.pareto(1.3, (n, n)) * (rng.random((n, n)) < 0.7)
    of = np.arange(n) // sectors
    A *= np.where(of[:, None] == of, 1.0, trade)
    return A * rng.uniform(0.3, 0.9, n) / A.sum(axis=0), of


def test_regions_halve_the_products_and_are_named() -> None:
    A, of = world(30, 20, trade=0.003)
    plain = Resolvent(A).solve_with_bound(np.ones(600), transposed=True)
    found = Resolvent(A, regions=of).solve_with_bound(np.ones(600), transposed=True)
    assert (plain.how, found.how) == ("krylov", "krylov, 30 regions")
    assert found.passes <= 0.6 * plain.passes
    assert found.bound <= 1e-12
    naive.close(found.x, np.linalg.solve(np.eye(600) - A.T, np.ones(600)), 1e-12)
    # in any order of the accounts, and from a draft of flows that are elsewhere
    order = np.random.default_rng(0).permutation(600)
    mixed = Resolvent(A[np.ix_(order, order)], regions=of[order])
    again = mixed.solve_with_bound(np.ones(600), transposed=True)
    assert again.how == found.how
    naive.close(again.x, found.x[order], 1e-11)
    x = np.random.default_rng(1).uniform(1, 100, 600)
    away = Elsewhere(Away(A * x), x)
    for transposed in (False, True):
        from_disk = Resolvent(away, regions=of).solve_with_bound(x, transposed=transposed)
        assert from_disk.how == found.how
        M = np.eye(600) - (A.T if transposed else A)
        naive.close(from_disk.x, np.linalg.solve(M, x), 1e-11)


@pytest.mark.parametrize(
    ("regions", "sectors", "taken"),
    [(30, 20, True), (1, 600, False), (2, 300, False), (600, 1, False), (12, 50, True)],
)
def test_blocks_are_formed_where_they_are_worth_it(regions: int, sectors: int, taken: bool) -> None:
    A, of = world(regions, sectors)
    assert isinstance(within.near(Dense(A), of), Within) == taken
    assert isinstance(within.near(Dense(A), None), Own)


def test_a_sparse_table_is_not_made_dense_in_blocks() -> None:
    A, of = world(30, 20)
    few = csr_array(np.where(np.random.default_rng(0).random(A.shape) < 0.01, A, 0.0))
    assert isinstance(within.near(Sparse(few), of), Own)
    assert isinstance(within.near(Sparse(csr_array(A)), of), Within)


def test_a_block_without_inverse_leaves_the_diagonal() -> None:
    A, of = world(30, 20)
    A[:2, :2] = [[0.0, 1.0], [1.0, 0.0]]
    A[2:20, :2] = A[:2, 2:20] = 0.0
    assert isinstance(within.near(Dense(A), of), Own)
    with pytest.raises(NotProductiveError):
        Resolvent(A, regions=of)


@given(st.integers(1, 5), st.sampled_from([1, 2, 12, 13, 40]), SEEDS)
def test_small_inverses_at_once_are_the_inverses(k: int, n: int, seed: int) -> None:
    A = np.random.default_rng(seed).uniform(0, 0.9 / n, (k, n, n))
    naive.close(recursive.inverses(A), np.linalg.inv(np.eye(n) - A), 1e-12)


def test_a_table_of_regions_is_solved_from_them() -> None:
    A, of = world(30, 20)
    n = len(A)
    x = np.linalg.solve(np.eye(n) - A, np.random.default_rng(2).uniform(1, 2, n))
    index = pd.MultiIndex.from_arrays(
        [[f"r{r}" for r in of], [f"s{i % 20}" for i in range(n)]], names=["region", "sector"]
    )
    accounts = Accounts.of([f"s{i % 20}" for i in range(n)], regions=[f"r{r}" for r in of])
    assert accounts.numbered is not None
    np.testing.assert_array_equal(accounts.numbered, of)
    assert Accounts.of(["a", "b"]).numbered is None
    flat = pd.Index([f"r{r}, s{i % 20}" for i, r in enumerate(of)])
    Z, Y, V = A * x, x - A @ x, x - (A * x).sum(axis=0)
    national = IOTable.from_frames(
        pd.DataFrame(Z, flat, flat), pd.Series(Y, flat), pd.Series(V, flat)
    )
    table = IOTable(accounts, national.categories, national.inputs, national.arrays, national.meta)
    assert table.accounts.index.equals(index)
    found = table.L.resolvent.solve_with_bound(np.ones(n), transposed=True)  # type: ignore[union-attr]
    assert found.how == "krylov, 30 regions"
    ours = multipliers.output(table)
    naive.close(ours, np.linalg.inv(np.eye(n) - A).sum(axis=0), 1e-11)
    lost = extraction.regions(table).to_numpy()
    f = table.f.to_numpy()
    for r in (0, 17):
        rest = np.flatnonzero(of != r)
        left = np.zeros(n)
        left[rest] = np.linalg.solve(np.eye(len(rest)) - A[np.ix_(rest, rest)], f[rest])
        naive.close(lost[:, r], x - left, 1e-9)


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("own", [1.0, 1.5, -1.0])
@pytest.mark.parametrize("how", ["lu", "krylov", "auto", "sparse"])
def test_a_sector_that_uses_all_it_makes_is_refused_alike(
    own: float, how: str, alone: bool
) -> None:
    """Iterating divides by 1 - a_jj: it said so in a warning of numpy, where factors refused."""
    n = 600 if how == "auto" else 30
    A = np.random.default_rng(5).random((n, n)) / (2 * n)
    A[3, 3] = own
    if alone:
        A[3, :3] = A[3, 4:] = A[:3, 3] = A[4:, 3] = 0.0
    kind = SingularError if alone and abs(own) == 1 else NotProductiveError
    with pytest.raises(kind, match="not productive") as refused:
        Resolvent(csr_array(A) if how == "sparse" else A, how="auto" if how == "sparse" else how)  # type: ignore[arg-type]
    assert type(refused.value) is kind
    assert "3" in refused.value.sectors


def test_what_is_near_one_by_rounding_is_not_called_productive() -> None:
    A = np.diag([1 - 1e-16, 0.5])
    with pytest.raises(ConvergenceError, match="could not be shown"):
        Resolvent(A, how="krylov")


@pytest.mark.parametrize("n", [30, 600])
def test_a_refusal_names_region_and_sector(n: int) -> None:
    A = np.random.default_rng(7).random((n, n)) / n * 3
    keys = tuple(("MEX" if i < n // 2 else "ROW", f"c{i}") for i in range(n))
    with pytest.raises(NotProductiveError, match="'MEX, c3': inputs of") as refused:
        Resolvent(A, keys)
    assert set(refused.value.sectors) <= {f"{region}, {code}" for region, code in keys}


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf, -1e-300])
def test_one_reading_finds_what_two_did(wrong: float, order: Literal["C", "F"]) -> None:
    Z = np.asarray(np.random.default_rng(8).random((300, 300)), order=order)
    Z[17] = 0.0
    assert flows.sound(Z)
    for at in ((0, 0), (299, 299), (250, 3)):
        spoilt = Z.copy(order="K")
        spoilt[at] = wrong
        assert not flows.sound(spoilt)
    assert not flows.sound(csr_array(Z))
