"""Imports and value added in final demand, for every table."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import naive
from iomodel import multipliers, trade
from iomodel.table import IOTable
from strategies import in_currency, permuted, tables


@given(tables(income=False))
def test_import_content_is_bought_directly_or_used_up(table: IOTable) -> None:
    ours = trade.import_content(table)
    m, L = naive.per_unit(table, "IET", "P.721"), naive.leontief(table)
    for category in table.categories.codes:
        direct = naive.row(table, "IET", category) + naive.row(table, "P.721", category)
        indirect = m @ L @ table.Y[category].to_numpy()
        paid = table.Y[category].sum() + sum(
            naive.row(table, code, category) for code in table.inputs.codes if code != "P.621"
        )
        scale = max(table.Y[category].abs().sum(), 1.0)
        assert ours.loc[category, "direct"] == pytest.approx(direct, abs=1e-9 * scale)
        assert ours.loc[category, "indirect"] == pytest.approx(indirect, abs=1e-8 * scale)
        if abs(paid) > 1e-6 * scale:
            expected = (direct + indirect) / paid
            assert ours.loc[category, "share"] == pytest.approx(expected, rel=1e-6, abs=1e-6)
    assert ours.loc["P.6", "direct"] == 0  # visitors' purchases are no imports


@given(tables(income=False))
def test_all_imports_end_in_final_demand(table: IOTable) -> None:
    imported = table.V.loc[["IET", "P.721"]].sum().sum() + table.W.loc[["IET", "P.721"]].sum().sum()
    content = trade.import_content(table)["total"].sum()
    assert content == pytest.approx(imported, rel=1e-8, abs=1e-9 * table.x.sum())


@given(tables())
def test_value_added_in_exports_is_direct_and_of_suppliers(table: IOTable) -> None:
    ours = trade.value_added_in_exports(table)
    v, L = naive.per_unit(table, "D.1", "D.29", "B.2b"), naive.leontief(table)
    e = table.Y["P.6"].to_numpy()
    naive.close(ours["exports"], e)
    naive.close(ours["direct"], v * e)
    naive.close(ours["total"], (v @ L) * e, scale=(v @ L).max() * e.max())
    naive.close(ours["direct"] + ours["indirect"], ours["total"].to_numpy())
    naive.close(ours["import_content"], naive.per_unit(table, "IET", "P.721") @ L)
    taxes = multipliers.product_taxes(table)["total"]
    naive.close(ours["content"] + ours["import_content"] + taxes, table.active.astype(float))


@given(tables())
def test_all_exports_are_weighted_not_averaged(table: IOTable) -> None:
    assume(table.Y["P.6"].sum() > 0)
    ours = trade.export_totals(table)
    v, m = (naive.per_unit(table, *rows) for rows in (("D.1", "D.29", "B.2b"), ("IET", "P.721")))
    needed = naive.leontief(table) @ table.Y["P.6"].to_numpy()
    exported = table.Y["P.6"].sum()
    assert ours["content"] == pytest.approx(v @ needed / exported, rel=1e-8, abs=1e-8)
    assert ours["import_content"] == pytest.approx(m @ needed / exported, rel=1e-8, abs=1e-8)


@given(tables(), st.data())
def test_the_income_multiplier_of_a_set_is_total_over_direct(
    table: IOTable, data: st.DataObject
) -> None:
    codes = list(table.accounts.codes)
    chosen = data.draw(st.lists(st.sampled_from(codes), min_size=1, unique=True))
    at = [codes.index(code) for code in chosen]
    v, e = naive.per_unit(table, "D.1", "D.29", "B.2b"), table.Y["P.6"].to_numpy()
    direct = sum(v[j] * e[j] for j in at)
    assume(direct > 1e-6 * (1 + e.sum()))
    total = sum((v @ naive.leontief(table))[j] * e[j] for j in at)
    assert trade.income_multiplier(table, chosen) == pytest.approx(total / direct, rel=1e-8)
    weights = {code: float(e[j]) for code, j in zip(reversed(chosen), reversed(at), strict=True)}
    ours = trade.income_multiplier(table, chosen, weights=weights)
    assert ours == pytest.approx(total / direct, rel=1e-8)


@given(tables(income=False), st.randoms(use_true_random=False), st.sampled_from([1e-3, 19.25]))
def test_neither_order_nor_currency_matters(table: IOTable, random: object, rate: float) -> None:
    order = list(range(len(table.accounts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    other = permuted(in_currency(table, rate), order)
    one, two = trade.import_content(table), trade.import_content(other)
    naive.close(two[["direct", "indirect", "total"]] / rate, one.drop(columns="share").to_numpy())
    one, two = trade.value_added_in_exports(table), trade.value_added_in_exports(other)
    naive.close(two.loc[one.index, "total"] / rate, one["total"].to_numpy())
    naive.close(two.loc[one.index, "content"], one["content"].to_numpy())
    assert np.isfinite(one.to_numpy()).all()
