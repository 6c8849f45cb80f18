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
BLIND = {"yes": "fixed blind", "no": "not blind"}


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
    answers: Sequence[Answer], judged: pd.DataFrame, gap: pd.DataFrame
) -> Part:
    """Every claim with its verdict."""
    rows, below = {}, []
    records = judged.to_dict("index")
    for row in published():
        found = records[row.id]
        digits = max(row.digits, 0) if row.value is not None else 3
        ours = number(found["ours"], digits)
        if found["ours_upper"] == found["ours_upper"]:
            ours = span(found["ours"], found["ours_upper"], digits)
        unit = f" ({row.unit})" if row.unit else ""
        kind = kind_of(str(found["verdict"]))
        rows[row.id] = (row.claim + unit, number(found["published"], digits), ours, kind)
        below.append(_notes(row, kind, str(found["why"])))
    columns = ["claim", "published", "ours", "verdict"]
    shown = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    known = ", ".join(judged.index[(judged["blind"] == "no") & (judged["pattern"] != "")])
    late = ", ".join(judged.index[(judged["blind"] == "no") & (judged["pattern"] == "")])
    moved = " and ".join(
        f"{cents(gap['gap'][found.sector, 'imports, in all'], 1)} cents for {found.sector}, "
        f"{found.name.lower()},"
        for found in answers
    )
    return Part(
        "claims",
        "1. Published figures, and what the tables give",
        judged,
        shown,
        below=tuple(below),
        before=(
            "reproduced: to the printed digits. same pattern: the comparison in seeds/claims.csv "
            f"holds; {PROJECTED_ONLY}: it fails on the observed table of 2018. new: nobody "
            "published it. input: copied, not judged.",
            "C3 to C6 rest on a social accounting matrix that is not available. They are answered "
            "by the nearest of the closures with names of the SAM 'mexico-2012-21' (`iomodel "
            "reproduce --closures`), and none of their levels counts as reproduced.",
            "Fixed blind: row and pattern stood before our figure was known. Not blind, because "
            f"trial figures were known when they were written: the patterns of {known}; the other "
            f"rows {late}. What was changed later stands in seeds/cypher-2023.toml.",
        ),
        after=(
            f"In all: {in_words(judged)}.",
            "C1 to C6 rest on projected tables, C3 to C6 through the SAM, with imports split by "
            "share of product. The "
            "projected and the observed table of 2018 differ, for all reasons together, in import "
            f"content by {moved} in a peso (part 7). Linkages depend on the number of sectors: "
            "compare them within one table only.",
        ),
    )


def _notes(row: Published, kind: str, why: str) -> str:
    """What stands under a row: its pattern, the table it needs, our reasons."""
    notes = []
    if row.pattern and kind != "reproduced":
        notes.append(f"Pattern ({BLIND[row.blind]}): {row.pattern_in_words}")
    elif row.blind == "no" and kind != "needs table":
        notes.append("Not blind")
    if kind == "needs table":
        notes.append(f"Needs the table {row.table_needed.rstrip('.')}")
    if why:
        notes.append(why[:1].upper() + why[1:])
    return ". ".join(notes).rstrip(".") + "." if notes else ""
