"""`iomodel sam NAME`: what a social accounting matrix balances, holds and rests on."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path

import pandas as pd

from iomodel import catalog, reproduction
from iomodel import closures as named
from iomodel.card.parts import Part, listed
from iomodel.card.words import unit_of
from iomodel.lang import ENGLISH, Language
from iomodel.naming import in_language
from iomodel.readers import read_sam
from iomodel.readers.told import identity_of
from iomodel.sam import SAM
from iomodel.text import number


def page(name: str, say: Language = ENGLISH) -> list[Part]:
    """Balances, aggregates, accounts and assumptions of a bundled SAM or of a SAM folder."""
    shipped = not Path(name).is_dir()
    sam = in_language(catalog.load_sam(name) if shipped else read_sam(name), say)
    beside = catalog.reconciliation(name) if shipped else None
    parts = [_balances(sam, say), _aggregates(sam, say)]
    if beside is not None:
        parts.append(_reconciliation(beside, sam.meta.unit, say))
    return [*parts, _accounts(sam, say), _assumptions(sam, say)]


def closures(say: Language = ENGLISH) -> list[Part]:
    """The grid of named closures against the published figures of 2012, and what each one is."""
    grid, listed_closures = reproduction.closures(), named.register()
    published = pd.Series(grid.attrs["published"])
    whole = pd.concat([published.to_frame("published").T, grid])
    _, *names = whole.index
    index = [say("closures.published"), *(say.said(str(name)) for name in names)]
    shown = pd.DataFrame(index=pd.Index(index, name=say("closures.closure")))
    for column in [*published.index, "rms"]:
        measure, _, sector = column.partition(" ")
        name = f"{say.get(f'closures.measure.{measure}', measure)} {sector}".strip()
        shown[name] = [number(float(value), 2) for value in whole[column]]
    shown[say("closures.lowest")] = ["", *grid["lowest"]]
    words = listed_closures["words"]
    below = [f"{say.said(grid['verdict'][name])}; {say.said(words[name])}" for name in grid.index]
    before = (say("closures.letters"),)
    title = say("closures.title")
    columns = ["surplus", "imports", "over", "blind"]
    what = listed_closures[columns].map(lambda text: say.said(str(text)))
    what.columns = pd.Index([say(f"closures.column.{column}") for column in columns])
    what.index = pd.Index(list(map(say.said, map(str, what.index))), name=say("closures.closure"))
    about = tuple(_closure(row, say) for row in listed_closures.to_dict("records"))
    return [
        Part("closures", title, grid, shown, before=before, below=("", *below)),
        Part("register", say("closures.register"), listed_closures, what, below=about),
    ]


def _closure(row: Mapping[Hashable, object], say: Language) -> str:
    """What is inside a closure, what is consumed, what it says, and why it was ruled out."""
    inside, consumption, words, out = (
        say.said(str(row[name])) for name in ("endogenous", "consumption", "words", "ruled_out")
    )
    text = say("closures.about", inside=inside, consumption=consumption, words=words)
    return text + (say("closures.ruled_out", why=out) if out else "")


def _balances(sam: SAM, say: Language) -> Part:
    frame = sam.check()
    shown = pd.DataFrame(
        {
            say("sam.left"): [number(value) for value in frame["left"]],
            say("sam.right"): [number(value) for value in frame["right"]],
            say("sam.gap"): [f"{value:.2g}" for value in frame["residual"]],
            say("sam.holds"): [say("frame.yes" if ok else "frame.no") for ok in frame["holds"]],
        },
        index=pd.Index([identity_of(str(name), say) for name in frame.index]),
    ).rename_axis(say("sam.identity"))
    unit = unit_of(sam.meta.unit, say)
    before = (say("sam.about", title=sam.meta.title, n=len(sam.accounts), unit=unit),)
    return Part("balances", say("sam.balances"), frame, shown, before=before)


def _aggregates(sam: SAM, say: Language) -> Part:
    values = sam.aggregates()
    frame = values.rename_axis("aggregate").to_frame("value")
    shown = pd.DataFrame(
        {say("card.value"): [number(value) for value in values]},
        index=pd.Index([_aggregate(name, say) for name in values.index]),
    ).rename_axis(say("sam.aggregate"))
    title = say("sam.aggregates", unit=unit_of(sam.meta.unit, say))
    return Part("aggregates", title, frame, shown)


def _aggregate(name: object, say: Language) -> str:
    return say.get(f"aggregate.{str(name).replace(' ', '_')}", str(name))


def _reconciliation(frame: pd.DataFrame, unit: str, say: Language) -> Part:
    shown = pd.DataFrame(
        {
            say("sam.sam"): [number(value) for value in frame["sam"]],
            say("sam.other"): [number(value) for value in frame["other"]],
            say("sam.gap"): [number(value) for value in frame["gap"]],
        },
        index=pd.Index([_aggregate(item, say) for item in frame.index]),
    ).rename_axis(say("sam.item"))
    title = say("sam.reconciliation", unit=unit_of(unit, say))
    before = (say("sam.not_adjusted"),)
    below = tuple(say.said(str(source)) for source in frame["source"])
    return Part("reconciliation", title, frame, shown, before=before, below=below)


def _accounts(sam: SAM, say: Language) -> Part:
    frame = sam.accounts.table().assign(total=sam.totals)
    other = frame[frame["kind"] != "activity"]
    activities = frame[frame["kind"] == "activity"]["total"]
    shown = other.assign(
        kind=[say.get(f"account.{kind}", kind) for kind in other["kind"]],
        total=[number(value) for value in other["total"]],
    )
    shown = shown.rename(columns={c: say(f"sam.{c}") for c in ("name", "kind", "total")})
    total = number(activities.sum())
    after = (say("sam.activities", n=len(activities), total=total),)
    return Part(
        "accounts", say("sam.accounts"), frame, shown.rename_axis(say("sam.account")), after=after
    )


def _assumptions(sam: SAM, say: Language) -> Part:
    sources = say("sam.sources", source=sam.meta.source)
    return listed(
        "assumptions", say("sam.rests"), [sources, *sam.meta.assumptions, *sam.meta.history]
    )
