"""Field of influence of all cells, and Monte Carlo draws, against the textbook with inverses.

    python benchmarks/sensitivity.py [--quick]

One BLAS thread, CPU seconds of this process, candidates by turns; every answer is compared with
the textbook's before anything is timed. Tables are drawn: heavy-tailed coefficients, 30 % zeros,
column sums 0.17 to 0.95.
"""

import argparse
import copy
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

import iomodel as im
from iomodel.sensitivity.noise import Cells
from iomodel.sensitivity.solving import multipliers

SD = 0.1


def coefficients(n: int, seed: int = 0) -> np.ndarray:
    """A like that of a table of many sectors."""
    rng = np.random.default_rng(seed)
    weights = rng.pareto(1.2, (n, n)) * (rng.random((n, n)) < 0.7)
    return weights / weights.sum(axis=0) * rng.uniform(0.17, 0.95, n)


def table_of(A: np.ndarray) -> im.IOTable:
    """A table with these coefficients; final demand of one makes every output positive."""
    codes = [f"{i:05d}" for i in range(len(A))]
    x = np.linalg.solve(np.eye(len(A)) - A, np.ones(len(A)))
    return im.IOTable.from_coefficients(pd.DataFrame(A, codes, codes), pd.Series(x, codes))


def timed(runs: int, **jobs: Callable[[], object]) -> dict[str, np.ndarray]:
    """CPU seconds of every job, by turns."""
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for job in jobs.values():
        job()
    for _ in range(runs):
        for name, job in jobs.items():
            start = time.process_time()
            job()
            seconds[name].append(time.process_time() - start)
    return {name: np.array(taken) for name, taken in seconds.items()}


def say(what: str, values: np.ndarray, unit: str) -> None:
    low, middle, high = values.min(), np.median(values), values.max()
    print(f"  {what:<58} {low:>10.4g} {middle:>10.4g} {high:>10.4g}  {unit}")


def influence(n: int, cells: int, runs: int) -> None:
    """All n^2 norms, against one inverse and against inverting again for each cell."""
    A, eye, h = coefficients(n), np.eye(n), 1e-6
    L = np.linalg.inv(eye - A)
    rng = np.random.default_rng(1)
    at = [(int(i), int(j)) for i, j in rng.integers(0, n, (cells, 2))]

    def ours() -> np.ndarray:
        # a copy has no factors yet: they are part of what is timed
        return im.sensitivity.field_of_influence(copy.copy(base)).to_numpy()

    base = table_of(A)
    A = base.A.to_numpy()

    def inverse() -> np.ndarray:
        return np.linalg.inv(eye - A)

    def again() -> np.ndarray:
        norms = []
        for i, j in at:
            changed = A.copy()
            changed[i, j] += h
            norms.append(np.linalg.norm((np.linalg.inv(eye - changed) - L) / h))
        return np.array(norms)

    apart = np.abs(ours()[tuple(np.array(at).T)] / again() - 1).max()
    assert apart < 1e-4, f"the norms differ by {apart:.2g}"
    print(f"field of influence, n = {n}: {n * n:,} norms (largest difference {apart:.1g}, h = {h})")
    seconds = timed(runs, ours=ours, inverse=inverse, again=again)
    say("ours, factorisation and all cells", seconds["ours"] * 1e3, "ms")
    say("one np.linalg.inv", seconds["inverse"] * 1e3, "ms")
    say("ours / one np.linalg.inv (n = 500: at most 1.3)", seconds["ours"] / seconds["inverse"], "")
    each = seconds["again"] * n * n / cells
    say(f"inverting again, extrapolated from {cells} cells", each, "s")
    say("inverting again / ours (n = 500: at least 1e5)", each / seconds["ours"], "times")


def draws(n: int, runs: int) -> None:
    """One draw: noise on every coefficient and all output multipliers."""
    table, eye = table_of(coefficients(n)), np.eye(n)
    A = table.A.to_numpy()
    point = im.multipliers.output(table).to_numpy()
    cells, noise = Cells.of_table(table), im.sensitivity.IndependentCells(SD)
    sigma = np.sqrt(np.log1p(SD**2))
    turned, some, values = np.zeros((n, n)), A.T != 0, A.T[A.T != 0]
    sampler = noise.sampler(table, cells)

    def ours(rng: np.random.Generator) -> np.ndarray:
        turned.ravel()[cells.at] = sampler(rng)
        m = multipliers(turned, point, 1e-10)
        assert m is not None
        return m

    def textbook(rng: np.random.Generator) -> np.ndarray:
        drawn = np.zeros((n, n))
        drawn[some] = values * rng.lognormal(-(sigma**2) / 2, sigma, len(values))
        return np.linalg.inv(eye - drawn.T).sum(axis=0)

    apart = np.abs(ours(generator()) / textbook(generator()) - 1).max()
    whole = im.sensitivity.monte_carlo(table, noise, draws=2, seed=0).values[0]
    apart = max(apart, np.abs(whole / textbook(generator()) - 1).max())
    assert apart < 1e-9, f"the multipliers differ by {apart:.2g}"
    print(f"Monte Carlo draw, n = {n}, {len(values):,} cells (largest difference {apart:.1g})")
    one, two, three = generator(), generator(), generator()
    seconds = timed(
        runs, ours=lambda: ours(one), textbook=lambda: textbook(two), noise=lambda: sampler(three)
    )
    say("ours", seconds["ours"] * 1e3, "ms")
    say("  of which random numbers", seconds["noise"] * 1e3, "ms")
    say("np.linalg.inv of every draw", seconds["textbook"] * 1e3, "ms")
    say(
        "np.linalg.inv / ours (n = 1000: at least 5)",
        seconds["textbook"] / seconds["ours"],
        "times",
    )


def generator() -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(0))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small sizes, a few seconds")
    quick = parser.parse_args().quick
    print(f"  {'':<58} {'min':>10} {'median':>10} {'max':>10}")
    with threadpool_limits(limits=1):
        influence(*((100, 5, 3) if quick else (500, 20, 5)))
        draws(*((300, 3) if quick else (1000, 5)))
