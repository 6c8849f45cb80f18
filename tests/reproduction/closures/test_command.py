"""`iomodel reproduce --closures`: the grid as a page and as a table."""

import io

import pandas as pd
import pytest

from iomodel.cli import main
from iomodel.reproduction import closures
from iomodel.text import WIDTH


def test_the_grid_of_closures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reproduce", "--closures"]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= WIDTH
    grid = closures()
    at = [out.index(f"\n  {name} ") for name in ("published", *grid.index)]
    assert at == sorted(at)
    assert "nearest: reproduces" in out
    assert main(["reproduce", "--closures", "--format", "csv"]) == 0
    read = pd.read_csv(io.StringIO(capsys.readouterr().out), index_col=0)
    assert list(read.index) == list(grid.index)
    assert read["rms"].to_numpy() == pytest.approx(grid["rms"].to_numpy())
    assert main(["reproduce", "--closures", "--part", "register"]) == 0
    assert "inside: " in capsys.readouterr().out
