"""Paths against plain enumeration: every chain, every elementary path, written out one by one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomodel import paths
from iomodel.paths.chains import grown
from iomodel.paths.elementary import circuits, strongest
from iomodel.sam import SAM, SAMModel
from iomodel.table import IOTable
from naive import close, coefficients, leontief, per_unit
from sams import EXOGENOUS, naive, sams
from strategies import tables

EDGE = 1e-9
Chain = tuple[int, ...]


def chains(
    A: np.ndarray, f: np.ndarray, bound: np.ndarray, threshold: float
) -> dict[Chain, tuple[float, float]]:
    """Every chain whose subtree may exceed the threshold: its amount, and its bound.

    Each node looks at all n suppliers.  A stack and no recursion: one sector that buys 0.999 of
    itself makes chains of thousands.
    """
    found = {}
    waiting: list[tuple[Chain, float]] = [((j,), f[j]) for j in range(len(f))]
    while waiting:
        chain, amount = waiting.pop()
        reach = abs(amount) * bound[chain[-1]]
        if reach > threshold:
            found[chain] = (amount, reach)
            waiting += [((*chain, i), amount * A[i, chain[-1]]) for i in range(len(f))]
    return found


def listed(parent: np.ndarray, account: np.ndarray) -> list[Chain]:
    """The chain of each node, from its parents."""
    found: list[Chain] = []
    for above, at in zip(parent, account, strict=True):
        found.append((*(found[above] if above >= 0 else ()), int(at)))
    return found


def same_nodes(ours: list[Chain], theirs: dict[Chain, tuple[float, float]], edge: float) -> None:
    """Equal sets, but for chains that stand on the threshold itself, where rounding decides."""
    assert len(set(ours)) == len(ours)
    assert set(ours) <= set(theirs)
    assert {chain for chain, (_, reach) in theirs.items() if reach > edge} <= set(ours)


@given(tables(), st.sampled_from([0.0137, 0.113]))
def test_above_finds_the_chains_that_looking_at_every_supplier_finds(
    table: IOTable, share: float
) -> None:
    A, L = coefficients(table), leontief(table)
    f = table.arrays.Y.sum(axis=1)
    v = per_unit(table, "D.1", "D.29", "B.2b")
    threshold = share * float(np.abs(f) @ (L.T @ np.abs(v))) or 1.0
    theirs = chains(A, f, L.T @ np.abs(v), threshold * (1 - EDGE))
    ours = paths.above(table, threshold)
    nodes = listed(ours.parent, ours.sector)
    same_nodes(nodes, theirs, threshold * (1 + EDGE))
    close(ours.value, [theirs[c][0] * v[c[-1]] for c in nodes], scale=threshold)
    close(ours.subtree, [theirs[c][0] * (L.T @ v)[c[-1]] for c in nodes], scale=threshold)
    assert list(ours.layer) == [len(c) - 1 for c in nodes]


@given(tables(max_size=6))
def test_layers_add_up_to_what_the_whole_demand_brings(table: IOTable) -> None:
    ours = paths.above(table, 0.05 * float(np.abs(table.arrays.Y).sum()), row="imports")
    A, f = coefficients(table), table.arrays.Y.sum(axis=1)
    m = per_unit(table, "IET", "P.721")
    close(ours.total, m @ leontief(table) @ f, scale=float(np.abs(f).sum()))
    frame = ours.by_layer()
    for layer, total in frame["total"].items():
        close(total, m @ np.linalg.matrix_power(A, int(layer)) @ f, scale=float(np.abs(f).sum()))
    close(frame["value"].sum(), ours.value.sum(), scale=float(np.abs(f).sum()))
    assert frame["paths"].sum() == len(ours)


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.01, 0.1]))
def test_negative_coefficients_hide_no_chain(seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    A, f = signed(rng, 5), rng.normal(size=5)
    bound = np.linalg.inv(np.eye(5) - np.abs(A)).T @ np.abs(rng.normal(size=5))
    threshold = share * float(np.abs(f) @ bound)
    tree = grown(A, f, bound, threshold, 10**6)
    theirs = chains(A, f, bound, threshold * (1 - EDGE))
    same_nodes(listed(tree.parent, tree.account), theirs, threshold * (1 + EDGE))


def signed(rng: np.random.Generator, n: int) -> np.ndarray:
    """Coefficients of both signs, some above one, with a spectral radius of |A| of 0.8."""
    A = rng.normal(size=(n, n)) * (rng.random((n, n)) < 0.7)
    scale = 10.0 ** rng.integers(-1, 2, size=n)  # units differ: coefficients above one appear
    A *= scale[:, None] / scale
    return A * (0.8 / max(np.abs(np.linalg.eigvals(np.abs(A))).max(), 0.1))


def elementary(A: np.ndarray, origin: int, destination: int) -> Iterator[Chain]:
    """Every path, or circuit, that meets no account twice."""
    waiting: list[Chain] = [(origin,)]
    while waiting:
        path = waiting.pop()
        for i in np.flatnonzero(A[:, path[-1]]):
            if i == destination:
                yield (*path, int(i))
            elif i not in path:
                waiting.append((*path, int(i)))


def influence(A: np.ndarray, path: Chain) -> tuple[float, float]:
    """Direct influence, and the path multiplier from the determinants of I - A as published."""
    direct = 1.0
    for payer, receiver in pairwise(path):
        direct *= A[receiver, payer]
    left = [i for i in range(len(A)) if i not in path]
    I_A = np.eye(len(A)) - A
    return direct, float(np.linalg.det(I_A[np.ix_(left, left)]) / np.linalg.det(I_A))


def compared(
    model: IOTable | SAMModel, A: np.ndarray, M: np.ndarray, ends: tuple[int, int]
) -> None:
    """All paths between two accounts: their number, influences, and their sum, the multiplier."""
    origin, destination = ends
    theirs = {path: influence(A, path) for path in elementary(A, origin, destination)}
    keys = model.accounts.codes
    frame = paths.largest(model, keys[origin], keys[destination], top=len(theirs) + 1)
    named = {" > ".join(keys[i] for i in path): path for path in theirs}
    assert sorted(frame["path"]) == sorted(named)
    expected = np.array([theirs[named[path]] for path in frame["path"]]).reshape(-1, 2)
    close(frame["direct"], expected[:, 0])
    close(frame["path_multiplier"], expected[:, 1], 1e-6)
    assert list(frame["length"]) == [len(named[path]) - 1 for path in frame["path"]]
    direct = frame["direct"].to_numpy()
    assert (direct[1:] <= direct[:-1] * (1 + 1e-12)).all()  # equal products round as they fall
    whole = M[destination, origin] - (origin == destination)
    close(frame.attrs["global_influence"], whole, scale=1e-3)
    close(frame["total"].sum(), whole, 1e-6, scale=1e-3)
    if whole > 1e-12:
        assert frame["cumulative"].iloc[-1] == pytest.approx(1, abs=1e-6)


@given(tables(max_size=7), st.data())
def test_total_influence_of_all_paths_in_a_table_is_the_multiplier(
    table: IOTable, data: st.DataObject
) -> None:
    at = st.integers(0, len(table.accounts) - 1)
    compared(table, coefficients(table), leontief(table), (data.draw(at), data.draw(at)))


@given(sams(), st.data())
def test_total_influence_of_all_paths_in_a_sam_is_the_multiplier(
    sam: SAM, data: st.DataObject
) -> None:
    model = sam.cut(exogenous=[*EXOGENOUS, "labour"])
    at = st.integers(0, len(model.accounts) - 1)
    M, _ = naive(model)
    compared(model, model.A.to_numpy(), M, (data.draw(at), data.draw(at)))


@given(st.integers(0, 2**32 - 1), st.integers(1, 30))
def test_the_strongest_come_first_whatever_the_signs(seed: int, top: int) -> None:
    A = signed(np.random.default_rng(seed), 6)
    for destination, found in ((3, strongest(A, 0, 3, top)), (0, circuits(A, 0, top))):
        theirs = sorted(-abs(influence(A, p)[0]) for p in elementary(A, 0, destination))[:top]
        close([-abs(influence(A, path)[0]) for path in found], theirs)
        assert len(set(found)) == len(found)
        for path in found:
            assert (path[0], path[-1]) == (0, destination)
            assert len(set(path[1:])) == len(path) - 1
