"""Grids, strict number cells and labels: what is accepted, what is refused, and by which name."""

import datetime

import numpy as np
import pytest

from inegi_files import write_csv, write_xlsx
from iomodel.errors import CellError, FileError, LabelError, LayoutError
from iomodel.readers.cells import a1, column_name, pick, read_grids
from iomodel.readers.figures import numbers
from iomodel.readers.files import open_source
from iomodel.readers.labels import clean, plain, split


def grid_of(path):
    return read_grids(open_source(path))[0]


def cell_numbers(path, missing=None):
    return numbers(grid_of(path), {1: "31 - Row"}, {1: "32 - Column"}, missing)


def one_cell(tmp_path, value, kind="xlsx"):
    rows = [["", "32 - Column"], ["31 - Row", value]]
    if kind == "xlsx":
        return write_xlsx(tmp_path / "one.xlsx", rows, sheet="Hoja")
    return write_csv(tmp_path / "one.csv", rows)


@pytest.mark.parametrize(
    ("row", "column", "name"), [(0, 0, "A1"), (56, 5, "F57"), (0, 701, "ZZ1"), (9, 702, "AAA10")]
)
def test_a1_names(row, column, name):
    assert a1(row, column) == name
    assert name.startswith(column_name(column))


@pytest.mark.parametrize("value", [1, 1.5, -3.25, 0, 1e-11])
def test_numbers_of_a_workbook_are_kept_as_they_are(tmp_path, value):
    found = cell_numbers(one_cell(tmp_path, value))
    assert found.values.tolist() == [[value]]
    assert not found.blank.any()


@pytest.mark.parametrize(
    ("text", "value"), [("12", 12.0), (" -3.5 ", -3.5), ("1e3", 1000.0), ("+.5", 0.5), ("7.", 7.0)]
)
def test_numbers_of_a_csv_are_read_from_plain_text(tmp_path, text, value):
    assert cell_numbers(one_cell(tmp_path, text, "csv")).values.tolist() == [[value]]


BAD = [
    ("n.d.", "is not a number", 'missing={"n.d.": 0}'),
    ("-", "is not a number", "missing="),
    ("12.3 p", "is not a number", "missing="),
    ("123.4a", "is not a number", "missing="),
    ("#DIV/0!", "error of the spreadsheet", "Mend the formula"),
    ("nan", "is not finite", "never taken as zero"),
    ("Infinity", "is not finite", "never taken as zero"),
    ("1e400", "is not finite", "never taken as zero"),
    ("1_000", "not a plain number", "1234.5"),
    ("1,234.5", "not a plain number", "1234.5"),
    ("1,234", "not a plain number", "1234.5"),
    ("3 229", "not a plain number", "1234.5"),
    ("3\u202f229", "not a plain number", "1234.5"),
    ("−5", "not a plain number", "1234.5"),
    ("(5)", "not a plain number", "1234.5"),
    ("5-", "not a plain number", "1234.5"),
    ("١٢", "not a plain number", "1234.5"),
    ("5%", "percentage", "flows in pesos"),
    ("9007199254740993", "beyond 2**53", "larger unit"),
]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize(("value", "why", "remedy"), BAD)
def test_text_in_a_number_cell_is_refused(tmp_path, value, why, remedy, kind):
    path = one_cell(tmp_path, value, kind)
    with pytest.raises(CellError) as caught:
        cell_numbers(path)
    message = str(caught.value)
    where = "one.xlsx[Hoja]!B2" if kind == "xlsx" else "one.csv!B2"
    assert message.startswith(f"{where} (row '31 - Row', column '32 - Column'): value ")
    assert repr(value) in message
    assert why in message
    assert remedy in message
    assert caught.value.file == str(path)
    assert caught.value.cell == "B2"
    assert caught.value.sheet == ("Hoja" if kind == "xlsx" else "")


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (True, "truth value"),
        (datetime.datetime(2018, 3, 11), "is a date"),
        (2**53 + 2, "beyond 2\\*\\*53"),
        ("12.5", "looks like one"),
    ],
)
def test_cells_of_a_workbook_that_are_no_numbers_are_refused(tmp_path, value, why):
    with pytest.raises(CellError, match=why):
        cell_numbers(one_cell(tmp_path, value))


def test_at_most_twenty_bad_cells_are_shown_and_all_are_kept(tmp_path):
    rows = [["", "32 - Column"], *([f"{i} - Row", "x"] for i in range(30))]
    grid = grid_of(write_csv(tmp_path / "many.csv", rows))
    with pytest.raises(CellError, match="and 10 more") as caught:
        numbers(grid, {i: str(i) for i in range(1, 31)}, {1: "32"})
    assert len(caught.value.findings) == 30


def test_missing_is_used_only_where_asked_and_noted(tmp_path):
    found = cell_numbers(one_cell(tmp_path, "n.d."), {"n.d.": 0})
    assert found.values.tolist() == [[0.0]]
    assert found.notes == ("missing=: 1 cells 'n.d.' counted as 0 (B2)",)
    with pytest.raises(CellError, match="error of the spreadsheet"):
        cell_numbers(one_cell(tmp_path, "#N/A"), {"#N/A": 0})


def test_blank_cells_are_marked(tmp_path):
    for value in ("", "  ", None):
        found = cell_numbers(one_cell(tmp_path, value))
        assert found.blank.all()
        assert (found.values == 0).all()


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_last_digit_is_told_from_csv_and_from_whole_numbers(tmp_path, kind):
    assert cell_numbers(one_cell(tmp_path, 12, kind)).decimals == 0
    assert cell_numbers(one_cell(tmp_path, 12.25, kind)).decimals == (2 if kind == "csv" else 99)


# -- labels -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "name"),
    [
        ("     3361 - Fabricación", "3361", "Fabricación"),
        ("1111---Cultivo", "1111", "Cultivo"),
        ("9316,9321 - Actividades", "9316,9321", "Actividades"),
        ("31-33 - Industrias - otras", "31-33", "Industrias - otras"),
        ("D.21-D.31 - Impuestos", "D.21-D.31", "Impuestos"),
        ("D.29 - D.39 - Otros", "D.29-D.39", "Otros"),
        ("aP.6 - Exportaciones", "P.6", "Exportaciones"),
        ("a P.6 - Exportaciones", "P.6", "Exportaciones"),
        ("P.51b---Formación<sup>1</sup>", "P.51b", "Formación1"),
        ("aPrecios F.O.B.", "", "aPrecios F.O.B."),
        ("Total", "", "Total"),
        (1111.0, "1111", ""),
        (1111, "1111", ""),
        ("NA - Namibia", "NA", "Namibia"),
        (None, "", ""),
    ],
)
def test_labels_are_split(text, code, name):
    label = split(text)
    assert (label.code, label.name) == (code, name)


def test_labels_are_normalised():
    assert clean("  Fabricacio\u0301n\u00a0de\nautos ") == "Fabricación de autos"
    assert plain("  VARIACIÓN de Existencias.") == "variacion de existencias"
    assert split("DF---Demanda final|Total").group == "DF"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (datetime.datetime(2018, 3, 11), "a date where a label"),
        (11.5, "not a label"),
        (True, "not a label"),
        ("11\u200b - Maíz", "U\\+200B"),
        ("\u0420.6 - Exportaciones", "another alphabet .*U\\+0420"),
        ("11 - FabricaciÃ³n", "probably '11 - Fabricación'"),
    ],
)
def test_labels_that_are_none_are_refused(value, words):
    with pytest.raises(LabelError, match=words) as caught:
        split(value, "f.xlsx!A2")
    assert str(caught.value).startswith("f.xlsx!A2")
    assert caught.value.remedy


# -- csv --------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_of_csv(tmp_path, encoding):
    path = write_csv(tmp_path / "a.csv", [["Descripción", "2"], ["á", 1]], encoding)
    grid = grid_of(path)
    assert grid.at(0, 0) == "Descripción"
    assert bool(grid.notes) == (encoding in ("cp1252", "utf-16"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_of_csv(tmp_path, delimiter):
    rows = [["Concepto, en pesos", "2 - b", "3 - c"], ["x", 1.5, 2]]
    grid = grid_of(write_csv(tmp_path / "a.csv", rows, delimiter=delimiter))
    assert [len(row) for row in grid.rows] == [3, 3]
    assert grid.at(1, 1) == "1.5"


def test_an_open_quote_is_named_by_its_line(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,2\n"x,3\n4,5\n', encoding="utf-8")
    with pytest.raises(FileError, match="from line 3 on"):
        grid_of(path)


def test_sheets_are_listed_where_one_is_not_there(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", [["x"]], sheet="Tabulado", MetaInfo=[["y"]])
    with pytest.raises(LayoutError, match="Its sheets are: 'Tabulado', 'MetaInfo'"):
        pick(read_grids(open_source(path)), "Datos")


def test_a_wrong_stated_dimension_does_not_cut_the_sheet(tmp_path):
    import zipfile

    whole = write_xlsx(tmp_path / "whole.xlsx", [[1, 2], [3, 4]])
    path = tmp_path / "wrong.xlsx"
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name.endswith("sheet1.xml"):
                assert b'ref="A1:B2"' in text
                text = text.replace(b'ref="A1:B2"', b'ref="A1"')
            new.writestr(name, text)
    found = numbers(grid_of(path), {0: "a", 1: "b"}, {0: "a", 1: "b"})
    np.testing.assert_array_equal(found.values, [[1, 2], [3, 4]])
