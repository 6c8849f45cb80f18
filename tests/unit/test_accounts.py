"""The one door for labels: codes, names, order, and what is no label or no number."""

import numpy as np
import pandas as pd
import pytest

import iomodel as im
from iomodel.accounts import Accounts, as_code, numbers
from iomodel.errors import ArgumentError, LabelError, TableError

CARS = Accounts.of(["3361", "3362", "3363"], names=["Cars", "Bodies", "Car parts"])


def test_codes_that_are_numbers_become_text() -> None:
    accounts = Accounts.of([1111, 3361.0, np.int64(3363), " 81 "])
    assert accounts.codes == ("1111", "3361", "3363", "81")
    assert accounts.names == accounts.codes
    assert accounts.kinds == ("industry",) * 4


@pytest.mark.parametrize("label", [1.5, True, None, float("nan")])
def test_what_is_no_code(label: object) -> None:
    with pytest.raises((LabelError, ValueError)):
        as_code(label, "sector")


def test_labels_repeat_are_empty_or_differ_in_number() -> None:
    with pytest.raises(LabelError, match=r"(?s)1 labels.*'3361' at positions 0 and 2"):
        Accounts.of(["3361", "3363", 3361])
    with pytest.raises(LabelError, match=r"(?s)1 labels.*empty.*position 1"):
        Accounts.of(["3361", "  "])
    with pytest.raises(LabelError, match="2 codes, 1 names"):
        Accounts.of(["a", "b"], names=["only one"])


def test_a_code_may_repeat_in_another_region() -> None:
    accounts = Accounts.of(["c1", "c1"], regions=["MEX", "USA"])
    assert accounts.keys == (("MEX", "c1"), ("USA", "c1"))
    assert accounts.index.names == ["region", "sector"]
    assert accounts.position(("USA", "c1")) == 1
    with pytest.raises(LabelError, match=r"(?s)names 2 accounts.*MEX, c1.*USA, c1"):
        accounts.position("c1")
    with pytest.raises(LabelError, match="MEX, c1"):
        Accounts.of(["c1", "c1"], regions=["MEX", "MEX"])


def test_an_account_goes_by_code_name_or_both() -> None:
    assert [CARS.position(label) for label in ("3363", "Car parts", "3363 - Car parts")] == [2] * 3
    assert CARS.positions(["Cars", 3362]) == [0, 1]
    assert CARS.take([2, 0]).names == ("Car parts", "Cars")


@pytest.mark.parametrize(
    ("asked", "nearest"), [("3364", "'3361'"), ("parts", "'3363' (Car parts)")]
)
def test_an_unknown_account_names_the_nearest(asked: str, nearest: str) -> None:
    with pytest.raises(LabelError) as caught:
        CARS.position(asked)
    assert nearest in str(caught.value)
    with pytest.raises(LabelError, match="run from '3361' to '3363'"):
        CARS.position("xyz")


def test_labels_are_matched_never_counted() -> None:
    turned = pd.Series({"3363": 3.0, "Cars": 1.0, "3362 - Bodies": 2.0})
    assert CARS.array(turned, "demand").tolist() == [1, 2, 3]
    assert CARS.array(turned.to_dict(), "demand").tolist() == [1, 2, 3]
    frame = pd.DataFrame({"x": turned, "y": -turned})
    assert CARS.array(frame, "demand").tolist() == [[1, -1], [2, -2], [3, -3]]
    numbered = pd.Series([3, 1, 2], index=[3363, 3361, 3362])
    assert CARS.array(numbered, "demand").tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("index", "message"),
    [
        (["3361", "3362"], "1 missing, 0 unknown, 0 repeated"),
        (["3361", "3362", "3363", "3369"], "0 missing, 1 unknown, 0 repeated"),
        (["3361", "3362", "3362"], "1 missing, 0 unknown, 1 repeated"),
        (["3361", "Cars", "3362", "3363"], "0 missing, 0 unknown, 1 repeated"),
        ([0, 1, 2], "3 missing, 3 unknown"),
    ],
)
def test_labels_that_do_not_fit_are_counted_and_listed(index: list[object], message: str) -> None:
    with pytest.raises(LabelError, match=message) as caught:
        CARS.array(pd.Series(1.0, index=index), "demand")
    assert len(caught.value.findings) >= 1


def test_without_labels_the_number_of_rows_must_be_right() -> None:
    assert CARS.array([1, 2, 3], "demand").tolist() == [1, 2, 3]
    for wrong in (1.0, [1, 2], np.ones((1, 3))):
        with pytest.raises(LabelError, match="3 accounts"):
            CARS.array(wrong, "demand")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_named_and_never_zero(value: float) -> None:
    with pytest.raises(TableError, match=r"(?s)1 values that are not finite.*sector '3362'"):
        CARS.array(pd.Series([1, value, 3], index=CARS.index), "demand")


@pytest.mark.parametrize(
    "values",
    [["1", "2", "3"], [True, False, True], [1 + 2j, 0, 0], [None, 1, 2], ["n.d.", 1, 2]],
)
def test_what_is_no_number_is_refused(values: list[object]) -> None:
    with pytest.raises(TableError, match="demand"):
        CARS.array(values, "demand")  # type: ignore[arg-type]
    with pytest.raises(TableError, match="demand"):
        CARS.array(pd.Series(values, index=CARS.index), "demand")


def test_whole_numbers_are_taken_while_they_are_exact() -> None:
    assert numbers(np.array([1, 2], dtype=np.int32), "demand").dtype == np.float64
    assert numbers(np.array([2**53]), "demand").tolist() == [2.0**53]
    with pytest.raises(TableError, match=r"2\*\*53"):
        numbers(np.array([2**53 + 1]), "demand")
    assert numbers(pd.Series([1.0, 2], dtype=np.float32), "demand").dtype == np.float64


def test_what_is_given_is_not_changed() -> None:
    given = pd.Series({"3363": 3.0, "3361": 1.0, "3362": 2.0})
    taken = CARS.array(given, "demand")
    taken[:] = 0
    assert given.to_list() == [3, 1, 2]
    straight = np.array([1.0, 2, 3])
    CARS.array(straight, "demand")[:] = 0
    assert straight.tolist() == [1, 2, 3]


def test_accounts_without_members_can_be_asked() -> None:
    with pytest.raises(LabelError, match="'PT'"):
        Accounts((), (), (), axis="satellite").position("PT")


def test_what_is_wrong_in_a_frame_is_named_by_row_and_column() -> None:
    frame = pd.DataFrame([[1.0, np.nan], [2.0, 3.0]], ["a", "b"], ["a", "b"])
    with pytest.raises(TableError, match="sector 'a', column 'b': nan"):
        Accounts.of(["a", "b"]).array(frame, "Z")
    with pytest.raises(TableError, match="Z holds text, not real numbers"):
        Accounts.of(["a", "b"]).array(["1", "nine"], "Z")


def test_a_right_side_of_one_sector_is_told_how_to_be_whole() -> None:
    table = im.load("mexico-2018")
    with pytest.raises(LabelError, match=r"table\.demand\({\.\.\.}\)") as caught:
        table.L @ pd.Series({"3361": 1.0})
    assert len(str(caught.value).splitlines()) == 6
    with pytest.raises(LabelError, match="unknown 'zz'"):
        table.L @ pd.Series({"zz": 1.0})


def test_two_ways_to_make_an_argument_are_joined_by_or() -> None:
    with pytest.raises(ArgumentError, match=r"'3361': 1\.0}, or give a pandas Series"):
        im.load("mexico-2018").demand(3)  # type: ignore[arg-type]
