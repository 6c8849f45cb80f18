"""How multipliers of a SAM answer to the share of income that is paid abroad, by payer."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import numpy as np
import pandas as pd

from iomodel.about import about
from iomodel.arguments import typed
from iomodel.errors import MissingAccountError, TableError
from iomodel.multipliers.accounting import PYATT_ROUND, members
from iomodel.sam import SAMModel
from iomodel.sam.kinds import ACTIVITY, FACTOR


@typed
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

    >>> import iomodel as im
    >>> sam = im.load_sam("mexico-2013-21")
    >>> model = sam.cut(exogenous=["government", "saving-investment", "tax", "row"])
    >>> shares = {"corporations": 0.2}
    >>> more = im.leakage.with_repatriation(model, shares, abroad="row-income")
    >>> [round(float(m.L.column_sums()["3361"]), 3) for m in (model, more)]
    [4.64, 4.321]
    """
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


@typed
def repatriation_elasticities(
    model: SAMModel, *, abroad: Hashable, receiving: Sequence[Hashable] = (ACTIVITY,)
) -> pd.DataFrame:
    """How the multipliers of j answer to the share of income of k that goes abroad, % per %.

    With u = w'M_a the multipliers (w: one for the accounts in `receiving`, accounts or kinds;
    default activities, so output), s_c the share of its total that account c pays to `abroad`, and
    the rest of its column scaled as in `with_repatriation`:

        d u_j / d s_c = - (u_c - w_c) / (1 - s_c) m_cj,   elasticity = (s_c / u_j) d u_j / d s_c.

    A factor pays abroad what several activities earned in it, and each may repatriate another
    share: of activity k's part, M_cj = sum_k a_ck m_kj (+ 1 where j = c) gives

        elasticity to k's share = - s_c (u_c - w_c) / ((1 - s_c) u_j) a_ck m_kj.

    Rows: endogenous accounts; columns (payer, earned in): for factors one for each activity, for
    other payers the payer itself.  Never positive.  Propensities out of what is left are held: on
    `settings.models(sam)["with, propensity held"]` this is the marginal experiment.

    Cost: one solve with one right side and one with as many as activities and payers.
    Raises MissingAccountError where no endogenous account pays
    `abroad`, LabelError where `abroad` is not exogenous.
    Reference: the derivative of the columns of `with_repatriation`; Pyatt and Round (1979) for M_a.

    >>> import iomodel as im
    >>> sam = im.load_sam("mexico-2013-21")
    >>> model = sam.cut(exogenous=["government", "saving-investment", "tax", "row"])
    >>> found = im.leakage.repatriation_elasticities(model, abroad="row-income")
    >>> round(float(found.loc["3361", ("capital-foreign", "3361")]), 4)
    -0.0282
    """
    out = model.leaks[model.outside.position(abroad)]
    payers = [int(c) for c in np.flatnonzero(out > 0)]
    if not payers:
        raise MissingAccountError(
            f"No endogenous account of '{model.title}' pays '{abroad}'.",
            remedy="Cut the SAM with the payers of income abroad inside.",
        )
    w = np.zeros(len(model.accounts))
    w[members(model, receiving)] = 1.0
    u = model.L.T.solve(w)
    earners = [k for k in model.of_kind(ACTIVITY) if model.totals[k]]
    rows = sorted({*earners, *payers})
    units = np.zeros((len(w), len(rows)))
    units[rows, range(len(rows))] = 1.0
    M = dict(zip(rows, model.L.T.solve(units).T, strict=True))
    columns, found = [], []
    codes = model.accounts.codes
    for c in payers:
        left = 1 - out[c]
        # an account that pays nobody else has nothing to be scaled
        slope = -out[c] * (u[c] - w[c]) / left if left > 1e-12 else 0.0
        if model.accounts.kinds[c] != FACTOR:
            columns.append((codes[c], codes[c]))
            found.append(slope * M[c])
            continue
        for k in earners:
            if model.propensities[c, k]:
                columns.append((codes[c], codes[k]))
                found.append(slope * model.propensities[c, k] * M[k])
    with np.errstate(invalid="ignore", divide="ignore"):
        values = np.where(u > 0, np.array(found) / u, 0.0).T
    index = pd.MultiIndex.from_tuples(columns, names=["payer", "earned in"])
    return about(
        model.accounts.frame(values + 0.0, index),
        name="elasticities of multipliers to repatriation",
        unit="% per %",
        formula="- s_c (u_c - w_c) / ((1 - s_c) u_j) a_ck m_kj",
        reference=PYATT_ROUND,
    )
