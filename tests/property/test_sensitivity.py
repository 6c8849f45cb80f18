"""Sensitivity of every table: against systems solved again, derivatives, and bounds that hold."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import naive
from iomodel import sensitivity
from iomodel.errors import NotProductiveError
from iomodel.sensitivity.solving import multipliers
from iomodel.table import IOTable
from strategies import in_currency, permuted, tables

TOLERANCE = 1e-10
SHARE = st.floats(0.0, 1.0)


def derivative(A: np.ndarray, i: int, j: int) -> np.ndarray:
    """dL / da_ij by a complex step: no difference is taken, so no digits are lost."""
    step = np.zeros(A.shape, dtype=complex)
    step[i, j] = 1e-30j
    return np.linalg.inv(np.eye(len(A)) - A - step).imag / 1e-30


def cell(table: IOTable, share: float) -> tuple[int, int]:
    n = len(table.accounts)
    return divmod(min(int(share * n * n), n * n - 1), n)


@settings(max_examples=30)
@given(tables(max_size=4))
def test_the_field_of_every_cell_is_the_derivative_of_the_inverse(table: IOTable) -> None:
    A, codes = naive.coefficients(table), table.accounts.codes
    norms, total = sensitivity.field_of_influence(table), sensitivity.total_influence(table)
    for i in range(len(A)):
        for j in range(len(A)):
            field = derivative(A, i, j)
            naive.close(sensitivity.field_of(table, codes[i], codes[j]), field, TOLERANCE)
            assert norms.iat[i, j] == pytest.approx(np.linalg.norm(field), rel=TOLERANCE)
            assert total.iat[i, j] == pytest.approx(field.sum(), rel=TOLERANCE)
    for frame in (norms, total):
        assert frame.index.equals(table.accounts.index)
        assert frame.columns.equals(table.accounts.index)


@given(tables(max_size=8), SHARE, st.floats(-1.0, 0.95))
def test_one_changed_coefficient_is_the_system_solved_again(
    table: IOTable, share: float, size: float
) -> None:
    """`size` is a share of what can be taken away, or of the room there is for more."""
    A, (i, j), n = naive.coefficients(table), cell(table, share), len(table.accounts)
    before = naive.leontief(table)
    room = min(1 / before[j, i] if before[j, i] > 0 else 1.0, 1.0)
    d = size * (A[i, j] if size < 0 else room)
    codes = table.accounts.codes
    ours = sensitivity.rank_one(table, codes[i], codes[j], d)
    A[i, j] += d
    L = np.linalg.inv(np.eye(n) - A)
    # 1 / (1 - d l_ji) multiplies what the first inverse is wrong by
    close = TOLERANCE * max(1.0, 1 / (1 - d * before[j, i]))
    naive.close(ours.L.to_array(), L, close)
    naive.close(ours.output["after"], L @ table.arrays.Y.sum(axis=1), close)
    naive.close(ours.multipliers["after"], L.sum(axis=0), close)
    naive.close(ours.multipliers["before"], before.sum(axis=0), TOLERANCE)
    size_of_it = float(ours.output["after"].max())
    gap = ours.output["after"] - ours.output["before"]
    naive.close(gap, ours.output["change"], TOLERANCE, scale=size_of_it)
    assert (ours.before, ours.after) == pytest.approx((A[i, j] - d, A[i, j]), abs=1e-12)


@settings(max_examples=30)
@given(tables(max_size=8), SHARE)
def test_a_change_is_refused_from_where_the_circle_closes(table: IOTable, share: float) -> None:
    (i, j), L = cell(table, share), naive.leontief(table)
    assume(L[j, i] > 1e-6)
    codes, most = table.accounts.codes, 1 / L[j, i]
    assert sensitivity.rank_one(table, codes[i], codes[j], 0.99 * most).after > 0
    with pytest.raises(NotProductiveError, match="Raise the coefficient by less than"):
        sensitivity.rank_one(table, codes[i], codes[j], most * (1 + 1e-9))


@settings(max_examples=30)
@given(tables(max_size=6), st.sampled_from([0.1, 1.0, 20.0]))
def test_a_limit_changes_some_output_by_exactly_p_per_cent(table: IOTable, p: float) -> None:
    A, x, f = naive.coefficients(table), table.arrays.x, table.arrays.Y.sum(axis=1)
    important = sensitivity.important_coefficients(table, p=p)
    limits = important.limits.to_numpy()
    active = np.flatnonzero(table.active)
    base = np.linalg.solve(np.eye(len(A)) - A, f)
    for i, j in np.argwhere(A > 0):
        changed = A.copy()
        changed[i, j] *= 1 + limits[i, j] / 100
        again = np.linalg.solve(np.eye(len(A)) - changed, f)
        moved = 100 * np.abs(again - base)[active] / x[active]
        assert moved.max() == pytest.approx(p, rel=1e-7)
    assert np.isposinf(limits[np.ix_(active, active)][A[np.ix_(active, active)] == 0]).all()
    assert np.isnan(limits[~table.active]).all()
    assert len(important.ranked) == (A != 0).sum()
    assert important.ranked["limit"].is_monotonic_increasing


@settings(max_examples=30)
@given(tables(max_size=5), SHARE)
def test_elasticities_are_logarithmic_derivatives(table: IOTable, share: float) -> None:
    A, x, f = naive.coefficients(table), table.arrays.x, table.arrays.Y.sum(axis=1)
    n = len(A)
    k = min(int(share * n), n - 1)
    assume(table.active[k])
    code, m = table.accounts.codes[k], naive.leontief(table).sum(axis=0)
    own, all_, price = np.zeros((n, n)), np.zeros((n, n)), np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            field = derivative(A, i, j)
            own[i, j] = A[i, j] * (field @ f)[k] / x[k]
            all_[i, j] = A[i, j] * (field @ f).sum() / x.sum()
            price[i, j] = A[i, j] * field.sum(axis=0)[k] / m[k]
    # x and L f agree to the rounding of the table, magnified by the condition of I - A
    naive.close(sensitivity.elasticities(table, code), own, 1e-8, scale=1.0)
    naive.close(sensitivity.elasticities(table), all_, 1e-8, scale=1.0)
    naive.close(sensitivity.multiplier_elasticities(table, code), price, TOLERANCE, scale=1.0)
    rounds = naive.leontief(table) @ (x - f)
    assert sensitivity.elasticities(table).to_numpy().sum() == pytest.approx(
        rounds.sum() / x.sum(), rel=1e-8, abs=1e-12
    )


@given(tables(max_size=8), st.integers(0, 2**32 - 1))
def test_whatever_lies_between_limits_has_multipliers_and_outputs_between_theirs(
    table: IOTable, seed: int
) -> None:
    A, rng = naive.coefficients(table), np.random.default_rng(seed)
    low, n = A * rng.random(A.shape), len(A)
    high = A + 0.0005 * rng.random(A.shape) * A
    assume(np.abs(np.linalg.eigvals(high)).max() < 0.9999)
    f, index = table.arrays.Y.sum(axis=1), table.accounts.index
    ours = sensitivity.interval(
        table, table.accounts.frame(low, index), table.accounts.frame(high, index)
    )
    bottom, top = (np.linalg.inv(np.eye(n) - end) for end in (low, high))
    naive.close(ours.multipliers["low"], bottom.sum(axis=0), TOLERANCE)
    naive.close(ours.multipliers["high"], top.sum(axis=0), TOLERANCE)
    for frame in (ours.multipliers, ours.output):
        slack = 1e-9 * np.abs(frame.to_numpy()).max()
        assert (frame["low"] <= frame["point"] + slack).all()
        assert (frame["point"] <= frame["high"] + slack).all()
    between = np.linalg.inv(np.eye(n) - low - (high - low) * rng.random(A.shape))
    for frame, drawn in (
        (ours.multipliers, between.sum(axis=0)),
        (ours.output, between @ f),
    ):
        slack = 1e-9 * np.abs(frame.to_numpy()).max()
        assert (frame["low"] - slack <= drawn).all()
        assert (drawn <= frame["high"] + slack).all()
    if (f >= 0).all():
        naive.close(ours.output["low"], bottom @ f, TOLERANCE)
        naive.close(ours.output["high"], top @ f, TOLERANCE)


@given(tables(max_size=8), st.integers(0, 2**32 - 1), st.sampled_from([1e-6, 1e-4, 1e-2]))
def test_the_norm_bound_holds(table: IOTable, seed: int, size: float) -> None:
    A, L = naive.coefficients(table), naive.leontief(table)
    n, rng = len(A), np.random.default_rng(seed)
    dA = size * rng.uniform(-1, 1, A.shape) * A
    assume(np.abs(L @ dA).sum(axis=0).max() < 0.99)
    ours = sensitivity.norm_bound(table, table.accounts.frame(dA, table.accounts.index))
    moved = np.abs(np.linalg.inv(np.eye(n) - A - dA) - L).sum(axis=0).max()
    assert moved <= ours["bound"] * (1 + 1e-9) + 1e-9 * ours["inverse"]
    assert ours["inverse"] == pytest.approx(L.sum(axis=0).max(), rel=TOLERANCE)
    assert ours["relative"] * ours["inverse"] == pytest.approx(ours["bound"])


@given(tables(max_size=6), st.integers(0, 2**32 - 1))
def test_the_delta_method_is_the_sum_over_all_cells(table: IOTable, seed: int) -> None:
    A, n = naive.coefficients(table), len(table.accounts)
    sd = np.random.default_rng(seed).random(A.shape)
    variance = np.zeros(n)
    for k in range(n):
        for l in range(n):
            variance += (sd[k, l] * A[k, l] * derivative(A, k, l).sum(axis=0)) ** 2
    ours = sensitivity.delta_method(table, table.accounts.frame(sd, table.accounts.index))
    naive.close(ours["sd"], np.sqrt(variance), TOLERANCE)
    middle = (ours["q05"] + ours["q95"]) / 2
    naive.close(middle, naive.leontief(table).sum(axis=0), TOLERANCE)


@given(tables(max_size=8), st.integers(0, 2**32 - 1))
def test_draws_keep_what_their_design_keeps(table: IOTable, seed: int) -> None:
    Z, x, A = table.arrays.Z, table.arrays.x, naive.coefficients(table)
    cells = sensitivity.noise.Cells.of_table(table)
    rng, drawn = np.random.default_rng(seed), np.zeros_like(A)

    def draw(noise: sensitivity.noise.Noise) -> np.ndarray:
        drawn.T[...] = 0.0
        turned = np.zeros_like(A)
        turned.ravel()[cells.at] = noise.sampler(table, cells)(rng)
        return turned.T

    columns = draw(sensitivity.DirichletColumns(30.0))
    naive.close(columns.sum(axis=0), A.sum(axis=0), TOLERANCE)
    margins = draw(sensitivity.LognormalMargins(0.05)) * x
    naive.close(margins.sum(axis=0), Z.sum(axis=0), 1e-9)
    naive.close(margins.sum(axis=1), Z.sum(axis=1), 1e-9)
    alone = draw(sensitivity.IndependentCells(0.5))
    for values in (columns, margins, alone):
        assert (values >= 0).all()
        assert (values[A == 0] == 0).all()


@settings(max_examples=30)
@given(tables(), st.sampled_from([1e-3, 19.25]))
def test_without_noise_every_draw_is_the_point(table: IOTable, rate: float) -> None:
    m = naive.leontief(table).sum(axis=0)
    for noise in (sensitivity.IndependentCells(0.0), sensitivity.LognormalMargins(0.0)):
        ours = sensitivity.monte_carlo(in_currency(table, rate), noise, draws=2, tolerance=1e-9)
        for row in ours.values:
            naive.close(row, m, 1e-8)
        assert (ours.sd <= 1e-9 * m.max()).all()


@settings(max_examples=30)
@given(tables(min_size=2), st.randoms(use_true_random=False), st.sampled_from([1e-3, 19.25]))
def test_neither_order_nor_currency_matters(table: IOTable, random: object, rate: float) -> None:
    order = list(range(len(table.accounts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    other, codes = permuted(in_currency(table, rate), order), table.accounts.index
    for ask in (
        sensitivity.field_of_influence,
        sensitivity.total_influence,
        sensitivity.elasticities,
        lambda t: sensitivity.important_coefficients(t).limits,
    ):
        theirs = ask(table)
        finite = theirs.where(np.isfinite(theirs), 0.0)
        ours = ask(other).loc[codes, codes]
        naive.close(ours.where(np.isfinite(ours), 0.0), finite)
    naive.close(
        sensitivity.delta_method(other, 0.1).loc[codes], sensitivity.delta_method(table, 0.1)
    )


@given(
    st.integers(2, 40), st.integers(0, 2**32 - 1), st.sampled_from([0.3, 0.9, 0.999, 1.001, 1.3])
)
def test_iteration_and_factors_agree_and_both_know_what_is_not_productive(
    n: int, seed: int, radius: float
) -> None:
    """The same matrices go both ways: LU below the size from which it iterates, GMRES above."""
    rng = np.random.default_rng(seed)
    A = rng.random((n, n)) * (rng.random((n, n)) < 0.7) + 1e-3
    A *= radius / np.abs(np.linalg.eigvals(A)).max()
    turned = np.ascontiguousarray(A.T)
    answers = []
    for small in (0, 10**6):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("iomodel.sensitivity.solving.SMALL", small)
            answers.append(multipliers(turned, np.ones(n), 1e-10))
    if radius > 1:
        assert answers == [None, None]
        return
    m = np.linalg.inv(np.eye(n) - A).sum(axis=0)
    for answer in answers:
        assert answer is not None
        np.testing.assert_allclose(answer, m, rtol=1e-9)
