"""The head of the page of `iomodel reproduce`: what a stranger reads in a minute."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from iomodel.cli.claims import in_words, judged_rows
from iomodel.cli.parts import Part
from iomodel.cli.words import SPREAD, cents
from iomodel.reproduction import Answer
from iomodel.reproduction.equity import excess
from iomodel.text import span

LEFT = {
    "recorded": f"stay: less income abroad ({SPREAD})",
    "owned_net": "stay: less net profit of foreign owners and interest abroad (owned, net)",
}
AGAIN = {
    "wages": "income of residents once wages are spent again (no leak of surplus)",
    "all income": "income of residents once all that stays is spent again (2 rules)",
}


def headline(answers: Sequence[Answer], judged: pd.DataFrame) -> Part:
    """Where the rest goes, and the three answers, for each sector."""
    shown = pd.concat([_in_short(found) for found in answers])
    frame = pd.concat({found.sector: found.three for found in answers}, names=["sector", "answer"])
    names = " and ".join(f"{found.sector}: {found.name.lower()}" for found in answers)
    first = answers[0]
    return Part(
        "headline",
        "How much of a peso of car exports, at the factory gate (basic prices), stays in Mexico? "
        f"({first.year})",
        frame,
        shown,
        before=(f"Cents of each peso sold abroad; {names}.",),
        after=(
            "Range: over three keys of who owns the surplus, at low, central and high; none is a "
            "census. Spending again adds rounds of income, so it can pass 100; 2 rules: marginal "
            "to benchmark, neither is a bound (part 4).",
            f"Held against {judged_rows(judged)} published figures and patterns (part 1): "
            f"{in_words(judged)}.",
            f"Owned, net, beside what was recorded: {excess(first.ownership, first.unit)}; part 3b "
            "says what that may mean.",
            "All lines count taxes on products with what stays (GDP and GNI at market prices). "
            "They leave out income that Mexico receives from abroad.",
            f"Computed at this moment from the bundled table '{first.table}' (INEGI) and the "
            "balance of payments (Banco de Mexico); what the table cannot say: part 9.",
        ),
    )


def _in_short(found: Answer) -> pd.DataFrame:
    """Six lines on one sector: where the rest goes, and the three answers."""
    ladder, wages = found.ladder["amount"], found.ladder["amount"]["compensation"]
    own, produced = found.ladder["direct"]["imports"], central(found, "produced: GDP content")
    rows = [
        (
            cents(ladder["imports"]),
            "",
            f"pay for imports, {cents(own)} of the industry itself and "
            f"{cents(ladder['imports'] - own)} of its suppliers",
        ),
        (
            cents(produced),
            "",
            f"are produced in Mexico: {cents(wages)} wages, {cents(produced - wages)} profit, "
            "other surplus and taxes",
        ),
    ]
    three = [(f"residents: {reading}", words) for reading, words in LEFT.items()]
    three += [(f"spent again: {what}", words) for what, words in AGAIN.items()]
    for row, words in three:
        low, middle, high = found.three.loc[[row]].to_numpy()[0]
        one = "" if middle != middle else cents(middle)
        rows.append((one, "" if low == high else span(100 * low, 100 * high), words))
    shown = pd.DataFrame(rows, columns=["cents", "range", ""])
    shown.index = pd.Index([found.sector, *[""] * (len(rows) - 1)], name="code")
    return shown


def central(found: Answer, row: str) -> float:
    """One line of the three answers under the default key at its central level."""
    return float(found.three["central"][row])
