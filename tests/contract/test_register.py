"""A new file in `iomodel/linkages` is found, and two indices of one name are refused."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import iomodel.linkages
from iomodel.errors import LabelError
from iomodel.linkages import register
from iomodel.table import IOTable

FILE = '''
"""A family that a contributor adds."""
from iomodel.linkages.register import Index

def compute(table):
    return table.x / table.x

INDICES = (Index({name!r}, "forward", compute, "x / x", "Nobody (2000)", mean_one=True),)
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """One more folder of the package, gone again afterwards."""
    monkeypatch.setattr(iomodel.linkages, "__path__", [*iomodel.linkages.__path__, str(tmp_path)])
    register.indices.cache_clear()
    yield tmp_path
    sys.modules.pop("iomodel.linkages.added", None)
    register.indices.cache_clear()


def test_one_file_adds_an_index(folder: Path) -> None:
    (folder / "added.py").write_text(FILE.format(name="ones"))
    table = IOTable.from_coefficients(
        pd.DataFrame([[0.5]], index=["a"], columns=["a"]), pd.Series({"a": 2.0})
    )
    assert iomodel.linkages.compare(table)["ones"]["a"] == 1.0
    assert "ones" in iomodel.linkages.key_sectors(table, forward="ones").columns


def test_one_name_serves_one_index(folder: Path) -> None:
    (folder / "added.py").write_text(FILE.format(name="ghosh_forward"))
    with pytest.raises(LabelError, match=r"(?s)'ghosh_forward'.*ghosh\.py"):
        register.indices()
