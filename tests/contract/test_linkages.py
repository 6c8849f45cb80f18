"""What every linkage index of the register must keep to; a new file is tested as it lands."""

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, note
from hypothesis import strategies as st

import naive
from iomodel import linkages
from iomodel.errors import LabelError, MissingAccountError
from iomodel.table import IOTable
from strategies import in_currency, permuted, tables

REGISTER = linkages.indices()


@pytest.mark.parametrize("index", REGISTER.values(), ids=list(REGISTER))
def test_it_says_what_it_is(index: linkages.Index) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", index.name)
    assert REGISTER[index.name] is index
    assert index.direction in ("backward", "forward", "total", "dispersion", "position")
    assert index.formula
    assert re.search(r"[A-Z][a-z]+.*\b(18|19|20)\d\d\b", index.reference), "author and year"
    assert index.compute.__doc__
    assert ">>>" in index.compute.__doc__


def each() -> Iterator[linkages.Index]:
    """All indices, the one at work named in the report of a failure."""
    for index in REGISTER.values():
        note(index.name)
        yield index


@given(tables())
def test_labels_means_and_sectors_without_output(table: IOTable) -> None:
    for index in each():
        found = index.compute(table)
        assert isinstance(found, pd.Series)
        assert found.index.equals(table.accounts.index)
        assert found.dtype == np.float64
        assert found[~table.active].isna().all()
        values = found[table.active]
        if not index.always and values.isna().all():
            continue  # there is no such linkage in this table
        if table.active.sum() > 1:
            assert np.isfinite(values).all()
        if index.mean_one:
            weights = index.weights(table)[table.active]
            assert np.average(values, weights=weights) == pytest.approx(1, rel=1e-11)
            assert index.average(table, found) == pytest.approx(1, rel=1e-11)


@given(tables(), st.randoms(use_true_random=False), st.sampled_from([1e-3, 19.25, 1e6]))
def test_neither_order_nor_currency_matters(table: IOTable, random: object, rate: float) -> None:
    order = list(range(len(table.accounts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    other = permuted(in_currency(table, rate), order)
    for index in each():
        naive.close(index.compute(other)[table.accounts.index], index.compute(table))


@given(tables(min_size=2))
def test_a_sector_without_output_changes_nothing_for_the_others(table: IOTable) -> None:
    on = [int(i) for i in np.flatnonzero(table.active)]
    smaller = permuted(table, on)  # the same table, idle sectors left out
    for index in each():
        without = index.compute(smaller)
        naive.close(index.compute(table)[without.index], without)


@given(tables(max_size=3))
def test_imports_inside_the_flows_are_refused(table: IOTable) -> None:
    total = replace(table, meta=table.meta.but(origin="total"))
    for index in each():
        with pytest.raises(MissingAccountError, match="imports are inside Z"):
            index.compute(total)


@given(tables())
def test_compare_has_a_column_for_each_and_says_what_to_beware_of(table: IOTable) -> None:
    frame = linkages.compare(table)
    assert list(frame.columns) == list(REGISTER)
    assert frame.index.equals(table.accounts.index)
    assert "aggregation" in frame.attrs["note"]
    assert frame.attrs["reference"].keys() == REGISTER.keys()
    for name in REGISTER:
        pd.testing.assert_series_equal(frame[name], linkages.measure(table, name))


def test_the_families_are_there() -> None:
    assert {
        "chenery_watanabe_backward",
        "chenery_watanabe_forward",
        "rasmussen_backward",
        "rasmussen_forward",
        "rasmussen_backward_cv",
        "rasmussen_forward_cv",
        "ghosh_forward",
        "cella_backward",
        "cella_forward",
        "cella_total",
        "pure_backward",
        "pure_forward",
        "pure_total",
        "net_backward",
        "eigenvector_backward",
        "eigenvector_forward",
        "demand_weighted_backward",
        "output_weighted_backward",
        "output_weighted_forward",
        "input_weighted_forward",
        "propagation_backward",
        "propagation_forward",
        "upstreamness",
        "downstreamness",
    } <= REGISTER.keys()


@given(tables(max_size=3))
def test_an_unknown_or_unfit_index_is_refused(table: IOTable) -> None:
    with pytest.raises(LabelError, match=r"(?s)not a linkage index.*rasmussen_backward"):
        linkages.measure(table, "rasmussen")
    with pytest.raises(LabelError, match="not a backward index"):
        linkages.key_sectors(table, backward="upstreamness")
    with pytest.raises(LabelError, match=r"(?s)not a forward index.*ghosh_forward"):
        linkages.key_sectors(table, forward="pure_total")
    with pytest.raises(LabelError, match="not a backward index"):
        linkages.key_sectors(table, backward="ghosh_forward")
