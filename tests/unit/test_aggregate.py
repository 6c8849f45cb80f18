"""Adding sectors up: totals stay, labels are listed when they do not fit."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from iomodel import aggregate
from iomodel.accounts import Accounts
from iomodel.errors import LabelError, TableError
from iomodel.table import IOTable


def table() -> IOTable:
    Z = pd.DataFrame(np.arange(9.0).reshape(3, 3), list("abc"), list("abc"))
    Y = pd.DataFrame({"C": [40.0, 50, 60], "G": [1.0, 2, 3]}, list("abc"))
    x = Z.sum(axis=1) + Y.sum(axis=1)
    jobs = pd.DataFrame([[7.0, 8, 9]], ["PT"], list("abc"))
    return IOTable.from_frames(
        Z, Y, (x - Z.sum(axis=0)).rename("va"), satellites=jobs, satellite_units={"PT": "jobs"}
    )


def test_blocks_are_plain_sums() -> None:
    fine = table()
    coarse = aggregate.by(fine, {"a": "one", "b": "two", "c": "one"}, names={"one": "First"})
    assert list(coarse.accounts.codes) == ["one", "two"]
    assert list(coarse.accounts.names) == ["First", "b"]
    assert coarse.Z.loc["one", "one"] == 0 + 2 + 6 + 8
    assert coarse.Z.loc["one", "two"] == 1 + 7
    assert coarse.satellites.loc["PT", "one"] == 16
    assert coarse.Y.loc["one", "G"] == 4
    assert coarse.x.sum() == fine.x.sum()
    assert coarse.check()["holds"].all()


def test_pairs_and_series_serve_as_concordance() -> None:
    pairs = [("a", "one"), ("b", "one"), ("c", "two")]
    series = pd.Series(dict(pairs))
    np.testing.assert_array_equal(aggregate.by(table(), pairs).Z, aggregate.by(table(), series).Z)


def test_unmapped_unknown_and_twice_mapped_codes_are_all_listed() -> None:
    pairs = [("a", "one"), ("a", "two"), ("d", "one"), ("b", "one")]
    with pytest.raises(LabelError) as error:
        aggregate.by(table(), pairs)
    text = str(error.value)
    assert "'a' is mapped to one, two" in text
    assert "unknown 'd'" in text
    assert "'c' is not mapped" in text


def trade() -> IOTable:
    """Two regions of two sectors each."""
    codes = list("wxyz")
    Z = pd.DataFrame(np.arange(16.0).reshape(4, 4), codes, codes)
    table = IOTable.from_frames(Z, pd.Series(100.0, codes), 100 + Z.sum(axis=1) - Z.sum())
    accounts = Accounts.of(["c1", "c2"] * 2, regions=["MEX", "MEX", "USA", "USA"])
    return replace(table, accounts=accounts)


def test_a_code_alone_is_added_up_inside_every_region() -> None:
    coarse = aggregate.by(trade(), {"c1": "all", "c2": "all"}, names={"all": "Everything"})
    assert list(coarse.accounts.keys) == [("MEX", "all"), ("USA", "all")]
    assert coarse.accounts.names == ("Everything", "Everything")
    assert coarse.Z.loc[("MEX", "all"), ("USA", "all")] == 2 + 3 + 6 + 7
    assert coarse.Z.index.names == ["region", "sector"]


def test_regions_stay_as_long_as_no_group_crosses_them() -> None:
    keys = [("MEX", "c1"), ("MEX", "c2"), ("USA", "c1"), ("USA", "c2")]
    inside = aggregate.by(trade(), dict(zip(keys, ["m", "m", "u1", "u2"], strict=True)))
    assert list(inside.accounts.keys) == [("MEX", "m"), ("USA", "u1"), ("USA", "u2")]
    across = aggregate.by(trade(), dict(zip(keys, ["c1", "c2", "c1", "c2"], strict=True)))
    assert list(across.accounts.keys) == ["c1", "c2"]
    assert across.Z.loc["c1", "c2"] == 1 + 3 + 9 + 11
    named = dict(zip(keys, [("NA", "c1"), ("NA", "c2")] * 2, strict=True))
    assert list(aggregate.by(trade(), named).accounts.keys) == [("NA", "c1"), ("NA", "c2")]
    one = {"c1": ("NA", "c1"), "c2": ("NA", "c2")}
    np.testing.assert_array_equal(aggregate.by(trade(), one).Z, across.Z)


def test_regions_that_some_groups_cross_and_others_keep_are_refused() -> None:
    mixed = {
        ("MEX", "c1"): "c1",
        ("USA", "c1"): "c1",
        ("MEX", "c2"): ("MEX", "c2"),
        ("USA", "c2"): ("USA", "c2"),
    }
    with pytest.raises(LabelError, match=r"'c1' gathers MEX, USA\n.*'MEX, c2' has a region"):
        aggregate.by(trade(), mixed)
    with pytest.raises(LabelError) as error:
        aggregate.by(trade(), {("MEX", "c1"): "a", "c1": "b", "c9": "b"})
    text = str(error.value)
    assert "'MEX, c1' is mapped to MEX, b, a" in text
    assert "unknown 'c9'" in text
    assert "'USA, c2' is not mapped" in text


def test_weights_and_demands_are_checked() -> None:
    concordance = {"a": "one", "b": "two", "c": "one"}
    with pytest.raises(TableError, match="'b': -1"):
        aggregate.coefficients(table(), concordance, weights={"a": 1, "b": -1, "c": 2})
    with pytest.raises(LabelError, match="The weights"):
        aggregate.coefficients(table(), concordance, weights={"a": 1, "b": 1})
    with pytest.raises(LabelError, match="The demand"):
        aggregate.bias(table(), concordance, {"a": 1, "b": 1, "d": 1})
    with pytest.raises(LabelError, match="'c' is not mapped"):
        aggregate.bias(table(), {"a": "one", "b": "two"})
    idle = aggregate.coefficients(table(), concordance, weights={"a": 1, "b": 0, "c": 2})
    assert (idle["two"] == 0).all()


def test_parts_of_a_sector_are_checked() -> None:
    finer = aggregate.split(table(), "b", {"b1": 0.25, "b2": 0.75}, names={"b1": "First"})
    assert list(finer.accounts.codes) == ["a", "b1", "b2", "c"]
    assert list(finer.accounts.names) == ["a", "First", "b2", "c"]
    assert finer.satellites.loc["PT", "b2"] == 6
    assert "'b' cut into 2 parts" in finer.meta.history[-1]
    assert finer.check()["holds"].all()
    for shares in ({"b1": 0.5}, {"b1": 1.5, "b2": -0.5}, {}):
        with pytest.raises(TableError, match="The shares of the parts of 'b'"):
            aggregate.split(table(), "b", shares)
    with pytest.raises(LabelError, match="labels of axis 'sector' repeat"):
        aggregate.split(table(), "b", {"a": 0.5, "b": 0.5})
    with pytest.raises(LabelError, match="'d' is not an account"):
        aggregate.split(table(), "d", {"d1": 1.0})
    regional = aggregate.split(trade(), ("USA", "c1"), {"c1a": 0.5, "c1b": 0.5})
    assert list(regional.accounts.keys)[2:4] == [("USA", "c1a"), ("USA", "c1b")]
