"""Every family of linkages against its definition carried out: sectors cut, series summed."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

import iomodel as im
import naive
from iomodel import linkages
from iomodel.errors import NotProductiveError, TableError
from iomodel.table import IOTable
from strategies import tables

ROUNDS = 700  # 0.91 ** 700 is 1e-29


@pytest.fixture(scope="module")
def mexico() -> IOTable:
    return im.load("mexico-2018")


def parts(table: IOTable) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Positions of the sectors with output, and A, f and x among them."""
    on = np.flatnonzero(table.arrays.x > 0)
    A = naive.coefficients(table)[np.ix_(on, on)]
    return on, A, table.arrays.Y.sum(axis=1)[on], table.arrays.x[on]


def quick(table: IOTable) -> bool:
    """Whether the rounds die out within ROUNDS."""
    return float(np.abs(np.linalg.eigvals(naive.coefficients(table))).max()) < 0.91


def cut(table: IOTable) -> pd.DataFrame:
    """Cella: outputs with each sector cut off from the others, for its own f and for theirs."""
    on, A, f, _ = parts(table)
    n = len(on)
    found = np.full((len(table.accounts), 3), np.nan)
    whole = np.linalg.inv(np.eye(n) - A)
    for j in range(n):
        apart = A.copy()
        apart[j, :], apart[:, j] = 0.0, 0.0
        apart[j, j] = A[j, j]
        lost = (whole - np.linalg.inv(np.eye(n) - apart)).sum(axis=0)
        rest = np.delete(np.arange(n), j)
        found[on[j]] = lost[j] * f[j], lost[rest] @ f[rest], lost @ f
    return pd.DataFrame(found, table.accounts.index, ["backward", "forward", "total"])


def passages(table: IOTable) -> pd.DataFrame:
    """Pure linkages: the rest inverted alone, one sector left out at a time."""
    on, A, f, _ = parts(table)
    found = np.full((len(table.accounts), 3), np.nan)
    for j in range(len(on)):
        rest = np.delete(np.arange(len(on)), j)
        alone = np.linalg.inv(np.eye(len(rest)) - A[np.ix_(rest, rest)])
        own = 1 / (1 - A[j, j])
        back = float((alone @ A[rest, j]).sum() * own * f[j])
        ahead = float(own * (A[j, rest] @ alone @ f[rest]))
        found[on[j]] = back, ahead, back + ahead
    return pd.DataFrame(found, table.accounts.index, ["backward", "forward", "total"])


def check_money(table: IOTable, family: str, ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """Money to ten digits of all output, and each index its share of the mean."""
    size = float(table.arrays.x.sum())
    naive.close(ours, theirs, 1e-10, scale=size)
    for part in theirs:
        index = linkages.measure(table, f"{family}_{part}")
        if theirs[part].sum() > 1e-6 * size:
            naive.close(index, theirs[part] / theirs[part].mean(), 1e-8)


@given(tables())
def test_cella_is_what_is_lost_when_a_sector_is_cut_off(table: IOTable) -> None:
    check_money(table, "cella", linkages.cella_in_money(table), cut(table))


@given(tables())
def test_pure_linkages_pass_once_between_a_sector_and_the_rest(table: IOTable) -> None:
    check_money(table, "pure", linkages.pure_in_money(table), passages(table))


def test_cella_and_pure_of_mexico(mexico: IOTable) -> None:
    check_money(mexico, "cella", linkages.cella_in_money(mexico), cut(mexico))
    check_money(mexico, "pure", linkages.pure_in_money(mexico), passages(mexico))


@given(tables())
def test_what_net_and_weighted_linkages_add_up_to(table: IOTable) -> None:
    on, A, f, x = parts(table)
    m = np.linalg.inv(np.eye(len(on)) - A).sum(axis=0)
    v = table.arrays.V.sum(axis=0)[on]
    rows = np.linalg.inv(np.eye(len(on)) - A).sum(axis=1)
    g = np.linalg.inv(np.eye(len(on)) - A * x / x[:, None]).sum(axis=1)
    expected = {
        "net_backward": m * f / x,
        "demand_weighted_backward": len(on) * f * m / x.sum(),
        "output_weighted_backward": x * m / (x * m).mean(),
        "output_weighted_forward": x * rows / (x * rows).mean(),
        "input_weighted_forward": len(on) * v * g / x.sum(),
    }
    for name, values in expected.items():
        naive.close(linkages.measure(table, name).iloc[on], values, 1e-9)


def dominant(M: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All eigenvalues, largest first, and the left vector of the largest, summing to n."""
    values, vectors = np.linalg.eig(M.T)
    y = vectors[:, values.real.argmax()].real
    return np.sort(values.real)[::-1], len(M) * y / y.sum()


def check_eigenvectors(table: IOTable) -> None:
    """y'A = rho y' and B z = rho z, and the vectors are those of numpy."""
    on, A, _, x = parts(table)
    values, y = dominant(A)
    ours = linkages.measure(table, "eigenvector_backward").iloc[on].to_numpy()
    naive.close(ours @ A, values[0] * ours, 1e-10)
    naive.close(ours, y, 1e-9)
    B = A * x / x[:, None]
    ours = linkages.measure(table, "eigenvector_forward").iloc[on].to_numpy()
    naive.close(B @ ours, values[0] * ours, 1e-10)
    naive.close(ours, dominant(B.T)[1], 1e-9)


@given(tables(min_size=2))
def test_eigenvectors_are_those_of_the_whole_table(table: IOTable) -> None:
    _, A, _, _ = parts(table)
    values = np.sort(np.linalg.eigvals(A).real)[::-1]
    assume(values[0] > 1e-2 * A.max())
    assume(len(values) > 1)
    assume(values[1] < 0.99 * values[0])
    check_eigenvectors(table)


def test_eigenvectors_of_mexico(mexico: IOTable) -> None:
    check_eigenvectors(mexico)


def series(A: np.ndarray) -> np.ndarray:
    """sum_k k A^k / sum_k A^k, NaN where no round brings anything."""
    power, rounds, weighted = np.eye(len(A)), np.zeros_like(A), np.zeros_like(A)
    for k in range(1, ROUNDS):
        power = power @ A
        rounds += power
        weighted += k * power
    with np.errstate(invalid="ignore"):
        return weighted / np.where(rounds > 0, rounds, np.nan)


def check_lengths(table: IOTable) -> None:
    """Lengths are the series; averages are over the pairs that are linked."""
    on, A, _, _ = parts(table)
    expected = series(A)
    found = linkages.propagation_lengths(table)
    naive.close(found.iloc[on, on], expected, 1e-10)
    assert found.drop(index=found.index[on]).isna().all(axis=None)
    frame = pd.DataFrame(expected)
    for axis, name in ((0, "propagation_backward"), (1, "propagation_forward")):
        ours = linkages.measure(table, name).iloc[on]
        naive.close(ours, frame.mean(axis=axis).fillna(0.0), 1e-10)


@given(tables())
def test_propagation_lengths_weigh_rounds_by_what_they_bring(table: IOTable) -> None:
    assume(quick(table))
    check_lengths(table)


def test_propagation_lengths_of_mexico(mexico: IOTable) -> None:
    check_lengths(mexico)


@given(tables())
def test_propagation_lengths_are_the_same_along_sales(table: IOTable) -> None:
    on, A, _, x = parts(table)
    assume(quick(table))
    naive.close(linkages.propagation_lengths(table).iloc[on, on], series(A * x / x[:, None]), 1e-8)


def stages(A: np.ndarray, start: np.ndarray) -> np.ndarray:
    """sum_k k A^(k-1) start."""
    total, arrived = np.zeros(len(A)), start
    for k in range(1, ROUNDS):
        total = total + k * arrived
        arrived = A @ arrived
    return total


def check_stages(table: IOTable) -> None:
    """Distances are the sums over rounds of final use, and of primary inputs."""
    on, A, f, x = parts(table)
    v = table.arrays.V.sum(axis=0)[on] / x
    naive.close(linkages.measure(table, "upstreamness").iloc[on], stages(A, f) / x, 1e-10)
    naive.close(linkages.measure(table, "downstreamness").iloc[on], stages(A.T, v), 1e-10)


@given(tables())
def test_upstreamness_counts_the_steps_to_final_use(table: IOTable) -> None:
    assume(quick(table))
    check_stages(table)


def test_stages_of_mexico(mexico: IOTable) -> None:
    check_stages(mexico)


def test_the_output_of_an_economy_is_as_far_from_use_as_from_primary_inputs(
    mexico: IOTable,
) -> None:
    f, v = mexico.f, mexico.V.sum()
    up, down = (linkages.measure(mexico, name) for name in ("upstreamness", "downstreamness"))
    # v G i = x'i = i'L f
    assert float(v @ up) == pytest.approx(float(mexico.x.sum()), rel=1e-10)
    assert float(f @ down) == pytest.approx(float(mexico.x.sum()), rel=1e-10)


@given(tables(), st.integers(0, 2**32 - 1))
def test_the_correction_is_the_published_one_where_imports_are_spread_by_product(
    table: IOTable, seed: int
) -> None:
    on, _, _, x = parts(table)
    Z = table.arrays.Z[np.ix_(on, on)]
    e = table.Y["P.6"].to_numpy()[on]
    stocks = table.Y["P.52"].to_numpy()[on]
    mu = 0.9 * np.random.default_rng(seed).random(len(on))  # imports in each use of a product
    imports = mu / (1 - mu) * (x - e)
    absorbed = x - e + imports - stocks / (1 - mu)
    total = Z / (1 - mu)[:, None]
    sold = Z.sum(axis=1) > 0
    B = total / np.where(sold, absorbed, 1.0)[:, None]
    try:
        ours = linkages.trade_corrected_upstreamness(table)
    except NotProductiveError:
        assert np.abs(np.linalg.eigvals(B)).max() > 1 - 1e-8
        return
    assume(np.abs(np.linalg.eigvals(B)).max() < 0.9999)
    naive.close(ours.iloc[on], np.linalg.inv(np.eye(len(on)) - B).sum(axis=1), 1e-8)
    assert (ours.iloc[on] > linkages.measure(table, "upstreamness").iloc[on] - 1e-9).all() or (
        stocks < 0
    ).any()


@given(tables())
def test_imported_inputs_come_as_far_as_the_domestic_ones_beside_them(table: IOTable) -> None:
    on, _, _, x = parts(table)
    imports = table.V.loc[["IET", "P.721"]].sum().to_numpy()[on]
    Z = table.arrays.Z[np.ix_(on, on)]
    A = np.divide(Z, x - imports, out=np.zeros_like(Z), where=Z > 0)
    radius = np.abs(np.linalg.eigvals(A)).max()
    try:
        ours = linkages.trade_corrected_downstreamness(table)
    except NotProductiveError:
        assert radius > 1 - 1e-8
        return
    assume(radius < 0.9999)
    naive.close(ours.iloc[on], np.linalg.inv(np.eye(len(on)) - A).sum(axis=0), 1e-8)


@given(tables())
def test_the_landscape_has_the_margins_of_the_inverse_and_no_other_structure(
    table: IOTable,
) -> None:
    on, A, _, _ = parts(table)
    L = np.linalg.inv(np.eye(len(on)) - A)
    found = linkages.multiplier_product_matrix(table)
    assert found.attrs["left_out"] == len(table.accounts) - len(on)
    index = table.accounts.index[on]
    naive.close(found.sum(axis=1)[index], L.sum(axis=1))
    naive.close(found.sum(axis=0)[index], L.sum(axis=0))
    naive.close(found.loc[index, index], np.outer(L.sum(axis=1), L.sum(axis=0)) / L.sum())
    for sums in (found.sum(axis=1).to_numpy(), found.sum(axis=0).to_numpy()):
        assert (np.diff(sums) <= 1e-9 * sums.max()).all()


LOOKING = {
    way: [i.name for i in linkages.indices().values() if i.direction == way]
    for way in ("backward", "forward")
}
WORDS = {(1, 1): "key", (1, 0): "backward", (0, 1): "forward", (0, 0): "independent"}


@given(
    tables(min_size=3), st.sampled_from(LOOKING["backward"]), st.sampled_from(LOOKING["forward"])
)
def test_any_backward_index_can_be_paired_with_any_forward_one(
    table: IOTable, back: str, ahead: str
) -> None:
    on = table.active
    pair = pd.concat([linkages.measure(table, name).rename(name) for name in (back, ahead)], axis=1)
    if pair[on].isna().any(axis=None):
        with pytest.raises(TableError, match="does not exist"):
            linkages.key_sectors(table, backward=back, forward=ahead)
        return
    found = linkages.key_sectors(table, backward=back, forward=ahead)
    pd.testing.assert_frame_equal(found[[back, ahead]], pair, check_exact=True)
    above = {}
    for name in (back, ahead):
        weights = table.arrays.x if name == "net_backward" else np.ones(len(table.accounts))
        mean = np.average(pair[name][on], weights=weights[on])
        assert found.attrs["average"][name] == pytest.approx(mean)
        above[name] = pair[name] - mean
    clear = on & (above[back].abs() > 1e-7) & (above[ahead].abs() > 1e-7)
    signs = zip(above[back][clear] > 0, above[ahead][clear] > 0, strict=True)
    assert list(found["class"][clear]) == [WORDS[int(b), int(f)] for b, f in signs]
    assert set(found["class"][~on]) <= {"inactive"}


@settings(max_examples=15)
@given(tables(min_size=3))
def test_rank_correlations_are_those_of_the_indices(table: IOTable) -> None:
    found = linkages.rank_correlations(table)
    names = list(linkages.indices())
    assert (found.sectors, found.left_out) == (table.active.sum(), (~table.active).sum())
    values = linkages.compare(table)[table.active]
    for frame, measured in ((found.spearman, stats.spearmanr), (found.kendall, stats.kendalltau)):
        assert list(frame.index) == list(frame.columns) == names
        naive.close(frame, frame.T)
        for one, other in (("rasmussen_backward", "net_backward"), ("pure_total", "upstreamness")):
            pair = values[[one, other]]
            scaled = (pair / pair.abs().max()).round(11)
            if scaled.isna().any(axis=None) or (scaled.nunique() < 2).any():
                assert np.isnan(frame.loc[one, other]) or len(values) < 2
            else:
                expected = measured(scaled[one], scaled[other]).statistic
                assert frame.loc[one, other] == pytest.approx(expected, abs=1e-12)
