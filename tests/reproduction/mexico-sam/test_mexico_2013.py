"""Mexico's social accounting matrices: every figure is the one of the official accounts."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import iomodel as im
from iomodel import catalog
from iomodel.readers.scn import find
from official import ROOT, shared_file

# Million pesos of 2013 (INEGI, Sistema de Cuentas Nacionales de Mexico, base 2013): tables
# "Cuenta del ingreso nacional disponible" and "Cuentas por sectores institucionales".
CONSUMPTION_OF_FIXED_CAPITAL = 2_567_230.4
ACTIVITIES = {"mexico-2013": 84, "mexico-2013-21": 21, "mexico-2012-21": 21}
OF_2013 = ["mexico-2013", "mexico-2013-21"]
DOMESTIC = ["households", "npish", "government", "corporations", "finance"]


def made(sam: im.SAM) -> list[str]:
    return [sam.accounts.codes[i] for i in sam.accounts.of_kind("activity")]


@pytest.mark.parametrize("slug", ACTIVITIES)
def test_every_account_balances_to_a_billionth_of_the_largest(slug: str) -> None:
    sam = im.load_sam(slug)
    assert sam.gaps.abs().max() <= 1e-9 * sam.totals.max()
    check = sam.check()
    assert check["holds"].all()
    assert len(check) == 6
    assert len(made(sam)) == ACTIVITIES[slug]
    assert len(sam.accounts) == ACTIVITIES[slug] + 21


@pytest.mark.parametrize("slug", OF_2013)
def test_the_aggregates_of_2013_are_those_of_the_national_accounts(slug: str) -> None:
    sam = im.load_sam(slug)
    T, found = sam.transactions, sam.aggregates()
    for name in ("gdp_production", "gdp_income", "gdp_expenditure"):
        assert round(found[name]) == 16_277_187
    activities = made(sam)
    surplus = ["mixed-income", "capital-household", "capital-national", "capital-foreign"]
    assert round(T.loc["labour", activities].sum()) == 4_542_853
    assert round(T.loc[surplus, activities].sum().sum()) == 11_012_348
    assert round(T.loc["tax-products"].sum()) == 634_567
    assert round(T.loc[activities].sum().sum()) == 27_642_648
    assert round(T.at["labour", "row-income"]) == 11_316
    assert round(T.at["redistribution", "row-income"]) == 130_064
    assert round(found["income_paid"]) == 614_925
    assert round(T.at["redistribution", "row-transfers"]) == 287_550
    assert round(T.at["row-transfers", "redistribution"]) == 12_720
    net = found["disposable_income_gross"] - CONSUMPTION_OF_FIXED_CAPITAL
    assert round(net) == 13_511_242
    assert round(found["saving"]) == 3_274_807
    assert round(found["current_account"]) == -386_484
    assert round(found["saving"] - found["investment"]) == -386_484
    assert round(T.at["saving-investment", "row-balance"]) == 386_484


@pytest.mark.parametrize("slug", OF_2013)
def test_flows_that_have_to_be_there_are(slug: str) -> None:
    T = im.load_sam(slug).transactions
    assert round(T.at["households", "finance"]) == 258_141  # the pension adjustment, D.8
    assert round(T.at["households", "row-trade"], 2) == 61_418.84  # net purchases of visitors
    assert round(T.at["government", "row-trade"], 2) == 1_639.48
    bought = T.drop(index=["saving-investment", "redistribution"])
    household = bought["households"].sum() - T.at["households", "row-trade"]
    assert round(household) == 10_607_565
    assert round(bought["npish"].sum()) == 211_686
    government = bought["government"].drop("row-income").sum()
    assert round(government - T.at["government", "row-trade"]) == 1_984_415
    assert round(T.loc["capital-household"].sum()) == 1_421_078
    assert round(T.loc["mixed-income"].sum()) == 3_477_776


@pytest.mark.parametrize("slug", OF_2013)
def test_income_of_foreign_owners_leaves_once_by_one_route(slug: str) -> None:
    T = im.load_sam(slug).transactions
    abroad = T.loc["row-income"].drop("row-balance")
    routes = abroad[abroad != 0]
    assert set(routes.index) <= {"capital-foreign", "government", "redistribution"}
    assert routes.sum() == pytest.approx(614_925.2, abs=0.05)
    # what every institution pays or receives beyond primary income is the one of the accounts, but
    # for the income abroad that was taken out of it
    net = T.loc[DOMESTIC, "redistribution"] - T.loc["redistribution", DOMESTIC]
    assert round(net["corporations"] - T.at["row-income", "capital-foreign"]) == -4_653_692
    assert round(net["finance"]) == 352_318
    assert round(net["government"] - T.at["row-income", "government"]) == 874_138
    assert round(net["households"]) == 2_975_563
    assert round(net["npish"]) == 241_641


@pytest.mark.parametrize("slug", OF_2013)
def test_what_does_not_close_stands_in_one_named_account(slug: str) -> None:
    sam = im.load_sam(slug)
    T = sam.transactions
    assert round(T.at["fixed-investment", "discrepancy"], 1) == 413.2
    assert round(T.at["discrepancy", "saving-investment"], 1) == 413.2
    rest = sam.totals["discrepancy"] - 413.2
    assert abs(rest) < 0.1  # the rounding of the office's own table
    assert round(sam.totals["fixed-investment"], 1) == 3_459_303.5


def test_the_balance_of_payments_stands_beside_it() -> None:
    for slug in OF_2013:
        beside = catalog.reconciliation(slug)
        row = beside.loc["primary income paid abroad"]
        assert round(row["other"]) == 633_004
        assert round(row["sam"]) == 614_925
        assert row["gap"] == pytest.approx(row["other"] - row["sam"], abs=2e-3)
        assert round(row["gap"]) == 18_078
        assert "BM.GSR.FCTY.CD" in row["source"]
        assert round(beside.at["gross fixed capital formation", "gap"], 1) == -413.2
        for item in ("gross domestic product", "net national disposable income"):
            assert abs(beside.at[item, "gap"]) < 0.1
    series = im.bop_series("mexico").loc[2013]
    assert round(series["income_paid"] * series["exchange_rate"]) == 633_004
    balanced = catalog.reconciliation("mexico-2012-21")  # what balancing did to the aggregates
    found = im.load_sam("mexico-2012-21").aggregates()
    np.testing.assert_allclose(balanced["sam"], found[list(balanced.index)], atol=1e-3, rtol=0)
    np.testing.assert_allclose(balanced["gap"], balanced["other"] - balanced["sam"], atol=2e-3)


def test_the_21_sectors_are_the_84_added_up() -> None:
    fine, coarse = im.load_sam("mexico-2013"), im.load_sam("mexico-2013-21")
    sys.path.insert(0, str(ROOT / "tables"))
    try:
        from groups import sector_21
    finally:
        sys.path.pop(0)
    concordance = {code: sector_21(code) for code in made(fine)}
    added = im.aggregate.by(fine, concordance)
    pd.testing.assert_frame_equal(
        added.transactions, coarse.transactions, check_exact=False, rtol=1e-12, atol=1e-6
    )
    assert coarse.accounts.kinds == added.accounts.kinds
    pd.testing.assert_series_equal(fine.aggregates(), coarse.aggregates(), rtol=1e-9)


def test_2012_is_balanced_on_purpose_and_says_how_far_every_account_moved() -> None:
    sam = im.load_sam("mexico-2012-21")
    assert sam.meta.prices == "constant 2013"
    assert sam.meta.year == 2012
    assert any("discrepancy" in note and "dropped" in note for note in sam.meta.assumptions)
    assert any("prices of 2013 by one factor" in note for note in sam.meta.assumptions)
    assert any(note.startswith("balanced by cross entropy") for note in sam.meta.history)
    file = catalog.data_folder("tables") / "sam-mexico-2012-21" / "movement.csv"
    moved = pd.read_csv(file, dtype={"account": str}).set_index(["side", "account"])
    for side in ("row", "column"):
        assert sorted(moved.loc[side].index) == sorted(sam.accounts.codes)
        after = moved.loc[side]["after"][list(sam.accounts.codes)]
        np.testing.assert_allclose(after, sam.totals, rtol=1e-12, atol=1e-5)
    assert moved["moved"].is_monotonic_decreasing
    assert moved.groupby(level="side")["moved"].sum().round(3).nunique() == 1
    change = (moved["after"] - moved["before"]).abs()
    assert (change <= moved["moved"] + 1e-5).all()


@pytest.mark.parametrize("slug", ACTIVITIES)
def test_every_sam_says_what_it_rests_on(slug: str) -> None:
    meta = im.load_sam(slug).meta
    said = " ".join(meta.assumptions)
    for words in (
        "every domestic buyer of a product is assumed to import the same share",
        "is income of foreign owners",
        "Compensation paid abroad is not available",
        "nets only",
        "Mixed income is spread by owners",
        "Only the net of non-residents' purchases",
        "Non-profit institutions buy what households buy",
    ):
        assert words in said, words
    assert "mip_pcn_ixi_t_" in meta.source
    assert meta.source.count("sha256") == 2
    assert meta.licence
    assert len(meta.sha256) == 64


@pytest.mark.parametrize("slug", ACTIVITIES)
def test_multipliers_leakage_and_settings_of_each(slug: str) -> None:
    sam = im.load_sam(slug)
    model = sam.cut(exogenous=["government", "saving-investment", "tax", "row"])
    np.testing.assert_allclose(im.leakage.matrix(model).sum(), 1.0, atol=1e-12, rtol=0)
    reached = model.L @ model.exogenous.sum(axis=1)
    np.testing.assert_allclose(reached, model.x, rtol=1e-9)
    codes, A = model.accounts.codes, model.A.to_numpy()
    M = np.linalg.inv(np.eye(len(codes)) - A)
    found = im.multipliers.accounting(model)
    at = model.of_kind("activity")
    np.testing.assert_allclose(found["output"], M[at].sum(axis=0), rtol=1e-10)
    np.testing.assert_allclose(found["household_income"], M[codes.index("households")], rtol=1e-10)
    # M_a with nothing but activities inside is the open model of the table it was built from
    opened = sam.cut(endogenous=["activity"])
    if slug == "mexico-2013":
        table = im.load("mexico-projected-2013")
        order = list(opened.accounts.codes)
        np.testing.assert_allclose(
            im.multipliers.accounting(opened)["output"],
            im.multipliers.output(table)[order],
            rtol=1e-9,
        )
    # households save; what they spend is what they receive
    assert model.spending("households").sum() == pytest.approx(1.0, abs=1e-12)


# -- against the files themselves ----------------------------------------------------------------


def test_the_official_files_say_the_same() -> None:
    folder = shared_file("data/scn/Cuenta_del_ingreso_nacional_disponible.xlsx").parent
    nation = im.read_scn(folder / "Cuenta_del_ingreso_nacional_disponible.xlsx")
    sectors = im.read_scn(folder / "Cuentas_por_Sectores_Institucionales.xlsx")
    sam = im.load_sam("mexico-2013")
    T, found = sam.transactions, sam.aggregates()

    def of_nation(label: str) -> float:
        return float(find(nation, "Usos", label)[2013])

    def of_sector(what: str, who: str) -> float:
        return float(find(sectors, "Valores absolutos", what, who)[2013])

    worn = of_nation("Consumo de Capital Fijo")
    assert worn == pytest.approx(CONSUMPTION_OF_FIXED_CAPITAL, abs=0.05)
    gdp = of_nation("Valor agregado bruto/ Producto interno bruto, a precios de mercado")
    assert found["gdp_income"] == pytest.approx(gdp, abs=0.05)
    assert found["disposable_income_gross"] - worn == pytest.approx(of_nation("Total"), abs=0.05)
    assert found["income_paid"] == pytest.approx(of_nation("Rentas de la propiedad pagadas (-)"))
    assert T.at["redistribution", "row-income"] == pytest.approx(
        of_nation("Rentas de la propiedad recibidas (+)")
    )
    names = {
        "corporations": "Sociedades no financieras",
        "finance": "Sociedades financieras",
        "government": "Gobierno General",
        "households": "Hogares",
        "npish": "Instituciones sin fines de lucro que sirven a los hogares isflsh",
    }
    for code, name in names.items():
        saved = T.at["saving-investment", code] - T.at[code, "saving-investment"]
        assert saved == pytest.approx(of_sector("Ahorro bruto", name), abs=1e-6)
    for code in ("finance", "government", "npish"):
        surplus = of_sector("Excedente bruto de operación", names[code])
        assert T.at[code, "capital-national"] == pytest.approx(surplus, abs=1e-6)


def test_folders_hold_what_the_library_writes(tmp_path: Path) -> None:
    for slug in ACTIVITIES:
        sam = im.load_sam(slug)
        back = im.read_sam(sam.to_excel(tmp_path / f"{slug}.xlsx"))
        np.testing.assert_array_equal(back.array, sam.array)
        assert back.accounts == sam.accounts
