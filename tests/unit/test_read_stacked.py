"""ADB's and WIOD's world tables: an invented sample of each layout, and every refusal by name."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import world_files as files
from iomodel import IOTable, read_adb, read_wiod_world
from iomodel.errors import BalanceError, CellError, FileError, LayoutError

Lines = list[list[object]]
READERS: dict[str, tuple[Callable[..., IOTable], bool, str]] = {
    "adb": (read_adb, False, "ADB-MRIO-2014_July 2025.xlsx"),
    "wiod": (read_wiod_world, True, "WIOT2014_Nov16_ROW.xlsx"),
}


@pytest.fixture(params=list(READERS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def economy() -> dict[str, np.ndarray]:
    return files.economy(4, 10, 6)


@pytest.fixture
def lines(kind: str, economy: dict[str, np.ndarray]) -> Lines:
    return files.stacked(economy, wiod=READERS[kind][1])


def read(kind: str, lines: Lines, folder: Path, **options: str) -> IOTable:
    reader, _, name = READERS[kind]
    return reader(files.book(lines, folder / name), **options)


def test_blocks_labels_and_kinds(
    kind: str, lines: Lines, economy: dict[str, np.ndarray], tmp_path: Path
) -> None:
    table = read(kind, lines, tmp_path)
    for name in "ZYx":
        np.testing.assert_array_equal(getattr(table.arrays, name), economy[name])
    for name in "VW":  # in the sheets margins stand below value added
        np.testing.assert_array_equal(
            getattr(table.arrays, name), economy[name][[0, 1, 2, 3, 5, 4]]
        )
    first = {"adb": "c1", "wiod": "A01"}[kind]
    assert table.accounts.keys[2] == ("ROW", first)
    assert table.accounts.names[:2] == ("Farms, hunting", "Food")
    assert table.categories.kinds[:3] == (
        "private_consumption",
        "private_consumption",
        "government_consumption",
    )
    assert table.inputs.kinds == ("product_taxes", *("imports",) * 3, "value_added", "imports")
    assert (table.meta.year, table.meta.unit) == (2014, "million US$")
    assert table.meta.prices == "current"
    assert table.gdp()["production"] == pytest.approx(table.gdp()["expenditure"])


def test_blank_cells_are_zero_where_totals_say_so(kind: str, lines: Lines, tmp_path: Path) -> None:
    assert not any("blank" in note for note in read(kind, lines, tmp_path).meta.history)
    at = next(i for i, line in enumerate(lines) if "trs" in line or "IntTTM" in line)
    lines[at][4] = None
    with pytest.raises(BalanceError, match=r"(?s)inputs \+ primary inputs.*'MEX, "):
        read(kind, lines, tmp_path)


def test_a_zero_left_out_is_noted(
    kind: str, economy: dict[str, np.ndarray], tmp_path: Path
) -> None:
    economy["W"][2, 3] = 0.0
    lines = files.stacked(economy, wiod=READERS[kind][1])
    at = next(i for i, line in enumerate(lines) if "r63" in line or "PURNR" in line)
    lines[at][4 + 4 + 3] = None
    assert read(kind, lines, tmp_path).meta.history[-1].startswith("1 blank cells counted as zero")


def test_a_formula_without_its_value_is_no_blank(kind: str, lines: Lines, tmp_path: Path) -> None:
    lines[6][5] = "=1+1"
    with pytest.raises(CellError, match=r"F7 .*is a formula saved without its value"):
        read(kind, lines, tmp_path)


def test_columns_may_stand_in_another_order(kind: str, lines: Lines, tmp_path: Path) -> None:
    one = read(kind, lines, tmp_path)
    for line in lines:
        if len(line) > 5:  # the two sectors of MEX change places
            line[4], line[5] = line[5], line[4]
    for line in lines[2:6]:
        if "c2" in line[4:6]:
            line[4], line[5] = "c1", "c2"  # the tags of columns are but counted
    if kind == "adb":
        lines[5][4], lines[5][5] = "c2", "c1"
        with pytest.raises(LayoutError, match="begin with 'c1'"):
            read(kind, lines, tmp_path)
        return
    np.testing.assert_array_equal(read(kind, lines, tmp_path).arrays.Z, one.arrays.Z)


def cell(row: int, column: int, value: object) -> Callable[[Lines], object]:
    def change(lines: Lines) -> None:
        lines[row][column] = value

    return change


WRONG: dict[str, tuple[Callable[[Lines], object], type[Exception], str]] = {
    "text": (cell(6, 5, "n.d."), CellError, r"F7 .*'n\.d\.'"),
    "changed": (cell(6, 5, 999.0), BalanceError, "intermediate consumption.*'MEX, "),
    "output": (cell(6, 18, 1.0), BalanceError, "output .row against column."),
    "region twice": (cell(8, 2, "MEX"), LayoutError, "stands twice"),
    "one side": (cell(4, 4, "USA"), LayoutError, "has a row but no column"),
    "no totals": (cell(4, 18, "MEX"), LayoutError, r"no row|has no code"),
    "unit": (lambda lines: [line.__setitem__(0, None) for line in lines[1:4]], LayoutError, "US"),
    "no tags": (cell(5, 4, "x"), LayoutError, "begin with 'c1'"),
    "no output": (lambda lines: lines.pop(), LayoutError, "no row '(GO|r69)'"),
}


@pytest.mark.parametrize(("change", "error", "match"), WRONG.values(), ids=list(WRONG))
def test_what_is_wrong_is_named(
    kind: str,
    lines: Lines,
    tmp_path: Path,
    change: Callable[[Lines], object],
    error: type[Exception],
    match: str,
) -> None:
    change(lines)
    with pytest.raises(error, match=f"(?s){match}") as caught:
        read(kind, lines, tmp_path)
    assert READERS[kind][2] in str(caught.value)


def test_what_is_called_otherwise_is_no_row_of_adb(
    economy: dict[str, np.ndarray], tmp_path: Path
) -> None:
    lines = files.stacked(economy, wiod=False)
    at = next(i for i, line in enumerate(lines) if "r64" in line)
    lines[at][1] = "Compensation"
    with pytest.raises(LayoutError, match="'r64' is called 'Compensation', not 'value added"):
        read("adb", lines, tmp_path)
    lines = files.stacked(economy, wiod=False)
    lines[3][8] = "Exports"
    with pytest.raises(LayoutError, match="'F1' is called 'Exports', not 'household"):
        read("adb", lines, tmp_path)


def test_constant_prices_are_said(economy: dict[str, np.ndarray], tmp_path: Path) -> None:
    lines = files.stacked(economy, wiod=False)
    lines[1][0] = "2 economies, at constant 2010 prices (industry by industry)"
    assert read("adb", lines, tmp_path).meta.prices == "constant 2010"


def test_a_gap_of_rows_goes_to_a_column_only_where_asked(
    kind: str, lines: Lines, tmp_path: Path
) -> None:
    was = lines[6][9]
    assert isinstance(was, float)
    lines[6][9] = was - 2.0
    with pytest.raises(BalanceError, match=r"(?s)gap 2 .*discrepancy='DISC'"):
        read(kind, lines, tmp_path)
    table = read(kind, lines, tmp_path, discrepancy="DISC")
    assert table.Y["DISC"].to_list() == pytest.approx([2, 0, 0, 0])


def test_the_binary_workbook_is_refused_with_what_to_do(tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "WIOT2014_Nov16_ROW.xlsb"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.bin", b"x")
    with pytest.raises(FileError, match=r"(?s)binary workbook.*save it as \.xlsx"):
        read_wiod_world(path)


@pytest.mark.parametrize("extra", [False, True])
def test_the_sheet_of_adb_begins_in_row_8_or_below(
    economy: dict[str, np.ndarray], tmp_path: Path, extra: bool
) -> None:
    """A blank row stands below the titles, and in tables of Latin America a row of numbers."""
    lines = files.stacked(economy, wiod=False)
    one = read("adb", lines, tmp_path)
    above: Lines = [[None]]
    if extra:
        above.append([None] * 4 + ["0001", "0002"] * 2 + [f"100{i}" for i in range(1, 6)] * 2)
    moved = [*lines[:3], *above, *lines[3:]]
    assert moved[7 + extra][3] == "c1"
    np.testing.assert_array_equal(read("adb", moved, tmp_path).arrays.Z, one.arrays.Z)
