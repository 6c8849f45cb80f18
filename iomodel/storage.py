"""The folder layout of tables on disk, csv beside toml, as plain frames: written whole or not."""

from __future__ import annotations

import os
import shutil
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import tomli_w

from iomodel.errors import CellError, FileError, LayoutError, TableError, WriteError

TOML = "table.toml"


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
    if target.exists() and not overwrite:
        raise WriteError(f"'{target}' exists.", remedy="Pass overwrite=True to replace it.").keyed(
            "exists_folder", file=target
        )
    if target.is_file() or (target.is_dir() and not _is_ours(target)):
        raise WriteError(
            f"'{target}' is not a table folder.",
            remedy="Choose another path; only folders in this layout are ever replaced.",
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise _unwritable(target, error) from error
    try:
        for name, frame in frames.items():
            frame.to_csv(staging / f"{name}.csv", lineterminator="\n", encoding="utf-8")
        text = tomli_w.dumps(dict(description), multiline_strings=False)
        (staging / TOML).write_text(text, encoding="utf-8", newline="\n")
        os.chmod(staging, 0o755)
        exchange(staging, target)
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return target


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


def _is_ours(folder: Path) -> bool:
    names = {entry.name for entry in folder.iterdir()}
    return not names or TOML in names


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
        frame = pd.read_csv(
            file, dtype=str, keep_default_na=False, index_col=0, encoding="utf-8-sig"
        )
    except FileNotFoundError as error:
        raise FileError(
            f"'{file}' is missing.", remedy="Every block needs its csv.", file=str(file)
        ).keyed("no_block", file=file) from error
    except (ValueError, UnicodeDecodeError) as error:
        raise LayoutError(
            f"'{file}' is not a rectangular csv in UTF-8: {error}.",
            remedy="One header line, a label first, a comma between cells.",
            file=str(file),
        ) from error
    labels = [str(label).strip() for label in frame.index.tolist()]
    names = [str(column).strip() for column in frame.columns.tolist()]
    cells = frame.to_numpy(dtype=object).T.tolist()
    columns = {
        place: cells[place] if column in text else _floats(cells[place], labels, file, column)
        for place, column in enumerate(names)
    }
    index = pd.Index(labels, name=frame.index.name)
    if not set(text) & set(names):  # numbers only: one block, not a column after the other
        block = np.array(list(columns.values()), dtype=np.float64).reshape(len(names), len(labels))
        return pd.DataFrame(block.T, index=index, columns=pd.Index(names))
    result = pd.DataFrame(columns, index=index)
    result.columns = pd.Index(names)
    return result


def _floats(values: list[str], labels: list[str], file: Path, column: str) -> list[float]:
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
    """The finite number that a text is, without the underscores and digits only Python knows."""
    number = float(text)
    if number - number != 0 or "_" in text or not text.isascii():
        raise ValueError(text)
    return number


def prefixed(error: TableError, path: object) -> TableError:
    """The same error with the folder in front of its message."""
    error.args = (f"'{path}': {error.args[0]}", *error.args[1:])
    return error
