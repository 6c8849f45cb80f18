"""Tables and paragraphs as plain text within a width, and as markdown: no table is known here."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

import pandas as pd

WIDTH = 100
GAP = "  "
NARROWEST = 12
ABSENT = "-"
_NUMBER = re.compile(r"[-+]?[\d,]*\.?\d+(?: (?:to|a) [-+]?[\d,]*\.?\d+)?|-|")


def number(value: float, digits: int = 0) -> str:
    """A number with thousands separated and fixed decimals, '-' where there is none.

    Negative digits round to tens, hundreds ...; what rounds to zero has no sign.

    >>> number(1234.5678, 2), number(1251, -2), number(float("nan")), number(-1e-9, 1)
    ('1,234.57', '1,300', '-', '0.0')
    """
    if value != value:
        return ABSENT
    rounded = round(float(value), digits) + 0.0
    return f"{rounded:,.{max(digits, 0)}f}"


def span(low: float, high: float, digits: int = 0, *, to: str = "to") -> str:
    """A range as '49.4 to 55.2', one number where both ends print alike.

    >>> span(0.494, 0.552, 2), span(1.001, 1.002, 2)
    ('0.49 to 0.55', '1.00')
    """
    ends = number(low, digits), number(high, digits)
    return ends[0] if ends[0] == ends[1] else f" {to} ".join(ends)


def wrapped(text: str, *, indent: int = 0, hang: int = 0, width: int = WIDTH) -> list[str]:
    """A paragraph in lines of at most `width`, indented; lines after the first by `hang` more.

    >>> wrapped("one two three", indent=2, hang=1, width=10)
    ['  one two', '   three']
    """
    return textwrap.wrap(
        text,
        width=width,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hang),
    )


def narrowed(text: str, *, width: int = WIDTH) -> str:
    """Several lines, each wrapped to `width` with its own indent kept.

    >>> print(narrowed("a:\\n  one two three", width=10))
    a:
      one two
        three
    """
    lines = []
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        lines += wrapped(line.strip(), indent=indent, hang=2, width=width) or [""]
    return "\n".join(lines)


def heading(text: str, *, width: int = WIDTH) -> list[str]:
    """A heading, underlined; wrapped where it is longer than the page.

    >>> heading("Ladder")
    ['Ladder', '------']
    """
    lines = wrapped(text, width=width)
    return [*lines, "-" * max(map(len, lines), default=0)]


def grid(
    shown: pd.DataFrame,
    *,
    below: Sequence[str] | None = None,
    indent: int = 2,
    width: int = WIDTH,
) -> list[str]:
    """A frame of texts as aligned columns within `width`: numbers to the right, words wrapped.

    The index is the first column.  Where the columns are too wide the longest column of words is
    narrowed and its cells are wrapped.  `below` (one text a row) is printed under each row,
    indented to its second column.

    >>> for line in grid(pd.DataFrame({"cents": ["42.0", "7.0"]}, index=["imports", "wages"])):
    ...     print(line)
               cents
      imports   42.0
      wages      7.0
    """
    header, rows = _texts(shown)
    right = [all(_NUMBER.fullmatch(row[i]) for row in rows) and i > 0 for i in range(len(header))]
    widths = _widths(header, rows, right, width - indent)
    lines = _cells(header, widths, right, indent)
    second = indent + widths[0] + len(GAP)
    for i, row in enumerate(rows):
        lines += _cells(row, widths, right, indent)
        if below is not None and below[i]:
            lines += wrapped(below[i], indent=second, width=width)
    return lines


def _texts(shown: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Header and rows, the index first."""
    name = shown.index.name
    header = ["" if name is None else str(name), *map(str, shown.columns)]
    cells = shown.to_numpy(dtype=object)
    rows = [[str(label), *map(str, row)] for label, row in zip(shown.index, cells, strict=True)]
    return header, rows


def _widths(
    header: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool], room: int
) -> list[int]:
    """Widths that fit: headers wrap at spaces, then the widest column of words gives way."""
    cells = [[row[i] for row in rows] for i in range(len(header))]
    widths = [
        max([len(cell) for cell in column] + [len(word) for word in title.split()] + [0])
        for title, column in zip(header, cells, strict=True)
    ]
    words = [i for i in range(len(header)) if not right[i]]
    while sum(widths) + len(GAP) * (len(widths) - 1) > room:
        widest = max(words, key=lambda i: widths[i])
        if widths[widest] <= NARROWEST:
            break
        widths[widest] -= 1
    return widths


def _cells(
    row: Sequence[str], widths: Sequence[int], right: Sequence[bool], indent: int
) -> list[str]:
    """One row as lines: every cell wrapped to its width, aligned."""
    wrapped_cells = [
        textwrap.wrap(cell, width=max(size, 1)) or [""]
        for cell, size in zip(row, widths, strict=True)
    ]
    lines = []
    for i in range(max(map(len, wrapped_cells))):
        texts = [cell[i] if i < len(cell) else "" for cell in wrapped_cells]
        aligned = [
            text.rjust(size) if to_right else text.ljust(size)
            for text, size, to_right in zip(texts, widths, right, strict=True)
        ]
        lines.append((" " * indent + GAP.join(aligned)).rstrip())
    return lines


def markdown(shown: pd.DataFrame) -> list[str]:
    """A frame of texts as a markdown table; bars and line ends inside cells are made harmless.

    >>> print(*markdown(pd.DataFrame({"cents": ["42.0"]}, index=["imports"])), sep="\\n")
    |  | cents |
    | --- | --- |
    | imports | 42.0 |
    """
    header, rows = _texts(shown)
    lines = [header, ["---"] * len(header), *rows]
    return ["| " + " | ".join(map(_harmless, line)) + " |" for line in lines]


def _harmless(cell: str) -> str:
    return " ".join(cell.replace("|", "\\|").split())
