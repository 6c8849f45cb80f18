"""Another ownership of the surplus of a SAM that `construct.sam` made, and licences paid abroad."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

import numpy as np
import pandas as pd

from iomodel.accounts import Accounts, Array
from iomodel.arguments import typed
from iomodel.errors import LabelError, MissingAccountError, TableError
from iomodel.ownership import OwnershipKey
from iomodel.sam import SAM
from iomodel.sam.kinds import ACTIVITY, FACTOR
from iomodel.spreading import spread

NATIONAL, FOREIGN, LICENCES = "capital-national", "capital-foreign", "licences"
COMPANIES, POOL, ABROAD = "corporations", "redistribution", "row-income"
SAVING, BALANCE = "saving-investment", "row-balance"


@typed
def with_owners(sam: SAM, key: OwnershipKey, *, equity: float | None = None) -> SAM:
    """The same SAM with the corporate surplus of each activity split by another key.

    Per activity national plus foreign-owned surplus stays, and `key` says how much of it (where
    positive) is foreign-owned.  `equity` is the income of foreign owners paid abroad (default: as
    it was); what it is more or less, companies pay less or more through redistribution, so that
    income abroad stays in all what the accounts say.  The SAM that `construct.sam` makes with this
    key, from the SAM alone.

    Raises MissingAccountError for a SAM without those accounts or an activity the key says nothing
    of, TableError where owners abroad would receive more than the surplus they own, or others more
    than the surplus that is left.
    Cost: O(n^2), the copy.

    >>> import iomodel as im
    >>> key = im.leakage.keys(im.load("mexico-projected-2013"))["neutral"]
    >>> sam = im.load_sam("mexico-2013")
    >>> other = im.construct.with_owners(sam, key)
    >>> [round(float(s.transactions.loc["capital-foreign", "3361"])) for s in (sam, other)]
    [197071, 30507]
    """
    at = _positions(sam, (NATIONAL, FOREIGN, COMPANIES, POOL, ABROAD))
    made = sam.of_kind(ACTIVITY).nonzero()[0]
    share = key.foreign(sam.accounts.take([int(i) for i in made]), sam.meta.title)
    T = sam.array.copy()
    corporate = T[at[NATIONAL], made] + T[at[FOREIGN], made]
    foreign = share * np.maximum(corporate, 0.0)
    T[at[FOREIGN], made], T[at[NATIONAL], made] = foreign, corporate - foreign
    paid = T[at[ABROAD], at[FOREIGN]]
    more = (paid if equity is None else equity) - paid
    T[at[ABROAD], at[FOREIGN]] += more
    T[at[ABROAD], at[POOL]] -= more
    T[at[POOL], at[COMPANIES]] -= more
    for capital in (NATIONAL, FOREIGN):
        T[at[COMPANIES], at[capital]] += T[at[capital]].sum() - T[:, at[capital]].sum()
    _require_possible(sam, T, at)
    notes = tuple(n for n in sam.meta.assumptions if n not in key.notes) + key.notes
    meta = replace(
        sam.meta.but(f"surplus split by the ownership key '{key.name}', {key.level}"),
        assumptions=notes,
    )
    return SAM(sam.accounts, T, meta).require_balanced()


@typed
def licences(sam: SAM, amount: float, *, licensing: Hashable) -> pd.Series:
    """Licences paid abroad by activity, where a SAM counts them as surplus.

    The activity `licensing`, through which they are bought at home, pays out of its corporate
    surplus first; what that cannot bear is spread over the activities that buy from it, in
    proportion and nowhere above their corporate surplus.  In the unit of the SAM, for
    `with_licences`.

    Raises LabelError for an unknown activity, TableError where more is paid than all of them can.
    Cost: O(n) and a round per cap.

    >>> import iomodel as im
    >>> sam = im.load_sam("mexico-2013-21")
    >>> payments = im.construct.licences(sam, 1_000.0, licensing="53")
    >>> round(float(payments.sum()), 6)
    1000.0
    """
    at = _positions(sam, (NATIONAL, FOREIGN))
    made = [int(i) for i in sam.of_kind(ACTIVITY).nonzero()[0]]
    activities = sam.accounts.take(made)
    room = sam.array[np.ix_([at[NATIONAL], at[FOREIGN]], made)].clip(min=0.0).sum(axis=0)
    own = activities.position(licensing)
    paid = np.zeros(len(made))
    paid[own] = min(amount, room[own])
    users = sam.array[made[own], made].clip(min=0.0)
    users[own] = 0.0
    paid += spread(amount - paid[own], users, room - paid)
    if not 0 <= amount * (1 - 1e-9) <= paid.sum():
        raise TableError(
            f"Licences of {amount:.6g} are to be paid by '{licensing}' and its users, who can "
            f"pay from nothing to {paid.sum():.6g}.",
            remedy="Check unit and exchange rate of the payments.",
        )
    return activities.series(paid, LICENCES)


@typed
def with_licences(sam: SAM, payments: pd.Series) -> SAM:
    """The SAM in which activities pay licences abroad out of what it counts as their surplus.

    `payments` by activity, in the unit of the SAM.  They leave by one route: from the activity,
    out of its national and foreign-owned surplus in proportion, to the factor 'licences', to
    income abroad.  Companies receive and save as much less, and the rest of the world lends as
    much more: product stays, national income and the current account fall by what is paid.  With
    payments of nothing the account is there and empty, for models to be compared.

    This is another reading than that of the national accounts, whose totals the SAM holds: use it
    where licence payments are known to sit in value added.

    Raises LabelError for payments of what is no activity, TableError for negative ones or more
    than an activity's surplus, MissingAccountError for a SAM without those accounts.
    Cost: O(n^2), the copy.
    Reference: none, a definition; charges for the use of intellectual property are described in
    the IMF's Balance of Payments Manual (BPM6, 2009).

    >>> import iomodel as im
    >>> sam = im.load_sam("mexico-2013-21")
    >>> payments = im.construct.licences(sam, 1_000.0, licensing="53")
    >>> other = im.construct.with_licences(sam, payments)
    >>> more = other.transactions.loc["row-income"].sum() - sam.transactions.loc["row-income"].sum()
    >>> round(float(more), 6)
    1000.0
    """
    at = _positions(sam, (NATIONAL, FOREIGN, COMPANIES, ABROAD, SAVING, BALANCE))
    if LICENCES in sam.accounts.codes:
        raise LabelError(f"'{sam.meta.title}' has an account '{LICENCES}' already.")
    made = [int(i) for i in sam.of_kind(ACTIVITY).nonzero()[0]]
    activities = sam.accounts.take(made)
    paid = np.zeros(len(made))
    who = activities.positions(payments.index)
    twice = sorted({activities.codes[i] for i in who if who.count(i) > 1})
    if twice:
        raise LabelError(
            f"{len(twice)} activities pay licences twice.", twice, "Give each one amount."
        )
    paid[who] = payments.to_numpy(dtype=np.float64)
    capital = sam.array[np.ix_([at[NATIONAL], at[FOREIGN]], made)]
    surplus = capital.clip(min=0.0).sum(axis=0)
    wrong = [
        f"'{code}': {amount:.6g} of {there:.6g}"
        for code, amount, there in zip(activities.codes, paid, surplus, strict=True)
        if not 0 <= amount <= there * (1 + 1e-12)
    ]
    if wrong:
        raise TableError(
            f"{len(wrong)} activities cannot pay these licences out of their corporate surplus.",
            wrong,
            "Give amounts from zero to the surplus: construct.licences places them so.",
        )
    n = len(sam.accounts)
    T = np.zeros((n + 1, n + 1))
    T[:n, :n] = sam.array
    total = float(paid.sum())
    parts = capital.clip(min=0.0) * np.divide(
        paid, surplus, out=np.zeros_like(paid), where=surplus > 0
    )
    for row, part in zip((at[NATIONAL], at[FOREIGN]), parts, strict=True):
        T[row, made] -= part
        T[at[COMPANIES], row] -= part.sum()
    T[n, made] = paid
    T[at[ABROAD], n] = total
    T[at[SAVING], at[COMPANIES]] -= total
    T[at[BALANCE], at[ABROAD]] += total
    T[at[SAVING], at[BALANCE]] += total
    _require_possible(sam, T, at)
    accounts = Accounts(
        (*sam.accounts.codes, LICENCES),
        (*sam.accounts.names, "Licences paid abroad"),
        (*sam.accounts.kinds, FACTOR),
        axis=sam.accounts.axis,
    )
    note = f"licences paid abroad ({total:.6g} {sam.meta.unit}) taken out of surplus"
    return SAM(accounts, T, sam.meta.but(note)).require_balanced()


def _positions(sam: SAM, codes: tuple[str, ...]) -> dict[str, int]:
    lacking = [f"'{code}'" for code in codes if code not in sam.accounts.codes]
    if lacking:
        raise MissingAccountError(
            f"'{sam.meta.title}' lacks {len(lacking)} accounts of a SAM of `construct.sam`.",
            lacking,
            "Build the SAM with construct.sam, or name its accounts so.",
        )
    return {code: sam.accounts.codes.index(code) for code in codes}


def _require_possible(sam: SAM, T: Array, at: dict[str, int]) -> None:
    """Raise where a payment out of surplus has become negative beyond rounding."""
    dust = 1e-9 * float(np.abs(T).max())
    cells = [
        (at[to], at[of])
        for to, of in (
            (COMPANIES, NATIONAL),
            (COMPANIES, FOREIGN),
            (ABROAD, FOREIGN),
            (ABROAD, POOL),
            (POOL, COMPANIES),
            (SAVING, COMPANIES),
        )
        if to in at and of in at
    ]
    wrong = [
        f"'{sam.accounts.codes[i]}' from '{sam.accounts.codes[j]}': {T[i, j]:.6g}, "
        f"before {sam.array[i, j]:.6g}"
        for i, j in cells
        if T[i, j] < -dust and sam.array[i, j] >= 0
    ]
    if wrong:
        raise TableError(
            f"'{sam.meta.title}' has not the surplus for that: {len(wrong)} payments would be "
            "negative.",
            wrong,
            "Check the key, the income of owners and the payments.",
        )
