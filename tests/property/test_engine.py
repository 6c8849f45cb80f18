"""Every way of solving, for any productive matrix: the same numbers, each within its own bound."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from iomodel.linalg import Resolvent, bounds, krylov, recursive, rounds
from iomodel.linalg.operators import Dense, Sparse
from naive import close

WAYS = ["auto", "lu", "lu32", "inverse", "krylov", "series"]


@st.composite
def matrices(draw: st.DrawFn, *, signs: bool = False) -> np.ndarray:
    """A productive A of 1 to 40 sectors: heavy tails, zeros, column sums up to .98."""
    n = draw(st.sampled_from([1, 2, 3, 7, 40]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    A = rng.lognormal(0, 2, (n, n)) * (rng.random((n, n)) < draw(st.sampled_from([0.2, 0.7, 1.0])))
    A *= draw(st.sampled_from([0.3, 0.9, 0.98])) / np.maximum(A.sum(axis=0), 1e-300).max()
    if signs:
        A *= np.where(rng.random((n, n)) < 0.1, -1, 1)
    return A


@given(matrices(), st.sampled_from(WAYS), st.booleans(), st.integers(0, 99))
def test_every_way_gives_the_solution_within_its_bound(
    A: np.ndarray, how: str, transposed: bool, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    b = rng.uniform(0.1, 10, (len(A), 2))
    found = Resolvent(A, how=how).solve_with_bound(b, transposed=transposed)
    M = np.eye(len(A)) - (A.T if transposed else A)
    truth = np.linalg.solve(M, b)
    assert found.bound <= 1e-10
    # numpy's own answer is a few roundings of the condition off
    assert (np.abs(found.x - truth) <= found.error + 1e-13 * np.abs(truth).max()).all()
    close(Resolvent(A, how=how).solve(b[:, 0], transposed=transposed), truth[:, 0], 1e-10)


@given(matrices(signs=True), st.booleans(), st.integers(0, 99))
def test_right_sides_and_coefficients_of_both_signs_have_a_bound(
    A: np.ndarray, transposed: bool, seed: int
) -> None:
    b = np.random.default_rng(seed).normal(size=len(A)) * (np.arange(len(A)) % 3 != 1)
    found = Resolvent(A, how="krylov").solve_with_bound(b, transposed=transposed)
    truth = np.linalg.solve(np.eye(len(A)) - (A.T if transposed else A), b)
    assert (np.abs(found.x - truth) <= found.error + 1e-13 * np.abs(truth).max(initial=0)).all()
    assert found.bound <= 1e-9 or not b.any()


@given(matrices(), st.floats(1e-14, 1e-2), st.integers(0, 99))
def test_the_bound_holds_for_a_solution_that_is_off(A: np.ndarray, off: float, seed: int) -> None:
    """Whatever gave it: a solution with an error put in is at most as wrong as the bound says."""
    rng = np.random.default_rng(seed)
    b = rng.uniform(0.5, 2, len(A))
    truth = np.linalg.solve(np.eye(len(A)) - A.T, b)
    x = truth * (1 + off * rng.uniform(-1, 1, len(A)))
    op = Dense(A)
    error, bound = bounds.error(op, b, x, truth, transposed=True)
    assert (np.abs(x - truth) <= error * (1 + 1e-9) + 1e-13 * truth).all()
    assert bound >= (np.abs(x - truth) / x).max() * (1 - 1e-9) - 1e-13


@given(matrices(signs=True), st.integers(1, 3), st.booleans(), st.integers(0, 99))
def test_every_operator_forms_the_same_products(
    A: np.ndarray, p: int, transposed: bool, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    x, v = rng.uniform(1, 1e6, len(A)), rng.normal(size=(len(A), p))
    M = A.T if transposed else A
    for op in (Dense(A), Dense(A * x, x), Sparse(csr_array(A)), Dense(A).magnitude(),
               Sparse(csr_array(A)).magnitude()):  # fmt: skip
        wanted = (M if op.nonnegative == (A >= 0).all() else np.abs(M)) @ v
        for product in (op.product, op.careful):
            close(product(v, transposed=transposed), wanted, 1e-12)
            close(product(v[:, 0], transposed=transposed), wanted[:, 0], 1e-12)
    close(Dense(A * x, x).dense(), A, 1e-12)
    close(Dense(A * x, x).diagonal(), np.diagonal(A), 1e-12)
    close(Sparse(csr_array(A)).column_sums(), A.sum(axis=0), 1e-12)


@given(matrices())
def test_the_inverse_by_halves_is_the_inverse(A: np.ndarray) -> None:
    L = recursive.inverse(A)
    close(L, np.linalg.inv(np.eye(len(A)) - A), 1e-11)
    assert recursive.is_inverse(A, L)


@given(matrices(), st.integers(0, 99))
def test_iterating_and_adding_up_rounds_meet(A: np.ndarray, seed: int) -> None:
    b = np.random.default_rng(seed).uniform(0, 1, (len(A), 3)) * (np.arange(3) != 1)
    one, other = krylov.solve(Dense(A), b), rounds.solve(Dense(A), b)
    close(one.x, other.x, 1e-10)
    assert not one.x[:, 1].any()


@given(matrices(), st.booleans(), st.floats(0, 1), st.integers(0, 99))
def test_where_it_begins_is_not_where_it_ends(
    A: np.ndarray, transposed: bool, off: float, seed: int
) -> None:
    b = np.random.default_rng(seed).uniform(0.5, 2, (len(A), 2))
    truth = np.linalg.solve(np.eye(len(A)) - (A.T if transposed else A), b)
    start = truth * (1 + off * np.random.default_rng(seed + 1).uniform(-1, 1, truth.shape))
    kept = start.copy()
    found = krylov.solve(Dense(A), b, transposed=transposed, start=start)
    close(found.x, truth, 1e-10)
    np.testing.assert_array_equal(start, kept)
    again = krylov.solve(Dense(A), b, transposed=transposed, start=found.x)
    assert again.passes <= 3  # nothing is left to do, or one step that rounding asks for


def test_the_bound_against_exact_fractions() -> None:
    """Two sectors in exact arithmetic: the error of each component is below its bound."""
    A = np.array([[0.3, 0.45], [0.6, 0.2]])
    found = Resolvent(A, how="krylov").solve_with_bound(np.array([1.0, 3.0]))
    a, b, c, d = (Fraction(float(v)) for v in A.ravel())
    determinant = (1 - a) * (1 - d) - b * c
    exact = [((1 - d) * 1 + b * 3) / determinant, (c * 1 + (1 - a) * 3) / determinant]
    for x, truth, error in zip(found.x, exact, found.error, strict=True):
        assert abs(Fraction(float(x)) - truth) <= Fraction(float(error))
    assert found.error.max() == pytest.approx(0, abs=1e-10)
