"""Arrays of other libraries: the same figures, checks and bounds, formed where the matrix is."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import iomodel as im
from iomodel.errors import (
    ConvergenceError,
    MissingExtraError,
    NotProductiveError,
    TableError,
)
from iomodel.linalg import Resolvent, foreign, krylov, portable
from iomodel.linalg.operators import Dense
from iomodel.linalg.within import Own

strict = pytest.importorskip("array_api_strict", reason="array-api-strict is not installed")
pytest.importorskip("array_api_compat", reason="array-api-compat is not installed (extra 'array')")

Move = Callable[..., Any]


def second_device(v: np.ndarray, **options: Any) -> Any:
    """An array that numpy cannot read where it is, as one on a GPU."""
    return strict.asarray(v, device=strict.Device("device1"), **options)


def on_torch(v: np.ndarray) -> Any:
    return pytest.importorskip("torch", reason="torch is not installed").asarray(v.copy())


LIBRARIES = {"strict": strict.asarray, "another device": second_device, "torch": on_torch}


@pytest.fixture(params=LIBRARIES, ids=str)
def to(request: pytest.FixtureRequest) -> Move:
    """What moves an array of numpy to a library."""
    if request.param == "torch":
        pytest.importorskip("torch", reason="torch is not installed")
    return LIBRARIES[request.param]


def back(v: Any) -> np.ndarray:
    """An array of any library in numpy."""
    return foreign.numbers(v, "It")


def economy(n: int, seed: int = 0, top: float = 0.9) -> np.ndarray:
    rng = np.random.default_rng(seed)
    A = rng.lognormal(0, 2, (n, n)) * (rng.random((n, n)) > 0.3)
    found: np.ndarray = A * (rng.uniform(0.2, top, n) / A.sum(axis=0))
    return found


A = economy(80)
L = np.linalg.inv(np.eye(80) - A)


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("columns", [None, 1, 5])
def test_the_inverse_times_right_sides(to: Move, transposed: bool, columns: int | None) -> None:
    rng = np.random.default_rng(3)
    b = rng.lognormal(0, 3, 80 if columns is None else (80, columns))
    b[:, ...][::7] = 0.0
    resolvent, truth = Resolvent(to(A)), (L.T if transposed else L) @ b
    x = resolvent.solve(to(b), transposed=transposed)
    assert type(x) is type(to(b))
    assert x.shape == b.shape
    assert_allclose(back(x), truth, rtol=1e-11)
    from_numpy = resolvent.solve(b, transposed=transposed)
    assert isinstance(from_numpy, np.ndarray)
    assert_array_equal(from_numpy, back(x))


def test_the_bound_holds_and_is_said_where(to: Move) -> None:
    resolvent = Resolvent(to(A), rtol=1e-6)
    exact = Resolvent(A, how="lu")
    for b in (np.ones(80), np.eye(80)[:, :3], np.linspace(-1.0, 2.0, 80)):
        for transposed in (False, True):
            found = resolvent.solve_with_bound(to(b), transposed=transposed)
            assert type(found.x) is type(found.error) is type(to(b))
            truth = exact.solve(b, transposed=transposed)
            assert (np.abs(back(found.x) - truth) <= back(found.error) + 1e-15).all()
            assert 0 < found.bound <= 1e-4
            assert found.passes > 3
            assert found.how == f"krylov on {foreign.place(to(A))}"
    assert resolvent.plan().how == found.how
    assert resolvent.plan().why.startswith("A is on")
    assert resolvent.how == "auto"
    there = Resolvent(to(A), how="series").solve_with_bound(np.ones(80))
    assert there.how.startswith("series on ")
    assert_allclose(there.x, L.sum(axis=1), rtol=1e-11)


def test_negative_entries_and_flows_over_outputs(to: Move) -> None:
    signed = A.copy()
    signed[::3, ::2] *= -1
    for b in (np.ones(80), np.linspace(-1.0, 1.0, 80)):
        found = Resolvent(to(signed)).solve_with_bound(b)
        truth = np.linalg.solve(np.eye(80) - signed, b)
        assert (np.abs(found.x - truth) <= found.error).all()
        assert_allclose(found.x, truth, rtol=1e-10)
    x = np.arange(1.0, 81)
    resolvent = Resolvent(to(A * x), x=to(x))
    several = np.column_stack([x, np.ones(80)])
    for right, transposed in ((L.sum(1), False), (L.sum(0), True)):
        assert_allclose(resolvent.solve(np.ones(80), transposed=transposed), right, rtol=1e-11)
    assert_allclose(resolvent.solve(several, transposed=True), L.T @ several, rtol=1e-11)
    forward, backward = resolvent.solve_both(np.ones(80), to(np.ones(80)))
    assert_allclose(forward, L.sum(axis=1), rtol=1e-11)
    assert_allclose(back(backward), L.sum(axis=0), rtol=1e-11)
    gone = np.zeros((80, 2), dtype=bool)
    gone[:4, 0], gone[5, 1] = True, True
    ones = np.where(gone, 0.0, 1.0)
    without = Resolvent(A).solve_without(gone, ones)
    assert_allclose(resolvent.solve_without(gone, ones), without, rtol=1e-10)
    with pytest.raises(TableError, match="zero or not finite"):
        Resolvent(to(A), x=to(np.zeros(80)))


def test_every_product_is_that_of_numpy(to: Move) -> None:
    x = np.linspace(1.0, 5.0, 80)
    for by, sign in ((None, 1.0), (x, 1.0), (-x, 1.0), (x, -1.0)):
        here, there = Dense(sign * A, by), foreign.checked(to(sign * A), (), by)
        assert there.nonnegative == here.nonnegative
        assert there.terms(transposed=True) == here.terms(transposed=True)
        for v in (x, np.column_stack([x, 1 / x])):
            for transposed in (False, True):
                for form in ("product", "careful"):
                    ours = getattr(there, form)(v, transposed=transposed)
                    assert_allclose(ours, getattr(here, form)(v, transposed=transposed), rtol=1e-12)
                of_size = there.magnitude().product(v, transposed=transposed)
                here_too = here.magnitude().product(v, transposed=transposed)
                assert_allclose(of_size, here_too, rtol=1e-12)
        assert_array_equal(there.diagonal(), here.diagonal())
        assert_allclose(there.column_sums(), here.column_sums(), rtol=1e-12)


@pytest.mark.parametrize("p", [1, 4])
@pytest.mark.parametrize("target", [1e-1, 1e-6, 1e-13])
def test_the_portable_cycle_is_the_one_of_numpy(p: int, target: float) -> None:
    """Held against each other on numpy: the same steps, and the same correction."""
    rng = np.random.default_rng(p)
    r, weights = rng.lognormal(0, 2, (80, p)), rng.lognormal(0, 1, (80, p))
    r[:, -1] *= p == 1  # of several right sides one is met before the first step
    dense = Dense(A)
    own = partial(Own(dense).solve, transposed=False)
    step, took = krylov._cycle(lambda z: A @ z, own, r, weights, target)

    def same(v: np.ndarray) -> np.ndarray:
        return v

    ours, passes = portable.cycle(
        np, lambda z: A @ z, dense.diagonal(), r, weights, target, down=same, up=same
    )
    assert passes == took > 0
    assert_allclose(ours, step, rtol=1e-9, atol=1e-14 * np.abs(step).max())
    nothing = np.zeros_like(r)
    for cycle in (
        krylov._cycle(lambda z: z, own, nothing, weights, target),
        portable.cycle(
            np, lambda z: z, dense.diagonal(), nothing, weights, target, down=same, up=same
        ),
    ):
        assert not cycle[0].any()
        assert cycle[1] == 0


def test_only_vectors_travel(to: Move, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing as large as A comes to numpy, or goes from it, once A is there."""
    matrix, largest = to(A), []
    down, up = foreign._down, foreign.Foreign.up

    def counted_down(v: Any) -> np.ndarray:
        largest.append(np.prod(v.shape))
        return down(v)

    def counted_up(self: foreign.Foreign, v: np.ndarray) -> Any:
        largest.append(v.size)
        return up(self, v)

    monkeypatch.setattr(foreign, "_down", counted_down)
    monkeypatch.setattr(foreign.Foreign, "up", counted_up)
    Resolvent(matrix).solve_with_bound(np.ones((80, 2)))
    assert max(largest) == 2 * 80


def test_what_is_no_number_is_named(to: Move) -> None:
    bad = A.copy()
    bad[1, 0], bad[70, 33] = np.nan, np.inf
    labels = tuple(f"s{i}" for i in range(80))
    with pytest.raises(TableError, match=r"(?s)2 values.*row 's1', column 's0': nan") as caught:
        Resolvent(to(bad), labels)
    assert caught.value.findings[1] == "row 's70', column 's33': inf"
    with pytest.raises(TableError, match="row '1', column '0'"):
        Resolvent(to(bad))
    b = np.ones(80)
    b[3] = np.nan
    with pytest.raises(TableError, match="1 values that are not finite"):
        Resolvent(to(A)).solve(to(b))


@pytest.mark.parametrize("shape", [(2, 3), (0, 0), (4,), (2, 2, 2)])
def test_only_a_square_will_do(to: Move, shape: tuple[int, ...]) -> None:
    with pytest.raises(TableError, match=rf"has shape \({shape[0]},"):
        Resolvent(to(np.zeros(shape)))


def test_what_is_not_productive_is_refused(to: Move) -> None:
    circle = economy(80)
    circle[:3, :3] = 0.4
    labels = tuple(f"s{i}" for i in range(80))
    for matrix in (to(circle), to(-circle)):
        with pytest.raises(NotProductiveError, match=r"radius of A is at least 1\.\d") as caught:
            Resolvent(matrix, labels)
        assert {"s0", "s1", "s2"} <= set(caught.value.sectors)
    closed = np.full((2, 2), 0.5)
    with pytest.raises(ConvergenceError, match="could not be shown by iterating"):
        Resolvent(to(closed))


def test_factors_are_not_made_of_a_matrix_that_is_elsewhere(to: Move) -> None:
    with pytest.raises(TableError, match="need all of it in the memory of numpy"):
        Resolvent(to(A), how="lu")
    resolvent = Resolvent(to(A))
    for question in (resolvent.inverse, resolvent.diagonal):
        with pytest.raises(TableError, match="The coefficient matrix is on"):
            question()
    with pytest.raises(TableError, match="The coefficient matrix is on"):
        _ = resolvent.spectral_radius


def test_other_numbers_are_widened_as_those_of_numpy_are(to: Move) -> None:
    short = A.astype(np.float32)
    want = Resolvent(short).solve(np.ones(80))
    found = Resolvent(to(short)).solve_with_bound(np.ones(80))
    assert_allclose(found.x, want, rtol=1e-12)
    assert found.bound < 1e-11
    whole = Resolvent(to(np.array([[0, 1], [0, 0]]))).solve(to(np.array([1, 2])))
    assert_allclose(back(whole), [3, 2], rtol=1e-12)
    with pytest.raises(TableError, match=r"coefficient matrix is of .*complex128"):
        Resolvent(to(A.astype(complex)))


def test_a_device_without_double_precision_is_refused() -> None:
    """What Apple's is."""
    single = strict.asarray(
        A.astype(np.float32), dtype=strict.float32, device=strict.Device("no_float64")
    )
    with pytest.raises(TableError, match="has no double precision on"):
        Resolvent(single)


@pytest.mark.parametrize("version", ["2023.12", "2024.12"])
def test_nothing_beyond_the_standard_is_needed(version: str) -> None:
    with strict.ArrayAPIStrictFlags(
        api_version=version, boolean_indexing=False, data_dependent_shapes=False
    ):
        found = Resolvent(second_device(A)).solve_with_bound(np.ones((80, 2)), transposed=True)
    assert_allclose(found.x[:, 1], L.sum(axis=0), rtol=1e-11)
    assert found.bound < 1e-11


def test_a_right_side_of_another_place_is_refused() -> None:
    here, there = strict.asarray(np.ones(80)), second_device(np.ones(80))
    with pytest.raises(TableError, match=r"The right side is on .*CPU_DEVICE.* on .*device1"):
        Resolvent(second_device(A)).solve(here)
    with pytest.raises(TableError, match=r"The right side is on .*device1"):
        Resolvent(strict.asarray(A)).solve_with_bound(there)


def test_torch_with_gradients_or_sparse_is_refused() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    matrix = torch.asarray(A.copy())
    with pytest.raises(TableError, match=r"(?s)coefficient matrix carries gradients.*detach"):
        Resolvent(matrix.clone().requires_grad_())
    with pytest.raises(TableError, match="right side carries gradients"):
        Resolvent(matrix).solve(torch.ones(80, dtype=torch.float64, requires_grad=True))
    with pytest.raises(TableError, match="coefficient matrix is sparse on torch"):
        Resolvent(matrix.to_sparse())


def test_without_the_extra_the_command_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "array_api_compat", None)
    with pytest.raises(
        MissingExtraError, match=r"(?s)array-api-compat.*pip install 'iomodel\[array\]'"
    ):
        Resolvent(strict.asarray(A))
    assert_allclose(Resolvent(A).solve(np.ones(80)), L.sum(axis=1))


def test_a_resolvent_can_be_kept(to: Move) -> None:
    if to is second_device:
        pytest.skip("array-api-strict's devices cannot be pickled")
    resolvent = Resolvent(to(A))
    again = pickle.loads(pickle.dumps(resolvent))
    assert_array_equal(again.solve(np.ones(80)), resolvent.solve(np.ones(80)))


# -- tables ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mexico() -> im.IOTable:
    return im.load("mexico-2018")


def test_a_table_is_asked_as_before(
    to: Move, mexico: im.IOTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, cycles = im.solved_on(mexico, to), []
    cycle = foreign.Foreign.cycle

    def counted(self: foreign.Foreign, *args: Any, **options: Any) -> Any:
        cycles.append(self.where)
        return cycle(self, *args, **options)

    monkeypatch.setattr(foreign.Foreign, "cycle", counted)
    questions: list[Callable[[im.IOTable], pd.DataFrame | pd.Series]] = [
        lambda t: t.L @ t.f,
        lambda t: t.G.T @ t.v,
        lambda t: t.L.row_sums(),
        im.multipliers.output,
        im.multipliers.value_added,
        im.multipliers.imports,
        im.linkages.key_sectors,
        lambda t: im.linkages.measure(t, "rasmussen_backward"),
    ]
    if to is on_torch:
        assert there.L.resolvent.plan().how == "krylov on torch, cpu"  # type: ignore[union-attr]
    for question in questions:
        before = len(cycles)
        found, known = question(there), question(mexico)
        assert len(cycles) > before
        assert type(found) is type(known)
        check = pd.testing.assert_frame_equal if found.ndim == 2 else pd.testing.assert_series_equal
        check(found, known, rtol=1e-10)  # type: ignore[arg-type, operator]
    assert there.Z.equals(mexico.Z)
    assert there.meta is mexico.meta
    assert mexico.L.resolvent.solve_with_bound(np.ones(len(mexico.x))).how == "lu"  # type: ignore[union-attr]


def test_the_leak_of_a_table(mexico: im.IOTable) -> None:
    there = im.solved_on(mexico, second_device)
    bop = im.load_bop("mexico", 2018)
    found, known = (
        im.leakage.allocate(t, bop, key=im.leakage.default_key(t)) for t in (there, mexico)
    )
    pd.testing.assert_frame_equal(
        im.leakage.content(there, found), im.leakage.content(mexico, known), rtol=1e-10
    )


def test_what_needs_factors_is_asked_of_the_host(mexico: im.IOTable) -> None:
    there = im.solved_on(mexico, second_device)
    pd.testing.assert_series_equal(there.L.diagonal(), mexico.L.diagonal(), rtol=1e-12)
    pd.testing.assert_frame_equal(there.L.to_frame(), mexico.L.to_frame(), rtol=1e-10, atol=1e-14)
    pd.testing.assert_series_equal(
        im.extraction.complete(there).sum(), im.extraction.complete(mexico).sum(), rtol=1e-10
    )
    again = pickle.loads(pickle.dumps(there))  # solved on the host, where it was read
    assert_allclose(again.L.row_sums(), mexico.L.row_sums(), rtol=1e-11)


@pytest.mark.parametrize(
    "to",
    [
        lambda A: A,
        lambda A: strict.asarray(A[:2, :2]),
        lambda A: strict.asarray(A.T.copy()),
        lambda A: strict.asarray(A.astype(np.float32)),
        lambda A: None,
    ],
    ids=["numpy", "part", "transposed", "single", "nothing"],
)
def test_only_the_same_matrix_comes_back(mexico: im.IOTable, to: Move) -> None:
    with pytest.raises(TableError, match="`to` gave back is not"):
        im.solved_on(mexico, to)
