"""The resolvent: one factorisation solved both ways, and what it refuses by name."""

import pickle

import numpy as np
import pandas as pd
import pytest

from iomodel.errors import (
    IllConditionedWarning,
    NotProductiveError,
    PerformanceWarning,
    SingularError,
    TableError,
)
from iomodel.inverse import Inverse
from iomodel.linalg import Resolvent, worst_block
from iomodel.table import IOTable

A = np.array([[0.15, 0.25], [0.20, 0.05]])


def test_solves_both_ways_from_one_factorisation() -> None:
    resolvent, b = Resolvent(A), np.array([600.0, 1500.0])
    np.testing.assert_allclose((np.eye(2) - A) @ resolvent.solve(b), b)
    np.testing.assert_allclose((np.eye(2) - A.T) @ resolvent.solve(b, transposed=True), b)
    several = np.column_stack([b, 2 * b, -b])
    np.testing.assert_allclose((np.eye(2) - A) @ resolvent.solve(several), several)
    np.testing.assert_allclose(resolvent.inverse() @ (np.eye(2) - A), np.eye(2), atol=1e-15)
    np.testing.assert_allclose(resolvent.diagonal(), np.diagonal(resolvent.inverse()))


def test_right_sides_and_coefficients_are_left_alone() -> None:
    a, b = A.copy(), np.array([600.0, 1500.0])
    a.setflags(write=False)
    b.setflags(write=False)
    Resolvent(a).solve(b)
    np.testing.assert_array_equal(a, A)
    fortran = np.asfortranarray(A.astype(np.float32))
    np.testing.assert_allclose(Resolvent(fortran).solve(b), Resolvent(A).solve(b), rtol=1e-6)


def test_the_spectral_radius_is_that_of_the_polynomial() -> None:
    # x^2 - 0.2 x + 0.0075 - 0.05 = 0
    assert Resolvent(A).spectral_radius == pytest.approx(0.1 + np.sqrt(0.0525))


@pytest.mark.parametrize("shape", [(2, 3), (0, 0), (4,), (2, 2, 2)])
def test_only_a_square_will_do(shape: tuple[int, ...]) -> None:
    with pytest.raises(TableError, match="shape"):
        Resolvent(np.zeros(shape))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_coefficient_that_is_not_finite_is_named(value: float) -> None:
    bad = A.copy()
    bad[1, 0] = value
    with pytest.raises(TableError, match=r"(?s)1 values.*row '3363', column '3361'"):
        Resolvent(bad, ("3361", "3363"))


@pytest.mark.parametrize("radius", [1.0 + 1e-9, 1.2, 50.0])
def test_hawkins_simon_names_the_block_that_feeds_on_itself(radius: float) -> None:
    # a buys from the block b, c but sells it nothing: it is not to blame
    bad = np.array([[0.3, 0.0, 0.0], [0.6, 0.0, radius], [0.0, radius, 0.0]])
    with pytest.raises(NotProductiveError) as caught:
        Resolvent(bad, ("a", "b", "c"))
    assert caught.value.sectors == ("b", "c")
    assert caught.value.spectral_radius == pytest.approx(radius)
    assert "'b'" in str(caught.value)
    assert "'a'" not in str(caught.value)


def test_more_inputs_than_output_can_still_be_productive() -> None:
    # one column costs 1.5 per unit, yet the spectral radius is 0.87
    assert Resolvent(np.array([[0.0, 1.5], [0.5, 0.0]])).spectral_radius == pytest.approx(
        np.sqrt(0.75)
    )


def test_a_closed_circle_is_singular() -> None:
    for closed in (np.eye(2), np.array([[0.5, 0.5], [0.5, 0.5]]), np.array([[0, 4], [0.25, 0]])):
        with pytest.raises(SingularError) as caught:
            Resolvent(closed)
        assert caught.value.spectral_radius == pytest.approx(1)


def test_negative_coefficients_are_judged_by_their_size() -> None:
    by_product = np.array([[0.2, -0.3], [0.4, 0.1]])
    b = np.array([1.0, 2.0])
    np.testing.assert_allclose((np.eye(2) - by_product) @ Resolvent(by_product).solve(b), b)
    with pytest.raises(NotProductiveError):
        Resolvent(np.array([[0.0, -1.1], [1.1, 0.0]]))  # I - A is invertible, |A| is not productive
    with pytest.raises(NotProductiveError):
        Resolvent(np.array([[0.0, -1.0], [1.0, 0.0]]))


def test_a_nearly_closed_circle_says_how_many_digits_are_left() -> None:
    with pytest.warns(IllConditionedWarning, match="about [23] significant digits"):
        Resolvent(np.array([[0.5, 0.5], [0.5, 0.5 - 1e-13]]))


def test_the_worst_block_of_a_reducible_matrix() -> None:
    A = np.zeros((4, 4))
    A[0, 0], A[1, 2], A[2, 1], A[0, 3] = 0.7, 0.9, 0.9, 5.0
    block, radius = worst_block(A)
    assert sorted(block) == [1, 2]
    assert radius == pytest.approx(0.9)


def test_a_small_sector_keeps_its_digits_beside_large_ones() -> None:
    # s (output 20) buys 1.1 per unit of output and sells to nobody but itself and final demand;
    # its neighbours are 50 million times larger.  Elimination exchanges rows here, and without a
    # step of refinement their rounding swamps it (1e-8).
    codes = ["large", "s", "other"]
    A = pd.DataFrame([[0.7, 0.3, 0.4], [0.0, 0.7, 0.0], [0.3, 0.1, 0.5]], codes, codes)
    x = pd.Series([1e9, 20.0, 7e8], codes)
    table = IOTable.from_frames(
        A * x,
        pd.Series([2e7 - 6, 6.0, 5e7 - 2], codes),
        pd.DataFrame({"large": [0.0, 0], "s": [1.0, -3], "other": [7e7, 0]}, ["wages", "subsidy"]),
        kinds={"wages": "compensation", "subsidy": "product_taxes"},
    )
    assert table.G.row_sums()["s"] == pytest.approx(1 / 0.3, rel=1e-12)
    assert (table.L @ table.f)["s"] == pytest.approx(20, rel=1e-12)


def test_factors_survive_pickling_and_the_cache_does_not_travel() -> None:
    resolvent = Resolvent(A)
    assert resolvent.spectral_radius < 1
    again = pickle.loads(pickle.dumps(resolvent))
    assert "spectral_radius" not in vars(again)
    np.testing.assert_array_equal(again.solve(np.ones(2)), resolvent.solve(np.ones(2)))


def test_a_large_dense_inverse_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    from iomodel import inverse
    from iomodel.accounts import Accounts

    monkeypatch.setattr(inverse, "LARGE", 1)
    with pytest.warns(PerformanceWarning, match=r"2 accounts.*GB"):
        Inverse(Accounts.of("ab"), Resolvent(A)).to_frame()
