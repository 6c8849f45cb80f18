"""A coefficient matrix whose flows are not in memory: on disk, or on other machines."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from iomodel.accounts import Array
from iomodel.errors import TableError
from iomodel.flows import Matrix
from iomodel.linalg.scaling import among, over

if TYPE_CHECKING:
    from iomodel.linalg.operators import Operator


class Elsewhere:
    """A = Z x^-1 with flows that are not in memory (a `flows.Matrix`)."""

    def __init__(self, Z: Matrix, x: Array | None = None) -> None:
        self.flows, self._x = Z, x
        self.n: int = Z.shape[0]
        self.entries: int | None = self.n**2
        self.nonnegative: bool = Z.nonnegative and (x is None or bool(x.min(initial=1.0) > 0))

    def product(self, v: Array, *, transposed: bool) -> Array:
        """A v or A' v; every flow is read once."""
        if transposed:
            return over(self.flows.product(v, transposed=True), self._x)
        return self.flows.product(over(v, self._x), transposed=False)

    def careful(self, v: Array, *, transposed: bool) -> Array:
        """The same in short sums."""
        if transposed:
            return over(self.flows.careful(v, transposed=True), self._x)
        return self.flows.careful(over(v, self._x), transposed=False)

    def terms(self, *, transposed: bool) -> int:
        """Those of the flows, and the division."""
        return self.flows.terms + 1

    def magnitude(self) -> Operator:
        """|A|, which is A where outputs are positive: flows held elsewhere are not negative."""
        if self.nonnegative:
            return self
        if not self.flows.nonnegative or self._x is None:
            raise TableError(
                "Flows held elsewhere have negative cells.",
                remedy="Hold the table in memory, or mend the cells.",
            )
        return Elsewhere(self.flows, np.abs(self._x))

    def diagonal(self) -> Array:
        """The diagonal of A."""
        return over(self.flows.diagonal(), self._x)

    def column_sums(self) -> Array:
        """i'A."""
        return over(self.flows.sums(0), self._x)

    def dense(self) -> Array:
        """A as an array, where it is small."""
        return over(self.flows.dense().T, self._x).T

    @cached_property
    def draft(self) -> Operator | None:
        """The same in single precision in memory, where there is room: for drafts of a solution."""
        single = self.flows.draft()
        return None if single is None else Single(single, self, self._x)

    def __getstate__(self) -> dict[str, object]:
        return {k: v for k, v in self.__dict__.items() if k != "draft"}


class Single(Elsewhere):
    """The same, its products formed with a copy of the flows in single precision."""

    draft = None

    def __init__(self, single: npt.NDArray[np.float32], exact: Elsewhere, x: Array | None) -> None:
        super().__init__(exact.flows, x)
        self._single = single

    def product(self, v: Array, *, transposed: bool) -> Array:
        """A v or A' v, to six digits of the largest component or so."""
        w = v if transposed else over(v, self._x)
        largest = float(np.abs(w).max(initial=0.0)) or 1.0  # single precision has a short range
        short = (w / largest).astype(np.float32)
        rough = (short.T @ self._single).T if transposed else self._single @ short
        found: Array = rough.astype(np.float64) * largest
        return over(found, self._x) if transposed else found

    def block(self, at: npt.NDArray[np.intp]) -> Array:
        """A among these accounts, to as many digits."""
        return among(self._single, at, self._x)
