"""Average propagation length: in how many steps what happens in one sector arrives at another."""

from __future__ import annotations

import numpy as np
import pandas as pd

from iomodel.about import about
from iomodel.accounts import Array
from iomodel.arguments import typed
from iomodel.linkages.averages import dense, positions, spread
from iomodel.linkages.register import Index
from iomodel.linkages.structure import reaches
from iomodel.table import IOTable

REFERENCE = (
    "Dietzenbacher, E., Romero, I. and Bosma, N. S. (2005), Using average propagation lengths to "
    "identify production chains in the Andalusian economy, Estudios de Economía Aplicada 23(2), "
    "405-422"
)


@typed
def propagation_lengths(table: IOTable) -> pd.DataFrame:
    """The average number of steps from each supplier (row) to each buyer (column).

    Of all that sector j makes sector i produce beyond its own unit, l_ij - d_ij = sum_k (A^k)_ij,
    the share that comes in round k weighs k: [sum_k k A^k]_ij / [L - I]_ij = (L^2 - L) / (L - I)
    cell by cell.  The same along sales, with B and G.  At least 1; NaN where there is no path of
    deliveries from i to j (known from the pattern of A, not from a threshold) or no output.

    n x n steps.  Cost: the dense inverse and two products, 6 n^3 flops and 75 n^2 bytes.
    Errors: MissingAccountError for total transactions; NotProductiveError.
    Reference: Dietzenbacher, Romero and Bosma (2005).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.0]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> propagation_lengths(table).round(3).loc["a"].to_dict()
    {'a': 1.562, 'b': 1.312}
    """
    lengths = np.full((len(table.accounts), len(table.accounts)), np.nan)
    lengths[np.ix_(positions(table), positions(table))] = _lengths(table)
    frame = table.accounts.frame(lengths, table.accounts.index)
    return about(
        frame,
        name="average propagation lengths",
        unit="steps",
        formula="(L^2 - L) / (L - I), cell by cell",
        reference=REFERENCE,
    )


def backward(table: IOTable) -> pd.Series:
    """How many steps away the suppliers of a sector are, on average over those it has.

    The mean of the column of `propagation_lengths` over the suppliers that reach the sector, each
    counting alike; 0 where none does.

    Cost: the dense inverse and two products, 6 n^3 flops and 75 n^2 bytes.
    Reference: Dietzenbacher, Romero and Bosma (2005) for the lengths; the plain mean is ours.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.0]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> backward(table).round(3).to_dict()
    {'a': 1.438, 'b': 1.812}
    """
    return _average(table, axis=0)


def forward(table: IOTable) -> pd.Series:
    """How many steps away the users of a sector's product are, on average over those it has.

    The mean of the row of `propagation_lengths` over the users that are reached, each counting
    alike; 0 where none is.

    Cost: the dense inverse and two products, 6 n^3 flops and 75 n^2 bytes.
    Reference: Dietzenbacher, Romero and Bosma (2005) for the lengths; the plain mean is ours.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.0]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> forward(table).round(3).to_dict()
    {'a': 1.438, 'b': 1.812}
    """
    return _average(table, axis=1)


def _lengths(table: IOTable) -> Array:
    """The lengths among the sectors with output, NaN where nothing is passed on."""
    table.require_domestic("The average propagation length")
    A, L = dense(table)
    rounds = A @ L  # L - I without taking one from the diagonal
    lengths: Array = np.full_like(rounds, np.nan)
    np.divide(L @ rounds, rounds, out=lengths, where=reaches(A) & (rounds > 0))
    return lengths


def _average(table: IOTable, axis: int) -> pd.Series:
    lengths = _lengths(table)
    passed_on = np.isfinite(lengths)
    number = passed_on.sum(axis=axis)
    means = np.where(passed_on, lengths, 0.0).sum(axis=axis) / np.maximum(number, 1)
    return table.accounts.series(spread(table, means))


INDICES = (
    Index(
        "propagation_backward",
        "position",
        backward,
        "mean over i of (L^2 - L)_ij / (L - I)_ij",
        REFERENCE,
    ),
    Index(
        "propagation_forward",
        "position",
        forward,
        "mean over j of (L^2 - L)_ij / (L - I)_ij",
        REFERENCE,
    ),
)
