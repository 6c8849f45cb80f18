"""What a report is made of: sections of sentences, grids of numbers and figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from iomodel.text import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHORTEN = 34  # letters of a name on a picture
WIDE = 4.0  # inches of axes from which there is room for names


@dataclass(frozen=True, eq=False)
class Grid:
    """A table of the report: numbers in the units that its words name, and how to print them.

    `frame` holds numbers and texts; `rows` and `heads` are the words for its index and columns
    (`corner` above the index).  `digits` are decimals by column, or by row where a column holds
    several units; None for a column of texts.
    """

    key: str
    title: str
    frame: pd.DataFrame
    corner: str
    rows: Sequence[str]
    heads: Sequence[str]
    digits: Sequence[int | None]
    by_row: Sequence[int] = ()
    bold: Sequence[int] = ()
    long: Sequence[int] = ()  # columns left out of a narrow page
    on_page: Sequence[int] | None = None  # the rows of the page; a workbook has them all

    def decimals(self, row: int, column: int) -> int | None:
        """Decimals of one cell; None for a text."""
        if self.digits[column] is None:
            return None
        return self.by_row[row] if self.by_row else self.digits[column]

    def shown(self) -> list[list[str]]:
        """The cells as printed."""
        cells = self.frame.to_numpy(dtype=object)
        return [
            [
                str(value) if (d := self.decimals(i, j)) is None else number(float(value), d)
                for j, value in enumerate(row)
            ]
            for i, row in enumerate(cells)
        ]


@dataclass(frozen=True, eq=False)
class Figure:
    """A picture that draws itself on axes: twice, wide for a screen or paper, narrow for a phone.

    `sizes` in inches; `alt` says in words what is drawn.  `live` gives the same picture for a page
    that answers to the mouse (data and layout of plotly.js), where there is one.
    """

    key: str
    draw: Callable[[Axes], object]
    caption: str
    alt: str
    sizes: tuple[tuple[float, float], tuple[float, float]]
    live: Callable[[], Mapping[str, Any]] | None = None


@dataclass(frozen=True, eq=False)
class Section:
    """One section: sentences before, figures, grids, sentences after, and lists with a heading.

    `left_out` says what of it the table cannot give.
    """

    key: str
    title: str
    lead: Sequence[str] = ()
    figures: Sequence[Figure] = ()
    grids: Sequence[Grid] = ()
    notes: Sequence[str] = ()
    lists: Mapping[str, Sequence[str]] | None = None
    left_out: Sequence[str] = ()


def shortened(name: str) -> str:
    """A name cut at a word, for a label.

    >>> shortened("Electricity, water and gas by pipeline")
    'Electricity, water and gas by…'
    """
    if len(name) <= SHORTEN:
        return name
    return name[: SHORTEN - 1].rpartition(" ")[0].rstrip(",;") + "…"


def wide_enough(ax: Axes) -> bool:
    """Whether axes have room for names, as on a screen and on paper."""
    return bool(ax.get_window_extent().width > WIDE * ax.figure.dpi)
