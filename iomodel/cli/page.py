"""`iomodel report SECTOR -o FILE`: one page, or one workbook, about one sector."""

from __future__ import annotations

import shlex
from pathlib import Path

from iomodel import catalog, report
from iomodel.errors import WriteError
from iomodel.readers import read_folder
from iomodel.storage import TOML

PAGE, BOOK = ".html", ".xlsx"


def write(sector: str, table: str, output: str, *, lang: str, force: bool) -> str:
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
    loaded = read_folder(table) if (Path(table) / TOML).is_file() else catalog.load(table)
    words = ["iomodel", "report", sector, "--table", table, "-o", path.name]
    command = shlex.join(words if lang == "en" else [*words, "--lang", lang])
    found = report.sector(loaded, sector, lang=lang, command=command)
    save = found.to_html if kind == PAGE else found.to_excel
    save(path, overwrite=force)
    said = [f"{path}: {len(found.sections)} sections, {path.stat().st_size / 1000:,.0f} kB."]
    return "\n".join([*said, *(f"Left out: {text}" for text in found.left_out)])
