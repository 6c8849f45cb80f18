"""What is read of WIOD's national tables, and what is refused, by file, row and value."""

import numpy as np
import openpyxl
import pytest

import iomodel as im
import wiod_files as files
from iomodel.errors import BalanceError, CellError, IOModelError, LabelError, LayoutError
from iomodel.readers import inspect, read_inegi, read_wiod, read_wiod_years

OFFICIAL = "data/wiod/MEX_NIOT_nov16.csv"
INVENTED = "XXX_NIOT_nov16.csv"


@pytest.fixture
def rows():
    return files.niot(2000, 2001)


@pytest.fixture
def path(tmp_path, rows):
    return files.write(tmp_path / INVENTED, rows)


def refused(tmp_path, rows, error, match, **options):
    """The error that this file gives; it names the file and a remedy, and so does the report."""
    path = files.write(tmp_path / INVENTED, rows)
    with pytest.raises(error, match=match) as caught:
        read_wiod(path, year=2001, **options)
    assert INVENTED in str(caught.value)
    assert caught.value.remedy
    report = inspect(path)
    assert not report.ok
    assert report.remedy == caught.value.remedy
    return caught.value


def test_every_block_is_where_the_file_has_it(path):
    drawn, table = files.economy(2001), read_wiod(path, year=2001)
    n = len(files.INDUSTRIES)
    np.testing.assert_array_equal(table.Z, drawn["home"][:, :n])
    np.testing.assert_array_equal(table.Y, drawn["home"][:, n:])
    np.testing.assert_array_equal(table.x, drawn["x"])
    np.testing.assert_array_equal(table.V.loc["IMP"], drawn["abroad"].sum(axis=0)[:n])
    np.testing.assert_array_equal(table.W.loc["IMP"], drawn["abroad"].sum(axis=0)[n:])
    for row in ("TXSP", "VA", "IntTTM"):
        np.testing.assert_array_equal(table.V.loc[row], drawn[row][:n])
        np.testing.assert_array_equal(table.W.loc[row], drawn[row][n:])
    meta = table.meta
    assert (meta.country, meta.year, meta.unit, meta.prices) == (
        "XXX",
        2001,
        "million US$",
        "current",
    )
    assert meta.precision == 1
    assert meta.licence == "CC BY 4.0"


def test_purchases_of_visitors_are_exports_and_gdp_has_two_equal_sides(path):
    table = read_wiod(path, year=2000)
    assert table.W.at["PURNR", "CONS_h"] == -1089
    assert table.W.at["PURNR", "EXP"] == 1089
    assert table.check()["holds"].all()
    gdp = table.gdp()
    assert gdp["production"] == pytest.approx(gdp["expenditure"], rel=1e-12)
    assert "PURNR" in " ".join(table.meta.history)


def test_an_industry_without_output_neither_breaks_nor_enters_means(path):
    table = read_wiod(path, year=2000)
    assert not table.active[files.EMPTY]
    backward = im.linkages.indices()["rasmussen_backward"].compute(table)
    assert np.isnan(backward["L68"])
    assert backward.drop("L68").mean() == pytest.approx(1)
    kept = [c for c in files.INDUSTRIES if c != "L68"]
    Z, x = table.Z.loc[kept, kept].to_numpy(), table.x[kept].to_numpy()
    inverse = np.linalg.inv(np.eye(3) - Z / x)
    np.testing.assert_allclose(backward[kept], inverse.sum(0) / inverse.sum(0).mean())


def test_every_year_is_the_one_read_alone(path):
    tables = read_wiod_years(path)
    assert list(tables) == [2000, 2001]
    for year, table in tables.items():
        np.testing.assert_array_equal(table.Z, read_wiod(path, year=year).Z)
        assert table.meta.year == year


def test_a_workbook_of_the_same_layout_is_read(tmp_path, rows, path):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([v.item() if isinstance(v, np.generic) else v for v in row])
    book.save(tmp_path / "XXX_NIOT.xlsx")
    table = read_wiod(tmp_path / "XXX_NIOT.xlsx", year=2001)
    np.testing.assert_array_equal(table.Z, read_wiod(path, year=2001).Z)


def test_the_year_is_said_by_keyword_and_must_be_there(path):
    with pytest.raises(TypeError):
        read_wiod(path, 2000)
    with pytest.raises(LayoutError, match="no year 1999") as caught:
        read_wiod(path, year=1999)
    assert "2000, 2001" in caught.value.remedy
    assert INVENTED in str(caught.value)


@pytest.mark.parametrize("cut", [1, 5, 9])
def test_a_file_cut_between_rows(tmp_path, rows, cut):
    error = refused(tmp_path, rows[:-cut], LayoutError, "year 2001 does not have the rows")
    assert "'GO' (TOT)" in " ".join(error.findings)
    assert "download it again" in error.remedy


def test_a_file_cut_within_a_row(tmp_path, rows):
    error = refused(tmp_path, [*rows[:-1], rows[-1][:7]], LayoutError, "has 7 fields, the header")
    assert f"row {len(rows)}" in str(error)


def test_another_layout(tmp_path, rows):
    path = tmp_path / "other.csv"
    path.write_text("Concepto;11 - Agro\n11 - Agro;1\n", encoding="utf-8")
    with pytest.raises(LayoutError, match="no row begins with Year, Code") as caught:
        read_wiod(path, year=2000)
    assert "read_inegi" in caught.value.remedy
    with pytest.raises(IOModelError):
        read_inegi(files.write(tmp_path / INVENTED, rows))


def test_columns_lacking_and_twice(tmp_path, rows):
    lacking = [[*row[:-2], row[-1]] for row in rows]
    error = refused(tmp_path, lacking, LayoutError, "1 columns are missing")
    assert error.findings == ("column 'EXP'",)
    twice = [
        ["C29" if cell == "A01" and i == 0 else cell for cell in row] for i, row in enumerate(rows)
    ]
    refused(tmp_path, twice, LabelError, "column 'C29' stands twice, in E1 and F1")


def test_rows_twice_and_unknown(tmp_path, rows):
    again = files.at(rows, 2001, "C29", "Domestic")
    refused(tmp_path, [*rows, rows[again]], LabelError, r"row 'C29' \(Domestic\) of 2001 stands")
    rows[again][1] = "C30"
    error = refused(tmp_path, rows, LayoutError, "2 faults")
    assert "missing: 'C29' (Domestic)" in error.findings[0]
    assert "unknown: 'C30' (Domestic)" in error.findings[1]


@pytest.mark.parametrize(("value", "match"), [("", "blank"), ("1,5", "1,5"), ("12 34", "12 34")])
def test_a_cell_that_is_no_number_is_named(tmp_path, rows, value, match):
    at = files.at(rows, 2001, "C29", "Imports")
    rows[at][4] = value
    error = refused(tmp_path, rows, CellError, match)
    assert f"E{at + 1}" in str(error)
    assert "C29 (Imports), 2001" in str(error)


@pytest.mark.parametrize(
    ("code", "origin", "match"),
    [
        ("A01", "Domestic", "totals of 2001 are not the sums"),
        ("O84", "Imports", "totals of 2001 are not the sums"),
        ("II_fob", "TOT", "totals of 2001 are not the sums"),
        ("GO", "TOT", "totals of 2001 are not the sums"),
        ("VA", "TOT", "does not balance|inputs"),
    ],
)
def test_a_changed_figure_is_found_by_its_sector(tmp_path, rows, code, origin, match):
    at = files.at(rows, 2001, code, origin)
    rows[at][5] += 5000
    assert "C29" in str(refused(tmp_path, rows, BalanceError, match))


def test_an_adjustment_of_exports_is_refused(tmp_path, rows):
    rows[files.at(rows, 2001, "EXP_adj", "TOT")][-2] = 12
    refused(tmp_path, rows, LayoutError, "adjusts exports")


def test_text_in_place_of_a_year(tmp_path, rows):
    rows[-1][0] = "source"
    refused(tmp_path, rows, LayoutError, "'source' where a year")


def test_the_report_of_a_sound_file(path):
    report = inspect(path)
    assert report.ok
    assert report.what == "national table of WIOD, 2 years from 2000 on, one shown"
    assert report.identities["holds"].all()


def test_official_figures():
    from official import shared_file

    tables = read_wiod_years(shared_file(OFFICIAL))
    assert list(tables) == list(range(2000, 2015))
    table = tables[2008]
    assert table.x["C29"] == 83976  # column GO of the file
    assert [c for c, on in zip(table.accounts.codes, table.active, strict=True) if not on] == [
        "L68",
        "M73",
    ]
    bundled = im.load("mexico-wiod-2008")
    np.testing.assert_array_equal(bundled.Z, table.Z)
    np.testing.assert_array_equal(bundled.W, table.W)
