"""SCIAN 2018 and ISIC rev. 4: every official pair, counted at any length of code."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import iomodel as im
from iomodel import catalog
from iomodel.errors import LabelError, MissingAccountError
from iomodel.storage import read_description


def pairs_of(frame: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(frame.index, frame.iloc[:, 0], strict=True))


@pytest.mark.parametrize("digits", [(6, 4), (4, 4), (4, 2), (3, 2), (2, 2)])
def test_pairs_are_the_official_ones_cut(
    shared_file: Callable[[str], Path], digits: tuple[int, int]
) -> None:
    official = json.loads(shared_file("data/scian/ciiu-4_scian-2018.json").read_text())
    naive: dict[tuple[str, str], int] = {}
    for isic, classes in official.items():
        for scian in classes:
            key = scian[: digits[0]], isic[: digits[1]]
            naive[key] = naive.get(key, 0) + 1
    frame = im.concordance("scian-2018", "isic-4", digits=digits)
    assert dict(zip(pairs_of(frame), frame["classes"], strict=True)) == naive
    targets: dict[str, set[str]] = {}
    for scian, isic in naive:
        targets.setdefault(scian, set()).add(isic)
    assert frame["many"].to_list() == [len(targets[code]) > 1 for code in frame.index]
    sums = frame.groupby(level=0)["classes"].sum()
    assert frame["of"].to_list() == sums[frame.index].to_list()


def test_what_ships_says_what_it_was_built_from(shared_file: Callable[[str], Path]) -> None:
    said = read_description(catalog.data_folder("tables") / "scian-2018-isic-4")
    for name, digest in said["sha256"].items():
        data = shared_file(f"data/scian/{name}").read_bytes()
        assert hashlib.sha256(data).hexdigest() == digest
    assert "scian-2018-isic-4" not in im.tables().index


def test_either_direction_has_the_same_pairs() -> None:
    one = im.concordance("scian-2018", "isic-4")
    other = im.concordance("isic-4", "scian-2018")
    assert len(one) == len(other) == 1585
    assert {(a, b) for b, a in pairs_of(other)} == set(pairs_of(one))
    assert other.index.name == "isic-4"
    assert one.index.nunique() == 1084
    assert other.index.nunique() == 416


def test_where_no_code_is_many_it_adds_a_table_up() -> None:
    pairs = im.concordance("scian-2018", "isic-4", digits=(4, 2))
    single = pairs.loc[~pairs["many"], "isic-4"]
    codes = [code for code in single.index if code.startswith("31")]
    A = pd.DataFrame(np.full((len(codes),) * 2, 0.01), codes, codes)
    x = pd.Series(np.arange(1.0, len(codes) + 1), codes)
    table = im.IOTable.from_coefficients(A, x)
    coarse = im.aggregate.by(table, single[codes])
    assert set(coarse.accounts.codes) <= {"10", "11", "12", "13", "14", "15"}
    assert coarse.x.sum() == pytest.approx(x.sum())
    refined = im.IOTable.from_coefficients(
        pd.DataFrame([[0.1]], ["324"], ["324"]), pd.Series({"324": 1.0})
    )
    both = im.concordance("scian-2018", "isic-4", digits=(3, 2)).loc[["324"]]
    assert both["many"].all()
    wide = both["isic-4"]
    with pytest.raises(LabelError, match="'324' is mapped to 19, 23"):
        im.aggregate.by(refined, wide)


def test_what_does_not_ship_is_refused() -> None:
    with pytest.raises(MissingAccountError, match=r"(?s)'naics' with 'isic-4'.*'scian-2018' with"):
        im.concordance("naics", "isic-4")
    with pytest.raises(LabelError, match=r"'isic-4' has codes of 2 to 4 digits, not of 5"):
        im.concordance("scian-2018", "isic-4", digits=(6, 5))
    with pytest.raises(LabelError, match=r"'scian-2018' has codes of 2 to 6 digits, not of 1"):
        im.concordance("scian-2018", "isic-4", digits=(1, 2))
