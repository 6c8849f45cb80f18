"""Tables to and from other tools: what goes out comes back to the last digit."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

import world_files as files
from iomodel import (
    SAM,
    IOTable,
    exchange,
    load,
    load_sam,
    read_exiobase,
    read_folder,
    read_icio,
    read_sam,
)
from iomodel.accounts import Accounts
from iomodel.errors import (
    ArgumentError,
    BalanceError,
    CellError,
    FileError,
    LabelError,
    MissingAccountError,
    MissingExtraError,
    TableError,
    UnitError,
    WriteError,
)
from iomodel.meta import Blocks, Meta
from strategies import tables

BLOCKS = ("Z", "Y", "V", "W", "x", "S")


def same(one: IOTable, other: IOTable) -> None:
    """The same numbers to the last digit, under the same labels."""
    for name in BLOCKS:
        np.testing.assert_array_equal(getattr(one.arrays, name), getattr(other.arrays, name))
    assert one.accounts.keys == other.accounts.keys
    assert one.categories.codes == other.categories.codes
    assert (one.inputs.codes, one.inputs.kinds) == (other.inputs.codes, other.inputs.kinds)


class StandIn(SimpleNamespace):
    """What pymrio's IOSystem keeps of what it is given: frames as they are, extensions by name."""

    def __init__(self, *, name: str, **given: Any) -> None:
        frames = {k: v for k, v in given.items() if isinstance(v, pd.DataFrame)}
        parts = {k: SimpleNamespace(**v) for k, v in given.items() if isinstance(v, dict)}
        super().__init__(name=name, **frames, **parts)


@pytest.fixture
def pymrio(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """pymrio where it is installed, else a stand-in with the attributes that the bridge uses."""
    try:
        import pymrio
    except ImportError:
        module = ModuleType("pymrio")
        module.IOSystem = StandIn  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "pymrio", module)
        return module
    return pymrio


@pytest.fixture
def split(tmp_path: Path) -> IOTable:
    path = files.text(files.icio_split(), tmp_path / "2019.csv")
    return read_icio(path, merge_splits=False)


def back(system: Any, table: IOTable) -> IOTable:
    satellites = ["satellites"] if len(table.satellite_accounts) else []
    kinds = dict(zip(table.inputs.codes, table.inputs.kinds, strict=True))
    return exchange.from_pymrio(system, kinds=kinds, satellites=satellites)


def test_pymrio_gets_what_the_table_is(pymrio: ModuleType, split: IOTable) -> None:
    system = exchange.to_pymrio(split)
    same(back(system, split), split)
    assert system.Z.index.names == ["region", "sector"]
    assert system.Z.loc[("MX1", "C10T12"), ("CN2", "A01_02")] == split.arrays.Z[3, 8]
    assert system.Y.columns[0] == ("ARG", "HFCE")
    assert system.unit["unit"].unique().tolist() == ["million US$"]
    A = system.Z.to_numpy() / system.x["indout"].to_numpy()
    np.testing.assert_allclose(np.linalg.inv(np.eye(10) - A), split.L.to_array(), rtol=1e-12)


def test_pymrio_computes_the_same_inverse(split: IOTable) -> None:
    pytest.importorskip("pymrio", reason="pymrio is not installed here")
    for table in (split, load("mexico-2018")):
        system = exchange.to_pymrio(table)
        system.calc_all()
        np.testing.assert_allclose(system.L.to_numpy(), table.L.to_array(), atol=1e-14)


@given(tables())
def test_any_table_comes_back_from_pymrio(table: IOTable) -> None:
    with pytest.MonkeyPatch.context() as patch:
        module = ModuleType("pymrio")
        module.IOSystem = StandIn  # type: ignore[attr-defined]
        patch.setitem(sys.modules, "pymrio", module)
        system = exchange.to_pymrio(table)
    again = back(system, table)
    for name in BLOCKS:
        np.testing.assert_array_equal(getattr(again.arrays, name), getattr(table.arrays, name))
    assert again.accounts.codes == table.accounts.codes


def test_satellites_and_a_discrepancy_go_and_come_back(pymrio: ModuleType, tmp_path: Path) -> None:
    table = read_exiobase(
        files.exiobase(tmp_path / "IOT_2011_ixi"),
        satellites=["CO2 - combustion - air"],
        discrepancy="DISC",
    )
    system = exchange.to_pymrio(table)
    assert system.Y.columns[-1] == ("all", "DISC")
    again = back(system, table)
    same(again, table)
    assert again.satellite_accounts.kinds == ("kg",)


def system(**changes: Any) -> SimpleNamespace:
    index = pd.MultiIndex.from_product([["A", "B"], ["farm", "mine"]], names=["region", "sector"])
    e = files.economy(4, 2, 2)
    demand = pd.MultiIndex.from_product([["A", "B"], ["final"]])
    primary = SimpleNamespace(
        F=pd.DataFrame(e["V"], ["tax", "wages"], index),
        F_Y=pd.DataFrame(e["W"], ["tax", "wages"], demand),
        unit=pd.DataFrame({"unit": ["EUR"] * 2}, ["tax", "wages"]),
    )
    parts = {
        "Z": pd.DataFrame(e["Z"], index, index),
        "Y": pd.DataFrame(e["Y"], index, demand),
        "unit": pd.DataFrame({"unit": ["EUR"] * 4}, index),
        "factor_inputs": primary,
    }
    return SimpleNamespace(**{**parts, **changes})


def test_pymrio_systems_are_matched_by_label() -> None:
    e = files.economy(4, 2, 2)
    kinds = {"tax": "product_taxes", "wages": "compensation"}
    one = exchange.from_pymrio(system(), kinds=kinds, demand_kinds={"final": "final_demand"})
    np.testing.assert_array_equal(one.arrays.Z, e["Z"])
    assert one.categories.codes == ("A final", "B final")
    assert one.inputs.kinds == ("product_taxes", "compensation")
    given = system()
    order = [2, 0, 3, 1]
    other = exchange.from_pymrio(
        system(
            Z=given.Z.iloc[:, order],
            Y=given.Y.iloc[order],
            factor_inputs=SimpleNamespace(
                F=given.factor_inputs.F.iloc[:, order],
                F_Y=given.factor_inputs.F_Y.iloc[:, [1, 0]],
            ),
        ),
        kinds=kinds,
    )
    same(other, one)


def test_value_added_as_what_columns_lack() -> None:
    e = files.economy(4, 2, 2)
    table = exchange.from_pymrio(system(), inputs=None, meta=Meta(title="mine", unit="EUR"))
    np.testing.assert_allclose(table.v, e["x"] - e["Z"].sum(axis=0))
    assert "inputs=None" in table.meta.history[-1]
    assert table.meta.title == "mine"


WRONG: dict[str, tuple[dict[str, Any], dict[str, Any], type[Exception], str]] = {
    "no flows": ({"Z": None}, {}, MissingAccountError, "The system has no Z"),
    "one level": (
        {"Y": pd.DataFrame([[1.0]], ["a"], ["f"])},
        {},
        LabelError,
        "Y has 1 levels of row labels",
    ),
    "no extension": ({}, {"inputs": "VA"}, MissingAccountError, "no extension 'VA' with F"),
    "no satellite": ({}, {"satellites": ["jobs"]}, MissingAccountError, "no extension 'jobs'"),
    "kind": ({}, {"demand_kinds": {"final": "gift"}}, LabelError, "'final': 'gift'"),
    "unknown kind": ({}, {"kinds": {"rent": "surplus"}}, LabelError, "'rent'"),
    "two units": (
        {"unit": pd.DataFrame({"unit": ["EUR", "kg"]})},
        {},
        UnitError,
        "2 units: EUR, kg",
    ),
}


@pytest.mark.parametrize(("parts", "options", "error", "match"), WRONG.values(), ids=list(WRONG))
def test_what_is_no_table_is_refused(
    parts: dict[str, Any], options: dict[str, Any], error: type[Exception], match: str
) -> None:
    with pytest.raises(error, match=match):
        exchange.from_pymrio(system(**parts), **options)


def test_extensions_that_do_not_add_up_are_refused() -> None:
    given = system()
    given.factor_inputs.F.iloc[0, 0] += 5
    with pytest.raises(BalanceError, match=r"(?s)'A, farm'.*gap -5.*inputs=None"):
        exchange.from_pymrio(given)


def test_a_missing_package_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymrio", None)
    with pytest.raises(MissingExtraError, match=r"pip install pymrio"):
        exchange.to_pymrio(load("miller-blair-2x2"))


# -- decompr ----------------------------------------------------------------------------------


@pytest.fixture
def leather(shared_file: Callable[[str], Path]) -> dict[str, Any]:
    return dict(json.loads(shared_file("oracles/decompr_leather.json").read_text()))


def _of(leather: dict[str, Any]) -> IOTable:
    countries, industries = leather["countries"], leather["industries"]
    Z, Y = np.array(leather["Z"]), np.array(leather["Y"])
    x = Z.sum(axis=1) + Y.sum(axis=1)
    return IOTable(
        Accounts.of(industries * 3, regions=[c for c in countries for _ in industries]),
        Accounts.of([f"{c} final" for c in countries], kinds="final_demand", axis="category"),
        Accounts.of(["value added"], kinds="value_added", axis="input"),
        Blocks(Z, Y, (x - Z.sum(axis=0))[None], np.zeros((1, 3)), x, np.zeros((0, 9))),
        Meta(title="leather"),
        Accounts.of([], kinds=[], axis="satellite"),
    ).require_balanced()


def test_decompr_gets_the_arguments_of_its_own_example(
    leather: dict[str, Any], tmp_path: Path
) -> None:
    folder = exchange.to_decompr(_of(leather), tmp_path / "gvc")
    read = {name: pd.read_csv(folder / f"{name}.csv", index_col=0) for name in FILES}
    np.testing.assert_array_equal(read["inter"], leather["Z"])
    np.testing.assert_array_equal(read["final"], leather["Y"])
    np.testing.assert_allclose(read["output"]["output"], leather["x"])
    assert read["countries"]["country"].to_list() == leather["countries"]
    assert read["industries"]["industry"].to_list() == leather["industries"]
    # value added of each source in each exporter's exports, as the package prints it
    Z, x = read["inter"].to_numpy(), read["output"]["output"].to_numpy()
    v = read["value_added"]["value_added"].to_numpy() / x
    home = np.kron(np.eye(3), np.ones((3, 1))).astype(bool)
    sold = (Z.reshape(9, 3, 3).sum(axis=2) + read["final"].to_numpy()) * ~home
    found = v[:, None] * np.linalg.inv(np.eye(9) - Z / x) * sold.sum(axis=1)
    np.testing.assert_allclose(
        found, leather["expected"]["leontief_exports_FVAX"], rtol=1e-6, atol=5e-9
    )


FILES = ("inter", "final", "output", "value_added", "countries", "industries")


def test_decompr_orders_by_country_and_sums_final_demand(split: IOTable, tmp_path: Path) -> None:
    merged = read_icio(tmp_path / "2019.csv")
    folder = exchange.to_decompr(merged, tmp_path / "gvc")
    final = pd.read_csv(folder / "final.csv", index_col=0)
    assert list(final.columns) == ["ARG", "MEX", "CHN"]
    assert final.loc["MEX.C10T12", "CHN"] == pytest.approx(
        merged.Y.loc[("MEX", "C10T12")].filter(like="CHN ").sum()
    )
    with pytest.raises(WriteError, match="exists"):
        exchange.to_decompr(merged, tmp_path / "gvc")


def test_decompr_refuses_what_it_cannot_lay_out(split: IOTable, tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="the table has no regions"):
        exchange.to_decompr(load("miller-blair-2x2"), tmp_path / "a")
    with pytest.raises(LabelError, match="final demand 'MEX HFCE' is of no region"):
        exchange.to_decompr(split, tmp_path / "b")


# -- xarray and workbooks -----------------------------------------------------------------------


def whole(one: IOTable, other: IOTable) -> None:
    """The same table: numbers, labels, names, kinds and what it says of itself."""
    same(one, other)
    for part in ("accounts", "categories", "inputs", "satellite_accounts", "meta"):
        assert getattr(one, part) == getattr(other, part)


@given(tables())
def test_any_table_comes_back_from_xarray(table: IOTable) -> None:
    whole(exchange.from_xarray(exchange.to_xarray(table)), table)


@settings(max_examples=15)
@given(table=tables())
def test_any_table_comes_back_from_a_workbook(
    tmp_path_factory: pytest.TempPathFactory, table: IOTable
) -> None:
    path = exchange.to_excel(table, tmp_path_factory.mktemp("book") / "t.xlsx")
    whole(exchange.from_excel(path), table)


@pytest.fixture
def carbon(tmp_path: Path) -> IOTable:
    """Regions, satellites with units, a discrepancy and a history of several lines."""
    folder = files.exiobase(tmp_path / "IOT_2011_ixi")
    return read_exiobase(
        folder, satellites=["CO2 - combustion - air"], discrepancy="statistical gap"
    )


def test_regions_satellites_and_history_come_back_from_all(carbon: IOTable, tmp_path: Path) -> None:
    dataset = exchange.to_xarray(carbon)
    whole(exchange.from_xarray(dataset), carbon)
    whole(exchange.from_excel(exchange.to_excel(carbon, tmp_path / "t.xlsx")), carbon)
    whole(read_folder(carbon.to_folder(tmp_path / "folder")), carbon)
    assert dataset["Z"].dims == ("sector", "buyer")
    assert dataset["S"].sel(satellite="CO2 - combustion - air").sum() == carbon.arrays.S.sum()
    assert dataset["sector_region"].sel(sector="WA, Hotels (55)") == "WA"


def test_netcdf_keeps_every_digit(carbon: IOTable, tmp_path: Path) -> None:
    import xarray

    path = tmp_path / "t.nc"
    exchange.to_xarray(carbon).to_netcdf(path, engine="scipy")
    with xarray.open_dataset(path, engine="scipy") as dataset:
        whole(exchange.from_xarray(dataset.load()), carbon)


def test_a_dataset_in_another_order_is_the_same_table(carbon: IOTable) -> None:
    dataset = exchange.to_xarray(carbon)
    turned = dataset.isel(buyer=[3, 0, 5, 1, 4, 2]).transpose("buyer", ...)
    whole(exchange.from_xarray(turned), carbon)
    with pytest.raises(LabelError, match=r"(?s)\(columns\).*missing 'WA, Hotels"):
        exchange.from_xarray(dataset.isel(buyer=slice(0, 5)))
    with pytest.raises(LabelError, match=r"(?s)lacks 2 variables.*'V'.*'sector_name'"):
        exchange.from_xarray(dataset.drop_vars(["V", "sector_name"]))
    changed = dataset.copy(deep=True)
    changed["Z"][0, 1] += 5
    with pytest.raises(BalanceError, match="AT, "):
        exchange.from_xarray(changed)


def test_what_is_wrong_in_a_workbook_is_named(carbon: IOTable, tmp_path: Path) -> None:
    import openpyxl

    path = exchange.to_excel(carbon, tmp_path / "t.xlsx")
    with pytest.raises(WriteError, match="exists"):
        exchange.to_excel(carbon, path)
    changes: dict[str, tuple[str, object, type[Exception], str]] = {
        "Z": ("C3", "n.d.", CellError, r"t\.xlsx\[Z\]!C3 .*'n\.d\.'"),
        "Y": ("C3", None, CellError, r"t\.xlsx\[Y\]!C3 .*is blank"),
        "V": ("B3", 1e6, BalanceError, r"(?s)t\.xlsx.*AT, Cultivation"),
        "W": ("A2", "Rent", LabelError, r"unknown 'Rent'"),
    }
    for sheet, (cell, value, error, match) in changes.items():
        book = openpyxl.load_workbook(path)
        book[sheet][cell] = value
        book.save(tmp_path / f"{sheet}.xlsx")
        with pytest.raises(error, match=match.replace(r"t\.xlsx", rf"{sheet}\.xlsx")):
            exchange.from_excel(tmp_path / f"{sheet}.xlsx")
    book = openpyxl.load_workbook(path)
    del book["V"]
    book.save(tmp_path / "cut.xlsx")
    with pytest.raises(LabelError, match=r"(?s)cut\.xlsx.*'V'"):
        exchange.from_excel(tmp_path / "cut.xlsx")


# -- mario ------------------------------------------------------------------------------------


def database(**changes: Any) -> SimpleNamespace:
    """What of MARIO's Database is read: matrices under (region, level, item), units, meta."""
    e = files.economy(4, 2, 2)
    regions = ("A", "B")
    sectors = pd.MultiIndex.from_product(
        [regions, ["Sector"], ["farm", "mine"]], names=["Region", "Level", "Item"]
    )
    final = pd.MultiIndex.from_product([regions, ["Consumption category"], ["people"]])
    parts = {
        "table_type": "IOT",
        "Z": pd.DataFrame(e["Z"], sectors, sectors),
        "Y": pd.DataFrame(e["Y"], sectors, final),
        "V": pd.DataFrame(e["V"], ["tax", "wages"], sectors),
        "VY": pd.DataFrame(e["W"], ["tax", "wages"], final),
        "E": pd.DataFrame(np.arange(8.0).reshape(2, 4), ["jobs", "CO2"], sectors),
        "units": {
            "Sector": pd.DataFrame({"unit": ["M EUR"] * 2}, ["farm", "mine"]),
            "Satellite account": pd.DataFrame({"unit": ["kg", "1000 p"]}, ["CO2", "jobs"]),
        },
        "meta": SimpleNamespace(name="two regions", year=2015, source="invented"),
    }
    return SimpleNamespace(**{**parts, **changes})


def test_mario_gives_what_it_holds() -> None:
    e = files.economy(4, 2, 2)
    kinds = {"tax": "product_taxes", "wages": "compensation"}
    table = exchange.from_mario(database(), kinds=kinds, satellites=["CO2"])
    for name in "ZYVW":
        np.testing.assert_array_equal(getattr(table.arrays, name), e[name])
    np.testing.assert_allclose(table.x, e["x"], rtol=1e-15)
    assert table.accounts.keys[1] == ("A", "mine")
    assert table.categories.codes == ("A people", "B people")
    assert table.inputs.kinds == ("product_taxes", "compensation")
    assert table.satellites.loc["CO2"].to_list() == [4, 5, 6, 7]
    assert table.satellite_accounts.kinds == ("kg",)
    meta = table.meta
    assert (meta.title, meta.year, meta.unit) == ("two regions", 2015, "M EUR")
    assert meta.history[0] == "taken from MARIO's Database"
    given = database()
    order = [2, 0, 3, 1]
    turned = database(
        Z=given.Z.iloc[:, order], Y=given.Y.iloc[order, [1, 0]], V=given.V.iloc[::-1, order]
    )
    other = exchange.from_mario(turned, kinds=kinds)
    np.testing.assert_array_equal(other.arrays.Z, e["Z"])
    np.testing.assert_array_equal(other.V.loc[["tax", "wages"]], e["V"])


NO_MARIO: dict[str, tuple[dict[str, Any], dict[str, Any], type[Exception], str]] = {
    "sut": ({"table_type": "SUT"}, {}, TableError, "supply and use tables"),
    "no V": ({"V": None}, {}, MissingAccountError, r"(?s)lacks 1 matrices.*'V'"),
    "two levels": (
        {"Z": pd.DataFrame([[1.0]], [("A", "farm")], [("A", "farm")])},
        {},
        LabelError,
        "Z has 1 levels of labels",
    ),
    "no satellite": ({}, {"satellites": ["gold"]}, MissingAccountError, r"(?s)E has no.*'gold'"),
    "units": (
        {"units": {"Sector": pd.DataFrame({"unit": ["EUR", "t"]}, ["farm", "mine"])}},
        {},
        UnitError,
        "2 units: EUR, t",
    ),
    "balance": (
        {"V": database().V.iloc[:1]},
        {},
        BalanceError,
        r"(?s)'A, farm'.*V must hold everything below Z",
    ),
}


@pytest.mark.parametrize(
    ("parts", "options", "error", "match"), NO_MARIO.values(), ids=list(NO_MARIO)
)
def test_what_is_no_table_of_mario_is_refused(
    parts: dict[str, Any], options: dict[str, Any], error: type[Exception], match: str
) -> None:
    if "V" in parts and parts["V"] is not None:
        parts = {**parts, "VY": None}
    with pytest.raises(error, match=match):
        exchange.from_mario(database(**parts), **options)


def test_a_real_database_of_mario() -> None:
    mario = pytest.importorskip("mario", reason="mariopy is not installed here")
    found = mario.load_test("IOT")
    table = exchange.from_mario(found, satellites=["CO2"])
    order = [(key[0], "Sector", key[1]) for key in table.accounts.keys]
    np.testing.assert_array_equal(table.arrays.Z, found.Z.loc[order, order])
    np.testing.assert_allclose(table.x, found.X.loc[order, "production"], rtol=1e-14)
    np.testing.assert_allclose(table.L.to_array(), found.w.loc[order, order], atol=1e-12)
    with pytest.raises(TableError, match="supply and use"):
        exchange.from_mario(mario.load_test("SUT"))


# -- SAMs -------------------------------------------------------------------------------------


def test_a_sam_comes_back_from_xarray_netcdf_and_a_workbook(tmp_path: Path) -> None:
    import xarray

    sam = load_sam("mexico-2013-21")
    dataset = exchange.to_xarray(sam)
    assert dataset["transactions"].dims == ("account", "payer")
    path = tmp_path / "sam.nc"
    dataset.to_netcdf(path, engine="scipy")
    with xarray.open_dataset(path, engine="scipy") as stored:
        for found in (stored.load(), dataset.isel(payer=slice(None, None, -1)).transpose()):
            again = exchange.from_xarray(found)
            assert isinstance(again, SAM)
            np.testing.assert_array_equal(again.array, sam.array)
            assert (again.accounts, again.meta) == (sam.accounts, sam.meta)
    book = exchange.to_excel(sam, tmp_path / "sam.xlsx")
    np.testing.assert_array_equal(read_sam(book).array, sam.array)
    with pytest.raises(LabelError, match=r"(?s)holds a SAM.*read_sam"):
        exchange.from_excel(book)
    with pytest.raises(WriteError, match="exists"):
        exchange.to_excel(sam, book)


@pytest.mark.parametrize("write", [exchange.to_pymrio, exchange.to_decompr])
def test_what_takes_tables_only_refuses_a_sam_by_name(
    write: Callable[..., object], tmp_path: Path
) -> None:
    arguments = (tmp_path / "x",) if write is exchange.to_decompr else ()
    with pytest.raises(ArgumentError, match="is a SAM, not an IOTable"):
        write(load_sam("mexico-2013-21"), *arguments)
    for take in (exchange.to_xarray, lambda value: exchange.to_excel(value, tmp_path / "x.xlsx")):
        with pytest.raises(ArgumentError, match="is a DataFrame, not a"):
            take(load("miller-blair-2x2").Z)


# -- netCDF -----------------------------------------------------------------------------------


def test_netcdf_files_bring_tables_and_sams_back(carbon: IOTable, tmp_path: Path) -> None:
    path = exchange.to_netcdf(carbon, tmp_path / "t.nc")
    again = exchange.from_netcdf(path)
    assert isinstance(again, IOTable)
    whole(again, carbon)
    sam = load_sam("mexico-2013-21")
    found = exchange.from_netcdf(exchange.to_netcdf(sam, path, overwrite=True))
    assert isinstance(found, SAM)
    np.testing.assert_array_equal(found.array, sam.array)


def test_netcdf_files_are_neither_replaced_nor_guessed(tmp_path: Path) -> None:
    table = load("miller-blair-2x2")
    path = exchange.to_netcdf(table, tmp_path / "t.nc")
    before = path.read_bytes()
    with pytest.raises(WriteError, match="exists"):
        exchange.to_netcdf(table, path)
    with pytest.raises(WriteError, match=r"is not called \.nc"):
        exchange.to_netcdf(table, tmp_path / "t.cdf")
    with pytest.raises(WriteError, match="cannot be written"):
        exchange.to_netcdf(table, path / "below" / "t.nc")
    assert path.read_bytes() == before
    for data in (before[:-300], b"CDF\x01", b"text"):
        path.write_bytes(data)
        with pytest.raises(FileError, match="no complete netCDF"):
            exchange.from_netcdf(path)
    with pytest.raises(FileError, match="does not exist"):
        exchange.from_netcdf(tmp_path / "none.nc")
