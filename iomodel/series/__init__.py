"""Tables of several years as one value: stacked, weighted, held against a second witness."""

from iomodel.series.abroad import payments, share_abroad, totals_abroad
from iomodel.series.industry import industry, twin
from iomodel.series.mexico import (
    agreement,
    income_bands,
    projected,
    technology_balance,
    wiod,
    witnesses,
)
from iomodel.series.stacking import MEASURES, stack, weighted, years

__all__ = [
    "MEASURES",
    "agreement",
    "income_bands",
    "industry",
    "payments",
    "projected",
    "share_abroad",
    "stack",
    "technology_balance",
    "totals_abroad",
    "twin",
    "weighted",
    "wiod",
    "witnesses",
    "years",
]
