"""Flows in blocks of rows on disk: the sums and products a table needs, read by several threads."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from iomodel import flows
from iomodel.accounts import Array
from iomodel.errors import CellError, FileError
from iomodel.linalg.planning import free_memory
from iomodel.progress import counted

READERS = 3  # a disk is read faster by a few than by one
ADDS_UP = 1e-9  # of the absolute sum: far above rounding, far below a damaged exponent
SHARE = 0.6  # of the memory that is free, at most, for a copy in single precision


@dataclass(frozen=True)
class Block:
    """One file: rows `start` to `stop` of Z, float64, row after row; when it was last written."""

    file: Path
    start: int
    stop: int
    sha256: str
    written: int

    @classmethod
    def at(cls, file: Path, start: int, stop: int, sha256: str) -> Block:
        """The block as the file stands now, which may be nowhere."""
        return cls(file, start, stop, sha256, file.stat().st_mtime_ns if file.exists() else 0)


@dataclass(frozen=True, eq=False)
class RowBlocks:
    """Flows on disk (a `flows.Matrix`): nothing but sums and the diagonal is kept in memory.

    `codes` are the names of rows and columns, for errors; `sold`, `bought` and `own` the row sums,
    column sums and diagonal as they were written.
    """

    blocks: tuple[Block, ...]
    codes: tuple[str, ...]
    sold: Array
    bought: Array
    own: Array

    nonnegative = True  # looked at when it was written

    @property
    def shape(self) -> tuple[int, int]:
        """(n, n)."""
        return (len(self.codes), len(self.codes))

    @property
    def _width(self) -> int:
        return max(1, math.isqrt(len(self.codes)))

    @property
    def terms(self) -> int:
        """The longest sum of `careful`: the rows of a block and the blocks, or columns alike."""
        across = self._width + math.ceil(len(self.codes) / self._width)
        return 2 + max(across, max(b.stop - b.start for b in self.blocks) + len(self.blocks))

    def product(self, v: Array, *, transposed: bool) -> Array:
        """Z v or Z'v: every block is read once."""
        return self._product(v, transposed, len(self.codes))

    def careful(self, v: Array, *, transposed: bool) -> Array:
        """The same in short sums."""
        return self._product(v, transposed, self._width)

    def _product(self, v: Array, transposed: bool, width: int) -> Array:
        n = len(self.codes)

        def multiplied(block: Block) -> Array:
            Z = self.read(block)
            if transposed:
                part: Array = (v[block.start : block.stop].T @ Z).T
            else:
                part = np.zeros((len(Z), *v.shape[1:]))
                for first in range(0, n, width):
                    part += Z[:, first : first + width] @ v[first : first + width]
            if not np.isfinite(part).all() and np.isfinite(v).all():
                self.require_finite(block, Z)
            return part

        parts = self._each(multiplied, "reading flows")
        if transposed:
            total = np.zeros(v.shape)
            for part in parts:
                total += part
        else:
            total = np.concatenate(list(parts))
        self._require_sum(total, v, self.sold if transposed else self.bought)
        return total

    def _require_sum(self, found: Array, v: Array, sums: Array) -> None:
        """Look at checksums where a product does not add up to what the sums of Z say."""
        gap = np.abs(found.sum(axis=0) - sums @ v)
        if (gap > ADDS_UP * (sums @ np.abs(v))).any():
            self.require_whole()

    def _each(self, job: Callable[[Block], Array], what: str) -> Iterator[Array]:
        """The job of every block, in order, a few blocks ahead of what is taken."""
        with ThreadPoolExecutor(READERS) as pool:
            yield from counted(pool.map(job, self.blocks), what, len(self.blocks))

    def read(self, block: Block) -> Array:
        """The rows of a block, mapped and not copied; FileError where they are not all there."""
        shape = (block.stop - block.start, len(self.codes))
        require_same(block, shape)
        try:
            return np.memmap(block.file, dtype="<f8", mode="r", shape=shape)
        except (OSError, ValueError) as error:
            raise FileError(
                f"'{block.file}' cannot be read: {error}.", remedy=MEND, file=str(block.file)
            ) from error

    def require_finite(self, block: Block, Z: Array) -> None:
        """Raise CellError naming the cells of a block that are no numbers."""
        bad = np.argwhere(~np.isfinite(Z))
        if len(bad):
            row, column = (int(i) for i in bad[0])
            raise CellError(
                f"'{block.file}' has {len(bad)} flows that are not finite.",
                [
                    f"row '{self.codes[block.start + i]}', column '{self.codes[j]}': {Z[i, j]}"
                    for i, j in bad[:1000]
                ],
                MEND,
                file=str(block.file),
                cell=f"row '{self.codes[block.start + row]}', column '{self.codes[column]}'",
            )

    def require_whole(self) -> None:
        """Raise FileError unless every block has its checksum: reads everything once."""

        def checked(block: Block) -> Array:
            if hashlib.sha256(self.read(block).data).hexdigest() != block.sha256:
                raise FileError(
                    f"'{block.file}' is damaged: its checksum is not that of the manifest (rows "
                    f"'{self.codes[block.start]}' to '{self.codes[block.stop - 1]}').",
                    remedy=MEND,
                    file=str(block.file),
                )
            return np.empty(0)

        for _ in self._each(checked, "checking blocks"):
            pass

    def sums(self, axis: int) -> Array:
        """Column sums (0) or row sums (1)."""
        return self.bought if axis == 0 else self.sold

    def diagonal(self) -> Array:
        """What each sector sells to itself."""
        return self.own

    def rows(self, at: list[int]) -> Array:
        """A few rows, from the blocks they stand in."""
        found = np.empty((len(at), len(self.codes)))
        for place, row in enumerate(at):
            block = next(b for b in self.blocks if b.start <= row < b.stop)
            found[place] = self.read(block)[row - block.start]
        return found

    def dense(self) -> Array:
        """Z as an array."""
        return np.concatenate([self.read(block) for block in self.blocks])

    def draft(self) -> npt.NDArray[np.float32] | None:
        """Z in single precision, read once; None where that is no small part of free memory."""
        n, room = len(self.codes), free_memory()
        if room is not None and 4.0 * n * n > SHARE * room:
            return None
        copy = np.empty((n, n), dtype=np.float32)

        def copied(block: Block) -> Array:
            copy[block.start : block.stop] = self.read(block)
            return np.empty(0)

        for _ in self._each(copied, "copying flows in single precision"):
            pass
        return copy


MEND = "Write the table again, or restore the folder from a copy; nothing was repaired."


def require_same(block: Block, shape: tuple[int, int]) -> None:
    """Raise FileError where the file is missing, of another size or written to since then."""
    try:
        status = block.file.stat()
    except OSError as error:
        raise FileError(
            f"'{block.file}' is missing: rows {block.start} to {block.stop - 1} of Z.",
            remedy=MEND,
            file=str(block.file),
        ) from error
    size = status.st_size
    if size != 8 * shape[0] * shape[1]:
        raise FileError(
            f"'{block.file}' has {size} bytes; {shape[0]} rows of {shape[1]} flows have "
            f"{8 * shape[0] * shape[1]}.",
            remedy=MEND,
            file=str(block.file),
        )
    if status.st_mtime_ns != block.written:
        raise FileError(
            f"'{block.file}' was written to after the table was opened.",
            remedy="Open the table again with check=True, which compares checksums.",
            file=str(block.file),
        )


def parts(Z: flows.Flows, n: int, rows: int) -> Iterator[Array]:
    """Z in blocks of so many rows, whatever holds it."""
    if not flows.is_array(Z) and hasattr(Z, "tocsr"):
        Z = Z.tocsr()
    for start in range(0, n, rows):
        at = list(range(start, min(start + rows, n)))
        yield Z[start : start + rows] if flows.is_array(Z) else flows.rows(Z, at)
