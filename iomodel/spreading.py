"""An amount spread over a base in proportion, nobody above a cap."""

from __future__ import annotations

import numpy as np

from iomodel.accounts import Array


def spread(amount: float, base: Array, cap: Array) -> Array:
    """`amount` in proportion to `base >= 0`, nobody above `cap`; the overflow goes to the others.

    The result is min(cap, lambda base) with the lambda that places the amount, or all caps of
    the base where they cannot hold it.

    >>> spread(6.0, np.array([1.0, 1.0, 2.0, 0.0]), np.array([1.0, 9.0, 9.0, 9.0]))
    array([1.        , 1.66666667, 3.33333333, 0.        ])
    """
    flow = np.zeros_like(base)
    cap = np.where(base > 0, np.maximum(cap, 0.0), 0.0)
    open_ = base > 0
    for _ in range(len(base) + 1):
        rest = amount - flow[~open_].sum()
        if not open_.any() or rest <= 0:
            break
        flow[open_] = rest * base[open_] / base[open_].sum()
        over = open_ & (flow > cap)
        if not over.any():
            break
        flow[over] = cap[over]
        open_ &= ~over
    return flow
