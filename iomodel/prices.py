"""The cost-push price model: what dearer inputs, imports or prices given from outside pass on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from iomodel import bordered, models
from iomodel.accounts import Array, Labelled, numbers
from iomodel.arguments import typed
from iomodel.display import inline
from iomodel.errors import LabelError, MissingAccountError
from iomodel.models import Amounts, Model
from iomodel.sam import SAMModel
from iomodel.sam.kinds import TRADE
from iomodel.table import IOTable

MILLER_BLAIR = "Miller, R. E. and Blair, P. D. (2009), Input-Output Analysis, chapter 2"
ROLAND_HOLST_SANCHO = (
    "Roland-Holst, D. W. and Sancho, F. (1995), Modeling prices in a SAM structure, Review of "
    "Economics and Statistics 77(2), 361-371"
)
REFERENCE = f"{MILLER_BLAIR}; {ROLAND_HOLST_SANCHO}"


@typed
def pass_through(model: Model, costs: Amounts) -> pd.Series:
    """The change in every price when primary costs change and are passed on in full.

    `costs` (by account; zero where not named) is the change in primary inputs per unit of output:
    0.03 where wages of 30 % of output rise by a tenth.  With base-year prices of one,

        dp = L' dv0,    p = L' v0 = 1 with v0 all primary inputs per unit of output.

    Quantities and propensities stay; nobody absorbs a cost.  On a SAM L is M_a: factors and
    households have prices too (what factor services cost, the cost of living).

    n, relative change.  Cost: one solve, 2 n^2 flops.
    Errors: LabelError for unknown or repeated accounts; TableError for values that are not finite
    and for an account without output; MissingAccountError for total transactions.
    Reference: Miller and Blair (2009), chapter 2; for a SAM Roland-Holst and Sancho (1995).

    >>> table = IOTable.from_frames(
    ...     Z=pd.DataFrame([[150.0, 500], [200, 100]], index=["a", "b"], columns=["a", "b"]),
    ...     Y=pd.Series({"a": 350.0, "b": 1700}),
    ...     V=pd.Series({"a": 650.0, "b": 1400}),
    ... )
    >>> pass_through(table, {"a": 0.065}).round(4).to_dict()     # a's value added up by a tenth
    {'a': 0.0815, 'b': 0.0215}
    """
    models.require(model, "The price model")
    return _passed_on(model, models.spread(model, costs, "costs"))


@typed
def exogenous(model: Model, prices: Amounts, *, costs: Amounts | None = None) -> pd.DataFrame:
    """The change in every price when some prices are given (regulated, or set abroad).

    For the accounts E in `prices`, dp_E is given and their primary costs are what it leaves
    (margins, subsidies); elsewhere primary costs change by `costs` (zero where not named):

        dv_E' = (dp_E' - dv_R' L_RE) L_EE^-1,    dp_R' = dv_E' L_ER + dv_R' L_RR,

    and without `costs` dp_R' = dp_E' L_EE^-1 L_ER = dp_E' A_ER (I - A_RR)^-1.

    n x 3: `price` (relative change), `cost` (change in primary cost per unit of output; found
    where the price is given), `fixed`.
    Cost: k + 1 solves of 2 n^2 flops for k prices given, from the factors of L.
    Errors: as `pass_through`; LabelError where no price is given, or all, and for `costs` of an
    account whose price is given.
    Reference: Miller and Blair (2009), chapter 2; for a SAM Roland-Holst and Sancho (1995).

    >>> table = IOTable.from_frames(
    ...     Z=pd.DataFrame([[150.0, 500], [200, 100]], index=["a", "b"], columns=["a", "b"]),
    ...     Y=pd.Series({"a": 350.0, "b": 1700}),
    ...     V=pd.Series({"a": 650.0, "b": 1400}),
    ... )
    >>> exogenous(table, {"a": 0.1}).round(4)    # b: 0.1 x 0.25 / (1 - 0.05)
             price    cost  fixed
    sector
    a       0.1000  0.0797   True
    b       0.0263  0.0000  False
    """
    models.require(model, "The price model")
    at, given = models.amounts(model, prices, "prices")
    models.require_some_fixed(model, at, "price")
    named = {} if costs is None else costs
    wanted = models.spread(model, named, "costs")
    models.refuse_both(
        model,
        at,
        named,
        "price and cost",
        "Where a price is given, primary cost is what it leaves: give one of the two.",
    )
    p, v = bordered.solve(model.L.T, at, given, wanted)
    fixed = np.zeros(len(p), dtype=bool)
    fixed[at] = True
    p[~model.active] = np.nan
    frame = pd.DataFrame({"price": p, "cost": v, "fixed": fixed}, index=model.accounts.index)
    frame.attrs.update(
        name="change in prices, some given",
        unit="relative change; cost: per unit of output",
        formula="dp_R' = dv_E' L_ER + dv_R' L_RR; dv_E' = (dp_E' - dv_R' L_RE) L_EE^-1",
        reference=REFERENCE,
    )
    return frame


@typed
def imports(model: Model, change: float | Labelled) -> pd.Series:
    """The change in every domestic price when imports become dearer (terms of trade, currency).

    `change` is relative: 0.1 for all imports a tenth dearer, or one number for each account, for
    what it imports.  With m imported inputs per unit of output, dp = L' (m o change).  On a SAM
    m are payments to the accounts of kind "row-trade", those of households included: their price
    is the cost of living.

    n, relative change.  Cost: one solve, 2 n^2 flops.
    Errors: as `pass_through`; MissingAccountError without imports, or where the SAM does not keep
    trade apart from income paid abroad, or has it inside.
    Reference: Miller and Blair (2009), chapter 2; for a SAM Roland-Holst and Sancho (1995).

    >>> table = IOTable.from_frames(
    ...     Z=pd.DataFrame([[10.0, 20], [30, 0]], index=["a", "b"], columns=["a", "b"]),
    ...     Y=pd.DataFrame({"consumption": [60.0, 40], "exports": [10.0, 30]}, index=["a", "b"]),
    ...     V=pd.DataFrame({"a": [20.0, 40], "b": [30.0, 50]}, index=["imports", "wages"]),
    ...     kinds={"imports": "imports", "wages": "compensation"},
    ... )
    >>> imports(table, 0.1).round(4).to_dict()
    {'a': 0.0345, 'b': 0.0369}
    """
    models.require(model, "The price model")
    per_unit = _imported(model)
    if isinstance(change, (int, float, np.integer)):
        by_account = np.full(len(per_unit), _one_number(change))
    else:
        by_account = model.accounts.array(change, "change")
    return _passed_on(model, per_unit * by_account)


@typed
def final_demand(table: IOTable, prices: pd.Series, *, imports: float = 0.0) -> pd.DataFrame:
    """What changed prices make of the cost of each kind of final demand at base-year quantities.

    With dp the changes in `prices` (as `pass_through`, `exogenous` and `imports` give them) and
    `imports` the relative change in the price of what final demand imports itself:
    domestic = dp' Y, imported = change x imports in W, total, and relative = total over the
    purchasers' value Y + W (a Laspeyres index less one; NaN where nothing is bought).

    k x 4, unit of the table; relative: ratio.  Cost: n k.
    Errors: LabelError for prices that do not match the sectors, TableError for values that are
    not finite, MissingAccountError for total transactions.

    >>> table = IOTable.from_frames(
    ...     Z=pd.DataFrame([[10.0, 20], [30, 0]], index=["a", "b"], columns=["a", "b"]),
    ...     Y=pd.DataFrame({"consumption": [60.0, 40], "exports": [10.0, 30]}, index=["a", "b"]),
    ...     V=pd.DataFrame({"a": [20.0, 40], "b": [30.0, 50]}, index=["m", "wages"]),
    ...     W=pd.DataFrame({"consumption": [25.0, 0], "exports": [0.0, 0]}, index=["m", "wages"]),
    ...     kinds={"m": "imports", "wages": "compensation"},
    ... )
    >>> final_demand(table, pd.Series({"a": 0.1, "b": 0.0}), imports=0.1).loc["consumption"]
    domestic    6.000
    imported    2.500
    total       8.500
    relative    0.068
    Name: consumption, dtype: float64
    """
    table.require_domestic("The price model")
    # a sector without output has no price (NaN) and sells nothing
    unsold = prices.isna() & prices.index.isin(table.accounts.index[~table.active])
    changes = table.accounts.array(prices.where(~unsold, 0.0), "prices")
    rows, moved = table.inputs.of_kind("imports"), table.inputs.of_kind("moved")
    Y, W = table.arrays.Y, table.arrays.W
    domestic, imported = changes @ Y, _one_number(imports) * W[rows].sum(axis=0)
    value = Y.sum(axis=0) + W.sum(axis=0) - W[moved].sum(axis=0)
    relative = np.full_like(value, np.nan)
    np.divide(domestic + imported, value, out=relative, where=value != 0)
    frame = table.categories.frame(
        np.column_stack([domestic, imported, domestic + imported, relative]),
        pd.Index(["domestic", "imported", "total", "relative"]),
    )
    frame.attrs.update(
        name="cost of final demand at changed prices",
        unit=f"{table.meta.unit or 'unit of the table'}; relative: of purchasers' value",
        formula="domestic = dp' Y; imported = change x imports in W; relative = total / (Y + W)",
    )
    return frame


def _passed_on(model: Model, costs: Array) -> pd.Series:
    p = model.L.T.solve(costs)
    p[~model.active] = np.nan
    series = model.accounts.series(p, "price")
    series.attrs.update(
        name="change in prices", unit="relative change", formula="dp = L' dv0", reference=REFERENCE
    )
    return series


def _imported(model: Model) -> Array:
    """Imports per unit of output, or of what an account of a SAM spends."""
    if isinstance(model, IOTable):
        return model.per_unit(model.primary("imports"))
    rows = model.outside.of_kind(TRADE)
    if not rows or model.of_kind(TRADE):
        raise _no_trade(model)
    found: Array = model.leaks[rows].sum(axis=0)
    return found


def _no_trade(model: SAMModel) -> MissingAccountError:
    outside = zip(model.outside.codes, model.outside.kinds, strict=True)
    return MissingAccountError(
        f"{inline(model)} has no exogenous account of kind '{TRADE}': what is imported is not "
        "known apart from other payments abroad, or answers to income.",
        [f"'{code}' is {kind}" for code, kind in outside],
        "Keep trade apart in the SAM and cut it as exogenous.",
    )


def _one_number(change: object) -> float:
    number = numbers(change, "change")
    if number.ndim or not np.isfinite(number):
        raise LabelError(f"{change!r} is not a change in price.", remedy="Give one finite number.")
    return float(number)
