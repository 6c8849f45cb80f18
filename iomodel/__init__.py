"""iomodel: input-output and social accounting analysis, with leakage through the balance of
payments.

Letters, as in Miller and Blair (2009): `Z` intermediate deliveries (row sells to column), `Y`
final demand by category and `f` its row sum, `V` primary inputs (everything below Z) and `W` those
bought directly by final demand, `v` value added, `x` gross output, `A = Z x^-1`, `B = x^-1 Z`,
`L = (I - A)^-1`, `G = (I - B)^-1`.

>>> import iomodel as im
>>> mx = im.load("mexico-2018")
>>> round(float(im.multipliers.output(mx)["3361"]), 6)
1.502602
"""

from iomodel import (
    aggregate,
    balance,
    bands,
    blocks,
    closure,
    construct,
    errors,
    extraction,
    leakage,
    linkages,
    mixed,
    multipliers,
    paths,
    prices,
    regional,
    reproduction,
    sensitivity,
    series,
    settings,
    trade,
)
from iomodel.bop import BalanceOfPayments
from iomodel.catalog import bop_series, load, load_bop, load_sam, tables
from iomodel.edges import from_edges
from iomodel.meta import Meta
from iomodel.ownership import OwnershipKey
from iomodel.readers import (
    read_bop,
    read_folder,
    read_inegi,
    read_inegi_regions,
    read_sam,
    read_scn,
    read_wiod,
)
from iomodel.sam import SAM
from iomodel.stored import open_blocks, open_zarr, write_blocks, write_row_blocks, write_zarr
from iomodel.table import IOTable, named

__version__ = "0.1.0"

__all__ = [
    "BalanceOfPayments",
    "IOTable",
    "Meta",
    "OwnershipKey",
    "SAM",
    "aggregate",
    "balance",
    "blocks",
    "bands",
    "bop_series",
    "closure",
    "construct",
    "errors",
    "extraction",
    "from_edges",
    "leakage",
    "linkages",
    "load",
    "load_bop",
    "load_sam",
    "mixed",
    "multipliers",
    "named",
    "open_blocks",
    "open_zarr",
    "prices",
    "paths",
    "read_bop",
    "read_folder",
    "read_inegi",
    "read_inegi_regions",
    "read_sam",
    "read_scn",
    "regional",
    "read_wiod",
    "reproduction",
    "series",
    "sensitivity",
    "settings",
    "tables",
    "trade",
    "write_blocks",
    "write_row_blocks",
    "write_zarr",
]


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
