"""RAS: a nonnegative matrix scaled by rows and by columns until it meets given margins."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from iomodel.accounts import Array, Labelled, numbers
from iomodel.arguments import typed
from iomodel.balance.result import Balanced, not_converged, require_steps
from iomodel.balance.scaling import SETTLED, looked_at, scaled, vanished
from iomodel.balance.sides import Sides, require_same_sum, worst
from iomodel.errors import TableError

TELLING = (
    1e-8  # of a margin: nearer than this, cells that vanish are told from cells that are small
)


@typed
def ras(
    matrix: pd.DataFrame,
    rows: Labelled,
    columns: Labelled,
    *,
    tolerance: float = 1e-10,
    max_iterations: int = 1_000,
) -> Balanced:
    """The matrix with the given row and column totals that is nearest to the one at hand.

    Every cell keeps its place in its row and column and is only scaled (substitution works along
    rows, fabrication along columns): Z = diag(r) Z0 diag(s), which is also the minimum of
    sum z ln(z / z0) over all matrices with these margins.  Zeros stay zero.

    `matrix` is m x n and nonnegative, `rows` and `columns` are m and n totals in its unit, labels
    in any order.  Converged when no margin is further than `tolerance` (a share of that margin)
    from its target; a matrix that meets its targets already comes back as it is, after 0
    iterations.  The two scaling vectors are iterated, never the matrix: 2 m n multiplications an
    iteration; the last ones together say where they lead (Anderson).  Where their pace promises
    more than 40 to come, as between regions that hardly trade, Newton's method takes over, by
    conjugate gradients at the same price an iteration, or (shorter side up to 300, or where those
    do not get there) by steps of m n min(m, n).

    Errors: LabelError for labels that do not match; TableError for negative cells or targets and
    for a positive target where nothing can be scaled; BalanceError where the two sets of totals
    differ; ConvergenceError (.iterations, .residual, the worst rows) where `max_iterations` are
    not enough or no matrix with these zeros has these margins.  A half-balanced matrix is never
    returned.

    >>> Z0 = pd.DataFrame([[2.0, 1], [1, 2]], index=["a", "b"], columns=["a", "b"])
    >>> balanced = ras(Z0, {"b": 3, "a": 6}, {"a": 5, "b": 4})
    >>> balanced.frame.round(6).to_numpy()
    array([[4., 2.],
           [1., 2.]])
    >>> balanced.changes[["before", "after"]].round(6).to_numpy().tolist()
    [[2.0, 4.0], [1.0, 2.0]]

    Reference: Stone, R. and Brown, A. (1962), A Computable Model of Economic Growth, Chapman and
    Hall.  Bacharach, M. (1970), Biproportional Matrices and Input-Output Change, Cambridge
    University Press.
    """
    require_steps(tolerance, max_iterations)
    sides = Sides.of(matrix)
    prior = numbers(matrix, "The matrix")
    *sums, least = looked_at(prior)
    sides.require_finite(matrix, float(sums[0].sum()))
    u, v = sides.totals(rows, columns)
    _require_signs(sides, prior, least, u, v)
    require_same_sum(u, v, tolerance)
    whole = u.all() and v.all()
    kept = prior if whole else prior[np.ix_(u > 0, v > 0)]
    if not whole:
        sums = [prior @ (v > 0).astype(float), (u > 0).astype(float) @ prior]
    _require_cells(sides, prior, u, v, sums)
    known = sums[0][u > 0], sums[1][v > 0]
    run = scaled(kept, u[u > 0], v[v > 0], tolerance, max_iterations, known)
    if tolerance > TELLING and not run.step <= SETTLED:  # too early to tell a cell that vanishes
        run = scaled(kept, u[u > 0], v[v > 0], TELLING, max_iterations, known)
    r, s = np.zeros(len(u)), np.zeros(len(v))
    r[u > 0], s[v > 0] = run.r, run.s
    off = run.residual > tolerance
    if off or not run.step <= SETTLED:
        raise not_converged(
            "RAS did not converge" if off else "RAS converges only by emptying cells",
            run.iterations,
            run.residual,
            worst(sides, r[:, None] * prior * s, u, v) if off else _emptied(sides, prior, r, s),
            _remedy(sides, prior, u, v, r, s),
        )
    if not whole:
        r[~prior.any(axis=1)], s[~prior.any(axis=0)] = 1.0, 1.0
    balanced = prior * s
    balanced *= r[:, None]
    return Balanced(
        before=sides.frame(prior),
        frame=sides.frame(balanced),
        row_multipliers=sides.rows.series(r, "row multiplier"),
        column_multipliers=sides.columns.series(s, "column multiplier"),
        iterations=run.iterations,
        residual=run.residual,
    )


def _require_signs(sides: Sides, prior: Array, least: float, u: Array, v: Array) -> None:
    if least < 0:
        bad = np.argwhere(prior < 0)
        raise TableError(
            f"The matrix has {len(bad)} negative cells, which RAS cannot scale.",
            sides.cells(bad, prior),
            "GRAS can: iomodel.balance.gras. A SAM whose totals are in doubt goes through "
            "iomodel.balance.cross_entropy.",
        )
    wrong = [f"{sides.row(i)}: {u[i]:.10g}" for i in map(int, np.flatnonzero(u < 0))]
    wrong += [f"{sides.column(j)}: {v[j]:.10g}" for j in map(int, np.flatnonzero(v < 0))]
    if wrong:
        raise TableError(
            f"{len(wrong)} target totals are negative.",
            wrong,
            "A nonnegative matrix has nonnegative totals: correct them.",
        )


def _require_cells(sides: Sides, prior: Array, u: Array, v: Array, sums: list[Array]) -> None:
    """Refuse a positive target in a row or column in which nothing is left to scale.

    `sums` are those of the cells whose other total is positive.
    """
    lost = []
    for name, matrix, target, left in (
        (sides.row, prior, u, sums[0]),
        (sides.column, prior.T, v, sums[1]),
    ):
        for i in np.flatnonzero((target > 0) & (left == 0)):
            why = "all its cells are zero"
            if matrix[i].any():
                why = "its only cells stand where the other total is zero"
            lost.append(f"{name(int(i))}: target {target[i]:.10g}, but {why}")
    if lost:
        raise TableError(
            f"{len(lost)} rows or columns have a positive target and nothing to scale.",
            lost,
            "RAS keeps zeros: put a first estimate into a cell, or set the target to zero.",
        )


def _emptied(sides: Sides, prior: Array, r: Array, s: Array) -> list[str]:
    """The cells on their way to zero."""
    i, j = np.nonzero(r[:, None] * prior * s)
    gone = vanished(i, j, r[i] * s[j])
    pairs = zip(i[gone], j[gone], strict=True)
    return [f"{sides.row(a)}, {sides.column(b)} has to vanish" for a, b in pairs]


def _remedy(sides: Sides, prior: Array, u: Array, v: Array, r: Array, s: Array) -> str:
    """What to do; names the rows that their columns cannot hold, where that is the reason.

    Where no solution exists the multipliers of some set of rows (or columns) grow without end, so
    the set is the first few when they are sorted by multiplier: it asks for more than all the
    lines where it has cells can give.
    """
    for name, other, matrix, target, limit, multiplier in (
        (sides.row, "columns", prior, u, v, r),
        (sides.column, "rows", prior.T, v, u, s),
    ):
        order = np.argsort(-multiplier, kind="stable")
        order = order[target[order] > 0]
        reach = np.logical_or.accumulate(matrix[order] > 0, axis=0)
        asked, available = np.cumsum(target[order]), reach @ limit
        over: npt.NDArray[np.intp] = np.flatnonzero(asked > available * (1 + 1e-9))
        tight = np.flatnonzero((asked >= available * (1 - 1e-9)) & ~reach[:, limit > 0].all(axis=1))
        for found, fact in (
            (over, "no matrix with these zeros has these margins"),
            (tight, "other cells there would have to vanish"),
        ):
            if len(found):
                at = int(found[np.argmax(asked[found] - available[found])])
                named = ", ".join(name(int(i)) for i in order[: min(at + 1, 5)])
                more = f" and {at - 4} more" if at > 4 else ""
                return (
                    f"{named}{more} must hold {asked[at]:.10g}, but the {other} where they have "
                    f"cells hold {available[at]:.10g} in all: {fact}. Correct the totals or the "
                    "zeros."
                )
    return "Allow more iterations, or check the rows named: their cells may not be able to add up."
