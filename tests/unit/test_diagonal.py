"""The diagonal of the inverse from the two triangles: every size, rows exchanged or not."""

import numpy as np
import pytest
from hypothesis import given

from iomodel.linalg import Resolvent
from iomodel.linalg.factors import LEAF
from iomodel.table import IOTable
from strategies import tables


def reference(A: np.ndarray) -> np.ndarray:
    return np.diagonal(np.linalg.inv(np.eye(len(A)) - A))


@pytest.mark.parametrize("n", [1, 2, 3, LEAF - 1, LEAF, LEAF + 1, 2 * LEAF + 1, 301])
def test_no_row_is_exchanged(n: int) -> None:
    rng = np.random.default_rng(n)
    A = rng.random((n, n))
    A *= 0.4 / A.sum(axis=0)
    resolvent = Resolvent(A)
    assert not resolvent._factors._exchanged
    np.testing.assert_allclose(resolvent.diagonal(), reference(A), rtol=1e-13)


@pytest.mark.parametrize("n", [3, 5, LEAF, LEAF + 1, 3 * LEAF + 7])
def test_rows_are_exchanged_where_units_make_coefficients_large(n: int) -> None:
    rng = np.random.default_rng(n)
    A = rng.random((n, n))
    A *= 0.8 / A.sum(axis=0)
    units = 10.0 ** rng.permutation(np.linspace(-2, 2, n))
    other = A * units / units[:, None]  # the same table in other units has the same diagonal
    resolvent = Resolvent(other)
    assert resolvent._factors._exchanged
    np.testing.assert_allclose(resolvent.diagonal(), reference(A), rtol=1e-11)
    np.testing.assert_allclose(resolvent.diagonal(), reference(other), rtol=1e-11)


def test_a_circle_of_rows_goes_back_to_its_places() -> None:
    A = np.zeros((4, 4))
    A[1, 0], A[2, 1], A[3, 2], A[0, 3] = 2.0, 2.0, 2.0, 0.05  # 1 / (1 - 0.4) on the diagonal
    resolvent = Resolvent(A)
    assert resolvent._factors._exchanged
    np.testing.assert_allclose(resolvent.diagonal(), np.full(4, 1 / 0.6), rtol=1e-14)


@given(tables())
def test_the_diagonal_of_every_table(table: IOTable) -> None:
    A = table.A.to_numpy()
    before = table.L.to_array()
    np.testing.assert_allclose(table.L.diagonal(), reference(A), rtol=1e-10)
    np.testing.assert_array_equal(table.L.to_array(), before)  # the factors are left alone
    np.testing.assert_allclose(table.G.diagonal(), table.L.diagonal(), rtol=0)
