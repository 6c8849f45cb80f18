"""Eigenvector linkages: inputs weighted by how well linked their suppliers are, without end."""

from __future__ import annotations

import numpy as np
import pandas as pd

from iomodel.accounts import Array
from iomodel.linkages.averages import dense_coefficients, mean_one, positions, spread
from iomodel.linkages.register import Index
from iomodel.linkages.structure import blocks
from iomodel.table import IOTable

REFERENCE = (
    "Dietzenbacher, E. (1992), The measurement of interindustry linkages: key sectors in the "
    "Netherlands, Economic Modelling 9(4), 419-437"
)
# Two blocks whose eigenvalues are nearer than this are equally strong: no vector is the one.
APART = 1e-7


def backward(table: IOTable) -> pd.Series:
    """How much a sector buys from sectors that themselves buy much: y'A = rho y'.

    n y_j / sum y with y the left Perron vector of A among the sectors with output: y_j =
    sum_i y_i a_ij / rho, each input counted with its supplier's own linkage.  A sector that buys
    nothing from the strongest block of sectors, even through others, is zero.  Where no sector is
    in a circle, or two blocks are equally strong, there is no one such vector: NaN throughout.

    Cost: the eigenvectors of the strongest block, about 25 n^3 flops and 35 n^2 bytes.
    Reference: Dietzenbacher (1992).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> backward(table).round(4).to_dict()
    {'a': 1.0551, 'b': 0.9449}
    """
    table.require_domestic("The eigenvector linkage")
    return _index(table, dense_coefficients(table))


def forward(table: IOTable) -> pd.Series:
    """How much a sector sells to sectors that themselves sell much: B z = rho z.

    n z_i / sum z with z the right Perron vector of the allocation coefficients B among the
    sectors with output: z_i = sum_j b_ij z_j / rho.  Zero and NaN as for the backward one.

    Cost: the eigenvectors of the strongest block, about 25 n^3 flops and 35 n^2 bytes.
    Reference: Dietzenbacher (1992).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> forward(table).round(4).to_dict()
    {'a': 1.4725, 'b': 0.5275}
    """
    table.require_domestic("The eigenvector linkage")
    x = table.arrays.x[positions(table)]
    return _index(table, (dense_coefficients(table) * x / x[:, None]).T)


def _index(table: IOTable, M: Array) -> pd.Series:
    return mean_one(table, spread(table, _left_perron(M)))


def _left_perron(M: Array) -> Array:
    """y >= 0 with y'M = rho y', rho the largest eigenvalue of M >= 0; NaN where it is not simple.

    The vector of the strongest irreducible block comes from its eigenvectors; what it reaches
    follows by one solve, exactly zero where it reaches nothing.
    """
    best, second, vector, at = -1.0, -1.0, np.array([np.nan]), np.array([0])
    for block in blocks(M):
        rho, found = _perron_of_block(M[np.ix_(block, block)])
        if rho > best:
            best, second, vector, at = rho, best, found, block
        else:
            second = max(second, rho)
    if best <= 0 or second > best * (1 - APART):
        return np.full(len(M), np.nan)
    rest = np.setdiff1d(np.arange(len(M)), at)
    y = np.zeros(len(M))
    y[at] = vector
    if len(rest):
        own = best * np.eye(len(rest)) - M[np.ix_(rest, rest)]
        y[rest] = np.linalg.solve(own.T, vector @ M[np.ix_(at, rest)])
    return y


def _perron_of_block(M: Array) -> tuple[float, Array]:
    """The largest eigenvalue of an irreducible M >= 0 and its positive left vector."""
    if len(M) == 1:
        return float(M[0, 0]), np.ones(1)
    values, vectors = np.linalg.eig(M.T)
    largest = int(values.real.argmax())
    return float(values[largest].real), np.abs(vectors[:, largest].real)


INDICES = (
    Index(
        "eigenvector_backward",
        "backward",
        backward,
        "n y_j / sum y, y'A = rho y'",
        REFERENCE,
        mean_one=True,
        always=False,
    ),
    Index(
        "eigenvector_forward",
        "forward",
        forward,
        "n z_i / sum z, B z = rho z",
        REFERENCE,
        mean_one=True,
        always=False,
    ),
)
