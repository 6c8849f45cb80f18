"""Linkages of every table against the formulas written out, cell by cell."""

import numpy as np
import pytest
from hypothesis import given

import naive
from iomodel import linkages
from iomodel.table import IOTable
from strategies import tables


def sums(M: np.ndarray, axis: int) -> np.ndarray:
    """Column (0) or row (1) sums over their mean."""
    return M.sum(axis=axis) / M.sum(axis=axis).mean()


def variation(M: np.ndarray, axis: int) -> np.ndarray:
    """Rasmussen's coefficients of variation, with n - 1: sqrt of mean squared deviation / mean."""
    n = len(M)
    lines = M.T if axis == 0 else M
    found = []
    for line in lines:
        mean = sum(line) / n
        deviations = sum((cell - mean) ** 2 for cell in line)
        found.append(np.sqrt(deviations / (n - 1)) / mean if n > 1 else np.nan)
    return np.array(found)


WRITTEN_OUT = {
    "chenery_watanabe_backward": lambda A, B, L, G: A.sum(axis=0),
    "chenery_watanabe_forward": lambda A, B, L, G: B.sum(axis=1),
    "ghosh_forward": lambda A, B, L, G: sums(G, 1),
    "rasmussen_backward": lambda A, B, L, G: sums(L, 0),
    "rasmussen_forward": lambda A, B, L, G: sums(L, 1),
    "rasmussen_backward_cv": lambda A, B, L, G: variation(L, 0),
    "rasmussen_forward_cv": lambda A, B, L, G: variation(L, 1),
}


def test_every_index_of_today_is_written_out() -> None:
    assert WRITTEN_OUT.keys() <= linkages.indices().keys()


@pytest.mark.parametrize("name", WRITTEN_OUT)
@given(tables())
def test_an_index_is_its_formula_over_the_sectors_with_output(name: str, table: IOTable) -> None:
    on = np.flatnonzero(table.x.to_numpy() > 0)
    A = naive.coefficients(table)[np.ix_(on, on)]
    x = table.arrays.x[on]
    B = table.arrays.Z[np.ix_(on, on)] / x[:, None]
    L, G = np.linalg.inv(np.eye(len(on)) - A), np.linalg.inv(np.eye(len(on)) - B)
    ours = linkages.measure(table, name)
    naive.close(ours.iloc[on], WRITTEN_OUT[name](A, B, L, G))
    assert ours.drop(ours.index[on]).isna().all()


@given(tables())
def test_classes_follow_the_two_indices(table: IOTable) -> None:
    found = linkages.key_sectors(table, backward="rasmussen_backward", forward="ghosh_forward")
    assert list(found.columns) == ["rasmussen_backward", "ghosh_forward", "class"]
    for _, (pulls, pushes, kind) in found.iterrows():
        if np.isnan(pulls):
            assert kind == "inactive"
        elif abs(pulls - 1) > 1e-8 and abs(pushes - 1) > 1e-8:
            expected = {
                (True, True): "key",
                (True, False): "backward",
                (False, True): "forward",
                (False, False): "independent",
            }
            assert kind == expected[pulls > 1, pushes > 1]
    if table.active.sum() == 1:
        assert list(found["class"][table.active]) == ["independent"]  # the average of itself
