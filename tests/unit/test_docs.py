"""The documentation: the code of its pages runs, links lead somewhere, its tools are pinned."""

import importlib
import re
import shutil
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

import iomodel as im
import official
from iomodel import methods
from official import ROOT

DOCS = ROOT / "docs"
FENCE = re.compile(r"^```(?:python|\{code-cell\}[^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(((?!https?:|#)[^)\s]+)\)")
NAMED = re.compile(r"`[^`\n]*?\b(im|t)\.(\w+(?:\.\w+)*)")
OFFICIAL = {"MIP_53.xlsx": "data/inegi/MIP_53.xlsx"}
PAGES = sorted(
    page
    for page in DOCS.rglob("*.md")
    if not {"_build", "_generated"} & set(page.relative_to(DOCS).parts)
)
WHOLE = "import iomodel as im\n"  # code that stands by itself; without it, a page shows fragments


def code(page: Path) -> str:
    """The Python of a page, top to bottom; the options of a notebook's cell are no Python."""
    cells = FENCE.findall(page.read_text(encoding="utf-8"))
    return "\n".join(re.sub(r"\A(?::[^\n]*\n)+", "", cell) for cell in cells)


WITH_CODE = [page for page in PAGES if WHOLE in code(page)]


def name(page: Path) -> str:
    return page.relative_to(DOCS).with_suffix("").as_posix()


@pytest.mark.parametrize("page", WITH_CODE, ids=name)
def test_the_code_of_a_page_runs(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = code(page)
    for file, where in OFFICIAL.items():
        if f'"{file}"' in text:
            shutil.copy(official.shared_file(where), tmp_path / file)
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


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_names_of_ours_on_a_page_exist(page: Path) -> None:
    roots = {"im": im, "t": im.load("miller-blair-2x2")}
    for root, dotted in NAMED.findall(page.read_text(encoding="utf-8")):
        value: object = roots[root]
        for part in dotted.split("."):
            assert hasattr(value, part), f"{root}.{dotted}"
            value = getattr(value, part)


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(DOCS))
    return importlib.import_module("house.pages")


def test_every_public_function_stands_on_the_page_of_methods_and_in_the_reference(
    house: ModuleType,
) -> None:
    register, reference = house.register(), "\n".join(house.api().values())
    for function in methods.public():
        head, _, last = function.rpartition(".")
        assert f"`{last} <iomodel.{function}>`" in register or f"`{last}`" in register, function
        of_type = head and head[0].isupper()  # members of a type stand under it
        wanted = last if head == "linkages" else f"iomodel.{head if of_type else function}"
        assert wanted in reference, function


def test_pages_written_by_commands_are_found(house: ModuleType) -> None:
    listed = house.results()
    written = [path.stem for path in DOCS.glob("write_*.py")]
    assert written
    for script in written:
        stem = script.removeprefix("write_").replace("_", "-")
        assert f"../{stem}.md" in listed


def test_a_docstring_becomes_a_page(house: ModuleType) -> None:
    lines = [
        "One sentence with a_j, 2 * 3 and `code_with`.",
        "Cost: n^2.",
        "",
        "    m = i'L",
        "",
        "name    a column that",
        "        goes on",
        "",
        ">>> 1 + 1",
        "2",
    ]
    assert [line for line in house.docstrings.rest(lines) if line] == [
        "One sentence with a\\_j, 2 \\* 3 and `code_with`.",
        "**Cost:** n^2.",
        ".. code-block:: text",
        "       m = i'L",
        ".. code-block:: text",
        "   name    a column that",
        "           goes on",
        ">>> 1 + 1",
        "2",
    ]
