"""A network of firms: who sells to whom, drawn by a power law, and what is asked of it.

The largest firm sells to a tenth of all others or so.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

import iomodel as im
from iomodel.bop import Item

SUPPLIERS = 20


class Firms:
    """An edge list of n firms with 20 suppliers each, their output and what they buy beside it."""

    def __init__(self, n: int) -> None:
        rng = np.random.default_rng(1)
        seller = (n * rng.random(n * SUPPLIERS) ** 3).astype(np.int32)  # few sell to many
        self.seller = rng.permutation(n).astype(np.int32)[seller]
        self.buyer = np.repeat(np.arange(n, dtype=np.int32), SUPPLIERS)
        self.value = rng.pareto(1.5, len(seller)) + 0.01
        bought = np.bincount(self.buyer, self.value, n)
        sold = np.bincount(self.seller, self.value, n)
        self.x = np.maximum(sold * 1.05, bought / rng.uniform(0.2, 0.9, n))
        self.parts = rng.dirichlet([2, 3, 3], n) * (self.x - bought)[:, None]

    def table(self) -> im.IOTable:
        """The table of these firms."""
        columns = {"seller": self.seller, "buyer": self.buyer, "value": self.value}
        return im.from_edges(
            pd.DataFrame(columns, copy=False),
            output=pd.Series(self.x),
            inputs=pd.DataFrame(self.parts, columns=["imports", "wages", "surplus"], copy=False),
            kinds={"imports": "imports", "wages": "compensation", "surplus": "surplus"},
            unit="million MXN",
            year=2018,
            meta=im.Meta(currency="MXN"),
        )

    def round(self, m: np.ndarray) -> np.ndarray:
        """1 + A'm from the edges themselves: m where m are the output multipliers."""
        return 1 + np.bincount(self.buyer, self.value * m[self.seller], len(m)) / self.x

    def content(self, table: im.IOTable) -> pd.DataFrame:
        """Gross value added, product taxes and national income in a peso spent on each firm."""
        total = table.primary("surplus").sum()
        items = (
            Item("dividends", "Dividends", 0.1 * total, "from_surplus", "foreign_equity"),
            Item("interest", "Interest", 0.05 * total, "from_surplus", "corporate_surplus"),
        )
        bop = im.BalanceOfPayments("", 2018, items, 1.0, "MXN", "million MXN", "invented")
        share = np.random.default_rng(2).random(len(table.accounts))
        key = im.OwnershipKey.from_shares("invented", table.accounts.series(share))
        return im.leakage.content(table, im.leakage.allocate(table, bop, key=key))
