"""iomodel: input-output and social accounting analysis, with leakage through the balance of payments."""

from iomodel.table import IOTable, Meta

__all__ = ["IOTable", "Meta"]
