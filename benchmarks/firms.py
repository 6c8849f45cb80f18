"""A network of firms as a table: multipliers, import content and who ends up with the income.

    python benchmarks/firms.py                  1,000,000 firms with 20 suppliers each
    python benchmarks/firms.py --firms 10000    fewer
    taskset -c 0,1 python benchmarks/firms.py   on two processors

Sellers are drawn by a power law (the largest sells to a tenth of all firms or so).  Wall and CPU
seconds of every step and the peak of memory of the whole process, edge list included; every answer
comes with a bound of its error that holds whatever computed it.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import pandas as pd
import scipy

import iomodel as im
from iomodel.bop import Item
from iomodel.linalg.threads import processors
from iomodel.table import IOTable

T = TypeVar("T")
SUPPLIERS = 20


def edges(n: int) -> tuple[pd.DataFrame, pd.Series, pd.DataFrame]:
    """Who sells to whom, output, and imports, wages and surplus of every firm."""
    rng = np.random.default_rng(1)
    seller = (n * rng.random(n * SUPPLIERS) ** 3).astype(np.int32)  # few sell to many
    seller = rng.permutation(n).astype(np.int32)[seller]
    buyer = np.repeat(np.arange(n, dtype=np.int32), SUPPLIERS)
    value = rng.pareto(1.5, len(seller)) + 0.01
    bought = np.bincount(buyer, value, n)
    sold = np.bincount(seller, value, n)
    x = np.maximum(sold * 1.05, bought / rng.uniform(0.2, 0.9, n))
    left = x - bought
    parts = rng.dirichlet([2, 3, 3], n) * left[:, None]
    frame = pd.DataFrame({"seller": seller, "buyer": buyer, "value": value}, copy=False)
    firms = pd.DataFrame(parts, columns=["imports", "wages", "surplus"], copy=False)
    return frame, pd.Series(x), firms


def timed(what: str, job: Callable[[], T]) -> T:
    """The answer; its wall and CPU seconds are printed."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = job()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"{what:34} {time.perf_counter() - wall:7.2f} s wall {time.process_time() - cpu:7.2f} s CPU"
        f"  peak {peak:.2f} GB",
        flush=True,
    )
    return found


def made(lines: pd.DataFrame, x: pd.Series, firms: pd.DataFrame) -> IOTable:
    """The table of these firms."""
    return im.from_edges(
        lines,
        output=x,
        inputs=firms,
        kinds={"imports": "imports", "wages": "compensation", "surplus": "surplus"},
        unit="million MXN",
        year=2018,
        meta=im.Meta(currency="MXN"),
    )


def gni(table: IOTable) -> pd.DataFrame:
    """Gross value added, product taxes and national income in a peso spent on each firm."""
    total = table.primary("surplus").sum()
    items = (
        Item("dividends", "Dividends", 0.1 * total, "from_surplus", "foreign_equity"),
        Item("interest", "Interest", 0.05 * total, "from_surplus", "corporate_surplus"),
    )
    bop = im.BalanceOfPayments("", 2018, items, 1.0, "MXN", "million MXN", "invented")
    share = np.random.default_rng(2).random(len(table.accounts))
    key = im.OwnershipKey.from_shares("invented", table.accounts.series(share))
    return im.leakage.content(table, im.leakage.allocate(table, bop, key=key))


def main() -> None:
    """Print figures of one run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--firms", type=int, default=1_000_000)
    n = parser.parse_args().firms
    print(
        f"{n} firms, {n * SUPPLIERS} edges; {processors()} processors of {platform.machine()}, "
        f"load {os.getloadavg()[0]:.1f}; numpy {np.__version__}, scipy {scipy.__version__}"
    )
    given = [timed("inventing the edges", lambda: edges(n))]
    start = time.perf_counter()
    table = timed("table from edges, checked", lambda: made(*given.pop()))
    timed("L: shown to be productive", lambda: table.L)
    timed("output multipliers", lambda: im.multipliers.output(table))
    timed("import content", lambda: im.multipliers.imports(table))
    timed("value added, GDP and GNI content", lambda: gni(table))
    print(f"{'all of this':34} {time.perf_counter() - start:7.2f} s wall")
    timed("the three largest losses", lambda: im.extraction.largest(table, top=3))
    m = timed("the bound of the multipliers", lambda: bound(table))
    print(f"error of every output multiplier at most {m:.1e} of it")


def bound(table: IOTable) -> float:
    """The largest relative error that an output multiplier can have."""
    return table.L.resolvent.solve_with_bound(  # type: ignore[union-attr]
        np.ones(len(table.accounts)), transposed=True
    ).bound


if __name__ == "__main__":
    main()
