"""What every public function owes: another type than it takes is refused by name, and a lone label
is a list of one.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import iomodel as im
from invented import CODES, built, economy
from iomodel import arguments, methods
from iomodel.arguments import Takes, takes, typed
from iomodel.errors import ArgumentError, IOModelError, LabelError, NegativeFlowWarning, TableError

EXOGENOUS = ["government", "saving-investment", "tax", "row"]
# Texts, numbers, paths, values of other packages and what an array can stand for: these meet the
# door of labels (`Accounts.array`), a reader or a check of their own.
OTHER_DOORS = (
    *("str", "int", "float", "bool", "Hashable", "object", "PathLike", "Literal", "Level", "Any"),
    *("Array", "Labelled", "Measured", "xr.Dataset", "xarray.Dataset", "Axes", "Origin", "tuple["),
    *("Callable", "Keep"),
)


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function and method, and its name after `im.`."""
    for name in methods.public():
        value: Any = im
        for part in name.split("."):
            value = getattr(value, part, None)
        if callable(value):  # neither a cached property nor an index of the register
            yield name, inspect.unwrap(getattr(value, "__func__", value))


OWN = ("IOTable.require_domestic", "Meta.but")  # texts of the library's own
TAKEN = [(name, f, one) for name, f in functions() if name not in OWN for one in takes(f)]
NAMED = [f"{name}-{one.name}" for name, _, one in TAKEN]


@cache
def wrong() -> tuple[object, ...]:
    """What users give instead: a frame, a SAM, its model, a table, nothing, a name, a list."""
    sam = built()
    frame = pd.DataFrame([[1.0]], ["farm"], ["farm"])
    return frame, sam, sam.cut(exogenous=EXOGENOUS), economy(), None, "farm", [[1.0]], np.ones(2)


def fits(given: object, one: Takes) -> bool:
    """Whether it is meant to be taken there: the text also as a label, lists as any."""
    through = not set(one.types).isdisjoint({Iterable, Sequence})
    if isinstance(given, (str, list, np.ndarray)):
        return through if not isinstance(given, str) else str in (*one.alone, *one.types)
    if isinstance(given, pd.DataFrame):
        return pd.DataFrame in one.types
    return isinstance(given, one.types)


@pytest.mark.parametrize(("name", "function", "one"), TAKEN, ids=NAMED)
def test_another_type_is_refused_by_name(
    name: str, function: Callable[..., Any], one: Takes
) -> None:
    public = getattr(im, name.split(".")[0])
    for part in name.split(".")[1:]:
        public = getattr(public, part)
    refused = [given for given in wrong() if not fits(given, one)]
    assert refused
    for given in refused:
        with pytest.raises(ArgumentError, match=rf"^`{one.name}` of .*\(\) is ") as caught:
            _called(public, name, {one.name: given})
        assert function.__qualname__ in str(caught.value)
        assert caught.value.remedy
        assert isinstance(caught.value, TypeError)
        assert len(str(caught.value)) < 400


def _called(public: Callable[..., Any], name: str, given: dict[str, Any]) -> Any:
    """The call; a method needs a value that it is never asked for."""
    own = inspect.signature(public).parameters
    return public(object(), **given) if next(iter(own)) == "self" else public(**given)


def test_every_annotation_is_checked_or_met_by_another_door() -> None:
    unchecked = [
        f"{name}: {parameter.name}: {parameter.annotation}"
        for name, function in functions()
        for parameter in inspect.signature(function).parameters.values()
        if parameter.name not in [one.name for one in takes(function)]
        and parameter.annotation is not parameter.empty
        and not any(other in str(parameter.annotation) for other in OTHER_DOORS)
    ]
    assert unchecked == []


def test_what_is_taken_says_how_it_is_made() -> None:
    taken = {one.__name__ for _, _, takes in TAKEN for one in takes.types} - {"NoneType"}
    assert taken == set(arguments.MADE)


def test_a_checked_function_is_the_same_to_whoever_looks() -> None:
    assert list(inspect.signature(im.multipliers.round_by_round).parameters) == [
        "model",
        "demand",
        "rounds",
    ]
    assert im.extraction.group.__module__ == "iomodel.extraction.parts"
    assert "Reference" in (im.extraction.group.__doc__ or "")


def test_a_warning_points_to_the_line_of_the_caller() -> None:
    A = pd.DataFrame([[0.5]], ["a"], ["a"])
    with pytest.warns(NegativeFlowWarning) as caught:
        im.IOTable.from_frames(A * 0, pd.Series({"a": 1.0}), pd.DataFrame({"a": [-1.0, 2.0]}),
                               kinds={"1": "imports"})  # fmt: skip
    assert caught[0].filename == __file__


def test_an_annotation_of_what_is_not_loaded_is_left_alone() -> None:
    @typed
    def picture(frame: pd.DataFrame, ax: Axes | None = None) -> str:  # type: ignore[name-defined]  # noqa: F821
        return "drawn"

    assert picture(pd.DataFrame(), ax="anything") == "drawn"
    with pytest.raises(ArgumentError, match=r"`frame` of .*picture\(\) is a list, not a DataFrame"):
        picture([1.0])


# -- lists of labels ----------------------------------------------------------------------------

CALLS: dict[str, Callable[[Any], Any]] = {
    "SAM.cut": lambda one: built().cut(endogenous=one).A,
    "SAM.cut of others": lambda one: built().cut(exogenous=one).A,
    "blocks.decompose": lambda one: im.blocks.decompose(
        economy(), blocks={"it": one, "others": [code for code in CODES if code not in one]}
    ).by_block("farm"),
    "extraction.group": lambda one: im.extraction.group(economy(), one),
    "mixed.multipliers": lambda one: im.mixed.multipliers(economy(), one),
    "trade.income_multiplier": lambda one: im.trade.income_multiplier(economy(), one),
    "settings.independence": lambda one: im.settings.independence(built(), sectors=one),
    "construct.imported_inputs_for": lambda one: im.construct.imported_inputs_for(
        economy(), one, 1.2
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_lone_label_is_a_list_of_one(name: str) -> None:
    alone, listed = CALLS[name]("farm"), CALLS[name](["farm"])
    assert str(alone) == str(listed)


@pytest.mark.parametrize("name", [name for name in CALLS if name != "blocks.decompose"])
def test_an_unknown_lone_label_is_named_whole(name: str) -> None:
    with pytest.raises(IOModelError, match="'fram'"):
        CALLS[name]("fram")


def test_kinds_and_names_alone_too() -> None:
    model = built().cut(exogenous=EXOGENOUS)
    pd.testing.assert_frame_equal(
        im.multipliers.key_accounts(model, over="activity"),
        im.multipliers.key_accounts(model, over=["activity"]),
    )
    pd.testing.assert_frame_equal(
        im.leakage.type_ii(economy(), income="compensation"),
        im.leakage.type_ii(economy(), income=["compensation"]),
    )
    data = im.series.years([im.load("mexico-wiod-2000")])
    alone = im.series.weighted(data, {"cars": "C29"}, measures="import_content")
    assert alone.equals(im.series.weighted(data, {"cars": ["C29"]}, measures=["import_content"]))


@pytest.mark.parametrize("name", [f"{name}-{one.name}" for name, _, one in TAKEN if one.alone])
def test_every_list_takes_one_alone(name: str) -> None:
    (one,) = [one for (_, _, one), id in zip(TAKEN, NAMED, strict=True) if id == name]
    assert one.of(2018, "f") == [2018]
    assert one.of(("a", "b"), "f") == ("a", "b")
    assert one.of(np.array([0.1, 0.9]), "f") == [0.1, 0.9]
    if str in one.alone:
        assert one.of("3361", "f") == ["3361"]


def test_amounts_without_labels_are_refused() -> None:
    for amounts in ("farm", 1000.0, ["farm"]):
        with pytest.raises(ArgumentError, match=r"^`demand` of round_by_round\(\) is "):
            im.multipliers.round_by_round(economy(), amounts)  # type: ignore[arg-type]
        with pytest.raises(ArgumentError, match=r"^`amounts` of IOTable.demand\(\) is "):
            economy().demand(amounts)  # type: ignore[arg-type]
    by_position = pd.Series([1.0, 2.0, 3.0])
    with pytest.raises(LabelError, match="'0' is not an account"):
        im.multipliers.round_by_round(economy(), by_position)
    with pytest.raises(LabelError, match=r"(?s)3 missing, 3 unknown.*never by position"):
        im.prices.imports(economy(), by_position)


def test_a_value_for_numbers_is_refused_as_one() -> None:
    with pytest.raises(TableError, match="1 values that are not numbers"):
        im.prices.imports(economy(), built())  # type: ignore[arg-type]


def test_a_mapping_serves_where_a_series_does() -> None:
    by_sector = {"farm": 10.0, "mill": 40.0, "rent": 5.0}
    given = im.regional.slq(by_sector, economy().x)  # type: ignore[arg-type]
    pd.testing.assert_series_equal(given, im.regional.slq(pd.Series(by_sector), economy().x))


def test_a_region_and_code_alone_are_one_label() -> None:
    table = im.load("mexico-2018-puebla")
    label = table.accounts.keys[0]
    assert table.accounts.positions(label) == table.accounts.positions([label]) == [0]
    assert table.accounts.positions(table.accounts.keys) == list(range(len(table.accounts)))
