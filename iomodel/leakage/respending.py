"""Type II multipliers when part of the income leaves: closed forms, no second inversion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from iomodel import closure
from iomodel.about import about
from iomodel.accounts import Array
from iomodel.arguments import typed
from iomodel.errors import NotProductiveError, TableError
from iomodel.leakage.allocation import Outflow, require_same_sectors
from iomodel.meta import VALUE_ADDED
from iomodel.table import IOTable

FORMULA = "m + (i'h) kappa (w L), h = L c, kappa = 1 / (1 - w h)"
MILLER_BLAIR = (
    "Miller, R. E. and Blair, P. D. (2009), Input-Output Analysis, Cambridge University Press, "
    "chapters 2 and 6 (the closed model); the rank-one form is Sherman and Morrison's"
)


@dataclass(frozen=True, eq=False)
class _Circle:
    """What the closed forms need: spending c and income w per unit, and what they meet in L."""

    v: Array
    w: Array
    c: Array
    total: float  # all income, and what of it buys nothing, neither here nor abroad
    saved: float
    m: Array  # i'L
    gva: Array  # v L
    h: Array  # L c
    wL: Array
    t: Array  # taxes on products per unit of output, t L, and what a unit of income pays itself
    tL: Array
    taxed: float


@typed
def type_ii(table: IOTable, *, income: Sequence[str] = ("compensation", "surplus")) -> pd.DataFrame:
    """Output, value added and income once what is earned is spent again, nothing leaving.

    With w the income row, c the spending column (the rule of `closure.households`) and h = L c:

        kappa = 1 / (1 - w h),
        output = m + (i'h) kappa (w L),  gva = v L + (v h) kappa (w L),

    gdp = gva and the taxes on products of what is made and of what is spent again, gni = gdp.
    m = i'L; output counts industries only (the truncated multiplier).  The same numbers as from
    the closed table, without its inverse.  Cost: two solves, with five right sides in all.

    Errors: those of `closure.households`.
    Reference: Miller and Blair (2009), chapters 2 and 6.

    >>> import iomodel as im
    >>> mx = im.load("mexico-2018")
    >>> round(float(im.leakage.type_ii(mx).loc["3361", "output"]), 4)
    2.4667
    """
    circle = _circle(table, income)
    return _multipliers(table, circle, circle.wL, float(circle.w @ circle.h), 1.0)


@typed
def type_ii_marginal(
    table: IOTable, outflow: Outflow, *, income: Sequence[str] = ("compensation", "surplus")
) -> pd.DataFrame:
    """The same when the income that `outflow` records as paid abroad is not spent again.

    The propensity to spend is held: w^N = w - r / x with the old c, so

        kappa^N = 1 / (1 - w^N h),

    what a change in repatriation would do.  Falls in every share of repatriation.
    `gni` is the GDP less what leaves.  Cost: three solves, seven right sides in all.
    Reference: Miller and Blair (2009), chapters 2 and 6; the question is that of Cypher (2023),
    Revista de Economia Politica 43(1), 212-235.

    >>> import iomodel as im
    >>> mx, bop = im.load("mexico-2018"), im.load_bop("mexico", 2018)
    >>> outflow = im.leakage.allocate(mx, bop, key=im.leakage.default_key(mx))
    >>> found = im.leakage.type_ii_marginal(mx, outflow).loc["3361"]
    >>> found[["output", "gni"]].round(4).to_dict()
    {'output': 2.3297, 'gni': 1.0483}
    """
    circle = _circle(table, income)
    wN, wNL, leaves = _kept(table, outflow, circle, income)
    return _multipliers(table, circle, wNL, float(wN @ circle.h), 1.0, leaves)


@typed
def type_ii_benchmark(
    table: IOTable, outflow: Outflow, *, income: Sequence[str] = ("compensation", "surplus")
) -> pd.DataFrame:
    """The same with the propensity recalibrated, so that base-year consumption is reproduced.

    What was consumed was paid out of what stayed: c^N = c (w x) / (w^N x), so with x of the base
    year c^N (w^N x) is what was consumed.  Not monotone in the shares of repatriation: sectors that
    leak less than the average rise.

    Raises TableError where residents would have to spend more than their income, here and on
    imports and taxes.
    Cost: three solves, seven right sides in all.
    Reference: Miller and Blair (2009), chapters 2 and 6; the question is that of Cypher (2023),
    Revista de Economia Politica 43(1), 212-235.

    >>> import iomodel as im
    >>> mx, bop = im.load("mexico-2018"), im.load_bop("mexico", 2018)
    >>> outflow = im.leakage.allocate(mx, bop, key=im.leakage.default_key(mx))
    >>> found = im.leakage.type_ii_benchmark(mx, outflow).loc["3361"]
    >>> found[["output", "gni"]].round(4).to_dict()
    {'output': 2.3727, 'gni': 1.0762}
    """
    circle = _circle(table, income)
    wN, wNL, leaves = _kept(table, outflow, circle, income)
    stays = circle.total - float((circle.w - wN) @ table.arrays.x)
    spent = circle.total - circle.saved
    if spent > stays * (1 + 1e-12):
        raise TableError(
            f"Residents would spend {spent:.6g} out of {stays:.6g} of income that stays.",
            remedy="Less income can leave than that, or more kinds of income are spent again.",
        )
    stretch = circle.total / stays
    return _multipliers(table, circle, wNL, float(wN @ circle.h), stretch, leaves)


def _circle(table: IOTable, income: Sequence[str]) -> _Circle:
    closed = closure.households(table, income=income)
    coefficients = closed.A.to_numpy()
    c, w = coefficients[:-1, -1], coefficients[-1, :-1]
    saving = closed.inputs.of_kind(closure.SAVING)
    total, saved = float(closed.arrays.x[-1]), float(closed.arrays.V[saving, -1].sum())
    v = table.per_unit(table.primary(*VALUE_ADDED))
    taxes = closed.inputs.of_kind("product_taxes")
    t = table.per_unit(table.arrays.V[table.inputs.of_kind("product_taxes")].sum(axis=0))
    m, gva, wL, tL = table.L.T.solve(np.column_stack([np.ones(len(c)), v, w, t])).T
    taxed = float(closed.arrays.V[taxes, -1].sum()) / total
    return _Circle(v, w, c, total, saved, m, gva, table.L.solve(c), wL, t, tL, taxed)


def _kept(
    table: IOTable, outflow: Outflow, circle: _Circle, income: Sequence[str]
) -> tuple[Array, Array, Array]:
    """w^N, w^N L and the income abroad per unit of final demand, r L."""
    require_same_sectors(table, outflow)
    leaves = table.per_unit(outflow.flows.to_numpy().sum(axis=1))
    from_income = leaves if "surplus" in income else np.zeros_like(leaves)
    kept = circle.w - from_income
    if (kept < -1e-12).any():
        worst = int(kept.argmin())
        raise TableError(
            f"More income leaves sector '{table.accounts.codes[worst]}' than it pays.",
            remedy="Allocate the outflow on this table, with the kinds of income it leaves.",
        )
    through = table.L.T.solve(np.column_stack([kept, leaves]))
    return kept, through[:, 0], through[:, 1]


def _multipliers(
    table: IOTable,
    circle: _Circle,
    earned: Array,
    round_trip: float,
    stretch: float,
    leaves: Array | None = None,
) -> pd.DataFrame:
    """The closed forms, with `earned` = w^N L, `round_trip` = w^N h and c stretched."""
    if stretch * round_trip >= 1:
        raise NotProductiveError(
            f"A unit of income would come back as {stretch * round_trip:.6g} units.",
            remedy="Households spend more than they earn; check the spending rule.",
        )
    kappa = 1 / (1 - stretch * round_trip)
    again = stretch * kappa * earned  # income of all rounds, as stretched spending sees it
    abroad = np.zeros_like(earned)
    if leaves is not None:
        # r L2 with L2 = L + (L c) again: the income abroad out of what is spent again is (r L) c
        abroad = leaves + float(leaves @ circle.c) * again
    product = circle.gva + float(circle.v @ circle.h) * again
    output = circle.m + circle.h.sum() * again
    gdp = product + circle.tL + (float(circle.t @ circle.h) + circle.taxed) * again
    columns = pd.Index(["output", "gva", "gdp", "gni"])
    frame = table.accounts.frame(np.column_stack([output, product, gdp, gdp - abroad]), columns)
    return about(
        frame,
        name="multipliers with income spent again",
        unit="unit per unit of final demand",
        formula=FORMULA if leaves is None else f"{FORMULA}; w^N = w - r / x for w",
        reference=MILLER_BLAIR,
        kappa=kappa,
        stretch=stretch,
    )


@typed
def elasticities(
    table: IOTable, outflow: Outflow, *, income: Sequence[str] = ("compensation", "surplus")
) -> pd.DataFrame:
    """How the output multiplier of j answers to the repatriation share of k, % per %.

    In the marginal experiment, with phi_k = r_k / w_k the share of sector k's income that leaves,
    s = i'h, q = w^N L and kappa = kappa^N:

        d M_j / d phi_k = - s w_k (kappa^2 h_k q_j + kappa l_kj),
        elasticity = (phi_k / M_j) d M_j / d phi_k   (rows j, columns k).

    Never positive.  Cost: one dense inverse, 2 n^3.
    Reference: the derivative of the closed form of `type_ii_marginal`, after Miller and Blair
    (2009), chapters 2 and 6.

    >>> import iomodel as im
    >>> mx, bop = im.load("mexico-2018"), im.load_bop("mexico", 2018)
    >>> outflow = im.leakage.allocate(mx, bop, key=im.leakage.default_key(mx))
    >>> found = im.leakage.elasticities(mx, outflow)
    >>> found.loc["3361"].nsmallest(2).round(4).to_dict()
    {'3361': -0.0444, '3363': -0.0035}
    """
    circle = _circle(table, income)
    wN, wNL, _ = _kept(table, outflow, circle, income)
    kappa = 1 / (1 - wN @ circle.h)
    s = circle.h.sum()
    left = circle.w - wN  # phi_k w_k
    m = circle.m + s * kappa * wNL
    L = table.L.to_array()
    slope = -s * (kappa**2 * np.outer(wNL, circle.h * left) + kappa * (L * left[:, None]).T)
    return about(
        table.accounts.frame(slope / m[:, None], table.accounts.index),
        name="elasticities of output multipliers to repatriation",
        unit="% per %",
        formula="(phi_k / M_j) dM_j / dphi_k = - s w_k phi_k (kappa^2 h_k q_j + kappa l_kj) / M_j",
        reference=MILLER_BLAIR,
    )
