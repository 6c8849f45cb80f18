"""What the bundled tables say to each claim: one function per claim, nothing stored."""

from __future__ import annotations

from collections.abc import Callable

from iomodel.reproduction.evidence_income import (
    income_abroad,
    ownership,
    technology,
    technology_balance,
)
from iomodel.reproduction.evidence_structure import (
    income_multipliers,
    linkages_2012,
    multipliers_2012,
)
from iomodel.reproduction.evidence_weight import exports_at_home, fewer_vehicles, shares_2018
from iomodel.reproduction.facts import Evidence


def productivity() -> Evidence:
    """C11: not identified in the tables at hand."""
    return Evidence(
        "",
        {},
        {
            "C11": "the yearly tables are projections with fixed shares of value added, and there "
            "is no capital stock"
        },
    )


def nothing() -> Evidence:
    """C14: copied figures that no table of ours answers."""
    return Evidence("", {}, {})


EVIDENCE: dict[str, Callable[[], Evidence]] = {
    "C1": income_multipliers,
    "C2": income_multipliers,
    "C3": linkages_2012,
    "C4": linkages_2012,
    "C5": linkages_2012,
    "C6": multipliers_2012,
    "C7": income_abroad,
    "C8": technology,
    "C9": technology_balance,
    "C10": exports_at_home,
    "C11": productivity,
    "C12": fewer_vehicles,
    "C13": shares_2018,
    "C14": nothing,
    "C15": ownership,
}
