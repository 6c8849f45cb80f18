"""The model written out by hand, slowly: what the library's answers are held against."""

from __future__ import annotations

import numpy as np

from iomodel.table import IOTable

Array = np.ndarray


def coefficients(table: IOTable) -> Array:
    """a_ij = z_ij / x_j, one cell after the other."""
    a, n = table.arrays, len(table.accounts)
    A = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            if a.x[j] != 0:
                A[i, j] = a.Z[i, j] / a.x[j]
    return A


def leontief(table: IOTable) -> Array:
    """(I - A)^-1, inverted as it stands."""
    return np.linalg.inv(np.eye(len(table.accounts)) - coefficients(table))


def ghosh(table: IOTable) -> Array:
    """(I - B)^-1 with b_ij = z_ij / x_i, never through L."""
    a, n = table.arrays, len(table.accounts)
    B = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            if a.x[i] != 0:
                B[i, j] = a.Z[i, j] / a.x[i]
    return np.linalg.inv(np.eye(n) - B)


def per_unit(table: IOTable, *codes: str) -> Array:
    """The sum of these rows of V per unit of output."""
    a = table.arrays
    rows = [table.inputs.codes.index(code) for code in codes]
    return np.array(
        [
            sum(a.V[i, j] for i in rows) / a.x[j] if a.x[j] else 0.0
            for j in range(len(table.accounts))
        ]
    )


def row(table: IOTable, code: str, column: str) -> float:
    """A cell of W."""
    return float(
        table.arrays.W[table.inputs.codes.index(code), table.categories.codes.index(column)]
    )


def close(ours: object, theirs: object, tolerance: float = 1e-9, *, scale: float = 0.0) -> None:
    """Equal to nine digits of the largest number; the condition of (I - A) costs the rest.

    `scale` is the size of what the numbers were computed from, where they may all cancel.
    """
    expected = np.asarray(theirs, dtype=float)
    largest = np.abs(expected[np.isfinite(expected)]).max(initial=scale)
    np.testing.assert_allclose(
        np.asarray(ours, dtype=float), expected, rtol=tolerance, atol=tolerance * largest
    )
