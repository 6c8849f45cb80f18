"""Location quotients: how much of each input a region is taken to supply itself."""

from __future__ import annotations

import numpy as np
import pandas as pd

from iomodel.accounts import Accounts, Array
from iomodel.arguments import typed
from iomodel.errors import TableError


@typed
def slq(region: pd.Series, nation: pd.Series) -> pd.Series:
    """The simple location quotient: a sector's share in the region over its share in the nation.

        SLQ_i = (x_i^r / x^r) / (x_i^n / x^n)

    `region` and `nation` hold the size of each sector (output, value added or jobs, one measure for
    both).  Above one the region is taken to supply itself; NaN where the nation has no such sector.

    Cost: O(n).
    Errors: LabelError where the sectors differ, TableError for negative sizes or a region larger
    than the nation.
    Reference: Miller, R. E. and Blair, P. D. (2009), Input-Output Analysis, Cambridge University
    Press, chapter 8.

    >>> region, nation = {"a": 30.0, "b": 70.0}, {"a": 600.0, "b": 400.0}
    >>> slq(pd.Series(region), pd.Series(nation)).round(2).to_dict()
    {'a': 0.5, 'b': 1.75}
    """
    accounts, own, all_ = _sizes(region, nation)
    return accounts.series(_simple(own, all_), "slq")


@typed
def cilq(region: pd.Series, nation: pd.Series) -> pd.DataFrame:
    """The cross-industry quotient: the selling sector's quotient over the buying sector's.

        CILQ_ij = SLQ_i / SLQ_j,   CILQ_ii = SLQ_i

    Rows sell, columns buy; NaN where either sector is not in the nation or the buyer not in the
    region.  Cost: O(n^2).  Errors: those of `slq`.
    Reference: Miller and Blair (2009), chapter 8; the diagonal as Flegg and Webber (1997)
    take it.

    >>> region = pd.Series({"a": 30.0, "b": 10.0})
    >>> nation = pd.Series({"a": 100.0, "b": 300.0})
    >>> cilq(region, nation).round(3).to_numpy().tolist()
    [[3.0, 9.0], [0.111, 0.333]]
    """
    accounts, own, all_ = _sizes(region, nation)
    return accounts.frame(_cross(_simple(own, all_)), accounts.index)


@typed
def flq(region: pd.Series, nation: pd.Series, *, delta: float = 0.3) -> pd.DataFrame:
    """Flegg's quotient: the cross-industry one, lower the smaller the region.

        FLQ_ij = CILQ_ij lambda,   lambda = [log2(1 + x^r / x^n)]^delta

    delta = 0 gives CILQ, larger ones smaller quotients (more bought elsewhere); 0.3 is the value
    its authors found for Scotland, not a constant of nature: see `nearest`.  Cost: O(n^2).
    Errors: those of `slq`; TableError for delta outside [0, 1).
    Reference: Flegg, A. T. and Webber, C. D. (1997), On the appropriate use of location quotients
    in generating regional input-output tables: reply, Regional Studies 31(8), 795-805.

    >>> region = pd.Series({"a": 30.0, "b": 10.0})
    >>> nation = pd.Series({"a": 100.0, "b": 300.0})
    >>> flq(region, nation, delta=0.3).round(3).to_numpy().tolist()
    [[1.654, 4.963], [0.061, 0.184]]
    """
    accounts, own, all_ = _sizes(region, nation)
    return accounts.frame(_flegg(own, all_, delta), accounts.index)


@typed
def aflq(region: pd.Series, nation: pd.Series, *, delta: float = 0.3) -> pd.DataFrame:
    """Flegg's quotient augmented for what the region is specialised in.

        AFLQ_ij = FLQ_ij log2(1 + SLQ_j)  where SLQ_j > 1,   FLQ_ij elsewhere

    `estimate` takes none of them above one.  Cost: O(n^2).
    Errors: those of `flq`.
    Reference: Flegg, A. T. and Webber, C. D. (2000), Regional size, regional specialization and
    the FLQ formula, Regional Studies 34(6), 563-569.

    >>> region = pd.Series({"a": 30.0, "b": 10.0})
    >>> nation = pd.Series({"a": 100.0, "b": 300.0})
    >>> aflq(region, nation, delta=0.3).round(3).to_numpy().tolist()
    [[3.309, 4.963], [0.123, 0.184]]
    """
    accounts, own, all_ = _sizes(region, nation)
    simple = _simple(own, all_)
    special = np.where(simple > 1, np.log2(1 + np.where(simple > 1, simple, 1.0)), 1.0)
    return accounts.frame(_flegg(own, all_, delta) * special, accounts.index)


@typed
def rlq(region: pd.Series, nation: pd.Series) -> pd.DataFrame:
    """Round's semilogarithmic quotient: the seller's, the buyer's and the region's size count.

        RLQ_ij = SLQ_i / log2(1 + SLQ_j)

    Cost: O(n^2).  Errors: those of `slq`.
    Reference: Round, J. I. (1978), An interregional input-output approach to the evaluation of
    nonsurvey methods, Journal of Regional Science 18(2), 179-194.

    >>> region = pd.Series({"a": 30.0, "b": 10.0})
    >>> nation = pd.Series({"a": 100.0, "b": 300.0})
    >>> rlq(region, nation).round(3).to_numpy().tolist()
    [[1.5, 7.228], [0.167, 0.803]]
    """
    accounts, own, all_ = _sizes(region, nation)
    simple = _simple(own, all_)
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = simple[:, None] / np.log2(1 + simple)
    quotient[:, simple == 0] = np.nan
    return accounts.frame(quotient, accounts.index)


def _sizes(region: pd.Series, nation: pd.Series) -> tuple[Accounts, Array, Array]:
    """The sizes of both in the order of the nation, checked."""
    accounts = Accounts.of(nation.index)
    all_, own = accounts.array(nation, "nation"), accounts.array(region, "region")
    wrong = [
        f"'{code}': region {mine:.6g}, nation {whole:.6g}"
        for code, mine, whole in zip(accounts.codes, own, all_, strict=True)
        if not 0 <= mine <= whole * (1 + 1e-9)
    ]
    if wrong or not own.any():
        raise TableError(
            f"{len(wrong)} sectors of the region are negative or larger than in the nation."
            if wrong
            else "The region has no sector of any size.",
            wrong,
            "Give output, value added or jobs of both in one unit, the region as part of the "
            "nation.",
        )
    return accounts, own, all_


def _simple(own: Array, all_: Array) -> Array:
    there = all_ > 0
    share = np.divide(own, all_, out=np.full_like(own, np.nan), where=there)
    found: Array = share / (own.sum() / all_.sum())
    return found


def _cross(simple: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = simple[:, None] / simple
    quotient[:, simple == 0] = np.nan
    np.fill_diagonal(quotient, simple)
    return quotient


def _flegg(own: Array, all_: Array, delta: float) -> Array:
    if not 0 <= delta < 1:
        raise TableError(f"delta is {delta}.", remedy="Give a number from 0 to below 1.")
    size = np.log2(1 + own.sum() / all_.sum())
    found: Array = _cross(_simple(own, all_)) * size**delta
    return found
