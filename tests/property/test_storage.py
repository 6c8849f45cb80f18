"""Reading a csv at once gives what reading it cell by cell gives, refusals included."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from iomodel import storage
from iomodel.errors import IOModelError

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


def outcome(job: Callable[[], pd.DataFrame]) -> pd.DataFrame | tuple[type, str]:
    """The frame, or how it was refused."""
    try:
        return job()
    except IOModelError as error:
        return type(error), str(error)


@given(files(), st.sampled_from([(), ("a", "01"), ("niño",)]))
def test_a_csv_read_at_once_is_the_csv_read_cell_by_cell(text: str, words: tuple[str, ...]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "Z.csv"
        file.write_text(text, encoding="utf-8", newline="")
        slow = outcome(lambda: storage._cell_by_cell(file, words))
        read = outcome(lambda: storage.read_frame(folder, "Z", text=words))
    if isinstance(slow, pd.DataFrame):
        assert isinstance(read, pd.DataFrame)
        pd.testing.assert_frame_equal(read, slow, check_exact=True)
    else:
        assert read == slow


@given(st.integers(1, 4), st.integers(1, 4), st.data())
def test_a_sound_csv_is_read_at_once(height: int, width: int, data: st.DataObject) -> None:
    labels = [f"s{at}" for at in range(max(height, width))]
    cells = data.draw(
        st.lists(
            st.lists(NUMBERS, min_size=width, max_size=width), min_size=height, max_size=height
        )
    )
    lines = [
        ["label", *labels[:width]],
        *([label, *row] for label, row in zip(labels, cells, strict=False)),
    ]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "Z.csv"
        file.write_text("\n".join(",".join(line) for line in lines), encoding="utf-8")
        found = storage._at_once(file, ())
    assert found is not None
    assert found.to_numpy().tolist() == [[float(cell) for cell in row] for row in cells]
