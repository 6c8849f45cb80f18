"""The contract of results: each says in `.attrs` what it is, in which unit, how and after whom."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from functools import cache

import pandas as pd
import pytest

from invented import CODES, built, economy, key
from iomodel import closure, leakage, linkages, methods, multipliers, settings, trade
from iomodel.bop import BalanceOfPayments, Item
from iomodel.leakage import Outflow
from iomodel.sam import SAMModel
from iomodel.table import IOTable

ROOMS = ("multipliers.", "linkages.", "trade.", "leakage.", "settings.")
TEXTS = ("name", "unit", "formula", "reference")
EXOGENOUS = ["government", "saving-investment", "tax", "row"]
# a number, a model, a key, a listing or a value of several frames: it says by its type what it is
OTHERS = {
    "leakage.allocate",
    "leakage.as_if_resident",
    "leakage.default_key",
    "leakage.held",
    "leakage.keys",
    "leakage.presumed",
    "leakage.reconciliation",
    "leakage.wear_rates",
    "leakage.with_repatriation",
    "linkages.indices",
    "linkages.rank_correlations",
    "multipliers.round_by_round",
    "settings.models",
    "settings.outflow_of",
    "trade.income_multiplier",
}


def payments() -> BalanceOfPayments:
    items = (
        Item("equity", "Equity", 14.0, "from_surplus", "foreign_equity"),
        Item("interest", "Interest", 8.0, "from_surplus", "corporate_surplus"),
    )
    return BalanceOfPayments("XXX", 2013, items, 1.0, "MXN", "million MXN", "invented")


@cache
def outflow() -> Outflow:
    return leakage.allocate(economy(), payments(), key=key())


@cache
def model() -> SAMModel:
    return built().cut(exogenous=EXOGENOUS)


def with_jobs() -> IOTable:
    index = ["a", "b"]
    return IOTable.from_frames(
        Z=pd.DataFrame([[150.0, 500], [200, 100]], index=index, columns=index),
        Y=pd.Series({"a": 350.0, "b": 1700}),
        V=pd.Series({"a": 650.0, "b": 1400}),
        satellites=pd.DataFrame({"a": [300.0], "b": [500.0]}, index=["PT"]),
    )


CALLS: dict[str, Callable[[], pd.Series | pd.DataFrame]] = {
    "multipliers.income": lambda: multipliers.income(closure.households(economy())),
    "multipliers.jobs": lambda: multipliers.jobs(with_jobs()),
    "multipliers.accounting": lambda: multipliers.accounting(model()),
    "multipliers.rounds": lambda: multipliers.rounds(model()),
    "multipliers.key_accounts": lambda: multipliers.key_accounts(model()),
    "linkages.measure": lambda: linkages.measure(economy(), "ghosh_forward"),
    "leakage.phi": lambda: leakage.phi(economy(), outflow()),
    "leakage.split": lambda: leakage.split(economy(), outflow()),
    "leakage.content": lambda: leakage.content(economy(), outflow()),
    "leakage.waterfall": lambda: leakage.waterfall(economy(), outflow(), sector=CODES[1]),
    "leakage.bands": lambda: leakage.bands(economy(), payments(), keys={"mine": key()}),
    "leakage.matrix": lambda: leakage.matrix(model()),
    "leakage.channels": lambda: leakage.channels(model()),
    "leakage.type_ii_marginal": lambda: leakage.type_ii_marginal(economy(), outflow()),
    "leakage.type_ii_benchmark": lambda: leakage.type_ii_benchmark(economy(), outflow()),
    "leakage.elasticities": lambda: leakage.elasticities(economy(), outflow()),
    "leakage.repatriation_elasticities": lambda: leakage.repatriation_elasticities(
        model(), abroad="row-income"
    ),
    "settings.compare": lambda: settings.compare(built(), economy(), outflow(), sectors=CODES),
    "settings.content": lambda: settings.content(model()),
    "settings.independence": lambda: settings.independence(built(), sectors=CODES),
}
NAMES = sorted(name for name in methods.public() if name.startswith(ROOMS) and name not in OTHERS)


@cache
def result(name: str) -> pd.Series | pd.DataFrame:
    """What a registered function gives for the invented economy; a table is all most need."""
    if name in CALLS:
        return CALLS[name]()
    room, _, function = name.partition(".")
    if room == "linkages" and function in linkages.indices():
        return linkages.measure(economy(), function)
    rooms = {"multipliers": multipliers, "linkages": linkages, "leakage": leakage, "trade": trade}
    found: pd.Series | pd.DataFrame = getattr(rooms[room], function)(economy())
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_result_says_what_it_is(name: str) -> None:
    found = result(name)
    for text in TEXTS:
        said = found.attrs[text]
        # a frame of several indices says it of each of its columns
        texts = list(said.values()) if isinstance(said, dict) else [said]
        assert all(isinstance(one, str) and one.strip() for one in texts), text
        if isinstance(said, dict):
            assert set(said) <= set(found.columns)
    assert "null" not in found.attrs["name"]


@pytest.mark.parametrize("name", NAMES)
def test_arithmetic_with_results_keeps_quiet(name: str) -> None:
    """Warnings are errors here; attrs must be comparable (pandas does) and small to copy."""
    found = result(name)
    numbers = found if isinstance(found, pd.Series) else found.select_dtypes("number")
    doubled = numbers + numbers
    pd.testing.assert_frame_equal(pd.DataFrame(doubled), pd.DataFrame(2 * numbers))
    assert bool((numbers.attrs == copy.deepcopy(found.attrs)) is True)
    both = pd.concat([numbers, numbers])
    assert len(both) == 2 * len(numbers)
    assert both.attrs["name"] == found.attrs["name"]
    assert pickle.loads(pickle.dumps(found)).attrs == found.attrs
    assert len(pickle.dumps(found.attrs)) < 20_000


def test_attrs_of_one_result_are_not_those_of_the_next() -> None:
    first = multipliers.output(economy())
    first.attrs["name"] = "mine"
    assert multipliers.output(economy()).attrs["name"] == "output multiplier"


def test_every_call_of_the_contract_is_of_a_registered_function() -> None:
    assert set(CALLS) <= set(NAMES)
    assert set(methods.public()) >= OTHERS


def test_results_of_the_register_carry_the_reference_of_their_row() -> None:
    """The register and the result cite the same people, in the words of each."""
    references = methods.methods()["reference"]
    for name in NAMES:
        cited = references[name]
        said = result(name).attrs["reference"]
        if cited.startswith(("none", "that of")) or isinstance(said, dict):
            continue
        surname = cited.split()[0].rstrip(",;")
        assert surname in said, f"{name}: {cited} / {said}"
