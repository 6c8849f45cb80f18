"""What one more peso of final demand sets going: output, value added, wages, jobs, imports, taxes.

Every function takes a table and solves one transposed system from the factors the table keeps; the
inverse is never formed.  A type II multiplier is the multiplier of the table that
`iomodel.closure.households` closed: the question is the same, the table is another.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from iomodel.about import about
from iomodel.accounts import Array, show
from iomodel.arguments import typed
from iomodel.closure import HOUSEHOLDS
from iomodel.errors import LabelError, MissingAccountError
from iomodel.meta import VALUE_ADDED
from iomodel.table import IOTable

# A direct effect this small beside the largest one is the dust of a subtraction, not a figure.
DUST = 1e-13
MILLER_BLAIR = (
    "Miller, R. E. and Blair, P. D. (2009), Input-Output Analysis: Foundations and Extensions, "
    "2nd ed., Cambridge University Press, chapter 6"
)


@typed
def output(table: IOTable, *, over: Literal["industries"] | None = None) -> pd.Series:
    """Output of all accounts needed for one more unit of final demand for each account's product.

    m_j = sum_i l_ij = (i'L)_j, units of output per unit of final demand; n numbers.  With
    `over="industries"` the sum runs over the accounts of kind "industry" only: on a table closed
    by `iomodel.closure.households` the plain sum counts household income as well (the total
    multiplier), this one counts production (the truncated multiplier).  A sector without output
    has no inputs, and multiplier 1.

    Cost: one solve, 2 n^2 flops, once the table is factorised.
    Errors: MissingAccountError for a table of total transactions (imports inside Z), or without
    industries; NotProductiveError.
    Reference: Miller and Blair (2009), chapter 6.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> output(table).round(4).to_dict()
    {'a': 1.5182, 'b': 1.4521}
    """
    table.require_domestic("The output multiplier")
    weights = np.ones(len(table.accounts))
    if over is not None:
        if over != "industries":
            raise LabelError(
                f"`over={over!r}` is not known.", remedy="Leave it out, or say over='industries'."
            )
        rows = table.accounts.of_kind("industry")
        if not rows:
            raise MissingAccountError(
                f"'{table.meta.title}' has no account of kind 'industry'.",
                remedy="Leave `over` out to sum over all accounts.",
            )
        weights = np.zeros(len(table.accounts))
        weights[rows] = 1.0
    series = table.accounts.series(table.L.T.solve(weights), "output multiplier")
    return about(
        series,
        name="output multiplier" if over is None else "output multiplier, industries only",
        unit="unit of output per unit of final demand",
        formula="i'L" if over is None else "i'L over the rows of industries",
        reference=MILLER_BLAIR,
    )


@typed
def value_added(table: IOTable) -> pd.DataFrame:
    """Value added here by one more unit of final demand for each product: the GVA multiplier.

    direct v_j (per unit of output), total (vL)_j (per unit of final demand), multiplier
    (vL)_j / v_j, the ratio that the ONS calls the GVA multiplier and Fujii and Cervantes the
    income multiplier.  v holds wages, taxes on production and surplus; product taxes are in GDP
    and not in here: the GDP content is `value_added` + `product_taxes`.  On a table closed by
    households v includes the income paid to them, and the total counts what its respending earns.

    A DataFrame by sector with columns direct, total, multiplier (NaN where direct is 0).
    Cost: one solve, 2 n^2 flops.  Errors: MissingAccountError without value added, or for total
    transactions.
    Reference: Miller and Blair (2009), chapter 6; Fujii, G. and Cervantes, R. (2013), Revista
    CEPAL 109, 143-158.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> value_added(table).round(4).loc["a"].to_dict()  # no imports, no taxes: all stays here
    {'direct': 0.65, 'total': 1.0, 'multiplier': 1.5385}
    """
    rows = table.inputs.of_kind(*VALUE_ADDED)
    paid = _paid_to_households(table)
    if paid is None:
        flows = table.primary(*VALUE_ADDED)
    else:
        flows = table.arrays.V[rows].sum(axis=0) + paid
    return _effects(table, flows, "value added", "v", rows=_codes(table, rows))


@typed
def compensation(table: IOTable) -> pd.DataFrame:
    """Wages and social contributions paid by one more unit of final demand for each product.

    direct w_j = D.1 per unit of output, total (wL)_j, multiplier their ratio: the income
    multiplier of Miller and Blair.  n x 3, as `value_added`; NaN where a sector pays none.
    On a table whose wages go to an account of their own, ask `income`.
    Reference: Miller and Blair (2009), chapter 6.

    >>> import iomodel as im
    >>> mx = im.load("mexico-2018")
    >>> im.multipliers.compensation(mx).loc["3361"].round(4).to_dict()
    {'direct': 0.0203, 'total': 0.0704, 'multiplier': 3.4706}
    """
    return _primary(table, "compensation", "w", "compensation")


@typed
def surplus(table: IOTable) -> pd.DataFrame:
    """Gross operating surplus and mixed income earned by one more unit of final demand.

    direct = B.2b per unit of output, total s L, multiplier their ratio; n x 3, as `value_added`.
    Surplus can be negative; the ratio then has no easy reading.
    Reference: Miller and Blair (2009), chapter 6.

    >>> import iomodel as im
    >>> mx = im.load("mexico-2018")
    >>> im.multipliers.surplus(mx).loc["3361"].round(4).to_dict()
    {'direct': 0.2969, 'total': 0.5051, 'multiplier': 1.7015}
    """
    return _primary(table, "operating surplus", "s", "surplus")


@typed
def imports(table: IOTable) -> pd.DataFrame:
    """Imports needed, here and by all suppliers, for one more unit of final demand.

    direct m_j = imported inputs per unit of output, total (mL)_j: the import content of the
    product; multiplier their ratio; n x 3, as `value_added`.  1 - (mL)_j is the GDP content.
    Reference: Miller and Blair (2009), chapter 6; Hummels, D., Ishii, J. and Yi, K.-M. (2001),
    Journal of International Economics 54(1), 75-96 (for exports).

    >>> table = IOTable.from_frames(
    ...     Z=pd.DataFrame([[10.0, 20], [30, 0]], index=["a", "b"], columns=["a", "b"]),
    ...     Y=pd.Series({"a": 70.0, "b": 70.0}),
    ...     V=pd.DataFrame({"a": [20.0, 40], "b": [30.0, 50]}, index=["imports", "wages"]),
    ...     kinds={"imports": "imports", "wages": "compensation"},
    ... )
    >>> imports(table).round(4).loc["b"].to_dict()
    {'direct': 0.3, 'total': 0.369, 'multiplier': 1.2302}
    """
    return _primary(table, "imports", "m", "imports")


@typed
def product_taxes(table: IOTable) -> pd.DataFrame:
    """Taxes less subsidies on the products that industries buy, per unit of final demand.

    direct t_j per unit of output, total (tL)_j, multiplier their ratio; n x 3, as `value_added`.
    What the final buyer pays on top stands in W and is not in here.
    Reference: Miller and Blair (2009), chapter 6.

    >>> import iomodel as im
    >>> mx = im.load("mexico-2018")
    >>> im.multipliers.product_taxes(mx).loc["3361"].round(4).to_dict()
    {'direct': 0.0015, 'total': 0.0043, 'multiplier': 2.8292}
    """
    return _primary(table, "taxes on products", "t", "product_taxes")


@typed
def production_taxes(table: IOTable) -> pd.DataFrame:
    """Taxes less subsidies on production (licences, payroll taxes), per unit of final demand.

    direct = D.29-D.39 per unit of output, total and ratio; n x 3, as `value_added`.  They are
    part of value added.
    Reference: Miller and Blair (2009), chapter 6.

    >>> import iomodel as im
    >>> mx = im.load("mexico-2018")
    >>> im.multipliers.production_taxes(mx).loc["3361"].round(4).to_dict()
    {'direct': 0.0024, 'total': 0.0039, 'multiplier': 1.601}
    """
    return _primary(table, "taxes on production", "t", "production_taxes")


@typed
def taxes(table: IOTable) -> pd.DataFrame:
    """All taxes less subsidies paid by industries: on the products they buy and on production.

    direct, total and ratio of `product_taxes` and `production_taxes` together; n x 3.  A table
    that records only one of the two gives that one; `.attrs["rows"]` says what was added up.
    Reference: Miller and Blair (2009), chapter 6.

    >>> import iomodel as im
    >>> mx = im.load("mexico-2018")
    >>> im.multipliers.taxes(mx).loc["3361"].round(4).to_dict()
    {'direct': 0.0039, 'total': 0.0082, 'multiplier': 2.0789}
    """
    name = "taxes on products and on production"
    return _primary(table, name, "t", "product_taxes", "production_taxes")


@typed
def income(table: IOTable) -> pd.DataFrame:
    """Income paid to the households of a closed table: the type II income multiplier.

    direct w_j = income of the endogenous households per unit of output, total = their row of the
    closed inverse, multiplier = total / direct; n x 3.  For every industry it is kappa times the
    type I figure of the open table, kappa = 1 / (1 - w L c).
    Errors: MissingAccountError where the table is not closed.
    Reference: Miller and Blair (2009), chapters 2 and 6.

    >>> import iomodel as im
    >>> mx = im.load("mexico-2018")
    >>> closed = im.closure.households(mx)
    >>> im.multipliers.income(closed).loc["3361"].round(4).to_dict()
    {'direct': 0.0203, 'total': 0.0782, 'multiplier': 3.8553}
    """
    paid = _paid_to_households(table)
    if paid is None:
        raise MissingAccountError(
            f"'{table.meta.title}' has no endogenous households.",
            remedy="Close it first: iomodel.closure.households(table).",
        )
    at = table.accounts.of_kind(HOUSEHOLDS)
    rows = tuple(show(table.accounts.keys[i]) for i in at)
    return _effects(table, paid, "income of households", "w", rows=rows)


@typed
def jobs(table: IOTable, row: Hashable = "PT") -> pd.DataFrame:
    """Jobs here and at all suppliers for one more unit of final demand for each product.

    direct = jobs per unit of output, total (jL)_j per unit of final demand, multiplier their
    ratio; n x 3.  `row` is the satellite, by code or name ("PT": puestos de trabajo); any
    satellite can be asked for.  The unit is that of the satellite per unit of flow.
    Errors: MissingAccountError naming the satellites there are.
    Reference: Miller and Blair (2009), chapter 6.

    >>> index = ["a", "b"]
    >>> table = IOTable.from_frames(
    ...     Z=pd.DataFrame([[150.0, 500], [200, 100]], index=index, columns=index),
    ...     Y=pd.Series({"a": 350.0, "b": 1700}),
    ...     V=pd.Series({"a": 650.0, "b": 1400}),
    ...     satellites=pd.DataFrame({"a": [300.0], "b": [500.0]}, index=["PT"]),
    ... )
    >>> jobs(table)["total"].round(4).to_dict()
    {'a': 0.4422, 'b': 0.3795}
    """
    satellites = table.satellite_accounts
    if not len(satellites):
        raise MissingAccountError(
            f"'{table.meta.title}' has no satellite row '{row}', nor any other.",
            remedy="Give it with `satellites=`.",
        )
    try:
        at = satellites.position(row)
    except LabelError as error:
        raise MissingAccountError(
            f"'{table.meta.title}' has no satellite row '{row}'; it has {len(satellites)}.",
            [
                f"'{code}': {name}"
                for code, name in zip(satellites.codes, satellites.names, strict=True)
            ],
            "Name one of them: jobs(table, row=...).",
        ) from error
    name = satellites.names[at]
    return _effects(
        table,
        table.arrays.S[at],
        name,
        "j",
        rows=(satellites.codes[at],),
        unit=f"{satellites.kinds[at] or name} per {table.meta.unit or 'unit of flow'}",
    )


def _primary(table: IOTable, name: str, letter: str, *kinds: str) -> pd.DataFrame:
    """Effects of the rows of V of these kinds."""
    rows = table.inputs.of_kind(*kinds)
    if not rows and _paid_to_households(table) is not None:
        raise MissingAccountError(
            f"'{table.meta.title}' has no primary input of kind {' or '.join(kinds)}: it may be "
            "what its endogenous households earn.",
            remedy="Ask iomodel.multipliers.income(table), or ask the table before it was closed.",
        )
    return _effects(table, table.primary(*kinds), name, letter, rows=_codes(table, rows))


def _effects(
    table: IOTable,
    flows: Array,
    name: str,
    letter: str,
    *,
    rows: Sequence[str],
    unit: str = "unit per unit (direct: of output; total: of final demand)",
) -> pd.DataFrame:
    """The kernel of all effects: flows per unit of output, carried through the transposed system.

    direct g = flows x^-1 and total g L, both of length n.
    """
    table.require_domestic(f"The multiplier of {name}")
    direct = table.per_unit(flows)
    total = table.L.T.solve(direct)
    usable = np.abs(direct) > DUST * np.abs(direct).max(initial=0.0)
    ratio = np.full_like(direct, np.nan)
    np.divide(total, direct, out=ratio, where=usable)
    frame = table.accounts.frame(
        np.column_stack([direct, total, ratio]), pd.Index(["direct", "total", "multiplier"])
    )
    return about(
        frame,
        name=name,
        unit=f"{unit}; multiplier: ratio",
        formula=f"{letter} = flows / x; total = {letter}L; multiplier = {letter}L / {letter}",
        reference=MILLER_BLAIR,
        rows=list(rows),
    )


def _codes(table: IOTable, rows: Sequence[int]) -> tuple[str, ...]:
    return tuple(table.inputs.codes[i] for i in rows)


def _paid_to_households(table: IOTable) -> Array | None:
    """What each account pays to the endogenous households, or None on an open table."""
    at = table.accounts.of_kind(HOUSEHOLDS)
    if not at:
        return None
    paid: Array = table.arrays.rows(at).sum(axis=0)
    return paid
