"""The OECD's inter-country input-output tables (ICIO), editions of 2023 and 2025, as csv."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

import numpy as np

from iomodel.arguments import typed
from iomodel.identities import tolerance
from iomodel.meta import Meta
from iomodel.readers.files import Text, open_text
from iomodel.readers.keeping import Keep
from iomodel.readers.matrix import Label, last_digit, open_rows
from iomodel.readers.passing import Key, Passed, kept_in, let_pass, ordered
from iomodel.readers.world import World, checked, layout, require_same, require_totals, split_key
from iomodel.table import IOTable

DEMAND = {
    "HFCE": ("Final consumption of households", "private_consumption"),
    "NPISH": ("Final consumption of non-profit institutions", "private_consumption"),
    "GGFC": ("Final consumption of government", "government_consumption"),
    "GFCF": ("Gross fixed capital formation", "fixed_investment"),
    "INVNT": ("Changes in inventories and valuables", "inventories"),
    "DPABR": ("Direct purchases abroad by residents", "private_consumption"),
}
INPUTS = {
    "TLS": ("Taxes less subsidies on products", "product_taxes"),
    "VA": ("Value added at basic prices", "value_added"),
}
OUTPUT = "OUT"
WHOLE = {"MX": "MEX", "CN": "CHN"}  # parts are numbered: MX1, MX2, CN1, CN2
SOURCE = "OECD, Inter-Country Input-Output tables"
_PART = re.compile(r"(MX|CN)\d")
_YEAR = re.compile(r"(?:19|20)\d{2}(?!.*(?:19|20)\d{2})")


@typed
def read_icio(
    path: str | os.PathLike[str],
    *,
    merge_splits: bool = True,
    discrepancy: str | None = None,
    sparse: bool = False,
    keep: Keep | None = None,
) -> IOTable:
    """A checked table of the world's regions from one csv of the OECD's ICIO.

    Layout: editions of 2023 and 2025, whole ('2019.csv', where Mexico's industries stand in two
    parts, MX1 and MX2, and China's in CN1 and CN2, set apart by export processing and global
    manufacturing; which is which stands in the OECD's ReadMe) or small ('2019_SML.csv').  Rows and
    columns 'ARG_A01_02', final demand 'ARG_HFCE', rows TLS, VA, OUT,
    column OUT.  Results are indexed by (region, sector); final demand is that of each region
    ('ARG HFCE'); V and W hold taxes less subsidies on products and value added, which the file does
    not split.  All flows are inside the world, so no import is a primary input.  Million US$ at
    current basic prices.

    `merge_splits=True` adds MX1 and MX2 up as MEX and CN1 and CN2 as CHN; `False` keeps the parts
    and leaves out MEX and CHN where these have no industry figures (their final demand stays).
    The output that the file states is held against rows and columns within rounding;
    `discrepancy='DISC'` puts what rows lack in a column of final demand of that name.

    The file is read as it passes, with a line of progress on a terminal.  `sparse=True` holds the
    flows without zeros (the same numbers; less memory where fewer than two thirds of the cells are
    not zero); `keep` is what `stored.blocks_from_file` puts there to hold them on disk.  Cost:
    reading n^2 cells (n is 3,465 in the small and 3,645 in the whole tables of 2023): seconds, and
    8 n^2 bytes of memory.

    Raises FileError, LayoutError, CellError, LabelError, BalanceError, naming file and cell.
    """
    source = open_text(path)
    world, passed, split, gone = _world(source, kept_in(keep, sparse=sparse), merge_splits)
    year = _YEAR.search(source.name)
    meta = Meta(
        title=f"ICIO {year.group() if year else ''}".strip() + ", OECD, domestic flows",
        country="World",
        year=int(year.group()) if year else None,
        unit="million US$",
        currency="USD",
        source=f"{SOURCE} ({source.name})",
        sha256=source.sha256,
        precision=passed.digits.last,
        history=(f"read from {source.name}",),
    )
    if split and merge_splits:
        meta = meta.but(f"merge_splits: {', '.join(split)} added up as MEX and CHN")
    elif split:
        meta = meta.but(f"parts kept ({', '.join(split)}); without figures: {', '.join(gone)}")
    return checked(world, meta, source.name, demand=DEMAND, inputs=INPUTS, discrepancy=discrepancy)


def is_icio(fields: Sequence[str]) -> bool:
    """Whether the first line of a csv names regions with industries and final demand of ICIO."""
    codes = [split_key(field)[1] for field in fields[1:]]
    return "HFCE" in codes and fields[-1] in (OUTPUT, "TOTAL")


def _industry(label: Label) -> Key | None:
    return split_key(label[0]) if "_" in label[0] else None


def _world(
    source: Text, keep: Keep, merge_splits: bool
) -> tuple[World, Passed, dict[str, str], list[str]]:
    found = open_rows(source)
    across: dict[Key, int] = {}
    final: dict[Key, int] = {}
    output: list[int] = []
    odd = []
    for at, (label,) in enumerate(found.columns):
        key = split_key(label)
        if key[1] in DEMAND:
            final[key] = at
        elif "_" in label:
            across[key] = at
        elif label == OUTPUT:
            output = [at]
        else:
            odd.append(f"column '{label}' is no industry, final demand or OUT")
    others = [*final.values(), *output]
    passed = let_pass(found, keep, key=_industry, industries=across, others=others)
    below = passed.below
    faults = [f"row '{label}' is no industry, TLS, VA or OUT" for label in below
              if label not in INPUTS and label != OUTPUT] + odd  # fmt: skip
    faults += [f"no row '{label}'" for label in (*INPUTS, OUTPUT) if label not in below]
    faults += [] if final else ["no column of final demand ('ARG_HFCE')"]
    if faults:
        raise layout(
            source,
            f"{len(faults)} rows or columns are not those of ICIO, editions of 2023 and 2025",
            faults,
            "Read one csv of the OECD's ICIO as it is published; earlier editions: "
            "IOTable.from_frames.",
        )
    require_same(source, passed.rows, passed.columns)
    regions = dict.fromkeys(region for region, _ in passed.rows)
    split = {r: WHOLE[part[1]] for r in regions if (part := _PART.fullmatch(r))}
    as_given = ordered(passed.rows, passed.columns)
    n, k = len(across), len(final)
    stated = as_given.columns(below[OUTPUT][None, :n])[0]
    if output:
        said = passed.beside[:, k]
        allowed = tolerance(stated, 1, last_digit(said, stated))
        require_totals(source, "column OUT against row OUT", passed.rows, said, stated, allowed)
    gone: list[str] = []
    if split and not merge_splits:
        paid = as_given.columns(np.abs([below[label][:n] for label in INPUTS]))
        figures = passed.sells + as_given.columns(passed.buys[None])[0]
        figures += paid.sum(axis=0) + np.abs(stated)
        busy = {region for (region, _), used in zip(passed.rows, figures, strict=True) if used}
        gone = [region for region in regions if region in split.values() and region not in busy]
    order = ordered(passed.rows, passed.columns, into=split if merge_splits else None, without=gone)
    paid = np.array([below[label] for label in INPUTS])
    world = World(
        order.keys,
        tuple(final),
        tuple(INPUTS),
        order.taken(passed),
        order.rows(passed.beside[:, :k]),
        order.columns(paid[:, :n]),
        paid[:, n : n + k],
        order.columns(below[OUTPUT][None, :n])[0],
        names={},
    )
    return world, passed, split, gone
