"""Eurostat's FIGARO inter-country input-output tables, csv as a matrix or as a list of cells."""

from __future__ import annotations

import io
import os
import re
import warnings
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from iomodel import flows
from iomodel.arguments import typed
from iomodel.errors import SHOWN, CellError
from iomodel.meta import Meta
from iomodel.readers.files import Text, open_text
from iomodel.readers.keeping import Keep
from iomodel.readers.matrix import NUMBER, Label, Rows, lines_of, open_rows
from iomodel.readers.passing import Key, Passed, kept_in, let_pass, ordered
from iomodel.readers.world import DISCREPANCY, World, checked, layout, require_same, split_key
from iomodel.table import IOTable

CORNER = "rowLabels"
FLAT = ("icioiRow", "icioiCol", "refArea", "rowIi", "counterpartArea", "colIi", "obsValue")
DEMAND = {
    "P3_S13": ("Final consumption of government", "government_consumption"),
    "P3_S14": ("Final consumption of households", "private_consumption"),
    "P3_S15": ("Final consumption of non-profit institutions", "private_consumption"),
    "P51G": ("Gross fixed capital formation", "fixed_investment"),
    "P5M": ("Changes in inventories and valuables", "inventories"),
}
INPUTS = {
    "D21X31": ("Taxes less subsidies on products", "product_taxes"),
    "OP_RES": ("Direct purchases abroad by residents", "imports"),
    "OP_NRES": ("Purchases of non-residents on the territory", "imports"),
    "D1": ("Compensation of employees", "compensation"),
    "D29X39": ("Other taxes less subsidies on production", "production_taxes"),
    "B2A3G": ("Gross operating surplus and mixed income", "surplus"),
}
INSIDE = "W2"
TRAVEL = (
    "purchases of residents abroad (OP_RES) and of non-residents (OP_NRES, below zero) stand with "
    "imports: they move consumption from the country where it is bought to that of the buyer"
)
_YEAR = re.compile(r"(?:19|20)\d{2}(?!.*(?:19|20)\d{2})")


@typed
def read_figaro(
    path: str | os.PathLike[str],
    *,
    discrepancy: str | None = None,
    sparse: bool = False,
    keep: Keep | None = None,
) -> IOTable:
    """A checked table of the world's regions from one csv of Eurostat's FIGARO, industry by
    industry.

    Layout: editions of 2022 to 2026.  As a matrix ('matrix_eu-ic-io_ind-by-ind_23ed_2021.csv'):
    header 'rowLabels', rows and columns 'AT_A01', final demand 'AT_P3_S14', six rows 'W2_D1'; as a
    list of cells ('flatfile_eu-ic-io_ind-by-ind_...'): columns icioiRow, icioiCol, refArea, rowIi,
    counterpartArea, colIi, obsValue.  Results are indexed by (region, sector), the rest of the
    world is 'FIGW1'.  V and W hold taxes on products, compensation, other taxes on production and
    gross surplus.  The file states no output: it is the row sum, held against each column.
    Million euro at current basic prices.  What is said of `discrepancy`, `sparse`, `keep` and of
    the cost in `read_icio` holds here (n is 2,944, and 3,200 in the edition of 2026); a list of
    cells is gathered as an array first.

    Raises FileError, LayoutError, CellError, LabelError, BalanceError, naming file and cell.
    """
    source = open_text(path)
    first = _first_line(source)
    if first[0] == CORNER:
        found = open_rows(source)
    elif tuple(first) == FLAT:
        found = _flat(source)
    else:
        raise layout(
            source,
            f"its first line begins with '{first[0]}', not with '{CORNER}' or '{FLAT[0]}'",
            remedy="Read the csv of FIGARO's input-output table (industry by industry), as a "
            "matrix or flat.",
        )
    world, passed = _world(source, found, kept_in(keep, sparse=sparse))
    year = _YEAR.search(source.name)
    meta = Meta(
        title=f"FIGARO {year.group() if year else ''}".strip() + ", Eurostat, domestic flows",
        country="World",
        year=int(year.group()) if year else None,
        unit="million EUR",
        currency="EUR",
        source=f"Eurostat, FIGARO inter-country input-output table ({source.name})",
        sha256=source.sha256,
        precision=passed.digits.last,
        assumptions=(TRAVEL,),
        history=(f"read from {source.name}", "output is the sum of each row"),
    )
    return checked(world, meta, source.name, demand=DEMAND, inputs=INPUTS, discrepancy=discrepancy)


def is_figaro(fields: Sequence[str]) -> bool:
    """Whether the first line of a csv is one of FIGARO's, as a matrix or as a list of cells."""
    return tuple(fields[:1]) == (CORNER,) or tuple(fields) == FLAT


def _first_line(source: Text) -> list[str]:
    line = next((line for lines in lines_of(source) for line in lines), "")
    return [field.strip().strip('"') for field in re.split(r"[,;\t]", line.strip())]


def _industry(label: Label) -> Key | None:
    region, code = split_key(label[0])
    return (region, code) if code and region != INSIDE else None


def _world(source: Text, found: Rows, keep: Keep) -> tuple[World, Passed]:
    across: dict[Key, int] = {}
    final: dict[Key, int] = {}
    odd = []
    for at, (label,) in enumerate(found.columns):
        region, code = split_key(label)
        if not code or code == DISCREPANCY:
            odd.append(f"column '{label}' is no industry or final demand")
        else:
            (final if code in DEMAND else across)[region, code] = at
    passed = let_pass(found, keep, key=_industry, industries=across, others=list(final.values()))
    wanted = [f"{INSIDE}_{code}" for code in INPUTS]
    faults = [f"row '{label}' is no industry or primary input" for label in passed.below
              if label not in wanted] + odd  # fmt: skip
    faults += [f"no row '{label}'" for label in wanted if label not in passed.below]
    faults += [] if final else ["no column of final demand ('AT_P3_S14')"]
    if faults:
        raise layout(source, f"{len(faults)} rows or columns are not those of FIGARO", faults)
    require_same(source, passed.rows, passed.columns)
    order, n = ordered(passed.rows, passed.columns), len(across)
    paid = np.array([passed.below[label] for label in wanted])
    Z = order.taken(passed)
    world = World(
        order.keys,
        tuple(final),
        tuple(INPUTS),
        Z,
        passed.beside,
        order.columns(paid[:, :n]),
        paid[:, n:],
        flows.row_sums(Z) + passed.beside.sum(axis=1),
        names={},
    )
    return world, passed


def _flat(source: Text) -> Rows:
    """The list of cells as a matrix; a cell twice or not at all is refused by name."""
    rows: dict[str, int] = {}
    columns: dict[str, int] = {}
    none: npt.NDArray[np.intp] = np.empty(0, dtype=np.intp)
    down, across, figures, line = [none], [none], [np.empty(0)], 1
    for block in lines_of(source):
        body = [text for text in block[1 if line == 1 else 0 :] if text]
        cells = _cells(source, body, line)
        down.append(_places(cells["icioiRow"], rows))
        across.append(_places(cells["icioiCol"], columns))
        figures.append(cells["obsValue"].to_numpy(np.float64))
        line += len(block)
    i, j = np.concatenate(down), np.concatenate(across)
    values = np.full((len(rows), len(columns)), np.nan)
    values[i, j] = np.concatenate(figures)
    times = np.bincount(i * len(columns) + j, minlength=values.size).reshape(values.shape)
    twice, absent = np.argwhere(times > 1), np.argwhere(times == 0)
    if len(twice) or len(absent):
        named, called = list(rows), list(columns)
        faults = [f"'{named[a]}', '{called[b]}' twice" for a, b in twice[:100]]
        faults += [f"'{named[a]}', '{called[b]}' without a number" for a, b in absent[:100]]
        raise layout(
            source,
            f"{int((times[times > 1] - 1).sum())} cells stand twice, {len(absent)} not at all",
            faults,
            "The file is cut short or was edited: download it again.",
        )
    labels = tuple((label,) for label in rows)
    return Rows(source, tuple((label,) for label in columns), lambda: iter([(labels, values)]))


def _places(labels: pd.Series, known: dict[str, int]) -> npt.NDArray[np.intp]:
    """The place of each label among those known, which grow."""
    codes, listed = pd.factorize(labels)
    at = np.array([known.setdefault(label, len(known)) for label in listed], dtype=np.intp)
    return at[codes]


def _cells(source: Text, lines: list[str], first: int) -> pd.DataFrame:
    """Some lines of the list, each of seven fields and the last a number."""
    if not lines:
        return pd.DataFrame(columns=list(FLAT))
    if sum(line.count(",") for line in lines) != 6 * len(lines):
        raise layout(source, "not every line has the seven fields of its header")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pandas cuts long lines with a warning: counted above
            cells = pd.read_csv(
                io.StringIO("\n".join(lines)),
                names=list(FLAT),
                dtype=str,
                na_filter=False,
                index_col=False,
            )
    except ValueError as error:  # lines of other lengths
        raise layout(source, f"it is not a list of cells ({error})") from error
    if len(cells) != len(lines):
        raise layout(source, "not every line has the seven fields of its header")
    bad = [at for at, value in enumerate(cells["obsValue"]) if not NUMBER.fullmatch(value)]
    if bad:
        raise CellError(
            f"{source.name}: {len(bad)} cells are no plain numbers.",
            [
                f"line {first + at + (1 if first == 1 else 0)} ({cells.icioiRow[at]}, "
                f"{cells.icioiCol[at]}): {cells.obsValue[at]!r}"
                for at in bad[: SHOWN + 1]
            ],
            "Download the file again; 0 stands where there is nothing.",
            file=str(source.path),
        )
    return cells
