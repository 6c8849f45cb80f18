"""A SAM cut into endogenous and exogenous accounts: `SAMModel`, its multipliers and leakages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from iomodel.accounts import Accounts, Array, show
from iomodel.display import as_html, as_text, money, several
from iomodel.errors import LabelError, TableError
from iomodel.inverse import Inverse
from iomodel.linalg import Resolvent, Updated


@dataclass(frozen=True, eq=False, repr=False)
class SAMModel:
    """A SAM cut into endogenous accounts (inside the circle) and exogenous ones (outside).

    `A` is what each endogenous account spends on the others per unit of its total, `L` the
    accounting multipliers M_a = (I - A)^-1 as a labelled inverse, `x` the totals, `exogenous` the
    injections (endogenous x exogenous accounts), `leakages` what leaves (exogenous x endogenous),
    `leakage_coefficients` the same per unit of total: with A, its columns sum to one.
    """

    title: str
    accounts: Accounts
    outside: Accounts
    propensities: Array
    leaks: Array
    injections: Array
    totals: Array
    solver: Resolvent | Updated | None = None

    def __post_init__(self) -> None:
        for name in ("propensities", "leaks", "injections", "totals"):
            getattr(self, name).setflags(write=False)

    @classmethod
    def of(
        cls, T: Array, accounts: Accounts, inside: npt.NDArray[np.bool_], title: str
    ) -> SAMModel:
        """The model of a matrix of transactions in which the accounts of a mask are endogenous."""
        at, out = np.flatnonzero(inside), np.flatnonzero(~inside)
        totals = T.sum(axis=1)[at]
        # a total below this is what the rounding of its cells leaves of nothing
        idle = np.abs(totals) <= 1e-12 * np.abs(T[:, at]).sum(axis=0)
        undefined = [
            f"'{show(accounts.keys[i])}': total {total:.6g}, pays {np.abs(T[:, i]).sum():.6g}"
            for i, total, none in zip(at, totals, idle, strict=True)
            if none and T[:, i].any()
        ]
        if undefined:
            raise TableError(
                f"{len(undefined)} endogenous accounts of '{title}' pay and receive, but in all "
                "nothing: shares of nothing are not defined.",
                undefined,
                "Make them exogenous.",
            )
        divisor = np.where(idle, 1.0, totals)
        return cls(
            title,
            accounts.take([int(i) for i in at]),
            accounts.take([int(i) for i in out]),
            T[np.ix_(at, at)] / divisor,
            T[np.ix_(out, at)] / divisor,
            T[np.ix_(at, out)],
            totals,
        )

    @property
    def x(self) -> pd.Series:
        """Total of each endogenous account."""
        return self.accounts.series(self.totals, "x")

    @property
    def active(self) -> npt.NDArray[np.bool_]:
        """Which endogenous accounts have any total; the others are left out of means."""
        active: npt.NDArray[np.bool_] = self.totals != 0
        return active

    @property
    def A(self) -> pd.DataFrame:
        """Average propensities: what each account pays the others, per unit of its total."""
        return self.accounts.frame(self.propensities, self.accounts.index)

    @cached_property
    def L(self) -> Inverse:
        """The accounting multipliers M_a = (I - A)^-1, factorised once and not formed."""
        return Inverse(self.accounts, self.solver or Resolvent(self.propensities, self._labels))

    @property
    def _labels(self) -> tuple[str, ...]:
        return tuple(show(key) for key in self.accounts.keys)

    @property
    def exogenous(self) -> pd.DataFrame:
        """Injections: what each endogenous account receives from each exogenous one."""
        return self.accounts.frame(self.injections, self.outside.index)

    @property
    def leakages(self) -> pd.DataFrame:
        """What each exogenous account receives from each endogenous one."""
        return self.outside.frame(self.leaks * self.totals, self.accounts.index)

    @property
    def leakage_coefficients(self) -> pd.DataFrame:
        """A_x: the leakages per unit of each endogenous account's total."""
        return self.outside.frame(self.leaks, self.accounts.index)

    def with_columns(self, columns: pd.DataFrame) -> SAMModel:
        """The model in which some accounts spend otherwise, solved from the factors of this one.

        `columns` (all accounts, endogenous and exogenous, x the accounts that change) holds their
        shares of spending; each column sums to one.  Woodbury: with D the change of k columns,
        M' = M + M D (I - E'MD)^-1 E'M, so the cost is 2k solves and a k x k system, not a new
        inverse.  Totals and injections stay those of the base year.

        Raises LabelError for accounts that are not endogenous or stand twice, TableError for
        columns that do not sum to one, NotProductiveError where the circle would not end.
        """
        everyone = Accounts(
            self.accounts.codes + self.outside.codes,
            self.accounts.names + self.outside.names,
            self.accounts.kinds + self.outside.kinds,
            axis="account",
        )
        shares = everyone.array(columns, "columns")
        at = self.accounts.positions(columns.columns)
        twice = [f"'{self._labels[i]}'" for i, times in Counter(at).items() if times > 1]
        if twice:
            raise LabelError(
                f"{len(twice)} accounts have two columns of spending.", twice, "Give each one."
            )
        wrong = [
            f"'{show(code)}': {total:.10g}"
            for code, total in zip(columns.columns, shares.sum(axis=0), strict=True)
            if abs(total - 1) > 1e-9
        ]
        if wrong:
            raise TableError(
                f"{len(wrong)} columns of spending do not sum to one.",
                wrong,
                "What an account spends and what leaks from it is all that it has.",
            )
        n = len(self.accounts)
        propensities, leaks = self.propensities.copy(), self.leaks.copy()
        change = shares[:n] - propensities[:, at]
        propensities[:, at], leaks[:, at] = shares[:n], shares[n:]
        solver = Updated(self.L.resolvent, change, at, self._labels)
        return replace(self, propensities=propensities, leaks=leaks, solver=solver)

    def spending(self, account: Hashable) -> pd.Series:
        """One column: what an endogenous account spends on every account, shares of its total."""
        at = self.accounts.position(account)
        shares = np.concatenate([self.propensities[:, at], self.leaks[:, at]])
        index = pd.Index(self.accounts.codes + self.outside.codes, name="account")
        return pd.Series(shares, index=index, name=show(self.accounts.keys[at]))

    def of_kind(self, *kinds: str) -> list[int]:
        """Positions of the endogenous accounts of these kinds."""
        return self.accounts.of_kind(*kinds)

    def _said(self) -> tuple[str, dict[str, str]]:
        title, leaks = f"SAMModel of '{self.title}'", self.leaks @ self.totals
        largest = np.argsort(-leaks, kind="stable")[:3]
        return f"{title}: {len(self.accounts)} endogenous accounts", {
            "inside": several(self.accounts.codes),
            "outside": several(self.outside.codes, 6),
            "totals": f"{money(self.totals.sum())} inside",
            "injected": money(self.injections.sum()),
            "leaks": f"{money(leaks.sum())}, most to "
            + ", ".join(f"{self.outside.codes[i]} {money(leaks[i])}" for i in largest),
            "solver": "solved from the factors of another model" if self.solver else "",
        }

    __repr__, _repr_html_ = as_text, as_html

    def __getstate__(self) -> dict[str, object]:
        return {key: value for key, value in self.__dict__.items() if key != "L"}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        self.__post_init__()
