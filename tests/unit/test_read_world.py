"""The world's tables: an invented sample of each layout, and every refusal by name."""

import functools
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import world_files as files
from iomodel import IOTable, read_exiobase, read_figaro, read_folder, read_icio
from iomodel.errors import (
    BalanceError,
    CellError,
    FileError,
    IOModelError,
    LabelError,
    LayoutError,
    NegativeFlowWarning,
    TableError,
    UnitError,
)
from iomodel.readers.keeping import Dense, Sparse
from iomodel.readers.matrix import last_digit
from iomodel.readers.passing import ordered

Lines = list[list[object]]
Read = Callable[..., IOTable]


def test_icio_blocks_labels_and_kinds(tmp_path: Path) -> None:
    lines = files.icio()
    table = read_icio(files.text(lines, tmp_path / "ICIO2023_2019.csv"))
    assert table.accounts.keys[:3] == (("ARG", "A01_02"), ("ARG", "C10T12"), ("MEX", "A01_02"))
    assert table.categories.codes[:2] == ("ARG HFCE", "ARG NPISH")
    assert table.categories.kinds[2:6] == (
        "government_consumption",
        "fixed_investment",
        "inventories",
        "private_consumption",
    )
    assert table.inputs.kinds == ("product_taxes", "value_added")
    assert table.Z.loc[("MEX", "A01_02"), ("CHN", "C10T12")] == lines[3][6]
    assert table.Y.loc[("MEX", "A01_02"), "MEX HFCE"] == lines[3][13]
    assert table.W.loc["TLS", "ARG HFCE"] == lines[7][7]
    meta = table.meta
    assert (meta.year, meta.unit, meta.origin) == (2019, "million US$", "domestic")
    assert meta.precision == 0.001
    assert len(meta.sha256) == 64
    A = table.Z.to_numpy() / table.x.to_numpy()
    np.testing.assert_allclose(table.L.to_array(), np.linalg.inv(np.eye(6) - A), rtol=1e-12)


def test_figaro_as_a_matrix_and_as_a_list_is_one_table(tmp_path: Path) -> None:
    lines = files.figaro()
    table = read_figaro(files.text(lines, tmp_path / "matrix_eu-ic-io_ind-by-ind_23ed_2021.csv"))
    flat = read_figaro(files.text(files.figaro_flat(lines), tmp_path / "flatfile_2021.csv"))
    for name in "ZYVWx":
        np.testing.assert_array_equal(getattr(flat.arrays, name), getattr(table.arrays, name))
    assert flat.accounts == table.accounts
    assert table.accounts.keys[-1] == ("FIGW1", "C31_32")
    assert table.categories.codes[5:7] == ("BE P3_S13", "BE P3_S14")
    assert table.V.loc["D1", ("AT", "A01")] == lines[10][1]
    assert table.W.loc["OP_NRES"].sum() == pytest.approx(-table.W.loc["OP_RES"].sum())
    assert table.gdp()["production"] == pytest.approx(table.gdp()["expenditure"])
    assert (table.meta.year, table.meta.unit) == (2021, "million EUR")


@pytest.mark.parametrize("factors", ["satellite", "factor_inputs"])
def test_exiobase_folder_and_zip_are_one_table(tmp_path: Path, factors: str) -> None:
    folder = files.exiobase(tmp_path / "IOT_2011_ixi", factors=factors)
    jobs = "Employment: Low-skilled male"
    table = read_exiobase(folder, satellites=[jobs])
    again = read_exiobase(files.zipped(folder, tmp_path / "IOT_2011_ixi.zip"))
    for name in "ZYVWx":
        np.testing.assert_array_equal(getattr(again.arrays, name), getattr(table.arrays, name))
    assert table.accounts.keys[1] == ("AT", "Mining, n.e.c.")
    assert table.satellites.loc[jobs].to_list() == [0, 1, 2, 3, 4, 5]
    assert table.satellite_accounts.kinds == ("1000 p",)
    assert table.inputs.kinds[:3] == ("product_taxes", "production_taxes", "compensation")
    assert table.categories.kinds[-1] == "exports"
    assert (again.meta.year, len(again.meta.sha256), table.meta.unit) == (2011, 64, "million EUR")
    line = (folder / "Z.txt").read_text().split("\n")[4].split("\t")
    assert table.Z.iloc[1, 2] == float(line[4])


def test_what_final_demand_pays_itself_under_its_older_name(tmp_path: Path) -> None:
    folder = files.exiobase(tmp_path / "IOT_2011_ixi")
    lines = (folder / "satellite/F_Y.txt").read_text().split("\n")
    lines[3] = lines[3].replace("\t0.0", "\t2.0", 1)
    (folder / "satellite/F_Y.txt").write_text("\n".join(lines))
    table = read_exiobase(folder)
    assert table.W.iloc[0, 0] == table.arrays.W.sum() == 2.0
    (folder / "satellite/F_Y.txt").rename(folder / "satellite/F_hh.txt")
    np.testing.assert_array_equal(read_exiobase(folder).arrays.W, table.arrays.W)


def test_the_parts_of_mexico_and_china_added_up_or_kept(tmp_path: Path) -> None:
    path = files.text(files.icio_split(), tmp_path / "2019.csv")
    whole, parts = read_icio(path), read_icio(path, merge_splits=False)
    assert list(dict.fromkeys(whole.accounts.regions)) == ["ARG", "MEX", "CHN"]
    assert list(dict.fromkeys(parts.accounts.regions)) == ["ARG", "MX1", "MX2", "CN1", "CN2"]
    assert whole.categories == parts.categories
    assert "MX1" in whole.meta.history[-1]
    assert "without figures: MEX, CHN" in parts.meta.history[-1]
    into = {"MX1": "MEX", "MX2": "MEX", "CN1": "CHN", "CN2": "CHN"}
    grouped = parts.Z.rename(index=into, columns=into)
    added = grouped.groupby(level=[0, 1]).sum().T.groupby(level=[0, 1]).sum().T
    ours = whole.Z.loc[added.index, added.columns]
    np.testing.assert_allclose(ours, added, rtol=1e-12)
    assert whole.x.sum() == pytest.approx(parts.x.sum(), rel=1e-14)


@given(st.permutations(["MX1", "ARG", "MX2"]), st.permutations(["MX1", "ARG", "MX2"]))
def test_merging_keeps_totals_whatever_the_order(down: list[str], across: list[str]) -> None:
    Z = files.economy(3, 2, 1)["Z"]
    rows, columns = ([(region, "s") for region in side] for side in (down, across))
    order = ordered(rows, columns, into={"MX1": "MEX", "MX2": "MEX"})
    assert sorted(order.keys) == [("ARG", "s"), ("MEX", "s")]
    i, j = order.keys.index(("ARG", "s")), order.keys.index(("MEX", "s"))
    arg, mex = down.index("ARG"), [down.index("MX1"), down.index("MX2")]
    buyer, parts = across.index("ARG"), [across.index("MX1"), across.index("MX2")]
    for keep in (Dense(), Sparse()):
        keep.begin(3)
        keep.add(Z[:2])
        keep.add(Z[2:])
        found = keep.finish(order.down, order.across, ["ARG, s", "MEX, s"])
        assert found[i, i] == Z[arg, buyer]
        assert found[i, j] == pytest.approx(Z[arg, parts].sum(), rel=1e-15)
        assert found[j, i] == pytest.approx(Z[mex, buyer].sum(), rel=1e-15)
        assert found[j, j] == pytest.approx(Z[np.ix_(mex, parts)].sum(), rel=1e-15)
    assert order.columns(np.arange(3.0)[None])[0][i] == buyer


def test_rows_and_columns_in_another_order(tmp_path: Path) -> None:
    lines = files.icio()
    one = read_icio(files.text(lines, tmp_path / "a2019.csv"))
    swapped = [[line[0], line[2], line[1], *line[3:]] for line in lines]
    swapped[3], swapped[4] = swapped[4], swapped[3]
    other = read_icio(files.text(swapped, tmp_path / "b2019.csv"))
    keys = list(one.accounts.keys)
    np.testing.assert_array_equal(other.Z.loc[keys, keys], one.Z)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_fields_may_be_cut_by_other_marks(tmp_path: Path, delimiter: str) -> None:
    path = files.text(files.icio(), tmp_path / "m2019.csv", delimiter)
    assert len(read_icio(path).accounts) == 6


# -- what is wrong is named -------------------------------------------------------------------


def cell(row: int, column: int, value: object) -> Callable[[Lines], object]:
    def change(lines: Lines) -> None:
        lines[row][column] = value

    return change


WRONG: dict[str, tuple[Callable[[Lines], object], type[Exception], str]] = {
    "blank": (cell(2, 3, ""), CellError, r"!D3 \(row 'ARG_C10T12', column 'MEX_A01_02'\).*blank"),
    "text": (cell(2, 3, "n.d."), CellError, r"!D3 .*'n\.d\.' is no plain"),
    "underscore": (cell(2, 3, "1_0"), CellError, r"!D3 .*'1_0'"),
    "infinity": (cell(2, 3, "inf"), CellError, r"D3 .*inf"),
    "huge": (cell(2, 3, "1e300"), CellError, r"beyond 2\*\*53.*!D3 "),
    "negative": (cell(3, 1, -5.0), TableError, "1 intermediate deliveries are negative"),
    "changed": (cell(2, 3, 1000.0), BalanceError, "'ARG, C10T12'.*gap -9"),
    "output": (cell(2, -1, 1.0), BalanceError, "column OUT against row OUT"),
    "row": (cell(3, 0, "Total"), LayoutError, "row 'Total' is no industry"),
    "column": (cell(0, -2, "DISC"), LayoutError, "column 'DISC' is no industry"),
    "one side": (cell(3, 0, "USA_A01_02"), LayoutError, "'USA, A01_02' has a row but no column"),
    "twice": (cell(3, 0, "ARG_A01_02"), LabelError, "rows 1 and 3"),
    "no label": (cell(3, 0, ""), LabelError, "1 are empty"),
    "no taxes": (lambda lines: lines.pop(-3), LayoutError, "no row 'TLS'"),
    "short": (lambda lines: lines[4].pop(), CellError, "line 5: 25 fields, the header 26"),
    "long": (lambda lines: lines[4].append(1), CellError, "line 5: 27 fields, the header 26"),
}


@pytest.mark.parametrize(("change", "error", "match"), WRONG.values(), ids=list(WRONG))
def test_what_is_wrong_is_named(
    tmp_path: Path, change: Callable[[Lines], object], error: type[Exception], match: str
) -> None:
    lines = files.icio()
    change(lines)
    with pytest.raises(error, match=f"(?s){match}") as caught:
        read_icio(files.text(lines, tmp_path / "bad2019.csv"))
    assert "bad2019.csv" in str(caught.value)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (cell(0, 0, "Code"), "begins with 'Code'"),
        (cell(7, 0, "W2_D9"), "row 'W2_D9' is no industry"),
        (cell(0, -1, "XX_P9"), "has a column but no row"),
        (lambda lines: lines.pop(), "no row 'W2_B2A3G'"),
    ],
)
def test_figaro_refuses_other_layouts(
    tmp_path: Path, change: Callable[[Lines], object], match: str
) -> None:
    lines = files.figaro()
    change(lines)
    with pytest.raises(LayoutError, match=match):
        read_figaro(files.text(lines, tmp_path / "m_2021.csv"))


def test_figaro_flat_refuses_gaps_doubles_and_words(tmp_path: Path) -> None:
    flat = files.figaro_flat(files.figaro())
    with pytest.raises(LayoutError, match="0 cells stand twice, 1 not at all"):
        read_figaro(files.text([*flat[:4], *flat[5:]], tmp_path / "a.csv"))
    with pytest.raises(LayoutError, match="1 cells stand twice"):
        read_figaro(files.text([*flat, flat[4]], tmp_path / "b.csv"))
    flat[4][-1] = ":"
    with pytest.raises(CellError, match=r"line 5 \(AT_A01, BE_C31_32\): ':'"):
        read_figaro(files.text(flat, tmp_path / "c.csv"))


def _zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_exiobase_refuses_what_is_no_archive_of_it(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="does not exist"):
        read_exiobase(tmp_path / "nothing.zip")
    cut = tmp_path / "cut.zip"
    cut.write_bytes(b"PK\x03\x04 cut")
    with pytest.raises(FileError, match="not a complete zip"):
        read_exiobase(cut)
    with pytest.raises(FileError, match=r"outside it '\.\./Z\.txt'"):
        read_exiobase(_zip(tmp_path / "out.zip", {"../Z.txt": b"1"}))
    with pytest.raises(FileError, match=r"holds 0 files 'Z\.txt'"):
        read_exiobase(_zip(tmp_path / "none.zip", {"A.txt": b"1"}))
    with pytest.raises(FileError, match=r"holds 2 files 'Z\.txt'"):
        read_exiobase(_zip(tmp_path / "two.zip", {"a/Z.txt": b"1", "b/Z.txt": b"1"}))
    with pytest.raises(FileError, match=r"'Z\.txt' is empty"):
        read_exiobase(_zip(tmp_path / "empty.zip", {"a/Z.txt": b""}))


def test_exiobase_refuses_other_units_rows_and_names(tmp_path: Path) -> None:
    with pytest.raises(UnitError, match=r"6 flows are not in M\.EUR"):
        read_exiobase(files.exiobase(tmp_path / "a", unit="tonnes"))
    folder = files.exiobase(tmp_path / "b")
    with pytest.raises(LabelError, match="Nearest: 'CO2 - combustion - air'"):
        read_exiobase(folder, satellites=["CO2 - combustion - ai"])
    for name, old, new, match in (
        ("satellite/F.txt", "Rents on land", "Rents", "no row 'Operating surplus: Rents on land'"),
        ("Y.txt", "Changes in valuables", "Other", "'AT, Other'"),
        ("x.txt", "Hotels", "Inns", r"'AT, Inns \(55\)' is not in Z\.txt"),
    ):
        file = folder / name
        said = file.read_text()
        file.write_text(said.replace(old, new))
        with pytest.raises(LayoutError, match=match):
            read_exiobase(folder)
        file.write_text(said)
    (folder / "x.txt").unlink()
    with pytest.raises(FileError, match=r"no file 'x\.txt'"):
        read_exiobase(folder)


# -- what does not balance --------------------------------------------------------------------


def test_what_rows_lack_goes_to_a_column_only_where_asked(tmp_path: Path) -> None:
    lines = files.icio()
    demand = lines[2][9]
    assert isinstance(demand, float)
    lines[2][9] = demand - 7.0
    path = files.text(lines, tmp_path / "m2019.csv")
    with pytest.raises(
        BalanceError, match=r"(?s)'ARG, C10T12'.*gap 7 .*discrepancy='DISC'"
    ) as said:
        read_icio(path)
    assert said.value.residual == pytest.approx(7.0)
    table = read_icio(path, discrepancy="DISC")
    assert table.categories.kinds[-1] == "discrepancy"
    assert table.Y["DISC"].abs().sum() == pytest.approx(7.0)
    assert table.Y.loc[("ARG", "C10T12"), "DISC"] == pytest.approx(7.0)
    assert "gaps of rows of 7 million US$" in table.meta.history[-1]
    with pytest.raises(LabelError, match="is a category of final demand already"):
        read_icio(path, discrepancy="HFCE")


def test_columns_that_do_not_add_up_to_output_give_theirs(tmp_path: Path) -> None:
    lines = files.icio()
    paid = lines[8][1]
    assert isinstance(paid, float)
    lines[8][1] = paid - 3.0
    path = files.text(lines, tmp_path / "m2019.csv")
    with pytest.raises(BalanceError, match="inputs"):
        read_icio(path)
    table = read_icio(path, discrepancy="gap")
    assert table.Y.loc[("ARG", "A01_02"), "gap"] == pytest.approx(-3.0)
    assert "output as the sum of each column" in table.meta.history[-1]


def test_output_below_zero_by_rounding_needs_the_column(tmp_path: Path) -> None:
    lines = files.figaro()
    for at in range(1, 7):
        lines[at][1] = 0.0
    lines[1][1:] = [0.0] * 21
    lines[1][20] = -0.001
    for at in range(7, 13):
        lines[at][1] = 0.0
    for j in range(2, 7):  # what they bought of it is value added now
        lines[12][j] = 0.0
        spent = sum(float(str(lines[i][j])) for i in range(1, 13))
        lines[12][j] = round(sum(map(float, map(str, lines[j][1:]))) - spent, 3)
    path = files.text(lines, tmp_path / "m_2021.csv")
    with pytest.raises(TableError, match=r"(?s)'AT, A01': -0\.001.*discrepancy='DISC'"):
        read_figaro(path)
    table = read_figaro(path, discrepancy="DISC")
    assert table.x["AT", "A01"] == 0
    assert not table.active[0]
    assert "counted as zero" in table.meta.history[-1]


def test_an_industry_without_output_stays(tmp_path: Path) -> None:
    lines = files.icio_split()
    table = read_icio(files.text(lines, tmp_path / "2019.csv"))
    assert table.active.all()
    lines = files.icio()
    for line in lines[1:]:
        line[1] = 0.0
    lines[1][1:] = [0.0] * 25
    files.icio_totals(lines)
    table = read_icio(files.text(lines, tmp_path / "m2019.csv"))
    assert table.active.tolist() == [False, True, True, True, True, True]


@pytest.mark.parametrize(("digits", "expected"), [(0, 1.0), (3, 0.001), (6, 1e-6)])
def test_the_last_digit_is_seen(digits: int, expected: float) -> None:
    values = np.round(np.random.default_rng(1).uniform(0, 1e6, (20, 20)), digits)
    assert last_digit(values) == expected
    assert last_digit(values / 3) == 0.0


def test_a_folder_brings_the_table_back(tmp_path: Path) -> None:
    table = read_icio(files.text(files.icio_split(), tmp_path / "2019.csv"), merge_splits=False)
    again = read_folder(table.to_folder(tmp_path / "folder"))
    assert (again.accounts, again.categories, again.meta) == (
        table.accounts,
        table.categories,
        table.meta,
    )
    for name in "ZYVWx":
        np.testing.assert_array_equal(getattr(again.arrays, name), getattr(table.arrays, name))


# -- and everything else ----------------------------------------------------------------------

SPOTS = st.tuples(st.integers(0, 10**6), st.integers(0, 40), st.binary(max_size=3))
KINDS = ("icio", "figaro", "flat", "exiobase")


@functools.cache
def sound(kind: str, folder: Path) -> bytes:
    if kind == "exiobase":
        root = files.exiobase(folder / "sound" / "IOT_2011_ixi")
        return files.zipped(root, folder / "sound.zip").read_bytes()
    lines = files.icio() if kind == "icio" else files.figaro()
    lines = files.figaro_flat(lines) if kind == "flat" else lines
    return files.text(lines, folder / f"sound-{kind}.csv").read_bytes()


@settings(max_examples=150)
@given(kind=st.sampled_from(KINDS), spots=st.lists(SPOTS, min_size=1, max_size=3))
def test_a_damaged_file_never_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, kind: str, spots: list[tuple[int, int, bytes]]
) -> None:
    """Bytes changed, cut out or put in: a checked table, or an error of ours."""
    folder = tmp_path_factory.getbasetemp()
    raw = bytearray(sound(kind, folder))
    for where, cut, put in spots:
        at = where * (len(raw) - 1) // 10**6
        raw[at : at + cut] = put
    path = folder / f"damaged_2019.{'zip' if kind == 'exiobase' else 'csv'}"
    path.write_bytes(bytes(raw))
    reader: Read = {"icio": read_icio, "exiobase": read_exiobase}.get(kind, read_figaro)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NegativeFlowWarning)
        try:
            table = reader(path)
        except IOModelError:
            return
    assert table.check()["holds"].all()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "V1\n",
        "V1,ARG_A\n",
        "V1,ARG_A\nARG_A\n",
        "rowLabels,AT_A\n",
        "\n\n\n",
        '"',
        "V1,A_B,A_HFCE,OUT\n\n\n",
        ",".join(["icioiRow"]) + "\n",
    ],
)
def test_scraps_of_files_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "scrap.csv"
    path.write_text(text)
    for reader in (read_icio, read_figaro):
        with pytest.raises(IOModelError):
            reader(path)
