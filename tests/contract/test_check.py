"""`iomodel check`: every layout that is read is told by what stands in it, and what is wrong."""

import struct
import zlib
from collections.abc import Callable
from operator import attrgetter
from pathlib import Path

import pytest

import inegi_files
import iomodel
import regions_files
import wiod_files
import world_files as files
from iomodel import exchange, load, load_sam, read_icio, write_blocks
from iomodel.cli import main
from iomodel.cli.listing import ABOVE, inspected
from iomodel.readers import inspect
from iomodel.readers.register import KINDS
from iomodel.text import narrowed

Make = Callable[[Path], Path]


def exio(folder: Path) -> Path:
    return files.exiobase(folder / "IOT_2011_ixi")


def world(wiod: bool) -> Make:
    lines = files.stacked(files.economy(4, 10, 6), wiod=wiod)
    return lambda folder: files.book(lines, folder / "w2014.xlsx")


def gams(folder: Path) -> Path:
    cells = [["i", "j", "Val"], ["farms", "people", 5], ["people", "farms", 5]]
    return files.text(cells, folder / "sam.csv")


def square(folder: Path) -> Path:
    cells = [["", "farms", "people", "total"], ["farms", 0, 5, 5], ["people", 5, 0, 5]]
    return files.text([*cells, ["total", 5, 5, 10]], folder / "sam.csv")


def blocks(folder: Path) -> Path:
    return write_blocks(load("miller-blair-2x2"), folder / "blocks")


LAYOUTS: dict[str, tuple[Make, str]] = {
    "icio": (lambda d: files.text(files.icio(), d / "a.csv"), "ICIO of the OECD"),
    "icio split": (lambda d: files.text(files.icio_split(), d / "a.csv"), "ICIO of the OECD"),
    "figaro": (lambda d: files.text(files.figaro(), d / "a.csv"), "FIGARO"),
    "flat": (lambda d: files.text(files.figaro_flat(files.figaro()), d / "a.csv"), "FIGARO"),
    "exiobase zip": (lambda d: files.zipped(exio(d), d / "any.zip"), "EXIOBASE 3"),
    "exiobase folder": (exio, "EXIOBASE 3"),
    "adb": (world(wiod=False), "MRIO of ADB"),
    "wiod world": (world(wiod=True), "world table of WIOD"),
    "wiod national": (
        lambda d: wiod_files.write(d / "MEX.csv", wiod_files.niot(2013, 2014)),
        "national table of WIOD, 2 years from 2013 on",
    ),
    "inegi": (
        lambda d: inegi_files.write_xlsx(d / "m.xlsx", inegi_files.tabulado(inegi_files.economy())),
        "Tabulado",
    ),
    "gams": (gams, "SAM as a list of cells"),
    "square": (square, "square SAM"),
    "sam book": (lambda d: load_sam("mexico-2013-21").to_excel(d / "s.xlsx"), "square SAM"),
    "sam folder": (lambda d: load_sam("mexico-2013-21").to_folder(d / "s"), "SAM folder"),
    "folder": (lambda d: load("miller-blair-2x2").to_folder(d / "t"), "table folder"),
    "workbook": (
        lambda d: exchange.to_excel(load("miller-blair-2x2"), d / "t.xlsx"),
        "workbook of iomodel",
    ),
    "netcdf": (
        lambda d: exchange.to_netcdf(load("miller-blair-2x2"), d / "t.nc"),
        "netCDF file",
    ),
    "blocks": (blocks, "row blocks of iomodel"),
}


@pytest.mark.parametrize(("make", "what"), LAYOUTS.values(), ids=list(LAYOUTS))
def test_every_layout_is_told_and_sound(make: Make, what: str, tmp_path: Path) -> None:
    text, sound = inspected(str(make(tmp_path)))
    assert what in text.split("\n", 1)[0] or what in text
    assert "nothing wrong" in text
    assert sound
    assert max(map(len, text.splitlines())) <= 100


def test_a_folder_of_regional_inegi(tmp_path: Path) -> None:
    path = regions_files.write(tmp_path / "m2018.tsv", regions_files.grid())
    assert "bi-regional table of INEGI" in inspected(str(path))[0]


def test_kinds_that_are_not_in_the_file_are_said(tmp_path: Path) -> None:
    assert "read_gams(path, kinds={...})" in inspected(str(gams(tmp_path)))[0]
    assert "read_sam(path, kinds={...})" in inspected(str(square(tmp_path)))[0]


# -- wrong on purpose -------------------------------------------------------------------------


def icio(folder: Path, change: Callable[[bytes], bytes], name: str = "a.csv") -> Path:
    path = files.text(files.icio(), folder / name)
    path.write_bytes(change(path.read_bytes()))
    return path


def picture() -> bytes:
    data = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", len(data)) + b"IHDR" + data
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", zlib.crc32(b"IHDR" + data))


def raw(name: str, data: bytes) -> Make:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(data)
        return folder / name

    return make


def cut(folder: Path) -> Path:
    path = files.zipped(exio(folder), folder / "IOT.zip")
    path.write_bytes(path.read_bytes()[:-200])
    return path


def damaged(folder: Path) -> Path:
    path = files.zipped(exio(folder), folder / "IOT.zip")
    data = bytearray(path.read_bytes())
    at = data.index(b"Cultivation")
    data[at : at + 4] = b"XXXX"
    path.write_bytes(bytes(data))
    return path


def other_book(folder: Path) -> Path:
    return files.book([["Name", "Age"], ["Ana", 31], ["Luis", 45]], folder / "people.xlsx")


WRONG: dict[str, tuple[Make, tuple[str, ...]]] = {
    "random workbook": (other_book, ("no layout that is known here", "IOTable.from_frames")),
    "random csv": (
        raw("a.csv", b"name,age,town\nAna,31,Puebla\nLuis,45,Tepic\n"),
        ("no layout that is known here", "FIGARO of Eurostat"),
    ),
    "list of months": (
        raw("a.csv", b"month,place,index\n2020-01,Puebla,1.5\n2020-02,Tepic,2.5\n"),
        ("no layout that is known here",),
    ),
    "list of places": (
        raw("a.csv", b"state,town,people\nPuebla,Cholula,1\nNayarit,Tepic,2\n"),
        ("no layout that is known here", "table of INEGI", "workbook of iomodel"),
    ),
    "one mark of a page": (
        raw("a.csv", b"<\x07\x91q,3\n1,2\n"),
        ("no layout that is known here",),
    ),
    "picture": (raw("m.xlsx", picture()), ("m.xlsx is a picture (PNG)",)),
    "empty": (raw("m.csv", b""), ("m.csv is empty (0 bytes)", "Download it again")),
    "cut zip": (cut, ("is not a complete zip archive", "cut short")),
    "damaged zip": (damaged, ("is damaged in", "Download it again")),
    "latin-1 byte": (
        lambda d: icio(d, lambda b: b.replace(b"MEX_A01_02,", b"M\xe9X_A01_02,")),
        ("is not text in UTF-8 (byte 26)", "Save it as text in UTF-8"),
    ),
    "cut csv": (lambda d: icio(d, lambda b: b[:-300]), ("fields, the header 26",)),
    "a word": (
        lambda d: icio(d, lambda b: b.replace(b"\nMEX_A01_02,", b"\nMEX_A01_02,n.d.", 1)),
        ("a.csv!B4 (row 'MEX_A01_02', column 'ARG_A01_02')", "is no plain finite number"),
    ),
    "missing": (lambda d: d / "nothing.csv", ("does not exist",)),
    "folder": (lambda d: d, ("is a folder",)),
}


@pytest.mark.parametrize(("make", "said"), WRONG.values(), ids=list(WRONG))
def test_what_is_wrong_is_said_exactly(
    make: Make, said: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = make(tmp_path)
    assert main(["check", str(path)]) == 1
    out = " ".join(capsys.readouterr().out.split())
    for words in said:
        assert words in out
    assert "wrong:" in out


def test_figures_that_do_not_balance_are_named(tmp_path: Path) -> None:
    lines = files.icio()
    lines[2][3] = 1000.0
    report = inspect(files.text(lines, tmp_path / "a.csv"))
    assert not report.ok
    assert any("'ARG, C10T12'" in finding for finding in report.findings)
    assert "discrepancy='DISC'" in report.remedy
    assert read_icio(tmp_path / "a.csv", discrepancy="DISC").check()["holds"].all()


@pytest.mark.parametrize("name", ["workbook", "netcdf", "blocks"])
def test_what_a_room_above_reads_is_told_in_python(name: str, tmp_path: Path) -> None:
    make, what = LAYOUTS[name]
    report = inspect(make(tmp_path))
    assert report.what == what
    assert not report.ok
    assert report.remedy.startswith("Read it with iomodel.")


def test_every_layout_has_one_reader() -> None:
    """Here or above; whoever is above is a public function, and the command reads with it."""
    assert all((kind.read is None) == bool(kind.above) for kind in KINDS)
    assert {kind.above for kind in KINDS if kind.above} == set(ABOVE)
    for name in ABOVE:
        assert callable(attrgetter(name)(iomodel))


def test_one_page_in_python_and_in_the_command(tmp_path: Path) -> None:
    path = gams(tmp_path)
    assert inspected(str(path))[0] == narrowed(str(inspect(path)))
