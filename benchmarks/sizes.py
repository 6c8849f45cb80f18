"""Economies of the sizes that are worked with, invented with the structure of the real ones.

Of a table: the number of regions and sectors, the share of cells that are filled, how much less is
traded between regions than inside, and from which to which share of output inputs are bought.
Flows are heavy-tailed.  Adding a size is one entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from iomodel.accounts import Accounts
from iomodel.linalg import Resolvent
from iomodel.meta import Blocks, Meta
from iomodel.table import IOTable


@dataclass(frozen=True)
class Size:
    """A size: `n` accounts in `regions`, `density` of filled cells, `runs` of a case in full."""

    name: str
    n: int
    like: str
    regions: int = 1
    density: float = 0.7
    between: float = 1.0
    sums: tuple[float, float] = (0.17, 0.95)
    entries: int | None = None
    runs: int = 5


SIZES = {
    size.name: size
    for size in (
        Size("textbook", 2, "as in a first chapter", density=1.0, sums=(0.3, 0.35)),
        Size("inegi-85", 85, "Mexico by subsector", density=0.75, sums=(0.1, 0.8)),
        Size("inegi-263", 263, "Mexico by branch", density=0.6, sums=(0.1, 0.8)),
        Size("500", 500, "floors of performance are set at this size"),
        Size("1000", 1_000, "floors of performance are set at this size"),
        Size("2000", 2_000, "floors of performance are set at this size"),
        Size("wiod", 2_464, "WIOD 2016: 44 regions, 56 sectors", 44, 0.8, 0.01, (0.1, 0.9), runs=3),
        Size("icio", 3_465, "OECD ICIO: 77 regions, 45 sectors", 77, 0.8, 0.01, (0.1, 0.9), runs=3),
        Size("5000", 5_000, "floors of performance are set at this size", 50, 0.7, 0.02, runs=3),
        Size("exiobase", 9_800, "EXIOBASE 3: 49 regions, 200 sectors", 49, 0.3, 0.01, runs=1),
        Size("firms-1e5", 100_000, "supplier networks of firms", entries=3_000_000),
        Size("firms-1e6", 1_000_000, "supplier networks of firms", entries=10_000_000, runs=3),
        Size("on-disk-4e3", 4_000, "dense, in row blocks on disk: 0.1 GB"),
        Size("on-disk-2e4", 20_000, "dense, in row blocks on disk: 3.2 GB", runs=3),
        Size("on-disk", 40_000, "dense, in row blocks on disk: 12.8 GB", runs=1),
        Size("australia", 114, "the example that pyspa ships with"),
    )
}  # fmt: skip


class Economy:
    """An invented economy: flows, outputs, and a table of them."""

    def __init__(self, size: Size) -> None:
        rng = np.random.default_rng(size.n)
        n = size.n
        self.size = size
        Z = rng.random((n, n))
        filled = rng.random((n, n)) < size.density
        np.power(Z, -1 / 1.3, out=Z)  # a Pareto tail of 1.3
        Z *= filled
        del filled
        region = np.arange(n) * size.regions // n
        if size.regions > 1:
            for at in range(size.regions):
                mine = region == at
                Z[np.ix_(mine, ~mine)] *= size.between
        Z *= rng.uniform(*size.sums, n) / np.maximum(Z.sum(axis=0), 1e-300)
        f = rng.pareto(1.5, n) + 0.1
        self.x = Resolvent(Z, how="krylov").solve(f)
        Z *= self.x
        self.Z, self.region = Z, region

    @property
    def A(self) -> np.ndarray:
        """The coefficients, made anew."""
        return self.Z / self.x

    @cached_property
    def table(self) -> IOTable:
        """The table: one category of demand, one primary input."""
        codes = [f"s{i}" for i in range(self.size.n)]
        regions = [f"r{i}" for i in self.region] if self.size.regions > 1 else None
        demand, earned = self.x - self.Z.sum(axis=1), self.x - self.Z.sum(axis=0)
        return IOTable(
            Accounts.of(codes, regions=regions),
            Accounts.of(["demand"], kinds="final_demand", axis="category"),
            Accounts.of(["value added"], kinds="value_added", axis="input"),
            Blocks.of_own(self.Z, demand[:, None].copy(), earned[None, :].copy(),
                          np.zeros((1, 1)), self.x, np.zeros((0, self.size.n))),
            Meta(title=self.size.name),
        )  # fmt: skip

    def frames(self) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
        """Z, Y and V as a user has them."""
        index = self.table.accounts.flat().index
        Z = pd.DataFrame(self.Z, index, index, copy=False)
        return Z, self.table.Y["demand"].set_axis(index), self.table.V.iloc[0].set_axis(index)


def network(size: Size) -> csr_array:
    """Shares bought from suppliers whose number of customers follows a power law."""
    assert size.entries is not None
    rng = np.random.default_rng(size.n)
    seller = (size.n * rng.random(size.entries) ** 3).astype(np.int32)
    buyer = rng.integers(0, size.n, size.entries, dtype=np.int32)
    A = csr_array((rng.pareto(1.5, size.entries) + 0.1, (seller, buyer)), (size.n, size.n))
    A.sum_duplicates()
    sums = np.bincount(A.indices, A.data, size.n)
    A.data *= (rng.uniform(0.2, 0.8, size.n) / np.maximum(sums, 1e-300))[A.indices]
    return A
