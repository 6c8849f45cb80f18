"""Mexico 2018 in 20 sectors: a table printed in whole millions, and INEGI's own inverse."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from iomodel import multipliers
from iomodel.errors import BalanceError
from iomodel.meta import Meta
from iomodel.table import IOTable

# INEGI, Matriz de Insumo-Producto 2018, domestic origin, 20 sectors; the inverse as INEGI
# publishes it ("cdi"), column of construction, read from a printed notebook.
KINDS = {
    "IET": "imports",
    "D.21-D.31": "product_taxes",
    "D.1": "compensation",
    "D.29-D.39": "production_taxes",
    "B.2b": "surplus",
}
DEMAND = {
    "cprv": "private_consumption",
    "cg": "government_consumption",
    "fbkf": "fixed_investment",
    "existencias": "inventories",
    "exportaciones": "exports",
    "discrepancia": "discrepancy",
}


@pytest.fixture(scope="module")
def official(shared_file: Callable[[str], Path]) -> dict[str, Any]:
    path = shared_file("oracles/inegi2018_domestic_20sectors.json")
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def build(official: dict[str, Any], precision: float) -> IOTable:
    codes = official["sectors"]
    rows = {label.split(" - ")[0]: row for label, row in official["rows"].items()}
    demand = pd.DataFrame(official["final_demand"], codes, official["final_demand_names"])
    return IOTable.from_frames(
        pd.DataFrame(official["Z"], codes, codes),
        demand[list(DEMAND)],
        pd.DataFrame({code: rows[code] for code in KINDS}, codes).T,
        kinds=KINDS,
        demand_kinds=DEMAND,
        x=pd.Series(official["x"], codes),
        satellites=pd.DataFrame([rows["PT"]], ["PT"], codes),
        satellite_units={"PT": "jobs"},
        meta=Meta(title="MIP 2018", year=2018, unit="million MXN", precision=precision),
    )


def test_construction_as_inegi_publishes_it(official: dict[str, Any]) -> None:
    published = pd.Series(official["expected"]["construction_column_x10000"]) / 10_000
    ours = build(official, 1.0).L @ {
        code: float(code == "construccion") for code in official["sectors"]
    }
    # Z is rounded to whole millions: half a million in 2.7 million million is 2e-7.
    np.testing.assert_allclose(ours[published.index], published, rtol=0, atol=2.2e-7)


def test_whole_millions_balance_as_rounded_figures_and_not_as_exact_ones(
    official: dict[str, Any],
) -> None:
    rounded = build(official, 1.0)
    residuals = rounded.check()["residual"]
    assert residuals.iloc[:2].max() == 3
    with pytest.raises(BalanceError, match="gap"):
        build(official, 0.0)


def test_jobs_and_product_of_the_whole_economy(official: dict[str, Any]) -> None:
    table = build(official, 1.0)
    # MIP_53.xlsx, whole economy: output 41,959,242.142, value added 22,873,645.541, 59,505,022 jobs
    assert table.x.sum() == pytest.approx(41_959_242.142, abs=10)
    assert table.v.sum() == pytest.approx(22_873_645.541, abs=10)
    jobs = multipliers.jobs(table)
    assert jobs.attrs["unit"].startswith("jobs per million MXN")
    assert jobs["total"] @ table.f == pytest.approx(59_505_022, rel=1e-6)
