"""`iomodel paths NAME ORIGIN DESTINATION`: through whom a peso put in here arrives there."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from iomodel import catalog, paths, settings
from iomodel.accounts import Accounts, show
from iomodel.card.parts import Part, listed
from iomodel.lang import ENGLISH, Language
from iomodel.meta import Meta
from iomodel.naming import in_language
from iomodel.paths.layers import BETWEEN
from iomodel.readers import read_sam
from iomodel.sam import SAM, SAMModel
from iomodel.storage import TOML, read_description
from iomodel.table import IOTable
from iomodel.text import number

POOL = "redistribution"


def page(
    name: str,
    origin: str,
    destination: str,
    *,
    top: int,
    exogenous: Sequence[str] | None,
    say: Language = ENGLISH,
) -> list[Part]:
    """The strongest paths between two accounts of a SAM, or between two sectors of a table."""
    source = _source(name, say)
    if isinstance(source, SAM):
        model: SAMModel | IOTable = source.cut(exogenous=exogenous or settings.EXOGENOUS)
    else:
        model = source
    found = paths.largest(model, origin, destination, top=top)
    start, end = model.accounts.positions([origin, destination])
    return [
        _paths(model, found, start, end, say),
        _met(model.accounts, found, say),
        listed(
            "assumptions",
            say("sam.rests"),
            [*_cut(model, say), say("paths.fixed"), *_said(source.meta, say)],
        ),
    ]


def _source(name: str, say: Language) -> SAM | IOTable:
    """A folder, a bundled SAM, or else a bundled table."""
    own = (Path(name) / TOML).is_file()
    if own and read_description(name).get("holds") == "sam":
        return in_language(read_sam(name), say)
    if not own and name in catalog.sams().index:
        return in_language(catalog.load_sam(name), say)
    return in_language(catalog.own_or_bundled(name), say)


def _paths(
    model: SAMModel | IOTable, found: pd.DataFrame, start: int, end: int, say: Language
) -> Part:
    whole, names = found.attrs["global_influence"], model.accounts.names
    keys, digits = model.accounts.keys, _digits(whole)
    shown = pd.DataFrame(
        {
            say("paths.path"): found["path"],
            say("paths.direct"): [number(value, digits) for value in found["direct"]],
            say("paths.multiplier"): [number(value, 3) for value in found["path_multiplier"]],
            say("paths.total"): [number(value, digits) for value in found["total"]],
            say("paths.share"): [number(100 * value, 1) for value in found["share"]],
            say("paths.sum"): [number(100 * value, 1) for value in found["cumulative"]],
        },
        index=found.index.rename(say("card.rank")),
    )
    after = [_covered(found, whole, say)]
    if any(POOL in path.split(BETWEEN) for path in found["path"]):
        after.append(say("paths.pool", name=POOL))
    return Part(
        "paths",
        say(
            "paths.heading",
            origin=f"{show(keys[start])} ({names[start]})",
            destination=f"{show(keys[end])} ({names[end]})",
        ),
        found,
        shown if len(found) else None,
        before=(_title(model), _asked(model, start, end, whole, say), _explained(model, say)),
        after=tuple(after),
    )


def _digits(value: float) -> int:
    """Decimals that show four digits of a number."""
    return 4 if not value else min(9, max(2, 3 - math.floor(math.log10(abs(value)))))


def _title(model: SAMModel | IOTable) -> str:
    return f"{model.title if isinstance(model, SAMModel) else model.meta.title}."


def _asked(model: SAMModel | IOTable, start: int, end: int, whole: float, say: Language) -> str:
    origin, destination = (show(model.accounts.keys[at]) for at in (start, end))
    again = say("paths.again") if start == end else ""
    many = number(whole, _digits(whole))
    question = "paths.of_sam" if isinstance(model, SAMModel) else "paths.of_table"
    return say(question, origin=origin, destination=destination, many=many, again=again)


def _explained(model: SAMModel | IOTable, say: Language) -> str:
    does = say("paths.pays" if isinstance(model, SAMModel) else "paths.buys")
    return say("paths.explained", example=f"A{BETWEEN}B", does=does)


def _covered(found: pd.DataFrame, whole: float, say: Language) -> str:
    if not len(found):
        return say("paths.none")
    brought, of_all = (number(value, _digits(whole)) for value in (found["total"].sum(), whole))
    share = number(100 * found["cumulative"].iloc[-1], 1)
    these = say("paths.this") if len(found) == 1 else say("paths.these", n=len(found))
    return say("paths.covered", these=these, brought=brought, whole=of_all, share=share)


def _met(accounts: Accounts, found: pd.DataFrame, say: Language) -> Part:
    """Names of the accounts on the paths, in the order met."""
    at = {show(key): i for i, key in enumerate(accounts.keys)}
    met = dict.fromkeys(code for path in found["path"] for code in path.split(BETWEEN))
    frame = accounts.table().iloc[[at[code] for code in met if code in at]]
    shown = frame.assign(kind=[say.get(f"account.{kind}", kind) for kind in frame["kind"]])
    shown.columns = pd.Index([say(f"paths.{column}") for column in frame.columns])
    shown.index.name = say(f"paths.{frame.index.name}")
    return Part("accounts", say("paths.who"), frame, shown if len(frame) else None)


def _cut(model: SAMModel | IOTable, say: Language) -> list[str]:
    """Which accounts are inside the circle, and which are not."""
    if isinstance(model, IOTable):
        closed = model.inputs.of_kind("saving")
        return [say("paths.closed" if closed else "paths.open", n=len(model.accounts))]
    kinds = Counter(model.accounts.kinds)
    inside = ", ".join(
        say("paths.many", n=many, kind=say.get(f"account.{kind}", kind))
        if many > 12
        else ", ".join(_of(model.accounts, kind))
        for kind, many in kinds.items()
    )
    return [
        say("paths.inside", names=inside),
        say("paths.outside", names=", ".join(model.outside.codes)),
    ]


def _of(accounts: Accounts, kind: str) -> list[str]:
    return [accounts.codes[i] for i in accounts.of_kind(kind)]


def _said(meta: Meta, say: Language) -> list[str]:
    source = meta.source or say("paths.not_given")
    return [say("sam.sources", source=source), *meta.assumptions]
