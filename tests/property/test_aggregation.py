"""Cutting a sector into two alike changes nothing, and adding them up again gives it back."""

import numpy as np
import pandas as pd
from hypothesis import assume, given
from hypothesis import strategies as st

import naive
from iomodel import aggregate, linkages, multipliers
from iomodel.table import IOTable
from strategies import split_sector, tables


@st.composite
def split(draw: st.DrawFn) -> tuple[IOTable, IOTable, str]:
    """A table, the same with one sector cut into two alike, and that sector."""
    table = draw(tables())
    at = draw(st.integers(0, len(table.accounts) - 1))
    share = draw(st.sampled_from([0.5, 0.01, 0.999]))
    return table, split_sector(table, at, share), table.accounts.codes[at]


@given(split())
def test_adding_up_gives_the_sector_back(drawn: tuple[IOTable, IOTable, str]) -> None:
    table, cut, code = drawn
    concordance = {c: c for c in table.accounts.codes} | {f"{code}'": code}
    whole = aggregate.by(cut, concordance)
    assert whole.accounts.codes == table.accounts.codes
    for block in ("Z", "Y", "V", "W", "x", "satellites"):
        naive.close(getattr(whole, block), getattr(table, block).to_numpy())
    assert whole.check()["holds"].all()
    naive.close(multipliers.output(whole), multipliers.output(table).to_numpy())


@given(split())
def test_multipliers_of_the_parts_are_those_of_the_whole(
    drawn: tuple[IOTable, IOTable, str],
) -> None:
    table, cut, code = drawn
    assume(table.x[code] > 0)
    for question in (multipliers.output, multipliers.value_added, multipliers.imports):
        whole, parts = question(table), question(cut)
        assert isinstance(parts, (pd.Series, pd.DataFrame))
        parts, whole = parts.loc[[*whole.index, f"{code}'"]], whole.loc[[*whole.index, code]]
        for column in ["total", "direct", "multiplier"] if parts.ndim == 2 else [slice(None)]:
            naive.close(parts[column], whole[column])


@given(split())
def test_direct_linkages_do_not_change_and_relative_ones_do_by_the_mean_only(
    drawn: tuple[IOTable, IOTable, str],
) -> None:
    table, cut, code = drawn
    assume(table.x[code] > 0)
    for name in ("chenery_watanabe_backward", "chenery_watanabe_forward"):
        naive.close(
            linkages.measure(cut, name).drop(f"{code}'"), linkages.measure(table, name).to_numpy()
        )
    for name in ("rasmussen_backward", "ghosh_forward"):
        ratio = linkages.measure(cut, name).drop(f"{code}'") / linkages.measure(table, name)
        naive.close(ratio[table.active], np.full(table.active.sum(), ratio[code]))
