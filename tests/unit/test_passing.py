"""Large files as they pass: the same table dense, sparse and on disk, whatever the blocks."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import world_files as files
from iomodel import (
    IOTable,
    blocks_from_file,
    open_blocks,
    read_exiobase,
    read_figaro,
    read_icio,
    read_wiod_world,
)
from iomodel.errors import BalanceError, CellError, FileError, TableError, WriteError
from iomodel.readers import files as opening
from iomodel.readers import matrix
from iomodel.readers.keeping import Dense
from iomodel.readers.passing import let_pass

Read = Callable[..., IOTable]


@pytest.fixture(params=["icio", "split", "figaro", "flat", "exiobase"])
def sample(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Read, Path]:
    """A reader and an invented file of its layout."""
    if request.param == "exiobase":
        folder = files.exiobase(tmp_path / "IOT_2011_ixi")
        return read_exiobase, files.zipped(folder, tmp_path / "IOT_2011_ixi.zip")
    if request.param in ("icio", "split"):
        lines = files.icio() if request.param == "icio" else files.icio_split()
        return read_icio, files.text(lines, tmp_path / "2019.csv")
    lines = files.figaro()
    lines = files.figaro_flat(lines) if request.param == "flat" else lines
    return read_figaro, files.text(lines, tmp_path / "m_2021.csv")


def same(one: IOTable, other: IOTable) -> None:
    assert (one.accounts, one.categories, one.inputs) == (
        other.accounts,
        other.categories,
        other.inputs,
    )
    assert one.meta == other.meta
    for name in "ZYVWx":
        np.testing.assert_array_equal(getattr(one.arrays, name), getattr(other.arrays, name))


def test_sparse_and_disk_hold_the_same_numbers(sample: tuple[Read, Path], tmp_path: Path) -> None:
    read, path = sample
    table = read(path)
    sparse = read(path, sparse=True)
    assert (table.arrays.held, sparse.arrays.held) == ("dense", "sparse")
    same(sparse, table)
    folder = blocks_from_file(read, path, tmp_path / "blocks", rows=2)
    stored = open_blocks(folder, check=True)
    assert stored.arrays.held == "elsewhere"
    same(stored, table)
    assert not (folder / "rows.raw").exists()


@pytest.mark.parametrize("size", [40, 700])
def test_blocks_of_any_size_give_the_same_table(
    sample: tuple[Read, Path], monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    read, path = sample
    table = read(path)
    monkeypatch.setattr(matrix, "CHUNK", size)
    same(read(path), table)


def test_parts_are_kept_or_added_up_on_disk_too(tmp_path: Path) -> None:
    path = files.text(files.icio_split(), tmp_path / "2019.csv")
    folder = blocks_from_file(read_icio, path, tmp_path / "b", merge_splits=False, rows=3)
    same(open_blocks(folder), read_icio(path, merge_splits=False))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_and_a_mark_in_front_are_no_figures(tmp_path: Path, end: str) -> None:
    path = files.text(files.icio(), tmp_path / "2019.csv")
    one = read_icio(path)
    text = path.read_text(encoding="utf-8").replace("\n", end)
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    np.testing.assert_array_equal(read_icio(path).arrays.Z, one.arrays.Z)


def test_a_letter_cut_by_a_block_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = files.icio()
    lines[0][1] = lines[1][0] = "ARG_Ñandú"
    path = files.text(lines, tmp_path / "2019.csv")
    monkeypatch.setattr(matrix, "CHUNK", 1)
    assert read_icio(path).accounts.codes[0] == "Ñandú"


def test_faults_beyond_the_first_block_are_named_by_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matrix, "CHUNK", 64)
    lines = files.icio()
    lines[5][3] = "1e300"
    with pytest.raises(CellError, match=r"!D6 \(row 'CHN_A01_02', column 'MEX_A01_02'\)"):
        read_icio(files.text(lines, tmp_path / "a.csv"))
    lines[5][3] = "n.d."
    with pytest.raises(CellError, match=r"!D6 \(row 'CHN_A01_02'.*'n\.d\.' is no plain"):
        read_icio(files.text(lines, tmp_path / "b.csv"))
    path = files.text(files.icio(), tmp_path / "c.csv")
    raw = path.read_bytes()
    path.write_bytes(raw[:500] + b"\xe9" + raw[500:])
    with pytest.raises(FileError, match=r"not text in UTF-8 \(byte 500\)"):
        read_icio(path)
    path.write_bytes(raw[:500] + b"\0" + raw[500:])
    with pytest.raises(FileError, match="NUL byte at offset 500"):
        read_icio(path)


def test_a_file_beyond_the_limit_of_memory_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = files.text(files.icio(), tmp_path / "2019.csv")
    monkeypatch.setattr(opening, "MAX_BYTES", 100)
    assert len(read_icio(path).accounts) == 6
    monkeypatch.setattr(opening, "MAX_TEXT", 100)
    with pytest.raises(FileError, match="at most 100 are read"):
        read_icio(path)


def test_progress_is_told_on_a_terminal_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = files.text(files.icio(), tmp_path / "2019.csv")
    monkeypatch.setattr("iomodel.progress.QUIET", -1.0)
    read_icio(path)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    read_icio(path)
    assert "reading 2019.csv: 100%" in capsys.readouterr().err


def test_what_fails_leaves_no_folder(tmp_path: Path) -> None:
    lines = files.icio()
    lines[2][3] = 1000.0
    path = files.text(lines, tmp_path / "2019.csv")
    with pytest.raises(BalanceError, match="'ARG, C10T12'"):
        blocks_from_file(read_icio, path, tmp_path / "b")
    book = files.book(files.stacked(files.economy(4, 10, 6), wiod=True), tmp_path / "w.xlsx")
    with pytest.raises(TableError, match="read_wiod_world does not give flows as they pass"):
        blocks_from_file(read_wiod_world, book, tmp_path / "b")
    with pytest.raises(FileError, match=r"w\.xlsx is a workbook, not text"):
        read_icio(book)
    assert {entry.name for entry in tmp_path.iterdir()} == {"2019.csv", "w.xlsx"}
    path = files.text(files.icio(), tmp_path / "2019.csv")
    blocks_from_file(read_icio, path, tmp_path / "b")
    with pytest.raises(WriteError, match="exists"):
        blocks_from_file(read_icio, path, tmp_path / "b")
    blocks_from_file(read_icio, path, tmp_path / "b", overwrite=True)


def test_a_disk_that_is_full_is_seen_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = files.text(files.icio(), tmp_path / "2019.csv")
    free = type("Usage", (), {"free": 100})
    monkeypatch.setattr("iomodel.stored.passing.shutil.disk_usage", lambda _: free)
    with pytest.raises(WriteError, match=r"needs .* GB while it is written"):
        blocks_from_file(read_icio, path, tmp_path / "b")
    assert not (tmp_path / "b").exists()


def test_what_has_passed_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that is kept of a file is a view, which would hold the whole block."""
    monkeypatch.setattr(matrix, "CHUNK", 64)
    found = matrix.open_rows(opening.open_text(files.text(files.icio(), tmp_path / "2019.csv")))
    keep = Dense()
    columns = {(label, ""): at for at, (label,) in enumerate(found.columns[:6])}
    passed = let_pass(
        found,
        keep,
        key=lambda label: (label[0], "") if "_" in label[0] else None,
        industries=columns,
        others=range(6, len(found.columns)),
    )
    kept = [*passed._beside, *passed._sells, *passed.below.values()]
    assert len(kept) > 9
    assert all(block.base is None for block in kept)
