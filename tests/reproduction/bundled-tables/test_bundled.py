"""The tables that ship: what they must give, and that the official files rebuild them."""

import json
import subprocess
import sys
import tomllib
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import iomodel as im
from iomodel import catalog
from iomodel.catalog import folder_of
from iomodel.errors import NegativeFlowWarning
from iomodel.readers import read_folder
from official import shared_file

ROOT = Path(__file__).resolve().parents[3]
PROJECTED = [f"mexico-projected-{year}" for year in range(2003, 2019)]


def test_every_table_loads_balanced_with_its_source_and_licence() -> None:
    warned = set()
    for slug in im.tables().index:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", NegativeFlowWarning)
            table = read_folder(folder_of(slug, "table"))
        for one in caught:  # `load` keeps silent: the table says it itself
            (said,) = table.meta.assumptions
            assert said.removeprefix("As published: ") in str(one.message)
            assert im.load(slug).meta.assumptions == (said,)
            warned.add(slug)
        assert table.check()["holds"].all(), slug
        assert table.meta.source, slug
        assert table.meta.licence, slug
        if slug.startswith("mexico"):
            assert len(table.meta.sha256) == 64, slug
    # a last digit of investment below zero, as the office publishes it
    assert warned == {"mexico-2018-aguascalientes", "mexico-2018-guanajuato"}


def test_mexico_2018_has_the_multipliers_of_its_84_industries() -> None:
    mx = im.load("mexico-2018")
    assert len(mx.accounts) == 84
    output = im.multipliers.output(mx)
    assert output["3361"] == pytest.approx(1.502602, abs=1e-6)
    assert output["3363"] == pytest.approx(1.361637, abs=1e-6)
    assert im.multipliers.imports(mx).loc["3361", "total"] == pytest.approx(0.416275, abs=1e-6)
    assert im.linkages.compare(mx).loc["3363", "rasmussen_forward"] == pytest.approx(
        1.164, abs=5e-4
    )
    assert mx.gdp()["production"] == pytest.approx(24176670.374, abs=1e-3)
    assert mx.gdp()["expenditure"] == pytest.approx(24176670.374, abs=1e-3)
    assert mx.satellites.loc["PT", ["3361", "3363"]].to_list() == [97687, 650505]


def test_the_same_84_industries_stand_in_every_year_and_are_marked_as_projections() -> None:
    codes = im.load("mexico-2018").accounts.codes
    for slug in PROJECTED:
        table = im.load(slug)
        assert sorted(table.accounts.codes) == sorted(codes), slug
        assert "projected" in table.meta.projected, slug
        assert any("import the same share" in text for text in table.meta.assumptions), slug
        assert "YA0" in table.categories.codes, slug
        residual = table.check()["residual"].iloc[:2]
        assert (residual < 1e-4).all(), slug
    assert im.load("mexico-projected-2013").meta.prices == "current"
    assert im.load("mexico-projected-2012").meta.prices == "constant 2013"
    history = im.load("mexico-projected-2016").meta.assumptions
    assert any("re-exports of '3366'" in note for note in history)


def test_direct_value_added_of_cars_never_moves_because_the_tables_are_projections() -> None:
    direct = [im.multipliers.value_added(im.load(slug)).loc["3361", "direct"] for slug in PROJECTED]
    assert min(direct) > 0.2405
    assert max(direct) < 0.2425


def test_balance_of_payments_of_2018_is_spliced_from_named_vintages() -> None:
    table = im.load_bop("mexico", 2018).table()
    income = ["reinvested", "dividends", "interest_private", "interest_public", "other_income"]
    assert table.loc[income, "foreign"].sum() == pytest.approx(42_870, abs=2)
    assert table.loc["interest_public", "foreign"] == 13_169
    assert table.loc["other_income", "foreign"] == 11
    assert table.loc["later_revision", "foreign"] == pytest.approx(46_120.5 - 42_870, abs=2)
    assert "Q4 of 2019Q2" in table.loc["dividends", "vintage"]
    assert im.bop_series("mexico").loc[2018, "exchange_rate"] == pytest.approx(19.24434)


def test_years_without_items_say_what_there_is() -> None:
    with pytest.raises(im.errors.MissingAccountError, match="in 2010 is not itemised"):
        im.load_bop("mexico", 2010)
    with pytest.raises(im.errors.FileError, match="mexico-2018"):
        im.load("mexico-2108")


def test_keys_cover_every_industry_and_only_sourced_rows_leave_the_neutral_value() -> None:
    keys = im.leakage.keys(im.load("mexico-2018"))
    assert list(keys) == ["paper", "amne", "neutral"]
    neutral = keys["neutral"].shares
    free = {"211", "221", "324", "531", "931"}
    values = neutral.loc[[c for c in neutral.index if c not in free], ["low", "central", "high"]]
    assert (values.nunique() == 1).all()
    for key in keys.values():
        assert sorted(key.shares.index) == sorted(im.load("mexico-2018").accounts.codes)
        assert (key.shares.loc[sorted(free), "high"] == 0).all()
        assert key.shares["source"].str.len().min() > 0
        other = key.shares[key.shares["basis"] == "assumption"].drop(index=sorted(free))
        other = other.drop(index=["431", "461"], errors="ignore")
        assert (other["central"] == neutral.loc[other.index, "central"]).all()
    assert keys["paper"].shares.loc["3361", "central"] == 1.0


def test_table_of_2012_is_the_one_aggregated_elsewhere() -> None:
    expected = json.loads(shared_file("oracles/mexico2012_21sectors.json").read_text())
    ours = im.load("mexico-2012-21")
    place = {"336a auto assembly": "3361", "336p auto parts": "3363", "31-33 rest mfg": "31-33"}
    order = [place.get(name, name.removesuffix(" trade").removesuffix(" transport"))
             for name in expected["sectors"]]  # fmt: skip
    np.testing.assert_allclose(ours.x[order], expected["x"], rtol=1e-12)
    theirs = np.array(expected["Z_domestic_proportional"])
    np.testing.assert_allclose(ours.Z.loc[order, order], theirs, rtol=1e-9, atol=1e-6)


def test_official_files_rebuild_every_table(tmp_path: Path) -> None:
    official = shared_file("data/inegi/MIP_53.xlsx").parents[1]
    command = [sys.executable, str(ROOT / "tables" / "build.py"), str(official), str(tmp_path)]
    subprocess.run(command, check=True, cwd=tmp_path, env=_environment())
    shipped = catalog.data_folder("tables")
    folders = sorted(
        folder.name for folder in shipped.iterdir() if (folder / "table.toml").exists()
    )
    built = sorted(folder.name for folder in tmp_path.iterdir())
    built = [name for name in built if (tmp_path / name / "table.toml").exists()]
    assert built == folders
    sams = {"sam-mexico-2012-21", "sam-mexico-2013", "sam-mexico-2013-21"}
    assert sams <= set(built)
    assert (tmp_path / "sam-mexico-2012-21" / "movement.csv").is_file()
    for name in built:
        _agree(tmp_path / name, shipped / name)


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(ROOT)}


def _agree(built: Path, shipped: Path) -> None:
    assert sorted(f.name for f in built.iterdir()) == sorted(f.name for f in shipped.iterdir())
    for file in built.iterdir():
        ours = shipped / file.name
        if file.suffix == ".toml":
            assert tomllib.loads(file.read_text()) == tomllib.loads(ours.read_text()), file
            continue
        blank = {"index_col": 0, "keep_default_na": False, "na_values": [""]}
        left, right = pd.read_csv(file, **blank), pd.read_csv(ours, **blank)
        figures = list(left.select_dtypes("number").columns)
        pd.testing.assert_frame_equal(
            left[figures], right[figures], check_exact=False, rtol=1e-12, atol=1e-9
        )
        rest = [c for c in left if c not in figures]
        pd.testing.assert_frame_equal(left[rest], right[rest])


@pytest.mark.parametrize("name", ["paper", "amne", "neutral"])
def test_every_peso_of_mexico_2018_ends_somewhere(name: str) -> None:
    mx, bop = im.load("mexico-2018"), im.load_bop("mexico", 2018)
    outflow = im.leakage.allocate(mx, bop, key=im.leakage.keys(mx)[name])
    np.testing.assert_allclose(im.leakage.split(mx, outflow).sum(axis=1), 1.0, atol=1e-12, rtol=0)
    foreign = (im.leakage.phi(mx, outflow) * mx.coefficients.loc["B.2b"]).to_numpy()
    assert foreign @ mx.x.to_numpy() == pytest.approx(outflow.report["placed"].sum(), abs=1e-9)
    assert (outflow.unallocated.drop(["other_income", "later_revision"]).abs() < 1e-6).all()
