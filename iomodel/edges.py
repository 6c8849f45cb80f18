"""A table from an edge list: who sells to whom, a line a pair, as firm networks come."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array, csc_array, issparse, load_npz

from iomodel import flows
from iomodel.accounts import Accounts, Array, Labelled, as_codes, numbers
from iomodel.arguments import typed
from iomodel.errors import FileError, LabelError, LayoutError, MissingExtraError, TableError
from iomodel.meta import DEMAND, PRIMARY, Blocks, Meta, kinds_of
from iomodel.table import IOTable

COLUMNS = ["seller", "buyer", "value"]
REST = "value added"
Positions = npt.NDArray[np.intp]


@typed
def from_edges(
    edges: pd.DataFrame | str | os.PathLike[str] | object,
    *,
    output: Labelled | None = None,
    demand: pd.DataFrame | pd.Series | Mapping[str, float] | None = None,
    inputs: pd.DataFrame | pd.Series | None = None,
    rest: str | None = None,
    codes: Iterable[object] | None = None,
    kinds: Mapping[str, str] | None = None,
    demand_kinds: Mapping[str, str] | None = None,
    satellites: pd.DataFrame | None = None,
    satellite_units: Mapping[str, str] | None = None,
    unit: str = "",
    year: int | None = None,
    meta: Meta | None = None,
) -> IOTable:
    """A table from a list of who sells how much to whom: firms instead of sectors, zeros left out.

    z_ij is the sum of the values of the lines (i sells to j); x = Z i + f by row and
    x = Z'i + V'i by column, checked as in every table.  It is asked the same questions:
    `table.L @ f`, multipliers, linkages, leakage; what needs the n x n array says so
    (TooLargeError) beyond 10,000 accounts.

    `edges` has the columns seller, buyer and value; or is a .csv or .parquet file that has them
    (parquet needs pyarrow), a sparse array of scipy, or an .npz file of one.  `codes` gives the
    order and those without any line; else it is that of the labels sorted (of a sparse array 0 to
    n - 1).  One line a firm (n rows, any order): `demand` by category, `inputs` by primary input
    (imports, wages ...; `kinds` as in `IOTable.from_frames`), `satellites`.  Of `demand` and
    `output` one may be left out: it is what the other leaves.  `rest` names the primary input that
    takes what the others leave of output ("value added" where there are no `inputs`); else they
    must add up.  Lines of the same pair are added up, and `table.meta.history` says how many.

    Cost: O(edges); 24 bytes an edge kept, about 60 while it is made.
    Errors: LabelError for lacking columns, empty and unknown labels; TableError for values that
    are negative or no numbers; BalanceError; FileError; MissingExtraError without pyarrow.

    >>> lines = [("mine", "mill", 40.0), ("mill", "mine", 10.0), ("mill", "shop", 50.0)]
    >>> table = from_edges(
    ...     pd.DataFrame(lines, columns=["seller", "buyer", "value"]),
    ...     output=pd.Series({"mine": 100.0, "mill": 80.0, "shop": 90.0}),
    ... )
    >>> (table.L @ {"mine": 60.0, "mill": 20.0, "shop": 90.0}).round(6).to_dict()
    {'mill': 80.0, 'mine': 100.0, 'shop': 90.0}
    """
    accounts, Z, notes = _network(edges, codes)
    x, y, categories = uses(accounts, flows.row_sums(Z), output, demand, demand_kinds)
    v, rows = costs(accounts, x - flows.column_sums(Z), inputs, rest, kinds)
    s, extra = np.zeros((0, len(accounts))), Accounts((), (), (), axis="satellite")
    if satellites is not None:
        units = satellite_units or {}
        extra = Accounts.of(
            satellites.columns,
            kinds=[units.get(str(code), "") for code in satellites.columns],
            axis="satellite",
        )
        s = accounts.array(satellites, "satellites").T
    described = meta or Meta()
    for note in notes:
        described = described.but(note)
    described = described.but(
        unit=unit or described.unit, year=described.year if year is None else year
    )
    blocks = Blocks(Z, y, v, np.zeros((len(rows), len(categories))), x, s)
    return IOTable(accounts, categories, rows, blocks, described, extra).require_balanced()


def uses(
    accounts: Accounts,
    sold: Array,
    output: Labelled | None,
    demand: pd.DataFrame | pd.Series | Mapping[str, float] | None,
    demand_kinds: Mapping[str, str] | None,
) -> tuple[Array, Array, Accounts]:
    """Output, final demand by category (n x k), and the categories."""
    x = None if output is None else accounts.array(output, "output")
    if demand is None:
        if x is None:
            raise TableError(
                "Neither the output nor the final demand of the accounts is given.",
                remedy="Give output= or demand=: what they sell beyond the lines.",
            )
        y, labels = (x - sold)[:, None], pd.Index(["final demand"])
    else:
        y = accounts.array(demand, "demand")
        y = y[:, None] if y.ndim == 1 else y
        labels = demand.columns if isinstance(demand, pd.DataFrame) else pd.Index(["final demand"])
    kinds = kinds_of(labels, demand_kinds, *DEMAND)
    return sold + y.sum(1) if x is None else x, y, Accounts.of(labels, kinds=kinds, axis="category")


def costs(
    accounts: Accounts,
    left: Array,
    inputs: pd.DataFrame | pd.Series | None,
    rest: str | None,
    kinds: Mapping[str, str] | None,
) -> tuple[Array, Accounts]:
    """Primary inputs (m x n) and their accounts; `rest` takes what the others leave."""
    if isinstance(inputs, pd.Series):
        inputs = inputs.to_frame(REST if inputs.name is None else inputs.name)
    if inputs is None:
        labels: list[object] = []
        v, rest = np.zeros((0, len(accounts))), rest or REST
    else:
        labels, v = list(inputs.columns), accounts.array(inputs, "inputs").T
    if rest is not None:
        labels = [*labels, rest]
        v = np.vstack([v, left - v.sum(axis=0)])
    of = kinds_of(pd.Index(labels), kinds, *PRIMARY)
    return v, Accounts.of(labels, kinds=of, axis="input")


def _network(edges: object, codes: Iterable[object] | None) -> tuple[Accounts, Any, list[str]]:
    """The accounts, Z, and what was done to get it."""
    if isinstance(edges, (str, os.PathLike)):
        edges = _read(Path(edges))
    if isinstance(edges, pd.DataFrame):
        return _lines(edges, codes)
    if not issparse(edges):
        raise TableError(
            f"The edges are a {type(edges).__name__}.",
            remedy="Give a DataFrame with seller, buyer and value, a file, or a sparse array.",
        )
    accounts = Accounts.of(range(edges.shape[0]) if codes is None else codes)  # type: ignore[attr-defined]
    return accounts, flows.frozen(edges), []


def _read(file: Path) -> object:
    try:
        if file.suffix == ".npz":
            return load_npz(file)
        if file.suffix == ".parquet":
            _require_pyarrow()
            return pd.read_parquet(file, columns=COLUMNS)
        if file.suffix == ".csv":
            text = {"seller": str, "buyer": str}
            return pd.read_csv(file, usecols=COLUMNS, dtype=text, keep_default_na=False)
    except OSError as error:
        raise FileError(
            f"'{file}' cannot be read: {error}.", remedy="Check the path.", file=str(file)
        ) from error
    except (ValueError, KeyError) as error:
        raise LayoutError(
            f"'{file}' is no edge list: {error}.",
            remedy="It needs the columns seller, buyer and value.",
            file=str(file),
        ) from error
    raise LayoutError(
        f"'{file}' is no .csv, .parquet or .npz.",
        remedy="Write it as one of them, or give the DataFrame.",
        file=str(file),
    )


def _require_pyarrow() -> None:
    try:
        importlib.import_module("pyarrow")
    except ImportError as error:
        raise MissingExtraError(
            "Reading parquet needs pyarrow, which is not installed.",
            remedy="pip install pyarrow, or write the edges as csv.",
        ) from error


def _lines(edges: pd.DataFrame, codes: Iterable[object] | None) -> tuple[Accounts, Any, list[str]]:
    lacking = [f"'{column}'" for column in COLUMNS if column not in edges.columns]
    if lacking:
        raise LabelError(
            f"The edges lack {len(lacking)} columns.",
            lacking,
            f"They have: {', '.join(map(str, edges.columns))}.",
        )
    at, labels = _positions(edges)
    accounts = Accounts.of(labels if codes is None else codes)
    if codes is not None:
        stands = accounts.index.get_indexer(pd.Index(labels))
        unknown = [f"'{labels[i]}'" for i in np.flatnonzero(stands < 0)]
        if unknown:
            raise LabelError(
                f"The edges name {len(unknown)} accounts that `codes` does not have.",
                unknown,
                "Add them to `codes`, or leave their lines out.",
            )
        at = stands[at]
    values = numbers(edges["value"], "The value of the edges")
    seller, buyer = at[: len(edges)], at[len(edges) :]
    wrong = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
    if len(wrong):
        raise TableError(
            f"{len(wrong)} edges have a value that is negative or no number.",
            [
                f"'{accounts.codes[seller[i]]}' to '{accounts.codes[buyer[i]]}': {values[i]:.6g}"
                for i in wrong[:1000]
            ],
            "Deliveries are sales; leave out the pairs that do not trade.",
        )
    n = len(accounts)
    Z = csc_array(coo_array((values, (seller.astype(np.int32), buyer.astype(np.int32))), (n, n)))
    again = len(values) - Z.nnz
    Z.eliminate_zeros()
    note = [f"{again} lines of pairs named before were added up"] if again else []
    return accounts, flows.read_only(Z), note


def _positions(edges: pd.DataFrame) -> tuple[Positions, tuple[str, ...]]:
    """Where the sellers, then the buyers, stand among the labels, and the labels sorted."""
    both = pd.concat([edges["seller"], edges["buyer"]], ignore_index=True)
    at, found = pd.factorize(both, use_na_sentinel=True)
    empty = np.flatnonzero(at < 0)
    if len(empty):
        raise LabelError(
            f"{len(empty)} edges lack a seller or a buyer.",
            [f"line {i % len(edges)}" for i in empty[:1000]],
            "Name both, or leave the line out.",
        )
    order = np.argsort(found) if found.dtype.kind in "iuf" else None
    if order is not None:
        at, found = np.argsort(order)[at], found[order]
    codes = as_codes(found.tolist(), "sector")
    if order is None:  # blanks around a label, or 1 beside "1"
        again, codes_found = pd.factorize(np.array(codes, dtype=object), sort=True)
        at, codes = again[at], tuple(codes_found)
    return at, codes
