"""Whether every unit can be made with less than itself: productivity, proved or refuted."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from iomodel.accounts import Array
from iomodel.errors import (
    ConvergenceError,
    IOModelError,
    NotProductiveError,
    SingularError,
    TableError,
)
from iomodel.linalg import krylov
from iomodel.linalg.bounds import earned
from iomodel.linalg.operators import Operator

ROUNDS = 200
SHOWN = 20


def require_finite(A: Array, labels: tuple[str, ...]) -> None:
    """Raise, naming the cells, unless every coefficient is a number."""
    if np.isfinite(A.sum()):  # one pass; an overflow is looked at cell by cell
        return
    bad = np.argwhere(~np.isfinite(A))
    if len(bad):
        raise TableError(
            f"The coefficient matrix has {len(bad)} values that are not finite.",
            [f"row '{labels[i]}', column '{labels[j]}': {A[i, j]}" for i, j in bad[:SHOWN]],
            "Check the outputs that the flows were divided by.",
        )


def witness(A: Operator, *, transposed: bool) -> Array | None:
    """A vector v > 0 with (I - |A|) v > 0 (or of the transpose); there is one if and only if |A| is
    productive.

    None where iterating finds none.  Ones serve where no row of |A| reaches one (transposed: no
    column, the usual case of a table in money); else the solution of (I - |A|) v = 1.
    """
    absolute = A.magnitude()
    ones = np.ones(A.n)
    if (earned(absolute, ones, transposed=transposed) > 0).all():
        return ones
    try:
        found = krylov.solve(absolute, ones[:, None], transposed=transposed, rtol=1e-4)
    except ConvergenceError:
        return None
    v: Array = found.x[:, 0]
    if not np.isfinite(v).all() or v.min() <= 0:
        return None
    return v if (earned(absolute, v, transposed=transposed) > 0).all() else None


def require(A: Operator, labels: tuple[str, ...]) -> None:
    """Raise NotProductiveError, the spectral radius bounded from below, unless |A| is productive.

    For |A| and v > 0 the spectral radius is at least min_i (|A| v)_i / v_i over the rows that v
    reaches (Collatz 1942): power iteration raises that bound until it passes one.
    """
    if witness(A, transposed=True) is not None:
        return
    labels = labels or tuple(str(i) for i in range(A.n))  # a million are not made for nothing
    absolute = A.magnitude()
    v = np.ones(A.n)
    low, grew = 0.0, np.zeros(A.n)
    for _ in range(ROUNDS):
        w = v + absolute.product(v, transposed=False)  # of I + |A|: no cycling
        with np.errstate(divide="ignore", invalid="ignore"):
            grew = np.where(v > 1e-8 * v.max(), w / v - 1, 0.0)
        inside = v > 1e-8 * v.max()
        low = max(low, float(grew[inside].min()))
        v = w / w.max()
        if low >= 1:
            break
    worst = np.argsort(-v, kind="stable")[:SHOWN]
    raise refusal(
        max(low, float(grew.max())), [int(i) for i in worst], absolute, labels, at_least=low
    )


def refusal(
    radius: float,
    block: list[int],
    absolute: Operator,
    labels: tuple[str, ...],
    *,
    singular: bool = False,
    at_least: float | None = None,
) -> IOModelError:
    """The error that says how large the spectral radius is and in which sectors."""
    sums = absolute.column_sums()
    named = [f"'{labels[i]}': inputs of {sums[i]:.6g} per unit of output" for i in block]
    kind = SingularError if singular or abs(radius - 1) < 1e-12 else NotProductiveError
    if at_least is None:
        fact = (
            f"The table is not productive: the spectral radius of A is {radius:.12g} (it must be "
            f"below 1) in a block of {len(block)} sectors that supply each other."
        )
    else:
        fact = (
            f"The table is not productive: the spectral radius of A is about {radius:.6g}, at "
            f"least {at_least:.6g} (it must be below 1); these sectors weigh most in it."
        )
    error = kind(
        fact,
        named,
        "Check these columns: more inputs than output, an output in another unit, or division "
        "by intermediate use instead of gross output.",
    )
    error.spectral_radius = radius
    error.sectors = tuple(labels[i] for i in block)
    return error


def worst_block(A: Array) -> tuple[list[int], float]:
    """The strongly connected block of A >= 0 with the largest spectral radius, and that radius."""
    count, member = connected_components(csr_array(A > 0), directed=True, connection="strong")
    best, radius = [0], -1.0
    for block in range(count):
        at = np.flatnonzero(member == block)
        rho = float(np.abs(np.linalg.eigvals(A[np.ix_(at, at)])).max())
        if rho > radius:
            best, radius = [int(i) for i in at], rho
    return best, radius
