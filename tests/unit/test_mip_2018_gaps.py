"""Mexico 2018 at 263 ramas, from the official workbook: six digits of what others computed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from iomodel import linkages, multipliers, read_inegi
from iomodel.table import IOTable

SIX = 1e-6


@pytest.fixture(scope="module")
def table(shared_file: Callable[[str], Path]) -> IOTable:
    return read_inegi(shared_file("data/inegi/MIP_53.xlsx"))


def test_multipliers(table: IOTable) -> None:
    output = multipliers.output(table)
    assert output[["3361", "3362", "3363"]].to_list() == pytest.approx(
        [1.500687, 1.218593, 1.353420], abs=SIX
    )
    assert output.mean() == pytest.approx(1.433759, abs=SIX)
    value_added = multipliers.value_added(table)["multiplier"]
    assert value_added[["3361", "3363"]].to_list() == pytest.approx([1.801890, 1.706244], abs=SIX)
    imports = multipliers.imports(table)["total"]
    assert imports[["3361", "3363"]].to_list() == pytest.approx([0.419944, 0.549672], abs=SIX)


def test_rasmussen(table: IOTable) -> None:
    backward = linkages.measure(table, "rasmussen_backward")
    assert backward[["3361", "3363"]].to_list() == pytest.approx([1.046680, 0.943966], abs=SIX)
    forward = linkages.measure(table, "rasmussen_forward")
    assert forward[["3361", "3363"]].to_list() == pytest.approx([0.748710, 1.985307], abs=SIX)


def test_every_identity_holds_to_eight_digits_of_output(table: IOTable) -> None:
    report = table.check()
    assert report["holds"].all()
    assert (report["residual"] <= 1e-8 * table.x.max()).all()
