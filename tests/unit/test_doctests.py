"""Every example in a docstring of the package gives what it says."""

import doctest
import importlib
from pathlib import Path

import pytest

import iomodel
from iomodel import methods

PACKAGE = Path(iomodel.__file__).parent
MODULES = sorted(
    ".".join(["iomodel", *file.relative_to(PACKAGE).with_suffix("").parts]).removesuffix(
        ".__init__"
    )
    for file in PACKAGE.rglob("*.py")
    if file.name != "__main__.py" and "_data" not in file.relative_to(PACKAGE).parts
)

NEEDS_A_FILE = "reads an official file, which does not ship; docs/howto/official.md shows the call"
NEEDS_ACCOUNTS = "needs the accounts of institutions; tables/institutions.py shows the call"
NO_EXAMPLE = {
    "IOTable.from_coefficients": "the examples of `multipliers` are made with it",
    "IOTable.require_domestic": "raises or does nothing",
    "IOTable.require_balanced": "raises, or gives the table back",
    "IOTable.to_folder": "shown by `read_folder`",
    "SAM.to_folder": "shown by `read_sam`",
    "open_zarr": "needs the extra 'dask'",
    "write_zarr": "needs the extra 'dask'",
    "construct.draft_sam": NEEDS_ACCOUNTS,
    "construct.sam": NEEDS_ACCOUNTS,
    "construct.split_surplus": NEEDS_ACCOUNTS,
    **dict.fromkeys(
        [
            "read_adb",
            "read_bop",
            "read_exiobase",
            "read_figaro",
            "read_gams",
            "read_icio",
            "read_inegi",
            "read_inegi_regions",
            "read_scn",
            "read_wiod",
            "read_wiod_world",
        ],
        NEEDS_A_FILE,
    ),
}


def shown(name: str, docstring: str) -> bool:
    """Whether an example calls it: in its own docstring, or in that of its type."""
    if ">>>" in docstring:
        return True
    kind, _, member = name.partition(".")
    of_type = (getattr(iomodel, kind).__doc__ or "") if kind[:1].isupper() else ""
    examples = [line for line in of_type.splitlines() if line.lstrip().startswith((">>>", "..."))]
    return any(f".{member}" in line for line in examples)


def test_every_public_function_is_shown_or_says_why_not() -> None:
    public = methods.public()
    lacking = {name for name, docstring in public.items() if not shown(name, docstring)}
    assert lacking - set(NO_EXAMPLE) == set(), "write an example (>>>) into the docstring"
    assert set(NO_EXAMPLE) <= lacking, "has an example by now: strike it from NO_EXAMPLE"


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
