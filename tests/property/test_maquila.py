"""Exporters set apart from any table: nothing is lost, and their inverse collapses."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import naive
from iomodel import aggregate, construct, multipliers
from iomodel.errors import TableError
from iomodel.table import IOTable
from strategies import tables

VALUE_ADDED = ["D.1", "D.29", "B.2b"]


@st.composite
def cases(draw: st.DrawFn) -> tuple[IOTable, dict[str, float], dict[str, float]]:
    """A table, and for some industries a part that is small enough to have been in it."""
    table = draw(tables())
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    share, imported = {}, {}
    for code in table.accounts.codes:
        x, v = table.x[code], table.V.loc[VALUE_ADDED, code].sum()
        imports = table.V.loc[["IET", "P.721"], code].sum()
        domestic = table.Z[code].sum()
        if x <= 0 or v <= 0 or domestic <= 0 or imports <= 0 or rng.random() < 0.4:
            continue
        m = rng.uniform(0.05, 0.95)
        inputs = domestic + imports
        room = min(table.Y["P.6"][code] / x, imports / (m * inputs), domestic / ((1 - m) * inputs))
        if room > 1e-6:
            share[code], imported[code] = float(min(0.9 * room, 0.95)), float(m)
    assume(share)
    return table, share, imported


@given(cases())
def test_both_parts_add_up_to_the_industry(
    case: tuple[IOTable, dict[str, float], dict[str, float]],
) -> None:
    table, share, imported = case
    split = construct.split_maquila(table, pd.Series(share), imported)
    assert split.check()["holds"].all()
    groups = {code: code.removesuffix("-exporting") for code in split.accounts.codes}
    back = aggregate.by(split, groups)
    assert back.accounts.codes == table.accounts.codes
    for block in ("Z", "Y", "V", "W", "x", "S"):
        ours, theirs = getattr(back.arrays, block), getattr(table.arrays, block)
        naive.close(ours, theirs, 1e-12, scale=table.x.max())
    for code, part in share.items():
        at = f"{code}-exporting"
        assert (split.Z.loc[at] == 0).all()
        inputs = split.Z[at].sum() + split.V.loc[["IET", "P.721"], at].sum()
        naive.close(split.V.loc[["IET", "P.721"], at].sum(), imported[code] * inputs)
        naive.close(split.x[at], part * table.x[code])


@given(cases())
def test_the_multiplier_of_exporters_needs_the_inverse_of_the_others_only(
    case: tuple[IOTable, dict[str, float], dict[str, float]],
) -> None:
    table, share, imported = case
    split = construct.split_maquila(table, share, imported)
    A, v = naive.coefficients(split), naive.per_unit(split, *VALUE_ADDED)
    D = [i for i, code in enumerate(split.accounts.codes) if not code.endswith("-exporting")]
    M = [i for i in range(len(A)) if i not in D]
    L = np.linalg.inv(np.eye(len(D)) - A[np.ix_(D, D)])
    assume(np.abs(L).max() < 1e6)
    k = 1 + (v[D] @ L @ A[np.ix_(D, M)]) / v[M]
    naive.close(multipliers.value_added(split)["multiplier"].iloc[M], k)


@given(cases())
def test_the_imports_asked_for_give_the_multiplier(
    case: tuple[IOTable, dict[str, float], dict[str, float]],
) -> None:
    table, share, _ = case
    code = next(iter(share))
    if not (naive.per_unit(table, *VALUE_ADDED) @ naive.leontief(table) @ table.Z[code]):
        with pytest.raises(TableError, match=f"gives the exporters of '{code}' the same"):
            construct.imported_inputs_for(table, [code], 1.0)
        return
    plain = construct.imported_inputs_for(table, [code], 1.0)
    assert plain.at[code, "imported_inputs"] == 1.0
    wanted = 1 + 0.5 * (plain.at[code, "at_none"] - 1)
    found = construct.imported_inputs_for(table, [code], wanted).at[code, "imported_inputs"]
    v = naive.per_unit(table, *VALUE_ADDED)
    at = table.accounts.codes.index(code)
    bought = table.Z[code].to_numpy() / table.Z[code].sum()
    inputs = naive.coefficients(table)[:, at].sum() + naive.per_unit(table, "IET", "P.721")[at]
    k = 1 + (1 - found) * inputs * (v @ naive.leontief(table) @ bought) / v[at]
    naive.close(k, wanted)
