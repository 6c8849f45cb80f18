"""Fixed-price multipliers: what more income buys at the margin, not on average."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from iomodel.accounts import Accounts, Array, show
from iomodel.arguments import typed
from iomodel.display import as_html, as_text, inline, parts
from iomodel.errors import LabelError, TableError
from iomodel.linalg import Updated
from iomodel.sam import SAMModel

ADDS_UP = 1e-9


@dataclass(frozen=True, eq=False, repr=False)
class FixedPrice:
    """A SAM model at the margin beside the same on average: M_c and M_a.

    `marginal` is a model like any other (its A is C_n), `average` the one it was made from.
    """

    average: SAMModel
    marginal: SAMModel

    @property
    def C(self) -> pd.DataFrame:
        """Marginal propensities, n x n."""
        return self.marginal.A

    @property
    def multipliers(self) -> pd.DataFrame:
        """M_c = (I - C_n)^-1, n x n."""
        return self.marginal.L.to_frame()

    @property
    def income_effects(self) -> pd.DataFrame:
        """M_c - M_a: what the change in the composition of spending adds, n x n."""
        return self.multipliers - self.average.L.to_frame()

    def _said(self) -> tuple[str, dict[str, str]]:
        return f"FixedPrice of {inline(self.average)}", parts(self)

    __repr__, _repr_html_ = as_text, as_html


@typed
def fixed_price(
    model: SAMModel, elasticities: Mapping[str, Mapping[str, float] | pd.Series] | pd.DataFrame
) -> FixedPrice:
    """Multipliers in which another peso of income is spent otherwise than the pesos before it.

    Marginal propensities are average ones times income elasticities of expenditure, c_ij = a_ij
    e_ij, at fixed prices; M_c = (I - C_n)^-1, and M_c - M_a are the income effects.
    `elasticities` gives for the account that spends (a household) the elasticity of each account
    it pays, endogenous or not: {"households": {"3361": 1.8, "saving": 0.7}} or a frame with the
    spenders as columns.  What is not named has elasticity one, so {} gives M_a.

    What an account has is spent or leaks at the margin too: sum_i a_ij e_ij = sum_i a_ij = 1 over
    endogenous and exogenous accounts (Engel aggregation).  It is checked, and nothing is scaled.

    Cost: 2k solves for k accounts that spend otherwise (Woodbury, from the factors of M_a).
    Errors: TableError, with the sums, where elasticities do not aggregate or are not finite;
    LabelError for unknown or repeated accounts; NotProductiveError where nothing more would leak.
    Reference: Pyatt and Round (1979).

    >>> from iomodel.sam import SAM
    >>> codes = ["shop", "people", "bank"]
    >>> T = pd.DataFrame([[0.0, 9, 1], [10, 0, 0], [0, 1, 0]], codes, codes)
    >>> kinds = {"shop": "activity", "people": "institution", "bank": "saving-investment"}
    >>> model = SAM.from_frame(T, kinds=kinds).cut(exogenous=["bank"])
    >>> found = fixed_price(model, {"people": {"shop": 0.5, "bank": 5.5}})
    >>> found.C.loc["shop", "people"].item()    # of 0.9 on average
    0.45
    >>> found.multipliers.round(3).loc["shop"].tolist()
    [1.818, 0.818]
    >>> found.income_effects.round(3).loc["shop"].tolist()    # M_a is 10 and 9
    [-8.182, -8.182]
    """
    everyone = _everyone(model)
    shares = np.vstack([model.propensities, model.leaks])
    at, changed, wrong = [], [], []
    for label, given in elasticities.items():
        j = model.accounts.position(label)
        column = shares[:, j] * _column(everyone, given, f"elasticities of '{show(label)}'")
        if abs(column.sum() - shares[:, j].sum()) > ADDS_UP:
            wrong.append(
                f"'{show(model.accounts.keys[j])}': shares times elasticities add up to "
                f"{column.sum():.10g}, shares to {shares[:, j].sum():.10g}"
            )
        if shares[:, j].any():
            at.append(j)
            changed.append(column)
    if wrong:
        raise TableError(
            f"The elasticities of {len(wrong)} accounts do not aggregate.",
            wrong,
            "Another peso is spent or leaks like the others: give the elasticity of saving, taxes "
            "and imports too, so that the shares times the elasticities add up to one.",
        )
    model.accounts.take(at)  # refuses an account named twice
    return FixedPrice(model, _at_the_margin(model, at, changed) if at else model)


def _at_the_margin(model: SAMModel, at: list[int], columns: list[Array]) -> SAMModel:
    """The model with these columns of shares: sums as in the base year, whatever they are there."""
    n = len(model.accounts)
    propensities, leaks = model.propensities.copy(), model.leaks.copy()
    both = np.column_stack(columns)
    labels = tuple(show(key) for key in model.accounts.keys)
    solver = Updated(model.L.resolvent, both[:n] - propensities[:, at], at, labels)
    propensities[:, at], leaks[:, at] = both[:n], both[n:]
    return replace(model, propensities=propensities, leaks=leaks, solver=solver)


def _everyone(model: SAMModel) -> Accounts:
    inside, outside = model.accounts, model.outside
    return Accounts(
        inside.codes + outside.codes,
        inside.names + outside.names,
        inside.kinds + outside.kinds,
        axis="account",
    )


def _column(everyone: Accounts, given: Mapping[str, float] | pd.Series, what: str) -> Array:
    """The elasticity of each account that is paid: one where none is given."""
    if not isinstance(given, (Mapping, pd.Series)):
        raise LabelError(
            f"The {what} are {given!r}: no account that is paid is named.",
            remedy="Give {account: elasticity}, one for each account whose share changes.",
        )
    at = everyone.positions(given.index if isinstance(given, pd.Series) else given)
    column = np.ones(len(everyone))
    if at:
        column[at] = everyone.take(at).array(given, what)
    return column
