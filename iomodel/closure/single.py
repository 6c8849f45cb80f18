"""Households as one more account of the model: what they earn is spent again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from iomodel.accounts import Array, Labelled
from iomodel.arguments import typed
from iomodel.closure.assembly import (
    HOUSEHOLDS,
    ROUNDING,
    Endogenous,
    closed,
    out_of_consumption,
    refuse_negative,
    require_open,
    warn_of_shortage,
)
from iomodel.errors import LabelError, MissingAccountError, TableError
from iomodel.table import IOTable

INCOME_KINDS = ("compensation", "surplus", "value_added")


@dataclass(frozen=True)
class Purchases:
    """What becomes endogenous: purchases out of Y (n x k) and of W (m x k), and their rule."""

    domestic: Array
    direct: Array
    rule: str


@dataclass(frozen=True)
class Earnings:
    """The rows of V that one account of households earns: by sector, from final demand, in all."""

    rows: list[int]
    kinds: tuple[str, ...]
    earned: Array
    received: Array
    total: float


@typed
def households(
    table: IOTable,
    *,
    spending: Labelled | None = None,
    income: Sequence[str] = ("compensation",),
) -> IOTable:
    """The table with households made endogenous: income is earned, spent here, and earned again.

    One account more, code "households": its row is the primary income of the kinds in `income`
    (wages, D.1, by default; `("compensation", "surplus")` lets all surplus recirculate as well),
    its column what that income buys.  With w the income per unit of output (1 x n) and c the
    domestic purchases per unit of income (n x 1), the closed inverse holds

        L + kappa (L c)(w L),    kappa = 1 / (1 - w L c)

    over the n industries.  A type II multiplier is any multiplier of the table returned.

    **Spending.** By default a unit of income buys c_i = C_i / (D.1 + B.2b): domestic private
    consumption over all income of residents, wages and surplus, whichever of it recirculates
    (dividing by wages alone would have households spend several pesos for each peso earned).  So
    with wages only, the part (D.1 / (D.1 + B.2b)) of consumption becomes endogenous and the rest
    stays in Y.  Imports and product taxes on endogenous purchases move with them, from W to V;
    what is not spent is a primary input of kind "saving".  Where private consumption includes
    purchases of non-residents (a row of kind "moved", P.621) they are first taken out, the same
    share of every product bought here; an import row that no industry uses beside one that they
    do (P.721, bought by residents abroad) keeps out of that.  A table without W records no
    imports or taxes of consumers: they are then counted as saving.

    `spending` instead gives domestic purchases per unit of income by sector (all sectors; the
    rest of the unit is saving); they are taken out of private consumption, or of final demand
    where there is no such column.

    The result is a balanced table of n + 1 accounts: V without the income rows, with the saving
    row; nothing is lost, so L'(V x^-1) still sums to one.

    Cost: a copy and its factorisation, 8 (n + 1)^2 bytes and 2/3 (n + 1)^3 flops.
    Errors: MissingAccountError without wages or surplus or private consumption; TableError where
    a unit of income would buy more than one unit, where income or purchases are negative, or
    where the table is closed already; LabelError for an income kind that is not an income;
    NotProductiveError, households among its `.sectors`, where nobody outside buys anything any
    more.  NegativeFlowWarning where `spending` buys more than final demand holds.
    Reference: Miller, R. E. and Blair, P. D. (2009), Input-Output Analysis, Cambridge University
    Press, chapters 2 and 6.

    >>> import pandas as pd
    >>> table = IOTable.from_frames(
    ...     Z=pd.DataFrame([[10.0, 20], [30, 0]], index=["a", "b"], columns=["a", "b"]),
    ...     Y=pd.DataFrame({"consumption": [40.0, 50], "exports": [30.0, 20]}, index=["a", "b"]),
    ...     V=pd.DataFrame({"a": [50.0, 10], "b": [40.0, 40]}, index=["wages", "surplus"]),
    ...     kinds={"wages": "compensation", "surplus": "surplus"},
    ...     demand_kinds={"consumption": "private_consumption", "exports": "exports"},
    ... )
    >>> closed = households(table)
    >>> closed.A.round(4).loc["households"].tolist()    # wages per unit of output
    [0.5, 0.4, 0.0]
    >>> closed.A.round(4)["households"].tolist()        # 90 of 140 pesos of income are consumed
    [0.2857, 0.3571, 0.0]
    >>> closed.V.round(4).loc["saving", "households"].item()    # of 90 pesos of wages
    32.1429
    """
    require_open(table)
    earned = earnings(table, income)
    bought = _observed(table, earned.total) if spending is None else _given(table, spending, earned)
    refuse_negative(
        table, bought.domestic.sum(axis=1), "purchases of households", "Give `spending`."
    )
    _refuse_overspending(table, bought, earned.total)
    if spending is not None:
        warn_of_shortage(table, bought.domestic)
    return with_one_account(table, earned, bought)


def earnings(table: IOTable, income: str | Sequence[str]) -> Earnings:
    """The income of these kinds; raises where there is none, or where it is negative."""
    kinds = (income,) if isinstance(income, str) else tuple(income)
    rows = _income_rows(table, kinds)
    earned, received = table.arrays.V[rows].sum(axis=0), table.arrays.W[rows].sum(axis=0)
    refuse_negative(table, earned, "income", "Choose other kinds of income.")
    total = float(earned.sum() + received.sum())
    if total <= 0:
        raise MissingAccountError(
            f"'{table.meta.title}' pays no income of kind {' or '.join(kinds)} (it adds up to "
            f"{total:.6g}).",
            remedy="Choose other kinds of income.",
        )
    return Earnings(rows, kinds, earned, received, total)


def require_income_kinds(kinds: Collection[str]) -> None:
    """Raise unless these are kinds of income that households earn, and some are named."""
    unknown = [f"'{kind}'" for kind in kinds if kind not in INCOME_KINDS]
    if unknown or not kinds:
        raise LabelError(
            f"`income` names {len(unknown)} kinds that households do not earn."
            if unknown
            else "`income` names no kind.",
            unknown,
            f"Kinds of income: {', '.join(INCOME_KINDS)}.",
        )


def _income_rows(table: IOTable, kinds: Sequence[str]) -> list[int]:
    require_income_kinds(kinds)
    for kind in kinds:
        table.primary(kind)  # raises where the table has none
    return table.inputs.of_kind(*kinds)


def _observed(table: IOTable, total: float) -> Purchases:
    """The default rule: private consumption of residents over all their primary income."""
    arrays, inputs = table.arrays, table.inputs
    columns = table.categories.of_kind("private_consumption")
    if not columns:
        raise MissingAccountError(
            f"'{table.meta.title}' has no column of private consumption.",
            remedy="Name it in `demand_kinds`, or give `spending`.",
        )
    income = 0.0
    for kind in ("compensation", "surplus"):
        income += float(table.primary(kind).sum() + arrays.W[inputs.of_kind(kind)].sum())
    if income <= 0:
        raise MissingAccountError(
            f"Wages and surplus of '{table.meta.title}' add up to {income:.6g}.",
            remedy="Give `spending`.",
        )
    moved, taxes = inputs.of_kind("moved"), inputs.of_kind("product_taxes")
    imports = inputs.of_kind("imports")
    abroad = _bought_abroad(table, imports) if moved else []
    here = [*(i for i in imports if i not in abroad), *taxes]
    share = total / income
    domestic, direct = np.zeros_like(arrays.Y), np.zeros_like(arrays.W)
    for column in columns:
        on_territory = arrays.Y[:, column].sum() + arrays.W[here, column].sum()
        of_visitors = -arrays.W[moved, column].sum()
        residents = 1.0 - of_visitors / on_territory if of_visitors else 1.0
        if not 0 <= residents <= 1:
            raise TableError(
                f"Non-residents buy {of_visitors:.6g} of the {on_territory:.6g} of "
                f"'{table.categories.codes[column]}'.",
                remedy="Check the rows of kind 'moved': in consumption they are negative.",
            )
        domestic[:, column] = arrays.Y[:, column] * (residents * share)
        direct[here, column] = arrays.W[here, column] * (residents * share)
        direct[abroad, column] = arrays.W[abroad, column] * share
    return Purchases(
        domestic,
        direct,
        f"private consumption of residents over compensation and surplus ({income:.6g})",
    )


def _bought_abroad(table: IOTable, imports: list[int]) -> list[int]:
    """Import rows that industries leave to residents (P.721), where industries import by others."""
    used = [i for i in imports if table.arrays.V[i].any()]
    return [i for i in imports if i not in used] if used else []


def _given(table: IOTable, spending: Labelled, earned: Earnings) -> Purchases:
    """The user's rule: domestic purchases per unit of income, sector by sector."""
    per_unit = one_column(table, spending, "spending")
    domestic = out_of_consumption(table, per_unit * earned.total, table.arrays.Y)
    return Purchases(domestic, np.zeros_like(table.arrays.W), "coefficients given by the user")


def one_column(table: IOTable, values: Labelled, what: str) -> Array:
    """One number for each sector."""
    column = table.accounts.array(values, what)
    if column.ndim != 1:
        raise LabelError(
            f"{what} has {column.shape[1]} columns.", remedy="Give one number for each sector."
        )
    return column


def _refuse_overspending(table: IOTable, bought: Purchases, total: float) -> None:
    spent = float(bought.domestic.sum() + bought.direct.sum()) / total
    if spent > 1 + ROUNDING:
        raise TableError(
            f"'{table.meta.title}': households would spend {spent:.4g} for each unit of income.",
            remedy="Divide by all the income that consumption was paid out of (wages and surplus), "
            "not by a part of it.",
        )


def with_one_account(table: IOTable, earned: Earnings, bought: Purchases) -> IOTable:
    """The balanced table of n + 1 accounts."""
    keep = [i for i in range(len(table.inputs)) if i not in earned.rows]
    domestic = bought.domestic.sum(axis=1).clip(min=0)
    direct = bought.direct.sum(axis=1)
    total = earned.total
    saved = total - domestic.sum() - direct[keep].sum()
    note = (
        f"households endogenous: income is {' and '.join(earned.kinds)} ({total:.6g}); each unit "
        f"of it buys {domestic.sum() / total:.6g} of domestic products, "
        f"{direct[keep].sum() / total:.6g} goes to imports and product taxes and "
        f"{saved / total:.6g} is saved; spending by {bought.rule}"
    )
    inside = Endogenous(
        codes=(HOUSEHOLDS,),
        names=("Households",),
        earned=earned.earned[None, :],
        received=earned.received[None, :],
        keep=keep,
        V=table.arrays.V,
        W=table.arrays.W,
        domestic=domestic[:, None],
        direct=direct[:, None],
        from_Y=bought.domestic,
        from_W=bought.direct,
    )
    return closed(table, inside, note)
