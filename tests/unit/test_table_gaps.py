"""What is no table is refused by name: at the door, in the balance, in the model."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pandas as pd
import pytest

from iomodel.errors import (
    BalanceError,
    LabelError,
    MissingAccountError,
    NegativeFlowWarning,
    NotProductiveError,
    SingularError,
    TableError,
    UnitError,
)
from iomodel.meta import Meta
from iomodel.table import IOTable, named

CODES = ["a", "b"]


def frames() -> dict[str, pd.DataFrame]:
    """A balanced table of two sectors as pandas objects."""
    return {
        "Z": pd.DataFrame([[150.0, 500], [200, 100]], CODES, CODES),
        "Y": pd.DataFrame({"C": [300.0, 1600], "E": [50.0, 100]}, CODES),
        "V": pd.DataFrame({"a": [250.0, 400], "b": [400.0, 1000]}, ["wages", "surplus"]),
    }


def table(**changes: pd.DataFrame) -> IOTable:
    kinds = {"wages": "compensation", "surplus": "surplus"}
    return IOTable.from_frames(
        **{**frames(), **changes}, kinds=kinds, demand_kinds={"E": "exports"}
    )


def test_the_letters_of_a_table_by_hand() -> None:
    t = table()
    np.testing.assert_array_equal(t.A, [[0.15, 0.25], [0.20, 0.05]])
    np.testing.assert_array_equal(t.B, [[0.15, 0.50], [0.10, 0.05]])
    np.testing.assert_array_equal(t.coefficients, [[0.25, 0.2], [0.4, 0.5]])
    assert t.f.to_list() == [350, 1700]
    assert t.v.to_list() == [650, 1400]
    assert t.active.tolist() == [True, True]
    assert t.primary("surplus").tolist() == [400, 1000]
    assert t.primary("surplus", "compensation").tolist() == [650, 1400]
    assert t.per_unit(np.array([10.0, 10.0])).tolist() == [0.01, 0.005]
    assert t.gdp().to_list() == [2050, 2050]
    assert t.demand({"b": 2, "a - a": 1}).to_list() == [1, 2]
    assert t.demand({"b": 2, "b - b": 3}).to_list() == [0, 5]  # one sector under two labels
    assert t.check()["holds"].all()


def test_labels_in_any_order_are_the_same_table() -> None:
    turned = {name: frame.iloc[::-1, ::-1] for name, frame in frames().items() if name != "Z"}
    other = table(**turned, Z=frames()["Z"].iloc[:, ::-1])
    for block in ("Z", "Y", "V"):
        ours = getattr(other, block)
        theirs = getattr(table(), block)
        pd.testing.assert_frame_equal(ours.loc[theirs.index, theirs.columns], theirs)


@pytest.mark.parametrize("block", ["Z", "Y", "V"])
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_not_finite_is_refused_where_it_stands(block: str, value: float) -> None:
    frame = frames()[block]
    frame.iloc[1, 0] = value
    with pytest.raises(TableError, match=rf"(?s)^{block}.*not finite.*never taken as zero"):
        table(**{block: frame})


@pytest.mark.parametrize("value", ["n.d.", None, True])
def test_what_is_no_number_is_refused_where_it_stands(value: object) -> None:
    frame = frames()["Z"].astype(object)
    frame.loc["b", "a"] = value
    with pytest.raises(TableError, match=r"(?s)Z has 1 values that are not numbers.*row 'b'"):
        table(Z=frame)


def test_labels_that_repeat_lack_or_are_unknown_are_all_listed() -> None:
    with pytest.raises(LabelError, match="'a' at positions 0 and 1"):
        table(Z=pd.DataFrame(np.zeros((2, 2)), ["a", "a"], ["a", "a"]))
    with pytest.raises(LabelError, match=r"(?s)unknown 'c'.*missing 'b'"):
        table(Y=frames()["Y"].rename(index={"b": "c"}))
    with pytest.raises(LabelError, match=r"V \(columns\).*1 missing"):
        table(V=frames()["V"][["a"]])
    with pytest.raises(LabelError, match="repeated 'a'"):
        table(Y=frames()["Y"].iloc[[0, 0, 1]])


def test_unknown_kinds_are_refused() -> None:
    with pytest.raises(LabelError, match="'wage'"):
        IOTable.from_frames(**frames(), kinds={"wage": "compensation"})
    with pytest.raises(LabelError, match="'wages': 'salaries'"):
        IOTable.from_frames(**frames(), kinds={"wages": "salaries"})
    with pytest.raises(LabelError, match="'C': 'consumption'"):
        IOTable.from_frames(**frames(), demand_kinds={"C": "consumption"})


def test_an_unbalanced_table_names_the_sector_and_the_gap() -> None:
    V = frames()["V"]
    V.loc["wages", "a"] += 0.01
    with pytest.raises(BalanceError, match=r"(?s)output = inputs.*'a'.*gap -0\.01") as error:
        table(V=V)
    assert error.value.residual == pytest.approx(0.01)
    arrays = table().arrays
    unbalanced = replace(table(), arrays=replace(arrays, V=arrays.V * 1.001))
    report = unbalanced.check()
    assert not report.loc["output = inputs + primary inputs", "holds"]
    assert report.loc["output = deliveries + final demand", "holds"]
    assert report["worst"].iloc[1] == "b"
    with pytest.raises(BalanceError):
        unbalanced.require_balanced()


def test_rounding_is_allowed_for_what_it_can_do_and_no_more() -> None:
    V = frames()["V"]
    V.loc["wages", "a"] += 1
    kinds = {"wages": "compensation"}
    rounded = Meta(precision=1.0)
    assert IOTable.from_frames(**{**frames(), "V": V}, kinds=kinds, meta=rounded).v["a"] == 651
    V.loc["wages", "a"] += 10
    with pytest.raises(BalanceError):
        IOTable.from_frames(**{**frames(), "V": V}, kinds=kinds, meta=rounded)


@pytest.mark.parametrize("block", ["V", "Y"])
@pytest.mark.parametrize(("factor", "words"), [(1000, "larger"), (0.001, "smaller")])
def test_thousands_against_millions(block: str, factor: float, words: str) -> None:
    x = pd.Series([1000.0, 2000], CODES)
    mixed = {**frames(), block: frames()[block] * factor}
    with pytest.raises(UnitError, match=f"block {block} is a thousand times {words}"):
        IOTable.from_frames(**mixed, x=x)


def test_negative_output_and_deliveries_are_refused_and_odd_signs_warned_of() -> None:
    with pytest.raises(TableError, match=r"(?s)negative output.*'a': -50"):
        table(Y=pd.DataFrame({"C": [-700.0, 1700], "E": [0.0, 0]}, CODES))
    Z = frames()["Z"]
    Z.loc["a", "b"] = -500
    with pytest.raises(TableError, match="row 'a', column 'b': -500"):
        table(Z=Z)
    V = frames()["V"]
    V.loc["wages", "a"] -= 700
    V.loc["wages", "b"] += 0
    with pytest.warns(NegativeFlowWarning, match="value added of 'a'"):
        IOTable.from_frames(
            frames()["Z"],
            frames()["Y"],
            pd.concat([V, pd.DataFrame({"a": [700.0], "b": [0.0]}, ["m"])]),
            kinds={"m": "imports"},
        )


def test_an_inverse_and_a_division_by_intermediate_use_are_no_coefficients() -> None:
    x = pd.Series([1000.0, 2000], CODES)
    with pytest.raises(TableError, match="looks like an inverse"):
        IOTable.from_coefficients(table().L.to_frame(), x)
    Z = frames()["Z"]
    with pytest.raises(TableError, match="divided by intermediate use"):
        IOTable.from_coefficients(Z / Z.sum(), x)
    with pytest.raises(LabelError, match="missing 'b'"):
        IOTable.from_coefficients(table().A, x[["a"]])
    again = IOTable.from_coefficients(table().A, x[::-1])
    np.testing.assert_allclose(again.Z, table().Z)


def test_a_table_that_eats_more_than_it_makes_names_the_block() -> None:
    Z = pd.DataFrame([[10.0, 0, 0], [0, 60, 50], [0, 70, 50]], ["a", "b", "c"], ["a", "b", "c"])
    x = pd.Series(100.0, ["a", "b", "c"])
    V = (x - Z.sum()).rename("subsidies")
    Y = (x - Z.sum(axis=1)).rename("demand")
    with pytest.warns(NegativeFlowWarning):
        bad = IOTable.from_frames(Z, Y, V)
    with pytest.raises(NotProductiveError, match=r"spectral radius of A is 1\.14") as error:
        bad.L  # noqa: B018
    assert error.value.sectors == ("b", "c")
    assert error.value.spectral_radius == pytest.approx(1.1437, abs=1e-4)
    with pytest.raises(NotProductiveError):
        bad.G  # noqa: B018


def test_a_table_that_makes_just_what_it_eats_is_singular() -> None:
    Z = pd.DataFrame([[50.0, 50], [50, 50]], CODES, CODES)
    nothing = pd.Series([0.0, 0], CODES)
    with pytest.raises(SingularError, match="must be below 1"):
        IOTable.from_frames(Z, nothing, nothing).L  # noqa: B018


def test_a_question_the_table_cannot_answer_says_what_there_is() -> None:
    with pytest.raises(MissingAccountError, match=r"(?s)imports or moved.*'wages' is compensation"):
        table().primary("imports", "moved")
    with pytest.raises(LabelError, match="Nearest: 'a'"):
        table().demand({"a1": 1.0})
    with pytest.raises(TableError, match="not finite"):
        table().demand({"a": float("nan")})
    with pytest.raises(TableError, match="not"):
        table().demand({"a": "1"})  # type: ignore[dict-item]
    with pytest.raises(LabelError, match="'z'"):
        named(table(), pd.Series({"z": 1.0}))
    total = replace(table(), meta=Meta(origin="total"))
    with pytest.raises(MissingAccountError, match="split_imports"):
        total.require_domestic("This")
    table().require_domestic("This")


def test_shapes_are_held_against_the_labels() -> None:
    t = table()
    with pytest.raises(TableError, match=r"Block V has shape \(1, 2\)"):
        replace(t, arrays=replace(t.arrays, V=t.arrays.V[:1]))
    with pytest.raises(LabelError, match="shape"):
        t.L @ np.ones(3)
    with pytest.raises(ValueError, match="broadcast"):
        t.per_unit(np.ones(3))


def test_tables_and_what_describes_them_are_values() -> None:
    t = table()
    with pytest.raises(FrozenInstanceError):
        t.meta = Meta()  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        t.arrays.Z[0, 0] = 1.0
    other = replace(t, arrays=replace(t.arrays, Z=t.arrays.Z * 2))
    assert t.Z.loc["a", "a"] == 150
    assert other.Z.loc["a", "a"] == 300
    assert t.meta.but("doubled").history == ("doubled",)
    assert t.meta.but("noted", year=2018) == Meta(year=2018, history=("noted",))
    with pytest.raises(TypeError):
        t.meta.but(yaer=2018)


def test_names_stand_beside_results_in_the_order_of_the_result() -> None:
    t = IOTable.from_frames(**frames(), names={"a": "Alpha"})
    result = named(t, pd.Series({"b": 2.0, "a": 1.0}, name="x"))
    assert result["name"].to_list() == ["b", "Alpha"]
    assert result["x"].to_list() == [2.0, 1.0]
