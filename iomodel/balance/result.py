"""What balancing returns: `Balanced`, the balanced matrix and everything that moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from iomodel.accounts import Array, show
from iomodel.display import as_html, as_text, inline, money
from iomodel.errors import ConvergenceError, TableError
from iomodel.sam import SAM


@dataclass(frozen=True, eq=False, repr=False)
class Balanced:
    """A balanced matrix, how it was reached, and what each cell and account moved.

    `before` and `frame` are the matrix before and after (same labels, same order, unit of the
    data); `row_multipliers` and `column_multipliers` are r and s of Z = diag(r) Z0 diag(s), known
    up to a factor that goes from one to the other (of `least_squares`: what is added, up to a
    number); `iterations` is how many steps it took (0: nothing had to change); `residual` the
    largest gap left, as a share of its margin.  `cross_entropy` adds the balanced `sam` and, by
    account, the estimated `errors` of the totals; `mr_gras` the `block_multipliers`.
    """

    before: pd.DataFrame
    frame: pd.DataFrame
    row_multipliers: pd.Series
    column_multipliers: pd.Series
    iterations: int
    residual: float
    sam: SAM | None = None
    errors: pd.Series | None = None
    block_multipliers: pd.Series | None = None

    @property
    def reversed(self) -> pd.DataFrame:
        """The cells whose sign is not that of before, of `changes`."""
        changes = self.changes
        other = np.sign(changes["after"]) != np.sign(changes["before"])
        found: pd.DataFrame = changes[other & (changes["after"] != 0)]
        return found

    @property
    def changes(self) -> pd.DataFrame:
        """Every cell that changed, largest absolute change first.

        Columns row, column, before, after, change and percent (of what stood there before).
        """
        before, after = self.before.to_numpy(), self.frame.to_numpy()
        at = np.argwhere(before != after)
        at = at[np.argsort(-np.abs(after - before)[tuple(at.T)], kind="stable")]
        old, new = before[tuple(at.T)], after[tuple(at.T)]
        return pd.DataFrame(
            {
                "row": [show(self.frame.index[i]) for i in at[:, 0]],
                "column": [show(self.frame.columns[j]) for j in at[:, 1]],
                "before": old,
                "after": new,
                "change": new - old,
                "percent": percent(new - old, old),
            }
        )

    @property
    def moved(self) -> pd.DataFrame:
        """How much each row and each column moved, largest first.

        Index (side, account); columns before and after (its sum), moved (the sum of the absolute
        changes of its cells) and percent (moved of the absolute values that stood there).
        """
        before, after = self.before.to_numpy(), self.frame.to_numpy()
        parts = []
        for axis, side, labels in ((1, "row", self.frame.index), (0, "column", self.frame.columns)):
            moved = np.abs(after - before).sum(axis=axis)
            parts.append(
                pd.DataFrame(
                    {
                        "before": before.sum(axis=axis),
                        "after": after.sum(axis=axis),
                        "moved": moved,
                        "percent": percent(moved, np.abs(before).sum(axis=axis)),
                    },
                    index=pd.MultiIndex.from_arrays(
                        [[side] * len(labels), [show(label) for label in labels]],
                        names=["side", "account"],
                    ),
                )
            )
        return pd.concat(parts).sort_values("moved", ascending=False, kind="stable")

    def _said(self) -> tuple[str, dict[str, str]]:
        rows, columns = self.frame.shape
        moved = np.abs(self.frame.to_numpy() - self.before.to_numpy())
        return f"Balanced: {rows} x {columns}, {self.iterations} iterations", {
            "largest gap": f"{self.residual:.2g} of its margin",
            "changed": f"{np.count_nonzero(moved):,} cells",
            "largest change": f"{moved.max(initial=0.0):.6g}",
            "before": f"{money(self.before.to_numpy().sum())} in all",
            "after": f"{money(self.frame.to_numpy().sum())} in all",
            "SAM": inline(self.sam) if self.sam is not None else "",
        }

    __repr__, _repr_html_ = as_text, as_html


def percent(change: Array, base: Array) -> Array:
    """100 change / base, not a number where the base is zero."""
    return 100 * change / np.where(base != 0, base, np.nan)


def not_converged(
    what: str, iterations: int, residual: float, findings: Sequence[str], remedy: str
) -> ConvergenceError:
    """The error of a balancing that stopped short; nothing half-balanced is ever returned."""
    error = ConvergenceError(
        f"{what} after {iterations} iterations: the largest gap is {100 * residual:.3g} % of its "
        "margin. Nothing is returned.",
        findings,
        remedy,
    )
    error.iterations, error.residual = iterations, residual
    return error


def require_steps(tolerance: float, max_iterations: int) -> None:
    """Refuse a tolerance or a number of iterations that cannot be met."""
    if not (np.isfinite(tolerance) and tolerance > 0):
        raise TableError(
            f"The tolerance is {tolerance}.",
            remedy="Give a positive share of each margin, such as 1e-10.",
        )
    if max_iterations < 1:
        raise TableError(f"max_iterations is {max_iterations}.", remedy="Allow at least one.")
