"""Several groups of households inside the model, each with earnings and spending of its own."""

from __future__ import annotations

import numpy as np
import pandas as pd

from iomodel.arguments import typed
from iomodel.closure.assembly import Endogenous, closed, out_of_consumption, warn_of_shortage
from iomodel.closure.circle import Income, circle
from iomodel.table import IOTable


@typed
def groups(
    table: IOTable,
    *,
    income: Income,
    spending: pd.DataFrame,
    direct: pd.DataFrame | None = None,
) -> IOTable:
    """The table with k groups of households inside: what each earns it spends in its own way.

    One account more for each group.  With V (k x n) what the groups earn per unit of output and C
    (n x k) what a unit of their income buys here (Miyazawa's letters; the V of a table is another)

        A' = [[A, C], [V, 0]],    x' = [x, income of the groups].

    `income` (group x sector) is the share of the wages of each sector that each group receives;
    {"compensation": frame, "surplus": frame} shares out other kinds too.  Shares add up to at
    most one; what nobody here receives (commuters, owners abroad) stays a primary input.
    `spending` (sector x group) is domestic purchases per unit of income, average propensities or
    marginal ones; `direct` (imports or product taxes x group) what a unit of income imports and
    pays in taxes; the rest is saved.  Purchases are taken out of private consumption (of final
    demand where there is none such), in proportion to its columns; income that final demand pays
    itself (in W) goes to no group.  A multiplier of the table returned counts all rounds of
    spending; `iomodel.miyazawa` has the same from the factors of the open table.

    A balanced table of n + k accounts.  Cost: a copy, 8 (n + k)^2 bytes, and its factorisation.
    Errors: LabelError for unknown or missing sectors, groups, inputs or kinds; TableError for
    shares outside [0, 1], negative purchases, spending over one, purchases of a sector without
    output, income that is negative or a table that is closed already; MissingAccountError for a
    group that earns nothing or a table without such income or consumption; NotProductiveError
    where nothing leaks.  NegativeFlowWarning where the groups buy more than final demand holds.
    Reference: Miyazawa (1976); Miller and Blair (2009), chapter 6.

    >>> codes = ["farms", "mills"]
    >>> table = IOTable.from_frames(
    ...     Z=pd.DataFrame([[10.0, 20], [30, 0]], codes, codes),
    ...     Y=pd.DataFrame({"consumption": [40.0, 50], "exports": [30.0, 20]}, codes),
    ...     V=pd.DataFrame({"farms": [50.0, 10], "mills": [40.0, 40]}, ["wages", "surplus"]),
    ...     kinds={"wages": "compensation", "surplus": "surplus"},
    ...     demand_kinds={"consumption": "private_consumption", "exports": "exports"},
    ... )
    >>> closed = groups(    # two invented groups: the poor work on farms and save nothing
    ...     table,
    ...     income=pd.DataFrame([[0.8, 0.25], [0.2, 0.75]], ["poor", "rich"], codes),
    ...     spending=pd.DataFrame({"poor": [0.6, 0.4], "rich": [0.1, 0.3]}, codes),
    ... )
    >>> closed.A.round(3).loc[["poor", "rich"], codes]
    sector  farms  mills
    sector
    poor      0.4    0.1
    rich      0.1    0.3
    >>> closed.V.loc["saving", ["poor", "rich"]].round(6).tolist()    # of incomes of 50 and 40
    [0.0, 24.0]
    """
    found = circle(table, income, spending, direct)
    total = found.earned.sum(axis=1)
    domestic, abroad = found.spending * total, found.direct * total
    from_Y = out_of_consumption(table, domestic.sum(axis=1), table.arrays.Y)
    from_W = out_of_consumption(table, abroad.sum(axis=1), table.arrays.W)
    warn_of_shortage(table, from_Y, from_W)
    # a row of which nothing is left goes
    there = [bool(row.any()) for row in np.column_stack([found.left, table.arrays.W])]
    keep = [i for i in range(len(table.inputs)) if i not in found.rows or there[i]]
    words = [
        f"'{code}' earns {total[g]:.6g}; a unit buys {found.spending[:, g].sum():.6g} of domestic "
        f"products and {found.direct[:, g].sum():.6g} of imports and product taxes"
        for g, code in enumerate(found.groups.codes)
    ]
    inside = Endogenous(
        codes=found.groups.codes,
        names=found.groups.names,
        earned=found.earned,
        received=np.zeros((len(total), len(table.categories))),
        keep=keep,
        V=found.left,
        W=table.arrays.W,
        domestic=domestic,
        direct=abroad,
        from_Y=from_Y,
        from_W=from_W,
    )
    return closed(table, inside, f"groups of households endogenous: {'; '.join(words)}")
