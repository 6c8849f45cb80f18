"""A table held sparse answers every question as the same table held dense."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csc_array, csr_array

import iomodel as im
import naive
from iomodel.linalg import Resolvent, sparse
from iomodel.linalg.sparse import Single, Sparse
from iomodel.table import IOTable
from strategies import tables

FORMATS = [csr_array, csc_array]


def sparsely(table: IOTable, form: Callable[[np.ndarray], object] = csr_array) -> IOTable:
    """The same table, its flows held sparse."""
    a = table.arrays
    blocks = replace(a, Z=form(a.Z))
    return replace(table, arrays=blocks)


@given(tables(), st.sampled_from(FORMATS))
@settings(max_examples=30)
def test_what_is_held_sparse_answers_the_same(
    table: IOTable, form: Callable[[np.ndarray], object]
) -> None:
    thin = sparsely(table, form)
    assert thin.arrays.held == "sparse"
    pd.testing.assert_frame_equal(thin.Z, table.Z)
    pd.testing.assert_frame_equal(thin.A, table.A)
    naive.close(thin.check()["residual"], table.check()["residual"], scale=table.arrays.x.max())
    for question in (
        im.multipliers.output,
        im.multipliers.value_added,
        im.multipliers.imports,
        im.linkages.indices()["chenery_watanabe_backward"].compute,
        im.linkages.indices()["chenery_watanabe_forward"].compute,
        im.linkages.indices()["rasmussen_forward"].compute,
        im.extraction.totals,
    ):
        naive.close(question(thin), question(table))


@pytest.fixture(scope="module")
def one_at_once() -> Iterator[None]:
    """Sectors looked at one by one, so that the bound has to say when it is enough."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["iomodel.extraction.largest"], "AT_ONCE", 1)
        yield


@given(tables(min_size=2), st.integers(1, 4))
@settings(max_examples=30)
@pytest.mark.usefixtures("one_at_once")
def test_the_largest_losses_are_those_of_all_of_them(table: IOTable, top: int) -> None:
    for measure in ("output", "imports"):
        whole = im.extraction.totals(table, measure=measure)["complete"]
        found = im.extraction.largest(sparsely(table), top=top, measure=measure)
        assert len(found) == min(top, len(whole))
        scale = np.abs(whole).max()
        naive.close(found["loss"], np.sort(whole)[::-1][: len(found)], scale=scale)
        naive.close(found["loss"], whole[found.index], scale=scale)
        assert (found["bound"] >= found["loss"] - 1e-9 * scale).all()
        naive.close(found["diagonal"], np.diagonal(naive.leontief(table))[
            table.accounts.positions(found.index)
        ])  # fmt: skip


def lines(table: IOTable, seed: int) -> pd.DataFrame:
    """The cells of Z as lines in any order, every tenth in two parts."""
    rng = np.random.default_rng(seed)
    at = np.argwhere(table.arrays.Z > 0)
    values = table.arrays.Z[tuple(at.T)]
    codes = np.array(table.accounts.codes, dtype=object)
    frame = pd.DataFrame({"seller": codes[at[:, 0]], "buyer": codes[at[:, 1]], "value": values})
    split = rng.random(len(frame)) < 0.1
    frame.loc[split, "value"] *= 0.5
    again = pd.concat([frame, frame[split]])
    return again.iloc[rng.permutation(len(again))]


@given(tables(), st.integers(0, 99))
@settings(max_examples=30)
def test_a_list_of_edges_is_the_table(table: IOTable, seed: int) -> None:
    found = im.from_edges(
        lines(table, seed),
        demand=table.Y,
        inputs=table.V.T,
        output=table.x,
        codes=table.accounts.codes,
        kinds=dict(zip(table.inputs.codes, table.inputs.kinds, strict=True)),
        demand_kinds=dict(zip(table.categories.codes, table.categories.kinds, strict=True)),
        satellites=table.satellites.T,
    ) if table.arrays.W.sum() == 0 else None  # fmt: skip
    if found is None:  # what final demand buys directly is no line of firms
        return
    naive.close(found.Z, table.Z, 1e-14)
    naive.close(im.multipliers.output(found), im.multipliers.output(table))
    naive.close(found.satellites, table.satellites)


def network(n: int, seed: int = 0) -> csr_array:
    """A of a network: five suppliers each, inputs of up to .9 of output."""
    rng = np.random.default_rng(seed)
    rows = (n * rng.random((5, n)) ** 2).astype(int)
    values = rng.pareto(1.5, (5, n)) + 0.01
    values *= rng.uniform(0.1, 0.9, n) / values.sum(axis=0)
    return csr_array((values.ravel(), (rows.ravel(), np.tile(np.arange(n), 5))), shape=(n, n))


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("form", FORMATS)
def test_threads_and_drafts_give_the_same_numbers(
    monkeypatch: pytest.MonkeyPatch, transposed: bool, form: type
) -> None:
    A = network(900)
    x = np.random.default_rng(1).uniform(1e-3, 1e6, 900)
    Z = form(A * x)
    b = np.random.default_rng(2).uniform(0.1, 1, (900, 3))
    plain = Sparse(Z, x)
    assert plain.draft is None
    monkeypatch.setattr(sparse, "WORTH", 500)
    monkeypatch.setattr(sparse, "processors", lambda: 3)
    threaded = Sparse(Z, x)
    np.testing.assert_array_equal(
        threaded.product(b, transposed=transposed), plain.product(b, transposed=transposed)
    )
    draft = threaded.draft
    assert isinstance(draft, Single)
    rough = draft.product(b, transposed=transposed)
    np.testing.assert_allclose(rough, plain.product(b, transposed=transposed), rtol=1e-5)
    found = Resolvent(threaded).solve_with_bound(b, transposed=transposed)
    assert found.bound <= 1e-10  # the largest seller is a sum of hundreds of terms
    assert found.passes <= 18  # of three columns: the draft does the others
    M = np.eye(900) - (A.toarray().T if transposed else A.toarray())
    np.testing.assert_allclose(found.x, np.linalg.solve(M, b), rtol=1e-11)
    again = pickle.loads(pickle.dumps(threaded))
    np.testing.assert_array_equal(
        again.product(b, transposed=transposed), plain.product(b, transposed=transposed)
    )


def test_many_right_sides_are_solved_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    from iomodel.linalg import krylov, resolvent

    A, sizes = network(700).toarray(), []
    solve = krylov.solve

    def counted(*args: object, **kwargs: object) -> krylov.Iterated:
        sizes.append(args[1].shape[1])  # type: ignore[attr-defined]
        return solve(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(krylov, "solve", counted)
    monkeypatch.setattr(resolvent, "DIRECTIONS", 8 * 700 * krylov.RESTART * 3)
    b = np.random.default_rng(0).random((700, 7))
    found = Resolvent(A, how="krylov").solve(b)
    assert sizes == [3, 2, 2]
    assert (np.abs(found - A @ found - b) <= 1e-12 * (b + 2 * found)).all()


def test_columns_of_a_sparse_matrix_are_solved_by_themselves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from iomodel.linalg import resolvent

    monkeypatch.setattr(resolvent, "SPARSE_WORTH", 100)
    monkeypatch.setattr(resolvent, "processors", lambda: 3)
    A, b = network(700), np.random.default_rng(0).random((700, 5))
    found = Resolvent(A).solve(b, transposed=True)
    assert (np.abs(found - A.T @ found - b) <= 1e-12 * (b + 2 * found)).all()
    np.testing.assert_array_equal(found[:, 3], Resolvent(A).solve(b[:, 3], transposed=True))
