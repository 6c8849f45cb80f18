"""Who owns the surplus: shares by sector with low, central and high values and their source."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from iomodel.accounts import Accounts, Array
from iomodel.arguments import typed
from iomodel.display import as_html, as_text, several
from iomodel.errors import LabelError, MissingAccountError, TableError
from iomodel.table import IOTable

Level = Literal["low", "central", "high"]
LEVELS: tuple[Level, ...] = ("low", "central", "high")
OPPOSITE: dict[Level, Level] = {"low": "high", "central": "central", "high": "low"}


@dataclass(frozen=True)
class SectorRoles:
    """Sectors, by code, that income paid abroad treats by themselves: facts of a country's tables.

    `public_enterprises` may be charged with interest of the public sector; these and the other
    `public_bodies` (central bank, government) with none of private companies.  `licensing` is the
    sector through which licences are bought at home ("" where the tables have none).
    """

    public_enterprises: tuple[str, ...] = ()
    public_bodies: tuple[str, ...] = ()
    licensing: str = ""

    def __post_init__(self) -> None:
        for name in ("public_enterprises", "public_bodies"):
            given = getattr(self, name)
            codes = (given,) if isinstance(given, str) else tuple(given)
            if not all(isinstance(code, str) for code in codes):
                raise LabelError(
                    f"`{name}` is {codes!r}.",
                    remedy='Give a list of codes as text: ("211", "221").',
                )
            object.__setattr__(self, name, codes)
        if not isinstance(self.licensing, str):
            raise LabelError(
                f"`licensing` is {self.licensing!r}.", remedy='Give one code as text, or "".'
            )

    @property
    def public(self) -> tuple[str, ...]:
        """Public enterprises and the other public bodies."""
        return (*self.public_enterprises, *self.public_bodies)


@dataclass(frozen=True, eq=False, repr=False)
class OwnershipKey:
    """Per sector: the foreign-owned share of corporate surplus and the share that is not corporate.

    `shares` has columns low, central, high (each in [0, 1]), source and basis ("paper", "data" or
    "assumption"); `household` (the same three columns, or one Series for all) is the share of gross
    operating surplus that is mixed income or households' own (imputed rents), which no foreigner
    owns: the low level of a key meets the high household share and the other way round.
    `depreciation` and `tax` are the economy-wide rates that turn gross corporate surplus into net
    (assumptions, see `notes`).  `roles` names public and licensing sectors; None leaves it to what
    ships for the country of the table.
    """

    name: str
    shares: pd.DataFrame
    household: pd.DataFrame | pd.Series
    depreciation: float = 0.0
    tax: float = 0.0
    level: Level = "central"
    notes: tuple[str, ...] = ()
    roles: SectorRoles | None = None

    def __post_init__(self) -> None:
        codes = Accounts.of(self.shares.index)
        values = codes.array(self.shares[list(LEVELS)], f"Key '{self.name}'")
        if isinstance(self.household, pd.Series):
            same = pd.DataFrame(dict.fromkeys(LEVELS, self.household))
            object.__setattr__(self, "household", same)
        what = f"Household share of key '{self.name}'"
        household = codes.array(self.household[list(LEVELS)], what)
        outside = [
            f"'{codes.codes[i]}', {LEVELS[j]}: {values[i, j]:.6g}"
            for i, j in np.argwhere((values < 0) | (values > 1))
        ]
        outside += [
            f"'{codes.codes[i]}', household {LEVELS[j]}: {household[i, j]:.6g}"
            for i, j in np.argwhere((household < 0) | (household > 1))
        ]
        outside += [
            f"{what}: {rate:.6g}"
            for what, rate in (("depreciation", self.depreciation), ("tax", self.tax))
            if not 0 <= rate <= 1
        ]
        if outside:
            raise TableError(
                f"Key '{self.name}' has {len(outside)} shares outside [0, 1].",
                outside,
                "A foreign-owned share is a fraction, not a percentage.",
            )
        falling = np.hstack([np.diff(values, axis=1), np.diff(household, axis=1)]) < 0
        disordered = np.flatnonzero(falling.any(axis=1))
        if len(disordered):
            raise TableError(
                f"Key '{self.name}' has {len(disordered)} sectors with low > central > high mixed.",
                [
                    f"'{codes.codes[i]}': {values[i].tolist()}, household {household[i].tolist()}"
                    for i in disordered
                ],
                "Order the three values of each sector.",
            )

    @classmethod
    @typed
    def from_shares(
        cls,
        name: str,
        shares: pd.Series,
        *,
        household: pd.Series | None = None,
        source: str = "",
        roles: SectorRoles | None = None,
    ) -> OwnershipKey:
        """A key with one foreign-owned share per sector, given by the user.

        >>> OwnershipKey.from_shares("mine", {"a": 0.9, "b": 0.1}).shares["central"].to_dict()
        {'a': 0.9, 'b': 0.1}
        """
        frame = pd.DataFrame(dict.fromkeys(LEVELS, shares))
        frame["source"], frame["basis"] = source, "user"
        none = pd.Series(0.0, index=frame.index)
        return cls(name, frame, none if household is None else household, roles=roles)

    def at(self, level: Level) -> OwnershipKey:
        """The same key read at its low, central or high values.

        >>> import iomodel as im
        >>> key = im.leakage.keys(im.load("mexico-2018"))["paper"]
        >>> [key.at(level).level for level in ("low", "high")]
        ['low', 'high']
        """
        if level not in LEVELS:
            raise LabelError(f"{level!r} is not a level of a key.", remedy="low, central or high.")
        return replace(self, level=level)

    @typed
    def on(self, table: IOTable) -> tuple[Array, Array]:
        """Foreign share and household share in the order of the table's sectors.

        >>> import iomodel as im
        >>> mx = im.load("mexico-2018")
        >>> foreign, household = im.leakage.keys(mx)["paper"].on(mx)
        >>> float(foreign[mx.accounts.position("3361")])    # assembly is foreign-owned throughout
        1.0
        """
        foreign = self.foreign(table.accounts, table.meta.title)
        household = self.household[OPPOSITE[self.level]].reindex(list(table.accounts.codes))
        return foreign, household.to_numpy(dtype=np.float64)

    @typed
    def foreign(self, sectors: Accounts, title: str) -> Array:
        """The foreign-owned share of corporate surplus in the order of these sectors.

        Raises MissingAccountError naming what the key says nothing of.

        >>> import iomodel as im
        >>> mx = im.load("mexico-2018")
        >>> cars = mx.accounts.take([mx.accounts.position("3361")])
        >>> im.leakage.keys(mx)["paper"].foreign(cars, "cars").tolist()
        [1.0]
        """
        known = pd.Index(sectors.codes).isin(self.shares.index)
        lacking = [
            {"code": sectors.codes[i], "called": sectors.names[i][:60]}
            for i in np.flatnonzero(~known)
        ]
        if lacking:
            raise MissingAccountError(
                f"Ownership key '{self.name}' says nothing of {len(lacking)} of the "
                f"{len(sectors)} sectors of '{title}'.",
                ["'{code}' ({called})".format(**row) for row in lacking],
                "A key is never guessed. Aggregate the table to the sectors of the key, or give "
                "your own: OwnershipKey.from_shares(name, shares).",
            ).keyed(
                "key_lacks", lacking, name=self.name, over=len(lacking), n=len(sectors), title=title
            )
        return self.shares[self.level].reindex(list(sectors.codes)).to_numpy(dtype=np.float64)

    def _said(self) -> tuple[str, dict[str, str]]:
        shares = self.shares[self.level]
        basis = self.shares.get("basis", pd.Series(dtype=str)).value_counts()
        return f"OwnershipKey '{self.name}' at {self.level}: {len(shares)} sectors", {
            "sectors": several([str(code) for code in shares.index]),
            "foreign-owned": f"{shares.min():.3g} to {shares.max():.3g} of corporate surplus, most "
            f"in {shares.idxmax()}",
            "basis": ", ".join(f"{name} {count}" for name, count in basis.items()),
            "wear of capital": f"{self.depreciation:.3g} of gross surplus",
            "tax": f"{self.tax:.3g} of what is left",
            "notes": " ".join(self.notes),
        }

    __repr__, _repr_html_ = as_text, as_html
