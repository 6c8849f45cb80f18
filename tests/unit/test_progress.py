"""Progress is said on a terminal, after a while, on one line; and changes no number."""

import io

import numpy as np
import pandas as pd
import pytest

from iomodel import balance, progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def hard() -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    rng = np.random.default_rng(0)
    prior = pd.DataFrame(rng.uniform(0.1, 1, (6, 6)), list("abcdef"), list("uvwxyz"))
    return prior, prior.sum(axis=1) * rng.uniform(0.5, 2, 6), prior.sum()


def test_long_loops_are_counted_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, hard: tuple[pd.DataFrame, pd.Series, pd.Series]
) -> None:
    prior, rows, columns = hard
    columns = columns * rows.sum() / columns.sum()
    quiet = balance.ras(prior, rows, columns)
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    balance.ras(prior, rows, columns)
    assert terminal.getvalue() == ""  # nobody waits for milliseconds
    monkeypatch.setattr(progress, "QUIET", -1.0)
    shown = balance.ras(prior, rows, columns)
    said = terminal.getvalue()
    assert said.startswith("\rBalancing: 1 passes, ")
    assert said.endswith(" s\n")
    assert "left" in said
    pd.testing.assert_frame_equal(shown.frame, quiet.frame)
    assert list(progress.counted("ab", "Reading", 2)) == ["a", "b"]
    assert "\rReading: 2 of 2, 0 s\n" in terminal.getvalue()


def test_nothing_is_said_into_a_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "QUIET", -1.0)
    assert list(progress.counted(range(3), "Reading", 3)) == [0, 1, 2]
    assert capsys.readouterr().err == ""
