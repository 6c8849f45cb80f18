"""The register of benchmarks: what it names exists, and one that differs is not timed."""

from __future__ import annotations

import importlib
import json
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import iomodel as im

ROOT = Path(__file__).parents[2]


@pytest.fixture
def benchmarks(monkeypatch: pytest.MonkeyPatch) -> dict[str, ModuleType]:
    """The modules of benchmarks/, as its own scripts import them."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    names = ("against", "case", "on_disk", "peers", "register", "results", "sizes")
    return {name: importlib.import_module(name) for name in names}


def test_cases_name_sizes_and_jobs_that_exist(benchmarks: dict[str, ModuleType]) -> None:
    cases, sizes = benchmarks["register"].CASES, benchmarks["sizes"].SIZES
    assert len({case.name for case in cases}) == len(cases)
    for case in cases:
        assert case.quick
        assert set(case.quick) | set(case.sizes) | set(case.named) <= set(sizes)
        for floor in case.floors:
            assert set(floor.least) | set(floor.most) <= set(case.sizes)
    peers = benchmarks["peers"]
    assert {peer for peer, _ in peers.SCRIPTS.values()} == set(peers.PINS)
    assert peers.PINS["mario"] == "mariopy==1.3.2"


def test_the_page_holds_the_peak_that_the_register_says(
    benchmarks: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    register, results = benchmarks["register"], benchmarks["results"]
    first = register.CASES[0]
    whole = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    assert "floor 6: missed" not in results.page(whole)
    stricter = replace(first, peak=replace(first.peak, most=1.0))
    monkeypatch.setattr(register, "CASES", (stricter, *register.CASES[1:]))
    assert results.page(whole).count("(at most 1, floor 6: missed)") == 5


def test_a_small_case_gives_times_ratios_and_gaps(benchmarks: dict[str, ModuleType]) -> None:
    leontief = benchmarks["register"].CASES[0]
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

    with pytest.raises(case.AnswersDifferError, match=r"(?s)the answers differ.*nothing is timed"):
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


def invented(benchmarks: dict[str, ModuleType], other: str = "") -> Any:
    """A case of two jobs and, where a script is named, of another library."""
    case = benchmarks["case"]
    ended = []

    def prepare(size: object) -> object:
        jobs = {"one": lambda: np.ones(2), "two": lambda: np.ones(2)}
        if other:
            jobs["peer"] = case.Ask(other, {"Z": np.ones((2, 2))})
        same = {"two": lambda ours: ours, "peer": lambda ours: ours}
        return case.Jobs(
            jobs, lambda a: case.against(a, "one", same), 1e-9, close=lambda: ended.append(1)
        )

    floors = (case.Floor("-", "one", "two"), case.Floor("-", "peer", "one"))
    return case.Case("odd", "?", prepare, ("textbook",), (), floors), ended


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("raise ValueError('no such call')", "exit code 1, ValueError: no such call"),
        ("time.sleep(60)", "stopped after 2 s"),
    ],
)
def test_another_library_that_fails_is_named_and_the_rest_is_timed(
    benchmarks: dict[str, ModuleType],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    body: str,
    words: str,
) -> None:
    peers = benchmarks["peers"]
    monkeypatch.setitem(peers.SCRIPTS, "odd", ("pymrio", body))
    monkeypatch.setattr(peers, "PATIENCE", 2.0 if "sleep" in body else 60.0)
    monkeypatch.setattr(peers, "cache", lambda: tmp_path)
    monkeypatch.setattr(peers, "program", lambda peer: Path(sys.executable))
    case, ended = invented(benchmarks, "odd")
    absent = benchmarks["case"].measure(case, "textbook", quick=True)
    assert absent["failed"] == {"peer": "could not be installed"}
    (tmp_path / peers.PINS["pymrio"]).mkdir()
    (tmp_path / peers.PINS["pymrio"] / "done").touch()
    record = benchmarks["case"].measure(case, "textbook", quick=True)
    assert words in record["failed"]["peer"]
    assert set(record["seconds"]) == {"one", "two"}
    assert [(r["over"], r["under"]) for r in record["ratios"]] == [("one", "two")]
    assert ended == [1, 1]


def test_a_case_that_breaks_is_reported_and_ends_nothing(
    benchmarks: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    against = benchmarks["against"]
    case, _ = invented(benchmarks)
    # its name is in no register: the process that is asked for it ends badly
    found = against.recorded(case, "textbook", quick=True)
    assert "no 'odd'; cases are" in found["failed"]["all of it"]
    assert "exit code 2" in found["failed"]["all of it"]
    monkeypatch.setattr(against, "QUICK_PATIENCE", 0.0)
    found = against.recorded(case, "textbook", quick=True)
    assert "stopped after 0 s" in found["failed"]["all of it"]
    whole = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    text = benchmarks["results"].page({**whole, "records": [found]})
    assert "- odd, textbook, all of it: stopped after 0 s" in text


def test_some_cases_replace_their_own_results_only(benchmarks: dict[str, ModuleType]) -> None:
    old = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    one = {**old["records"][3], "runs": 77, "load": [[1.0], [2.0]]}
    new = {"records": [one], "machine": {**old["machine"], "processor": "another"}, "load": []}
    merged = benchmarks["against"].merged(old, new)
    kept = [r for r in merged["records"] if r["runs"] != 77]
    cases = benchmarks["register"].CASES
    known = {(case.name, size) for case in cases for size in (*case.sizes, *case.named)}
    known -= {(one["case"], one["size"])}
    assert len(kept) == len(merged["records"]) - 1 > 10
    assert kept == [r for r in old["records"] if (r["case"], r["size"]) in known]
    assert {**old, "records": []} == {**merged, "records": []}
    text = benchmarks["results"].page(merged)
    assert f"{one['case']}, {one['size']}: load [[1.0], [2.0]]; another" in text
    places = [(r["case"], r["size"]) for r in merged["records"]]
    assert len(set(places)) == len(places)


def test_the_committed_page_and_picture_are_those_of_the_results(
    benchmarks: dict[str, ModuleType], tmp_path: Path
) -> None:
    folder, results = ROOT / "benchmarks", benchmarks["results"]
    whole = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert results.page(whole) == (folder / "RESULTS.md").read_text(encoding="utf-8")
    assert "](growth.svg)" in results.page(whole)
    times = []
    for _ in range(2):
        results.draw(whole["records"], tmp_path / "growth.svg")
        times.append((tmp_path / "growth.svg").read_bytes())
    assert times[0] == times[1]
    assert b"<dc:date>" not in times[0]
    frame = results.medians(whole["records"])
    assert {500, 5_000} <= set(frame.index)
    drawn = (folder / "growth.svg").read_text(encoding="utf-8")
    assert all(f'id="line-{name}"' in drawn for name in frame.columns)


@pytest.mark.filterwarnings(
    "ignore:.*usually positive"
)  # few sectors: sales differ from their mean
def test_flows_on_disk_are_read_by_numpy_as_they_were_written(
    benchmarks: dict[str, ModuleType], tmp_path: Path
) -> None:
    on_disk = benchmarks["on_disk"]
    place = on_disk.written(300, tmp_path)
    files, m = sorted((place / "Z").iterdir()), np.linspace(1, 2, 300)
    on_disk.evict(files)
    assert sum(map(on_disk.read, files)) == 8 * 300**2
    Z = im.open_blocks(place, check=True).Z.to_numpy()
    np.testing.assert_allclose(on_disk.bought(files, m, 300), m @ Z, rtol=1e-12)
