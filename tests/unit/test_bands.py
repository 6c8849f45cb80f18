"""Bands of the leak: values that are refused, what a seed gives, what one factor does by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import iomodel as im
from iomodel import bands, leakage
from iomodel.bands.uncertain import triangular
from iomodel.bop import BalanceOfPayments, Item
from iomodel.cli import main
from iomodel.errors import LabelError, MissingAccountError, TableError, UnitError
from iomodel.spreading import spread, spread_each

RNG = np.random.default_rng(3)


@pytest.fixture(scope="module")
def mexico() -> tuple[im.IOTable, BalanceOfPayments, im.OwnershipKey]:
    table = im.load("mexico-2018")
    return table, im.load_bop("mexico", 2018), leakage.keys(table)["paper"]


@pytest.fixture(scope="module")
def drawn(mexico) -> bands.Drawn:  # type: ignore[no-untyped-def]
    table, payments, key = mexico
    return bands.draw(table, payments, key=key, draws=300, seed=5)


@pytest.mark.parametrize(
    ("three", "match"),
    [
        ((-0.1, 0.2, 0.3), r"'tax' is -0.1, 0.2, 0.3: outside \[0, 1\]"),
        ((0.1, 0.2, 30.0), "outside"),
        ((0.1, float("nan"), 0.3), "outside"),
        ((0.3, 0.2, 0.4), "Order the three"),
    ],
)
def test_a_share_that_is_none_is_refused(three: tuple[float, ...], match: str) -> None:
    with pytest.raises(TableError, match=match):
        bands.Uncertain("tax", *three)


def test_shapes_are_two_and_a_choice_has_one_of_its_ends_at_its_centre() -> None:
    with pytest.raises(LabelError, match="triangular or either"):
        bands.Uncertain("tax", 0, 0, 1, shape="normal")  # type: ignore[arg-type]
    with pytest.raises(TableError, match=r"central value is 0\.5"):
        bands.Uncertain("tax", 0, 0.5, 1, shape="either")
    either = bands.Uncertain("tax", 0, 1, 1, shape="either")
    assert either.at(np.array([0.0, 0.49, 0.5, 1.0])).tolist() == [0, 0, 1, 1]


def test_triangular_quantiles_are_those_of_scipy_and_exact_where_nothing_is_uncertain() -> None:
    p = np.linspace(0, 1, 21)
    for low, central, high in [(0.1, 0.2, 0.6), (0.1, 0.1, 0.6), (0.1, 0.6, 0.6)]:
        ends = (np.full(21, value) for value in (low, central, high))
        theirs = stats.triang.ppf(p, (central - low) / (high - low), low, high - low)
        np.testing.assert_allclose(triangular(p, *ends), theirs, atol=1e-14)
    same = np.full(21, 0.1 + 0.2)
    assert (triangular(p, same, same, same) == same).all()


def test_many_amounts_are_spread_as_each_alone() -> None:
    bases = RNG.random((40, 7)) * (RNG.random((40, 7)) < 0.7)
    caps = RNG.random((40, 7)) * RNG.choice([0.1, 1.0], (40, 7))
    amounts = RNG.random(40) * RNG.choice([0.0, 0.3, 3.0], 40)
    alone = np.stack([spread(*row) for row in zip(amounts, bases, caps, strict=True)])
    np.testing.assert_allclose(spread_each(amounts, bases, caps), alone, atol=1e-14)


def test_one_seed_gives_the_same_draws_and_another_gives_others(mexico, drawn) -> None:  # type: ignore[no-untyped-def]
    table, payments, key = mexico
    again = bands.draw(table, payments, key=key, draws=300, seed=5)
    other = bands.draw(table, payments, key=key, draws=300, seed=6)
    assert again.values.identical(drawn.values)
    assert not np.allclose(other.values, drawn.values)
    wider = {"public_enterprises": bands.Uncertain("public_enterprises", 0, 0, 0.5)}
    more = bands.draw(table, payments, key=key, uncertain=wider, draws=300, seed=5)
    pd.testing.assert_series_equal(more.factors["tax"], drawn.factors["tax"])


def test_draws_stay_between_what_was_given_and_lie_around_it(drawn: bands.Drawn) -> None:
    tax = drawn.factors["tax"]
    assert tax.between(0.2, 0.3).all()
    assert tax.mean() == pytest.approx((0.2 + 0.3 + 0.3) / 3, abs=0.004)
    assert set(drawn.factors["reinvested"]) == {0.0, 1.0}
    assert drawn.unplaced.max() == 0


def test_reinvested_earnings_that_do_not_count_leave_no_leak_and_no_currency(mexico) -> None:  # type: ignore[no-untyped-def]
    table, payments, key = mexico
    held = {
        name: bands.Uncertain.known(name, one.central)
        for name, one in bands.factors(table, payments, key=key).items()
    }
    given = {"reinvested": np.array([0.0, 1.0])}
    found = bands.draw(table, payments, key=_fixed(key), uncertain=held, given=given, draws=2)
    without = leakage.allocate(table, payments, key=_fixed(key), include_reinvested=False)
    leak = table.L.T.solve(table.per_unit(without.flows.to_numpy().sum(axis=1)))
    ours = found.values.sel(measure="leak_recorded").to_numpy()
    np.testing.assert_allclose(ours[0], leak, atol=1e-12)
    currency = found.values.sel(measure="net_foreign_exchange").to_numpy()
    np.testing.assert_allclose(currency[0], currency[1], atol=1e-12)


def _fixed(key: im.OwnershipKey) -> im.OwnershipKey:
    """The key with one value for each share."""
    frames = []
    for frame in (key.shares, key.household):
        frames.append(pd.DataFrame(frame).assign(low=frame["central"], high=frame["central"]))
    return replace(key, shares=frames[0], household=frames[1])


def test_draws_of_the_user_replace_ours_and_are_checked(mexico) -> None:  # type: ignore[no-untyped-def]
    table, payments, key = mexico
    mine = np.array([0.1, 0.2, 0.3])
    found = bands.draw(table, payments, key=key, given={"tax": mine}, draws=3)
    assert found.factors["tax"].tolist() == mine.tolist()
    for wrong, match in [
        (np.array([0.1, 1.2, -3.0]), r"2 of 3 draws given for 'tax' are outside \[0, 1\]"),
        (np.array([0.1, np.nan, 0.3]), "1 of 3 draws"),
        (np.array([0.1]), r"shape \(1,\), not \(3,\)"),
    ]:
        with pytest.raises(TableError, match=match):
            bands.draw(table, payments, key=key, given={"tax": wrong}, draws=3)


def test_what_cannot_be_drawn_is_refused(mexico) -> None:  # type: ignore[no-untyped-def]
    table, payments, key = mexico
    one = bands.Uncertain.known("taxes", 0.3)
    with pytest.raises(LabelError, match="'taxes'"):
        bands.draw(table, payments, key=key, uncertain={"taxes": one})
    with pytest.raises(LabelError, match="given draws"):
        bands.draw(table, payments, key=key, given={"taxes": np.zeros(2)}, draws=2)
    with pytest.raises(TableError, match="0 draws"):
        bands.draw(table, payments, key=key, draws=0)
    with pytest.raises(TableError, match=r"common part of 1\.5"):
        bands.draw(table, payments, key=key, common=1.5)
    with pytest.raises(TableError, match="seed -1"):
        bands.draw(table, payments, key=key, seed=-1)
    with pytest.raises(UnitError, match="year"):
        bands.draw(table, im.load_bop("mexico", 2017), key=key)
    with pytest.raises(TableError, match="more than all corporate surplus"):
        bands.draw(table, replace(payments, rate=1e6), key=key, draws=2)
    nowhere = replace(payments, items=(Item("x", "X", 1.0, "from_surplus"),))
    known = {"equity_share": bands.Uncertain.known("equity_share", 0.0)}
    with pytest.raises(LabelError, match="no base"):
        bands.draw(table, nowhere, key=key, uncertain=known, draws=2)


def test_exporters_that_cannot_be_are_refused(mexico) -> None:  # type: ignore[no-untyped-def]
    table, payments, key = mexico
    cars = bands.exporters(table, "3361")
    much = replace(cars, imported=bands.Uncertain.known("mine", 0.9))
    with pytest.raises(TableError, match=r"cannot import 0\.9 to 0\.9"):
        bands.draw(table, payments, key=key, exporters=[much], draws=2)
    with pytest.raises(TableError, match=r"cannot make 0\.9 of its output"):
        bands.draw(table, payments, key=key, exporters=[replace(cars, share=0.9)], draws=2)
    with pytest.raises(LabelError, match="twice"):
        bands.draw(table, payments, key=key, exporters=[cars, cars], draws=2)
    with pytest.raises(TableError, match="share below 1"):
        replace(cars, share=1.0)
    with pytest.raises(TableError, match="'931' exports 0 of"):
        bands.exporters(table, "931")
    with pytest.raises(MissingAccountError, match="no column of exports"):
        bands.exporters(im.load("miller-blair-2x2"), "1")


def test_the_order_and_the_places_count_draws(drawn: bands.Drawn) -> None:
    over = bands.order(drawn)
    ours = drawn.values.sel(measure="leak_owned_net")
    cars, parts = (ours.sel(sector=code).to_numpy() for code in ("3361", "3363"))
    assert over.loc["3361", "3363"] == np.mean(cars > parts)
    both = over.to_numpy() + over.to_numpy().T
    assert both.max() <= 1 + 1e-12
    assert (np.diag(over) == 0).all()
    places = bands.ranks(drawn)
    assert sorted(places["point"])[0] == 1
    assert (places["0.05"] <= places["0.95"]).all()
    assert places["settled"].between(0, 1).all()


def test_the_tornado_is_the_leak_with_one_factor_moved(mexico, drawn) -> None:  # type: ignore[no-untyped-def]
    table, payments, key = mexico
    found = bands.tornado(drawn, "3361", measure="kept_owned_net")
    moved = replace(_fixed(key), tax=0.2)
    content = leakage.content(table, leakage.allocate(table, payments, key=moved)).loc["3361"]
    at_low = content["gni_owned_net"] + content["product_taxes"]
    assert found.loc["tax", "at_low"] == pytest.approx(at_low, abs=1e-12)
    assert found["swing"].iloc[:-1].is_monotonic_decreasing
    assert found["variance"].sum() == pytest.approx(1.0)
    assert found.attrs["point"] == drawn.point.loc["3361", "kept_owned_net"]


def test_what_was_not_drawn_is_not_read(drawn: bands.Drawn) -> None:
    for ask in (bands.quantiles, bands.order, bands.ranks):
        with pytest.raises(LabelError, match="'leak' is not a measure"):
            ask(drawn, measure="leak")
    with pytest.raises(LabelError, match="'9999' is not a sector"):
        bands.tornado(drawn, "9999")
    with pytest.raises(TableError, match="probabilities"):
        bands.quantiles(drawn, q=(0.05, 95))


def test_quantiles_are_those_of_the_draws(drawn: bands.Drawn) -> None:
    found = bands.quantiles(drawn, measure="leak_recorded", q=(0.0, 0.5, 1.0))
    values = np.sort(drawn.values.sel(measure="leak_recorded", sector="3363"))
    assert found.loc["3363", ["0", "1"]].tolist() == [values[0], values[-1]]
    assert found.loc["3363", "0.5"] == pytest.approx((values[149] + values[150]) / 2)


def test_the_page_fits_and_says_what_it_rests_on(capsys) -> None:  # type: ignore[no-untyped-def]
    assert main(["bands", "3363", "--draws", "40", "--seed", "2"]) == 0
    page = capsys.readouterr().out
    assert max(map(len, page.splitlines())) <= 100
    for words in ("40 draws, seed 2", "not recorded", "= unexplained", "judgement, no source"):
        assert words in page
    assert main(["bands", "9999", "--draws", "2"]) == 1
    assert "9999" in capsys.readouterr().err
    assert main(["bands", "3361", "--table", "mexico-projected-2009", "--draws", "2"]) == 1
    assert "constant" in capsys.readouterr().err


def test_income_of_owners_uses_up_the_part_that_they_own() -> None:
    codes = ["a", "b"]
    about = im.Meta(title="t", country="MEX", year=2018, unit="million MXN", currency="MXN")
    table = im.IOTable.from_frames(
        pd.DataFrame(0.0, codes, codes),
        pd.Series([100.0, 100.0], codes),
        pd.DataFrame([[10.0, 10.0], [50.0, 50.0], [40.0, 40.0]], ["m", "w", "s"], codes),
        kinds={"m": "imports", "w": "compensation", "s": "surplus"},
        meta=about,
    )
    key = im.OwnershipKey.from_shares("half", pd.Series([0.5, 0.25], codes))
    items = tuple(
        Item(code, code, amount, "from_surplus", "foreign_equity")
        for code, amount in (("reinvested", 15.0), ("dividends", 15.0))
    )
    payments = BalanceOfPayments("MEX", 2018, items, 1.0, "MXN", "million MXN", "invented")
    found = bands.draw(table, payments, key=key, draws=1, given={"reinvested": np.ones(1)})
    # half and a quarter of 40: owners can take 20 and 10, all of which is 30
    np.testing.assert_allclose(found.values.sel(measure="leak_recorded")[0], [0.2, 0.1])
    assert found.unplaced.iloc[0] == 0


def test_licence_payments_need_the_industry_they_leave(mexico) -> None:  # type: ignore[no-untyped-def]
    table, payments, key = mexico
    codes = [code for code in table.accounts.codes if code != "533"]
    less = im.aggregate.by(table, {c: c if c in codes else "532" for c in table.accounts.codes})
    assert bands.factors(less, payments, key=key)["technology"].high == 0
    from_surplus = payments.with_treatments({"technology": "from_surplus"})
    with pytest.raises(MissingAccountError, match="sector 533 and its users"):
        bands.draw(less, from_surplus, key=key, draws=2)


def test_items_of_nothing_change_nothing_whatever_the_split(mexico) -> None:  # type: ignore[no-untyped-def]
    table, payments, key = mexico
    for kept in ("foreign_equity", "corporate_surplus"):
        items = tuple(
            item if item.base == kept else replace(item, amount=0.0) for item in payments.items
        )
        only = replace(payments, items=items)
        found = bands.draw(table, only, key=key, draws=3)
        assert np.isfinite(found.values).all()
