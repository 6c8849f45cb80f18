"""Tables to and from other tools: pymrio, MARIO, R's decompr, xarray, workbooks, LaTeX."""

from iomodel.exchange.decompr import to_decompr
from iomodel.exchange.excel import from_excel, to_excel
from iomodel.exchange.latex import to_latex
from iomodel.exchange.mario import from_mario
from iomodel.exchange.netcdf import from_netcdf, to_netcdf
from iomodel.exchange.pymrio import from_pymrio, to_pymrio
from iomodel.exchange.xarray import from_xarray, to_xarray

__all__ = [
    "from_excel",
    "from_mario",
    "from_netcdf",
    "from_pymrio",
    "from_xarray",
    "to_decompr",
    "to_excel",
    "to_latex",
    "to_netcdf",
    "to_pymrio",
    "to_xarray",
]
