"""Each closed form of extraction against the table with zeros in it, solved anew."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import naive
from iomodel import extraction
from iomodel.table import IOTable
from strategies import in_currency, permuted, tables

TOLERANCE = 1e-10
Brute = Callable[[np.ndarray, np.ndarray, np.ndarray, int, float], np.ndarray]


def solved(A: np.ndarray, f: np.ndarray) -> np.ndarray:
    return np.linalg.solve(np.eye(len(A)) - A, f)


def complete(A: np.ndarray, f: np.ndarray, x: np.ndarray, k: int, share: float) -> np.ndarray:
    A, f = A.copy(), f.copy()
    A[k, :], A[:, k], f[k] = 0, 0, 0
    return x - solved(A, f)


def backward(A: np.ndarray, f: np.ndarray, x: np.ndarray, k: int, share: float) -> np.ndarray:
    A = A.copy()
    A[:, k] *= 1 - share
    return x - solved(A, f)


def backward_others(
    A: np.ndarray, f: np.ndarray, x: np.ndarray, k: int, share: float
) -> np.ndarray:
    A, own = A.copy(), A[k, k]
    A[:, k] = 0
    A[k, k] = own
    return x - solved(A, f)


def forward(A: np.ndarray, f: np.ndarray, x: np.ndarray, k: int, share: float) -> np.ndarray:
    A = A.copy()
    A[k, :] *= 1 - share
    return x - solved(A, f)


def forward_others(A: np.ndarray, f: np.ndarray, x: np.ndarray, k: int, share: float) -> np.ndarray:
    A, own = A.copy(), A[k, k]
    A[k, :] = 0
    A[k, k] = own
    return x - solved(A, f)


def forward_ghosh(A: np.ndarray, f: np.ndarray, x: np.ndarray, k: int, share: float) -> np.ndarray:
    Z, B = A * x, np.zeros_like(A)
    for i in range(len(A)):
        if x[i] != 0 and i != k:
            B[i] = Z[i] / x[i]
    return x - solved(B.T, x - Z.sum(axis=0))


BRUTE: dict[str, Brute] = {
    "complete": complete,
    "backward": backward,
    "backward_others": backward_others,
    "forward": forward,
    "forward_others": forward_others,
    "forward_ghosh": forward_ghosh,
}
PARTIAL: dict[str, Brute] = {"partial_backward": backward, "partial_forward": forward}
MEASURES = {"output": None, "value_added": ("D.1", "D.29", "B.2b"), "imports": ("IET", "P.721")}


def brute(table: IOTable, name: str, share: float = 1.0) -> np.ndarray:
    """Losses of output, column k by extraction of k, each table solved anew."""
    A, x = naive.coefficients(table), table.arrays.x
    one = {**BRUTE, **PARTIAL}[name]
    return np.column_stack([one(A, table.arrays.Y.sum(axis=1), x, k, share) for k in range(len(x))])


def rates(table: IOTable, measure: str) -> np.ndarray:
    codes = MEASURES[measure]
    return np.ones(len(table.accounts)) if codes is None else naive.per_unit(table, *codes)


def close(table: IOTable, ours: object, theirs: np.ndarray, w: np.ndarray | float = 1.0) -> None:
    """To ten digits of the largest output: the losses are differences of outputs."""
    naive.close(ours, theirs, TOLERANCE, scale=float(np.abs(w * table.arrays.x).max()))


@pytest.mark.parametrize("name", BRUTE)
@given(tables(), st.sampled_from(list(MEASURES)))
def test_losses_are_those_of_the_table_solved_anew(name: str, table: IOTable, measure: str) -> None:
    w = rates(table, measure)
    expected = w[:, None] * brute(table, name)
    ours = getattr(extraction, name)(table, measure=measure)
    close(table, ours, expected, w)
    assert ours.index.equals(table.accounts.index)
    assert list(ours.columns) == list(table.accounts.codes)
    assert ours.columns.name == "extracted"
    elsewhere = expected * (1 - np.eye(len(w)))
    close(table, getattr(extraction, name)(table, measure=measure, own=False), elsewhere, w)
    total = float(w @ table.arrays.x)
    if abs(total) > 1e-9 * np.abs(w * table.arrays.x).sum():
        percent = getattr(extraction, name)(table, measure=measure, percent=True)
        close(table, percent * total / 100, expected, w)


@given(tables(), st.sampled_from(list(MEASURES)), st.booleans())
def test_totals_are_the_column_sums_without_the_frame(
    table: IOTable, measure: str, own: bool
) -> None:
    ours = extraction.totals(table, measure=measure, own=own)
    w = rates(table, measure)
    assert list(ours.columns) == list(BRUTE)
    for name in BRUTE:
        frame = getattr(extraction, name)(table, measure=measure, own=own)
        close(table, ours[name], frame.sum().to_numpy(), w)


@pytest.mark.parametrize("name", PARTIAL)
@given(tables(), st.sampled_from([0.0, 0.1, 0.5, 0.99, 1.0]))
def test_a_share_of_purchases_or_sales(name: str, table: IOTable, share: float) -> None:
    function = getattr(extraction, name)
    ours = function(table, share)
    close(table, ours, brute(table, name, share))
    by_sector = np.linspace(0, share, len(table.accounts))
    mixed = function(table, table.accounts.series(by_sector)[::-1])
    for k, part in enumerate(by_sector):
        close(table, mixed.iloc[:, k], function(table, part).iloc[:, k].to_numpy())
    if share == 1.0:
        close(table, ours, getattr(extraction, name.removeprefix("partial_"))(table).to_numpy())


@given(tables(), st.data())
def test_one_flow(table: IOTable, data: st.DataObject) -> None:
    n = len(table.accounts)
    i, j = (data.draw(st.integers(0, n - 1)) for _ in "ij")
    share = data.draw(st.sampled_from([0.3, 1.0]))
    A = naive.coefficients(table)
    A[i, j] *= 1 - share
    codes = table.accounts.codes
    ours = extraction.flow(table, codes[i], codes[j], share=share)
    close(table, ours, table.arrays.x - solved(A, table.arrays.Y.sum(axis=1)))
    w = rates(table, "imports")
    in_imports = extraction.flow(table, codes[i], codes[j], share=share, measure="imports")
    close(table, in_imports, w * ours.to_numpy(), w)


@given(tables(), st.data())
def test_a_group(table: IOTable, data: st.DataObject) -> None:
    n = len(table.accounts)
    chosen = data.draw(st.lists(st.integers(0, n - 1), min_size=1, unique=True))
    A, f = naive.coefficients(table), table.arrays.Y.sum(axis=1)
    A[chosen, :], A[:, chosen], f[chosen] = 0, 0, 0
    expected = table.arrays.x - solved(A, f)
    codes = [table.accounts.codes[i] for i in chosen]
    ours = extraction.group(table, codes)
    close(table, ours, expected)
    apart = extraction.complete(table)[codes]
    assert (ours <= apart.sum(axis=1) + 1e-9 * table.arrays.x.max()).all()
    expected[chosen] = 0
    close(table, extraction.group(table, codes, own=False), expected)


@given(tables())
def test_a_group_of_one_is_a_sector_and_of_all_is_the_economy(table: IOTable) -> None:
    whole = extraction.complete(table)
    for code in table.accounts.codes:
        close(table, extraction.group(table, [code]), whole[code].to_numpy())
    everything = extraction.group(table, table.accounts.codes[::-1])
    np.testing.assert_array_equal(everything, table.arrays.x)


@given(tables())
def test_no_loss_is_negative_and_less_out_costs_less(table: IOTable) -> None:
    found = {name: getattr(extraction, name)(table).to_numpy() for name in BRUTE}
    dust = 1e-12 * table.arrays.x.max()
    for losses in found.values():
        assert losses.min() >= -dust
        assert not losses[:, ~table.active].any()
        assert not losses[~table.active].any()
    order = [
        ("backward", "complete"),
        ("backward_others", "backward"),
        ("forward_others", "forward"),
    ]
    if table.f.min() >= 0:  # stocks run down are sold on top of what is made
        order.append(("forward", "complete"))
        for name in ("complete", "backward", "forward"):
            assert (found[name] <= table.arrays.x[:, None] + dust).all()  # nobody loses more
    for less, more in order:
        assert (found[less] <= found[more] + 1e-9 * table.arrays.x.max()).all()
    np.testing.assert_allclose(np.diagonal(found["complete"]), table.arrays.x, rtol=1e-14)
    others = [
        getattr(extraction, name)(table, own=False).to_numpy()
        for name in ("complete", "backward", "backward_others")
    ]
    close(table, others[0], others[1])  # the others lose what was bought from them
    close(table, others[2], others[1])


@given(tables())
def test_a_sector_with_no_suppliers_or_users_costs_nothing_more(table: IOTable) -> None:
    backward, forward = extraction.backward(table), extraction.forward(table)
    A = naive.coefficients(table)
    for k, code in enumerate(table.accounts.codes):
        if not A[:, k].any():
            assert not backward[code].any()
        if not A[k].any():
            assert not forward[code].any()


@given(tables())
def test_rates_of_your_own_are_a_measure(table: IOTable) -> None:
    given_rates = table.accounts.series(table.per_unit(table.v.to_numpy()), "gva")
    named = extraction.totals(table, measure="value_added")
    scale = float(np.abs(table.v).max())
    for measure in (given_rates[::-1], dict(given_rates), given_rates.to_numpy()):
        naive.close(extraction.totals(table, measure=measure), named, 1e-12, scale=scale)
    ours = extraction.complete(table, measure="PT")
    for k in range(len(table.accounts)):
        expected = table.per_unit(table.arrays.S[0]) * extraction.complete(table).iloc[:, k]
        naive.close(ours.iloc[:, k], expected, 1e-12, scale=float(table.arrays.S.max()))


@given(tables(), st.randoms(use_true_random=False))
def test_neither_order_nor_currency_matters(table: IOTable, random: object) -> None:
    order = list(range(len(table.accounts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    other = extraction.totals(permuted(in_currency(table, 19.25), order))
    ours = extraction.totals(table)
    close(table, other.loc[table.accounts.index] / 19.25, ours.to_numpy())
