"""The page of `iomodel reproduce`: the answer first, then claims, ladder, bands and limits."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from iomodel import reproduction
from iomodel.card.parts import Part, listed
from iomodel.card.words import SPREAD, by_reading, cents, joined, label, rests_on
from iomodel.cli.claims import published_against_ours
from iomodel.cli.headline import central, headline
from iomodel.lang import ENGLISH, Language
from iomodel.reproduction import Answer
from iomodel.reproduction.equity import INVESTMENT
from iomodel.reproduction.gap import OBSERVED, PROJECTED
from iomodel.reproduction.published import value
from iomodel.text import number

SECTORS = ("3361", "3363")
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
RESPENDING = {
    "open": "not spent again",
    "wages": "wages spent again",
    "all": "all income, leak left in",
    "all_marginal": "leak taken out, marginal",
    "all_benchmark": "leak taken out, benchmark",
}


def page(say: Language = ENGLISH) -> list[Part]:
    """Every part of the page, computed afresh from the bundled tables; the head in a language."""
    answers = [reproduction.answer(sector) for sector in SECTORS]
    judged = reproduction.claims()
    gap = reproduction.two_mexicos(SECTORS)
    return [
        headline(answers, judged, say),
        published_against_ours(answers, judged, gap),
        ladder(answers),
        residents(answers),
        keys(answers),
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
    basis = answers[0].ladder["basis"]
    shown["rests on"] = [rests_on(str(rung), text) for rung, text in basis.items()]
    texts = pd.DataFrame(shown, index=[label(str(rung)) for rung in basis.index])
    texts.loc["total"] = [cents(float(frame[column].sum()), 1) for column in frame] + [""]
    return Part(
        "ladder",
        "2. Where a peso ends, in cents",
        pd.DataFrame(frame).assign(basis=basis),
        texts.rename_axis("rung"),
        after=(
            "Per peso of final demand at basic prices, through all suppliers, under the key "
            "'paper' (assembly wholly, parts overwhelmingly foreign-owned). Interest, reinvested "
            f"profit and dividends: {SPREAD} (interest by corporate surplus, public bodies left "
            "out).",
            "Rests on: households: the share of surplus that is theirs, from national accounts and "
            "jobs. key: who owns what is then left of the surplus (bands in part 3). rates: wear "
            "of capital and tax at one rate for the whole economy. Net profit not recorded as "
            "leaving: part 3b.",
        ),
    )


def residents(answers: Sequence[Answer]) -> Part:
    """Income that stays with residents under three readings, three keys, three levels."""
    frame = pd.concat({found.sector: found.bands for found in answers}, axis=1)
    frame.columns = joined(frame.columns, "_")
    shown = frame.map(lambda value: cents(value, 1)).rename(columns=lambda c: c.replace("_", " "))
    shown.index = by_reading(frame.index)
    produced = "; ".join(
        f"{found.sector} {cents(central(found, 'produced: GDP content'), 1)}" for found in answers
    )
    return Part(
        "residents",
        "3. Income that stays with residents (GNI content, market prices), in cents",
        frame,
        shown.rename_axis("what counts as foreign"),
        before=(f"Of what is produced here, taxes on products counted: {produced} cents.",),
        after=(
            "national total recorded: the profit and interest that the balance of payments says "
            "left the country; by industry nothing is recorded. owned, net: surplus of "
            "foreign-owned activities less wear of capital, tax and interest. owned, gross: a "
            "bound, not income. Levels are those of the key: the national total is fixed, so a "
            "lower share of others can put more on these two.",
        ),
    )


def keys(answers: Sequence[Answer]) -> Part:
    """What each key implies for the country, against what is recorded."""
    frame = pd.concat([found.ownership for found in answers], axis=1)
    frame = frame.loc[:, ~frame.columns.duplicated()]
    invested = f"{value(INVESTMENT):g} %"
    rows = {
        "equity income abroad: cars and parts, % of manufacturing": 100
        * frame["autos_of_manufacturing"],
        "equity income abroad: cars and parts, % of the country": 100 * frame["autos_of_all"],
    }
    for found in answers:
        code = found.sector
        rows[f"leak of {code} in cents ({SPREAD})"] = 100 * frame[f"leak_{code}"]
        rows[f"leak of {code} in cents, cars and parts at {invested} of manufacturing"] = (
            100 * frame[f"leak_as_invested_{code}"]
        )
    unit = answers[0].unit
    rows[f"net profit of foreign owners, whole country, {unit}"] = frame["net_profit"]
    rows["net profit of foreign owners over recorded equity income"] = frame["ratio"]
    digits = [1] * (len(rows) - 2) + [0, 2]
    shown = pd.DataFrame(
        {
            str(key): [number(row[key], n) for row, n in zip(rows.values(), digits, strict=True)]
            for key in frame.index
        },
        index=pd.Index(list(rows), name="key, at central"),
    )
    recorded = number(float(frame["recorded_equity"].iloc[0]))
    return Part(
        "keys",
        "3b. What each key of ownership implies, beside what is known",
        frame,
        shown,
        after=(
            f"{invested}: the share of cars in the foreign direct investment of manufacturing, "
            f"2007-2017 ({INVESTMENT}). Investment is not income, but a key that gives cars much "
            "more of the income than they had of the investment may give them too much.",
            f"Recorded equity income is dividends and reinvested earnings, {recorded} {unit}: "
            "reinvested earnings are already inside it. By the rules of the balance of payments "
            "(BPM6) equity income in total should equal the net profit of foreign owners (without "
            "interest). So what the last line has beyond 1 is error of the key or of measurement, "
            "or income that no statistic recorded; every figure called 'owned, net' holds it.",
        ),
    )


def respending(answers: Sequence[Answer]) -> Part:
    """Type II with wages, or all income, spent again."""
    frame = pd.concat(
        {found.sector: found.respending for found in answers}, names=["sector", "measure"]
    )
    shown = frame.map(lambda value: number(value, 3))
    shown = shown.rename(columns=RESPENDING)
    shown.index = joined(frame.index, ": ", " per peso")
    return Part(
        "respending",
        "4. What is spent here again (type II)",
        frame,
        shown,
        after=(
            "GDP: value added and taxes on products. GNI: GDP less the income recorded as leaving "
            f"({SPREAD}), here and wherever the respending reaches. Out of wages nothing is "
            "recorded as leaving, so what is spent again is the same with and without the leak.",
            "All income: wages and surplus. Leak left in: what leaves is spent here as well (no "
            "GNI). Marginal: what leaves is not spent, the rest as before: the effect of a change. "
            "Benchmark: the same, but residents spend so much of what stays that consumption is "
            "that observed. Neither is a bound: who spends surplus where is not in the table. "
            "Beside them stands the SAM, for 2013: docs/reproduction.md, section 2.",
        ),
    )


def technology(answers: Sequence[Answer]) -> Part:
    """With and without the payments for technology."""
    frame = pd.concat(
        {found.sector: found.technology for found in answers}, names=["sector", "treatment"]
    )
    shown = frame.map(lambda value: cents(value, 1))
    shown.columns = pd.Index(
        ["produced (GDP)", "residents, recorded", "residents, owned net", "net foreign exchange"]
    )
    shown.index = joined(frame.index, ": technology ")
    return Part(
        "technology",
        "5. With and without payments for technology, in cents",
        frame,
        shown,
        after=(
            "The table of 2018 may count these payments among its imports and cannot tell; then "
            "they are taken off already. If not, they come off what is produced as well: charges "
            "for intellectual property are an import of services (BPM6). Routing: part 10.",
            f"recorded: {SPREAD}. owned net: see part 3b. Net foreign exchange: one peso less "
            "imports, dividends, interest (reinvested profit leaves no currency).",
        ),
    )


def exporters(answers: Sequence[Answer]) -> Part:
    """Value added if exporters import more than their industry."""
    frame = pd.concat(
        {found.sector: found.exporters for found in answers}, names=["sector", "exporters"]
    )
    shown = frame.map(lambda value: cents(value, 1))
    shown.columns = pd.Index(["imported inputs", "of all inputs, %", "value added"])
    shown.index = joined(frame.index, ": exporters ")
    return Part(
        "exporters",
        "6. A conditional scenario: exporters import more than their industry, in cents",
        frame,
        shown,
        after=(
            "On the condition that exporters have the own value added per peso and the total input "
            "share of their industry; domestic inputs give way to imports. The last line of each "
            "is the limit that binds: all their inputs are imported, or they buy all that the "
            "industry imports. Value added at basic prices.",
        ),
    )


def two_tables(answers: Sequence[Answer], gap: pd.DataFrame) -> Part:
    """The observed and the projected table of 2018, and what their gap is made of."""
    shown = gap.map(lambda value: number(value, 3)).rename(columns=GAP_COLUMNS)
    shown.index = joined(gap.index, " ")
    against = "; ".join(
        f"{found.sector}: import content differs by "
        f"{cents(gap['gap'][found.sector, 'imports, in all'], 1)} cents, leak "
        f"{cents(leak(found), 1)}"
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
            f"The gap beside the leak ({SPREAD}): {against}.",
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


def leak(found: Answer) -> float:
    """What leaves a peso: the national total recorded, spread by the default key."""
    return central(found, "produced: GDP content") - central(found, "residents: recorded")
