"""SAMs to workbooks and folders and back: every digit, every label, and what is refused."""

import os
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

import iomodel as im
from iomodel import workbook
from iomodel.errors import (
    BalanceError,
    CellError,
    FileError,
    LabelError,
    LayoutError,
    WriteError,
)
from iomodel.meta import Meta
from iomodel.sam import SAM
from sams import sams

KINDS = {"firms": "activity", "people": "institution", "=abroad": "row"}
NAMES = {"firms": "Firms, all", "people": "=People", "=abroad": "The rest"}
T = pd.DataFrame(
    [[0.1, 60.0 + 1 / 3, 12.0], [60.0 + 1 / 3, 0.0, 0.0], [12.0, 0.0, -1e-17]],
    list(KINDS),
    list(KINDS),
)


def small() -> SAM:
    about = Meta(title="small", year=2013, unit="pesos", assumptions=("made up",))
    return SAM.from_frame(T, kinds=KINDS, names=NAMES, meta=about)


def square(path: Path, rows: list[list[object]], *others: list[list[object]]) -> Path:
    """A workbook as somebody else would write it."""
    book = openpyxl.Workbook()
    for at, lines in enumerate([rows, *others]):
        sheet = book.active if not at else book.create_sheet(f"other {at}")
        for line in lines:
            sheet.append(line)
    book.save(path)
    return path


PLAIN: list[list[object]] = [["", "a", "b"], ["a", 0, 5], ["b", 5, 0]]
PLAIN_KINDS = {"a": "activity", "b": "institution"}


# -- there and back -----------------------------------------------------------------------------


def test_a_workbook_gives_the_same_numbers_to_the_last_digit(tmp_path: Path) -> None:
    sam = small()
    path = sam.to_excel(tmp_path / "new" / "sam.xlsx")
    assert path == tmp_path / "new" / "sam.xlsx"
    back = im.read_sam(path)
    np.testing.assert_array_equal(back.array, sam.array)
    assert back.accounts == sam.accounts
    assert back.meta.title == "sam"
    assert os.listdir(path.parent) == ["sam.xlsx"]  # nothing half-written is left


@given(sams())
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_sam_comes_back(tmp_path: Path, sam: SAM) -> None:
    odd = SAM(sam.accounts, sam.array / 7.0)  # seventeen digits
    back = im.read_sam(odd.to_excel(tmp_path / "sam.xlsx", overwrite=True))
    np.testing.assert_array_equal(back.array, odd.array)
    assert back.accounts == odd.accounts
    folder = im.read_sam(odd.to_folder(tmp_path / "sam", overwrite=True))
    np.testing.assert_array_equal(folder.array, odd.array)


def test_the_layout_is_the_usual_one(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(small().to_excel(tmp_path / "sam.xlsx"))
    assert book.sheetnames == ["SAM", "accounts"]
    sheet = book["SAM"]
    assert [cell.value for cell in sheet[1]] == [None, "firms", "people", "=abroad", "total"]
    assert [cell.value for cell in sheet["A"]][1:] == ["firms", "people", "=abroad", "total"]
    assert sheet["D1"].data_type in ("s", "inlineStr")  # text, not a formula
    assert sheet["B2"].value == 0.1
    assert sheet["E2"].value == sheet["B5"].value == pytest.approx(72.1 + 1 / 3, rel=1e-15)
    assert sheet["E5"].value == pytest.approx(T.to_numpy().sum())
    rows = [[cell.value for cell in row] for row in book["accounts"].rows]
    assert rows[0] == ["code", "name", "kind"]
    assert rows[2] == ["people", "=People", "institution"]
    assert book["accounts"]["B3"].data_type in ("s", "inlineStr")


def test_no_formula_stands_in_the_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(small().to_excel(tmp_path / "sam.xlsx")) as archive:
        for name in archive.namelist():
            assert b"<f>" not in archive.read(name), name


def test_what_stands_there_is_not_replaced_unasked(tmp_path: Path) -> None:
    path = tmp_path / "sam.xlsx"
    path.write_bytes(b"mine")
    with pytest.raises(WriteError, match="exists"):
        small().to_excel(path)
    assert path.read_bytes() == b"mine"
    small().to_excel(path, overwrite=True)
    assert len(im.read_sam(path).accounts) == 3
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(WriteError, match="is not a file"):
        small().to_excel(tmp_path / "folder.xlsx", overwrite=True)
    with pytest.raises(WriteError, match=r"not called \.xlsx"):
        small().to_excel(tmp_path / "sam.xls")


def test_a_write_that_fails_leaves_what_stood_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = small().to_excel(tmp_path / "sam.xlsx")
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(workbook, "_save", full)
    with pytest.raises(WriteError, match="no space left"):
        small().to_excel(path, overwrite=True)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["sam.xlsx"]


def test_what_no_sheet_holds_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    with pytest.raises(WriteError, match="17000 columns"):
        workbook.write_workbook(path, {"wide": [["x"] * 17_000]})
    with pytest.raises(WriteError, match="1 numbers that are not finite"):
        workbook.write_workbook(path, {"s": [["x", float("nan")]]})
    with pytest.raises(WriteError, match=r"1 labels with control(?s:.)*bell"):
        workbook.write_workbook(path, {"s": [["bell\x07", 1.0]]})
    assert not list(tmp_path.iterdir())


# -- files of others -----------------------------------------------------------------------------


def test_a_square_of_somebody_else_needs_kinds(tmp_path: Path) -> None:
    path = square(tmp_path / "sam.xlsx", PLAIN)
    with pytest.raises(LayoutError, match="does not say of what kind"):
        im.read_sam(path)
    sam = im.read_sam(path, kinds=PLAIN_KINDS)
    assert sam.transactions.loc["a", "b"] == 5
    assert sam.meta.source == "sam.xlsx"
    text = tmp_path / "sam.csv"
    text.write_text(",a,b,Total\na,0,5,5\nb,5,0,5\nTotal,5,5,10\n", encoding="utf-8")
    np.testing.assert_array_equal(im.read_sam(text, kinds=PLAIN_KINDS).array, sam.array)


def test_kinds_given_go_before_those_of_the_file(tmp_path: Path) -> None:
    path = small().to_excel(tmp_path / "sam.xlsx")
    sam = im.read_sam(path, kinds={"firms": "commodity"})
    assert sam.accounts.kinds == ("commodity", "institution", "row")
    assert sam.accounts.names[0] == "Firms, all"


def test_rows_and_columns_may_stand_in_any_order_and_blanks_are_nothing(tmp_path: Path) -> None:
    rows = [["", "b", "a", "SUMA"], ["a", 5, None, 5], ["b", None, 5, 5], ["suma", 5, 5, 10]]
    sam = im.read_sam(square(tmp_path / "sam.xlsx", rows), kinds=PLAIN_KINDS)
    assert sam.transactions.loc["a"].to_dict() == {"a": 0, "b": 5}


@pytest.mark.parametrize(
    ("row", "column", "place"),
    [(3, 1, "row of totals"), (1, 3, "column of totals"), (3, 3, "total of totals")],
)
def test_totals_are_checked(tmp_path: Path, row: int, column: int, place: str) -> None:
    rows = [["", "a", "b", "total"], ["a", 0, 5, 5], ["b", 5, 0, 5], ["total", 5, 5, 10]]
    rows[row][column] += 1
    with pytest.raises(LayoutError, match=f"{place} differs from the sums at '(a|total)' by 1"):
        im.read_sam(square(tmp_path / "sam.xlsx", rows), kinds=PLAIN_KINDS)


def test_accounts_on_one_side_or_without_a_kind_are_named_with_the_file(tmp_path: Path) -> None:
    rows = [["", "a", "b", "c"], ["a", 0, 5, 1], ["b", 5, 0, 0]]
    path = square(tmp_path / "sam.xlsx", rows)
    with pytest.raises(LabelError, match=r"sam\.xlsx.*(?s:.)*'c' has a column but no row"):
        im.read_sam(path, kinds=PLAIN_KINDS)
    path = square(tmp_path / "plain.xlsx", PLAIN)
    with pytest.raises(LabelError, match=r"plain\.xlsx.*(?s:.)*'b' has no kind"):
        im.read_sam(path, kinds={"a": "activity"})
    with pytest.raises(LabelError, match="'b': 'crown'"):
        im.read_sam(path, kinds={"a": "activity", "b": "crown"})


def test_a_file_that_does_not_balance_is_read_only_on_purpose(tmp_path: Path) -> None:
    path = square(tmp_path / "sam.xlsx", [["", "a", "b"], ["a", 0, 6], ["b", 5, 0]])
    with pytest.raises(BalanceError, match=r"sam\.xlsx.*(?s:.)*'a': receives 6, pays 5"):
        im.read_sam(path, kinds=PLAIN_KINDS)
    draft = im.read_sam(path, kinds=PLAIN_KINDS, balanced=False)
    assert draft.gaps["a"] == 1
    again = draft.to_folder(tmp_path / "draft")
    with pytest.raises(BalanceError, match="draft"):
        im.read_sam(again)
    assert im.read_sam(again, balanced=False).gaps["a"] == 1


@pytest.mark.parametrize("value", ["n.d.", True, "#REF!", "5%", "1 000"])
def test_a_cell_that_is_no_number_is_named(tmp_path: Path, value: object) -> None:
    rows = [["", "a", "b"], ["a", 0, value], ["b", 5, 0]]
    path = square(tmp_path / "sam.xlsx", rows)
    with pytest.raises(CellError, match=r"\[Sheet\]!C2 \(row 'a', column 'b'\)"):
        im.read_sam(path, kinds=PLAIN_KINDS)


def test_a_formula_saved_without_its_value_is_not_nothing(tmp_path: Path) -> None:
    path = square(tmp_path / "sam.xlsx", [["", "a", "b"], ["a", 0, "=5+0"], ["b", 5, 0]])
    with pytest.raises(CellError, match=r"C2.*formula saved without its value"):
        im.read_sam(path, kinds=PLAIN_KINDS)


def test_cells_without_a_label_are_not_left_out_silently(tmp_path: Path) -> None:
    rows: list[list[object]] = [["", "a", "b", None], ["a", 0, 5, 3], ["b", 5, 0, None]]
    with pytest.raises(LayoutError, match=r"1 cells .*without a label(?s:.)*D2: 3"):
        im.read_sam(square(tmp_path / "sam.xlsx", rows), kinds=PLAIN_KINDS)
    rows = [["", "a", "b"], ["a", 0, 5], ["b", 5, 0], [None, None, 7]]
    with pytest.raises(LayoutError, match="C4: 7"):
        im.read_sam(square(tmp_path / "other.xlsx", rows), kinds=PLAIN_KINDS)
    with pytest.raises(LayoutError, match="no labels"):
        im.read_sam(square(tmp_path / "empty.xlsx", []), kinds=PLAIN_KINDS)


def test_of_several_sheets_one_is_chosen(tmp_path: Path) -> None:
    path = square(tmp_path / "sam.xlsx", PLAIN, [["", "a"], ["a", 1]])
    with pytest.raises(LayoutError, match=r"2 sheets that could(?s:.)*sheet="):
        im.read_sam(path, kinds=PLAIN_KINDS)
    assert len(im.read_sam(path, kinds=PLAIN_KINDS, sheet="Sheet").accounts) == 2
    assert len(im.read_sam(path, kinds=PLAIN_KINDS, sheet="other 1").accounts) == 1
    with pytest.raises(LayoutError, match="0 sheets"):
        im.read_sam(path, kinds=PLAIN_KINDS, sheet="none")


def test_the_sheet_of_accounts_fits_the_sam(tmp_path: Path) -> None:
    heading: list[object] = ["Code", "Name ", "KIND"]
    lines: list[list[object]] = [heading, ["a", "", "activity"], ["b", "People", "institution"]]
    sam = im.read_sam(square(tmp_path / "sam.xlsx", PLAIN, lines))
    assert sam.accounts.names == ("a", "People")
    more = [*lines, ["c", "", "activity"]]
    with pytest.raises(LayoutError, match=r"1 accounts have no row(?s:.)*'c'"):
        im.read_sam(square(tmp_path / "more.xlsx", PLAIN, more))
    with pytest.raises(LabelError, match="'b' has no kind"):
        im.read_sam(square(tmp_path / "less.xlsx", PLAIN, lines[:2]))
    with pytest.raises(LayoutError, match=r"1 accounts stand twice(?s:.)*'b'"):
        im.read_sam(square(tmp_path / "twice.xlsx", PLAIN, [*lines, lines[2]]))


def test_a_folder_keeps_what_the_workbook_does_not(tmp_path: Path) -> None:
    sam = small()
    folder = sam.to_folder(tmp_path / "sam")
    back = im.read_sam(folder)
    assert back.meta == sam.meta
    assert back.accounts == sam.accounts
    np.testing.assert_array_equal(back.array, sam.array)
    with pytest.raises(WriteError, match="exists"):
        sam.to_folder(folder)
    (folder / "accounts.csv").unlink()
    with pytest.raises(FileError, match=r"accounts\.csv"):
        im.read_sam(folder)


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(FileError, match="does not exist"):
        im.read_sam("no-such-sam.xlsx")


def test_bundled_sams_are_asked_for_by_name() -> None:
    assert im.load_sam("mexico-2013") is im.load_sam("mexico-2013")
    with pytest.raises(FileError, match="mexico-2013"):
        im.load_sam("mexico-2031")
    with pytest.raises(FileError, match="not a bundled sam"):
        im.load_sam("mexico-2018")  # a table, not a SAM
