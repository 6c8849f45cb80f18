"""Solving by adding up rounds of production: x = b + A b + A^2 b + ..., with what is left known."""

from __future__ import annotations

import numpy as np

from iomodel.accounts import Array
from iomodel.errors import ConvergenceError
from iomodel.linalg.krylov import Iterated
from iomodel.linalg.operators import Operator

PASSES = 5_000


def solve(
    A: Operator, b: Array, *, transposed: bool = False, rtol: float = 1e-12, passes: int = PASSES
) -> Iterated:
    """x = sum_t A^t b (or of A'), stopped when a round adds less than rtol / 10 of the sum.

    With t the largest ratio of a round to the one before, what is left is at most t / (1 - t) of
    the last round.  Each round is one product, 2 n^2 flops a column; as many rounds as it takes
    the spectral radius to the power of them to fall below rtol.

    Raises ConvergenceError after `passes` rounds.
    Reference: Miller and Blair (2009), Input-Output Analysis, chapter 2 (power series).
    """
    x, term = b.copy(), b
    left = np.inf
    for used in range(1, passes + 1):
        before = np.abs(term).max(initial=0.0)
        term = A.product(term, transposed=transposed)
        x += term
        added = float(np.abs(term).max(initial=0.0))
        ratio = added / before if before else 0.0
        left = added * ratio / (1 - ratio) if ratio < 1 else np.inf
        if added + left <= rtol / 10 * np.abs(x).max(initial=0.0):
            return Iterated(x, used)
    error = ConvergenceError(
        f"{passes} rounds of production do not add up to {rtol:g}: the last added {left:.3g}.",
        remedy="Use how='krylov' or how='lu': the spectral radius of A is near one.",
    )
    error.iterations, error.residual = passes, left
    raise error
