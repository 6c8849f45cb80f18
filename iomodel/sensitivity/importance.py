"""Inverse-important coefficients: how far each may be wrong before some output is wrong by p %."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from iomodel.accounts import Array, numbers, show
from iomodel.arguments import typed
from iomodel.display import as_html, as_text, parts
from iomodel.errors import TableError
from iomodel.table import IOTable

SCHINTKE_STAEGLIN = (
    "Jilek, M. (1971), The selection of most important input coefficients, Economic Bulletin for "
    "Europe 23(1); Schintke, J. and Stäglin, R. (1984)"
)


@dataclass(frozen=True, eq=False, repr=False)
class Important:
    """The tolerable limits of all coefficients: `ranked`, `limits` and the `p` they were asked for.

    `limits` is n x n, per cent of the coefficient.  `ranked` lists the cells that are not zero,
    smallest limit first: row, column, coefficient, limit (per cent), affected (the sector whose
    output changes by p per cent).
    """

    ranked: pd.DataFrame
    limits: pd.DataFrame
    p: float

    def _said(self) -> tuple[str, dict[str, str]]:
        some = f"{int((self.ranked['limit'] < 100).sum())} of {len(self.ranked)} coefficients"
        do = f"change some output by {self.p:g} % before they double"
        return f"Important: {some} {do}", parts(self)

    __repr__, _repr_html_ = as_text, as_html


@typed
def important_coefficients(table: IOTable, *, p: float = 1.0) -> Important:
    """How far each input coefficient may rise before some sector's output changes by p per cent.

    With final demand as it is, an increase of a_ij by

        r_ij = 100 p / w_ij per cent,   w_ij = a_ij ( l_ji p + 100 x_j max_k(l_ki / x_k) ),

    changes the output of the most affected sector by exactly p per cent (a fall by as much changes
    it by a little less).  The smaller the limit, the more the cell deserves to be known well.  A
    cell of zero has no limit (inf): no per cent of nothing is anything; the cells of a sector
    without output are NaN.  The maximum runs over the sectors with output.

    Limits n x n in per cent of the coefficient.  Cost: L once, 2 n^3 flops; then 5 n^2.
    Errors: TableError unless p is positive; MissingAccountError for a table of total transactions.
    Reference: Jilek (1971), Economic Bulletin for Europe 23(1); Schintke and Stäglin (1984).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> important_coefficients(table, p=1).ranked.head(2).round(4).to_numpy().tolist()
    [['a', 'b', 0.25, 1.5931, 'a'], ['a', 'a', 0.15, 5.2632, 'a']]
    """
    table.require_domestic("The importance of coefficients")
    share = float(numbers(p, "p"))
    if not (np.isfinite(share) and share > 0):
        raise TableError(
            f"p is {share:g}.", remedy="Give a positive change of output in per cent, such as 1."
        )
    A = table.arrays.Z / np.where(table.active, table.arrays.x, 1.0)
    limits, affected = _limits(A, table.arrays.x, table.L.to_array(), table.active, share)
    frame = table.accounts.frame(limits, table.accounts.index)
    frame.attrs.update(
        name=f"tolerable limits of the coefficients, output by {share:g} %",
        unit="per cent of the coefficient",
        formula="100 p / (a_ij (l_ji p + 100 x_j max_k(l_ki / x_k)))",
        reference=SCHINTKE_STAEGLIN,
    )
    return Important(_ranked(table, A, limits, affected), frame, share)


def _limits(
    A: Array, x: Array, L: Array, active: npt.NDArray[np.bool_], p: float
) -> tuple[Array, npt.NDArray[np.intp]]:
    """Limits in per cent, and for each supplier the sector whose output moves most."""
    reach = L / np.where(active, x, np.inf)[:, None]
    affected = reach.argmax(axis=0)
    most = reach[affected, range(len(x))]
    w = A * (L.T * p + 100 * np.outer(most, x))
    limits = np.full_like(A, np.inf)
    np.divide(100 * p, w, out=limits, where=A > 0)
    limits[~active] = np.nan
    limits[:, ~active] = np.nan
    return limits, affected


def _ranked(
    table: IOTable, A: Array, limits: Array, affected: npt.NDArray[np.intp]
) -> pd.DataFrame:
    labels = np.array([show(key) for key in table.accounts.keys], dtype=object)
    i, j = np.nonzero(A)
    order = np.argsort(limits[i, j], kind="stable")
    i, j = i[order], j[order]
    return pd.DataFrame(
        {
            "row": labels[i],
            "column": labels[j],
            "coefficient": A[i, j],
            "limit": limits[i, j],
            "affected": labels[affected[i]],
        }
    )
