"""The circle of a closure: a small balanced SAM in which households respend what it says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from iomodel.accounts import Accounts, Array
from iomodel.closures.named import (
    ALL,
    HOUSEHOLDS,
    LEFT_IN,
    NONE,
    RECEIPTS,
    RECIRCULATING,
    RESIDENTS,
    SCHEDULE,
    Closure,
)
from iomodel.errors import MissingAccountError, TableError
from iomodel.sam import SAM, SAMModel
from iomodel.sam.kinds import ACTIVITY, FACTOR, INSTITUTION, REST_OF_WORLD, TAX, TRADE

LABOUR, OUTSIDE = "labour", "outside"
SPENT, KEPT = "surplus-spent", "surplus-kept"
OWN = ("mixed-income", "capital-household")
ROUNDING = 1e-12


def respent(sam: SAM, closure: Closure) -> pd.Series:
    """Which share of its operating surplus households receive, by activity.

    Errors: LabelError for a sector of the schedule that is no activity; MissingAccountError
    without the accounts 'mixed-income' and 'capital-household' where these are asked for.
    """
    activities, _, surplus = _makers(sam)
    n = len(activities)
    if closure.surplus in (NONE, ALL):
        shares = np.full(n, float(closure.surplus == ALL))
    elif closure.surplus == SCHEDULE:
        shares = np.zeros(n)
        for code, share in closure.schedule:
            shares[activities.position(code)] = share
    else:
        lacking = [f"'{code}'" for code in OWN if code not in sam.accounts.codes]
        if lacking:
            raise MissingAccountError(
                f"'{sam.meta.title}' does not keep households' own surplus apart.",
                lacking,
                "Build it with construct.sam.",
            )
        made = sam.accounts.of_kind(ACTIVITY)
        own = sam.array[np.ix_(sam.accounts.positions(OWN), made)].sum(axis=0)
        whole = sam.array[np.ix_(surplus, made)].sum(axis=0)
        shares = np.divide(own, whole, out=np.zeros(n), where=whole != 0)
    return activities.series(shares, "respent")


def circle(sam: SAM, closure: Closure) -> SAM:
    """The SAM of a closure: sectors, labour, surplus spent and kept, households, all else outside.

    With s_j the share of surplus respent, households receive Y = labour + sum_j s_j B2b_j and buy
    in the proportions of their column.  C is what they buy less purchases of non-residents; a unit
    of Y buys C / (D.1 + B2b), or C / Y but at most one, or the stated share of domestic products
    with the imports and taxes that go with them; the rest is saved.  What they buy out of other
    income is outside demand.  Imports left in: those of an industry or of households are spread
    over products like its domestic inputs (a SAM does not hold them by product) and paid by the
    product's account, so that coefficients are per unit of output and imports.

    For "C over all that households receive" it is the SAM as it stands.

    Balanced by construction: totals are those of the base year, and A and the leakages of each
    column sum to one.  An account with no transactions is left out.  Cost: O(n^2).
    Errors: TableError where households would spend more than they receive; MissingAccountError
    without labour, households or their purchases.
    """
    if closure.consumption == RECEIPTS:
        return sam
    flows = _Flows.of(sam, closure)
    codes = [*flows.activities.codes, LABOUR, SPENT, KEPT, HOUSEHOLDS, OUTSIDE]
    kinds = [ACTIVITY] * len(flows.activities) + [FACTOR] * 3 + [INSTITUTION, REST_OF_WORLD]
    n = len(flows.activities)
    labour, spent, kept, home, out = range(n, n + 5)
    T = np.zeros((n + 5, n + 5))
    T[:n, :n] = flows.Z
    T[labour, :n], T[spent, :n], T[kept, :n] = flows.labour, flows.spent, flows.kept
    T[home, labour], T[home, spent] = flows.wages, flows.spent.sum()
    T[:n, home] = flows.bought
    totals = np.append(flows.x, [flows.labour_total, T[spent].sum(), T[kept].sum(), flows.income])
    T[:out, out] = totals - T[:out].sum(axis=1)
    T[out, :out] = totals - T[:, :out].sum(axis=0)
    used = [i for i in range(n + 5) if i < n or T[i].any() or T[:, i].any()]
    accounts = Accounts.of(codes, kinds=kinds, axis="account").take(used)
    meta = sam.meta.but(f"closure '{closure.name}': {closure.words}")
    return SAM(accounts, T[np.ix_(used, used)], meta).require_balanced()


def model(sam: SAM, closure: Closure) -> SAMModel:
    """The SAM of a closure (`circle`), cut as it says.

    NotProductiveError (on `.L`) where nothing leaves the circle.

    >>> from iomodel.catalog import load_sam
    >>> from iomodel.closures.named import CLOSURES
    >>> wages = model(load_sam("mexico-2012-21"), CLOSURES[2])
    >>> wages.accounts.codes[-3:]
    ('labour', 'surplus-kept', 'households')
    """
    return circle(sam, closure).cut(endogenous=closure.endogenous)


def _makers(sam: SAM) -> tuple[Accounts, int, list[int]]:
    """Activities, the position of labour, those of all surplus accounts."""
    made, factors = sam.accounts.of_kind(ACTIVITY), sam.accounts.of_kind(FACTOR)
    lacking = [f"'{code}'" for code in (LABOUR, HOUSEHOLDS) if code not in sam.accounts.codes]
    if not made or lacking or len(factors) < 2:
        raise MissingAccountError(
            f"'{sam.meta.title}' has {len(made)} activities and {len(factors)} factors.",
            [f"{code} is missing" for code in lacking],
            "A closure needs activities, 'labour', at least one account of surplus and "
            "'households'.",
        )
    labour = sam.accounts.position(LABOUR)
    return sam.accounts.take(made), labour, [i for i in factors if i != labour]


@dataclass(frozen=True, eq=False)
class _Flows:
    """What the circle of a closure is made of, in the unit of the SAM."""

    activities: Accounts
    Z: Array
    x: Array
    labour: Array
    spent: Array
    kept: Array
    bought: Array
    wages: float
    labour_total: float
    income: float

    @classmethod
    def of(cls, sam: SAM, closure: Closure) -> _Flows:
        T, accounts = sam.array, sam.accounts
        activities, labour, surplus = _makers(sam)
        made, home = accounts.of_kind(ACTIVITY), accounts.position(HOUSEHOLDS)
        earned = T[np.ix_(surplus, made)].sum(axis=0)
        shares = respent(sam, closure).to_numpy()
        trade = accounts.of_kind(TRADE, REST_OF_WORLD)
        Z, x, products = T[np.ix_(made, made)], T[made].sum(axis=1), T[made, home]
        purchases = float(T[[*made, *trade, *accounts.of_kind(TAX)], home].sum())
        if products.sum() <= 0:
            raise MissingAccountError(
                f"'{HOUSEHOLDS}' of '{sam.meta.title}' buy nothing from an activity.",
                remedy="A closure needs their purchases.",
            )
        if closure.imports == LEFT_IN:
            more = _by_product(Z, T[np.ix_(trade, made)].sum(axis=0))
            goods = _by_product(products[:, None], T[trade, home].sum(keepdims=True))[:, 0]
            x = x + more.sum(axis=1) + goods
            Z, products = Z + more, products + goods
        wages = float(T[home, labour])
        income = wages + float((shares * earned).sum())
        residents = purchases - float(T[home, accounts.of_kind(TRADE)].sum())
        if closure.consumption == RESIDENTS:
            spent = residents / float(T[[labour, *surplus]].sum())
        elif closure.consumption == RECIRCULATING:
            spent = min(1.0, residents / income)
        else:
            spent = closure.propensity * purchases / float(products.sum())
        if spent > 1 + ROUNDING:
            raise TableError(
                f"'{sam.meta.title}', closure '{closure.name}': households would spend "
                f"{spent:.4g} for each unit of income.",
                remedy="Divide by all the income that consumption was paid out of.",
            )
        return cls(
            activities,
            Z,
            x,
            T[labour, made],
            shares * earned,
            (1 - shares) * earned,
            products * (spent * income / purchases),
            wages,
            float(T[labour].sum()),
            income,
        )


def _by_product(bought: Array, imports: Array) -> Array:
    """Imports of each buyer (column) over products, in the proportions of what it buys here."""
    sums = bought.sum(axis=0)
    per_unit: Array = np.divide(imports, sums, out=np.zeros_like(sums), where=sums != 0)
    return bought * per_unit
