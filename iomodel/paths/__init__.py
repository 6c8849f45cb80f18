"""Structural paths: supply chains above a threshold, elementary paths between two accounts."""

from iomodel.paths.elementary import largest
from iomodel.paths.layers import Paths, above

__all__ = ["Paths", "above", "largest"]
