"""Opening a table of row blocks: labels and totals come into memory, the flows stay on disk."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from iomodel.accounts import Accounts, Array
from iomodel.arguments import typed
from iomodel.errors import FileError, LayoutError
from iomodel.meta import Blocks, Meta
from iomodel.storage import MANIFEST
from iomodel.stored.rows import MEND, Block, RowBlocks, require_same
from iomodel.stored.writing import FORMAT, held, sha256_of
from iomodel.table import IOTable


@typed
def open_blocks(path: str | os.PathLike[str], *, check: bool = False) -> IOTable:
    """A table larger than memory: asked as every table is, its flows read from disk as needed.

    The folder is one of `write_blocks` or `write_row_blocks`.  Solving iterates (GMRES): where
    there is room for a copy of Z in single precision (4 n^2 bytes) it works on that, and the disk
    is read about five times for residuals in double; else every step reads it once, some twenty
    times.  Sums and the diagonal were written with it.  What needs the array says so
    (TooLargeError) beyond 10,000 accounts.

    Every block must be there with its size; `check=True` reads everything and compares checksums,
    and so does a product that does not add up to the sums.
    Cost: O(n) to open; 8 n^2 bytes read a product.
    Errors: FileError for what is missing, of another size, damaged, or written to after it was
    opened, naming file and rows;
    LayoutError for a folder of another layout; CellError (when it is read) for a flow that is no
    number, by row and column; those of every table.

    >>> from tempfile import TemporaryDirectory
    >>> from iomodel.stored import write_row_blocks
    >>> with TemporaryDirectory() as folder:
    ...     place = write_row_blocks(
    ...         iter([[[150.0, 500.0]], [[200.0, 100.0]]]), f"{folder}/table",
    ...         codes=["a", "b"], output={"a": 1000.0, "b": 2000.0},
    ...     )
    ...     (open_blocks(place).L @ {"a": 600.0, "b": 1500.0}).round(2).to_dict()
    {'a': 1247.52, 'b': 1841.58}
    """
    folder = Path(path)
    manifest = _manifest(folder)
    for name, sha256 in manifest["files"].items():
        file = folder / name
        if not file.is_file():
            raise FileError(f"'{file}' is missing.", remedy=MEND, file=str(file))
        if sha256_of(file) != sha256:
            raise FileError(
                f"'{file}' is damaged: its checksum is not that of the manifest.",
                remedy=MEND,
                file=str(file),
            )
    accounts = _labels(folder, "sectors", "sector")
    array = {name: np.load(folder / f"{name}.npy") for name in (*"YVWxS", "sold", "bought", "own")}
    Z = RowBlocks(
        tuple(
            Block.at(folder / block["file"], block["start"], block["stop"], block["sha256"])
            for block in manifest["blocks"]
        ),
        accounts.flat().codes,
        *(_frozen(array[name]) for name in ("sold", "bought", "own")),
    )
    for block in Z.blocks:
        require_same(block, (block.stop - block.start, len(accounts)))
    if check:
        Z.require_whole()
    table = IOTable(
        accounts,
        _labels(folder, "categories", "category"),
        _labels(folder, "inputs", "input"),
        Blocks(held(Z), *(array[name] for name in "YVWxS")),
        described(manifest["meta"]),
        _labels(folder, "satellites", "satellite"),
    )
    return table.require_balanced()


def _manifest(folder: Path) -> dict[str, Any]:
    file = folder / MANIFEST
    if not file.is_file():
        raise FileError(
            f"'{file}' is missing.",
            remedy="Give a folder written by iomodel.write_blocks.",
            file=str(file),
        )
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LayoutError(f"'{file}' is not valid toml: {error}.", file=str(file)) from error
    if found.get("format") != FORMAT or found.get("dtype") != "<f8":
        raise LayoutError(
            f"'{file}' has format {found.get('format')!r}; this version reads '{FORMAT}'.",
            remedy="Write the table again with this version.",
            file=str(file),
        )
    return found


def _labels(folder: Path, name: str, axis: str) -> Accounts:
    frame = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
    return Accounts.of(
        frame["code"],
        names=frame["name"],
        kinds=frame["kind"],
        regions=frame.get("region"),
        axis=axis,
    )


def described(meta: Mapping[str, Any]) -> Meta:
    """A Meta from what was written of it."""
    known = {field.name for field in fields(Meta)}
    values = {key: value for key, value in meta.items() if key in known}
    for key in ("assumptions", "history"):
        values[key] = tuple(values.get(key, ()))
    return Meta(**values)


def _frozen(array: Array) -> Array:
    array.setflags(write=False)
    return array
