"""The register of public functions is whole, and says so when it is not."""

from pathlib import Path

import pytest

import iomodel as im
from iomodel import methods
from official import ROOT

ROW = {
    "function": "load",
    "question": "A bundled table by name.",
    "formula": "read_folder",
    "reference": "none: reads what ships",
    "cost": "reading the files once",
    "oracle": "none: no figures",
    "property": "tests/unit/test_x.py::test_good",
    "bad_input": "tests/unit/test_x.py::TestBad::test_bad",
}
DOC = {"load": "A bundled table, checked."}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with one file of tests."""
    folder = tmp_path / "tests" / "unit"
    folder.mkdir(parents=True)
    text = "def test_good(): ...\ndef helper(): ...\nclass TestBad:\n    def test_bad(self): ...\n"
    (folder / "test_x.py").write_text(text, encoding="utf-8")
    return tmp_path


def test_every_public_function_has_a_whole_row() -> None:
    assert methods.check() == []


def test_the_register_reads_as_a_table() -> None:
    frame = methods.methods()
    assert list(frame.columns) == [c for c in methods.COLUMNS if c != "function"]
    assert frame.index.is_unique
    assert (frame.map(str.strip) != "").all(axis=None)
    assert set(methods.public()) <= set(frame.index)


def test_what_counts_as_public() -> None:
    found = methods.public()
    assert {"load", "named", "multipliers.output", "leakage.split", "IOTable.from_frames"} <= set(
        found
    )
    assert {f"linkages.{name}" for name in im.linkages.indices()} <= set(found)
    assert "IOTable.L" in found
    assert not [name for name in found if "._" in name or name.startswith("errors")]
    assert "multipliers.show" not in found  # imported there, defined elsewhere


def test_a_whole_row_has_no_fault(checkout: Path) -> None:
    assert methods.faults([ROW], DOC, checkout) == []


@pytest.mark.parametrize("column", methods.COLUMNS[1:])
@pytest.mark.parametrize("empty", ["", "  ", None, "none", "none:"])
def test_an_empty_cell_is_a_fault(checkout: Path, column: str, empty: str | None) -> None:
    (fault,) = methods.faults([{**ROW, column: empty}], DOC, checkout)
    assert column in fault
    assert "'load'" in fault


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"property": "none: hard to test"}, "write the test"),
        ({"bad_input": "none: nobody would"}, "write the test"),
        ({"property": "tests/unit/test_y.py::test_good"}, "no tests/unit/test_y.py"),
        ({"property": "tests/unit/test_x.py::test_gone"}, "has no test_gone"),
        ({"property": "tests/unit/test_x.py::helper"}, "has no helper"),
        ({"property": "tests/unit/test_x.py::test_bad"}, "has no test_bad"),
        ({"property": "tests/unit/test_x.py"}, "is not tests/<file>.py::test_name"),
        ({"property": "tests/unit/test_x.py::test_good; somewhere"}, "'somewhere' is not"),
        ({"reference": "Leontief (1936)"}, "does not give Leontief, 1936"),
        ({"function": "unload"}, "no such public function"),
    ],
)
def test_what_is_wrong_with_a_row_is_said(
    checkout: Path, change: dict[str, str], words: str
) -> None:
    assert any(words in fault for fault in methods.faults([{**ROW, **change}], DOC, checkout))


def test_a_reference_of_the_docstring_may_not_be_left_out(checkout: Path) -> None:
    doc = {"load": "A table.\n\nReference: Leontief (1936)."}
    (fault,) = methods.faults([ROW], doc, checkout)
    assert "its docstring has a reference" in fault
    assert methods.faults([{**ROW, "reference": "Leontief (1936)"}], doc, checkout) == []


def test_lacking_and_repeated_rows_and_stray_commas(checkout: Path) -> None:
    assert methods.faults([], DOC, checkout) == ["'load' has no row."]
    assert any("twice" in fault for fault in methods.faults([ROW, ROW], DOC, checkout))
    stray = {**ROW, None: ["more"]}
    assert any("comma" in fault for fault in methods.faults([stray], DOC, checkout))  # type: ignore[list-item]


def test_a_listing_needs_no_test_and_a_wheel_has_none(checkout: Path) -> None:
    listing = {**ROW, "property": "none: listing of what ships", "bad_input": "none: listing, too"}
    assert methods.faults([listing], DOC, checkout) == []
    gone = {**ROW, "property": "tests/unit/test_gone.py::test_gone"}
    assert methods.faults([gone], DOC, None) == []


def test_the_tests_of_the_register_are_those_of_this_checkout() -> None:
    assert Path(methods.__file__).parents[1] == ROOT
