"""A region's coefficients estimated from the nation's, and held against an official table."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from iomodel import aggregate
from iomodel.accounts import Array
from iomodel.arguments import typed
from iomodel.display import as_html, as_text, money, several
from iomodel.errors import LabelError, MissingAccountError, TableError
from iomodel.linalg import Resolvent
from iomodel.meta import said
from iomodel.regional.quotients import aflq, cilq, flq, rlq, slq
from iomodel.table import IOTable

DELTAS = tuple(round(0.05 * k, 2) for k in range(13))


@dataclass(frozen=True, eq=False, repr=False)
class Region:
    """One region of a multi-regional table beside the nation that the regions add up to.

    `A` are what its industries buy from the region itself per unit of their output, `nation` the
    table of all regions together, `output` and `demand` its output and the demand of its own final
    buyers and of abroad for products of the nation, by sector.
    """

    name: str
    A: pd.DataFrame
    nation: IOTable
    output: pd.Series
    demand: pd.Series

    def _said(self) -> tuple[str, dict[str, str]]:
        meta, whole = self.nation.meta, float(self.nation.arrays.x.sum())
        made = float(self.output.sum())
        return f"Region '{self.name}' of '{meta.title}': {len(self.output)} sectors", {
            **said(meta),
            "sectors": several([str(code) for code in self.output.index]),
            "output": f"{money(made)}" + (f", {100 * made / whole:.3g} % of all" if whole else ""),
        }

    __repr__, _repr_html_ = as_text, as_html


@typed
def region_of(table: IOTable, region: Hashable) -> Region:
    """One region of a multi-regional table, and the nation that all of them make.

    The nation adds up sectors of one code over regions; final demand of the region are the
    categories whose code begins with its name.  Errors: MissingAccountError for a table without
    regions, LabelError for one it does not have.  Cost: O(n^2).

    >>> import iomodel as im
    >>> puebla = im.regional.region_of(im.load("mexico-2018-puebla"), "puebla")
    >>> puebla.A.shape, puebla.name
    ((35, 35), 'puebla')
    """
    regions = table.accounts.regions
    if not regions:
        raise MissingAccountError(
            f"'{table.meta.title}' has no regions.",
            remedy="Read a multi-regional table: iomodel.read_inegi_regions(path).",
        )
    there = list(dict.fromkeys(regions))
    if region not in there:
        raise LabelError(
            f"'{region}' is not a region of '{table.meta.title}'.",
            remedy=f"Its regions are: {', '.join(there)}.",
        )
    at = [i for i, name in enumerate(regions) if name == region]
    codes = [table.accounts.codes[i] for i in at]
    names = {code: table.accounts.names[i] for i, code in zip(at, codes, strict=True)}
    to_code = dict(zip(table.accounts.keys, table.accounts.codes, strict=True))
    nation = aggregate.by(table, to_code, names=names)
    if set(nation.accounts.codes) != set(codes):
        raise LabelError(
            f"The regions of '{table.meta.title}' do not have the same sectors.",
            remedy="Aggregate them to common sectors first: iomodel.aggregate.by.",
        )
    arrays = table.arrays
    buyers = [i for i, c in enumerate(table.categories.codes) if c.startswith(f"{region} ")]
    bought = np.zeros(len(codes))
    place = {code: k for k, code in enumerate(codes)}
    for i, code in enumerate(table.accounts.codes):
        bought[place[code]] += arrays.Y[i, buyers].sum()
    order = [place[code] for code in nation.accounts.codes]
    at = [at[k] for k in order]
    own = arrays.Z[np.ix_(at, at)] / np.where(arrays.x[at] != 0, arrays.x[at], 1.0)
    to = nation.accounts
    return Region(
        str(region),
        to.frame(own, to.index),
        nation,
        to.series(arrays.x[at], "output"),
        to.series(bought[order], "demand"),
    )


@typed
def estimate(nation: IOTable, quotients: pd.Series | pd.DataFrame) -> pd.DataFrame:
    """Regional coefficients out of the nation's: a_ij^r = a_ij^n min(1, q_ij).

    `quotients` by sector (each row of A scaled: SLQ, a supply-demand pool, CHARM's self-supply) or
    by pair of sectors (CILQ, FLQ, AFLQ, RLQ).  A quotient that is not defined (NaN: the buyer has
    no output in the region) gives nothing bought.

    Raises TableError for negative quotients, LabelError where the sectors differ.  Cost: O(n^2).
    Reference: Miller and Blair (2009), chapter 8.

    >>> import iomodel as im
    >>> puebla = im.regional.region_of(im.load("mexico-2018-puebla"), "puebla")
    >>> q = im.regional.slq(puebla.output, puebla.nation.x)
    >>> im.regional.estimate(puebla.nation, q).shape
    (35, 35)
    """
    accounts = nation.accounts
    if isinstance(quotients, pd.DataFrame):
        q = accounts.block(quotients.fillna(0.0), accounts, "quotients")
    else:
        row = accounts.array(quotients.fillna(0.0), "quotients")
        q = np.repeat(row[:, None], len(accounts), axis=1)
    if (q < 0).any():
        i, j = np.argwhere(q < 0)[0]
        raise TableError(
            f"The quotient of '{accounts.codes[i]}' for '{accounts.codes[j]}' is {q[i, j]:.6g}.",
            remedy="A quotient is zero or more.",
        )
    return accounts.frame(nation.A.to_numpy() * np.minimum(q, 1.0), accounts.index)


@typed
def compare(estimated: pd.DataFrame, official: pd.DataFrame, output: pd.Series) -> pd.Series:
    """How far estimated regional coefficients are from official ones.

    `stpe`: sum of absolute differences of coefficients in per cent of the sum of official ones;
    `multiplier_error`: mean absolute difference of output multipliers i'(I - A^rr)^-1 in per cent,
    weighted by `output`; `multiplier_bias`: the same with its sign (positive: too high).  Sectors
    without output in the region do not count.

    Raises LabelError where sectors differ, NotProductiveError for coefficients that make no model.
    Cost: two factorisations.
    Reference: Miller and Blair (2009), chapter 7, for the standardised total percentage error.

    >>> import iomodel as im
    >>> puebla = im.regional.region_of(im.load("mexico-2018-puebla"), "puebla")
    >>> q = im.regional.flq(puebla.output, puebla.nation.x)
    >>> estimated = im.regional.estimate(puebla.nation, q)
    >>> im.regional.compare(estimated, puebla.A, puebla.output).round(1).to_dict()
    {'stpe': 39.2, 'multiplier_error': 2.5, 'multiplier_bias': -1.8}
    """
    same = official.loc[estimated.index, estimated.columns]
    x = output.loc[estimated.index].to_numpy(dtype=np.float64)
    counted = x > 0
    ours, theirs = estimated.to_numpy(), same.to_numpy()
    found, wanted = _sums(ours), _sums(theirs)
    percent = 100 * (found - wanted)[counted] / wanted[counted]
    weights = x[counted] / x[counted].sum()
    return pd.Series(
        {
            "stpe": 100
            * float(np.abs(ours - theirs)[:, counted].sum())
            / float(np.abs(theirs[:, counted]).sum()),
            "multiplier_error": float(weights @ np.abs(percent)),
            "multiplier_bias": float(weights @ percent),
        }
    )


def _sums(A: Array) -> Array:
    return Resolvent(A).solve(np.ones(len(A)), transposed=True)


@typed
def nearest(region: Region, *, deltas: Sequence[float] = DELTAS) -> pd.DataFrame:
    """Which quotient, and which delta, comes nearest to the official coefficients of a region.

    Rows (quotient, delta; NaN where there is none), columns as `compare`, the smallest `stpe`
    first.  SLQ, CILQ and RLQ once, FLQ and AFLQ for each delta; by output of sectors.  The delta
    that fits one region is no estimate for another: how much it differs between regions is the
    reading.

    Cost: two factorisations for each row.
    Reference: Flegg and Webber (1997) and (2000), Round (1978).

    >>> import iomodel as im
    >>> puebla = im.regional.region_of(im.load("mexico-2018-puebla"), "puebla")
    >>> im.regional.nearest(puebla, deltas=[0.2, 0.3, 0.4])["stpe"].round(1).iloc[0].item()
    39.2
    """
    sizes = region.output, region.nation.x
    tried: dict[tuple[str, float], pd.Series | pd.DataFrame] = {
        ("slq", np.nan): slq(*sizes),
        ("cilq", np.nan): cilq(*sizes),
        ("rlq", np.nan): rlq(*sizes),
    }
    scaled: Mapping[str, Callable[..., pd.DataFrame]] = {"flq": flq, "aflq": aflq}
    for name, quotient in scaled.items():
        for delta in deltas:
            tried[name, delta] = quotient(*sizes, delta=delta)
    rows = {
        key: compare(estimate(region.nation, q), region.A, region.output)
        for key, q in tried.items()
    }
    frame = pd.DataFrame(list(rows.values()))
    frame.index = pd.MultiIndex.from_tuples(rows, names=["quotient", "delta"])
    return frame.sort_values("stpe", kind="stable")
