"""Large labelled matrices in text: read as they pass, and on a fault by the cell at fault."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

import numpy as np

from iomodel.accounts import EXACT_INTEGERS, Array
from iomodel.errors import SHOWN, CellError, LabelError
from iomodel.progress import shown
from iomodel.readers.cells import DELIMITERS, a1
from iomodel.readers.files import CHUNK, Text
from iomodel.readers.labels import clean

FINEST = 6  # more decimals than this are binary fractions, not a last digit that was printed
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
Label: TypeAlias = tuple[str, ...]
Block: TypeAlias = tuple[tuple[Label, ...], Array]


@dataclass(frozen=True, eq=False)
class Rows:
    """A matrix as it passes: the labels of its columns, and blocks of rows under their labels."""

    source: Text
    columns: tuple[Label, ...]
    blocks: Callable[[], Iterator[Block]]


@dataclass(frozen=True, eq=False)
class Matrix:
    """The numbers of a file, the labels of each row and column, and where it was read from.

    `passed` are the labels of all rows, where only some were kept.
    """

    source: Text
    rows: tuple[Label, ...]
    columns: tuple[Label, ...]
    values: Array
    passed: tuple[Label, ...]


def lines_of(source: Text) -> Iterator[list[str]]:
    """The lines of a text file, some millions of characters at a time, without their ends."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    rest, passed = "", 0
    with shown(f"reading {source.name}") as say:
        for data in source.chunks(CHUNK):
            if b"\0" in data:
                raise source.refusal(
                    f"holds a NUL byte at offset {passed + data.index(0):,}: it is not text",
                    "Download it again.",
                )
            rest += _decoded(source, decoder, data, passed)
            passed += len(data)
            *lines, rest = rest.split("\n")
            yield [line.removesuffix("\r") for line in lines]
            say(f"{min(passed / source.size, 1):.0%}")
    rest += _decoded(source, decoder, b"", passed)
    yield [rest]


def _decoded(source: Text, decoder: codecs.IncrementalDecoder, data: bytes, passed: int) -> str:
    held = len(decoder.getstate()[0])
    try:
        return decoder.decode(data, final=not data)
    except UnicodeDecodeError as error:
        raise source.refusal(
            f"is not text in UTF-8 (byte {passed - held + error.start:,})",
            "Save it as text in UTF-8.",
        ) from None


def open_rows(source: Text, *, header: int = 1, labels: int = 1) -> Rows:
    """The matrix below `header` lines of labels and right of `labels` columns of them.

    A line below the header that holds labels and no number (the names of an index, as pandas
    writes them) is passed over.  Every other cell is a finite plain number, or CellError names it;
    a line of another length, a header cut short and a label twice raise too.
    """
    top = list(islice((line for lines in lines_of(source) for line in lines), header + 1))
    if len(top) <= header:
        raise source.refusal(f"has {len(top)} lines, too few for a table", "Download it again.")
    delimiter = max(DELIMITERS, key=top[0].count)
    if delimiter not in top[0]:
        raise source.refusal("is not split into fields by a comma or tab", "Download it again.")
    lines = _fields(source, top, delimiter)
    lines += [[]] * (header + 1 - len(lines))
    width = max(len(line) for line in lines[:header])
    last = [*lines[header], *[""] * width]
    skip = header + (1 if any(last[:labels]) and not any(last[labels:width]) else 0)
    columns = tuple(
        tuple(clean(_at(line, at), f"{source.name}!{a1(i, at)}") for i, line in
              enumerate(lines[:header]))
        for at in range(labels, width)
    )  # fmt: skip
    _require_labels(source, "column", columns)
    layout = _Layout(source, delimiter, skip, labels, width)
    return Rows(source, columns, lambda: layout.blocks(columns))


def read_matrix(
    source: Text, *, header: int = 1, labels: int = 1, only: Callable[[Label], bool] | None = None
) -> Matrix:
    """The same at once; of its rows those that `only` wants."""
    found = open_rows(source, header=header, labels=labels)
    passed: list[Label] = []
    rows: list[Label] = []
    kept: list[Array] = [np.empty((0, len(found.columns)))]
    for names, values in found.blocks():
        passed += names
        at = [i for i, name in enumerate(names) if only is None or only(name)]
        rows += [names[i] for i in at]
        kept.append(values if len(at) == len(names) else values[at])
    return Matrix(source, tuple(rows), found.columns, np.concatenate(kept), tuple(passed))


@dataclass(frozen=True, eq=False)
class _Layout:
    """Where the numbers of a file stand."""

    source: Text
    delimiter: str
    skip: int
    labels: int
    width: int

    def blocks(self, columns: tuple[Label, ...]) -> Iterator[Block]:
        """The rows in blocks, every cell a finite number, every label once."""
        passed: list[Label] = []
        skip = self.skip
        for lines in lines_of(self.source):
            body = [line for line in lines[skip:] if line.strip()]
            skip = max(skip - len(lines), 0)
            if body:
                names, values = self._block(body, len(passed))
                _require_finite(self, names, columns, values, len(passed))
                passed += names
                yield names, values
        if not passed:
            raise self.source.refusal(
                "has no line of figures below its header", "Download it again."
            )
        _require_labels(self.source, "row", passed)

    def _block(self, lines: list[str], passed: int) -> Block:
        names = []
        for i, line in enumerate(lines):
            quoted = '"' in line
            fields = _fields(self.source, [line], self.delimiter)[0] if quoted else []
            found = len(fields) if quoted else line.count(self.delimiter) + 1
            if found != self.width:
                raise self._fault()
            texts = (fields if quoted else line.split(self.delimiter, self.labels))[: self.labels]
            names.append(tuple(clean(t, self.cell(passed + i, at)) for at, t in enumerate(texts)))
        try:
            # numpy gives every digit of a decimal text back on every release; pandas did not on all
            values = np.loadtxt(
                lines,
                delimiter=self.delimiter,
                usecols=range(self.labels, self.width),
                comments=None,
                quotechar='"',
                ndmin=2,
            )
        except ValueError:
            raise self._fault() from None
        return tuple(names), values

    def cell(self, row: int, column: int) -> str:
        """The full name of a cell of the file: 'Z.txt!C4'."""
        return f"{self.source.name}!{a1(self.skip + row, column)}"

    def _fault(self) -> CellError:
        found = list(islice(self._faults(), SHOWN + 1))
        return CellError(
            f"{self.source.name}: {len(found)} cells or lines do not hold what they should.",
            found,
            "Each cell holds digits with a decimal point and nothing else (0 where there is "
            "nothing): download the file again, or mend it.",
            file=str(self.source.path),
        )

    def _faults(self) -> Iterator[str]:
        """Each cell that is no number and each line of another length, by name."""
        lines = (f"{line}\n" for lines in lines_of(self.source) for line in lines)
        reader = csv.reader(lines, delimiter=self.delimiter)
        try:
            yield from self._of_lines(reader)
        except csv.Error as error:  # a carriage return inside a line
            yield f"{self.source.name}, line {reader.line_num}: {error}"

    def _of_lines(self, reader: Iterable[list[str]]) -> Iterator[str]:
        head: list[str] = []
        for at, line in enumerate(reader):
            if at < self.skip:
                head = head or line
                continue
            if not line:
                continue
            if len(line) != self.width:
                yield (
                    f"{self.source.name}, line {at + 1}: {len(line)} fields, the header "
                    f"{self.width}"
                )
                continue
            for column in range(self.labels, self.width):
                value = line[column].strip(" ")
                if not NUMBER.fullmatch(value) or not abs(float(value)) < EXACT_INTEGERS:
                    why = "is blank" if not value else "is no plain finite number"
                    yield (
                        f"{self.source.name}!{a1(at, column)} (row "
                        f"'{', '.join(line[: self.labels])}', column '{_at(head, column)}'): value "
                        f"{line[column]!r} {why}"
                    )


class Digits:
    """The last digit that figures were printed with, told from blocks as they pass."""

    def __init__(self) -> None:
        self._decimals = 0

    def see(self, block: Array) -> None:
        """Look at more figures."""
        for row in np.atleast_2d(block):  # row by row: these blocks fill the memory as they are
            while self._decimals <= FINEST and not _whole(row, 10.0**self._decimals):
                self._decimals += 1

    @property
    def last(self) -> float:
        """0.001 for three decimals, 0 where there is no last digit."""
        return float(f"1e-{self._decimals}") if self._decimals <= FINEST else 0.0


def last_digit(*blocks: Array) -> float:
    """The last digit that figures were printed with: 0.001 for three decimals, 0 where there is
    none.

    >>> last_digit(np.array([1.5, 2.25]))
    0.01
    >>> last_digit(np.array([1 / 3]))
    0.0
    """
    digits = Digits()
    for block in blocks:
        digits.see(block)
    return digits.last


def _whole(row: Array, scale: float) -> bool:
    scaled = row * scale
    return bool((np.abs(scaled - np.rint(scaled)) <= 1e-6 + 1e-14 * np.abs(scaled)).all())


def _fields(source: Text, lines: list[str], delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(lines, delimiter=delimiter))
    except csv.Error as error:
        raise source.refusal(
            f"cannot be split into fields ({error})", "Look for a quotation mark left open."
        ) from error


def _at(line: list[str], at: int) -> str:
    return line[at] if at < len(line) else ""


def _require_labels(source: Text, axis: str, listed: Sequence[Label]) -> None:
    seen: dict[Label, int] = {}
    twice = []
    for at, label in enumerate(listed):
        if label in seen:
            twice.append(f"'{', '.join(label)}' in {axis}s {seen[label] + 1} and {at + 1}")
        seen.setdefault(label, at)
    empty = [f"{axis} {at + 1}" for at, label in enumerate(listed) if not all(label)]
    if twice or empty:
        raise LabelError(
            f"{source.name}: {len(twice)} labels of {axis}s stand twice, {len(empty)} are empty.",
            [*twice, *empty],
            f"Name each {axis} once.",
        )


def _require_finite(
    layout: _Layout, names: Sequence[Label], columns: Sequence[Label], values: Array, passed: int
) -> None:
    bad = np.argwhere(~(np.abs(values) < EXACT_INTEGERS))
    if len(bad):
        raise CellError(
            f"{layout.source.name}: {len(bad)} cells are not finite, or beyond 2**53.",
            [
                f"{layout.cell(passed + i, layout.labels + j)} (row '{', '.join(names[i])}', "
                f"column '{', '.join(columns[j])}'): {values[i, j]}"
                for i, j in bad[: SHOWN + 1]
            ],
            "Write the number; a missing value is never taken as zero.",
            file=str(layout.source.path),
        )
