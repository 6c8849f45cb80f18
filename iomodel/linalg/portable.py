"""The cycles of the iteration in any array library: products, sums and norms, nothing in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from iomodel.accounts import Array
from iomodel.linalg.krylov import CLEAR, RESTART


def cycle(
    xp: Any,
    product: Callable[[Any], Any],
    own: Any,
    r: Any,
    weights: Any,
    target: float,
    *,
    down: Callable[[Any], Array],
    up: Callable[[Array], Any],
) -> tuple[Any, int]:
    """One cycle of GMRES, as `krylov._cycle`: the correction (n x p), and the products it took.

    `xp` is the library of the residual r, the weights (n x p) and the diagonal `own` of A;
    `product` gives A times the columns of its argument.  What is as long as the table stays in
    that library, on its device; `down` brings the k + 2 numbers of a step and column to numpy,
    where the small least-squares problem is solved, and `up` its k weights back: two waits for
    the device a step.

    Cost: 2 n^2 flops a step and column; 16 n p k bytes, the directions and their longer copy.
    Reference: Saad and Schultz (1986), see `krylov.solve`.
    """
    scale = (1.0 / (1.0 - own))[:, None] * weights
    start = (r / weights).T
    length = xp.sqrt(xp.sum(start * start, axis=1))
    basis = _unit(xp, start, length)
    fit = Fit(down(length))

    def worst() -> float:  # row of what is left beside its weight, from the directions alone
        return float(xp.max(xp.abs(xp.matmul(up(fit.left)[:, None, :], basis))))

    while fit.steps < RESTART and worst() > CLEAR * target:
        z = scale * basis[:, -1, :].T
        y = ((z - product(z)) / weights).T
        h = xp.zeros_like(basis[:, :, 0])
        for _ in range(2):  # twice is enough to stay orthogonal
            part = xp.matmul(basis, y[:, :, None])[:, :, 0]
            y = y - xp.matmul(part[:, None, :], basis)[:, 0, :]
            h = h + part
        norm = xp.sqrt(xp.sum(y * y, axis=1))
        fit.add(down(xp.concat([h, norm[:, None]], axis=1)))
        basis = xp.concat([basis, _unit(xp, y, norm)], axis=1)
    if not fit.steps:
        return xp.zeros_like(r), 0
    weighing = up(fit.weighing())
    return scale * xp.matmul(weighing[:, None, :], basis[:, :-1, :])[:, 0, :].T, fit.steps


def _unit(xp: Any, y: Any, length: Any) -> Any:
    """The rows of y at length one, as one direction more: p x 1 x n."""
    return (y / xp.where(length > 0, length, xp.ones_like(length))[:, None])[:, None, :]


class Fit:
    """The small least-squares problems of p right sides, min |length e1 - H w|, column by column.

    H (k + 1 x k, upper Hessenberg) is kept as its triangle and the rotations that made it one:
    what is left of the residual is known after each column.
    """

    def __init__(self, length: Array) -> None:
        p = len(length)
        self.steps, self._length = 0, length
        self._turn: Array = np.ones((p, 1, 1))
        self._triangle: Array = np.zeros((p, RESTART, RESTART))

    @property
    def left(self) -> Array:
        """What is left of each residual, by its directions (p x (k + 1))."""
        found: Array = (self._length * self._turn[:, -1, 0])[:, None] * self._turn[:, -1]
        return found

    def add(self, column: Array) -> None:
        """One more column of H, p x (k + 2)."""
        k = self.steps
        turned = np.matmul(self._turn, column[:, : k + 1, None])[:, :, 0]
        above, below = turned[:, k], column[:, k + 1]
        radius: Array = np.hypot(above, below)
        whole = np.where(radius > 0, radius, 1.0)
        c, s = np.where(radius > 0, above / whole, 1.0)[:, None], (below / whole)[:, None]
        turn = np.zeros((len(column), k + 2, k + 2))
        turn[:, : k + 1, : k + 1] = self._turn
        turn[:, k, k + 1] = s[:, 0]
        turn[:, k + 1, k + 1] = c[:, 0]
        turn[:, k + 1, : k + 1] = -s * self._turn[:, k]
        turn[:, k, : k + 1] = c * self._turn[:, k]
        self._turn, self.steps = turn, k + 1
        self._triangle[:, :k, k] = turned[:, :k]
        self._triangle[:, k, k] = whole

    def weighing(self) -> Array:
        """The weights w (p x k) of the directions."""
        k = self.steps
        right = self._length[:, None, None] * self._turn[:, :k, :1]
        return np.linalg.solve(self._triangle[:, :k, :k], right)[:, :, 0].astype(np.float64)
