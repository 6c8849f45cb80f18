"""Published against ours: `claims()` with a verdict for each row, and `verdicts()`, their count."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from iomodel.reproduction import patterns
from iomodel.reproduction.evidence import EVIDENCE, Evidence
from iomodel.reproduction.published import Published, published

VERDICTS = (
    "reproduced",
    "same pattern",
    "differs",
    "needs table",
    "needs the SAM",
    "new",
    "input",
)


def claims() -> pd.DataFrame:
    """Each published figure, ours on the nearest bundled table, the difference and a verdict.

    Verdicts: "reproduced" (to the printed digits, where no other table is needed), "same pattern"
    (the comparison in `seeds/claims.csv`, written before this code ran, holds), "differs: why",
    "needs table X", "needs the SAM", "new" (nobody published it), "input" (copied).  Nothing is
    stored: every figure of ours is computed from the bundled tables at each call.

    Columns: claim, cites, unit, digits, published, ours, ours_upper (where a rule is open),
    difference, verdict, why, table.  Raises FileError where a bundled table is missing.

    >>> import iomodel as im
    >>> im.reproduction.claims().loc["C1", "verdict"]
    'needs table INEGI 2003 with its maquila split'
    """
    done: dict[Callable[[], Evidence], Evidence] = {}
    rows = {}
    for row in published():
        compute = EVIDENCE[row.number]
        if compute not in done:
            done[compute] = compute()
        rows[row.id] = _judged(row, done[compute])
    frame = pd.DataFrame.from_dict(rows, orient="index")
    return frame.rename_axis("id")


def verdicts(judged: pd.DataFrame | None = None) -> pd.Series:
    """How many rows of `claims()` got each verdict; "new" and "input" are never "reproduced"."""
    frame = claims() if judged is None else judged
    kinds = frame["verdict"].map(kind_of)
    counts = kinds.value_counts().reindex(list(VERDICTS), fill_value=0)
    return counts.rename("rows").rename_axis("verdict")


def kind_of(verdict: str) -> str:
    """The verdict without its reason or table.

    >>> kind_of("differs: other coverage")
    'differs'
    """
    return next(kind for kind in VERDICTS if verdict.startswith(kind))


def _judged(row: Published, evidence: Evidence) -> dict[str, object]:
    ours = evidence.figures.get(row.figure, float("nan"))
    value = float("nan") if row.value is None else row.value
    why = evidence.why.get(row.id, "")
    return {
        "claim": row.claim,
        "cites": f"{row.cites}: {row.page}" if row.page else row.cites,
        "unit": row.unit,
        "digits": row.digits,
        "published": value,
        "ours": ours,
        "ours_upper": evidence.upper.get(row.figure, float("nan")),
        "difference": ours - value,
        "verdict": _verdict(row, ours, evidence, why),
        "why": why,
        "table": evidence.table,
    }


def _verdict(row: Published, ours: float, evidence: Evidence, why: str) -> str:
    if row.kind != "published":
        return row.kind
    same = bool(row.pattern) and patterns.holds(row.pattern, evidence.figures)
    if row.value is None:
        if same:
            return "same pattern"
        return "needs the SAM" if row.needs_sam else f"differs: {why}"
    if row.needs_sam:
        return "needs the SAM"
    if row.table_needed:
        return f"needs table {row.table_needed}"
    if round(ours, row.digits) == round(row.value, row.digits):
        return "reproduced"
    return "same pattern" if same else f"differs: {why}"
