"""INEGI's layouts, on files drawn by `inegi_files` and on the official ones where they are."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import inegi_files as files
from iomodel.errors import BalanceError, LabelError, LayoutError
from iomodel.readers import inspect, read_inegi

DEMAND = tuple(files.DEMAND)
KINDS = {
    "IET": "imports",
    "P.721": "imports",
    "P.621": "moved",
    "D.21-D.31": "product_taxes",
    "D.1": "compensation",
    "D.29-D.39": "production_taxes",
    "B.2b": "surplus",
}


def same(table, drawn, inputs=tuple(KINDS)):
    n = len(drawn.codes)
    assert table.accounts.codes == drawn.codes
    assert table.accounts.names == drawn.names
    assert table.categories.codes[: len(DEMAND)] == DEMAND
    assert table.inputs.codes == inputs
    assert dict(zip(inputs, table.inputs.kinds, strict=True)) == {c: KINDS[c] for c in inputs}
    np.testing.assert_allclose(table.x, drawn.x, atol=1e-9)
    rows = np.array([drawn.rows[code] for code in inputs])
    np.testing.assert_allclose(table.V, rows[:, :n], atol=1e-6)
    np.testing.assert_allclose(table.W.iloc[:, : len(DEMAND)], rows[:, n:], atol=1e-6)


@pytest.fixture
def drawn():
    return files.economy()


def test_the_tabulado_is_read_into_its_blocks(tmp_path, drawn):
    path = files.write_xlsx(tmp_path / "MIP_53.xlsx", files.tabulado(drawn))
    table = read_inegi(path)
    same(table, drawn)
    np.testing.assert_array_equal(table.Z, drawn.Z)
    np.testing.assert_array_equal(table.Y, drawn.Y)
    np.testing.assert_array_equal(table.satellites.loc["PT"], drawn.rows["PT"][:3])
    assert set(table.satellite_accounts.kinds) == {"jobs"}
    assert table.check()["holds"].all()
    meta = table.meta
    assert (meta.country, meta.year) == ("MEX", 2018)
    assert (meta.unit, meta.currency) == ("million MXN", "MXN")
    assert (meta.prices, meta.valuation, meta.origin) == ("current", "basic", "domestic")
    assert meta.source.startswith("INEGI, Sistema de Cuentas Nacionales de México.")
    assert meta.licence == "INEGI terms of free use with citation"
    assert len(meta.sha256) == 64
    assert meta.projected == ""
    history = " | ".join(meta.history)
    assert "'a' before P.6" in history
    assert "white space or accents of" in history
    assert "UON" in history


def test_the_year_stands_in_the_sheet_beside_the_table(tmp_path, drawn):
    beside = [["COBERTURA TEMPORAL", "2019"], ["FECHA DE ACTUALIZACIÓN", "2023-08-29"]]
    path = files.write_xlsx(tmp_path / "m.xlsx", files.tabulado(drawn), MetaInfo=beside)
    meta = read_inegi(path).meta
    assert meta.year == 2019
    assert "updated 2023-08-29" in meta.source


@pytest.mark.parametrize("year", [2003, 2013])
def test_projected_tables_hold_total_flows_in_constant_prices(tmp_path, drawn, year):
    path = files.write_xlsx(tmp_path / "p.xlsx", files.projected(drawn, year), sheet="Sheet1")
    table = read_inegi(path)
    same(table, drawn, ("D.21-D.31", "D.1", "D.29-D.39", "B.2b"))
    np.testing.assert_allclose(table.Z, drawn.Z + drawn.M)
    assert table.categories.codes == (*DEMAND, "P.7")
    assert table.categories.kinds[-1] == "imports"
    np.testing.assert_allclose(table.Y["P.7"], -(drawn.M.sum(1) + drawn.YM.sum(1)))
    assert table.meta.origin == "total"
    assert table.meta.year == year
    assert table.meta.projected == "projected by INEGI from 2013"
    if year == 2013:
        assert table.meta.prices == "current"
        assert "constant 2013 prices are current" in table.meta.assumptions[0]
    else:
        assert table.meta.prices == "constant 2013"
        assert table.meta.assumptions == ()
    history = " | ".join(table.meta.history)
    assert "'CP' is CPrv" in history
    assert "'D.29 - D.39' is D.29-D.39" in history


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_open_data_of_domestic_flows(tmp_path, drawn, encoding):
    path = files.write_csv(tmp_path / "mip_d_pb_ixi_3.csv", files.open_data(drawn), encoding)
    table = read_inegi(path)
    same(table, drawn)
    np.testing.assert_allclose(table.Z, drawn.Z)
    assert table.meta.origin == "domestic"
    assert table.meta.precision == pytest.approx(0.001)
    history = " | ".join(table.meta.history)
    assert "of which the first counts: 'D.1" in history
    assert "'P.1_ET' is P.1" in history
    assert ("cp1252" in history) == (encoding == "cp1252")


def test_open_data_of_total_flows_have_imports_as_uses_less_production(tmp_path, drawn):
    path = files.write_csv(tmp_path / "mip_t_pb_ixi_3.csv", files.open_data(drawn, "t"))
    table = read_inegi(path)
    assert table.meta.origin == "total"
    np.testing.assert_allclose(
        table.Y["P.7"], -(drawn.M.sum(1) + drawn.YM.sum(1)), atol=1e-6
    )
    assert "total uses less production" in table.meta.assumptions[0]


def test_the_output_row_of_all_the_economy_counts_before_another_of_the_same_code(tmp_path, drawn):
    rows = files.open_data(drawn)
    at = next(i for i, row in enumerate(rows) if row[0].startswith("P.1_ET"))
    other = ["P.1---Producción de un sector", "", 3.0, *[1.0] * 3, "", *[""] * 6]
    rows.insert(at, other)
    table = read_inegi(files.write_csv(tmp_path / "mip_d_pb_ixi_3.csv", rows))
    np.testing.assert_allclose(table.x, drawn.x)
    assert any("'P.1 - Producción de un sector'" in note for note in table.meta.history)


def test_projected_tables_without_their_heading_keep_prices_and_say_so(tmp_path, drawn):
    rows = files.projected(drawn)[4:]
    rows[0][0], rows[0][-1] = "Industrias", "Valor Bruto de la Producción"
    meta = read_inegi(files.write_csv(tmp_path / "mip_pcn_ixi_t_2010.csv", rows)).meta
    assert (meta.year, meta.prices) == (2010, "constant 2013")
    assert meta.projected == "projected by INEGI from 2013"
    assert any("no heading: million pesos, constant 2013" in note for note in meta.history)


def sector_csv(drawn):
    rows = files.whole(files.tabulado(drawn)[5:])
    rows[0][:2] = ["Concepto", "UPPB - Utilización de la producción a precios básicos"]
    return rows


def test_a_csv_that_lost_the_merged_header_has_its_totals_told_by_what_follows(tmp_path, drawn):
    path = files.write_csv(tmp_path / "mip2018_ixi_domestica.csv", sector_csv(drawn))
    table = read_inegi(path)
    assert table.meta.precision == 1
    assert table.meta.year == 2018
    assert any("only the name of the file says it" in note for note in table.meta.history)
    assert any("no heading" in note for note in table.meta.history)
    same(table, files.rounded(drawn))


@given(n=st.integers(1, 7), seed=st.integers(0, 10**6), shuffle=st.randoms(use_true_random=False))
def test_rows_and_columns_in_any_order_give_the_same_table(tmp_path_factory, n, seed, shuffle):
    drawn = files.economy(n, seed)
    rows = files.projected(drawn)
    body, header = 5, 4
    order = list(range(n))
    shuffle.shuffle(order)
    across = list(range(n))
    shuffle.shuffle(across)
    rows[body : body + n] = [rows[body + i] for i in order]
    for line in rows[header:-2]:
        if len(line) > n:
            line[1 : n + 1] = [line[1 + j] for j in across]
    path = tmp_path_factory.mktemp("order") / "p.xlsx"
    table = read_inegi(files.write_xlsx(path, rows))
    assert table.accounts.codes == tuple(drawn.codes[i] for i in order)
    codes = list(drawn.codes)
    np.testing.assert_allclose(table.Z.loc[codes, codes], drawn.Z + drawn.M)
    np.testing.assert_allclose(table.x.loc[codes], drawn.x)
    assert ("columns put in the order" in " ".join(table.meta.history)) == (across != order)


def figures(rows):
    return [
        (i, j)
        for i, row in enumerate(rows)
        for j, cell in enumerate(row)
        if j and isinstance(cell, float)
    ]


@pytest.mark.parametrize("layout", ["tabulado", "projected", "open"])
def test_every_figure_matters(tmp_path, layout):
    """A change of any one figure, sum or part, is found and a cell of its row or column named."""
    drawn = files.economy(2, seed=4)
    draw = {
        "tabulado": lambda: files.tabulado(drawn)[5:],
        "projected": lambda: files.projected(drawn),
        "open": lambda: files.open_data(drawn),
    }[layout]
    name = "mip_d_pb_ixi_3.csv" if layout == "open" else "mip_2003.csv"
    whole = draw()
    if layout == "tabulado":
        whole[0][:2] = ["Concepto", "UPPB - Utilización"]
    for i, j in figures(whole):
        if layout == "projected" and whole[i][0].startswith("D.21") and j > len(drawn.codes):
            continue  # in this layout no sum holds the taxes on final demand
        rows = [list(row) for row in whole]
        rows[i][j] += 0.75
        with pytest.raises(BalanceError) as caught:
            read_inegi(files.write_csv(tmp_path / name, rows))
        assert name in str(caught.value)
        assert "Nothing was repaired" in str(caught.value)


def test_a_spoilt_sum_is_named_by_its_cell(tmp_path, drawn):
    rows = files.tabulado(drawn)
    i, j = files.put(rows, "UON", "3361", 1.0)
    path = files.write_xlsx(tmp_path / "m.xlsx", rows)
    with pytest.raises(BalanceError, match="stated 1, its parts give") as caught:
        read_inegi(path)
    assert "m.xlsx[Tabulado]!E10" in str(caught.value)
    assert (i, j) == (9, 4)
    assert caught.value.residual > 0


def test_rows_with_unknown_codes_of_the_accounts_are_left_out_and_noted(tmp_path, drawn):
    rows = files.tabulado(drawn)
    rows.insert(9, ["     K.1 - Consumo de capital fijo", "", 9.0, 3.0, 3.0, 3.0, ""])
    table = read_inegi(files.write_xlsx(tmp_path / "m.xlsx", rows))
    assert any("rows not read: K.1 - Consumo" in note for note in table.meta.history)


def test_a_file_of_the_other_origin_is_refused_with_the_way_out(tmp_path, drawn):
    total = files.write_xlsx(tmp_path / "t.xlsx", files.projected(drawn))
    with pytest.raises(LayoutError, match=r"construct\.split_imports"):
        read_inegi(total, origin="domestic")
    domestic = files.write_xlsx(tmp_path / "d.xlsx", files.tabulado(drawn))
    with pytest.raises(LayoutError, match="holds domestic flows"):
        read_inegi(domestic, origin="total")
    assert read_inegi(domestic, origin="domestic").meta.origin == "domestic"


def test_the_report_of_a_sound_file(tmp_path, drawn):
    report = inspect(files.write_xlsx(tmp_path / "m.xlsx", files.tabulado(drawn)))
    assert report.ok
    assert dict(report.blocks)["Z"] == "D7:F9"
    assert dict(report.blocks)["Y"] == "H7:M9"
    assert report.identities["holds"].all()
    text = str(report)
    assert "holds: GDP by production = GDP by expenditure" in text
    assert "nothing wrong" in text


def test_the_report_of_an_unsound_file_says_where_and_what_to_do(tmp_path, drawn):
    rows = files.tabulado(drawn)
    files.put(rows, "3361", "1111", "n.d.")
    report = inspect(files.write_xlsx(tmp_path / "m.xlsx", rows))
    assert not report.ok
    assert "m.xlsx[Tabulado]!D8" in report.findings[0]
    assert 'missing={"n.d.": 0}' in report.remedy
    assert dict(report.blocks)["Z"] == "D7:F9"
    assert "wrong: m.xlsx[Tabulado]!D8" in str(report)


# -- official files ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mip_2018(shared_file):
    return read_inegi(shared_file("data/inegi/MIP_53.xlsx"))


def test_mip_2018_has_the_published_aggregates(mip_2018):
    assert len(mip_2018.accounts) == 263
    assert mip_2018.inputs.codes == tuple(KINDS)
    assert mip_2018.inputs.kinds == tuple(KINDS.values())
    assert mip_2018.v.sum() == pytest.approx(22_873_645.541, abs=1e-3)
    assert mip_2018.gdp().to_numpy() == pytest.approx([24_176_670.374] * 2, abs=1e-3)
    assert mip_2018.x.sum() == pytest.approx(41_959_242.142, abs=1e-3)
    imports = mip_2018.inputs.of_kind("imports")
    assert mip_2018.arrays.V[imports].sum() == pytest.approx(7_162_500.963, abs=1e-3)
    bought = mip_2018.arrays.V[imports].sum() + mip_2018.arrays.W[imports].sum()
    assert bought == pytest.approx(9_953_228.447, abs=1e-3)
    assert mip_2018.satellites.loc["PT"].sum() == 59_505_022
    assert (mip_2018.Y < 0).sum().to_dict() == {**dict.fromkeys(DEMAND, 0), "P.52": 17}


def test_mip_2018_balances(mip_2018):
    check = mip_2018.check()
    assert check["holds"].all()
    assert check["residual"].max() < 1e-8 * mip_2018.x.max()


def test_mip_2018_multipliers(mip_2018):
    total = mip_2018.L.T @ np.ones(263)
    expected = {"3361": 1.500687, "3362": 1.218593, "3363": 1.353420}
    assert total[list(expected)].to_dict() == pytest.approx(expected, abs=1e-6)
    assert total.mean() == pytest.approx(1.433759, abs=1e-6)
    imports = mip_2018.L.T @ mip_2018.coefficients.loc[["IET", "P.721"]].sum()
    assert imports["3361"] == pytest.approx(0.419944, abs=1e-6)
    assert imports["3363"] == pytest.approx(0.549672, abs=1e-6)


def test_mip_2018_sectors_are_its_ramas_added_up(mip_2018, shared_file):
    path = shared_file("data/inegi/mip2018_ixi_domestica_sector_20x20.csv")
    sectors = read_inegi(path)
    assert sectors.meta.precision == 1
    assert sectors.meta.year == 2018
    of = {}
    for code in sectors.accounts.codes:
        first, _, last = code.partition("-")
        of |= {str(two): code for two in range(int(first), int(last or first) + 1)}
    groups = np.array([of[code[:2]] for code in mip_2018.accounts.codes])
    added = mip_2018.Z.groupby(groups).sum().T.groupby(groups).sum().T
    np.testing.assert_allclose(added, sectors.Z, atol=0.5 + 1e-6)
    np.testing.assert_allclose(mip_2018.x.groupby(groups).sum(), sectors.x, atol=0.5 + 1e-6)


@pytest.mark.parametrize("year", range(2003, 2019))
def test_projected_tables_read_without_options_and_balance(shared_file, year):
    table = read_inegi(shared_file(f"data/inegi/mip_pcn_ixi_t_{year}.xlsx"))
    assert len(table.accounts) == 258
    assert "9316,9321" in table.accounts.codes
    assert table.meta.year == year
    assert table.meta.origin == "total"
    assert table.meta.projected
    assert table.meta.prices == ("current" if year == 2013 else "constant 2013")
    assert table.categories.codes == (*DEMAND, "P.7")
    check = table.check()
    assert check["residual"].filter(like="output").max() < 1e-4
    assert check["holds"].all()
    discrepancy = table.Y["YA0"].abs().sum()
    if year == 2013:
        assert discrepancy < 1
    published = {2003: 1_174_623, 2018: 1_066_818}
    if year in published:
        assert discrepancy == pytest.approx(published[year], abs=1)


def test_an_asked_sector_of_the_official_file_is_found_by_its_name(mip_2018):
    assert mip_2018.x["3361"] == mip_2018.x.iloc[mip_2018.accounts.position("3361")]
    with pytest.raises(LabelError):
        mip_2018.accounts.position("33619")


def test_official_files_of_another_layout_are_refused_by_name(shared_file):
    with pytest.raises(LayoutError, match=r"IOTable\.from_frames"):
        read_inegi(shared_file("data/inegi/mip_ixi_br_puebla_d_2018.tsv"))


def test_tables_are_values(mip_2018):
    with pytest.raises(dataclasses.FrozenInstanceError):
        mip_2018.meta = None
