"""One sector in one plain text: its weight, multipliers, linkages, imports, and what stays."""

from __future__ import annotations

from collections.abc import Hashable

import pandas as pd

from iomodel import leakage
from iomodel.accounts import show
from iomodel.arguments import typed
from iomodel.card import sector as card
from iomodel.card.parts import Part
from iomodel.card.words import READINGS, cents
from iomodel.errors import MissingAccountError, UnitError
from iomodel.lang import Language, spoken
from iomodel.naming import in_language
from iomodel.reproduction.facts import kept, payments_of, placed
from iomodel.table import IOTable
from iomodel.text import WIDTH, grid, number, wrapped

RULE, LINE = "=" * WIDTH, "-" * WIDTH
BACKWARD, FORWARD = "rasmussen_backward", "rasmussen_forward"


@typed
def summary(table: IOTable, sector: Hashable, *, lang: str = "en") -> str:
    """The main results for one sector as plain text of at most 100 columns, to print or to file.

    Weight in the economy, multipliers (direct, total, ratio, rank), Rasmussen's linkages and the
    class, import content, and what stays of a peso of final demand: value added vL, GDP content
    (v + t)L and, where payments abroad ship for the year of the table, GNI content under the
    default key of ownership with its range over all keys.  `lang` is "en" or "es".  The figures
    are those of `iomodel sector`.

    Cost: those of `linkages.compare` and `leakage.bands`.
    Errors: LabelError for an unknown sector or language.

    >>> import iomodel as im
    >>> text = im.summary(im.load("mexico-2018"), "3361", lang="es")
    >>> print(text.splitlines()[1].split("  ")[0])
    Resumen de insumo-producto de un sector
    """
    say = spoken(lang)
    table = in_language(table, say)
    at = table.accounts.position(sector)
    parts = [_weight(table, at, say), _multipliers(table, at, say), _linkages(table, at, say)]
    parts.append(_stays(table, at, say))
    lines = [RULE, *_beside(say("summary.title"), table.meta.title), *_name(table, at), RULE]
    for part in parts:
        lines += wrapped(part.title) if part.title else []
        lines += [] if part.shown is None else grid(part.shown)
        lines += [line for text in part.after for line in wrapped(text, indent=2)]
        lines.append(LINE)
    source = say("summary.source", source=table.meta.source) if table.meta.source else ""
    for text in (say("summary.notes"), source, say("summary.made")):
        lines += wrapped(text)
    return "\n".join([*lines, RULE])


def _name(table: IOTable, at: int) -> list[str]:
    return wrapped(f"{show(table.accounts.keys[at])}  {table.accounts.names[at]}", hang=2)


def _beside(left: str, right: str) -> list[str]:
    """Two texts at both ends of a line, or below each other where they are too long for it."""
    if len(left) + len(right) + 2 > WIDTH:
        return [*wrapped(left), *wrapped(right)]
    return [f"{left}{right:>{WIDTH - len(left)}}"]


def _weight(table: IOTable, at: int, say: Language) -> Part:
    part = card.identity(table, at, say)
    return Part(part.name, "", part.frame, part.shown, after=part.before[1:])


def _multipliers(table: IOTable, at: int, say: Language) -> Part:
    part = card.effects(table, at, say)
    title = f"{part.title}, {say('summary.per_peso')}"
    return Part(part.name, title, part.frame, part.shown, after=part.after[1:])


def _linkages(table: IOTable, at: int, say: Language) -> Part:
    """Rasmussen's two of all the indices of the card, and the class they give."""
    found, n = card.links(table, at, say).frame.loc[[BACKWARD, FORWARD]], int(table.active.sum())
    shown = pd.DataFrame(
        {
            say("card.value"): [number(v, 4) for v in found["value"]],
            say("card.rank"): [say("summary.of", rank=number(rank), n=n) for rank in found["rank"]],
        },
        index=[say("summary.backward"), say("summary.forward")],
    )
    kind = card.kind_of(table, at)
    title = f"{say('card.linkages')} ({say('summary.mean')}); {say('summary.class')}: "
    return Part("linkages", title + say(f"class.{kind}"), found, shown)


def _stays(table: IOTable, at: int, say: Language) -> Part:
    """Import content and what is produced; with payments abroad also what residents keep."""
    try:
        payments = payments_of(table)
        outflow = placed(table, payments)
    except (MissingAccountError, UnitError) as error:
        part = card.peso_without(table, at, say.fact(error), say)
        return Part(part.name, say("summary.stays"), part.frame, part.shown, after=part.after)
    steps = leakage.waterfall(table, outflow, sector=show(table.accounts.keys[at]))
    found = leakage.content(table, outflow).iloc[at]
    bands, taxes = kept(table, payments, at).loc[list(READINGS)], found["product_taxes"]
    rows = {
        "imported": steps["amount"]["imports"],
        "imported_direct": steps["direct"]["imports"],
        "imported_through": steps["indirect"]["imports"],
        "produced": found["gdp"],
        "gva": found["gva"],
        "recorded": found["gni_recorded"] + taxes,
        "owned_net": found["gni_owned_net"] + taxes,
    }
    frame = pd.Series(rows).to_frame("share")
    shown = pd.DataFrame(
        {say("card.cents"): [cents(value, 1) for value in rows.values()]},
        index=[say(f"summary.{name}") for name in rows],
    )
    over = {name: bands.loc[name].to_numpy() for name in ("recorded", "owned_net")}
    band = say(
        "summary.band",
        key=outflow.key.name,
        low=cents(over["recorded"].min(), 1),
        high=cents(over["recorded"].max(), 1),
        net_low=cents(over["owned_net"].min(), 1),
        net_high=cents(over["owned_net"].max(), 1),
    )
    return Part("stays", say("summary.stays"), frame, shown, after=(band,))
