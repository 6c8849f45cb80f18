"""A csv of a table folder: its numbers as they are written, or a refusal that says where."""

from __future__ import annotations

import csv
import io
import math
import tempfile
from pathlib import Path

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from iomodel import storage
from iomodel.errors import CellError, IOModelError, LayoutError

LABELS = st.sampled_from(["a", "01", " b ", "0011", "1e5", "c_1", "niño", "x, y", 'say "no"', ""])
NUMBERS = st.floats(allow_nan=False, allow_infinity=False).map(repr) | st.sampled_from(
    ["0", " 4", "-3.50", "1e3", "+7", ".5", "1e-320"]
)
ODD = st.sampled_from(["", "nan", "inf", "-Infinity", "1_000", "٣", "1,5", "x", "#N/A", "12abc"])
ENDS = st.sampled_from(["\n", "\r\n"])


def quoted(cell: str) -> str:
    marked = cell.replace('"', '""')
    return f'"{marked}"' if "," in cell or '"' in cell else cell


@st.composite
def files(draw: st.DrawFn) -> str:
    """A csv, most of them sound; some with odd cells, lines too long or short, blank ones."""
    width, sound = draw(st.integers(1, 4)), draw(st.booleans())
    cells = NUMBERS if sound else NUMBERS | ODD
    rows = [
        [draw(LABELS), *(draw(cells) for _ in range(width))] for _ in range(draw(st.integers(0, 4)))
    ]
    if not sound and rows:
        spoilt = draw(st.sampled_from(["none", "long", "short", "blank", "open quote", "tail"]))
        row = rows[draw(st.integers(0, len(rows) - 1))]
        if spoilt == "long":
            row.append("1")
        elif spoilt == "short":
            row.pop()
        elif spoilt == "blank":
            row[:] = [draw(st.sampled_from(["", "  "]))]
        elif spoilt == "tail":
            row[:] = [f"{row[0]}\0", *row[1:]]
    header = ["label", *(draw(LABELS) for _ in range(width))]
    end = draw(ENDS)
    text = end.join(",".join(map(quoted, row)) for row in [header, *rows]) + draw(
        st.sampled_from(["", end])
    )
    if not sound and draw(st.booleans()):
        text = text.replace("1", '"1', 1)
    return draw(st.sampled_from(["", "\ufeff"])) + text


def naive(text: str) -> list[list[str]]:
    return [row for row in csv.reader(io.StringIO(text.lstrip("\ufeff"), newline="")) if row]


def a_number(cell: str) -> bool:
    """A finite number in plain signs."""
    try:
        return math.isfinite(float(cell)) and cell.isascii() and "_" not in cell
    except ValueError:
        return False


def outcome(text: str, words: tuple[str, ...]) -> pd.DataFrame | IOModelError:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "Z.csv").write_text(text, encoding="utf-8", newline="")
        try:
            return storage.read_frame(folder, "Z", text=words)
        except IOModelError as error:
            return error


@given(files(), st.sampled_from([(), ("a", "01"), ("niño",)]))
def test_a_csv_is_read_as_written_or_refused(text: str, words: tuple[str, ...]) -> None:
    read = outcome(text, words)
    if isinstance(read, LayoutError):
        uneven = len({len(row) for row in naive(text)}) > 1
        assert "rectangular" in str(read)
        assert uneven or '"1' in text
        return
    header, *rows = naive(text)
    if isinstance(read, IOModelError):
        odd = [
            f"row '{row[0].strip()}', column '{name.strip()}'): value {cell!r}"
            for row in rows
            for name, cell in zip(header[1:], row[1:], strict=True)
            if name.strip() not in words and not a_number(cell)
        ]
        assert isinstance(read, CellError)
        assert any(place in str(read) for place in odd)
        return
    assert read.columns.tolist() == [name.strip() for name in header[1:]]
    assert read.index.tolist() == [row[0].strip() for row in rows]
    for place, name in enumerate(header[1:]):
        cells = [row[1 + place] for row in rows]
        assert name.strip() in words or all(map(a_number, cells))
        wanted = cells if name.strip() in words else [float(cell) for cell in cells]
        assert read.iloc[:, place].tolist() == wanted
