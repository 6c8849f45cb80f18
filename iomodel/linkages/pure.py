"""Pure linkages: what a sector and the rest of the economy set going in each other, in money."""

from __future__ import annotations

import numpy as np
import pandas as pd

from iomodel.about import about
from iomodel.arguments import typed
from iomodel.linkages.averages import dense, money_over_mean, positions, spread
from iomodel.linkages.register import Index
from iomodel.table import IOTable

REFERENCE = (
    "Guilhoto, J. J. M., Sonis, M. and Hewings, G. J. D. (2005), Linkages and multipliers in a "
    "multiregional framework: integration of alternative approaches, Australasian Journal of "
    "Regional Studies 11(1), 75-89 (circulated in 1996)"
)


@typed
def pure_in_money(table: IOTable) -> pd.DataFrame:
    """Output of the rest that a sector's own demand needs, and output it makes for the rest.

    With d_j = 1 / (1 - a_jj) for sector j and D_r = (I - A_rr)^-1 for the rest,
    `backward` PBL_j = i' D_r A_rj d_j f_j = [sum_(i != j) l_ij / l_jj] f_j / (1 - a_jj),
    `forward` PFL_j = d_j A_jr D_r f_r = [sum_(k != j) l_jk f_k] / [l_jj (1 - a_jj)],
    `total` PTL = PBL + PFL: one passage each way, without the feedback between the two parts.

    n x 3, in the unit of the table; NaN for a sector without output.
    Cost: the dense inverse, 2 n^3 flops and 25 n^2 bytes; no (I - A_rr) is inverted.
    Errors: MissingAccountError for total transactions; NotProductiveError.
    Reference: Guilhoto, Sonis and Hewings (1996, 2005).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> pure_in_money(table).round(1).loc["a"].to_dict()
    {'backward': 86.7, 'forward': 526.3, 'total': 613.0}
    """
    table.require_domestic("The pure linkage")
    A, L = dense(table)
    f = table.arrays.Y.sum(axis=1)[positions(table)]
    feedback = L.diagonal() * (1 - A.diagonal())
    np.fill_diagonal(L, 0.0)
    backward, forward = L.sum(axis=0) * f / feedback, (L @ f) / feedback
    money = {"backward": backward, "forward": forward, "total": backward + forward}
    frame = pd.DataFrame(
        {name: spread(table, values) for name, values in money.items()}, table.accounts.index
    )
    return about(
        frame,
        name="pure linkages in money",
        unit=table.meta.unit,
        formula="i' D_r A_rj d_j f_j and d_j A_jr D_r f_r",
        reference=REFERENCE,
    )


def backward(table: IOTable) -> pd.Series:
    """Output of the rest that a sector's own final demand needs, against the average sector.

    n PBL_j / sum PBL over the sectors with output, PBL_j = [sum_(i != j) l_ij / l_jj] f_j /
    (1 - a_jj).  It measures size as much as pull.  NaN throughout where no sector has any.

    Cost: the dense inverse, 2 n^3 flops and 25 n^2 bytes.
    Reference: Guilhoto, Sonis and Hewings (1996, 2005).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> backward(table).round(4).to_dict()
    {'a': 0.2828, 'b': 1.7172}
    """
    return money_over_mean(table, pure_in_money(table)["backward"].to_numpy())


def forward(table: IOTable) -> pd.Series:
    """Output that a sector makes for the final demand of the rest, against the average sector.

    n PFL_j / sum PFL over the sectors with output, PFL_j = [sum_(k != j) l_jk f_k] /
    [l_jj (1 - a_jj)].  It measures size as much as link.  NaN throughout where no sector has any.

    Cost: the dense inverse, 2 n^3 flops and 25 n^2 bytes.
    Reference: Guilhoto, Sonis and Hewings (1996, 2005).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> forward(table).round(4).to_dict()
    {'a': 1.7172, 'b': 0.2828}
    """
    return money_over_mean(table, pure_in_money(table)["forward"].to_numpy())


def total(table: IOTable) -> pd.Series:
    """Pure backward and forward linkage of a sector together, against the average sector.

    n PTL_j / sum PTL over the sectors with output, PTL = PBL + PFL in money (not the sum of the
    two indices).  NaN throughout where no sector has any.

    Cost: the dense inverse, 2 n^3 flops and 25 n^2 bytes.
    Reference: Guilhoto, Sonis and Hewings (1996, 2005).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> total(table).round(4).to_dict()
    {'a': 1.0, 'b': 1.0}
    """
    return money_over_mean(table, pure_in_money(table)["total"].to_numpy())


INDICES = (
    Index(
        "pure_backward",
        "backward",
        backward,
        "n PBL_j / sum PBL, PBL_j = i'(I - A_rr)^-1 A_rj f_j / (1 - a_jj)",
        REFERENCE,
        mean_one=True,
        always=False,
    ),
    Index(
        "pure_forward",
        "forward",
        forward,
        "n PFL_j / sum PFL, PFL_j = A_jr (I - A_rr)^-1 f_r / (1 - a_jj)",
        REFERENCE,
        mean_one=True,
        always=False,
    ),
    Index(
        "pure_total",
        "total",
        total,
        "n (PBL_j + PFL_j) / sum (PBL + PFL)",
        REFERENCE,
        mean_one=True,
        always=False,
    ),
)
