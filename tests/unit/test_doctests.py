"""Every example in a docstring of the package gives what it says."""

import doctest
import importlib
from pathlib import Path

import pytest

import iomodel

PACKAGE = Path(iomodel.__file__).parent
MODULES = sorted(
    ".".join(["iomodel", *file.relative_to(PACKAGE).with_suffix("").parts]).removesuffix(
        ".__init__"
    )
    for file in PACKAGE.rglob("*.py")
    if file.name != "__main__.py" and "_data" not in file.relative_to(PACKAGE).parts
)


def test_there_are_modules() -> None:
    assert {"iomodel", "iomodel.table", "iomodel.linkages.rasmussen"} <= set(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_examples_of(name: str) -> None:
    module = importlib.import_module(name)
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    for example in doctest.DocTestFinder(exclude_empty=True).find(module):
        runner.run(example, out=said.append)
    assert runner.failures == 0, "".join(said)
