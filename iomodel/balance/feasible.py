"""Whether a SAM can be balanced at all: money that goes round, and nothing asked twice."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from iomodel.accounts import Accounts, Array, show
from iomodel.balance.arcs import Arcs
from iomodel.balance.dual import Positions, Problem, summed
from iomodel.errors import BalanceError, TableError

CONSISTENT = 1e-11


def require_circle(accounts: Accounts, transactions: Array) -> None:
    """Refuse accounts on one side only, and payments that can never come back to the payer."""
    keys = accounts.keys
    paid = np.maximum(transactions, 0.0) + np.maximum(-transactions.T, 0.0)
    receipts, payments = paid.sum(axis=1), paid.sum(axis=0)
    one_sided = [
        f"account '{show(keys[i])}' receives {receipts[i]:.10g} and pays nothing"
        for i in np.flatnonzero((receipts > 0) & (payments == 0))
    ]
    one_sided += [
        f"account '{show(keys[i])}' pays {payments[i]:.10g} and receives nothing"
        for i in np.flatnonzero((payments > 0) & (receipts == 0))
    ]
    if one_sided:
        error = BalanceError(
            f"{len(one_sided)} accounts stand on one side only, so that no SAM with these zeros "
            "balances.",
            one_sided,
            "Put a first estimate into a cell of the empty side, or leave the account out.",
        )
        error.residual = float(np.maximum(receipts, payments)[receipts * payments == 0].max())
        raise error
    _, member = connected_components(csr_array(paid > 0), directed=True, connection="strong")
    lost = np.argwhere((paid > 0) & (member[:, None] != member[None, :]))
    if len(lost):
        error = BalanceError(
            f"{len(lost)} payments leave a group of accounts to which nothing comes back, so that "
            "no SAM with these zeros balances.",
            [f"'{show(keys[j])}' pays '{show(keys[i])}' {paid[i, j]:.10g}" for i, j in lost],
            "Put a first estimate into the cell through which the money returns.",
        )
        error.residual = float(paid[tuple(lost.T)].max())
        raise error


def require_exact(accounts: Accounts, arcs: Arcs, spread: Array) -> None:
    """Refuse an exact total of an account whose negative cells are estimated."""
    keys = accounts.keys
    loose = np.flatnonzero((arcs.turned > 0) & (spread == 0))
    if len(loose):
        raise TableError(
            f"{len(loose)} accounts have a standard error of zero, but hold negative cells: their "
            "totals would only be met with those cells turned round.",
            [f"account '{show(keys[i])}': negative cells of {arcs.turned[i]:.10g}" for i in loose],
            "Hold the negative cells with `fixed`, or give the totals a standard error.",
        )


def free_multipliers(accounts: Accounts, arcs: Arcs, p: Problem) -> Positions:
    """Which multipliers are unknown: all but that of the largest account of each group.

    A group is a set of receivers and of payers joined by the payments to estimate, and by the
    total of an account that has an error, which makes what it receives and what it spends move
    together.  Shifting all multipliers of a group changes nothing; in return what its receivers
    must get has to be what its payers have to spend, or nothing balances.
    """
    n = p.n
    loose = np.flatnonzero((p.spread[:n] > 0) & (p.total > 0))
    links = csr_array(
        (
            np.ones(len(p.payer) + len(loose)),
            (np.r_[p.receiver, loose], n + np.r_[p.payer, loose]),
        ),
        shape=(2 * n, 2 * n),
    )
    count, member = connected_components(links, directed=False)
    receives = summed(member[:n], p.total + p.given[:n], count)
    spends = summed(member[n:], p.total, count)
    held = np.abs(arcs.held)
    size = summed(member[:n], p.total + held.sum(axis=0) + held.sum(axis=1), count)
    wrong = np.flatnonzero(np.abs(receives - spends) > CONSISTENT * np.maximum(size, 1e-300))
    if len(wrong):
        keys = accounts.keys
        error = BalanceError(
            f"What is fixed or exact leaves {len(wrong)} groups of accounts that cannot balance.",
            [
                f"{_named(keys, member[:n] == g)} must receive {receives[g]:.10g} in free cells, "
                f"where {_named(keys, (member[n:] == g) & (p.total > 0))} can pay {spends[g]:.10g}"
                for g in wrong
            ],
            "Free cells, or give the totals a standard error.",
        )
        error.residual = float(np.abs(receives - spends).max())
        raise error
    free = np.ones(len(p.given), dtype=bool)
    for group in np.unique(member[:n]):
        at = np.flatnonzero(member[:n] == group)
        free[at[np.argmax(p.total[at])]] = False
    chosen: Positions = np.flatnonzero(free)
    return chosen


def _named(keys: Sequence[Hashable], which: npt.NDArray[np.bool_]) -> str:
    """The accounts of a group, the first five by name."""
    at = np.flatnonzero(which)
    named = ", ".join(f"'{show(keys[i])}'" for i in at[:5])
    return (named or "nobody") + (f" and {len(at) - 5} more" if len(at) > 5 else "")
