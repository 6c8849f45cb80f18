"""What INEGI's codes mean in its input-output tables: roles of rows and columns, sums and parts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from iomodel.readers.labels import Label, plain

Role = Literal[
    "sector", "demand", "primary", "satellite", "sum", "output", "total", "unread", "unknown"
]

SECTOR = re.compile(r"\d{2,6}(?:[-,]\d{2,6})*")
_SNA_CODE = re.compile(r"[A-Z][A-Za-z]{0,6}\d*(?:[._+-]\w+)*_?")

# The same account under the codes of other editions.
ALIASES = {
    "CP": "CPrv",
    "D.21_D.31": "D.21-D.31",
    "D.29_D.39": "D.29-D.39",
    "P.1_ET": "P.1",
    "VBP": "P.1",
}
DEMAND = {
    "CPrv": "private_consumption",
    "CG": "government_consumption",
    "P.51b": "fixed_investment",
    "P.51": "fixed_investment",
    "P.52": "inventories",
    "P.6": "exports",
    "YA0": "discrepancy",
    "P.7": "imports",
}
# For editions whose demand columns carry other codes: the words their names begin with.
DEMAND_NAMES = (
    ("consumo privado", "private_consumption"),
    ("consumo de gobierno", "government_consumption"),
    ("consumo del gobierno", "government_consumption"),
    ("formacion bruta de capital", "fixed_investment"),
    ("variacion de existencias", "inventories"),
    ("exportaciones", "exports"),
    ("discrepancia", "discrepancy"),
    ("importaciones", "imports"),
)
PRIMARY = {
    "IET": "imports",
    "P.721": "imports",
    "P.621": "moved",
    "D.21-D.31": "product_taxes",
    "D.1": "compensation",
    "D.29-D.39": "production_taxes",
    "B.2b": "surplus",
}
SATELLITES = ("PT", "PTDRS", "PTR", "OT", "Emp", "PFTNRD", "PSORS", "PHOCSS")
JOBS = "jobs"
TOTAL_USES = ("UPPB", "UTPB")
IMPORTED_USES = "UPIPB"
BLANK_IN_INDUSTRIES = ("P.721", "P.621")
OUTPUT_NAMES = ("valor bruto de la produccion", "produccion bruta total", "produccion")

# Each sum and its parts, in the columns where both are stated; "sectors" is every row of Z.
SUMS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("UON", ("sectors",), ()),
    ("P.621+P.721", ("P.621", "P.721"), ()),
    ("P.7", ("IET", "P.621+P.721"), ()),
    ("D.21-D.31", ("D.21",), ("D.31",)),
    ("UPC", ("UON", "P.7", "D.21-D.31"), ()),
    ("B.1bV", ("D.1", "D.29-D.39", "B.2b"), ()),
    ("B.1bP", ("B.1bV", "D.21-D.31"), ()),
    ("D.1", ("D.11", "D.121", "D.122"), ()),
    ("D.11", ("D.11_1", "D.11_2"), ()),
    ("D.29-D.39", ("D.29_",), ("D.39_",)),
    ("PT", ("PTDRS", "PHOCSS"), ()),
    ("PTDRS", ("PTR", "PFTNRD"), ()),
    ("PTR", ("OT", "Emp"), ()),
)
_PARTS = {part for _, plus, minus in SUMS for part in (*plus, *minus)}
SUM_ROWS = frozenset({total for total, _, _ in SUMS} | _PARTS) - set(PRIMARY) - set(SATELLITES)


@dataclass(frozen=True)
class Line:
    """One row or column of a table: where it stands (from 0), its label, and its part in it."""

    at: int
    label: Label
    role: Role
    kind: str = ""

    @property
    def code(self) -> str:
        """The code, the same in every edition."""
        return ALIASES.get(self.label.code, self.label.code)


def row_line(at: int, label: Label) -> Line:
    """The part a row plays, told by its code (or name, where it has no code)."""
    code = ALIASES.get(label.code, label.code)
    name = plain(label.name)
    if SECTOR.fullmatch(code):
        return Line(at, label, "sector")
    if code in PRIMARY:
        return Line(at, label, "primary", PRIMARY[code])
    if code in SATELLITES:
        return Line(at, label, "satellite", JOBS)
    if code == "P.1" or (not code and name in OUTPUT_NAMES):
        return Line(at, label, "output")
    if code in SUM_ROWS:
        return Line(at, label, "sum")
    if code in DEMAND:
        return Line(at, label, "demand", DEMAND[code])
    if code in (*TOTAL_USES, IMPORTED_USES, "DI", "DF"):
        return Line(at, label, "total", code)
    return Line(at, label, "unread" if _SNA_CODE.fullmatch(code) else "unknown")


def column_line(at: int, label: Label, group: str) -> Line:
    """The part a column plays, told by its code, by its name under the group it stands in."""
    code = ALIASES.get(label.code, label.code)
    name = plain(label.name)
    if SECTOR.fullmatch(code):
        return Line(at, label, "sector")
    if code in DEMAND:
        return Line(at, label, "demand", DEMAND[code])
    if code in (*TOTAL_USES, IMPORTED_USES, "DI", "DF"):
        return Line(at, label, "total", code)
    if code == "P.1" or (not code and name in OUTPUT_NAMES):
        return Line(at, label, "output")
    if not code and name == "total":
        return Line(at, label, "total", group)
    if group == "DF":
        for words, kind in DEMAND_NAMES:
            if name.startswith(words):
                return Line(at, label, "demand", kind)
    if code in PRIMARY or code in SUM_ROWS:
        return Line(at, label, "primary")
    return Line(at, label, "unknown")
