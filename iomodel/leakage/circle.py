"""Leakage in the circular flow of a SAM: where injections end, and what repatriation changes."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np
import pandas as pd

from iomodel.errors import LabelError, MissingAccountError, TableError
from iomodel.sam import SAM, SAMModel, require_model
from iomodel.sam.kinds import (
    BALANCE_ABROAD,
    INCOME_ABROAD,
    INSTITUTION,
    REST_OF_WORLD,
    SAVING,
    TAX,
    TRADE,
    TRANSFERS_ABROAD,
)

CHANNELS = {
    TRADE: "imports",
    TAX: "taxes",
    SAVING: "saving",
    INCOME_ABROAD: "factor_income_abroad",
    TRANSFERS_ABROAD: "transfers_abroad",
    REST_OF_WORLD: "rest_of_the_world",
    INSTITUTION: "institutions",
}


def matrix(model: SAMModel) -> pd.DataFrame:
    """Where an injection ends: Lambda = A_x M_a, exogenous x endogenous accounts.

    A_x is what each endogenous account pays the exogenous ones per unit of its total.  Whatever
    enters the circle leaves it, so the column of every account with transactions sums to one.

    Cost: one solve with as many right sides as exogenous accounts.
    Errors: MissingAccountError for a SAM that is not cut.
    Reference: Pyatt, G. and Round, J. I. (1979), Accounting and fixed price multipliers in a
    social accounting matrix framework, Economic Journal 89(356), 850-873, for M_a; the column
    sums follow from i'A + i'A_x = i'.
    """
    require_model(model)
    through = model.L.T.solve(np.ascontiguousarray(model.leaks.T))
    return model.outside.frame(through.T, model.accounts.index)


def channels(model: SAMModel) -> pd.DataFrame:
    """The leakage matrix by channel: imports, taxes, saving, factor income and transfers abroad.

    Endogenous accounts x channels; rows sum to one.  Exogenous institutions (a government, say,
    that is paid directly) are a channel of their own.
    """
    found = matrix(model)
    groups = [CHANNELS.get(kind, kind) for kind in model.outside.kinds]
    totals = found.groupby(groups, sort=False).sum().T
    return totals.rename_axis(model.accounts.axis).rename_axis("channel", axis="columns")


def as_if_resident(sam: SAM, *, to: str = "households") -> SAM:
    """The SAM as the studies build it: income paid abroad reaches residents, who save it.

    Every payment to an account of kind row-income goes to `to` instead; `to` saves it (its
    purchases are those of the base year), and what the rest of the world no longer receives it no
    longer lends: the current account improves by as much as saving rises.  Balanced by
    construction.  The comparison that Cypher (2023), Revista de Economia Politica 43(1),
    212-235, asks for is between this SAM and the one of the accounts.

    Raises MissingAccountError where no account of kind row-income, its balance and saving exist.
    """
    accounts = sam.accounts
    income, balance = accounts.of_kind(INCOME_ABROAD), accounts.of_kind(BALANCE_ABROAD)
    at = accounts.position(to)
    saving = [i for i in accounts.of_kind(SAVING) if sam.array[i, at] > 0]
    if len(income) != 1 or len(balance) != 1 or not saving:
        raise MissingAccountError(
            f"'{sam.meta.title}' does not keep income paid abroad apart, or '{to}' saves nothing.",
            [
                f"{len(income)} accounts of kind {INCOME_ABROAD}",
                f"{len(balance)} of kind {BALANCE_ABROAD}",
                f"{len(saving)} of kind {SAVING} that '{to}' pays",
            ],
            "Split the rest of the world into row-trade, row-income, row-transfers, row-balance.",
        )
    T = sam.array.copy()
    out, bal = income[0], balance[0]
    save = max(saving, key=lambda i: float(sam.array[i, at]))
    paid = T[out].copy()
    paid[bal] = 0.0
    stays = float(paid.sum())
    T[out] -= paid
    T[at] += paid
    T[at, at] -= paid[at]  # what it paid abroad itself it simply keeps
    T[save, at] += stays
    for receiver, payer in ((bal, out), (save, bal)):
        net = T[receiver, payer] - T[payer, receiver] - stays
        T[receiver, payer], T[payer, receiver] = max(net, 0.0), max(-net, 0.0)
    note = f"income paid abroad ({stays:.6g} {sam.meta.unit}) received and saved by '{to}'"
    return SAM(accounts, T, sam.meta.but(note)).require_balanced()


def held(model: SAMModel, without: SAMModel, *, account: str = "households") -> SAMModel:
    """The model with leakage in which `account` spends as it did in the model without it.

    The marginal experiment: propensities are held at those of `without` (`as_if_resident`, cut
    alike) and less income comes.  `model` itself is the benchmark-consistent experiment: its
    propensities reproduce base-year consumption out of the income that stayed.  One column changes,
    solved by Woodbury from the factors of `model`.

    Raises LabelError where the two models are not cut alike.
    """
    require_model(model)
    require_model(without)
    if (model.accounts, model.outside) != (without.accounts, without.outside):
        raise LabelError(
            "The two models are not cut alike.", remedy="Cut both SAMs by the same accounts."
        )
    return model.with_columns(without.spending(account).to_frame())


def with_repatriation(
    model: SAMModel, shares: Mapping[Hashable, float], *, abroad: Hashable
) -> SAMModel:
    """The model in which accounts pay these shares of their total to `abroad`, the rest scaled.

    With s_j the share of account j and a_ij what it spends now, the columns become
    a_ij (1 - s_j) / (1 - a_abroad,j) and s_j itself: propensities out of what is left are held.
    Zero for all gives no repatriation; no multiplier rises in any share.  Solved by Woodbury from
    the factors of `model`: 2k solves for k accounts.

    Raises LabelError where `abroad` is not an exogenous account, TableError for shares outside
    [0, 1] and for accounts that pay nothing to anybody else.
    Reference: the columns are the definition; Woodbury, M. A. (1950), Inverting modified
    matrices, Memorandum Report 42, Statistical Research Group, Princeton University.
    """
    require_model(model)
    out = model.outside.codes[model.outside.position(abroad)]
    wrong = [f"'{code}': {share:.6g}" for code, share in shares.items() if not 0 <= share <= 1]
    if wrong:
        raise TableError(
            f"{len(wrong)} shares of repatriation are outside [0, 1].",
            wrong,
            "Give the part of the account's total that is paid abroad.",
        )
    columns = {}
    for code, share in shares.items():
        spent = model.spending(code)
        rest = float(spent.drop(out).sum())
        if rest <= 1e-12:
            raise TableError(
                f"'{code}' pays nobody but '{out}': nothing is left to be scaled.",
                remedy="Give its whole column: model.with_columns.",
            )
        columns[code] = spent * ((1 - share) / rest)
        columns[code][out] = share
    if not columns:
        return model
    return model.with_columns(pd.DataFrame(columns))
