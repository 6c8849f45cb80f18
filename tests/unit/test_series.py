"""Years put together: every number against brute force, and what is refused, naming the years."""

import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import iomodel as im
from iomodel.errors import LabelError, MissingAccountError, TableError, UnitError
from iomodel.meta import Meta
from iomodel.series import stack, weighted, years
from official import ROOT
from strategies import permuted

CODES = ["a", "b", "c", "idle"]


def small(year, *, seed=0, codes=CODES, **meta):
    """An invented domestic table of one year; the last sector has no output."""
    rng = np.random.default_rng(seed or year)
    n = len(codes)
    live = np.append(np.ones(n - 1), 0)
    Z = rng.uniform(0, 10, (n, n)) * np.outer(live, live)
    Y = rng.uniform(20, 90, (n, 2)) * live[:, None]
    x = Z.sum(1) + Y.sum(1)
    imports = rng.uniform(0.1, 0.3, n) * x
    V = np.array([imports, x - Z.sum(0) - imports])
    return im.IOTable.from_frames(
        pd.DataFrame(Z, codes, codes),
        pd.DataFrame(Y, codes, ["home", "exports"]),
        pd.DataFrame(V, ["M", "VA"], codes),
        kinds={"M": "imports"},
        demand_kinds={"exports": "exports"},
        meta=Meta(**{"year": year, "unit": "million MXN", "currency": "MXN"} | meta),
    )


def by_hand(table):
    """The default measures by the dense inverse and loops, over sectors with output."""
    live = [i for i, made in enumerate(table.arrays.x) if made > 0]
    Z, V, x = table.arrays.Z, table.arrays.V, table.arrays.x
    L = np.linalg.inv(np.eye(len(live)) - Z[np.ix_(live, live)] / x[live])
    found = {name: np.full(len(x), np.nan) for name in im.series.MEASURES}
    found["exports"] = table.arrays.Y[:, 1].copy()
    for at, j in enumerate(live):
        found["output_multiplier"][j] = sum(L[i, at] for i in range(len(live)))
        found["import_content"][j] = sum(V[0, i] / x[i] * L[k, at] for k, i in enumerate(live))
        found["value_added_content"][j] = sum(V[1, i] / x[i] * L[k, at] for k, i in enumerate(live))
        found["direct_value_added"][j] = V[1, j] / x[j]
        found["backward"][j] = len(live) * L[:, at].sum() / L.sum()
        found["forward"][j] = len(live) * L[at].sum() / L.sum()
    return found


@given(seed=st.integers(1, 10**6))
@settings(max_examples=10)
def test_every_measure_of_every_year_is_that_by_hand(seed):
    tables = {2002: small(2002, seed=seed + 1), 2001: small(2001, seed=seed)}
    data = stack(tables)
    assert data["year"].values.tolist() == [2001, 2002]
    assert dict(data.sizes) == {"year": 2, "sector": 4}
    for year, table in tables.items():
        for name, values in by_hand(table).items():
            np.testing.assert_allclose(data[name].sel(year=year), values, rtol=1e-10)


def test_what_stands_beside_the_numbers():
    tables = [small(2001), small(2002, projected="drawn", assumptions=("guessed",))]
    data = years(tables)
    assert data.attrs == {
        "unit": "million MXN",
        "prices": "current",
        "projected": "drawn",
        "assumptions": ("guessed",),
    }
    assert data["name"].values.tolist() == CODES
    assert data["table"].values.tolist() == ["untitled table"] * 2


def test_a_table_in_another_order_is_put_in_the_first_ones():
    table = small(2002)
    data = stack({2001: small(2001), 2002: permuted(table, [2, 0, 3, 1])})
    assert data["sector"].values.tolist() == CODES
    np.testing.assert_allclose(data["backward"].sel(year=2002), by_hand(table)["backward"])


def test_a_year_missing_is_refused_unless_said():
    tables = {y: small(y) for y in (2001, 2002, 2005)}
    with pytest.raises(LabelError, match="2 years between 2001 and 2005") as caught:
        stack(tables)
    assert caught.value.findings == ("2003", "2004")
    assert stack(tables, gaps=True)["year"].values.tolist() == [2001, 2002, 2005]


def test_years_of_different_prices_name_the_years():
    tables = {y: small(y, prices="constant 2013") for y in (2011, 2012, 2013)}
    with pytest.raises(UnitError, match="different money") as caught:
        stack({**tables, 2014: small(2014)})
    assert "prices 'constant 2013': 2011 to 2013" in caught.value.findings
    assert "prices 'current': 2014" in caught.value.findings
    with pytest.raises(UnitError, match="different money"):
        stack({2012: tables[2012], 2013: small(2013, prices="constant 2018")})
    # current prices of the base year are its constant prices
    data = stack({**tables, 2013: small(2013)})
    assert data.attrs["prices"] == "constant 2013"


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("unit", "million US$"),
        ("currency", "USD"),
        ("valuation", "purchasers"),
        ("origin", "total"),
    ],
)
def test_years_of_different_money_are_refused(what, value):
    with pytest.raises(UnitError, match=re.escape(f"{what} '{value}': 2002")):
        stack({2001: small(2001), 2002: small(2002, **{what: value})})


def test_years_of_different_sectors_are_refused_with_their_names():
    other = small(2002, codes=["a", "b", "d", "idle"])
    with pytest.raises(LabelError, match="1 years have other sectors than 2001") as caught:
        stack({2001: small(2001), 2002: other})
    assert caught.value.findings == ("2002: lacks c; beyond those of 2001: d",)


def test_tables_that_do_not_stand_under_their_year():
    with pytest.raises(LabelError, match="2002: 'untitled table' is of 2001"):
        stack({2002: small(2001)})
    with pytest.raises(TableError, match="no years"):
        stack({})
    undated = replace(small(2001), meta=Meta())
    with pytest.raises(LabelError, match="2 tables cannot be put in order") as caught:
        years([small(2001), small(2001), undated])
    assert "says no year" in caught.value.findings[1]


def test_a_table_of_regions_is_refused():
    table = small(2001)
    regional = replace(table, accounts=replace(table.accounts, regions=("n",) * 4))
    with pytest.raises(LabelError, match="has regions"):
        stack({2001: regional})


@pytest.mark.parametrize(
    "measure",
    [lambda t: 1.0, lambda t: t.x.to_numpy(), lambda t: t.Y, lambda t: t.x.iloc[:2]],
)
def test_a_measure_gives_one_number_a_sector(measure):
    with pytest.raises(LabelError, match="'mine' gives no number for each sector"):
        stack({2001: small(2001)}, measures={"mine": measure})


def test_exports_are_needed_for_the_default_measures():
    table = small(2001)
    unsold = replace(
        table, categories=replace(table.categories, kinds=("final_demand", "final_demand"))
    )
    with pytest.raises(MissingAccountError, match="no column of exports"):
        stack({2001: unsold})


def test_a_group_is_a_unit_of_its_exports():
    table = small(2001)
    data = stack({2001: table})
    found = weighted(
        data, {"ab": ["a", "b"], "c": ["c"]}, measures=["output_multiplier", "import_content"]
    )
    e = np.array([*table.arrays.Y[:2, 1], 0, 0])
    total = table.L @ pd.Series(e / e.sum(), table.accounts.index)
    assert found["output_multiplier"].sel(sector="ab").item() == pytest.approx(total.sum())
    abroad = (table.arrays.V[0, :3] / table.arrays.x[:3]) @ total[:3]
    assert found["import_content"].sel(sector="ab").item() == pytest.approx(abroad)
    assert found["import_content"].sel(sector="c").item() == data["import_content"][0, 2].item()
    assert found.attrs["weights"] == "exports"


def test_what_weighs_nothing_counts_for_nothing():
    data = stack({2001: small(2001)})
    with_idle = weighted(data, {"g": ["a", "idle"]}, measures=["import_content"])
    assert with_idle["import_content"].item() == pytest.approx(data["import_content"][0, 0].item())
    data["exports"][:] = 0.0
    none = weighted(data, {"g": ["a", "b"]}, measures=["import_content"])
    assert np.isnan(none["import_content"].item())


def test_groups_of_unknown_names_and_negative_weights():
    data = stack({2001: small(2001)})
    with pytest.raises(LabelError, match="4 names") as caught:
        weighted(data, {"g": ["z"], "h": []}, measures=["pull"], by="jobs")
    assert set(caught.value.findings) == {
        "measure 'pull'",
        "measure 'jobs'",
        "sector 'z' of group 'g'",
        "group 'h' has no sector",
    }
    data["exports"][0, 0] = -1.0
    with pytest.raises(TableError, match="'exports' is negative somewhere in a, b"):
        weighted(data, {"g": ["a", "b"]}, measures=["import_content"])


def test_xarray_is_loaded_only_where_years_are_put_together():
    code = "import iomodel, sys; print('xarray' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
