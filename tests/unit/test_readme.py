"""The README: its Python runs, line after line, away from the checkout; its figures are fresh."""

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from iomodel import cli
from official import ROOT

FENCE = re.compile(r"^```python[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks() -> list[str]:
    """The Python blocks of the README in their order."""
    return FENCE.findall((ROOT / "README.md").read_text(encoding="utf-8"))


def test_readme_python_runs(tmp_path: Path) -> None:
    found = blocks()
    assert found, "README.md shows no Python"
    program = tmp_path / "readme.py"
    program.write_text("\n".join(found), encoding="utf-8")
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH", "")])]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONIOENCODING": "utf-8",
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", program.name],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"{done.stderr}\n{program.read_text(encoding='utf-8')}"


def test_the_head_of_the_readme_is_what_reproduce_prints(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = [
        line
        for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("|")
    ]
    table = said[: said.index("| letter | meaning |")]
    assert len(table) == 8
    assert cli.main(["reproduce", "--part", "headline", "--format", "markdown"]) == 0
    fresh = capsys.readouterr().out.splitlines()
    at = fresh.index(table[0])
    assert fresh[at : at + len(table)] == table


def test_the_pictures_of_the_readme_say_what_is_computed_now(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    drawing = importlib.import_module("draw_pictures")
    assert drawing.main(["--check"]) == 0, capsys.readouterr().out
    shown = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in drawing.PICTURES:
        assert f"](docs/_static/{name}.svg)" in shown
        assert drawing.words((drawing.FOLDER / f"{name}.svg").read_text(encoding="utf-8"))


def test_the_spanish_head_is_what_reproduce_prints(capsys: pytest.CaptureFixture[str]) -> None:
    said = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    at = said.index("| código | centavos | intervalo |  |")
    command = ["--lang", "es", "reproduce", "--part", "headline", "--format", "markdown"]
    assert cli.main(command) == 0
    fresh = capsys.readouterr().out.splitlines()
    begins = fresh.index(said[at])
    assert fresh[begins : begins + 8] == said[at : at + 8]
