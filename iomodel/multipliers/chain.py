"""The chain of suppliers round by round: what each round adds, and how much is still to come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from iomodel import models
from iomodel.about import about
from iomodel.accounts import Array
from iomodel.arguments import typed
from iomodel.display import as_html, as_text
from iomodel.errors import TableError
from iomodel.linalg import Resolvent
from iomodel.models import Amounts, Model

MILLER_BLAIR = "Miller, R. E. and Blair, P. D. (2009), Input-Output Analysis, chapter 2"


@dataclass(frozen=True, eq=False, repr=False)
class Chain:
    """Output by round of the chain of suppliers.

    `added` (round x account): A^k f, round 0 the demand itself; `total` (by account): L f, what
    all rounds add up to; `sums` (by round): what the round added over all accounts, the cumulative
    output, its share of the total (NaN where the total is nothing), and the bound on what is left.
    """

    added: pd.DataFrame
    total: pd.Series
    sums: pd.DataFrame

    __repr__, _repr_html_ = as_text, as_html


@typed
def round_by_round(model: Model, demand: Amounts, *, rounds: int = 10) -> Chain:
    """What suppliers, their suppliers and so on produce for a final demand, round after round.

    x_k = sum over t <= k of A^t f for k = 0 (the demand itself) to `rounds`, and L f for all.
    What is left after round k is L A^(k+1) f.  It is bounded without solving for it: with v > 0
    and s = v - |A| v > 0,

        i' |rest_k| <= t_k i'v,    t_k = max_i |A^(k+1) f|_i / s_i,

    because |A^(k+1) f| <= t_k (I - |A|) v; the smallest so far serves, since less is left after
    every round.  Such a v exists if and only if |A| is productive (Hawkins and Simon); here it is
    (I - |A|)^-1 1, which is L 1 where no coefficient is negative.
    On a cut SAM `demand` are injections and the rounds are payments.

    Frames of (rounds + 1) x n and (rounds + 1) x 4, unit of `demand`.
    Cost: 2 n^2 flops a round and two solves; a SAM with negative propensities is factorised again.
    Errors: LabelError for unknown or repeated accounts; TableError for values that are not finite,
    for demand of an account without output and for `rounds` that is no whole number from 0;
    MissingAccountError for total transactions; NotProductiveError where
    |A| is not productive though A is (a SAM at the margin with negative propensities).
    Reference: Miller and Blair (2009), chapter 2; Hawkins and Simon (1949) for v.

    >>> from iomodel.table import IOTable
    >>> A = pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], ["farms", "mills"], ["farms", "mills"])
    >>> table = IOTable.from_coefficients(A, pd.Series({"farms": 1000.0, "mills": 2000.0}))
    >>> found = round_by_round(table, {"farms": 600, "mills": 1500}, rounds=3)
    >>> found.added.round(2)
    sector   farms    mills
    round
    0       600.00  1500.00
    1       465.00   195.00
    2       118.50   102.75
    3        43.46    28.84
    >>> found.sums.round(3).iloc[-1].tolist()    # 35.559 are left, at most 40.778
    [72.3, 3053.55, 0.988, 40.778]
    """
    models.require(model, "Round by round")
    if not _counts(rounds):
        raise TableError(f"rounds is {rounds!r}.", remedy="Give a whole number, 0 or more.")
    A, f = models.coefficients(model), models.spread(model, demand, "demand")
    total, witness = model.L.solve(f), _witness(model, A)
    slack = witness - np.abs(A) @ witness
    added, bound = np.empty((rounds + 1, len(f))), np.empty(rounds + 1)
    this, before = f, np.inf
    for k in range(rounds + 1):
        added[k] = this
        following = A @ this
        left = float((np.abs(following) / slack).max()) * float(witness.sum())
        bound[k] = before = min(left, before)
        this = following
    sums = added.sum(axis=1)
    cumulative, whole = sums.cumsum(), float(total.sum())
    share = cumulative / whole if whole else np.full(rounds + 1, np.nan)
    index = pd.RangeIndex(rounds + 1, name="round")
    columns = {"added": sums, "cumulative": cumulative, "share": share, "bound": bound}
    frame = about(
        pd.DataFrame(columns, index=index),
        name="output round by round",
        unit=models.unit(model) or "unit of the demand",
        formula="i' A^k f; bound on i' L A^(k+1) f",
        reference=MILLER_BLAIR,
    )
    by_account = pd.DataFrame(added, index=index, columns=model.accounts.index)
    return Chain(by_account, model.accounts.series(total, "total"), frame)


def _counts(rounds: object) -> bool:
    if isinstance(rounds, bool) or not isinstance(rounds, (int, np.integer)):
        return False
    return int(rounds) >= 0


def _witness(model: Model, A: Array) -> Array:
    """v > 0 with v > |A| v."""
    ones = np.ones(len(A))
    if (A < 0).any():
        return Resolvent(np.abs(A)).solve(ones)
    return model.L.solve(ones)
