"""The social accounting matrix as a value: what it takes, refuses by name, and hands out."""

import copy
import pickle
from dataclasses import FrozenInstanceError

import numpy as np
import pandas as pd
import pytest

from iomodel import aggregate, leakage, multipliers, settings
from iomodel.errors import (
    ArgumentError,
    BalanceError,
    LabelError,
    MissingAccountError,
    NotProductiveError,
    TableError,
)
from iomodel.meta import Meta
from iomodel.sam import SAM, SAM_KINDS, SAMModel
from iomodel.table import IOTable
from village import FLOWS, KINDS, frame, small

FARMS, MILLS = 70.0, 105.0


# -- construction -------------------------------------------------------------------------------


def test_what_is_given_is_what_it_holds_whatever_the_order_of_labels() -> None:
    sam = small()
    pd.testing.assert_frame_equal(sam.transactions, frame(), check_names=False)
    assert sam.totals["farms"] == FARMS
    assert sam.totals["mills"] == MILLS
    assert (sam.gaps == 0).all()
    order = sorted(KINDS)
    other = SAM.from_frame(frame().loc[order, order[::-1]], kinds=KINDS)
    pd.testing.assert_frame_equal(
        other.transactions.loc[list(KINDS), list(KINDS)], frame(), check_names=False
    )
    assert other.accounts.kinds[order.index("labour")] == "factor"
    assert list(sam.of_kind("factor").nonzero()[0]) == [2, 3]


def test_codes_read_as_numbers_are_codes() -> None:
    T = pd.DataFrame([[0.0, 5], [5, 0]], [111, 112.0], [111.0, 112])
    sam = SAM.from_frame(T, kinds={"111": "activity", "112": "institution"}, names={"111": "Corn"})
    assert sam.accounts.codes == ("111", "112")
    assert sam.accounts.names == ("Corn", "112")
    assert sam.totals["112"] == 5


def test_accounts_that_pay_something_else_than_they_receive_are_named_with_both_totals() -> None:
    T = frame()
    T.loc["farms", "mills"] += 4
    with pytest.raises(BalanceError) as info:
        SAM.from_frame(T, kinds=KINDS, meta=Meta(title="crooked", unit="pesos"))
    text = str(info.value)
    assert "'crooked': 2 of 12 accounts" in text
    assert "largest gap is 4 pesos" in text
    assert "'farms': receives 74, pays 70, gap 4" in text
    assert "'mills': receives 105, pays 109, gap -4" in text
    assert "balance.cross_entropy" in text
    assert info.value.residual == 4
    draft = SAM.from_frame(T, kinds=KINDS, balanced=False)
    assert draft.gaps[["farms", "mills"]].tolist() == [4, -4]
    assert not draft.check()["holds"].all()
    with pytest.raises(BalanceError, match="'farms'"):
        draft.cut(exogenous=["state", "saving", "tax", "row"])  # and no model of half a balance


def test_an_account_on_one_side_only_or_without_a_kind_is_named() -> None:
    with pytest.raises(LabelError, match="'mills' has a row but no column"):
        SAM.from_frame(frame().drop(columns="mills"), kinds=KINDS)
    with pytest.raises(LabelError, match="'mills' has a column but no row"):
        SAM.from_frame(frame().drop(index="mills"), kinds=KINDS)
    some = {code: kind for code, kind in KINDS.items() if code != "state"}
    with pytest.raises(LabelError, match="'state' has no kind"):
        SAM.from_frame(frame(), kinds=some)
    twice = pd.concat([frame(), frame().loc[["mills"]]])
    with pytest.raises(LabelError, match="'mills' at positions"):
        SAM.from_frame(twice, kinds=KINDS)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_refused_where_it_stands(value: float) -> None:
    T = frame()
    T.loc["farms", "mills"] = value
    with pytest.raises(TableError, match="1 values that are not finite"):
        SAM.from_frame(T, kinds=KINDS)
    array = small().array.copy()
    array[0, 1] = value
    with pytest.raises(TableError, match="row 'farms', column 'mills'"):
        SAM(small().accounts, array)


def test_text_is_no_amount() -> None:
    T = frame().astype(object)
    T.loc["farms", "mills"] = "thirty"
    with pytest.raises(TableError, match="'thirty'"):
        SAM.from_frame(T, kinds=KINDS)


def test_kinds_that_are_not_known_are_listed_with_those_that_are() -> None:
    with pytest.raises(LabelError, match=r"(?s)1 accounts.*'state': 'crown'.*row-income"):
        SAM.from_frame(frame(), kinds={**KINDS, "state": "crown"})
    assert "saving-investment" in SAM_KINDS


@pytest.mark.parametrize("shape", [(2, 3), (3, 3), (0, 0)])
def test_only_a_square_of_its_accounts_will_do(shape: tuple[int, int]) -> None:
    accounts = small().accounts.take([0, 1] if shape != (0, 0) else [])
    with pytest.raises(TableError, match="SAM is square"):
        SAM(accounts, np.zeros(shape))


# -- a value -------------------------------------------------------------------------------------


def test_nothing_that_is_handed_out_changes_it() -> None:
    sam = small()
    model = sam.cut(exogenous=["state", "saving", "tax", "row"])
    before = (sam.transactions.copy(), model.A.copy(), model.L.to_array().copy())
    with pytest.raises((ValueError, TypeError)):
        sam.array[0, 0] = 1.0
    with pytest.raises((ValueError, TypeError)):
        model.propensities[0, 0] = 1.0
    with pytest.raises(FrozenInstanceError):
        sam.meta = Meta()  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        model.title = "other"  # type: ignore[misc]
    for handed in (sam.transactions, model.A, model.exogenous, model.leakages):
        try:
            handed.iloc[0, 0] = 999.0
        except ValueError:  # read-only: as good
            continue
    pd.testing.assert_frame_equal(sam.transactions, before[0])
    pd.testing.assert_frame_equal(model.A, before[1])
    np.testing.assert_array_equal(model.L.to_array(), before[2])


def test_the_numbers_given_are_copied() -> None:
    T = frame()
    sam = SAM.from_frame(T, kinds=KINDS)
    T.loc["farms", "mills"] = 0.0
    assert sam.transactions.at["farms", "mills"] == 30
    array = small().array.copy()
    other = SAM(sam.accounts, array)
    array[:] = 0
    assert other.totals["farms"] == FARMS


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_copies_are_the_same_and_as_unchangeable(copied) -> None:  # type: ignore[no-untyped-def]
    sam = small()
    model = sam.cut(exogenous=["state", "saving", "tax", "row"])
    multipliers.accounting(model)  # fills the cache
    again, other = copied(sam), copied(model)
    pd.testing.assert_frame_equal(again.transactions, sam.transactions)
    assert again.meta == sam.meta
    assert not again.array.flags.writeable
    assert not other.propensities.flags.writeable
    pd.testing.assert_frame_equal(multipliers.accounting(other), multipliers.accounting(model))
    changed = model.with_columns(model.spending("people").to_frame())
    pd.testing.assert_frame_equal(
        multipliers.accounting(copied(changed)), multipliers.accounting(changed)
    )


def test_it_says_what_it_is() -> None:
    said = repr(small())
    assert said.startswith("<SAM 'small': 12 accounts>\n  year ")
    assert "2013" in said
    assert "0 pesos" in said
    assert repr(SAM.from_frame(frame(), kinds=KINDS)).count("not given") == 2
    model = small().cut(exogenous=["state", "saving"])
    assert repr(model).startswith("<SAMModel of 'small': 10 endogenous accounts>")
    assert "2: state, saving" in repr(model)


# -- balances --------------------------------------------------------------------------------------


def test_the_aggregates_are_those_of_the_accounts_by_hand() -> None:
    found = small().aggregates()
    gdp = 30 + 25 + 25 + 35 + 8
    assert found["gdp_production"] == found["gdp_income"] == found["gdp_expenditure"] == gdp
    assert found["exports"] == 5 + 15 + 1  # with what visitors bought from people
    assert found["imports"] == 5 + 15 + 4
    assert found["consumption"] == 30 + 50 + 8 + 4 + 5 + 10 - 1
    assert found["investment"] == 20
    assert found["saving"] == 12
    assert found["foreign_saving"] == 8
    assert found["current_account"] == -8
    assert found["income_received"] == 2
    assert found["income_paid"] == 12
    assert found["gni"] == found["gni_received"] == gdp + 2 - 12
    assert found["disposable_income_gross"] == gdp + 2 - 12 + 6 - 1
    check = small().check()
    assert check["holds"].all()
    assert check.loc["disposable income = consumption + saving", "left"] == 118
    assert check.loc["saving = investment + current account", "right"] == 20 - 8
    assert list(check.columns) == ["left", "right", "residual", "tolerance", "holds"]


def test_where_the_rest_of_the_world_is_one_account_income_with_it_is_not_known() -> None:
    whole = aggregate.by(
        SAM.from_frame(
            frame(), kinds={c: k if "row" not in k else "row" for c, k in KINDS.items()}
        ),
        dict.fromkeys(["trade", "income", "transfers", "balance"], "abroad"),
    )
    found = whole.aggregates()
    assert "gni" not in found
    assert "income_paid" not in found
    assert found["gdp_income"] == 123
    assert whole.check()["holds"].all()


def test_a_row_that_differs_from_its_column_shows_in_the_check() -> None:
    draft = SAM.from_frame(frame({**FLOWS, ("saving", "people"): 11.0}), kinds=KINDS,
                           balanced=False)  # fmt: skip
    check = draft.check()
    (worst,) = [name for name in check.index if name.startswith("row = column")]
    assert "saving" in worst or "people" in worst
    assert not check.loc[worst, "holds"]
    assert check.loc[worst, "residual"] == 1


# -- the cut ---------------------------------------------------------------------------------------


def test_accounts_and_kinds_name_what_is_exogenous() -> None:
    by_kind = small().cut(exogenous=["state", "saving-investment", "tax", "row"])
    assert by_kind.accounts.codes == ("farms", "mills", "labour", "capital", "people")
    by_code = small().cut(endogenous=["people", "labour", "activity", "capital"])
    assert by_code.accounts == by_kind.accounts
    assert by_code.outside == by_kind.outside
    assert by_kind.x.to_dict() == small().totals[list(by_kind.accounts.codes)].to_dict()
    assert by_kind.leakages.loc["trade", "mills"] == 15
    assert by_kind.leakage_coefficients.loc["trade", "mills"] == pytest.approx(15 / 105)
    assert by_kind.exogenous.loc["mills", "saving"] == 20


def test_a_name_that_is_an_account_and_a_kind_is_the_kind() -> None:
    kinds = {"saving": "saving-investment", "stocks": "saving-investment", "firms": "activity",
             "people": "institution"}  # fmt: skip
    T = pd.DataFrame(0.0, list(kinds), list(kinds))
    T.loc["firms", ["people", "stocks", "saving"]] = 6.0, 1.0, 3.0
    T.loc["people", "firms"], T.loc["saving", "people"], T.loc["stocks", "saving"] = 10.0, 4.0, 1.0
    named = T.rename(index={"saving": "saving-investment"}, columns={"saving": "saving-investment"})
    sam = SAM.from_frame(named, kinds={**kinds, "saving-investment": "saving-investment"})
    model = sam.cut(exogenous=["saving-investment"])
    assert model.outside.codes == ("saving-investment", "stocks")


@pytest.mark.parametrize("arguments", [{}, {"endogenous": ["farms"], "exogenous": ["state"]}])
def test_one_of_the_two_lists_is_given(arguments: dict[str, list[str]]) -> None:
    with pytest.raises(LabelError, match=r"one of the two.*\n.*sam\.cut\(exogenous=\["):
        small().cut(**arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("arguments", "nothing"),
    [
        ({"exogenous": []}, "exogenous"),
        ({"endogenous": []}, "endogenous"),
        ({"exogenous": list(KINDS)}, "endogenous"),
        ({"endogenous": list(KINDS)}, "exogenous"),
    ],
)
def test_something_is_inside_and_something_outside(
    arguments: dict[str, list[str]], nothing: str
) -> None:
    with pytest.raises(TableError, match=f"left {nothing}"):
        small().cut(**arguments)  # type: ignore[arg-type]


def test_an_entry_that_is_neither_account_nor_kind_is_refused_with_the_nearest() -> None:
    with pytest.raises(LabelError, match=r"(?s)'stat' is not an account.*'state'"):
        small().cut(exogenous=["stat"])


def test_an_account_that_pays_and_receives_but_nothing_in_all_has_no_shares() -> None:
    flows = {("stocks", "saving"): 0.0, ("firms", "stocks"): 5.0, ("mines", "stocks"): -5.0,
             ("people", "firms"): 9.0, ("firms", "people"): 4.0, ("mines", "people"): 7.0,
             ("people", "mines"): 2.0}  # fmt: skip
    codes = ["firms", "mines", "people", "stocks", "saving"]
    T = pd.DataFrame(0.0, codes, codes)
    for (to, of), amount in flows.items():
        T.loc[to, of] = amount
    kinds = dict.fromkeys(codes, "saving-investment") | {"firms": "activity", "mines": "activity",
                                                         "people": "institution"}  # fmt: skip
    sam = SAM.from_frame(T, kinds=kinds)
    with pytest.raises(TableError, match=r"(?s)'stocks': total 0, pays 10.*exogenous"):
        sam.cut(exogenous=["people"])
    assert sam.cut(exogenous=["people", "stocks"]).active.tolist() == [True, True, False]


@pytest.mark.parametrize(
    "question",
    [
        multipliers.accounting,
        multipliers.rounds,
        multipliers.key_accounts,
        leakage.matrix,
        leakage.channels,
        lambda sam: leakage.held(sam, sam),
        lambda sam: leakage.with_repatriation(sam, {"people": 0.1}, abroad="income"),
    ],
)
def test_questions_to_a_sam_that_is_not_cut_say_what_to_type(question) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ArgumentError, match=r"(?s)is a SAM, not .*sam\.cut\(exogenous=\["):
        question(small())


def test_multipliers_by_hand() -> None:
    """Activities, labour and people inside: the two-sector model with wages spent again."""
    model = small().cut(endogenous=["farms", "mills", "labour", "people"])
    people = float(small().totals["people"])
    A = np.array(
        [
            [0, 30 / MILLS, 0, 30 / people],
            [10 / FARMS, 0, 0, 50 / people],
            [30 / FARMS, 25 / MILLS, 0, 0],
            [0, 0, 1.0, 0],
        ]
    )
    np.testing.assert_allclose(model.A, A)
    M = np.linalg.inv(np.eye(4) - A)
    found = multipliers.accounting(model)
    np.testing.assert_allclose(found["output"], M[:2].sum(axis=0))
    np.testing.assert_allclose(found["factor_income"], M[2])
    np.testing.assert_allclose(found["household_income"], M[3])
    assert "commodity_supply" not in found
    rounds = multipliers.rounds(model)
    np.testing.assert_allclose(rounds["direct"], [10 / FARMS, 30 / MILLS])
    a = 30 / MILLS * 10 / FARMS
    np.testing.assert_allclose(
        rounds[["initial", "direct", "indirect"]].sum(axis=1),
        [(1 + 10 / FARMS) / (1 - a), (1 + 30 / MILLS) / (1 - a)],
    )
    channel = leakage.channels(model)
    assert {"taxes", "saving", "imports", "factor", "institutions"} <= set(channel)
    np.testing.assert_allclose(channel.sum(axis=1), 1.0)


def test_jobs_are_asked_for_every_endogenous_activity() -> None:
    model = small().cut(exogenous=["state", "saving", "tax", "row"])
    with pytest.raises(LabelError, match="'mills'"):
        multipliers.accounting(model, jobs=pd.Series({"farms": 2.0}))
    more = pd.Series({"mills": 1.0, "farms": 2.0, "elsewhere": 9.0})
    found = multipliers.accounting(model, jobs=more)
    M = model.L.to_array()
    np.testing.assert_allclose(found["jobs"], 2 * M[0] + M[1])


def test_key_accounts_are_counted_over_accounts_there_are() -> None:
    model = small().cut(exogenous=["state", "saving", "tax", "row"])
    with pytest.raises(LabelError, match="'trade'"):
        multipliers.key_accounts(model, over=["activity", "trade"])
    with pytest.raises(LabelError, match="no account"):
        multipliers.key_accounts(model, over=[])
    assert list(multipliers.key_accounts(model, over=["mills", "activity"]).index) == [
        "farms",
        "mills",
    ]


def test_rounds_need_an_activity() -> None:
    with pytest.raises(MissingAccountError, match="no endogenous activity"):
        multipliers.rounds(small().cut(endogenous=["people", "labour"]))


# -- other columns -----------------------------------------------------------------------------


def model_and_column() -> tuple[SAMModel, pd.Series]:
    model = small().cut(exogenous=["state", "saving", "tax", "row"])
    return model, model.spending("people")


def test_a_column_of_spending_is_whole_and_of_an_endogenous_account() -> None:
    model, spent = model_and_column()
    assert spent.sum() == pytest.approx(1.0)
    assert spent["saving"] == 10 / 112
    with pytest.raises(TableError, match=r"(?s)1 columns.*'people': 1\.5"):
        model.with_columns((spent * 1.5).to_frame())
    with pytest.raises(LabelError, match="missing 'saving'"):
        model.with_columns(spent.drop("saving").to_frame())
    with pytest.raises(LabelError, match="unknown 'bank'"):
        model.with_columns(pd.concat([spent, pd.Series({"bank": 0.0})]).to_frame("people"))
    with pytest.raises(LabelError, match="'state'"):
        model.with_columns(spent.rename("state").to_frame())
    with pytest.raises(LabelError, match="two columns of spending"):
        model.with_columns(pd.concat([spent, spent.rename("people")], axis=1))
    with pytest.raises(TableError, match="not finite"):
        model.with_columns(spent.replace(spent["saving"], np.nan).to_frame())
    with pytest.raises(LabelError, match="'state'"):
        model.spending("state")


def test_more_than_all_income_spent_at_home_never_ends() -> None:
    model, spent = model_and_column()
    greedy = spent * 0.0
    greedy["farms"], greedy["saving"] = 4.0, -3.0  # three pesos borrowed for each earned
    with pytest.raises(NotProductiveError) as info:
        model.with_columns(greedy.to_frame())
    assert info.value.sectors == ("people",)


def test_households_that_spend_more_than_they_earn_make_no_model() -> None:
    """They live on debt: saving is negative, and what comes in comes back multiplied."""
    kinds = {"firms": "activity", "people": "institution", "saving": "saving-investment"}
    T = pd.DataFrame([[0.0, 150, -50], [100, 0, 0], [0, -50, 0]], list(kinds), list(kinds))
    sam = SAM.from_frame(T, kinds=kinds)
    with pytest.raises(NotProductiveError, match="spectral radius") as info:
        multipliers.accounting(sam.cut(exogenous=["saving"]))
    assert "people" in info.value.sectors


def test_shares_of_repatriation_are_shares_and_leave_something_to_scale() -> None:
    model, spent = model_and_column()
    for share in (-0.1, 1.1, float("nan")):
        with pytest.raises(TableError, match=r"'capital': .*(?s:.)*part of the account's total"):
            leakage.with_repatriation(model, {"capital": share}, abroad="income")
    with pytest.raises(LabelError, match="'people'"):
        leakage.with_repatriation(model, {"capital": 0.1}, abroad="people")
    with pytest.raises(LabelError, match="'nobody'"):
        leakage.with_repatriation(model, {"nobody": 0.1}, abroad="income")
    all_abroad = leakage.with_repatriation(model, {"capital": 1.0}, abroad="income")
    assert all_abroad.spending("capital")["income"] == 1.0
    with pytest.raises(TableError, match="'capital' pays nobody but 'income'"):
        leakage.with_repatriation(all_abroad, {"capital": 0.5}, abroad="income")
    assert leakage.with_repatriation(model, {}, abroad="income") is model
    same = leakage.with_repatriation(model, {"capital": 0.2, "people": 0.0}, abroad="income")
    np.testing.assert_allclose(same.A, model.A)
    assert spent["income"] == 0


def test_experiments_are_between_models_cut_alike() -> None:
    model, _ = model_and_column()
    other = small().cut(exogenous=["state", "saving", "tax", "row", "capital"])
    with pytest.raises(LabelError, match="not cut alike"):
        leakage.held(model, other)
    with pytest.raises(LabelError, match="'households'"):
        leakage.held(model, model)
    assert leakage.held(model, model, account="people").A.equals(model.A)


def test_income_abroad_that_residents_keep_by_hand() -> None:
    without = leakage.as_if_resident(small())
    T = without.transactions
    assert T.at["people", "capital"] == 60  # 48 and the 12 that left
    assert T.at["income", "capital"] == 0
    assert T.at["saving", "people"] == 22
    assert T.at["balance", "income"] == 0
    assert T.at["income", "balance"] == 2  # what is received is still paid
    assert T.at["saving", "balance"] == 0
    assert T.at["balance", "saving"] == 4
    assert without.aggregates()["current_account"] == 4
    assert "kept by residents" in without.meta.history[-1]


def test_income_abroad_has_to_be_an_account_of_its_own() -> None:
    kinds = {**KINDS, "income": "row-transfers"}
    with pytest.raises(MissingAccountError, match=r"0 .*of kind row-income"):
        leakage.as_if_resident(SAM.from_frame(frame(), kinds=kinds))


def test_income_abroad_needs_a_resident_to_be_given_to() -> None:
    flows = {("farms", "people"): 4.0, ("farms", "saving"): 6.0, ("capital", "farms"): 10.0,
             ("people", "capital"): 4.0, ("state", "capital"): 6.0, ("income", "state"): 6.0,
             ("balance", "income"): 6.0, ("saving", "balance"): 6.0}  # fmt: skip
    with pytest.raises(MissingAccountError, match="'state' pays nobody at home"):
        leakage.as_if_resident(SAM.from_frame(frame(flows), kinds=KINDS), government=None)
    direct = {**flows, ("income", "capital"): 10.0, ("balance", "income"): 10.0,
              ("saving", "balance"): 10.0, ("farms", "saving"): 10.0}  # fmt: skip
    direct = {k: v for k, v in direct.items() if "people" not in k and "state" not in k}
    with pytest.raises(MissingAccountError, match="'capital' pays nobody at home"):
        leakage.as_if_resident(SAM.from_frame(frame(direct), kinds=KINDS))


# -- aggregation ---------------------------------------------------------------------------------


def test_activities_are_added_up_by_code_or_full_label_and_the_rest_stays() -> None:
    sam = SAM.from_frame(frame(), kinds=KINDS, names={"farms": "Farming"})
    for label in ("farms", "Farming", "farms - Farming"):
        coarse = aggregate.by(sam, {label: "goods", "mills": "goods"}, names={"goods": "Goods"})
        assert coarse.accounts.codes[0] == "goods"
        assert coarse.accounts.names[0] == "Goods"
        assert coarse.totals["goods"] == FARMS + MILLS
        assert coarse.transactions.at["goods", "goods"] == 40
        assert coarse.totals["people"] == sam.totals["people"]


def test_a_group_holds_accounts_of_one_kind_and_an_account_has_one_group() -> None:
    with pytest.raises(LabelError, match="mixes accounts of kinds activity, institution"):
        aggregate.by(small(), {"farms": "all", "people": "all"})
    with pytest.raises(LabelError, match="'farms' is mapped to a, b"):
        aggregate.by(small(), [("farms", "a"), ("farms", "b")])
    with pytest.raises(LabelError, match="unknown 'fishery'"):
        aggregate.by(small(), {"fishery": "a"})


# -- settings --------------------------------------------------------------------------------------


def test_settings_ask_for_an_activity_of_the_sam() -> None:
    with pytest.raises(MissingAccountError, match="no activity 'labour'"):
        settings.independence(_for_settings(), sectors=["labour"])
    found = settings.independence(_for_settings(), sectors=["farms"])
    three = {settings.WITHOUT, settings.MARGINAL, settings.BENCHMARK}
    assert set(found.index.get_level_values("income abroad")) == three
    assert set(found.index.get_level_values("over")) == {"production block", "all endogenous"}


def _for_settings() -> SAM:
    renamed = {"people": "households", "state": "government"}
    kinds = {renamed.get(code, code): kind for code, kind in KINDS.items()}
    return SAM.from_frame(frame().rename(index=renamed, columns=renamed), kinds=kinds)


def test_income_paid_abroad_by_payer() -> None:
    T = frame()
    rest = [code for code in KINDS if code not in ("farms", "mills")]
    table = IOTable.from_frames(
        T.loc[["farms", "mills"], ["farms", "mills"]],
        T.loc[["farms", "mills"], rest],
        T.loc[rest, ["farms", "mills"]],
    )
    assert settings.outflow_of(small(), table) == {"capital": 12.0}
