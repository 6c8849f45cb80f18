"""Tables in the library's own layout: a folder with table.toml, sectors.csv, Z, Y, V and W."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from iomodel.accounts import Accounts
from iomodel.arguments import typed
from iomodel.errors import LayoutError, TableError
from iomodel.meta import Blocks, Meta
from iomodel.storage import TOML, prefixed, read_description, read_frame
from iomodel.table import IOTable


@typed
def read_folder(path: str | os.PathLike[str]) -> IOTable:
    """A checked table from a folder written by `IOTable.to_folder` or by hand.

    The folder holds `table.toml` (title, year, unit ..., and lists `demand`, `inputs` and
    `satellites` of code, name and kind or unit), `sectors.csv` (label, name, kind, output; with
    columns region and code where there are regions), `Z.csv` (n x n), `Y.csv` (n x k), `V.csv`
    (m x n) and, where there are any, `W.csv` (m x k) and `satellites.csv`.  Labels may stand in any
    order.  Raises FileError, LayoutError, CellError, LabelError, BalanceError, naming the file.

    >>> import tempfile
    >>> import iomodel as im
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = im.load("miller-blair-2x2").to_folder(f"{folder}/mine")
    ...     im.read_folder(path).x.to_dict()
    {'1': 1000.0, '2': 2000.0}
    """
    folder = Path(path)
    description = read_description(folder, required=("title", "demand", "inputs"))
    sectors = read_frame(folder, "sectors", text=("region", "code", "name", "kind"))
    try:
        accounts, flat = _sectors(sectors)
        categories = _listed(description["demand"], "category", "kind", folder)
        inputs = _listed(description["inputs"], "input", "kind", folder)
        satellites = _listed(description.get("satellites", []), "satellite", "unit", folder)
        z = flat.block(read_frame(folder, "Z"), flat, "Z")
        y = flat.block(read_frame(folder, "Y"), categories, "Y")
        v = inputs.block(read_frame(folder, "V"), flat, "V")
        w = np.zeros((len(inputs), len(categories)))
        if (folder / "W.csv").exists():
            w = inputs.block(read_frame(folder, "W"), categories, "W")
        s = np.zeros((0, len(accounts)))
        if len(satellites):
            s = satellites.block(read_frame(folder, "satellites"), flat, "satellites")
        x = z.sum(1) + y.sum(1)
        if "output" in sectors:
            x = flat.array(sectors["output"], "output")
        table = IOTable(
            accounts,
            categories,
            inputs,
            Blocks(z, y, v, w, x, s),
            _meta(description, folder),
            satellites,
        )
        return table.require_balanced()
    except TableError as error:
        raise prefixed(error, folder) from None


def _sectors(sectors: pd.DataFrame) -> tuple[Accounts, Accounts]:
    """The sectors, and the same under the labels of the files (they differ where regions are)."""
    kinds = list(sectors["kind"]) if "kind" in sectors else "industry"
    flat = Accounts.of(sectors.index, names=sectors.get("name"), kinds=kinds)
    if "region" not in sectors:
        return flat, flat
    codes = sectors.get("code", sectors.index)
    regions = list(sectors["region"])
    return Accounts.of(codes, names=flat.names, regions=regions, kinds=flat.kinds), flat


def _meta(description: Mapping[str, Any], folder: Path) -> Meta:
    known = {field.name for field in fields(Meta)}
    values = {key: value for key, value in description.items() if key in known}
    for key in ("assumptions", "history"):
        values[key] = tuple(values.get(key, ()))
    if values.get("origin", "domestic") not in ("domestic", "total"):
        raise LayoutError(
            f"'{folder / TOML}': origin is {values['origin']!r}.",
            remedy="Write origin = 'domestic' or 'total'.",
            file=str(folder / TOML),
        )
    return Meta(**values)


def _listed(rows: Sequence[Mapping[str, str]], axis: str, kind: str, folder: Path) -> Accounts:
    try:
        codes, kinds = [row["code"] for row in rows], [row[kind] for row in rows]
    except (TypeError, KeyError) as error:
        raise LayoutError(
            f"'{folder / TOML}': every {axis} needs a code and a {kind} ({error}).",
            remedy=f"Write {{ code = '...', name = '...', {kind} = '...' }}.",
            file=str(folder / TOML),
        ) from None
    names = [row.get("name", row["code"]) for row in rows]
    return Accounts.of(codes, names=names, kinds=kinds, axis=axis)
