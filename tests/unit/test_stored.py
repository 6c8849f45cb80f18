"""Tables on disk: the same answers, and what is missing, damaged or too large said by name."""

from __future__ import annotations

import os
import pickle
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import iomodel as im
import naive
from iomodel import progress
from iomodel.errors import (
    BalanceError,
    CellError,
    FileError,
    LayoutError,
    TableError,
    TooLargeError,
    WriteError,
)
from iomodel.linalg import Resolvent, bounds
from iomodel.linalg.elsewhere import Elsewhere
from iomodel.stored import rows
from strategies import tables


def economy(n: int, seed: int = 0) -> im.IOTable:
    """A dense table of n sectors."""
    rng = np.random.default_rng(seed)
    A = rng.lognormal(0, 2, (n, n)) * (rng.random((n, n)) > 0.3)
    A *= rng.uniform(0.2, 0.9, n) / A.sum(axis=0)
    codes = [f"s{i}" for i in range(n)]
    x = np.linalg.solve(np.eye(n) - A, rng.pareto(1.5, n) + 0.1)
    return im.IOTable.from_coefficients(
        pd.DataFrame(A, codes, codes), pd.Series(x, codes), unit="pesos", year=2018
    )


TABLE = economy(600)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """600 sectors in blocks of 90 rows."""
    return im.write_blocks(TABLE, tmp_path / "table", rows=90)


@given(tables(), st.integers(1, 4))
@settings(max_examples=15)
def test_a_table_comes_back_from_blocks(table: im.IOTable, size: int) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        found = im.open_blocks(im.write_blocks(table, f"{place}/t", rows=size), check=True)
        assert found.arrays.held == "elsewhere"
        for letter in ("Z", "Y", "V", "W"):
            pd.testing.assert_frame_equal(getattr(found, letter), getattr(table, letter))
        assert found.meta == table.meta
        assert found.accounts == table.accounts
        assert found.inputs == table.inputs
        naive.close(im.multipliers.output(found), im.multipliers.output(table))
        pd.testing.assert_series_equal(found.check()["holds"], table.check()["holds"])
        again = im.open_blocks(im.write_blocks(found, f"{place}/again"))
        pd.testing.assert_frame_equal(again.Z, table.Z)


@pytest.mark.parametrize("drafted", [True, False])
@pytest.mark.parametrize("transposed", [True, False])
def test_solving_reads_the_disk(
    folder: Path, monkeypatch: pytest.MonkeyPatch, drafted: bool, transposed: bool
) -> None:
    if not drafted:
        monkeypatch.setattr(rows, "free_memory", lambda: 0.0)
    found = im.open_blocks(folder)
    b = np.random.default_rng(1).uniform(0.1, 1, (600, 2))
    solved = found.L.resolvent.solve_with_bound(b, transposed=transposed)  # type: ignore[union-attr]
    A = TABLE.A.to_numpy()
    truth = np.linalg.solve(np.eye(600) - (A.T if transposed else A), b)
    np.testing.assert_allclose(solved.x, truth, rtol=1e-11)
    assert solved.bound <= 1e-11
    assert solved.how == "krylov"
    assert (solved.passes < 8) is drafted
    alike = Elsewhere(found.arrays.flows, found.arrays.x)
    np.testing.assert_allclose(
        bounds.earned(alike, np.ones(600), transposed=transposed)
        + (A if transposed else A.T).sum(0),
        1.0,
        atol=1e-12,
    )
    assert isinstance(pickle.loads(pickle.dumps(found.L.resolvent)), Resolvent)


def test_the_same_questions(folder: Path) -> None:
    found = im.open_blocks(folder)
    naive.close(im.multipliers.value_added(found), im.multipliers.value_added(TABLE))
    top = im.extraction.largest(found, top=3)
    whole = im.extraction.totals(TABLE)["complete"].nlargest(3)
    naive.close(top["loss"], whole)
    np.testing.assert_array_equal(found.arrays.rows([599, 3]), TABLE.arrays.Z[[599, 3]])
    backward = im.linkages.indices()["chenery_watanabe_backward"].compute
    naive.close(backward(found), backward(TABLE))


def test_rows_written_block_by_block(tmp_path: Path) -> None:
    a = TABLE.arrays
    given = (a.Z[i : i + 70] for i in range(0, 600, 70))
    place = im.write_row_blocks(
        given, tmp_path / "t", codes=TABLE.accounts.codes, output=TABLE.x, inputs=TABLE.v, year=1999
    )
    found = im.open_blocks(place)
    assert found.meta.year == 1999
    pd.testing.assert_frame_equal(found.Z, TABLE.Z)


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        ([[[1.0, 2.0]]], "1 rows together"),
        ([[[1.0, 2.0]]] * 3, "shape"),
        ([[[1.0, 2.0, 3.0]]], "shape"),
        ([[[1.0, -2.0], [0.0, 0.0]]], "negative or not finite"),
        ([[[1.0, 2.0]], [[np.nan, 0.0]]], "rows from 1"),
    ],
)
def test_wrong_blocks_leave_nothing(tmp_path: Path, blocks: list[object], words: str) -> None:
    with pytest.raises(TableError, match=words):
        im.write_row_blocks(blocks, tmp_path / "t", codes=["a", "b"], output=[9.0, 9.0])  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_an_unbalanced_table_and_an_interruption_leave_what_stood(folder: Path) -> None:
    def broken() -> Iterator[np.ndarray]:
        yield np.eye(2)[:1]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        im.write_row_blocks(broken(), folder, codes=["a", "b"], output=[2.0, 2.0], overwrite=True)
    with pytest.raises(BalanceError):
        im.write_row_blocks(
            [np.eye(2)],
            folder,
            codes=["a", "b"],
            output=[2.0, 2.0],
            inputs=pd.Series([5.0, 5.0], ["a", "b"]),
            overwrite=True,
        )
    assert list(folder.parent.iterdir()) == [folder]
    pd.testing.assert_frame_equal(im.open_blocks(folder).Z, TABLE.Z)


def test_only_tables_are_replaced_and_only_when_asked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = economy(5)
    with pytest.raises(WriteError, match="exists"):
        im.write_blocks(small, folder)
    assert len(im.open_blocks(im.write_blocks(small, folder, overwrite=True)).accounts) == 5
    other = folder.parent / "other"
    other.mkdir()
    (other / "table.toml").write_text("")  # a table, of another layout
    with pytest.raises(WriteError, match=r"not a table folder: it has no manifest\.toml"):
        im.write_blocks(small, other, overwrite=True)
    (folder.parent / "file").write_text("")
    with pytest.raises(WriteError, match="cannot be written"):
        im.write_blocks(small, folder.parent / "file" / "t")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(9, 9, 9))  # type: ignore[attr-defined]
    with pytest.raises(WriteError, match=r"the disk has 0\.00 GB free"):
        im.write_blocks(small, folder.parent / "new")
    assert not (folder.parent / "new").exists()


def test_what_is_missing_or_damaged_is_named(folder: Path) -> None:
    block = folder / "Z" / "000002.bin"
    good = block.read_bytes()
    damaged = bytearray(good)
    damaged[100] ^= 1
    block.write_bytes(damaged)
    im.open_blocks(folder)
    with pytest.raises(FileError, match=r"000002.*damaged.*rows 's180' to 's269'"):
        im.open_blocks(folder, check=True)
    block.write_bytes(good[:-8])
    with pytest.raises(FileError, match="431992 bytes; 90 rows of 600 flows have 432000"):
        im.open_blocks(folder)
    block.unlink()
    with pytest.raises(FileError, match=r"000002.*missing: rows 180 to 269"):
        im.open_blocks(folder)
    block.write_bytes(good)
    found = im.open_blocks(folder)
    block.unlink()
    with pytest.raises(FileError, match=r"000002.*missing"):
        _ = found.L
    (folder / "x.npy").write_bytes(b"")
    with pytest.raises(FileError, match=r"x\.npy.*damaged"):
        im.open_blocks(folder)
    (folder / "x.npy").unlink()
    with pytest.raises(FileError, match=r"x\.npy.*missing"):
        im.open_blocks(folder)
    manifest = folder / "manifest.toml"
    manifest.write_text('format = "other"\n')
    with pytest.raises(LayoutError, match="format 'other'"):
        im.open_blocks(folder)
    manifest.write_text("format =")
    with pytest.raises(LayoutError, match="not valid toml"):
        im.open_blocks(folder)
    with pytest.raises(FileError, match="missing"):
        im.open_blocks(folder / "nowhere")


@pytest.mark.parametrize("what", ["shorter", "written to", "gone"])
def test_a_block_that_changes_after_opening_is_named(folder: Path, what: str) -> None:
    found = im.open_blocks(folder)
    block = folder / "Z" / "000002.bin"
    good = block.read_bytes()
    words = {"shorter": "431992 bytes", "written to": "after the table was opened"}
    if what == "gone":
        block.unlink()
    else:
        block.write_bytes(good[:-8] if what == "shorter" else good)
        stat = block.stat()  # clocks of some file systems are coarse
        os.utime(block, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000_000_000))
    with pytest.raises(FileError, match=rf"000002.*{words.get(what, 'missing')}"):
        im.multipliers.output(found)


@pytest.mark.parametrize("transposed", [True, False])
def test_a_product_that_does_not_add_up_finds_the_damage(folder: Path, transposed: bool) -> None:
    """Same size, same time, one cell another: only the sums can tell without reading all first."""
    block = folder / "Z" / "000002.bin"
    stat, cells = block.stat(), np.fromfile(block)
    cells[700] = 3 * cells[700] + 1.0
    cells.tofile(block)
    os.utime(block, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    flows = im.open_blocks(folder).arrays.flows
    with pytest.raises(FileError, match=r"000002.*damaged.*rows 's180' to 's269'"):
        flows.product(np.linspace(1, 2, 600), transposed=transposed)  # type: ignore[union-attr]


def test_products_that_add_up_are_not_read_twice(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows.RowBlocks, "require_whole", lambda self: pytest.fail("read again"))
    flows = im.open_blocks(folder).arrays.flows
    v = np.random.default_rng(0).normal(size=(600, 3))
    v[:, 1] -= v[:, 1].mean()
    for transposed in (True, False):
        Z = TABLE.arrays.Z.T if transposed else TABLE.arrays.Z
        np.testing.assert_allclose(flows.product(v, transposed=transposed), Z @ v, rtol=1e-9)  # type: ignore[union-attr]


@pytest.mark.parametrize("drafted", [True, False])
def test_a_flow_that_is_no_number_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, drafted: bool
) -> None:
    if not drafted:
        monkeypatch.setattr(rows, "free_memory", lambda: 0.0)
    block = np.memmap(folder / "Z" / "000001.bin", dtype="<f8", mode="r+", shape=(90, 600))
    block[3, 7] = np.nan
    block.flush()
    with pytest.raises(CellError, match="1 flows that are not finite") as caught:
        im.multipliers.output(im.open_blocks(folder))
    assert caught.value.cell == "row 's93', column 's7'"


def test_an_array_too_large_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iomodel.flows.LARGE", 500)
    found = im.open_blocks(folder)
    with pytest.raises(TooLargeError, match="600 sectors"):
        _ = found.A
    with pytest.raises(TooLargeError):
        im.extraction.totals(found)


def test_a_long_run_is_counted_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert list(progress.counted([1, 2], "reading", 2)) == [1, 2]
    monkeypatch.setattr(progress, "QUIET", -1.0)
    assert list(progress.counted([1, 2], "reading", 2)) == [1, 2]
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    list(progress.counted([1, 2], "reading", 2))
    assert "\rreading: 2 of 2, 0 s\n" in capsys.readouterr().err
