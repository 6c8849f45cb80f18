"""Putting tables and social accounting matrices into balance on purpose, and saying what moved.

Nothing else in the library balances: readers and types refuse what does not add up.
"""

from iomodel.balance.arcs import Aggregate
from iomodel.balance.biproportional import ras
from iomodel.balance.entropy import NORMAL, cross_entropy
from iomodel.balance.result import Balanced

__all__ = ["Aggregate", "Balanced", "NORMAL", "cross_entropy", "ras"]
