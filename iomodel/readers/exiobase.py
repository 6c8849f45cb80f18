"""EXIOBASE 3, monetary: the zip or folder of text files that is published for each year."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence

import numpy as np

from iomodel.accounts import Accounts, Array, show
from iomodel.arguments import typed
from iomodel.errors import LabelError, UnitError
from iomodel.meta import Meta
from iomodel.readers.archive import Members, open_members
from iomodel.readers.cells import read_grids
from iomodel.readers.keeping import Keep
from iomodel.readers.labels import clean
from iomodel.readers.matrix import Matrix, open_rows, read_matrix
from iomodel.readers.passing import Key, kept_in, let_pass, ordered
from iomodel.readers.world import World, checked, layout, require_same
from iomodel.table import IOTable

DEMAND = {
    "Final consumption expenditure by households": ("Households", "private_consumption"),
    "Final consumption expenditure by non-profit organisations serving households (NPISH)": (
        "Non-profit institutions",
        "private_consumption",
    ),
    "Final consumption expenditure by government": ("Government", "government_consumption"),
    "Gross fixed capital formation": ("Gross fixed capital formation", "fixed_investment"),
    "Changes in inventories": ("Changes in inventories", "inventories"),
    "Changes in valuables": ("Changes in valuables", "inventories"),
    "Exports: Total (fob)": ("Exports", "exports"),
}
_WAGES = "Compensation of employees; wages, salaries, & employers' social contributions"
_KINDS = {
    "Taxes less subsidies on products purchased: Total": "product_taxes",
    "Other net taxes on production": "production_taxes",
    f"{_WAGES}: Low-skilled": "compensation",
    f"{_WAGES}: Medium-skilled": "compensation",
    f"{_WAGES}: High-skilled": "compensation",
    "Operating surplus: Consumption of fixed capital": "surplus",
    "Operating surplus: Rents on land": "surplus",
    "Operating surplus: Royalties on resources": "surplus",
    "Operating surplus: Remaining net operating surplus": "surplus",
}
INPUTS = {name: (name, kind) for name, kind in _KINDS.items()}
PLACES = ("factor_inputs", "satellite")
DIRECT = ("F_Y.txt", "F_hh.txt")  # the second name is that of releases before 3.7
UNIT = "M.EUR"
_YEAR = re.compile(r"(?:19|20)\d{2}(?!.*(?:19|20)\d{2})")


@typed
def read_exiobase(
    path: str | os.PathLike[str],
    *,
    satellites: Iterable[str] = (),
    discrepancy: str | None = None,
    sparse: bool = False,
    keep: Keep | None = None,
) -> IOTable:
    """A checked table of the world's regions from EXIOBASE 3, monetary, zip or unpacked folder.

    Layout: releases 3.4 to 3.8 (one extension `satellite`) and 3.9 on (extension
    `factor_inputs`), tab separated: `Z.txt` and `Y.txt` with two lines and two columns of labels
    (region; sector or category), `x.txt`, `unit.txt`, and in the extension's folder `F.txt`,
    `unit.txt` and, where there is one, `F_Y.txt`.  Results are indexed by (region, sector) with
    the names of EXIOBASE as codes; V holds its nine rows of primary inputs: taxes on products,
    other taxes on production, compensation by skill, surplus by kind.  Million euro at current
    basic prices.  `satellites` names the rows of the extensions (jobs, emissions) to keep, each
    with its unit.

    A flow in another unit is refused (the hybrid tables have several).  What is said of
    `discrepancy`, `sparse` and `keep` in `read_icio` holds here; EXIOBASE states output in `x.txt`,
    which is held against rows and columns.  Cost: Z.txt of 163 industries and 49 regions has 64
    million cells, half a gigabyte as numbers, and of 200 products 96 million, 0.8 GB; the text is
    unpacked as it passes and never held.

    Raises FileError, LayoutError, CellError, LabelError, UnitError, BalanceError, naming the file.
    """
    members = open_members(path, "Z.txt")
    found = open_rows(members.text("Z.txt"), header=2, labels=2)
    Y = read_matrix(members.text("Y.txt"), header=2, labels=2)
    final = _keys(Y.columns)
    unknown = [f"'{show(key)}'" for key in final if key[1] not in DEMAND]
    if unknown:
        raise layout(Y.source, f"{len(unknown)} columns are no category of EXIOBASE", unknown)
    across = {key: at for at, key in enumerate(_keys(found.columns))}
    passed = let_pass(
        found,
        kept_in(keep, sparse=sparse),
        key=lambda label: (label[0], label[1]),
        industries=across,
        others=(),
    )
    sectors = passed.rows
    require_same(found.source, sectors, passed.columns)
    _require_unit(members, sectors)
    order = _order(Y, _keys(Y.rows), sectors, "rows")
    place = next((p for p in PLACES if f"{p}/F.txt" in members.names), "")
    F = _extension(members, f"{place or PLACES[0]}/F.txt", INPUTS)
    of_sector = _order(F, _keys(F.columns), sectors, "columns")
    rows = {name: at for at, (name,) in enumerate(F.rows)}
    lacking = [f"no row '{name}'" for name in INPUTS if name not in rows]
    if lacking:
        raise layout(F.source, f"{len(lacking)} primary inputs are missing", lacking)
    V = F.values[np.ix_([rows[name] for name in INPUTS], of_sector)]
    W = _bought(members, place, final)
    x = _output(members, sectors)
    z = ordered(sectors, passed.columns).taken(passed)
    y = Y.values[order]
    for block in (y, V):
        passed.digits.see(block)
    kept, units = _satellites(members, sectors, tuple(satellites))
    name = members.path.name
    year = _YEAR.search(name)
    meta = Meta(
        title=f"EXIOBASE 3 {year.group() if year else ''}".strip() + ", domestic flows",
        country="World",
        year=int(year.group()) if year else None,
        unit="million EUR",
        currency="EUR",
        source=f"EXIOBASE 3, monetary tables ({name})",
        sha256=members.sha256,
        precision=passed.digits.last,
        history=(f"read from {name}: Z.txt, Y.txt, x.txt, {place}/F.txt",),
    )
    world = World(tuple(sectors), tuple(final), tuple(INPUTS), z, y, V, W, x, {}, kept, units)
    return checked(world, meta, name, demand=DEMAND, inputs=INPUTS, discrepancy=discrepancy)


def is_exiobase(names: Iterable[str]) -> bool:
    """Whether a folder or an archive holds the flows and the final demand of a system as text."""
    files = {name.rsplit("/", 1)[-1] for name in names}
    return {"Z.txt", "Y.txt"} <= files


def _extension(members: Members, name: str, wanted: Iterable[str]) -> Matrix:
    """The rows asked for of an extension, which has a thousand others."""
    names = frozenset(wanted)
    return read_matrix(members.text(name), header=2, labels=1, only=lambda row: row[0] in names)


def _keys(labels: Sequence[tuple[str, ...]]) -> list[Key]:
    return [(label[0], label[1]) for label in labels]


def _order(matrix: Matrix, keys: Sequence[Key], wanted: Sequence[Key], axis: str) -> list[int]:
    """Where each of the wanted industries stands in a file; LayoutError names those that do not."""
    place = {key: at for at, key in enumerate(keys)}
    faults = [f"no {axis[:-1]} '{show(key)}'" for key in wanted if key not in place]
    faults += [f"'{show(key)}' is not in Z.txt" for key in sorted({*keys} - {*wanted})]
    if faults:
        raise layout(matrix.source, f"{len(faults)} {axis} are not those of Z.txt", faults)
    return [place[key] for key in wanted]


def _lines(members: Members, name: str, width: int) -> list[tuple[str, ...]]:
    """The fields of a short list below its header."""
    grid = read_grids(members.source(name))[0]
    lines = [tuple(clean(value) for value in row) for row in grid.rows if any(row)]
    wrong = [f"line {at + 1}: {len(line)} fields" for at, line in enumerate(lines)
             if len(line) != width]  # fmt: skip
    if wrong or len(lines) < 2:
        raise layout(grid.source, f"it is not a list of {width} fields below a header", wrong)
    return lines[1:]


def _require_unit(members: Members, sectors: Sequence[Key]) -> None:
    units = {(region, code): unit for region, code, unit in _lines(members, "unit.txt", 3)}
    odd = [f"'{show(key)}': {units.get(key, 'no unit')}" for key in sectors
           if units.get(key) != UNIT]  # fmt: skip
    if odd:
        raise UnitError(
            f"{members.path.name}: {len(odd)} flows are not in {UNIT} (unit.txt).",
            odd,
            "Read the monetary tables (IOT_2011_ixi.zip); the hybrid ones mix tonnes, TJ and euro.",
        )


def _output(members: Members, sectors: Sequence[Key]) -> Array:
    found = read_matrix(members.text("x.txt"), labels=2)
    return found.values[_order(found, _keys(found.rows), sectors, "rows"), 0]


def _bought(members: Members, place: str, final: Sequence[Key]) -> Array:
    """Primary inputs bought directly by final demand: zero where the file has none."""
    W = np.zeros((len(INPUTS), len(final)))
    file = next((f"{place}/{n}" for n in DIRECT if f"{place}/{n}" in members.names), "")
    if not file:
        return W
    found = _extension(members, file, INPUTS)
    rows = {name: at for at, (name,) in enumerate(found.rows)}
    place_of = {key: at for at, key in enumerate(_keys(found.columns))}
    for i, name in enumerate(INPUTS):
        if name in rows:
            W[i] = [found.values[rows[name], place_of[k]] if k in place_of else 0.0 for k in final]
    return W


def _satellites(
    members: Members, sectors: Sequence[Key], wanted: tuple[str, ...]
) -> tuple[Array | None, tuple[tuple[str, str], ...]]:
    """The rows asked for, from whichever extension holds them, and their units."""
    if not wanted:
        return None, ()
    values: dict[str, Array] = {}
    units: dict[str, str] = {}
    there: list[str] = []
    for file in sorted(n for n in members.names if n.endswith("/F.txt")):
        folder = file.rsplit("/", 1)[0]
        found = _extension(members, file, wanted)
        there += [name for (name,) in found.passed]
        if not found.rows:
            continue
        of_sector = _order(found, _keys(found.columns), sectors, "columns")
        listed = {line[0]: line[1] for line in _lines(members, f"{folder}/unit.txt", 2)}
        for at, (name,) in enumerate(found.rows):
            if name not in values:
                values[name], units[name] = found.values[at, of_sector], listed.get(name, "")
    known = Accounts.of(dict.fromkeys(there), axis="satellite")
    faults = []
    for name in wanted:
        try:
            known.position(name)
        except LabelError as error:
            faults.append(str(error))
    if faults:
        raise LabelError(f"`satellites` names {len(faults)} rows that no extension has.", faults)
    return np.array([values[name] for name in wanted]), tuple((n, units[n]) for n in wanted)
