"""Results as tables of LaTeX, with what they are in the caption and in a note below."""

from __future__ import annotations

import os
import re
from collections.abc import Hashable, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path

import numpy as np
import pandas as pd

from iomodel.arguments import typed
from iomodel.errors import TableError
from iomodel.meta import Meta
from iomodel.outfile import write_whole
from iomodel.sam import SAM
from iomodel.table import IOTable

LARGE = 1_000  # from here on decimals say nothing
_SIGNS = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}
_NAME = re.compile(r"[a-z]+(?:_[a-z]+)+")
_OF_CODES = ("region", "sector", "account", "category", "input", "satellite")  # no names of ours
_SPECIAL = re.compile("|".join(map(re.escape, _SIGNS)))


@typed
def to_latex(
    result: pd.DataFrame | pd.Series,
    path: str | os.PathLike[str] | None = None,
    *,
    table: IOTable | SAM | None = None,
    caption: str | None = None,
    label: str = "",
    digits: int | None = None,
    long: bool = False,
    overwrite: bool = False,
) -> str:
    r"""A result as a table for a journal: booktabs rules, numbers aligned right, sources below.

    The caption is what the result says of itself (its name) with title and year of `table`, or
    `caption`; a note below gives the unit, the formula, and reference and source.  Numbers have
    `digits` decimals; by default three, or none in a column that reaches 1,000.  A value that is
    missing is a dash.  Every sign that LaTeX reads as a command is escaped, in labels too.
    `long=True` makes a longtable, which runs over pages; `label` needs a caption to stand on.
    The text comes back, and is written to `path` (.tex) where one is given.  The preamble needs
    \usepackage{booktabs} (and longtable).

    Shapes: rows and columns of the result; units are those it states.  Cost: O(cells).
    Errors: TableError for what is no Series or frame, and a label without a caption; WriteError for
    another name than .tex, an existing file unless `overwrite=True`, and where nothing can
    be written.

    >>> import iomodel as im
    >>> table = im.load("miller-blair-2x2")
    >>> text = im.exchange.to_latex(im.multipliers.output(table), caption="R&D, 10%")
    >>> print(text.partition(r"\par")[0].rstrip())
    \begin{table}
    \centering
    \caption{R\&D, 10\%}
    \begin{tabular}{lr}
    \toprule
    sector & output multiplier \\
    \midrule
    1 & 1.518 \\
    2 & 1.452 \\
    \bottomrule
    \end{tabular}
    """
    frame = result.to_frame() if isinstance(result, pd.Series) else result
    said, meta = dict(result.attrs), table.meta if table is not None else Meta(title="")
    caption = _caption(said, meta) if caption is None else caption
    if label and not caption:
        raise TableError(
            f"The label '{label}' has no caption to stand on: without one LaTeX counts no table.",
            remedy="Say caption=...",
        )
    top = f"\\caption{{{escaped(caption)}}}" + (f"\\label{{{label}}}" if label else "")
    note = _note(said, meta)
    below = [f"\\par{{\\footnotesize {escaped(note)}\\par}}"] if note else []
    layout = _long if long else _floating
    text = "\n".join(layout([top] if caption else [], _columns(frame), _body(frame, digits), below))
    if path is not None:

        def save(file: Path) -> None:
            file.write_text(text + "\n", encoding="utf-8", newline="\n")

        write_whole(path, save, suffix=".tex", overwrite=overwrite, example="table")
    return text


def escaped(text: object) -> str:
    """A text without commands: every sign that LaTeX would read as one is made itself.

    >>> print(escaped("R&D_2018: 10% ~ {x}"))
    R\\&D\\_2018: 10\\% \\textasciitilde{} \\{x\\}
    """
    return _SPECIAL.sub(lambda sign: _SIGNS[sign.group()], " ".join(str(text).split()))


def _caption(said: Mapping[Hashable, object], meta: Meta) -> str:
    """What a result says of itself, then title and year of the table."""
    name = str(said.get("name") or "")
    year = str(meta.year) if meta.year and str(meta.year) not in meta.title else ""
    return ", ".join(filter(None, (name[:1].upper() + name[1:], meta.title, year)))


def _floating(top: list[str], columns: str, body: list[str], below: list[str]) -> list[str]:
    return [
        "\\begin{table}", "\\centering", *top, f"\\begin{{tabular}}{{{columns}}}", *body,
        "\\end{tabular}", *below, "\\end{table}",
    ]  # fmt: skip


def _long(top: list[str], columns: str, body: list[str], below: list[str]) -> list[str]:
    """A table over pages: its heads on each, caption and label on the first alone."""
    heads, rows = body[:3], body[3:]
    return [
        f"\\begin{{longtable}}{{{columns}}}", *(f"{line} \\\\" for line in top), *heads,
        "\\endfirsthead", *heads, "\\endhead", *rows, "\\end{longtable}", *below,
    ]  # fmt: skip


def _columns(frame: pd.DataFrame) -> str:
    """Labels and texts to the left, numbers to the right."""
    numeric = map(pd.api.types.is_numeric_dtype, frame.dtypes)
    return "l" * frame.index.nlevels + "".join("r" if one else "l" for one in numeric)


def _body(frame: pd.DataFrame, digits: int | None) -> list[str]:
    """The header, and a line for each row, between rules."""
    index = frame.index
    cells = [
        [escaped(_words((label,), (name,))) for label in index.get_level_values(at)]
        for at, name in enumerate(index.names)
    ]
    cells += [_column(frame.iloc[:, at], digits) for at in range(frame.shape[1])]
    heads = [escaped("" if name is None else name) for name in index.names]
    heads += [escaped(_words(name, frame.columns.names)) for name in frame.columns]
    lines = (" & ".join(row) for row in zip(*cells, strict=True))
    rows = [("{[}" + line[1:] if line.startswith("[") else line) + r" \\" for line in lines]
    return ["\\toprule", " & ".join(heads) + r" \\", "\\midrule", *rows, "\\bottomrule"]


def _words(name: object, axes: Sequence[Hashable] = ()) -> str:
    """A label, as words where it is a name of ours ('rasmussen_backward'); a code stays one."""
    parts = name if isinstance(name, tuple) else (name,)
    said = zip_longest(map(str, parts), axes)
    return ", ".join(
        text.replace("_", " ") if axis not in _OF_CODES and _NAME.fullmatch(text) else text
        for text, axis in said
    )


def _column(values: pd.Series, digits: int | None) -> list[str]:
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return ["--" if value is None or value != value else escaped(value) for value in values]
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    finite = np.abs(numbers[np.isfinite(numbers)])
    whole = pd.api.types.is_integer_dtype(values) or finite.max(initial=0.0) >= LARGE
    decimals = (0 if whole else 3) if digits is None else digits
    return [_number(float(number), decimals) for number in numbers]


def _number(value: float, decimals: int) -> str:
    if value != value:
        return "--"
    if not np.isfinite(value):
        return r"$\infty$" if value > 0 else r"$-\infty$"
    text = f"{round(value, decimals) + 0.0:,.{decimals}f}".replace(",", r"\,")
    return f"$-${text[1:]}" if text.startswith("-") else text


def _note(said: Mapping[Hashable, object], meta: Meta) -> str:
    """Unit, formula, reference and source, in sentences."""
    parts = {
        "Unit": _listed(said.get("unit")) or meta.unit,
        "Formula": _listed(said.get("formula")),
        "Reference": _listed(said.get("reference")),
        "Source": meta.source,
    }
    return " ".join(f"{name}: {text.rstrip('.')}." for name, text in parts.items() if text)


def _listed(said: object) -> str:
    if isinstance(said, Mapping):
        one = dict.fromkeys(map(str, said.values()))
        if len(one) == 1:
            return next(iter(one))
        return "; ".join(f"{_words(name)}: {text}" for name, text in said.items())
    return str(said or "")
