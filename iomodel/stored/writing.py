"""Writing a table as row blocks: whole or not at all, checked as it is written."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import tomli_w

from iomodel import flows
from iomodel.accounts import Accounts, Array, Labelled
from iomodel.arguments import typed
from iomodel.edges import costs, uses
from iomodel.errors import TableError
from iomodel.meta import Blocks, Meta
from iomodel.progress import counted
from iomodel.storage import MANIFEST, staging
from iomodel.stored.rows import Block, RowBlocks, parts
from iomodel.table import IOTable

FORMAT = "iomodel row blocks 1"
TARGET = 64_000_000  # bytes of a block


@typed
def write_blocks(
    table: IOTable,
    path: str | os.PathLike[str],
    *,
    rows: int | None = None,
    overwrite: bool = False,
) -> Path:
    """Write a table so that `open_blocks` can ask it without reading its flows into memory.

    A folder with Z in blocks of `rows` rows (raw float64, little endian; about 64 MB by default),
    the other blocks as .npy, labels as csv, and `manifest.toml`: shape, type, unit, year, and a
    sha256 of every file.  It is made beside its place and moved there when whole, so that what
    stood there is untouched by an interruption; an existing one is replaced with `overwrite` only.

    Cost: 8 n^2 bytes of disk; memory for one block.
    Errors: WriteError before anything is written where the disk has too little room, where
    something else stands there, and where it cannot be written.

    >>> import tempfile
    >>> A, x = pd.DataFrame([[0.5]], ["a"], ["a"]), pd.Series({"a": 2.0})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     place = write_blocks(IOTable.from_coefficients(A, x), f"{folder}/table")
    ...     sorted(file.name for file in place.iterdir())[-3:]
    ['sectors.csv', 'sold.npy', 'x.npy']
    """
    n = len(table.accounts)
    size = rows_of(n) if rows is None else rows
    with staging(Path(path), overwrite=overwrite, mark=MANIFEST, size=8 * n * n) as folder:
        Z = written(parts(table.arrays.flows, n, size), table.accounts.flat().codes, folder)
        describe(table, Z, folder)
    return Path(path)


@typed
def write_row_blocks(
    blocks: Iterable[npt.ArrayLike],
    path: str | os.PathLike[str],
    *,
    codes: Iterable[object],
    output: Labelled | None = None,
    demand: pd.DataFrame | pd.Series | Mapping[str, float] | None = None,
    inputs: pd.DataFrame | pd.Series | None = None,
    rest: str | None = None,
    kinds: Mapping[str, str] | None = None,
    demand_kinds: Mapping[str, str] | None = None,
    unit: str = "",
    year: int | None = None,
    meta: Meta | None = None,
    overwrite: bool = False,
) -> Path:
    """Write a table whose Z never was in memory: its rows come block after block, from anywhere.

    `blocks` gives arrays of some rows of Z each (n columns), in the order of `codes`; the other
    arguments are those of `from_edges`.  The table must balance before it takes its place.

    Cost: 8 n^2 bytes of disk; memory for one block.
    Errors: TableError for blocks that are not n wide or not n rows together, cells that are
    negative or not finite (by row and column); BalanceError; those of `write_blocks`.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     place = write_row_blocks(
    ...         iter([[[150.0, 500.0]], [[200.0, 100.0]]]), f"{folder}/table",
    ...         codes=["a", "b"], output={"a": 1000.0, "b": 2000.0},
    ...     )
    ...     [file.name for file in sorted((place / "Z").iterdir())]
    ['000000.bin', '000001.bin']
    """
    accounts = Accounts.of(codes)
    n = len(accounts)
    with staging(Path(path), overwrite=overwrite, mark=MANIFEST, size=8 * n * n) as folder:
        arrays = (np.asarray(block, dtype=np.float64) for block in blocks)
        Z = written(arrays, accounts.codes, folder)
        x, y, categories = uses(accounts, Z.sold, output, demand, demand_kinds)
        v, rows = costs(accounts, x - Z.bought, inputs, rest, kinds)
        described = meta or Meta()
        described = described.but(
            unit=unit or described.unit, year=described.year if year is None else year
        )
        w, s = np.zeros((len(rows), len(categories))), np.zeros((0, n))
        table = IOTable(accounts, categories, rows, Blocks(held(Z), y, v, w, x, s), described)
        describe(table.require_balanced(), Z, folder)
    return Path(path)


def held(Z: RowBlocks) -> flows.Flows:
    """The same, as what a table takes."""
    return Z


def rows_of(n: int) -> int:
    """Rows of a block of about 64 MB."""
    return max(1, min(n, TARGET // (8 * n)))


@dataclass
class _Sums:
    """What is kept of the blocks as they pass."""

    sold: Array
    bought: Array
    own: Array
    done: int = 0

    def add(self, block: Array, codes: tuple[str, ...]) -> None:
        """Check a block and add it to the sums."""
        n, start = len(codes), self.done
        stop = start + len(block)
        if block.ndim != 2 or block.shape[1] != n or stop > n or not len(block):
            raise TableError(
                f"The block of rows from {start} has shape {block.shape}; Z is {n} x {n}.",
                remedy="Give some whole rows in each block, all rows once, in the order of codes.",
            )
        wrong = np.argwhere(~(np.isfinite(block) & (block >= 0)))
        if len(wrong):
            raise TableError(
                f"{len(wrong)} flows in the rows from {start} are negative or not finite.",
                [
                    f"row '{codes[start + i]}', column '{codes[j]}': {block[i, j]}"
                    for i, j in wrong[:1000]
                ],
                "Put a number there that is not negative; nothing is taken as zero.",
            )
        at = np.arange(len(block))
        self.sold[start:stop] = block.sum(axis=1)
        self.bought += block.sum(axis=0)
        self.own[start:stop] = block[at, start + at]
        self.done = stop


def written(blocks: Iterable[Array], codes: tuple[str, ...], folder: Path) -> RowBlocks:
    """Rows written as they come, checked and summed."""
    n = len(codes)
    sums = _Sums(np.zeros(n), np.zeros(n), np.zeros(n))
    (folder / "Z").mkdir()
    found: list[Block] = []
    for at, block in enumerate(counted(islice(blocks, n + 1), "writing rows up to", n)):
        start = sums.done
        sums.add(block, codes)
        raw = np.ascontiguousarray(block, dtype="<f8")
        file = folder / "Z" / f"{at:06d}.bin"
        raw.tofile(file)
        found.append(Block.at(file, start, sums.done, hashlib.sha256(raw.data).hexdigest()))
    if sums.done != n:
        raise TableError(
            f"The blocks have {sums.done} rows together; Z is {n} x {n}.",
            remedy="Give every row once, in the order of codes.",
        )
    return RowBlocks(tuple(found), codes, sums.sold, sums.bought, sums.own)


def describe(table: IOTable, Z: RowBlocks, folder: Path) -> None:
    """Write everything but Z, and the manifest."""
    a = table.arrays
    arrays = {"Y": a.Y, "V": a.V, "W": a.W, "x": a.x, "S": a.S}
    arrays |= {"sold": Z.sold, "bought": Z.bought, "own": Z.own}
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    labels = {
        "sectors": table.accounts,
        "categories": table.categories,
        "inputs": table.inputs,
        "satellites": table.satellite_accounts,
    }
    for name, accounts in labels.items():
        frame = pd.DataFrame({"code": accounts.codes, "name": accounts.names})
        frame["kind"] = accounts.kinds
        if accounts.regions:
            frame["region"] = accounts.regions
        frame.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")
    small = [f"{name}.npy" for name in arrays] + [f"{name}.csv" for name in labels]
    manifest = {
        "format": FORMAT,
        "n": len(table.accounts),
        "dtype": "<f8",
        "meta": {key: value for key, value in asdict(table.meta).items() if value is not None},
        "files": {name: sha256_of(folder / name) for name in small},
        "blocks": [
            {"file": f"Z/{b.file.name}", "start": b.start, "stop": b.stop, "sha256": b.sha256}
            for b in Z.blocks
        ],
    }
    (folder / MANIFEST).write_text(tomli_w.dumps(manifest), encoding="utf-8", newline="\n")


def sha256_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
