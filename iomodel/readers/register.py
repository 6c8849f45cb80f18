"""The layouts that the library reads, one line each, in the order in which they are looked for.

Some are read by rooms above this one (`above`): they are known here, so that no other layout takes
their files for its own, and whoever stands above both hands their readers to `inspect`.
"""

from __future__ import annotations

from iomodel.readers import square
from iomodel.readers.adb import LAYOUT as ADB
from iomodel.readers.adb import read_adb
from iomodel.readers.balance import is_bop, read_bop
from iomodel.readers.exiobase import is_exiobase, read_exiobase
from iomodel.readers.figaro import is_figaro, read_figaro
from iomodel.readers.folder import read_folder
from iomodel.readers.gams import is_gams, read_provisionally
from iomodel.readers.icio import is_icio, read_icio
from iomodel.readers.inegi import read_inegi
from iomodel.readers.inegi_layout import looks_like_table
from iomodel.readers.inegi_regions import is_regional, read_inegi_regions
from iomodel.readers.opened import Kind, Opened
from iomodel.readers.scn import is_scn, read_scn
from iomodel.readers.stacked import is_stacked
from iomodel.readers.wiod import is_wiod, read_wiod_years
from iomodel.readers.wiod_world import LAYOUT as WIOD
from iomodel.readers.wiod_world import read_wiod_world
from iomodel.storage import MANIFEST, TOML, read_description


def _holds(opened: Opened, kind: str) -> bool:
    """Whether a folder of the library is of a kind ("table", "sam")."""
    there = (opened.path / TOML).is_file()
    return there and read_description(opened.path).get("holds", "table") == kind


def _is_ours(opened: Opened) -> bool:
    """Whether it is a workbook with the sheets that `exchange.to_excel` writes."""
    if "xl/workbook.xml" not in opened.names:
        return False
    return {"notes", "sectors", "Z", "Y", "V"} <= {grid.sheet for grid in opened.grids}


def _unnamed(opened: Opened) -> bool:
    return bool(opened.grids) and not any(map(looks_like_table, opened.grids))


INEGI = Kind(
    "table of INEGI",
    lambda o: any(map(looks_like_table, o.grids)),
    lambda o: read_inegi(o.path),
)
KINDS = (
    Kind("workbook of iomodel", _is_ours, above="exchange.from_excel"),
    Kind("netCDF file", lambda o: o.begins(b"CDF"), above="exchange.from_netcdf"),
    Kind(
        "row blocks of iomodel",
        lambda o: (o.path / MANIFEST).is_file(),
        above="open_blocks",
    ),
    Kind("zarr store", lambda o: (o.path / "zarr.json").is_file(), above="open_zarr"),
    Kind("table folder", lambda o: _holds(o, "table"), lambda o: read_folder(o.path)),
    Kind("SAM folder", lambda o: _holds(o, "sam"), lambda o: square.read_sam(o.path)),
    Kind(
        "other folder of iomodel",
        lambda o: (o.path / TOML).is_file(),
        lambda o: None,
    ),
    Kind("EXIOBASE 3", lambda o: is_exiobase(o.names), lambda o: read_exiobase(o.path)),
    Kind("ICIO of the OECD", lambda o: is_icio(o.first_line), lambda o: read_icio(o.path)),
    Kind("FIGARO of Eurostat", lambda o: is_figaro(o.first_line), lambda o: read_figaro(o.path)),
    Kind(
        "bi-regional table of INEGI",
        lambda o: is_regional(o.grids),
        lambda o: read_inegi_regions(o.path),
    ),
    Kind("national table of WIOD", lambda o: is_wiod(o.grids), lambda o: read_wiod_years(o.path)),
    Kind("MRIO of ADB", lambda o: is_stacked(o.grids, ADB), lambda o: read_adb(o.path)),
    Kind(
        "world table of WIOD",
        lambda o: is_stacked(o.grids, WIOD),
        lambda o: read_wiod_world(o.path),
    ),
    Kind(
        "yearly series of INEGI's national accounts",
        lambda o: _unnamed(o) and is_scn(o.grids),
        lambda o: read_scn(o.path),
    ),
    Kind(
        "balance-of-payments figures",
        lambda o: _unnamed(o) and is_bop(o.grids),
        lambda o: read_bop(o.path),
    ),
    Kind(
        "square SAM",
        lambda o: _unnamed(o) and square.is_square(o.grids),
        lambda o: square.read_provisionally(o.path),
    ),
    Kind(
        "SAM as a list of cells (GAMS)",
        lambda o: is_gams(o.grids),
        lambda o: read_provisionally(o.path),
        ("the kinds of its accounts are not in the file: read_gams(path, kinds={...})",),
    ),
    INEGI,
)
