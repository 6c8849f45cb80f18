"""A table is a value: what it hands out, how it travels, and sectors that make nothing."""

import contextlib
import copy
import pickle
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from iomodel.errors import KindWarning
from iomodel.table import IOTable

CODES = ["a", "b", "idle"]
BLOCKS = ("Z", "Y", "V", "W", "x", "S")
HANDED_OUT = (
    *("Z", "Y", "V", "W", "x", "f", "v", "A", "B"),
    *("coefficients", "satellites", "sectors", "active"),
)


def table() -> IOTable:
    """Two sectors and one without output, with every block filled."""
    return IOTable.from_frames(
        Z=pd.DataFrame([[150.0, 500, 0], [200, 100, 0], [0, 0, 0]], CODES, CODES),
        Y=pd.DataFrame({"C": [300.0, 1600, 0], "E": [50.0, 100, 0]}, CODES),
        V=pd.DataFrame({"a": [250.0, 400], "b": [400.0, 1000], "idle": [0.0, 0]}, ["m", "w"]),
        W=pd.DataFrame({"C": [30.0, 0], "E": [0.0, 0]}, ["m", "w"]),
        kinds={"m": "imports", "w": "compensation"},
        demand_kinds={"E": "exports"},
        satellites=pd.DataFrame([[10.0, 20, 30]], ["PT"], CODES),
    )


def spoil(handed_out: object) -> None:
    """Write into whatever was handed out, as far as it lets itself be written into."""
    if isinstance(handed_out, pd.DataFrame):
        handed_out["new column"] = 1.0
    if isinstance(handed_out, (pd.Series, pd.DataFrame)):
        with contextlib.suppress(ValueError, TypeError):  # read-only numbers, names
            handed_out.iloc[0] = -9.0
        with contextlib.suppress(ValueError, TypeError):
            handed_out.iloc[:] = -9.0
        handed_out = handed_out.to_numpy()
    if isinstance(handed_out, np.ndarray) and handed_out.flags.writeable:
        handed_out[...] = 0


@pytest.mark.parametrize("name", HANDED_OUT)
def test_what_is_done_to_a_result_does_not_reach_the_table(name: str) -> None:
    t, untouched = table(), table()
    spoil(getattr(t, name))
    pd.testing.assert_frame_equal(
        pd.DataFrame(getattr(t, name)), pd.DataFrame(getattr(untouched, name))
    )
    np.testing.assert_array_equal(t.L.to_array(), untouched.L.to_array())
    np.testing.assert_array_equal(t.G.to_array(), untouched.G.to_array())


def test_what_the_table_was_made_of_may_change_afterwards() -> None:
    Z = pd.DataFrame([[150.0, 500], [200, 100]], ["a", "b"], ["a", "b"])
    Y, V = pd.Series({"a": 350.0, "b": 1700}), pd.Series({"a": 650.0, "b": 1400})
    t = IOTable.from_frames(Z, Y, V)
    Z.iloc[0, 0] = Y.iloc[0] = V.iloc[0] = 1e9
    assert t.Z.loc["a", "a"] == 150
    assert t.f["a"] == 350
    assert t.v["a"] == 650


@pytest.mark.parametrize(
    "travel",
    [copy.copy, copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))],
    ids=["copy", "deepcopy", "pickle"],
)
@pytest.mark.parametrize("solved", [False, True])
def test_a_table_travels_whole_and_read_only(
    travel: Callable[[IOTable], IOTable], solved: bool
) -> None:
    t = table()
    if solved:
        _ = t.L, t.G, t.A
    again = travel(t)
    for name in BLOCKS:
        array = getattr(again.arrays, name)
        np.testing.assert_array_equal(array, getattr(t.arrays, name))
        assert not array.flags.writeable
    assert again.accounts == t.accounts
    assert again.meta == t.meta
    np.testing.assert_array_equal(again.L.to_array(), t.L.to_array())


def test_a_sector_without_output_has_coefficients_of_zero() -> None:
    t = table()
    assert t.active.tolist() == [True, True, False]
    assert (t.A["idle"] == 0).all()
    assert (t.B.loc["idle"] == 0).all()
    assert (t.coefficients["idle"] == 0).all()
    assert t.per_unit(t.arrays.S[0]).tolist() == [0.01, 0.01, 0.0]  # its 30 jobs make nothing
    assert (t.L @ {"a": 0, "b": 0, "idle": 5}).to_list() == [0, 0, 5]


def test_a_single_sector_is_a_table() -> None:
    one = IOTable.from_coefficients(pd.DataFrame([[0.75]], ["a"], ["a"]), pd.Series({"a": 8.0}))
    assert (one.L @ one.f).to_dict() == {"a": 8.0}
    assert one.L.to_frame().loc["a", "a"] == 4


def test_factors_are_made_once_and_shared() -> None:
    t = table()
    assert t.L is t.L
    assert t.G.resolvent is t.L.resolvent
    assert t.L.T.resolvent is t.L.resolvent
    assert t.L.T.T.to_frame().equals(t.L.to_frame())


def test_an_answer_keeps_the_kind_of_the_question() -> None:
    t = table()
    demands = pd.DataFrame({"first": t.f, "second": 2 * t.f}).iloc[::-1]
    answer = t.L @ demands
    assert list(answer.columns) == ["first", "second"]
    assert answer.index.equals(t.accounts.index)
    np.testing.assert_allclose(answer["second"], 2 * t.x)
    assert (t.L @ t.f).name is None  # what comes out is not demand
    assert (t.L @ np.eye(3)).shape == (3, 3)


def test_a_row_is_of_the_kind_that_its_name_says() -> None:
    one = pd.DataFrame([[2.0]], ["a"], ["a"])
    sold = pd.DataFrame({"exports": [8.0], "homes": [1.0]}, ["a"])
    paid = pd.DataFrame({"a": [5.0, 4.0]}, ["imports", "wages"])
    table = IOTable.from_frames(one, sold, paid)
    assert table.inputs.kinds == ("imports", "value_added")
    assert table.categories.kinds == ("exports", "final_demand")
    assert table.v["a"] == 4.0
    named = paid.rename({"imports": "Imports of goods"})
    with pytest.warns(KindWarning, match=r"'Imports of goods' has no kind.*kinds="):
        assumed = IOTable.from_frames(one, sold, named)
    assert assumed.v["a"] == 9.0
    said = IOTable.from_frames(one, sold, named, kinds={"Imports of goods": "imports"})
    assert said.v["a"] == 4.0
