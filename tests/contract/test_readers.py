"""What every reader owes: bad files are refused by file, sheet, cell and value, with what to do.

The numbers are those of the project's list of bad inputs: A files, B text, C cells, D labels and
layout, E accounting.
"""

import functools
import os
import pickle
import re
import warnings
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import inegi_files as files
from iomodel.errors import (
    BalanceError,
    CellError,
    FileError,
    IOModelError,
    LabelError,
    LayoutError,
    UnitError,
)
from iomodel.readers import files as opening
from iomodel.readers import (
    inspect,
    read_adb,
    read_bop,
    read_figaro,
    read_icio,
    read_inegi,
    read_scn,
    read_wiod_world,
    read_wiod_years,
)

READERS = [read_inegi, read_scn, read_bop, read_wiod_years, read_adb, read_wiod_world]
AS_THEY_PASS = [read_icio, read_figaro]


@pytest.fixture
def drawn():
    return files.economy()


@pytest.fixture
def rows(drawn):
    return files.tabulado(drawn)


def refused(path, error, match=None, **options):
    """The message of the error that reading this file gives; it names the file and a remedy."""
    with pytest.raises(error, match=match) as caught:
        read_inegi(path, **options)
    message = str(caught.value)
    assert os.path.basename(path) in message
    assert caught.value.remedy
    report = inspect(path, **options)
    assert not report.ok
    assert report.remedy == caught.value.remedy
    return message


# -- A. file and container --------------------------------------------------------------------


def ole(name):
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + name.encode("utf-16-le")


BYTES = {
    "3 empty": (b"", "is empty"),
    "4 truncated": (b"PK\x03\x04" + b"\0" * 50, "not a complete .xlsx"),
    "5 html": (b"\xef\xbb\xbf<html><table><tr><td>1</td></tr></table></html>", "a web page"),
    "5 page": (b"\n<!DOCTYPE html><html>404</html>", "a web page"),
    "6 biff": (ole("Workbook"), "Excel 97-2003"),
    "6 xml 2003": (
        b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>",
        "SpreadsheetML",
    ),
    "8 encrypted": (ole("EncryptedPackage"), "encrypted"),
    "26 npy": (b"\x93NUMPY\x01\x00", "can run code"),
    "26 pickle": (pickle.dumps([1]), "can run code"),
    "26 R": (b"RDX3\nX\n", "can run code"),
    "27 lfs": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git-LFS pointer"),
    "27 annex": (b"/annex/objects/MD5-s1--0\n", "git-annex pointer"),
    "28 nul": (b"Concepto,11 - a\n11 - a,\x001\n", "NUL byte at offset 23"),
    "gzip": (b"\x1f\x8b\x08", "gzip"),
    "pdf": (b"%PDF-1.4", "PDF"),
    "31 utf-16 cut": (b"\xff\xfea", "not text in utf-16"),
    "undefined in cp1252": (b"a,b\n\x81\x8d,\xff\n", "not text in utf-8-sig or cp1252"),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(("data", "match"), BYTES.values(), ids=list(BYTES))
def test_a_file_that_is_something_else_is_refused_by_every_reader(tmp_path, data, match, reader):
    path = tmp_path / "MIP_53.xlsx"
    path.write_bytes(data)
    with pytest.raises(FileError, match=match) as caught:
        reader(path)
    assert "MIP_53.xlsx" in str(caught.value)
    assert isinstance(caught.value, OSError)
    assert caught.value.file == str(path)
    assert caught.value.remedy
    assert match.split()[0] in inspect(path).findings[0]


@pytest.mark.parametrize("reader", AS_THEY_PASS)
@pytest.mark.parametrize(("data", "match"), BYTES.values(), ids=list(BYTES))
def test_a_large_text_that_is_something_else_is_refused(tmp_path, data, match, reader):
    path = tmp_path / "2019.csv"
    path.write_bytes(data)
    if match.startswith("not text in"):  # these are read as UTF-8 only
        match = "not text in UTF-8"
    with pytest.raises(FileError, match=match) as caught:
        reader(path)
    assert "2019.csv" in str(caught.value)
    assert caught.value.file == str(path)
    assert caught.value.remedy


@pytest.mark.parametrize("reader", [*READERS, *AS_THEY_PASS])
def test_1_2_what_is_no_file(tmp_path, reader):
    (tmp_path / "MIP_53.xlsx").write_text("x", encoding="utf-8")
    with pytest.raises(FileError, match=r"does not exist[^$]*MIP_53\.xlsx") as caught:
        reader(tmp_path / "MIP53.xlsx")
    assert str(tmp_path) in str(caught.value)
    with pytest.raises(FileError, match="is a folder"):
        reader(tmp_path)
    with pytest.raises(FileError, match="does not exist either"):
        reader(tmp_path / "no" / "MIP_53.xlsx")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.xlsx")
        with pytest.raises(FileError, match="not a regular file"):
            reader(tmp_path / "pipe.xlsx")


def test_4_a_download_cut_short(tmp_path, rows):
    path = files.write_xlsx(tmp_path / "m.xlsx", rows)
    path.write_bytes(path.read_bytes()[:-400])
    assert "download it again" in refused(path, FileError, "not a complete .xlsx")


def rezipped(path, change):
    """The same workbook with members changed by `change(name, bytes) -> bytes or None`."""
    with zipfile.ZipFile(path) as old:
        members = [(name, old.read(name)) for name in old.namelist()]
    with zipfile.ZipFile(path, "w") as new, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of the duplicate that is meant
        for name, data in members:
            for replaced in change(name, data):
                new.writestr(name, replaced)
    return path


@pytest.mark.parametrize(
    ("members", "match"),
    [
        (["xl/workbook.bin"], "binary workbook"),
        (["mimetype", "content.xml"], "OpenDocument"),
        (["Index/Document.iwa"], "Numbers"),
        (["../evil.csv", "b.csv"], "zip archive of 2 files"),
    ],
)
def test_7_24_zips_that_are_no_workbooks(tmp_path, members, match):
    path = tmp_path / "m.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name in members:
            archive.writestr(name, "x")
    refused(path, FileError, match)
    assert [entry.name for entry in tmp_path.iterdir()] == ["m.xlsx"]


def test_9_macros_are_ignored_and_noted(tmp_path, rows):
    path = files.write_xlsx(tmp_path / "m.xlsm", rows)
    assert "macros ignored" in read_inegi(path).meta.history


def test_11_a_formula_without_its_value(tmp_path, rows):
    files.put(rows, "3361", "1111", "=1+1")
    files.put(rows, "3361", "CG", "=2+1")
    message = refused(files.write_xlsx(tmp_path / "m.xlsx", rows), CellError, "without its value")
    assert "m.xlsx[Tabulado]!D8 (row '3361 - Fabricación de automóviles', column '1111" in message
    assert "!I8" in message
    assert "spreadsheet program" in message


def test_12_a_zip_bomb(tmp_path, rows, monkeypatch):
    monkeypatch.setattr(opening, "MAX_UNPACKED", 10_000)
    message = refused(files.write_xlsx(tmp_path / "m.xlsx", rows), FileError, "would unpack to")
    assert "times its size" in message


def test_13_a_stray_cell_far_away(tmp_path, rows):
    import openpyxl

    path = files.write_xlsx(tmp_path / "m.xlsx", rows)
    book = openpyxl.load_workbook(path)
    book.active["XFD1048576"] = 1
    book.save(path)
    assert "stray cells" in refused(path, FileError, "more than 100,000 rows")


def test_15_entities(tmp_path, rows):
    path = files.write_xlsx(tmp_path / "m.xlsx", rows)
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
    rezipped(path, lambda n, data: [bomb + data if n.endswith("sheet1.xml") else data])
    refused(path, FileError, "declares XML entities in 'xl/worksheets/sheet1.xml'")


def test_16_damaged_xml(tmp_path, rows):
    path = files.write_xlsx(tmp_path / "m.xlsx", rows)
    rezipped(path, lambda n, data: [data[:-50] if n.endswith("sheet1.xml") else data])
    refused(path, FileError, "is damaged inside: ")


def test_17_too_large(tmp_path, rows, monkeypatch):
    monkeypatch.setattr(opening, "MAX_BYTES", 1000)
    refused(files.write_xlsx(tmp_path / "m.xlsx", rows), FileError, "at most 1,000 are read")


def test_18_the_mark_of_an_open_workbook(tmp_path):
    path = tmp_path / "~$m.xlsx"
    path.write_bytes(b"\x07user")
    refused(path, FileError, "while a workbook is open")


def test_19_20_21_22_sheets(tmp_path, rows, drawn):
    import openpyxl

    refused(files.write_xlsx(tmp_path / "empty.xlsx", []), LayoutError, "sheet is empty")
    two = files.write_xlsx(tmp_path / "two.xlsx", rows, Copia=rows)
    assert "sheet=" in refused(two, LayoutError, "2 sheets hold a table: Tabulado, Copia")
    assert read_inegi(two, sheet="Copia").meta.history[0] == "read from two.xlsx[Copia]"
    refused(two, LayoutError, "Its sheets are: 'Tabulado', 'Copia'", sheet="Hoja1")
    book = openpyxl.load_workbook(two)
    book["Copia"].sheet_state = "hidden"
    book.save(two)
    assert "hidden sheet 'Copia' not read" in read_inegi(two).meta.history


def test_23_a_chart_sheet_first_is_skipped(tmp_path, rows):
    import openpyxl
    from openpyxl.chart import BarChart, Reference

    path = files.write_xlsx(tmp_path / "m.xlsx", rows)
    book = openpyxl.load_workbook(path)
    chart = BarChart()
    chart.add_data(Reference(book.active, min_col=2, min_row=7, max_row=9))
    book.create_chartsheet("Gráfica", 0).add_chart(chart)
    book.save(path)
    assert len(read_inegi(path).accounts) == 3


def test_25_a_member_twice(tmp_path, rows):
    path = files.write_xlsx(tmp_path / "m.xlsx", rows)
    rezipped(path, lambda n, data: [data, data] if n.endswith("sheet1.xml") else [data])
    refused(path, FileError, "holds the member 'xl/worksheets/sheet1.xml' twice")


# -- B. text and csv --------------------------------------------------------------------------


def as_csv(rows):
    """The rows of the tabulado from its header on, as INEGI's csv export has them."""
    body = [list(row) for row in rows[5:]]
    body[0][:2] = ["Concepto", "UPPB - Utilización de la producción a precios básicos"]
    return body


def test_33_34_semicolons_are_told_and_decimal_commas_refused(tmp_path, rows):
    path = files.write_csv(tmp_path / "m.csv", as_csv(rows), delimiter=";")
    assert "fields separated by ';'" in read_inegi(path).meta.history
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(?<=;)(-?\d+)\.(\d+)", r"\1,\2", text), encoding="utf-8")
    assert "decimal point" in refused(path, CellError, "is not a plain number")


def test_32_mojibake(tmp_path, rows):
    rows[7][0] = "3361 - FabricaciÃ³n de automÃ³viles"
    path = files.write_xlsx(tmp_path / "m.xlsx", rows)
    assert "m.xlsx[Tabulado]!A8" in refused(path, LabelError, "probably '3361 - Fabricación de")


def test_36_37_ragged_rows_and_open_quotes(tmp_path, rows):
    path = files.write_csv(tmp_path / "m.csv", as_csv(rows))
    lines = path.read_text(encoding="utf-8").splitlines()
    short, long = list(lines), list(lines)
    short[2] = short[2].rsplit(",", 1)[0]
    long[2] += ",9"
    for broken in (short, long):
        path.write_text("\n".join(broken), encoding="utf-8")
        refused(path, LayoutError, r"row 3 has \d+ fields, the header has 13")
    lines[2] = '"' + lines[2]
    path.write_text("\n".join(lines), encoding="utf-8")
    refused(path, FileError, "from line 3 on")


def test_38_39_a_label_of_two_lines_and_trailing_delimiters_are_read(tmp_path, rows):
    body = as_csv(rows)
    body[2][0] = "3361 - Fabricación\nde automóviles"
    path = files.write_csv(tmp_path / "m.csv", [[*row, "", ""] for row in body])
    assert "Fabricación de automóviles" in read_inegi(path).accounts.names


def test_40_a_second_header(tmp_path, rows):
    body = as_csv(rows)
    body.insert(6, list(body[0]))
    path = files.write_csv(tmp_path / "m.csv", body)
    refused(path, LayoutError, "row 7 repeats the header of row 1")


def test_41_footers_are_kept_apart(tmp_path, rows):
    path = files.write_csv(tmp_path / "m.csv", as_csv(rows))
    assert read_inegi(path).check()["holds"].all()


# -- C. cells ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize(
    ("row", "column"), [("3361", "1111"), ("3361", "CG"), ("D.1", "3361"), ("PT", "3361")]
)
@pytest.mark.parametrize("value", ["n.d.", "…", "12.3 p", "1,234", "nan", "5%", "#DIV/0!"])
def test_45_to_56_text_in_a_number_cell(tmp_path, rows, row, column, value, kind):
    i, j = files.put(rows, row, column, value)
    if kind == "xlsx":
        path, where = files.write_xlsx(tmp_path / "m.xlsx", rows), "m.xlsx[Tabulado]!"
    else:
        path, where, i = files.write_csv(tmp_path / "m.csv", as_csv(rows)), "m.csv!", i - 5
    message = refused(path, CellError)
    assert f"{where}{'ABCDEFGHIJKLM'[j]}{i + 1} (row '{row} - " in message
    assert f"column '{column} - " in message
    assert repr(value) in message


def test_45_missing_is_named_used_and_recorded(tmp_path, rows, drawn):
    zero = drawn.Z.argmin()
    row, column = drawn.codes[zero // 3], drawn.codes[zero % 3]
    assert drawn.Z.min() == 0
    files.put(rows, row, column, "n.d.")
    path = files.write_xlsx(tmp_path / "m.xlsx", rows)
    refused(path, CellError, "missing=")
    table = read_inegi(path, missing={"n.d.": 0})
    assert table.Z.loc[row, column] == 0
    assert any(note.startswith("missing=: 1 cells 'n.d.'") for note in table.meta.history)
    files.put(rows, "3361", "CG", "n.d.")
    with pytest.raises(BalanceError, match="stated"):
        read_inegi(files.write_xlsx(path, rows), missing={"n.d.": 0})


def test_44_a_blank_is_zero_only_where_the_totals_say_so(tmp_path, rows, drawn):
    zero = drawn.Z.argmin()
    row, column = drawn.codes[zero // 3], drawn.codes[zero % 3]
    files.put(rows, row, column, None)
    path = files.write_xlsx(tmp_path / "m.xlsx", rows)
    table = read_inegi(path)
    assert any("1 blank cells counted as 0" in note for note in table.meta.history)
    files.put(rows, "3361", "CG", None)
    message = refused(files.write_xlsx(path, rows), CellError, "do not show it to be zero")
    assert "m.xlsx[Tabulado]!I8" in message
    assert "value (blank)" in message


def test_44_a_blank_where_nothing_is_stated_is_refused(tmp_path):
    rows = [
        ["Concepto", "11 - a", "21 - b", "CPrv - c", "P.7 - m"],
        ["11 - a", 1.5, None, 5.0, 0.0],
        ["21 - b", 2.0, 1.0, 4.0, 0.0],
        ["B.2b - e", 3.0, 6.0, None, None],
    ]
    path = files.write_xlsx(tmp_path / "m.xlsx", rows)
    assert "m.xlsx[Tabulado]!C2" in refused(path, CellError, "value \\(blank\\)")


def test_49_50_truth_values_and_dates(tmp_path, rows):
    import datetime

    files.put(rows, "3361", "1111", True)
    path = files.write_xlsx(tmp_path / "m.xlsx", rows)
    assert "!D8" in refused(path, CellError, "truth value")
    files.put(rows, "3361", "1111", datetime.datetime(2018, 3, 11))
    assert "2018-03-11" in refused(files.write_xlsx(path, rows), CellError, "is a date")
    files.put(rows, "3361", "1111", 0.0)
    rows[7][0] = datetime.datetime(2018, 3, 11)
    assert "m.xlsx[Tabulado]!A8" in refused(
        files.write_xlsx(path, rows), LabelError, "turned a code into a date"
    )


def test_58_more_digits_than_a_float_holds(tmp_path, rows):
    files.put(rows, "3361", "1111", 2**53 + 1)
    refused(files.write_xlsx(tmp_path / "m.xlsx", rows), CellError, "beyond 2")


def test_63_rounded_figures_balance_within_their_last_digit(tmp_path):
    printed = files.whole(as_csv(files.tabulado(files.economy(6, seed=3))))
    path = files.write_csv(tmp_path / "mip2018.csv", printed)
    table = read_inegi(path)
    assert table.meta.precision == 1
    assert 0 < table.check()["residual"].max() < 10


# -- D. labels and layout ---------------------------------------------------------------------


def test_66_a_sector_twice(tmp_path, rows):
    rows.insert(8, list(rows[7]))
    path = files.write_xlsx(tmp_path / "m.xlsx", rows)
    refused(path, LabelError, "'3361 - Fabricación de automóviles' in rows 8 and 9")
    del rows[8]
    for row in rows[5:9]:
        row.insert(5, row[4])
    refused(files.write_xlsx(path, rows), LabelError, "in columns E and F")


def test_66_an_account_twice(tmp_path, rows):
    i, _ = files.place(rows, "D.1", "3361")
    rows.insert(i + 1, list(rows[i]))
    path = files.write_xlsx(tmp_path / "m.xlsx", rows)
    refused(path, LabelError, f"'D.1 - Remuneración .*' in rows {i + 1} and {i + 2}")
    del rows[i]
    for row in rows[5:]:
        row[8:8] = row[8:9]
    refused(files.write_xlsx(path, rows), LabelError, "'CG - Consumo .*' in columns I and J")


def test_69_decomposed_accents_and_hard_spaces_are_normalised(tmp_path, rows):
    rows[7][0] = "\u00a0 3361 - Fabricacio\u0301n de automo\u0301viles"
    table = read_inegi(files.write_xlsx(tmp_path / "m.xlsx", rows))
    assert "Fabricación de automóviles" in table.accounts.names


def test_70_letters_of_another_alphabet(tmp_path, rows):
    i, _ = files.place(rows, "D.1", "3361")
    rows[i][0] = "D\u200b.1 - Remuneración"
    path = files.write_xlsx(tmp_path / "m.xlsx", rows)
    refused(path, LabelError, "U\\+200B")


def test_76_rows_and_columns_of_different_sectors(tmp_path, rows):
    rows[5][4] = "3362 - Carrocerías"
    path = files.write_xlsx(tmp_path / "m.xlsx", rows)
    message = refused(path, LabelError, "not the same sectors")
    assert "'3361' is a row but not a column" in message
    assert "'3362' is a column but not a row" in message


def test_77_figures_without_a_label(tmp_path, rows):
    rows[7][0] = None
    path = files.write_xlsx(tmp_path / "m.xlsx", rows)
    refused(path, LabelError, "row 8")
    rows[7][0] = "3361 - Fabricación"
    rows[5][8] = "  "
    refused(files.write_xlsx(path, rows), LabelError, "column I")


def test_78_transposed(tmp_path, rows):
    body = as_csv(rows)[:-4]
    turned = [list(row) for row in zip(*body, strict=True)]
    path = files.write_csv(tmp_path / "mip.csv", turned)
    refused(path, LayoutError, "looks transposed")


def test_80_83_supply_or_use(tmp_path):
    rows = [
        ["Concepto", "1111 - a", "1112 - b", "CPrv - c"],
        ["2111 - x", 1.0, 2.0, 3.0],
        ["2112 - y", 1.0, 2.0, 3.0],
        ["D.1 - r", 1.0, 2.0, None],
    ]
    path = files.write_xlsx(tmp_path / "m.xlsx", rows)
    refused(path, LayoutError, "supply or use table")


def test_81_a_sector_beside_its_parts(tmp_path, drawn):
    rows = files.tabulado(drawn)
    names = {"1111": "31-33", "3361": "336", "9316,9321": "52"}
    for cells in rows:
        for j, cell in enumerate(cells):
            for old, new in names.items():
                if isinstance(cell, str) and cell.strip().startswith(f"{old} - "):
                    cells[j] = f"{new} - x"
    path = files.write_xlsx(tmp_path / "m.xlsx", rows)
    refused(path, LayoutError, "'31-33' stands beside its own parts \\(336\\)")


def test_82_by_product_is_said_in_the_title(tmp_path, rows):
    rows[2][0] = rows[2][0].replace("Industria por industria", "Producto por producto")
    table = read_inegi(files.write_xlsx(tmp_path / "m.xlsx", rows))
    assert "product by product" in table.meta.title


def test_85_97_origin(tmp_path, drawn):
    total = files.projected(drawn)
    path = files.write_xlsx(tmp_path / "m.xlsx", total)
    refused(path, LayoutError, "split_imports", origin="domestic")
    n = len(drawn.codes)
    i, _ = files.place(total, "D.1", "3361")
    total.insert(i, ["IET - Importaciones", *[0.0] * n, *[0.0] * 7, None, None])
    refused(files.write_xlsx(path, total), LayoutError, "counts imports twice")
    total[1][0] = total[1][0].replace("Transacciones Totales", "Origen doméstico")
    del total[i]
    refused(files.write_xlsx(path, total), LayoutError, "says domestic flows")


def test_97_no_imports_anywhere(tmp_path):
    rows = [
        ["Concepto", "11 - a", "21 - b", "CPrv - c", "P.1 - Producción"],
        ["11 - a", 1.5, 0.0, 5.0, 6.5],
        ["21 - b", 2.0, 1.0, 4.0, 7.0],
        ["B.2b - e", 3.0, 6.0, None, None],
    ]
    path = files.write_xlsx(tmp_path / "m.xlsx", rows)
    refused(path, LayoutError, 'Pass origin="domestic"')
    table = read_inegi(path, origin="domestic")
    assert "domestic flows, told as asked" in table.meta.history


def test_88_without_totals_output_is_computed_and_recorded(tmp_path):
    rows = [
        ["Concepto", "11 - a", "21 - b", "CPrv - c", "P.7 - m"],
        ["11 - a", 1.5, 1.0, 5.0, -1.0],
        ["21 - b", 2.0, 1.0, 4.0, 0.0],
        ["B.2b - e", 3.0, 5.0, None, None],
    ]
    table = read_inegi(files.write_xlsx(tmp_path / "m.xlsx", rows))
    assert table.x.tolist() == [6.5, 7.0]
    assert any("no production is stated" in note for note in table.meta.history)


def test_89_a_sum_of_unknown_name(tmp_path, rows):
    i, _ = files.place(rows, "UON", "3361")
    rows[i][0] = "Suma"
    path = files.write_xlsx(tmp_path / "m.xlsx", rows)
    assert "'Suma'" in refused(path, LayoutError, "play no part this reader knows")


def test_111_an_inverse_and_coefficients_are_refused_by_name(tmp_path, drawn):
    a = (drawn.Z / drawn.x).round(6)
    path = files.write_csv(tmp_path / "cdi.csv", files.matrix(drawn, np.linalg.inv(np.eye(3) - a)))
    assert "table.L" in refused(path, LayoutError, "this is an inverse \\(a 'cdi' file\\)")
    path = files.write_csv(tmp_path / "ctec.csv", files.matrix(drawn, a))
    assert "table.A" in refused(path, LayoutError, "these are coefficients \\(a 'ctec' file\\)")
    path = files.write_csv(tmp_path / "flows.csv", files.matrix(drawn, drawn.Z))
    assert "IOTable.from_frames" in refused(path, LayoutError, "no final demand columns")


def test_imported_flows_alone_are_refused(tmp_path, drawn):
    body = [row for row in files.open_data(drawn) if row[0][0].isdigit() or row[0][0] == "D"][:4]
    path = files.write_csv(tmp_path / "mip_m_pb_ixi_3.csv", body)
    assert "IET" in refused(path, LayoutError, "imported flows only")


def test_what_is_no_table_at_all(tmp_path):
    path = files.write_csv(tmp_path / "m.csv", [["a", "b"], ["1", "2"]])
    with pytest.raises(LayoutError, match=r"(?s)sector labels.*IOTable\.from_frames"):
        read_inegi(path)
    report = inspect(path)
    assert "no layout that is known here" in report.findings[0]
    assert re.search(r"ICIO of the OECD.*IOTable\.from_frames", report.remedy)


# -- E. accounting ----------------------------------------------------------------------------


def test_91_92_an_unbalanced_table_names_its_sector(tmp_path, drawn):
    rows = files.projected(drawn)
    files.put(rows, "3361", "1111", 500.0)
    path = files.write_xlsx(tmp_path / "m.xlsx", rows)
    message = refused(path, BalanceError)
    assert "m.xlsx[Tabulado]" in message
    assert "3361 - " in message
    assert "Nothing was repaired" in message


def test_94_every_sum_that_does_not_hold_is_listed(tmp_path, rows, drawn):
    files.put(rows, "3361", "1111", drawn.Z[1, 0] + 9)
    message = refused(files.write_xlsx(tmp_path / "m.xlsx", rows), BalanceError)
    for cell in ("!B8", "!C8", "!D10"):  # UPPB and DI of the row, UON of the column
        assert f"m.xlsx[Tabulado]{cell} (row" in message
    assert "stated" in message


@pytest.mark.parametrize(
    ("row", "column", "error"), [("3361", "1111", CellError), ("3361", "P.6", BalanceError)]
)
def test_99_100_negative_deliveries(tmp_path, rows, row, column, error):
    files.put(rows, row, column, -5.0)
    message = refused(files.write_xlsx(tmp_path / "m.xlsx", rows), error)
    if error is CellError:
        assert "m.xlsx[Tabulado]!D8" in message
        assert "value -5" in message


def test_99_negative_inventories_are_read(tmp_path, rows, drawn):
    assert (drawn.Y[:, 3] < 0).any()
    read_inegi(files.write_xlsx(tmp_path / "m.xlsx", rows))


def test_106_thousands_against_millions(tmp_path, drawn):
    rows = files.projected(drawn)
    for row in rows:
        if row and str(row[0]).startswith(("D.21", "D.1 ", "D.29", "B.2b")):
            row[1:] = [v * 1000 if isinstance(v, float) else v for v in row[1:]]
    path = files.write_xlsx(tmp_path / "m.xlsx", rows)
    assert "m.xlsx[Tabulado]" in refused(path, UnitError, "thousand times larger")


# -- and everything else ----------------------------------------------------------------------


@functools.cache
def sound(kind, folder):
    drawn = files.economy(2, seed=1)
    if kind == "xlsx":
        return files.write_xlsx(folder / "m.xlsx", files.tabulado(drawn)).read_bytes()
    return files.write_csv(folder / "m.csv", files.open_data(drawn)).read_bytes()


SPOTS = st.tuples(st.integers(0, 10**6), st.integers(0, 3), st.binary(max_size=3))


@given(kind=st.sampled_from(["xlsx", "csv"]), spots=st.lists(SPOTS, min_size=1, max_size=4))
def test_a_damaged_file_never_ends_in_a_traceback(tmp_path_factory, kind, spots):
    """Bytes changed, cut out or put in: a checked table, or an error of ours."""
    folder = tmp_path_factory.getbasetemp()
    raw = bytearray(sound(kind, folder))
    for where, cut, put in spots:
        at = where * (len(raw) - 1) // 10**6
        raw[at : at + cut] = put
    path = folder / f"damaged.{kind}"
    path.write_bytes(bytes(raw))
    report = inspect(path)
    assert str(report)
    if report.ok:
        assert read_inegi(path).check()["holds"].all()
    else:
        with pytest.raises(IOModelError):
            read_inegi(path)
