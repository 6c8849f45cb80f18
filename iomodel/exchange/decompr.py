"""A table of several regions as the plain csv that R's decompr takes."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd

from iomodel.arguments import typed
from iomodel.errors import LabelError
from iomodel.storage import write_folder
from iomodel.table import IOTable

FILES = ("inter", "final", "output", "countries", "industries", "value_added")


@typed
def to_decompr(table: IOTable, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
    """Write the inputs of R's decompr (`load_tables_vectors(x, y, k, i, o, v)`) as plain csv.

    A folder with inter.csv (x: intermediate flows, n x n), final.csv (y: final demand summed by
    buying country, n x G), output.csv (o), countries.csv (k), industries.csv (i) and
    value_added.csv (v: all primary inputs, so that columns add up to output), numbers with every
    digit, flows in the unit of the table; rows are ordered by country, then industry, as decompr
    needs them.  In R, `as.matrix(read.csv("inter.csv", row.names = 1))` and the like.

    Cost: O(n^2), writing the files.  Errors: LabelError for a table without regions, for regions
    that differ in their industries and for a demand category of no region (a discrepancy); and
    WriteError for an existing folder unless `overwrite=True`.
    Reference: Quast, B. A. and Kummritz, V. (2015), decompr: Global Value Chain decomposition in R,
    CTEI Working Papers (the layout of its arguments; nothing is computed here).

    >>> import iomodel as im
    >>> folder = im.exchange.to_decompr(im.load("mexico-2018-puebla"), "gvc")  # doctest: +SKIP
    """
    accounts = table.accounts
    regions = tuple(dict.fromkeys(accounts.regions))
    codes = _industries(table)
    first = codes[regions[0]] if regions else []
    faults = ["the table has no regions"] if not regions else []
    faults += [
        f"'{region}' has other industries than '{regions[0]}': "
        f"{', '.join(sorted(set(codes[region]) ^ set(first))[:5])}"
        for region in regions
        if set(codes[region]) != set(first)
    ]
    buyers = {region: [j for j, code in enumerate(table.categories.codes)
                       if code.startswith(f"{region} ")] for region in regions}  # fmt: skip
    placed = {j for columns in buyers.values() for j in columns}
    faults += [
        f"final demand '{code}' is of no region"
        for j, code in enumerate(table.categories.codes)
        if j not in placed
    ]
    if faults:
        raise LabelError(
            f"'{table.meta.title}' cannot be laid out for decompr: {len(faults)} reasons.",
            faults,
            "Give a table of several regions with the same industries, balanced without a "
            "discrepancy.",
        )
    order = accounts.positions([(region, code) for region in regions for code in first])
    a = table.arrays
    labels = pd.Index([f"{region}.{code}" for region in regions for code in first], name="row")
    final = np.column_stack([a.Y[order][:, columns].sum(axis=1) for columns in buyers.values()])
    frames = {
        "inter": pd.DataFrame(a.Z[np.ix_(order, order)], labels, list(labels)),
        "final": pd.DataFrame(final, labels, list(regions)),
        "output": pd.DataFrame({"output": a.x[order]}, labels),
        "value_added": pd.DataFrame({"value_added": a.V.sum(axis=0)[order]}, labels),
        "countries": pd.DataFrame({"country": list(regions)}),
        "industries": pd.DataFrame({"industry": first}),
    }
    said = {"title": table.meta.title, "unit": table.meta.unit, "for": "R package decompr"}
    return write_folder(path, frames, said, overwrite=overwrite)


def _industries(table: IOTable) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for region, code in zip(table.accounts.regions, table.accounts.codes, strict=False):
        found.setdefault(region, []).append(code)
    return found
