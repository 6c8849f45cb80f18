"""The dual of cross-entropy balancing: one multiplier an account, found by Newton's method."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.sparse import csr_array, diags_array

from iomodel.accounts import Array
from iomodel.progress import shown

Positions = npt.NDArray[np.intp]
SUFFICIENT = 1e-4
ROUNDING = 1e-14
HALVINGS = 60
RIDGE = 1e-12
TINY = 1e-200


@dataclass(frozen=True)
class Problem:
    """Payments to estimate (one per arc), on n accounts and m aggregates.

    Arcs are sorted by payer: `payer[a]` pays `receiver[a]` the share `prior[a]` of what it has to
    spend, `total` (n) in advance of errors.  `features` ((n + m) x arcs) says in which balance
    each arc counts: one at its receiver, its coefficient in each aggregate.  `given` (n + m) is
    what is known beside the arcs: fixed payments less fixed receipts of each account, and the
    value of each aggregate less its fixed part.  `spread` (n + m) are standard errors as a share
    of `weight` (n + m: the totals, the size of each aggregate), `points` and `chances` the error
    support and its prior weights.
    """

    n: int
    payer: Positions
    receiver: Positions
    prior: Array
    features: csr_array
    total: Array
    given: Array
    weight: Array
    spread: Array
    points: Array
    chances: Array


@dataclass(frozen=True)
class State:
    """Everything at one value of the multipliers."""

    multipliers: Array
    flows: Array
    spent: Array
    shares: Array
    value: float
    gaps: Array
    errors: Array
    curvature: Array
    factor: Array


def evaluate(p: Problem, multipliers: Array) -> State:
    """The dual, its gradient (the gaps) and the flows it stands for.

    With mu the multipliers, Z_j = sum_i a0_ij exp(mu_i) and c_j = mu_j - ln Z_j, an account pays
    the shares a_ij = a0_ij exp(mu_i) / Z_j of X_j = x_j (1 + sd_j E_w[s]), with weights of the
    errors w_k proportional to w0_k exp(-s_k sd_j c_j).
    """
    starts = np.flatnonzero(np.r_[True, p.payer[1:] != p.payer[:-1]])
    column = np.cumsum(np.r_[False, p.payer[1:] != p.payer[:-1]])
    payers = p.payer[starts]
    tilt = p.features.T @ multipliers
    top = np.maximum.reduceat(tilt, starts)
    raised = p.prior * np.exp(tilt - top[column])
    sums = np.add.reduceat(raised, starts)
    shares = raised / sums[column]
    price = multipliers.copy()
    price[: p.n] = 0.0
    log_z = top + np.log(sums)
    price[payers] = multipliers[payers] - log_z

    exponents = -p.points * (p.spread * price)[:, None]
    highest = exponents.max(axis=1)
    chances = p.chances * np.exp(exponents - highest[:, None])
    mass = chances.sum(axis=1)
    chances /= mass[:, None]
    mean = chances @ p.points
    variance = np.maximum(chances @ p.points**2 - mean**2, 0.0)
    errors = p.weight * p.spread * mean

    spent = p.total + errors[: p.n]
    flows = shares * spent[p.payer]
    gaps = p.given - p.features @ flows
    gaps[: p.n] += spent
    gaps[p.n :] += errors[p.n :]
    value = float(
        p.total @ price[: p.n] + p.given @ multipliers - p.weight @ (highest + np.log(mass))
    )
    factor = np.zeros(p.n)
    with np.errstate(over="ignore"):
        factor[payers] = np.exp(-log_z)
    return State(
        multipliers,
        flows,
        spent,
        shares,
        value,
        gaps,
        errors,
        p.weight * p.spread**2 * variance,
        factor,
    )


@dataclass(frozen=True)
class Climb:
    """Where Newton's method stopped, and what its next step would do to flows and errors."""

    state: State
    iterations: int
    residual: float
    step: float


def newton(
    p: Problem,
    free: Positions,
    residual: Callable[[State], float],
    tolerance: float,
    max_iterations: int,
) -> Climb:
    """Climb the concave dual by damped Newton steps over the multipliers `free`.

    Stops where `residual` is within the tolerance, where the steps are used up, or where no step
    climbs any more.  The residual alone does not tell a solution from a limit in which cells
    vanish: at a solution the next step is small, on the way to a limit it never is.
    """
    with shown("Balancing") as say:
        state = evaluate(p, np.zeros(len(p.given)))
        gap, iterations = residual(state), 0
        last = gap <= tolerance
        while True:
            step = _newton_step(p, free, state)
            here = Climb(state, iterations, gap, _effect(p, state, step))
            if last or iterations == max_iterations or not np.isfinite(here.step):
                return here
            last = gap <= tolerance  # one step more takes what the tolerance has left
            higher = _climbed(p, state, step)
            if higher is None or (last and not residual(higher) < gap):
                return here
            state, gap, iterations = higher, residual(higher), iterations + 1
            say(f"{iterations} steps, {gap:.1e} left")


def _newton_step(p: Problem, free: Positions, state: State) -> Array:
    step = np.zeros(len(p.given))
    step[free] = solved(_hessian(p, state)[np.ix_(free, free)], state.gaps[free])
    return step


def _effect(p: Problem, state: State, step: Array) -> float:
    """The largest relative change of a flow, or of the odds of an error, along a step.

    Steps that change nothing have no effect, however long: multipliers shifted together, or
    aggregates that say twice what the totals say already.
    """
    tilt = p.features.T @ step
    mean = summed(p.payer, state.shares * tilt, p.n)
    price = step.copy()
    price[: p.n] -= mean
    price[: p.n][p.total == 0] = 0.0
    drift = state.curvature[: p.n] * price[: p.n] / np.where(state.spent > 0, state.spent, 1.0)
    flows = np.abs(tilt - mean[p.payer] + drift[p.payer])
    odds = np.abs(price) * p.spread * np.abs(p.points).max()
    return float(np.concatenate([flows, odds]).max())


def _climbed(p: Problem, state: State, step: Array) -> State | None:
    """The Newton step, halved until the dual rises enough; None where it does not."""
    rise, scale = float(step @ state.gaps), float(p.weight.sum())
    for halvings in range(HALVINGS):
        length = 0.5**halvings
        candidate = evaluate(p, state.multipliers + length * step)
        enough = state.value + SUFFICIENT * length * rise - ROUNDING * scale
        if np.isfinite(candidate.value) and candidate.value >= enough:
            return candidate
    return None


def _hessian(p: Problem, state: State) -> Array:
    """Minus the second derivative of the dual, (n + m) x (n + m), positive semidefinite."""
    arcs = np.arange(len(p.payer))
    shares = csr_array((state.shares, (arcs, p.payer)), shape=(len(arcs), p.n))
    mean = (p.features @ shares).toarray()
    hessian: Array = (p.features @ diags_array(state.flows) @ p.features.T).toarray()
    hessian -= (mean * state.spent) @ mean.T
    moves = np.eye(len(p.given), p.n) - mean
    hessian += (moves * state.curvature[: p.n]) @ moves.T
    extra = np.arange(p.n, len(p.given))
    hessian[extra, extra] += state.curvature[p.n :]
    return hessian


def solved(matrix: Array, right: Array) -> Array:
    """The Newton step, scaled by the diagonal because accounts differ by orders of magnitude.

    Not a number where the multipliers have gone so far that nothing can be solved any more.
    """
    diagonal = np.diagonal(matrix)
    least = TINY * diagonal.max(initial=0.0)
    scale: Array = 1 / np.sqrt(np.maximum(diagonal, least if least > 0 else 1.0))
    scaled = matrix * scale * scale[:, None]
    scaled[np.diag_indices(len(scaled))] += RIDGE
    try:
        factors = cho_factor(scaled)
        solution: Array = scale * cho_solve(factors, scale * right)
    except (LinAlgError, ValueError):  # ValueError: something is not finite
        return np.full(len(right), np.nan)
    return solution


def summed(at: Positions, values: Array, n: int) -> Array:
    """`values` added up by the position each belongs to, n sums."""
    return np.bincount(at, values, n).astype(np.float64)
