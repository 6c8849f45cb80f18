"""Where turns that repeat themselves lead: seen from the last ones before they get there."""

from __future__ import annotations

import numpy as np

from iomodel.accounts import Array

MEMORY = 8


class Turns:
    """What the last turns say together of where they lead (Anderson's mixing).

    Of the changes of the last turns the mean is taken, with weights that may be negative, that
    would have left everything as it is; `weights` say what counts for how much.

    Cost: 2 k n operations more a turn, k up to 8 turns kept.
    Reference: Anderson, D. G. (1965), Iterative procedures for nonlinear integral equations,
    Journal of the ACM 12(4), 547-560.
    """

    def __init__(self, weights: Array) -> None:
        self._weights = weights
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self._last: tuple[Array, Array] | None = None
        self._changes: list[tuple[Array, Array]] = []

    def lead(self, at: Array, plain: Array) -> Array:
        """Where to go on from `at`, of which a turn makes `plain`; `plain` itself at first."""
        off = plain - at
        if self._last is not None:
            change = off - self._last[0]
            size = float(np.sqrt(self._weights @ change**2))
            if size > 0:
                pair = change / size, (plain - self._last[1]) / size
                self._changes = [*self._changes, pair][-MEMORY:]
        self._last = off, plain
        if not self._changes:
            return plain
        offs, plains = (np.array(part) for part in zip(*self._changes, strict=True))
        weighed = offs * self._weights
        mixed = np.linalg.lstsq(weighed @ offs.T, weighed @ off, rcond=1e-14)[0]
        ahead: Array = plain - mixed @ plains
        return ahead
