"""The list of planted faults stays alive: every line to be spoiled stands exactly once."""

import ast
import importlib.util
import sys
from pathlib import Path

import pytest

from official import ROOT

_spec = importlib.util.spec_from_file_location("plant", ROOT / "tests" / "plant.py")
assert _spec is not None
assert _spec.loader is not None
plant = importlib.util.module_from_spec(_spec)
sys.modules["plant"] = plant
_spec.loader.exec_module(plant)
FAULTS = plant.faults()


def test_there_are_more_than_a_dozen_with_names_of_their_own() -> None:
    assert len(FAULTS) > 12
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_can_be_planted(fault: "plant.Fault") -> None:
    assert fault.why_not(ROOT) == ""
    assert "\n" not in fault.old.strip("\n")
    assert fault.new != fault.old
    text = (ROOT / fault.file).read_text(encoding="utf-8")
    if fault.file.endswith(".py"):
        assert ast.dump(ast.parse(text.replace(fault.old, fault.new))) != ast.dump(ast.parse(text))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_tests_of_a_fault_exist(fault: "plant.Fault") -> None:
    for test in fault.tests:
        file, _, name = test.partition("::")
        assert (ROOT / file).is_file(), test
        if name:
            function = name.partition("[")[0]
            assert f"def {function}(" in (ROOT / file).read_text(encoding="utf-8"), test


def test_a_line_that_is_gone_or_stands_twice_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\nx = 1\n", encoding="utf-8")
    fault = plant.Fault("n", "a.py", "x = 1", "x = 2", ())
    assert "2 times" in fault.why_not(tmp_path)
    assert "0 times" in plant.Fault("n", "a.py", "y = 1", "y = 2", ()).why_not(tmp_path)
    assert "no b.py" in plant.Fault("n", "b.py", "y = 1", "y = 2", ()).why_not(tmp_path)
