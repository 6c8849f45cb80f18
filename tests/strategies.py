"""Hypothesis draws of productive input-output tables, as awkward as real ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from iomodel.meta import Blocks, Meta
from iomodel.table import IOTable

KINDS = {
    "IET": "imports",
    "P.721": "imports",
    "D.21": "product_taxes",
    "D.1": "compensation",
    "D.29": "production_taxes",
    "B.2b": "surplus",
    "P.621": "moved",
}
DEMAND = {
    "CP": "private_consumption",
    "CG": "government_consumption",
    "P.52": "inventories",
    "P.6": "exports",
}
RADII = [0.6, 0.9, 0.999, 0.3, 0.99]


class Weights:
    """Whole numbers 0-99 from one seed, at a density: structure shrinks, cells do not."""

    def __init__(self, seed: int, density: float) -> None:
        self.rng = np.random.default_rng(seed)
        self.density = density

    def __call__(self, *shape: int) -> np.ndarray:
        kept = self.rng.random(shape) < self.density
        return np.where(kept, self.rng.integers(0, 100, shape), 0).astype(float)

    def shuffled(self, values: np.ndarray, rows: list[str], columns: list[str]) -> pd.DataFrame:
        """A frame with its rows and columns in an order of their own."""
        i, j = (self.rng.permutation(len(labels)) for labels in (rows, columns))
        return pd.DataFrame(values[np.ix_(i, j)], [rows[at] for at in i], [columns[at] for at in j])


def _coefficients(raw: np.ndarray, radius: float) -> np.ndarray:
    """`raw` scaled to the spectral radius, but no column buys more than twice its output."""
    largest = raw.sum(axis=0).max()
    if largest == 0:
        return raw
    actual = np.abs(np.linalg.eigvals(raw)).max()
    factor = 2.0 / largest
    if actual > 1e-3 * largest:  # below that it is the rounding of a nilpotent matrix
        factor = min(factor, radius / actual)
    return raw * factor


def _shares(weights: np.ndarray) -> np.ndarray:
    """Columns of weights as shares; a column of zeros goes to its last row."""
    weights = weights.copy()
    weights[-1, weights.sum(axis=0) == 0] = 1.0
    return weights / weights.sum(axis=0)


@st.composite
def tables(
    draw: st.DrawFn,
    *,
    min_size: int = 1,
    max_size: int = 12,
    income: bool = True,
    zeros: bool = True,
) -> IOTable:
    """A balanced, productive table with domestic flows.

    n of 1 to 12; zeros in every block; sectors without output (`zeros`); one sector up to 10,000
    times the others; spectral radius up to 0.999, with columns that cost more than they fetch
    where subsidies pay for it; imports, taxes and visitors in W; jobs; labels in a shuffled order
    that differs from block to block.  With `income` wages and surplus are apart, else value added
    may be one row.  At least one sector has output.
    """
    n = draw(st.sampled_from(range(min_size, max_size + 1)))
    weights = Weights(draw(st.integers(0, 2**32 - 1)), draw(st.sampled_from([1.0, 0.5, 0.1])))
    A = _coefficients(weights(n, n), draw(st.sampled_from(RADII)))
    f = weights(n)
    f[0] *= 10.0 ** draw(st.sampled_from([0, 2, 4]))
    if zeros:
        idle = np.flatnonzero(weights.rng.random(n) < draw(st.sampled_from([0.0, 0.0, 0.2])))
        A[idle], A[:, idle], f[idle] = 0.0, 0.0, 0.0
    else:
        f = f + 1.0
    if f.sum() == 0:
        f[n - 1] = 100.0
    solved = np.linalg.solve(np.eye(n) - A, f)
    Z = A * np.where(solved > 1e-12 * solved.max(), solved, 0.0)  # no output is exactly none
    inventories = np.minimum(weights(n), 0.5 * f) * draw(st.sampled_from([-1.0, 0.0, 1.0]))
    uses = _shares(weights(3, n)) * (f - inventories)
    Y = np.column_stack([uses[0], uses[1], inventories, uses[2]])
    x = Z.sum(axis=1) + Y.sum(axis=1)
    V = _primary(Z, x, weights(4, n))
    W = _direct(Y, weights(3, 4), draw(st.sampled_from([0.0, 0.0, 0.05, 0.9])))
    whole = not income and draw(st.booleans())
    return _shuffled(weights, Z, Y, V, W, jobs=weights(n), whole=whole)


def _primary(Z: np.ndarray, x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Rows of KINDS: what output leaves after domestic inputs, or the subsidy it needs."""
    left = x - Z.sum(axis=0)
    imports, compensation, taxes, surplus = _shares(weights) * np.where(left > 0, left, 0.1 * x)
    subsidy = left - (imports + compensation + taxes + surplus)
    none = np.zeros_like(x)
    return np.array([imports, none, subsidy, compensation, taxes, surplus, none])


def _direct(Y: np.ndarray, weights: np.ndarray, visitors: float) -> np.ndarray:
    """W: what buyers import and pay in taxes, and visitors' purchases inside consumption."""
    W = np.zeros((len(KINDS), Y.shape[1]))
    scale = np.abs(Y).sum(axis=0) / 400
    W[0], W[2] = weights[0] * scale, weights[2] * scale
    W[1, 0] = weights[1, 0] * scale[0]
    W[0, 3] = 0.0  # exports buy no imports
    of_visitors = visitors * (Y[:, 0].sum() + W[0, 0] + W[2, 0])
    W[6, [0, 3]] = -of_visitors, of_visitors
    return W


def _shuffled(
    weights: Weights,
    Z: np.ndarray,
    Y: np.ndarray,
    V: np.ndarray,
    W: np.ndarray,
    *,
    jobs: np.ndarray,
    whole: bool,
) -> IOTable:
    """The table from frames whose labels stand in another order in every block."""
    codes = [str(code) for code in weights.rng.permutation(range(1111, 1111 + 7 * len(Z), 7))]
    rows, columns = list(KINDS), list(DEMAND)
    if whole:  # one row of value added instead of its parts
        parts = [rows.index(code) for code in ("D.1", "D.29", "B.2b")]
        rest = [i for i in range(len(rows)) if i not in parts]
        rows = [*(rows[i] for i in rest), "B.1b"]
        V = np.vstack([V[rest], V[parts].sum(axis=0)])
        W = np.vstack([W[rest], W[parts].sum(axis=0)])
    return IOTable.from_frames(
        pd.DataFrame(Z, codes, codes).iloc[:, weights.rng.permutation(len(Z))],
        weights.shuffled(Y, codes, columns),
        weights.shuffled(V, rows, codes),
        weights.shuffled(W, rows, columns),
        kinds={code: KINDS.get(code, "value_added") for code in rows},
        demand_kinds=DEMAND,
        satellites=weights.shuffled(jobs[None, :], ["PT"], codes),
        satellite_units={"PT": "jobs"},
        meta=Meta(title="drawn", unit="million", year=2018),
    )


def changed(table: IOTable, **blocks: np.ndarray) -> IOTable:
    """The table with other numbers in these blocks, balanced or not."""
    return replace(table, arrays=replace(table.arrays, **blocks))


def permuted(table: IOTable, order: list[int]) -> IOTable:
    """The same table with its sectors in another order."""
    a = table.arrays
    return replace(
        table,
        accounts=table.accounts.take(order),
        arrays=Blocks(
            a.Z[np.ix_(order, order)], a.Y[order], a.V[:, order], a.W, a.x[order], a.S[:, order]
        ),
    )


def in_currency(table: IOTable, rate: float) -> IOTable:
    """The same table in another currency or unit; jobs stay jobs."""
    a = table.arrays
    return replace(
        table, arrays=Blocks(a.Z * rate, a.Y * rate, a.V * rate, a.W * rate, a.x * rate, a.S)
    )


def split_sector(table: IOTable, at: int, share: float) -> IOTable:
    """The table with one sector cut into two alike, `code` and `code'`, of these sizes."""
    a, n = table.arrays, len(table.accounts)
    back = np.append(np.arange(n), at)
    part = np.ones(n + 1)
    part[at], part[n] = share, 1 - share
    accounts = table.accounts.take(range(n))
    code = accounts.codes[at]
    accounts = replace(
        accounts,
        codes=(*accounts.codes, f"{code}'"),
        names=(*accounts.names, f"{accounts.names[at]} (second part)"),
        kinds=(*accounts.kinds, accounts.kinds[at]),
    )
    return replace(
        table,
        accounts=accounts,
        arrays=Blocks(
            a.Z[np.ix_(back, back)] * np.outer(part, part),
            a.Y[back] * part[:, None],
            a.V[:, back] * part,
            a.W,
            a.x[back] * part,
            a.S[:, back] * part,
        ),
    )
