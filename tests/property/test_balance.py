"""Balancing for any matrix: margins, optimality, and the same answer by other means."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from iomodel import balance
from iomodel.balance import NORMAL, Aggregate
from iomodel.errors import ConvergenceError
from iomodel.sam import SAM

POINTS, CHANCES = np.array(list(NORMAL), dtype=float), np.array(list(NORMAL.values()))


def labelled(values: np.ndarray) -> pd.DataFrame:
    m, n = values.shape
    return pd.DataFrame(values, [f"r{i}" for i in range(m)], [f"c{j}" for j in range(n)])


# -- ras ----------------------------------------------------------------------------------------


@st.composite
def targets(draw: st.DrawFn) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """A nonnegative matrix with some zeros, and margins that its cells can meet."""
    m, n = draw(st.integers(1, 7)), draw(st.integers(1, 7))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    Z0 = rng.lognormal(0, 1.5, (m, n)) * (rng.random((m, n)) < draw(st.sampled_from([1.0, 0.7])))
    reachable = Z0 * rng.lognormal(0, 1, (m, n)) * draw(st.sampled_from([1.0, 1e-6, 1e6]))
    return labelled(Z0), reachable.sum(axis=1), reachable.sum(axis=0)


def naive_ras(Z: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Scale the matrix itself, by rows and by columns, a great many times."""
    for _ in range(20_000):
        Z = Z * (u / np.where(Z.sum(axis=1) > 0, Z.sum(axis=1), 1))[:, None]
        Z = Z * (v / np.where(Z.sum(axis=0) > 0, Z.sum(axis=0), 1))
        if np.allclose(Z.sum(axis=1), u, rtol=1e-13, atol=0):
            break
    return Z


@given(targets())
def test_ras_meets_the_margins_by_scaling_rows_and_columns(
    drawn: tuple[pd.DataFrame, np.ndarray, np.ndarray],
) -> None:
    Z0, u, v = drawn
    result = balance.ras(Z0, u, v)
    Z = result.frame.to_numpy()
    np.testing.assert_allclose(Z.sum(axis=1), u, rtol=1e-9)
    np.testing.assert_allclose(Z.sum(axis=0), v, rtol=1e-9)
    r, s = result.row_multipliers.to_numpy(), result.column_multipliers.to_numpy()
    np.testing.assert_allclose(Z, r[:, None] * Z0.to_numpy() * s, rtol=1e-12)
    assert result.residual <= 1e-10
    np.testing.assert_allclose(Z, naive_ras(Z0.to_numpy(), u, v), rtol=1e-6, atol=1e-9 * Z.max())


@given(targets(), st.sampled_from([1e-6, 3.7, 1e9]))
def test_ras_knows_neither_the_order_of_labels_nor_the_unit(
    drawn: tuple[pd.DataFrame, np.ndarray, np.ndarray], unit: float
) -> None:
    Z0, u, v = drawn
    result = balance.ras(Z0, u, v).frame
    rows = pd.Series(u, Z0.index).sample(frac=1, random_state=1)
    columns = pd.Series(v, Z0.columns).sample(frac=1, random_state=2)
    shuffled = Z0.sample(frac=1, random_state=3).sample(frac=1, axis=1, random_state=4)
    other = balance.ras(shuffled * unit, rows * 7, columns * 7).frame / 7
    pd.testing.assert_frame_equal(
        other.loc[result.index, result.columns], result, rtol=1e-7, atol=1e-9 * max(u.max(), 1e-30)
    )


@given(targets())
def test_ras_to_its_own_margins_changes_nothing(
    drawn: tuple[pd.DataFrame, np.ndarray, np.ndarray],
) -> None:
    Z0, _, _ = drawn
    result = balance.ras(Z0, Z0.sum(axis=1), Z0.sum())
    assert result.iterations == 0
    np.testing.assert_array_equal(result.frame, Z0)


@given(targets())
def test_what_moved_adds_up(drawn: tuple[pd.DataFrame, np.ndarray, np.ndarray]) -> None:
    Z0, u, v = drawn
    result = balance.ras(Z0, u, v)
    total = (result.frame - result.before).abs().to_numpy().sum()
    assert result.changes["change"].abs().sum() == pytest.approx(total, rel=1e-9)
    assert result.moved.loc["row", "moved"].sum() == pytest.approx(total, rel=1e-9)
    assert result.moved.loc["column", "moved"].sum() == pytest.approx(total, rel=1e-9)
    rebuilt = result.before.copy()
    for _, change in result.changes.iterrows():
        rebuilt.loc[change["row"], change["column"]] += change["change"]
    np.testing.assert_allclose(rebuilt, result.frame, rtol=1e-9, atol=1e-12 * (1 + total))


# -- cross entropy ------------------------------------------------------------------------------


def as_sam(T: np.ndarray, names: list[str] | None = None) -> SAM:
    names = names or [f"a{i}" for i in range(len(T))]
    kinds = dict.fromkeys(names, "institution")
    return SAM.from_frame(pd.DataFrame(T, names, names), kinds=kinds, balanced=False)


@st.composite
def priors(
    draw: st.DrawFn, *, max_size: int = 9, negative: bool = True, spread: float = 1.0
) -> np.ndarray:
    """Transactions that do not balance, though money goes round; some zeros, some negative."""
    n = draw(st.integers(2, max_size))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    T = rng.lognormal(3, spread, (n, n)) * (rng.random((n, n)) < draw(st.sampled_from([1.0, 0.4])))
    circle = rng.permutation(n)
    T[circle, np.roll(circle, 1)] += rng.lognormal(5, 0.1, n)
    if negative and draw(st.booleans()):
        i, j = rng.integers(0, n, 2)
        if i != j and T[i, j] < 50:
            T[i, j] *= -0.5
    return T


def balanced_or_reject(sam: SAM, **options: object) -> balance.Balanced:
    """Balanced, or another draw where the totals cannot hold the cells."""
    try:
        return balance.cross_entropy(sam, **options)  # type: ignore[arg-type]
    except ConvergenceError:
        assume(False)
        raise


@given(priors())
def test_the_conditions_of_the_minimum_hold(T0: np.ndarray) -> None:
    sam = as_sam(T0)
    result = balanced_or_reject(sam)
    T = result.frame.to_numpy()
    np.testing.assert_allclose(T.sum(axis=1), T.sum(axis=0), rtol=1e-9, atol=1e-9 * np.abs(T).max())
    np.testing.assert_array_equal(np.sign(T), np.sign(T0))
    # payments in the direction in which they are positive
    P0, P = (np.maximum(M, 0) + np.maximum(-M, 0).T for M in (T0, T))
    r, s = result.row_multipliers.to_numpy(), result.column_multipliers.to_numpy()
    flipped = np.where(T0 < 0, np.outer(s, r), np.outer(r, s))
    np.testing.assert_allclose(T, T0 * flipped, rtol=1e-9)
    # first-order condition of the errors: the weights w_k are tilted by c = mu - ln Z
    prior, after = P0.sum(axis=0), P.sum(axis=0)
    target = (P0.sum(axis=0) + P0.sum(axis=1)) / 2
    c = np.log(r) - np.log(after / (prior * s))
    w = CHANCES * np.exp(-np.outer(c * 0.05, POINTS))
    error = target * 0.05 * (w @ POINTS) / w.sum(axis=1)
    np.testing.assert_allclose(after, target + error, rtol=1e-8)
    np.testing.assert_allclose(result.errors, error, rtol=1e-6, atol=1e-8 * target.max())


@given(priors())
def test_a_balanced_sam_is_left_alone(T0: np.ndarray) -> None:
    done = balanced_or_reject(as_sam(T0)).sam
    assert done is not None
    again = balance.cross_entropy(done)
    assert again.iterations == 0
    assert again.sam is done
    np.testing.assert_array_equal(again.frame, done.transactions)


@given(priors(negative=False))
def test_with_exact_totals_it_is_ras(T0: np.ndarray) -> None:
    sam = as_sam(T0)
    # totals that these cells can hold: those of another SAM with the same zeros
    other = as_sam(T0 * np.random.default_rng(len(T0)).lognormal(0, 0.7, T0.shape))
    reached = balanced_or_reject(other).frame
    assume(reached.to_numpy()[T0 > 0].min() > 1e-5 * T0.max())
    totals = reached.sum()
    result = balance.cross_entropy(sam, totals=totals, standard_error=0)
    expected = balance.ras(sam.transactions, totals, totals)
    assert result.sam is not None
    np.testing.assert_allclose(result.frame, expected.frame, rtol=1e-6, atol=1e-8 * totals.max())
    np.testing.assert_allclose(result.frame.sum(), totals, rtol=1e-9)


@given(priors(), st.sampled_from([1e-6, 1e7]))
def test_cross_entropy_knows_neither_order_nor_unit(T0: np.ndarray, unit: float) -> None:
    result = balanced_or_reject(as_sam(T0)).frame.to_numpy()
    order = np.random.default_rng(5).permutation(len(T0))
    other = balance.cross_entropy(as_sam(unit * T0[np.ix_(order, order)])).frame.to_numpy()
    np.testing.assert_allclose(
        other / unit, result[np.ix_(order, order)], rtol=1e-7, atol=1e-9 * np.abs(result).max()
    )


def by_brute_force(
    T0: np.ndarray,
    target: np.ndarray,
    sd: float,
    held: np.ndarray,
    aggregate: tuple[np.ndarray, float] | None,
) -> np.ndarray | None:
    """The same problem for a general optimiser: cells and error weights as they are defined."""
    n, K = len(T0), len(POINTS)
    at = np.argwhere((T0 > 0) & ~held)
    fixed = np.where(held, T0, 0)
    free = target - fixed.sum(axis=0)
    cells0 = T0[tuple(at.T)]
    spent0 = np.bincount(at[:, 1], cells0, n)

    def unpack(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        T = fixed.copy()
        T[tuple(at.T)] = z[: len(at)] * cells0
        return T, z[len(at) :].reshape(n, K)

    def objective(z: np.ndarray) -> float:
        T, w = unpack(z)
        cells = T[tuple(at.T)]
        X = np.bincount(at[:, 1], cells, n)
        flows = (cells * np.log(cells / X[at[:, 1]] / (cells0 / spent0[at[:, 1]]))).sum()
        return float(flows + free @ (w * np.log(w / CHANCES)).sum(axis=1)) / free.sum()

    def slope(z: np.ndarray) -> np.ndarray:
        T, w = unpack(z)
        cells = T[tuple(at.T)]
        X = np.bincount(at[:, 1], cells, n)
        flows = cells0 * np.log(cells / X[at[:, 1]] / (cells0 / spent0[at[:, 1]]))
        weights = free[:, None] * (np.log(w / CHANCES) + 1)
        return np.concatenate([flows, weights.ravel()]) / free.sum()

    def gaps(z: np.ndarray) -> np.ndarray:
        T, w = unpack(z)
        X = (T - fixed).sum(axis=0)
        parts = [
            (T.sum(axis=1) - T.sum(axis=0))[1:] / target[1:],
            X / free - 1 - sd * (w @ POINTS),
            w.sum(axis=1) - 1,
        ]
        if aggregate is not None:
            parts.append([(aggregate[0] * T).sum() / aggregate[1] - 1])
        return np.concatenate(parts)

    start = np.concatenate([np.ones(len(at)), np.tile(CHANCES, n)])
    nothing = gaps(np.zeros(len(start)))
    linear = np.array([gaps(one) - nothing for one in np.eye(len(start))]).T
    found = minimize(
        objective,
        start,
        method="SLSQP",
        jac=slope,
        bounds=[(1e-6, 50)] * len(at) + [(1e-9, 1)] * (n * K),
        constraints={"type": "eq", "fun": gaps, "jac": lambda z: linear},
        options={"maxiter": 2000, "ftol": 1e-15},
    )
    if np.abs(gaps(found.x)).max() > 1e-9:
        return None
    return unpack(found.x)[0]


@settings(max_examples=12)
@given(
    priors(max_size=4, negative=False, spread=0.5),
    st.sampled_from([0.05, 0.2]),
    st.booleans(),
    st.booleans(),
)
def test_a_general_optimiser_finds_the_same(
    T0: np.ndarray, sd: float, hold: bool, known: bool
) -> None:
    sam = as_sam(T0)
    codes = sam.accounts.codes
    target = (T0.sum(axis=0) + T0.sum(axis=1)) / 2
    held = np.zeros(T0.shape, dtype=bool)
    positive = np.argwhere(T0 > 0)
    if hold:
        held[tuple(positive[np.argmin(T0[T0 > 0])])] = True
    aggregate = None
    options: dict[str, object] = {
        "standard_error": sd,
        "fixed": [(codes[i], codes[j]) for i, j in np.argwhere(held)],
    }
    if known:
        coefficients = np.where(held, 0, T0 > 0).astype(float)
        coefficients[:, 1:] = 0
        assume(coefficients.any())  # else the held cell is the whole aggregate, which is refused
        value = 1.02 * (coefficients * T0).sum()
        aggregate = (coefficients, float(value))
        cells = {(codes[i], codes[j]): 1.0 for i, j in np.argwhere(coefficients)}
        options["known"] = {"first column": Aggregate(cells, float(value))}
    result = balanced_or_reject(sam, **options).frame.to_numpy()
    expected = by_brute_force(T0, target, sd, held, aggregate)
    assume(expected is not None)
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-6 * T0.max())


@given(priors(negative=False))
def test_no_other_balanced_sam_is_nearer(T0: np.ndarray) -> None:
    """The RAS of the prior to the mean totals is balanced too, and never has a lower objective."""
    target = (T0.sum(axis=0) + T0.sum(axis=1)) / 2
    sam = as_sam(T0)
    result = balanced_or_reject(sam)
    try:
        found = balance.ras(sam.transactions, target, target, max_iterations=1000)
    except ConvergenceError:
        assume(False)
        raise

    other = found.frame.to_numpy()

    def objective(T: np.ndarray, penalty: float) -> float:
        shares, prior = T / T.sum(axis=0), T0 / T0.sum(axis=0)
        at = T0 > 0
        return float((T[at] * np.log(shares[at] / prior[at])).sum() + penalty)

    r, s = result.row_multipliers.to_numpy(), result.column_multipliers.to_numpy()
    T = result.frame.to_numpy()
    c = np.log(r) - np.log(T.sum(axis=0) / (T0.sum(axis=0) * s))
    w = CHANCES * np.exp(-np.outer(c * 0.05, POINTS))
    w /= w.sum(axis=1)[:, None]
    penalty = float(target @ (w * np.log(w / CHANCES)).sum(axis=1))
    assert objective(T, penalty) <= objective(other, 0.0) + 1e-9 * target.sum()
