"""The Python of the README runs, line after line, away from the checkout."""

import os
import re
import subprocess
import sys
from pathlib import Path

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
