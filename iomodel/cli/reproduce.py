"""The page of `iomodel reproduce`: the answer first, then claims, ladder, bands and limits."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from iomodel import reproduction
from iomodel.cli.parts import Part, listed
from iomodel.reproduction import Answer
from iomodel.reproduction.gap import OBSERVED, PROJECTED
from iomodel.reproduction.judgement import kind_of
from iomodel.reproduction.published import published
from iomodel.text import number, span

SECTORS = ("3361", "3363")
RUNGS = {
    "imports": "imports",
    "product_taxes": "taxes on products",
    "compensation": "wages and social contributions",
    "production_taxes": "other taxes on production",
    "household_and_mixed_surplus": "surplus of households and own-account work",
    "national_corporate_surplus": "surplus of national companies",
    "foreign_owned_not_recorded": "foreign-owned surplus not recorded as leaving",
    "interest_abroad": "interest paid abroad",
    "reinvested_abroad": "profit of foreign owners, reinvested here",
    "dividends_abroad": "dividends to foreign owners",
    "technology_abroad": "payments for technology",
}
READINGS = {
    "recorded": "recorded as leaving",
    "owned_net": "owned abroad, net",
    "owned_gross": "owned abroad, gross (a bound)",
}
LEFT = {
    "recorded": "stay with residents, less the profit and interest recorded as leaving",
    "owned_net": "stay with residents, less all net profit of foreign owners",
}
AGAIN = "are earned here once wages (low) or all income (high) is spent again"
TALLY = {
    "reproduced": "reproduced",
    "same pattern": "same pattern",
    "differs": "differ",
    "needs table": "need a table not at hand",
    "needs the SAM": "need the SAM",
}
GAP_COLUMNS = {
    OBSERVED: "2018 observed",
    PROJECTED: "2018 projected",
    "gap": "gap",
    "own_coefficient": "own share",
    "suppliers_coefficients": "suppl. shares",
    "own_inputs": "own inputs",
    "suppliers_inputs": "suppl. inputs",
    "rank_correlation": "rank corr.",
}


def page() -> list[Part]:
    """Every part of the page, computed afresh from the bundled tables."""
    answers = [reproduction.answer(sector) for sector in SECTORS]
    judged = reproduction.claims()
    counts = reproduction.verdicts(judged)
    gap = reproduction.two_mexicos(SECTORS)
    return [
        headline(answers, counts),
        published_against_ours(judged, counts, gap),
        ladder(answers),
        residents(answers),
        respending(answers),
        technology(answers),
        exporters(answers),
        two_tables(answers, gap),
        payments(answers[0]),
        limits(answers),
        listed(
            "assumptions", "10. Assumptions behind every figure of income", answers[0].assumptions
        ),
    ]


def cents(value: float, digits: int = 0) -> str:
    """Pesos per peso as cents."""
    return number(100 * value, digits)


def headline(answers: Sequence[Answer], counts: pd.Series) -> Part:
    """What a stranger reads in a minute."""
    shown = pd.concat([_in_short(found) for found in answers])
    frame = pd.concat({found.sector: found.three for found in answers}, names=["sector", "answer"])
    names = " and ".join(f"{found.sector} is {found.name.lower()}" for found in answers)
    return Part(
        "headline",
        f"How much of a peso of Mexico's car exports stays in Mexico? ({answers[0].year})",
        frame,
        shown,
        before=(f"Cents of each peso sold abroad; {names.replace(' is ', ': ')}.",),
        after=(
            "Range: over three keys of who owns the surplus, at low, central and high; none is a "
            f"census. Computed at this moment from the bundled table '{answers[0].table}' (INEGI) "
            "and the balance of payments (Banco de Mexico); what the table cannot say: part 9.",
            f"Held against {judged_rows(counts)} published figures and patterns (part 1): "
            f"{in_words(counts)}.",
        ),
    )


def _in_short(found: Answer) -> pd.DataFrame:
    """Five lines on one sector: where the rest goes, and the three answers."""
    ladder, wages = found.ladder["amount"], found.ladder["amount"]["compensation"]
    own, produced = found.ladder["direct"]["imports"], _central(found, "produced: GDP content")
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
    for reading, words in LEFT.items():
        low, central, high = found.three.loc[[f"residents: {reading}"]].to_numpy()[0]
        rows.append((cents(central), span(100 * low, 100 * high), words))
    low, _, high = found.three.loc[["spent again: value added"]].to_numpy()[0]
    rows.append(("", span(100 * low, 100 * high), AGAIN))
    shown = pd.DataFrame(rows, columns=["cents", "range", ""])
    shown.index = pd.Index([found.sector, *[""] * (len(rows) - 1)], name="industry")
    return shown


def _central(found: Answer, row: str) -> float:
    return float(found.three["central"][row])


def _leak(found: Answer) -> float:
    return _central(found, "produced: value added") - _central(found, "residents: recorded")


def judged_rows(counts: pd.Series) -> int:
    """How many rows are judged: neither new nor copied."""
    return int(counts.sum() - counts["new"] - counts["input"])


def in_words(counts: pd.Series) -> str:
    """How many rows got each verdict, as a sentence."""
    judged = ", ".join(f"{counts[kind]} {words}" for kind, words in TALLY.items())
    return f"{judged}; not judged: {counts['new']} new, {counts['input']} copied"


def published_against_ours(judged: pd.DataFrame, counts: pd.Series, gap: pd.DataFrame) -> Part:
    """Every claim with its verdict."""
    rows, below = {}, []
    records = judged.to_dict("index")
    for row in published():
        found = records[row.id]
        digits = max(row.digits, 0) if row.value is not None else 3
        ours = number(found["ours"], digits)
        if found["ours_upper"] == found["ours_upper"]:
            ours = span(found["ours"], found["ours_upper"], digits)
        verdict, why = str(found["verdict"]), str(found["why"])
        kind = kind_of(verdict)
        unit = f" ({row.unit})" if row.unit else ""
        rows[row.id] = (row.claim + unit, number(found["published"], digits), ours, kind)
        notes = [f"Pattern: {row.pattern_in_words}"] if row.pattern and kind != "reproduced" else []
        notes += [f"Needs the table {row.table_needed}"] if kind == "needs table" else []
        notes += [why[:1].upper() + why[1:]] if why else []
        below.append(". ".join(notes) + "." if notes else "")
    columns = ["claim", "published", "ours", "verdict"]
    shown = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    moved = gap["gap"]["3361", "imports, in all"]
    return Part(
        "claims",
        "1. Published figures, and what the tables give",
        judged,
        shown,
        below=tuple(below),
        before=(
            "reproduced: to the printed digits. same pattern: the comparison in seeds/claims.csv "
            "holds, written before this code ran. needs the SAM: the social accounting matrix is "
            "the next piece of work. new: nobody published it. input: copied, not judged.",
            "Not blind: trial figures for C2 to C6, C10b and C13f were known when their patterns "
            "were written; C13g and C13h were added after our share of exports was known.",
        ),
        after=(
            f"In all: {in_words(counts)}.",
            "C1 to C6 rest on projected tables with imports split by share of product; in 2018 the "
            f"two together move the import content of 3361 by {cents(moved, 1)} cents (part 7). "
            "Linkages depend on the number of sectors: compare them within one table only.",
        ),
    )


def ladder(answers: Sequence[Answer]) -> Part:
    """Where a peso ends, rung by rung, for all sectors side by side."""
    frame, shown = {}, {}
    for found in answers:
        steps = found.ladder
        for column in ("amount", "direct", "indirect"):
            frame[f"{found.sector}_{column}"] = steps[column]
        shown[found.sector] = [cents(v, 1) for v in steps["amount"]]
        shown[f"{found.sector} itself"] = [cents(v, 1) for v in steps["direct"]]
        shown[f"{found.sector} through suppliers"] = [cents(v, 1) for v in steps["indirect"]]
    steps = answers[0].ladder
    shown["rests on"] = ["table" if basis == "table" else "key" for basis in steps["basis"]]
    texts = pd.DataFrame(shown, index=[label(str(rung)) for rung in steps.index])
    texts.loc["total"] = [cents(float(frame[column].sum()), 1) for column in frame] + [""]
    return Part(
        "ladder",
        "2. Where a peso ends, in cents",
        pd.DataFrame(frame).assign(basis=steps["basis"]),
        texts.rename_axis("rung"),
        after=(
            "Per peso of final demand at basic prices, through all suppliers, under the key "
            "'paper' (assembly wholly, parts overwhelmingly foreign-owned). Rungs that rest on the "
            "key have the bands of part 3.",
        ),
    )


def label(rung: str) -> str:
    """A rung in plain words."""
    return RUNGS.get(rung, rung.replace("_", " "))


def residents(answers: Sequence[Answer]) -> Part:
    """Income kept by residents under three readings, three keys, three levels."""
    frame = pd.concat({found.sector: found.bands for found in answers}, axis=1)
    frame.columns = _joined(frame.columns, "_")
    shown = frame.map(lambda value: cents(value, 1)).rename(columns=lambda c: c.replace("_", " "))
    shown.index = by_reading(frame.index)
    produced = "; ".join(
        f"{found.sector} {cents(_central(found, 'produced: value added'), 1)}" for found in answers
    )
    return Part(
        "residents",
        "3. Income that stays with residents (GNI content), in cents",
        frame,
        shown.rename_axis("what counts as foreign"),
        before=(f"Of value added of {produced} cents. Taxes on products come on top.",),
        after=(
            "recorded: what the balance of payments says went abroad. owned, net: surplus of "
            "foreign-owned activities less wear of capital, tax and interest. owned, gross: a "
            "bound, not income. Levels are those of the key: what is recorded is fixed, so a lower "
            "share of others can put more on these two.",
        ),
    )


def respending(answers: Sequence[Answer]) -> Part:
    """Type II under two rules."""
    frame = pd.concat(
        {found.sector: found.respending for found in answers}, names=["sector", "measure"]
    )
    shown = frame.map(lambda value: number(value, 3))
    shown.columns = pd.Index(["not spent again", "wages spent again", "wages and all surplus"])
    shown.index = _joined(frame.index, ": ", " per peso")
    return Part(
        "respending",
        "4. What is spent here again (type II)",
        frame,
        shown,
        after=(
            "Lower and upper: who spends surplus where is not in the table. Income that leaves is "
            "not taken out here; the SAM, the next piece of work, settles both.",
        ),
    )


def technology(answers: Sequence[Answer]) -> Part:
    """With and without the payments for technology."""
    frame = pd.concat(
        {found.sector: found.technology for found in answers}, names=["sector", "treatment"]
    )
    shown = frame.map(lambda value: cents(value, 1))
    shown.columns = pd.Index(
        ["value added", "residents, recorded", "residents, owned net", "net foreign exchange"]
    )
    shown.index = _joined(frame.index, ": technology ")
    return Part(
        "technology",
        "5. With and without payments for technology, in cents",
        frame,
        shown,
        after=(
            "The table of 2018 may count these payments among its imports and cannot tell; then "
            "they are taken off already. Net foreign exchange: one peso less imports, dividends, "
            "interest (reinvested profit leaves no currency).",
        ),
    )


def exporters(answers: Sequence[Answer]) -> Part:
    """Value added if exporters import more than their industry."""
    frame = pd.concat(
        {found.sector: found.exporters for found in answers}, names=["sector", "exporters"]
    )
    shown = frame.map(lambda value: cents(value, 1))
    shown.columns = pd.Index(["imported inputs", "of all inputs, %", "value added"])
    shown.index = _joined(frame.index, ": exporters ")
    return Part(
        "exporters",
        "6. If exporters import more than the rest of their industry, in cents",
        frame,
        shown,
        after=(
            "Own value added per peso as in the industry; domestic inputs give way to imports. "
            "The last line of each is as far as the industry's imports reach.",
        ),
    )


def two_tables(answers: Sequence[Answer], gap: pd.DataFrame) -> Part:
    """The observed and the projected table of 2018, and what their gap is made of."""
    shown = gap.map(lambda value: number(value, 3)).rename(columns=GAP_COLUMNS)
    shown.index = _joined(gap.index, " ")
    against = "; ".join(
        f"{found.sector}: import content differs by "
        f"{cents(gap['gap'][found.sector, 'imports, in all'], 1)} cents, recorded leak "
        f"{cents(_leak(found), 1)}"
        for found in answers
    )
    return Part(
        "two_mexicos",
        "7. Two official tables of 2018, and what their gap is made of",
        gap,
        shown.rename_axis("per peso"),
        before=(
            "Observed: base 2018, imports recorded by buyer. Projected: from 2013, at prices of "
            "2013, imports by share of each product. Never one line from both.",
        ),
        after=(
            "Gap: projected less observed = the industry's own share of the item + its suppliers' "
            "shares + its own domestic inputs + its suppliers' inputs. Rank correlation over all "
            "industries.",
            f"The gap beside the recorded leak: {against}.",
        ),
    )


def payments(found: Answer) -> Part:
    """What of the balance of payments was placed on industries."""
    frame = found.payments
    columns = ["name", "amount", "placed", "unallocated", "outside", "treatment"]
    shown = frame[columns].copy().astype(object)
    for column in ("amount", "placed", "unallocated", "outside"):
        shown[column] = [number(value) for value in frame[column]]
    shown["treatment"] = [str(text).replace("_", " ") for text in frame["treatment"]]
    return Part(
        "payments",
        "8. Income and technology paid abroad, million pesos",
        frame,
        shown.set_index("name").rename_axis("item"),
        after=("outside: no income of an industry (government, imports, capital account).",),
    )


def limits(answers: Sequence[Answer]) -> Part:
    """What the table cannot say; what holds for one sector only carries its code."""
    common = [text for text in answers[0].cannot_say if text in answers[-1].cannot_say]
    own = [
        f"{found.sector}: {text}"
        for found in answers
        for text in found.cannot_say
        if text not in common
    ]
    return listed("cannot_say", "9. What the table cannot say", [*own, *common])


def by_reading(index: pd.Index) -> pd.Index:
    """(reading, key) in plain words."""
    pairs = zip(index.get_level_values(0), index.get_level_values(1), strict=True)
    return pd.Index([f"{READINGS[str(reading)]}: key {key}" for reading, key in pairs])


def _joined(index: pd.Index, between: str, after: str = "") -> pd.Index:
    """An index of two levels as one of texts."""
    pairs = zip(index.get_level_values(0), index.get_level_values(1), strict=True)
    return pd.Index([f"{first}{between}{second}{after}" for first, second in pairs])
