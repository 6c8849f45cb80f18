"""`iomodel report SECTOR -o FILE`: one page, or one workbook, about one sector."""

from __future__ import annotations

import shlex
from pathlib import Path

from iomodel import catalog, report
from iomodel.errors import WriteError
from iomodel.lang import spoken
from iomodel.text import number

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
        ).keyed("not_a_report", file=path, example=path.stem or "report")
    if path.exists() and not force:  # before a second of work, and in the words of the command
        raise WriteError(f"'{path}' exists.", remedy="Choose another name, or add --force.").keyed(
            "exists_force", file=path
        )
    if interactive and kind == BOOK:
        raise WriteError(
            f"'{path}' is a workbook, and pictures that answer to the mouse stand on a page.",
            remedy=f"Name it '{path.stem}{PAGE}', or leave out --interactive.",
        ).keyed("no_live_workbook", file=path, example=path.stem)
    say = spoken(lang)
    words = ["iomodel", "report", sector, "--table", table, "-o", path.name]
    words += ["--interactive"] if interactive else []
    command = shlex.join(words if lang == "en" else [*words, "--lang", lang])
    loaded = catalog.own_or_bundled(table)
    found = report.sector(loaded, sector, lang=lang, command=command)
    if kind == PAGE:
        found.to_html(path, interactive=interactive, overwrite=force)
    else:
        found.to_excel(path, overwrite=force)
    size = number(path.stat().st_size / 1000)
    said = [
        say(
            "usage.written_live" if interactive else "usage.written",
            file=path,
            sections=len(found.sections),
            size=size,
        )
    ]
    return "\n".join([*said, *(say("usage.left_out", what=text) for text in found.left_out)])
