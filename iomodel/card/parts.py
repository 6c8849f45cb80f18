"""What a command prints, as parts, and the parts as text, markdown, json or csv."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from iomodel import text
from iomodel.errors import LabelError

FORMATS = ("text", "csv", "json", "markdown")


@dataclass(frozen=True, eq=False)
class Part:
    """One table of an answer: `frame` for machines, `shown` (the same as texts) for people.

    `before` and `after` are paragraphs around it, `below` one text under each row; a part without
    `shown` is paragraphs only.
    """

    name: str
    title: str
    frame: pd.DataFrame
    shown: pd.DataFrame | None = None
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    below: tuple[str, ...] | None = None


def listed(name: str, title: str, sentences: Sequence[str]) -> Part:
    """A part that is a list of sentences."""
    frame = pd.DataFrame({"text": list(sentences)}).rename_axis("number")
    return Part(name, title, frame, after=tuple(f"- {sentence}" for sentence in sentences))


def chosen(parts: Sequence[Part], name: str | None) -> Sequence[Part]:
    """All parts, or the one of this name; LabelError listing the names."""
    if name is None:
        return parts
    found = [part for part in parts if part.name == name]
    if not found:
        raise LabelError(
            f"There is no part '{name}' in this answer.",
            remedy=f"The parts are: {', '.join(part.name for part in parts)}.",
        ).keyed("no_part", name=name, parts=", ".join(part.name for part in parts))
    return found


def written(parts: Sequence[Part], layout: str, *, main: str) -> str:
    """The parts in one of `FORMATS`; csv holds one table, `main` where several are given."""
    if layout == "json":
        return as_json(parts)
    if layout == "csv":
        only = parts[0] if len(parts) == 1 else chosen(parts, main)[0]
        return only.frame.to_csv(lineterminator="\n").rstrip("\n")
    if layout == "markdown":
        return "\n".join(line for part in parts for line in _markdown(part)).rstrip("\n")
    return "\n".join(line for part in parts for line in _text(part)).rstrip("\n")


def as_json(parts: Sequence[Part]) -> str:
    """{part: {title, notes, rows}}; what is not a number is null."""
    document = {
        part.name: {
            "title": part.title,
            "notes": [*part.before, *part.after],
            "rows": json.loads(
                part.frame.reset_index().to_json(orient="records", double_precision=15)
            ),
        }
        for part in parts
    }
    return json.dumps(document, indent=1, ensure_ascii=False)


def _text(part: Part) -> list[str]:
    lines = text.heading(part.title)
    for paragraph in part.before:
        lines += text.wrapped(paragraph)
    if part.shown is not None:
        lines += text.grid(part.shown, below=part.below)
    for paragraph in part.after:
        lines += text.wrapped(paragraph, hang=2 if paragraph.startswith("- ") else 0)
    return [*lines, ""]


def _markdown(part: Part) -> list[str]:
    lines = [f"## {part.title}", ""]
    for paragraph in part.before:
        lines += [paragraph, ""]
    if part.shown is not None:
        shown = part.shown if part.below is None else part.shown.assign(why=list(part.below))
        lines += [*text.markdown(shown), ""]
    for paragraph in part.after:
        lines += [paragraph] if paragraph.startswith("- ") else [paragraph, ""]
    return lines if lines[-1] == "" else [*lines, ""]
