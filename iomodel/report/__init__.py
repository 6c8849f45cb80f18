"""One page, or one workbook, about one sector: everything the library says, for a stranger."""

from iomodel.report.sector import Report, sector

__all__ = ["Report", "sector"]
