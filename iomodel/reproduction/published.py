"""The published figures, as they stand in `seeds/claims.csv`: read, checked, never changed."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, fields
from functools import cache

from iomodel import catalog
from iomodel.errors import CellError, FileError, LayoutError
from iomodel.reproduction import patterns

KINDS = ("published", "new", "input")
BLIND = ("yes", "no")
FILE = "claims.csv"


@dataclass(frozen=True)
class Published:
    """One figure or pattern of a source, with what it needs and how it is to be judged.

    `value` is None for a pattern and for what nobody published; `digits` are the decimals
    printed; `figure` names the figure of ours that answers it; `table_needed` names the table
    behind it where we do not have that; `pattern` is a comparison between figures of ours; `blind`
    says whether row and pattern were fixed before our figure was known ("yes", "no", or "" where
    nothing is judged).
    """

    id: str
    claim: str
    paper: str
    cites: str
    page: str
    year: int
    sector: str
    measure: str
    figure: str
    value: float | None
    digits: int
    unit: str
    kind: str
    table_needed: str
    how: str
    pattern: str
    pattern_in_words: str
    blind: str

    @property
    def number(self) -> str:
        """The claim without the letter of its row: 'C3' of 'C3a'."""
        return self.id.rstrip("abcdefghijklmnopqrstuvwxyz")

    @property
    def needs_sam(self) -> bool:
        """Whether the claim rests on a social accounting matrix."""
        return self.table_needed.startswith("SAM")


@cache
def published() -> tuple[Published, ...]:
    """Every row of `seeds/claims.csv`; CellError naming line and column of what is wrong."""
    file = catalog.data_folder("seeds") / FILE
    try:
        with file.open(newline="", encoding="utf-8") as lines:
            rows = list(csv.DictReader(lines))
    except OSError as error:
        raise FileError(
            f"'{file}' cannot be read: {error}.", remedy="Install iomodel again.", file=str(file)
        ) from error
    wanted = [field.name for field in fields(Published)]
    if not rows or list(rows[0]) != wanted:
        raise LayoutError(
            f"'{file}' does not have the columns of a file of claims.",
            remedy=f"The columns are: {', '.join(wanted)}.",
            file=str(file),
        )
    found = tuple(_row(row, f"'{file}', line {line}") for line, row in enumerate(rows, start=2))
    repeated = {row.id for row in found if sum(other.id == row.id for other in found) > 1}
    if repeated:
        raise LayoutError(
            f"'{file}': the ids {', '.join(sorted(repeated))} repeat.",
            remedy="Give each row its own letter.",
            file=str(file),
        )
    return found


def _row(row: dict[str, str], where: str) -> Published:
    faults = []
    if not re.fullmatch(r"C\d+[a-z]?", row["id"]):
        faults.append(f"id {row['id']!r} is not C1, C1a ...")
    if row["kind"] not in KINDS:
        faults.append(f"kind {row['kind']!r} is not one of {', '.join(KINDS)}")
    if row["kind"] == "published" and not (row["value"] or row["pattern"]):
        faults.append("a published row needs a value or a pattern")
    if row["kind"] == "published" and row["blind"] not in BLIND:
        faults.append(f"blind {row['blind']!r} is not one of {', '.join(BLIND)}")
    if bool(row["value"]) != bool(row["digits"]):
        faults.append("a value needs the digits it is printed to")
    numbers: dict[str, float] = {}
    for name in ("year", "value", "digits"):
        try:
            numbers[name] = float(row[name] or 0)
        except ValueError:
            faults.append(f"{name} {row[name]!r} is not a number")
    if faults:
        raise CellError(f"{where}: {'; '.join(faults)}.", remedy="Mend the row.")
    if row["pattern"]:
        patterns.names(row["pattern"])
    text = {name: value for name, value in row.items() if name not in numbers}
    return Published(
        **text,
        year=int(numbers["year"]),
        value=numbers["value"] if row["value"] else None,
        digits=int(numbers["digits"]),
    )


def value(claim: str) -> float:
    """The published figure of one row; LayoutError where it has none."""
    found = next((row.value for row in published() if row.id == claim), None)
    if found is None:
        raise LayoutError(f"{FILE} has no figure for '{claim}'.", remedy="Give it one.")
    return found
