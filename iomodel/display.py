"""What a value says of itself, a line and its facts, as text and as html: plain words only."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

WIDTH = 100
FACTS = 14  # and the first line: less than a screen
LONGEST = 400  # of a fact in a notebook, which wraps


def parts(value: Any) -> dict[str, str]:
    """The facts of a result that holds several things: each by its name and size."""
    return {one.name: _part(getattr(value, one.name)) for one in fields(value)}


def as_text(value: Any) -> str:
    """The first line in angle brackets, then a line for each fact that is not empty.

    A type says them in `_said()` (else: what its parts are) and takes the two functions as its
    methods: `__repr__, _repr_html_ = as_text, as_html`.
    """
    first, facts = _shown(value)
    size = max(map(len, facts), default=0)
    lines = [f"<{_cut(first, WIDTH - 2)}>"]
    lines += [f"  {name:<{size}}  {_cut(said, WIDTH - size - 4)}" for name, said in facts.items()]
    return "\n".join(lines)


def as_html(value: Any) -> str:
    """The same for a notebook: a heading and a table without colours of its own."""
    first, facts = _shown(value)
    th, td = '<th style="text-align: left">', '<td style="text-align: left">'
    rows = "".join(
        f"<tr>{th}{html.escape(name)}</th>{td}{html.escape(_cut(said, LONGEST))}</td></tr>"
        for name, said in facts.items()
    )
    return f"<div><strong>{html.escape(first)}</strong><table><tbody>{rows}</tbody></table></div>"


def inline(value: object) -> str:
    """The first line of what a value says of itself, for the middle of a sentence."""
    return repr(value).partition("\n")[0]


def several(labels: Sequence[str], shown: int = 3) -> str:
    """How many there are, the first ones and the last.

    >>> several(["111", "112", "113", "114", "115"]), several(["exports"])
    ('5: 111, 112, 113, ..., 115', '1: exports')
    """
    if not labels:
        return ""
    some = list(labels)
    if len(some) > shown + 1:
        some = [*some[:shown], "...", some[-1]]
    return f"{len(labels):,}: {', '.join(some)}"


def money(value: float) -> str:
    """A sum of money in whole units, or with six digits where it is small.

    >>> money(41959189.3), money(0.5)
    ('41,959,189', '0.5')
    """
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.6g}"


def gap(size: float, unit: str, where: object, allowed: float | None = None) -> str:
    """The largest gap of a set of identities, with its place.

    >>> gap(0.5, "pesos", "a", 2.0)
    '0.5 pesos (a), allowed 2'
    """
    text = f"{size:.3g} {unit or 'units'} ({where})"
    return text if allowed is None else f"{text}, allowed {allowed:.3g}"


def _part(value: object) -> str:
    """One part in a few words: how large a frame or an array is, what others say themselves."""
    if value is None or isinstance(value, str):
        return value or ""
    value = getattr(value, "codes", value)  # accounts are their codes
    if shape := getattr(value, "shape", ()):
        sides = [getattr(getattr(value, side, None), "name", "") for side in ("index", "columns")]
        sides = [*getattr(value, "dims", sides), *[""] * len(shape)]
        named = zip(shape, sides, strict=False)
        return " x ".join(f"{n:,} {side or ''}".strip() for n, side in named)
    if isinstance(value, Mapping | tuple):
        return several([one if isinstance(one, str) else inline(one) for one in value])
    return money(value) if isinstance(value, float) else inline(value)


def _shown(value: Any) -> tuple[str, dict[str, str]]:
    """The first line and the facts that say something, no more than fit on a screen."""
    said = getattr(value, "_said", None)
    first, facts = said() if said else (type(value).__name__, parts(value))
    return first, dict([(name, said) for name, said in facts.items() if said][:FACTS])


def _cut(text: str, room: int) -> str:
    """One line of at most this length."""
    line = " ".join(text.split())
    return line if len(line) <= room else f"{line[: room - 3].rstrip()}..."
