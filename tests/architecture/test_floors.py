"""The house: imports run down, every room is listed, modules are short and name no machine."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from official import ROOT

PACKAGE = ROOT / "iomodel"
LIST = Path(__file__).with_name("floors.toml")
LONGEST = 400
# Spelled in pieces, so that this file does not hold what it looks for.
MACHINE = re.compile(r"(?<![\w.])/(?:wo" r"rk|ho" r"me|ro" r"ot|opt/py" r"pi)\b")
REGISTRY = re.compile(r"(?:py" r"pi\.org|pythonho" r"sted\.org|--index-u" r"rl|art" r"ifactory)")
HEAVY = ("openpyxl", "xarray", "matplotlib")


def modules() -> dict[str, Path]:
    """Every module of the package by dotted name without 'iomodel.'; the package is '__init__'."""
    found = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        parts = file.relative_to(PACKAGE).with_suffix("").parts
        if "_data" in parts:
            continue
        if parts[-1] == "__init__" and len(parts) > 1:
            parts = parts[:-1]
        found[".".join(parts)] = file
    return found


def floors() -> dict[str, int]:
    """The floor of every room."""
    rooms: dict[str, int] = {}
    for floor in tomllib.loads(LIST.read_text(encoding="utf-8"))["floor"]:
        for room in floor["rooms"]:
            assert room["name"] not in rooms, f"room '{room['name']}' is listed twice"
            assert room["why"].strip(), f"room '{room['name']}' has no reason"
            rooms[room["name"]] = floor["number"]
    return rooms


def room_of(module: str) -> str:
    """A package is one room."""
    return module.split(".")[0]


def imports(module: str, file: Path, known: dict[str, Path]) -> Iterator[tuple[int, str]]:
    """Line and name of every module of the package imported anywhere in a file, functions too."""
    package = module if file.name == "__init__.py" and module != "__init__" else _parent(module)
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = ["iomodel", *filter(None, package.split("."))]
                above = above[: len(above) - (node.level - 1)]
                base = ".".join([*above, *filter(None, [base])])
            names = [f"{base}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Call) and _name(node.func) in ("import_module", "__import__"):
            names = [a.value for a in node.args if isinstance(a, ast.Constant)]
        for name in names:
            found = _module(str(name), known)
            if found is not None:
                yield node.lineno, found


def _parent(module: str) -> str:
    return module.rpartition(".")[0]


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _module(name: str, known: dict[str, Path]) -> str | None:
    """'iomodel.readers.scn.read_scn' -> 'readers.scn'; a name of the package itself: '__init__'."""
    parts = name.split(".")
    if parts[0] != "iomodel":
        return None
    for length in range(len(parts), 1, -1):
        candidate = ".".join(parts[1:length])
        if candidate in known:
            return candidate
    return "__init__"


def test_imports_run_down_or_stay_in_one_package() -> None:
    known, floor = modules(), floors()
    upward = [
        f"{file.relative_to(ROOT)}:{line}: {room_of(module)} ({floor[room_of(module)]}) imports "
        f"{target} ({floor[room_of(target)]})"
        for module, file in known.items()
        for line, target in imports(module, file, known)
        if room_of(target) != room_of(module)
        and not floor[room_of(target)] < floor[room_of(module)]
    ]
    assert upward == []


def test_the_test_sees_imports_inside_functions_and_relative_ones(tmp_path: Path) -> None:
    file = tmp_path / "scn.py"
    file.write_text(
        "def f():\n"
        "    from . import labels\n"
        "    from ..leakage import split\n"
        "    import iomodel.catalog\n"
        "    from iomodel import load\n"
        "    importlib.import_module('iomodel.trade')\n",
        encoding="utf-8",
    )
    found = [name for _, name in imports("readers.scn", file, modules())]
    assert found == ["readers.labels", "leakage", "catalog", "__init__", "trade"]


def test_every_module_is_listed_and_every_listed_room_exists() -> None:
    assert {room_of(module) for module in modules()} == set(floors())


@pytest.mark.parametrize("module", modules())
def test_a_module_says_first_what_it_holds_and_is_not_long(module: str) -> None:
    text = modules()[module].read_text(encoding="utf-8")
    lines = text.splitlines()
    assert ast.get_docstring(ast.parse(text)), "a module begins with a docstring"
    assert lines[0].startswith('"""'), "the docstring stands on the first line"
    assert len(lines[0].strip('"').split()) >= 4, "the first line says what the module holds"
    assert len(lines) <= LONGEST, f"{len(lines)} lines: find the seam and cut the module in two"


def test_no_module_knows_the_folder_of_official_files() -> None:
    naming = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in modules().values()
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(r"\bshared\b", line)
    ]
    assert naming == []


def tracked() -> list[Path]:
    """The files that git keeps or would keep; all files of the checkout where there is no git."""
    ask = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        said = subprocess.run(ask, cwd=ROOT, capture_output=True, check=True, text=True).stdout
        names = [name for name in said.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        folders = ["iomodel", "tests", "tables", "seeds", "docs", "examples", "benchmarks"]
        names = [str(f.relative_to(ROOT)) for d in folders for f in (ROOT / d).rglob("*")]
        names += [f.name for f in ROOT.iterdir()]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def test_no_file_names_a_place_on_one_machine() -> None:
    found = []
    for file in tracked():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if "__pycache__" in file.parts:
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if MACHINE.search(line) or REGISTRY.search(line):
                found.append(f"{file.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert found == []


def test_a_user_meets_the_names_of_the_list_and_no_others() -> None:
    package = importlib.import_module("iomodel")
    public = {name for name in dir(package) if not name.startswith("_")}
    more = sorted(public - set(package.__all__))
    assert public == set(package.__all__), f"{more}: __init__ needs a __dir__ that gives __all__"
    assert all(hasattr(package, name) for name in package.__all__)


def test_importing_iomodel_loads_nothing_heavy() -> None:
    code = f"import sys, iomodel; print([m for m in {HEAVY!r} if m in sys.modules])"
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "[]"
