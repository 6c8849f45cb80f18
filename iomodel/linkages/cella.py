"""Cella's linkages: the output that would go if a sector neither bought from nor sold to others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from iomodel.about import about
from iomodel.arguments import typed
from iomodel.linkages.averages import dense, money_over_mean, positions, spread
from iomodel.linkages.register import Index
from iomodel.table import IOTable

REFERENCE = (
    "Cella, G. (1984), The input-output measurement of interindustry linkages, Oxford Bulletin of "
    "Economics and Statistics 46(1), 73-84"
)


@typed
def cella_in_money(table: IOTable) -> pd.DataFrame:
    """Output of all sectors that hangs on a sector's purchases (backward) and sales (forward).

    If sector j bought nothing from the others (r) and sold nothing to them, all outputs together
    would be less by `total` = i'x - [f_j / (1 - a_jj) + i'(I - A_rr)^-1 f_r], of which
    `backward` = (m_j - 1 / (1 - a_jj)) f_j serves its own final demand and
    `forward` = (m_j / l_jj)(x_j - l_jj f_j) that of the others; m = i'L.  The differences are
    taken as the sums they are equal to, f_j [sum_(i != j) l_ij + sum_(k != j) a_jk l_kj /
    (1 - a_jj)] and (m_j / l_jj) sum_(k != j) l_jk f_k, so that a sector without links has
    exactly none.

    n x 3, in the unit of the table; NaN for a sector without output.
    Cost: the dense inverse, 2 n^3 flops and 25 n^2 bytes; nothing is taken out and inverted again.
    Errors: MissingAccountError for total transactions; NotProductiveError.
    Reference: Cella (1984).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> cella_in_money(table).round(1).loc["a"].to_dict()
    {'backward': 119.6, 'forward': 679.2, 'total': 798.8}
    """
    table.require_domestic("Cella's linkage")
    A, L = dense(table)
    f = table.arrays.Y.sum(axis=1)[positions(table)]
    own, self_made = L.diagonal().copy(), 1 - A.diagonal()
    m = L.sum(axis=0)
    np.fill_diagonal(L, 0.0)  # and so a_jj counts in no product with it below
    backward = f * (L.sum(axis=0) + (A * L.T).sum(axis=1) / self_made)
    forward = m / own * (L @ f)
    money = {"backward": backward, "forward": forward, "total": backward + forward}
    frame = pd.DataFrame(
        {name: spread(table, values) for name, values in money.items()}, table.accounts.index
    )
    return about(
        frame,
        name="Cella's linkages in money",
        unit=table.meta.unit,
        formula="(m_j - 1 / (1 - a_jj)) f_j and (m_j / l_jj)(x_j - l_jj f_j)",
        reference=REFERENCE,
    )


def backward(table: IOTable) -> pd.Series:
    """Output that hangs on what a sector buys for its own final demand, against the average.

    n BL_j / sum BL over the sectors with output, BL_j = (m_j - 1 / (1 - a_jj)) f_j.  It measures
    size as much as pull: a large sector with short chains is above a small one with long chains.
    NaN throughout where no sector has such a linkage.

    Cost: the dense inverse, 2 n^3 flops and 25 n^2 bytes.  Reference: Cella (1984).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> backward(table).round(4).to_dict()
    {'a': 0.2994, 'b': 1.7006}
    """
    return money_over_mean(table, cella_in_money(table)["backward"].to_numpy())


def forward(table: IOTable) -> pd.Series:
    """Output that hangs on what a sector sells for the final demand of others, against the average.

    n FL_j / sum FL over the sectors with output, FL_j = (m_j / l_jj)(x_j - l_jj f_j).  It
    measures size as much as link.  NaN throughout where no sector has such a linkage.

    Cost: the dense inverse, 2 n^3 flops and 25 n^2 bytes.  Reference: Cella (1984).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> forward(table).round(4).to_dict()
    {'a': 1.7006, 'b': 0.2994}
    """
    return money_over_mean(table, cella_in_money(table)["forward"].to_numpy())


def total(table: IOTable) -> pd.Series:
    """Output that would go if a sector traded with no other, against the average sector.

    n (BL_j + FL_j) / sum (BL + FL) over the sectors with output.  With two sectors both lose the
    same.  NaN throughout where no sector trades with another.

    Cost: the dense inverse, 2 n^3 flops and 25 n^2 bytes.  Reference: Cella (1984).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> total(table).round(4).to_dict()
    {'a': 1.0, 'b': 1.0}
    """
    return money_over_mean(table, cella_in_money(table)["total"].to_numpy())


INDICES = (
    Index(
        "cella_backward",
        "backward",
        backward,
        "n BL_j / sum BL, BL_j = (m_j - 1 / (1 - a_jj)) f_j",
        REFERENCE,
        mean_one=True,
        always=False,
    ),
    Index(
        "cella_forward",
        "forward",
        forward,
        "n FL_j / sum FL, FL_j = (m_j / l_jj)(x_j - l_jj f_j)",
        REFERENCE,
        mean_one=True,
        always=False,
    ),
    Index(
        "cella_total",
        "total",
        total,
        "n (BL_j + FL_j) / sum (BL + FL)",
        REFERENCE,
        mean_one=True,
        always=False,
    ),
)
