"""Large labelled matrices in text: read at once as numbers, and on a fault by the cell at fault."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from iomodel.accounts import EXACT_INTEGERS, Array
from iomodel.errors import SHOWN, CellError, LabelError
from iomodel.readers.cells import DELIMITERS, a1
from iomodel.readers.files import Source
from iomodel.readers.labels import clean

FINEST = 6  # more decimals than this are binary fractions, not a last digit that was printed
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
Label = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Matrix:
    """The numbers of a file, the labels of each row and column, and where it was read from."""

    source: Source
    rows: tuple[Label, ...]
    columns: tuple[Label, ...]
    values: Array
    first: tuple[int, int]

    def cell(self, row: int, column: int) -> str:
        """The full name of a number, by its place among the numbers: 'Z.txt!C4'."""
        return f"{self.source.name}!{a1(self.first[0] + row, self.first[1] + column)}"


def read_matrix(source: Source, *, header: int = 1, labels: int = 1) -> Matrix:
    """The matrix below `header` lines of labels and right of `labels` columns of them.

    A line below the header that holds labels and no number (the names of an index, as pandas
    writes them) is passed over.  Every other cell is a finite plain number, or CellError names it;
    a line of another length, a header cut short and a label twice raise too.
    """
    text = _text(source)
    if text.count("\n") <= header:
        raise source.refusal(
            f"has {text.count(chr(10))} lines, too few for a table", "Download it again."
        )
    top = text.split("\n", header + 1)[: header + 1]
    delimiter = max(DELIMITERS, key=top[0].count)
    if delimiter not in top[0]:
        raise source.refusal("is not split into fields by a comma or tab", "Download it again.")
    lines = _fields(source, top, delimiter)
    width = max(len(line) for line in lines[:header])
    last = [*lines[header], *[""] * width]
    skip = header + (1 if any(last[:labels]) and not any(last[labels:width]) else 0)
    columns = [
        tuple(clean(_at(line, at), f"{source.name}!{a1(i, at)}") for i, line in
              enumerate(lines[:header]))
        for at in range(labels, width)
    ]  # fmt: skip
    rows, values = _body(source, text, delimiter, skip, labels, width)
    found = Matrix(source, rows, tuple(columns), values, (skip, labels))
    _require_labels(found)
    _require_finite(found)
    return found


def last_digit(*blocks: Array) -> float:
    """The last digit that figures were printed with: 0.001 for three decimals, 0 where there is
    none.

    >>> last_digit(np.array([1.5, 2.25]))
    0.01
    >>> last_digit(np.array([1 / 3]))
    0.0
    """
    for decimals in range(FINEST + 1):
        scale = 10.0**decimals
        if all(_whole(block, scale) for block in blocks):
            return float(f"1e-{decimals}")
    return 0.0


def _whole(block: Array, scale: float) -> bool:
    for row in np.atleast_2d(block):  # row by row: these blocks fill the memory as they are
        scaled = row * scale
        if not (np.abs(scaled - np.rint(scaled)) <= 1e-6 + 1e-14 * np.abs(scaled)).all():
            return False
    return True


def _text(source: Source) -> str:
    try:
        text = source.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise source.refusal(
            f"is not text in UTF-8 (byte {error.start:,})", "Save it as text in UTF-8."
        ) from None
    if "\0" in text:
        raise source.refusal(
            f"holds a NUL byte at {text.index(chr(0)):,}: it is not text", "Download it again."
        )
    return text.replace("\r\n", "\n")


def _fields(source: Source, lines: list[str], delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(lines, delimiter=delimiter))
    except csv.Error as error:
        raise source.refusal(
            f"cannot be split into fields ({error})", "Look for a quotation mark left open."
        ) from error


def _at(line: list[str], at: int) -> str:
    return line[at] if at < len(line) else ""


def _body(
    source: Source, text: str, delimiter: str, skip: int, labels: int, width: int
) -> tuple[tuple[Label, ...], Array]:
    lines = [line for line in text.split("\n")[skip:] if line.strip()]
    if not lines:
        raise source.refusal("has no line of figures below its header", "Download it again.")
    names = []
    for i, line in enumerate(lines):
        quoted = '"' in line
        fields = _fields(source, [line], delimiter)[0] if quoted else []
        found = len(fields) if quoted else line.count(delimiter) + 1
        if found != width:
            raise _fault(source, text, delimiter, skip, labels, width)
        texts = fields[:labels] if quoted else line.split(delimiter, labels)[:labels]
        names.append(
            tuple(clean(t, f"{source.name}!{a1(skip + i, at)}") for at, t in enumerate(texts))
        )
    try:
        # numpy gives every digit of a decimal text back on every release; pandas did not on all
        values = np.loadtxt(
            lines,
            delimiter=delimiter,
            usecols=range(labels, width),
            comments=None,
            quotechar='"',
            ndmin=2,
        )
    except ValueError:
        raise _fault(source, text, delimiter, skip, labels, width) from None
    return tuple(names), values


def _fault(
    source: Source, text: str, delimiter: str, skip: int, labels: int, width: int
) -> CellError:
    found = []
    for fault in _faults(source, text, delimiter, skip, labels, width):
        found.append(fault)
        if len(found) > SHOWN:
            break
    return CellError(
        f"{source.name}: {len(found)} cells or lines do not hold what they should.",
        found,
        "Each cell holds digits with a decimal point and nothing else (0 where there is nothing): "
        "download the file again, or mend it.",
        file=str(source.path),
    )


def _faults(
    source: Source, text: str, delimiter: str, skip: int, labels: int, width: int
) -> Iterator[str]:
    """Each cell that is no number and each line of another length, by name."""
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    head: list[str] = []
    for at, line in enumerate(reader):
        if at < skip:
            head = head or line
            continue
        if not line:
            continue
        if len(line) != width:
            yield f"{source.name}, line {at + 1}: {len(line)} fields, the header {width}"
            continue
        for column in range(labels, width):
            value = line[column].strip(" ")
            if not NUMBER.fullmatch(value) or not abs(float(value)) < EXACT_INTEGERS:
                why = "is blank" if not value else "is no plain finite number"
                yield (
                    f"{source.name}!{a1(at, column)} (row '{', '.join(line[:labels])}', column "
                    f"'{_at(head, column)}'): value {line[column]!r} {why}"
                )


def _require_labels(matrix: Matrix) -> None:
    for axis, listed in (("row", matrix.rows), ("column", matrix.columns)):
        seen: dict[Label, int] = {}
        twice = []
        for at, label in enumerate(listed):
            if label in seen:
                twice.append(f"'{', '.join(label)}' in {axis}s {seen[label] + 1} and {at + 1}")
            seen.setdefault(label, at)
        empty = [f"{axis} {at + 1}" for at, label in enumerate(listed) if not all(label)]
        if twice or empty:
            raise LabelError(
                f"{matrix.source.name}: {len(twice)} labels of {axis}s stand twice, "
                f"{len(empty)} are empty.",
                [*twice, *empty],
                f"Name each {axis} once.",
            )


def _require_finite(matrix: Matrix) -> None:
    bad = np.argwhere(~(np.abs(matrix.values) < EXACT_INTEGERS))
    if len(bad):
        raise CellError(
            f"{matrix.source.name}: {len(bad)} cells are not finite, or beyond 2**53.",
            [
                f"{matrix.cell(i, j)} (row '{', '.join(matrix.rows[i])}', column "
                f"'{', '.join(matrix.columns[j])}'): {matrix.values[i, j]}"
                for i, j in bad[: SHOWN + 1]
            ],
            "Write the number; a missing value is never taken as zero.",
            file=str(matrix.source.path),
        )
