"""The engine's choices, refusals and promises: plans, memory, unproductive matrices at scale."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse import random as sparse_random
from threadpoolctl import threadpool_info, threadpool_limits

from iomodel.errors import (
    ConvergenceError,
    NotProductiveError,
    SingularError,
    TableError,
    TooLargeError,
)
from iomodel.linalg import SMALL, Resolvent, bounds, krylov, planning, productive, recursive, rounds
from iomodel.linalg.operators import Dense


def economy(n: int, seed: int = 0, top: float = 0.9) -> np.ndarray:
    rng = np.random.default_rng(seed)
    A = rng.lognormal(0, 2, (n, n)) * (rng.random((n, n)) > 0.3)
    found: np.ndarray = A * (rng.uniform(0.2, top, n) / A.sum(axis=0))
    return found


LARGE = economy(600)


@pytest.mark.parametrize(
    ("n", "rhs", "how", "chosen"),
    [
        (100, 1, "auto", "lu"),
        (SMALL, 1, "auto", "krylov"),
        (8000, 99, "auto", "krylov"),
        (8000, 100, "auto", "lu"),
        (8000, "all", "auto", "inverse"),
        (100, "all", "auto", "lu"),
        (8000, "diagonal", "auto", "lu"),
        (8000, 1, "lu32", "lu32"),
        (8000, 1, "series", "series"),
    ],
)
def test_the_way_follows_from_what_is_asked(n: int, rhs: int | str, how: str, chosen: str) -> None:
    assert planning.plan(n, rhs, how=how).how == chosen  # type: ignore[arg-type]


def test_a_plan_allocates_nothing_and_says_what_is_needed() -> None:
    huge = planning.plan(1_000_000, "all")
    assert huge.flops == 2e18
    assert huge.bytes == pytest.approx(1.8 * 8e12)
    with pytest.raises(
        TooLargeError, match=r"The whole inverse of 1000000 sectors needs 14400"
    ) as caught:
        huge.require_room()
    assert isinstance(caught.value, MemoryError)
    assert "L @ f" in caught.value.remedy
    planning.plan(1000, "all").require_room(available=1e9)
    with pytest.raises(TooLargeError, match=r"8\.0 GB are free"):
        planning.plan(100_000, "diagonal").require_room(available=8e9)
    assert planning.plan(1_000_000, 1, entries=20_000_000).why == "A is sparse or not in memory"
    room = planning.free_memory()
    assert room is None or room > 0


@pytest.mark.parametrize("question", ["solve", "inverse", "diagonal"])
def test_too_little_memory_is_said_before_it_is_taken(
    monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    resolvent = Resolvent(LARGE)  # 600 sectors: 2.88 MB
    monkeypatch.setattr(planning, "free_memory", lambda: 4e6)
    taken = lambda *_: pytest.fail("allocated")  # noqa: E731
    monkeypatch.setattr("iomodel.linalg.factors.Factors.__init__", taken)
    monkeypatch.setattr("iomodel.linalg.recursive.checked", taken)
    with pytest.raises(TooLargeError, match=r"of 600 sectors needs 0\.0 GB beside the table"):
        resolvent.solve(np.ones((600, 60))) if question == "solve" else getattr(
            resolvent, question
        )()
    np.testing.assert_allclose(
        resolvent.solve(np.ones(600)), np.linalg.solve(np.eye(600) - LARGE, np.ones(600)), rtol=1e-9
    )


@pytest.mark.parametrize("rhs", ["everything", "3", 0, -1, 2.5, True, None])
def test_a_plan_is_for_some_right_sides(rhs: object) -> None:
    with pytest.raises(TableError, match=f"A plan for {rhs!r} right sides"):
        planning.plan(100, rhs)  # type: ignore[arg-type]


def test_what_was_done_is_said_and_factors_once_made_are_used() -> None:
    resolvent = Resolvent(LARGE)
    ones = np.ones(600)
    assert resolvent.plan().how == "krylov"
    first = resolvent.solve_with_bound(ones)
    assert (first.how, first.passes > 5) == ("krylov", True)
    resolvent.diagonal()  # needs factors
    second = resolvent.solve_with_bound(ones)
    assert (second.how, second.passes) == ("lu", 0)
    np.testing.assert_allclose(first.x, second.x, rtol=1e-12)
    assert first.bound <= 1e-12
    assert (first.error <= 1e-12 * first.x).all()


def test_large_matrices_give_the_inverse_and_its_diagonal() -> None:
    L = np.linalg.inv(np.eye(600) - LARGE)
    resolvent = Resolvent(LARGE)
    np.testing.assert_allclose(resolvent.inverse(), L, rtol=1e-11)
    np.testing.assert_allclose(resolvent.diagonal(), np.diagonal(L), rtol=1e-12)
    from_flows = Resolvent(LARGE * np.arange(1.0, 601), x=np.arange(1.0, 601))
    np.testing.assert_allclose(from_flows.solve(np.ones(600)), L.sum(axis=1), rtol=1e-12)
    again = pickle.loads(pickle.dumps(from_flows))
    np.testing.assert_array_equal(again.solve(np.ones(600)), from_flows.solve(np.ones(600)))


def test_a_wrong_inverse_is_noticed() -> None:
    A = economy(50)
    L = recursive.inverse(A)
    for i, j in ((0, 0), (49, 3)):
        wrong = L.copy()
        wrong[i, j] += 1e-3
        assert not recursive.is_inverse(A, wrong)
    # an error that one probe cannot see: its rows are orthogonal to what the probe weighs
    z = recursive._weights(50)
    across = np.zeros(50)
    across[:2] = z[1], -z[0]
    for error in (np.outer(across, np.ones(50)), np.outer(np.ones(50), across)):
        assert not recursive.is_inverse(A, L + error)
    # two sectors that make nothing but each other's inputs: a corner of I - A is singular
    rows = np.eye(SMALL)[np.r_[SMALL // 2 : SMALL, : SMALL // 2]]
    assert recursive.checked(Dense(np.eye(SMALL) - rows)) is None


def test_the_bound_counts_what_rounding_can_hide() -> None:
    """A solution that makes the computed residual zero is still not known to be exact."""
    A = np.zeros((3, 3))
    b = np.array([0.1, 0.2, 0.3])
    r = bounds.residual(Dense(A), b, b, transposed=False)
    assert (r > 0).all()
    assert (r < 1e-14).all()


UNPRODUCTIVE = economy(600, top=0.9)
UNPRODUCTIVE[:3, :3] = 0.4


def test_a_large_matrix_that_is_not_productive_is_refused_without_factors() -> None:
    with pytest.raises(NotProductiveError, match=r"radius of A is at least 1\.\d") as caught:
        Resolvent(UNPRODUCTIVE, tuple(f"s{i}" for i in range(600)))
    assert caught.value.spectral_radius >= 1
    assert {"s0", "s1", "s2"} <= set(caught.value.sectors)


def test_columns_above_one_may_still_be_productive() -> None:
    A = economy(600)
    A[5, 7] = 3.0  # a column that costs more than it fetches, but feeds on nothing in a circle
    A[7] = 0.0
    found = Resolvent(A).solve_with_bound(np.ones(600))
    np.testing.assert_allclose(found.x, np.linalg.solve(np.eye(600) - A, np.ones(600)), rtol=1e-10)
    assert found.bound < 1e-10
    assert productive.witness(Dense(A), transposed=True) is not None


def test_iterating_that_gets_nowhere_says_so() -> None:
    A = economy(60)
    A *= 0.999999999 / np.abs(np.linalg.eigvals(A)).max()
    with pytest.raises(ConvergenceError, match="rounds of production do not add up") as caught:
        rounds.solve(Dense(A), np.ones((60, 1)), passes=50)
    assert caught.value.iterations == 50
    with pytest.raises(ConvergenceError, match="stopped making progress") as caught:
        krylov.solve(Dense(A), np.ones((60, 1)), rtol=1e-14, passes=3)
    assert caught.value.residual > 0


def circle(span: float) -> np.ndarray:
    """Two sectors in very different units; the spectral radius is 0.6 whatever the span."""
    return np.array([[0.3, 0.3 / span], [0.3 * span, 0.3]])


@pytest.mark.parametrize(
    ("how", "span"),
    [("lu", 1e3), ("lu", 1e12), ("auto", 1e15), ("lu", 1e18), ("krylov", 1e3), ("krylov", 1e12)],
)
def test_units_do_not_make_a_table_unproductive(how: str, span: float) -> None:
    found = Resolvent(circle(span), how=how).solve_with_bound(np.array([1.0, span]))  # type: ignore[arg-type]
    np.testing.assert_allclose(found.x, [2.5, 2.5 * span], rtol=1e-10)
    assert found.bound < 1e-10


def test_a_chain_without_a_circle_is_productive_however_dear() -> None:
    A = np.array([[0.0, 0.0], [1e16, 0.0]])
    np.testing.assert_allclose(Resolvent(A).solve(np.ones(2)), [1, 1e16])
    with pytest.raises(ConvergenceError, match="could not be shown by iterating"):
        Resolvent(A, how="krylov")  # not refuted, only not shown


def test_what_can_be_shown_is_told_from_what_cannot() -> None:
    grown = economy(60, top=0.9)
    grown *= 1.3 / np.abs(np.linalg.eigvals(grown)).max()
    low, v = productive.radius_at_least(Dense(grown))
    assert 1 < low <= 1.3
    assert (grown @ v >= low * v * (1 - 1e-12)).all()
    closed = np.array([[0.5, 0.5], [0.5, 0.5]])
    with pytest.raises(ConvergenceError, match="could not be shown"):
        Resolvent(closed, how="krylov")
    with pytest.raises(SingularError):
        Resolvent(closed, how="lu")


@pytest.mark.parametrize("how", ["auto", "lu", "krylov", "series"])
def test_nothing_asked_and_what_is_no_number(how: str) -> None:
    for A in (economy(20), LARGE):
        resolvent = Resolvent(A, how=how)  # type: ignore[arg-type]
        nothing = resolvent.solve_with_bound(np.zeros((len(A), 2)))
        assert not nothing.x.any()
        assert nothing.bound == 0
        some = np.zeros((len(A), 2))
        some[3, 1] = 1.0
        assert not resolvent.solve(some)[:, 0].any()
        for wrong in (np.nan, np.inf):
            b = np.ones(len(A))
            b[2] = wrong
            with pytest.raises(TableError, match="1 values that are not finite"):
                resolvent.solve(b)


def test_rounds_count_what_comes_late() -> None:
    A = np.zeros((3, 3))
    A[1, 0], A[2, 1] = 1e-14, 1e14
    x = Resolvent(A, how="series").solve(np.array([1.0, 0.0, 0.0]))
    np.testing.assert_allclose(x, [1, 1e-14, 1])


def test_outputs_below_zero_and_none() -> None:
    Z, x, b = np.array([[0.0, 9.0], [5.0, 0.0]]), np.array([10.0, -10.0]), np.ones(2)
    truth = np.linalg.solve(np.eye(2) - Z / x, b)
    for how in ("lu", "krylov", "series"):
        found = Resolvent(Z, x=x, how=how, rtol=1e-3).solve_with_bound(b)  # type: ignore[arg-type]
        assert (np.abs(found.x - truth) <= found.error + 1e-14).all()
    for wrong in (0.0, np.nan):
        with pytest.raises(TableError, match="zero or not finite"):
            Resolvent(Z, x=np.array([10.0, wrong]))
    with pytest.raises(TableError, match="not finite"):
        Resolvent(csr_array(np.array([[0.1, np.nan], [0.0, 0.2]])))


def test_a_sparse_matrix_is_never_made_dense() -> None:
    A = sparse_random(20_000, 20_000, density=5 / 20_000, rng=np.random.default_rng(1))
    A = csr_array(A) * (0.8 / max(A.sum(axis=0).max(), 1.0))
    resolvent = Resolvent(A)
    found = resolvent.solve_with_bound(np.ones(20_000), transposed=True)
    assert found.how == "krylov"
    assert found.bound <= 1e-12
    left = found.x - A.T @ found.x
    np.testing.assert_allclose(left, 1.0, rtol=1e-11)
    with pytest.raises(TooLargeError):
        Resolvent(csr_array((400_000, 400_000))).inverse()


@pytest.mark.parametrize(("how", "rtol"), [("fast", 1e-12), ("lu", 0.0), ("lu", 2.0)])
def test_only_known_ways_and_tolerances(how: str, rtol: float) -> None:
    with pytest.raises(TableError, match="how="):
        Resolvent(economy(3), how=how, rtol=rtol)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "question",
    [
        lambda r: r.solve(np.ones(600), transposed=True),
        lambda r: np.stack(r.solve_both(np.ones(600), np.ones(600))),
        lambda r: r.solve(np.eye(600)[:, :50]),
        lambda r: r.inverse(),
        lambda r: r.diagonal(),
    ],
)
def test_blas_threads_change_nothing(question: Callable[[Resolvent], np.ndarray]) -> None:
    found = []
    for threads in (1, 2, 4):
        with threadpool_limits(limits=threads, user_api="blas"):
            found.append(question(Resolvent(LARGE)))
    for other in found[1:]:
        np.testing.assert_allclose(other, found[0], rtol=1e-13, atol=1e-15)


def test_threads_change_nothing() -> None:
    resolvent = Resolvent(LARGE)
    with ThreadPoolExecutor(4) as pool:
        several = list(pool.map(lambda k: resolvent.solve(np.full(600, k + 1.0)), range(8)))
    for k, x in enumerate(several):
        np.testing.assert_allclose(x, several[0] * (k + 1), rtol=1e-12)


def test_factors_are_safe_in_many_hands_and_threads_are_given_back() -> None:
    """LAPACK shifts the pivots while it solves: shared ones gave wrong numbers now and then."""
    A = economy(84)
    L = np.linalg.inv(np.eye(84) - A)
    resolvent, units = Resolvent(A), np.eye(84)
    with threadpool_limits(limits=3, user_api="blas"):
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda k: resolvent.solve(units[k % 84]), range(4000)))
        left = {one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"}
    for k, x in enumerate(found):
        np.testing.assert_allclose(x, L[:, k % 84], rtol=1e-9, atol=1e-14)
    assert left == {3}


def test_a_bound_is_given_however_uneven_the_right_side() -> None:
    """The solution is no witness where its smallest part is rounding; another one is found."""
    rng = np.random.default_rng(5)
    A = rng.random((60, 60))
    A *= rng.uniform(0.3, 0.7, 60) / A.sum(axis=0)
    b = 10.0 ** rng.uniform(-16, 16, 60)
    for transposed in (False, True):
        found = Resolvent(A).solve_with_bound(b, transposed=transposed)
        exact = np.linalg.solve(np.eye(60) - (A.T if transposed else A), b)
        assert (np.abs(found.x - exact) <= found.error + 1e-13 * np.abs(exact)).all()
