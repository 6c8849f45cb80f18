"""`iomodel sectors TABLE`: codes and names of a table, and the weight and exports of each."""

from __future__ import annotations

from difflib import get_close_matches

import numpy as np
import pandas as pd

from iomodel import catalog, naming
from iomodel.accounts import show
from iomodel.card.parts import Part
from iomodel.card.words import unit_of
from iomodel.errors import LabelError
from iomodel.lang import ENGLISH, Language
from iomodel.readers.labels import plain
from iomodel.table import IOTable
from iomodel.text import number


def page(name: str, search: str | None = None, say: Language = ENGLISH) -> list[Part]:
    """The sectors of a bundled table or a table folder; only those that `search` finds."""
    table = naming.in_language(catalog.own_or_bundled(name), say)
    frame = _sectors(table)
    found = frame if search is None else frame[_found(frame, search)]
    shown = pd.DataFrame(
        {
            say("sectors.name"): list(found["name"]),
            say("sectors.output"): [number(value) for value in found["output"]],
            say("sectors.share"): [number(100 * value, 1) for value in found["output_share"]],
            say("sectors.exports"): [number(100 * value, 1) for value in found["export_share"]],
        },
        index=pd.Index([show(key) for key in found.index], name=say("sectors.code")),
    )
    before = say(
        "sectors.about",
        title=table.meta.title,
        n=len(found),
        all=len(frame),
        unit=unit_of(table.meta.unit, say) or say("frame.unit"),
    )
    after = say("sectors.use", table=name)
    return [Part("sectors", say("sectors.heading"), found, shown, before=(before,), after=(after,))]


def _sectors(table: IOTable) -> pd.DataFrame:
    """Name, output, share of all output, and exports per unit of output (NaN: none are known)."""
    a = table.arrays
    exports = table.categories.of_kind("exports")
    sold = a.Y[:, exports].sum(axis=1) if len(exports) else np.full(len(a.x), np.nan)
    output = np.where(table.active, a.x, np.nan)
    return pd.DataFrame(
        {
            "name": table.accounts.names,
            "output": a.x,
            "output_share": a.x / a.x.sum(),
            "export_share": sold / output,
        },
        index=table.accounts.index,
    )


def _found(frame: pd.DataFrame, search: str) -> list[bool]:
    """Which sectors have every word of the search in code or name, whatever accents and case."""
    words = plain(search).split()
    texts = [f"{plain(show(key))} {plain(name)}" for key, name in frame["name"].items()]
    found = [all(word in text for word in words) for text in texts]
    if not any(found) or not words:
        known = sorted({word for text in texts for word in text.split()})
        close = [near for word in words for near in get_close_matches(word, known, 3, 0.75)]
        raise LabelError(
            f"No sector has '{search}' in its code or name.",
            remedy=f"Did you mean {', '.join(close)}?" if close else "Search for less of the word.",
        )
    return found
