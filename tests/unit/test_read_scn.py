"""INEGI's yearly national accounts: every figure by name, ND never a number."""

import numpy as np
import pytest

from inegi_files import write_xlsx
from iomodel.errors import CellError, LabelError, LayoutError
from iomodel.readers import find, inspect, read_scn

TREE = "Cuentas nacionales > A precios corrientes > Usos"
UNIT = "Millones de pesos a precios corrientes"


def sheet(**changes):
    rows = [
        [f"Unidad de medida: {UNIT}, Periodicidad: Anual", None, None, None],
        ["Periodo", TREE, TREE, f"{TREE} > Impuestos"],
        [None, "Total", "Rentas pagadas (-)", "Total"],
        ["2003", 10.5, 1, 3],
        ["2004p/", 11, "ND", 4],
        ["ND: No disponible", None, None, None],
        ["Fuente: INEGI.", None, None, None],
    ]
    for place, value in changes.items():
        rows[int(place[1:]) - 1]["ABCD".index(place[0])] = value
    return rows


def test_a_series_is_read_by_path_label_and_year(tmp_path):
    frame = read_scn(write_xlsx(tmp_path / "s.xlsx", sheet()))
    assert frame.index.names == ["path", "label", "unit"]
    assert frame.columns.tolist() == [2003, 2004]
    assert frame.loc[(TREE, "Total", UNIT)].tolist() == [10.5, 11]
    assert np.isnan(frame.loc[(TREE, "Rentas pagadas (-)", UNIT), 2004])
    assert frame.attrs["not_available"] == [("Rentas pagadas (-)", 2004)]
    assert frame.attrs["status"] == {2004: "p"}
    assert frame.attrs["notes"][-1] == "Fuente: INEGI."


def test_rows_are_found_by_the_words_of_their_labels(tmp_path):
    frame = read_scn(write_xlsx(tmp_path / "s.xlsx", sheet()))
    assert find(frame, "usos", "total")[2003] == 10.5
    assert find(frame, "Impuestos", "Total")[2003] == 3
    assert find(frame, "RENTAS PAGADAS (-)").name.endswith(f"Rentas pagadas (-) > {UNIT}")
    with pytest.raises(LabelError, match="'Total' names 2 rows") as caught:
        find(frame, "Total")
    assert len(caught.value.findings) == 2
    with pytest.raises(LabelError, match="Nearest: impuestos"):
        find(frame, "Impuesto")


@pytest.mark.parametrize(
    ("changes", "error", "match"),
    [
        ({"B4": "n.e."}, CellError, r"s.xlsx\[Tabulado\]!B4 \(row '2003', column .*'n.e.'"),
        ({"B4": None}, CellError, r"!B4 .*\(blank\) is no number"),
        ({"A5": "2003"}, LabelError, "year 2003 stands twice"),
        ({"C3": "Total"}, LabelError, "1 concepts stand twice"),
        ({"D2": None, "D3": None}, LabelError, r"!D4 holds a figure, but"),
        ({"A2": "Año"}, LayoutError, "no cell 'Periodo'"),
        ({"A4": "x", "A5": "y"}, LayoutError, "no years stand below"),
    ],
)
def test_bad_series_are_refused_by_cell(tmp_path, changes, error, match):
    path = write_xlsx(tmp_path / "s.xlsx", sheet(**changes))
    with pytest.raises(error, match=match) as caught:
        read_scn(path)
    assert caught.value.remedy
    assert "s.xlsx" in str(caught.value)


def test_the_report_says_what_the_file_is(tmp_path):
    report = inspect(write_xlsx(tmp_path / "s.xlsx", sheet()))
    assert report.ok
    assert report.what == "yearly series of INEGI's national accounts"
    assert report.contents == "3 rows"
    assert report.history[0] == "1 figures are not available (ND)"
    assert not inspect(write_xlsx(tmp_path / "s.xlsx", sheet(B4="x"))).ok


OFFICIAL = {
    "Consumo_de_los_hogares": (57, 2017),
    "Cuenta_de_Generacion_del_Ingreso": (12, 2017),
    "Cuenta_del_ingreso_nacional_disponible": (12, 2017),
    "Cuentas_por_Sectores_Institucionales": (98, 2016),
    "Gasto_de_consumo_de_gobierno_general": (21, 2017),
    "Gasto_de_consumo_privado": (7, 2017),
    "PIB_actividad_economica": (341, 2016),
}


@pytest.fixture
def official(shared_file):
    return lambda name: read_scn(shared_file(f"data/scn/{name}.xlsx"))


@pytest.mark.parametrize(("name", "size"), OFFICIAL.items())
def test_every_official_file_is_read(official, name, size):
    frame = official(name)
    assert (len(frame), frame.columns[-1]) == size
    assert frame.columns[0] == 2003
    assert int(frame.isna().sum().sum()) == len(frame.attrs["not_available"])


def test_official_figures_of_2013_agree_with_the_input_output_table(official):
    sectors = official("Cuentas_por_Sectores_Institucionales")
    assert find(sectors, "Valores absolutos", "Producción", "Total")[2013] == 27_642_648.024
    income = official("Cuenta_de_Generacion_del_Ingreso")
    assert find(income, "Remuneración de asalariados", "Total")[2013] == 4_542_853.366
    assert find(income, "Excedente bruto de operación")[2013] == 11_012_347.973


def test_property_income_paid_abroad_is_found_by_name(official):
    paid = find(
        official("Cuenta_del_ingreso_nacional_disponible"), "Rentas de la propiedad pagadas (-)"
    )
    assert paid[[2003, 2013, 2017]].round().tolist() == [181_683, 614_925, 728_599]


def test_compensation_of_foreign_employees_is_not_available_rather_than_zero(official):
    row = find(official("Cuenta_del_ingreso_nacional_disponible"), "Remuneraciones pagadas (-)")
    assert row.isna().all()


def test_value_added_by_rama_is_found_by_its_code(official):
    frame = official("PIB_actividad_economica")
    assert find(frame, "3361").name.split(" > ")[-2].startswith("3361 ")
    assert find(frame, "9321").isna().sum() == 4
