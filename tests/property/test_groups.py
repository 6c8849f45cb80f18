"""Groups of households for any table: against the bordered system inverted whole."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import naive
from earners import Drawn, circles
from iomodel import closure, miyazawa, multipliers
from iomodel.errors import NegativeFlowWarning
from iomodel.table import IOTable
from strategies import in_currency, permuted, tables


def closed(drawn: Drawn, table: IOTable | None = None) -> IOTable:
    """The closed table, whether or not the groups buy more than there is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NegativeFlowWarning)
        return closure.groups(
            drawn.table if table is None else table,
            income=drawn.income,
            spending=drawn.spending,
            direct=drawn.direct,
        )


@given(circles())
def test_the_closed_table_is_the_bordered_system(drawn: Drawn) -> None:
    at = closed(drawn)
    naive.close(at.A, drawn.bordered, scale=1.0)
    naive.close(at.L.to_array(), drawn.inverse)
    assert at.accounts.codes[len(drawn.table.accounts) :] == tuple(
        next(iter(drawn.income.values())).index
    )


@given(circles())
def test_nothing_is_lost_by_groups(drawn: Drawn) -> None:
    table, at = drawn.table, closed(drawn)
    assert at.check()["holds"].all()
    naive.close(at.L @ at.f, at.x, scale=float(at.f.abs().max()))
    naive.close(at.L.T @ at.coefficients.sum(), at.active.astype(float))
    n, size = len(table.accounts), float(table.x.sum())
    for code in ("IET", "P.721", "D.21"):
        before = table.V.loc[code].sum() + table.W.loc[code].sum()
        after = at.V.loc[code].sum() + at.W.loc[code].sum()
        assert after == pytest.approx(before, rel=1e-9, abs=1e-9 * size)
    for code in ("D.1", "B.2b"):  # earned by the groups or still a primary input
        kind = {"D.1": "compensation", "B.2b": "surplus"}[code]
        shared = drawn.income[kind].sum()[table.accounts.index] if kind in drawn.income else 0.0
        left = at.V.loc[code].iloc[:n] if code in at.inputs.codes else pd.Series(0.0, table.x.index)
        naive.close(left, table.V.loc[code] * (1 - shared), scale=size)
    bought = at.Z.iloc[:n, n:].sum(axis=1) + at.Y["CP"].iloc[:n]
    naive.close(bought, table.Y["CP"], scale=size)
    saved = at.V.loc["saving"].iloc[n:] / at.x.iloc[n:]
    spent = drawn.spending.sum() + drawn.direct.sum()
    naive.close(saved, 1 - spent[saved.index], scale=1.0)


@given(circles())
def test_miyazawa_is_the_inverse_in_blocks(drawn: Drawn) -> None:
    whole, n = drawn.inverse, len(drawn.table.accounts)
    L, V, C = naive.leontief(drawn.table), drawn.V, drawn.C
    say = {"income": drawn.income, "spending": drawn.spending}
    found = miyazawa.interrelational(drawn.table, **say)
    naive.close(found.VL, V @ L)
    naive.close(found.LC, L @ C, scale=1.0)
    naive.close(found.VLC, V @ L @ C, scale=1.0)
    naive.close(found.K, whole[n:, n:])
    naive.close(found.KVL, whole[n:, :n])
    naive.close(found.LCK, whole[:n, n:], scale=1.0)
    naive.close(miyazawa.inverse(drawn.table, **say), whole)
    output = miyazawa.output(drawn.table, **say)
    naive.close(output["open"], L.sum(axis=0))
    naive.close(output["total"], whole[:n, :n].sum(axis=0))
    at = closed(drawn)
    naive.close(output["total"], multipliers.output(at, over="industries").iloc[:n])
    by_group = miyazawa.induced(drawn.table, **say)
    naive.close(by_group.sum(axis=1), output["induced"], scale=1.0)
    naive.close(multipliers.income(at)["total"].iloc[:n], found.KVL.sum())
    # a unit of income counts itself, and spending only adds
    dust = 1e-9 * found.K.to_numpy().max()
    assert (found.K.to_numpy() >= np.eye(len(found.K)) - dust).all()
    assert (found.KVL.to_numpy() >= found.VL.to_numpy() - dust).all()


@settings(max_examples=30)
@given(circles(), st.randoms(use_true_random=False))
def test_neither_order_nor_currency_matters_to_groups(drawn: Drawn, random: object) -> None:
    order = list(range(len(drawn.table.accounts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    say = {"income": drawn.income, "spending": drawn.spending}
    one = miyazawa.interrelational(drawn.table, **say)
    other = miyazawa.interrelational(permuted(in_currency(drawn.table, 19.25), order), **say)
    naive.close(other.K, one.K)
    naive.close(other.KVL[one.KVL.columns], one.KVL)


@given(tables(), st.sampled_from([0.3, 0.9]))
def test_one_group_is_type_ii(table: IOTable, propensity: float) -> None:
    assume(table.V.loc["D.1"].sum() > 0)
    spending = pd.Series(propensity * table.active / table.active.sum(), table.accounts.index)
    everybody = pd.DataFrame(1.0, ["people"], table.accounts.index)
    A = np.zeros((len(table.accounts) + 1,) * 2)
    A[:-1, :-1], A[:-1, -1] = naive.coefficients(table), spending
    A[-1, :-1] = naive.per_unit(table, "D.1")
    assume(np.abs(np.linalg.eigvals(A)).max() < 0.999)
    say = {"income": everybody, "spending": spending.to_frame("people")}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NegativeFlowWarning)
        one = closure.households(table, spending=spending)
        several = closure.groups(table, **say)
    naive.close(several.L.to_array(), one.L.to_array())
    naive.close(several.Y, one.Y, scale=table.x.max())
    naive.close(several.V, one.V, scale=table.x.max())
    found = miyazawa.interrelational(table, **say)
    w, L = naive.per_unit(table, "D.1"), naive.leontief(table)
    kappa = 1 / (1 - w @ L @ spending.to_numpy())
    assert found.K.iloc[0, 0] == pytest.approx(kappa, rel=1e-9)
    naive.close(found.KVL.iloc[0], kappa * (w @ L))
    output = miyazawa.output(table, **say)["total"]
    naive.close(output, multipliers.output(one, over="industries").iloc[:-1])


@given(tables(), st.sampled_from([0.0, 0.4, 1.0]), st.sampled_from([0.0, 0.25]))
def test_the_margin_is_taken_as_it_is_given(
    table: IOTable, propensity: float, imported: float
) -> None:
    assume(table.V.loc["D.1"].sum() > 0)
    n = len(table.accounts)
    rng = np.random.default_rng(n)
    budget = rng.random(n) * table.active
    budget = (1 - imported) * budget / budget.sum()
    A = np.zeros((n + 1, n + 1))
    A[:n, :n], A[:n, n] = naive.coefficients(table), propensity * budget
    A[n, :n] = naive.per_unit(table, "D.1")
    assume(np.abs(np.linalg.eigvals(A)).max() < 0.999)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NegativeFlowWarning)
        at = closure.marginal(
            table,
            budget=pd.Series(budget, table.accounts.index).iloc[::-1],
            propensity=propensity,
            direct={"IET": imported},
        )
    naive.close(at.A, A, scale=1.0)
    naive.close(at.L.to_array(), np.linalg.inv(np.eye(n + 1) - A))
    assert at.check()["holds"].all()
    assert at.V.loc["saving", "households"] == pytest.approx(
        (1 - propensity) * at.x["households"], rel=1e-9, abs=1e-9 * at.x["households"]
    )
    assert at.V.loc["IET", "households"] == pytest.approx(
        propensity * imported * at.x["households"]
    )
    naive.close(at.Z["households"].iloc[:n] + at.Y["CP"].iloc[:n], table.Y["CP"], scale=at.x.max())
    naive.close(at.L @ at.f, at.x, scale=float(at.f.abs().max()))
