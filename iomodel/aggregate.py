"""Adding up by a concordance, the bias that comes with it, and cutting sectors apart again."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TypeAlias, TypeVar

import numpy as np
import pandas as pd

from iomodel.accounts import Accounts, Array, Labelled, as_code, numbers, show
from iomodel.arguments import typed
from iomodel.errors import LabelError, TableError
from iomodel.linalg import Resolvent
from iomodel.sam import SAM
from iomodel.table import IOTable

Group: TypeAlias = str | tuple[str, str]
Concordance = Mapping[Hashable, Group] | pd.Series | Iterable[tuple[Hashable, Group]]


Summable = TypeVar("Summable", IOTable, SAM)


@typed
def by(
    table: Summable, concordance: Concordance, *, names: Mapping[str, str] | None = None
) -> Summable:
    """The table with sectors added up: Z* = S Z S', x* = S x, every other block likewise.

    `concordance` gives each sector (code or full label) its group, as a mapping, a Series or
    pairs; a sector without a group, one with two, or a code the table does not have is listed in
    a LabelError.  Groups stand in the order in which they first appear in the table; a group of
    one sector keeps its name unless `names` gives another.  Nothing is lost: totals, identities,
    satellites and the unit stay.  Of a SAM, accounts that the concordance does not name stay as
    they are (activities are added up, institutions kept); a group holds accounts of one kind.

    Where accounts have regions, a code alone stands for that code in every region, and regions
    are kept as long as no group crosses them; (region, code) names one account, and a group given
    as (region, code) names the region of the result ("EU" out of its members).  Groups of
    (region, code) that gather accounts of several regions under one name give up the regions.

    Multipliers and linkages of the result are those of the coarser table and differ from the sums
    of the finer one unless the merged columns are alike or final demand is proportional to the
    table's own: `bias` says by how much.  Cost: O(n^2).

    >>> import iomodel as im
    >>> small = im.aggregate.by(im.load("miller-blair-2x2"), {"1": "all", "2": "all"})
    >>> float(small.x["all"])
    3000.0

    Reference: Miller, R. E. and Blair, P. D. (2009), Input-Output Analysis, Cambridge University
    Press, chapter 4.
    """
    if isinstance(table, SAM):
        return _sam(table, concordance, names or {})
    at, accounts = _merged(table.accounts, concordance, names or {})
    a = table.arrays
    blocks = replace(
        a,
        Z=_rows(_rows(a.Z, at).T, at).T,
        Y=_rows(a.Y, at),
        V=_rows(a.V.T, at).T,
        x=_rows(a.x, at),
        S=_rows(a.S.T, at).T,
    )
    note = f"{len(at)} sectors added up to {len(accounts)}"
    return replace(table, accounts=accounts, arrays=blocks, meta=table.meta.but(note))


@typed
def coefficients(
    table: IOTable, concordance: Concordance, *, weights: Labelled | None = None
) -> pd.DataFrame:
    """Input coefficients of groups of sectors, each sector counting as much as it weighs.

    A* = S A w S'(S w S')^-1: the column of a group is the mean of the columns of its sectors, and
    its rows are added up.  `weights` (n, nonnegative) are the outputs x by default, which gives
    the coefficients of `by`; the output of another year, or L f of another demand, gives those
    that this output would have.  A group that weighs nothing has a column of zeros.  n* x n*,
    labelled by group.  Cost: O(n^2).

    Errors: LabelError as `by`; TableError for negative weights.

    >>> import iomodel as im
    >>> small = im.load("miller-blair-2x2")
    >>> A = coefficients(small, {"1": "all", "2": "all"}, weights={"1": 1, "2": 3})
    >>> float(A.loc["all", "all"].round(6))
    0.3125

    Reference: Theil, H. (1957), Linear aggregation in input-output analysis, Econometrica 25,
    111-122.
    """
    at, accounts = _merged(table.accounts, concordance, {})
    return accounts.frame(_weighted(table, at, weights), accounts.index)


@typed
def bias(
    table: IOTable,
    concordance: Concordance,
    demand: Labelled | None = None,
    *,
    weights: Labelled | None = None,
) -> pd.DataFrame:
    """How wrong the coarser table is about the output that a final demand needs.

    With S adding up, A* the coefficients of the groups (`coefficients`) and L* = (I - A*)^-1,

        detailed     S L f          output by the finer table, added up
        aggregated   L* S f         output by the coarser one
        first_order  (A* S - S A) f
        total        (L* S - S L) f = aggregated - detailed

    and percent, of detailed.  Rows are groups; the unit is that of the table.  Both biases are
    zero where the merged columns of A add up alike.  The total one is zero where `demand` is
    proportional to the final demand of the table (the default, for which it is rounding) and
    weights are outputs; the first-order one where it is then proportional to the output, or falls
    only on sectors left alone.
    `demand` is n numbers by sector; `weights` are the outputs x unless given.  Cost: one solve of
    n, one factorisation of n*.

    Errors: LabelError as `by` and for labels of `demand`; NotProductiveError where A* is not.

    >>> import iomodel as im
    >>> mb = im.load("miller-blair-2x2")
    >>> found = bias(mb, {"1": "all", "2": "all"}, {"1": 600.0, "2": 1500})
    >>> found.columns.tolist()
    ['detailed', 'aggregated', 'first_order', 'total', 'percent']
    >>> found.round(3).loc["all"].tolist()
    [3089.109, 3073.171, 5.0, -15.938, -0.516]

    Reference: Theil, H. (1957), Linear aggregation in input-output analysis, Econometrica 25,
    111-122.  Morimoto, Y. (1970), On aggregation problems in input-output analysis, Review of
    Economic Studies 37, 119-126.
    """
    at, accounts = _merged(table.accounts, concordance, {})
    f = table.arrays.Y.sum(axis=1)
    if demand is not None:
        f = table.accounts.array(demand, "The demand")
    A_star = _weighted(table, at, weights)
    coarse = _rows(f, at)
    detailed = _rows(table.L.solve(f), at)
    aggregated = Resolvent(A_star, tuple(show(key) for key in accounts.keys)).solve(coarse)
    total = aggregated - detailed
    columns = {
        "detailed": detailed,
        "aggregated": aggregated,
        "first_order": A_star @ coarse - _rows(table.A.to_numpy() @ f, at),
        "total": total,
        "percent": 100 * total / np.where(detailed != 0, detailed, np.nan),
    }
    return pd.DataFrame(columns, index=accounts.index)


@typed
def split(
    table: IOTable,
    sector: Hashable,
    shares: Mapping[str, float],
    *,
    names: Mapping[str, str] | None = None,
) -> IOTable:
    """The table with one sector cut into parts that buy, sell and earn alike.

    z*_ij = w_i z_ij w_j with w the share of each part (1 for every other sector), and every
    other block likewise.  `shares` maps the code of each part to its share of output, adding up
    to one; the parts stand where the sector stood.  It says nothing that the table did not: every
    multiplier and coefficient of a part is that of the sector, and `by` gives the table back.  It
    is the start for what is known of the parts (balance.ras against their own totals).
    Cost: O(n^2).

    Errors: LabelError for an unknown sector or a code that is taken; TableError for shares that
    are not positive or do not add up to one.

    >>> import iomodel as im
    >>> finer = split(im.load("miller-blair-2x2"), "2", {"2a": 0.25, "2b": 0.75})
    >>> finer.x.to_dict()
    {'1': 1000.0, '2a': 500.0, '2b': 1500.0}

    Reference: Miller, R. E. and Blair, P. D. (2009), Input-Output Analysis, Cambridge University
    Press, chapter 4.
    """
    cut = table.accounts.position(sector)
    values = np.array([float(numbers(s, f"The share of '{c}'")) for c, s in shares.items()])
    if not len(values) or not values.min() > 0 or not abs(values.sum() - 1) <= 1e-12:
        raise TableError(
            f"The shares of the parts of '{show(table.accounts.keys[cut])}' add up to "
            f"{values.sum():.12g}.",
            [f"'{code}': {share:.10g}" for code, share in zip(shares, values, strict=True)],
            "Give positive shares that add up to one.",
        )
    n, k = len(table.accounts), len(values)
    back = [*range(cut), *[cut] * k, *range(cut + 1, n)]
    w = np.ones(len(back))
    w[cut : cut + k] = values
    own = table.accounts
    codes, labels = [own.codes[i] for i in back], [own.names[i] for i in back]
    codes[cut : cut + k] = [as_code(code, own.axis) for code in shares]
    labels[cut : cut + k] = [(names or {}).get(code, code) for code in shares]
    accounts = Accounts.of(
        codes,
        names=labels,
        kinds=[own.kinds[i] for i in back],
        regions=[own.regions[i] for i in back] if own.regions else None,
        axis=own.axis,
    )
    a = table.arrays
    blocks = replace(
        a,
        Z=a.Z[np.ix_(back, back)] * np.outer(w, w),
        Y=a.Y[back] * w[:, None],
        V=a.V[:, back] * w,
        x=a.x[back] * w,
        S=a.S[:, back] * w,
    )
    note = f"'{show(table.accounts.keys[cut])}' cut into {k} parts in proportion"
    return replace(table, accounts=accounts, arrays=blocks, meta=table.meta.but(note))


def _weighted(table: IOTable, at: Sequence[int], weights: Labelled | None) -> Array:
    """A* = S A w S'(S w S')^-1."""
    w = table.arrays.x
    if weights is not None:
        w = table.accounts.array(weights, "The weights")
        wrong = [f"'{show(table.accounts.keys[i])}': {w[i]:.10g}" for i in np.flatnonzero(w < 0)]
        if wrong:
            raise TableError(f"{len(wrong)} weights are negative.", wrong, "Correct them.")
    bought = _rows((table.A.to_numpy() * w).T, at).T
    size = _rows(w, at)
    A: Array = _rows(bought, at) / np.where(size > 0, size, 1.0)
    return A


def _sam(sam: SAM, concordance: Concordance, names: Mapping[str, str]) -> SAM:
    """T* = S T S'; accounts that the concordance does not name stay as they are."""
    pairs = _pairs(concordance)
    named = set()
    for label, _ in pairs:
        with suppress(LabelError):  # `_groups` lists the unknown ones
            named.add(sam.accounts.position(as_code(label, sam.accounts.axis)))
    rest = [(code, code) for i, code in enumerate(sam.accounts.codes) if i not in named]
    at, accounts = _merged(sam.accounts, [*pairs, *rest], names)
    note = f"{len(at)} accounts added up to {len(accounts)}"
    return SAM(accounts, _rows(_rows(sam.array, at).T, at).T, sam.meta.but(note))


def _rows(array: Array, at: Sequence[int]) -> Array:
    """Rows added up by group, one after the other: the same digits on every machine."""
    total = np.zeros((max(at) + 1, *array.shape[1:]))
    np.add.at(total, list(at), array)
    return total


def _pairs(concordance: Concordance) -> list[tuple[Hashable, Group]]:
    if isinstance(concordance, (pd.Series, Mapping)):
        return [(key, _group(group)) for key, group in concordance.items()]
    return [(key, _group(group)) for key, group in concordance]


def _group(group: object) -> Group:
    """A group by its code, or by region and code."""
    if isinstance(group, tuple) and len(group) == 2:
        return str(group[0]), str(group[1])
    return str(group)


def _merged(
    accounts: Accounts, concordance: Concordance, names: Mapping[str, str]
) -> tuple[list[int], Accounts]:
    """Which group each account falls into, and the accounts of the groups."""
    groups = _groups(accounts, concordance)
    order = list(dict.fromkeys(groups))
    return [order.index(group) for group in groups], _grouped(accounts, groups, order, names)


def _groups(accounts: Accounts, concordance: Concordance) -> list[Group]:
    """The group of every account; (region, code) where the regions stay."""
    pairs = _pairs(concordance)
    found: dict[int, set[Group]] = {}
    faults = []
    for label, group in pairs:
        everywhere = _everywhere(accounts, label)
        if everywhere:
            for at in everywhere:
                found.setdefault(at, set()).add(_within(accounts, at, group))
            continue
        try:
            at = accounts.position(label if accounts.regions else as_code(label, accounts.axis))
        except LabelError as error:
            faults.append(f"unknown '{show(label)}'. {error.remedy}")
            continue
        found.setdefault(at, set()).add(group)
    faults += [
        f"'{show(accounts.keys[at])}' is mapped to {', '.join(sorted(map(show, groups)))}"
        for at, groups in found.items()
        if len(groups) > 1
    ]
    faults += [
        f"'{show(key)}' is not mapped ({accounts.names[i][:60]})"
        for i, key in enumerate(accounts.keys)
        if i not in found
    ]
    if faults:
        raise LabelError(
            f"The concordance does not fit the {len(accounts)} sectors: {len(faults)} faults.",
            faults,
            "Give each sector of the table exactly one group.",
        )
    groups = [next(iter(found[i])) for i in range(len(accounts))]
    return _with_regions(accounts, groups) if accounts.regions else groups


def _everywhere(accounts: Accounts, label: Hashable) -> list[int]:
    """The accounts that a code without a region stands for, where accounts have regions."""
    if not accounts.regions or isinstance(label, tuple):
        return []
    code = as_code(label, accounts.axis)
    return [i for i, own in enumerate(accounts.codes) if own == code]


def _within(accounts: Accounts, at: int, group: Group) -> Group:
    return group if isinstance(group, tuple) else (accounts.regions[at], group)


def _with_regions(accounts: Accounts, groups: list[Group]) -> list[Group]:
    """Groups by region and code where none that is named by its code alone crosses regions."""
    regions: dict[str, set[str]] = {}
    for at, group in enumerate(groups):
        if not isinstance(group, tuple):
            regions.setdefault(group, set()).add(accounts.regions[at])
    crossing = [group for group, over in regions.items() if len(over) > 1]
    if not crossing:
        return [_within(accounts, at, group) for at, group in enumerate(groups)]
    kept = [group for group in groups if isinstance(group, tuple)]
    if kept:
        raise LabelError(
            f"{len(crossing)} groups cross regions, and others are inside one.",
            [
                *(f"'{group}' gathers {', '.join(sorted(regions[group]))}" for group in crossing),
                *(f"'{show(group)}' has a region" for group in dict.fromkeys(kept)),
            ],
            "Give every group its region: (region, code).",
        )
    return groups


def _grouped(
    accounts: Accounts, groups: list[Group], order: list[Group], names: Mapping[str, str]
) -> Accounts:
    members: dict[Group, list[int]] = {group: [] for group in order}
    for i, group in enumerate(groups):
        members[group].append(i)
    kinds, labels = [], []
    for group in order:
        of_group = {accounts.kinds[i] for i in members[group]}
        if len(of_group) > 1:
            raise LabelError(
                f"Group '{show(group)}' mixes accounts of kinds {', '.join(sorted(of_group))}.",
                [f"'{show(accounts.keys[i])}' is {accounts.kinds[i]}" for i in members[group]],
                "Add up accounts of one kind only.",
            )
        kinds.append(of_group.pop())
        code = group[1] if isinstance(group, tuple) else group
        alone = accounts.names[members[group][0]] if len(members[group]) == 1 else code
        labels.append(names.get(code, alone))
    regions = [group[0] for group in order if isinstance(group, tuple)]
    codes = [group[1] if isinstance(group, tuple) else group for group in order]
    return Accounts.of(
        codes, names=labels, kinds=kinds, regions=regions or None, axis=accounts.axis
    )
