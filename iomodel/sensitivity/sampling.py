"""Monte Carlo: the distribution of multipliers when every input coefficient is uncertain."""

from __future__ import annotations

import numpy as np
import pandas as pd
from threadpoolctl import ThreadpoolController

from iomodel.accounts import Array, show
from iomodel.arguments import typed
from iomodel.errors import ConvergenceError, NotProductiveError, TableError
from iomodel.linalg import worst_block
from iomodel.sensitivity.draws import Draws
from iomodel.sensitivity.noise import Cells, Noise
from iomodel.sensitivity.solving import multipliers
from iomodel.table import IOTable


@typed
def monte_carlo(
    table: IOTable,
    noise: Noise,
    *,
    draws: int = 1_000,
    seed: int = 0,
    tolerance: float = 1e-10,
    unproductive: int = 0,
) -> Draws:
    """How uncertain output multipliers are when every input coefficient is.

    The coefficients are drawn `draws` times by one of three designs: `IndependentCells(sd)`,
    `LognormalMargins(sd)` (row and column sums of Z kept) or `DirichletColumns(concentration)`
    (column sums kept), and m = i'(I - A)^-1 is solved for each, never inverted.  Independent
    errors raise the mean: E L >= L(E A), since L is convex in each cell.

    `seed` and nothing else decides the random numbers (the first 100 of 1,000 draws are the 100
    draws).  Each multiplier is right to `tolerance` of itself, proven from its residual, which
    also proves that the draw is productive.  A draw that is not is refused, unless `unproductive`
    allows for so many: they are then rows of NaN, counted and numbered in the result.

    Multipliers draws x n, output per unit of final demand.  Cost of a draw: one random number for
    each coefficient that is not zero, and one LU (2/3 n^3 flops) to 250 sectors or about 20
    products with A (2 n^2 each) above; memory about six times A, and 8 n draws bytes.
    Errors: TableError for noise, draws, seeds or tolerances that make no sense; LabelError for
    deviations of other sectors; NotProductiveError naming draws and sectors; ConvergenceError
    where a draw has no digits left, or does not return to its margins; MissingAccountError for a
    table of total transactions.
    Reference: Bullard, C. W. and Sebald, A. V. (1977), Effects of parametric uncertainty and
    technological change on input-output models, Review of Economics and Statistics 59(1), 75-81;
    West, G. R. (1986), A stochastic analysis of an input-output model, Econometrica 54(2),
    363-374; for the mean of independent errors Simonovits, A. (1975), Econometrica 43(3), 493-498.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> from iomodel.sensitivity.noise import DirichletColumns
    >>> drawn = monte_carlo(table, DirichletColumns(50), draws=200, seed=1)
    >>> drawn.summary["point"].round(4).to_list()
    [1.5182, 1.4521]
    """
    table.require_domestic("The uncertainty of multipliers")
    _require(draws, seed, tolerance, unproductive)
    cells, n = Cells.of_table(table), len(table.accounts)
    point = table.L.T.solve(np.ones(n))
    draw, rng = noise.sampler(table, cells), np.random.Generator(np.random.SFC64(seed))
    values, turned = np.empty((draws, n)), np.zeros((n, n))
    flat = turned.ravel()
    failed: dict[int, tuple[float, str]] = {}
    # one thread: a product with A is bound by memory, and small solves wait for each other
    with ThreadpoolController().limit(limits=1, user_api="blas"):
        for number in range(draws):
            flat[cells.at] = draw(rng)
            m = multipliers(turned, point, tolerance)
            if m is not None and np.isnan(m[0]):
                raise _no_digits(number, tolerance)
            values[number] = np.nan if m is None else m
            if m is None:
                failed[number] = _worst(table, turned.T)
                if len(failed) > unproductive:
                    raise _not_productive(failed, number + 1)
    if len(failed) == draws:
        raise _not_productive(failed, draws)
    values.setflags(write=False)
    radii = pd.Series({number: radius for number, (radius, _) in failed.items()}, dtype=float)
    return Draws(
        accounts=table.accounts,
        values=values,
        point=table.accounts.series(point, "output multiplier"),
        noise=_words(noise),
        seed=seed,
        unproductive=radii.rename_axis("draw").rename("spectral radius"),
    )


def _require(draws: int, seed: int, tolerance: float, unproductive: int) -> None:
    asked: tuple[tuple[str, object, int], ...] = (("draws", draws, 2), ("seed", seed, 0))
    for name, value, least in asked:
        if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < least:
            raise TableError(
                f"`{name}` is {value!r}.", remedy=f"Give a whole number of at least {least}."
            )
    if not 0 < tolerance < 1:
        raise TableError(
            f"The tolerance is {tolerance}.", remedy="Give a share of each multiplier: 1e-10."
        )
    if not 0 <= unproductive <= draws:
        raise TableError(
            f"`unproductive` is {unproductive} of {draws} draws.",
            remedy="Say how many draws may fail: at least none, at most all of them.",
        )


def _worst(table: IOTable, A: Array) -> tuple[float, str]:
    block, radius = worst_block(A)
    named = ", ".join(f"'{show(table.accounts.keys[i])}'" for i in block[:3])
    return radius, named + (f" and {len(block) - 3} more" if len(block) > 3 else "")


def _not_productive(failed: dict[int, tuple[float, str]], drawn: int) -> NotProductiveError:
    error = NotProductiveError(
        f"{len(failed)} of {drawn} draws are not productive.",
        [
            f"draw {number}: spectral radius {radius:.6g} among {named}"
            for number, (radius, named) in failed.items()
        ],
        "Give less noise, keep column sums (DirichletColumns), or say with `unproductive` how "
        "many draws may be left out of the quantiles.",
    )
    error.spectral_radius = max(radius for radius, _ in failed.values())
    return error


def _no_digits(number: int, tolerance: float) -> ConvergenceError:
    return ConvergenceError(
        f"Draw {number} is so nearly unproductive that its multipliers cannot be proven to "
        f"{tolerance:g}.",
        remedy="Give a larger tolerance, or less noise.",
    )


def _words(noise: Noise) -> str:
    """The design in words, without the numbers of a frame."""
    fields = ", ".join(
        f"{name}={value if np.ndim(value) == 0 else 'a frame'}"
        for name, value in vars(noise).items()
    )
    return f"{type(noise).__name__}({fields})"
