"""The grammar of the patterns in seeds/claims.csv."""

from __future__ import annotations

import pytest

from iomodel.errors import LabelError, LayoutError, TableError
from iomodel.reproduction.patterns import holds, names

FIGURES = {"a": 1.0, "b": 2.0, "c_1": 3.0}


@pytest.mark.parametrize(
    ("pattern", "true"),
    [
        ("a < 2", True),
        ("a < 1", False),
        ("a <= 1", True),
        ("b > a", True),
        ("a >= b", False),
        ("c_1 > 2 * a", True),
        ("c_1 > 1.5 * b", False),
        ("a < b < c_1", True),
        ("a < c_1 < b", False),
        ("a < b and b < c_1", True),
        ("a < b and c_1 < b", False),
        ("c_1 < b and a < b", False),
        ("1 < b", True),
    ],
)
def test_a_pattern_holds_or_not(pattern: str, true: bool) -> None:
    assert holds(pattern, FIGURES) is true


@pytest.mark.parametrize(
    "pattern",
    ["", "a", "a <", "< a", "a b < 1", "a = b", "a == b", "a < b or b < a", "2 * 3 < a"]
    + ["a * 2 < b", "a < b and", "and a < b", "__import__('os') < 1", "a.b < 1", "-1 < a"]
    + ["a < (b)", "A < 1", "2a < b", "a < < b", "a < b ; c_1"],
)
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(LayoutError, match="is not a pattern"):
        holds(pattern, FIGURES)


def test_a_pattern_without_its_figure_is_refused() -> None:
    with pytest.raises(LabelError, match="'d', which is not computed"):
        holds("a < d", FIGURES)
    with pytest.raises(TableError, match="nan"):
        holds("a < d", FIGURES | {"d": float("nan")})


def test_names_of_a_pattern() -> None:
    assert names("a < 2 * b and b < c_1 < 3") == ("a", "b", "c_1")
