"""Solving (I - A) x = b and its transpose: factors, iteration, the inverse by halves, bounds."""

from iomodel.linalg.bounds import Solution
from iomodel.linalg.operators import PANEL, Dense, operator
from iomodel.linalg.planning import Plan
from iomodel.linalg.productive import worst_block
from iomodel.linalg.resolvent import Resolvent
from iomodel.linalg.threads import SMALL, few_threads
from iomodel.linalg.updated import Updated

__all__ = [
    "PANEL",
    "Dense",
    "SMALL",
    "Plan",
    "Resolvent",
    "Solution",
    "Updated",
    "few_threads",
    "operator",
    "worst_block",
]
