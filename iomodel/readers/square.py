"""Social accounting matrices from files: the library's folder, and the usual square layout."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pandas as pd

from iomodel.arguments import typed
from iomodel.errors import LayoutError, TableError
from iomodel.identities import RELATIVE
from iomodel.meta import Meta
from iomodel.readers.cells import Grid, a1, formulas, is_blank, read_grids
from iomodel.readers.figures import bad_cells, numbers
from iomodel.readers.files import open_source
from iomodel.readers.labels import clean
from iomodel.sam import SAM
from iomodel.storage import prefixed, read_description, read_frame

TOTALS = {"total", "totals", "totales", "suma", "sum"}
ACCOUNTS = ["code", "name", "kind"]


@typed
def read_sam(
    path: str | os.PathLike[str],
    *,
    kinds: Mapping[str, str] | None = None,
    sheet: str | None = None,
    balanced: bool = True,
) -> SAM:
    """A SAM from a folder of the library, or from a square xlsx or csv.

    The square layout has labels in the first row and the first column and, if wanted, totals in
    the last ones, which are checked and left out.  What its accounts are is said by a second
    sheet with the columns code, name and kind (as `SAM.to_excel` writes it) or by `kinds` (see
    `SAM`), which goes before.  `balanced=False` lets in a SAM that is still to be balanced.
    Raises FileError, LayoutError, CellError, LabelError, BalanceError, each naming the file.

    >>> import tempfile
    >>> import iomodel as im
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = im.load_sam("mexico-2013-21").to_folder(f"{folder}/mine")
    ...     len(im.read_sam(path).accounts)
    42
    """
    if Path(path).is_dir():
        return _from_folder(Path(path), balanced)
    grids = read_grids(open_source(path))
    described, chosen = _sheets(grids, sheet)
    if len(chosen) != 1:
        raise LayoutError(
            f"'{path}' has {len(chosen)} sheets that could hold the SAM.",
            [grid.name for grid in grids],
            "Choose one with sheet=.",
            file=str(path),
        )
    if kinds is None and described is None:
        raise LayoutError(
            f"'{path}' does not say of what kind its accounts are.",
            remedy="Pass kinds={'households': 'institution', ...} for every account, or add a "
            f"sheet with the columns {', '.join(ACCOUNTS)}.",
            file=str(path),
        )
    try:
        frame = _square(chosen[0])
        said = _Said({}, {}) if described is None else _said(described, list(frame.index))
        meta = Meta(title=Path(path).stem, source=str(Path(path).name))
        return SAM.from_frame(
            frame,
            kinds=said.kinds | dict(kinds or {}),
            names=said.names,
            meta=meta,
            balanced=balanced,
        )
    except TableError as error:
        raise prefixed(error, path) from None


def is_square(grids: Sequence[Grid]) -> bool:
    """Whether a sheet has the same labels in its first row and its first column, two or more."""
    _, chosen = _sheets(grids, None)
    for grid in chosen:
        if not grid.rows or all(is_blank(value) for value in grid.rows[0]):
            continue
        across = {str(value).strip() for value in grid.rows[0][1:] if not is_blank(value)}
        down = {str(row[0]).strip() for row in grid.rows[1:] if row and not is_blank(row[0])}
        across, down = ({label for label in side if label.lower() not in TOTALS}
                        for side in (across, down))  # fmt: skip
        if len(across & down) > 1 and 2 * len(across & down) > len(across | down):
            return True
    return False


def read_provisionally(path: str | os.PathLike[str]) -> SAM:
    """The same to look at: accounts of a file that does not say their kinds are institutions."""
    described, chosen = _sheets(read_grids(open_source(path)), None)
    if described is not None or len(chosen) != 1:
        return read_sam(path)
    sam = read_sam(path, kinds=dict.fromkeys(_square(chosen[0]).index, "institution"))
    note = "the kinds of its accounts are not in the file: read_sam(path, kinds={...})"
    return SAM(sam.accounts, sam.array, sam.meta.but(note))


@dataclass(frozen=True)
class _Said:
    """What a sheet of accounts says of each: its name and its kind."""

    names: dict[str, str]
    kinds: dict[str, str]


def _sheets(grids: Sequence[Grid], sheet: str | None) -> tuple[Grid | None, list[Grid]]:
    """The sheet of accounts, if there is one, and those that could hold the SAM."""
    described, others = None, []
    for grid in grids:
        heading = [str(value).strip().lower() for value in grid.rows[0][:3]] if grid.rows else []
        if heading == ACCOUNTS and described is None:
            described = grid
        elif sheet is None or grid.sheet == sheet:
            others.append(grid)
    return described, others


def _said(grid: Grid, labels: Sequence[str]) -> _Said:
    lines = [
        [clean(grid.at(row, column), grid.cell(row, column)) for column in range(3)]
        for row in range(1, len(grid.rows))
        if any(not grid.is_blank(row, column) for column in range(3))
    ]
    codes = [code for code, _, _ in lines]
    twice = sorted({f"'{code}'" for code in codes if codes.count(code) > 1})
    if twice:
        raise grid.refusal(f"{len(twice)} accounts stand twice", "Give each one line.", twice)
    unknown = [f"'{code}'" for code in codes if code not in labels]
    if unknown:
        raise grid.refusal(
            f"{len(unknown)} accounts have no row in the SAM",
            "Take them out, or add them.",
            unknown,
        )
    return _Said(
        {code: name or code for code, name, _ in lines}, {code: kind for code, _, kind in lines}
    )


def _from_folder(folder: Path, balanced: bool) -> SAM:
    description = read_description(folder, required=("title",))
    accounts = read_frame(folder, "accounts", text=("name", "kind"))
    known = {field.name for field in fields(Meta)}
    values = {key: value for key, value in description.items() if key in known}
    for key in ("assumptions", "history"):
        values[key] = tuple(values.get(key, ()))
    try:
        return SAM.from_frame(
            read_frame(folder, "transactions"),
            kinds=dict(zip(accounts.index, accounts["kind"], strict=True)),
            names=dict(zip(accounts.index, accounts["name"], strict=True)),
            meta=Meta(**values),
            balanced=balanced,
        )
    except TableError as error:
        raise prefixed(error, folder) from None


def _square(grid: Grid) -> pd.DataFrame:
    """The labelled block, its stated totals checked and taken off."""
    width = max((len(row) for row in grid.rows), default=0)
    across, down = range(1, width), range(1, len(grid.rows))
    columns = {
        at: clean(grid.at(0, at), grid.cell(0, at)) for at in across if not grid.is_blank(0, at)
    }
    rows = {at: clean(grid.at(at, 0), grid.cell(at, 0)) for at in down if not grid.is_blank(at, 0)}
    if not rows or not columns:
        raise grid.refusal(
            "no labels stand in its first row and column",
            "A SAM is square, labelled on both sides.",
        )
    stray = [
        f"{a1(row, column)}: {grid.at(row, column)!r}"
        for row in down
        for column in across
        if (row not in rows or column not in columns) and not grid.is_blank(row, column)
    ]
    if stray:
        raise grid.refusal(
            f"{len(stray)} cells stand in a row or column without a label",
            "Label them, or take them out of the sheet.",
            stray,
        )
    read = numbers(grid, rows, columns)
    at_row, at_column = list(rows), list(columns)
    blanks = [(at_row[i], at_column[j]) for i, j in np.argwhere(read.blank)]
    unknown = formulas(grid, blanks) if blanks else set()
    if unknown:
        raise bad_cells(
            grid,
            sorted(unknown),
            rows,
            columns,
            "is a formula saved without its value",
            "Open and save it in a spreadsheet program, so that values stand beside formulas.",
        )
    frame = pd.DataFrame(read.values, index=list(rows.values()), columns=list(columns.values()))
    return _without_totals(grid, frame)


def _without_totals(grid: Grid, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame without a last row and column of totals, once these are seen to be right."""
    below = str(frame.index[-1]).lower() in TOTALS
    beside = str(frame.columns[-1]).lower() in TOTALS
    body = frame.iloc[: len(frame) - below, : frame.shape[1] - beside]
    stated = {}
    if below:
        stated["row of totals"] = (frame.iloc[-1][: body.shape[1]], body.sum())
    if beside:
        stated["column of totals"] = (frame.iloc[: len(body), -1], body.sum(axis=1))
    if below and beside:
        corner = pd.Series({"total": frame.iloc[-1, -1]})
        stated["total of totals"] = (corner, pd.Series({"total": body.to_numpy().sum()}))
    allowed = RELATIVE * max(float(frame.abs().to_numpy().max()), 1.0)
    for place, (said, sums) in stated.items():
        gap = np.abs(said.to_numpy() - sums.to_numpy())
        if gap.max(initial=0.0) > allowed:
            worst = int(gap.argmax())
            raise grid.refusal(
                f"its {place} differs from the sums at '{sums.index[worst]}' by {gap[worst]:.6g}",
                "Mend the total or the cell; totals are checked, never trusted.",
            )
    return body
