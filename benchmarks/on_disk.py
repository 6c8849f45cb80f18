"""A dense table larger than memory: written in row blocks, opened, its multipliers asked for.

    python benchmarks/on_disk.py --folder FOLDER                  40,000 sectors: 12.8 GB on disk
    python benchmarks/on_disk.py --folder FOLDER --sectors 2000   fewer
    python benchmarks/on_disk.py --folder FOLDER --streamed       no copy in single precision
    python benchmarks/on_disk.py --folder FOLDER --reuse          the table written before, cold

Flows follow a gravity law (heavy-tailed sizes, a third-power scatter, inputs of 0.3 to 0.9 of
output).  Wall and CPU seconds, bytes read a second, and the peak of anonymous memory of the
process (what is mapped from files can be dropped at any time and is not counted).
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np

import iomodel as im
from iomodel.stored import rows

T = TypeVar("T")
peak = 0.0


def watch() -> None:
    """Keep the peak of anonymous memory, in GB."""
    global peak
    while True:
        with open("/proc/self/status", encoding="ascii") as file:
            for line in file:
                if line.startswith("RssAnon:"):
                    peak = max(peak, float(line.split()[1]) / 1e6)
        time.sleep(0.05)


def timed(what: str, job: Callable[[], T]) -> T:
    """The answer; its seconds are printed."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = job()
    print(
        f"{what:34} {time.perf_counter() - wall:7.1f} s wall {time.process_time() - cpu:7.1f} s CPU"
        f"  peak {peak:.2f} GB anonymous",
        flush=True,
    )
    return found


def blocks(n: int) -> Iterator[np.ndarray]:
    """Z, some rows at a time."""
    rng = np.random.default_rng(1)
    size = np.minimum(rng.pareto(1.5, n) + 0.1, 50)
    buys = size * rng.uniform(0.4, 1.0, n)
    step = max(1, 64_000_000 // (8 * n))
    for start in range(0, n, step):
        raw = rng.random((min(step, n - start), n), dtype=np.float32).astype(np.float64)
        raw *= raw * raw
        raw *= buys
        raw *= size[start : start + step, None]
        yield raw


def evict(place: Path) -> None:
    """Let the system forget what it keeps of the files in memory."""
    os.sync()
    for file in (place / "Z").iterdir():
        with open(file, "rb") as opened:
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def main() -> None:
    """Print figures of one run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sectors", type=int, default=40_000)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--streamed", action="store_true")
    parser.add_argument("--reuse", action="store_true")
    given = parser.parse_args()
    n, place = given.sectors, given.folder / "table"
    print(
        f"{n} sectors, {8e-9 * n * n:.1f} GB; {os.cpu_count()} processors of {platform.machine()}, "
        f"load {os.getloadavg()[0]:.1f}, {shutil.disk_usage(given.folder).free / 1e9:.0f} GB of "
        f"disk free; numpy {np.__version__}"
    )
    threading.Thread(target=watch, daemon=True).start()
    codes = np.arange(n)
    rng = np.random.default_rng(1)
    size = np.minimum(rng.pareto(1.5, n) + 0.1, 50)
    sold = size * (size * rng.uniform(0.4, 1.0, n)).sum() / 4  # what rows sum to, nearly
    if given.reuse:
        evict(place)
    else:
        timed(
            "written",
            lambda: im.write_row_blocks(
                blocks(n), place, codes=codes, output=1.7 * sold, overwrite=True, unit="million"
            ),
        )
    if given.streamed:
        rows.free_memory = lambda: 0.0  # type: ignore[attr-defined]
    table = timed("opened", lambda: im.open_blocks(place))
    timed("L: shown to be productive", lambda: table.L)
    solved = timed(
        "output multipliers, with a bound",
        lambda: table.L.resolvent.solve_with_bound(np.ones(n), transposed=True),  # type: ignore[union-attr]
    )
    print(f"{solved.passes} passes over the disk; relative error at most {solved.bound:.1e}")
    timed("a second right side", lambda: table.L.T.solve(table.per_unit(table.arrays.V[0])))


if __name__ == "__main__":
    main()
