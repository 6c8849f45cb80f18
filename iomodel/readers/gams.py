"""Social accounting matrices as GAMS writes them: a list of cells, row, column and value."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from iomodel.accounts import show
from iomodel.arguments import typed
from iomodel.errors import LabelError, TableError
from iomodel.meta import Meta
from iomodel.readers.cells import Grid, is_blank, read_grids
from iomodel.readers.figures import bad_cells, numbers
from iomodel.readers.files import open_source
from iomodel.readers.labels import clean
from iomodel.readers.matrix import NUMBER
from iomodel.sam import SAM
from iomodel.storage import prefixed


def is_gams(grids: Sequence[Grid]) -> bool:
    """Whether a file is a header of three columns, and lines of two words and a number.

    Words, not dates or figures; and some stand on both sides, as accounts that are paid also pay:
    any list of months with one figure each has three columns, too.
    """
    lines = [row for row in grids[0].rows if any(not is_blank(v) for v in row)] if grids else []
    if len(grids) != 1 or len(lines) < 2 or any(len(row) != 3 for row in lines[:2]):
        return False
    if any(_is_number(value) for value in lines[0]) or not _is_number(lines[1][2]):
        return False
    body = [row for row in lines[1:] if len(row) == 3]
    named = [row for row in body if _is_word(row[0]) and _is_word(row[1])]
    heads, tails = ({str(row[at]).strip() for row in named} for at in (0, 1))
    return 2 * len(named) > len(body) and not heads.isdisjoint(tails)


def _is_word(value: object) -> bool:
    return isinstance(value, str) and any(map(str.isalpha, value))


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) or bool(NUMBER.fullmatch(str(value).strip()))


def read_provisionally(path: str | os.PathLike[str]) -> SAM:
    """The same to look at: every account that is named is an institution."""
    grid = read_grids(open_source(path))[0]
    lines = [at for at, row in enumerate(grid.rows) if any(not is_blank(v) for v in row)]
    codes = [clean(value, grid.cell(at, 0)) for at in lines[1:] for value in grid.rows[at][:2]]
    return read_gams(path, kinds=dict.fromkeys(codes, "institution"))


@typed
def read_gams(
    path: str | os.PathLike[str],
    *,
    kinds: Mapping[str, str],
    names: Mapping[str, str] | None = None,
    meta: Meta | None = None,
    balanced: bool = True,
) -> SAM:
    """A SAM from a csv (or sheet) of three columns with a header: row, column, value.

    The layout of a two-dimensional parameter of GAMS written to csv ("i","j","Val"): one line for
    each flow that is not zero, the row receives from the column.  `kinds` says what each account is
    (see `SAM`), and names every account there is, in the order of the SAM; a pair without a line is
    zero.  `balanced=False` lets in a SAM that is still to be balanced.

    Errors: FileError, LayoutError, CellError; LabelError for a pair that stands twice and for
    accounts without a kind; BalanceError.
    """
    grid = read_grids(open_source(path))[0]
    lines = [at for at, row in enumerate(grid.rows) if any(str(v or "").strip() for v in row)]
    wide = [f"line {at + 1}: {len(grid.rows[at])} fields" for at in lines
            if len(grid.rows[at]) != 3]  # fmt: skip
    if len(lines) < 2 or wide:
        raise grid.refusal(
            "it is not a list of three columns below a header",
            "Write a header and one line for each flow: row,column,value.",
            wide,
        )
    body = lines[1:]
    pairs = [
        (clean(grid.at(at, 0), grid.cell(at, 0)), clean(grid.at(at, 1), grid.cell(at, 1)))
        for at in body
    ]
    read = numbers(
        grid, {at: show(pair) for at, pair in zip(body, pairs, strict=True)}, {2: "value"}
    )
    if read.blank.any():
        empty = [(at, 2) for at, blank in zip(body, read.blank[:, 0], strict=True) if blank]
        down = {at: show(pair) for at, pair in zip(body, pairs, strict=True)}
        raise bad_cells(grid, empty, down, {2: "value"}, "is blank", "Write 0, or no line.")
    place: dict[tuple[str, str], int] = {}
    twice = []
    for at, pair in zip(body, pairs, strict=True):
        if pair in place:
            twice.append(f"'{show(pair)}' in lines {place[pair] + 1} and {at + 1}")
        place.setdefault(pair, at)
    unknown = sorted({code for pair in pairs for code in pair} - set(kinds))
    if twice or unknown:
        raise LabelError(
            f"{grid.name}: {len(twice)} flows stand twice, {len(unknown)} accounts have no kind.",
            [*twice, *(f"'{code}' has no kind" for code in unknown)],
            "Give each flow one line and each account a kind: kinds={'farms': 'activity', ...}.",
        )
    frame = pd.DataFrame(0.0, index=list(kinds), columns=list(kinds))
    for pair, value in zip(pairs, read.values[:, 0], strict=True):
        frame.at[pair] = float(value)
    said = meta or Meta(title=Path(path).stem, source=grid.source.name, sha256=grid.source.sha256)
    try:
        return SAM.from_frame(frame, kinds=kinds, names=names, meta=said, balanced=balanced)
    except TableError as error:
        raise prefixed(error, grid.name) from None
