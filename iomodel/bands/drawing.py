"""Drawing all factors at once from a seed, and one at a time: the results as one value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from iomodel.accounts import Array, show
from iomodel.arguments import typed
from iomodel.bands.factors import BY_SECTOR, by_sector, factors, wear_profile
from iomodel.bands.kernel import MEASURES, Settings, measured, placed
from iomodel.bands.uncertain import Exporters, Uncertain, stream, together, triangular
from iomodel.bop import BalanceOfPayments
from iomodel.construct.maquila import EXPORTING
from iomodel.display import as_html, as_text
from iomodel.errors import LabelError, TableError
from iomodel.leakage.allocation import roles_of
from iomodel.ownership import OwnershipKey, SectorRoles
from iomodel.table import IOTable

if TYPE_CHECKING:
    import xarray as xr

COMMON = 0.5


@dataclass(frozen=True, eq=False, repr=False)
class Drawn:
    """What was drawn: `values` (draw x sector x measure), and what lies behind it.

    `point` (sectors x measures) has every factor at its central value, `alone` (factor x level x
    sector x measure) one at low or high and the others central; `levels` says what low and high
    are.  `factors` (draws x factors) holds what was drawn: the value itself, for factors that are
    a share per sector the common probability.  `unplaced` is the income that found no place, by
    draw (unit of the table).  `assumptions` lists low, central, high, shape and why.  Measures are
    per peso of final demand at market prices (taxes on products stay): gdp, kept (recorded, owned
    net), leak (recorded, owned net), imports, net_foreign_exchange.
    """

    values: xr.DataArray
    point: pd.DataFrame
    alone: xr.DataArray
    levels: pd.DataFrame
    factors: pd.DataFrame
    unplaced: pd.Series
    assumptions: pd.DataFrame
    exporters: tuple[str, ...]
    seed: int

    __repr__, _repr_html_ = as_text, as_html


@typed
def draw(
    table: IOTable,
    payments: BalanceOfPayments,
    *,
    key: OwnershipKey,
    uncertain: Mapping[str, Uncertain] | None = None,
    exporters: Sequence[Exporters] = (),
    given: Mapping[str, Array] | None = None,
    draws: int = 2000,
    seed: int = 1,
    common: float = COMMON,
) -> Drawn:
    """How sure the leak of every sector is: all that it rests on drawn `draws` times.

    For draw d income of non-residents r_d is placed as `leakage.allocate` does, with shares of
    ownership s_dj drawn between low, central and high of the key (triangular; the sectors'
    probabilities share `common` of their variance, the trading arms and the household shares have
    draws of their own; the level the key stands at is not used), and every factor of `factors`
    (or `uncertain`).  Then

        leak_d = (r_d / x) L_d,

    L_d = L but for the exporting parts of industries (`exporters`), added exactly by Woodbury's
    formula; per unit of output they pay abroad what their industry pays.  A factor with one value
    is held; `given` replaces the draws of a factor by the user's own (one a draw).  The same seed
    gives the same draws of a factor whatever the others.

    Pesos per peso of final demand.  Cost: one solve with 3 d right sides (6 d n^2 flops), O(d n)
    for the rest; memory some 300 d n bytes.

    Errors: TableError for draws below 1, for `common` and for drawn or given shares outside
    [0, 1], for payments beyond all corporate surplus; LabelError for unknown factors; those of
    `leakage.allocate`.
    Reference: Bullard, C. W. and Sebald, A. V. (1977), Effects of parametric uncertainty and
    technological change on input-output models, Review of Economics and Statistics 59(1), 75-81,
    for drawing; Woodbury, M. A. (1950), Inverting modified matrices, Memorandum Report 42,
    Statistical Research Group, Princeton University, for the exporters.

    >>> import iomodel as im
    >>> mx = im.load("mexico-2018")
    >>> drawn = draw(mx, im.load_bop("mexico", 2018), key=im.leakage.keys(mx)["paper"], draws=50)
    >>> drawn.values.sizes["draw"], round(float(drawn.point.at["3361", "leak_recorded"]), 4)
    (50, 0.0717)
    """
    table.require_domestic("Bands of leakage")
    payments.require_same(table)
    if draws < 1 or seed < 0 or not 0 <= common <= 1:
        raise TableError(
            f"{draws} draws from seed {seed} with a common part of {common:.6g}.",
            remedy="Draw at least once, from a seed of 0 or more; the common part is from 0 to 1.",
        ).keyed("draws", draws=draws, seed=seed, common=f"{common:.6g}")
    plan = _Plan.of(table, payments, key, uncertain, exporters)
    settings, drawn = plan.random(draws, seed, common, given or {})
    values, unplaced = plan.run(settings)
    point, _ = plan.run(plan.fixed([()]))
    ends = [((name, level),) for name in plan.names for level in ("low", "high")]
    alone, _ = plan.run(plan.fixed(ends))
    return plan.result(values, unplaced, point, alone, drawn, seed)


@dataclass(frozen=True, eq=False)
class _Plan:
    """One table, its payments, and every factor: makes settings and runs them."""

    table: IOTable
    payments: BalanceOfPayments
    roles: SectorRoles
    groups: dict[str, tuple[list[int], pd.DataFrame]]
    scalars: dict[str, Uncertain]
    exporters: tuple[Exporters, ...]
    profile: Array

    @classmethod
    def of(
        cls,
        table: IOTable,
        payments: BalanceOfPayments,
        key: OwnershipKey,
        uncertain: Mapping[str, Uncertain] | None,
        exporters: Sequence[Exporters],
    ) -> _Plan:
        known = factors(table, payments, key=key)
        asked = {**known, **(uncertain or {})}
        _require_known(asked, known, "factors")
        groups = {name: part for name, part in by_sector(table, key).items() if part[0]}
        sectors = [one.sector for one in exporters]
        if len(set(sectors)) < len(sectors):
            raise LabelError("`exporters` names a sector twice.", sectors, "Give each once.")
        imported = {one.imported.name: one.imported for one in exporters}
        if len(imported) < len(sectors):
            raise LabelError(
                "The imported inputs of two exporters have one name.", sorted(imported)
            )
        roles, profile = roles_of(table, key), wear_profile(table)
        return cls(table, payments, roles, groups, asked | imported, tuple(exporters), profile)

    @property
    def names(self) -> list[str]:
        return [*self.groups, *self.scalars]

    def random(
        self, draws: int, seed: int, common: float, given: Mapping[str, Array]
    ) -> tuple[Settings, pd.DataFrame]:
        _require_known(given, self.names, "given draws")
        parts, drawn = {}, {}
        for name, (at, three) in self.groups.items():
            p, joint = together(stream(seed, name), draws, len(at), common)
            if name in given:
                joint = _checked(name, given[name], draws)
                p = np.repeat(joint[:, None], len(at), axis=1)
            low, central, high = three[["low", "central", "high"]].to_numpy(dtype=float).T
            parts[name], drawn[name] = triangular(p, low, central, high), joint
        for name, factor in self.scalars.items():
            if name in given:
                drawn[name] = _checked(name, given[name], draws)
            else:
                drawn[name] = factor.at(stream(seed, name).random(draws))
        frame = pd.DataFrame(drawn).rename_axis("draw")
        return self._settings(parts, drawn, draws), frame

    def fixed(self, changes: Sequence[Sequence[tuple[str, str]]]) -> Settings:
        """One setting per entry: all factors central but those named, which are at that level."""
        parts, drawn = {}, {}
        asked = [dict(change) for change in changes]
        for name, (_, three) in self.groups.items():
            parts[name] = np.stack(
                [three[one.get(name, "central")].to_numpy(dtype=float) for one in asked]
            )
        for name, factor in self.scalars.items():
            drawn[name] = np.array([getattr(factor, one.get(name, "central")) for one in asked])
        return self._settings(parts, drawn, len(asked))

    def _settings(self, parts: Mapping[str, Array], drawn: Mapping[str, Array], d: int) -> Settings:
        share = np.zeros((d, len(self.table.accounts)))
        household = np.zeros_like(share)
        for name, (at, _) in self.groups.items():
            (household if name == BY_SECTOR[2] else share)[:, at] = parts[name]
        imported = [drawn[one.imported.name].astype(float) for one in self.exporters]
        scalar = {name: np.asarray(drawn[name], dtype=float) for name in self.scalars}
        columns = np.stack(imported, axis=1) if imported else np.zeros((d, 0))
        return Settings(share, household, scalar, columns)

    def run(self, settings: Settings) -> tuple[Array, Array]:
        """All measures, settings x sectors x measures, and the income without a place."""
        incomes = placed(self.table, self.payments, self.roles, settings, self.profile)
        unplaced = incomes.pop("unplaced")
        found = measured(self.table, incomes, self.exporters, settings.imported)
        return np.stack([found[name] for name in MEASURES], axis=2), unplaced

    def result(
        self,
        values: Array,
        unplaced: Array,
        point: Array,
        alone: Array,
        drawn: pd.DataFrame,
        seed: int,
    ) -> Drawn:
        import xarray as xr

        extra = tuple(
            f"{self.table.accounts.codes[self.table.accounts.position(one.sector)]}{EXPORTING}"
            for one in self.exporters
        )
        labels = [*(show(key) for key in self.table.accounts.keys), *extra]
        axes = {"sector": labels, "measure": list(MEASURES)}
        shape = (len(self.names), 2, *alone.shape[1:])
        return Drawn(
            values=xr.DataArray(values, {"draw": np.arange(len(values)), **axes}, ["draw", *axes]),
            point=pd.DataFrame(
                point[0],
                pd.Index(labels, name="sector"),
                pd.Index(list(MEASURES), name="measure"),
            ),
            alone=xr.DataArray(
                alone.reshape(shape),
                {"factor": self.names, "level": ["low", "high"], **axes},
                ["factor", "level", *axes],
            ),
            levels=self._levels(),
            factors=drawn,
            unplaced=pd.Series(unplaced, name="unplaced").rename_axis("draw"),
            assumptions=self._assumptions(),
            exporters=extra,
            seed=seed,
        )

    def _levels(self) -> pd.DataFrame:
        """Low, central and high of each factor; for shares per sector over their surplus."""
        weights = np.maximum(self.table.primary("surplus"), 0.0)
        levels = ["low", "central", "high"]
        rows = {}
        for name, (at, three) in self.groups.items():
            whole = weights[at].sum() or 1.0
            rows[name] = (three[levels].mul(weights[at], axis=0)).sum() / whole
        for name, factor in self.scalars.items():
            rows[name] = pd.Series([factor.low, factor.central, factor.high], levels)
        return pd.DataFrame(rows).T.rename_axis("factor")

    def _assumptions(self) -> pd.DataFrame:
        frame = self._levels()
        said = {
            BY_SECTOR[0]: "foreign-owned share of corporate surplus, low to high of the key",
            BY_SECTOR[1]: "the same for wholesale and retail, drawn apart",
            BY_SECTOR[2]: "mixed and household part of surplus, low to high of the key",
        }
        frame["shape"] = [
            "triangular" if name in self.groups else self.scalars[name].shape
            for name in frame.index
        ]
        frame["why"] = [
            said[name] if name in self.groups else self.scalars[name].why for name in frame.index
        ]
        return frame


def _require_known(
    asked: Mapping[str, object], known: Sequence[str] | Mapping[str, object], what: str
) -> None:
    unknown = [f"'{name}'" for name in asked if name not in known]
    if unknown:
        raise LabelError(
            f"{len(unknown)} {what} have names that no factor has.",
            unknown,
            f"Known: {', '.join(known)}.",
        )


def _checked(name: str, values: Array, draws: int) -> Array:
    found = np.asarray(values, dtype=float)
    if found.shape != (draws,):
        raise TableError(
            f"The draws given for '{name}' have the shape {found.shape}, not ({draws},).",
            remedy="Give one number a draw.",
        )
    wrong = ~((found >= 0) & (found <= 1))
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        raise TableError(
            f"{int(wrong.sum())} of {draws} draws given for '{name}' are outside [0, 1].",
            [f"draw {first}: {found[first]:.6g}"],
            "Shares and rates are fractions.",
        )
    return found
