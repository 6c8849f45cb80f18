"""Outputs given from outside: a case by hand, and what is refused by name."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from iomodel import mixed
from iomodel.accounts import Accounts
from iomodel.errors import ArgumentError, LabelError, MissingAccountError, TableError
from iomodel.table import IOTable
from village import small

CODES = ["farms", "mills", "idle"]


def table() -> IOTable:
    """Farms buy 0.15 of farms and 0.20 of mills, mills 0.25 and 0.05; nobody makes the third."""
    return IOTable.from_frames(
        Z=pd.DataFrame([[150.0, 500, 0], [200, 100, 0], [0, 0, 0]], CODES, CODES),
        Y=pd.Series([350.0, 1700, 0], CODES),
        V=pd.Series([650.0, 1400, 0], CODES),
    )


def test_a_bad_harvest_by_hand() -> None:
    found = mixed.solve(table(), {"farms": -100})
    mills = -100 * 0.20 / (1 - 0.05)
    assert found["output"].tolist() == pytest.approx([-100, mills, 0])
    assert found["demand"].tolist() == pytest.approx([-100 * 0.85 - 0.25 * mills, 0, 0])
    assert found["fixed"].tolist() == [True, False, False]
    more = mixed.solve(table(), {"farms": 0}, demand={"mills": 95})
    assert more["output"].tolist() == pytest.approx([0, 100, 0])
    assert more.at["farms", "demand"] == pytest.approx(-25)  # what mills need is not for sale


def test_a_constrained_multiplier_is_smaller() -> None:
    found = mixed.multipliers(table(), ["farms"])
    assert found.at["mills", "mills"] == pytest.approx(1 / 0.95)
    assert found.at["mills", "farms"] == pytest.approx(0.2 / 0.95)
    assert found.at["farms", "mills"] == pytest.approx(-0.25 / 0.95)
    assert found.at["farms", "farms"] == pytest.approx(0.85 - 0.25 * 0.2 / 0.95)
    assert found.attrs["fixed"] == ["farms"]


def test_a_sam_with_fixed_agriculture() -> None:
    model = small().cut(endogenous=["farms", "mills", "labour", "capital", "people"])
    kinds = mixed.multipliers(model, ["activity"])
    # with all activities fixed, income given out cannot come back
    assert kinds.at["people", "people"] == pytest.approx(1)
    assert kinds.at["people", "labour"] == pytest.approx(1)
    assert kinds.at["farms", "people"] == pytest.approx(-model.A.at["farms", "people"])


def test_something_is_fixed_and_something_is_not() -> None:
    with pytest.raises(LabelError, match="No account has its output given"):
        mixed.solve(table(), {})
    with pytest.raises(LabelError, match="output of every account"):
        mixed.solve(table(), {"farms": 1, "mills": 1})
    with pytest.raises(LabelError, match="output of every account"):
        mixed.multipliers(table(), ["farms", "mills"])
    with pytest.raises(TableError, match=r"(?s)without output is given.*'idle'"):
        mixed.multipliers(table(), ["idle"])
    with pytest.raises(TableError, match=r"(?s)outputs names 1 accounts .* no output.*'idle': 3"):
        mixed.solve(table(), {"idle": 3})
    with pytest.raises(TableError, match=r"(?s)without output is given.*'idle'"):
        mixed.solve(table(), {"farms": 1, "idle": 0})


def test_labels_and_numbers_are_checked() -> None:
    with pytest.raises(LabelError, match=r"'farm' is not an account.*"):
        mixed.solve(table(), {"farm": 1})
    with pytest.raises(LabelError, match="repeat"):
        mixed.multipliers(table(), ["farms", "farms"])
    with pytest.raises(LabelError, match=r"(?s)both output and demand are given.*'farms'"):
        mixed.solve(table(), {"farms": 1}, demand={"farms": 1})
    with pytest.raises(TableError, match="not finite"):
        mixed.solve(table(), {"farms": float("nan")})
    with pytest.raises(TableError, match=r"(?s)demand names 1 accounts.*'idle': 5"):
        mixed.solve(table(), {"farms": 1}, demand={"idle": 5})


def test_regions_are_named_by_pair_or_as_a_whole() -> None:
    regional = replace(table(), accounts=Accounts.of(["a", "b", "c"], regions=["N", "S", "S"]))
    assert mixed.solve(regional, {("N", "a"): 10})["output"].iloc[0] == 10
    one = mixed.multipliers(regional, ["N"])
    pd.testing.assert_frame_equal(one, mixed.multipliers(regional, [("N", "a")]))
    pd.testing.assert_frame_equal(one, mixed.multipliers(regional, ("N", "a")))


def test_an_uncut_sam_and_total_transactions_are_refused() -> None:
    with pytest.raises(ArgumentError, match="Cut a SAM"):
        mixed.solve(small(), {"farms": 1})  # type: ignore[arg-type]
    total = replace(table(), meta=table().meta.but(origin="total"))
    for ask in (
        lambda: mixed.solve(total, {"farms": 1}),
        lambda: mixed.multipliers(total, ["farms"]),
    ):
        with pytest.raises(MissingAccountError, match="The mixed model needs domestic flows"):
            ask()
