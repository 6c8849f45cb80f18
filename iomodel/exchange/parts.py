"""A table taken apart into labelled frames, and put together again with every check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

import numpy as np
import pandas as pd

from iomodel.accounts import Accounts
from iomodel.errors import LabelError
from iomodel.meta import Blocks, Meta
from iomodel.table import IOTable

LISTS = ("sectors", "categories", "inputs", "satellites")
TEXTS = ("region", "code", "name", "kind")
LISTED = ("assumptions", "history")


def frames_of(table: IOTable) -> dict[str, pd.DataFrame]:
    """Lists of labels (name, kind; region and code where there are regions) and the blocks.

    Labels of sectors are of one part ('MEX, c15'), rows and columns of blocks are these labels.
    Satellites are there only where the table has some.
    """
    a, accounts = table.arrays, table.accounts
    flat = accounts.flat()
    sectors = flat.table().assign(output=a.x)
    if accounts.regions:
        sectors.insert(0, "region", list(accounts.regions))
        sectors.insert(1, "code", list(accounts.codes))
    found = {
        "sectors": sectors,
        "categories": table.categories.table(),
        "inputs": table.inputs.table(),
        "Z": flat.frame(a.Z, flat.index),
        "Y": flat.frame(a.Y, table.categories.index),
        "V": table.inputs.frame(a.V, flat.index),
        "W": table.W,
    }
    if len(table.satellite_accounts):
        found["satellites"] = table.satellite_accounts.table()
        found["S"] = table.satellite_accounts.frame(a.S, flat.index)
    return found


def table_of(frames: Mapping[str, pd.DataFrame], meta: Meta) -> IOTable:
    """The checked table of such frames, rows and columns matched by label."""
    lacking = [f"'{name}'" for name in ("sectors", "categories", "inputs", "Z", "Y", "V", "W")
               if name not in frames]  # fmt: skip
    if lacking:
        raise LabelError(
            f"{len(lacking)} parts of the table are missing.", lacking, "Give it as it was written."
        )
    sectors = frames["sectors"]
    flat = Accounts.of(sectors.index, names=sectors["name"], kinds=list(sectors["kind"]))
    accounts = flat
    if "region" in sectors:
        accounts = Accounts.of(
            sectors["code"], names=flat.names, regions=sectors["region"], kinds=flat.kinds
        )
    categories, inputs = (
        Accounts.of(frames[n].index, names=frames[n]["name"], kinds=list(frames[n]["kind"]), axis=x)
        for n, x in (("categories", "category"), ("inputs", "input"))
    )
    extra, s = Accounts.of([], kinds=[], axis="satellite"), np.zeros((0, len(flat)))
    if "satellites" in frames:
        rows = frames["satellites"]
        extra = Accounts.of(
            rows.index, names=rows["name"], kinds=list(rows["kind"]), axis="satellite"
        )
        s = extra.block(frames["S"], flat, "satellites")
    blocks = Blocks(
        flat.block(frames["Z"], flat, "Z"),
        flat.block(frames["Y"], categories, "Y"),
        inputs.block(frames["V"], flat, "V"),
        inputs.block(frames["W"], categories, "W"),
        flat.array(sectors["output"], "output"),
        s,
    )
    return IOTable(accounts, categories, inputs, blocks, meta, extra).require_balanced()


def notes_of(meta: Meta) -> dict[str, Any]:
    """What the figures are, without what is not known."""
    return {key: value for key, value in asdict(meta).items() if value is not None}


def meta_of(notes: Mapping[str, Any]) -> Meta:
    """What the figures are, from notes as `notes_of` gives them; others are passed over."""
    known = {field.name for field in fields(Meta)}
    values = {key: value for key, value in notes.items() if key in known}
    return Meta(**{**values, **{key: tuple(values.get(key, ())) for key in LISTED}})
