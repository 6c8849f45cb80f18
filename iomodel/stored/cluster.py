"""Flows in chunks that dask multiplies, on this machine or on a cluster, from a zarr store."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from iomodel import flows
from iomodel.accounts import Accounts, Array
from iomodel.arguments import typed
from iomodel.errors import ClusterError, FileError, LayoutError, MissingExtraError, TableError
from iomodel.meta import Blocks
from iomodel.storage import staging
from iomodel.stored.reading import described
from iomodel.stored.rows import MEND, parts
from iomodel.table import IOTable

FORMAT = "iomodel zarr 2"
CHUNK = 2_500  # smaller ones cost dask more than the product
SIDES = ("Y", "V", "W", "x", "S")
AXES = ("accounts", "categories", "inputs", "satellite_accounts")


@dataclass(frozen=True, eq=False)
class Chunks:
    """Flows as a dask array (a `flows.Matrix`): products are formed where the chunks are.

    `stored` is the zarr array it reads, in `folder`; `sold`, `bought` and `own` are the row sums,
    column sums and diagonal as they were written; `client` is the cluster there was when it was
    opened: there is no silent going on without it.
    """

    array: Any
    stored: Any
    folder: Path
    sold: Array
    bought: Array
    own: Array
    client: Any = None

    nonnegative = True  # looked at when it was written

    @property
    def shape(self) -> tuple[int, int]:
        """(n, n)."""
        return (len(self.own), len(self.own))

    @property
    def terms(self) -> int:
        """The longest side of a chunk, and the chunks of a row or a column."""
        return 2 + max(int(max(sizes)) + len(sizes) for sizes in self.array.chunks)

    def product(self, v: Array, *, transposed: bool) -> Array:
        """Z v or Z'v: every chunk is read once.

        FileError for a chunk that went since it was opened: it is read as NaN, not as zeros.
        """
        return self._computed((v.T @ self.array).T if transposed else self.array @ v, v)

    def careful(self, v: Array, *, transposed: bool) -> Array:
        """The same: chunks are short already."""
        return self.product(v, transposed=transposed)

    def sums(self, axis: int) -> Array:
        """Column sums (0) or row sums (1)."""
        return self.bought if axis == 0 else self.sold

    def diagonal(self) -> Array:
        """What each sector sells to itself."""
        return self.own

    def rows(self, at: list[int]) -> Array:
        """A few rows."""
        return self._computed(self.array[at])

    def dense(self) -> Array:
        """Z as an array."""
        return self._computed(self.array)

    def draft(self) -> npt.NDArray[np.float32] | None:
        """None: the flows stay where they are."""
        return None

    def _computed(self, lazy: Any, v: Array | float = 1.0) -> Array:
        if self.client is not None and self.client.status != "running":
            raise self._gone(f"its client is {self.client.status}")
        try:
            found: Array = np.asarray(lazy.compute(scheduler=self.client))
        except Exception as error:  # of any package in between
            _require_readable(self.folder, self.stored)
            raise self._gone(f"{type(error).__name__}: {error}") from error
        if not np.isfinite(found).all() and np.isfinite(v).all():
            _require_readable(self.folder, self.stored)
        return found

    def _gone(self, why: str) -> ClusterError:
        return ClusterError(
            f"The flows could not be multiplied on the cluster: {why}.",
            remedy="Start a client again and open the table anew; nothing was computed elsewhere.",
        )

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "client": None}


@typed
def write_zarr(
    table: IOTable,
    path: str | os.PathLike[str],
    *,
    chunk: int = CHUNK,
    overwrite: bool = False,
) -> Path:
    """Write a table as a zarr store (version 3), for machines that share it or others to read.

    A group with Z in chunks of `chunk` x `chunk`; Y, V, W, x, S; labels and what the figures are as
    attributes.  Every chunk has a checksum (crc32c) and is written even where it is all zeros; the
    fill value is NaN, so that one that goes missing is never read as zeros.  Written beside its
    place and moved there when whole.

    Cost: 8 n^2 bytes of disk; memory for `chunk` rows.
    Errors: MissingExtraError without zarr; TableError for a `chunk` below one; those of
    `write_blocks`.
    """
    zarr = _module("zarr")
    if chunk < 1:
        raise TableError(f"chunk is {chunk}.", remedy="Give a number of rows, such as 2500.")
    n, a = len(table.accounts), table.arrays
    side = min(chunk, n)
    size = 8 * (-(-n // side) * side) ** 2  # chunks at the edges are written whole
    with staging(Path(path), overwrite=overwrite, mark="zarr.json", size=size) as folder:
        group = zarr.create_group(folder)
        safe = {
            "compressors": [zarr.codecs.Crc32cCodec()],
            "fill_value": np.nan,
            "config": {"write_empty_chunks": True},
        }
        Z = group.create_array("Z", shape=(n, n), chunks=(side, side), dtype="float64", **safe)
        for at, block in enumerate(parts(a.flows, n, side)):
            Z[at * chunk : at * chunk + len(block)] = block
        sums = {"sold": a.sold(), "bought": a.bought(), "own": np.asarray(a.flows.diagonal())}
        for name, array in {**{name: getattr(a, name) for name in SIDES}, **sums}.items():
            group.create_array(name, data=np.ascontiguousarray(array, dtype=np.float64), **safe)
        meta = {key: value for key, value in asdict(table.meta).items() if value is not None}
        labels = {name: asdict(getattr(table, name)) for name in AXES}
        group.attrs.update({"format": FORMAT, "meta": meta, "labels": labels})
    return Path(path)


@typed
def open_zarr(path: str | os.PathLike[str], *, check: bool = False) -> IOTable:
    """A table in a zarr store, asked as every table is: its products are formed by dask.

    Where a client of dask.distributed is running the chunks are read and multiplied by its workers
    (which must see the store), else by threads here.  Solving iterates, some twenty products a
    right side; a worker that is lost costs the time to do its part again.  Every chunk must be
    there; one that goes missing or is damaged later is named when it is read.

    Cost: O(n) to open; 8 n^2 bytes read a product, and some milliseconds of dask.
    Errors: MissingExtraError without dask and zarr; FileError naming chunks that are missing or,
    when they are read or with `check=True`, damaged;
    ClusterError where the cluster is gone; LayoutError for another store; those of every table.
    """
    zarr, dask_array = _module("zarr"), _module("dask.array")
    folder = Path(path)
    if not (folder / "zarr.json").is_file():
        raise FileError(f"'{folder}' is no zarr store.", remedy=MEND, file=str(folder))
    try:
        group = zarr.open_group(folder, mode="r")
        attrs = dict(group.attrs)
        known = attrs.get("format") == FORMAT
        names = (*SIDES, "sold", "bought", "own")
        array = {name: group[name][...] for name in names} if known else {}
        stored = group["Z"] if known else None
    except Exception as error:  # whatever a codec or the text of a header raises
        raise FileError(
            f"'{folder}' cannot be read: {error}.", remedy=MEND, file=str(folder)
        ) from error
    if not known:
        raise LayoutError(
            f"'{folder}' has format {attrs.get('format')!r}; this version reads '{FORMAT}'.",
            remedy="Write it with iomodel.write_zarr.",
            file=str(folder),
        )
    gone = [name for name in array if not np.isfinite(array[name]).all()]
    if gone:
        raise FileError(
            f"'{folder}' lacks chunks of {', '.join(gone)}.", remedy=MEND, file=str(folder)
        )
    (_require_readable if check else _require_chunks)(folder, stored)
    sums = (array["sold"], array["bought"], array["own"])
    Z: flows.Flows = Chunks(dask_array.from_zarr(stored), stored, folder, *sums, _client())
    labels = {name: _accounts(of) for name, of in attrs["labels"].items()}
    blocks = Blocks(Z, *(array[side] for side in SIDES))
    return IOTable(
        labels["accounts"],
        labels["categories"],
        labels["inputs"],
        blocks,
        described(attrs["meta"]),
        labels["satellite_accounts"],
    ).require_balanced()


def _accounts(of: dict[str, Any]) -> Accounts:
    codes, names, kinds, regions = (
        tuple(of[key]) for key in ("codes", "names", "kinds", "regions")
    )
    return Accounts(codes, names, kinds, regions, of["axis"])


def _places(stored: Any) -> Iterator[tuple[int, int]]:
    count = [-(-size // chunk) for size, chunk in zip(stored.shape, stored.chunks, strict=True)]
    yield from product(range(count[0]), range(count[1]))


def _named(stored: Any, at: tuple[int, int]) -> str:
    (i, j), (height, width) = at, stored.chunks
    return f"chunk Z/c/{i}/{j}: rows from {i * height}, columns from {j * width}"


def _require_chunks(folder: Path, stored: Any) -> None:
    """Raise FileError naming the chunks that are not there."""
    missing = [
        _named(stored, at)
        for at in _places(stored)
        if not (folder / "Z" / "c" / str(at[0]) / str(at[1])).is_file()
    ]
    if missing:
        raise FileError(
            f"'{folder}' lacks {len(missing)} chunks of Z.",
            missing,
            MEND,
            file=str(folder),
        )


def _require_readable(folder: Path, stored: Any) -> None:
    """Raise FileError naming the chunks that are missing or damaged: reads everything once."""
    _require_chunks(folder, stored)
    damaged = []
    for at in _places(stored):
        try:
            whole = np.isfinite(stored.blocks[at]).all()
        except Exception as error:  # whatever a codec raises
            damaged.append(f"{_named(stored, at)} ({error})")
        else:
            if not whole:
                damaged.append(f"{_named(stored, at)} (not finite)")
    if damaged:
        raise FileError(
            f"'{folder}' has {len(damaged)} damaged chunks of Z.", damaged, MEND, file=str(folder)
        )


def _client() -> Any:
    """The client of dask.distributed that is running, or None."""
    try:
        return importlib.import_module("distributed").get_client()
    except (ImportError, ValueError):
        return None


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingExtraError(
            f"Tables in zarr stores need {name.partition('.')[0]}, which is not installed.",
            remedy="pip install 'iomodel[dask]'",
        ) from error
