"""Groups of households drawn on a table, and their model written out: one border, one inverse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from hypothesis import assume
from hypothesis import strategies as st

import naive
from iomodel.table import IOTable
from strategies import tables

CODES = {"compensation": "D.1", "surplus": "B.2b"}


@dataclass(frozen=True)
class Drawn:
    """A table, what a user would say of its groups, and V (k x n) and C (n x k) by hand."""

    table: IOTable
    income: dict[str, pd.DataFrame]
    spending: pd.DataFrame
    direct: pd.DataFrame
    V: np.ndarray
    C: np.ndarray

    @property
    def bordered(self) -> np.ndarray:
        """[[A, C], [V, 0]], as it stands."""
        n, k = self.C.shape
        A = np.zeros((n + k, n + k))
        A[:n, :n], A[:n, n:], A[n:, :n] = naive.coefficients(self.table), self.C, self.V
        return A

    @property
    def inverse(self) -> np.ndarray:
        """The enlarged inverse, inverted whole."""
        return np.linalg.inv(np.eye(len(self.bordered)) - self.bordered)


@st.composite
def circles(draw: st.DrawFn, *, most: int = 3) -> Drawn:
    """One to three groups that share wages, or wages and surplus, all of them or a part.

    Spending from nothing to all, with zeros, on sectors with output only; labels shuffled.
    """
    table = draw(tables())
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, k = len(table.accounts), draw(st.integers(1, most))
    names = [f"group {g}" for g in rng.permutation(k)]
    codes = list(table.accounts.codes)
    kinds = draw(st.sampled_from([["compensation"], ["surplus", "compensation"]]))
    whole = draw(st.sampled_from([1.0, 1.0, 0.7]))
    income, V = {}, np.zeros((k, n))
    for kind in kinds:
        shares = rng.random((k, n)) * (rng.random((k, n)) < 0.7)
        shares = shares / np.maximum(shares.sum(axis=0), 1e-9)
        shares = shares * rng.choice([1.0, whole], n)
        frame = pd.DataFrame(shares, names, codes).iloc[:, rng.permutation(n)]
        income[kind] = frame.iloc[rng.permutation(k)] if income else frame  # the first gives order
        unit = naive.per_unit(table, CODES[kind])
        for g in range(k):
            for j in range(n):
                V[g, j] += shares[g, j] * unit[j]
    assume((V @ table.arrays.x > 0).all())
    C = rng.random((n, k)) * (rng.random((n, k)) < 0.7) * table.active[:, None]
    d = rng.random((2, k))
    scale = draw(st.sampled_from([0.0, 0.4, 0.9, 1.0])) / (C.sum(axis=0) + d.sum(axis=0))
    spending = pd.DataFrame(C * scale, codes, names).iloc[rng.permutation(n), rng.permutation(k)]
    direct = pd.DataFrame(d * scale, ["IET", "D.21"], names).iloc[:, rng.permutation(k)]
    found = Drawn(table, income, spending, direct, V, C * scale)
    assume(np.abs(np.linalg.eigvals(found.bordered)).max() < 0.999)
    return found
