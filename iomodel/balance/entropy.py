"""Cross entropy: the balanced SAM nearest to an unbalanced one whose totals are in doubt."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace

import numpy as np

from iomodel.accounts import Array, Labelled, numbers, show
from iomodel.arguments import typed
from iomodel.balance import feasible
from iomodel.balance.arcs import Aggregate, Arcs, arcs_of, problem
from iomodel.balance.dual import Problem, State, newton
from iomodel.balance.result import Balanced, not_converged, require_steps
from iomodel.balance.scaling import vanished
from iomodel.errors import TableError
from iomodel.sam import SAM

NORMAL: Mapping[float, float] = {-3: 1 / 72, -1: 27 / 72, 0: 16 / 72, 1: 27 / 72, 3: 1 / 72}
EDGE = 1e-6
SETTLED = 1e-2


@typed
def cross_entropy(
    sam: SAM,
    *,
    totals: Labelled | None = None,
    standard_error: float | Labelled = 0.05,
    support: Mapping[float, float] = NORMAL,
    fixed: Iterable[tuple[Hashable, Hashable]] = (),
    known: Mapping[str, Aggregate] | None = None,
    tolerance: float = 1e-10,
    max_iterations: int = 200,
) -> Balanced:
    """The balanced SAM whose spending shares are nearest to those at hand, totals in doubt.

    Each account spends on the others as in the prior, as far as its receipts and payments can be
    made equal, and its total is a prior plus an error that is estimated too.  With T the SAM
    (n x n, row receives from column), X_j the total of account j, a_ij = T_ij / X_j and a bar for
    the prior,

        minimise    sum_j X_j sum_i a_ij ln(a_ij / abar_ij)
                    + sum_j xbar_j sum_k w_jk ln(w_jk / wbar_k)
        subject to  sum_j T_ij = X_i = sum_j T_ji,    X_j = xbar_j (1 + sd_j sum_k w_jk s_k)

    over a_ij and w_jk (each set adding up to one).  `totals` are the xbar (by default the mean of
    row and column sum), `standard_error` the sd_j, a share of the total, one for all or one for
    each account (0: the total is exact); `support` maps the points s_k of the error, in standard
    errors and symmetric, to their prior weights wbar_k; the default has the variance and kurtosis
    of a normal variable.  Weighting each column by its total makes the problem convex, with one
    answer, free of the unit of account, and equal to `ras` where all totals are exact; Robinson,
    Cattaneo and El-Said weight all columns alike.  Changing a total by a share costs 1 / sd_j^2
    times what changing its cells by that share does: 400 times with the default, so cells move.

    Solved in the dual, one multiplier mu_i an account: T_ij = X_j abar_ij exp(mu_i) / Z_j with
    Z_j = sum_i abar_ij exp(mu_i).  Its gradient are the gaps of the accounts, and it is climbed by
    Newton's method until none exceeds `tolerance` (a share of the account).  Cost: n^3 an
    iteration, usually about ten.

    Zeros stay zero.  A **negative payment** of j to i is estimated as a positive one of i to j,
    and put back with its sign (the history of the SAM says how many); the totals to which errors
    apply then count it on both accounts.  `fixed` cells (row, column) keep their value: they leave
    the problem, and the error of a total is that of the rest.  `known` are aggregates, each held
    to its value (see `Aggregate`) with a weighted error like that of the totals.

    Errors: BalanceError where an account receives and never pays (or the reverse), or money leaves
    a circle of accounts for good; LabelError, TableError for what cannot be meant;
    ConvergenceError (.iterations, .residual, worst accounts) otherwise.  A half-balanced SAM is
    never returned; one that balances already comes back as it is.

    >>> import pandas as pd
    >>> cells = {"firms": [0.0, 60, 40], "people": [90.0, 0, 10], "abroad": [12.0, 35, 0]}
    >>> kinds = {"firms": "activity", "people": "institution", "abroad": "row"}
    >>> prior = SAM.from_frame(pd.DataFrame(cells, list(cells)), kinds=kinds, balanced=False)
    >>> prior.gaps.tolist()
    [2.0, -5.0, 3.0]
    >>> balanced = cross_entropy(prior)
    >>> balanced.sam.transactions.round(3).to_numpy()
    array([[ 0.   , 88.353, 12.636],
           [61.634,  0.   , 35.871],
           [39.354,  9.152,  0.   ]])
    >>> balanced.changes["percent"].round(2).tolist()[:3]
    [-1.83, 2.72, 2.49]

    Reference: Robinson, S., Cattaneo, A. and El-Said, M. (2001), Updating and estimating a social
    accounting matrix using cross entropy methods, Economic Systems Research 13(1), 47-64.
    """
    require_steps(tolerance, max_iterations)
    points, chances = _support(support)
    spread = _spread(sam, standard_error, points)
    net = None if totals is None else _totals(sam, totals)
    arcs = arcs_of(sam, fixed)
    feasible.require_circle(sam.accounts, sam.array)
    aggregates = {name: _checked(name, one, points) for name, one in (known or {}).items()}
    p = problem(sam, arcs, net, spread, aggregates, points, chances)
    feasible.require_exact(sam.accounts, arcs, spread)
    free = feasible.free_multipliers(sam.accounts, arcs, p)
    if not len(arcs.payer):
        return _unmoved(sam)
    sizes = _sizes(arcs, p)

    def residual(state: State) -> float:
        return float((np.abs(state.gaps) / sizes).max())

    climb = newton(p, free, residual, tolerance, max_iterations)
    state, iterations, reached = climb.state, climb.iterations, climb.residual
    if not reached <= tolerance:
        raise not_converged(
            "The SAM could not be balanced",
            iterations,
            reached,
            _worst(sam, arcs, aggregates, state, sizes),
            "Give these accounts a larger standard error or a better total, or free cells.",
        )
    if not climb.step <= SETTLED:
        raise not_converged(
            "The SAM balances only at the edge of what is possible",
            iterations,
            reached,
            _at_edge(sam, arcs, p, state),
            "Give these accounts a larger standard error or a better total.",
        )
    flows = state.flows
    if iterations == 0 and np.allclose(flows, arcs.value, rtol=tolerance, atol=0):
        flows = arcs.value
    return _result(sam, arcs, state, flows, iterations, reached)


def _unmoved(sam: SAM) -> Balanced:
    """A SAM without a cell to estimate, which balances as it is."""
    one, zero = np.ones(len(sam.accounts)), np.zeros(len(sam.accounts))
    series, frame = sam.accounts.series, sam.transactions
    return Balanced(
        frame,
        frame,
        series(one, "row multiplier"),
        series(one, "column multiplier"),
        iterations=0,
        residual=0.0,
        sam=sam,
        errors=series(zero, "error"),
    )


def _result(
    sam: SAM, arcs: Arcs, state: State, flows: Array, iterations: int, residual: float
) -> Balanced:
    n, series = len(sam.accounts), sam.accounts.series
    spends = arcs.spent > 0
    column = np.where(spends, state.spent / np.where(spends, arcs.spent, 1.0), 1.0) * np.where(
        spends, state.factor, 1.0
    )
    balanced = Balanced(
        before=sam.transactions,
        frame=sam.accounts.frame(arcs.matrix(flows), sam.accounts.index),
        row_multipliers=series(np.exp(state.multipliers[:n]), "row multiplier"),
        column_multipliers=series(column, "column multiplier"),
        iterations=iterations,
        residual=residual,
        errors=series(state.errors[:n], "error"),
    )
    changes = balanced.changes
    if changes.empty:
        return replace(balanced, sam=sam.require_balanced())
    note = f"balanced by cross entropy in {iterations} iterations"
    flipped = int(arcs.flipped.sum())
    if flipped:
        note += f"; {flipped} negative payments estimated as positive ones the other way"
    held = int(np.count_nonzero(arcs.held))
    if held:
        note += f"; {held} cells held fixed"
    row, col, before, after, _, share = changes.iloc[0]
    note += (
        f"; {len(changes)} cells moved, most row '{row}', column '{col}': {before:.6g} to "
        f"{after:.6g} ({share:+.3g} %)"
    )
    done = replace(sam, array=balanced.frame.to_numpy(), meta=sam.meta.but(note))
    return replace(balanced, sam=done.require_balanced())


def _sizes(arcs: Arcs, p: Problem) -> Array:
    """What each gap is a share of: the turnover of the account, the size of the aggregate."""
    n = p.n
    turnover = p.total + np.abs(arcs.held).sum(axis=0)
    turnover = np.maximum(turnover, np.abs(arcs.held).sum(axis=1))
    sizes = np.concatenate([turnover, p.weight[n:]])
    return np.where(sizes > 0, sizes, max(float(sizes.max()), 1e-300))


def _worst(
    sam: SAM, arcs: Arcs, aggregates: Mapping[str, Aggregate], state: State, sizes: Array
) -> list[str]:
    """Every account and aggregate that is off, worst first."""
    n, gaps = len(sam.accounts), state.gaps
    pays = state.spent + arcs.held.sum(axis=0)
    found = [
        f"account '{show(key)}': receives {pays[i] - gaps[i]:.10g}, pays {pays[i]:.10g}"
        for i, key in enumerate(sam.accounts.keys)
    ]
    found += [
        f"aggregate '{name}': {one.value - gaps[n + i]:.10g} instead of {one.value:.10g}"
        for i, (name, one) in enumerate(aggregates.items())
    ]
    off = np.abs(gaps) / sizes
    return [found[i] for i in np.argsort(-off, kind="stable") if off[i] > 0]


def _at_edge(sam: SAM, arcs: Arcs, p: Problem, state: State) -> list[str]:
    """Cells on their way to zero, and totals at the end of their support."""
    keys = sam.accounts.keys
    found = [
        f"row '{show(keys[i])}', column '{show(keys[j])}' has to vanish"
        for i, j in arcs.cells[vanished(arcs.receiver, arcs.payer, state.flows / arcs.value)]
    ]
    reach = p.spread[: p.n] * p.weight[: p.n] * np.abs(p.points).max()
    found += [
        f"account '{show(keys[i])}': the error of its total is at the end of its support, "
        f"{state.errors[i]:.6g}"
        for i in np.flatnonzero((reach > 0) & (np.abs(state.errors[: p.n]) > (1 - EDGE) * reach))
    ]
    return found


def _support(support: Mapping[float, float]) -> tuple[Array, Array]:
    points = numbers(list(support), "The points of the error support")
    chances = numbers(list(support.values()), "The weights of the error support")
    mirrored = {-point: weight for point, weight in zip(points, chances, strict=True)}
    lopsided = [
        f"{point:g} has weight {weight:g}, {-point:g} has {mirrored.get(point, 0.0):g}"
        for point, weight in zip(points, chances, strict=True)
        if not np.isclose(mirrored.get(point, 0.0), weight, rtol=1e-9, atol=0)
    ]
    if len(points) < 2 or lopsided or not chances.min() > 0 or abs(chances.sum() - 1) > 1e-9:
        raise TableError(
            "The error support must have at least two points, be symmetric about zero, and have "
            f"positive weights that add up to 1 (they add up to {chances.sum():.6g}).",
            lopsided,
            "Map each point, in standard errors, to its weight: {-1: 0.5, 1: 0.5}.",
        )
    return points, chances / chances.sum()


def _spread(sam: SAM, standard_error: float | Labelled, points: Array) -> Array:
    what = "The standard errors of the totals"
    if isinstance(standard_error, (int, float)):
        standard_error = np.full(len(sam.accounts), float(standard_error))
    spread = sam.accounts.array(standard_error, what)
    reach = float(np.abs(points).max())
    keys = sam.accounts.keys
    wrong = [
        f"account '{show(keys[i])}': {spread[i]:g}"
        for i in np.flatnonzero((spread < 0) | (spread * reach >= 1))
    ]
    if wrong:
        raise TableError(
            f"{len(wrong)} {what[4:]} are negative, or so large that a total could be zero: with "
            f"this support they must stay below {1 / reach:.4g}.",
            wrong,
            "Give a share of the total: 0.05 is five per cent.",
        )
    return spread


def _totals(sam: SAM, totals: Labelled) -> Array:
    values = sam.accounts.array(totals, "The totals")
    keys = sam.accounts.keys
    negative = [f"account '{show(keys[i])}': {values[i]:.10g}" for i in np.flatnonzero(values < 0)]
    if negative:
        raise TableError(f"{len(negative)} totals are negative.", negative, "Correct them.")
    return values


def _checked(name: str, aggregate: Aggregate, points: Array) -> Aggregate:
    value = float(numbers(aggregate.value, f"The value of '{name}'"))
    reach = aggregate.standard_error * float(np.abs(points).max())
    if not np.isfinite(value) or not 0 <= reach < 1:
        raise TableError(
            f"Aggregate '{name}' has value {value} and standard error {aggregate.standard_error}.",
            remedy="Give a finite value, and a standard error as a share of it.",
        )
    return aggregate
