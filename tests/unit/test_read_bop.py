"""Balance-of-payments files: tidy, by vintage, and a year spliced from the latest vintages."""

import pytest

from inegi_files import write_csv
from iomodel.errors import CellError, LabelError, LayoutError, MissingAccountError
from iomodel.readers import inspect, read_bop, splice

CE174 = [
    ["vintage", "quarter", "item", "value_musd"],
    ["2018Q1 vintage (Jan-Mar 2018)", "2018Q1", "Interest (debit)", 1.0],
    ["2018Q3 vintage (Jul-Sep 2018)", "2018Q1", "Interest (debit)", 2.0],
    ["2018Q3 vintage (Jul-Sep 2018)", "2018Q2", "Interest (debit)", 4.0],
    ["2018Q3 vintage (Jul-Sep 2018)", "2018Q3", "Interest (debit)", 8.0],
    ["2019Q1 vintage (Jan-Mar 2019)", "2018Q4", "Interest (debit)", 16.0],
    ["2018Q1 vintage (Jan-Mar 2018)", "2018Q1", "Capital account", -3.0],
]
WDI = [
    ["country", "indicator", "name", "year", "value", "source_file"],
    ["MEX", "PA.NUS.FCRF", "Official exchange rate", 2018, 19.24, "x"],
    ["MEX", "PA.NUS.FCRF", "Official exchange rate", 2017, 18.93, "x"],
]


def changed(rows, line, column, value):
    copy = [list(row) for row in rows]
    copy[line][column] = value
    return copy


def test_vintages_stand_side_by_side(tmp_path):
    frame = read_bop(write_csv(tmp_path / "b.csv", CE174))
    assert frame.columns.tolist() == ["vintage", "quarter", "item", "value"]
    assert frame["vintage"].unique().tolist() == ["2018Q1", "2018Q3", "2019Q1"]
    assert frame.attrs["unit"] == "million USD"
    assert frame.attrs["editions"]["2018Q3"] == "2018Q3 vintage (Jul-Sep 2018)"


def test_a_year_is_spliced_from_the_latest_vintage_of_each_quarter(tmp_path):
    year = splice(read_bop(write_csv(tmp_path / "b.csv", CE174)), 2018, "Interest (debit)")
    assert year["vintage"].to_dict() == {
        "2018Q1": "2018Q3",
        "2018Q2": "2018Q3",
        "2018Q3": "2018Q3",
        "2018Q4": "2019Q1",
    }
    assert year["value"].tolist() == [2.0, 4.0, 8.0, 16.0]


def test_a_quarter_in_no_vintage_is_missing_not_zero(tmp_path):
    frame = read_bop(write_csv(tmp_path / "b.csv", CE174))
    with pytest.raises(MissingAccountError, match="no vintage for 2018Q2, 2018Q3, 2018Q4"):
        splice(frame, 2018, "Capital account")
    with pytest.raises(LabelError, match=r"Nearest: Interest \(debit\)"):
        splice(frame, 2018, "Interest")


def test_series_by_year(tmp_path):
    frame = read_bop(write_csv(tmp_path / "w.csv", WDI))
    assert frame.loc[("PA.NUS.FCRF", 2018), "value"] == 19.24
    assert frame.index.names == ["indicator", "year"]


@pytest.mark.parametrize(
    ("rows", "error", "match"),
    [
        (changed(CE174, 2, 3, "n.d."), CellError, r"b.csv!D3 .*'n.d.' is not a number"),
        (changed(CE174, 2, 3, ""), LabelError, r"b.csv!D3 is the first"),
        (changed(CE174, 2, 1, "2018-1"), LabelError, r"b.csv!B3: quarter '2018-1'"),
        ([*CE174, CE174[1]], LabelError, "1 figures stand twice"),
        ([*CE174, CE174[1][:2]], LayoutError, "line 8 has 2 fields"),
        ([*WDI, WDI[1]], LabelError, "PA.NUS.FCRF, 2018"),
        ([["a", "b"], ["1", "2"]], LayoutError, "its columns are a, b"),
    ],
)
def test_bad_files_are_refused(tmp_path, rows, error, match):
    path = write_csv(tmp_path / "b.csv", rows)
    with pytest.raises(error, match=match) as caught:
        read_bop(path)
    assert caught.value.remedy
    assert "b.csv" in str(caught.value)


def test_the_report_says_what_the_file_is(tmp_path):
    report = inspect(write_csv(tmp_path / "b.csv", CE174))
    assert report.ok
    assert (report.what, report.contents) == ("balance-of-payments figures", "6 rows")
    assert not inspect(write_csv(tmp_path / "b.csv", changed(CE174, 2, 3, "x"))).ok


@pytest.fixture
def ce174(shared_file):
    return read_bop(shared_file("data/bop/banxico_CE174_quarterly_2017_2019_vintages.csv"))


PUBLISHED = {
    "C. Primary income (debit)": 42_870,
    "Reinvested earnings and dividends (debit)": 20_124,
    "Interest (debit)": 22_736,
    "Interest, public sector (debit)": 13_169,
    "Other primary income (debit)": 11,
}


@pytest.mark.parametrize(("item", "total"), PUBLISHED.items())
def test_2018_is_spliced_from_the_documented_vintages(ce174, item, total):
    year = splice(ce174, 2018, item)
    assert year["value"].sum() == total
    assert year["vintage"].tolist() == ["2018Q3", "2018Q4", "2019Q1", "2019Q2"]


def test_the_world_bank_says_more_for_2018(shared_file):
    frame = read_bop(shared_file("data/bop/wdi_mexico_bop_1979_2024.csv"))
    assert round(frame.loc[("BM.GSR.FCTY.CD", 2018), "value"] / 1e6) == 46_120
    assert len(frame) == 276
