"""Who gains on whom: what an injection does to shares of income, not to their levels."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

import numpy as np
import pandas as pd

from iomodel import models
from iomodel.accounts import show
from iomodel.arguments import typed
from iomodel.errors import LabelError, TableError
from iomodel.sam import SAMModel

ROLAND_HOLST_SANCHO = (
    "Roland-Holst, D. W. and Sancho, F. (1992), Relative income determination in the United "
    "States: a social accounting perspective, Review of Income and Wealth 38(3), 311-327"
)


@typed
def redistribution(model: SAMModel, *, over: Iterable[Hashable] | None = None) -> pd.DataFrame:
    """The change in shares of income when one more unit is injected into an account.

    Over the accounts S in `over` (accounts or kinds; default all endogenous accounts), with y_S
    their incomes and s = y_S / i'y_S their shares,

        R = (1 / i'y_S) [I - s i'] [M_a]_S.  =  ds / dz,

    one row for each account of S, one column for each endogenous account injected into.  Positive:
    the account gains on the others of S, even where all gain.  Columns sum to zero.  Say which
    accounts: shares among households are one question, shares in all turnover another.

    |S| x n, shares per unit of injection (small: times a realistic injection they are points).
    Cost: |S| solves of 2 n^2 flops, 8 |S| n bytes.
    Errors: LabelError for what `over` names and the model has not inside, for an account named
    twice and for fewer than two accounts; TableError where their incomes add up to nothing.
    Reference: Roland-Holst and Sancho (1992).

    >>> from iomodel.sam import SAM
    >>> codes = ["shop", "rich", "poor", "bank"]
    >>> T = pd.DataFrame([[0.0, 3, 4, 3], [6, 0, 0, 0], [4, 0, 0, 0], [0, 3, 0, 0]], codes, codes)
    >>> kinds = {"shop": "activity", "rich": "institution", "poor": "institution"}
    >>> sam = SAM.from_frame(T, kinds=kinds | {"bank": "saving-investment"})
    >>> found = redistribution(sam.cut(exogenous=["bank"]), over=["rich", "poor"])
    >>> found["poor"].round(4).to_dict()    # a unit for the poor, of 10 in all
    {'rich': -0.06, 'poor': 0.06}
    """
    at = models.select(model, over) if over is not None else list(range(len(model.accounts)))
    chosen = model.accounts.take(at)  # refuses an account named twice
    if len(at) < 2:
        raise LabelError(
            f"`over` names {len(at)} account: its share is one whatever happens.",
            remedy="Name at least two.",
        )
    incomes = model.totals[at]
    whole = float(incomes.sum())
    if abs(whole) <= 1e-12 * float(np.abs(incomes).sum()):
        raise TableError(
            f"The incomes of {len(at)} accounts of '{model.title}' add up to {whole:.6g}.",
            [
                f"'{show(key)}': {income:.6g}"
                for key, income in zip(chosen.keys, incomes, strict=True)
            ],
            "Shares of nothing are not defined: name accounts with income.",
        )
    units = np.zeros((len(model.accounts), len(at)))
    units[at, range(len(at))] = 1.0
    gained = model.L.T.solve(units).T
    changes = (gained - np.outer(incomes / whole, gained.sum(axis=0))) / whole
    frame = chosen.frame(changes, model.accounts.index)
    frame.attrs.update(
        name="redistribution of income",
        unit="change in share per unit of injection",
        formula="R = (1 / i'y) [I - y i' / i'y] M_a",
        reference=ROLAND_HOLST_SANCHO,
    )
    return frame
