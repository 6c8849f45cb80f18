"""Households inside the model at the margin: what another unit of income buys, not the average."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from iomodel.accounts import Labelled, numbers, show
from iomodel.arguments import typed
from iomodel.closure.assembly import out_of_consumption, require_open, warn_of_shortage
from iomodel.closure.circle import ADDS_UP, direct_rows
from iomodel.closure.single import Purchases, earnings, one_column, with_one_account
from iomodel.errors import TableError
from iomodel.table import IOTable


@typed
def marginal(
    table: IOTable,
    *,
    budget: Labelled,
    propensity: float,
    direct: Mapping[str, float] | pd.Series | None = None,
    income: Sequence[str] = ("compensation",),
) -> IOTable:
    """The table closed by what households do with another unit of income, not with the average.

    A unit of new income is spent to the part `propensity` (p, the marginal propensity to
    consume), and a unit of new spending goes to the products of the sectors by `budget` (b) and to
    imports and product taxes by `direct` (d, rows of the table): marginal budget shares, which add
    up to one,

        c = p b,    p (i'b + i'd) = p,    saving 1 - p.

    The income row is that of `households`.  The rest of consumption, which does not answer to
    income, stays in Y (autonomous).  Multipliers of the table returned are those of a change in
    demand: below the ones of `households` where the margin is below the average.

    A balanced table of n + 1 accounts.  It is one group of people whose spending has a slope of
    its own; newcomers and residents told apart, or unemployed who find work (extended models in
    the manner of Batey and Madden), need data on who takes the jobs, and are not here: with such
    data they are groups of `iomodel.closure.groups`.
    Cost: a copy, 8 (n + 1)^2 bytes, and its factorisation.
    Errors: TableError where the shares do not add up to one, where one is negative, where
    `propensity` is outside [0, 1] or a sector without output is bought of, and as `households`;
    LabelError for sectors missing or unknown and for `direct` of what consumers do not buy.
    NegativeFlowWarning where what is bought so is more than final demand holds.
    Reference: Miller and Blair (2009), chapter 6; Miernyk, W. H. et al. (1967), Impact of the
    Space Program on a Local Economy, West Virginia University Library.

    >>> codes = ["farms", "mills"]
    >>> table = IOTable.from_frames(
    ...     Z=pd.DataFrame([[10.0, 20], [30, 0]], codes, codes),
    ...     Y=pd.DataFrame({"consumption": [40.0, 50], "exports": [30.0, 20]}, codes),
    ...     V=pd.DataFrame({"farms": [50.0, 10], "mills": [40.0, 40]}, ["wages", "surplus"]),
    ...     kinds={"wages": "compensation", "surplus": "surplus"},
    ...     demand_kinds={"consumption": "private_consumption", "exports": "exports"},
    ... )
    >>> closed = marginal(table, budget={"farms": 0.2, "mills": 0.8}, propensity=0.5)
    >>> closed.A["households"].round(6).tolist()    # on average 0.2857 and 0.3571
    [0.1, 0.4, 0.0]
    >>> closed.Y["consumption"].tolist()            # of 40 and 50, what does not follow income
    [31.0, 14.0, 0.0]
    """
    require_open(table)
    slope = float(numbers(propensity, "propensity"))
    if not 0 <= slope <= 1:
        raise TableError(
            f"propensity is {slope:.6g}.",
            remedy="Give what part of another unit of income is spent, from 0 to 1.",
        )
    products = one_column(table, budget, "budget")
    abroad = np.zeros(len(table.inputs))
    if direct is not None:
        named = pd.Series(direct, dtype=None if len(direct) else float)
        at = direct_rows(table, named.index)
        if at:
            abroad[at] = table.inputs.take(at).array(named, "direct")
    labels = [*(show(key) for key in table.accounts.keys), *table.inputs.codes]
    shares = np.concatenate([products, abroad])
    wrong = [f"'{labels[i]}': {shares[i]:.6g}" for i in np.flatnonzero(shares < 0)]
    idle = np.flatnonzero(~table.active & (products > 0))
    wrong += [f"'{labels[i]}': {products[i]:.6g}, but it has no output" for i in idle]
    if wrong:
        raise TableError(
            f"{len(wrong)} marginal budget shares cannot be.",
            wrong,
            "What another unit of spending buys less of, or what nobody makes, is put at zero.",
        )
    if abs(shares.sum() - 1) > ADDS_UP:
        raise TableError(
            f"The marginal budget shares add up to {shares.sum():.10g}, not to 1: "
            f"{products.sum():.6g} on domestic products, {abroad.sum():.6g} on imports and taxes.",
            remedy="Each unit spent goes somewhere: name imports and product taxes in `direct`, "
            "and put what is saved into `propensity`.",
        )
    earned = earnings(table, income)
    bought = Purchases(
        out_of_consumption(table, slope * earned.total * products, table.arrays.Y),
        out_of_consumption(table, slope * earned.total * abroad, table.arrays.W),
        f"marginal budget shares and a marginal propensity of {slope:.6g} given by the user",
    )
    warn_of_shortage(table, bought.domestic, bought.direct)
    return with_one_account(table, earned, bought)
