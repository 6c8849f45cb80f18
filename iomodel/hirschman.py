"""Hirschman's four classes out of two linkages, for sectors of a table and accounts of a SAM."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from iomodel.accounts import Array

# Nearer to the average than this share of it is at the average: rounding, not economics.
AVERAGE = 1e-9


def classes(
    backward: Array,
    forward: Array,
    active: npt.NDArray[np.bool_],
    *,
    averages: tuple[float, float] = (1.0, 1.0),
) -> npt.NDArray[np.object_]:
    """The class of each: key (both above average), backward, forward (one), independent (neither).

    Within 1e-9 of the average counts as average; what has no transactions is inactive.

    >>> active = np.array([True, True, True, False])
    >>> nothing = float("nan")
    >>> pulls, pushes = np.array([1.2, 1.1, 0.9, nothing]), np.array([1.3, 1.0, 0.8, nothing])
    >>> list(classes(pulls, pushes, active))
    ['key', 'backward', 'independent', 'inactive']

    Reference: Hirschman, A. O. (1958), The Strategy of Economic Development, Yale University Press.
    """
    above_b, above_f = _above(backward, averages[0]), _above(forward, averages[1])
    named = np.select(
        [~active, above_b & above_f, above_b, above_f],
        ["inactive", "key", "backward", "forward"],
        "independent",
    )
    return named.astype(object)


def _above(values: Array, average: float) -> npt.NDArray[np.bool_]:
    return values > average + AVERAGE * abs(average)
