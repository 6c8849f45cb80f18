"""The accounting identities of a table, on arrays: what must equal what, and the gap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from iomodel import flows
from iomodel.accounts import Array

RELATIVE = 1e-8


@dataclass(frozen=True)
class Identity:
    """One identity: both sides (one number per account, or one in all) and the gap allowed."""

    name: str
    left: Array
    right: Array
    tolerance: float
    of: str

    @property
    def gap(self) -> Array:
        """Left minus right."""
        return self.left - self.right

    @property
    def residual(self) -> float:
        """The largest absolute gap."""
        return float(np.abs(self.gap).max(initial=0.0))

    @property
    def holds(self) -> bool:
        """Whether every gap is within the tolerance (a NaN never is)."""
        return bool((np.abs(self.gap) <= self.tolerance).all())

    @property
    def worst(self) -> int:
        """Where the largest gap stands."""
        return int(np.abs(self.gap).argmax())


def tolerance(x: Array, terms: int, precision: float) -> float:
    """What rounding alone can do: each of `terms` figures is off by at most half the last digit.

    Never below 1e-8 of the largest output (the floating-point dust of official files).
    """
    return max(RELATIVE * float(x.max(initial=0.0)), 0.5 * precision * (terms + 1))


def of_table(
    Z: flows.Flows,
    Y: Array,
    V: Array,
    W: Array,
    x: Array,
    *,
    value_added: list[int],
    imports: list[int],
    product_taxes: list[int],
    moved: list[int],
    precision: float,
) -> list[Identity]:
    """Every identity a table must satisfy; the four lists are rows of V and W by kind."""
    n, k = Y.shape
    m = V.shape[0]
    allowed = tolerance(x, n + max(k, m), precision)
    in_all = tolerance(x, (n + m) * (n + k) if precision else 0, precision)
    found = [
        Identity(
            "output = deliveries + final demand", x, flows.row_sums(Z) + Y.sum(1), allowed, "sector"
        ),
        Identity(
            "output = inputs + primary inputs",
            x,
            flows.column_sums(Z) + V.sum(0),
            allowed,
            "sector",
        ),
    ]
    if moved:
        found.append(
            Identity(
                "reclassified purchases sum to zero",
                V[moved].sum(1) + W[moved].sum(1),
                np.zeros(len(moved)),
                tolerance(x, n + k, precision),
                "input",
            )
        )
    production, expenditure = gdp(
        Y, V, W, value_added=value_added, imports=imports, product_taxes=product_taxes
    )
    found.append(
        Identity(
            "GDP by production = GDP by expenditure",
            np.array([production]),
            np.array([expenditure]),
            in_all,
            "economy",
        )
    )
    return found


def gdp(
    Y: Array,
    V: Array,
    W: Array,
    *,
    value_added: list[int],
    imports: list[int],
    product_taxes: list[int],
) -> tuple[float, float]:
    """GDP by production (value added + product taxes) and by expenditure (purchases - imports)."""
    taxes = V[product_taxes].sum() + W[product_taxes].sum()
    bought_abroad = V[imports].sum() + W[imports].sum()
    return float(V[value_added].sum() + taxes), float(Y.sum() + W.sum() - bought_abroad)
