"""docs/auto-linkages.md holds fresh results; some cells are held against figures computed apart."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

import iomodel as im
import naive
from iomodel import linkages
from official import ROOT

PAGE = ROOT / "docs" / "auto-linkages.md"
CARS = ["3361", "3362", "3363"]


@pytest.fixture(scope="module")
def mexico() -> im.IOTable:
    return im.load("mexico-2018")


@pytest.fixture(scope="module")
def printed() -> list[pd.DataFrame]:
    """Every table of the page as text: first column as index."""
    found = []
    for block in re.findall(r"(?:^\|.*\n)+", PAGE.read_text(encoding="utf-8"), re.MULTILINE):
        lines = [[c.strip() for c in line.strip("|").split("|")] for line in block.splitlines()]
        index = pd.Index([line[0] for line in lines[2:]])
        found.append(pd.DataFrame([line[1:] for line in lines[2:]], index, lines[0][1:]))
    return found


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "write_auto_linkages", ROOT / "docs" / "write_auto_linkages.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def same(text: pd.Series, fresh: pd.Series) -> None:
    """Each printed number is the fresh one within half of its own last digit."""
    assert list(text.index) == list(fresh.index)
    for name, cell in text.items():
        half = 0.5 * 10.0 ** -len(cell.partition(".")[2])
        assert float(cell) == pytest.approx(fresh[name], abs=1.01 * half), name


def test_every_index_has_its_value_and_its_rank(
    printed: list[pd.DataFrame], mexico: im.IOTable
) -> None:
    values = linkages.compare(mexico)
    corrected = ("trade_corrected_upstreamness", "trade_corrected_downstreamness")
    for name in corrected:
        values[name] = getattr(linkages, name)(mexico)
    for name, frame in (
        ("cella", linkages.cella_in_money(mexico)),
        ("pure", linkages.pure_in_money(mexico)),
    ):
        for part in frame:
            values[f"{name}_{part}, million pesos"] = frame[part]
    for measure in ("output", "value_added"):
        for part in ("complete", "backward", "forward"):
            frame = getattr(im.extraction, part)(mexico, measure=measure, percent=True)
            values[f"extraction_{part} of {measure}, per cent"] = frame.sum()
    for sector in CARS:
        same(printed[0][sector], values.loc[sector])
        above = (values > values.loc[sector]).sum() + 1
        assert list(printed[0][f"rank {sector}"].astype(int)) == list(above)
    register = linkages.indices()
    looks = printed[0]["looks"].reindex(list(register))
    assert list(looks) == [index.direction for index in register.values()]


def test_classes_are_the_fresh_ones(printed: list[pd.DataFrame], mexico: im.IOTable) -> None:
    assert len(printed[1]) == 8
    for pair, row in printed[1].iterrows():
        back, ahead = str(pair).split(" / ")
        fresh = linkages.key_sectors(mexico, backward=back, forward=ahead)["class"]
        assert list(row[CARS]) == list(fresh[CARS])
        assert int(row["key in all"]) == (fresh == "key").sum()


def test_correlations_are_the_fresh_ones(printed: list[pd.DataFrame], mexico: im.IOTable) -> None:
    fresh = linkages.rank_correlations(mexico).spearman
    assert len(printed) == 4
    for table in printed[2:]:
        for name, row in table.iterrows():
            same(row, fresh.loc[name, row.index])


def test_some_cells_by_the_definition(printed: list[pd.DataFrame], mexico: im.IOTable) -> None:
    A, f, x = naive.coefficients(mexico), mexico.f.to_numpy(), mexico.arrays.x
    at = mexico.accounts.position("3363")
    rest = np.delete(np.arange(len(x)), at)
    apart = A.copy()
    apart[at, rest], apart[rest, at] = 0.0, 0.0
    lost = x.sum() - np.linalg.solve(np.eye(len(x)) - apart, f).sum()
    assert float(printed[0].loc["cella_total, million pesos", "3363"]) == pytest.approx(lost, abs=1)
    alone = np.linalg.inv(np.eye(len(rest)) - A[np.ix_(rest, rest)])
    pure = (alone @ A[rest, at]).sum() * f[at] / (1 - A[at, at])
    money = float(printed[0].loc["pure_backward, million pesos", "3363"])
    assert money == pytest.approx(pure, abs=1)
    m = naive.leontief(mexico).sum(axis=0)
    net = float(printed[0].loc["net_backward", "3363"])
    assert net == pytest.approx(m[at] * f[at] / x[at], abs=1e-4)


NUMBER = re.compile(r"-?\d+(?:\.(\d+))?")


def test_words_and_numbers_between_the_tables_are_fresh(writer: ModuleType) -> None:
    printed, fresh = PAGE.read_text(encoding="utf-8"), writer.page()
    assert NUMBER.sub("#", printed) == NUMBER.sub("#", fresh)
    for ours, theirs in zip(NUMBER.finditer(printed), NUMBER.finditer(fresh), strict=True):
        last = 10.0 ** -len(ours[1] or "") if ours[1] or len(ours[0]) > 4 else 0.0
        assert float(ours[0]) == pytest.approx(float(theirs[0]), abs=1.01 * last)


def test_the_words_are_those_of_the_numbers() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert "3362 is independent in 8 of the 8 pairs" in text
    cars, bodies, parts = (text.index(f"({sector}).**") for sector in CARS)
    size = "its size makes it count, not its pull per peso"
    assert size in text[cars:bodies]
    assert size not in text[bodies:parts]
    assert size in text[parts:]
    assert "says nothing of how much hangs on it" in text


def test_the_page_is_written_and_checked(
    writer: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(writer, "PAGE", tmp_path / "auto-linkages.md")
    assert writer.main(["--check"]) == 1
    assert "Run: python docs/write_auto_linkages.py" in capsys.readouterr().out
    assert writer.main([]) == 0
    assert writer.main(["--check"]) == 0
    text = writer.PAGE.read_text(encoding="utf-8")
    writer.PAGE.write_text(text.replace("1.0551", "1.0552"), encoding="utf-8")
    assert writer.main(["--check"]) == 1
