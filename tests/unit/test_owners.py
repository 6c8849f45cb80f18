"""Another ownership of a SAM's surplus, and licences paid out of it, on the invented economy."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from invented import CODES, accounts, built, key
from iomodel import construct, leakage, settings
from iomodel.construct import with_licences, with_owners
from iomodel.errors import LabelError, MissingAccountError, TableError
from iomodel.ownership import OwnershipKey
from iomodel.sam import SAM


@pytest.mark.parametrize("shares", [{"mill": 0.8}, {"mill": 0.6, "farm": 0.5}, {"farm": 0.0}])
@pytest.mark.parametrize("equity", [14.0, 3.0, 0.0])
def test_it_is_the_sam_that_would_be_built_with_that_key(
    shares: dict[str, float], equity: float
) -> None:
    other = key(**shares)
    found = with_owners(built(), other, equity=equity)
    wanted = built(institutions=accounts(equity=equity), key=other)
    np.testing.assert_allclose(found.array, wanted.array, rtol=0, atol=1e-12)
    assert "ownership key 'mine', central" in found.meta.history[-1]
    pd.testing.assert_series_equal(found.aggregates(), built().aggregates())


def test_the_income_of_owners_stays_what_it_was_unless_given() -> None:
    found = with_owners(built(), key(mill=0.7)).transactions
    assert found.at["row-income", "capital-foreign"] == 14
    assert found.loc["row-income"].sum() == pytest.approx(25)


def test_owners_abroad_own_what_they_receive() -> None:
    with pytest.raises(TableError, match="1 payments would be negative") as caught:
        with_owners(built(), key(mill=0.0, farm=0.1), equity=20.0)
    assert "'corporations' from 'capital-foreign'" in str(caught.value)
    with pytest.raises(TableError, match="has not the surplus"):
        with_owners(built(), key(mill=1.0, farm=1.0))  # finance and government own some of it


def test_a_key_is_needed_for_every_activity_and_the_accounts_for_all() -> None:
    with pytest.raises(MissingAccountError, match="says nothing of 2 of the 3 sectors"):
        with_owners(built(), OwnershipKey.from_shares("short", pd.Series({"farm": 0.1})))
    sam = built()
    renamed = tuple("pool" if c == "redistribution" else c for c in sam.accounts.codes)
    other = SAM(replace(sam.accounts, codes=renamed), sam.array, sam.meta)
    with pytest.raises(MissingAccountError, match="lacks 1 accounts") as caught:
        with_owners(other, key())
    assert "'redistribution'" in str(caught.value)


PAID = pd.Series({"mill": 3.0, "farm": 2.0})


def test_licences_leave_once_by_one_route_and_product_stays() -> None:
    before, after = built(), with_licences(built(), PAID)
    was, T = before.transactions, after.transactions
    assert T.loc["licences", CODES].tolist() == [2, 3, 0]
    assert T.at["row-income", "licences"] == 5
    assert T["licences"].sum() == 5
    for code, amount in PAID.items():  # in proportion to who owns the surplus
        for owner, part in (("capital-national", 1 - key().shares.at[code, "central"]),
                            ("capital-foreign", key().shares.at[code, "central"])):  # fmt: skip
            change = was.at[owner, code] - T.at[owner, code]
            assert change == pytest.approx(amount * part)
    ours, old = after.aggregates(), before.aggregates()
    falls = {"gni": 5, "gni_received": 5, "current_account": 5, "saving": 5, "income_paid": -5,
             "disposable_income_gross": 5, "foreign_saving": -5}  # fmt: skip
    for name, value in old.items():
        assert ours[name] == pytest.approx(value - falls.get(str(name), 0)), name
    assert after.check()["holds"].all()


def test_licences_of_nothing_are_an_empty_account() -> None:
    nothing = with_licences(built(), PAID * 0.0)
    kept = [c for c in nothing.accounts.codes if c != "licences"]
    pd.testing.assert_frame_equal(
        nothing.transactions.loc[kept, kept], built().transactions.loc[kept, kept]
    )
    home = leakage.as_if_resident(nothing)
    models = settings.models(with_licences(built(), PAID), resident=home)
    same = settings.models(built())
    np.testing.assert_allclose(
        settings.content(models[settings.WITHOUT]), settings.content(same[settings.WITHOUT])
    )
    less = settings.content(models[settings.BENCHMARK])["gni"]
    assert (less < settings.content(same[settings.BENCHMARK])["gni"]).all()


def test_licences_are_paid_by_who_licenses_first_and_then_by_its_users() -> None:
    sam = built()
    T = sam.transactions
    room = T.loc[["capital-national", "capital-foreign"], CODES].sum()
    paid = construct.licences(sam, 2.0, licensing="mill")
    assert paid.to_dict() == {"farm": 0, "mill": 2, "rent": 0}
    more = construct.licences(sam, room["mill"] + 4, licensing="mill")
    assert more["mill"] == room["mill"]
    assert more["farm"] == pytest.approx(4)  # rent, which also buys, has no corporate surplus
    with pytest.raises(TableError, match="who can pay from nothing to"):
        construct.licences(sam, room.sum() + 1, licensing="mill")
    with pytest.raises(TableError, match="who can pay"):
        construct.licences(sam, float("nan"), licensing="mill")
    with pytest.raises(LabelError, match="'mil'"):
        construct.licences(sam, 1.0, licensing="mil")


@pytest.mark.parametrize(
    ("payments", "named"),
    [({"mill": -1.0}, "'mill': -1 of"), ({"rent": 1.0}, "'rent': 1 of"), ({"farm": 1e6}, "'farm'")],
)
def test_no_activity_pays_more_than_its_corporate_surplus(
    payments: dict[str, float], named: str
) -> None:
    with pytest.raises(TableError, match="cannot pay these licences") as caught:
        with_licences(built(), pd.Series(payments))
    assert named in str(caught.value)


def test_licences_are_paid_by_activities_and_taken_out_once() -> None:
    with pytest.raises(LabelError, match="'labour'"):
        with_licences(built(), pd.Series({"labour": 1.0}))
    with pytest.raises(LabelError, match="pay licences twice"):
        with_licences(built(), pd.Series([1.0, 2.0], index=["mill", "mill"]))
    with pytest.raises(LabelError, match="already"):
        with_licences(with_licences(built(), PAID), PAID)
