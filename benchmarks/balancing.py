"""RAS by scaling vectors, against scaling the matrix, against ipfn, and on a hard table.

    python benchmarks/balancing.py    (--quick: 400 and 200 sectors instead of 5,000 and 1,000)

One BLAS thread, CPU time.  In every run, one after the other: `balance.ras` with its checks and
labels, its kernel alone, the loop that scales the whole matrix (vectorised numpy, the same stopping
rule), and ipfn in an environment of its own.  Answers are compared before anything is timed.  Of
a table of 20 regions that hardly trade, passes over the matrix are counted.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from iomodel import balance
from iomodel.balance.scaling import scaled

AGREE, TOLERANCE = 1e-7, 1e-10
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
THEIRS = """
import sys, time
import numpy as np
from ipfn import ipfn
given = np.load(sys.argv[1])
Z, totals = given["Z"], [given["u"], given["v"]]
start = time.process_time()
how = dict(convergence_rate=1e-10, max_iteration=5000, verbose=0, rate_tolerance=0)
found = ipfn.ipfn(Z, totals, [[0], [1]], **how).iteration()
print(time.process_time() - start)
np.save(sys.argv[2], found)
"""
Case = tuple[np.ndarray, np.ndarray, np.ndarray]


def ordinary(n: int) -> Case:
    """Lognormal flows, half of them zero, and the margins of a table grown unevenly."""
    rng = np.random.default_rng(n)
    Z = rng.lognormal(0, 1, (n, n)) * (rng.random((n, n)) < 0.5)
    W = Z * np.exp(1.2 * rng.normal(size=(n, 1)) * rng.normal(size=n))
    return Z, W.sum(axis=1), W.sum(axis=0)


def hard(n: int, link: float, regions: int = 20) -> Case:
    """Regions that trade `link` of what they trade inside, and margins by which trade changes."""
    rng = np.random.default_rng(n)
    region = np.arange(n) // (n // regions)
    same = region[:, None] == region
    Z = rng.lognormal(0, 1, (n, n)) * (rng.random((n, n)) < 0.5) * np.where(same, 1, link)
    trade = rng.lognormal(0, 1, (regions, regions))[region][:, region]
    W = Z * rng.lognormal(0, 0.5, Z.shape) * np.where(same, 1, trade)
    return Z, W.sum(axis=1), W.sum(axis=0)


def plain(Z: np.ndarray, u: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, int]:
    """The matrix itself scaled by rows and by columns until the rows stand."""
    Z, passes = Z.copy(), 0
    while (np.abs(Z.sum(axis=1) - u) / u).max() > TOLERANCE:
        Z *= (u / Z.sum(axis=1))[:, None]
        Z *= v / Z.sum(axis=0)
        passes += 1
    return Z, passes


def seconds(job: Callable[..., object], *given: object) -> float:
    start = time.process_time()
    job(*given)
    return time.process_time() - start


def spread(values: list[float], digits: int) -> str:
    return " / ".join(f"{one(values):.{digits}f}" for one in (min, np.median, max))


def ipfn_python() -> str:
    """A Python that has ipfn, in an environment kept beside the temporary files."""
    folder = Path(tempfile.gettempdir()) / "iomodel-benchmark-ipfn"
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    if subprocess.run([python, "-c", "from ipfn import ipfn"], capture_output=True).returncode:
        subprocess.run([python, "-m", "pip", "install", "--quiet", "ipfn"], check=True)
    return str(python)


def ipfn(python: str, case: Case) -> tuple[np.ndarray, float]:
    with tempfile.TemporaryDirectory() as folder:
        given, answer = Path(folder) / "given.npz", Path(folder) / "answer.npy"
        np.savez(given, Z=case[0], u=case[1], v=case[2])
        asked, alone = [python, "-c", THEIRS, given, answer], {**os.environ, **ONE_THREAD}
        said = subprocess.run(asked, check=True, stdout=subprocess.PIPE, text=True, env=alone)
        return np.load(answer), float(said.stdout.split()[-1])


def compare(n: int, runs: int, python: str | None) -> None:
    """One size: answers first, then the interleaved runs and their ratios."""
    case = Z, u, v = ordinary(n)
    frame = pd.DataFrame(Z).rename(str).rename(columns=str)
    ours, (naive, passes) = balance.ras(frame, u, v), plain(Z, u, v)
    answers = {"matrix": naive} | ({"ipfn": ipfn(python, case)[0]} if python else {})
    mine = ours.frame.to_numpy()
    gaps = {name: float(np.abs(mine - a).max() / a.max()) for name, a in answers.items()}
    assert max(gaps.values()) < AGREE, f"n={n}: the answers differ ({gaps}); nothing is timed."
    took: dict[str, list[float]] = {name: [] for name in ("ours", "kernel", *answers)}
    for _ in range(runs):
        took["ours"].append(seconds(balance.ras, frame, u, v))
        took["kernel"].append(seconds(scaled, Z, u, v, TOLERANCE, 1_000))
        took["matrix"].append(seconds(plain, Z, u, v))
        if python:
            took["ipfn"].append(ipfn(python, case)[1])
    print(f"\nn = {n}: {ours.iterations} passes, the matrix {passes}; answers {gaps}")
    for name, each in took.items():
        times = [other / mine for other, mine in zip(each, took["ours"], strict=True)]
        print(f"  {name:7} {spread(each, 3)} s   {spread(times, 1)} times ours")


def count(n: int) -> None:
    print(f"\nhard, n = {n}, 20 regions: passes of plain RAS and of ours")
    for link in (3e-3, 1e-3, 3e-4, 1e-4):
        Z, u, v = hard(n, link)
        ours, (naive, passes) = balance.ras(pd.DataFrame(Z), u, v), plain(Z, u, v)
        gap, less = np.abs(ours.frame.to_numpy() - naive).max(), passes / ours.iterations
        print(f"  trade {link:g}: {passes} and {ours.iterations}, 1/{less:.1f}; apart {gap:.1e}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="400 and 200 sectors, two runs")
    quick = parser.parse_args().quick
    print(f"numpy {np.__version__}; one BLAS thread; CPU time; minimum / median / maximum")
    large, small, runs = (400, 200, 2) if quick else (5_000, 1_000, 5)
    compare(large, runs, None)
    compare(small, runs, ipfn_python())
    count(small)


if __name__ == "__main__":
    with threadpool_limits(limits=1):
        main()
