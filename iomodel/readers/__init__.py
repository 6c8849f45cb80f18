"""Readers of official files: each gives a checked value, or an error that names file and cell."""

from iomodel.readers.adb import read_adb
from iomodel.readers.balance import read_bop, splice
from iomodel.readers.diagnose import Report, inspect
from iomodel.readers.exiobase import read_exiobase
from iomodel.readers.figaro import read_figaro
from iomodel.readers.folder import read_folder
from iomodel.readers.gams import read_gams
from iomodel.readers.icio import read_icio
from iomodel.readers.inegi import read_inegi
from iomodel.readers.inegi_regions import read_inegi_regions
from iomodel.readers.scn import find, read_scn
from iomodel.readers.square import read_sam
from iomodel.readers.wiod import read_wiod, read_wiod_years
from iomodel.readers.wiod_world import read_wiod_world

__all__ = [
    "Report",
    "find",
    "inspect",
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
    "read_wiod_years",
    "read_wiod_world",
    "splice",
]
