"""Sensitivity: draws against their distribution, Mexico's table solved again, what is refused."""

import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import iomodel as im
import naive
from iomodel import sensitivity
from iomodel.errors import (
    ArgumentError,
    ConvergenceError,
    LabelError,
    MissingAccountError,
    NotProductiveError,
    TableError,
)
from iomodel.sensitivity import DirichletColumns, IndependentCells, LognormalMargins
from iomodel.sensitivity.solving import multipliers
from iomodel.table import IOTable
from official import ROOT

CODES = ["a", "b"]
NOISE = (IndependentCells(0.1), LognormalMargins(0.1), DirichletColumns(50))


def small(scale: float = 1.0, **meta: object) -> IOTable:
    A = scale * pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], CODES, CODES)
    table = IOTable.from_coefficients(A, pd.Series([1000.0, 2000], CODES))
    return IOTable(
        table.accounts,
        table.categories,
        table.inputs,
        table.arrays,
        table.meta.but(title="small", **meta),
    )


@pytest.fixture(scope="module")
def mexico() -> IOTable:
    return im.load("mexico-2018")


# -- the table of Mexico, a handful of cells solved again ------------------------------------------


@pytest.mark.parametrize("cell", [("3363", "3361"), ("331", "3363"), ("562", "3361")])
def test_cells_of_mexico_solved_again(mexico: IOTable, cell: tuple[str, str]) -> None:
    A, f = naive.coefficients(mexico), mexico.f.to_numpy()
    i, j = mexico.accounts.positions(cell)
    L = np.linalg.inv(np.eye(len(A)) - A)
    limit = sensitivity.important_coefficients(mexico).limits.loc[cell]
    d = A[i, j] * limit / 100
    A[i, j] += d
    again = np.linalg.inv(np.eye(len(A)) - A)
    ours = sensitivity.rank_one(mexico, *cell, d)
    naive.close(ours.L.to_array(), again, 1e-10)
    naive.close(ours.multipliers["after"], again.sum(axis=0), 1e-10)
    naive.close(ours.output["after"], again @ f, 1e-10)
    moved = 100 * np.abs(again @ f / (L @ f) - 1)
    assert moved.max() == pytest.approx(1.0, rel=1e-9)
    field = np.outer(L[:, i], L[j])
    naive.close(sensitivity.field_of(mexico, *cell), field, 1e-10)
    norms = sensitivity.field_of_influence(mexico)
    assert norms.loc[cell] == pytest.approx(np.linalg.norm(field), rel=1e-10)


def test_the_most_affected_sector_is_named(mexico: IOTable) -> None:
    important = sensitivity.important_coefficients(mexico)
    worst = important.ranked.iloc[0]
    d = worst["coefficient"] * worst["limit"] / 100
    output = sensitivity.rank_one(mexico, worst["row"], worst["column"], d).output
    assert (output["change"] / output["before"]).idxmax() == worst["affected"]
    assert "before they double" in repr(important)


# -- draws against their distribution --------------------------------------------------------------


def test_the_delta_method_and_draws_agree_within_the_noise_of_sampling(mexico: IOTable) -> None:
    """sd 2 %: what the first order leaves out is far below the noise of 2,000 draws.

    The sample deviation of N draws from a nearly normal distribution has a relative standard
    deviation of 1 / sqrt(2 N) = 1.6 %, the mean one of sd / sqrt(N): four and a half of them are
    allowed, which 84 sectors together leave in less than one run of 1,000.
    """
    drawn, N = sensitivity.monte_carlo(mexico, IndependentCells(0.02), draws=2000, seed=3), 2000
    delta = sensitivity.delta_method(mexico, 0.02)
    uncertain = delta["sd"] > 0
    ratio = (drawn.sd / delta["sd"])[uncertain]
    assert (np.abs(ratio - 1) < 4.5 / np.sqrt(2 * N)).all()
    off = np.abs(drawn.mean - drawn.point)[uncertain] / delta["sd"][uncertain]
    assert (off < 4.5 / np.sqrt(N)).all()
    # a quantile of N draws: sqrt(q (1 - q) / N) / density is 2.1 sd / sqrt(N) at 5 % of a normal
    for share, column in ((0.05, "q05"), (0.95, "q95")):
        gap = np.abs(drawn.quantiles()[share] - delta[column])[uncertain] / delta["sd"][uncertain]
        assert (gap < 4.5 * 2.12 / np.sqrt(N) + 0.05).all()  # and the skewness of a lognormal


def test_independent_errors_raise_the_mean() -> None:
    """E L >= L(E A): seen where the noise is large, beyond four deviations of the mean."""
    drawn = sensitivity.monte_carlo(
        small(), IndependentCells(0.8), draws=4000, seed=5, unproductive=400
    )
    excess = (drawn.mean - drawn.point) / (drawn.sd / np.sqrt(4000))
    assert (excess > 4).all()


def test_cells_have_the_mean_and_deviation_asked_for() -> None:
    table, rng = small(), np.random.default_rng(11)
    cells, N = sensitivity.noise.Cells.of_table(table), 5_000
    A = table.A.to_numpy().T.ravel()
    sd = pd.DataFrame([[0.1, 0.2], [0.3, 0.0]], CODES, CODES)
    draw = IndependentCells(sd).sampler(table, cells)
    drawn = np.array([draw(rng).copy() for _ in range(N)])
    expected = sd.to_numpy().T.ravel() * A
    assert (np.abs(drawn.mean(axis=0) - A) <= 4.5 * expected / np.sqrt(N) + 1e-12).all()
    # kurtosis of a lognormal of 30 % is below 4.7: sd of the sample deviation below 1 / sqrt(N)
    assert (np.abs(drawn.std(axis=0) - expected) <= 4.5 * expected / np.sqrt(N) + 1e-12).all()
    # shares q of column a with concentration c: variance q (1 - q) / (c + 1)
    draw = DirichletColumns(10.0).sampler(table, cells)
    shares = np.array([draw(rng) for _ in range(N)])[:, 0] / A[:2].sum()
    q = A[0] / A[:2].sum()
    assert shares.mean() == pytest.approx(q, abs=4.5 * np.sqrt(q * (1 - q) / 11 / N))
    assert shares.std() == pytest.approx(np.sqrt(q * (1 - q) / 11), rel=4.5 / np.sqrt(2 * N))


def test_columns_of_tiny_shapes_keep_their_sums() -> None:
    table = small()
    cells = sensitivity.noise.Cells.of_table(table)
    draw = DirichletColumns(1e-4).sampler(table, cells)
    drawn = draw(np.random.default_rng(0)).reshape(2, 2)
    np.testing.assert_allclose(drawn.sum(axis=1), table.A.sum())


def test_every_draw_is_its_matrix_inverted() -> None:
    """The multipliers of a draw, against the matrix of the same random numbers written out."""
    table = im.load("mexico-2018")
    ours = sensitivity.monte_carlo(table, IndependentCells(0.3), draws=3, seed=7)
    rng, sigma = np.random.Generator(np.random.SFC64(7)), np.sqrt(np.log(1.09))
    A = naive.coefficients(table)
    for row in ours.values:
        drawn = np.zeros_like(A)
        for j in range(len(A)):
            for i in np.flatnonzero(A[:, j]):
                drawn[i, j] = A[i, j] * np.exp(sigma * rng.standard_normal() - sigma**2 / 2)
        naive.close(row, np.linalg.inv(np.eye(len(A)) - drawn).sum(axis=0), 1e-10)


def test_large_tables_are_iterated_to_the_bound() -> None:
    rng, n = np.random.default_rng(2), 300
    A = rng.pareto(1.5, (n, n)) * (rng.random((n, n)) < 0.3)
    A = A / A.sum(axis=0) * rng.uniform(0.2, 0.9, n)
    m = multipliers(np.ascontiguousarray(A.T), np.ones(n), 1e-11)
    assert m is not None
    exact = np.linalg.inv(np.eye(n) - A).sum(axis=0)
    assert np.abs(m / exact - 1).max() < 2e-11


@pytest.mark.parametrize("noise", NOISE, ids=lambda noise: type(noise).__name__)
def test_a_seed_gives_the_same_draws_again(noise: sensitivity.noise.Noise) -> None:
    first, again = (sensitivity.monte_carlo(small(), noise, draws=20, seed=4) for _ in range(2))
    np.testing.assert_array_equal(first.values, again.values)
    fewer = sensitivity.monte_carlo(small(), noise, draws=5, seed=4)
    np.testing.assert_array_equal(first.values[:5], fewer.values)
    other = sensitivity.monte_carlo(small(), noise, draws=20, seed=5)
    assert (first.values != other.values).any()
    assert type(noise).__name__ in repr(first)
    assert "seed 4" in repr(first)


def test_draws_are_labelled_and_read_only() -> None:
    drawn = sensitivity.monte_carlo(small(), NOISE[0], draws=30, seed=1)
    array = drawn.multipliers
    assert array.dims == ("draw", "sector")
    assert float(array.sel(sector="b", draw=7)) == drawn.values[7, 1]
    with pytest.raises(ValueError, match="read-only"):
        drawn.values[0, 0] = 0.0
    np.testing.assert_allclose(drawn.quantiles([0.5])[0.5], np.median(drawn.values, axis=0))
    summary = drawn.summary
    assert summary.columns.to_list() == ["point", "mean", "sd", "q05", "q50", "q95"]
    np.testing.assert_allclose(summary["sd"], drawn.values.std(axis=0, ddof=1))
    assert summary.attrs["left out"] == 0


def test_regions_are_coordinates() -> None:
    table = small()
    regional = type(table.accounts)(("a", "a"), ("A", "A"), ("industry",) * 2, ("north", "south"))
    table = IOTable(regional, table.categories, table.inputs, table.arrays, table.meta)
    array = sensitivity.monte_carlo(table, NOISE[2], draws=2).multipliers
    assert array.dims == ("draw", "account")
    assert array.coords["region"].values.tolist() == ["north", "south"]
    field = sensitivity.field_of(table, ("north", "a"), ("south", "a"))
    assert field.index.names == ["region", "sector"]
    ranked = sensitivity.important_coefficients(table).ranked
    assert ranked["row"].iloc[0] == "north, a"


def test_draws_that_are_not_productive_are_refused_or_counted() -> None:
    table = small(1.95)
    with pytest.raises(NotProductiveError, match=r"1 of \d+ draws are not productive") as caught:
        sensitivity.monte_carlo(table, IndependentCells(1.0), draws=50, seed=2)
    assert "spectral radius" in caught.value.findings[0]
    assert caught.value.spectral_radius >= 1
    drawn = sensitivity.monte_carlo(table, IndependentCells(1.0), draws=50, seed=2, unproductive=25)
    left_out = drawn.unproductive.index.to_numpy()
    assert 0 < len(left_out) <= 25
    assert np.isnan(drawn.values[left_out]).all()
    assert np.isnan(drawn.values).any(axis=1).sum() == len(left_out)
    assert drawn.summary.attrs["left out"] == len(left_out)
    assert np.isfinite(drawn.summary.to_numpy()).all()
    assert f"{len(left_out)} not productive" in repr(drawn)


def test_when_no_draw_is_productive_nothing_is_returned() -> None:
    A = pd.DataFrame([[0.5, 0.49], [0.49, 0.5]], CODES, CODES)
    table = IOTable.from_coefficients(A, pd.Series([1.0, 1.0], CODES))
    noise = IndependentCells(0.3)  # half of the draws are not productive, of this seed both
    with pytest.raises(NotProductiveError, match=r"2 of 2 draws[^$]*among 'a', 'b'"):
        sensitivity.monte_carlo(table, noise, draws=2, seed=1, unproductive=2)


def test_what_has_no_digits_left_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    A = np.random.default_rng(0).random((30, 30))
    A *= (1 - 1e-9) / np.abs(np.linalg.eigvals(A)).max()
    without = multipliers(A.T.copy(), np.ones(30), 1e-16)
    assert without is not None
    assert np.isnan(without).all()
    monkeypatch.setattr("iomodel.sensitivity.sampling.multipliers", lambda *_: without[:2])
    with pytest.raises(ConvergenceError, match=r"Draw 0 .* cannot be proven to 1e-10"):
        sensitivity.monte_carlo(small(), NOISE[0], draws=2)


def test_importing_iomodel_and_drawing_load_no_xarray() -> None:
    code = (
        "import sys, iomodel as im; t = im.load('mexico-2018');"
        "d = im.sensitivity.monte_carlo(t, im.sensitivity.IndependentCells(0.1), draws=2);"
        "print('xarray' in sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "False"


# -- what is refused -------------------------------------------------------------------------------


QUESTIONS: dict[str, Callable[[IOTable], object]] = {
    "field_of_influence": sensitivity.field_of_influence,
    "field_of": lambda t: sensitivity.field_of(t, "a", "b"),
    "total_influence": sensitivity.total_influence,
    "rank_one": lambda t: sensitivity.rank_one(t, "a", "b", 0.01),
    "important_coefficients": sensitivity.important_coefficients,
    "elasticities": sensitivity.elasticities,
    "multiplier_elasticities": lambda t: sensitivity.multiplier_elasticities(t, "a"),
    "interval": lambda t: sensitivity.interval(t, t.A, t.A),
    "norm_bound": lambda t: sensitivity.norm_bound(t, 0.01 * t.A),
    "delta_method": lambda t: sensitivity.delta_method(t, 0.1),
    "monte_carlo": lambda t: sensitivity.monte_carlo(t, NOISE[0], draws=2),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_imports_inside_the_flows_are_refused(name: str) -> None:
    QUESTIONS[name](small())
    with pytest.raises(MissingAccountError, match="split_imports"):
        QUESTIONS[name](small(origin="total"))


@pytest.mark.parametrize(
    "ask",
    [
        lambda t: sensitivity.field_of(t, "a", "c"),
        lambda t: sensitivity.rank_one(t, "c", "a", 0.1),
        lambda t: sensitivity.elasticities(t, "c"),
        lambda t: sensitivity.multiplier_elasticities(t, "c"),
        lambda t: sensitivity.interval(t, t.A.rename({"a": "c"}), t.A),
        lambda t: sensitivity.norm_bound(t, t.A.iloc[:1]),
        lambda t: sensitivity.delta_method(t, t.A.iloc[:, :1]),
        lambda t: sensitivity.monte_carlo(t, IndependentCells(t.A.iloc[:1]), draws=2),
    ],
)
def test_unknown_cells_are_refused(ask: Callable[[IOTable], object]) -> None:
    with pytest.raises(LabelError, match=r"is not an account|does not match"):
        ask(small())


@pytest.mark.parametrize("p", [0, -1.0, float("nan"), float("inf")])
def test_p_has_to_be_positive(p: float) -> None:
    with pytest.raises(TableError, match="positive change of output"):
        sensitivity.important_coefficients(small(), p=p)


def test_a_cell_of_zero_has_no_limit_and_may_become_one() -> None:
    table = IOTable.from_coefficients(
        pd.DataFrame([[0.0, 0.25], [0.20, 0.05]], CODES, CODES), pd.Series([1000.0, 2000], CODES)
    )
    important = sensitivity.important_coefficients(table)
    assert np.isposinf(important.limits.loc["a", "a"])
    assert len(important.ranked) == 3
    assert sensitivity.elasticities(table).loc["a", "a"] == 0
    assert sensitivity.rank_one(table, "a", "a", 0.1).before == 0
    with pytest.raises(TableError, match="would turn negative"):
        sensitivity.rank_one(table, "a", "a", -0.1)


@pytest.mark.parametrize("change", [float("nan"), float("inf")])
def test_a_change_has_to_be_a_number(change: float) -> None:
    with pytest.raises(TableError, match="Give a number"):
        sensitivity.rank_one(small(), "a", "b", change)


def test_a_sector_without_output_has_no_elasticity_and_no_limits() -> None:
    table = IOTable.from_frames(
        pd.DataFrame([[0.0, 0], [0, 50]], CODES, CODES),
        pd.Series([0.0, 50], CODES),
        pd.Series([0.0, 50], CODES),
    )
    with pytest.raises(TableError, match="has no output"):
        sensitivity.elasticities(table, "a")
    limits = sensitivity.important_coefficients(table).limits
    assert limits.isna().to_numpy().tolist() == [[True, True], [True, False]]
    drawn = sensitivity.monte_carlo(table, NOISE[2], draws=2)
    assert (drawn.values[:, 0] == 1).all()


def test_limits_have_to_hold_the_coefficients() -> None:
    table = small()
    with pytest.raises(TableError, match="1 lower limits are negative"):
        sensitivity.interval(table, table.A - np.array([[0.16, 0], [0, 0]]), table.A)
    with pytest.raises(TableError, match="4 lower limits are above"):
        sensitivity.interval(table, 1.1 * table.A, 1.2 * table.A)
    with pytest.raises(TableError, match=r"4 upper limits are below[^$]*row 'a', column 'b'"):
        sensitivity.interval(table, 0.8 * table.A, 0.9 * table.A)
    with pytest.raises(NotProductiveError, match="spectral radius"):
        sensitivity.interval(table, table.A, 4 * table.A)
    assert "widest" in repr(sensitivity.interval(table, table.A, table.A))


def test_a_change_too_large_for_the_bound_is_refused() -> None:
    with pytest.raises(TableError, match="must be below 1"):
        sensitivity.norm_bound(small(), 2 * small().A)


@pytest.mark.parametrize("design", [IndependentCells, LognormalMargins])
def test_a_deviation_is_not_negative(design: type) -> None:
    for sd in (-0.1, float("nan"), pd.DataFrame([[0.1, -0.2], [0.1, 0]], CODES, CODES)):
        with pytest.raises(TableError, match=r"negative or not finite|not finite"):
            design(sd)
    with pytest.raises(TableError, match="one number for all cells"):
        design([0.1, 0.2])
    with pytest.raises(TableError, match="negative or not finite"):
        sensitivity.delta_method(small(), -0.1)


@pytest.mark.parametrize("noise", [0.1, None, IndependentCells])
def test_noise_is_one_of_the_designs(noise: object) -> None:
    with pytest.raises(ArgumentError, match=r"(?s)`noise` .*IndependentCells\(0\.1\)"):
        sensitivity.monte_carlo(small(), noise, draws=2)  # type: ignore[arg-type]


@pytest.mark.parametrize("concentration", [0, -1.0, float("nan"), float("inf")])
def test_a_concentration_is_positive(concentration: float) -> None:
    with pytest.raises(TableError, match="Give a positive number"):
        DirichletColumns(concentration)


@pytest.mark.parametrize("shares", [[1.5], [-0.1, 0.5], [float("nan")], []])
def test_shares_of_draws_lie_between_zero_and_one(shares: list[float]) -> None:
    drawn = sensitivity.monte_carlo(small(), NOISE[0], draws=2)
    with pytest.raises(TableError, match="between 0 and 1"):
        drawn.quantiles(shares)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"draws": 1}, "`draws` is 1"),
        ({"draws": 2.5}, "`draws` is 2.5"),
        ({"draws": True}, "`draws` is True"),
        ({"seed": -1}, "`seed` is -1"),
        ({"tolerance": 0.0}, "The tolerance is 0.0"),
        ({"tolerance": float("nan")}, "The tolerance is nan"),
        ({"unproductive": -1}, "`unproductive` is -1"),
        ({"unproductive": 11}, "`unproductive` is 11"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(TableError, match=words):
        sensitivity.monte_carlo(small(), NOISE[0], **{"draws": 10, **options})  # type: ignore[arg-type]


def test_a_draw_that_cannot_return_to_its_margins_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("iomodel.sensitivity.noise.TURNS", 1)
    with pytest.raises(ConvergenceError, match="margins of Z after 1 iterations") as caught:
        sensitivity.monte_carlo(small(), LognormalMargins(0.5), draws=2)
    assert caught.value.iterations == 1
    assert caught.value.residual > 0


def test_results_say_what_they_are() -> None:
    table = small()
    for frame in (
        sensitivity.field_of_influence(table),
        sensitivity.field_of(table, "a", "b"),
        sensitivity.total_influence(table),
        sensitivity.elasticities(table),
        sensitivity.multiplier_elasticities(table, "a"),
        sensitivity.important_coefficients(table).limits,
        sensitivity.delta_method(table, 0.1),
    ):
        assert {"name", "unit", "formula"} <= frame.attrs.keys()
        assert frame.index.name == "sector"
    assert "from 0.25 to 0.3" in repr(sensitivity.rank_one(table, "a", "b", 0.05))
