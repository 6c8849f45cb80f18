"""Solving (I - A) x = b and its transpose from one factorisation; knows arrays, not names."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt

from iomodel.accounts import Array
from iomodel.errors import IllConditionedWarning, NotProductiveError, SingularError, TableError

SMALL = 500
LEAF = 64  # below it a recursion costs more than it saves
ILL_CONDITIONED = 1e12
NO_DIGITS = 1e-13


class Resolvent:
    """The resolvent (I - A)^-1 of a coefficient matrix, kept as the LU factors of I - A.

    A (n x n, row supplies column, per unit of the column's output) must be finite and productive:
    for A >= 0 the condition is Hawkins and Simon's (1949), equivalent to spectral radius < 1.  It
    is checked with one solve: a v > 0 with (I - A) v > 0 exists if and only if the spectral
    radius of a non-negative A is below one.

    Cost: 2/3 n^3 flops once, 2 n^2 for each right side, 16 n^2 bytes.

    >>> A = np.array([[0.15, 0.25], [0.20, 0.05]])
    >>> Resolvent(A).solve(np.array([600.0, 1500.0])).round(4)
    array([1247.5248, 1841.5842])

    Reference: Miller, R. E. and Blair, P. D. (2009), Input-Output Analysis, Cambridge University
    Press, chapter 2 (the example is theirs).  Hawkins, D. and Simon, H. A. (1949), Note: some
    conditions of macroeconomic stability, Econometrica 17(3/4), 245-248.
    """

    how = "lu"

    def __init__(self, A: Array, labels: tuple[str, ...] = ()) -> None:
        A = np.asarray(A, dtype=np.float64)
        if A.ndim != 2 or A.shape[0] != A.shape[1] or A.shape[0] == 0:
            raise TableError(
                f"The coefficient matrix has shape {A.shape}.",
                remedy="It must be square with at least one sector.",
            )
        self.n: int = A.shape[0]
        self._labels = labels or tuple(str(i) for i in range(self.n))
        if not np.isfinite(A).all():
            bad = np.argwhere(~np.isfinite(A))
            raise TableError(
                f"The coefficient matrix has {len(bad)} values that are not finite.",
                [f"row '{self._labels[i]}', column '{self._labels[j]}': {A[i, j]}" for i, j in bad],
                "Check the outputs that the flows were divided by.",
            )
        self._A = A
        with _few_threads(self.n):
            self._factors = _factorised(A)
        self._exchanged = bool((self._factors[1] != np.arange(self.n)).any())
        self._require_productive()

    def solve(self, b: Array, *, transposed: bool = False) -> Array:
        """(I - A)^-1 b, or (I - A')^-1 b from the same factors; b is n or n x k.

        Where elimination exchanged rows (a column costs more than it fetches), one step of
        refinement keeps the digits of small sectors beside large ones: 4 n^2 flops more each.
        """
        with _few_threads(self.n):
            solution = self._solved(b, transposed)
            if self._exchanged:
                A = self._A.T if transposed else self._A
                solution = solution + self._solved(b - (solution - A @ solution), transposed)
        return solution

    def _solved(self, b: Array, transposed: bool) -> Array:
        from scipy.linalg import lu_solve

        solution: Array = lu_solve(self._factors, b, trans=int(transposed), check_finite=False)
        return solution

    def inverse(self) -> Array:
        """The dense (I - A)^-1, n x n: 2 n^3 flops in all, 8 n^2 bytes."""
        return self.solve(np.eye(self.n))

    def diagonal(self) -> Array:
        """The diagonal of (I - A)^-1 from the inverses of the two triangles, never their product.

        With P the exchange of rows, (I - A)^-1 = U^-1 (L^-1 P): each entry of the diagonal is one
        row of U^-1 times one column of L^-1.  2/3 n^3 flops after the factors, 12 n^2 bytes.
        """
        factors, exchanges = self._factors
        both = np.array(factors, order="F")
        with _few_threads(self.n):
            _invert_triangles(both)
        stood = list(range(self.n))
        for i, j in enumerate(exchanges.tolist()):
            stood[i], stood[j] = stood[j], stood[i]
        diagonal = np.empty(self.n)
        for column, row in enumerate(stood):
            first = max(row, column + 1)  # above it L^-1 has zeros, and ones it does not store
            unit = both[row, column] if row <= column else 0.0
            diagonal[row] = both[row, first:] @ both[first:, column] + unit
        return diagonal

    @cached_property
    def spectral_radius(self) -> float:
        """Largest modulus among the eigenvalues of A: about 10 n^3 flops, on request only."""
        with _few_threads(self.n):
            return float(np.abs(np.linalg.eigvals(self._A)).max())

    def __getstate__(self) -> dict[str, object]:
        return {k: v for k, v in self.__dict__.items() if k != "spectral_radius"}

    def _require_productive(self) -> None:
        U = self._factors[0]
        pivots = np.abs(np.diagonal(U))
        singular = not np.isfinite(U).all() or pivots.min() == 0.0
        magnitude = np.abs(self._A)
        if not singular:
            v = self.solve(np.ones(self.n))
            if (self._A < 0).any():
                # |A| is productive if and only if its own resolvent exists and is >= 0
                from scipy.linalg import lu_solve

                v = lu_solve(_factorised(magnitude), np.ones(self.n), check_finite=False)
            if np.isfinite(v).all() and v.min() > 0 and (v - magnitude @ v).min() > 0:
                self._warn_if_ill_conditioned()
                return
        block, radius = worst_block(magnitude)
        named = [
            f"'{self._labels[i]}': inputs of {magnitude[:, i].sum():.6g} per unit of output"
            for i in block
        ]
        kind = SingularError if singular or abs(radius - 1) < 1e-12 else NotProductiveError
        error = kind(
            f"The table is not productive: the spectral radius of A is {radius:.12g} (it must be "
            f"below 1) in a block of {len(block)} sectors that supply each other.",
            named,
            "Check these columns: more inputs than output, an output in another unit, or division "
            "by intermediate use instead of gross output.",
        )
        error.spectral_radius = radius
        error.sectors = tuple(self._labels[i] for i in block)
        raise error

    def _warn_if_ill_conditioned(self) -> None:
        from scipy.linalg import get_lapack_funcs

        own = np.diagonal(self._A)
        norm = (np.abs(self._A).sum(axis=0) - np.abs(own) + np.abs(1 - own)).max()
        gecon = get_lapack_funcs("gecon", (self._factors[0],))
        reciprocal, _ = gecon(self._factors[0], norm)
        if reciprocal * ILL_CONDITIONED < 1:
            digits = max(0, int(np.floor(np.log10(max(reciprocal, 1e-16) / 2.2e-16))))
            warnings.warn(
                f"I - A is nearly singular (condition number {1 / max(reciprocal, 1e-300):.1e}): "
                f"about {digits} significant digits are left in every result.",
                IllConditionedWarning,
                stacklevel=4,
            )


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

    def diagonal(self) -> Array:
        """The diagonal of the inverse."""
        return np.diagonal(self.solve(np.eye(self.n))).copy()


def _factorised(A: Array) -> tuple[Array, npt.NDArray[np.intp]]:
    """The LU factors of I - A; a zero pivot is not warned of here but reported later, by name."""
    from scipy.linalg import lu_factor

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        factors: tuple[Array, npt.NDArray[np.intp]] = lu_factor(
            np.eye(len(A)) - A, check_finite=False
        )
    return factors


def _invert_triangles(both: Array) -> None:
    """U^-1 and the unit L^-1 in the place of U and L, in halves: products do most of the work.

    LAPACK's trtri runs at the speed of triangular solves, a third of that of products.
    """
    from scipy.linalg import get_blas_funcs, get_lapack_funcs

    n = len(both)
    if n <= LEAF:
        trtri = get_lapack_funcs("trtri", (both,))
        inverse, _ = trtri(both, lower=0)
        both[:], _ = trtri(inverse, lower=1, unitdiag=1)
        return
    trmm = get_blas_funcs("trmm", (both,))
    first, last = slice(0, n // 2), slice(n // 2, n)
    for half in (first, last):
        _invert_triangles(both[half, half])
    U, L = {"lower": 0}, {"lower": 1, "diag": 1}
    upper = trmm(-1.0, both[first, first], both[first, last], **U)
    both[first, last] = trmm(1.0, both[last, last], upper, side=1, **U)
    lower = trmm(-1.0, both[last, last], both[last, first], **L)
    both[last, first] = trmm(1.0, both[first, first], lower, side=1, **L)


def worst_block(A: Array) -> tuple[list[int], float]:
    """The strongly connected block of A >= 0 with the largest spectral radius, and that radius."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    count, member = connected_components(csr_array(A > 0), directed=True, connection="strong")
    best, radius = [0], -1.0
    for block in range(count):
        at = np.flatnonzero(member == block)
        rho = float(np.abs(np.linalg.eigvals(A[np.ix_(at, at)])).max())
        if rho > radius:
            best, radius = [int(i) for i in at], rho
    return best, radius


@cache
def _threads():  # type: ignore[no-untyped-def]
    """What holds the BLAS libraries that are loaded: scipy brings one of its own, so it goes first.

    scipy is loaded with the first system that is solved, which makes the import of the package
    short for who only reads or looks.
    """
    import scipy.linalg  # noqa: F401
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _few_threads(n: int):  # type: ignore[no-untyped-def]
    """One BLAS thread for small systems: more of them wait for each other longer than they work."""
    return _threads().limit(limits=1 if n < SMALL else None, user_api="blas")
