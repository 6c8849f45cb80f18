"""GRAS, its blocks, and least squares for any matrix: totals, form of the answer, and limits."""

import warnings

import numpy as np
import pandas as pd
from hypothesis import assume, given
from hypothesis import strategies as st

from iomodel import balance
from iomodel.errors import ConvergenceError, NegativeFlowWarning

Drawn = tuple[pd.DataFrame, np.ndarray]


@st.composite
def matrices(draw: st.DrawFn, *, signed: bool = True, most: int = 7) -> Drawn:
    """A matrix with zeros and negative cells, and another with the same signs."""
    m, n = draw(st.integers(1, most)), draw(st.integers(1, most))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    Z0 = rng.lognormal(0, 1.2, (m, n)) * (rng.random((m, n)) < draw(st.sampled_from([1.0, 0.7])))
    if signed:
        Z0 *= np.where(rng.random((m, n)) < draw(st.sampled_from([0.1, 0.4])), -1, 1)
    other = Z0 * rng.lognormal(0, 0.8, (m, n))
    rows, columns = [f"r{i}" for i in range(m)], [f"c{j}" for j in range(n)]
    return pd.DataFrame(Z0, rows, columns), other


def groups_of(frame: pd.DataFrame) -> tuple[dict[str, str], dict[str, str]]:
    """Every second row and every second column together."""
    return tuple(  # type: ignore[return-value]
        {label: f"{side}{i % 2}" for i, label in enumerate(labels)}
        for side, labels in (("g", frame.index), ("h", frame.columns))
    )


def block_sums(values: np.ndarray) -> dict[tuple[str, str], float]:
    """The sums of the blocks of `groups_of`."""
    m, n = values.shape
    return {
        (f"g{a}", f"h{b}"): float(values[a::2, b::2].sum())
        for a in range(min(m, 2))
        for b in range(min(n, 2))
    }


def naive_gras(Z0: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """The formula of the paper, one line after the other, a great many times."""
    P, N = np.maximum(Z0, 0), np.maximum(-Z0, 0)
    r, s = np.ones(len(u)), np.ones(len(v))

    def root(p: float, n: float, total: float) -> float:
        if p == n == 0:
            return 1.0
        return -n / total if p == 0 else (total + np.sqrt(total**2 + 4 * p * n)) / (2 * p)

    for _ in range(3_000):
        before = r.copy()
        r = np.array([root(P[i] @ s, N[i] @ (1 / s), u[i]) for i in range(len(u))])
        s = np.array([root(P[:, j] @ r, N[:, j] @ (1 / r), v[j]) for j in range(len(v))])
        if np.allclose(r, before, rtol=1e-14, atol=0):
            break
    return np.outer(r, s) * P - N / np.outer(r, s)


@given(matrices())
def test_gras_meets_every_total_and_keeps_every_sign(drawn: Drawn) -> None:
    Z0, other = drawn
    result = balance.gras(Z0, other.sum(axis=1), other.sum(axis=0))
    Z, size = result.frame.to_numpy(), np.abs(other).max(initial=0.0)
    np.testing.assert_allclose(Z.sum(axis=1), other.sum(axis=1), atol=1e-8 * size)
    np.testing.assert_allclose(Z.sum(axis=0), other.sum(axis=0), atol=1e-8 * size)
    np.testing.assert_array_equal(np.sign(Z), np.sign(Z0))
    # the condition of the minimum: ln a = rho_i + sigma_j where positive, the opposite elsewhere
    scale = np.outer(result.row_multipliers, result.column_multipliers)
    form = np.where(Z0 > 0, Z0 * scale, Z0 / scale)
    np.testing.assert_allclose(Z, form, rtol=1e-9)


@given(matrices(most=5))
def test_gras_is_the_formula_iterated_line_by_line(drawn: Drawn) -> None:
    Z0, other = drawn
    u, v = other.sum(axis=1), other.sum(axis=0)
    expected = naive_gras(Z0.to_numpy(), u, v)
    size = np.abs(expected).max()
    assume(np.abs(expected.sum(axis=1) - u).max() < 1e-9 * size)
    np.testing.assert_allclose(balance.gras(Z0, u, v).frame, expected, atol=1e-6 * size)


@given(matrices(signed=False))
def test_gras_of_nonnegative_cells_is_ras(drawn: Drawn) -> None:
    Z0, other = drawn
    u, v = other.sum(axis=1), other.sum(axis=0)
    ours, ras = balance.gras(Z0, u, v).frame, balance.ras(Z0, u, v).frame
    np.testing.assert_allclose(ours, ras, atol=1e-7 * other.max(initial=0.0))


@given(matrices(), st.sampled_from([1e-6, 1e7]))
def test_gras_knows_neither_the_order_of_labels_nor_the_unit(drawn: Drawn, unit: float) -> None:
    Z0, other = drawn
    u, v = pd.Series(other.sum(axis=1), Z0.index), pd.Series(other.sum(axis=0), Z0.columns)
    result = balance.gras(Z0, u, v).frame
    shuffled = Z0.sample(frac=1, random_state=3).sample(frac=1, axis=1, random_state=4)
    again = balance.gras(unit * shuffled, unit * u.iloc[::-1], unit * v).frame / unit
    pd.testing.assert_frame_equal(
        again.loc[result.index, result.columns], result, atol=1e-7 * np.abs(other).max()
    )


@given(matrices())
def test_own_totals_change_nothing_by_any_method(drawn: Drawn) -> None:
    Z0, _ = drawn
    totals = Z0.sum(axis=1), Z0.sum()
    of_rows, of_columns = groups_of(Z0)
    for result in (
        balance.gras(Z0, *totals),
        balance.least_squares(Z0, *totals),
        balance.mr_gras(
            Z0,
            *totals,
            block_sums(Z0.to_numpy()),
            row_groups=of_rows,
            column_groups=of_columns,
        ),
    ):
        if result.iterations == 0:
            np.testing.assert_array_equal(result.frame, Z0)
        np.testing.assert_allclose(result.frame, Z0, atol=1e-9 * np.abs(Z0).to_numpy().max())


@given(matrices())
def test_blocks_are_met_beside_rows_and_columns(drawn: Drawn) -> None:
    Z0, other = drawn
    of_rows, of_columns = groups_of(Z0)
    known = block_sums(other)
    known.popitem()
    assume(known)
    result = balance.mr_gras(
        Z0,
        other.sum(axis=1),
        other.sum(axis=0),
        known,
        row_groups=of_rows,
        column_groups=of_columns,
    )
    Z, size = result.frame.to_numpy(), np.abs(other).max()
    np.testing.assert_allclose(Z.sum(axis=1), other.sum(axis=1), atol=1e-8 * size)
    np.testing.assert_allclose(Z.sum(axis=0), other.sum(axis=0), atol=1e-8 * size)
    reached = block_sums(Z)
    np.testing.assert_allclose([reached[b] for b in known], list(known.values()), atol=1e-8 * size)
    np.testing.assert_array_equal(np.sign(Z), np.sign(Z0))
    assert result.block_multipliers is not None
    t = np.ones((2, 2))
    for (row, column), value in result.block_multipliers.items():  # type: ignore[misc]
        t[int(row[1]), int(column[1])] = value
    scale = np.outer(result.row_multipliers, result.column_multipliers)
    scale *= t[np.arange(len(Z0)) % 2][:, np.arange(Z0.shape[1]) % 2]
    np.testing.assert_allclose(Z, np.where(Z0 > 0, Z0 * scale, Z0 / scale), rtol=1e-9)


@given(matrices())
def test_blocks_that_gras_meets_by_itself_change_nothing(drawn: Drawn) -> None:
    Z0, other = drawn
    totals = other.sum(axis=1), other.sum(axis=0)
    plain = balance.gras(Z0, *totals, tolerance=1e-12).frame
    of_rows, of_columns = groups_of(Z0)
    known = dict(list(block_sums(plain.to_numpy()).items())[:1])
    result = balance.mr_gras(Z0, *totals, known, row_groups=of_rows, column_groups=of_columns)
    np.testing.assert_allclose(result.frame, plain, atol=1e-6 * np.abs(other).max())


def kkt(Z0: np.ndarray, W: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """The same minimum from the whole system of first-order conditions, cell by cell."""
    m, n = Z0.shape
    sums = np.vstack([np.kron(np.eye(m), np.ones(n)), np.kron(np.ones(m), np.eye(n))])
    w = W.ravel()
    gaps = np.concatenate([u, v]) - sums @ Z0.ravel()
    multipliers = np.linalg.lstsq(sums @ np.diag(w) @ sums.T, gaps, rcond=1e-13)[0]
    return (Z0.ravel() + w * (sums.T @ multipliers)).reshape(m, n)


@given(matrices(), st.booleans())
def test_least_squares_is_the_minimum(drawn: Drawn, neighbour_of_ras: bool) -> None:
    Z0, other = drawn
    u, v = other.sum(axis=1), other.sum(axis=0)
    variances = Z0.abs() if neighbour_of_ras else None
    W = Z0.abs().to_numpy() if neighbour_of_ras else Z0.to_numpy() ** 2
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NegativeFlowWarning)
        result = balance.least_squares(Z0, u, v, variances=variances, tolerance=1e-9)
    Z, size = result.frame.to_numpy(), np.abs(other).max(initial=0.0)
    np.testing.assert_allclose(Z.sum(axis=1), u, atol=1e-7 * size)
    np.testing.assert_allclose(Z.sum(axis=0), v, atol=1e-7 * size)
    np.testing.assert_allclose(Z, kkt(Z0.to_numpy(), W, u, v), atol=1e-5 * size)
    lam, mu = result.row_multipliers.to_numpy(), result.column_multipliers.to_numpy()
    np.testing.assert_allclose(Z, Z0 + W * (lam[:, None] + mu), atol=1e-9 * size)
    turned = np.sign(Z) * np.sign(Z0.to_numpy()) < 0
    assert len(result.reversed) == turned.sum()


@given(matrices(signed=False))
def test_small_corrections_are_those_of_ras(drawn: Drawn) -> None:
    """With the cells as variances least squares is what RAS does to first order."""
    Z0, other = drawn
    near = Z0.to_numpy() + 1e-5 * (other - Z0.to_numpy())
    totals = near.sum(axis=1), near.sum(axis=0)
    try:
        ras = balance.ras(Z0, *totals).frame
    except ConvergenceError:
        assume(False)
        raise
    squares = balance.least_squares(Z0, *totals, variances=Z0).frame
    size = np.abs(other - Z0.to_numpy()).max(initial=0.0) + Z0.to_numpy().max(initial=0.0)
    np.testing.assert_allclose(squares, ras, atol=1e-7 * size)
