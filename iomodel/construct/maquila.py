"""Exporters apart from the rest of their industry (the maquila), and what their imports imply."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import pandas as pd

from iomodel.accounts import Accounts, Array
from iomodel.arguments import typed
from iomodel.errors import LabelError, MissingAccountError, TableError
from iomodel.meta import VALUE_ADDED, Blocks
from iomodel.table import IOTable

EXPORTING = "-exporting"
ROUNDING = 1e-12
Shares: TypeAlias = Mapping[Hashable, float] | pd.Series


@typed
def split_maquila(
    table: IOTable,
    share: Shares,
    imported_inputs: Shares,
    *,
    value_added: Shares | None = None,
) -> IOTable:
    """The table in which some industries stand twice: for exports only, and the rest.

    For each industry j that `share` names, the exporting part makes s_j x_j, all of it sold
    abroad: its row is zero but for exports, which the ordinary part loses (in proportion where
    there are several columns).  Per unit of its output it pays the industry's product taxes t_j
    and value added v^M_j (`value_added`; by default the industry's v_j, in the industry's
    composition); the rest are inputs, of which the share `imported_inputs` m_j is imported and
    the others are domestic products in the industry's proportions.  The ordinary part (it keeps
    the code; the exporting one is called "CODE-exporting") has what is left, so that products,
    imports and value added of both parts add up to the industry's.  Jobs follow value added.

    With zero rows the inverse collapses: the value-added multiplier of the exporting part is

        k^M_j = 1 + (v^D L^DD A^DM)_j / v^M_j.

    A share of zero leaves its industry whole.  The result rests on the shares given: no table
    that ships says how firms of one industry differ.  Cost: O(n^2).

    Raises LabelError for a sector unknown, named twice or without `imported_inputs`; TableError
    for shares outside [0, 1] and, by name, for what cannot be: more exporting output than exports,
    inputs or value added beyond the industry's; MissingAccountError without exports, imports or
    value added.
    Reference: Fujii, G. and Cervantes, R. (2013), Revista CEPAL 109, 143-158, whose table of 2003
    had such parts.

    >>> import iomodel as im
    >>> mx = im.load("mexico-2018")
    >>> exporters = {"3361": 0.5}
    >>> cut = im.construct.split_maquila(mx, exporters, {"3361": 0.4})
    >>> len(cut.accounts)
    85
    """
    parts = _Parts.of(table, share, imported_inputs, value_added)
    a, n, at = table.arrays, len(table.accounts), parts.at
    order = np.argsort(np.append(np.arange(n), np.array(at) + 0.5), kind="stable")
    Z = np.zeros((n + len(at), n + len(at)))
    Z[:n, :n] = a.Z
    Z[:n, n:] = parts.domestic
    Z[:n, at] -= parts.domestic
    abroad = parts.exports(table)
    blocks = Blocks(
        Z=_close_to_zero(Z, a.x)[np.ix_(order, order)],
        Y=np.vstack([_less(a.Y, at, abroad), abroad])[order],
        V=np.hstack([_less(a.V.T, at, parts.primary.T).T, parts.primary])[:, order],
        W=a.W,
        x=np.append(_less(a.x, at, parts.output), parts.output)[order],
        S=np.hstack([_less(a.S.T, at, parts.satellites.T).T, parts.satellites])[:, order],
    )
    old = table.accounts
    accounts = Accounts(
        (*old.codes, *(f"{old.codes[i]}{EXPORTING}" for i in at)),
        (*old.names, *(f"{old.names[i]}, exporting part" for i in at)),
        (*old.kinds, *(old.kinds[i] for i in at)),
        (*old.regions, *(old.regions[i] for i in at)) if old.regions else (),
        old.axis,
    ).take([int(i) for i in order])
    notes = tuple(
        f"exporting part of '{old.codes[i]}' set apart: {s:.6g} of its output, {m:.6g} of its "
        f"inputs imported, value added of {v:.6g} per unit (given, not observed)"
        for i, s, m, v in zip(at, parts.share, parts.imported, parts.value_added, strict=True)
    )
    meta = table.meta.but(
        f"exporting parts of {len(at)} industries set apart",
        assumptions=(*table.meta.assumptions, *notes),
    )
    return replace(table, accounts=accounts, arrays=blocks, meta=meta).require_balanced()


@typed
def imported_inputs_for(
    table: IOTable,
    sectors: Iterable[Hashable],
    multiplier: float,
    *,
    share: Shares | None = None,
) -> pd.DataFrame:
    """Which share of imported inputs would give exporters this value-added multiplier.

    For each sector alone, as an exporting part with the industry's value added and taxes per unit
    v_j and t_j and domestic inputs in its proportions s_j: a small one, which leaves the rest of
    its industry as it is, has

        k(m) = 1 + (1 - m)(1 - v_j - t_j)(v L s_j) / v_j,

    so the share is m = 1 - (k - 1) v_j / ((1 - v_j - t_j) v L s_j).  With `share`, its part of the
    industry's output, the rest of the industry is what such exporters leave of it and the root is
    looked for with `split_maquila` among the shares that are possible.

    Columns: `imported_inputs` (the answer), `industry` (the industry's own share), `multiplier`
    (the industry's (vL)_j / v_j), `at_none` and `at_all` (the exporters' multiplier where none or
    all of their inputs are imported, or at the ends of what `share` allows): the bounds.
    Cost: one solve; with `share` some ten factorisations a sector.

    Raises TableError, by name, for a multiplier outside the bounds and where every share gives the
    same one; MissingAccountError without imports or value added.
    Reference: Fujii, G. and Cervantes, R. (2013), Revista CEPAL 109, 143-158, for the multiplier.

    >>> import iomodel as im
    >>> mx = im.load("mexico-2018")
    >>> im.construct.imported_inputs_for(mx, ["3361"], 1.5).round(3).loc["3361"].to_dict()
    {'imported_inputs': 0.658, 'industry': 0.443, 'multiplier': 1.813, 'at_none': 2.461, 'at_all':
    1.0}
    """
    table.require_domestic("The imported inputs of exporters")
    shares = None if share is None else _given(table, share, "share")
    rows = {}
    for label in sectors:
        one = _Exporter.of(table, label)
        if shares is None:
            low, high = 0.0, 1.0
            ends = 1 + one.slope, 1.0
        else:
            low, high = one.possible(shares.get(one.at, 0.0))
            part = shares[one.at]
            ends = one.multiplier(table, part, low), one.multiplier(table, part, high)
        if not min(ends) <= multiplier <= max(ends):
            raise TableError(
                f"No share of imported inputs gives the exporters of '{one.code}' a multiplier of "
                f"{multiplier:.6g}: it lies between {min(ends):.6g} and {max(ends):.6g}.",
                remedy="Another value added per unit, or other domestic inputs, would be needed.",
            )
        if shares is None:
            found = 1 - (multiplier - 1) / one.slope
        else:
            found = one.root(table, part, multiplier, (low, high))
        rows[one.code] = (found, one.imported, one.industry, *ends)
    columns = ["imported_inputs", "industry", "multiplier", "at_none", "at_all"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis(
        table.accounts.axis
    )


@dataclass(frozen=True, eq=False)
class _Parts:
    """What the exporting parts make, buy, pay and employ; one column for each."""

    at: list[int]
    share: Array
    imported: Array
    value_added: Array
    output: Array
    domestic: Array
    primary: Array
    satellites: Array

    @classmethod
    def of(
        cls, table: IOTable, share: Shares, imported: Shares, value_added: Shares | None
    ) -> _Parts:
        table.require_domestic("Setting exporters apart")
        table.primary(*VALUE_ADDED)
        table.primary("imports")
        shares, buys = _given(table, share, "share"), _given(table, imported, "imported_inputs")
        lacking = [f"'{table.accounts.codes[i]}'" for i in shares if i not in buys]
        if lacking:
            raise LabelError(
                f"`imported_inputs` says nothing of {len(lacking)} sectors of `share`.", lacking
            )
        at = sorted(i for i, part in shares.items() if part > 0)
        a, v = table.arrays, table.inputs.of_kind(*VALUE_ADDED)
        s, m = np.array([shares[i] for i in at]), np.array([buys[i] for i in at])
        output = s * a.x[at]
        earned = a.V[np.ix_(v, at)].sum(axis=0)
        own = _over(earned, a.x[at])
        per_unit = _given(table, value_added, "value_added") if value_added is not None else {}
        vM = np.array([per_unit.get(i, own[k]) for k, i in enumerate(at)])
        V = a.V[:, at] * s
        V[v] = a.V[np.ix_(v, at)] * _over(vM * output, earned)
        bought = table.inputs.of_kind("imports")
        rest = [i for i in range(len(table.inputs)) if i not in (*v, *bought)]
        inputs = output - V[rest].sum(axis=0) - vM * output
        V[bought] = a.V[np.ix_(bought, at)] * _over(m * inputs, a.V[np.ix_(bought, at)].sum(0))
        domestic = a.Z[:, at] * _over((1 - m) * inputs, a.Z[:, at].sum(axis=0))
        jobs = a.S[:, at] * _over(vM * output, earned)
        parts = cls(at, s, m, vM, output, domestic, V, jobs)
        parts._require_possible(table, earned, inputs)
        return parts

    def _require_possible(self, table: IOTable, earned: Array, inputs: Array) -> None:
        a = table.arrays
        columns = table.categories.of_kind("exports")
        if not columns:
            raise MissingAccountError(
                f"'{table.meta.title}' has no column of exports.",
                remedy="Mark it with kind 'exports'.",
            )
        imports = a.V[np.ix_(table.inputs.of_kind("imports"), self.at)].sum(axis=0)
        limits = (
            ("output for export", self.output, a.Y[np.ix_(self.at, columns)].sum(axis=1)),
            ("imported inputs", self.imported * inputs, imports),
            ("domestic inputs", (1 - self.imported) * inputs, a.Z[:, self.at].sum(axis=0)),
            ("value added", self.value_added * self.output, earned),
        )
        wrong = [
            f"'{table.accounts.codes[i]}': {what} of {asked[k]:.6g}, of {there[k]:.6g} in all"
            for what, asked, there in limits
            for k, i in enumerate(self.at)
            if not -_dust(a.x[i]) <= asked[k] <= there[k] + _dust(a.x[i])
        ]
        if wrong:
            raise TableError(
                f"{len(wrong)} figures of exporting parts go beyond their industries.",
                wrong,
                "Give a smaller share, or other imported inputs or value added.",
            )

    def exports(self, table: IOTable) -> Array:
        """Final demand for the exporting parts: exports, in the proportions of the industry's."""
        columns = table.categories.of_kind("exports")
        Y = np.zeros((len(self.at), len(table.categories)))
        sold = table.arrays.Y[np.ix_(self.at, columns)]
        Y[:, columns] = sold * _over(self.output, sold.sum(axis=1))[:, None]
        return Y


@dataclass(frozen=True, eq=False)
class _Exporter:
    """One industry as its exporters see it: shares per unit of output, and multipliers."""

    at: int
    code: str
    imported: float
    industry: float
    slope: float  # (1 - v - t) v L s / v: how much the multiplier falls per share imported
    inputs: float  # per unit of output: 1 - v - t
    imports: float  # per unit of the industry's output
    domestic: float

    @classmethod
    def of(cls, table: IOTable, label: Hashable) -> _Exporter:
        i = table.accounts.position(label)
        v = table.per_unit(table.primary(*VALUE_ADDED))
        through = table.L.T.solve(v)
        domestic = float(table.A.to_numpy()[:, i].sum())
        imports = float(table.per_unit(table.primary("imports"))[i])
        inputs = domestic + imports
        if v[i] <= 0 or domestic <= 0:
            raise TableError(
                f"'{table.accounts.codes[i]}' has value added of {v[i]:.6g} and domestic inputs of "
                f"{domestic:.6g} per unit of output.",
                remedy="A multiplier of its exporters needs both.",
            )
        met = float(through @ table.A.to_numpy()[:, i]) / domestic  # v L s
        code = table.accounts.codes[i]
        slope = inputs * met / float(v[i])
        industry = float(through[i] / v[i])
        return cls(i, code, imports / inputs, industry, slope, inputs, imports, domestic)

    def possible(self, share: float) -> tuple[float, float]:
        """The least and the largest share of imported inputs that such a part can have."""
        if not share > 0:
            raise LabelError(
                f"`share` says nothing of '{self.code}', or nothing of it is exported.",
                remedy="Give the part of its output that the exporters make.",
            )
        taken = share * self.inputs
        return max(0.0, 1 - self.domestic / taken), min(1.0, self.imports / taken)

    def multiplier(self, table: IOTable, share: float, imported: float) -> float:
        """The value-added multiplier of the exporting part."""
        split = split_maquila(table, {self.code: share}, {self.code: imported})
        v = split.per_unit(split.primary(*VALUE_ADDED))
        at = split.accounts.position(f"{self.code}{EXPORTING}")
        return float(split.L.T.solve(v)[at] / v[at])

    def root(
        self, table: IOTable, share: float, multiplier: float, ends: tuple[float, float]
    ) -> float:
        """The share of imported inputs at which the exporting part has this multiplier."""
        from scipy.optimize import brentq  # a quarter of a second to load, for this alone

        def gap(imported: float) -> float:
            return self.multiplier(table, share, imported) - multiplier

        return float(brentq(gap, *ends, xtol=1e-14))


def _given(table: IOTable, shares: Shares, what: str) -> dict[int, float]:
    """Shares by position of the sector; LabelError and TableError for what is none."""
    found: dict[int, float] = {}
    twice, wrong = [], []
    for label, value in shares.items():
        i = table.accounts.position(label)
        if i in found:
            twice.append(f"'{label}'")
        found[i] = float(value)
        if not 0 <= found[i] <= 1:
            wrong.append(f"'{label}': {value}")
    if twice or not found:
        count = f"{len(twice)} sectors twice" if twice else "no sector"
        raise LabelError(f"`{what}` names {count}.", twice, "Give each sector once.")
    if wrong:
        raise TableError(
            f"`{what}` has {len(wrong)} values outside [0, 1].", wrong, "Give fractions."
        )
    return found


def _over(amounts: Array, base: Array) -> Array:
    """amounts / base, zero where there is no base."""
    ratio: Array = np.divide(amounts, base, out=np.zeros_like(amounts), where=base != 0)
    return ratio


def _dust(output: float) -> float:
    return ROUNDING * float(output)


def _less(block: Array, at: list[int], taken: Array) -> Array:
    """A block less what the exporting parts take out of these rows."""
    rest = block.copy()
    rest[at] -= taken
    return rest


def _close_to_zero(Z: Array, x: Array) -> Array:
    """Negative deliveries that are the rounding of a subtraction, as the nothing they are."""
    return np.where(np.abs(Z) <= ROUNDING * x.max(), np.maximum(Z, 0.0), Z)
