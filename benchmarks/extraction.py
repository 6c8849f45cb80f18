"""Extraction of every sector in closed form, against inverting the table anew for each sector.

    python benchmarks/extraction.py            500, 1,000 and 2,000 sectors, five runs each
    python benchmarks/extraction.py --quick    200 sectors, two runs

One BLAS thread.  In every run, one after the other: `extraction.totals` of a table not yet
factorised (six extractions of all sectors), one np.linalg.inv(I - A), and the loop that inverts
I - A anew for each sector (20 of them, extrapolated to all).  CPU time of the process; the answers
of the closed form and of the loop are compared before anything is timed.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import scipy
from threadpoolctl import threadpool_info, threadpool_limits

from iomodel import extraction
from iomodel.table import IOTable

TAKEN = 20
AGREE = 1e-9


def table(n: int) -> IOTable:
    """A table of n sectors: heavy-tailed flows, 30 % zeros, inputs of 0.2 to 0.9 of output."""
    rng = np.random.default_rng(n)
    raw = rng.pareto(1.5, (n, n)) * (rng.random((n, n)) > 0.3)
    A = raw / raw.sum(axis=0) * rng.uniform(0.2, 0.9, n)
    x = np.linalg.solve(np.eye(n) - A, rng.pareto(1.5, n) + 0.1)
    codes = [str(i) for i in range(n)]
    return IOTable.from_coefficients(pd.DataFrame(A, codes, codes), pd.Series(x, codes))


def anew(A: np.ndarray, f: np.ndarray, k: int) -> float:
    """Gross output of the economy without sector k, by an inverse of its own."""
    without, demand = A.copy(), f.copy()
    without[k, :], without[:, k], demand[k] = 0.0, 0.0, 0.0
    return float((np.linalg.inv(np.eye(len(A)) - without) @ demand).sum())


def seconds(job: Callable[[], object]) -> float:
    """CPU seconds of the process."""
    start = time.process_time()
    job()
    return time.process_time() - start


def spread(values: list[float], form: str) -> str:
    """Minimum, median and maximum of the runs."""
    low, middle, high = min(values), float(np.median(values)), max(values)
    return f"{low:{form}} / {middle:{form}} / {high:{form}}"


def compare(n: int, runs: int) -> None:
    """One size: answers first, then the interleaved runs and their ratios."""
    economy = table(n)
    A, f = economy.A.to_numpy(), economy.f.to_numpy()
    sectors = np.linspace(0, n - 1, TAKEN).astype(int)
    lost = economy.arrays.x.sum() - np.array([anew(A, f, int(k)) for k in sectors])
    ours = extraction.totals(economy)["complete"].to_numpy()[sectors]
    gap = float(np.abs(ours / lost - 1).max())
    if gap > AGREE:
        raise SystemExit(f"n={n}: the answers differ by {gap:.1e} of the loss; nothing is timed.")
    eye = np.eye(n)
    took: dict[str, list[float]] = {name: [] for name in ("closed", "diagonal", "inverse", "loop")}
    for _ in range(runs):
        fresh = replace(economy)  # a copy has no coefficients and no factors yet
        took["closed"].append(seconds(lambda: extraction.totals(fresh)))  # noqa: B023
        took["diagonal"].append(seconds(economy.L.diagonal))
        took["inverse"].append(seconds(lambda: np.linalg.inv(eye - A)))
        took["loop"].append(seconds(lambda: [anew(A, f, int(k)) for k in sectors]))
    took["loop"] = [one * n / TAKEN for one in took["loop"]]
    pairs = list(zip(took["closed"], took["inverse"], took["loop"], strict=True))
    shown = {
        "closed form, all sectors, ms": spread([1e3 * one for one in took["closed"]], ".1f"),
        "of it diag(L) after factors, ms": spread([1e3 * one for one in took["diagonal"]], ".1f"),
        "one np.linalg.inv(I - A), ms": spread([1e3 * one for one in took["inverse"]], ".1f"),
        "loop of inverses, extrapolated, s": spread(took["loop"], ".1f"),
        "closed form / one inverse": spread([c / i for c, i, _ in pairs], ".2f"),
        "loop / closed form": spread([a / c for c, _, a in pairs], ",.0f"),
    }
    print(f"\nn = {n}: {runs} runs; largest gap of an answer {gap:.1e}")
    print("\n".join(f"  {name:35} {value}" for name, value in shown.items()))


def main() -> None:
    """Say what is measured and on what, then measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="200 sectors, two runs")
    parser.add_argument("--sizes", type=int, nargs="+", default=[500, 1000, 2000])
    asked = parser.parse_args()
    print(f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}")
    with threadpool_limits(limits=1, user_api="blas"):
        pools = {f"{p['internal_api']} {p['version']}" for p in threadpool_info()}
        most = max(p["num_threads"] for p in threadpool_info() if p["user_api"] == "blas")
        print(f"{', '.join(sorted(pools))}: {most} thread; CPU time; minimum / median / maximum")
        for n in [200] if asked.quick else asked.sizes:
            compare(n, runs=2 if asked.quick else 5)


if __name__ == "__main__":
    main()
