"""`iomodel sectors`: the list of a table, searched without accents or case, in both languages."""

import json
from pathlib import Path

import pytest

import iomodel as im
from iomodel.cli import main
from iomodel.text import WIDTH


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("table", ["mexico-2018", "mexico-2018-puebla", "miller-blair-2x2"])
def test_every_sector_within_the_width(
    capsys: pytest.CaptureFixture[str], table: str, lang: str
) -> None:
    code, out, _ = run(capsys, "sectors", table, "--lang", lang)
    assert code == 0
    assert max(map(len, out.splitlines())) <= WIDTH
    assert ("Sectors of a table" if lang == "en" else "Sectores de un cuadro") in out


def test_the_figures_are_those_of_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    table = im.load("mexico-2018")
    _, out, _ = run(capsys, "sectors", "--format", "json")
    rows = {row["sector"]: row for row in json.loads(out)["sectors"]["rows"]}
    assert len(rows) == 84
    assert sum(row["output_share"] for row in rows.values()) == pytest.approx(1)
    exports = table.Y.iloc[:, table.categories.of_kind("exports")].sum(axis=1)
    assert rows["3361"]["export_share"] == pytest.approx(exports["3361"] / table.x["3361"])
    assert rows["3361"]["output"] == pytest.approx(table.x["3361"])


def test_search_knows_neither_accents_nor_case(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    _, out, _ = run(capsys, "sectors", "mexico-2018-puebla", "--search", "PUEBLA mádera")
    assert out.count("puebla, ") == 1
    assert "puebla, 321" in out
    _, listed, _ = run(capsys, "sectors", "--search", "3361", "--format", "csv")
    assert len(listed.splitlines()) == 2
    code, _, err = run(capsys, "sectors", "--search", "vehicels")
    assert code == 1
    assert "No sector has 'vehicels'" in err
    assert "vehicle" in err
    code, _, err = run(capsys, "sectors", "mexico-1810")
    assert code == 1
    assert "not a bundled table" in err
    folder = im.load("miller-blair-2x2").to_folder(tmp_path / "mine")
    code, out, _ = run(capsys, "sectors", str(folder))
    assert code == 0
    assert "-" in out.splitlines()[-2]
