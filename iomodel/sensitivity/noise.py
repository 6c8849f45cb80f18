"""Three designs of noise on input coefficients: by column, within the margins, cell by cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from iomodel.accounts import Array, numbers
from iomodel.balance.scaling import scaled
from iomodel.errors import ConvergenceError, TableError
from iomodel.table import IOTable

Sampler: TypeAlias = Callable[[np.random.Generator], Array]

MARGINS = 1e-10
TURNS = 1_000


@dataclass(frozen=True, eq=False)
class Cells:
    """The coefficients that are not zero, one column of A after the other.

    `at` are their places in A' (flat), `values` the coefficients, `n` the number of sectors.
    """

    at: npt.NDArray[np.intp]
    values: Array
    n: int

    @classmethod
    def of_table(cls, table: IOTable) -> Cells:
        """Those of a table."""
        turned = np.ascontiguousarray(table.A.to_numpy().T)
        at = np.flatnonzero(turned)
        return cls(at, turned.ravel()[at], len(turned))

    @property
    def of(self) -> npt.NDArray[np.intp]:
        """The position of the supplier."""
        return self.at % self.n

    @property
    def by(self) -> npt.NDArray[np.intp]:
        """The position of the buyer."""
        return self.at // self.n


@dataclass(frozen=True, eq=False)
class IndependentCells:
    """Every coefficient errs on its own, by a relative standard deviation, and stays positive.

    a_ij times a lognormal number of mean 1 and standard deviation `sd`: a number for all cells, or
    an n x n frame.  The sums of rows and columns err with their cells.  Zeros stay zero.
    """

    sd: float | pd.DataFrame

    def __post_init__(self) -> None:
        _require_sd(self.sd)

    def sampler(self, table: IOTable, cells: Cells) -> Sampler:
        """What draws the coefficients, in the order of `cells`."""
        sigma, start = _lognormal(relative(table, self.sd), cells.values, cells)
        drawn = np.empty_like(start)

        def draw(rng: np.random.Generator) -> Array:
            return _drawn(rng, sigma, start, drawn)

        return draw


@dataclass(frozen=True, eq=False)
class LognormalMargins:
    """Every flow errs by a relative standard deviation, and the margins of Z are kept.

    z_ij times a lognormal number of mean 1 and standard deviation `sd` (a number, or an n x n
    frame), then scaled back by rows and columns (RAS) to the row and column sums of Z: outputs,
    final demand and primary inputs stay as they are, to 1e-10 of each margin.  The scaling takes
    back part of the noise.  Zeros stay zero.
    """

    sd: float | pd.DataFrame

    def __post_init__(self) -> None:
        _require_sd(self.sd)

    def sampler(self, table: IOTable, cells: Cells) -> Sampler:
        """What draws the coefficients, in the order of `cells`."""
        Z, of, by = np.ascontiguousarray(table.arrays.Z.T), cells.of, cells.by
        x = table.arrays.x[by]
        sigma, start = _lognormal(relative(table, self.sd), Z.ravel()[cells.at], cells)
        buyers, suppliers = Z.sum(axis=1), Z.sum(axis=0)
        some = np.ix_(buyers > 0, suppliers > 0)
        drawn, flows = np.empty_like(start), np.zeros_like(Z)
        r, s = np.zeros(len(Z)), np.zeros(len(Z))

        def draw(rng: np.random.Generator) -> Array:
            flows.ravel()[cells.at] = _drawn(rng, sigma, start, drawn)
            run = scaled(flows[some], buyers[buyers > 0], suppliers[suppliers > 0], MARGINS, TURNS)
            if run.residual > MARGINS:
                error = ConvergenceError(
                    f"A draw does not return to the margins of Z after {run.iterations} "
                    f"iterations: the largest gap is {100 * run.residual:.3g} %.",
                    remedy="Give a smaller sd, or draw with IndependentCells.",
                )
                error.iterations, error.residual = run.iterations, run.residual
                raise error
            r[buyers > 0], s[suppliers > 0] = run.r, run.s
            return drawn * r[by] * s[of] / x

        return draw


@dataclass(frozen=True, eq=False)
class DirichletColumns:
    """Every buyer's recipe errs, while what it buys from all sectors together is kept.

    The shares q_ij of column j of A are Dirichlet with parameters `concentration` q_ij: their mean
    is q_ij and their variance q_ij (1 - q_ij) / (concentration + 1), the same number for every
    column.  Column sums, and with them primary inputs per unit, stay.  Zeros stay zero.
    """

    concentration: float

    def __post_init__(self) -> None:
        c = float(numbers(self.concentration, "The concentration"))
        if not (np.isfinite(c) and c > 0):
            raise TableError(
                f"The concentration is {c:g}.",
                remedy="Give a positive number; the larger, the closer to the table (100: a share "
                "of a half has a standard deviation of 0.05).",
            )

    def sampler(self, table: IOTable, cells: Cells) -> Sampler:
        """What draws the coefficients, in the order of `cells`."""
        first = np.flatnonzero(np.diff(cells.by, prepend=-1))
        count = np.diff(first, append=len(cells.by))
        sums = np.repeat(_sums(cells.values, first), count)
        shape = self.concentration * cells.values / sums

        def draw(rng: np.random.Generator) -> Array:
            # a gamma of small shape is below the smallest float: its logarithm is drawn, as that
            # of a gamma of shape + 1 times a uniform number to the power of 1 / shape
            logs = (
                np.log(rng.standard_gamma(shape + 1)) - rng.standard_exponential(len(shape)) / shape
            )
            if len(first):
                logs -= np.repeat(np.maximum.reduceat(logs, first), count)
            gammas = np.exp(logs)
            return gammas * sums / np.repeat(_sums(gammas, first), count)

        return draw


Noise: TypeAlias = IndependentCells | LognormalMargins | DirichletColumns


def relative(table: IOTable, sd: float | pd.DataFrame) -> Array:
    """Relative standard deviations as an n x n array in the order of the accounts."""
    _require_sd(sd)
    n = len(table.accounts)
    if not isinstance(sd, pd.DataFrame):
        return np.full((n, n), float(numbers(sd, "The relative standard deviation")))
    return table.accounts.block(sd, table.accounts, "The relative standard deviations")


def _require_sd(sd: float | pd.DataFrame) -> None:
    values = numbers(sd, "The relative standard deviation")
    if values.ndim and not isinstance(sd, pd.DataFrame):
        raise TableError(
            f"The relative standard deviation has shape {values.shape}.",
            remedy="Give one number for all cells, or a labelled n x n frame.",
        )
    bad = values[~(np.isfinite(values) & (values >= 0))]
    if bad.size:
        raise TableError(
            f"{bad.size} relative standard deviations are negative or not finite, such as "
            f"{bad[0]:g}.",
            remedy="Give a share of the coefficient, such as 0.1; zero where nothing is uncertain.",
        )


def _lognormal(sd: Array, values: Array, cells: Cells) -> tuple[Array, Array]:
    """sigma of the logarithm, and `values` exp(mu): for noise of mean 1 and deviation `sd`."""
    variance = np.log1p(sd[cells.of, cells.by] ** 2)
    return np.sqrt(variance), values * np.exp(-variance / 2)


def _drawn(rng: np.random.Generator, sigma: Array, start: Array, out: Array) -> Array:
    """start exp(sigma z) in place: random numbers are most of the cost of a draw."""
    rng.standard_normal(out=out)
    np.multiply(out, sigma, out=out)
    np.exp(out, out=out)
    return np.multiply(out, start, out=out)


def _sums(values: Array, first: npt.NDArray[np.intp]) -> Array:
    """Sums of runs of cells that begin at `first`."""
    if not len(first):
        return np.zeros(0)
    sums: Array = np.add.reduceat(values, first)
    return sums
