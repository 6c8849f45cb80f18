"""Putting tables and social accounting matrices into balance on purpose, and saying what moved.

Nothing else in the library balances: readers and types refuse what does not add up.
"""

from iomodel.balance.arcs import Aggregate
from iomodel.balance.biproportional import ras
from iomodel.balance.entropy import NORMAL, cross_entropy
from iomodel.balance.gras import gras
from iomodel.balance.mr_gras import mr_gras
from iomodel.balance.result import Balanced
from iomodel.balance.squares import least_squares

__all__ = [
    "Aggregate",
    "Balanced",
    "NORMAL",
    "cross_entropy",
    "gras",
    "least_squares",
    "mr_gras",
    "ras",
]
