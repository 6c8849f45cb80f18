"""What a Monte Carlo run returns: `Draws`, every drawn multiplier and what they say together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from iomodel.accounts import Accounts, Array, numbers
from iomodel.display import as_html, as_text, parts
from iomodel.errors import TableError

if TYPE_CHECKING:
    import xarray as xr

SHARES = (0.05, 0.5, 0.95)


@dataclass(frozen=True, eq=False, repr=False)
class Draws:
    """The output multipliers of many drawn tables.

    `values` is draws x n, read-only; `point` the multipliers of the table itself; `seed` and
    `noise` (in words) give the same draws again.  `unproductive` has the number and the spectral
    radius of the draws that have no multipliers (rows of NaN): mean, deviation and quantiles are
    those of the others, and `summary.attrs["left out"]` counts them.
    """

    accounts: Accounts
    values: Array
    point: pd.Series
    noise: str
    seed: int
    unproductive: pd.Series

    @property
    def multipliers(self) -> xr.DataArray:
        """All draws as a labelled array (draw x sector; draw x account where there are regions)."""
        import xarray as xr

        codes = list(self.accounts.codes)
        sector = "account" if self.accounts.regions else self.accounts.axis
        coords: dict[str, object] = {"draw": np.arange(len(self.values))}
        if self.accounts.regions:
            coords["region"] = (sector, list(self.accounts.regions))
            coords[self.accounts.axis] = (sector, codes)
        else:
            coords[sector] = codes
        return xr.DataArray(
            self.values,
            dims=("draw", sector),
            coords=coords,
            name="output multiplier",
            attrs={"noise": self.noise, "seed": self.seed},
        )

    @property
    def mean(self) -> pd.Series:
        """The mean of the draws."""
        return self.accounts.series(self._kept.mean(axis=0), "mean")

    @property
    def sd(self) -> pd.Series:
        """The standard deviation of the draws (n - 1)."""
        return self.accounts.series(self._kept.std(axis=0, ddof=1), "sd")

    def quantiles(self, shares: Sequence[float] = SHARES) -> pd.DataFrame:
        """The multiplier that these shares of the draws do not exceed, one column a share."""
        asked = numbers(list(shares), "The shares")
        bad = asked[~((asked >= 0) & (asked <= 1))]
        if bad.size or not asked.size:
            given = f"{bad[0]:g}" if bad.size else "nothing"
            raise TableError(
                f"The shares of draws are to lie between 0 and 1, not {given}.",
                remedy="Give shares such as 0.05, 0.5, 0.95.",
            )
        values = np.quantile(self._kept, asked, axis=0).T
        return self.accounts.frame(values, pd.Index(asked, name="share"))

    @property
    def summary(self) -> pd.DataFrame:
        """point, mean, sd, and the 5, 50 and 95 per cent quantiles (q05, q50, q95), n x 6."""
        quantiles = self.quantiles().to_numpy()
        values = np.column_stack([self.point, self.mean, self.sd, quantiles])
        columns = pd.Index(["point", "mean", "sd", "q05", "q50", "q95"])
        frame = self.accounts.frame(values, columns)
        frame.attrs.update(
            name="output multipliers under noise",
            unit="unit of output per unit of final demand",
            noise=self.noise,
            seed=self.seed,
            draws=len(self.values),
        )
        frame.attrs["left out"] = len(self.unproductive)
        return frame

    @property
    def _kept(self) -> Array:
        if not len(self.unproductive):
            return self.values
        return np.delete(self.values, self.unproductive.index.to_numpy(), axis=0)

    def _said(self) -> tuple[str, dict[str, str]]:
        left = f", {len(self.unproductive)} not productive" if len(self.unproductive) else ""
        of = f"{len(self.values)} of {len(self.accounts)} multipliers{left}"
        return f"Draws: {of}; {self.noise}, seed {self.seed}", parts(self)

    __repr__, _repr_html_ = as_text, as_html
