"""The report of one sector: its sections, and the file it becomes."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path

from iomodel.arguments import typed
from iomodel.display import as_html, as_text, several
from iomodel.errors import (
    BalanceError,
    MissingAccountError,
    NotProductiveError,
    TableError,
    UnitError,
)
from iomodel.outfile import write_whole
from iomodel.report import book, chains, elsewhere, money, origins, page, structure
from iomodel.report.asked import Asked
from iomodel.report.parts import Section
from iomodel.table import IOTable

SECTIONS: tuple[tuple[str, Callable[[Asked], Section | str]], ...] = (
    ("identity.title", money.identity),
    ("peso.title", money.peso),
    ("residents.title", money.residents),
    ("ribbons.title", money.ribbons),
    ("effects.title", money.effects),
    ("links.title", structure.links),
    ("trade.title", structure.trade),
    ("chains.title", chains.chains),
    ("loss.title", structure.losses),
    ("years.title", elsewhere.years),
    ("settings.title", elsewhere.settings),
    ("checks.title", origins.checks),
    ("sources.title", origins.sources),
)


@dataclass(frozen=True, eq=False, repr=False)
class Report:
    """The report of one sector as a value; `to_html` and `to_excel` write it.

    `sections` in the order of the page, each with its sentences, figures and grids (`.frame` holds
    the numbers); `left_out` says what the table cannot give, and why.
    """

    asked: Asked
    sections: tuple[Section, ...]
    left_out: tuple[str, ...]
    command: str = ""

    def _said(self) -> tuple[str, dict[str, str]]:
        asked, titles = self.asked, [section.title for section in self.sections]
        facts = {"sections": several(titles, 9), "left out": several(self.left_out)}
        return f"Report of {asked.code} {asked.name} in '{asked.table.meta.title}'", facts

    __repr__, _repr_html_ = as_text, as_html

    def html(self, *, interactive: bool = False) -> str:
        """The page as text: one file, no scripts, nothing loaded from elsewhere.

        `interactive`: the quadrants and the ribbons answer to the mouse, by plotly.js, which then
        stands in the page once (5 MB); on paper they are the static ones.
        """
        return page.page(
            self.asked, self.sections, self.left_out, command=self.command, answers=interactive
        )

    def to_html(
        self,
        path: str | os.PathLike[str],
        *,
        interactive: bool = False,
        overwrite: bool = False,
    ) -> Path:
        """Write the page of `html`.

        MissingExtraError without matplotlib, or plotly for an interactive page; WriteError for an
        existing file.
        """

        def save(staging: Path) -> None:
            text = self.html(interactive=interactive)
            staging.write_text(text, encoding="utf-8", newline="\n")

        return write_whole(path, save, suffix=".html", overwrite=overwrite, example="auto")

    def to_excel(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Write a workbook: one sheet a table, notes, and live formulas for small tables."""

        def save(staging: Path) -> None:
            book.save(staging, self.asked, self.sections, self.left_out)

        return write_whole(path, save, suffix=".xlsx", overwrite=overwrite, example="auto")


@typed
def sector(table: IOTable, code: Hashable, *, lang: str = "en", command: str = "") -> Report:
    """Everything the library says about one sector, on one page that a stranger can read.

    Identity card; where a peso of final demand ends (the ladder), what of it is produced here,
    accrues to residents and is spent here again, with the bands over the keys of ownership;
    multipliers; key-sector quadrants; suppliers and clients; the strongest supply chains;
    hypothetical extraction; the years by two witnesses; the six settings of 2013 with the band of
    each; balance checks; sources, assumptions and checksums.  What the table cannot
    give is left out and said why.  `lang` is "en" or "es"; `command` is printed at the end, so that
    a reader can make the page again.

    The figures are those of the functions of the library; nothing is computed here in another way.
    Units stand beside every number.
    Cost: that of `linkages.compare`; for Mexico 31 tables are read and 9 settings solved, about a
    second; two or three seconds of drawing when it is written.
    Errors: LabelError for an unknown sector (with the nearest names) or language.

    >>> import iomodel as im
    >>> report = im.report.sector(im.load("mexico-2018"), "3361")
    >>> [section.key for section in report.sections][:4]
    ['identity', 'peso', 'residents', 'ribbons']
    >>> im.report.sector(im.load("miller-blair-2x2"), "1").left_out[-1]
    'Six settings of 2013, with bands: they are computed for Mexico only'
    """
    asked = Asked.of(table, code, lang)
    sections: list[Section] = []
    left_out: list[str] = []
    for title, build in SECTIONS:
        built = _built(build, asked)
        if isinstance(built, str):
            left_out.append(f"{asked.w[title]}: {built}")
        else:
            sections.append(built)
            left_out += built.left_out
    return Report(asked, tuple(sections), tuple(left_out), command)


def _built(build: Callable[[Asked], Section | str], asked: Asked) -> Section | str:
    """A section, or why the table does not give it."""
    try:
        return build(asked)
    except (MissingAccountError, UnitError, BalanceError, NotProductiveError, TableError) as error:
        return asked.say.fact(error)
