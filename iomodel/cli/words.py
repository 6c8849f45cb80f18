"""Words that the pages share: those of the card, under the name the pages know them by."""

from iomodel.card.words import (
    READINGS,
    RUNGS,
    SPREAD,
    by_reading,
    cents,
    joined,
    label,
    prices_of,
    rests_on,
    unit_of,
)

__all__ = [
    "READINGS",
    "RUNGS",
    "SPREAD",
    "by_reading",
    "cents",
    "joined",
    "label",
    "prices_of",
    "rests_on",
    "unit_of",
]
