"""Writes docs/years.md and the tables beside it: Mexico by year, two witnesses.

python docs/write_years.py            write the page and the csv files from fresh results
python docs/write_years.py --check    say whether they are what would be written (1: no)
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from iomodel.card.parts import Part, written
from iomodel.cli import years

HERE = Path(__file__).resolve().parent
PAGE = HERE / "years.md"
TABLES = HERE / "years"
HEAD = """# Mexico by year, two witnesses

Written by `python docs/write_years.py` from the tables that ship (the same page in a terminal:
`iomodel reproduce --years`); a test compares every number here with fresh results. Not to be edited
by hand. The tables are beside it as csv, six significant digits: {files}.
"""


def files(parts: list[Part]) -> dict[Path, str]:
    """Every file and what it should hold."""
    tables = {
        TABLES / f"{part.name}.csv": years.as_csv(part)
        for part in parts
        if part.name in years.FILES
    }
    listed = ", ".join(f"[{path.name}](years/{path.name})" for path in tables)
    text = written(parts, "markdown", main="witnesses")
    return {PAGE: HEAD.format(files=listed) + "\n" + text + "\n", **tables}


def main(arguments: list[str] | None = None) -> int:
    """Write the files, or say which are not up to date."""
    parser = argparse.ArgumentParser(description="Write docs/years.md and docs/years/*.csv.")
    parser.add_argument("--check", action="store_true", help="compare only; 1 where one differs")
    wanted = files(years.page())
    if not parser.parse_args(arguments).check:
        TABLES.mkdir(exist_ok=True)
        for path, text in wanted.items():
            path.write_text(text, encoding="utf-8", newline="\n")
        return 0
    old = [
        path.name
        for path, text in wanted.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    if old:
        print(f"{', '.join(old)}: not what would be written. Run: python docs/write_years.py")
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main())
