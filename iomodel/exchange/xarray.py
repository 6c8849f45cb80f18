"""Tables as xarray datasets, and back: one labelled axis for each side of each block."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pandas as pd

from iomodel.arguments import typed
from iomodel.errors import LabelError
from iomodel.exchange.parts import LISTS, frames_of, meta_of, notes_of, table_of
from iomodel.meta import Meta
from iomodel.sam import SAM
from iomodel.table import IOTable

if TYPE_CHECKING:
    import xarray

AXES = {
    "Z": ("sector", "buyer"),
    "Y": ("sector", "category"),
    "V": ("input", "buyer"),
    "W": ("input", "category"),
    "S": ("satellite", "buyer"),
}
SINGULAR = {"sectors": "sector", "categories": "category", "inputs": "input",
            "satellites": "satellite"}  # fmt: skip
NOTES = "iomodel"


@typed
def to_xarray(table: IOTable | SAM) -> xarray.Dataset:
    """The table as an xarray Dataset: Z, Y, V, W, x and satellites S on named axes.

    Z (sector, buyer), Y (sector, category), V (input, buyer), W (input, category), x (sector), S
    (satellite, buyer); `buyer` holds the sectors again, because one axis cannot stand twice.
    Sectors are labelled by code ('MEX, c15' where there are regions); region, code, name and kind
    of each axis stand beside it as coordinates (`sector_region` ...).  Flows in attrs["unit"];
    all that `table.meta` says is in the attributes, so that `.to_netcdf(path)` keeps it and
    `from_xarray` brings the same table back.

    A SAM is `transactions` (account, payer), row receives from column, with name and kind of each.

    Cost: O(n^2), copies.  Errors: TableError for a value that is neither table nor SAM.
    Reference: Hoyer, S. and Hamman, J. (2017), xarray: N-D labeled arrays and datasets in Python,
    Journal of Open Research Software 5(1), 10.

    >>> import iomodel as im
    >>> ds = im.exchange.to_xarray(im.load("miller-blair-2x2"))
    >>> float(ds["Z"].sum("buyer").sel(sector="1"))
    650.0
    """
    import xarray  # half a second that only who asks for it needs

    if isinstance(table, SAM):
        return _of_sam(table)
    frames = frames_of(table)
    labels = frames["sectors"].index
    coords: dict[str, object] = {"buyer": ("buyer", list(labels))}
    for name, axis in SINGULAR.items():
        if name not in frames:
            continue
        coords[axis] = (axis, list(frames[name].index))
        for column in frames[name].columns:
            if column != "output":
                coords[f"{axis}_{column}"] = (axis, list(frames[name][column]))
    variables: dict[str, object] = {
        name: (axes, frames[name].to_numpy().copy())
        for name, axes in AXES.items()
        if name in frames
    }
    variables["x"] = (("sector",), table.arrays.x.copy())
    return xarray.Dataset(variables, coords, _attrs(table.meta))


def _attrs(meta: Meta) -> dict[str, object]:
    notes = notes_of(meta)
    attrs: dict[str, object] = {NOTES: json.dumps(notes, ensure_ascii=False)}
    return {k: notes[k] for k in ("title", "unit", "year", "source") if k in notes} | attrs


def _of_sam(sam: SAM) -> xarray.Dataset:
    import xarray

    accounts = sam.accounts
    coords = {
        "account": list(accounts.codes),
        "payer": list(accounts.codes),
        "account_name": ("account", list(accounts.names)),
        "account_kind": ("account", list(accounts.kinds)),
    }
    variables = {"transactions": (("account", "payer"), sam.array.copy())}
    return xarray.Dataset(variables, coords, _attrs(sam.meta))


def _sam(dataset: xarray.Dataset) -> SAM:
    flows = dataset["transactions"].transpose("account", "payer")
    codes, payers, names, kinds = (
        [str(value) for value in dataset.coords[name].values]
        for name in ("account", "payer", "account_name", "account_kind")
    )
    return SAM.from_frame(
        pd.DataFrame(flows.values, codes, payers),
        kinds=dict(zip(codes, kinds, strict=True)),
        names=dict(zip(codes, names, strict=True)),
        meta=meta_of(json.loads(dataset.attrs.get(NOTES, "{}"))),
    )


def from_xarray(dataset: xarray.Dataset) -> IOTable | SAM:
    """The checked table (or SAM) of a dataset laid out as `to_xarray` lays it out.

    Rows and columns are matched by label, so that a dataset that was reordered gives the same
    flows; one that was cut (a `sel` on one side) is refused by the labels it lacks.  Shapes and
    units are those of the dataset.  Cost: O(n^2).
    Errors: LabelError for missing parts and labels, BalanceError.
    Reference: Hoyer, S. and Hamman, J. (2017), xarray: N-D labeled arrays and datasets in Python,
    Journal of Open Research Software 5(1), 10.

    >>> import iomodel as im
    >>> ds = im.exchange.to_xarray(im.load("miller-blair-2x2"))
    >>> im.exchange.from_xarray(ds).x.to_list()
    [1000.0, 2000.0]
    """
    if "transactions" in dataset and "account_kind" in dataset.coords:
        return _sam(dataset)
    lacking = [f"'{name}'" for name in ("Z", "Y", "V", "W", "x") if name not in dataset]
    lacking += [f"'{axis}_name'" for axis in ("sector", "category", "input")
                if f"{axis}_name" not in dataset.coords]  # fmt: skip
    if lacking:
        raise LabelError(
            f"The dataset lacks {len(lacking)} variables of a table.",
            lacking,
            "Give one laid out as iomodel.exchange.to_xarray does.",
        )
    frames = {}
    for name in LISTS:
        axis = SINGULAR[name]
        if axis not in dataset.coords:
            continue
        prefix = f"{axis}_"
        columns = {
            str(key).removeprefix(prefix): [str(value) for value in dataset.coords[key].values]
            for key in dataset.coords
            if str(key).startswith(prefix)
        }
        frames[name] = pd.DataFrame(columns, [str(v) for v in dataset.coords[axis].values])
    frames["sectors"]["output"] = dataset["x"].values
    for name, (down, across) in AXES.items():
        if name in dataset:
            frames[name] = pd.DataFrame(
                dataset[name].transpose(down, across).values,
                [str(value) for value in dataset.coords[down].values],
                [str(value) for value in dataset.coords[across].values],
            )
    return table_of(frames, meta_of(json.loads(dataset.attrs.get(NOTES, "{}"))))
