"""Multipliers of every table: against the inverse written out, and the sums they must have."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import naive
from iomodel import multipliers
from iomodel.table import IOTable
from strategies import in_currency, permuted, tables

EFFECTS = {
    "value_added": ("D.1", "D.29", "B.2b"),
    "compensation": ("D.1",),
    "surplus": ("B.2b",),
    "imports": ("IET", "P.721"),
    "product_taxes": ("D.21",),
    "production_taxes": ("D.29",),
    "taxes": ("D.21", "D.29"),
}


@given(tables())
def test_output_multipliers_are_column_sums(table: IOTable) -> None:
    ours = multipliers.output(table)
    naive.close(ours, naive.leontief(table).sum(axis=0))
    assert ours.index.equals(table.accounts.index)
    assert (ours[~table.active] == 1).all()
    pd.testing.assert_series_equal(
        ours, multipliers.output(table, over="industries"), check_names=False
    )


@pytest.mark.parametrize("name", EFFECTS)
@given(tables())
def test_effects_are_rows_through_the_inverse(name: str, table: IOTable) -> None:
    ours = getattr(multipliers, name)(table)
    direct = naive.per_unit(table, *EFFECTS[name])
    total = direct @ naive.leontief(table)
    naive.close(ours["direct"], direct)
    naive.close(ours["total"], total)
    usable = np.abs(direct) > 1e-12 * np.abs(direct).max(initial=0)
    naive.close(ours["multiplier"][usable], total[usable] / direct[usable])
    assert ours["multiplier"][direct == 0].isna().all()
    assert sorted(ours.attrs["rows"]) == sorted(EFFECTS[name])


@given(tables())
def test_jobs_are_a_satellite_through_the_inverse(table: IOTable) -> None:
    ours, x = multipliers.jobs(table), table.arrays.x
    direct = np.array(
        [s / out if out else 0.0 for s, out in zip(table.arrays.S[0], x, strict=True)]
    )
    naive.close(ours["direct"], direct)
    naive.close(ours["total"], direct @ naive.leontief(table))
    assert ours.attrs["unit"].startswith("jobs per million")


@given(tables())
def test_imports_taxes_and_value_added_are_the_whole_peso(table: IOTable) -> None:
    parts = [multipliers.imports, multipliers.product_taxes, multipliers.value_added]
    naive.close(sum(part(table)["total"] for part in parts), table.active.astype(float))
    naive.close(
        multipliers.taxes(table)["total"],
        (multipliers.product_taxes(table) + multipliers.production_taxes(table))["total"],
    )


@given(tables())
def test_effects_of_final_demand_add_up_to_what_was_paid(table: IOTable) -> None:
    for name, codes in EFFECTS.items():
        paid = table.V.loc[list(codes)].sum().sum()
        effect = getattr(multipliers, name)(table)["total"] @ table.f
        assert effect == pytest.approx(paid, rel=1e-8, abs=1e-9 * table.x.sum())
    jobs = multipliers.jobs(table)["total"] @ table.f
    there = table.satellites.loc["PT"][table.active].sum()
    assert jobs == pytest.approx(there, rel=1e-8, abs=1e-9)


@given(tables(), st.randoms(use_true_random=False), st.sampled_from([1e-3, 19.25]))
def test_neither_order_nor_currency_matters(table: IOTable, random: object, rate: float) -> None:
    order = list(range(len(table.accounts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    other = permuted(in_currency(table, rate), order)
    codes = table.accounts.index
    naive.close(multipliers.output(other)[codes], multipliers.output(table).to_numpy())
    for name in EFFECTS:
        effect = getattr(multipliers, name)
        ours, theirs = effect(table), effect(other).loc[codes]
        for column in ours.columns:
            naive.close(theirs[column], ours[column])
    jobs = multipliers.jobs(other).loc[codes]
    naive.close(jobs["total"] * rate, multipliers.jobs(table)["total"].to_numpy())
    naive.close(jobs["multiplier"], multipliers.jobs(table)["multiplier"].to_numpy())
