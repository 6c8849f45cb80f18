"""Multipliers cut into effects: within blocks of accounts, between them, and back again."""

from iomodel.blocks.decomposition import Decomposition, decompose
from iomodel.blocks.fixed_price import FixedPrice, fixed_price
from iomodel.blocks.relative import redistribution

__all__ = ["Decomposition", "FixedPrice", "decompose", "fixed_price", "redistribution"]
