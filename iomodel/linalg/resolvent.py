"""Solving (I - A) x = b and its transpose by the way that costs least; knows arrays, not names."""

from __future__ import annotations

import math
import warnings
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from iomodel.accounts import Array, show
from iomodel.errors import ConvergenceError, IllConditionedWarning, TableError
from iomodel.flows import is_sparse
from iomodel.linalg import bounds, foreign, krylov, productive, recursive, rounds, without
from iomodel.linalg.bounds import Solution
from iomodel.linalg.foreign import Foreign
from iomodel.linalg.operators import Dense, Operator, operator
from iomodel.linalg.planning import Plan, plan
from iomodel.linalg.sparse import Sparse
from iomodel.linalg.threads import SMALL, few_threads, processors
from iomodel.linalg.within import Near, Regions, near

if TYPE_CHECKING:
    from iomodel.linalg.factors import Factors

ILL_CONDITIONED = 1e12
DIRECTIONS = 2e9  # bytes; about half of it is used before the solution is found
SPARSE_WORTH = 50_000  # firms above which columns are worth a thread each
FEW_DIGITS = 1e-5
SHARP = 1e-9  # a bound beyond this is worth another witness
How = Literal["auto", "lu", "lu32", "inverse", "krylov", "series"]
WAYS = get_args(How)


class Resolvent:
    """The resolvent (I - A)^-1 of a coefficient matrix, solved with and never formed unless asked.

    A (n x n, row supplies column, per unit of the column's output; an array, a scipy sparse matrix
    or an operator of `iomodel.linalg.operators`) must be finite and productive: for A >= 0 the
    condition is Hawkins and Simon's (1949), equivalent to spectral radius < 1, and it is checked:
    a v > 0 with (I - A) v > 0 exists if and only if it holds.  With `x` A is flows over outputs,
    Z x^-1, and is not formed.  With `regions` (the number of the region of each account) iterating
    starts from the inverses of what happens within regions, where that is worth it.

    An array of another library (CuPy, torch, JAX; extra `array`) stays there, on its device: it is
    solved with by iteration only, a right side of that library answered there, one of numpy by
    numpy.

    `how` is chosen by what is asked (`plan` says what, and what it needs): LU factors for small A
    and for many right sides, iteration while they are fewer than n / 80, the inverse by halves
    where all of it is asked for.  It can be named: "lu", "lu32" (factors in single, residuals in
    double precision), "inverse", "krylov", "series" (rounds of production).  The number is the
    same whatever computes it, where iterated to `rtol` of each component for right sides that are
    positive and even ("series": of the largest); for others `solve_with_bound` says how near.

    Cost: LU 2/3 n^3 flops once and 2 n^2 for each right side; iteration some twenty products with
    A, 2 n^2 each, a right side; the inverse 2 n^3.  Only factors are kept.

    >>> A = np.array([[0.15, 0.25], [0.20, 0.05]])
    >>> Resolvent(A).solve(np.array([600.0, 1500.0])).round(4)
    array([1247.5248, 1841.5842])

    Reference: Miller, R. E. and Blair, P. D. (2009), Input-Output Analysis, Cambridge University
    Press, chapter 2 (the example is theirs).  Hawkins, D. and Simon, H. A. (1949), Note: some
    conditions of macroeconomic stability, Econometrica 17(3/4), 245-248.
    """

    def __init__(
        self,
        A: object,
        labels: tuple[Hashable, ...] = (),
        *,
        x: Array | None = None,
        regions: Regions | None = None,
        how: How = "auto",
        rtol: float = 1e-12,
    ) -> None:
        self.how: How = how
        self._rtol = rtol
        self._operator = _checked(A, labels, x)
        self.n: int = self._operator.n
        self._labels, self._regions = labels, regions
        _require_known(how, rtol)
        if self._chosen(1) not in ("krylov", "series"):
            _ = self._factors  # they say at once whether A is productive
            return
        try:
            productive.require(self._operator, self._labels)
        except ConvergenceError:
            if how != "auto" or not self._factorable:
                raise
            _ = self._factors  # they decide what iterating could not

    # -- asking -------------------------------------------------------------------------------

    def solve(self, b: Array, *, transposed: bool = False) -> Array:
        """(I - A)^-1 b, or (I - A')^-1 b; b is n or n x k."""
        right, back = foreign.right(self._operator, b)
        return back(self._solve(right, transposed)[0])

    def solve_both(self, b: Array, c: Array) -> tuple[Array, Array]:
        """(I - A)^-1 b and (I - A')^-1 c, A read once a step for both; b is n or n x k, c alike."""
        if isinstance(self._operator, Foreign):  # each by itself stays on the device
            return self.solve(b), self.solve(c, transposed=True)
        b, c = np.asarray(b, dtype=np.float64), np.asarray(c, dtype=np.float64)
        columns = [v[:, None] if v.ndim == 1 else v for v in (b, c)]
        p = sum(v.shape[1] for v in columns)
        if self._chosen(p) == "krylov" and p <= self._room and not self._sparse:
            with suppress(ConvergenceError):  # alone each may converge, or says why it does not
                b_c = columns[0], columns[1]
                x, y = krylov.solve_both(self._operator, *b_c, near=self._near, rtol=self._rtol)
                return x.x.reshape(b.shape), y.x.reshape(c.shape)
        return self._solve(b, False)[0], self._solve(c, True)[0]

    def solve_without(self, gone: krylov.Flags, b: Array) -> Array:
        """Column g: (I - A) y = b where the accounts gone[:, g] have neither rows nor columns.

        gone and b are n x p; y is zero for what is gone.  Of a productive A every part is.
        Cost: iterated, as p right sides; else one solve for each account that is gone.
        """
        if self.how == "krylov" or (self.how == "auto" and SMALL <= self.n > 20 * gone.shape[1]):
            with suppress(ConvergenceError):
                A, rtol = self._operator, self._rtol
                return krylov.solve_without(A, gone, b, near=self._near, rtol=rtol).x
        return without.by_columns(self, gone, b)

    def solve_with_bound(self, b: Array, *, transposed: bool = False) -> Solution:
        """The same, with a bound of the error of every component that holds whatever computed it.

        Cost: one to three products with A more.  See `iomodel.linalg.bounds`.
        """
        b, back = foreign.right(self._operator, b)
        x, how, passes = self._solve(b, transposed)
        A = self._operator
        found = None
        if A.nonnegative and (b > 0).all():
            # the solution is its own witness; of several right sides the first serves for all
            found = self._bounded(b, x, x if x.ndim == 1 else x[:, 0], transposed)
        if found is None or found[1] > SHARP:  # so uneven that its smallest part is rounding
            other = self._bounded(b, x, productive.witness(A, transposed=transposed), transposed)
            found = min((one for one in (found, other) if one), key=itemgetter(1), default=None)
        if found is None:
            raise ConvergenceError(
                "No error bound can be given: (I - |A|) v > 0 could not be shown for any v > 0.",
                remedy="The spectral radius of |A| is at or beyond one, or too near for rounding.",
            )
        error, bound = found
        return Solution(back(x), back(error), bound, foreign.said(self._operator, how), passes)

    def _bounded(
        self, b: Array, x: Array, w: Array | None, transposed: bool
    ) -> tuple[Array, float] | None:
        """The bound of the error that a witness gives, None where it is none."""
        A = self._operator
        if w is None or not (bounds.earned(A, w, transposed=transposed) > 0).all():
            return None
        return bounds.error(A, b, x, w, transposed=transposed)

    def plan(self, *, rhs: int | Literal["all", "diagonal"] = 1) -> Plan:
        """What would be done for so many right sides, and the memory it needs, without doing it."""
        planned = plan(self.n, rhs, how=self.how, entries=self._operator.entries)
        return foreign.placed(self._operator, planned)

    def inverse(self) -> Array:
        """The dense (I - A)^-1, n x n: 2 n^3 flops in all, 8 n^2 bytes."""
        self.plan(rhs="all").require_room()
        if self.n >= SMALL and self._operator.nonnegative:
            found = recursive.checked(self._operator)
            if found is not None:
                return found
        return self._factors.solve(np.eye(self.n), transposed=False)

    def diagonal(self) -> Array:
        """The diagonal of (I - A)^-1: 2/3 n^3 flops after the factors."""
        self.plan(rhs="diagonal").require_room()
        return self._factors.diagonal()

    @cached_property
    def spectral_radius(self) -> float:
        """Largest modulus among the eigenvalues of A: about 10 n^3 flops, on request only."""
        with few_threads(self.n):
            return float(np.abs(np.linalg.eigvals(self._operator.dense())).max())

    def __getstate__(self) -> dict[str, object]:
        return {k: v for k, v in self.__dict__.items() if k != "spectral_radius"}

    # -- ways ---------------------------------------------------------------------------------

    def _solve(self, b: Array, transposed: bool) -> tuple[Array, str, int]:
        if not np.isfinite(b).all():
            raise TableError(
                f"The right side has {int((~np.isfinite(b)).sum())} values that are not finite.",
                remedy="Put a number there; a missing value is never taken as zero.",
            )
        columns = b[:, None] if b.ndim == 1 else b
        how = self._chosen(max(1, columns.shape[1]))
        passes = 0
        if how == "krylov":
            try:
                x, passes = self._iterated(columns, transposed)
                how = self._near.how
            except ConvergenceError:
                if self.how != "auto" or not self._factorable:
                    raise
                how = "lu"
        if how == "series":
            summed = rounds.solve(self._operator, columns, transposed=transposed, rtol=self._rtol)
            x, passes = summed.x, summed.passes
        elif how in ("lu", "lu32", "inverse"):
            x = self._factors.solve(columns, transposed=transposed)
        return (x[:, 0] if b.ndim == 1 else x), how, passes

    def _iterated(self, b: Array, transposed: bool) -> tuple[Array, int]:
        """Iterated with as many right sides at once as there is room for their directions.

        A dense A is read once for several columns; columns of a sparse one gain nothing from each
        other and are solved by themselves, several at a time.
        """
        sparse, room = self._sparse, self._room
        parts = max(1, b.shape[1] if sparse else math.ceil(b.shape[1] / room))
        A, by, rtol = self._operator, self._near, self._rtol

        def solved(columns: Array) -> krylov.Iterated:
            return krylov.solve(A, columns, transposed=transposed, near=by, rtol=rtol)

        cut = np.array_split(b, parts, axis=1)
        if sparse and parts > 1 and self.n >= SPARSE_WORTH:
            self._operator.product(b[:, 0], transposed=transposed)  # so that its order is made once
            with ThreadPoolExecutor(min(processors(), room)) as pool:
                found = list(pool.map(solved, cut))
        else:
            found = [solved(columns) for columns in cut]
        x = found[0].x if parts == 1 else np.concatenate([part.x for part in found], axis=1)
        return x, sum(part.passes for part in found)

    @property
    def _factorable(self) -> bool:
        """Whether factors may be turned to unasked: A is dense, and in numpy's memory."""
        A = self._operator
        return isinstance(A, Dense) or (isinstance(A, Foreign) and A.at_hand)

    @property
    def _sparse(self) -> bool:
        return isinstance(self._operator, Sparse)

    @property
    def _room(self) -> int:
        """Right sides whose directions there is room for at once."""
        return max(1, int(DIRECTIONS // (8 * self.n * krylov.RESTART)))

    def _chosen(self, rhs: int) -> str:
        if self.how == "auto" and "_factors" in self.__dict__:
            return "lu"
        return plan(self.n, rhs, how=self.how, entries=self._operator.entries).how

    @cached_property
    def _near(self) -> Near:
        return near(self._operator, self._regions)

    @property
    def _named(self) -> tuple[Hashable, ...]:
        return self._labels or tuple(str(i) for i in range(self.n))

    @cached_property
    def _factors(self) -> Factors:
        from iomodel.linalg.factors import Factors  # scipy is loaded with the first system

        if self.n >= SMALL:
            plan(self.n, 1, how="lu32" if self.how == "lu32" else "lu").require_room()
        factors = Factors(self._operator.dense(), self._named, single=self.how == "lu32")
        reciprocal = factors.reciprocal_condition()
        if reciprocal * ILL_CONDITIONED < 1:
            self._warn_if_few_digits(factors, reciprocal)
        return factors

    def _warn_if_few_digits(self, factors: Factors, reciprocal: float) -> None:
        """Warn where an error bound says so; sectors of very different size are no reason."""
        v = factors.solve(np.ones(self.n), transposed=False)
        w = factors.solve(v, transposed=False)
        if (bounds.earned(self._operator, w, transposed=False) > 0).all():
            _, bound = bounds.error(self._operator, v, w, w, transposed=False)
            if bound < FEW_DIGITS:
                return
        digits = max(0, int(np.floor(np.log10(max(reciprocal, 1e-16) / 2.2e-16))))
        warnings.warn(
            f"I - A is nearly singular (condition number {1 / max(reciprocal, 1e-300):.1e}): "
            f"about {digits} significant digits are left in every result.",
            IllConditionedWarning,
            stacklevel=5,
        )


def _checked(A: object, labels: tuple[Hashable, ...], x: Array | None) -> Operator:
    """The operator of A, once it is known to be square and finite."""
    shape = getattr(A, "shape", None)
    if isinstance(A, (list, tuple)):
        A = np.asarray(A, dtype=np.float64)
        shape = A.shape
    if shape is not None and (len(shape) != 2 or shape[0] != shape[1] or shape[0] == 0):
        raise TableError(
            f"The coefficient matrix has shape {tuple(shape)}.",
            remedy="It must be square with at least one sector.",
        )
    if isinstance(A, np.ndarray):
        A = A.astype(np.float64, copy=False)
        named = tuple(map(show, labels)) or tuple(str(i) for i in range(len(A)))
        productive.require_finite(A, named)
    if x is not None and foreign.is_foreign(x):
        x = foreign.numbers(x, "Output")
    if is_sparse(A) and not np.isfinite(A.data).all():  # type: ignore[attr-defined]
        raise TableError("The sparse coefficient matrix has values that are not finite.")
    if x is not None and not (np.isfinite(x).all() and (x != 0).all()):
        raise TableError(
            "Flows cannot be divided by outputs that are zero or not finite.",
            remedy="Put one where a sector has no output: its column of flows is zero.",
        )
    if foreign.is_foreign(A):
        return foreign.checked(A, tuple(map(show, labels)), x)
    return operator(A, x)


def _require_known(how: str, rtol: float) -> None:
    if how not in WAYS or not 1e-14 <= rtol < 1:
        raise TableError(
            f"how={how!r}, rtol={rtol!r}.",
            remedy=f"how is one of {', '.join(WAYS)}; rtol is from 1e-14 to below 1.",
        )
