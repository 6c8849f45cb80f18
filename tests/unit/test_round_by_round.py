"""Rounds of suppliers on a table small enough to follow, and what is refused."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import pytest

from iomodel import blocks, multipliers
from iomodel.errors import (
    ArgumentError,
    LabelError,
    MissingAccountError,
    NotProductiveError,
    TableError,
)
from iomodel.sam import SAM, SAMModel
from iomodel.table import IOTable
from village import small

CODES = ["farms", "mills"]


def table() -> IOTable:
    """Miller and Blair's two sectors."""
    A = pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], CODES, CODES)
    return IOTable.from_coefficients(A, pd.Series([1000.0, 2000.0], CODES))


def test_two_rounds_by_hand() -> None:
    found = multipliers.round_by_round(table(), {"farms": 100}, rounds=2)
    assert found.added.loc[1].tolist() == pytest.approx([15, 20])
    assert found.added.loc[2].tolist() == pytest.approx([0.15 * 15 + 0.25 * 20, 3 + 1])
    assert found.sums["added"].tolist() == pytest.approx([100, 35, 11.25])
    assert found.sums["cumulative"].tolist() == pytest.approx([100, 135, 146.25])
    assert found.total.sum() == pytest.approx(100 * multipliers.output(table())["farms"])
    assert found.sums["share"].iloc[-1] == pytest.approx(146.25 / found.total.sum())
    # A f = (15, 20): at most 20 times the rest of a demand of one for each, i'L i
    assert found.sums["bound"].iloc[0] == pytest.approx(20 * multipliers.output(table()).sum())


def test_no_round_but_the_demand_itself_and_no_demand() -> None:
    only = multipliers.round_by_round(table(), {"mills": 5}, rounds=0)
    assert only.added.to_numpy().tolist() == [[0, 5]]
    nothing = multipliers.round_by_round(table(), {}, rounds=1)
    assert nothing.sums["bound"].tolist() == [0, 0]
    assert math.isnan(nothing.sums["share"].iloc[0])


def marginal(elasticity: float) -> SAMModel:
    """People who buy less of the shop's goods the richer they are."""
    codes = ["shop", "people", "bank"]
    T = pd.DataFrame([[0.0, 9, 1], [10, 0, 0], [0, 1, 0]], codes, codes)
    kinds = {"shop": "activity", "people": "institution", "bank": "saving-investment"}
    model = SAM.from_frame(T, kinds=kinds).cut(exogenous=["bank"])
    saved = (1 - 0.9 * elasticity) / 0.1
    return blocks.fixed_price(model, {"people": {"shop": elasticity, "bank": saved}}).marginal


def test_negative_propensities_have_a_bound_while_their_sizes_are_productive() -> None:
    found = multipliers.round_by_round(marginal(-0.5), {"shop": 1}, rounds=2)
    assert found.added.to_numpy().ravel().tolist() == pytest.approx([1, 0, 0, 1, -0.45, 0])
    rest = found.total - found.added.sum()
    assert rest.abs().sum() <= found.sums["bound"].iloc[-1]
    with pytest.raises(NotProductiveError):
        multipliers.round_by_round(marginal(-1.2), {"shop": 1})


def test_rounds_and_demand_are_checked() -> None:
    for rounds in (-1, 2.5, True):
        with pytest.raises(TableError, match="rounds is"):
            multipliers.round_by_round(table(), {"farms": 1}, rounds=rounds)  # type: ignore[arg-type]
    with pytest.raises(LabelError, match="'farm' is not an account"):
        multipliers.round_by_round(table(), {"farm": 1})
    with pytest.raises(TableError, match="not finite"):
        multipliers.round_by_round(table(), {"farms": float("inf")})
    total = replace(table(), meta=table().meta.but(origin="total"))
    with pytest.raises(MissingAccountError, match="Round by round needs domestic flows"):
        multipliers.round_by_round(total, {"farms": 1})
    with pytest.raises(ArgumentError, match="Cut a SAM"):
        multipliers.round_by_round(small(), {"farms": 1})  # type: ignore[arg-type]
