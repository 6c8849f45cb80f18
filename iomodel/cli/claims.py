"""The claims on the page of `iomodel reproduce`: published against ours, and the tally."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from iomodel.card.parts import Part
from iomodel.card.words import cents
from iomodel.lang import ENGLISH, Language
from iomodel.reproduction import Answer
from iomodel.reproduction.judgement import PROJECTED_ONLY, SAME, kind_of, verdicts
from iomodel.reproduction.published import Published, published
from iomodel.text import number, span

TALLY = {
    "reproduced": "reproduced",
    SAME: "same",
    PROJECTED_ONLY: "projected",
    "differs": "differ",
    "needs table": "needs",
}
BLIND = {"yes": "fixed_blind", "no": "not_blind"}


def judged_rows(judged: pd.DataFrame) -> int:
    """How many rows are judged: neither new nor copied."""
    counts = verdicts(judged)
    return int(counts.sum() - counts["new"] - counts["input"])


def in_words(judged: pd.DataFrame, say: Language = ENGLISH) -> str:
    """How many rows got each verdict, as a sentence; patterns apart by how blind they were."""
    counts = verdicts(judged)
    said = []
    for kind, words in TALLY.items():
        of_kind = judged["blind"][judged["verdict"].map(kind_of) == kind]
        text = say(f"tally.{words}", n=counts[kind])
        if kind in (SAME, PROJECTED_ONLY):
            fixed, late = (int((of_kind == value).sum()) for value in BLIND)
            text += " " + say("tally.blind", fixed=fixed, late=late)
        said.append(text)
    rest = say("tally.rest", new=counts["new"], copied=counts["input"])
    return f"{', '.join(said)}; {rest}"


def published_against_ours(
    answers: Sequence[Answer], judged: pd.DataFrame, gap: pd.DataFrame, say: Language = ENGLISH
) -> Part:
    """Every claim with its verdict."""
    rows, below = {}, []
    records = judged.to_dict("index")
    for row in published():
        found = records[row.id]
        digits = max(row.digits, 0) if row.value is not None else 3
        ours = number(found["ours"], digits)
        if found["ours_upper"] == found["ours_upper"]:
            ours = span(found["ours"], found["ours_upper"], digits, to=say("frame.to"))
        unit = f" ({say.said(row.unit)})" if row.unit else ""
        kind = kind_of(str(found["verdict"]))
        claim = say.said(row.claim) + unit
        rows[row.id] = (claim, number(found["published"], digits), ours, _verdict(kind, say))
        below.append(_notes(row, kind, str(found["why"]), say))
    columns = [say(f"reproduce.claims_{name}") for name in ("claim", "published", "ours")]
    columns.append(say("reproduce.claims_verdict"))
    shown = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    late = judged["blind"] == "no"
    moved = f" {say('headline.and')} ".join(
        say(
            "reproduce.moved",
            gap=cents(gap["gap"][found.sector, "imports, in all"], 1),
            code=found.sector,
            name=found.name.lower(),
        )
        for found in answers
    )
    projected = _verdict(PROJECTED_ONLY, say)
    return Part(
        "claims",
        say("reproduce.claims"),
        judged,
        shown,
        below=tuple(below),
        before=(
            say("reproduce.verdicts", projected=projected),
            say("reproduce.rest_on_sam"),
            say(
                "reproduce.blind",
                known=", ".join(judged.index[late & (judged["pattern"] != "")]),
                late=", ".join(judged.index[late & (judged["pattern"] == "")]),
            ),
        ),
        after=(
            say("reproduce.in_all", counts=in_words(judged, say)),
            say("reproduce.kind_of_table", moved=moved),
        ),
    )


def _verdict(kind: str, say: Language) -> str:
    return say(f"reproduce.verdict.{kind}")


def _notes(row: Published, kind: str, why: str, say: Language) -> str:
    """What stands under a row: its pattern, the table it needs, our reasons."""
    notes = []
    if row.pattern and kind != "reproduced":
        words = say.said(row.pattern_in_words)
        notes.append(
            say("reproduce.pattern", blind=say(f"reproduce.{BLIND[row.blind]}"), words=words)
        )
    elif row.blind == "no" and kind != "needs table":
        notes.append(say("reproduce.not_blind").capitalize())
    if kind == "needs table":
        needed = say.said(row.table_needed).rstrip(".")
        notes.append(say("reproduce.needs", table=needed))
    if why:
        said = say.said(why)
        notes.append(said[:1].upper() + said[1:])
    return ". ".join(notes).rstrip(".") + "." if notes else ""
