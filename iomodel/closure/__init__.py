"""Households inside the model: one account or several groups, on average or at the margin."""

from iomodel.closure.assembly import HOUSEHOLDS, SAVING
from iomodel.closure.margin import marginal
from iomodel.closure.several import groups
from iomodel.closure.single import INCOME_KINDS, households

__all__ = ["HOUSEHOLDS", "INCOME_KINDS", "SAVING", "groups", "households", "marginal"]
