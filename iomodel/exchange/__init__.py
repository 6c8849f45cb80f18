"""Tables to and from the field's other tools: pymrio, R's decompr, xarray, workbooks."""

from iomodel.exchange.decompr import to_decompr
from iomodel.exchange.pymrio import from_pymrio, to_pymrio

__all__ = ["from_pymrio", "to_decompr", "to_pymrio"]
