"""Solving without factors: GMRES on several right sides in lock-step, stopped by a known error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from iomodel.accounts import Array
from iomodel.errors import ConvergenceError
from iomodel.linalg.operators import Operator, both

Flags: TypeAlias = npt.NDArray[np.bool_]
Product: TypeAlias = Callable[[Array], Array]  # A times the columns of its argument

RESTART = 40
PIECE = 12  # directions that room is made for at once
PASSES = 400
COARSE = 1e-6
ROUGH = 1e-5  # what one cycle on a draft of A can gain
EVEN = 1e-2  # beside a right side more uneven than this, its smallest entry is rounding


@dataclass(frozen=True, eq=False)
class Iterated:
    """What iterating gave: the solution, and how many products with A it took."""

    x: Array
    passes: int


def solve(
    A: Operator, b: Array, *, transposed: bool = False, rtol: float = 1e-12, passes: int = PASSES
) -> Iterated:
    """x in (I - A) x = b, or its transpose; b is n x p, all columns solved in lock-step.

    GMRES with the diagonal 1 - a_jj as right preconditioner: one product with A for all columns a
    step.  Rows are weighed by the size of the solution, so that the residual is small beside every
    component, not only beside the largest: |r_i| <= rtol / 5 (|b_i| + 2 |x_i|), or beside b where
    every b_i is above a hundredth of the largest, when the error of each component of A >= 0 is at
    most rtol / 5.

    Where A has a draft the cycles run on it and A itself forms the residuals only: four passes or
    so, of as many digits each as single precision has.

    Cost: 2 n^2 flops a pass and column, some twenty passes for an economy; 8 n p (k + 4) bytes
    with k <= 40 directions kept.
    Raises ConvergenceError where the residual stops falling.
    Reference: Saad, Y. and Schultz, M. H. (1986), GMRES: a generalized minimal residual algorithm
    for solving nonsymmetric linear systems, SIAM Journal on Scientific and Statistical Computing
    7(3), 856-869.
    """

    def product(A: Operator, z: Array) -> Array:
        return A.product(z, transposed=transposed)

    return _iterated(product, A, b, rtol, passes)


def solve_both(
    A: Operator, b: Array, c: Array, *, rtol: float = 1e-12, passes: int = PASSES
) -> tuple[Iterated, Iterated]:
    """x in (I - A) x = b and y in (I - A') y = c, in lock-step: A is read once a step for both.

    b is n x p, c is n x q.  Stopped, and refused, as `solve` is.
    Cost: the flops of two `solve`, the reading of A of the longer one where the operator forms
    both products together (see `operators.both`).
    """
    p = b.shape[1]

    def product(A: Operator, z: Array) -> Array:
        return np.concatenate(both(A, z[:, :p], z[:, p:]), axis=1)

    found = _iterated(product, A, np.concatenate([b, c], axis=1), rtol, passes)
    return Iterated(found.x[:, :p], found.passes), Iterated(found.x[:, p:], found.passes)


def solve_without(
    A: Operator, gone: Flags, b: Array, *, rtol: float = 1e-12, passes: int = PASSES
) -> Iterated:
    """Column g solves (I - A) y = b among the accounts that `gone` (n x p) does not take from it.

    The accounts that are gone have rows and columns of zeros, and y = 0.  All columns in lock-step:
    one product with A a step, each column masked before and after.
    """
    kept = (~gone).astype(np.float64)

    def product(A: Operator, z: Array) -> Array:
        found: Array = kept * A.product(kept * z, transposed=False)
        return found

    return _iterated(product, A, kept * b, rtol, passes)


def _iterated(
    formed: Callable[[Operator, Array], Array], A: Operator, b: Array, rtol: float, passes: int
) -> Iterated:
    """GMRES by cycles until every row of the residual is small beside its weight.

    `formed` gives the product with A, or with a draft of A.
    """
    target = rtol / 5
    size = np.abs(b).max(axis=0, initial=0.0)
    if not size.any():
        return Iterated(np.zeros_like(b), 0)
    own, product = A.diagonal(), partial(formed, A)
    draft = None if A.draft is None else partial(formed, A.draft)
    used = 0
    x = np.zeros_like(b)
    even = bool((b > EVEN * size).all())
    weights = b if even else np.where(size > 0, size, 1.0) * np.ones_like(b)
    fine = target if weights is b else COARSE
    off = np.inf
    for cycles in range(passes):
        r = b - (x - product(x)) if cycles else b
        used += bool(cycles)
        if cycles and weights is not b:  # the size of the solution is known by now
            weights = np.abs(b) + 2 * np.abs(x)
            weights += np.where(size > 0, 1e-30 * size + np.finfo(float).tiny, 1.0)
            fine = target
        last, off = off, float((np.abs(r) / weights).max(initial=0.0))
        if off <= target or 0.5 * last < off <= rtol:  # there, or as near as rounding lets it
            return Iterated(x, used)
        if off <= 100 * target and cycles:  # the length was met, the worst row not yet
            fine = min(fine, target) * min(0.25, 0.5 * target / off)
        if used >= passes or not np.isfinite(off) or (used > 2 * RESTART and off > 0.5 * last):
            break
        if cycles > 2 and off > 0.5 * last:  # a draft can be too rough: go on without
            draft = None
        if draft is None:
            step, took = _cycle(product, own, r, weights, fine)
        else:
            step, took = _cycle(draft, own, r, weights, max(fine, ROUGH * off))[0], 0
        x, used = x + step, used + took
    if off <= rtol:  # rounding leaves no more, and it is what was promised
        return Iterated(x, used)
    error = ConvergenceError(
        f"Iterating on (I - A) stopped making progress after {used} products with A: the "
        f"residual is {off:.3g} of the solution (wanted {target:.3g}).",
        remedy="Factorise instead (how='lu'), or check that A is productive by a margin.",
    )
    error.iterations, error.residual = used, off
    raise error


def _cycle(
    product: Product, own: Array, r: Array, weights: Array, target: float
) -> tuple[Array, int]:
    """One cycle of GMRES: the correction to the solution, and the products it took."""
    n, p = r.shape
    scale = (1.0 / (1.0 - own))[:, None] * weights
    basis = np.empty((p, PIECE + 1, n))
    start = (r / weights).T
    length = np.sqrt(np.einsum("pn,pn->p", start, start))
    goal = target / 6 * np.sqrt(n)  # the worst row is some four times the mean one
    basis[:, 0] = start / np.where(length > 0, length, 1.0)[:, None]
    H = np.zeros((p, RESTART + 1, RESTART))
    left = np.zeros((p, RESTART + 1))
    left[:, 0] = length
    cosines, sines = np.zeros((2, p, RESTART))
    k = 0
    while k < RESTART and (np.abs(left[:, k]) > goal).any():
        z = scale * basis[:, k].T
        y: Array = ((z - product(z)) / weights).T
        h = np.zeros((p, k + 1))
        for _ in range(2):  # twice is enough to stay orthogonal
            part = np.matmul(basis[:, : k + 1], y[:, :, None])[:, :, 0]
            y -= np.matmul(part[:, None, :], basis[:, : k + 1])[:, 0]
            h += part
        norm = np.sqrt(np.einsum("pn,pn->p", y, y))
        basis[:, k + 1] = y / np.where(norm > 0, norm, 1.0)[:, None]
        column = np.concatenate([h, norm[:, None]], axis=1)
        for i in range(k):
            c, s = cosines[:, i], sines[:, i]
            above, below = column[:, i].copy(), column[:, i + 1].copy()
            column[:, i], column[:, i + 1] = c * above + s * below, c * below - s * above
        radius = np.hypot(column[:, k], column[:, k + 1])
        whole = np.where(radius > 0, radius, 1.0)
        cosines[:, k] = np.where(radius > 0, column[:, k] / whole, 1.0)
        sines[:, k] = column[:, k + 1] / whole
        column[:, k], column[:, k + 1] = whole, 0.0
        H[:, : k + 2, k] = column
        left[:, k + 1] = -sines[:, k] * left[:, k]
        left[:, k] *= cosines[:, k]
        k += 1
        if k == basis.shape[1] - 1 < RESTART:  # room for those needed, not for all there might be
            basis = np.concatenate([basis, np.empty((p, PIECE, n))], axis=1)
    if not k:
        return np.zeros_like(r), 0
    triangle = np.triu(H[:, :k, :k])
    weighing = np.linalg.solve(triangle, left[:, :k, None])[:, :, 0]
    return scale * np.matmul(weighing[:, None, :], basis[:, :k])[:, 0].T, k
