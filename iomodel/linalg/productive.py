"""Whether every unit can be made with less than itself: productivity, proved or refuted."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np

from iomodel.accounts import Array, show
from iomodel.errors import (
    ConvergenceError,
    IOModelError,
    NotProductiveError,
    SingularError,
    TableError,
)
from iomodel.linalg import krylov
from iomodel.linalg.bounds import earned, rounding
from iomodel.linalg.operators import Operator

ROUNDS = 200
FEW = 50  # rounds tried where iterating fails
NEGLIGIBLE = 1e-8  # of the largest: smaller ones blur the bound
SHOWN = 20


def require_finite(A: Array, labels: tuple[str, ...]) -> None:
    """Raise, naming the cells, unless every coefficient is a number."""
    if np.isfinite(A.sum()):  # one pass; an overflow is looked at cell by cell
        return
    bad = np.argwhere(~np.isfinite(A))
    if len(bad):
        raise not_finite(len(bad), [(i, j, A[i, j]) for i, j in bad[:SHOWN]], labels)


def not_finite(
    count: int, cells: list[tuple[int, int, float]], labels: tuple[str, ...]
) -> TableError:
    """The error that names coefficients that are no numbers, by row and column."""
    return TableError(
        f"The coefficient matrix has {count} values that are not finite.",
        [f"row '{labels[i]}', column '{labels[j]}': {value}" for i, j, value in cells],
        "Check the outputs that the flows were divided by.",
    )


def witness(A: Operator, *, transposed: bool) -> Array | None:
    """A vector v > 0 with (I - |A|) v > 0 (or of the transpose); there is one if and only if |A| is
    productive.

    None where iterating finds none.  Ones serve where no row of |A| reaches one (transposed: no
    column, the usual case of a table in money); else the solution v of (I - |A|) v = 1, or, where
    sectors of very different size leave no digits of that, of (I - |A|) w = v; or some rounds of
    1 + |A| 1 + |A|^2 1 ..., which lose no digits whatever the sizes.
    """
    absolute = A.magnitude()
    if absolute.diagonal().max(initial=0.0) >= 1:
        return None
    v = np.ones(A.n)
    for _ in range(3):
        if (earned(absolute, v, transposed=transposed) > 0).all():
            return v
        try:
            found = krylov.solve(absolute, v[:, None], transposed=transposed, rtol=1e-4)
        except ConvergenceError:
            break
        v = found.x[:, 0]
        if not np.isfinite(v).all() or v.min() <= 0:
            break
    v = np.ones(A.n)
    for _ in range(FEW):
        following = 1.0 + absolute.product(v, transposed=transposed)
        if (following - v < 1).all() and (earned(absolute, v, transposed=transposed) > 0).all():
            return v
        v = following
    return None


def radius_at_least(A: Operator) -> tuple[float, Array]:
    """A lower bound of the spectral radius of |A|, and the vector v >= 0 that shows it.

    For v >= 0 with support S, (|A| v)_i >= r v_i for all i in S gives a spectral radius of at
    least r (Collatz 1942, on the rows and columns of S; what else is in A only adds to it).  Power
    iteration raises the bound, small components dropped; rounding is subtracted.
    """
    absolute = A.magnitude()
    v, best, shown = np.ones(A.n), 0.0, np.ones(A.n)
    slack = 1 - rounding(absolute.terms(transposed=False) + 3)
    for _ in range(ROUNDS):
        v = np.where(v > NEGLIGIBLE * v.max(), v, 0.0)
        w = absolute.product(v, transposed=False)
        inside = v > 0
        low = float((w[inside] / v[inside]).min()) * slack
        if low > best:
            best, shown = low, v
        if best > 1:
            break
        v = v + w  # of I + |A|: no cycling
        v /= v.max()
    return best, shown


def require(A: Operator, labels: tuple[Hashable, ...]) -> None:
    """Raise unless |A| was shown to be productive.

    NotProductiveError where the spectral radius was shown to be above one, with its lower bound
    and the sectors that weigh most in it; ConvergenceError where neither could be shown.
    """
    if witness(A, transposed=True) is not None:
        return
    low, v = radius_at_least(A)
    labels = labels or tuple(str(i) for i in range(A.n))  # a million are not made for nothing
    own = A.magnitude().diagonal()
    if low <= 1 <= own.max():  # a sector that uses all it makes: no other is needed to refuse it
        low, v = float(own.max()), np.where(own >= 1, own, 0.0)
    if low > 1 or own.max() >= 1:
        raise refusal(low, _weightiest(v), A.magnitude(), labels, at_least=True)
    error = ConvergenceError(
        f"Whether the table is productive could not be shown by iterating: the spectral radius of "
        f"A is at least {low:.6g} and may be one.",
        remedy="Factorise (how='lu'): the factors decide.",
    )
    error.residual = low
    raise error


def _weightiest(v: Array) -> list[int]:
    return [int(i) for i in np.argsort(-v, kind="stable")[:SHOWN] if v[i] > 0]


def refusal(
    radius: float,
    block: list[int],
    absolute: Operator,
    keys: tuple[Hashable, ...],
    *,
    singular: bool = False,
    at_least: bool = False,
) -> IOModelError:
    """The error that says how large the spectral radius is and in which sectors."""
    sums, labels = absolute.column_sums(), {i: show(keys[i]) for i in block}
    named = [f"'{labels[i]}': inputs of {sums[i]:.6g} per unit of output" for i in block]
    kind = SingularError if singular or abs(radius - 1) < 1e-12 else NotProductiveError
    if not at_least:
        fact = (
            f"The table is not productive: the spectral radius of A is {radius:.12g} (it must be "
            f"below 1) in a block of {len(block)} sectors that supply each other."
        )
    else:
        fact = (
            f"The table is not productive: the spectral radius of A is at least {radius:.6g} (it "
            "must be below 1); these sectors weigh most in it."
        )
    error = kind(
        fact,
        named,
        "Check these columns: more inputs than output, an output in another unit, or division "
        "by intermediate use instead of gross output.",
    ).keyed(
        "not_productive_at_least" if at_least else "not_productive",
        rows=[{"sector": labels[i], "inputs": f"{sums[i]:.6g}"} for i in block],
        radius=f"{radius:.6g}" if at_least else f"{radius:.12g}",
        n=len(block),
    )
    error.spectral_radius = radius
    error.sectors = tuple(labels[i] for i in block)
    return error


def worst_block(A: Array) -> tuple[list[int], float]:
    """The strongly connected block of A >= 0 with the largest spectral radius, and that radius."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    count, member = connected_components(csr_array(A > 0), directed=True, connection="strong")
    best, radius = [0], -1.0
    for block in range(count):
        at = np.flatnonzero(member == block)
        rho = float(np.abs(np.linalg.eigvals(A[np.ix_(at, at)])).max())
        if rho > radius:
            best, radius = [int(i) for i in at], rho
    return best, radius
