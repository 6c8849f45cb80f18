"""Tables in zarr stores, multiplied by dask here or by workers: answers, and what can go wrong."""

from __future__ import annotations

import importlib
import pickle
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import iomodel as im
import naive
from iomodel.errors import (
    ClusterError,
    FileError,
    LayoutError,
    MissingExtraError,
    TableError,
    WriteError,
)
from iomodel.stored import cluster


def economy(n: int = 60) -> im.IOTable:
    """A table of n sectors, two thirds of its flows zero and one corner wholly so."""
    rng = np.random.default_rng(n)
    A = rng.lognormal(0, 2, (n, n)) * (rng.random((n, n)) > 0.6)
    A[:25, 25:50] = 0.0
    A *= rng.uniform(0.2, 0.9, n) / A.sum(axis=0)
    codes = [f"s{i}" for i in range(n)]
    x = np.linalg.solve(np.eye(n) - A, rng.pareto(1.5, n) + 0.1)
    table = im.IOTable.from_coefficients(pd.DataFrame(A, codes, codes), pd.Series(x, codes))
    return table


TABLE = economy()


def test_what_is_not_installed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = importlib.import_module

    def without(name: str, *args: Any) -> ModuleType:
        if name.startswith(("dask", "zarr")):
            raise ImportError(name)
        return whole(name, *args)

    monkeypatch.setattr(importlib, "import_module", without)
    for question in (im.open_zarr, lambda path: im.write_zarr(TABLE, path)):
        with pytest.raises(MissingExtraError, match=r"pip install 'iomodel\[dask\]'"):
            question(tmp_path / "t")
    assert list(tmp_path.iterdir()) == []


def test_places_of_chunks_are_looked_at(tmp_path: Path) -> None:
    """Without zarr: an array of 5 x 4 in chunks of 2 x 3 has six files."""
    stored = SimpleNamespace(shape=(5, 4), chunks=(2, 3))
    for i, j in [(0, 0), (0, 1), (1, 0), (2, 0), (2, 1)]:
        file = tmp_path / "Z" / "c" / str(i) / str(j)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    with pytest.raises(FileError, match="lacks 1 chunks of Z") as caught:
        cluster._require_chunks(tmp_path, stored)
    assert caught.value.findings == ("chunk Z/c/1/1: rows from 2, columns from 3",)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """60 sectors in chunks of 25 x 25."""
    for name in ("dask.array", "distributed", "zarr"):
        pytest.importorskip(name, reason="dask and zarr are not installed")
    return im.write_zarr(TABLE, tmp_path / "store", chunk=25)


def test_a_table_comes_back_from_zarr(store: Path) -> None:
    found = im.open_zarr(store, check=True)
    assert found.arrays.held == "elsewhere"
    for letter in ("Z", "Y", "V", "W"):
        pd.testing.assert_frame_equal(getattr(found, letter), getattr(TABLE, letter))
    assert found.accounts == TABLE.accounts
    assert found.meta == TABLE.meta
    np.testing.assert_array_equal(found.arrays.rows([3, 59]), TABLE.arrays.Z[[3, 59]])
    naive.close(im.multipliers.output(found), im.multipliers.output(TABLE))
    again = pickle.loads(pickle.dumps(found))
    naive.close(again.L.row_sums(), TABLE.L.row_sums())
    with pytest.raises(WriteError, match="exists"):
        im.write_zarr(TABLE, store)
    assert len(im.open_zarr(im.write_zarr(found, store, overwrite=True)).accounts) == 60
    with pytest.raises(TableError, match="chunk is 0"):
        im.write_zarr(TABLE, store, chunk=0, overwrite=True)


@pytest.mark.parametrize("transposed", [False, True])
def test_dask_iterates_as_numpy_does(store: Path, transposed: bool) -> None:
    from iomodel.linalg import Resolvent

    found = im.open_zarr(store)
    resolvent = Resolvent(found.arrays.flows, x=found.arrays.x, how="krylov")
    b = np.random.default_rng(0).uniform(0.1, 1, (60, 2))
    solved = resolvent.solve_with_bound(b, transposed=transposed)
    truth = TABLE.L.resolvent.solve(b, transposed=transposed)
    np.testing.assert_allclose(solved.x, truth, rtol=1e-11)
    assert solved.bound <= 1e-11


def test_a_chunk_that_is_missing_or_damaged_is_named(store: Path) -> None:
    corner = store / "Z" / "c" / "0" / "1"  # all zeros: written all the same
    whole = corner.read_bytes()
    corner.unlink()
    with pytest.raises(FileError, match="lacks 1 chunks of Z") as caught:
        im.open_zarr(store)
    assert caught.value.findings == ("chunk Z/c/0/1: rows from 0, columns from 25",)
    damaged = bytearray(whole)
    damaged[100] ^= 1
    corner.write_bytes(damaged)
    with pytest.raises(FileError, match="1 damaged chunks") as caught:
        im.open_zarr(store, check=True)
    assert caught.value.findings[0].startswith("chunk Z/c/0/1: rows from 0, columns from 25 (")
    with pytest.raises(FileError, match="1 damaged chunks"):
        _ = im.open_zarr(store).L
    corner.write_bytes(whole)
    (store / "x" / "c" / "0").write_bytes(b"")
    with pytest.raises(FileError, match="cannot be read"):
        im.open_zarr(store)
    (store / "x" / "c" / "0").unlink()
    with pytest.raises(FileError, match="lacks chunks of x"):
        im.open_zarr(store)
    (store / "zarr.json").write_text("{")
    with pytest.raises(FileError, match="cannot be read"):
        im.open_zarr(store)


def again(table: im.IOTable) -> object:
    """A product of the flows after a journey to another process."""
    return pickle.loads(pickle.dumps(table)).arrays.flows.product(np.ones(60), transposed=False)


@pytest.mark.parametrize(
    "question",
    [im.multipliers.output, im.extraction.totals, lambda table: table.arrays.rows([3]), again],
)
def test_a_chunk_that_goes_after_opening_is_never_zeros(store: Path, question: Any) -> None:
    found = im.open_zarr(store)
    (store / "Z" / "c" / "0" / "1").unlink()  # all zeros: nobody could tell by the numbers
    with pytest.raises(FileError, match="lacks 1 chunks of Z") as caught:
        question(found)
    assert caught.value.findings == ("chunk Z/c/0/1: rows from 0, columns from 25",)


def test_a_chunk_damaged_after_opening_is_named(store: Path) -> None:
    found = im.open_zarr(store)
    chunk = store / "Z" / "c" / "1" / "2"
    damaged = bytearray(chunk.read_bytes())
    damaged[100] ^= 1
    chunk.write_bytes(damaged)
    with pytest.raises(FileError, match="1 damaged chunks") as caught:
        im.multipliers.output(found)
    assert "chunk Z/c/1/2: rows from 25, columns from 50" in caught.value.findings[0]


def test_a_disk_too_small_is_said_before_anything_is_written(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = 8 * 75**2  # nine chunks of 25 x 25, where 60 x 60 flows are held
    whole = shutil.disk_usage(store)._replace(free=room - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: whole)
    with pytest.raises(WriteError, match="nothing was written"):
        im.write_zarr(TABLE, store.parent / "new", chunk=25)
    assert list(store.parent.iterdir()) == [store]
    monkeypatch.setattr(shutil, "disk_usage", lambda path: whole._replace(free=room))
    im.write_zarr(TABLE, store.parent / "new", chunk=25)


def test_only_our_stores(store: Path) -> None:
    import zarr

    with pytest.raises(FileError, match="no zarr store"):
        im.open_zarr(store.parent)
    zarr.create_group(store.parent / "other")
    with pytest.raises(LayoutError, match="format None"):
        im.open_zarr(store.parent / "other")


@pytest.fixture
def client() -> Iterator[Any]:
    """Two workers of one thread, in processes of their own."""
    distributed = pytest.importorskip("distributed", reason="dask and zarr are not installed")
    import dask

    with (
        # a client closed while it works leaves its scheduler behind, for xarray in later tests
        dask.config.set(scheduler=None),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as machines,
        distributed.Client(machines) as client,
    ):
        yield client


@pytest.mark.cluster
@pytest.mark.filterwarnings("ignore")
def test_a_worker_killed_and_the_client_gone_while_it_solves(
    store: Path, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os
    import signal

    from iomodel.linalg import Resolvent

    found = im.open_zarr(store)
    assert found.arrays.flows.client is client
    plain, passes = cluster.Chunks.product, []

    def kill() -> None:
        os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)

    happens = {3: kill, 40: client.close}

    def product(self: cluster.Chunks, v: np.ndarray, *, transposed: bool) -> np.ndarray:
        passes.append(1)
        happens.get(len(passes), lambda: None)()
        return plain(self, v, transposed=transposed)

    monkeypatch.setattr(cluster.Chunks, "product", product)
    resolvent = Resolvent(found.arrays.flows, x=found.arrays.x, how="krylov")
    np.testing.assert_allclose(
        resolvent.solve(np.ones(60), transposed=True), im.multipliers.output(TABLE), rtol=1e-10
    )
    assert 3 < len(passes) < 40
    passes += [1] * (37 - len(passes))
    with pytest.raises(ClusterError, match="its client is closed"):
        resolvent.solve(np.ones(60))
    with pytest.raises(ClusterError, match="Start a client again and open the table anew"):
        found.arrays.rows([0])
