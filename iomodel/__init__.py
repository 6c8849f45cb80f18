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

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what checkers and editors read; at run time `__getattr__` does the same
    from iomodel import (
        aggregate,
        balance,
        bands,
        blocks,
        closure,
        construct,
        errors,
        exchange,
        extraction,
        leakage,
        linkages,
        mixed,
        miyazawa,
        multipliers,
        paths,
        plot,
        prices,
        regional,
        report,
        reproduction,
        sensitivity,
        series,
        settings,
        trade,
    )
    from iomodel.bop import BalanceOfPayments
    from iomodel.card.brief import summary
    from iomodel.catalog import bop_series, concordance, load, load_bop, load_sam, tables
    from iomodel.colophon import citation, show_versions
    from iomodel.devices import solved_on
    from iomodel.edges import from_edges
    from iomodel.meta import Meta
    from iomodel.ownership import OwnershipKey, SectorRoles
    from iomodel.readers import (
        read_adb,
        read_bop,
        read_exiobase,
        read_figaro,
        read_folder,
        read_gams,
        read_icio,
        read_inegi,
        read_inegi_regions,
        read_sam,
        read_scn,
        read_wiod,
        read_wiod_world,
    )
    from iomodel.sam import SAM
    from iomodel.stored import (
        blocks_from_file,
        open_blocks,
        open_zarr,
        write_blocks,
        write_row_blocks,
        write_zarr,
    )
    from iomodel.table import IOTable, named

__version__ = "0.1.0"

__all__ = [
    "BalanceOfPayments",
    "IOTable",
    "Meta",
    "OwnershipKey",
    "SAM",
    "SectorRoles",
    "aggregate",
    "balance",
    "bands",
    "blocks",
    "blocks_from_file",
    "bop_series",
    "citation",
    "closure",
    "concordance",
    "construct",
    "errors",
    "exchange",
    "extraction",
    "from_edges",
    "leakage",
    "linkages",
    "load",
    "load_bop",
    "load_sam",
    "mixed",
    "miyazawa",
    "multipliers",
    "named",
    "open_blocks",
    "open_zarr",
    "paths",
    "plot",
    "prices",
    "read_adb",
    "read_bop",
    "read_exiobase",
    "read_figaro",
    "read_folder",
    "read_gams",
    "read_icio",
    "read_inegi",
    "read_inegi_regions",
    "read_sam",
    "read_scn",
    "read_wiod",
    "read_wiod_world",
    "regional",
    "report",
    "reproduction",
    "sensitivity",
    "series",
    "settings",
    "show_versions",
    "solved_on",
    "summary",
    "tables",
    "trade",
    "write_blocks",
    "write_row_blocks",
    "write_zarr",
]


# Names that are no module of the package, and the module that each is found in at its first use:
# importing iomodel costs nothing but this file.
_HOMES = {
    "BalanceOfPayments": "bop",
    "IOTable": "table",
    "Meta": "meta",
    "OwnershipKey": "ownership",
    "SAM": "sam",
    "SectorRoles": "ownership",
    "blocks_from_file": "stored",
    "bop_series": "catalog",
    "citation": "colophon",
    "concordance": "catalog",
    "from_edges": "edges",
    "load": "catalog",
    "load_bop": "catalog",
    "load_sam": "catalog",
    "named": "table",
    "open_blocks": "stored",
    "open_zarr": "stored",
    "read_adb": "readers",
    "read_bop": "readers",
    "read_exiobase": "readers",
    "read_figaro": "readers",
    "read_folder": "readers",
    "read_gams": "readers",
    "read_icio": "readers",
    "read_inegi": "readers",
    "read_inegi_regions": "readers",
    "read_sam": "readers",
    "read_scn": "readers",
    "read_wiod": "readers",
    "read_wiod_world": "readers",
    "show_versions": "colophon",
    "solved_on": "devices",
    "summary": "card.brief",
    "tables": "catalog",
    "write_blocks": "stored",
    "write_row_blocks": "stored",
    "write_zarr": "stored",
}


if not TYPE_CHECKING:  # a checker must still refuse names that there are not

    def __getattr__(name: str) -> object:
        if name.startswith("_"):
            raise AttributeError(f"module 'iomodel' has no attribute {name!r}")
        home = f"iomodel.{_HOMES.get(name, name)}"
        try:
            module = import_module(home)
        except ModuleNotFoundError as error:
            if error.name != home:
                raise
            raise AttributeError(f"module 'iomodel' has no attribute {name!r}") from None
        value = getattr(module, name) if name in _HOMES else module
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
