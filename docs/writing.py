"""What the scripts that write a page of this folder share: write it, or say that it is stale."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path


def written(
    page: Path, text: Callable[[], str], script: str, arguments: Sequence[str] | None
) -> int:
    """Write the page, or with --check say whether it is what would be written (1: it is not)."""
    parser = argparse.ArgumentParser(description=f"Write docs/{page.name} from fresh results.")
    parser.add_argument("--check", action="store_true", help="compare only; 1 where it differs")
    asked = parser.parse_args(arguments)
    fresh = text()
    if not asked.check:
        page.write_text(fresh, encoding="utf-8")
        return 0
    if page.is_file() and page.read_text(encoding="utf-8") == fresh:
        return 0
    print(f"{page.name} is not what would be written. Run: python docs/{Path(script).name}")
    return 1


def rows(lines: Sequence[Sequence[str]]) -> str:
    """A markdown table: the first line heads it."""
    head, *body = lines
    return "\n".join("| " + " | ".join(line) + " |" for line in (head, ["---"] * len(head), *body))
