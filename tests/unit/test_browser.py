"""The report in a real browser: no errors, all figures, no sideways scroll, and it prints."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import iomodel as im

pytest.importorskip("matplotlib", reason="matplotlib is not installed (extra 'plot')")

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
PROGRAM = next(filter(None, map(shutil.which, PROGRAMS)), None)
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run")
# Put into a copy of the page; the page itself has no scripts.
MEASURE = """<script>
window.addEventListener("load", () => {
  const box = (e) => e.getBoundingClientRect();
  const seen = (e) => box(e).width > 50 && box(e).height > 50;
  const root = document.documentElement, right = root.clientWidth;
  const figures = [...document.querySelectorAll("figure")];
  document.title = "measured:" + JSON.stringify({
    width: right, scroll: root.scrollWidth,
    figures: figures.length,
    drawn: figures.filter((f) => [...f.querySelectorAll("svg")].filter(seen).length === 1).length,
    empty: [...document.querySelectorAll("svg")].filter(
      (s) => seen(s) && s.querySelectorAll("path").length < 5).length,
    out: [...document.querySelectorAll("p,h1,h2,li,figure,figcaption,caption")].filter(
      (e) => box(e).right > right + 1).map((e) => e.textContent.slice(0, 60)),
    cut: [...document.querySelectorAll(".scroll")].filter(
      (e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.firstChild.id),
    small: Math.min(...[...document.querySelectorAll("svg text")].filter(
      (t) => box(t).width > 0).map(
      (t) => parseFloat(getComputedStyle(t).fontSize)
        * Math.hypot(t.getScreenCTM().a, t.getScreenCTM().b))),
    clipped: [...document.querySelectorAll("svg")].filter(seen).flatMap((s) => {
      const whole = box(s);
      return [...s.querySelectorAll("text")].filter((t) => box(t).width > 0
        && (box(t).left < whole.left - 1 || box(t).right > whole.right + 1)
      ).map((t) => t.textContent);
    }),
    ids: document.querySelectorAll("[id]").length - new Set(
      [...document.querySelectorAll("[id]")].map((e) => e.id)).size,
  });
});
</script>"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(PROGRAM is None, reason="no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page in English and in Spanish, whose words are longer."""
    folder, table = tmp_path_factory.mktemp("page"), im.load("mexico-2018")
    return {
        lang: im.report.sector(table, "3361", lang=lang).to_html(folder / f"{lang}.html")
        for lang in ("en", "es")
    }


def browse(page: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    profile = page.parent / "profile"
    return subprocess.run(
        [str(PROGRAM), *FLAGS, f"--user-data-dir={profile}", *arguments, page.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )


@pytest.mark.parametrize(("lang", "width"), [("en", 390), ("en", 1280), ("es", 390)])
def test_it_opens_whole_and_nothing_sticks_out(
    pages: dict[str, Path], lang: str, width: int
) -> None:
    page = pages[lang]
    text = page.read_text(encoding="utf-8")
    copy = page.with_name(f"measured-{lang}-{width}.html")
    frame = page.with_name(f"frame-{lang}-{width}.html")
    copy.write_text(text.replace("</body>", MEASURE + "</body>"), encoding="utf-8")
    # a window has a smallest width; a frame in it has not
    frame.write_text(
        f'<iframe id="f" src="{copy.name}" style="border:0;width:{width}px;height:900px"></iframe>'
        "<script>const f = document.getElementById('f'); f.onload = () => setTimeout(() => {"
        "document.body.textContent = f.contentDocument.title;}, 100)</script>",
        encoding="utf-8",
    )
    said = browse(
        frame,
        "--allow-file-access-from-files",
        "--enable-logging=stderr",
        "--window-size=1400,1000",
        "--virtual-time-budget=5000",
        "--dump-dom",
    )
    assert "CONSOLE" not in said.stderr
    found = re.search(r"measured:(\{.*\})", said.stdout)
    assert found is not None, said.stdout[:500]
    measured = json.loads(found[1].replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">"))
    assert measured["width"] == width
    assert measured["scroll"] <= width
    assert measured["drawn"] == measured["figures"] == 7
    assert measured["empty"] == measured["ids"] == 0
    assert measured["out"] == []
    assert measured["cut"] == []
    assert measured["clipped"] == []
    assert measured["small"] >= 9


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page that answers to the mouse."""
    pytest.importorskip("plotly", reason="plotly is not installed (extra 'interactive')")
    report = im.report.sector(im.load("mexico-2018"), "3361")
    return report.to_html(tmp_path_factory.mktemp("live") / "live.html", interactive=True)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_interactive_pictures_are_drawn_without_a_word_on_the_console(
    live: Path, width: int
) -> None:
    ask = """<script>addEventListener("load", () => setTimeout(() => {
      const seen = (e) => e.getBoundingClientRect().height > 50;
      const f = [...document.querySelectorAll("figure[data-live]")];
      document.title = "measured:" + JSON.stringify({
        alive: f.filter((e) => e.classList.contains("alive")).length,
        drawn: f.filter((e) => [...e.querySelectorAll(".live svg.main-svg")].some(seen)).length,
        still: f.filter((e) => [...e.querySelectorAll(".wide,.narrow")].some(seen)).length,
        marks: document.querySelectorAll("#figure-quadrants .scatterlayer .point").length,
        ends: document.querySelectorAll("#figure-ribbons .sankey-node").length,
        asked: performance.getEntriesByType("resource").map((e) => e.name),
        width: document.documentElement.clientWidth,
        scroll: document.documentElement.scrollWidth});}, 1500))</script>"""
    copy = live.with_name(f"measured-{width}.html")
    head, _, tail = live.read_text(encoding="utf-8").rpartition("</body>")
    copy.write_text(f"{head}{ask}</body>{tail}", encoding="utf-8")
    frame = live.with_name(f"frame-{width}.html")
    frame.write_text(
        f'<iframe id="f" src="{copy.name}" style="border:0;width:{width}px;height:900px"></iframe>'
        "<script>const f = document.getElementById('f'); f.onload = () => setTimeout(() => {"
        "document.body.textContent = f.contentDocument.title;}, 3000)</script>",
        encoding="utf-8",
    )
    said = browse(
        frame,
        "--allow-file-access-from-files",
        "--enable-logging=stderr",
        "--window-size=1400,1000",
        "--virtual-time-budget=20000",
        "--dump-dom",
    )
    assert "CONSOLE" not in said.stderr
    found = re.search(r"measured:(\{.*\})", said.stdout)
    assert found is not None, said.stdout[:500]
    measured = json.loads(found[1])
    wide = width > 600  # on a phone the labels of live ribbons meet: the still pictures stay
    assert measured["alive"] == 2
    assert (measured["drawn"], measured["still"]) == ((2, 0) if wide else (0, 2))
    classes = im.linkages.key_sectors(im.load("mexico-2018"))
    assert measured["marks"] == (classes["class"] != "inactive").sum() + 1  # and the ring
    assert measured["ends"] == 3 + len(im.reproduction.answer("3361").ladder)
    assert measured["asked"] == []
    assert measured["scroll"] <= measured["width"] == width


def test_on_paper_the_interactive_page_is_the_static_one(
    pages: dict[str, Path], live: Path
) -> None:
    sheets = []
    for page in (pages["en"], live):
        paper = page.with_name("paper.pdf")
        browse(page, f"--print-to-pdf={paper}", "--no-pdf-header-footer")
        sheets.append(len(re.findall(rb"/Type\s*/Page\b(?!s)", paper.read_bytes())))
    assert sheets[0] == sheets[1]


def test_it_prints(pages: dict[str, Path]) -> None:
    page = pages["en"]
    paper = page.with_suffix(".pdf")
    browse(page, f"--print-to-pdf={paper}", "--no-pdf-header-footer")
    content = paper.read_bytes()
    assert content.startswith(b"%PDF")
    pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", content))
    assert 5 <= pages <= 16
