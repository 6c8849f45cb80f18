"""Miller and Blair's two-sector economy: the first table of the field, by hand."""

import numpy as np
import pandas as pd
import pytest

from iomodel import linkages, multipliers
from iomodel.table import IOTable

# Miller, R. E. and Blair, P. D. (2009), Input-Output Analysis: Foundations and Extensions, 2nd ed.,
# Cambridge University Press, chapter 2, tables 2.3 and 2.4 and the example after them.
A = [[0.15, 0.25], [0.20, 0.05]]
L = [[1.25412541, 0.33003300], [0.26402640, 1.12211221]]


@pytest.fixture
def table() -> IOTable:
    codes = ["1", "2"]
    return IOTable.from_frames(
        Z=pd.DataFrame([[150, 500], [200, 100]], codes, codes),
        Y=pd.Series([350, 1700], codes),
        V=pd.Series([650, 1400], codes),
        satellites=pd.DataFrame([[300, 500]], ["labour"], codes),  # 0.30 and 0.25 per unit
    )


def test_coefficients_and_inverse(table: IOTable) -> None:
    assert table.x.to_list() == [1000, 2000]
    assert table.A.to_numpy().tolist() == A
    np.testing.assert_allclose(table.L.to_frame(), L, rtol=0, atol=5e-9)


def test_new_demand_needs_new_output_and_labour(table: IOTable) -> None:
    x = table.L @ pd.Series({"2": 1500, "1": 600})
    assert x.round(1).to_list() == [1247.5, 1841.6]
    labour = table.satellites.loc["labour"] / table.x * x.round(1)
    assert labour.round(2).to_list() == [374.25, 460.40]  # printed from the rounded outputs


def test_sums_of_the_printed_inverse(table: IOTable) -> None:
    printed = np.array(L)
    np.testing.assert_allclose(multipliers.output(table), printed.sum(axis=0), atol=1e-8)
    jobs = multipliers.jobs(table, row="labour")
    np.testing.assert_allclose(jobs["total"], [0.30, 0.25] @ printed, atol=1e-8)
    np.testing.assert_allclose(
        linkages.measure(table, "rasmussen_forward"),
        printed.sum(axis=1) / printed.sum() * 2,
        atol=1e-8,
    )
    # G = x^-1 L x with the printed outputs
    ghosh = np.array([[1.25412541, 2 * 0.33003300], [0.5 * 0.26402640, 1.12211221]])
    np.testing.assert_allclose(table.G.to_frame(), ghosh, atol=2e-8)
