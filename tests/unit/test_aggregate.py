"""Adding sectors up: totals stay, labels are listed when they do not fit."""

import numpy as np
import pandas as pd
import pytest

from iomodel import aggregate
from iomodel.errors import LabelError
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
