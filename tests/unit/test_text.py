"""Plain text: numbers, paragraphs and tables within a width, and markdown."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomodel.text import WIDTH, grid, heading, markdown, narrowed, number, span, wrapped


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.0, 0, "0"),
        (-0.04, 1, "0.0"),
        (1234567.891, 2, "1,234,567.89"),
        (2390.8, -2, "2,400"),
        (-23.4, 0, "-23"),
        (float("nan"), 3, "-"),
        (0.125, 3, "0.125"),
    ],
)
def test_number(value: float, digits: int, text: str) -> None:
    assert number(value, digits) == text


def test_span_prints_one_number_where_both_are_alike() -> None:
    assert span(1.0, 2.0, 1) == "1.0 to 2.0"
    assert span(1.01, 1.02, 1) == "1.0"


def test_wrapped_keeps_indent_and_hang() -> None:
    lines = wrapped("word " * 60, indent=4, hang=2)
    assert all(len(line) <= WIDTH for line in lines)
    assert lines[0].startswith("    word")
    assert all(line.startswith("      word") for line in lines[1:])


def test_heading_is_underlined_and_never_too_wide() -> None:
    lines = heading("long " * 40)
    assert all(len(line) <= WIDTH for line in lines)
    assert set(lines[-1]) == {"-"}


def test_narrowed_keeps_the_indent_of_each_line() -> None:
    found = narrowed("first\n  " + "finding " * 30, width=40).splitlines()
    assert found[0] == "first"
    assert found[1].startswith("  finding")
    assert all(line.startswith("    finding") for line in found[2:])
    assert max(map(len, found)) <= 40


def test_grid_puts_numbers_right_and_words_left() -> None:
    shown = pd.DataFrame(
        {"cents": ["1.0", "-10.5", "-"], "basis": ["table", "key", ""]}, index=["a", "bb", "c"]
    )
    assert grid(shown) == [
        "      cents  basis",
        "  a     1.0  table",
        "  bb  -10.5  key",
        "  c       -",
    ]


def test_grid_wraps_words_and_prints_what_belongs_below() -> None:
    shown = pd.DataFrame({"claim": ["word " * 40], "ours": ["1.49"]}, index=["C1"])
    lines = grid(shown, below=["why " * 40])
    assert all(len(line) <= WIDTH for line in lines)
    assert lines[1].endswith("1.49")
    assert lines[-1].startswith("      why")
    assert sum(line.count("word") for line in lines) == 40


def test_grid_of_a_frame_without_rows_is_its_header() -> None:
    assert grid(pd.DataFrame({"cents": []})) == ["    cents"]


words = st.text(st.sampled_from("abc defgh ij"), max_size=120).map(str.strip)
figures = st.floats(-1e6, 1e6).map(lambda value: number(value, 2))


@given(
    st.lists(st.tuples(words, words, figures, figures), min_size=1, max_size=6),
    st.integers(60, 120),
)
def test_grid_never_leaves_its_width_and_loses_nothing(
    rows: list[tuple[str, str, str, str]], width: int
) -> None:
    shown = pd.DataFrame(rows, columns=["one", "two words", "three", "four"])
    lines = grid(shown, width=width)
    assert all(len(line) <= width for line in lines)
    printed = re.sub(r"\s", "", "".join(lines))
    for row in rows:
        for text in row[2:]:
            assert text in printed
    letters = sum(len(re.sub(r"\s", "", cell)) for row in rows for cell in row)
    header = len("onetwowordsthreefour")
    assert len(printed) == letters + header + len("".join(map(str, range(len(rows)))))


def test_markdown_has_one_line_a_row_whatever_the_cells_hold() -> None:
    shown = pd.DataFrame({"a|b": ["x|y", "two\nlines"]}, index=["r1", "r2"])
    assert markdown(shown) == [
        "|  | a\\|b |",
        "| --- | --- |",
        "| r1 | x\\|y |",
        "| r2 | two lines |",
    ]
