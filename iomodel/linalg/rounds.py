"""Solving by adding up rounds of production: x = b + A b + A^2 b + ..., with what is left known."""

from __future__ import annotations

import numpy as np

from iomodel.accounts import Array
from iomodel.errors import ConvergenceError
from iomodel.linalg import productive
from iomodel.linalg.bounds import earned
from iomodel.linalg.krylov import Iterated
from iomodel.linalg.operators import Operator

PASSES = 5_000


def solve(
    A: Operator, b: Array, *, transposed: bool = False, rtol: float = 1e-12, passes: int = PASSES
) -> Iterated:
    """x = sum_t A^t b (or of A'), stopped when what is left is at most rtol / 10 of the largest.

    What is left after k rounds is L A^(k+1) b.  With v > 0 and (I - |A|) v > 0 it is at most t v in
    every component, t = max_i |A^(k+1) b|_i / ((I - |A|) v)_i.  Each round is one product, 2 n^2
    flops a column; as many rounds as it takes the spectral radius to the power of them to fall
    below rtol.

    Raises ConvergenceError after `passes` rounds, and where no such v is found.
    Reference: Miller and Blair (2009), Input-Output Analysis, chapter 2 (power series).
    """
    v = productive.witness(A, transposed=transposed)
    x, term, left = b.copy(), b, np.inf
    if v is None:
        passes, v = 0, np.ones(A.n)
    room = earned(A, v, transposed=transposed)
    for used in range(1, passes + 1):
        term = A.product(term, transposed=transposed)
        x += term
        left = float((np.abs(term) / room[:, None]).max(initial=0.0) * v.max())
        if left <= rtol / 10 * np.abs(x).max(initial=0.0):
            return Iterated(x, used)
    error = ConvergenceError(
        f"{passes} rounds of production do not add up to {rtol:g}: the last added {left:.3g}.",
        remedy="Use how='krylov' or how='lu': the spectral radius of A is near one.",
    )
    error.iterations, error.residual = passes, left
    raise error
