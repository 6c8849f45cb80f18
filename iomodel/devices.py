"""A table whose systems are solved on another device: the same figures, products formed there."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from iomodel.accounts import Array, show
from iomodel.arguments import typed
from iomodel.errors import TableError
from iomodel.inverse import Inverse
from iomodel.linalg import Resolvent, operator
from iomodel.linalg.bounds import rounding
from iomodel.linalg.foreign import checked, is_foreign
from iomodel.table import IOTable


@typed
def solved_on(table: IOTable, to: Callable[[Array], Any]) -> IOTable:
    """The same table, solved where `to` moves arrays: a graphics card, say; nothing else changes.

    `to` is given the input coefficients A (n x n, float64, an array of its own) and gives them
    back as an array of another library: `cupy.asarray`, or `lambda A: torch.asarray(A,
    device="cuda")`.  Every question that solves with `table.L` or `table.G` forms its products
    there, and answers as before: labelled pandas objects, to the same 1e-12 of each component, with
    the same bound of the error (`table.L.resolvent.solve_with_bound`, which says where).  What
    needs the diagonal of L or all of it is factorised on the host, from the table.  Tables made
    from this one (aggregated, closed) are solved on the host until they are moved, too.

    Cost: A formed once, 8 n^2 bytes on the host for as long as it travels and 8 n^2 there; then
    some twenty products there a right side, 2 n^2 flops each.
    Needs the extra `array`.  Raises TableError where `to` gives something else than A in double
    precision, NotProductiveError as the table would.

    >>> import iomodel as im
    >>> import array_api_strict  # stands for cupy here
    >>> mx = im.load("mexico-2018")
    >>> there = im.solved_on(mx, array_api_strict.asarray)
    >>> round(float(im.multipliers.output(there)["3361"]), 6)
    1.502602

    Reference: Saad, Y. and Schultz, M. H. (1986), GMRES: a generalized minimal residual algorithm
    for solving nonsymmetric linear systems, SIAM Journal on Scientific and Statistical Computing
    7(3), 856-869.  Consortium for Python Data API Standards (2024), Python array API standard.
    """
    a = table.arrays
    divisor = np.where(table.active, a.x, 1.0)
    A = a.Z / divisor
    wanted = A.sum(axis=0)
    there = to(A)
    labels = tuple(show(key) for key in table.accounts.keys)
    if is_foreign(there) and tuple(there.shape) == A.shape:
        there = checked(there, labels, host=operator(a.Z, divisor, nonnegative=True))
        found = there.column_sums()
    else:
        found = np.full(len(A), np.inf)
    off = np.abs(found - wanted)
    if (off > 4 * rounding(len(A)) * wanted).any():
        raise TableError(
            f"What `to` gave back is not the {len(A)} x {len(A)} coefficients that it was given, "
            f"in double precision and another library: sums of columns differ by {off.max():.3g}.",
            remedy="Give a function that only moves an array, as cupy.asarray does.",
        )
    moved = copy.copy(table)
    moved.__dict__["L"] = Inverse(table.accounts, Resolvent(there, labels))
    return moved
