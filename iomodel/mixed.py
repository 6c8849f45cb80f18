"""The mixed model: some outputs are given (capacity, harvest), the rest follow from demand."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

import numpy as np
import pandas as pd

from iomodel import bordered, models
from iomodel.accounts import show
from iomodel.arguments import typed
from iomodel.models import Amounts, Model

MILLER_BLAIR = "Miller, R. E. and Blair, P. D. (2009), Input-Output Analysis, chapter 13"
LEWIS_THORBECKE = (
    "Lewis, B. D. and Thorbecke, E. (1992), District-level economic linkages in Kenya: evidence "
    "based on a small regional social accounting matrix, World Development 20"
)
HAGGBLADE = (
    "Haggblade, S., Hammer, J. and Hazell, P. (1991), Modeling agricultural growth multipliers, "
    "American Journal of Agricultural Economics 73"
)


@typed
def solve(model: Model, outputs: Amounts, *, demand: Amounts | None = None) -> pd.DataFrame:
    """What follows where the output of some accounts is given and demand decides the others.

    A harvest, a closed plant or a capacity limit fixes the outputs of a set E; the final demand
    for E is what is left.  With `outputs` dx_E, `demand` df_R (zero where not named) and L,

        df_E = L_EE^-1 (dx_E - L_ER df_R),    dx_R = L_RE df_E + L_RR df_R,

    and with df_R = 0: dx_R = L_RE L_EE^-1 dx_E = (I - A_RR)^-1 A_RE dx_E.  Changes, or levels
    where all of f_R is given.  On a SAM L is M_a, demand is injections, and the result is the
    constrained multiplier model.

    n x 3: `output`, `demand` (the unit of the model), `fixed` (whether the output was given).
    Cost: k + 1 solves of 2 n^2 flops for k outputs given, from the factors of L.
    Errors: LabelError where no output is given, or all, for unknown and repeated accounts and for
    `demand` of an account whose output is given; TableError for an account without output;
    MissingAccountError for total transactions.
    Reference: Miller and Blair (2009), chapter 13; for a SAM Lewis and Thorbecke (1992) and
    Haggblade, Hammer and Hazell (1991).

    >>> from iomodel.table import IOTable
    >>> codes = ["farms", "mills"]
    >>> table = IOTable.from_frames(
    ...     Z=pd.DataFrame([[150.0, 500], [200, 100]], index=codes, columns=codes),
    ...     Y=pd.Series({"farms": 350.0, "mills": 1700}),
    ...     V=pd.Series({"farms": 650.0, "mills": 1400}),
    ... )
    >>> solve(table, {"farms": -100}).round(2)    # a harvest of 900 instead of 1000
            output  demand  fixed
    sector
    farms  -100.00  -79.74   True
    mills   -21.05    0.00  False
    """
    models.require(model, "The mixed model")
    at, given = models.amounts(model, outputs, "outputs")
    models.require_some_fixed(model, at, "output")
    wanted = models.spread(model, {} if demand is None else demand, "demand")
    models.refuse_both(
        model,
        at,
        {} if demand is None else demand,
        "output and demand",
        "Where output is given, demand is what is left of it: give one of the two.",
    )
    x, f = bordered.solve(model.L, at, given, wanted)
    fixed = np.zeros(len(x), dtype=bool)
    fixed[at] = True
    frame = pd.DataFrame({"output": x, "demand": f, "fixed": fixed}, index=model.accounts.index)
    frame.attrs.update(
        name="mixed model",
        unit=models.unit(model) or "unit of the model",
        formula="df_E = L_EE^-1 (dx_E - L_ER df_R); dx_R = L_RE df_E + L_RR df_R",
        reference=f"{MILLER_BLAIR}; {LEWIS_THORBECKE}; {HAGGBLADE}",
    )
    return frame


@typed
def multipliers(model: Model, fixed: Iterable[Hashable]) -> pd.DataFrame:
    """Multipliers under supply constraints: every account `fixed` cannot answer to demand.

    Column j of an account left to demand: what one more unit of demand for j does to the outputs
    of the others, (I - A_RR)^-1, and (rows of `fixed`, negative) to what is left of the fixed
    accounts for final demand, -L_EE^-1 L_ER.  Column j of a fixed account: what one more unit of
    its output does, L_RE L_EE^-1 and L_EE^-1.  `fixed` lists accounts, kinds or regions.

    n x n, 8 n^2 bytes.  Cost: the dense L, 2 n^3 flops, and 2 n^2 k for k accounts fixed.
    Errors: as `solve`.
    Reference: Miller and Blair (2009), chapter 13; Lewis and Thorbecke (1992); Haggblade, Hammer
    and Hazell (1991).

    >>> from iomodel.table import IOTable
    >>> A = pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], ["farms", "mills"], ["farms", "mills"])
    >>> table = IOTable.from_coefficients(A, pd.Series({"farms": 1000.0, "mills": 2000.0}))
    >>> multipliers(table, ["farms"]).round(4)
    sector   farms   mills
    sector
    farms   0.7974 -0.2632
    mills   0.2105  1.0526
    """
    models.require(model, "The mixed model")
    at = models.select(model, fixed)
    model.accounts.take(at)  # refuses an account named twice
    models.require_some_fixed(model, at, "output")
    found = bordered.exchanged(model.L.to_array(), at)
    frame = model.accounts.frame(found, model.accounts.index)
    frame.attrs.update(
        name="multipliers under supply constraints",
        unit="per unit of demand, or of output for the accounts that are fixed",
        formula="(I - A_RR)^-1, L_RE L_EE^-1; -L_EE^-1 L_ER, L_EE^-1",
        reference=f"{MILLER_BLAIR}; {LEWIS_THORBECKE}; {HAGGBLADE}",
        fixed=[show(model.accounts.keys[i]) for i in at],
    )
    return frame
