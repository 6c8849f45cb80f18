"""Tables from MARIO's Database, with every number as it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

import pandas as pd

from iomodel.arguments import typed
from iomodel.errors import BalanceError, LabelError, MissingAccountError, TableError, UnitError
from iomodel.exchange.pymrio import from_pymrio
from iomodel.meta import Meta
from iomodel.table import IOTable

LEVELS = 3  # region, level ("Sector"), item


@typed
def from_mario(
    database: Any,
    *,
    kinds: Mapping[str, str] | None = None,
    demand_kinds: Mapping[str, str] | None = None,
    satellites: Iterable[str] = (),
    meta: Meta | None = None,
) -> IOTable:
    """A checked table from MARIO's Database of the kind IOT: its baseline under (region, item).

    Z, Y, V, VY and E are read as they are and nothing of MARIO is called; V is everything below Z
    and output the row sum.  `kinds` says what each row of V is and `demand_kinds` what each
    category is (by its item); rows not named are value added.  `satellites` names rows of E to
    keep, with their units.  Rows and columns are matched by label; a demand category is called
    'region item'.

    Shapes: Z n x n; flows in the one unit of its sectors.  Cost: O(n^2) copies.
    Errors: MissingAccountError where Z, Y, V or a satellite is missing, TableError for supply and
    use tables, LabelError for other labels, UnitError for sectors in several units, BalanceError.
    Reference: Tahavori, M. A., Golinucci, N., Rinaldi, L. and others (2023), MARIO: A Versatile and
    User-Friendly Software for Building Input-Output Models, Journal of Open Research Software,
    doi 10.5334/jors.473 (the object; the matching is plain).

    >>> sectors = pd.MultiIndex.from_tuples([("A", "Sector", "farm"), ("A", "Sector", "mine")])
    >>> final = pd.MultiIndex.from_tuples([("A", "Consumption category", "people")])
    >>> database = SimpleNamespace(
    ...     table_type="IOT",
    ...     Z=pd.DataFrame([[1.0, 2], [3, 4]], sectors, sectors),
    ...     Y=pd.DataFrame([[5.0], [6]], sectors, final),
    ...     V=pd.DataFrame([[4.0, 7]], ["wages"], sectors),
    ... )
    >>> float(from_mario(database).x["A", "mine"])
    13.0
    """
    if getattr(database, "table_type", "IOT") != "IOT":
        raise TableError(
            f"The database is of the kind {database.table_type!r}: supply and use tables.",
            remedy="Make an IOT of it in MARIO (database.to_iot), or an IOTable with "
            "iomodel.construct.",
        )
    lacking = [f"'{name}'" for name in ("Z", "Y", "V")
               if not isinstance(getattr(database, name, None), pd.DataFrame)]  # fmt: skip
    if lacking:
        raise MissingAccountError(
            f"The database lacks {len(lacking)} matrices.", lacking, "Give a MARIO Database (IOT)."
        )
    V = database.V.set_axis(_pairs(database.V.columns, "V"), axis=1)
    primary = SimpleNamespace(F=V)
    VY = getattr(database, "VY", None)
    if isinstance(VY, pd.DataFrame) and not VY.empty:
        primary.F_Y = VY.set_axis(_pairs(VY.columns, "VY"), axis=1)
    names = tuple(satellites)
    system = SimpleNamespace(
        Z=database.Z.set_axis(_pairs(database.Z.index, "Z")).set_axis(
            _pairs(database.Z.columns, "Z"), axis=1
        ),
        Y=database.Y.set_axis(_pairs(database.Y.index, "Y")).set_axis(
            _pairs(database.Y.columns, "Y"), axis=1
        ),
        V=primary,
        E=_satellites(database, names) if names else None,
    )
    try:
        return from_pymrio(
            system,
            inputs="V",
            kinds=kinds,
            demand_kinds=demand_kinds,
            satellites=["E"] if names else [],
            meta=meta or _meta(database),
        )
    except BalanceError as error:
        other = BalanceError(
            str(error).split("\n", 1)[0],
            error.findings,
            "V must hold everything below Z: value added, taxes and imports.",
        )
        other.residual = error.residual
        raise other from None


def _pairs(index: pd.Index, name: str) -> pd.MultiIndex:
    if index.nlevels != LEVELS:
        raise LabelError(
            f"{name} has {index.nlevels} levels of labels; MARIO's have {LEVELS}: region, level, "
            "item.",
            remedy="Give the Database as it is, before its matrices are reshaped.",
        )
    return pd.MultiIndex.from_tuples([(str(key[0]), key[-1]) for key in index])


def _units(database: Any, kind: str) -> pd.Series:
    """The unit of each item of a kind; empty where none are given."""
    frame = (getattr(database, "units", None) or {}).get(kind)
    return frame["unit"].astype(str) if isinstance(frame, pd.DataFrame) else pd.Series(dtype=str)


def _satellites(database: Any, names: tuple[str, ...]) -> SimpleNamespace:
    E = getattr(database, "E", None)
    there = [str(key) for key in E.index] if isinstance(E, pd.DataFrame) else []
    lacking = [f"'{name}'" for name in names if name not in there]
    if E is None or lacking:
        raise MissingAccountError(
            f"E has no row for {len(lacking)} satellites.", lacking, f"It has: {there[:8]}."
        )
    F = E.set_axis(_pairs(E.columns, "E"), axis=1).loc[list(names)]
    units = _units(database, "Satellite account").reindex(list(names)).fillna("")
    return SimpleNamespace(F=F, unit=pd.DataFrame({"unit": list(units)}, F.index))


def _meta(database: Any) -> Meta:
    units = sorted(set(_units(database, "Sector")))
    if len(units) > 1:
        raise UnitError(
            f"The sectors of the database have {len(units)} units: {', '.join(units[:5])}.",
            remedy="Only monetary databases are tables: rows in tonnes do not add up with others.",
        )
    said = getattr(database, "meta", None)
    year = getattr(said, "year", None)
    return Meta(
        title=str(getattr(said, "name", None) or "MARIO database"),
        year=int(year) if year is not None else None,
        unit=units[0] if units else "",
        source=str(getattr(said, "source", None) or ""),
        history=("taken from MARIO's Database",),
    )
