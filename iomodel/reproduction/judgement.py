"""Published against ours: `claims()` with a verdict for each row, and `verdicts()`, their count."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from iomodel.arguments import typed
from iomodel.reproduction import patterns
from iomodel.reproduction.evidence import EVIDENCE
from iomodel.reproduction.facts import Evidence
from iomodel.reproduction.published import Published, published

SAME, PROJECTED_ONLY = "same pattern", "same pattern on the projected table only"
VERDICTS = (
    "reproduced",
    SAME,
    PROJECTED_ONLY,
    "differs",
    "needs table",
    "new",
    "input",
)
HOLDS, FAILS = "holds", "fails"


def claims() -> pd.DataFrame:
    """Each published figure, ours on the nearest bundled table, the difference and a verdict.

    Verdicts: "reproduced" (to the printed digits, where no other table is needed), "same pattern"
    (the comparison in `seeds/claims.csv` holds), "same pattern on the projected table only" (it
    fails on the observed table of 2018), "differs: why", "needs table X", "new" (nobody published
    it), "input" (copied).  What rests on a SAM that is not at hand is answered by the nearest of
    the named closures of the SAM of 2012, and no level met there counts as reproduced.  Nothing is
    stored: every figure of ours is computed from the bundled tables at each call.

    Columns: claim, cites, unit, digits, published, ours, ours_upper (where a rule is open),
    difference, verdict, pattern ("holds", "fails", "" where there is none), pattern_observed (the
    same on the observed table, where ours is a projected one), blind ("yes" where row and pattern
    were fixed before our figure was known, "no" where not), why, table.  Raises FileError where a
    bundled table is missing.

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


@typed
def verdicts(judged: pd.DataFrame | None = None) -> pd.Series:
    """How many rows of `claims()` got each verdict; "new" and "input" are never "reproduced".

    >>> judged = pd.DataFrame({"verdict": ["reproduced", "differs: other coverage"]})
    >>> verdicts(judged)[["reproduced", "differs", "new"]].to_dict()
    {'reproduced': 1, 'differs': 1, 'new': 0}
    """
    frame = claims() if judged is None else judged
    kinds = frame["verdict"].map(kind_of)
    counts = kinds.value_counts().reindex(list(VERDICTS), fill_value=0)
    return counts.rename("rows").rename_axis("verdict")


def kind_of(verdict: str) -> str:
    """The verdict without its reason or table.

    >>> kind_of("differs: other coverage"), kind_of("same pattern on the projected table only")
    ('differs', 'same pattern on the projected table only')
    """
    return max((kind for kind in VERDICTS if verdict.startswith(kind)), key=len)


def _judged(row: Published, evidence: Evidence) -> dict[str, object]:
    ours = evidence.figures.get(row.figure, float("nan"))
    value = float("nan") if row.value is None else row.value
    why = _why(row, evidence)
    pattern = _pattern(row, evidence.figures)
    variant = evidence.variants.get(row.id)
    observed = _pattern(row, variant.figures) if variant and variant.observed else ""
    return {
        "claim": row.claim,
        "cites": f"{row.cites}: {row.page}" if row.page else row.cites,
        "unit": row.unit,
        "digits": row.digits,
        "published": value,
        "ours": ours,
        "ours_upper": evidence.upper.get(row.figure, float("nan")),
        "difference": ours - value,
        "verdict": _verdict(row, ours, (pattern, observed), why),
        "pattern": pattern,
        "pattern_observed": observed,
        "blind": row.blind,
        "why": why,
        "table": evidence.table,
    }


def _pattern(row: Published, figures: Mapping[str, float]) -> str:
    if not row.pattern:
        return ""
    return HOLDS if patterns.holds(row.pattern, figures) else FAILS


def _why(row: Published, evidence: Evidence) -> str:
    """What is said of our figures, and whether the pattern holds of those computed elsewhere."""
    why = evidence.why.get(row.id, "")
    variant = evidence.variants.get(row.id)
    if variant is None:
        return why
    holds = _pattern(row, variant.figures)
    return f"{why}; {variant.where}: {variant.said}: the pattern {holds} there"


def _verdict(row: Published, ours: float, pattern: tuple[str, str], why: str) -> str:
    if row.kind != "published":
        return row.kind
    here, observed = pattern
    same = (PROJECTED_ONLY if observed == FAILS else SAME) if here == HOLDS else ""
    # a closure of ours is not their SAM: a figure met alone reproduces nothing
    if row.value is None or row.needs_sam:
        return same or f"differs: {why}"
    if row.table_needed:
        return f"needs table {row.table_needed}"
    if round(ours, row.digits) == round(row.value, row.digits):
        return "reproduced"
    return same or f"differs: {why}"
