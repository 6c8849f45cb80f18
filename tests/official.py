"""Where the official files are: a folder beside the repository, which is never part of it."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
ABSENT = "official files are not here (../shared)"


def shared_file(relative: str, *, shared: Path = SHARED) -> Path:
    """Path of an official file; skips where the folder is absent, fails where only the file is."""
    if not shared.is_dir():
        pytest.skip(ABSENT)
    path = shared / relative
    if not path.exists():
        pytest.fail(
            f"../shared is here, but not ../shared/{relative}. Put it there.", pytrace=False
        )
    return path
