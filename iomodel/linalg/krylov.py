"""Solving without factors: GMRES on several right sides in lock-step, stopped by a known error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt

from iomodel.accounts import Array
from iomodel.errors import ConvergenceError
from iomodel.linalg.operators import Operator, both
from iomodel.linalg.within import Near, Own

Flags: TypeAlias = npt.NDArray[np.bool_]
Product: TypeAlias = Callable[[Array], Array]  # A times the columns of its argument

RESTART = 40
PIECE = 12  # directions that room is made for at once
PASSES = 400
COARSE = 1e-6
ROUGH = 1e-5  # what one cycle on a draft of A can gain
CLEAR = 0.8  # of what is allowed: the rest is for rounding
EVEN = 1e-2  # beside a right side more uneven than this, its smallest entry is rounding


@runtime_checkable
class Cycling(Protocol):
    """An operator that runs the cycles of the iteration where it is, on a device of its own."""

    def cycle(
        self, r: Array, weights: Array, target: float, *, transposed: bool
    ) -> tuple[Array, int]: ...


@dataclass(frozen=True, eq=False)
class Iterated:
    """What iterating gave: the solution, and how many products with A it took."""

    x: Array
    passes: int


def solve(
    A: Operator,
    b: Array,
    *,
    transposed: bool = False,
    near: Near | None = None,
    start: Array | None = None,
    rtol: float = 1e-12,
    passes: int = PASSES,
) -> Iterated:
    """x in (I - A) x = b, or its transpose; b is n x p, all columns solved in lock-step.

    GMRES with `near`, an approximate inverse of I - A (None: that of its diagonal), as right
    preconditioner: one product with A for all columns a step.  Rows are weighed by the size of the
    solution, so that the residual is small beside every component, not only beside the largest:
    |r_i| <= rtol / 5 (|b_i| + 2 |x_i|), or beside b where every b_i is above a hundredth of the
    largest, when the error of each component of A >= 0 is at most rtol / 5.  `start` (n x p) is
    where to begin: the solution of an A that is near.

    Where A has a draft the cycles run on it and A itself forms the residuals only: four passes or
    so, of as many digits each as single precision has.

    Cost: 2 n^2 flops a pass and column, some twenty passes for an economy, some twelve with the
    inverses of its regions (see `iomodel.linalg.within`); 8 n p (k + 4) bytes
    with k <= 40 directions kept.
    Raises ConvergenceError where the residual stops falling.
    Reference: Saad, Y. and Schultz, M. H. (1986), GMRES: a generalized minimal residual algorithm
    for solving nonsymmetric linear systems, SIAM Journal on Scientific and Statistical Computing
    7(3), 856-869.
    """

    def product(A: Operator, z: Array) -> Array:
        return A.product(z, transposed=transposed)

    undone = partial((near or Own(A)).solve, transposed=transposed)
    elsewhere = partial(A.cycle, transposed=transposed) if isinstance(A, Cycling) else None
    return _iterated(product, undone, A, b, rtol, passes, start, elsewhere)


def solve_both(
    A: Operator,
    b: Array,
    c: Array,
    *,
    near: Near | None = None,
    rtol: float = 1e-12,
    passes: int = PASSES,
) -> tuple[Iterated, Iterated]:
    """x in (I - A) x = b and y in (I - A') y = c, in lock-step: A is read once a step for both.

    b is n x p, c is n x q.  Stopped, and refused, as `solve` is.
    Cost: the flops of two `solve`, the reading of A of the longer one where the operator forms
    both products together (see `operators.both`).
    """
    p, by = b.shape[1], near or Own(A)

    def product(A: Operator, z: Array) -> Array:
        return np.concatenate(both(A, z[:, :p], z[:, p:]), axis=1)

    def undone(v: Array) -> Array:
        parts = by.solve(v[:, :p], transposed=False), by.solve(v[:, p:], transposed=True)
        return np.concatenate(parts, axis=1)

    found = _iterated(product, undone, A, np.concatenate([b, c], axis=1), rtol, passes)
    return Iterated(found.x[:, :p], found.passes), Iterated(found.x[:, p:], found.passes)


def solve_without(
    A: Operator,
    gone: Flags,
    b: Array,
    *,
    near: Near | None = None,
    rtol: float = 1e-12,
    passes: int = PASSES,
) -> Iterated:
    """Column g solves (I - A) y = b among the accounts that `gone` (n x p) does not take from it.

    The accounts that are gone have rows and columns of zeros, and y = 0.  All columns in lock-step:
    one product with A a step, each column masked before and after.
    """
    kept, by = (~gone).astype(np.float64), near or Own(A)

    def product(A: Operator, z: Array) -> Array:
        found: Array = kept * A.product(kept * z, transposed=False)
        return found

    def undone(v: Array) -> Array:
        inside: Array = kept * by.solve(v, transposed=False)  # v is zero for what is gone
        return inside

    return _iterated(product, undone, A, kept * b, rtol, passes)


def _iterated(
    formed: Callable[[Operator, Array], Array],
    undone: Product,
    A: Operator,
    b: Array,
    rtol: float,
    passes: int,
    start: Array | None = None,
    cycle: Callable[[Array, Array, float], tuple[Array, int]] | None = None,
) -> Iterated:
    """GMRES by cycles until every row of the residual is small beside its weight.

    `formed` gives the product with A, or with a draft of A; `undone` that with what is near the
    inverse of I - A; `cycle` runs a cycle elsewhere.
    """
    target = rtol / 5
    size = np.abs(b).max(axis=0, initial=0.0)
    if not size.any():
        return Iterated(np.zeros_like(b), 0)
    product = partial(formed, A)
    draft = None if A.draft is None else partial(formed, A.draft)
    used = 0
    x = np.zeros_like(b) if start is None else start
    even = bool((b > EVEN * size).all())
    weights = b if even else np.where(size > 0, size, 1.0) * np.ones_like(b)
    fine = target if weights is b else COARSE
    off = np.inf
    for cycles in range(passes):
        begun = cycles > 0 or start is not None
        r = b - (x - product(x)) if begun else b
        used += begun
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
        if cycle is not None:
            step, took = cycle(r, weights, fine)
        elif draft is None:
            step, took = _cycle(product, undone, r, weights, fine)
        else:
            step, took = _cycle(draft, undone, r, weights, max(fine, ROUGH * off))[0], 0
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
    product: Product, undone: Product, r: Array, weights: Array, target: float
) -> tuple[Array, int]:
    """One cycle of GMRES: the correction to the solution, and the products it took.

    The directions are kept row by row (p x k x n), so that every product with them is of rows that
    lie together.  What the rotations of all steps make of a column is kept as a matrix (`turned`),
    a product a step in place of a loop over them.
    """
    n, p = r.shape
    basis = np.empty((p, PIECE + 1, n))
    start = np.ascontiguousarray((r / weights).T)
    length = _lengths(start)
    basis[:, 0] = start / _or_one(length)[:, None]
    H = np.zeros((p, RESTART, RESTART))
    turned = np.tile(np.eye(RESTART + 1), (p, 1, 1))
    left = np.zeros((p, RESTART + 1))
    left[:, 0] = length
    k = 0
    while k < RESTART and _worst(left[:, k], turned[:, k, : k + 1], basis) > CLEAR * target:
        z = undone(weights * basis[:, k].T)
        y = np.ascontiguousarray(((z - product(z)) / weights).T)
        known = basis[:, : k + 1]
        h = np.zeros((p, k + 1))
        for _ in range(2):  # twice is enough to stay orthogonal
            part = np.matmul(known, y[:, :, None])[:, :, 0]
            y -= np.matmul(part[:, None, :], known)[:, 0]
            h += part
        norm = _lengths(y)
        basis[:, k + 1] = y / _or_one(norm)[:, None]
        column = np.matmul(turned[:, : k + 1, : k + 1], h[:, :, None])[:, :, 0]
        radius = np.hypot(column[:, k], norm)
        c = np.where(radius > 0, column[:, k] / _or_one(radius), 1.0)[:, None]
        s = (norm / _or_one(radius))[:, None]
        column[:, k] = _or_one(radius)
        H[:, : k + 1, k] = column
        row = turned[:, k, : k + 1].copy()
        turned[:, k, : k + 1], turned[:, k + 1, : k + 1] = c * row, -s * row
        turned[:, k, k + 1], turned[:, k + 1, k + 1] = s[:, 0], c[:, 0]
        left[:, k + 1] = -s[:, 0] * left[:, k]
        left[:, k] *= c[:, 0]
        k += 1
        if k == basis.shape[1] - 1 < RESTART:  # room for those needed, not for all there might be
            basis = np.concatenate([basis, np.empty((p, PIECE, n))], axis=1)
    if not k:
        return np.zeros_like(r), 0
    weighing = np.linalg.solve(H[:, :k, :k], left[:, :k, None])[:, :, 0]
    return undone(weights * np.matmul(weighing[:, None, :], basis[:, :k])[:, 0].T), k


def _worst(left: Array, turned: Array, basis: Array) -> float:
    """The worst row of what is left beside its weight, from the directions alone."""
    rows = np.matmul((left[:, None] * turned)[:, None, :], basis[:, : turned.shape[1]])
    return float(np.abs(rows).max())


def _lengths(rows: Array) -> Array:
    lengths: Array = np.sqrt(np.einsum("pn,pn->p", rows, rows))
    return lengths


def _or_one(lengths: Array) -> Array:
    return np.where(lengths > 0, lengths, 1.0)
