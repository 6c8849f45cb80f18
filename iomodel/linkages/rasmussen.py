"""Rasmussen's indices: how far a sector pulls and is pulled through all rounds, and how evenly."""

from __future__ import annotations

import numpy as np
import pandas as pd

from iomodel.accounts import Array
from iomodel.arguments import typed
from iomodel.linalg import PANEL
from iomodel.linkages.averages import mean_one, positions, spread
from iomodel.linkages.register import Index
from iomodel.table import IOTable

REFERENCE = "Rasmussen, P. N. (1956), Studies in Inter-Sectoral Relations, North-Holland, Amsterdam"


def backward(table: IOTable) -> pd.Series:
    """Power of dispersion: how much a sector pulls on all others, against the average sector.

    U_.j = n sum_i l_ij / sum_ij l_ij over the n sectors with output; the mean is 1.

    Cost: one solve, 2 n^2 flops.  Reference: Rasmussen (1956).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> backward(table).round(4).to_dict()
    {'a': 1.0222, 'b': 0.9778}
    """
    table.require_domestic("The power of dispersion")
    return mean_one(table, table.L.column_sums().to_numpy())


def forward(table: IOTable) -> pd.Series:
    """Sensitivity of dispersion: how much a sector is pulled when every sector grows by one unit.

    U_i. = n sum_j l_ij / sum_ij l_ij over the n sectors with output; the mean is 1.  The unit of
    demand is the same for a large and a small sector; `ghosh_forward` asks about what is sold.

    Cost: one solve, 2 n^2 flops.  Reference: Rasmussen (1956).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> forward(table).round(4).to_dict()
    {'a': 1.0667, 'b': 0.9333}
    """
    table.require_domestic("The sensitivity of dispersion")
    return mean_one(table, table.L.row_sums().to_numpy())


def backward_cv(table: IOTable) -> pd.Series:
    """How unevenly a sector pulls: coefficient of variation of its column of L.

    V_.j = std_i(l_ij) / mean_i(l_ij), the standard deviation with n - 1, over the n sectors with
    output (NaN when there is only one).  High: the pull falls on few sectors.

    Cost: the dense inverse, 2 n^3 flops and 8 n^2 bytes.  Reference: Rasmussen (1956).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> backward_cv(table).round(4).to_dict()
    {'a': 0.9223, 'b': 0.7714}
    """
    table.require_domestic("The variation of the power of dispersion")
    return _variation(table, axis=0)


def forward_cv(table: IOTable) -> pd.Series:
    """How unevenly a sector is pulled: coefficient of variation of its row of L.

    V_i. = std_j(l_ij) / mean_j(l_ij), the standard deviation with n - 1, over the n sectors with
    output (NaN when there is only one).  High: the sector depends on few others.

    Cost: the dense inverse, 2 n^3 flops and 8 n^2 bytes.  Reference: Rasmussen (1956).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> forward_cv(table).round(4).to_dict()
    {'a': 0.825, 'b': 0.8755}
    """
    table.require_domestic("The variation of the sensitivity of dispersion")
    return _variation(table, axis=1)


def backward_and_forward(table: IOTable) -> tuple[pd.Series, pd.Series]:
    """`backward` and `forward`, for little more than one of them: A is read once for both."""
    table.require_domestic("The power and the sensitivity of dispersion")
    rows, columns = table.L.both_sums()
    return mean_one(table, columns.to_numpy()), mean_one(table, rows.to_numpy())


@typed
def dispersion(table: IOTable) -> pd.DataFrame:
    """How far each sector pulls and is pulled, and how evenly: Rasmussen's four indices at once.

    Columns backward U_.j and forward U_i. (mean 1 over the sectors with output), backward_cv and
    forward_cv (standard deviation with n - 1 over mean of its column and of its row of L; NaN
    where there is only one sector).  n x 4, plain numbers, NaN without output.

    Cost: one dense inverse for the four, 2 n^3 flops and 8 n^2 bytes; without the two variations
    `key_sectors` needs none.
    Errors: MissingAccountError for total transactions; NotProductiveError.
    Reference: Rasmussen (1956).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> dispersion(table).round(4).loc["a"].to_dict()
    {'backward': 1.0222, 'forward': 1.0667, 'backward_cv': 0.9223, 'forward_cv': 0.825}
    """
    table.require_domestic("The variation of the power of dispersion")
    L = _among_active(table)
    sums, deviations = moments(L)
    means = [np.divide(total, len(L)) for total in sums]
    whole = sums[0].mean() if len(L) else 1.0
    columns = {
        "backward": sums[0] / whole,
        "forward": sums[1] / whole,
        "backward_cv": deviations[0] / means[0],
        "forward_cv": deviations[1] / means[1],
    }
    values = np.column_stack([spread(table, column) for column in columns.values()])
    frame = table.accounts.frame(values, pd.Index(list(columns)))
    frame.attrs.update(
        name="power and sensitivity of dispersion",
        unit="backward, forward: mean over sectors with output is 1; _cv: ratio",
        formula="n sum_i l_ij / sum L; n sum_j l_ij / sum L; std / mean of columns and of rows",
        reference=REFERENCE,
    )
    return frame


def _among_active(table: IOTable) -> Array:
    """L among the sectors with output; no copy where all have."""
    L = table.L.to_array()
    return L if table.active.all() else L[np.ix_(positions(table), positions(table))]


def moments(L: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Sums, and standard deviations with n - 1, of the columns and of the rows of L.

    From the mean, row panel by row panel that stay in cache, so that even columns lose no digits.
    """
    n = len(L)
    columns, rows = np.ones(n) @ L, L @ np.ones(n)
    down, along = np.zeros(n), np.empty(n)
    step = max(1, PANEL // (8 * max(1, n)))
    for start in range(0, n, step):
        panel = slice(start, start + step)
        off = L[panel] - columns / n
        down += np.einsum("ij,ij->j", off, off)
        np.subtract(L[panel], rows[panel, None] / n, out=off)
        along[panel] = np.einsum("ij,ij->i", off, off)
    with np.errstate(invalid="ignore"):  # one sector has no spread: NaN
        deviations = np.sqrt(down / np.float64(n - 1)), np.sqrt(along / np.float64(n - 1))
    return (columns, rows), deviations


def _variation(table: IOTable, axis: int) -> pd.Series:
    """Standard deviation over mean along one axis of L, among the sectors with output."""
    L = _among_active(table)
    sums, deviations = moments(L)
    return table.accounts.series(spread(table, deviations[axis] / (sums[axis] / max(1, len(L)))))


INDICES = (
    Index(
        "rasmussen_backward",
        "backward",
        backward,
        "n sum_i l_ij / sum L",
        REFERENCE,
        mean_one=True,
        pair=backward_and_forward,
    ),
    Index(
        "rasmussen_forward",
        "forward",
        forward,
        "n sum_j l_ij / sum L",
        REFERENCE,
        mean_one=True,
        pair=backward_and_forward,
    ),
    Index(
        "rasmussen_backward_cv", "dispersion", backward_cv, "std_i(l_ij) / mean_i(l_ij)", REFERENCE
    ),
    Index(
        "rasmussen_forward_cv", "dispersion", forward_cv, "std_j(l_ij) / mean_j(l_ij)", REFERENCE
    ),
)
