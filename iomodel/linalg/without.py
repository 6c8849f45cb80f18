"""Solving for the economy without some of its accounts, from the one that has them all."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from iomodel.accounts import Array
from iomodel.linalg.krylov import Flags


class Solver(Protocol):
    """What is asked of a resolvent here."""

    n: int

    def solve(self, b: Array, *, transposed: bool = False) -> Array: ...


def by_columns(solver: Solver, gone: Flags, b: Array) -> Array:
    """y in (I - A) y = b where the accounts gone[:, g] have neither rows nor columns, y zero there.

    With S what is gone and L = (I - A)^-1 of the whole, y = L b - L[:, S] (L_SS)^-1 (L b)_S for b
    zero on S.  Cost: one solve for each account that is gone and each right side.
    """
    found = solver.solve(np.where(gone, 0.0, b))
    for column, out in enumerate(gone.T):
        units = np.zeros((solver.n, int(out.sum())))
        units[np.flatnonzero(out), range(units.shape[1])] = 1.0
        lost = solver.solve(units)
        found[:, column] -= lost @ np.linalg.solve(lost[out], found[out, column])
        found[out, column] = 0.0
    return found
