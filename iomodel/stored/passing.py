"""A world table from its file straight to row blocks on disk: its flows are never in memory."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np

from iomodel import flows
from iomodel.accounts import Array
from iomodel.arguments import typed
from iomodel.errors import TableError, WriteError
from iomodel.readers.keeping import LEFT_OUT, Places, gathered, in_place
from iomodel.storage import MANIFEST, staging
from iomodel.stored.rows import RowBlocks
from iomodel.stored.writing import describe, held, rows_of, written
from iomodel.table import IOTable

RAW = "rows.raw"


class _Filed:
    """A `readers.keeping.Keep` on disk: rows as they come, then row blocks in a table's order."""

    def __init__(self, folder: Path, rows: int | None) -> None:
        self._folder, self._size, self._n = folder, rows, 0
        self._file: BinaryIO | None = None
        self.Z: RowBlocks | None = None

    def begin(self, n: int) -> None:
        """Make sure of the room: the rows of the file, and the blocks beside them."""
        room = shutil.disk_usage(self._folder).free
        if 16 * n * n > room:
            raise WriteError(
                f"'{self._folder.parent}' needs {16e-9 * n * n:.2f} GB while it is written, and "
                f"the disk has {room / 1e9:.2f} GB free.",
                remedy="Choose another disk; nothing was written.",
            )
        self._n = n
        self._file = (self._folder / RAW).open("wb")

    def add(self, rows: Array) -> None:
        """Write rows down."""
        assert self._file is not None
        np.ascontiguousarray(rows, dtype="<f8").tofile(self._file)

    def finish(self, down: Places, across: Places, codes: Sequence[str]) -> flows.Flows:
        """The rows as blocks, in the order of the table."""
        assert self._file is not None
        self._file.close()
        raw = self._folder / RAW
        size = rows_of(len(codes)) if self._size is None else self._size
        blocks = _blocks(raw, down, across, len(codes), size)
        self.Z = written(blocks, tuple(codes), self._folder)
        raw.unlink()
        return held(self.Z)


def _blocks(raw: Path, down: Places, across: Places, m: int, size: int) -> Iterator[Array]:
    """Some rows of the table at a time, out of the rows of the file."""
    n = len(across)
    moved = not in_place(across, n)
    for start in range(0, m, size):
        of_block = np.flatnonzero((down >= start) & (down < start + size) & (down != LEFT_OUT))
        Z: Array = np.memmap(raw, dtype="<f8", mode="r", shape=(n, n))  # anew: pages are let go
        rows = gathered(np.asarray(Z[of_block]), down[of_block] - start, 0)
        del Z
        yield gathered(rows, across, 1) if moved else rows


@typed
def blocks_from_file(
    read: Callable[..., IOTable],
    path: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    *,
    rows: int | None = None,
    overwrite: bool = False,
    **options: object,
) -> Path:
    """Read a table of the world straight into row blocks on disk, for `open_blocks` to ask.

    `read` is `read_icio`, `read_figaro` or `read_exiobase`, `options` are its own (satellites,
    merge_splits, discrepancy).  The file passes once; its checks are those of the reader, and the
    folder takes its place only when they all hold.  `rows` and `overwrite` are those of
    `write_blocks`; `write_zarr(open_blocks(folder), store)` makes a zarr store of it.

    Shapes and units are those of the reader.  Cost: 16 n^2 bytes of disk while it is written, 8 n^2
    after; memory for a block of rows, and for Y, V and W.
    Errors: those of the reader and of `write_blocks`; TableError for another reader.

    >>> import iomodel as im
    >>> folder = im.blocks_from_file(  # doctest: +SKIP
    ...     im.read_exiobase, "IOT_2011_pxp.zip", "exiobase-2011"
    ... )
    >>> table = im.open_blocks(folder)  # doctest: +SKIP
    """
    target = Path(folder)
    with staging(target, overwrite=overwrite, mark=MANIFEST) as stage:
        keep = _Filed(stage, rows)
        try:
            table = read(path, keep=keep, **options)
        except TypeError as error:
            if "keep" not in str(error):
                raise
            raise TableError(
                f"{getattr(read, '__name__', read)} does not give flows as they pass.",
                remedy="Give read_icio, read_figaro or read_exiobase; of another table: "
                "write_blocks(read(path), folder).",
            ) from error
        assert keep.Z is not None
        describe(table, keep.Z, stage)
    return target
