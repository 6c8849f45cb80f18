"""Mexico's years from the tables that ship: brute force, both witnesses, the page, the command."""

import contextlib
import importlib.util
import io
import re

import numpy as np
import pandas as pd
import pytest

import iomodel as im
from iomodel import cli
from iomodel.cli import years as page_of_years
from iomodel.errors import LabelError, MissingAccountError, TableError, UnitError
from iomodel.reproduction import evidence
from iomodel.series.abroad import prices_of_surplus, scale_of_surplus
from iomodel.series.mexico import COMPOSITIONS, PROJECTED, STILL, WARNING, WIOD
from official import ROOT

YEAR = 2008


@pytest.fixture(scope="module")
def witnesses():
    return im.series.witnesses()


@pytest.fixture(scope="module")
def parts():
    return page_of_years.page()


@pytest.fixture(scope="module")
def table():
    return im.load(f"mexico-projected-{YEAR}")


@pytest.fixture(scope="module")
def outflow(table):
    return im.series.share_abroad(table)


def value(frame, year, sector, measure):
    rows = frame[(frame.year == year) & (frame.sector == sector) & (frame.measure == measure)]
    (found,) = rows["value"]
    return found


# -- income abroad --------------------------------------------------------------------------------


def test_the_share_is_found_at_current_prices_and_put_on_the_table(table, outflow):
    price, surplus = prices_of_surplus(table), table.primary("surplus")
    phi = im.leakage.phi(table, outflow).to_numpy()
    placed = outflow.report["placed"].sum()
    assert (phi * price * surplus).sum() == pytest.approx(placed, rel=1e-9)  # current money
    assert (phi * surplus).sum() == pytest.approx(outflow.flows.to_numpy().sum(), rel=1e-9)
    assert not np.isclose(outflow.flows.to_numpy().sum(), placed, rtol=0.05)  # 2013 is not 2008


def test_dividends_follow_current_foreign_owned_surplus_by_hand(table, outflow):
    price, surplus = prices_of_surplus(table), np.maximum(table.primary("surplus"), 0)
    share, household = im.leakage.default_key(table).on(table)
    owned = share * surplus * (1 - household)  # at the table's prices, as handed back
    np.testing.assert_allclose(outflow.foreign_owned, owned)
    # licences take all the surplus of 533, so that its cap leaves nothing to its owners
    rest = np.where(np.array(table.accounts.codes) == "533", 0, price * owned)
    paid = outflow.report.at["dividends", "placed"] * rest / rest.sum()
    np.testing.assert_allclose(outflow.flows["dividends"] * price, paid, atol=1e-6)


def test_prices_of_value_added_by_hand(table):
    """Cars: current value added of the accounts over that of the table, scaled to all surplus."""
    added = pd.read_csv(ROOT / "tables/mexico-accounts/value_added.csv", index_col=0, dtype=str)
    current = added[str(YEAR)].astype(float)
    total = pd.read_csv(ROOT / "tables/mexico-accounts/series.csv", index_col=0)["surplus"][YEAR]
    raw = current[list(table.accounts.codes)] / table.v
    scale = total / (raw * table.primary("surplus")).sum()
    found = prices_of_surplus(table)[table.accounts.position("3361")]
    assert found == pytest.approx(raw["3361"] * scale)
    assert abs(scale - 1) < 0.0025  # the prices of value added explain all surplus but a little
    assert scale_of_surplus(table) == pytest.approx(scale)


def test_payments_at_current_prices_never_meet_a_constant_table(table):
    with pytest.raises(UnitError, match="do not speak of the same money"):
        im.leakage.allocate(table, im.series.payments(YEAR), key=im.leakage.default_key(table))


def test_in_the_base_year_the_share_is_that_of_the_table_itself():
    table = im.load("mexico-projected-2013")
    price = pd.Series(prices_of_surplus(table), table.accounts.index)
    # couriers: the accounts have 718 million pesos less value added than the table
    assert price.drop("492").sub(1).abs().max() < 1e-4
    direct = im.leakage.allocate(table, im.series.payments(2013), key=im.leakage.default_key(table))
    ours = im.leakage.phi(table, im.series.share_abroad(table))
    pd.testing.assert_series_equal(
        ours.drop("492"), im.leakage.phi(table, direct).drop("492"), rtol=1e-3
    )


def test_income_of_a_year_by_hand(table, outflow):
    """Net foreign exchange and income of residents of 3361 by the dense inverse."""
    a, j = table.arrays, table.accounts.position("3361")
    L = np.linalg.inv(np.eye(len(a.x)) - a.Z / a.x)[:, j]
    flows = outflow.flows
    rows = {k: a.V[table.inputs.of_kind(k)].sum(0) for k in ("imports", "product_taxes")}
    kinds = ("compensation", "production_taxes", "surplus")
    added = a.V[table.inputs.of_kind(*kinds)].sum(0)
    data = im.series.projected().sel(year=YEAR, sector="3361")
    stays = added + rows["product_taxes"] - flows.to_numpy().sum(1)
    assert data["gni_recorded"].item() == pytest.approx((stays / a.x) @ L)
    spent = rows["imports"] + flows.drop(columns="reinvested").to_numpy().sum(1)
    assert data["net_foreign_exchange"].item() == pytest.approx(1 - (spent / a.x) @ L)
    assert data["import_content"].item() == pytest.approx((rows["imports"] / a.x) @ L)


def test_totals_are_the_accounts_while_they_last_and_show_the_gap():
    totals = im.series.totals_abroad()
    assert list(totals.index) == list(range(2003, 2019))
    assert totals.at[2003, "national_accounts"] == 181683.302
    assert totals.at[2017, "used"] == 728598.769
    assert totals.at[2018, "source"] == "balance of payments"
    rounded = totals["balance_of_payments"].round()
    assert [rounded[y] for y in (2003, 2013, 2017)] == [154080, 633004, 764777]
    assert totals.at[2013, "gap"] == pytest.approx(633004 - 614925, abs=1)
    assert np.isnan(totals.at[2018, "gap"])


@pytest.mark.parametrize("composition", COMPOSITIONS)
def test_payments_add_up_to_the_total_and_technology(composition):
    local = im.series.payments(2011, composition=composition).table()["local"]
    assert local.drop("technology").sum() == pytest.approx(357147, abs=1)
    rate = im.bop_series("mexico")["exchange_rate"][2011]
    assert local["technology"] == pytest.approx(3399.955 * rate, rel=1e-5)
    if composition:
        assert set(local.index) == {*composition, "technology"}


def test_the_last_year_is_itemised_and_leaves_the_rest_unallocated():
    assert im.series.payments(2018) is im.load_bop("mexico", 2018)
    report = im.series.share_abroad(im.load("mexico-projected-2018")).report
    assert report.at["later_revision", "unallocated"] == pytest.approx(62534, abs=1)


def test_compositions_and_years_that_are_none():
    with pytest.raises(MissingAccountError, match="2002 has no total") as caught:
        im.series.payments(2002)
    assert "2003 to 2018" in caught.value.remedy
    with pytest.raises(LabelError, match="1 items are no property income"):
        im.series.payments(2010, composition={"dividends": 0.5, "royalties": 0.5})
    with pytest.raises(TableError, match=r"add up to 0\.9"):
        im.series.payments(2010, composition={"dividends": 0.9})
    with pytest.raises(TableError, match="add up to 1"):
        im.series.payments(2010, composition={"dividends": 1.5, "reinvested": -0.5})
    with pytest.raises(TableError, match="add up to 0"):
        im.series.payments(2010, composition={})


def test_tables_without_accounts_are_refused(table):
    with pytest.raises(MissingAccountError, match="of no country, None"):
        im.series.share_abroad(im.load("miller-blair-2x2"))
    with pytest.raises(MissingAccountError, match="does not cover") as caught:
        im.series.share_abroad(im.load("mexico-2012-21"))
    assert "'11'" in caught.value.findings
    early = im.aggregate.by(table, {c: c for c in table.accounts.codes})
    with pytest.raises(MissingAccountError, match="does not cover"):
        im.series.share_abroad(im.IOTable(*_of_year(early, 2001)))


def _of_year(table, year):
    return (table.accounts, table.categories, table.inputs, table.arrays, table.meta.but(year=year))


def test_all_to_owners_takes_most_from_what_owners_hold():
    bands = im.series.income_bands(["3361"], years=[YEAR]).loc[("3361", YEAR)]
    for name in ("gni_recorded", "net_foreign_exchange"):
        assert bands[f"{name}_low"] < bands[name] < bands[f"{name}_high"]
    central = im.series.projected().sel(year=YEAR, sector="3361")
    assert bands["gni_recorded"] == pytest.approx(central["gni_recorded"].item())
    with pytest.raises(LabelError, match="C29"):
        im.series.income_bands(["C29"], years=[YEAR])


# -- the witnesses --------------------------------------------------------------------------------


def test_what_was_handed_out_does_not_change_what_comes_next():
    first = im.series.wiod()
    kept = first["backward"].values.copy()
    first["backward"][:] = 0.0
    np.testing.assert_array_equal(im.series.wiod()["backward"], kept)
    mine = im.series.projected()
    mine["phi"][:] = 0.0
    assert im.series.projected()["phi"].max() > 0


def test_direct_value_added_of_assembly_hardly_moves_so_the_header_warns():
    data = im.series.projected()
    assert data.attrs["header"] == WARNING
    assert data.attrs["prices"] == "constant 2013"
    direct = data["direct_value_added"].sel(sector="3361")
    assert 0.2405 < direct.min() < direct.max() < 0.2425  # 0.2409-0.2422 at ramas


def test_empty_industries_of_wiod_are_nan_and_outside_means():
    data = im.series.wiod()
    assert np.isnan(data["backward"].sel(sector=["L68", "M73"])).all()
    np.testing.assert_allclose(data["backward"].mean("sector", skipna=True), 1.0)


def test_motor_vehicles_of_wiod_by_hand(witnesses):
    table = im.load("mexico-wiod-2014")
    a, j = table.arrays, table.accounts.position("C29")
    x = np.where(a.x > 0, a.x, 1)
    L = np.linalg.inv(np.eye(56) - a.Z / x)[:, j]
    assert value(witnesses, 2014, "C29", "output_multiplier") == pytest.approx(L.sum())
    imports = a.V[:2].sum(0)  # imports and the freight on them
    assert list(table.inputs.codes[:2]) == ["IMP", "IntTTM"]
    assert value(witnesses, 2014, "C29", "import_content") == pytest.approx((imports / x) @ L)


def test_groups_are_what_a_peso_of_their_exports_holds(witnesses, table):
    made = [c for c in table.accounts.codes if c[:2] in ("31", "32", "33")]
    totals = im.trade.value_added_in_exports(table).loc[made]
    content = (totals["import_content"] * totals["exports"]).sum() / totals["exports"].sum()
    assert value(witnesses, YEAR, "31-33", "import_content") == pytest.approx(content)
    theirs = im.trade.value_added_in_exports(im.load("mexico-wiod-2008"))
    theirs = theirs[[c.startswith("C") for c in theirs.index]]
    content = theirs["total"].sum() / theirs["exports"].sum()
    assert value(witnesses, YEAR, "C10-C33", "value_added_content") == pytest.approx(content)


def test_the_frame_is_long_whole_and_says_each_thing_once(witnesses):
    assert not witnesses.duplicated(["year", "sector", "measure"]).any()
    assert not witnesses["value"].isna().any()
    counted = witnesses.groupby("witness")["year"].agg(["min", "max"])
    assert counted.loc[PROJECTED].tolist() == [2003, 2018]
    assert counted.loc[WIOD].tolist() == [2000, 2014]
    assert WARNING in witnesses.attrs["header"]
    income = witnesses[witnesses.measure == "gni_recorded"]
    assert set(income["witness"]) == {PROJECTED}


def invented(ours, theirs):
    """A frame of two witnesses of one measure, the same for all sectors."""
    rows = [
        (2001 + t, witness, sector, "import_content", v)
        for pair in (("3361-3363", "C29"), ("31-33", "C10-C33"), ("931", "O84"))
        for witness, sector, values in zip((PROJECTED, WIOD), pair, (ours, theirs), strict=True)
        for t, v in enumerate(values)
    ]
    return pd.DataFrame(rows, columns=["year", "witness", "sector", "measure", "value"])


@pytest.mark.parametrize(
    ("ours", "theirs", "verdict"),
    [
        ([0.1, 0.2, 0.3], [0.4, 0.3, 0.5], "same"),
        ([0.1, 0.2, 0.3], [0.4, 0.3, 0.2], "opposite"),
        ([0.1, 0.2, 0.3], [0.4, 0.3, 0.4 + STILL / 2], "one still"),
        ([0.1, 0.2, 0.1], [0.4, 0.3, 0.4], "both still"),
    ],
)
def test_agreement_by_hand(ours, theirs, verdict):
    found = im.series.agreement(invented(ours, theirs), measures=["import_content"])
    row = found.loc[("931", "import_content")]
    assert row["verdict"] == verdict
    assert row["mean_gap"] == pytest.approx(np.mean(ours) - np.mean(theirs))
    assert row["wiod_change"] == pytest.approx(theirs[-1] - theirs[0])
    steps = np.corrcoef(np.diff(ours), np.diff(theirs))[0, 1] if np.ptp(np.diff(ours)) > 1e-9 else 0
    assert np.nan_to_num(row["correlation"]) == pytest.approx(steps)


def test_agreement_needs_both_witnesses(witnesses):
    one = witnesses[witnesses["witness"] == WIOD]
    with pytest.raises(LabelError, match="does not hold both") as caught:
        im.series.agreement(one)
    assert caught.value.findings == (f"'{PROJECTED}'",)
    with pytest.raises(LabelError, match="does not hold both"):
        im.series.agreement(witnesses.drop(columns="value"))
    with pytest.raises(LabelError, match="no 'gni_recorded' of 3361-3363 and C29"):
        im.series.agreement(witnesses, measures=["gni_recorded"])


def test_the_witnesses_agree_on_the_level_of_cars_and_part_on_where_they_go():
    found = im.series.agreement().xs("import_content", level="measure")
    assert abs(found.at["3361-3363", "mean_gap"]) < 0.01
    assert found.at["3361-3363", "projected_change"] > 0.04
    assert abs(found.at["3361-3363", "wiod_change"]) < STILL


def test_the_technology_balance_is_that_of_the_claims():
    balance, claim = im.series.technology_balance(), evidence.technology_balance().figures
    assert balance.at[1996, "deficit"] == claim["deficit_1996"]
    assert balance.at[2007, "deficit"] == claim["deficit_2007"]
    assert balance.at[2007, "paid_to_1996"] == claim["imports_ratio"]
    assert list(balance.index[balance["jump"]]) == [2002]
    assert balance.at[2007, "coverage"] == pytest.approx(167.337 / 2558.165, rel=1e-5)
    share = balance["percent_of_gdp"].dropna()
    assert list(share.index) == list(range(2003, 2018))
    assert share[2013] == pytest.approx(100 * 48552 / 16277187, rel=1e-4)


# -- the page and the command ---------------------------------------------------------------------

NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")


def same(printed, fresh):
    """Texts alike but for numbers, and those within one of their last digit."""
    assert NUMBER.sub("#", printed) == NUMBER.sub("#", fresh)
    for ours, theirs in zip(NUMBER.findall(printed), NUMBER.findall(fresh), strict=True):
        last = 10.0 ** -len(ours.partition(".")[2])
        assert float(ours.replace(",", "")) == pytest.approx(
            float(theirs.replace(",", "")), abs=1.01 * last
        )


@pytest.fixture(scope="module")
def writer():
    spec = importlib.util.spec_from_file_location("write_years", ROOT / "docs" / "write_years.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_and_its_tables_are_fresh(writer, parts):
    for path, text in writer.files(parts).items():
        if path.suffix == ".csv":
            old, new = pd.read_csv(path), pd.read_csv(io.StringIO(text))
            pd.testing.assert_frame_equal(old, new, rtol=2e-5, atol=1e-6)
        else:
            same(path.read_text(encoding="utf-8"), text)


def test_no_number_of_the_page_has_more_than_six_digits(writer, parts):
    for path, text in writer.files(parts).items():
        cells = text.replace(",", " ") if path.suffix == ".csv" else text
        for number in NUMBER.findall(re.sub(r"e[-+]\d+", "", cells)):
            digits = number.lstrip("+-").replace(",", "").replace(".", "").lstrip("0")
            assert len(digits) <= 6, number


def test_the_page_says_what_is_assumed_where_it_is_shown(parts):
    by_name = {part.name: " ".join((*part.before, *part.after)) for part in parts}
    for name in ("net_foreign_exchange", "gni_recorded"):
        assert "an assumption" in by_name[name]
        assert "split into reinvested earnings" in by_name[name]
        assert "not identified" in by_name[name]
    for name in ("import_content", "output_multiplier", "value_added_content", "linkages"):
        assert "not identified" in by_name[name]
    assert "Rests on the ownership key" in by_name["witnesses"]


def test_writing_and_checking(writer, parts, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(writer, "PAGE", tmp_path / "years.md")
    monkeypatch.setattr(writer, "TABLES", tmp_path / "years")
    monkeypatch.setattr(writer.years, "page", lambda: parts)
    assert writer.main(["--check"]) == 1
    assert "years.md" in capsys.readouterr().out
    assert writer.main([]) == 0
    assert writer.main(["--check"]) == 0
    table = tmp_path / "years" / "bands.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("0.4", "0.5"), encoding="utf-8")
    assert writer.main(["--check"]) == 1
    assert "bands.csv: not what" in capsys.readouterr().out


def test_the_command_prints_the_page_and_writes_its_tables(parts, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(page_of_years, "page", lambda say: parts)
    assert cli.main(["reproduce", "--years", "-o", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().out
    assert max(map(len, printed.splitlines())) <= 100
    assert "6. Net foreign exchange of a peso" in printed
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == sorted(f"{name}.csv" for name in page_of_years.FILES)
    assert cli.main(["reproduce", "--years", "--format", "csv", "--part", "bands"]) == 0
    assert capsys.readouterr().out.startswith("sector,year,gni_recorded_low")


def test_a_folder_that_cannot_be_written_and_an_output_without_years(
    parts, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(page_of_years, "page", lambda say: parts)
    (tmp_path / "taken").write_text("x", encoding="utf-8")
    assert cli.main(["reproduce", "--years", "-o", str(tmp_path / "taken")]) == 1
    assert "cannot be written" in " ".join(capsys.readouterr().err.split())
    assert cli.main(["reproduce", "-o", str(tmp_path)]) == 2
    assert "-o is for --years" in capsys.readouterr().err


# -- one industry --------------------------------------------------------------------------------


def test_an_industry_has_the_years_of_both_witnesses():
    frame = im.series.industry("3363")
    ours, theirs = im.series.projected(), im.series.wiod()
    assert not frame.duplicated(["year", "witness", "measure"]).any()
    for row in frame.itertuples():
        data = theirs if row.witness == WIOD else ours
        value = data[row.measure].sel(year=row.year, sector=row.sector).item()
        assert row.value == pytest.approx(value, rel=1e-12)
    assert set(frame["year"]) == set(range(2000, 2019))
    compared = im.series.agreement(frame, measures=["import_content"], pairs={"3363": "C29"})
    whole = im.series.witnesses()
    whole = whole[whole["sector"].isin(["3363", "C29"])]
    same = im.series.agreement(whole, measures=["import_content"], pairs={"3363": "C29"})
    pd.testing.assert_frame_equal(compared, same)


def test_a_twin_has_most_of_the_classes():
    pairs = im.concordance("scian-2018", "isic-4", digits=(3, 2))
    metals = pairs.loc["331"]
    assert im.series.twin("331") == ("C24", metals.set_index("isic-4").at["24", "classes"], 20)
    codes = im.load("mexico-projected-2013").accounts.codes
    known = set(im.load("mexico-wiod-2014").accounts.codes)
    found = {}
    for code in codes:
        with contextlib.suppress(MissingAccountError):
            found[code] = im.series.twin(code)
    assert all(0 < classes <= of and twin in known for twin, classes, of in found.values())
    assert found["3363"][0] == "C29"
    assert found["3363"][1] < found["3363"][2] / 2  # parts are in many industries: a weak one
    assert found["931"][0] == "O84"
    assert len(found) > 70


def test_an_industry_without_a_twin_says_why():
    with pytest.raises(MissingAccountError, match=r"classes of '3364'.*C28, C30 have 1 of 2"):
        im.series.twin("3364")
    with pytest.raises(MissingAccountError, match="has no output in Mexico"):
        im.series.twin("531")
    with pytest.raises(MissingAccountError, match="SCIAN has no industry '99'"):
        im.series.twin("99")
    frame = im.series.industry("3364")
    assert set(frame["witness"]) == {PROJECTED}
    assert "than all others" in frame.attrs["alone"]
    with pytest.raises(LabelError, match="Nearest: '3369'"):
        im.series.industry("336")


def test_the_share_of_a_twin_is_of_the_industries_that_are_mostly_there():
    """Assembly, bodies and parts have most of their classes in C29: their shares add up to one."""
    shares = {code: im.series.industry(code).attrs for code in ("3361", "3362", "3363")}
    assert {found["twin"] for found in shares.values()} == {"C29"}
    assert sum(found["share"] for found in shares.values()) == pytest.approx(1)
    x = im.load("mexico-projected-2013").x
    assert shares["3361"]["share"] == pytest.approx(x["3361"] / x[["3361", "3362", "3363"]].sum())
