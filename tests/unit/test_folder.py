"""The folder layout: round trips to the last digit, faults named by file, line and column."""

from pathlib import Path

import numpy as np
import pytest

from iomodel.errors import BalanceError, CellError, FileError, LabelError, LayoutError, WriteError
from iomodel.readers.folder import read_folder
from iomodel.storage import read_frame
from tests.unit.test_aggregate import table


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return table().to_folder(tmp_path / "mine")


def test_round_trip_keeps_every_digit(folder: Path) -> None:
    first, again = table(), read_folder(folder)
    for block in ("Z", "Y", "V", "W", "x", "S"):
        np.testing.assert_array_equal(getattr(first.arrays, block), getattr(again.arrays, block))
    assert again.accounts == first.accounts
    assert again.inputs == first.inputs
    assert again.meta == first.meta


def test_rows_in_another_order_give_the_same_table(folder: Path) -> None:
    lines = (folder / "Z.csv").read_text().splitlines()
    (folder / "Z.csv").write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n")
    np.testing.assert_array_equal(read_folder(folder).Z, table().Z)


@pytest.mark.parametrize("value", ["n.d.", "", "nan", "1_000", "1e999", "TRUE", "١"])
def test_a_cell_that_is_no_number_is_named(folder: Path, value: str) -> None:
    text = (folder / "Z.csv").read_text().replace("4.0", value)
    (folder / "Z.csv").write_text(text, encoding="utf-8")
    with pytest.raises(CellError, match=r"Z\.csv.*line 3 \(row 'b', column 'b'\)"):
        read_folder(folder)


def test_missing_files_and_labels_are_named(folder: Path) -> None:
    text = (folder / "Y.csv").read_text()
    (folder / "Y.csv").write_text(text.replace("\nb,", "\nbb,"))
    with pytest.raises(LabelError, match="missing 'b'"):
        read_folder(folder)
    (folder / "Y.csv").unlink()
    with pytest.raises(FileError, match=r"Y\.csv' is missing"):
        read_folder(folder)
    (folder / "table.toml").write_text("title = ")
    with pytest.raises(LayoutError, match="not valid toml"):
        read_folder(folder)
    (folder / "table.toml").unlink()
    with pytest.raises(FileError, match=r"table\.toml' is missing"):
        read_folder(folder)


def test_an_unbalanced_folder_is_refused_with_its_name(folder: Path) -> None:
    text = (folder / "V.csv").read_text()
    first = text.splitlines()[1].split(",")[1]
    (folder / "V.csv").write_text(text.replace(first, "999.0", 1))
    with pytest.raises(BalanceError, match=r"(?s)mine.*'a'"):
        read_folder(folder)


def test_nothing_is_overwritten_unasked(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="exists"):
        table().to_folder(folder)
    table().to_folder(folder, overwrite=True)
    other = tmp_path / "letters"
    other.mkdir()
    (other / "love.txt").write_text("x")
    with pytest.raises(WriteError, match="not a table folder"):
        table().to_folder(other, overwrite=True)
    assert (other / "love.txt").exists()


def test_labels_stay_the_text_they_are(tmp_path: Path) -> None:
    """Codes look like numbers; a reader that is quick must not make them some."""
    (tmp_path / "Z.csv").write_text("label,a,01\n 0011,1,2\n1e5,003, 4\n")
    frame = read_frame(tmp_path, "Z")
    assert frame.index.tolist() == ["0011", "1e5"]
    assert frame.columns.tolist() == ["a", "01"]
    assert frame.to_numpy().tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    "cell", ["", " ", "nan", "inf", "-Infinity", "1_000", "٣", "x", "#N/A", "12abc", "1e999"]
)
def test_a_cell_that_is_no_number_is_named_however_fast_the_rest_is_read(
    cell: str, tmp_path: Path
) -> None:
    (tmp_path / "Z.csv").write_text(f"label,a,b\na,1,2\nb,3,{cell}\n", encoding="utf-8")
    with pytest.raises(CellError, match=r"line 3 \(row 'b', column 'b'\)") as error:
        read_frame(tmp_path, "Z")
    assert f"value {cell!r} is not a finite number" in str(error.value)
