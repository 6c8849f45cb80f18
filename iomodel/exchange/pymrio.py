"""Tables from and to pymrio's IOSystem, with every number as it was."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from iomodel.accounts import Accounts, Array, as_code
from iomodel.arguments import typed
from iomodel.errors import (
    BalanceError,
    LabelError,
    MissingAccountError,
    MissingExtraError,
    UnitError,
)
from iomodel.meta import DEMAND, DEMAND_KINDS, PRIMARY, Blocks, Meta, kinds_of
from iomodel.table import IOTable

RESIDUAL = "value added"
WHOLE = "all"  # the region of a demand category that belongs to none


@typed
def from_pymrio(
    io: Any,
    *,
    inputs: str | None = "factor_inputs",
    kinds: Mapping[str, str] | None = None,
    demand_kinds: Mapping[str, str] | None = None,
    satellites: Iterable[str] = (),
    meta: Meta | None = None,
) -> IOTable:
    """A checked table from pymrio's IOSystem: the same flows under (region, sector).

    Z = io.Z, Y = io.Y, V and W are F and F_Y of the extension called `inputs`; output is io.x
    where it is there, else the row sum.  `inputs=None` makes one row of value added, x - Z'i, and
    says so in the history: for systems whose extensions do not add up to output.  `kinds` says
    what each row of V is and
    `demand_kinds` what each category is (by its name without the region); rows not named are value
    added.  `satellites` names further extensions to keep, every row with its unit.  Rows and
    columns are matched by label; a demand category is called 'region category'.

    Shapes: Z n x n; flows in the one unit of io.unit.  Cost: O(n^2) copies.
    Errors: MissingAccountError where Z, Y or the extension is missing, LabelError, UnitError for
    flows in several units, BalanceError for what does not balance within 1e-8.
    Reference: Stadler, K. (2021), Pymrio - A Python Based Multi-Regional Input-Output Analysis
    Toolbox, Journal of Open Research Software 9(1), 8 (the object; the matching is plain).

    >>> from types import SimpleNamespace
    >>> index = pd.MultiIndex.from_tuples([("A", "farm"), ("B", "farm")])
    >>> io = SimpleNamespace(
    ...     Z=pd.DataFrame([[1.0, 2], [3, 4]], index, index),
    ...     Y=pd.DataFrame([[5.0], [6]], index, pd.MultiIndex.from_tuples([("A", "final")])),
    ...     unit=pd.DataFrame({"unit": ["M.EUR"] * 2}, index),
    ... )
    >>> float(from_pymrio(io, inputs=None).x["B", "farm"])
    13.0
    """
    Z, Y = _frame(io, "Z"), _frame(io, "Y")
    accounts = Accounts.of(
        [label[-1] for label in Z.index], regions=[label[0] for label in Z.index]
    )
    z = accounts.block(_indexed(Z, columns=True), accounts, "Z")
    categories = _categories(Y.columns, demand_kinds)
    demand = Y.set_axis(list(categories.codes), axis=1)
    y = accounts.block(_indexed(demand), categories, "Y")
    stated = getattr(io, "x", None)
    x = z.sum(axis=1) + y.sum(axis=1)
    if isinstance(stated, pd.DataFrame):
        x = accounts.array(_indexed(stated), "x")[:, 0]
    known = meta or _meta(io)
    if inputs is None:
        rows = Accounts.of([RESIDUAL], kinds="value_added", axis="input")
        v, w = (x - z.sum(axis=0))[None, :], np.zeros((1, len(categories)))
        known = known.but(f"'{RESIDUAL}' is output less purchases from industries: inputs=None")
    else:
        rows, v, w = _primary(_extension(io, inputs), inputs, accounts, categories, Y, kinds)
        known = known.but(f"primary inputs are the extension '{inputs}'")
    extra, s = _satellites(io, accounts, tuple(satellites))
    table = IOTable(accounts, categories, rows, Blocks(z, y, v, w, x, s), known, extra)
    try:
        return table.require_balanced()
    except BalanceError as error:
        other = BalanceError(
            str(error).split("\n", 1)[0],
            error.findings,
            "Name the extension that holds all primary inputs (inputs=...), or take value added "
            "as what columns lack: inputs=None.",
        )
        other.residual = error.residual
        raise other from None


@typed
def to_pymrio(table: IOTable) -> Any:
    """pymrio's IOSystem of a table: Z, Y, x, unit, factor inputs (V, W) and satellites.

    Flows, labels and the order stay.  A table without regions becomes one region called by its
    country.  A demand category 'ARG HFCE' becomes (ARG, HFCE) where ARG is a region; one of no
    region stands under 'all'.  pymrio computes A = Z x^-1 and L = (I - A)^-1 from it as `table.A`
    and `table.L` do (a sector without output has a zero column in both).

    Shapes: Z n x n, flows in `table.meta.unit`.  Cost: O(n^2) copies.
    Errors: MissingExtraError where pymrio is not installed; TableError for a SAM.
    Reference: Stadler, K. (2021), Pymrio - A Python Based Multi-Regional Input-Output Analysis
    Toolbox, Journal of Open Research Software 9(1), 8.

    >>> import iomodel as im
    >>> io = im.exchange.to_pymrio(im.load("miller-blair-2x2"))  # doctest: +SKIP
    """
    try:
        pymrio: Any = importlib.import_module("pymrio")  # only who asks for it needs it
    except ImportError as error:
        raise MissingExtraError(
            "to_pymrio needs the package pymrio, which is not installed.",
            remedy="Install it: pip install pymrio.",
        ) from error
    a, accounts = table.arrays, table.accounts
    place = accounts.regions or (table.meta.country or "region",) * len(accounts)
    index = pd.MultiIndex.from_arrays([list(place), list(accounts.codes)])
    rows, columns = index.set_names(["region", "sector"]), index.set_names(["region", "sector"])
    final = pd.MultiIndex.from_tuples(
        [_split(code, tuple(dict.fromkeys(place)), bool(accounts.regions))
         for code in table.categories.codes],
        names=["region", "category"],
    )  # fmt: skip
    unit = table.meta.unit or "not given"
    extensions = {
        "factor_inputs": _parts(
            "factor_inputs",
            pd.DataFrame(a.V, pd.Index(table.inputs.codes, name="inputtype"), columns),
            [unit] * len(table.inputs),
            pd.DataFrame(a.W, pd.Index(table.inputs.codes, name="inputtype"), final),
        )
    }
    if len(table.satellite_accounts):
        names = pd.Index(table.satellite_accounts.codes, name="stressor")
        units = list(table.satellite_accounts.kinds)
        extensions["satellites"] = _parts(
            "satellites", pd.DataFrame(a.S, names, columns), units, None
        )
    return pymrio.IOSystem(
        Z=pd.DataFrame(a.Z, rows, columns),
        Y=pd.DataFrame(a.Y, rows, final),
        x=pd.DataFrame({"indout": a.x}, rows),
        unit=pd.DataFrame({"unit": [unit] * len(accounts)}, rows),
        name=table.meta.title,
        **extensions,
    )


def _parts(
    name: str, F: pd.DataFrame, units: list[str], F_Y: pd.DataFrame | None
) -> dict[str, object]:
    unit = pd.DataFrame({"unit": units}, F.index)
    given: dict[str, object] = {"name": name, "F": F, "unit": unit}
    return given if F_Y is None else {**given, "F_Y": F_Y}


def _split(code: str, regions: tuple[str, ...], regional: bool) -> tuple[str, str]:
    if not regional:
        return regions[0], code
    named = [region for region in regions if code.startswith(f"{region} ")]
    region = max(named, key=len, default="")
    return (region, code[len(region) + 1 :]) if region else (WHOLE, code)


def _frame(io: Any, name: str) -> pd.DataFrame:
    frame = getattr(io, name, None)
    if not isinstance(frame, pd.DataFrame):
        raise MissingAccountError(
            f"The system has no {name}.",
            remedy="Give pymrio's IOSystem with Z and Y (io.calc_all() makes Z from A and x).",
        )
    if frame.index.nlevels != 2:
        raise LabelError(
            f"{name} has {frame.index.nlevels} levels of row labels; region and sector are needed.",
            remedy="Give the IOSystem before it is aggregated to one level.",
        )
    return frame


def _indexed(frame: pd.DataFrame, *, columns: bool = False) -> pd.DataFrame:
    """The frame under keys of text, as accounts have them."""
    found = frame.set_axis(
        pd.MultiIndex.from_tuples(
            [(str(r), as_code(s, "sector")) for r, s in map(tuple, frame.index)]
        )
    )
    if columns:
        keys = [(str(r), as_code(s, "sector")) for r, s in map(tuple, frame.columns)]
        found = found.set_axis(pd.MultiIndex.from_tuples(keys), axis=1)
    return found


def _categories(columns: pd.Index, given: Mapping[str, str] | None) -> Accounts:
    pairs = [label if isinstance(label, tuple) else ("", label) for label in columns]
    names = [str(pair[-1]) for pair in pairs]
    kinds = dict(zip(names, kinds_of(pd.Index(names), given, *DEMAND),
                     strict=True))  # fmt: skip
    wrong = [f"'{name}': '{kind}'" for name, kind in kinds.items() if kind not in DEMAND_KINDS]
    if wrong:
        raise LabelError(
            f"{len(wrong)} kinds of demand are not known.",
            wrong,
            f"Known: {', '.join(DEMAND_KINDS)}.",
        )
    codes = [
        str(pair[-1]) if str(pair[0]) in ("", WHOLE) else f"{pair[0]} {pair[-1]}" for pair in pairs
    ]
    return Accounts.of(codes, kinds=[kinds[name] for name in names], axis="category")


def _extension(io: Any, name: str) -> Any:
    found = getattr(io, name, None)
    if not isinstance(getattr(found, "F", None), pd.DataFrame):
        there = [key for key, value in vars(io).items()
                 if isinstance(getattr(value, "F", None), pd.DataFrame)]  # fmt: skip
        raise MissingAccountError(
            f"The system has no extension '{name}' with F.",
            [f"'{key}'" for key in there],
            "Name one of those it has, or inputs=None: value added is what columns lack.",
        )
    return found


def _flat(index: pd.Index) -> list[str]:
    """Rows of an extension as codes of one part: 'emission_type1, air'."""
    return [", ".join(map(str, key)) if isinstance(key, tuple) else str(key) for key in index]


def _primary(
    extension: Any,
    name: str,
    accounts: Accounts,
    categories: Accounts,
    Y: pd.DataFrame,
    kinds: Mapping[str, str] | None,
) -> tuple[Accounts, Array, Array]:
    F: pd.DataFrame = extension.F
    codes = _flat(F.index)
    rows = Accounts.of(codes, kinds=kinds_of(pd.Index(codes), kinds, *PRIMARY), axis="input")
    v = accounts.array(_indexed(F.T), f"{name}.F").T
    F_Y = getattr(extension, "F_Y", None)
    if F_Y is None:
        return rows, v, np.zeros((len(rows), len(categories)))
    aligned = F_Y.set_axis(codes) if list(F_Y.index) == list(F.index) else F_Y
    if not aligned.columns.equals(Y.columns):
        aligned = aligned.reindex(columns=Y.columns)
    return rows, v, rows.array(aligned, f"{name}.F_Y")


def _satellites(io: Any, accounts: Accounts, wanted: tuple[str, ...]) -> tuple[Accounts, Array]:
    codes: list[str] = []
    units: list[str] = []
    blocks: list[Array] = []
    for name in wanted:
        extension = _extension(io, name)
        codes += _flat(extension.F.index)
        units += [str(unit) for unit in extension.unit["unit"]]
        blocks.append(accounts.array(_indexed(extension.F.T), f"{name}.F").T)
    return (
        Accounts.of(codes, kinds=units, axis="satellite"),
        np.vstack(blocks) if blocks else np.zeros((0, len(accounts))),
    )


def _meta(io: Any) -> Meta:
    units = sorted({str(unit) for unit in io.unit["unit"]}) if hasattr(io, "unit") else []
    if len(units) > 1:
        raise UnitError(
            f"The flows of the system have {len(units)} units: {', '.join(units[:5])}.",
            remedy="Only monetary systems are tables: rows in tonnes do not add up with others.",
        )
    said = getattr(io, "meta", None)
    title = str(getattr(io, "name", None) or getattr(said, "name", None) or "pymrio system")
    return Meta(
        title=title, unit=units[0] if units else "", history=("taken from pymrio's IOSystem",)
    )
