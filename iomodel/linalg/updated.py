"""The resolvent after a few columns of A changed, from the factors before the change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from iomodel.accounts import Array
from iomodel.errors import NotProductiveError
from iomodel.linalg import without
from iomodel.linalg.krylov import Flags

if TYPE_CHECKING:
    from iomodel.linalg.resolvent import Resolvent

NO_DIGITS = 1e-13


class Updated:
    """The resolvent after k columns of A changed by D, from the factors before the change.

    Woodbury: with E the k unit columns and M = (I - A)^-1,

        (I - A - D E')^-1 = M + M D (I - E' M D)^-1 E' M.

    Cost: 2k solves once, one solve and 4 n k flops for each right side.  Checked for productivity
    with one solve: v > 0 in (I - A - D E') v = 1, the condition of Hawkins and Simon for
    coefficients that are not negative.

    Reference: Woodbury, M. A. (1950), Inverting modified matrices, Memorandum Report 42,
    Statistical Research Group, Princeton University.
    """

    how = "woodbury"

    def __init__(
        self,
        base: Resolvent | Updated,
        change: Array,
        columns: Sequence[int],
        labels: tuple[str, ...] = (),
    ) -> None:
        self.n: int = base.n
        labels = labels or tuple(str(i) for i in range(self.n))
        self._base, self._at = base, list(columns)
        units = np.zeros((self.n, len(self._at)))
        units[self._at, range(len(self._at))] = 1.0
        self._MD = base.solve(change)
        self._ME = base.solve(units, transposed=True)
        self._inner = np.eye(len(self._at)) - self._MD[self._at]
        smallest = np.linalg.svd(self._inner, compute_uv=False).min(initial=np.inf)
        nothing = NO_DIGITS * max(1.0, np.abs(self._MD[self._at]).max(initial=0.0))
        v = self.solve(np.ones(self.n)) if smallest > nothing else np.zeros(self.n)
        if not np.isfinite(v).all() or v.min() <= 0:
            error = NotProductiveError(
                "After the change a unit injected would never leave the circle.",
                [f"'{labels[i]}' spends otherwise" for i in self._at],
                "Check the columns that changed: something of them has to leak.",
            )
            error.sectors = tuple(labels[i] for i in self._at)
            raise error

    def solve(self, b: Array, *, transposed: bool = False) -> Array:
        """(I - A - D E')^-1 b or its transpose; b is n or n x k."""
        y = self._base.solve(b, transposed=transposed)
        if transposed:
            correction: Array = self._ME @ np.linalg.solve(self._inner.T, self._MD.T @ b)
        else:
            correction = self._MD @ np.linalg.solve(self._inner, y[self._at])
        return y + correction

    def solve_both(self, b: Array, c: Array) -> tuple[Array, Array]:
        """The one of b and the transposed one of c."""
        return self.solve(b), self.solve(c, transposed=True)

    def solve_without(self, gone: Flags, b: Array) -> Array:
        """Column g without the accounts gone[:, g]: one solve for each that is gone."""
        return without.by_columns(self, gone, b)

    def inverse(self) -> Array:
        """The dense inverse: 2 n^3 flops, 8 n^2 bytes."""
        return self.solve(np.eye(self.n))

    def diagonal(self) -> Array:
        """The diagonal of the inverse."""
        return np.diagonal(self.inverse()).copy()
