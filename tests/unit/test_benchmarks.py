"""The register of benchmarks: what it names exists, and one that differs is not timed."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def benchmarks(monkeypatch: pytest.MonkeyPatch) -> dict[str, ModuleType]:
    """The modules of benchmarks/, as its own scripts import them."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return {name: importlib.import_module(name) for name in ("case", "cases", "peers", "sizes")}


def test_cases_name_sizes_and_jobs_that_exist(benchmarks: dict[str, ModuleType]) -> None:
    cases, sizes = benchmarks["cases"].CASES, benchmarks["sizes"].SIZES
    assert len({case.name for case in cases}) == len(cases)
    for case in cases:
        assert set(case.quick) | set(case.sizes) <= set(sizes)
        for floor in case.floors:
            assert set(floor.least) | set(floor.most) <= set(case.sizes)
    peers = benchmarks["peers"]
    assert {peer for peer, _ in peers.SCRIPTS.values()} == set(peers.PINS)
    assert peers.PINS["mario"] == "mariopy==1.3.2"


def test_a_small_case_gives_times_ratios_and_gaps(benchmarks: dict[str, ModuleType]) -> None:
    leontief = benchmarks["cases"].CASES[0]
    record = benchmarks["case"].measure(leontief, "textbook", quick=True)
    assert max(record["gaps"].values()) < 1e-12
    assert {len(seconds) for seconds in record["seconds"].values()} == {2}
    named = {(ratio["over"], ratio["under"]) for ratio in record["ratios"]}
    assert named == {(floor.over, floor.under) for floor in leontief.floors}


def test_answers_that_differ_are_not_timed(benchmarks: dict[str, ModuleType]) -> None:
    case, runs = benchmarks["case"], []

    def prepare(size: object) -> object:
        jobs = {"one": lambda: runs.append(1) or np.ones(2), "other": lambda: np.full(2, 1.01)}
        return case.Jobs(jobs, lambda a: {"other": case.apart(a["one"], a["other"])}, 1e-9)

    with pytest.raises(SystemExit, match=r"(?s)the answers differ.*nothing is timed"):
        case.measure(case.Case("odd", "?", prepare, ("textbook",), ()), "textbook", quick=True)
    assert len(runs) == 1


def test_sizes_have_the_structure_they_name(benchmarks: dict[str, ModuleType]) -> None:
    sizes = benchmarks["sizes"]
    size = sizes.Size("small", 60, "test", regions=3, density=0.5, between=0.01, sums=(0.2, 0.8))
    economy = sizes.Economy(size)
    inside = economy.region[:, None] == economy.region
    assert economy.Z[inside].mean() > 20 * economy.Z[~inside].mean()
    assert 0.4 < (economy.Z > 0).mean() < 0.6
    bought = economy.A.sum(axis=0)
    assert 0.2 <= bought.min() < bought.max() <= 0.8
    economy.table.require_balanced()
    firms = sizes.network(sizes.Size("net", 1_000, "test", entries=20_000))
    assert firms.sum(axis=0).max() <= 0.8
    assert np.diff(firms.indptr).max() > 20 * np.median(np.diff(firms.indptr))
