"""The page of `iomodel reproduce`: the answer first, then claims, ladder, bands and limits."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from iomodel import catalog, naming, reproduction
from iomodel.card.parts import Part, listed
from iomodel.card.words import by_reading, cents, joined, label, pairs, rests_on, unit_of
from iomodel.cli.claims import published_against_ours
from iomodel.cli.headline import central, headline
from iomodel.lang import ENGLISH, Language
from iomodel.reproduction import Answer
from iomodel.reproduction.answers import answer_of
from iomodel.reproduction.equity import INVESTMENT
from iomodel.reproduction.facts import TODAY
from iomodel.reproduction.gap import OBSERVED, PROJECTED
from iomodel.reproduction.published import value
from iomodel.text import number

SECTORS = ("3361", "3363")
GAP_COLUMNS = {
    OBSERVED: "observed",
    PROJECTED: "projected",
    "gap": "gap",
    "own_coefficient": "own_share",
    "suppliers_coefficients": "suppliers_shares",
    "own_inputs": "own_inputs",
    "suppliers_inputs": "suppliers_inputs",
    "rank_correlation": "rank_correlation",
}


def page(say: Language = ENGLISH) -> list[Part]:
    """Every part of the page, computed afresh from the bundled tables."""
    table = naming.in_language(catalog.load(TODAY), say)
    answers = [answer_of(table, sector, name=TODAY) for sector in SECTORS]
    judged = reproduction.claims()
    gap = reproduction.two_mexicos(SECTORS)
    assumptions = map(say.said, answers[0].assumptions)
    return [
        headline(answers, judged, say),
        published_against_ours(answers, judged, gap, say),
        ladder(answers, say),
        residents(answers, say),
        keys(answers, say),
        respending(answers, say),
        technology(answers, say),
        exporters(answers, say),
        two_tables(answers, gap, say),
        payments(answers[0], say),
        limits(answers, say),
        listed("assumptions", say("reproduce.assumptions"), list(assumptions)),
    ]


def ladder(answers: Sequence[Answer], say: Language) -> Part:
    """Where a peso ends, rung by rung, for all sectors side by side."""
    frame, shown = {}, {}
    for found in answers:
        steps, code = found.ladder, found.sector
        for column in ("amount", "direct", "indirect"):
            frame[f"{code}_{column}"] = steps[column]
        shown[code] = [cents(v, 1) for v in steps["amount"]]
        shown[say("reproduce.itself", code=code)] = [cents(v, 1) for v in steps["direct"]]
        shown[say("reproduce.suppliers", code=code)] = [cents(v, 1) for v in steps["indirect"]]
    basis = answers[0].ladder["basis"]
    shown[say("card.basis")] = [
        say(f"reproduce.basis.{rests_on(str(rung), text)}") for rung, text in basis.items()
    ]
    texts = pd.DataFrame(shown, index=[label(str(rung), say) for rung in basis.index])
    sums = [cents(float(frame[column].sum()), 1) for column in frame]
    texts.loc[say("frame.total")] = [*sums, ""]
    return Part(
        "ladder",
        say("reproduce.ladder"),
        pd.DataFrame(frame).assign(basis=basis),
        texts.rename_axis(say("reproduce.rung")),
        after=(
            say("reproduce.ladder_of", spread=say("words.spread")),
            say("reproduce.ladder_rests"),
        ),
    )


def residents(answers: Sequence[Answer], say: Language) -> Part:
    """Income that stays with residents under three readings, three keys, three levels."""
    frame = pd.concat({found.sector: found.bands for found in answers}, axis=1)
    shown = frame.map(lambda value: cents(value, 1))
    shown.columns = pd.Index(
        [f"{code} {say(f'card.{level}')}" for code, level in pairs(frame.columns)]
    )
    shown.index = by_reading(frame.index, say)
    frame.columns = joined(frame.columns, "_")
    produced = "; ".join(
        f"{found.sector} {cents(central(found, 'produced: GDP content'), 1)}" for found in answers
    )
    return Part(
        "residents",
        say("reproduce.residents"),
        frame,
        shown.rename_axis(say("card.foreign")),
        before=(say("reproduce.produced", produced=produced),),
        after=(say("reproduce.readings"),),
    )


def keys(answers: Sequence[Answer], say: Language) -> Part:
    """What each key implies for the country, against what is recorded."""
    frame = pd.concat([found.ownership for found in answers], axis=1)
    frame = frame.loc[:, ~frame.columns.duplicated()]
    invested, unit = f"{value(INVESTMENT):g} %", unit_of(answers[0].unit, say)
    rows = {
        say("reproduce.of_manufacturing"): 100 * frame["autos_of_manufacturing"],
        say("reproduce.of_country"): 100 * frame["autos_of_all"],
    }
    for found in answers:
        code = found.sector
        said = {"code": code, "spread": say("words.spread"), "invested": invested}
        rows[say("reproduce.leak", **said)] = 100 * frame[f"leak_{code}"]
        rows[say("reproduce.leak_as_invested", **said)] = 100 * frame[f"leak_as_invested_{code}"]
    rows[say("reproduce.net_profit", unit=unit)] = frame["net_profit"]
    rows[say("reproduce.ratio")] = frame["ratio"]
    digits = [1] * (len(rows) - 2) + [0, 2]
    shown = pd.DataFrame(
        {
            str(key): [number(row[key], n) for row, n in zip(rows.values(), digits, strict=True)]
            for key in frame.index
        },
        index=pd.Index(list(rows), name=say("reproduce.key")),
    )
    recorded = number(float(frame["recorded_equity"].iloc[0]))
    return Part(
        "keys",
        say("reproduce.keys"),
        frame,
        shown,
        after=(
            say("reproduce.invested", invested=invested, claim=INVESTMENT),
            say("reproduce.equity", recorded=recorded, unit=unit),
        ),
    )


def respending(answers: Sequence[Answer], say: Language) -> Part:
    """Type II with wages, or all income, spent again."""
    frame = pd.concat(
        {found.sector: found.respending for found in answers}, names=["sector", "measure"]
    )
    shown = frame.map(lambda value: number(value, 3))
    shown.columns = pd.Index([say(f"reproduce.respent.{column}") for column in frame.columns])
    shown.index = pd.Index(
        [
            say("reproduce.per_peso", code=code, measure=say(f"reproduce.measure.{measure}"))
            for code, measure in pairs(frame.index)
        ]
    )
    after = say("reproduce.respending_of", spread=say("words.spread"))
    return Part(
        "respending",
        say("reproduce.respending"),
        frame,
        shown,
        after=(after, say("reproduce.rules")),
    )


def technology(answers: Sequence[Answer], say: Language) -> Part:
    """With and without the payments for technology."""
    frame = pd.concat(
        {found.sector: found.technology for found in answers}, names=["sector", "treatment"]
    )
    shown = frame.map(lambda value: cents(value, 1))
    shown.columns = pd.Index([say(f"reproduce.technology_{column}") for column in frame.columns])
    shown.index = pd.Index(
        [f"{code}: {say(f'reproduce.treatment.{treated}')}" for code, treated in pairs(frame.index)]
    )
    return Part(
        "technology",
        say("reproduce.technology"),
        frame,
        shown,
        after=(say("reproduce.hidden"), say("reproduce.currency", spread=say("words.spread"))),
    )


def exporters(answers: Sequence[Answer], say: Language) -> Part:
    """Value added if exporters import more than their industry."""
    frame = pd.concat(
        {found.sector: found.exporters for found in answers}, names=["sector", "exporters"]
    )
    shown = frame.map(lambda value: cents(value, 1))
    shown.columns = pd.Index([say(f"reproduce.exporters_{column}") for column in frame.columns])
    shown.index = pd.Index(
        [
            f"{code}: {say(f'reproduce.scenario.{scenario}')}"
            for code, scenario in pairs(frame.index)
        ]
    )
    title, after = say("reproduce.exporters"), (say("reproduce.condition"),)
    return Part("exporters", title, frame, shown, after=after)


def two_tables(answers: Sequence[Answer], gap: pd.DataFrame, say: Language) -> Part:
    """The observed and the projected table of 2018, and what their gap is made of."""
    shown = gap.map(lambda value: number(value, 3))
    shown.columns = pd.Index([say(f"reproduce.gap.{GAP_COLUMNS[name]}") for name in gap.columns])
    shown.index = pd.Index([f"{code} {say.said(item)}" for code, item in pairs(gap.index)])
    against = "; ".join(
        say(
            "reproduce.differs",
            code=found.sector,
            gap=cents(gap["gap"][found.sector, "imports, in all"], 1),
            leak=cents(leak(found), 1),
        )
        for found in answers
    )
    return Part(
        "two_mexicos",
        say("reproduce.two_mexicos"),
        gap,
        shown.rename_axis(say("reproduce.of_a_peso")),
        before=(say("reproduce.two_tables"),),
        after=(
            say("reproduce.gap_is"),
            say("reproduce.beside", spread=say("words.spread"), against=against),
        ),
    )


def payments(found: Answer, say: Language) -> Part:
    """What of the balance of payments was placed on industries."""
    frame = found.payments
    columns = ["name", "amount", "placed", "unallocated", "outside", "treatment"]
    shown = frame[columns].copy().astype(object)
    shown["name"] = [say.said(str(name)) for name in frame["name"]]
    for column in ("amount", "placed", "unallocated", "outside"):
        shown[column] = [number(value) for value in frame[column]]
    shown["treatment"] = [say(f"reproduce.treated.{text}") for text in frame["treatment"]]
    shown = shown.set_index("name").rename_axis(say("sam.item"))
    shown.columns = pd.Index([say(f"reproduce.paid.{column}") for column in shown.columns])
    title, after = say("reproduce.payments"), (say("reproduce.outside"),)
    return Part("payments", title, frame, shown, after=after)


def limits(answers: Sequence[Answer], say: Language) -> Part:
    """What the table cannot say; what holds for one sector only carries its code."""
    common = [text for text in answers[0].cannot_say if text in answers[-1].cannot_say]
    own = [
        f"{found.sector}: {say.said(text)}"
        for found in answers
        for text in found.cannot_say
        if text not in common
    ]
    return listed("cannot_say", say("reproduce.limits"), [*own, *map(say.said, common)])


def leak(found: Answer) -> float:
    """What leaves a peso: the national total recorded, spread by the default key."""
    return central(found, "produced: GDP content") - central(found, "residents: recorded")
