"""Sections about the table itself: whether it balances, where it is from, what it rests on."""

from __future__ import annotations

from iomodel.report.asked import Asked
from iomodel.report.parts import Grid, Section


def checks(asked: Asked) -> Section:
    """Every accounting identity of the table."""
    w, frame = asked.w, asked.table.check()
    frame = frame[["residual", "tolerance", "worst", "holds"]].astype({"worst": str})
    frame["holds"] = [w["checks.yes"] if holds else w["checks.no"] for holds in frame["holds"]]
    grid = Grid(
        "checks",
        w["checks.grid"],
        frame,
        w["checks.col"],
        [asked.say.said(str(name)) for name in frame.index],
        [w[f"checks.{column}"] for column in frame],
        [3, 3, None, None],
    )
    lead = [w["checks.lead"].format(unit=asked.unit)]
    return Section("checks", w["checks.title"], lead, grids=[grid])


def sources(asked: Asked) -> Section:
    """Where the figures come from, and what they rest on."""
    w, meta = asked.w, asked.table.meta
    lead = [w["sources.source"].format(source=meta.source)] if meta.source else []
    if meta.licence:
        lead.append(w["sources.licence"].format(licence=meta.licence))
    if meta.sha256:
        lead.append(w["sources.sha256"].format(sha256=meta.sha256))
    lead.append(w["sources.figures"].format(sha256=asked.digest()))
    found = asked.answer
    lists = {
        w["sources.assumptions"]: list(
            map(asked.say.said, meta.assumptions if found is None else found.assumptions)
        ),
        w["sources.history"]: meta.history,
    }
    kept = {title: texts for title, texts in lists.items() if texts}
    return Section("sources", w["sources.title"], lead, lists=kept)
