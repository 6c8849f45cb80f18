"""Solving (I - A) x = b where for some accounts x is given and b is to be found."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from iomodel.accounts import Array
from iomodel.inverse import Inverse


def solve(inverse: Inverse, at: Sequence[int], given: Array, b: Array) -> tuple[Array, Array]:
    """x and b with (I - A) x = b, x as given on the set E (`at`) and b as given elsewhere.

    With L = (I - A)^-1 and b_E unknown, x_E = L_EE b_E + L_ER b_R gives

        b_E = L_EE^-1 (x_E - L_ER b_R),    x = L b,

    from the factors of I - A: nothing is factorised but L_EE, which has an inverse because
    det L_EE = det(I - A_RR) / det(I - A).  With `inverse.T` the same for x' (I - A) = b'.

    Cost: k + 1 solves of 2 n^2 flops and a k x k system, 8 n k bytes, for k accounts in E.
    """
    units = np.zeros((len(b), len(at)))
    units[at, range(len(at))] = 1.0
    columns = inverse.solve(units)
    b = b.copy()
    b[at] = 0.0
    x = inverse.solve(b)
    b[at] = np.linalg.solve(columns[at], given - x[at])
    x = x + columns @ b[at]
    x[at] = given
    return x, b


def exchanged(L: Array, at: Sequence[int]) -> Array:
    """The matrix from (b_R, x_E) to (x_R, b_E), n x n in the order of the accounts, out of L.

    x_R = (I - A_RR)^-1 b_R + L_RE L_EE^-1 x_E and b_E = L_EE^-1 (x_E - L_ER b_R), where
    (I - A_RR)^-1 = L_RR - L_RE L_EE^-1 L_ER.  Cost: 2 n^2 k flops, 8 n^2 bytes.
    """
    inner = np.linalg.inv(L[np.ix_(at, at)])
    columns = L[:, at] @ inner
    found: Array = L - columns @ L[at]
    found[:, at] = columns
    found[at] = -inner @ L[at]
    found[np.ix_(at, at)] = inner
    return found
