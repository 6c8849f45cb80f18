"""The symmetric input-output table as an immutable value: `IOTable`, its blocks and its `Meta`."""

from __future__ import annotations

import os
from collections.abc import Hashable, Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from iomodel import identities, soundness
from iomodel.accounts import Accounts, Array, numbers, show
from iomodel.arguments import typed
from iomodel.display import as_html, as_text, gap, money, several
from iomodel.errors import MissingAccountError
from iomodel.inverse import Inverse
from iomodel.linalg import SMALL, Resolvent, operator
from iomodel.meta import DEMAND, PRIMARY, VALUE_ADDED, Blocks, Meta, kinds_of, said
from iomodel.storage import write_folder


def _no_satellites() -> Accounts:
    return Accounts((), (), (), axis="satellite")


@dataclass(frozen=True, eq=False, repr=False)
class IOTable:
    """A symmetric input-output table with everything that was bought, sold, paid and taxed.

    Letters (Miller and Blair's where they have one): `Z` intermediate deliveries (n x n, row
    sells to column), `Y` final demand (n x k), `V` primary inputs (m x n, everything below Z:
    imports, product taxes, compensation, production taxes, surplus), `W` the same rows bought
    directly by final demand (m x k), `x` gross output.  `x = Z i + Y i` by row and
    `x = Z'i + V'i` by column.  Satellites (jobs) have units of their own and never stand in V.

    Nothing can be assigned: what is handed out is a fresh frame over read-only numbers.  Make one
    with `from_frames`, `from_coefficients`, `iomodel.load` or a reader.

    >>> table = IOTable.from_frames(
    ...     Z=pd.DataFrame([[150.0, 500], [200, 100]], index=["a", "b"], columns=["a", "b"]),
    ...     Y=pd.Series({"a": 350.0, "b": 1700}),
    ...     V=pd.Series({"a": 650.0, "b": 1400}),
    ... )
    >>> (table.L @ {"a": 600, "b": 1500}).round(2).to_dict()
    {'a': 1247.52, 'b': 1841.58}
    >>> table.gdp().tolist(), table.check()["holds"].all(), table.active.all(), table.G.shape
    ([2050.0, 2050.0], np.True_, np.True_, (2, 2))
    >>> table.demand({"a": 1}).tolist(), table.per_unit(table.primary("value_added")).tolist()
    ([1.0, 0.0], [0.65, 0.7])

    Reference: Miller and Blair (2009), Input-Output Analysis, chapter 2 (the example is theirs).
    """

    accounts: Accounts
    categories: Accounts
    inputs: Accounts
    arrays: Blocks
    meta: Meta = field(default_factory=Meta)
    satellite_accounts: Accounts = field(default_factory=_no_satellites)

    def __post_init__(self) -> None:
        soundness.require_numbers(
            self.accounts, self.categories, self.inputs, self.satellite_accounts, self.arrays
        )
        soundness.require_kinds(self.inputs, PRIMARY[0], "primary input")
        soundness.require_kinds(self.categories, DEMAND[0], "demand category")

    # -- ways in ------------------------------------------------------------------------------

    @classmethod
    @typed
    def from_frames(
        cls,
        Z: pd.DataFrame,
        Y: pd.DataFrame | pd.Series,
        V: pd.DataFrame | pd.Series,
        W: pd.DataFrame | None = None,
        *,
        kinds: Mapping[str, str] | None = None,
        demand_kinds: Mapping[str, str] | None = None,
        names: Mapping[str, str] | None = None,
        x: pd.Series | None = None,
        satellites: pd.DataFrame | None = None,
        satellite_units: Mapping[str, str] | None = None,
        unit: str = "",
        year: int | None = None,
        meta: Meta | None = None,
    ) -> IOTable:
        """A checked table from pandas objects whose labels may stand in any order.

        Z (n x n) gives the order; Y (n x k) has sectors as rows; V (m x n) has sectors as
        columns; W (m x k) has the rows of V and the columns of Y.  A Series is one category or
        one primary input.  `kinds` says what each row of V is (`PRIMARY_KINDS`; another is what
        its name says, "imports", else "value_added"), `demand_kinds` what each column of Y is
        (`DEMAND_KINDS`; else "final_demand").  Output is the row sum unless `x` is given.  Raises
        LabelError, BalanceError, UnitError, TableError.
        """
        accounts = Accounts.of(
            Z.index, names=[(names or {}).get(str(c).strip(), c) for c in Z.index.tolist()]
        )
        z = accounts.block(Z, accounts, "Z")
        y_frame = Y.to_frame(_named(Y, "final demand")) if isinstance(Y, pd.Series) else Y
        v_frame = V.to_frame(_named(V, "value added")).T if isinstance(V, pd.Series) else V
        categories = Accounts.of(
            y_frame.columns,
            kinds=kinds_of(y_frame.columns, demand_kinds, *DEMAND),
            axis="category",
        )
        inputs = Accounts.of(
            v_frame.index,
            kinds=kinds_of(v_frame.index, kinds, *PRIMARY),
            axis="input",
        )
        y = accounts.block(y_frame, categories, "Y")
        v = inputs.block(v_frame, accounts, "V")
        w = np.zeros((len(inputs), len(categories)))
        w = w if W is None else inputs.block(W, categories, "W")
        output = z.sum(1) + y.sum(1) if x is None else accounts.array(x, "x")
        if satellites is None:
            extra, s = _no_satellites(), np.zeros((0, len(accounts)))
        else:
            extra = Accounts.of(
                satellites.index,
                kinds=[(satellite_units or {}).get(str(code), "") for code in satellites.index],
                axis="satellite",
            )
            s = extra.block(satellites, accounts, "satellites")
        meta = meta or Meta()
        meta = meta.but(unit=unit or meta.unit, year=meta.year if year is None else year)
        blocks = Blocks.of_own(z, y, v, w, output, s)
        return cls(accounts, categories, inputs, blocks, meta, extra).require_balanced()

    @classmethod
    @typed
    def from_coefficients(
        cls, A: pd.DataFrame, x: pd.Series, *, unit: str = "", year: int | None = None
    ) -> IOTable:
        """A table from input coefficients and outputs: Z = A x, the rest final demand and primary.

        What is neither bought from sectors nor sold to them is one category and one row of value
        added.  Refuses an inverse given for A, and columns that all sum to one.
        """
        accounts = Accounts.of(A.index)
        a = accounts.block(A, accounts, "A")
        output = accounts.array(x, "x")
        soundness.require_coefficients(a)
        z = a * output
        return cls.from_frames(
            accounts.frame(z, accounts.index),
            accounts.series(output - z.sum(1), "final demand"),
            accounts.series(output - z.sum(0), "value added"),
            unit=unit,
            year=year,
        )

    # -- the letters --------------------------------------------------------------------------

    @property
    def Z(self) -> pd.DataFrame:
        """Intermediate deliveries, n x n, row sells to column."""
        return self.accounts.frame(self.arrays.Z, self.accounts.index)

    @property
    def Y(self) -> pd.DataFrame:
        """Final demand by category, n x k, basic prices."""
        return self.accounts.frame(self.arrays.Y, self.categories.index)

    @property
    def V(self) -> pd.DataFrame:
        """Primary inputs, m x n: everything below Z."""
        return self.inputs.frame(self.arrays.V, self.accounts.index)

    @property
    def W(self) -> pd.DataFrame:
        """Primary inputs bought directly by final demand, m x k: the rows of V."""
        return self.inputs.frame(self.arrays.W, self.categories.index)

    @property
    def x(self) -> pd.Series:
        """Gross output."""
        return self.accounts.series(self.arrays.x, "x")

    @property
    def f(self) -> pd.Series:
        """Final demand, all categories."""
        return self.accounts.series(self.arrays.Y.sum(1), "f")

    @property
    def v(self) -> pd.Series:
        """Value added."""
        return self.accounts.series(self.arrays.V[self.inputs.of_kind(*VALUE_ADDED)].sum(0), "v")

    @property
    def satellites(self) -> pd.DataFrame:
        """Rows with units of their own (jobs), never part of V."""
        return self.satellite_accounts.frame(self.arrays.S, self.accounts.index)

    @cached_property
    def active(self) -> npt.NDArray[np.bool_]:
        """Which sectors have any output; the others are left out of means."""
        active = self.arrays.x > 0
        active.setflags(write=False)
        return active

    @cached_property
    def _divisor(self) -> Array:
        return np.where(self.active, self.arrays.x, 1.0)

    @cached_property
    def _coefficients(self) -> Array:
        coefficients = self.arrays.Z / self._divisor
        coefficients.setflags(write=False)
        return coefficients

    @property
    def A(self) -> pd.DataFrame:
        """Input coefficients Z x^-1 (columns of a sector without output are zero)."""
        return self.accounts.frame(self._coefficients, self.accounts.index)

    @property
    def B(self) -> pd.DataFrame:
        """Allocation coefficients x^-1 Z."""
        return self.accounts.frame(self.arrays.Z / self._divisor[:, None], self.accounts.index)

    @property
    def coefficients(self) -> pd.DataFrame:
        """Primary inputs per unit of output, V x^-1, m x n."""
        return self.inputs.frame(self.arrays.V / self._divisor, self.accounts.index)

    @cached_property
    def L(self) -> Inverse:
        """The Leontief inverse (I - A)^-1, factorised once and not formed."""
        labels = self.accounts.keys
        if len(labels) < SMALL:
            return Inverse(self.accounts, Resolvent(self._coefficients, labels))
        A = operator(self.arrays.flows, self._divisor, nonnegative=True)  # tables are checked
        return Inverse(self.accounts, Resolvent(A, labels, regions=self.accounts.numbered))

    @cached_property
    def G(self) -> Inverse:
        """The Ghosh inverse (I - B)^-1 = x^-1 L x, from the factors of L."""
        return Inverse(self.accounts, self.L.resolvent, scale=self._divisor)

    # -- questions that need nothing above the table ------------------------------------------

    @property
    def sectors(self) -> pd.DataFrame:
        """Code, name, kind and whether the sector has output."""
        return self.accounts.table().assign(active=self.active)

    @typed
    def demand(self, amounts: Mapping[Hashable, float] | pd.Series) -> pd.Series:
        """A final demand with these amounts and zero elsewhere; sectors by code or full label."""
        vector = np.zeros(len(self.accounts))
        for label, amount in amounts.items():
            vector[self.accounts.position(label)] += float(numbers(amount, f"demand for {label}"))
        return self.accounts.series(self.accounts.array(vector, "demand"), "demand")

    def primary(self, *kinds: str) -> Array:
        """The rows of V of these kinds added up, one number per sector."""
        rows = self.inputs.of_kind(*kinds)
        if not rows:
            raise soundness.no_primary(self.inputs, kinds, self.meta)
        total: Array = self.arrays.V[rows].sum(0)
        return total

    def per_unit(self, flows: Array) -> Array:
        """A row of flows per unit of output (zero where there is no output)."""
        return np.where(self.active, flows / self._divisor, 0.0)

    def require_domestic(self, question: str) -> None:
        """Raise unless Z holds domestic goods only."""
        soundness.require_domestic(question, self.meta)

    def gdp(self) -> pd.Series:
        """GDP by production and by expenditure, in the unit of the table (of an open table)."""
        if self.inputs.of_kind("saving"):
            fact = f"'{self.meta.title}' is closed: part of its value added is inside Z."
            raise MissingAccountError(fact, remedy="Ask the open table for its GDP.")
        both = identities.gdp(self.arrays.Y, self.arrays.V, self.arrays.W, **self._roles())
        return pd.Series(both, ["production", "expenditure"], name="gdp")

    def _roles(self) -> dict[str, list[int]]:
        return {
            "value_added": self.inputs.of_kind(*VALUE_ADDED, "saving"),
            "imports": self.inputs.of_kind("imports"),
            "product_taxes": self.inputs.of_kind("product_taxes"),
        }

    def _identities(self) -> list[identities.Identity]:
        a = self.arrays
        return identities.of_table(
            a.flows,
            a.Y,
            a.V,
            a.W,
            a.x,
            **self._roles(),
            moved=self.inputs.of_kind("moved"),
            precision=self.meta.precision,
        )

    def check(self) -> pd.DataFrame:
        """Every accounting identity: largest gap, where, the gap allowed, and whether it holds."""
        moved = [self.inputs.codes[i] for i in self.inputs.of_kind("moved")]
        rows = []
        labels = {"sector": self.accounts.keys, "input": moved}
        for one in self._identities():
            at = labels.get(one.of, ("all",))[one.worst]
            rows.append((one.name, one.residual, show(at), one.tolerance, one.holds))
        columns = ["identity", "residual", "worst", "tolerance", "holds"]
        return pd.DataFrame(rows, columns=columns).set_index("identity")

    def require_balanced(self) -> IOTable:
        """This table if every identity holds; else BalanceError or UnitError, naming sectors."""
        soundness.require_balance(self._identities(), self.accounts, self.arrays, self.meta)
        soundness.warn_of_signs(
            self.v.to_numpy(), self.accounts, self.categories, self.arrays, self.meta
        )
        return self

    @typed
    def to_folder(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Write the table as a folder of csv and toml that `iomodel.read_folder` reads back."""
        a, flat = self.arrays, self.accounts.flat()
        sectors = flat.table().assign(output=a.x)
        if self.accounts.regions:
            sectors.insert(0, "region", self.accounts.regions)
            sectors.insert(1, "code", self.accounts.codes)
        frames = {
            "sectors": sectors,
            "Z": flat.frame(a.Z, flat.index),
            "Y": flat.frame(a.Y, self.categories.index),
            "V": self.inputs.frame(a.V, flat.index),
            "W": self.W,
        }
        if len(self.satellite_accounts):
            frames["satellites"] = self.satellite_accounts.frame(a.S, flat.index)
        description = {key: value for key, value in asdict(self.meta).items() if value is not None}
        lists = {
            "demand": (self.categories, "kind"),
            "inputs": (self.inputs, "kind"),
            "satellites": (self.satellite_accounts, "unit"),
        }
        for name, (accounts, kind) in lists.items():
            rows = zip(accounts.codes, accounts.names, accounts.kinds, strict=True)
            description[name] = [{"code": c, "name": n, kind: k} for c, n, k in rows]
        return write_folder(path, frames, description, overwrite=overwrite)

    # -- Python -------------------------------------------------------------------------------

    def _said(self) -> tuple[str, dict[str, str]]:
        worst = self.check().sort_values(["holds", "residual"], ascending=[False, True]).iloc[-1]
        return f"IOTable '{self.meta.title}': {len(self.accounts)} sectors", {
            **said(self.meta),
            "flows": self.meta.origin,
            "sectors": several([show(key) for key in self.accounts.keys]),
            "final demand": several(self.categories.codes),
            "primary inputs": several(self.inputs.codes),
            "satellites": several(self.satellite_accounts.codes),
            "output": f"{money(self.arrays.x.sum())} in all",
            "largest gap": gap(worst.residual, self.meta.unit, worst.name, worst.tolerance),
        }

    __repr__, _repr_html_ = as_text, as_html

    def __getstate__(self) -> dict[str, object]:
        return {one.name: self.__dict__[one.name] for one in fields(self)}


def _named(series: pd.Series, default: str) -> Hashable:
    return default if series.name is None else series.name


@typed
def named(table: IOTable, result: pd.Series | pd.DataFrame) -> pd.DataFrame:
    """A result with the name of each sector in front, in the order of the result.

    >>> A, x = pd.DataFrame([[0.5]], ["a"], ["a"]), pd.Series({"a": 2.0})
    >>> table = IOTable.from_coefficients(A, x)
    >>> named(table, table.x)["name"].item()
    'a'
    """
    frame = result.to_frame() if isinstance(result, pd.Series) else result.copy()
    at = table.accounts.positions(frame.index)
    frame.insert(0, "name", [table.accounts.names[i] for i in at])
    return frame
