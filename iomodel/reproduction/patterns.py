"""Patterns: comparisons between named figures, such as `petroleum > 2 * autos`, never `eval`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping

from iomodel.errors import LabelError, LayoutError, TableError

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
TOKEN = re.compile(r"\s*(\d+(\.\d+)?|[a-z][a-z0-9_]*|<=|>=|[<>*])")
GRAMMAR = (
    "Write comparisons joined by 'and': a term is a name, a number, or a number times a name; "
    "the signs are < <= > >=, and a < b < c is allowed."
)


def holds(pattern: str, figures: Mapping[str, float]) -> bool:
    """Whether every comparison of a pattern is true of these figures.

        pattern     =  comparison { "and" comparison }
        comparison  =  term sign term { sign term }        sign is < <= > >=
        term        =  [ number "*" ] name  |  number

    A name without a figure raises LabelError, a figure that is not finite TableError, anything
    else than this grammar LayoutError.

    >>> holds("assembly < parts < 2 and 3 * parts > 1", {"assembly": 0.5, "parts": 0.6})
    True
    """
    true = True
    for comparison in _parsed(pattern):
        terms = [_value(term, figures, pattern) for term in comparison[::2]]
        signs = comparison[1::2]
        for sign, left, right in zip(signs, terms[:-1], terms[1:], strict=True):
            true = COMPARISONS[sign[0]](left, right) and true
    return true


def names(pattern: str) -> tuple[str, ...]:
    """The figures that a pattern speaks of, in the order in which they appear.

    >>> names("petroleum > 2 * autos")
    ('petroleum', 'autos')
    """
    found = [token for comparison in _parsed(pattern) for term in comparison[::2] for token in term]
    return tuple(dict.fromkeys(token for token in found if token[0].isalpha()))


def _parsed(pattern: str) -> list[list[tuple[str, ...]]]:
    """Each comparison as term, sign, term, ...: tuples of tokens."""
    return [_comparison(part, pattern) for part in re.split(r"\band\b", pattern)]


def _comparison(text: str, pattern: str) -> list[tuple[str, ...]]:
    parts: list[tuple[str, ...]] = [()]
    for token in _tokens(text, pattern):
        if token in COMPARISONS:
            parts += [(token,), ()]
        else:
            parts[-1] = (*parts[-1], token)
    if len(parts) < 3 or not all(_is_term(term) for term in parts[::2]):
        raise LayoutError(f"'{pattern}' is not a pattern.", remedy=GRAMMAR)
    return parts


def _tokens(text: str, pattern: str) -> list[str]:
    found, at, text = [], 0, text.strip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise LayoutError(
                f"'{pattern}' is not a pattern: it cannot be read from {text[at:]!r} on.",
                remedy=GRAMMAR,
            )
        found.append(match.group().strip())
        at = match.end()
    return found


def _is_term(term: tuple[str, ...]) -> bool:
    if len(term) == 1:
        return term[0] != "*"
    return len(term) == 3 and term[0][0].isdigit() and term[1] == "*" and term[2][0].isalpha()


def _value(term: tuple[str, ...], figures: Mapping[str, float], pattern: str) -> float:
    factor = float(term[0]) if len(term) == 3 else 1.0
    if term[-1][0].isdigit():
        return factor * float(term[-1])
    if term[-1] not in figures:
        raise LabelError(
            f"Pattern '{pattern}' speaks of '{term[-1]}', which is not computed.",
            remedy=f"The figures are: {', '.join(figures)}.",
        )
    value = figures[term[-1]]
    if value - value != 0:
        raise TableError(
            f"Pattern '{pattern}' speaks of '{term[-1]}', which is {value}.",
            remedy="Compute it from a table that has what it needs.",
        )
    return factor * value
