"""Every question asked of a table that cannot answer it is refused, with what to do."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from iomodel import closure, linkages, multipliers, trade
from iomodel.errors import LabelError, MissingAccountError, NegativeFlowWarning, TableError
from iomodel.meta import Meta
from iomodel.table import IOTable

CODES = ["a", "b"]
EFFECTS = (
    "value_added",
    "compensation",
    "surplus",
    "imports",
    "product_taxes",
    "production_taxes",
    "taxes",
)


def table(**meta: object) -> IOTable:
    V = {
        "imports": [20.0, 30],
        "taxes": [4.0, 3],
        "licences": [1.0, 2],
        "wages": [20.0, 30],
        "surplus": [15.0, 15],
    }
    return IOTable.from_frames(
        pd.DataFrame([[10.0, 20], [30, 0]], CODES, CODES),
        pd.DataFrame({"consumption": [30.0, 35], "exports": [40.0, 35]}, CODES),
        pd.DataFrame(V, CODES).T,
        kinds={
            "imports": "imports",
            "taxes": "product_taxes",
            "licences": "production_taxes",
            "wages": "compensation",
            "surplus": "surplus",
        },
        demand_kinds={"consumption": "private_consumption", "exports": "exports"},
        satellites=pd.DataFrame({"a": [7.0], "b": [9.0]}, ["PT"]),
        meta=replace(Meta(title="small"), **meta),
    )


def bare() -> IOTable:
    """A table that holds value added in one row and final demand in one column."""
    return IOTable.from_coefficients(
        pd.DataFrame([[0.1, 0.2], [0.3, 0.0]], CODES, CODES), pd.Series([100.0, 100], CODES)
    )


QUESTIONS: dict[str, Callable[[IOTable], object]] = {
    "multipliers.output": multipliers.output,
    **{f"multipliers.{name}": getattr(multipliers, name) for name in EFFECTS},
    "multipliers.jobs": multipliers.jobs,
    "linkages.compare": linkages.compare,
    "linkages.key_sectors": linkages.key_sectors,
    **{
        f"linkages.{name}": lambda table, name=name: linkages.measure(table, name)
        for name in linkages.indices()
    },
    "trade.import_content": trade.import_content,
    "trade.value_added_in_exports": trade.value_added_in_exports,
    "trade.export_totals": trade.export_totals,
    "trade.income_multiplier": lambda table: trade.income_multiplier(table, ["a"]),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_imports_inside_the_flows_are_refused_by_every_question(question: str) -> None:
    QUESTIONS[question](table())
    with pytest.raises(MissingAccountError, match="split_imports"):
        QUESTIONS[question](table(origin="total"))


@pytest.mark.parametrize("name", [*EFFECTS, "jobs"])
def test_an_effect_of_a_row_that_is_not_there_is_refused_by_its_kind(name: str) -> None:
    effect = getattr(multipliers, name)
    if name == "value_added":
        effect(bare())
        V = pd.DataFrame({"a": [60.0], "b": [80.0]}, ["imports"])
        lacking = IOTable.from_frames(bare().Z, bare().Y, V, kinds={"imports": "imports"})
    else:
        lacking = bare()
    with pytest.raises(MissingAccountError, match=name.removesuffix("s") + "|satellite|tax"):
        effect(lacking)


def test_jobs_name_the_satellites_there_are() -> None:
    with pytest.raises(MissingAccountError, match=r"(?s)'CO2'; it has 1.*'PT'"):
        multipliers.jobs(table(), "CO2")


def test_output_sums_over_industries_or_everything() -> None:
    with pytest.raises(LabelError, match="over='households'"):
        multipliers.output(table(), over="households")  # type: ignore[arg-type]
    only_households = replace(
        bare(), accounts=replace(bare().accounts, kinds=("households", "households"))
    )
    with pytest.raises(MissingAccountError, match="no account of kind 'industry'"):
        multipliers.output(only_households, over="industries")


def test_wages_of_a_closed_table_are_asked_as_income() -> None:
    with pytest.raises(MissingAccountError, match=r"closure\.households"):
        multipliers.income(table())
    with pytest.raises(MissingAccountError, match=r"multipliers\.income"):
        multipliers.compensation(closure.households(table()))


def test_an_unknown_index_or_one_that_looks_the_other_way_is_refused() -> None:
    with pytest.raises(LabelError, match="rasmussen_backward"):
        linkages.measure(table(), "rasmusen")
    with pytest.raises(LabelError, match=r"Use one of: .*rasmussen_backward"):
        linkages.key_sectors(table(), backward="rasmussen_backward_cv")
    with pytest.raises(LabelError, match="not a backward index"):
        linkages.key_sectors(table(), backward="ghosh_forward")


@pytest.mark.parametrize("share", [0.1, 0.07, 0.3, 0.13])
def test_rounding_makes_no_key_sector(share: float) -> None:
    codes = list("abcdefgh")
    alike = IOTable.from_coefficients(
        pd.DataFrame(share * 1.7 / 8, codes, codes), pd.Series(100.0, codes)
    )
    for forward in ("rasmussen_forward", "ghosh_forward"):
        found = linkages.key_sectors(alike, forward=forward)["class"]
        assert set(found) == {"independent"}  # every sector is the average sector


def test_the_register_of_indices_cannot_be_changed_from_outside() -> None:
    with pytest.raises(TypeError):
        linkages.indices()["mine"] = None  # type: ignore[index]
    assert all(index.name == name for name, index in linkages.indices().items())


def test_exports_are_named_or_missed() -> None:
    no_exports = IOTable.from_frames(
        table().Z,
        table().Y,
        table().V,
        kinds=dict(zip(table().inputs.codes, table().inputs.kinds, strict=True)),
        demand_kinds=dict.fromkeys(table().categories.codes, "final_demand"),
    )
    for question in (trade.value_added_in_exports, trade.export_totals):
        with pytest.raises(MissingAccountError, match="no column of exports"):
            question(no_exports)
    with pytest.raises(MissingAccountError, match="no column of exports"):
        trade.income_multiplier(no_exports, ["a"])
    with pytest.raises(MissingAccountError, match="imports"):
        trade.import_content(bare())


def test_sets_of_sectors_are_named_once_and_weighted_by_name() -> None:
    with pytest.raises(LabelError, match="Name at least one"):
        trade.income_multiplier(table(), [])
    with pytest.raises(LabelError, match="'z'"):
        trade.income_multiplier(table(), ["z"])
    with pytest.raises(LabelError, match="repeat"):
        trade.income_multiplier(table(), ["a", "a"])
    with pytest.raises(LabelError, match="missing 'b'"):
        trade.income_multiplier(table(), ["a", "b"], weights={"a": 1.0})
    with pytest.raises(TableError, match="no ratio"):
        trade.income_multiplier(table(), ["a"], weights={"a": 0.0})


def test_nothing_exported_has_no_content() -> None:
    none = table()
    Y = none.arrays.Y[:, [1, 0]]  # what was exported is consumed, and the other way round
    arrays = replace(none.arrays, Y=np.column_stack([Y.sum(axis=1), 0 * Y[:, 0]]))
    idle = replace(none, arrays=arrays)
    with pytest.raises(TableError, match="exports nothing"):
        trade.export_totals(idle)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"income": ("wages",)}, LabelError, "'wages'"),
        ({"income": ()}, LabelError, "names no kind"),
        ({"income": "value_added"}, MissingAccountError, "value_added"),
        ({"spending": {"a": 0.1}}, LabelError, "missing 'b'"),
        ({"spending": {"a": 0.1, "b": float("nan")}}, TableError, "not finite"),
        ({"spending": {"a": 0.7, "b": 0.7}}, TableError, "1.4 for each unit of income"),
        ({"spending": {"a": -0.1, "b": 0.7}}, TableError, r"(?s)negative.*'a'"),
        ({"spending": np.ones((2, 2))}, LabelError, "2 columns"),
    ],
)
def test_households_need_income_and_cannot_spend_more(
    arguments: dict[str, object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        closure.households(table(), **arguments)  # type: ignore[arg-type]


def test_households_are_closed_once_and_need_their_consumption() -> None:
    with pytest.raises(TableError, match="already"):
        closure.households(closure.households(table()))
    with pytest.raises(MissingAccountError, match="compensation"):
        closure.households(bare())
    unnamed = replace(
        table(), categories=replace(table().categories, kinds=("inventories", "exports"))
    )
    with pytest.raises(MissingAccountError, match="no column of private consumption"):
        closure.households(unnamed)


def test_wages_beyond_what_consumption_was_paid_out_of_are_refused() -> None:
    arrays = table().arrays
    more = replace(table(), arrays=replace(arrays, Y=arrays.Y + [[60.0, 0], [60.0, 0]]))
    with pytest.raises(TableError, match="for each unit of income"):
        closure.households(more)


def test_imported_purchases_are_spending_too() -> None:
    V = {"imports": [60.0, 90], "wages": [40.0, 10], "surplus": [0.0, 0]}
    served = IOTable.from_frames(
        pd.DataFrame([[0.0, 0], [0, 0]], CODES, CODES),
        pd.DataFrame({"consumption": [30.0, 10], "exports": [70.0, 90]}, CODES),
        pd.DataFrame(V, CODES).T,
        pd.DataFrame(
            {"consumption": [20.0, 0, 0], "exports": 0.0}, ["imports", "wages", "surplus"]
        ),
        kinds={"imports": "imports", "wages": "compensation", "surplus": "surplus"},
        demand_kinds={"consumption": "private_consumption", "exports": "exports"},
    )
    with pytest.raises(TableError, match=r"1\.2 for each unit of income"):
        closure.households(served)  # 40 of goods made here and 20 imported, out of 50


def test_buying_more_than_there_is_warns() -> None:
    with pytest.warns(NegativeFlowWarning, match="more than there is to buy"):
        closure.households(table(), spending={"a": 0.9, "b": 0.0})


def test_both_rules_of_spending_by_hand() -> None:
    wages = closure.households(table())
    consumed = 65 / (50 + 30)  # of all income, wages and surplus
    assert wages.A["households"].iloc[:2].sum() == pytest.approx(consumed)
    everything = closure.households(table(), income=("compensation", "surplus"))
    assert everything.A["households"].iloc[:2].sum() == pytest.approx(consumed)
    assert everything.x["households"] == 80
    assert (multipliers.output(everything) > multipliers.output(wages)).all()
