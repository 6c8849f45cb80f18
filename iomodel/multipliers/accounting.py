"""What an injection into a SAM sets going: accounting multipliers, rounds, key accounts."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd

from iomodel.about import about
from iomodel.accounts import Array, show
from iomodel.arguments import typed
from iomodel.display import inline
from iomodel.errors import LabelError, MissingAccountError
from iomodel.hirschman import classes
from iomodel.linalg import Resolvent
from iomodel.sam import SAMModel
from iomodel.sam.kinds import ACTIVITY, COMMODITY, FACTOR, INSTITUTION

PYATT_ROUND = (
    "Pyatt, G. and Round, J. I. (1979), Accounting and fixed price multipliers in a social "
    "accounting matrix framework, Economic Journal 89(356), 850-873"
)


@typed
def accounting(model: SAMModel, *, jobs: pd.Series | None = None) -> pd.DataFrame:
    """Accounting multipliers M_a = (I - A)^-1 of every endogenous account, by receiving block.

    Row j says what one more unit of injection into account j brings: `output` of activities,
    `factor_income`, `household_income` (the account 'households', or all institutions where none
    is called so), `total` of all endogenous accounts, and `jobs` where jobs per unit of activity
    output are given.  A block with no endogenous account is left out.

    Cost: one solve with as many right sides as blocks, 2 n^2 flops each.
    Errors: LabelError where an activity has no jobs.
    Reference: Pyatt and Round (1979).

    >>> import iomodel as im
    >>> sam = im.load_sam("mexico-2013-21")
    >>> model = sam.cut(exogenous=["government", "saving-investment", "tax", "row"])
    >>> im.multipliers.accounting(model).loc["3361"].round(4).to_dict()
    {'output': 2.3087, 'factor_income': 0.9091, 'household_income': 0.6277, 'total': 4.6398}
    """
    weights = _blocks(model)
    if jobs is not None:
        row = np.zeros(len(model.accounts))
        at = model.of_kind(ACTIVITY)
        activities = model.accounts.take(at)
        lacking = [f"'{code}'" for code in activities.codes if code not in jobs.index]
        if lacking:
            raise LabelError(
                f"jobs says nothing of {len(lacking)} of the {len(at)} endogenous activities.",
                lacking,
                "Give jobs per unit of output for each of them, by code.",
            )
        row[at] = activities.array(jobs.loc[list(activities.codes)], "jobs")
        weights["jobs"] = row
    sums = model.L.T.solve(np.column_stack(list(weights.values())))
    frame = model.accounts.frame(sums, pd.Index(list(weights)))
    return about(
        frame,
        name="accounting multipliers",
        unit="unit received per unit injected; jobs: jobs per unit injected",
        formula="block sums of M_a = (I - A)^-1",
        reference=PYATT_ROUND,
    )


def _blocks(model: SAMModel) -> dict[str, Array]:
    n = len(model.accounts)

    def of(positions: list[int]) -> Array:
        row = np.zeros(n)
        row[positions] = 1.0
        return row

    people = [i for i, c in enumerate(model.accounts.codes) if c == "households"]
    blocks = {
        "output": model.of_kind(ACTIVITY),
        "commodity_supply": model.of_kind(COMMODITY),
        "factor_income": model.of_kind(FACTOR),
        "household_income": people or model.of_kind(INSTITUTION),
    }
    weights = {name: of(at) for name, at in blocks.items() if at}
    weights["total"] = np.ones(n)
    return weights


@typed
def rounds(model: SAMModel) -> pd.DataFrame:
    """Output multiplier of each activity as initial + direct + indirect + induced.

    Over the production block P (activities and commodities): initial 1; direct i'A_PP (what it
    buys); indirect i'(I - A_PP)^-1 less both (what its suppliers buy); induced i'[M_a]_PP less the
    open multiplier (what the income it creates buys).  The four sum to the `output` of
    `accounting` where P holds activities only.

    Cost: one factorisation of P and two solves.
    Reference: Pyatt and Round (1979) for M_a; the split into direct, indirect and induced effects
    is the one of Cardenete and Sancho's group on SAM multipliers.

    >>> import iomodel as im
    >>> sam = im.load_sam("mexico-2013-21")
    >>> model = sam.cut(exogenous=["government", "saving-investment", "tax", "row"])
    >>> im.multipliers.rounds(model).loc["3361"].round(4).to_dict()
    {'initial': 1.0, 'direct': 0.425, 'indirect': 0.2396, 'induced': 0.6441, 'total': 2.3087}
    """
    at = model.of_kind(ACTIVITY, COMMODITY)
    if not at:
        raise MissingAccountError(
            f"{inline(model)} has no endogenous activity.", remedy="Cut the SAM with them inside."
        )
    accounts = model.accounts.take(at)
    block = model.propensities[np.ix_(at, at)]
    open_model = Resolvent(block, tuple(show(key) for key in accounts.keys))
    open_sums = open_model.solve(np.ones(len(at)), transposed=True)
    weights = np.zeros(len(model.accounts))
    weights[at] = 1.0
    whole = model.L.T.solve(weights)[at]
    bought = block.sum(axis=0)
    parts = {
        "initial": np.ones(len(at)),
        "direct": bought,
        "indirect": open_sums - 1 - bought,
        "induced": whole - open_sums,
        "total": whole,
    }
    return about(
        pd.DataFrame(parts, index=accounts.index),
        name="output multiplier by round",
        unit="unit of output per unit injected",
        formula="1 + i'A + (i'(I - A)^-1 - 1 - i'A) + (i'M_a - i'(I - A)^-1) over production",
        reference=PYATT_ROUND,
    )


def members(model: SAMModel, labels: Sequence[Hashable]) -> list[int]:
    """Positions of the endogenous accounts that these labels name: accounts, or kinds for all."""
    named = [model.of_kind(str(label)) or [model.accounts.position(label)] for label in labels]
    return sorted({i for those in named for i in those})


@typed
def key_accounts(model: SAMModel, *, over: Sequence[Hashable] | None = None) -> pd.DataFrame:
    """Backward and forward linkages of accounts on M_a, each with mean one, and their class.

    BL_j = n sum_i m_ij / sum M, FL_i = n sum_j m_ij / sum M over the accounts in `over` (accounts
    or kinds; default all endogenous): the same account may be key over the production block and
    independent over all accounts, so say which.  Classes: key (both above one), backward, forward,
    independent (neither; within 1e-9 of one counts as average); an account without transactions
    is inactive and left out of the means.

    Cost: two solves.
    Errors: LabelError for what `over` names and the
    model has not among its endogenous accounts.
    Reference: Rasmussen, P. N. (1956), Studies in Inter-Sectoral Relations, applied to M_a.

    >>> import iomodel as im
    >>> sam = im.load_sam("mexico-2013-21")
    >>> model = sam.cut(exogenous=["government", "saving-investment", "tax", "row"])
    >>> str(im.multipliers.key_accounts(model).loc["3361", "class"])
    'independent'
    """
    at = list(range(len(model.accounts)))
    if over is not None:
        at = members(model, over)
        if not at:
            raise LabelError("`over` names no account.", remedy="Leave it out to take them all.")
    mask = np.zeros(len(model.accounts))
    mask[at] = 1.0
    sums = {"backward": model.L.T.solve(mask)[at], "forward": model.L.solve(mask)[at]}
    active = model.active[at]
    frame = pd.DataFrame(
        {
            name: np.where(active, values / values[active].mean() if active.any() else 1.0, np.nan)
            for name, values in sums.items()
        },
        index=model.accounts.take(at).index,
    )
    frame["class"] = classes(frame["backward"].to_numpy(), frame["forward"].to_numpy(), active)
    return about(
        frame,
        name="linkages of accounts",
        unit="ratio to the average account",
        formula="BL_j = n sum_i m_ij / sum M; FL_i = n sum_j m_ij / sum M",
        reference="Rasmussen, P. N. (1956), Studies in Inter-Sectoral Relations, on M_a",
    )
