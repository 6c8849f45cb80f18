"""The documentation: the code of its pages runs, links lead somewhere, its tools are pinned."""

import re
import shutil
import tomllib
from pathlib import Path

import pytest

import official
from official import ROOT

DOCS = ROOT / "docs"
FENCE = re.compile(r"^```(?:python|\{code-cell\}[^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(((?!https?:|#)[^)\s]+)\)")
OFFICIAL = {"MIP_53.xlsx": "data/inegi/MIP_53.xlsx"}
PAGES = sorted(
    page
    for page in DOCS.rglob("*.md")
    if not {"_build", "_generated"} & set(page.relative_to(DOCS).parts)
)
WITH_CODE = [page for page in PAGES if FENCE.search(page.read_text(encoding="utf-8"))]


def code(page: Path) -> str:
    """The Python of a page, top to bottom; the options of a notebook's cell are no Python."""
    cells = FENCE.findall(page.read_text(encoding="utf-8"))
    return "\n".join(re.sub(r"\A(?::[^\n]*\n)+", "", cell) for cell in cells)


def name(page: Path) -> str:
    return page.relative_to(DOCS).with_suffix("").as_posix()


@pytest.mark.parametrize("page", WITH_CODE, ids=name)
def test_the_code_of_a_page_runs(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = code(page)
    for file, where in OFFICIAL.items():
        if f'"{file}"' in text:
            (tmp_path / file).symlink_to(official.shared_file(where))
    shutil.copy(ROOT / "examples" / "village.xlsx", tmp_path)
    monkeypatch.chdir(tmp_path)
    exec(compile(text, str(page), "exec"), {"__name__": "__main__"})


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_between_pages_lead_to_a_file(page: Path) -> None:
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        target = link.split("#")[0]
        if "_generated" not in target:
            assert (page.parent / target).exists(), link


def test_every_tool_of_the_build_is_pinned() -> None:
    """What builds the pages stands in constraints.txt, as all that is installed does."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = {
        line.split("==")[0].lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if "==" in line
    }
    asked = {re.split(r"[>=<\[ ]", need)[0] for need in project["optional-dependencies"]["docs"]}
    assert asked <= pinned
