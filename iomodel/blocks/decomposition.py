"""Multipliers as products and as sums of effects by blocks: Pyatt and Round, and Stone."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from iomodel import models
from iomodel.accounts import Accounts, Array, show
from iomodel.arguments import typed
from iomodel.blocks.partition import Circle, circle, partition
from iomodel.display import as_html, as_text, parts
from iomodel.errors import TableError
from iomodel.inverse import Inverse
from iomodel.linalg import Resolvent
from iomodel.models import Model

PYATT_ROUND = (
    "Pyatt, G. and Round, J. I. (1979), Accounting and fixed price multipliers in a social "
    "accounting matrix framework, Economic Journal 89(356), 850-873"
)
STONE = (
    "Stone, R. (1985), The disaggregation of the household sector in the national accounts, in "
    "Pyatt and Round (eds), Social Accounting Matrices: A Basis for Planning, World Bank"
)
ROUND = (
    "Round, J. I. (1985), Decomposing multipliers for economic systems involving regional and "
    "world trade, Economic Journal 95(378), 383-399"
)
REMEDY = (
    "Take `within` and `rest`; or join the blocks named, or make an account exogenous, and ask "
    "again."
)


@dataclass(frozen=True, eq=False, repr=False)
class Decomposition:
    """Multipliers cut by blocks: M_a = M3 M2 M1 = I + within + open + closed.

    `within` stays inside the block where money arrives, `open` is what it does in the others
    before it is back, `closed` what comes back and goes round.  `cyclic` says whether `open` and
    `closed` can be told apart and `why` says why (not); `rest`, their sum, always is there.  Each
    is an n x n frame, column j the account injected into, and is made when it is asked for.
    """

    accounts: Accounts
    members: Mapping[str, npt.NDArray[np.intp]]
    circle: Circle
    total: Inverse
    own: Array
    step: Array

    def __post_init__(self) -> None:
        for array in (self.own, self.step, *self.members.values()):
            array.setflags(write=False)

    @property
    def cyclic(self) -> bool:
        """Whether money comes back to a block only after it has passed all the others."""
        return self.circle.cyclic

    @property
    def why(self) -> str:
        """Why the blocks are cyclic, or the payments that make them not."""
        return self.circle.why

    @property
    def order(self) -> tuple[str, ...]:
        """The blocks as money passes them, payer before receiver; empty without a full circle."""
        return self.circle.order

    @property
    def blocks(self) -> pd.Series:
        """The block of each account."""
        names = np.empty(len(self.accounts), dtype=object)
        for name, at in self.members.items():
            names[at] = name
        return pd.Series(names, index=self.accounts.index, name="block")

    # -- the factors: true of any blocks ------------------------------------------------------

    @property
    def M1(self) -> pd.DataFrame:
        """(I - A~)^-1: multipliers inside each block, as if the others did not answer."""
        return self._frame(self.own)

    @property
    def M2(self) -> pd.DataFrame:
        """I + A* + ... + A*^(k-1): once round the blocks. Read it as open only if `cyclic`."""
        return self._frame(self._powers[0])

    @property
    def M3(self) -> pd.DataFrame:
        """(I - A*^k)^-1: round and round. Read it as closed only if `cyclic`."""
        return self._frame(np.eye(len(self.accounts)) + self._round_and_round)

    # -- the effects --------------------------------------------------------------------------

    @property
    def within(self) -> pd.DataFrame:
        """M1 - I: transfer effects of account groups, intraregional effects of regions."""
        return self._frame(self.own - np.eye(len(self.accounts)))

    @property
    def open(self) -> pd.DataFrame:
        """(M2 - I) M1: open (cross) effects, spillover of regions. TableError if not cyclic."""
        self._require_cyclic("open")
        return self._frame(self._first_pass - self.own)

    @property
    def closed(self) -> pd.DataFrame:
        """(M3 - I) M2 M1: closed (circular) effects, feedback of regions. TableError likewise."""
        self._require_cyclic("closed")
        return self._frame(self._round_and_round @ self._first_pass)

    @property
    def rest(self) -> pd.DataFrame:
        """M_a - M1: everything that crosses from one block to another, for any blocks."""
        return self._frame(self.total.to_array() - self.own)

    def of(self, account: Hashable) -> pd.DataFrame:
        """One injection: its effects on every account, and their sum.

        Columns initial, within, open, closed, total; initial, within, rest, total where the
        blocks are not cyclic.  n x 5, a few products of a matrix and a vector.
        """
        j = self.accounts.position(account)
        initial = np.zeros(len(self.accounts))
        initial[j] = 1.0
        own, total = self.own[:, j], self.total.solve(initial)
        parts = {"initial": initial, "within": own - initial}
        if self.cyclic:
            passed, power = own.copy(), own
            for _ in range(len(self.members) - 1):
                power = self.step @ power
                passed = passed + power
            parts |= {"open": passed - own, "closed": total - passed}
        else:
            parts["rest"] = total - own
        parts["total"] = total
        frame = pd.DataFrame(parts, index=self.accounts.index)
        frame.attrs.update(
            name=f"effects of one unit for '{show(self.accounts.keys[j])}'",
            formula="M_a - I = (M1 - I) + (M2 - I) M1 + (M3 - I) M2 M1",
            reference=f"{PYATT_ROUND}; {STONE}",
            why=self.why,
        )
        return frame

    def by_block(self, account: Hashable) -> pd.DataFrame:
        """One injection: its effects added up over the accounts of each block."""
        effects = self.of(account)
        sums = {name: effects.iloc[at].sum() for name, at in self.members.items()}
        frame = pd.DataFrame.from_dict(sums, orient="index", columns=list(effects.columns))
        frame.attrs.update(effects.attrs)
        return frame.rename_axis("block")

    def _said(self) -> tuple[str, dict[str, str]]:
        sizes = ", ".join(f"{name} ({len(at)})" for name, at in self.members.items())
        blocks = {"blocks": sizes, "circle": self.circle.fact}
        return f"Decomposition of {len(self.accounts)} accounts", parts(self) | blocks

    __repr__, _repr_html_ = as_text, as_html

    def __getstate__(self) -> dict[str, object]:
        made = ("_powers", "_round_and_round", "_first_pass")
        return {key: value for key, value in self.__dict__.items() if key not in made}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        self.__post_init__()

    # -- inside -------------------------------------------------------------------------------

    def _frame(self, values: Array) -> pd.DataFrame:
        return self.accounts.frame(values, self.accounts.index)

    def _require_cyclic(self, effect: str) -> None:
        if not self.cyclic:
            raise TableError(
                f"There are no {effect} effects by these blocks. {self.circle.fact}",
                self.circle.findings,
                REMEDY,
            )

    @cached_property
    def _powers(self) -> tuple[Array, Array]:
        """M2 and A*^k."""
        power: Array = self.step
        total = np.eye(len(self.accounts)) + power
        for _ in range(len(self.members) - 2):
            power = power @ self.step
            total += power
        total.setflags(write=False)
        return total, power @ self.step

    @cached_property
    def _round_and_round(self) -> Array:
        """M3 - I = (I - A*^k)^-1 A*^k: as it stands, so that small effects keep their digits."""
        power = self._powers[1]
        labels = tuple(show(key) for key in self.accounts.keys)
        found = Resolvent(power, labels).solve(power)
        found.setflags(write=False)
        return found

    @cached_property
    def _first_pass(self) -> Array:
        """M2 M1."""
        found: Array = self._powers[0] @ self.own
        found.setflags(write=False)
        return found


@typed
def decompose(
    model: Model, *, blocks: Mapping[str, Iterable[Hashable]] | None = None
) -> Decomposition:
    """How much of a multiplier stays where money arrives, what goes elsewhere, and what returns.

    `blocks` (name: accounts, kinds or regions) puts every account into one of k blocks.  Default:
    regions where there are several; else kinds, activities and commodities as "production".  With
    A~ the diagonal blocks of A, M1 = (I - A~)^-1, A* = M1 (A - A~):

        M_a = (I - A)^-1 = M3 M2 M1,    M2 = I + A* + ... + A*^(k-1),    M3 = (I - A*^k)^-1
        M_a = I + (M1 - I) + (M2 - I) M1 + (M3 - I) M2 M1

    The identities hold for any blocks; that the parts are transfer, open and closed effects
    (intraregional, spillover and feedback, for regions) only where money that leaves a block is
    not back before it has passed all k, as with activities, factors and institutions, or with two
    regions.  Where it is sooner (taxes inside, three regions that trade) the result is `within`
    and `rest`, `.why` names the payments, and `.open` and `.closed` raise.

    n x n, 16 n^2 bytes, 8 n^2 more for each frame asked for.  Cost: 2 n_b n^2 flops for each
    block; 2 (k + 1) n^3 more for M2, M3 and the effects, when they are asked for.
    Errors: LabelError for accounts in no block or in several, empty blocks and a single one;
    MissingAccountError for total transactions.
    Reference: Pyatt and Round (1979); Stone (1985) for the sums; Round (1985) for regions.

    >>> from iomodel.table import IOTable
    >>> codes = ["north", "south"]
    >>> A = pd.DataFrame([[0.5, 0.1], [0.2, 0.5]], codes, codes)
    >>> table = IOTable.from_coefficients(A, pd.Series({"north": 100.0, "south": 100.0}))
    >>> found = decompose(table, blocks={"N": ["north"], "S": ["south"]})
    >>> found.by_block("north").rename_axis(None).round(3)
           initial  within  open  closed  total
    N          1.0     1.0   0.0   0.174  2.174
    S          0.0     0.0   0.8   0.070  0.870
    """
    models.require(model, "A decomposition by blocks")
    members = partition(model, blocks)
    A = models.coefficients(model)
    n = len(model.accounts)
    own, step = np.zeros((n, n)), np.zeros((n, n))
    for at in members.values():
        labels = tuple(show(model.accounts.keys[i]) for i in at)
        inside = Resolvent(A[np.ix_(at, at)], labels)
        own[np.ix_(at, at)] = inside.inverse()
        others = A[at]
        others[:, at] = 0.0
        step[at] = inside.solve(others)
    return Decomposition(model.accounts, members, circle(model, members), model.L, own, step)
