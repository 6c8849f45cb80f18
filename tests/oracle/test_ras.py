"""RAS against the example of Miller and Blair: margins met, and the minimum of the entropy."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from iomodel import balance

# Miller and Blair (2009), section 7.4.2, as coded in GAMS iobalance: base coefficients, new outputs
# and new margins of the 3 x 3 table
A0 = np.array([[0.12, 0.1, 0.049], [0.21, 0.247, 0.265], [0.026, 0.249, 0.145]])
X1 = np.array([421.0, 284.0, 283.0])
ROWS = {"1": 245.0, "2": 136.0, "3": 159.0}
COLUMNS = {"1": 251.0, "2": 107.0, "3": 182.0}
CODES = list(ROWS)

# diag(r) A0 diag(x1) diag(s) found by scaling the matrix itself 2,000 times in extended precision
# (numpy longdouble), independently of the library; a flow in each cell
SCALED = np.array(
    [
        [165.210148201, 34.6136046395, 45.1762471594],
        [63.5286196822, 18.7861779534, 53.6852023644],
        [22.2612321167, 53.6002174071, 83.1385504762],
    ]
)


def balanced() -> balance.Balanced:
    return balance.ras(pd.DataFrame(A0 * X1, CODES, CODES), ROWS, COLUMNS, tolerance=1e-13)


def test_margins_are_met() -> None:
    Z = balanced().frame
    np.testing.assert_allclose(Z.sum(axis=1), list(ROWS.values()), rtol=0, atol=1e-10)
    np.testing.assert_allclose(Z.sum(axis=0), list(COLUMNS.values()), rtol=0, atol=1e-10)


def test_cells_are_those_of_the_matrix_scaled_by_hand() -> None:
    np.testing.assert_allclose(balanced().frame, SCALED, rtol=0, atol=1e-9)


def test_the_result_is_biproportional() -> None:
    result = balanced()
    r, s = result.row_multipliers.to_numpy(), result.column_multipliers.to_numpy()
    np.testing.assert_allclose(result.frame, r[:, None] * (A0 * X1) * s, rtol=1e-14)


def test_every_way_of_keeping_the_margins_raises_the_entropy() -> None:
    Z0, Z = A0 * X1, balanced().frame.to_numpy()

    def entropy(z: np.ndarray) -> float:
        return float((z * np.log(z / Z0)).sum())

    rng = np.random.default_rng(7)
    for size in (1e-3, 1e-1, 1.0, 5.0):
        for _ in range(50):
            step = rng.normal(size=Z.shape)
            step -= step.mean(axis=0)
            step -= step.mean(axis=1)[:, None]
            step *= size / np.abs(step).max()
            np.testing.assert_allclose(step.sum(axis=0), 0, atol=1e-12)
            np.testing.assert_allclose(step.sum(axis=1), 0, atol=1e-12)
            assert entropy(Z + step) > entropy(Z)
    # the slope along any such direction is zero
    slope = np.log(Z / Z0) + 1
    square = slope - slope[:1] - slope[:, :1] + slope[0, 0]
    np.testing.assert_allclose(square, 0, atol=1e-10)


def test_the_retyped_figures_are_those_of_the_oracle(shared_file: Callable[[str], Path]) -> None:
    oracle = json.loads(shared_file("oracles/miller_blair_ras.json").read_text())
    np.testing.assert_array_equal(oracle["A0"], A0)
    np.testing.assert_array_equal(oracle["x1"], X1)
    assert oracle["u"] == list(ROWS.values())
    assert oracle["v"] == list(COLUMNS.values())


def test_the_observed_table_has_the_same_margins_and_a_higher_entropy(
    shared_file: Callable[[str], Path],
) -> None:
    oracle = json.loads(shared_file("oracles/miller_blair_ras.json").read_text())
    Z1 = np.array(oracle["Z1"], dtype=float)
    np.testing.assert_array_equal(Z1.sum(axis=1), oracle["u"])
    np.testing.assert_array_equal(Z1.sum(axis=0), oracle["v"])
    Z, Z0 = balanced().frame.to_numpy(), A0 * X1
    assert (Z * np.log(Z / Z0)).sum() < (Z1 * np.log(Z1 / Z0)).sum()
