"""GRAS against the published example with negative cells and negative totals."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from iomodel import balance

# the 3 x 4 example of the R package doGRAS, after Junius and Oosterhaven (2003), and its printed
# solution, which stops 6e-7 short of its own totals
X0 = pd.DataFrame([[7.0, 3, 5, -3], [2, 9, 8, 0], [-2, 0, 2, 0]], list("abc"), list("wxyz"))
ROWS, COLUMNS = [15.0, 26, -1], [9.0, 16, 17, -2]
PRINTED = np.array(
    [
        [8.424340881, 3.375237362, 5.200422021, -2.000000263],
        [3.000997078, 12.624763744, 10.374239178, 0],
        [-2.425339135, 0, 1.425339135, 0],
    ]
)


def test_the_printed_solution_comes_out() -> None:
    result = balance.gras(X0, ROWS, COLUMNS, tolerance=1e-13)
    off_by_itself = max(
        np.abs(PRINTED.sum(axis=1) - ROWS).max(), np.abs(PRINTED.sum(axis=0) - COLUMNS).max()
    )
    assert 5e-7 < off_by_itself < 2e-6  # so no more digits than that can be held against ours
    np.testing.assert_allclose(result.frame, PRINTED, rtol=0, atol=off_by_itself)
    np.testing.assert_allclose(result.frame.sum(axis=1), ROWS, rtol=1e-12)
    np.testing.assert_allclose(result.frame.sum(axis=0), COLUMNS, rtol=1e-12)


def test_the_retyped_figures_are_those_of_the_oracle(shared_file: Callable[[str], Path]) -> None:
    oracle = json.loads(shared_file("oracles/gras_junius_oosterhaven.json").read_text())
    np.testing.assert_array_equal(oracle["X0"], X0)
    np.testing.assert_array_equal(oracle["expected"], PRINTED)
    assert oracle["u"] == ROWS
    assert oracle["v"] == COLUMNS


def test_a_block_held_where_the_solution_has_it_changes_nothing() -> None:
    plain = balance.gras(X0, ROWS, COLUMNS, tolerance=1e-13).frame
    block = float(plain.loc[["a", "b"], ["w", "x"]].to_numpy().sum())
    held = balance.mr_gras(
        X0,
        ROWS,
        COLUMNS,
        {("upper", "left"): block},
        row_groups={"a": "upper", "b": "upper", "c": "lower"},
        column_groups={"w": "left", "x": "left", "y": "right", "z": "right"},
    )
    np.testing.assert_allclose(held.frame, plain, atol=1e-8)
