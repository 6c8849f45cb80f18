"""Supply chains above a threshold against pyspa, and the largest paths of a SAM of 500 accounts.

    python benchmarks/paths.py [--quick] [--pyspa PYTHON]

Both are asked for every chain behind one unit of final demand whose subtree is above a threshold,
in the same invented economy (density 0.7, heavy-tailed coefficients, column sums 0.17 to 0.95), on
one thread each.  pyspa runs in a process of its own, in an environment made for it beside the
temporary files (pip fetches it once).  Timed there: `get_spa` without its remainders, given the
multipliers; no imports, no reading.  The chains have to be the same before any time is shown.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

import iomodel as im
from iomodel.sam import SAM, SAMModel

PYSPA = "pyspa==2.4"
ASKED = {"s0": 1.0}
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), "1")
# 30 stages are deeper than any chain found: the threshold ends the search, in both
THEIRS = """
import contextlib, io, sys, time, numpy as np, pandas as pd
from pyspa.pyspa import get_spa
given = np.load(sys.argv[1])
sheet = pd.DataFrame({"DR_v_(u)": given["v"], "TR_v_(u)": given["m"], "Region": "r", "Unit": "u"})
began = time.process_time()
with contextlib.redirect_stdout(io.StringIO()):
    found = get_spa(0, 30, given["A"], sheet, {"v": float(given["threshold"])},
                    breakdown_remainder=False, zero_indexing=True)
print(time.process_time() - began)
with open(sys.argv[2], "w") as lines:
    for path in found.pathways_list:
        lines.write(path.get_short_id() + "\\n")
"""


def economy(n: int) -> im.IOTable:
    """An invented economy; the first sector is the one that is asked about."""
    rng = np.random.default_rng(n)
    A = rng.lognormal(sigma=2.0, size=(n, n)) * (rng.random((n, n)) < 0.7)
    A *= rng.uniform(0.17, 0.95, size=n) / A.sum(axis=0)
    A[:, 0] *= 0.9 / A[:, 0].sum()
    codes, outputs = [f"s{i}" for i in range(n)], np.linalg.solve(np.eye(n) - A, np.ones(n))
    return im.IOTable.from_coefficients(pd.DataFrame(A, codes, codes), pd.Series(outputs, codes))


def timed(ask: Callable[[], object], times: int = 5) -> float:
    """The median CPU seconds of a few runs."""
    seconds = []
    for _ in range(times):
        began = time.process_time()
        ask()
        seconds.append(time.process_time() - began)
    return float(np.median(seconds))


def ours(table: im.IOTable, threshold: float) -> set[str]:
    """The chains found here, as pyspa names them."""
    found = im.paths.above(table, threshold, demand=ASKED)
    names: list[str] = []
    for parent, sector in zip(found.parent, found.sector, strict=True):
        names.append(f"{names[parent]}_{sector}" if parent >= 0 else str(sector))
    return set(names)


def theirs(python: str, table: im.IOTable, threshold: float) -> tuple[set[str], float]:
    """The chains that pyspa finds, and its CPU seconds."""
    v = table.per_unit(table.primary("value_added"))
    with tempfile.TemporaryDirectory() as folder:
        given, answer = Path(folder) / "given.npz", Path(folder) / "answer.txt"
        np.savez(given, A=table.A, v=v, m=table.L.T.solve(v), threshold=threshold)
        asked = [python, "-c", THEIRS, str(given), str(answer)]
        alone = {**os.environ, **ONE_THREAD}
        said = subprocess.run(
            asked, check=True, stdout=subprocess.PIPE, text=True, env=alone
        ).stdout
        return set(answer.read_text().split()), float(said)


def pyspa_python() -> str:
    """A Python that has pyspa, in an environment kept beside the temporary files."""
    folder = Path(tempfile.gettempdir()) / f"iomodel-benchmark-{PYSPA}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.create(folder, with_pip=True)
    if subprocess.run([python, "-c", "import pyspa"], capture_output=True).returncode:
        subprocess.run([python, "-m", "pip", "install", "--quiet", PYSPA], check=True)
    return str(python)


def circle(n: int) -> SAMModel:
    """A SAM of n endogenous accounts, half of its cells filled, and one outside."""
    rng = np.random.default_rng(n)
    A = rng.lognormal(sigma=2.0, size=(n, n)) * (rng.random((n, n)) < 0.5)
    A *= rng.uniform(0.5, 0.95, size=n) / A.sum(axis=0)
    injected = rng.lognormal(size=n)
    x = np.linalg.solve(np.eye(n) - A, injected)
    T = np.zeros((n + 1, n + 1))
    T[:n, :n], T[:n, n], T[n, :n] = A * x, injected, x - (A * x).sum(axis=0)
    kinds = {f"a{i}": "activity" for i in range(n)} | {"outside": "row"}
    return SAM.from_frame(pd.DataFrame(T, kinds, kinds), kinds=kinds).cut(exogenous=["row"])


def multipliers_and_paths(model: SAMModel) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All multipliers and ten paths, from a model that is not factorised yet."""
    return model.L.to_frame(), im.paths.largest(model, "a0", "a1")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="200 sectors instead of 1,000")
    parser.add_argument("--pyspa", metavar="PYTHON", help="a Python that has pyspa")
    asked = parser.parse_args()
    n = 200 if asked.quick else 1_000
    table, threshold = economy(n), 1e-5 if asked.quick else 2e-5
    chains = ours(table, threshold)
    reference, cpu = theirs(asked.pyspa or pyspa_python(), table, threshold)
    if chains != reference:
        apart = len(chains - reference), len(reference - chains)
        sys.exit(f"Not the same chains: {apart[0]} only here, {apart[1]} only in {PYSPA}.")
    seconds = timed(lambda: im.paths.above(table, threshold, demand=ASKED))
    print(
        f"one thread each; {n} sectors, the same {len(chains)} chains above {threshold:g} in both"
    )
    print(f"  {PYSPA} {cpu:.2f} s, iomodel {1000 * seconds:.1f} ms: {cpu / seconds:,.0f} times")
    whole = timed(lambda: im.paths.above(replace(table), threshold, demand=ASKED))
    print(f"  with the table's checks and factors {1000 * whole:.1f} ms: {cpu / whole:,.0f} times")
    model = circle(500)
    both = timed(lambda: multipliers_and_paths(replace(model)))
    print(f"SAM of 500: all multipliers and the ten largest paths {both:.3f} s")


if __name__ == "__main__":
    with threadpool_limits(limits=1):
        main()
