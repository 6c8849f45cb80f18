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


def spread_each(amounts: Array, bases: Array, caps: Array) -> Array:
    """`spread` row by row: amounts (d), bases and caps (d x n), d x n back.

    Cost: O(d n) a round; a round caps at least one cell of each row that is not done.

    >>> spread_each(np.array([6.0, 3.0]), np.ones((2, 2)), np.array([[1.0, 9.0], [9.0, 9.0]]))
    array([[1. , 5. ],
           [1.5, 1.5]])
    """
    flow = np.zeros_like(bases)
    caps = np.where(bases > 0, np.maximum(caps, 0.0), 0.0)
    open_ = bases > 0
    for _ in range(bases.shape[1] + 1):
        rest = amounts - np.where(open_, 0.0, flow).sum(axis=1)
        left = np.where(open_, bases, 0.0)
        whole = left.sum(axis=1)
        going = (rest > 0) & (whole > 0)
        if not going.any():
            break
        per_base = np.divide(rest, whole, out=np.zeros_like(rest), where=going)
        flow = np.where(open_ & going[:, None], left * per_base[:, None], flow)
        over = open_ & (flow > caps)
        if not over.any():
            break
        flow = np.where(over, caps, flow)
        open_ &= ~over
    return flow
