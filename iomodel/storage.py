"""The folder layout of tables on disk, csv beside toml, as plain frames: written whole or not."""

from __future__ import annotations

import csv
import math
import os
import shutil
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import tomli_w

from iomodel.errors import (
    CellError,
    FileError,
    IOModelError,
    LayoutError,
    TableError,
    WriteError,
)

TOML = "table.toml"
MANIFEST = "manifest.toml"  # of a table whose flows stay on disk


def write_folder(
    path: str | os.PathLike[str],
    frames: Mapping[str, pd.DataFrame],
    description: Mapping[str, Any],
    *,
    overwrite: bool = False,
) -> Path:
    """Write `name.csv` for each frame and `table.toml`; numbers keep every digit.

    The folder is made beside its place and moved there when complete, so that a failure leaves
    what stood before.  An existing folder raises WriteError unless `overwrite=True`.
    """
    target = Path(path)
    with staging(target, overwrite=overwrite, mark=TOML) as folder:
        for name, frame in frames.items():
            frame.to_csv(folder / f"{name}.csv", lineterminator="\n", encoding="utf-8")
        text = tomli_w.dumps(dict(description), multiline_strings=False)
        (folder / TOML).write_text(text, encoding="utf-8", newline="\n")
    return target


@contextmanager
def staging(target: Path, *, overwrite: bool, mark: str, size: int = 0) -> Iterator[Path]:
    """A folder beside `target` that takes its place when everything went well.

    WriteError where something else than a folder with the file `mark` in it (or an empty one)
    stands there, where it stands and is not to be replaced, and where `size` bytes have no room.
    """
    if target.exists() and not overwrite:
        raise WriteError(f"'{target}' exists.", remedy="Pass overwrite=True to replace it.").keyed(
            "exists_folder", file=target
        )
    if target.is_file() or (target.is_dir() and not _is_ours(target, mark)):
        raise WriteError(
            f"'{target}' is not a table folder: it has no {mark}.",
            remedy="Choose another path; only folders in this layout are ever replaced.",
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        room = shutil.disk_usage(target.parent).free if size else 0
        if size > room:
            raise WriteError(
                f"'{target}' needs {size / 1e9:.2f} GB, and the disk has {room / 1e9:.2f} GB free.",
                remedy="Choose another disk; nothing was written.",
            )
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        try:
            yield folder
            os.chmod(folder, 0o755)
            exchange(folder, target)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except IOModelError:  # a reader's refusal, or the one above
        raise
    except OSError as error:
        raise _unwritable(target, error) from error


def exchange(staging: Path, target: Path) -> None:
    """Put the new folder in the place of the old one, which comes back if that fails."""
    if not target.exists():
        os.replace(staging, target)
        return
    old = staging.with_name(f"{staging.name}-old")
    os.replace(target, old)
    try:
        os.replace(staging, target)
    except OSError:
        os.replace(old, target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _unwritable(target: Path, error: OSError) -> WriteError:
    return WriteError(
        f"'{target}' cannot be written: {error}.",
        remedy="Check that the folder exists, is yours and has room; nothing was changed.",
    ).keyed("unwritable", file=target, why=error.strerror or error)


def _is_ours(folder: Path, mark: str) -> bool:
    names = {entry.name for entry in folder.iterdir()}
    return not names or mark in names


def read_description(
    path: str | os.PathLike[str], *, required: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The toml of a table folder; FileError or LayoutError naming the file or the lacking keys."""
    file = Path(path) / TOML
    if not file.is_file():
        raise FileError(
            f"'{file}' is missing.",
            remedy=f"A table folder holds {TOML} and one csv per block; see docs/folder-layout.md.",
            file=str(file),
        ).keyed("no_description", file=file)
    try:
        description = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LayoutError(
            f"'{file}' is not valid toml: {error}.", remedy="Mend that line.", file=str(file)
        ) from error
    lacking = [key for key in required if key not in description]
    if lacking:
        raise LayoutError(
            f"'{file}' lacks {', '.join(lacking)}.",
            remedy="See docs/folder-layout.md for the keys of a table folder.",
            file=str(file),
        )
    return description


def read_frame(
    path: str | os.PathLike[str], name: str, *, text: tuple[str, ...] = ()
) -> pd.DataFrame:
    """One csv of a table folder: first column labels, all other cells numbers but those in `text`.

    A cell that is not a number raises CellError with file, line, column and value; nothing is
    taken for missing.
    """
    file = Path(path) / f"{name}.csv"
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:  # a few times faster than pandas
            rows = [row for row in csv.reader(lines, strict=True) if row]
    except FileNotFoundError as error:
        raise FileError(
            f"'{file}' is missing.", remedy="Every block needs its csv.", file=str(file)
        ).keyed("no_block", file=file) from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise _not_rectangular(file, str(error)) from error
    if not rows:
        raise _not_rectangular(file, "it is empty")
    uneven = [i for i, row in enumerate(rows) if len(row) != len(rows[0])]
    if uneven:
        line, many = uneven[0] + 1, len(rows[uneven[0]])
        raise _not_rectangular(file, f"line {line} has {many} cells, the first {len(rows[0])}")
    corner, *names = (name.strip() for name in rows[0])
    labels = [row[0].strip() for row in rows[1:]]
    cells = [list(column) for column in zip(*rows[1:], strict=True)][1:] or [[] for _ in names]
    columns = {
        place: cells[place] if column in text else _floats(cells[place], labels, file, column)
        for place, column in enumerate(names)
    }
    index = pd.Index(labels, name=corner or None)
    if not set(text) & set(names):  # numbers only: one block, not a column after the other
        block = np.array(list(columns.values()), dtype=np.float64).reshape(len(names), len(labels))
        return pd.DataFrame(block.T, index=index, columns=pd.Index(names))
    result = pd.DataFrame(columns, index=index)
    result.columns = pd.Index(names)
    return result


def _not_rectangular(file: Path, why: str) -> LayoutError:
    return LayoutError(
        f"'{file}' is not a rectangular csv in UTF-8: {why}.",
        remedy="One header line, a label first, a comma between cells.",
        file=str(file),
    )


def _floats(values: list[str], labels: list[str], file: Path, column: str) -> list[float]:
    whole = "".join(values)
    if whole.isascii() and "_" not in whole:  # as nearly always: without a look at each
        with suppress(ValueError):
            read = [float(value) for value in values]
            if all(map(math.isfinite, read)):
                return read
    found: list[float] = []
    try:
        for value in values:
            found.append(_float(value))
    except ValueError:
        line, label, value = len(found) + 2, labels[len(found)], values[len(found)]
        raise CellError(
            f"'{file}', line {line} (row '{label}', column '{column}'): value {value!r} is not a "
            "finite number.",
            remedy="Write a number with a decimal point; write 0 where there is nothing.",
            file=str(file),
            cell=f"line {line}, column {column}",
        ) from None
    return found


def _float(text: str) -> float:
    """The finite number that a text is."""
    number = float(text)
    if number - number != 0 or not text.isascii() or "_" in text:
        raise ValueError(text)
    return number


def prefixed(error: TableError, path: object) -> TableError:
    """The same error with the folder in front of its message."""
    error.args = (f"'{path}': {error.args[0]}", *error.args[1:])
    return error
