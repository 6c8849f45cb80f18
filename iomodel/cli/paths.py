"""`iomodel paths NAME ORIGIN DESTINATION`: through whom a peso put in here arrives there."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from iomodel import catalog, paths, settings
from iomodel.accounts import Accounts, show
from iomodel.cli.parts import Part, listed
from iomodel.meta import Meta
from iomodel.paths.layers import BETWEEN
from iomodel.readers import read_folder, read_sam
from iomodel.sam import SAM, SAMModel
from iomodel.storage import TOML, read_description
from iomodel.table import IOTable
from iomodel.text import number

POOL = "redistribution"
FIXED = (
    "Every account spends each further peso as it spent the average one in the base year (fixed "
    "coefficients and prices), and nothing runs short."
)


def page(
    name: str, origin: str, destination: str, *, top: int, exogenous: Sequence[str] | None
) -> list[Part]:
    """The strongest paths between two accounts of a SAM, or between two sectors of a table."""
    source = _source(name)
    if isinstance(source, SAM):
        model: SAMModel | IOTable = source.cut(exogenous=exogenous or settings.EXOGENOUS)
    else:
        model = source
    found = paths.largest(model, origin, destination, top=top)
    start, end = model.accounts.positions([origin, destination])
    return [
        _paths(model, found, start, end),
        _met(model.accounts, found),
        listed("assumptions", "What it rests on", [*_cut(model), FIXED, *_said(source.meta)]),
    ]


def _source(name: str) -> SAM | IOTable:
    """A folder, a bundled SAM, or else a bundled table."""
    if (Path(name) / TOML).is_file():
        holds_sam = read_description(name).get("holds") == "sam"
        return read_sam(name) if holds_sam else read_folder(name)
    return catalog.load_sam(name) if name in catalog.sams().index else catalog.load(name)


def _paths(model: SAMModel | IOTable, found: pd.DataFrame, start: int, end: int) -> Part:
    whole, names = found.attrs["global_influence"], model.accounts.names
    keys, digits = model.accounts.keys, _digits(whole)
    shown = pd.DataFrame(
        {
            "path": found["path"],
            "direct": [number(value, digits) for value in found["direct"]],
            "path multiplier": [number(value, 3) for value in found["path_multiplier"]],
            "total": [number(value, digits) for value in found["total"]],
            "share, %": [number(100 * value, 1) for value in found["share"]],
            "sum, %": [number(100 * value, 1) for value in found["cumulative"]],
        },
        index=found.index,
    )
    after = [_covered(found, whole)]
    if any(POOL in path.split(BETWEEN) for path in found["path"]):
        after.append(
            f"'{POOL}' is a pool: what each payer puts in and each receiver takes out is known, "
            "but not who pays whom. A path through it says in what proportion, not whose money."
        )
    return Part(
        "paths",
        f"From {show(keys[start])} ({names[start]}) to {show(keys[end])} ({names[end]})",
        found,
        shown if len(found) else None,
        before=(_title(model), _asked(model, start, end, whole), _explained(model)),
        after=tuple(after),
    )


def _digits(value: float) -> int:
    """Decimals that show four digits of a number."""
    return 4 if not value else min(9, max(2, 3 - math.floor(math.log10(abs(value)))))


def _title(model: SAMModel | IOTable) -> str:
    return f"{model.title if isinstance(model, SAMModel) else model.meta.title}."


def _asked(model: SAMModel | IOTable, start: int, end: int, whole: float) -> str:
    origin, destination = (show(model.accounts.keys[at]) for at in (start, end))
    again = " again" if start == end else ""
    many = number(whole, _digits(whole))
    if isinstance(model, SAMModel):
        return (
            f"One peso from outside put into {origin} brings {many} pesos{again} to {destination}, "
            "all rounds of spending counted: the multiplier."
        )
    return (
        f"One peso of final demand for {origin} needs {many} pesos{again} of output "
        f"of {destination}, all suppliers of suppliers counted: the multiplier."
    )


def _explained(model: SAMModel | IOTable) -> str:
    does = "A pays B" if isinstance(model, SAMModel) else "A buys from B"
    return (
        f"A path is one way there that meets no account twice; 'A{BETWEEN}B': {does}. Direct: what "
        "arrives straight along it. Path multiplier: how many times over it arrives, because "
        "circuits among its accounts, and through all others, repeat it. Total: direct times path "
        "multiplier; the totals of all paths add up to the multiplier. Ordered by direct."
    )


def _covered(found: pd.DataFrame, whole: float) -> str:
    if not len(found):
        return "No payment leads there, through whomever: there is no path."
    brought, of_all = (number(value, _digits(whole)) for value in (found["total"].sum(), whole))
    share = number(100 * found["cumulative"].iloc[-1], 1)
    these = "This path brings" if len(found) == 1 else f"These {len(found)} paths bring"
    return f"{these} {brought} of {of_all}, {share} %; the rest, if any, runs through weaker ones."


def _met(accounts: Accounts, found: pd.DataFrame) -> Part:
    """Names of the accounts on the paths, in the order met."""
    at = {show(key): i for i, key in enumerate(accounts.keys)}
    met = dict.fromkeys(code for path in found["path"] for code in path.split(BETWEEN))
    frame = accounts.table().iloc[[at[code] for code in met if code in at]]
    return Part("accounts", "Who they are", frame, frame if len(frame) else None)


def _cut(model: SAMModel | IOTable) -> list[str]:
    """Which accounts are inside the circle, and which are not."""
    if isinstance(model, IOTable):
        outside = (
            "households are among them"
            if model.inputs.of_kind("saving")
            else ("income is not spent again")
        )
        return [f"Inside: {len(model.accounts)} sectors that buy from each other; {outside}."]
    kinds = Counter(model.accounts.kinds)
    inside = ", ".join(
        f"{many} of kind {kind}" if many > 12 else ", ".join(_of(model.accounts, kind))
        for kind, many in kinds.items()
    )
    return [
        f"Inside the circle (endogenous): {inside}.",
        f"Outside (exogenous; they put money in and take it out, and do not spend it again): "
        f"{', '.join(model.outside.codes)}.",
    ]


def _of(accounts: Accounts, kind: str) -> list[str]:
    return [accounts.codes[i] for i in accounts.of_kind(kind)]


def _said(meta: Meta) -> list[str]:
    return [f"Sources: {meta.source}." if meta.source else "Sources: not given.", *meta.assumptions]
