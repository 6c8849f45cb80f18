"""`iomodel report SECTOR -o FILE`: one page, or one workbook, about one sector."""

from __future__ import annotations

import shlex
from pathlib import Path

from iomodel import catalog, report
from iomodel.errors import WriteError
from iomodel.readers import read_folder
from iomodel.storage import TOML

PAGE, BOOK = ".html", ".xlsx"


def write(
    sector: str, table: str, output: str, *, lang: str, force: bool, interactive: bool = False
) -> str:
    """Write the report and say where, how large it is, and what was left out."""
    path = Path(output)
    kind = path.suffix.lower()
    if kind not in (PAGE, BOOK):
        raise WriteError(
            f"'{path}' is called neither {PAGE} nor {BOOK}.",
            remedy=f"Name it so: '{path.stem or 'report'}{PAGE}'.",
        )
    if path.exists() and not force:  # before a second of work, and in the words of the command
        raise WriteError(f"'{path}' exists.", remedy="Choose another name, or add --force.")
    if interactive and kind == BOOK:
        raise WriteError(
            f"'{path}' is a workbook, and pictures that answer to the mouse stand on a page.",
            remedy=f"Name it '{path.stem}{PAGE}', or leave out --interactive.",
        )
    loaded = read_folder(table) if (Path(table) / TOML).is_file() else catalog.load(table)
    words = ["iomodel", "report", sector, "--table", table, "-o", path.name]
    words += ["--interactive"] if interactive else []
    command = shlex.join(words if lang == "en" else [*words, "--lang", lang])
    found = report.sector(loaded, sector, lang=lang, command=command)
    if kind == PAGE:
        found.to_html(path, interactive=interactive, overwrite=force)
    else:
        found.to_excel(path, overwrite=force)
    size = f"{path.stat().st_size / 1000:,.0f} kB"
    size += " (most of it is plotly.js, for pictures that answer to the mouse)" * interactive
    said = [f"{path}: {len(found.sections)} sections, {size}."]
    return "\n".join([*said, *(f"Left out: {text}" for text in found.left_out)])
