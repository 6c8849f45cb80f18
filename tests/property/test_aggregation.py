"""Cutting a sector into two alike changes nothing, and adding them up again gives it back."""

import numpy as np
import pandas as pd
from hypothesis import assume, given
from hypothesis import strategies as st

import naive
from iomodel import aggregate, linkages, multipliers
from iomodel.errors import NotProductiveError
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


# -- bias ---------------------------------------------------------------------------------------


@st.composite
def merged(draw: st.DrawFn) -> tuple[IOTable, dict[str, str], np.ndarray]:
    """A table, a concordance to one to four groups, and a final demand of its own."""
    table = draw(tables(min_size=2))
    n = len(table.accounts)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    groups = rng.integers(0, draw(st.integers(1, 4)), n)
    concordance = {c: f"g{g}" for c, g in zip(table.accounts.codes, groups, strict=True)}
    return table, concordance, rng.lognormal(0, 1, n) * table.arrays.x.max()


def summing(table: IOTable, concordance: dict[str, str]) -> np.ndarray:
    """The matrix S of the formulas, written out."""
    groups = list(dict.fromkeys(concordance[c] for c in table.accounts.codes))
    return np.array([[concordance[c] == g for c in table.accounts.codes] for g in groups]) * 1.0


def biased(table: IOTable, concordance: dict[str, str], f: object = None) -> pd.DataFrame:
    """The bias, or another draw where the coarser table has lost its productivity."""
    try:
        return aggregate.bias(table, concordance, f)  # type: ignore[arg-type]
    except NotProductiveError:
        assume(False)
        raise


@given(merged())
def test_the_bias_is_that_of_the_formulas(
    drawn: tuple[IOTable, dict[str, str], np.ndarray],
) -> None:
    table, concordance, f = drawn
    assume(table.active.all())
    S, x, A = summing(table, concordance), np.diag(table.arrays.x), naive.coefficients(table)
    A_star = S @ A @ x @ S.T @ np.linalg.inv(S @ x @ S.T)
    L_star = np.linalg.inv(np.eye(len(S)) - A_star)
    result = biased(table, concordance, f)
    naive.close(result["first_order"], (A_star @ S - S @ A) @ f, scale=f.sum())
    detailed = S @ naive.leontief(table) @ f
    naive.close(result["detailed"], detailed)
    naive.close(result["aggregated"], L_star @ S @ f)
    naive.close(result["total"], L_star @ S @ f - detailed, scale=np.abs(detailed).max())
    # and the coarser table says the same of itself
    coarse = aggregate.by(table, concordance)
    naive.close(aggregate.coefficients(table, concordance), coarse.A)
    naive.close(coarse.L @ (S @ f), result["aggregated"])


@given(merged(), st.sampled_from([1.0, 1e-3, 7.0]))
def test_demand_in_proportion_to_that_of_the_table_has_no_total_bias(
    drawn: tuple[IOTable, dict[str, str], np.ndarray], times: float
) -> None:
    table, concordance, _ = drawn
    scale = times * table.arrays.x.max() * len(table.accounts)
    base = biased(table, concordance, times * table.f)
    naive.close(base["total"], np.zeros(len(base)), scale=scale)
    # to first order it is the output that has to be in proportion: A* S x = S A x
    like_output = biased(table, concordance, times * table.x)
    naive.close(like_output["first_order"], np.zeros(len(base)), scale=scale)


@given(split(), st.integers(0, 2**32 - 1))
def test_alike_columns_have_no_bias_for_any_demand(
    drawn: tuple[IOTable, IOTable, str], seed: int
) -> None:
    table, cut, code = drawn
    assume(table.x[code] > 0)
    concordance = {c: c for c in table.accounts.codes} | {f"{code}'": code}
    f = np.random.default_rng(seed).lognormal(0, 1, len(cut.accounts))
    result = biased(cut, concordance, f)
    scale = float(result["detailed"].max() + f.sum())
    for column in ("first_order", "total"):
        naive.close(result[column], np.zeros(len(result)), scale=scale)


@given(merged())
def test_demand_for_a_sector_left_alone_has_no_bias_to_first_order(
    drawn: tuple[IOTable, dict[str, str], np.ndarray],
) -> None:
    table, concordance, _ = drawn
    alone = table.accounts.codes[0]
    concordance = concordance | {alone: "alone"}
    result = biased(table, concordance, table.demand({alone: 1.0}))
    naive.close(result["first_order"], np.zeros(len(result)), scale=1.0)


@given(merged())
def test_coefficients_weighed_by_the_output_of_a_demand_give_that_output(
    drawn: tuple[IOTable, dict[str, str], np.ndarray],
) -> None:
    table, concordance, f = drawn
    x = table.L @ f
    assume(isinstance(x, pd.Series) and x.min() > 0)
    A = aggregate.coefficients(table, concordance, weights=x)
    S = summing(table, concordance)
    output = S @ np.asarray(x)
    naive.close(A.to_numpy() @ output + S @ f, output, scale=output.max())


@given(tables(), st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_a_sector_cut_in_proportion_is_the_same_sector(
    table: IOTable, seed: int, parts: int
) -> None:
    rng = np.random.default_rng(seed)
    code = table.accounts.codes[int(rng.integers(len(table.accounts)))]
    w = rng.lognormal(0, 1, parts)
    shares = {f"{code}.{k}": float(share) for k, share in enumerate(w / w.sum())}
    finer = aggregate.split(table, code, shares)
    back = {c: c for c in table.accounts.codes if c != code} | dict.fromkeys(shares, code)
    whole = aggregate.by(finer, back, names={code: code})
    assert whole.accounts == table.accounts
    for block in ("Z", "Y", "V", "W", "x", "satellites"):
        naive.close(getattr(whole, block), getattr(table, block).to_numpy())
    if table.x[code] > 0:
        ours = multipliers.output(finer)
        naive.close(ours[list(shares)], np.full(parts, multipliers.output(table)[code]))
