"""The head of the page of `iomodel reproduce`: what a stranger reads in a minute."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from iomodel.card.parts import Part
from iomodel.card.words import cents, unit_of
from iomodel.cli.claims import in_words, judged_rows
from iomodel.lang import ENGLISH, Language
from iomodel.reproduction import Answer
from iomodel.reproduction.equity import excess
from iomodel.text import span

ROWS = {
    "residents: recorded": "recorded",
    "residents: owned_net": "owned_net",
    "spent again: wages": "wages",
    "spent again: all income": "all_income",
}


def headline(answers: Sequence[Answer], judged: pd.DataFrame, say: Language = ENGLISH) -> Part:
    """Where the rest goes, and the three answers, for each sector."""
    shown = pd.concat([_in_short(found, say) for found in answers])
    frame = pd.concat({found.sector: found.three for found in answers}, names=["sector", "answer"])
    between = f" {say('headline.and')} "
    names = between.join(f"{found.sector}: {found.name.lower()}" for found in answers)
    first = answers[0]
    beyond = excess(first.ownership, unit_of(first.unit, say), say)
    counts = in_words(judged, say)
    return Part(
        "headline",
        say("headline.question", year=first.year),
        frame,
        shown,
        before=(say("headline.cents", names=names),),
        after=(
            say("headline.range"),
            say("headline.held", n=judged_rows(judged), counts=counts),
            say("headline.beside", excess=beyond),
            say("headline.taxes"),
            say("headline.computed", table=first.table),
        ),
    )


def _in_short(found: Answer, say: Language) -> pd.DataFrame:
    """Six lines on one sector: where the rest goes, and the three answers."""
    ladder, wages = found.ladder["amount"], found.ladder["amount"]["compensation"]
    own, produced = found.ladder["direct"]["imports"], central(found, "produced: GDP content")
    imported = ladder["imports"]
    rows = [
        (
            cents(imported),
            "",
            say("headline.imports", own=cents(own), suppliers=cents(imported - own)),
        ),
        (
            cents(produced),
            "",
            say("headline.produced", wages=cents(wages), rest=cents(produced - wages)),
        ),
    ]
    for row, words in ROWS.items():
        low, middle, high = found.three.loc[[row]].to_numpy()[0]
        one = "" if middle != middle else cents(middle)
        ends = "" if low == high else span(100 * low, 100 * high, to=say("frame.to"))
        rows.append((one, ends, say(f"headline.{words}")))
    shown = pd.DataFrame(rows, columns=[say("card.cents"), say("headline.span"), ""])
    codes = [found.sector, *[""] * (len(rows) - 1)]
    shown.index = pd.Index(codes, name=say("headline.code"))
    return shown


def central(found: Answer, row: str) -> float:
    """One line of the three answers under the default key at its central level."""
    return float(found.three["central"][row])
