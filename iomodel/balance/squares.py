"""Least squares: the balanced matrix with the smallest squared adjustments, weighted."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from iomodel.accounts import Array, Labelled
from iomodel.arguments import typed
from iomodel.balance.dual import solved
from iomodel.balance.result import Balanced, not_converged, require_steps
from iomodel.balance.sides import HALF, Sides, require_same_sum, worst
from iomodel.errors import BalanceError, NegativeFlowWarning, TableError, report, warn

REFINEMENTS = 5


@typed
def least_squares(
    matrix: pd.DataFrame,
    rows: Labelled,
    columns: Labelled,
    *,
    variances: pd.DataFrame | None = None,
    tolerance: float = 1e-10,
) -> Balanced:
    """The matrix with the given totals that moves least, each cell weighed by how well it is known.

    The estimates of a national account are adjusted in proportion to their variances:

        minimise  sum (z - z0)^2 / w    subject to the totals of rows u and of columns v,
        z_ij = z0_ij + w_ij (lambda_i + mu_j),
        [diag(W i)   W       ] [lambda]   [u - Z0 i ]
        [W'          diag(W'i)] [mu    ] = [v - Z0'i ]

    one linear system on the m + n multipliers.  `variances` (w, m x n, nonnegative, labelled as
    the matrix) is the square of each cell by default, every cell known to the same share of
    itself, so that the sum of squared relative adjustments is least and zeros stay zero.
    `matrix.abs()` gives the squares over the cells that RAS is a neighbour of; squared standard
    errors give the best linear unbiased estimate.  A cell of variance zero keeps its value.

    Unlike `ras` and `gras` it does not keep signs: a cell asked to shrink by more than itself
    turns negative.  That is never cut off: such cells are named in a NegativeFlowWarning and
    listed in `.reversed` of the result.  Its multipliers are added, not multiplied (lambda and
    mu, in the inverse of the unit by default).  Cost: m n min(m, n) + min(m, n)^3 / 3 flops.

    Errors: LabelError for labels that do not match; TableError for negative variances and for a
    line in which nothing can move; BalanceError where the two sets of totals differ, over all or
    within a block of lines that share no cell with the others; ConvergenceError where the system
    cannot be solved to `tolerance` (a share of the absolute cells of a line).

    >>> Z0 = pd.DataFrame([[2.0, 1], [1, 2]], index=["a", "b"], columns=["a", "b"])
    >>> least_squares(Z0, {"a": 6, "b": 3}, {"a": 5, "b": 4}).frame.round(6).to_numpy()
    array([[4.2, 1.8],
           [0.8, 2.2]])

    Reference: Stone, R., Champernowne, D. G. and Meade, J. E. (1942), The Precision of National
    Income Estimates, Review of Economic Studies 9, 111-125.
    """
    require_steps(tolerance, 1)
    sides = Sides.of(matrix)
    prior = np.ascontiguousarray(sides.array(matrix))
    u, v = sides.totals(rows, columns)
    require_same_sum(u, v, tolerance)
    W = prior**2 if variances is None else _variances(sides, variances)
    _require_movable(sides, prior, W, u, v, tolerance)
    balanced, (across, down), solves, residual = _solve(prior, W, u, v, tolerance)
    if not residual <= tolerance:
        raise not_converged(
            "Least squares could not be solved",
            solves,
            residual,
            worst(sides, balanced, u, v),
            "Give variances that differ by fewer orders of magnitude.",
        )
    result = Balanced(
        before=sides.frame(prior),
        frame=sides.frame(balanced),
        row_multipliers=sides.rows.series(across, "row multiplier"),
        column_multipliers=sides.columns.series(down, "column multiplier"),
        iterations=solves,
        residual=residual,
    )
    _warn_of_signs(sides, prior, balanced)
    return result


def _solve(
    prior: Array, W: Array, u: Array, v: Array, tolerance: float
) -> tuple[Array, tuple[Array, Array], int, float]:
    """The matrix, its multipliers, the systems solved (until nothing is gained) and the gap."""
    balanced, across, down = prior, np.zeros(len(u)), np.zeros(len(v))
    gaps, residual = _gaps(balanced, u, v)
    solves = 0
    if residual <= tolerance:
        return balanced, (across, down), 0, residual
    while solves <= REFINEMENTS:
        more = _multipliers(W, *gaps)
        next_across, next_down = across + more[0], down + more[1]
        candidate = prior + W * (next_across[:, None] + next_down)
        next_gaps, gap = _gaps(candidate, u, v)
        if not gap < residual:
            break
        balanced, across, down = candidate, next_across, next_down
        gaps, residual, solves = next_gaps, gap, solves + 1
    return balanced, (across, down), solves, residual


def _gaps(matrix: Array, u: Array, v: Array) -> tuple[tuple[Array, Array], float]:
    rows, columns = u - matrix.sum(axis=1), v - matrix.sum(axis=0)
    size = np.abs(matrix)
    of = np.concatenate([size.sum(axis=1), size.sum(axis=0)])
    of = np.maximum(of, np.abs(np.concatenate([u, v])))
    off = np.abs(np.concatenate([rows, columns])) / np.where(of > 0, of, 1.0)
    return (rows, columns), float(off.max(initial=0.0))


def _multipliers(W: Array, rows: Array, columns: Array) -> tuple[Array, Array]:
    """lambda and mu, the longer side eliminated."""
    if len(rows) < len(columns):
        down, across = _multipliers(W.T, columns, rows)
        return across, down
    across = W.sum(axis=1)
    spread = np.where(across > 0, 1 / np.where(across > 0, across, 1.0), 0.0)
    reduced = np.diag(W.sum(axis=0)) - W.T @ (W * spread[:, None])
    mu = solved(reduced, columns - W.T @ (spread * rows))
    return spread * (rows - W @ mu), mu


def _variances(sides: Sides, variances: pd.DataFrame) -> Array:
    W = sides.rows.block(variances, sides.columns, "The variances")
    negative = np.argwhere(W < 0)
    if len(negative):
        raise TableError(
            f"{len(negative)} variances are negative.",
            sides.cells(negative, W),
            "Give squares of standard errors; zero holds a cell fixed.",
        )
    return W


def _require_movable(
    sides: Sides, prior: Array, W: Array, u: Array, v: Array, tolerance: float
) -> None:
    """Refuse lines and blocks of lines whose totals no movement can meet."""
    (rows, columns), _ = _gaps(prior, u, v)
    m, n = prior.shape
    i, j = np.nonzero(W)
    links = csr_array((np.ones(len(i)), (i, m + j)), shape=(m + n, m + n))
    count, member = connected_components(links, directed=False)
    gap = np.bincount(member[:m], rows, count) - np.bincount(member[m:], columns, count)
    size = np.concatenate([np.abs(prior).sum(axis=1), np.abs(prior).sum(axis=0)])
    size = np.maximum(size, np.abs(np.concatenate([u, v])))
    allowed = HALF * tolerance * np.bincount(member, size, count)
    off = np.flatnonzero(np.abs(gap) > allowed)
    lines = [sides.row(k) for k in range(m)] + [sides.column(k) for k in range(n)]
    reached = np.concatenate([prior.sum(axis=1), prior.sum(axis=0)])
    target = np.concatenate([u, v])
    alone = [k for k in range(m + n) if member[k] in off and (member == member[k]).sum() == 1]
    if alone:
        raise TableError(
            f"{len(alone)} rows or columns miss their total and have no cell that can move.",
            [f"{lines[k]}: {reached[k]:.10g} instead of {target[k]:.10g}" for k in alone],
            "Put a first estimate into a cell, give its cells a variance, or correct the total.",
        )
    if len(off):
        error = BalanceError(
            f"{len(off)} blocks of lines that share no cell with the others have row and column "
            "totals that differ.",
            [
                f"the block of {lines[int(np.argmax(member == b))]}: a gap of {gap[b]:.6g}"
                for b in off
            ],
            "Reconcile the totals of each block first.",
        )
        error.residual = float(np.abs(gap[off]).max())
        raise error


def _warn_of_signs(sides: Sides, prior: Array, balanced: Array) -> None:
    turned = np.argwhere((balanced < 0) & (prior >= 0))
    if len(turned):
        warn(
            report(
                f"{len(turned)} cells turned negative, which least squares does not prevent.",
                sides.cells(turned, balanced),
                "Nothing was cut off. Give these cells a smaller variance, or use "
                "iomodel.balance.ras or gras, which keep signs.",
            ),
            NegativeFlowWarning,
        )
