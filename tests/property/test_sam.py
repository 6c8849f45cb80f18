"""SAMs and the models cut from them, for any SAM: against inverses formed as they stand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from iomodel import aggregate, leakage, multipliers, settings
from iomodel.errors import NotProductiveError
from iomodel.sam import SAM, SAMModel
from iomodel.table import IOTable
from naive import close
from sams import EXOGENOUS, naive, sams

ROUNDING = 1e-10


def cut(sam: SAM) -> SAMModel:
    return sam.cut(exogenous=EXOGENOUS)


# -- the value --------------------------------------------------------------------------------


@given(sams())
def test_every_identity_of_a_balanced_sam_holds(sam: SAM) -> None:
    check = sam.check()
    assert check["holds"].all()
    assert check["residual"].max() == 0  # whole numbers
    found = sam.aggregates()
    assert found["gdp_production"] == found["gdp_income"] == found["gdp_expenditure"]
    assert found["saving"] - found["investment"] == found["current_account"]
    assert found["current_account"] == -found["foreign_saving"]
    T = sam.transactions
    factors = [c for c, k in zip(sam.accounts.codes, sam.accounts.kinds, strict=True)
               if k == "factor"]  # fmt: skip
    made = [c for c, k in zip(sam.accounts.codes, sam.accounts.kinds, strict=True)
            if k == "activity"]  # fmt: skip
    taxes = T.loc[["tax-products", "tax-production"], [*made, "households", "saving"]].sum().sum()
    assert found["gdp_income"] == T.loc[factors, made].sum().sum() + taxes
    received, paid = T["row-income"].sum() - T.at["row-balance", "row-income"], T.loc["row-income"]
    paid = paid.sum() - T.at["row-income", "row-balance"]
    assert found["gni"] == found["gdp_income"] + received - paid
    assert found["gni"] == found["gni_received"]


@given(sams(), st.sampled_from([1e-6, 17.5, 1e6]))
def test_neither_order_nor_unit_matters(sam: SAM, unit: float) -> None:
    kinds = dict(zip(sam.accounts.codes, sam.accounts.kinds, strict=True))
    order = sorted(kinds)
    other = SAM.from_frame(sam.transactions.loc[order[::-1], order] * unit, kinds=kinds)
    close(other.totals[list(sam.accounts.codes)], sam.totals * unit)
    one = multipliers.accounting(cut(sam))
    close(multipliers.accounting(cut(other)).loc[one.index], one)


@given(sams(), st.integers(1, 3))
def test_aggregation_keeps_what_is_paid_between_groups(sam: SAM, groups: int) -> None:
    made = [sam.accounts.codes[i] for i in sam.accounts.of_kind("activity")]
    concordance = {code: f"g{i % groups}" for i, code in enumerate(made)}
    coarse = aggregate.by(sam, concordance)
    assert coarse.check()["holds"].all()
    pd.testing.assert_series_equal(coarse.aggregates(), sam.aggregates())
    T, whole = coarse.transactions, sam.transactions
    for group in set(concordance.values()):
        members = [code for code, of in concordance.items() if of == group]
        assert T.at[group, "households"] == whole.loc[members, "households"].sum()
        assert T.at[group, group] == whole.loc[members, members].sum().sum()
    assert T.at["labour", "row-income"] == whole.at["labour", "row-income"]


# -- the model ----------------------------------------------------------------------------------


@given(sams())
def test_what_an_account_spends_and_what_leaks_is_all_it_has(sam: SAM) -> None:
    model = cut(sam)
    spent = model.A.sum() + model.leakage_coefficients.sum()
    close(spent, model.active.astype(float))
    assert set(model.accounts.codes) | set(model.outside.codes) == set(sam.accounts.codes)
    T = sam.transactions
    inside, outside = list(model.accounts.codes), list(model.outside.codes)
    close(model.A * model.x, T.loc[inside, inside])
    close(model.leakages, T.loc[outside, inside])
    pd.testing.assert_frame_equal(
        model.exogenous, T.loc[inside, outside], check_names=False, check_freq=False
    )


@given(sams())
def test_injections_bring_about_the_totals_of_the_base_year(sam: SAM) -> None:
    model = cut(sam)
    close(model.L @ model.exogenous.sum(axis=1), model.x, ROUNDING)


@given(sams())
def test_multipliers_are_sums_over_the_naive_inverse(sam: SAM) -> None:
    model = cut(sam)
    M, _ = naive(model)
    codes, kinds = model.accounts.codes, np.array(model.accounts.kinds)
    found = multipliers.accounting(model)
    close(found["output"], M[kinds == "activity"].sum(axis=0), ROUNDING)
    close(found["factor_income"], M[kinds == "factor"].sum(axis=0), ROUNDING)
    close(found["household_income"], M[codes.index("households")], ROUNDING)
    close(found["total"], M.sum(axis=0), ROUNDING)
    jobs = pd.Series({c: 2.0 + i for i, c in enumerate(codes) if kinds[i] == "activity"})
    per_unit = np.array([jobs.get(c, 0.0) for c in codes])
    close(multipliers.accounting(model, jobs=jobs)["jobs"], per_unit @ M, ROUNDING)


@given(sams())
def test_rounds_are_initial_direct_indirect_and_induced(sam: SAM) -> None:
    model = cut(sam)
    M, _ = naive(model)
    made = np.flatnonzero(np.array(model.accounts.kinds) == "activity")
    A = model.A.to_numpy()[np.ix_(made, made)]
    opened = np.linalg.inv(np.eye(len(made)) - A).sum(axis=0)
    rounds = multipliers.rounds(model)
    close(rounds["direct"], A.sum(axis=0), ROUNDING)
    close(rounds["indirect"], opened - 1 - A.sum(axis=0), ROUNDING, scale=opened.max())
    close(rounds["induced"], M[np.ix_(made, made)].sum(axis=0) - opened, 1e-9, scale=opened.max())
    close(rounds.drop(columns="total").sum(axis=1), rounds["total"], ROUNDING)
    close(rounds["total"], multipliers.accounting(model)["output"].iloc[made], ROUNDING)
    assert (rounds[["initial", "direct"]] >= 0).all(axis=None)
    assert (rounds[["indirect", "induced"]] >= -1e-9 * opened.max()).all(axis=None)


@given(sams(), st.sampled_from([None, ["activity"], ["activity", "labour"], ["factor"]]))
def test_key_accounts_have_mean_one_over_what_they_are_counted_over(
    sam: SAM, over: list[str] | None
) -> None:
    model = cut(sam)
    M, _ = naive(model)
    kinds, codes = model.accounts.kinds, model.accounts.codes
    wanted = over or kinds
    at = [i for i, c in enumerate(codes) if kinds[i] in wanted or c in wanted]
    block = M[np.ix_(at, at)]
    used = model.x.to_numpy()[at] != 0
    found = multipliers.key_accounts(model, over=over)
    assert list(found.index) == [codes[i] for i in at]
    columns, rows = block.sum(axis=0), block.sum(axis=1)
    close(found["backward"][used], columns[used] / columns[used].mean(), ROUNDING)
    close(found["forward"][used], rows[used] / rows[used].mean(), ROUNDING)
    assert found.loc[~used, "class"].eq("inactive").all()
    assert found.loc[~used, ["backward", "forward"]].isna().all(axis=None)
    back, forth = found["backward"] > 1 + 1e-9, found["forward"] > 1 + 1e-9
    assert (found["class"].eq("key") == (back & forth)).all()
    assert (found["class"].eq("independent") == (used & ~back & ~forth)).all()


@given(sams())
def test_without_induced_accounts_the_multipliers_are_those_of_the_open_table(sam: SAM) -> None:
    model = sam.cut(endogenous=["activity"])
    made = list(model.accounts.codes)
    T = sam.transactions
    rest = [code for code in T.index if code not in made]
    table = IOTable.from_frames(T.loc[made, made], T.loc[made, rest], T.loc[rest, made])
    np.testing.assert_allclose(model.L.to_array(), table.L.to_array(), rtol=1e-12, atol=1e-14)
    opened = multipliers.output(table)
    close(multipliers.accounting(model)["output"], opened, 1e-12)
    assert (multipliers.rounds(model)["induced"].abs() <= 1e-12 * opened.max()).all()


# -- leakage ------------------------------------------------------------------------------------


@given(sams())
def test_whatever_enters_the_circle_leaves_it(sam: SAM) -> None:
    model = cut(sam)
    M, leaks = naive(model)
    found = leakage.matrix(model)
    close(found, leaks @ M, ROUNDING)
    assert list(found.index) == list(model.outside.codes)
    np.testing.assert_allclose(found.sum(), model.active.astype(float), rtol=0, atol=1e-10)
    assert (found >= 0).all(axis=None)


@given(sams())
def test_channels_are_the_leakage_matrix_by_what_leaves(sam: SAM) -> None:
    model = cut(sam)
    M, leaks = naive(model)
    through = pd.DataFrame(leaks @ M, list(model.outside.codes), list(model.accounts.codes))
    found = leakage.channels(model)
    close(found["imports"], through.loc["row-trade"], ROUNDING)
    close(found["saving"], through.loc["saving"], ROUNDING)
    close(found["factor_income_abroad"], through.loc["row-income"], ROUNDING)
    close(found["transfers_abroad"], through.loc["row-transfers"], ROUNDING)
    close(found["institutions"], through.loc["government"], ROUNDING)
    close(found["taxes"], through.loc[["tax-products", "tax-production"]].sum(), ROUNDING)
    np.testing.assert_allclose(found.sum(axis=1), model.active.astype(float), rtol=0, atol=1e-10)


@given(sams())
def test_as_if_resident_moves_income_and_nothing_else(sam: SAM) -> None:
    without = leakage.as_if_resident(sam)
    assert without.check()["holds"].all()
    T, now, before = without.transactions, without.aggregates(), sam.aggregates()
    # interest that the government pays abroad is no surplus of an activity
    public = sam.transactions.at["row-income", "government"]
    stays = before["income_paid"] - public
    left = T.loc["row-income"].drop(["row-balance", "government"])
    assert (left == 0).all()
    assert T.at["row-income", "government"] == public
    for name in ("gdp_income", "consumption", "investment", "exports", "imports"):
        assert now[name] == pytest.approx(before[name], rel=1e-12)
    for name in ("gni", "saving", "current_account", "disposable_income_gross"):
        assert now[name] == pytest.approx(before[name] + stays, rel=1e-12, abs=1e-9 * stays)
    made = [sam.accounts.codes[i] for i in sam.accounts.of_kind("activity")]
    pd.testing.assert_frame_equal(T.loc[made], sam.transactions.loc[made])
    # those that buy nothing pay the same parts of what they pay at home
    for code in ("capital-foreign", "firms"):
        home = [c for c in T.index if not c.startswith("row-")]
        was, is_ = sam.transactions.loc[home, code], T.loc[home, code]
        close(is_ / is_.sum(), was / was.sum(), 1e-12)


# -- columns changed by Woodbury ------------------------------------------------------------------


def rebuilt(model: SAMModel) -> np.ndarray:
    """M_a of the changed coefficients, inverted anew."""
    return np.linalg.inv(np.eye(len(model.accounts)) - model.A.to_numpy())


@given(sams(), st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_changed_columns_give_the_model_that_is_built_anew(sam: SAM, seed: int, k: int) -> None:
    model = cut(sam)
    rng = np.random.default_rng(seed)
    everyone = [*model.accounts.codes, *model.outside.codes]
    used = [c for c in model.accounts.codes if model.x[c]]
    changed = [str(c) for c in rng.choice(used, min(k, 3), replace=False)]
    shares = rng.random((len(everyone), len(changed))) * (rng.random((len(everyone), 1)) < 0.5)
    shares[[i for i, c in enumerate(model.accounts.codes) if c not in used]] = 0.0
    shares[-1] += 0.1  # something of it always leaks
    columns = pd.DataFrame(shares / shares.sum(axis=0), everyone, changed)
    other = model.with_columns(columns.sample(frac=1, random_state=seed % 1000))
    M = rebuilt(other)
    scale = np.abs(M).max()
    np.testing.assert_allclose(other.L.to_array(), M, rtol=1e-12, atol=1e-12 * scale)
    b = rng.random(len(model.accounts))
    np.testing.assert_allclose(other.L.T.solve(b), M.T @ b, rtol=1e-12, atol=1e-12 * scale)
    np.testing.assert_allclose(other.L.diagonal(), np.diagonal(M), rtol=1e-12, atol=1e-12 * scale)
    kept = [c for c in model.accounts.codes if c not in changed]
    pd.testing.assert_frame_equal(other.A[kept], model.A[kept])
    for code in changed:
        pd.testing.assert_series_equal(
            other.spending(code), columns[code], check_names=False, rtol=1e-14
        )
    close(leakage.matrix(other).sum(), model.active.astype(float))
    back = other.with_columns(pd.DataFrame({c: model.spending(c) for c in changed}))
    np.testing.assert_allclose(back.L.to_array(), model.L.to_array(), rtol=1e-9, atol=1e-9 * scale)


@given(sams())
def test_no_income_abroad_changes_nothing(sam: SAM) -> None:
    """With all repatriation shares zero every adjusted figure equals the unadjusted one."""
    without = leakage.as_if_resident(sam)
    again = cut(leakage.as_if_resident(without))
    same = leakage.held(again, cut(without))
    zero = leakage.with_repatriation(
        cut(without), {c: 0.0 for c in cut(without).accounts.codes if cut(without).x[c]},
        abroad="row-income",
    )  # fmt: skip
    for model in (same, zero):
        for figures in (multipliers.accounting, leakage.channels):
            pd.testing.assert_frame_equal(
                figures(model), figures(cut(without)), check_exact=False, rtol=1e-12, atol=1e-12
            )
        for over in (None, ["activity"]):
            pd.testing.assert_frame_equal(
                multipliers.key_accounts(model, over=over),
                multipliers.key_accounts(cut(without), over=over),
                check_exact=False,
                rtol=1e-12,
                atol=1e-12,
            )


@given(sams(), st.data())
def test_more_repatriation_never_raises_a_multiplier(sam: SAM, data: st.DataObject) -> None:
    model = cut(sam)
    codes = [code for code in model.accounts.codes if model.x[code]]
    codes = [c for c in codes if model.spending(c).drop("row-income").sum() > 0]
    shares = {code: data.draw(st.sampled_from([0.0, 0.1, 0.5])) for code in codes}
    raised = data.draw(st.sampled_from(codes))
    less = leakage.with_repatriation(model, shares, abroad="row-income")
    more = leakage.with_repatriation(
        model, {**shares, raised: shares[raised] + 0.25}, abroad="row-income"
    )
    before, after = less.L.to_array(), more.L.to_array()
    scale = before.max()
    assert (after <= before + 1e-11 * scale).all()
    assert after.sum() < before.sum() or not less.A[raised].any()
    one = more.spending(raised)
    assert one["row-income"] == shares[raised] + 0.25
    close(one.drop("row-income") * (1 - shares[raised]),
          less.spending(raised).drop("row-income") * (1 - one["row-income"]), 1e-12)  # fmt: skip


@given(sams(), st.sampled_from([["activity"], ["households"], ["factor"]]))
def test_elasticities_are_the_slopes_of_the_multipliers(sam: SAM, receiving: list[str]) -> None:
    model = cut(sam)
    found = leakage.repatriation_elasticities(model, abroad="row-income", receiving=receiving)
    assert (found <= 0).all(axis=None)
    w = np.zeros(len(model.accounts))
    w[[i for i, (c, k) in enumerate(zip(model.accounts.codes, model.accounts.kinds, strict=True))
       if c in receiving or k in receiving]] = 1.0  # fmt: skip
    M = rebuilt(model)
    for payer in found.columns.unique("payer"):
        c, share = model.accounts.position(payer), model.spending(payer)["row-income"]
        if share > 1 - 1e-9:
            assert not found[payer].to_numpy().any()  # it pays nobody else: nothing to be scaled
            continue
        change = np.zeros_like(M)  # of the column, for one more unit of the share
        change[:, c] = -model.A[payer] / (1 - share)
        slope = w @ (M @ change @ M)
        # the parts are those of who earned it; what is injected into a factor nobody earned
        reached = [i for i in range(len(w)) if i != c or model.accounts.kinds[c] != "factor"]
        earned = found[payer].sum(axis=1).to_numpy() * (w @ M)
        close(earned[reached], share * slope[reached], scale=float((w @ M).max()))


@given(sams(idle=False))
def test_an_activity_that_repatriates_otherwise_is_a_factor_of_its_own(sam: SAM) -> None:
    """One activity's part of foreign-owned capital set apart, its share abroad moved: by hand."""
    model = cut(sam)
    found = leakage.repatriation_elasticities(model, abroad="row-income")
    earned = found["capital-foreign"].columns
    k, c = model.accounts.position(earned[0]), model.accounts.position("capital-foreign")
    share = model.spending("capital-foreign")["row-income"]
    assume(share < 1 - 1e-9)
    n = len(model.accounts)
    A, change = np.zeros((n + 1, n + 1)), np.zeros((n + 1, n + 1))
    A[:n, :n] = model.A.to_numpy()
    A[n, k], A[c, k] = A[c, k], 0.0  # what k earns goes to a factor of its own
    A[:n, n] = A[:n, c]
    change[:n, n] = -A[:n, c] / (1 - share)
    M = np.linalg.inv(np.eye(n + 1) - A)
    made = np.array([float(kind == "activity") for kind in model.accounts.kinds] + [0.0])
    slope = made @ (M @ change @ M)
    ours = found["capital-foreign", earned[0]].to_numpy() * (made @ M)[:n]
    close(ours, share * slope[:n], scale=float((made @ M).max()))


@given(sams())
def test_in_the_marginal_experiment_households_spend_as_if_all_income_stayed(sam: SAM) -> None:
    model, without = cut(sam), cut(leakage.as_if_resident(sam))
    held = leakage.held(model, without)
    pd.testing.assert_series_equal(held.spending("households"), without.spending("households"))
    others = [c for c in model.accounts.codes if c != "households"]
    pd.testing.assert_frame_equal(held.A[others], model.A[others])
    np.testing.assert_allclose(held.L.to_array(), rebuilt(held), rtol=1e-12, atol=1e-12)
    # income abroad is income that is not spent again: no multiplier is above that without it
    every = [multipliers.accounting(m) for m in (held, without)]
    made = list(without.accounts.take(without.of_kind("activity")).codes)
    assert (every[0]["output"] <= every[1]["output"] * (1 + 1e-11))[made].all()


@given(sams(), st.floats(0, 1))
def test_in_the_marginal_experiment_a_larger_repatriation_lowers_every_multiplier(
    sam: SAM, part: float
) -> None:
    """Part of the income abroad stays: multipliers lie between those of all of it and of none."""
    without = cut(leakage.as_if_resident(sam))
    whole, some = cut(sam), cut(partly(sam, part))
    all_of_it, less = leakage.held(whole, without), leakage.held(some, without)
    made = list(whole.accounts.take(whole.of_kind("activity")).codes)
    high, middle, low = (
        multipliers.accounting(m).loc[made, ["output", "household_income"]]
        for m in (without, less, all_of_it)
    )
    assert (low <= middle * (1 + 1e-11) + 1e-13).all(axis=None)
    assert (middle <= high * (1 + 1e-11) + 1e-13).all(axis=None)


def partly(sam: SAM, part: float) -> SAM:
    """The SAM in which this part of income abroad leaves and the rest is received and saved."""
    T = part * sam.array + (1 - part) * leakage.as_if_resident(sam).array
    return SAM(sam.accounts, T, sam.meta)


@given(sams())
def test_in_the_other_experiment_base_year_consumption_is_reproduced(sam: SAM) -> None:
    found = settings.models(sam)
    kept = found[settings.BENCHMARK]
    reached = kept.L @ kept.exogenous.sum(axis=1)
    close(reached, sam.totals[list(kept.accounts.codes)], ROUNDING)
    bought = kept.A["households"] * reached["households"]
    T = sam.transactions
    close(bought, T.loc[list(kept.accounts.codes), "households"], ROUNDING)


@given(sams())
def test_a_circle_that_nothing_leaves_is_refused(sam: SAM) -> None:
    model = cut(sam)
    everyone = [*model.accounts.codes, *model.outside.codes]
    inside = [c for c in model.accounts.codes if model.x[c] or model.A.loc[c].any()]
    column = pd.Series(0.0, index=everyone)
    column["households"] = 1.0
    with pytest.raises(NotProductiveError, match="never leave the circle") as info:
        model.with_columns(pd.DataFrame(dict.fromkeys(inside, column)))
    assert "households" in info.value.sectors
