"""The report of a sector: its numbers, its page, its workbook, and what it refuses."""

from __future__ import annotations

import builtins
import itertools
import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

import iomodel as im
from iomodel import catalog
from iomodel.cli import main
from iomodel.errors import IOModelError, LabelError, MissingExtraError, WriteError
from iomodel.lang import spoken
from iomodel.meta import VALUE_ADDED
from iomodel.report import money
from iomodel.report.asked import Asked
from iomodel.report.chains import carried
from iomodel.report.interactive import as_json, quadrants
from iomodel.report.parts import shortened
from iomodel.report.pictures import NARROW, svg
from iomodel.report.structure import LARGEST, NAMED
from iomodel.reproduction import circular

ROWS = ("identity", "peso", "residents", "ribbons", "multipliers", "linkages", "trade", "chains")
ALL = (*ROWS, "extraction", "years", "settings", "checks", "sources")
EN, ES = (spoken(code).section("report") for code in ("en", "es"))
VOID = {"meta", "link", "br"}
KINDS = ("key", "backward", "forward", "independent", "x", "y")
SVG = {"path", "use", "g", "rect"}


@pytest.fixture(scope="module")
def report() -> im.report.Report:
    return im.report.sector(im.load("mexico-2018"), "3361", command="iomodel report 3361 -o a.html")


@pytest.fixture(scope="module")
def page(report: im.report.Report) -> str:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed (extra 'plot')")
    return report.html()


def section(report: im.report.Report, key: str) -> Any:
    return next(part for part in report.sections if part.key == key)


def grid(report: im.report.Report, key: str) -> pd.DataFrame:
    found = [g for part in report.sections for g in part.grids if g.key == key]
    assert len(found) == 1
    return found[0].frame


class Reader(HTMLParser):
    """Checks that tags close in order and collects ids, references and texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.references: list[str] = []
        self.loads: list[str] = []
        self.texts: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            self.note(tag, name, value or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            self.note(tag, name, value or "")

    def note(self, tag: str, name: str, value: str) -> None:
        if name == "id":
            self.ids.append(value)
        elif name in ("href", "xlink:href") and value.startswith("#"):
            self.references.append(value[1:])
        elif name in ("href", "xlink:href", "src"):
            self.loads.append(value)
        self.references += re.findall(r"url\(#([^)]*)\)", value)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


# -- numbers -------------------------------------------------------------------------------------


def test_the_numbers_are_those_of_the_functions(report: im.report.Report) -> None:
    mx = im.load("mexico-2018")
    answer = im.reproduction.answer("3361")
    ladder = grid(report, "ladder")
    np.testing.assert_allclose(ladder["amount"].iloc[:-1], 100 * answer.ladder["amount"])
    assert ladder["amount"].iloc[-1] == pytest.approx(100)
    np.testing.assert_array_equal(grid(report, "answers"), 100 * answer.three)
    assert len(grid(report, "bands")) == 9
    output = grid(report, "multipliers").loc["output"]
    assert output["total"] == im.multipliers.output(mx)["3361"]
    linked = grid(report, "linkages")
    assert linked["value"]["cella_total"] == im.linkages.compare(mx).loc["3361", "cella_total"]
    lost = grid(report, "extraction")["output"]
    np.testing.assert_array_equal(lost, im.extraction.totals(mx).loc["3361"])
    bought = grid(report, "suppliers")
    assert bought["purchases"].iloc[0] == mx.Z["3361"].max()
    assert bought["direct"].iloc[0] == pytest.approx(100 * mx.A["3361"].max())
    L = np.linalg.inv(np.eye(84) - mx.A.to_numpy())
    at = list(mx.x.index).index("3361")
    assert bought["total"]["3363"] == pytest.approx(100 * L[list(mx.x.index).index("3363"), at])
    assert grid(report, "clients")["sales"].iloc[0] == pytest.approx(mx.Y.loc["3361", "P.6"])
    six = circular.settings_2013(["3361"])
    np.testing.assert_allclose(grid(report, "settings"), 100 * six, rtol=1e-14)
    assert report.left_out == ()
    assert tuple(part.key for part in report.sections) == ALL


def test_the_page_prints_those_numbers(page: str, report: im.report.Report) -> None:
    rows = re.findall(r'<tr[^>]*><th scope="row">(.*?)</th>(.*?)</tr>', page)
    cells = {name: re.findall(r"<td[^>]*>(.*?)</td>", rest) for name, rest in rows}
    assert cells["imports"][:3] != []
    assert cells["compensation"]
    assert cells["share of all output"] == ["4.3", "%"]
    assert cells["residents: recorded"] == ["47.9", "51.2", "55.6"]
    assert cells["vanishes"][0] == f"{grid(report, 'extraction')['output'].iloc[0]:,.0f}"
    cards = re.findall(r"<b>([\d.]+)</b>", page)
    assert cards == ["41.6", "58.4", "51.2"]


def test_the_figures_print_the_numbers_of_the_ladder(page: str) -> None:
    drawn = page[page.index('id="figure-waterfall"') : page.index('id="table-ladder"')]
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", drawn)
    for value in im.reproduction.answer("3361").ladder["amount"]:
        assert texts.count(f"{100 * value:.1f}") >= 2  # wide and narrow


# -- the page ------------------------------------------------------------------------------------


def test_the_page_is_one_file_that_loads_and_runs_nothing(page: str) -> None:
    read = Reader(page)
    assert "<script" not in page
    assert not re.search(r'\son\w+="', page)
    assert [place for place in read.loads if not place.startswith("data:")] == []
    assert "@import" not in page
    assert len(page.encode()) < 400_000
    assert page.count("<svg") == 2 * page.count("<figure")
    assert '<html lang="en">' in page


def test_every_reference_of_the_page_has_one_target(page: str) -> None:
    read = Reader(page)
    assert len(read.ids) == len(set(read.ids))
    assert set(read.references) <= set(read.ids)
    assert len([i for i in read.ids if i.startswith("figure-")]) == 7


def test_the_page_says_what_it_rests_on(page: str, report: im.report.Report) -> None:
    text = " ".join(" ".join(Reader(page).texts).split())
    meta = im.load("mexico-2018").meta
    for said in (
        meta.source,
        meta.sha256,
        report.asked.digest(),
        "None of the keys is a census",
        "What the table cannot say",
        *im.reproduction.answer("3361").cannot_say,
        *im.reproduction.answer("3361").assumptions,
        "million MXN",
        "iomodel report 3361 -o a.html",
        "Nothing was left out",
    ):
        assert " ".join(said.split()) in text


def test_the_same_figure_gives_the_same_text(report: im.report.Report) -> None:
    pytest.importorskip("matplotlib")
    figure = section(report, "ribbons").figures[0]
    assert svg(figure, NARROW) == svg(figure, NARROW)


def test_the_digest_follows_the_figures() -> None:
    first = im.report.sector(im.load("miller-blair-2x2"), "1").asked.digest()
    table = im.load("miller-blair-2x2")
    other = im.IOTable.from_frames(table.Z + 1.0, table.Y - 2.0, table.V - 2.0)
    assert first == im.report.sector(table, "2").asked.digest()
    assert first != im.report.sector(other, "1").asked.digest()


def test_names_cannot_break_the_page() -> None:
    pytest.importorskip("matplotlib")
    base = im.load("miller-blair-2x2")
    table = im.IOTable.from_frames(
        base.Z,
        base.Y,
        base.V,
        names={"1": '<b onclick="x()">Steel & "co"</b>', "2": "plain"},
        unit="<i>pesos</i>",
    )
    text = im.report.sector(table, "1").html()
    assert "<b onclick" not in text
    assert "<i>" not in text
    assert "Steel &amp; &quot;co&quot;" in text
    Reader(text)


OF_EVERY_KIND = (
    "miller-blair-2x2",
    "mexico-2012-21",
    "mexico-2018-puebla",
    "mexico-projected-2013",
    "mexico-projected-2018",
)


@pytest.mark.parametrize("slug", OF_EVERY_KIND)
def test_every_bundled_table_gives_a_report_or_says_why(slug: str) -> None:
    table = im.load(slug)
    report = im.report.sector(table, table.accounts.keys[-1])
    keys = {part.key for part in report.sections}
    assert {"identity", "peso", "linkages", "checks", "sources"} <= keys
    titles = {part.title for part in report.sections}
    said = " ".join(report.left_out)
    for title in (EN[k] for k in EN if k.endswith(".title") and k.count(".") == 1):
        assert title in titles or title in said or title == EN["page.title"]


# -- years, chains and settings ------------------------------------------------------------------


def test_the_years_are_those_of_both_witnesses(report: im.report.Report) -> None:
    ours, theirs = im.series.projected(), im.series.wiod()
    contents = grid(report, "years")
    for measure in ("import_content", "value_added_content"):
        for data, code, year in ((ours, "3361", 2008), (theirs, "C29", 2003)):
            own = [c for c in contents if c[0] == measure and ("WIOD" in c[1]) == (code == "C29")]
            value = 100 * data[measure].sel(year=year, sector=code).item()
            assert contents.loc[year, own].item() == pytest.approx(value)
    income = grid(report, "years_income")
    assert list(income.index) == list(range(2003, 2019))
    kept = income.xs("gni_recorded", level=0, axis=1).squeeze()
    np.testing.assert_allclose(kept, 100 * ours["gni_recorded"].sel(sector="3361"))
    frame = im.series.industry("3361")
    compared = im.series.agreement(frame, measures=["import_content"], pairs={"3361": "C29"})
    gap = grid(report, "agreement").loc["import_content", "mean_gap"]
    assert gap == pytest.approx(100 * compared["mean_gap"].iloc[0])
    said = " ".join(section(report, "years").notes)
    assert "2 of the 2 classes" in said
    assert "41.6 cents, the projected one 50.6" in said


def test_a_sector_without_a_twin_has_one_witness_and_says_so() -> None:
    found = im.report.sector(im.load("mexico-2018"), "531", lang="es")
    assert "No hay segundo testigo" in " ".join(section(found, "years").notes)
    assert {who for _, who in grid(found, "years")} == {"INEGI, projected from 2013"}
    assert "agreement" not in {g.key for g in section(found, "years").grids}
    parts = im.report.sector(im.load("mexico-2018"), "3363")
    assert "A weak witness" in " ".join(section(parts, "years").notes)


def test_chains_are_products_of_coefficients_by_hand(report: im.report.Report) -> None:
    mx = im.load("mexico-2018")
    v, m = (mx.per_unit(mx.primary(*kinds)) for kinds in (VALUE_ADDED, ("imports",)))
    A, codes = mx.A.to_numpy(), list(mx.x.index)
    L = np.linalg.inv(np.eye(84) - A)
    for name, row in (("value_added", v), ("imports", m)):
        found = grid(report, f"chains_{name}")
        assert len(found) == 10
        for path, line in found.iterrows():
            at = [codes.index(code) for code in str(path).split(" > ")]
            amount = np.prod([A[b, a] for a, b in itertools.pairwise(at)])
            assert line["value"] == pytest.approx(100 * amount * row[at[-1]])
            assert line["subtree"] == pytest.approx(100 * amount * (row @ L)[at[-1]])
            assert line["share"] == pytest.approx(line["value"] / (row @ L)[codes.index("3361")])


def test_arrows_hold_what_comes_through_them() -> None:
    table = im.load("miller-blair-2x2")
    tree = im.paths.above(table, 0.05, demand={"1": 1.0})
    by_hand: dict[tuple[str, str], float] = {}
    for node in range(len(tree)):
        if tree.parent[node] >= 0:
            pair = (str(tree.sector[node] + 1), str(tree.sector[tree.parent[node]] + 1))
            by_hand[pair] = by_hand.get(pair, 0.0) + tree.subtree[node]
    arrows = carried(tree)
    for (supplier, buyer), amount in by_hand.items():
        assert arrows.loc[supplier, buyer] == pytest.approx(amount * (supplier != buyer))


def test_every_setting_with_income_abroad_has_its_band(report: im.report.Report) -> None:
    spread = circular.spread_2013(["3361"]).droplevel("sector")
    rows = section(report, "settings").grids[1]
    bands = pd.DataFrame(rows.frame.to_numpy(), list(rows.rows), ["low", "central", "high"])
    gni = 100 * spread["gni"].xs(("SAM", "with, base year kept"), level=("model", "income abroad"))
    low, central, high = bands.loc["GNI: SAM, with, base year kept"]
    assert (low, high) == (pytest.approx(gni.min()), pytest.approx(gni.max()))
    assert central == pytest.approx(gni["paper", "central"])
    assert len([row for row in bands.index if row.startswith("GNI")]) == 8
    assert (bands["low"] <= bands["central"]).all()
    assert (bands["central"] <= bands["high"]).all()
    shown = [rows.rows[i] for i in rows.on_page or ()]
    assert shown
    assert all(row.startswith(("GNI", "output")) for row in shown)


# -- pictures that answer to the mouse -----------------------------------------------------------


def specs(text: str) -> list[dict[str, Any]]:
    found = re.findall(r'<script type="application/json">(.*?)</script>', text)
    return [json.loads(one) for one in found]


def test_the_interactive_page_holds_its_program_once_and_the_same_numbers(
    report: im.report.Report, page: str
) -> None:
    pytest.importorskip("plotly", reason="plotly is not installed (extra 'interactive')")
    text = report.html(interactive=True)
    assert text.count("plotly.js v") == 1
    assert page.count("<svg") == text[: text.index("plotly.js v")].count("<svg")
    assert 'src="http' not in text
    ribbons, scatter = specs(text)
    links = ribbons["data"][0]["link"]
    ends = pd.Series(links["value"]).groupby(links["target"]).sum()
    labels = ribbons["data"][0]["node"]["label"]
    by_label = {labels[i].partition("  ")[2]: value for i, value in ends.items()}
    assert [labels[i].partition("  ")[0] for i in ends.index] == [f"{v:.1f}" for v in ends]
    assert labels[0] == "100.0  one peso"
    assert by_label["imports"] == pytest.approx(
        100 * im.reproduction.answer("3361").ladder["amount"]["imports"]
    )
    classes = im.linkages.key_sectors(im.load("mexico-2018"))
    marks = {
        text.split()[0]: (x, y)
        for trace in scatter["data"]
        if "markers" in trace["mode"]
        for text, x, y in zip(trace["text"], trace["x"], trace["y"], strict=True)
    }
    for code, row in classes.iterrows():
        assert marks[str(code)] == pytest.approx(tuple(row.iloc[:2].astype(float)))
    wide = page[page.index("figure-quadrants") :].partition('<div class="narrow"')[0]
    named = [trace["text"][0] for trace in scatter["data"] if trace["mode"] == "text"]
    short = {code: shortened(name) for code, name in report.asked.names.items()}
    assert len(named) == NAMED + LARGEST
    left = set(report.asked.table.accounts.codes) - {*named, "3361"}
    assert not [code for code in left if f">{short[code]}<" in wide]  # the static picture's too
    assert "min-width:601px){\n.alive .wide" in text
    spanish = im.report.sector(im.load("mexico-2018"), "3361", lang="es").html(interactive=True)
    assert "importaciones" in str(specs(spanish)[0]["data"][0]["node"]["label"])


def test_levels_of_a_key_are_not_headed_as_lowest_and_highest(report: im.report.Report) -> None:
    answers, bands = section(report, "residents").grids
    assert list(answers.heads) == ["low", "central", "high"]
    assert list(bands.heads) == ["key low", "key central", "key high"]
    owned = bands.frame.drop("recorded", level=0)
    assert (owned["low"] > owned["high"]).all()  # more is foreign-owned at the high level


def test_names_cannot_break_an_interactive_page() -> None:
    assert "</script" not in as_json({"text": "</script><b>"})
    base = im.load("miller-blair-2x2")
    names = {"1": "</script><img src=x onerror=x()>"}
    table = im.IOTable.from_frames(base.Z, base.Y, base.V, names=names)
    spec = quadrants(
        im.linkages.key_sectors(table), names, ("1", [], 6), dict.fromkeys(KINDS, "word")
    )
    assert "<img" not in json.dumps(spec)


def test_without_plotly_the_command_to_install_it_is_named(
    report: im.report.Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "plotly.offline", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'iomodel\[interactive\]'"):
        report.to_html(tmp_path / "a.html", interactive=True)
    assert not (tmp_path / "a.html").exists()


def test_the_command_says_how_large_and_why(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pytest.importorskip("plotly", reason="plotly is not installed (extra 'interactive')")
    table = ("1", "--table", "miller-blair-2x2", "--interactive")
    code, out, _ = run(capsys, *table, "-o", str(tmp_path / "a.html"))
    assert code == 0
    assert "kB (most of it is plotly.js" in out
    assert "--interactive" in (tmp_path / "a.html").read_text(encoding="utf-8")
    code, _, err = run(capsys, *table, "-o", str(tmp_path / "a.xlsx"))
    assert code == 1
    assert "leave out --interactive" in " ".join(err.split())


# -- the workbook --------------------------------------------------------------------------------


def test_a_sheet_for_every_grid_with_numbers_units_and_notes(
    report: im.report.Report, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(report.to_excel(tmp_path / "auto.xlsx"))
    grids = [g for part in report.sections for g in part.grids]
    assert len(book.sheetnames) == len(grids) + 2
    for g, name in zip(grids, book.sheetnames[1:-1], strict=True):
        sheet = book[name]
        assert sheet["A1"].value == g.title
        assert [c.value for c in sheet[3]][1:] == list(g.heads)
        for i, j in np.ndindex(*g.frame.shape):
            cell, value = sheet.cell(4 + i, 2 + j), g.frame.iat[i, j]
            if g.decimals(i, j) is None:
                assert (cell.value or "") == str(value)
            elif value == value:
                assert cell.value == value
                assert cell.number_format.startswith("#,##0")
    notes = [row[0].value for row in book["Notes"].iter_rows() if row[0].value]
    assert any(im.load("mexico-2018").meta.sha256 in text for text in notes)
    assert any("up to 80" in text for text in notes)
    assert set(im.reproduction.answer("3361").cannot_say) <= set(notes)


def test_the_live_model_gives_our_values(tmp_path: Path) -> None:
    """The formulas followed by hand: I - A from its cells, then the inverse and the product."""
    table = im.load("mexico-2012-21")
    path = im.report.sector(table, "31-33").to_excel(tmp_path / "small.xlsx")
    sheet = openpyxl.load_workbook(path)["Live model"]
    n = len(table.accounts)
    formulas = {
        cell.coordinate: cell.value.text
        for row in sheet.iter_rows()
        for cell in row
        if hasattr(cell.value, "text")
    }
    (inverse, into), (product, outputs) = (
        next((text, sheet[at].value.ref) for at, text in formulas.items() if name in text)
        for name in ("MINVERSE", "MMULT")
    )
    block = sheet[re.sub(r"[$=]|MINVERSE|[()]", "", inverse)]
    identity = np.array([[evaluate(sheet, cell.value) for cell in row] for row in block])
    np.testing.assert_allclose(identity, np.eye(n) - table.A.to_numpy(), atol=1e-15)
    L_at, f_at = re.sub(r"[$=]|MMULT|[()]", "", product).split(",")
    assert L_at == into
    f = np.array([row[0].value for row in sheet[f_at]])
    x = np.linalg.inv(identity) @ f
    ours = np.array([row[0].value for row in sheet[outputs.replace("E", "D")]])
    np.testing.assert_allclose(x, ours, rtol=1e-9)
    np.testing.assert_array_equal(ours, table.x)
    assert sheet["F5"].value == "=E5-D5"
    first_of_L = re.sub(r"\D", "", L_at.split(":")[0])
    assert sheet["H5"].value == f"=SUM(C{first_of_L}:C{int(first_of_L) + n - 1})"


def evaluate(sheet: Any, formula: str) -> float:
    """'=1-IF($D$5=0,0,C29/$D$5)' with the values of its cells."""
    found = re.fullmatch(r"=([01])-IF\((\S+?)=0,0,(\w+)/(\S+)\)", formula)
    assert found is not None
    output, flow = sheet[found[2].replace("$", "")].value, sheet[found[3]].value
    assert found[2] == found[4]
    return int(found[1]) - (flow / output if output else 0.0)


def test_a_label_in_a_workbook_is_no_formula(tmp_path: Path) -> None:
    base = im.load("miller-blair-2x2")
    table = im.IOTable.from_frames(base.Z, base.Y, base.V, names={"1": "=1+1"})
    path = im.report.sector(table, "1").to_excel(tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(path)["Live model"]
    assert sheet["B5"].value == "=1+1"
    assert sheet["B5"].data_type == "s"


# -- words ---------------------------------------------------------------------------------------


def test_every_sentence_is_used() -> None:
    folder = Path(im.report.__file__).parent
    code = "".join(f.read_text("utf-8") for f in folder.glob("*.py"))
    plain = [key for key in EN if f'"{key}"' not in code]
    parts = [re.sub(r"\{[^}]*\}", "*", key) for key in re.findall(r'w\[f"([^"]+)"\]', code)]
    parts += [re.sub(r"\{[^}]*\}", "*", key) for key in re.findall(r"w\[f'([^']+)'\]", code)]
    patterns = [re.compile(re.escape(p).replace(r"\*", ".+") + "$") for p in [*parts, "rung.*"]]
    unused = [key for key in plain if not any(p.match(key) for p in patterns)]
    assert [key for key in unused if not key.endswith(".title")] == []


def test_the_spanish_report_has_the_same_numbers(report: im.report.Report) -> None:
    spanish = im.report.sector(im.load("mexico-2018"), "3361", lang="es")
    for one, other in zip(report.sections, spanish.sections, strict=True):
        assert one.key == other.key
        assert one.title != other.title
        for ours, theirs in zip(one.grids, other.grids, strict=True):
            assert ours.title != theirs.title
            for i, j in np.ndindex(*ours.frame.shape):
                if ours.decimals(i, j) is not None:
                    assert ours.shown()[i][j] == theirs.shown()[i][j]
    assert section(spanish, "identity").grids[0].shown()[0] == ["1,820,978", "millones de pesos"]
    for grid in (grid for part in spanish.sections for grid in part.grids):
        assert not {"nan", "None"} & {cell for row in grid.shown() for cell in row}, grid.title


# -- refusals ------------------------------------------------------------------------------------


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["report", *arguments])
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    return code, said.out, said.err


def test_an_unknown_sector_is_refused_with_the_nearest(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.raises(LabelError, match="Nearest: '3361'"):
        im.report.sector(im.load("mexico-2018"), "cars")
    code, out, err = run(capsys, "cars", "-o", str(tmp_path / "a.html"))
    assert (code, out) == (1, "")
    assert "Nearest: '3361'" in err
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(LabelError, match=r"'fr'.*\s+Say en or es"):
        im.report.sector(im.load("mexico-2018"), "3361", lang="fr")


def test_an_existing_file_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("mine")
    report = im.report.sector(im.load("miller-blair-2x2"), "1")
    with pytest.raises(WriteError, match="exists"):
        report.to_excel(path)
    arguments = ("1", "--table", "miller-blair-2x2", "-o", str(path))
    code, _, err = run(capsys, *arguments)
    assert code == 1
    assert "add --force" in err
    assert path.read_text() == "mine"
    code, out, _ = run(capsys, *arguments, "--force")
    assert code == 0
    assert out.startswith(f"{path}: ")
    assert "Left out: Six settings" in out
    assert path.read_bytes()[:2] == b"PK"
    assert [file.name for file in tmp_path.iterdir()] == ["a.xlsx"]


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.html.txt"])
def test_another_kind_of_file_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    code, _, err = run(capsys, "3361", "-o", str(tmp_path / name))
    assert code == 1
    assert "neither .html nor .xlsx" in " ".join(err.split())
    report = im.report.sector(im.load("miller-blair-2x2"), "1")
    with pytest.raises(WriteError, match="is not called"):
        report.to_excel(tmp_path / name)


def test_where_nothing_can_be_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "a.xlsx"
    code, _, err = run(capsys, "1", "--table", "miller-blair-2x2", "-o", str(path))
    assert code == 1
    assert "cannot be written" in " ".join(err.split())


def test_a_failure_half_way_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("mine")

    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("iomodel.report.book.save", broken)
    with pytest.raises(WriteError, match="disk full"):
        im.report.sector(im.load("miller-blair-2x2"), "1").to_excel(path, overwrite=True)
    assert [file.name for file in tmp_path.iterdir()] == ["a.xlsx"]
    assert path.read_text() == "mine"


def test_without_matplotlib_there_is_a_workbook_but_no_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def absent(name: str, *rest: Any, **more: Any) -> Any:
        if name.partition(".")[0] == "matplotlib":
            raise ModuleNotFoundError("No module named 'matplotlib'")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", absent)
    report = im.report.sector(im.load("miller-blair-2x2"), "1")
    assert report.to_excel(tmp_path / "a.xlsx").is_file()
    with pytest.raises(MissingExtraError, match=r"pip install 'iomodel\[plot\]'"):
        report.to_html(tmp_path / "a.html")
    assert not (tmp_path / "a.html").exists()


def test_a_table_with_imports_inside_says_so_section_by_section() -> None:
    base = im.load("mexico-2018")
    table = im.IOTable(
        base.accounts,
        base.categories,
        base.inputs,
        base.arrays,
        base.meta.but(origin="total"),
        base.satellite_accounts,
    )
    report = im.report.sector(table, "3361")
    assert any("needs domestic flows" in text for text in report.left_out)
    assert {"checks", "sources"} <= {part.key for part in report.sections}


def test_errors_are_ours() -> None:
    assert issubclass(MissingExtraError, IOModelError)
    assert catalog.tables().index.is_unique


def test_building_a_section_twice_says_once_what_is_left_out() -> None:
    asked = Asked.of(im.load("miller-blair-2x2"), "1", "en")
    once, twice = (tuple(money.effects(asked).left_out) for _ in range(2))
    assert once == twice
    assert len(once) == 1
