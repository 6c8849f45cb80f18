"""Every command in Spanish: no English sentence left, the same figures, refusals with a remedy."""

from __future__ import annotations

import csv
import gc
import re
import tomllib
import weakref
from html import unescape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import iomodel as im
from iomodel import catalog, naming
from iomodel.card.parts import written
from iomodel.cli import main
from iomodel.cli import reproduce as page
from iomodel.closures import register
from iomodel.errors import IOModelError
from iomodel.lang import ENGLISH, spoken
from iomodel.readers.files import open_source
from iomodel.reproduction.published import published
from iomodel.storage import write_folder
from iomodel.text import WIDTH
from official import ROOT

SPANISH = spoken("es")
TABLES = Path(catalog.data_folder("tables"))
DATA = sorted((ROOT / "iomodel" / "lang" / "es").glob("sentences.toml"))
# words of English prose that are no word of Spanish, nor of a title or a code in these pages
TELLTALE = re.compile(
    r"\b(the|of|and|which|with|are|is|was|not|from|their|them|this|than|what|where|share|spread|"
    r"income|wages|owned|below|each|only|between|cannot|must|should|without)\b"
)
# names of files and works, and words that the figures of machines carry
NAMED = re.compile(
    r"'[\w-]+'|Input-Output Analysis: Foundations and Extensions|World Input-Output Database|"
    r"Review of International Economics|[\w/]+\.(?:csv|toml|xlsx|md|tsv)|--[\w-]+|"
    r"iomodel[.\w]*|\b\w+-[\w-]+|Timmer, M\. P\..*?\)|No such file or directory"
)
COMMANDS = (
    "sector 3361",
    "sector 111 --table mexico-projected-2018",
    "bands 3361 --draws 20",
    "sam mexico-2013",
    "sam mexico-2012-21",
    "paths mexico-2013 3361 households",
    "paths mexico-2018 3361 3363",
    "tables",
    "reproduce --closures",
    "check mexico-2018 sam-mexico-2013 mexico-bop",
    "--help",
    "sector --help",
    "bands --help",
    "paths --help",
    "reproduce --help",
    "report --help",
    "check --help",
    "methods --help",
    "tables --help",
    "completion --help",
)


def english_in(text: str) -> list[str]:
    return TELLTALE.findall(NAMED.sub(" ", " ".join(text.split())))


def said(capsys: pytest.CaptureFixture[str], command: str, lang: str = "es") -> tuple[int, str]:
    arguments = command.split()
    code = main(["--lang", lang, *arguments])
    found = capsys.readouterr()
    assert "Traceback" not in found.err
    return code, found.out + found.err


@pytest.mark.parametrize("command", COMMANDS)
def test_no_english_sentence_is_left(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if command.startswith("check"):
        monkeypatch.chdir(TABLES)
    code, text = said(capsys, command)
    assert code == 0
    assert english_in(text) == []
    assert "--help" in command or max(map(len, text.splitlines())) <= WIDTH
    numbers = re.compile(r"(?<![\w.,-])\d[\d,]*\.\d+")
    assert numbers.findall(text) == numbers.findall(said(capsys, command, "en")[1])


def test_the_whole_reproduction_in_spanish() -> None:
    text = written(page.page(SPANISH), "text", main="claims")
    assert english_in(text) == []
    assert max(map(len, text.splitlines())) <= WIDTH
    numbers = re.compile(r"(?<![\w.,-])\d[\d,]*\.\d+")
    assert numbers.findall(text) == numbers.findall(written(page.page(), "text", main="claims"))


def as_read(report: im.report.Report) -> str:
    """The words of a page."""
    pytest.importorskip("matplotlib", reason="matplotlib is not installed (extra 'plot')")
    return re.sub(r"(?s)<style.*?</style>|<[^>]*>", " ", report.html())


@pytest.mark.parametrize("origin", ["", "domestic", "total"])
def test_the_report_of_ones_own_table_is_spanish(origin: str) -> None:
    meta = im.Meta(title="la mía", origin=origin) if origin else None
    report = im.report.sector(own(meta), "a", lang="es")
    assert english_in(unescape(as_read(report))) == []
    assert not any("(en inglés)" in text for text in report.left_out)
    assert any("del país 'no indicado' (la hay de MEX)" in text for text in report.left_out)


def test_the_report_of_3361_is_spanish() -> None:
    report = im.report.sector(im.load("mexico-2018"), "3361", lang="es")
    assert english_in(unescape(as_read(report))) == []


def test_the_detector_sees_english(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(english_in(said(capsys, "sector 3361", "en")[1])) > 50


@pytest.mark.parametrize(("unit", "words"), [("million", "millones"), ("", "unidad del cuadro")])
def test_a_unit_without_a_currency(
    unit: str, words: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    bare = im.IOTable.from_frames(
        pd.DataFrame([[1.0]], ["a"], ["a"]), pd.Series({"a": 8.0}), pd.Series({"a": 8.0}),
        unit=unit,
    )  # fmt: skip
    _, text = said(capsys, f"sectors {bare.to_folder(tmp_path / 'bare')}")
    assert f"producción en {words}." in " ".join(text.split())


def test_jobs_are_per_one_of_the_unit(capsys: pytest.CaptureFixture[str]) -> None:
    _, text = said(capsys, "sector 3361 --part multipliers")
    assert "puestos de trabajo por millón de pesos." in " ".join(text.split())


# -- names -----------------------------------------------------------------------------------------


def test_sectors_have_the_names_of_inegi() -> None:
    table = naming.in_language(im.load("mexico-2018"), SPANISH)
    names = dict(zip(table.accounts.codes, table.accounts.names, strict=True))
    assert names["311"] == "Industria alimentaria"
    assert names["3363"] == "Fabricación de partes para vehículos automotores"
    assert names["431"] == "Comercio al por mayor"
    assert table.accounts.codes == im.load("mexico-2018").accounts.codes
    assert table.accounts.position("Industria alimentaria") == table.accounts.position("311")
    coarse = naming.in_language(im.load("mexico-2012-21"), SPANISH).accounts
    assert coarse.names[coarse.position("31-33")].startswith("Industrias manufactureras, excepto")


def test_a_name_is_changed_only_where_it_is_ours() -> None:
    frame = pd.DataFrame([[0.0, 1.0], [1.0, 0.0]], ["311", "zz"], ["311", "zz"])
    final = pd.Series({"311": 9.0, "zz": 9.0})
    bare = im.IOTable.from_frames(frame, final, final)
    assert naming.in_language(bare, SPANISH).accounts.names == ("311", "zz")
    mexican = im.IOTable.from_frames(frame, final, final, meta=im.Meta(country="MEX"))
    assert naming.in_language(mexican, SPANISH).accounts.names == ("Industria alimentaria", "zz")
    own = im.IOTable.from_frames(
        frame, final, final, names={"311": "Bakeries"}, meta=im.Meta(country="MEX")
    )
    assert naming.in_language(own, SPANISH).accounts.names == ("Bakeries", "zz")
    assert naming.in_language(own, ENGLISH) is own


def test_every_table_that_ships_has_its_names_and_says_where_it_has_not() -> None:
    for slug in ("mexico-2012-21", "mexico-projected-2003", "mexico-2018-puebla"):
        english, spanish = im.load(slug), naming.in_language(im.load(slug), SPANISH)
        same = set(english.accounts.names) & set(spanish.accounts.names)
        assert not same, slug
        assert not spanish.meta.assumptions or spanish.meta.assumptions != english.meta.assumptions
    sam = im.load_sam("mexico-2013")
    renamed = naming.in_language(sam, SPANISH)
    assert not set(sam.accounts.names) & set(renamed.accounts.names)
    assert np.array_equal(sam.array, renamed.array)
    wiod = naming.in_language(im.load("mexico-wiod-2014"), SPANISH)
    assert "quedan en inglés" in wiod.meta.assumptions[-1]


def test_names_are_read_when_a_spanish_page_asks_for_them() -> None:
    naming._names.cache_clear()
    naming.in_language(im.load("miller-blair-2x2"), ENGLISH)
    assert naming._names.cache_info().currsize == 0


def test_a_table_and_its_spanish_twin_live_as_long_as_the_table() -> None:
    table = own()
    twin = naming.in_language(table, SPANISH)
    assert naming.in_language(table, SPANISH) is twin
    held = [weakref.ref(table), weakref.ref(twin)]
    del table, twin
    gc.collect()
    assert [one() for one in held] == [None, None]


def test_names_are_whole() -> None:
    with (TABLES / "names-es" / "names.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    keys = [(row["code"], row["name"]) for row in rows]
    assert len(set(keys)) == len(keys) > 500
    assert {row["whose"] for row in rows} == {"INEGI", "iomodel", ""}
    assert all(bool(row["spanish"]) == bool(row["whose"]) for row in rows)


# -- sentences of data -----------------------------------------------------------------------------


def test_figures_of_a_sentence_come_back_in_their_order() -> None:
    for section in tomllib.loads(DATA[0].read_text(encoding="utf-8")).values():
        for english, spanish in section.items():
            assert english.count("#") == spanish.count("#"), english
            assert not re.search(r"\d", english), english
    assert SPANISH.said("year 2018 from the heading") == "año 2018 según el encabezado"
    assert SPANISH.said("nobody said this") == "nobody said this"
    assert ENGLISH.said("year 2018 from the heading") == "year 2018 from the heading"


def test_what_ships_is_said_in_spanish() -> None:
    """Titles, assumptions and histories of every folder, claims and closures: none is missing."""
    texts = []
    for file in TABLES.glob("*/table.toml"):
        if file.parent.name == "names-es":
            continue
        found = tomllib.loads(file.read_text(encoding="utf-8"))
        texts += [found[key] for key in ("title", "source", "licence") if found.get(key)]
        texts += [*found.get("assumptions", ()), *found.get("history", ())]
    for row in published():
        texts += [row.claim, row.unit, row.table_needed, row.pattern_in_words]
    texts += list(register()["words"])
    known = {t for of in tomllib.loads(DATA[0].read_text("utf-8")).values() for t in of}
    blank = re.compile(r"\d+(?:[.,]\d+)*")
    assert [text for text in texts if text and blank.sub("#", text) not in known] == []


def test_one_word_for_one_thing() -> None:
    """An input-output table is a cuadro, and the adverb is sólo, on every page of the report."""
    report = SPANISH.section("report")
    assert [key for key, text in report.items() if re.search(r"\b[Tt]ablas?\b", text)] == []
    adverb = re.compile(r"(?<!un )(?<!sí )\bsolo\b")
    assert [key for key, text in SPANISH.texts.items() if adverb.search(text)] == []


# -- refusals --------------------------------------------------------------------------------------


def unproductive() -> None:
    A = pd.DataFrame([[0.6, 0.6], [0.6, 0.6]], ["a", "b"], ["a", "b"])
    with pytest.warns(im.errors.IOModelWarning):
        table = im.IOTable.from_coefficients(A, pd.Series({"a": 2.0, "b": 1.0}))
    _ = table.L


def unbalanced() -> None:
    Z = pd.DataFrame([[1.0]], ["a"], ["a"])
    im.IOTable.from_frames(Z, pd.Series({"a": 9.0}), pd.Series({"a": 5.0}), unit="pesos")


def own(meta: im.Meta | None = None) -> im.IOTable:
    """A table of somebody's own; without a description it has neither country nor year."""
    Z = pd.DataFrame([[10.0, 20.0], [30.0, 5.0]], ["a", "b"], ["a", "b"])
    f = pd.Series({"a": 110.0, "b": 90.0})
    return im.IOTable.from_frames(Z, f, Z.sum(axis=1) + f - Z.sum(), meta=meta)


def refused(folder: Path) -> list[IOModelError]:
    (folder / "there.html").write_text("x", encoding="utf-8")
    mx, sam = im.load("mexico-2018"), im.load_sam("mexico-2013-21")
    with_gap = sam.transactions.copy()
    with_gap.iloc[0, 1] += 5
    calls = (
        lambda: mx.accounts.position("3360"),
        lambda: mx.accounts.position("zzzz"),
        lambda: mx.satellite_accounts.take([]).position("zzzz"),
        lambda: im.load("mexico-2081"),
        lambda: im.load_sam("mexico-2081"),
        lambda: im.load("nope"),
        lambda: im.load_sam("nope"),
        lambda: im.load("mexico-2013"),
        lambda: im.load_sam("mexico-2018"),
        lambda: im.load_bop("mexico", 1990),
        lambda: spoken("fr"),
        lambda: open_source(folder / "there.htm"),
        lambda: open_source(folder / "quite other"),
        lambda: open_source(folder / "no" / "where.csv"),
        lambda: open_source(folder),
        lambda: im.read_folder(folder),
        lambda: im.report.sector(mx, "111").to_html(folder / "there.html"),
        lambda: im.report.sector(mx, "111").to_html(folder / "there.pdf"),
        lambda: write_folder(folder, {}, {}),
        lambda: im.paths.largest(mx, "111", "112", top=0),
        lambda: im.SAM.from_frame(
            with_gap,
            kinds=dict(zip(sam.accounts.codes, sam.accounts.kinds, strict=True)),
            meta=sam.meta,
        ),
        lambda: im.load_bop("mexico", 2018).require_same(im.load("mexico-projected-2012")),
        unproductive,
        unbalanced,
        lambda: im.leakage.keys(own()),
        lambda: im.leakage.keys(mx)["paper"].on(own(im.Meta(title="mine", country="MEX"))),
        lambda: own().primary("surplus", "compensation"),
        lambda: im.multipliers.output(own(im.Meta(title="mine", origin="total"))),
    )
    found = []
    for call in calls:
        with pytest.raises(IOModelError) as caught:
            call()
        found.append(caught.value)
    return found


def test_a_refusal_has_its_words_in_both_languages(tmp_path: Path) -> None:
    """English is what the error says by itself; Spanish has the same names and figures."""
    for error in refused(tmp_path):
        assert error.key, error
        lines = str(error).splitlines()
        assert ENGLISH._filled(error, "fact") == lines[0]
        assert ENGLISH._filled(error, "remedy") == error.remedy
        finding = f"errors.{error.key}.finding"
        if finding in ENGLISH.texts:
            assert [ENGLISH(finding, **row) for row in error.rows] == list(error.findings)
        told = SPANISH.told(error)
        assert told.startswith("No se pudo: ")
        assert "Qué hacer: " in told
        assert re.findall(r"'[^' ]+'", told)[:1] == re.findall(r"'[^' ]+'", str(error))[:1]


def test_methods_ask_their_question_in_spanish(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = said(capsys, "methods")
    assert code == 0
    assert "Producción de todos los sectores" in " ".join(text.split())
    assert "en inglés" in text.splitlines()[-1]


def test_what_has_no_spanish_says_so() -> None:
    told = SPANISH.told(IOModelError("This is that.", remedy="Do it."))
    assert told == "No se pudo; el motivo sólo está en inglés:\nThis is that.\nDo it."
    assert SPANISH.fact(IOModelError("This is that.")) == "(en inglés) This is that."


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        ("sector 3360", 1, "las más parecidas son"),
        ("sector 3361 --table mexico-2081", 1, "no es un cuadro incluido"),
        ("sector 3361 --part nothing", 1, "no hay una parte"),
        ("report 3361 -o x.pdf", 1, "no termina ni en .html ni en .xlsx"),
        ("bands 3361 --draws 0", 1, "0 sorteos"),
        ("bands 3361 --draws x", 2, "no es un número entero: 'x'"),
        ("check nothing.xlsx", 1, "nothing.xlsx no existe"),
        ("sector", 2, "faltan estos argumentos: SECTOR"),
        ("sector 3361 --format pdf", 2, "valor no admitido: 'pdf'"),
        ("reproduce --foo", 2, "argumentos que no se conocen: --foo"),
        ("reproduce -o x", 2, "-o es para --years"),
    ],
)
def test_the_command_refuses_in_spanish(
    command: str, code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    got, text = said(capsys, command)
    assert got == code
    assert words in " ".join(text.split())
    assert english_in(text) == []


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"name,age\nAna,31\n", "ningún formato conocido"),
        (b"\x89PNG\r\n", "es una imagen (PNG)"),
        (b"%PDF-1.7", "es un documento PDF"),
        (b"", "está vacío (0 bytes)"),
        (b"<!DOCTYPE html><p>404", "es una página web o XML"),
        (b"PK\x03\x04 cut", "no es un .xlsx completo (no es un archivo zip)"),
        (b"a,\0b", "no es texto"),
        (b'a,"b\n', "no se puede separar en campos"),
        (None, "es una carpeta vacía"),
    ],
)
def test_a_wrong_file_is_refused_in_spanish(
    data: bytes | None, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    if data is None:
        (tmp_path / "x.csv").mkdir()
    else:
        (tmp_path / "x.csv").write_bytes(data)
    code, text = said(capsys, "check x.csv")
    text = " ".join(text.split())
    assert code == 1
    assert words in text
    assert "qué hacer: " in text
    assert english_in(text.replace("unexpected end of data", "")) == []


def test_an_unwritable_report_is_refused_in_spanish(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "a.html").write_text("", encoding="utf-8")
    _, text = said(capsys, f"report 3361 -o {tmp_path / 'a.html'}")
    assert "ya existe" in " ".join(text.split())
    assert "--force" in text
    _, text = said(capsys, f"report 3361 -o {tmp_path / 'a.html' / 'b.html'}")
    assert "no se puede escribir" in " ".join(text.split())
