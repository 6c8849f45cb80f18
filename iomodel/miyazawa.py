"""Miyazawa's multipliers: how the spending of each group of households becomes income of others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from iomodel.about import about
from iomodel.accounts import Accounts, Array, show
from iomodel.arguments import typed
from iomodel.closure.circle import Income, circle
from iomodel.display import as_html, as_text
from iomodel.errors import NotProductiveError
from iomodel.table import IOTable

MIYAZAWA = (
    "Miyazawa, K. (1976), Input-Output Analysis and the Structure of Income Distribution, Lecture "
    "Notes in Economics and Mathematical Systems 116, Springer"
)


@dataclass(frozen=True, eq=False, repr=False)
class Interrelational:
    """What a unit of income of one group, or of demand for one product, earns each group.

    V (k x n) is income of the groups per unit of output, C (n x k) what a unit of income buys.

    `VL` (group x sector): income by group in the production of one more unit of final demand;
    `LC` (sector x group): output for what one more unit of income of the group buys;
    `VLC` (group x group): income of the row out of one round of spending of the column;
    `K` = (I - V L C)^-1 (group x group): the same after all rounds, the unit itself included (the
    interrelational income multiplier);
    `KVL` (group x sector): income by group per unit of final demand, after all rounds (the
    multi-sector income multiplier);
    `LCK` (sector x group): output per unit of income of the group, after all rounds.
    """

    K: pd.DataFrame
    VLC: pd.DataFrame
    VL: pd.DataFrame
    LC: pd.DataFrame
    KVL: pd.DataFrame
    LCK: pd.DataFrame

    __repr__, _repr_html_ = as_text, as_html


@typed
def interrelational(table: IOTable, *, income: Income, spending: pd.DataFrame) -> Interrelational:
    """How much income of each group a unit of another group's income makes when it is spent.

    With V (k x n) income of the groups per unit of output and C (n x k) purchases per unit of
    income (given by `income` and `spending`, as in `iomodel.closure.groups`; propensities may be
    marginal),

        K = (I - V L C)^-1,    K V L,    L C K.

    They are blocks of the inverse of [[I - A, -C], [-V, I]].  One group: K is kappa of type II.

    Frames of k x k, k x n and n x k, unit per unit.  Cost: 2k solves of 2 n^2 flops from the
    factors of the open table and a k x k inverse.
    Errors: those of `iomodel.closure.groups` about `income` and `spending`; MissingAccountError
    for total transactions; NotProductiveError where a unit of income comes back as one or more.
    Reference: Miyazawa (1976); Miller and Blair (2009), chapter 6.

    >>> codes = ["farms", "mills"]
    >>> table = IOTable.from_frames(
    ...     Z=pd.DataFrame([[10.0, 20], [30, 0]], codes, codes),
    ...     Y=pd.Series({"farms": 70.0, "mills": 70.0}),
    ...     V=pd.DataFrame({"farms": [50.0, 10], "mills": [40.0, 40]}, ["wages", "surplus"]),
    ...     kinds={"wages": "compensation", "surplus": "surplus"},
    ... )
    >>> found = interrelational(    # two invented groups: the poor work on farms and save nothing
    ...     table,
    ...     income=pd.DataFrame([[0.8, 0.25], [0.2, 0.75]], ["poor", "rich"], codes),
    ...     spending=pd.DataFrame({"poor": [0.6, 0.4], "rich": [0.1, 0.3]}, codes),
    ... )
    >>> found.K.round(3)    # a unit earned by the poor makes the rich 0.543, the other way 0.222
    group   poor   rich
    group
    poor   1.734  0.222
    rich   0.543  1.214
    """
    arrays, accounts = _arrays(table, income, spending)
    sectors, groups = table.accounts, accounts.index
    return Interrelational(
        K=accounts.frame(arrays.K, groups),
        VLC=accounts.frame(arrays.VLC, groups),
        VL=accounts.frame(arrays.VL, sectors.index),
        LC=sectors.frame(arrays.LC, groups),
        KVL=accounts.frame(arrays.K @ arrays.VL, sectors.index),
        LCK=sectors.frame(arrays.LC @ arrays.K, groups),
    )


@typed
def output(table: IOTable, *, income: Income, spending: pd.DataFrame) -> pd.DataFrame:
    """Output of all sectors per unit of final demand: by production, and by spending of income.

    open m = i'L, induced (i'L C) K V L, total their sum: the column sums of L (I + C K V L), with
    industries only counted (one group: the truncated type II multiplier).

    n x 3, unit of output per unit of final demand.  Cost: 2k + 1 solves of 2 n^2 flops.
    Errors: as `interrelational`.
    Reference: Miyazawa (1976); Miller and Blair (2009), chapter 6.

    >>> codes = ["farms", "mills"]
    >>> table = IOTable.from_frames(
    ...     Z=pd.DataFrame([[10.0, 20], [30, 0]], codes, codes),
    ...     Y=pd.Series({"farms": 70.0, "mills": 70.0}),
    ...     V=pd.DataFrame({"farms": [50.0, 10], "mills": [40.0, 40]}, ["wages", "surplus"]),
    ...     kinds={"wages": "compensation", "surplus": "surplus"},
    ... )
    >>> one = pd.DataFrame([[1.0, 1.0]], ["people"], codes)
    >>> output(table, income=one, spending=pd.DataFrame({"people": [0.3, 0.4]}, codes)).round(4)
              open  induced   total
    sector
    farms   1.5476   1.3034  2.8511
    mills   1.3095   0.9671  2.2766
    """
    arrays, _ = _arrays(table, income, spending)
    open_model = table.L.T.solve(np.ones(len(table.accounts)))
    induced = arrays.LC.sum(axis=0) @ arrays.K @ arrays.VL
    frame = table.accounts.frame(
        np.column_stack([open_model, induced, open_model + induced]),
        pd.Index(["open", "induced", "total"]),
    )
    return about(
        frame,
        name="output multiplier with groups of households",
        unit="unit of output per unit of final demand",
        formula="i'L + (i'L C) K V L",
        reference=MIYAZAWA,
    )


@typed
def induced(table: IOTable, *, income: Income, spending: pd.DataFrame) -> pd.DataFrame:
    """Output per unit of final demand that the spending of each group accounts for.

    Entry (j, g) = (i'L C)_g (K V L)_gj: what group g earns in all rounds per unit of final demand
    for j, times the output that a unit of its income sets going in one.  Rows add up to `induced`
    of `output`.

    n x k, unit of output per unit of final demand.  Cost: 2k solves of 2 n^2 flops.
    Errors: as `interrelational`.
    Reference: Miyazawa (1976), a split of his enlarged multiplier.

    >>> codes = ["farms", "mills"]
    >>> table = IOTable.from_frames(
    ...     Z=pd.DataFrame([[10.0, 20], [30, 0]], codes, codes),
    ...     Y=pd.Series({"farms": 70.0, "mills": 70.0}),
    ...     V=pd.DataFrame({"farms": [50.0, 10], "mills": [40.0, 40]}, ["wages", "surplus"]),
    ...     kinds={"wages": "compensation", "surplus": "surplus"},
    ... )
    >>> induced(
    ...     table,
    ...     income=pd.DataFrame([[0.8, 0.25], [0.2, 0.75]], ["poor", "rich"], codes),
    ...     spending=pd.DataFrame({"poor": [0.6, 0.4], "rich": [0.1, 0.3]}, codes),
    ... ).round(4)
    group     poor    rich
    sector
    farms   1.3618  0.3027
    mills   0.6209  0.2897
    """
    arrays, accounts = _arrays(table, income, spending)
    by_group = (arrays.K @ arrays.VL).T * arrays.LC.sum(axis=0)
    frame = table.accounts.frame(by_group, accounts.index)
    return about(
        frame,
        name="output induced by the spending of each group",
        unit="unit of output per unit of final demand",
        formula="(i'L C)_g (K V L)_gj",
        reference=MIYAZAWA,
    )


@typed
def inverse(table: IOTable, *, income: Income, spending: pd.DataFrame) -> pd.DataFrame:
    """The enlarged inverse: output and incomes for a unit of demand for, or income of, each.

    [[L (I + C K V L), L C K], [K V L, K]], the inverse of [[I - A, -C], [-V, I]], from L and a
    k x k system.

    (n + k) x (n + k), indexed by sectors and groups, 8 (n + k)^2 bytes.  Cost: the dense L, 2 n^3
    flops, and 4 n^2 k.
    Errors: as `interrelational`; LabelError where a group has the code of a sector.
    Reference: Miyazawa (1976); Miller and Blair (2009), chapter 6.

    >>> codes = ["farms", "mills"]
    >>> table = IOTable.from_frames(
    ...     Z=pd.DataFrame([[10.0, 20], [30, 0]], codes, codes),
    ...     Y=pd.Series({"farms": 70.0, "mills": 70.0}),
    ...     V=pd.DataFrame({"farms": [50.0, 10], "mills": [40.0, 40]}, ["wages", "surplus"]),
    ...     kinds={"wages": "compensation", "surplus": "surplus"},
    ... )
    >>> one = pd.DataFrame([[1.0, 1.0]], ["people"], codes)
    >>> inverse(table, income=one, spending=pd.DataFrame({"people": [0.3, 0.4]}, codes)).round(3)
    sector  farms  mills  people
    sector
    farms   1.787  0.681   0.809
    mills   1.064  1.596   0.957
    people  1.319  0.979   1.787
    """
    arrays, accounts = _arrays(table, income, spending)
    L, KVL = table.L.to_array(), arrays.K @ arrays.VL
    whole = np.block([[L + arrays.LC @ KVL, arrays.LC @ arrays.K], [KVL, arrays.K]])
    both = _beside(table.accounts, accounts)
    return both.frame(whole, both.index)


@dataclass(frozen=True, eq=False)
class _Arrays:
    K: Array
    VLC: Array
    VL: Array
    LC: Array


def _arrays(table: IOTable, income: Income, spending: pd.DataFrame) -> tuple[_Arrays, Accounts]:
    table.require_domestic("Miyazawa's multiplier")
    found = circle(table, income, spending)
    V = np.array([table.per_unit(paid) for paid in found.earned])
    VL, LC = table.L.T.solve(V.T).T, table.L.solve(found.spending)
    VLC = VL @ found.spending
    returns = np.abs(np.linalg.eigvals(VLC)).max()
    if not returns < 1:
        error = NotProductiveError(
            f"A unit of income would come back as {returns:.6g} units.",
            [f"'{code}': {VLC[:, g].sum():.6g}" for g, code in enumerate(found.groups.codes)],
            "Groups spend more than they earn; check the shares of income and the spending.",
        )
        error.spectral_radius, error.sectors = float(returns), found.groups.codes
        raise error
    K = np.asarray(np.linalg.inv(np.eye(len(VLC)) - VLC), dtype=np.float64)
    return _Arrays(K, VLC, VL, LC), found.groups


def _beside(sectors: Accounts, groups: Accounts) -> Accounts:
    flat = [show(key) for key in sectors.keys]
    return Accounts.of([*flat, *groups.codes], axis=sectors.axis)
