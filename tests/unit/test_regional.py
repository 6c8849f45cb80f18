"""Regional estimates by hand: pools, cross-hauling, comparison with a table, what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import regions_files as files
from iomodel import catalog, read_inegi_regions, regional
from iomodel.errors import LabelError, MissingAccountError, TableError
from iomodel.meta import Meta
from iomodel.table import IOTable

CODES = ["a", "b"]


def nation() -> IOTable:
    """Total flows with exports and imports by product."""
    Z = pd.DataFrame([[20.0, 30], [10, 40]], CODES, CODES)
    Y = pd.DataFrame({"C": [60.0, 90], "X": [20.0, 80], "M": [-30.0, -20]}, CODES)
    V = pd.DataFrame(Z.sum(axis=1) + Y.sum(axis=1) - Z.sum(), columns=["va"]).T
    kinds = {"C": "private_consumption", "X": "exports", "M": "imports"}
    return IOTable.from_frames(Z, Y, V, demand_kinds=kinds, meta=Meta(origin="total"))


OUTPUT = pd.Series({"a": 30.0, "b": 50.0})
DEMAND = pd.Series({"a": 15.0, "b": 40.0})


def test_the_pool_is_what_output_can_meet_of_the_needs() -> None:
    # x = 100, 200: a = .2 .15 / .1 .2; needs 6 + 7.5 + 15 = 28.5 and 3 + 10 + 40 = 53
    found = regional.sdp(nation(), OUTPUT, DEMAND)
    assert found.to_dict() == pytest.approx({"a": 1.0, "b": 50 / 53})
    nothing = regional.sdp(nation(), OUTPUT * 0, DEMAND * 0)
    assert nothing.to_list() == [1.0, 1.0]


def test_cross_hauling_by_hand() -> None:
    # nation: e, m = 20, 30 and 80, 20; q = 40, 40; x + z + d = 100 + 50 + 60, 200 + 50 + 90
    found = regional.charm(nation(), OUTPUT, DEMAND)
    h = np.array([40 / 210, 40 / 340])
    own, needs = np.array([30.0, 50]), np.array([28.5, 53])
    q, b = h * (own + needs), own - needs
    np.testing.assert_allclose(found["cross_hauling"], q)
    np.testing.assert_allclose(found["exports"] - found["imports"], b)
    np.testing.assert_allclose(found["exports"] + found["imports"], q + abs(b))
    np.testing.assert_allclose(found["self_supply"], 1 - found["imports"] / needs)
    # the nation itself trades as it does
    Y = nation().Y
    whole = regional.charm(nation(), nation().x, Y["C"])
    np.testing.assert_allclose(whole["exports"], Y["X"])
    np.testing.assert_allclose(whole["imports"], -Y["M"])


def test_cross_hauling_needs_trade_by_product() -> None:
    with pytest.raises(TableError, match="does not hold exports and imports by product"):
        regional.charm(catalog.load("mexico-2018"), OUTPUT, DEMAND)


def test_an_estimate_is_the_nations_coefficient_times_the_quotient_at_most_one() -> None:
    A = nation().A
    by_row = regional.estimate(nation(), pd.Series({"b": 0.5, "a": 3.0}))
    pd.testing.assert_series_equal(by_row.loc["a"], A.loc["a"])
    np.testing.assert_allclose(by_row.loc["b"], 0.5 * A.loc["b"])
    q = pd.DataFrame([[0.1, np.nan], [2.0, 0.4]], CODES, CODES)
    wanted = A.to_numpy() * [[0.1, 0.0], [1.0, 0.4]]
    np.testing.assert_allclose(regional.estimate(nation(), q), wanted)
    with pytest.raises(TableError, match="quotient of 'a' for 'b' is -1"):
        regional.estimate(nation(), q.fillna(-1.0))
    with pytest.raises(LabelError, match="missing 'b'"):
        regional.estimate(nation(), pd.Series({"a": 1.0}))


def test_distances_by_hand() -> None:
    official = pd.DataFrame([[0.2, 0.1], [0.0, 0.3]], CODES, CODES)
    ours = pd.DataFrame([[0.1, 0.1], [0.1, 0.3]], CODES, CODES)
    x = pd.Series({"a": 1.0, "b": 3.0})
    m = [np.linalg.inv(np.eye(2) - A.to_numpy()).sum(axis=0) for A in (ours, official)]
    off = 100 * (m[0] - m[1]) / m[1]
    found = regional.compare(ours, official, x)
    assert found["stpe"] == pytest.approx(100 * 0.2 / 0.6)
    assert found["multiplier_bias"] == pytest.approx(0.25 * off[0] + 0.75 * off[1])
    assert found["multiplier_error"] == pytest.approx(0.25 * abs(off[0]) + 0.75 * abs(off[1]))
    assert regional.compare(official, official, x).to_list() == [0, 0, 0]
    alone = regional.compare(ours, official, pd.Series({"a": 0.0, "b": 1.0}))
    assert alone["stpe"] == 0  # the column of b is the same


@pytest.fixture
def colima(tmp_path: Path) -> IOTable:
    return read_inegi_regions(files.write(tmp_path / "colima_2018.tsv", files.grid()))


def test_a_region_beside_its_nation(colima: IOTable) -> None:
    found = regional.region_of(colima, "colima")
    Z, x = colima.arrays.Z, colima.arrays.x
    np.testing.assert_allclose(found.A, Z[:3, :3] / x[:3])
    np.testing.assert_allclose(found.nation.Z, Z[:3, :3] + Z[3:, 3:] + Z[:3, 3:] + Z[3:, :3])
    np.testing.assert_allclose(found.nation.x, x[:3] + x[3:])
    np.testing.assert_allclose(found.output, x[:3])
    Y = colima.arrays.Y[:, :5].sum(axis=1)  # what buyers of the region buy, from both
    np.testing.assert_allclose(found.demand, Y[:3] + Y[3:])
    rest = regional.region_of(colima, "resto_del_pais")
    np.testing.assert_allclose(rest.output + found.output, found.nation.x)
    with pytest.raises(LabelError, match="colima, resto_del_pais"):
        regional.region_of(colima, "Colima")
    with pytest.raises(MissingAccountError, match="no regions"):
        regional.region_of(nation(), "colima")


def test_nearest_lists_every_quotient_best_first(colima: IOTable) -> None:
    region = regional.region_of(colima, "colima")
    grid = regional.nearest(region, deltas=[0.1, 0.3])
    assert len(grid) == 7
    assert grid["stpe"].is_monotonic_increasing
    sizes = region.output, region.nation.x
    q = regional.flq(*sizes, delta=0.3)
    wanted = regional.compare(regional.estimate(region.nation, q), region.A, region.output)
    pd.testing.assert_series_equal(grid.loc["flq", 0.3], wanted, check_names=False)


def test_sizes_and_deltas_that_cannot_be() -> None:
    whole = pd.Series({"a": 10.0, "b": 20.0})
    with pytest.raises(TableError, match="1 sectors of the region") as caught:
        regional.slq(whole * [2, 1], whole)
    assert "'a': region 20, nation 10" in str(caught.value)
    with pytest.raises(TableError, match="no sector of any size"):
        regional.cilq(whole * 0, whole)
    with pytest.raises(LabelError, match="unknown 'c'"):
        regional.rlq(whole.rename({"b": "c"}), whole)
    for delta in (-0.1, 1.0, float("nan")):
        with pytest.raises(TableError, match="delta is"):
            regional.flq(whole, whole, delta=delta)
    with pytest.raises(TableError, match="Output of 'b' in the region is -1"):
        regional.sdp(nation(), pd.Series({"a": 1.0, "b": -1.0}), DEMAND)


@pytest.mark.parametrize(
    ("state", "region", "quotient", "delta"),
    [
        ("coahuila", "coahuila_de_zaragoza", "aflq", 0.35),
        ("guanajuato", "guanajuato", "flq", 0.3),
        ("puebla", "puebla", "flq", 0.3),
        ("aguascalientes", "aguascalientes", "flq", 0.25),
    ],
)
def test_the_nearest_quotient_of_four_states(
    state: str, region: str, quotient: str, delta: float
) -> None:
    table = catalog.load(f"mexico-2018-{state}")
    found = regional.nearest(regional.region_of(table, region))
    assert found.index[0] == (quotient, delta)
    # Flegg's quotients are nearer than those that do not count the region's size
    assert found.loc["flq"]["stpe"].min() < found.loc[["slq", "cilq", "rlq"]]["stpe"].min()
