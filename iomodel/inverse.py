"""L and G as labelled operators: `L @ f`, `L.T @ v0`, `.diagonal()`, dense by `.to_frame()`."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd

from iomodel.accounts import Accounts, Array, Labelled, show
from iomodel.display import as_html, as_text, inline, several
from iomodel.errors import LabelError, PerformanceWarning, TableError, warn
from iomodel.linalg import Resolvent, Updated

LARGE = 5_000


class Inverse:
    """A labelled inverse S^-1 (I - A)^-1 S (or its transpose) that is never formed unless asked.

    With S = I it is the Leontief inverse L; with S = diag(x) it is the Ghosh inverse
    G = (I - B)^-1 = x^-1 L x, from the same factors.  `L @ f` takes a Series, a mapping, a
    DataFrame (one right side a column) or an array, matched by label, and returns the same kind
    labelled.  pandas never defers to another class, so a row vector times L is written `L.T @ v`.

    Cost: 2 n^2 flops per right side; `.to_frame()` 2 n^3 and 8 n^2 bytes, `.diagonal()` 2/3 n^3
    and 8 n^2 bytes.
    """

    __array_ufunc__ = None

    def __init__(
        self,
        accounts: Accounts,
        resolvent: Resolvent | Updated,
        *,
        scale: Array | None = None,
        transposed: bool = False,
    ) -> None:
        self.accounts = accounts
        self.resolvent = resolvent
        self._scale = scale
        self._transposed = transposed

    @property
    def T(self) -> Inverse:
        """The transpose, from the same factors."""
        return Inverse(
            self.accounts, self.resolvent, scale=self._scale, transposed=not self._transposed
        )

    @property
    def shape(self) -> tuple[int, int]:
        """(n, n)."""
        return (len(self.accounts), len(self.accounts))

    def _said(self) -> tuple[str, dict[str, str]]:
        kind = "Leontief" if self._scale is None else "Ghosh"
        turned, n = ", transposed" if self._transposed else "", len(self.accounts)
        return f"{kind} inverse{turned}, {n} x {n}, not formed", {
            "accounts": several([show(key) for key in self.accounts.keys]),
            "use": "L @ f, L.T @ v, .row_sums(), .diagonal()",
            "formed": f"by .to_frame(): {8 * n**2 / 1e6:,.3g} MB",
        }

    __repr__, _repr_html_ = as_text, as_html

    def __matmul__(self, right: Labelled) -> pd.Series | pd.DataFrame:
        try:
            b = self.accounts.array(right, "The right side")
        except LabelError as error:
            raise _completed(error) from None
        solution = self.solve(b)
        if isinstance(right, pd.DataFrame):
            return self.accounts.frame(solution, right.columns)
        if solution.ndim == 2:
            return self.accounts.frame(solution, pd.RangeIndex(solution.shape[1]))
        return self.accounts.series(solution)  # no name: what comes out is not what went in

    def __array__(self, *args: object, **kwargs: object) -> Array:
        raise TableError(
            f"{inline(self)} is not an array: it was never formed.",
            remedy="Write L @ f, L.T @ v for a row vector times L, or L.to_frame() to form it.",
        )

    def solve(self, b: Array) -> Array:
        """The same on plain arrays already in the order of the accounts."""
        if self._scale is None:
            return self.resolvent.solve(b, transposed=self._transposed)
        s = self._scale if b.ndim == 1 else self._scale[:, None]
        if self._transposed:
            return s * self.resolvent.solve(b / s, transposed=True)
        return self.resolvent.solve(b * s) / s

    def solve_both(self, b: Array, c: Array) -> tuple[Array, Array]:
        """This inverse times b and its transpose times c, for little more than one of them."""
        if self._transposed:
            x, y = self.T.solve_both(c, b)
            return y, x
        if self._scale is None:
            return self.resolvent.solve_both(b, c)
        s, t = (self._scale if v.ndim == 1 else self._scale[:, None] for v in (b, c))
        x, y = self.resolvent.solve_both(b * s, c / t)
        return x / s, t * y

    def row_sums(self) -> pd.Series:
        """The sum of each row, one solve."""
        return self.accounts.series(self.solve(np.ones(len(self.accounts))))

    def column_sums(self) -> pd.Series:
        """The sum of each column, one solve."""
        return self.T.row_sums()

    def both_sums(self) -> tuple[pd.Series, pd.Series]:
        """The sums of the rows and of the columns, for little more than one of them."""
        ones = np.ones(len(self.accounts))
        rows, columns = self.solve_both(ones, ones)
        return self.accounts.series(rows), self.accounts.series(columns)

    def diagonal(self) -> pd.Series:
        """The diagonal (that of G equals that of L)."""
        return self.accounts.series(self.resolvent.diagonal())

    def to_array(self) -> Array:
        """The dense inverse as an array in the order of the accounts."""
        if len(self.accounts) > LARGE:
            warn(
                f"A dense inverse of {len(self.accounts)} accounts needs "
                f"{8 * len(self.accounts) ** 2 / 1e9:.1f} GB and 2 n^3 operations; `@` with the "
                "vector you need takes a fraction of it.",
                PerformanceWarning,
            )
        whole = self.resolvent.inverse()
        if self._transposed:
            whole = whole.T
        if self._scale is None:
            return whole
        s = self._scale
        return s[:, None] * whole / s if self._transposed else whole / s[:, None] * s

    def kept(self) -> Inverse:
        """The same inverse, which keeps its dense form (read-only) once that was asked for."""
        return _Kept(self.accounts, self.resolvent, scale=self._scale, transposed=self._transposed)

    def to_frame(self) -> pd.DataFrame:
        """The dense inverse, labelled: the only way to it."""
        return self.accounts.frame(self.to_array(), self.accounts.index)


def _completed(error: LabelError) -> LabelError:
    """The same refusal, told what makes a right side whole where nothing but zeros is missing."""
    if not error.findings or not all(text.startswith("missing ") for text in error.findings):
        return error
    return LabelError(
        str(error).splitlines()[0],
        error.findings[:3] + (("...",) if len(error.findings) > 3 else ()),
        "Accounts that are left out are not taken as zero; of a table, `table.demand({...})` "
        "gives the named ones and zero elsewhere.",
    )


class _Kept(Inverse):
    """An inverse whose dense form is made once: for several questions that all need it."""

    @cached_property
    def _whole(self) -> Array:
        whole = super().to_array()
        whole.setflags(write=False)
        return whole

    def to_array(self) -> Array:
        """The dense inverse, read-only: whoever asks is given the same."""
        return self._whole
