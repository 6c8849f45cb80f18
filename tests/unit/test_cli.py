"""The command: exit codes, widths, formats, and no traceback whatever is asked of it."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from iomodel import catalog
from iomodel.card.parts import Part, written
from iomodel.card.words import RUNGS
from iomodel.cli import main
from iomodel.cli import reproduce as page
from iomodel.cli.claims import in_words, judged_rows
from iomodel.reproduction import VERDICTS
from iomodel.text import WIDTH
from official import ROOT

TABLE = Path(catalog.data_folder("tables")) / "mexico-2018"


@pytest.fixture(scope="module")
def parts() -> list[Part]:
    """The page of `iomodel reproduce`, computed once for all tests."""
    return page.page()


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    return code, said.out, said.err


def widest(text: str) -> int:
    return max(map(len, text.splitlines()))


# -- exit codes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("guess",),
        ("sector",),
        ("check",),
        ("sector", "3361", "--format", "pdf"),
        ("tables", "extra"),
        ("reproduce", "--tables"),
    ],
)
def test_wrong_usage_is_2(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert re.match(r"usage: iomodel\b", err)


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("reproduce", "--help")])
def test_help_and_version_are_0(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    code, out, _ = run(capsys, *arguments)
    assert code == 0
    assert "iomodel" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sector", "cars"), "Nearest: '3361' (Cars and trucks (assembly))"),
        (("sector", "3360"), "Nearest: '336"),
        (("sector", ""), "is not an account"),
        (("sector", "3361", "--table", "mexico-2019"), "Did you mean mexico-2018"),
        (("sector", "3361", "--table", "mexico-bop"), "is not a bundled table"),
        (("sector", "3361", "--part", "card"), "identity, multipliers, linkages, peso, residents"),
    ],
)
def test_bad_input_is_1_with_a_message(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    code, out, err = run(capsys, *arguments)
    assert code == 1
    assert out == ""
    assert err.startswith("iomodel: ")
    assert said in " ".join(err.split())
    assert widest(err) <= WIDTH


# -- reproduce -----------------------------------------------------------------------------------


def test_the_page_is_narrow_and_starts_with_the_answer(parts: list[Part]) -> None:
    text = written(parts, "text", main="claims")
    assert widest(text) <= WIDTH
    first = "\n".join(text.splitlines()[:22])
    assert first.startswith("How much of a peso")
    for word in ("pay for imports", "produced in Mexico", "residents", "census", "reproduced"):
        assert word in first
    assert not [words for words in ("needs the SAM", "next piece of work") if words in text]
    assert "What the table cannot say" in text
    assert "docs/reproduction.md" in text


def test_every_claim_and_every_verdict_stand_on_the_page(parts: list[Part]) -> None:
    claims = next(part for part in parts if part.name == "claims")
    text = written([claims], "text", main="claims")
    for code in claims.frame.index:
        assert f"  {code} " in text
    assert claims.shown is not None
    assert set(claims.shown["verdict"]) == set(VERDICTS)


def test_numbers_on_the_page_are_those_of_the_frames(parts: list[Part]) -> None:
    by_name = {part.name: part for part in parts}
    ladder = by_name["ladder"]
    assert ladder.shown is not None
    assert ladder.shown.loc["imports", "3361"] == f"{100 * ladder.frame['3361_amount'].iloc[0]:.1f}"
    assert ladder.shown.loc["total", "3361"] == ladder.shown.loc["total", "3363"] == "100.0"
    headline = by_name["headline"]
    assert headline.shown is not None
    residents = headline.frame.loc[("3361", "residents: recorded")]
    assert headline.shown["cents"].iloc[2] == f"{100 * residents['central']:.0f}"
    again = headline.frame.loc[("3361", "spent again: all income")]
    ends = f"{100 * again['low']:.0f} to {100 * again['high']:.0f}"
    assert headline.shown["range"].iloc[5] == ends
    keys = by_name["keys"]
    assert keys.shown is not None
    assert keys.shown["paper"].iloc[-1] == f"{keys.frame.loc['paper', 'ratio']:.2f}"


def test_the_headline_says_what_it_leaves_out(parts: list[Part]) -> None:
    text = " ".join(written(parts[:1], "text", main="claims").split())
    for words in (
        "at the factory gate (basic prices)",
        "national total recorded, spread by the key",
        "less net profit of foreign owners and interest abroad (owned, net)",
        "neither is a bound",
        "times the equity income recorded",
        "GDP and GNI at market prices",
        "income that Mexico receives from abroad",
        "fixed blind",
    ):
        assert words in text, words


def test_the_tally_counts_patterns_by_how_blind_they_were() -> None:
    rows = [
        ("reproduced", "yes"),
        ("same pattern", "yes"),
        ("same pattern", "no"),
        ("same pattern on the projected table only", "no"),
        ("differs: why", "yes"),
        ("new", ""),
        ("input", ""),
    ]
    judged = pd.DataFrame(rows, columns=["verdict", "blind"])
    assert judged_rows(judged) == 5
    said = in_words(judged)
    assert "1 reproduced, 2 same pattern (1 fixed blind, 1 not blind), 1 same pattern on" in said
    assert "only (0 fixed blind, 1 not blind), 1 differ" in said
    assert said.endswith("not judged: 1 new, 1 copied")


def test_every_rung_has_words_and_says_what_it_rests_on(parts: list[Part]) -> None:
    ladder = next(part for part in parts if part.name == "ladder")
    assert set(ladder.frame.index) <= set(RUNGS)
    assert ladder.shown is not None
    rests = dict(zip([*ladder.frame.index, "total"], ladder.shown["rests on"], strict=True))
    assert rests["imports"] == rests["compensation"] == "table"
    assert rests["household_and_mixed_surplus"] == "households"
    assert rests["foreign_owned_tax"] == "key, rates"
    assert rests["dividends_abroad"] == "key"


def test_json_of_the_page(parts: list[Part]) -> None:
    document = json.loads(written(parts, "json", main="claims"))
    assert list(document) == [part.name for part in parts]
    claims = pd.DataFrame(document["claims"]["rows"]).set_index("id")
    frame = next(part.frame for part in parts if part.name == "claims")
    assert claims.loc["C1", "ours"] == pytest.approx(frame.loc["C1", "ours"], rel=1e-12)
    assert claims.loc["C2b"].isna()["published"]
    assert sum(row["3361_amount"] for row in document["ladder"]["rows"]) == pytest.approx(1)


def test_csv_of_the_page_is_the_claims(parts: list[Part]) -> None:
    text = written(parts, "csv", main="claims")
    rows = list(csv.DictReader(io.StringIO(text)))
    frame = next(part.frame for part in parts if part.name == "claims")
    assert [row["id"] for row in rows] == list(frame.index)
    assert [row["verdict"] for row in rows] == list(frame["verdict"])


def test_markdown_of_the_page_has_whole_tables(parts: list[Part]) -> None:
    lines = written(parts, "markdown", main="claims").splitlines()
    assert sum(line.startswith("## ") for line in lines) == len(parts)
    columns = 0
    for before, line in zip(["", *lines], lines, strict=False):
        if line.startswith("|"):
            cells = line.replace("\\|", "").count("|")
            assert cells == columns or not before.startswith("|")
            columns = cells


def test_one_part_of_the_page(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, parts: list[Part]
) -> None:
    monkeypatch.setattr(page, "page", lambda *_: parts)
    code, out, _ = run(capsys, "reproduce", "--part", "two_mexicos", "--format", "csv")
    assert code == 0
    frame = pd.read_csv(io.StringIO(out), dtype={"sector": str}).set_index(["sector", "measure"])
    assert frame.loc[("3361", "output multiplier"), "mexico-2018"] == pytest.approx(1.502602, 1e-6)
    code, out, err = run(capsys, "reproduce", "--part", "nothing")
    assert (code, out) == (1, "")
    assert "two_mexicos" in err


# -- sector --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sector", "table"),
    [
        ("3361", "mexico-2018"),
        ("3363 - Motor vehicle parts", "mexico-2018"),
        ("531", "mexico-2018"),
        ("814", "mexico-2018"),
        ("3363", "mexico-projected-2018"),
        ("31-33", "mexico-2012-21"),
        ("1", "miller-blair-2x2"),
        ("3361", str(TABLE)),
    ],
)
def test_card_of_a_sector(capsys: pytest.CaptureFixture[str], sector: str, table: str) -> None:
    code, out, err = run(capsys, "sector", sector, "--table", table)
    assert (code, err) == (0, "")
    assert widest(out) <= WIDTH
    assert out.startswith(sector.split(" - ")[0])
    assert "depends on the aggregation" in " ".join(out.split())
    totals = [line.split()[1] for line in out.splitlines() if line.startswith("  total")]
    assert totals == ["100.0"]


def test_card_says_what_it_cannot_fill(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "sector", "1", "--table", "miller-blair-2x2")
    said = " ".join(out.split())
    assert "Not recorded in this table: compensation, imports, taxes, jobs." in said
    assert "Income paid abroad is not taken out" in said
    _, out, _ = run(capsys, "sector", "3361", "--table", "mexico-projected-2018")
    said = " ".join(out.split())
    assert "every domestic buyer of a product is assumed to import the same share" in said
    assert "do not speak of the same money" in said


def test_card_counts_tourism_among_exports(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "sector", "3361", "--part", "identity", "--format", "csv")
    card = pd.read_csv(io.StringIO(out), index_col=0)["value"]
    table = catalog.load("mexico-2018")
    everything = table.Y["P.6"].sum() + table.W.loc["P.621", "P.6"]
    share = card["share of all exports, tourism included"]
    assert share == pytest.approx(100 * table.Y.loc["3361", "P.6"] / everything)
    _, out, _ = run(capsys, "sector", "3361", "--table", "mexico-2012-21")
    assert "tourism" not in out


def test_card_holds_net_profit_against_what_was_recorded(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = run(capsys, "sector", "3361", "--part", "residents")
    assert "times the equity income recorded" in " ".join(out.split())


def test_card_shows_all_keys(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "sector", "3361", "--part", "residents")
    for key in ("paper", "amne", "neutral"):
        assert f"key {key}" in out


def test_card_in_all_formats(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "sector", "3361", "--format", "json")
    document = json.loads(out)
    output = next(r for r in document["multipliers"]["rows"] if r["index"] == "output")
    assert output["total"] == pytest.approx(1.502602, abs=1e-6)
    _, out, _ = run(capsys, "sector", "3361", "--format", "csv")
    peso = pd.read_csv(io.StringIO(out), index_col=0)
    assert peso["amount"].sum() == pytest.approx(1)
    _, out, _ = run(capsys, "sector", "3361", "--format", "markdown")
    assert out.startswith("## 3361")


# -- tables, methods, check ----------------------------------------------------------------------


def test_tables(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "tables")
    assert code == 0
    assert widest(out) <= WIDTH
    assert "mexico-projected-2016" in out
    _, out, _ = run(capsys, "tables", "--format", "csv")
    assert list(pd.read_csv(io.StringIO(out))["table"]) == list(catalog.tables().index)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Files that are no tables."""
    (tmp_path / "note.txt").write_text("not a table\n", encoding="utf-8")
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    (tmp_path / "cut.xlsx").write_bytes(b"PK\x03\x04" + b"\x00" * 60)
    (tmp_path / "page.xls").write_text("<html><body>404</body></html>", encoding="utf-8")
    (tmp_path / "binary.csv").write_bytes(bytes(range(256)))
    (tmp_path / "folder").mkdir()
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "table.toml").write_text("title = ", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "name",
    ["note.txt", "empty.csv", "cut.xlsx", "page.xls", "binary.csv", "folder", "broken", "missing"],
)
def test_check_of_what_is_no_table(
    capsys: pytest.CaptureFixture[str], files: Path, name: str
) -> None:
    code, out, _ = run(capsys, "check", str(files / name))
    assert code == 1
    assert "wrong" in out
    assert "Traceback" not in out


def test_check_of_a_table_folder(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "check", str(TABLE))
    assert code == 0
    assert "nothing wrong" in out
    assert "GDP by production" in out


def test_check_of_several_files_fails_with_the_worst(
    capsys: pytest.CaptureFixture[str], files: Path
) -> None:
    code, out, _ = run(capsys, "check", str(TABLE), str(files / "note.txt"))
    assert code == 1
    assert "nothing wrong" in out
    assert "note.txt" in out


# -- as a program --------------------------------------------------------------------------------


def program(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH", "")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    environment |= options.pop("env", {})  # type: ignore[call-overload]
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "iomodel", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        check=False,
        **options,  # type: ignore[call-overload]
    )


def test_python_m_iomodel(tmp_path: Path) -> None:
    done = program("tables", cwd=tmp_path, env={"PYTHONIOENCODING": "utf-8"})
    assert done.returncode == 0, done.stderr
    assert "mexico-2018" in done.stdout
    done = program("sector", "cars", cwd=tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_a_terminal_that_knows_no_accents(tmp_path: Path) -> None:
    """A console of another encoding gets question marks, not a traceback."""
    done = program(
        "reproduce", "--part", "assumptions", cwd=tmp_path, env={"PYTHONIOENCODING": "ascii"}
    )
    assert done.returncode == 0, done.stderr
    assert "INEGI" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="pipes end otherwise on Windows")
def test_a_reader_who_has_seen_enough() -> None:
    command = f"{sys.executable} -m iomodel reproduce | head -1"
    done = subprocess.run(
        command, shell=True, capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr
    assert done.stdout.startswith("How much")
