"""Decompositions of any SAM and table: against inverses formed as they stand, and their sums."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import naive
from iomodel import blocks, multipliers
from iomodel.errors import TableError
from iomodel.sam import SAM, SAMModel
from iomodel.table import IOTable
from naive import close
from sams import EXOGENOUS, sams
from sams import naive as by_hand
from strategies import permuted, tables

TIGHT = 1e-10


def cut(sam: SAM) -> SAMModel:
    return sam.cut(exogenous=EXOGENOUS)


def at_random(codes: tuple[str, ...], k: int, seed: int) -> dict[str, list[str]]:
    """Every code into one of k blocks, none of them empty."""
    rng = np.random.default_rng(seed)
    names = np.append(np.arange(k), rng.integers(0, k, len(codes) - k))
    rng.shuffle(names)
    return {
        f"block {b}": [code for code, name in zip(codes, names, strict=True) if name == b]
        for b in range(k)
    }


def of_pyatt_and_round(A: np.ndarray, members: list[list[int]]) -> tuple[np.ndarray, ...]:
    """M1, M2, M3, each as it is written down."""
    n, k = len(A), len(members)
    inside = np.zeros((n, n))
    for at in members:
        for i in at:
            for j in at:
                inside[i, j] = A[i, j]
    M1 = np.linalg.inv(np.eye(n) - inside)
    step = M1 @ (A - inside)
    M2 = sum(np.linalg.matrix_power(step, t) for t in range(k))
    return M1, M2, np.linalg.inv(np.eye(n) - np.linalg.matrix_power(step, k))


@given(sams(), st.integers(2, 4), st.integers(0, 10**6))
def test_product_and_sum_are_the_multipliers_for_any_blocks(sam: SAM, k: int, seed: int) -> None:
    model = cut(sam)
    codes = model.accounts.codes
    assume(len(codes) >= k)
    named = at_random(codes, k, seed)
    found = blocks.decompose(model, blocks=named)
    total, _ = by_hand(model)
    product = found.M3.to_numpy() @ found.M2.to_numpy() @ found.M1.to_numpy()
    close(product, total, TIGHT)
    close(found.within + found.rest, total - np.eye(len(codes)), TIGHT)
    members = [model.accounts.positions(labels) for labels in named.values()]
    for ours, theirs in zip(
        (found.M1, found.M2, found.M3),
        of_pyatt_and_round(model.A.to_numpy(), members),
        strict=True,
    ):
        close(ours, theirs, TIGHT)
    if found.cyclic:
        close(found.within + found.open + found.closed, total - np.eye(len(codes)), TIGHT)
    else:
        for effect in ("open", "closed"):
            with pytest.raises(TableError, match=r"(?s)Money comes back after .* pays"):
                getattr(found, effect)
    for code in codes[:2]:
        effects = found.of(code)
        parts = effects.drop(columns="total")
        close(parts.sum(axis=1), effects["total"], TIGHT)
        close(effects["total"], total[:, codes.index(code)], TIGHT)
        close(found.by_block(code), effects.groupby(found.blocks).sum().loc[list(named)], TIGHT)


@given(sams(), st.integers(2, 4), st.integers(0, 10**6))
def test_blocks_are_cyclic_where_no_effect_stands_in_the_wrong_place(
    sam: SAM, k: int, seed: int
) -> None:
    """Open effects never in the block of the injection; a full round always back in it."""
    model = cut(sam)
    assume(len(model.accounts) >= k)
    found = blocks.decompose(model, blocks=at_random(model.accounts.codes, k, seed))
    same = found.blocks.to_numpy()[:, None] == found.blocks.to_numpy()[None, :]
    n = len(same)
    crossing, rounds = found.M2.to_numpy() - np.eye(n), found.M3.to_numpy() - np.eye(n)
    in_place = not np.any(crossing[same]) and not np.any(rounds[~same])
    assert found.cyclic == in_place


@given(sams())
def test_activities_factors_and_institutions_are_a_circle(sam: SAM) -> None:
    model = cut(sam)
    found = blocks.decompose(model)
    assert found.cyclic, found.why
    assert set(found.order) == {"production", "factor", "institution"}
    order = ["production", "factor", "institution"]
    start = found.order.index("production")
    assert [*found.order[start:], *found.order[:start]] == order
    activity = next(c for c in model.accounts.codes if c.endswith("1"))
    # what stays in production is the open multiplier; the rest of it is induced
    production, rounds = found.by_block(activity).loc["production"], multipliers.rounds(model)
    close(production["initial"] + production["within"],
          rounds.loc[activity, ["initial", "direct", "indirect"]].sum())  # fmt: skip
    close(production["closed"], rounds.loc[activity, "induced"], scale=1.0)
    again = pickle.loads(pickle.dumps(found))
    pd.testing.assert_frame_equal(again.closed, found.closed)


@given(tables(min_size=2), st.integers(0, 10**6))
def test_two_regions_spill_over_and_feed_back(table: IOTable, seed: int) -> None:
    """Feedback by the formula of two regions: all of L_rr that (I - A_rr)^-1 does not hold."""
    named = at_random(table.accounts.codes, 2, seed)
    found = blocks.decompose(table, blocks=named)
    assert found.cyclic, found.why
    A = naive.coefficients(table)
    r, s = (table.accounts.positions(codes) for codes in named.values())
    eye_r, eye_s = np.eye(len(r)), np.eye(len(s))
    out = A[np.ix_(r, s)] @ np.linalg.inv(eye_s - A[np.ix_(s, s)]) @ A[np.ix_(s, r)]
    alone = np.linalg.inv(eye_r - A[np.ix_(r, r)])
    with_feedback = np.linalg.inv(eye_r - A[np.ix_(r, r)] - out)
    one = found.closed.to_numpy()[np.ix_(r, r)]
    scale = np.abs(with_feedback).max()
    close(one, with_feedback - alone, scale=scale)
    assert not found.open.to_numpy()[np.ix_(r, r)].any()
    close(
        found.within + found.open + found.closed,
        naive.leontief(table) - np.eye(len(A)),
        scale=np.abs(naive.leontief(table)).max(),
    )


@given(tables(min_size=2), st.randoms(use_true_random=False))
def test_the_order_of_sectors_changes_nothing(table: IOTable, random: object) -> None:
    order = list(range(len(table.accounts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    named = at_random(table.accounts.codes, 2, 1)
    one = blocks.decompose(table, blocks=named)
    other = blocks.decompose(permuted(table, order), blocks=named)
    codes = table.accounts.index
    for name in ("within", "open", "closed"):
        ours, theirs = getattr(one, name), getattr(other, name)
        close(theirs.loc[codes, codes], ours, scale=np.abs(one.rest.to_numpy()).max())


# -- at the margin, and in shares ---------------------------------------------------------------


@given(sams(), st.sampled_from([0.0, 0.5, 2.0]))
def test_elasticities_move_spending_and_unit_ones_do_not(sam: SAM, factor: float) -> None:
    model = cut(sam)
    total, _ = by_hand(model)
    spent = model.spending("households")
    unit = blocks.fixed_price(model, {"households": dict.fromkeys(spent.index, 1.0)})
    close(unit.multipliers, total)
    close(unit.income_effects, np.zeros_like(total), scale=np.abs(total).max())
    close(blocks.fixed_price(model, {}).multipliers, total)
    # one thing bought more (or less) with more income, and saving the rest
    bought = spent[list(model.accounts.codes)].idxmax()
    saved = 1 + spent[bought] * (1 - factor) / spent["saving"]
    ours = blocks.fixed_price(model, {"households": {bought: factor, "saving": saved}})
    C = model.A.to_numpy().copy()
    i, j = model.accounts.positions([bought, "households"])
    C[i, j] *= factor
    assume(np.abs(np.linalg.eigvals(np.abs(C))).max() < 1 - 1e-6)
    close(ours.C, C)
    theirs = np.linalg.inv(np.eye(len(C)) - C)
    close(ours.multipliers, theirs)
    close(ours.income_effects, theirs - total, scale=np.abs(theirs).max())


@given(sams(), st.integers(0, 10**6))
def test_shares_of_income_gain_what_others_lose(sam: SAM, seed: int) -> None:
    model = cut(sam)
    total, _ = by_hand(model)
    y = model.x.to_numpy()
    everybody = blocks.redistribution(model)
    n, whole = len(y), y.sum()
    R = (np.eye(n) - np.outer(y, np.ones(n)) / whole) @ total / whole
    close(everybody, R, scale=np.abs(total).max() / whole)
    rng = np.random.default_rng(seed)
    chosen = [str(c) for c in rng.permutation(model.accounts.codes)[: rng.integers(2, n + 1)]]
    assume(model.x[chosen].sum() > 0)
    found = blocks.redistribution(model, over=chosen)
    size = np.abs(total).max() / model.x[chosen].sum()
    close(found.sum(), np.zeros(n), TIGHT, scale=size)
    assert found.index.tolist() == chosen
    # a small injection, and the shares before and after
    z, j = 1e-6 * whole, int(rng.integers(n))
    before = model.x[chosen]
    after = before + z * pd.Series(total[:, j], model.accounts.index)[chosen]
    step = (after / after.sum() - before / before.sum()) / z
    # exact but for the total that the injection itself adds
    close(found.iloc[:, j] * before.sum() / after.sum(), step, 1e-6, scale=size)
