"""INEGI's bi-regional tables: an invented sample, every refusal, and the official files."""

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import regions_files as files
from iomodel import catalog, read_folder, read_inegi_regions
from iomodel.errors import BalanceError, CellError, LayoutError, NegativeFlowWarning
from iomodel.readers import inspect

STATES = {
    "aguascalientes": "aguascalientes",
    "coahuila": "coahuila_de_zaragoza",
    "guanajuato": "guanajuato",
    "puebla": "puebla",
}


@pytest.fixture
def lines() -> list[list[str]]:
    return files.grid()


def test_blocks_labels_and_kinds(tmp_path: Path, lines: list[list[str]]) -> None:
    path = files.write(tmp_path / "mip_ixi_br_colima_d_2018.tsv", lines)
    table = read_inegi_regions(path)
    assert table.accounts.keys[:3] == (("colima", "111"), ("colima", "21.1"), ("colima", "333-336"))
    assert table.accounts.names[2] == "fabricacion de maquinaria"
    assert table.categories.codes[0] == "colima CP"
    private, public = "private_consumption", "government_consumption"
    kinds = (private, public, "fixed_investment", "inventories", "exports")
    assert table.categories.kinds[:5] == kinds
    assert table.inputs.kinds == ("imports", "product_taxes", "value_added")
    assert table.Z.iloc[4, 1] == float(lines[5][2])
    assert table.W.iloc[1, 9] == float(lines[8][16])
    assert (table.meta.year, table.meta.unit) == (2018, "million MXN")
    assert table.check()["holds"].all()
    L = np.linalg.inv(np.eye(6) - table.Z.to_numpy() / table.x.to_numpy())
    np.testing.assert_allclose(table.L.to_array(), L, rtol=1e-12)


def test_columns_may_stand_in_another_order(tmp_path: Path, lines: list[list[str]]) -> None:
    swapped = [[line[0], line[2], line[1], *line[3:]] for line in lines]
    one = read_inegi_regions(files.write(tmp_path / "a.tsv", lines))
    other = read_inegi_regions(files.write(tmp_path / "b.tsv", swapped))
    np.testing.assert_array_equal(one.arrays.Z, other.arrays.Z)
    assert other.meta.year is None


def test_a_folder_keeps_the_regions(tmp_path: Path, lines: list[list[str]]) -> None:
    table = read_inegi_regions(files.write(tmp_path / "a2018.tsv", lines))
    again = read_folder(table.to_folder(tmp_path / "folder"))
    assert again.accounts == table.accounts
    for name in ("Z", "Y", "V", "W", "x"):
        np.testing.assert_array_equal(getattr(again.arrays, name), getattr(table.arrays, name))
    assert again.meta == table.meta


Change = Callable[[list[list[str]]], object]


def cell(row: int, column: int, text: str) -> Change:
    def change(lines: list[list[str]]) -> None:
        lines[row][column] = text

    return change


def both(row: int, text: str) -> Change:
    """A label on both sides."""

    def change(lines: list[list[str]]) -> None:
        lines[row][0] = lines[0][row] = text

    return change


WRONG: dict[str, tuple[Change, type[Exception], str]] = {
    "another file": (cell(0, 0, "Concepto"), LayoutError, "first cell is not 'row_keys'"),
    "a text": (cell(2, 3, "n.d."), CellError, r"D3 .*row 'colima_21_1_miner.*'n\.d\.'"),
    "a blank": (cell(2, 3, ""), CellError, r"D3 .*is blank"),
    "a changed cell": (cell(2, 3, "1000.0"), BalanceError, "colima, 21.1"),
    "an unknown row": (cell(9, 0, "otra_cosa"), LayoutError, "otra_cosa"),
    "an unknown column": (cell(0, 16, "total"), LayoutError, "Q1: 'total' is no industry"),
    "an industry twice": (both(2, "colima_111_agricultura"), LayoutError, "stands twice"),
    "one side only": (cell(0, 1, "colima_112_ganado"), LayoutError, "no place among"),
    "three regions": (both(3, "jalisco_333_336_maquinas"), LayoutError, "3 regions"),
    "other industries": (both(3, "colima_337_muebles"), LayoutError, "of one region only: 333-336"),
}


@pytest.mark.parametrize(("change", "error", "match"), WRONG.values(), ids=list(WRONG))
def test_what_is_wrong_is_named(
    tmp_path: Path, lines: list[list[str]], change: Change, error: type[Exception], match: str
) -> None:
    change(lines)
    with pytest.raises(error, match=match) as caught:
        read_inegi_regions(files.write(tmp_path / "colima.tsv", lines))
    assert "colima.tsv" in str(caught.value)


def test_a_file_cut_short_is_refused(tmp_path: Path, lines: list[list[str]]) -> None:
    lines[-1] = lines[-1][:5]
    with pytest.raises(LayoutError, match="row 10 has 5 fields, the header 17"):
        read_inegi_regions(files.write(tmp_path / "m.tsv", lines))
    with pytest.raises(LayoutError, match="no row 'valor_agregado_bruto'"):
        read_inegi_regions(files.write(tmp_path / "m.tsv", lines[:-1]))


def test_the_diagnosis_knows_it(tmp_path: Path, lines: list[list[str]]) -> None:
    report = inspect(files.write(tmp_path / "m2018.tsv", lines))
    assert report.ok
    assert "colima and resto del pais" in report.contents
    lines[2][3] = "x"
    assert "D3" in inspect(files.write(tmp_path / "m2018.tsv", lines)).findings[0]


@pytest.mark.parametrize("state", STATES)
def test_the_official_files_are_what_ships(shared_file: Callable[[str], Path], state: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NegativeFlowWarning)
        table = read_inegi_regions(shared_file(f"data/inegi/mip_ixi_br_{state}_d_2018.tsv"))
        shipped = catalog.load(f"mexico-2018-{state}")
    np.testing.assert_array_equal(table.arrays.Z, shipped.arrays.Z)
    assert table.accounts == shipped.accounts
    assert table.accounts.regions[0] == STATES[state]
    # product of the nation, million pesos: the same as in the national table of 2018
    assert table.gdp()["production"] == pytest.approx(24_176_670.374, abs=1)
