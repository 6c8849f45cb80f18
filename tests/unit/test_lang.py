"""Both languages have the same keys and places, every key that is asked for exists, and is used."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

import iomodel as im
from iomodel.card.parts import written
from iomodel.cli import main
from iomodel.cli.headline import headline
from iomodel.errors import LabelError
from iomodel.lang import ENGLISH, LANGUAGES, ROOMS, SENTENCES, spoken
from iomodel.leakage import NOT_RECORDED
from iomodel.linkages.comparison import NOTE
from iomodel.text import WIDTH
from official import ROOT

SPANISH = spoken("es")
# words that no Spanish page has of its own; what tables and assumptions say of themselves is data
LEFTOVERS = (" the ", " of the ", " is ", " which ", " share", "None", "{", "}")


def places(text: str) -> list[str]:
    return sorted({name for _, name, _, _ in string.Formatter().parse(text) if name is not None})


def test_no_key_is_missing_on_either_side_and_the_order_is_the_same() -> None:
    assert list(SPANISH.texts) == list(ENGLISH.texts)


@pytest.mark.parametrize("key", ENGLISH.texts)
def test_the_places_to_fill_are_the_same(key: str) -> None:
    assert places(SPANISH(key)) == places(ENGLISH(key))
    assert "" not in places(ENGLISH(key)), "places have names"


def test_spanish_is_spanish() -> None:
    """A text that is the same in both is a name or a word of both languages."""
    same = {key for key in ENGLISH.texts if ENGLISH(key) == SPANISH(key)}
    assert same <= {
        "frame.total", "frame.no", "card.total", "card.central", "sam.total", "account.factor",
        "paths.total", "paths.sector", "bands.one_factor", "closures.measure.output",
        "usage.SECTOR", "errors.in_english",
        "report.page.title", "report.effects.total", "report.peso.total",
        "report.residents.central", "report.years.wiod", "report.checks.no",
        "report.book.live.sector", "report.book.live.identity", "report.book.live.inverse",
    }  # fmt: skip


def asked() -> Iterator[tuple[str, bool]]:
    """Every key that the code asks for, and whether it is whole (or only its beginning)."""
    for room in ("card", "cli", "naming.py", "readers/told.py", "report", "reproduction"):
        folder = ROOT / "iomodel" / room
        for file in sorted(folder.glob("*.py")) if folder.is_dir() else [folder]:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or not node.args:
                    continue
                f = node.func
                name = f.value if isinstance(f, ast.Attribute) and f.attr == "get" else f
                section = isinstance(f, ast.Attribute) and f.attr == "section"
                name = f.value if section and isinstance(f, ast.Attribute) else name
                if not (isinstance(name, ast.Name) and name.id in ("say", "ENGLISH")):
                    continue
                yield from _keys(node.args[0], section)


def _keys(first: ast.expr, section: bool) -> Iterator[tuple[str, bool]]:
    for node in ast.walk(first) if not section else ():
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value:
            inside = isinstance(first, ast.JoinedStr)
            yield node.value, not inside
    if section and isinstance(first, ast.Constant):
        yield f"{first.value}.", False


def test_every_key_that_is_asked_for_exists_and_none_is_idle() -> None:
    found = set(asked())
    whole = {key for key, is_whole in found if is_whole}
    starts = tuple(key for key, is_whole in found if not is_whole)
    assert whole <= set(ENGLISH.texts)
    assert all(any(key.startswith(start) for key in ENGLISH.texts) for start in starts)
    # asked for by the key of an error, as a section (the report's are looked at with the report),
    # and by a value of their own
    starts += ("errors.", "report.", "usage.argparse.", "usage.usage")
    idle = [key for key in ENGLISH.texts if key not in whole and not key.startswith(starts)]
    assert idle == []


def test_words_of_the_figures_are_those_of_the_library() -> None:
    assert ENGLISH("card.note") == NOTE
    assert ENGLISH.section("not_recorded") == {
        rung: f"Not recorded: {rung.replace('_', ' ')}, {where}."
        for rung, where in NOT_RECORDED.items()
    }
    assert set(ENGLISH.section("index")) <= set(im.linkages.indices())


def test_a_language_that_is_not_there_is_named() -> None:
    with pytest.raises(LabelError, match=r"'fr' is not a language of the pages\.\s+Say en or es"):
        spoken("fr")
    with pytest.raises(LabelError, match="'fr' is not a language"):
        im.summary(im.load("miller-blair-2x2"), "1", lang="fr")


# -- pages -----------------------------------------------------------------------------------------


@cache
def table() -> im.IOTable:
    return im.load("mexico-2018")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 0
    return capsys.readouterr().out


def test_a_card_in_spanish_has_the_figures_of_the_english_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    english = run(capsys, "sector", "3361")
    spanish = run(capsys, "--lang", "es", "sector", "3361")
    assert run(capsys, "sector", "3361", "--lang", "es") == spanish
    assert max(map(len, spanish.splitlines())) <= WIDTH
    own = " ".join(spanish.split())
    assert not [word for word in LEFTOVERS if word in own]
    for text in ("1,820,978", "41.6", "1.0551", "908,655"):
        assert text in english
        assert text in own
    for words in ("Dónde termina un peso", "millones de pesos", "importaciones", "impulsor"):
        assert words in own


def test_the_language_of_the_environment(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IOMODEL_LANG", "es")
    assert "Multiplicadores" in run(capsys, "sector", "1", "--table", "miller-blair-2x2")
    asked = ("sector", "1", "--table", "miller-blair-2x2", "--lang", "en")
    assert "Multipliers" in run(capsys, *asked)
    monkeypatch.setenv("IOMODEL_LANG", "fr")
    assert main(asked[:-2]) == 1
    assert "'fr' is not a language of the pages" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("sam", "mexico-2013"), "Qué contiene, millones de pesos"),
        (("tables",), "constantes de 2013"),
        (("paths", "mexico-2013", "3361", "households"), "contando todas las rondas de gasto"),
        (("paths", "mexico-2018", "3361", "3363"), "a los proveedores de los proveedores"),
        (("paths", "miller-blair-2x2", "1", "1", "--format", "markdown"), "una trayectoria"),
    ],
)
def test_pages_in_spanish(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    text = run(capsys, *arguments, "--lang", "es")
    assert words.lower() in " ".join(text.split()).lower()
    assert "markdown" in arguments or max(map(len, text.splitlines())) <= WIDTH
    numbers = re.compile(r"(?<![\w.,-])\d[\d,]*\.\d+")
    assert numbers.findall(text) == numbers.findall(run(capsys, *arguments))


def test_the_headline_in_spanish() -> None:
    judged = pd.DataFrame(
        [("reproduced", "yes"), ("same pattern", "no"), ("differs: why", "yes"), ("new", "")],
        columns=["verdict", "blind"],
    )
    answers = [im.reproduction.answer("3361")]
    text = written([headline(answers, judged, SPANISH)], "text", main="headline")
    own = " ".join(text.split())
    assert max(map(len, text.splitlines())) <= WIDTH
    for words in ("¿Cuánto de cada peso", "pagan importaciones: 30 de la propia industria",
                  "42 a 56", "reproducidas: 1", "(fijados a ciegas: 0,"):  # fmt: skip
        assert words in own
    assert not [word for word in LEFTOVERS if word in own]
    english = written([headline(answers, judged)], "text", main="headline")
    assert "How much of a peso" in english
    assert "42 to 56" in english


def test_frames_for_machines_do_not_change_with_the_language(
    capsys: pytest.CaptureFixture[str],
) -> None:
    english = run(capsys, "sector", "3361", "--format", "csv")
    assert run(capsys, "--lang", "es", "sector", "3361", "--format", "csv") == english


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_summary_is_a_page_of_the_main_results(lang: str) -> None:
    text = im.summary(table(), "3361", lang=lang)
    lines = text.splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert len(lines) < 60
    assert lines[0] == lines[-1] == "=" * WIDTH
    own = im.multipliers.value_added(table()).loc["3361"]
    content = im.multipliers.imports(table())["total"]["3361"]
    index = im.linkages.measure(table(), "rasmussen_backward")
    for figure in (
        f"{own['total']:.4f}",
        f"{100 * content:.1f}",
        f"{100 * im.reproduction.answer('3361').three['central']['residents: owned_net']:.1f}",
        f"{index['3361']:.4f}",
        f"{int(index.rank(ascending=False)['3361'])} ",
    ):
        assert figure in text
    assert "INEGI" in text
    assert "{" not in text


def test_a_summary_without_payments_abroad_says_so() -> None:
    text = im.summary(im.load("miller-blair-2x2"), "1")
    assert "Income paid abroad is not taken out" in text
    assert "100.0" in text
    states = im.load("mexico-2018-puebla")
    said = im.summary(states, states.accounts.keys[3], lang="es")
    assert "El ingreso pagado al exterior" in said
    assert max(map(len, said.splitlines())) <= WIDTH


def test_a_summary_of_an_unknown_sector_names_the_nearest() -> None:
    with pytest.raises(LabelError, match="Nearest: '336"):
        im.summary(table(), "3360")


def test_both_files_ship_with_the_package() -> None:
    folder = Path(im.__file__).parent / "lang"
    assert {file.stem for file in folder.glob("*.toml")} == set(LANGUAGES)
    for code in LANGUAGES:
        rooms = {file.stem for file in (folder / code).glob("*.toml")} - set(SENTENCES)
        assert rooms == set(ROOMS)
