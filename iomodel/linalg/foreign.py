"""A coefficient matrix that is an array of another library (CuPy, torch, JAX), on its own device.

Arrays as long as the table travel between it and numpy, the matrix never does.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from importlib import import_module
from typing import Any, TypeAlias

import numpy as np

from iomodel.accounts import Array
from iomodel.errors import MissingExtraError, TableError
from iomodel.linalg import portable, productive
from iomodel.linalg.operators import Operator
from iomodel.linalg.planning import Plan
from iomodel.linalg.scaling import over

Foreigner: TypeAlias = Any  # an array of a library that may not be installed
ITERATING = ("krylov", "series")
BEFORE_THE_STANDARD = ("torch", "cupy")  # arrays that may not name their library themselves


def is_foreign(A: object) -> bool:
    """Whether A is an array of another library than numpy (none is loaded to find out)."""
    if isinstance(A, (np.ndarray, np.generic)):
        return False
    library = type(A).__module__.partition(".")[0]
    return library in BEFORE_THE_STANDARD or hasattr(A, "__array_namespace__")


def checked(
    A: Foreigner, labels: tuple[str, ...], x: Array | None = None, *, host: Operator | None = None
) -> Foreign:
    """The operator of A (or of A x^-1), once every coefficient is known to be a number.

    Formed in A's library on its device; one pass over A, and a copy there where A is not in double
    precision, as numpy's are widened, too.  `host` is the same matrix in numpy's memory.
    """
    there = _double(A, "The coefficient matrix")
    xp = _compat().array_namespace(there)
    if not bool(xp.isfinite(xp.sum(there))):  # one pass; an overflow is looked at cell by cell
        wrong = ~xp.isfinite(there)
        count = int(xp.sum(xp.astype(wrong, xp.int64)))
        if count:
            labels = labels or tuple(str(i) for i in range(there.shape[0]))
            rows, columns = (
                _down(axis[: min(count, productive.SHOWN)]) for axis in xp.nonzero(wrong)
            )
            cells = [(int(i), int(j)) for i, j in zip(rows, columns, strict=True)]
            raise productive.not_finite(count, [(*at, float(there[at])) for at in cells], labels)
    return Foreign(there, x, host)


class Foreign:
    """A, or A x^-1, in another library: products of vectors of numpy are formed there.

    `cycle` runs the iteration there as a whole; what proves productivity and bounds errors uses
    the products, so that both are those of every other matrix.  The bound holds where the device
    rounds doubles as IEEE 754 says, sums in any order.
    """

    draft: Operator | None = None

    def __init__(self, A: Foreigner, x: Array | None, host: Operator | None) -> None:
        self._A, self._host = A, host
        self._x = None if x is None else self.up(x)
        self.n: int = A.shape[0]
        self.entries: int | None = self.n**2
        self._block = max(1, int(np.ceil(np.sqrt(self.n))))
        positive = x is None or bool(x.min(initial=1.0) > 0)
        self.nonnegative: bool = bool(self._xp.min(A) >= 0) and positive

    # -- where --------------------------------------------------------------------------------

    @property
    def _xp(self) -> Any:  # modules cannot be pickled
        return _compat().array_namespace(self._A)

    @property
    def where(self) -> str:
        """The library and the device."""
        return place(self._A)

    def up(self, v: Array) -> Foreigner:
        """An array of numpy in A's library, on its device; always a copy."""
        return self._xp.asarray(np.array(v, order="C"), device=_compat().device(self._A))

    @property
    def at_hand(self) -> bool:
        """Whether the matrix is in numpy's memory, too: then it can be factorised."""
        return self._host is not None

    # -- what iterating asks ------------------------------------------------------------------

    def cycle(
        self, r: Array, weights: Array, target: float, *, transposed: bool
    ) -> tuple[Array, int]:
        """One cycle of GMRES where A is: r and weights (n x p) go there, the step comes back."""

        def product(z: Foreigner) -> Foreigner:
            return self._times(z, transposed)

        step, took = portable.cycle(
            self._xp,
            product,
            self._own,
            self.up(r),
            self.up(weights),
            target,
            down=_down,
            up=self.up,
        )
        return _down(step), took

    def _times(self, v: Foreigner, transposed: bool) -> Foreigner:
        if v.ndim == 2 and v.shape[1] == 1:  # one vector is read faster as such
            return self._times(v[:, 0], transposed)[:, None]
        if transposed:
            return over(v @ self._A if v.ndim == 1 else (v.T @ self._A).T, self._x)
        return self._A @ over(v, self._x)

    def product(self, v: Array, *, transposed: bool) -> Array:
        """A v or A' v, formed on the device; 2 n^2 flops a column."""
        return _down(self._times(self.up(v), transposed))

    def careful(self, v: Array, *, transposed: bool) -> Array:
        """The same, summed block by block."""
        w = self.up(v) if transposed else over(self.up(v), self._x)
        total = self._xp.zeros_like(w)
        for start in range(0, self.n, self._block):
            part = slice(start, min(start + self._block, self.n))
            if transposed:
                total = total + self._A[part, :].T @ w[part, ...]
            else:
                total = total + self._A[:, part] @ w[part, ...]
        return _down(over(total, self._x) if transposed else total)

    def terms(self, *, transposed: bool) -> int:
        """The sum inside a block, then over the blocks, and the division."""
        return self._block + int(np.ceil(self.n / self._block)) + 2

    def magnitude(self) -> Operator:
        """|A|."""
        if self.nonnegative:
            return self
        x = None if self._x is None else np.abs(_down(self._x))
        return Foreign(self._xp.abs(self._A), x, None)

    @cached_property
    def _own(self) -> Foreigner:
        return over(self._xp.linalg.diagonal(self._A), self._x)

    def diagonal(self) -> Array:
        """The diagonal of A."""
        return _down(self._own)

    def column_sums(self) -> Array:
        """i'A."""
        return self.product(np.ones(self.n), transposed=True)

    def dense(self) -> Array:
        """The matrix in numpy's memory, where it is there already: it is not copied to there."""
        if self._host is not None:
            return self._host.dense()
        raise TableError(
            f"The coefficient matrix is on {self.where}; factors, the inverse and its diagonal "
            "need all of it in the memory of numpy.",
            remedy="Solve with the right sides you need (how='krylov'), or bring the matrix to "
            "numpy yourself and make another Resolvent of it.",
        )


def numbers(v: Any, what: str) -> Array:
    """An array of any library as one of numpy's, in double precision."""
    return _down(_double(v, what)) if is_foreign(v) else np.asarray(v, dtype=np.float64)


def right(A: Operator, b: Any) -> tuple[Array, Callable[[Array], Array]]:
    """A right side in numpy, and what brings its solution to the library that it came from."""
    if not (isinstance(A, Foreign) and is_foreign(b)):
        return np.asarray(b, dtype=np.float64), lambda x: x
    if place(b) != A.where:
        raise TableError(
            f"The right side is on {place(b)}, the coefficient matrix on {A.where}.",
            remedy="Bring it there, or give it as an array of numpy.",
        )
    return numbers(b, "The right side"), A.up


def said(A: Operator, how: str) -> str:
    """The way, and where, if not in numpy: "krylov on torch, cuda:0"."""
    return f"{how} on {A.where}" if isinstance(A, Foreign) and how in ITERATING else how


def placed(A: Operator, planned: Plan) -> Plan:
    """A plan that says where."""
    if not isinstance(A, Foreign) or planned.how not in ITERATING:
        return planned
    why = planned.why if planned.why == "asked for" else f"A is on {A.where}"
    return replace(planned, how=said(A, planned.how), why=why)


def place(A: Foreigner) -> str:
    """The library and the device of an array: "torch, cuda:0"."""
    return f"{_library(A)}, {_compat().device(A)}"


def _double(A: Foreigner, what: str) -> Foreigner:
    """A in double precision, on its device."""
    xp, device = _compat().array_namespace(A), _compat().device(A)
    if getattr(A, "requires_grad", False):
        raise TableError(
            f"{what} carries gradients, which do not pass through an iteration.",
            remedy="Give it .detach()ed.",
        )
    if "sparse" in str(getattr(A, "layout", "")):
        raise TableError(
            f"{what} is sparse on {_library(A)}.", remedy="Give a sparse matrix of scipy, or dense."
        )
    if xp.isdtype(A.dtype, "complex floating"):
        raise TableError(f"{what} is of {A.dtype}.", remedy="Give real numbers.")
    if "float64" not in xp.__array_namespace_info__().dtypes(device=device, kind="real floating"):
        raise TableError(
            f"{_library(A)} has no double precision on {device}: the seven digits of single "
            "precision cannot hold what is promised of a solution and its bound.",
            remedy="Keep the matrix on another device, or in numpy; for JAX set jax_enable_x64.",
        )
    return A if A.dtype == xp.float64 else xp.astype(A, xp.float64)


def _down(v: Foreigner) -> Array:
    """A vector, or a few, in numpy's memory."""
    compat = _compat()
    own = compat.array_namespace(v).__array_namespace_info__().default_device()
    for device in ("cpu", own):  # the name of the host, where a library has one
        with suppress(ValueError, TypeError):
            v = compat.to_device(v, device)
            break
    found: Array = np.asarray(v)
    return found


def _library(A: Foreigner) -> str:
    name: str = _compat().array_namespace(A).__name__
    return name.removeprefix("array_api_compat.").partition(".")[0]


def _compat() -> Any:
    try:
        return import_module("array_api_compat")
    except ImportError as error:
        raise MissingExtraError(
            "Arrays of other libraries than numpy need array-api-compat, which is not installed.",
            remedy="pip install 'iomodel[array]'",
        ) from error
