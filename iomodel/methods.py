"""The register of public functions: question, formula, reference, cost, and the tests of each."""

from __future__ import annotations

import ast
import csv
import importlib.util
import inspect
import re
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path
from types import FunctionType, ModuleType

import pandas as pd

COLUMNS = (
    "function",
    "question",
    "formula",
    "reference",
    "cost",
    "oracle",
    "property",
    "bad_input",
)
TESTS = ("oracle", "property", "bad_input")
NEEDED = ("property", "bad_input")
NONE = "none:"
LISTING = "none: listing"
WITHOUT_METHODS = ("errors",)
_FILE = Path(__file__).with_suffix(".csv")
_CHECKOUT = Path(__file__).resolve().parents[1]
_SURNAME_OR_YEAR = re.compile(r"\b(?:[A-Z][\w-]{2,}|(?:18|19|20)\d{2})\b")


def methods() -> pd.DataFrame:
    """Every public function: what it answers, how, after whom, at what cost, and how it is tested.

    Rows as the user writes them after `im.` ("multipliers.output", "load", "IOTable.check"; each
    registered linkage index is a row of its own).  Columns question, formula, reference, cost;
    oracle (tests against published numbers), property (against brute force or for drawn tables)
    and bad_input: names of tests, several divided by ';', or "none: why".

    >>> methods().loc["multipliers.output", "formula"]
    "m = i'L"
    """
    frame = pd.DataFrame(_rows(), columns=list(COLUMNS))
    return frame.set_index("function")


def check() -> list[str]:
    """What is wrong with the register, in words; nothing where it is whole.

    A public function without a row, a row without a function, a row twice, an empty cell, a
    reference that the docstring does not give, and, in a checkout, a test that does not exist.
    "none: why" serves where no published number exists; a property test and a bad-input test are
    needed of everything but a listing ("none: listing, why").

    >>> check()
    []
    """
    # in a wheel the folder above holds other packages, and may hold the tests of one
    tests = _CHECKOUT if (_CHECKOUT / "pyproject.toml").is_file() else None
    return faults(_rows(), public(), tests)


def public() -> dict[str, str]:
    """The public functions by the name after `im.`, each with its docstring.

    Functions exported by the package; functions of the modules it exports; methods and cached
    properties of the types it exports; the registered linkage indices.
    """
    package = importlib.import_module("iomodel")
    found: dict[str, str] = {}
    for name in package.__all__:
        value = getattr(package, name)
        if isinstance(value, ModuleType):
            if name not in WITHOUT_METHODS:
                found.update(_of_module(name, value))
        elif inspect.isclass(value):
            found.update(_of_class(name, value))
        elif callable(value):
            found[name] = inspect.getdoc(value) or ""
    return found


def faults(
    rows: Iterable[Mapping[str, str | None]], functions: Mapping[str, str], tests: Path | None
) -> list[str]:
    """What is wrong with these rows as a register of these functions (name: docstring)."""
    found, seen = [], set()
    for line, row in enumerate(rows, start=2):
        name = (row.get("function") or "").strip()
        where = f"line {line}, '{name}'"
        if None in row:
            found.append(f"{where}: more cells than columns; a comma needs quotes.")
        if name in seen:
            found.append(f"{where}: stands twice.")
        seen.add(name)
        if name not in functions and not _exists(name):
            found.append(f"{where}: no such public function.")
        for column in COLUMNS:
            cell = (row.get(column) or "").strip()
            found += [f"{where}: {fault}" for fault in _cell(column, cell, tests)]
        if name in functions:
            found += [
                f"{where}: {fault}"
                for fault in _reference((row.get("reference") or "").strip(), functions[name])
            ]
    return found + [f"'{name}' has no row." for name in functions if name not in seen]


def _rows() -> list[dict[str, str]]:
    with _FILE.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def _of_module(name: str, module: ModuleType) -> dict[str, str]:
    listed = getattr(module, "__all__", None)
    names = listed or [n for n in vars(module) if not n.startswith("_")]
    found = {}
    for function in names:
        value = getattr(module, function)
        ours = listed or getattr(value, "__module__", None) == module.__name__
        # a cached function is no FunctionType, but wraps one
        if ours and isinstance(inspect.unwrap(value) if callable(value) else value, FunctionType):
            found[f"{name}.{function}"] = inspect.getdoc(value) or ""
    for index in getattr(module, "indices", dict)().values():
        doc = inspect.getdoc(index.compute) or ""
        found[f"{name}.{index.name}"] = f"{doc}\n{index.reference}"
    return found


def _of_class(name: str, kind: type) -> dict[str, str]:
    found = {}
    for attribute, value in vars(kind).items():
        if attribute.startswith("_"):
            continue
        if isinstance(value, (FunctionType, classmethod, staticmethod, cached_property)):
            found[f"{name}.{attribute}"] = inspect.getdoc(getattr(kind, attribute)) or ""
    return found


def _exists(name: str) -> bool:
    """Whether a dotted name leads somewhere from the package: `IOTable.B`, `readers.splice`."""
    value: object = importlib.import_module("iomodel")
    for at, part in enumerate(name.split(".")):
        if not hasattr(value, part) and not at and importlib.util.find_spec(f"iomodel.{part}"):
            importlib.import_module(f"iomodel.{part}")
        if not part or part.startswith("_") or not hasattr(value, part):
            return False
        value = getattr(value, part)
    return True


def _cell(column: str, cell: str, tests: Path | None) -> list[str]:
    if not cell:
        return [f"{column} is empty."]
    if cell.startswith("none"):
        if not cell.startswith(NONE) or len(cell.split()) < 2:
            return [f"{column} is '{cell}': say why (none: why)."]
        if column in NEEDED and not cell.startswith(LISTING):
            return [f"{column} may be '{LISTING}, why' only; write the test."]
        return []
    if column not in TESTS:
        return []
    nodes = [node.strip() for node in cell.split(";")]
    return [f"{column}: {fault}" for node in nodes for fault in _test(node, tests)]


def _test(node: str, tests: Path | None) -> list[str]:
    file, *names = node.split("::")
    if not re.fullmatch(r"tests/[\w/.-]+\.py", file) or not names:
        return [f"'{node}' is not tests/<file>.py::test_name."]
    if tests is None:
        return []
    if not (tests / file).is_file():
        return [f"there is no {file}."]
    if "::".join(names) not in _defined(tests / file):
        return [f"{file} has no {'::'.join(names)}."]
    return []


@cache
def _defined(file: Path) -> frozenset[str]:
    """The tests that a file defines, those in a class with its name in front."""
    found = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            methods = [n.name for n in node.body if isinstance(n, ast.FunctionDef)]
            found.update(f"{node.name}::{name}" for name in methods)
    return frozenset(name for name in found if name.split("::")[-1].startswith("test"))


def _reference(cell: str, docstring: str) -> list[str]:
    """The surnames and years of a reference must stand in the docstring, and the other way."""
    if not cell or cell.startswith(NONE):
        return ["its docstring has a reference."] * ("Reference:" in docstring)
    lacking = [w for w in _SURNAME_OR_YEAR.findall(cell) if not re.search(rf"\b{w}\b", docstring)]
    if lacking:
        return [f"its docstring does not give {', '.join(dict.fromkeys(lacking))}."]
    return []
