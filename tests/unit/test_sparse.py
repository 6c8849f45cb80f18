"""Products with a sparse matrix in either order, however it is stored and however often asked."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csc_array, csr_array

from iomodel.linalg import Resolvent, krylov, sparse
from iomodel.linalg.sparse import Single, Sparse


def network(n: int = 60) -> np.ndarray:
    rng = np.random.default_rng(n)
    A = rng.random((n, n)) * (rng.random((n, n)) < 0.1)
    A[3] = rng.random(n)  # who sells to all
    return A / (1.5 * np.maximum(A.sum(axis=0), 1e-9))


@pytest.mark.parametrize("kind", [csr_array, csc_array])
@pytest.mark.parametrize("divided", [False, True])
@pytest.mark.parametrize("transposed", [False, True])
def test_the_order_it_is_stored_in_changes_no_product(
    kind: Any, divided: bool, transposed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sparse, "processors", lambda: 4)
    monkeypatch.setattr(sparse, "WORTH", 100)
    monkeypatch.setattr(sparse, "PATIENCE", 3)
    dense = network()
    x = np.random.default_rng(1).uniform(1, 9, len(dense)) if divided else None
    A = dense if x is None else dense / x
    operator, wide = Sparse(kind(dense), x), np.random.default_rng(2).random((len(dense), 3))
    expected = (A.T if transposed else A) @ wide
    rough = operator.draft
    assert isinstance(rough, Single)
    seen = []
    for _ in range(6):  # the other order is made on the way
        found = operator.product(wide, transposed=transposed)
        np.testing.assert_allclose(found, expected, rtol=1e-13)
        one = operator.product(wide[:, :1], transposed=transposed)
        assert one.shape == (len(dense), 1)
        seen.append(one)
        for v in (wide, wide[:, :1]):
            np.testing.assert_allclose(
                rough.product(v, transposed=transposed),
                operator.product(v, transposed=transposed),
                rtol=1e-5,
            )
    assert all((one == seen[0]).all() for one in seen)  # each row is one sum in one order
    against = transposed == (kind is csr_array)
    assert ("_turned" in operator.__dict__) == against
    filled = dense != 0
    assert operator.terms(transposed=False) == 3 + filled.sum(axis=1).max()
    assert operator.terms(transposed=True) == 3 + filled.sum(axis=0).max()
    again = pickle.loads(pickle.dumps(operator))
    assert "_turned" not in again.__dict__
    np.testing.assert_array_equal(again.product(wide, transposed=transposed), found)


def test_one_processor_never_makes_the_other_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sparse, "processors", lambda: 1)
    monkeypatch.setattr(sparse, "PATIENCE", 3)
    operator = Sparse(csr_array(network()))
    for _ in range(9):
        operator.product(np.ones(60), transposed=True)
    assert "_turned" not in operator.__dict__


def test_room_for_directions_grows_as_they_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    A = network()
    exact = np.linalg.inv(np.eye(60) - A)
    found = []
    for piece in (1, 3, 40, 100):
        monkeypatch.setattr(krylov, "PIECE", piece)
        found.append(Resolvent(csr_array(A)).solve(np.eye(60)[:, :4]))
        np.testing.assert_allclose(found[-1], exact[:, :4], rtol=1e-9, atol=1e-12)
    assert all((one == found[0]).all() for one in found)
