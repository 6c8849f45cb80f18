"""A dense table on disk: written in row blocks, dropped from memory, and read as it stands.

Flows follow a gravity law (heavy-tailed sizes, a third-power scatter, inputs of 0.3 to 0.9 of
output).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import iomodel as im

BUFFER = 8_000_000


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


def written(n: int, folder: Path) -> Path:
    """A table of n sectors as row blocks."""
    rng = np.random.default_rng(1)
    size = np.minimum(rng.pareto(1.5, n) + 0.1, 50)
    sold = size * (size * rng.uniform(0.4, 1.0, n)).sum() / 4  # what rows sum to, nearly
    return im.write_row_blocks(
        blocks(n), folder / "table", codes=np.arange(n), output=1.7 * sold, unit="million"
    )


def evict(files: list[Path]) -> None:
    """Let the system forget what it keeps of the files in memory, where it can be asked to."""
    if not hasattr(os, "posix_fadvise"):
        return
    os.sync()
    for file in files:
        with open(file, "rb") as opened:
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def read(file: Path) -> int:
    """The bytes of a file, read as dd reads: one piece after another into the same memory."""
    room, count = memoryview(bytearray(BUFFER)), 0
    with open(file, "rb", buffering=0) as opened:
        while got := opened.readinto(room):
            count += got
    return count


def fetched() -> float:
    """Bytes that this process had fetched from a disk; nan where the system does not say."""
    try:
        lines = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
    except OSError:
        return float("nan")
    return next(float(line.split()[1]) for line in lines if line.startswith("read_bytes:"))


def bought(files: list[Path], m: np.ndarray, n: int) -> np.ndarray:
    """Z'm, by nothing but numpy."""
    total, start = np.zeros(n), 0
    for file in files:
        Z = np.fromfile(file).reshape(-1, n)
        total += m[start : start + len(Z)] @ Z
        start += len(Z)
    return total
