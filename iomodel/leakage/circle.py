"""Leakage in the circular flow of a SAM: where injections end, and what repatriation changes."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from iomodel.about import about
from iomodel.accounts import Array, show
from iomodel.arguments import typed
from iomodel.errors import LabelError, MissingAccountError
from iomodel.multipliers.accounting import PYATT_ROUND
from iomodel.sam import SAM, SAMModel
from iomodel.sam.kinds import (
    ABROAD,
    ACTIVITY,
    BALANCE_ABROAD,
    COMMODITY,
    FACTOR,
    INCOME_ABROAD,
    INSTITUTION,
    REST_OF_WORLD,
    SAVING,
    TAX,
    TRADE,
    TRANSFERS_ABROAD,
)

PER_INJECTION = "unit per unit injected"
GOVERNMENT = "government"  # its interest abroad is no surplus of an activity
CHANNELS = {
    TRADE: "imports",
    TAX: "taxes",
    SAVING: "saving",
    INCOME_ABROAD: "factor_income_abroad",
    TRANSFERS_ABROAD: "transfers_abroad",
    REST_OF_WORLD: "rest_of_the_world",
    INSTITUTION: "institutions",
}


@typed
def matrix(model: SAMModel) -> pd.DataFrame:
    """Where an injection ends: Lambda = A_x M_a, exogenous x endogenous accounts.

    A_x is what each endogenous account pays the exogenous ones per unit of its total.  Whatever
    enters the circle leaves it, so the column of every account with transactions sums to one.

    Cost: one solve with as many right sides as exogenous accounts.
    Reference: Pyatt, G. and Round, J. I. (1979), Accounting and fixed price multipliers in a
    social accounting matrix framework, Economic Journal 89(356), 850-873, for M_a; the column
    sums follow from i'A + i'A_x = i'.

    >>> import iomodel as im
    >>> sam = im.load_sam("mexico-2013-21")
    >>> model = sam.cut(exogenous=["government", "saving-investment", "tax", "row"])
    >>> bool((abs(im.leakage.matrix(model).sum() - 1) < 1e-9).all())
    True
    """
    through = model.L.T.solve(np.ascontiguousarray(model.leaks.T))
    return about(
        model.outside.frame(through.T, model.accounts.index),
        name="where an injection ends, by exogenous account",
        unit=PER_INJECTION,
        formula="Lambda = A_x M_a",
        reference=PYATT_ROUND,
    )


@typed
def channels(model: SAMModel) -> pd.DataFrame:
    """The leakage matrix by channel: imports, taxes, saving, factor income and transfers abroad.

    Endogenous accounts x channels; rows sum to one.  Exogenous institutions (a government, say,
    that is paid directly) are a channel of their own.

    >>> import iomodel as im
    >>> sam = im.load_sam("mexico-2013-21")
    >>> model = sam.cut(exogenous=["government", "saving-investment", "tax", "row"])
    >>> im.leakage.channels(model).loc["3361", ["taxes", "imports"]].round(4).to_dict()
    {'taxes': 0.0371, 'imports': 0.5924}
    """
    found = matrix(model)
    groups = [CHANNELS.get(kind, kind) for kind in model.outside.kinds]
    totals = found.groupby(groups, sort=False).sum().T
    return about(
        totals.rename_axis(model.accounts.axis).rename_axis("channel", axis="columns"),
        name="where an injection ends, by channel",
        unit=PER_INJECTION,
        formula="Lambda = A_x M_a, added up by kind of account",
        reference=PYATT_ROUND,
    )


@typed
def as_if_resident(sam: SAM, *, government: str | None = GOVERNMENT) -> SAM:
    """The SAM in which income paid abroad belonged to residents, and their purchases were the same.

    Foreign-owned surplus is treated as the national kind: what a factor pays to row-income goes to
    the institutions it pays otherwise (or all factors pay), and passes with their propensities
    through those that buy nothing (companies, redistribution; the rest of the world left out)
    until it reaches buyers.  What redistribution pays to row-income stays in it.  Buyers save what
    reaches them (purchases are those of the base year), and what the rest of the world no longer
    receives it no longer lends: saving at home rises by as much as saving from abroad falls.
    Interest that the account `government` pays abroad stays as it is (None: nobody's does).
    Balanced by construction.

    The comparison of this SAM with the one of the accounts is what Cypher (2023), Revista de
    Economia Politica 43(1), 212-235, asks for.
    Raises MissingAccountError where income, its balance and saving are not accounts of their own,
    or no account is called as `government` says.

    >>> import iomodel as im
    >>> sam = im.load_sam("mexico-2013-21")
    >>> resident = im.leakage.as_if_resident(sam)
    >>> [round(float(s.transactions.loc["row-income"].sum())) for s in (sam, resident)]
    [614925, 205587]
    """
    accounts = sam.accounts
    income, balance = accounts.of_kind(INCOME_ABROAD), accounts.of_kind(BALANCE_ABROAD)
    if len(income) != 1 or len(balance) != 1 or not accounts.of_kind(SAVING):
        raise MissingAccountError(
            f"'{sam.meta.title}' does not keep income paid abroad apart.",
            [f"{len(income)} of kind {INCOME_ABROAD}", f"{len(balance)} of kind {BALANCE_ABROAD}"],
            "Split the rest of the world into row-trade, row-income, row-transfers, row-balance.",
        )
    out = income[0]
    payers = [i for i in accounts.of_kind(INSTITUTION) if sam.array[out, i]]
    if payers and government is not None and government not in accounts.codes:
        raise MissingAccountError(
            f"'{sam.meta.title}' has no account '{government}', whose interest abroad would stay.",
            [f"'{show(accounts.keys[i])}' pays {sam.array[out, i]:.6g}" for i in payers],
            "Name it: as_if_resident(sam, government=CODE), or None where there is none.",
        )
    T = sam.array.copy()
    received = _moved_home(sam, T, out, government)
    abroad = accounts.of_kind(*ABROAD)
    makers = accounts.of_kind(ACTIVITY, COMMODITY)
    people = accounts.of_kind(INSTITUTION)
    through = [i for i in people if not T[makers, i].any()]
    buyers = [i for i in people if i not in through]
    # what each pass-through account pays others at home, per unit of what it pays at home
    paid = T[:, through].copy()
    paid[abroad] = 0.0
    shares = paid / np.where(paid.sum(axis=0) > 0, paid.sum(axis=0), 1.0)
    extra = np.linalg.solve(np.eye(len(through)) - shares[through], received[through])
    for i, amount, all_paid in zip(through, extra, paid.sum(axis=0), strict=True):
        if amount and not all_paid:
            raise _nobody_at_home(sam, i)
    T[:, through] += shares * extra
    reached = received[buyers] + shares[buyers] @ extra
    for buyer, amount in zip(buyers, reached, strict=True):
        T[_saving_of(sam, buyer), buyer] += amount
    _lend_less(sam, T, out, balance[0], float(received.sum()))
    note = f"income paid abroad ({received.sum():.6g} {sam.meta.unit}) kept by residents"
    return SAM(accounts, T, sam.meta.but(note)).require_balanced()


def _moved_home(sam: SAM, T: Array, out: int, government: str | None) -> Array:
    """Take payments to row-income off T; what each institution at home receives instead."""
    accounts = sam.accounts
    received = np.zeros(len(accounts))
    institutions, factors = accounts.of_kind(INSTITUTION), accounts.of_kind(FACTOR)
    for payer in accounts.of_kind(FACTOR, INSTITUTION):
        amount = T[out, payer]
        if not amount or accounts.codes[payer] == government:
            continue
        T[out, payer] = 0.0
        if payer in institutions:
            received[payer] += amount
            continue
        others = T[institutions, payer]
        if others.sum() <= 0:  # it pays only abroad: its owners at home would be those of the rest
            others = T[np.ix_(institutions, factors)].sum(axis=1)
        if others.sum() <= 0:
            raise _nobody_at_home(sam, payer)
        T[institutions, payer] += amount * others / others.sum()
        received[institutions] += amount * others / others.sum()
    return received


def _nobody_at_home(sam: SAM, payer: int) -> MissingAccountError:
    return MissingAccountError(
        f"'{show(sam.accounts.keys[payer])}' pays nobody at home.",
        remedy="Its income has no resident owner to be given to.",
    )


def _saving_of(sam: SAM, buyer: int) -> int:
    """The account of saving that a buyer pays, or pays most."""
    saving = sam.accounts.of_kind(SAVING)
    return max(saving, key=lambda i: float(sam.array[i, buyer] + sam.array[i].sum() * 1e-12))


def _lend_less(sam: SAM, T: Array, out: int, balance: int, amount: float) -> None:
    """The rest of the world receives less income and lends as much less."""
    save = max(sam.accounts.of_kind(SAVING), key=lambda i: float(sam.array[i].sum()))
    for receiver, payer in ((balance, out), (save, balance)):
        net = T[receiver, payer] - T[payer, receiver] - amount
        T[receiver, payer], T[payer, receiver] = max(net, 0.0), max(-net, 0.0)


@typed
def held(model: SAMModel, without: SAMModel, *, account: Hashable = "households") -> SAMModel:
    """The model with leakage in which `account` spends as it did in the model without it.

    The marginal experiment: propensities are held at those of `without` (`as_if_resident`, cut
    alike) and less income comes.  `model` itself is the benchmark-consistent experiment: its
    propensities reproduce base-year consumption out of the income that stayed.  One column changes,
    solved by Woodbury from the factors of `model`.

    Raises LabelError where the two models are not cut alike.

    >>> import iomodel as im
    >>> sam = im.load_sam("mexico-2013-21")
    >>> model = sam.cut(exogenous=["government", "saving-investment", "tax", "row"])
    >>> without = im.leakage.as_if_resident(sam).cut(exogenous=model.outside.codes)
    >>> held = im.leakage.held(model, without)
    >>> [round(float(m.L.column_sums()["3361"]), 3) for m in (without, held, model)]
    [5.012, 4.585, 4.64]
    """
    if (model.accounts, model.outside) != (without.accounts, without.outside):
        raise LabelError(
            "The two models are not cut alike.", remedy="Cut both SAMs by the same accounts."
        )
    return model.with_columns(without.spending(account).to_frame())
