"""docs/reproduction.md holds fresh results; some cells are held against figures computed apart.

The literals below come from the transactions alone, by numpy, with no code of iomodel (this
program, run in the checkout):

    import csv, numpy as np
    inv = lambda A: np.linalg.inv(np.eye(len(A)) - A)
    def sam(slug):
        rows = list(csv.reader(open(f"tables/sam-{slug}/transactions.csv")))
        T = np.array([[float(v or 0) for v in r[1:]] for r in rows[1:]])
        return rows[0][1:], {c: i for i, c in enumerate(rows[0][1:])}, T
    c, at, T = sam("mexico-2012-21"); n, tot, hh = 21, T.sum(0), at["households"]
    bought = T[:, hh]; spent = bought[[*range(n), at["tax-products"], at["row-trade"]]].sum()
    gos = T[[i for x, i in at.items() if x[:5] in ("mixed", "capit")], :n].sum(0)
    M = np.zeros((24, 24)); M[:n, :n] = T[:n, :n] / tot[:n]
    M[n, :n], M[n + 1, :n] = T[at["labour"], :n] / tot[:n], gos / tot[:n]
    M[n + 2, n] = 1; M[:n, n + 2] = bought[:n] / spent                  # wages spent, nothing saved
    L = inv(M)[:23, :23]; b, f = L.sum(0), L.sum(1)                     # over sectors and factors
    print(b[at["3361"]] / b.mean(), f[at["31-33"]] / f.mean(), L[:n, at["93"]].sum())
    k = [*range(n), *(i for x, i in at.items() if x == "labour" or x[:5] in ("mixed", "capit")), hh]
    L = inv(T[np.ix_(k, k)] / tot[k]); b = L.sum(0)                     # SAM, households
    print(b[at["21"]] / b.mean(), L[:n, at["93"]].sum())
    b = inv(T[:n, :n] / tot[:n]).sum(0); print(b[at["3361"]] / b.mean())            # open

    c, at, T = sam("mexico-2013"); n, j, hh = 84, at["3361"], at["households"]
    out = ("tax", "row-", "gov", "saving", "fixed", "inven", "discr")
    k = [i for x, i in at.items() if not x.startswith(out)]
    kept = T[np.ix_(k, k)] / T.sum(0)[k]
    f = [i for x, i in at.items() if x[:5] in ("labou", "mixed", "capit") or x == "tax-production"]
    va = np.zeros(len(k)); va[:n] = (T[f] / T.sum(0)).sum(0)[:n]
    tax = (T[at["tax-products"]] / T.sum(0))[k]                         # on what income buys too
    abroad = (T[at["row-income"]] / T.sum(0))[k]
    S, out, own = T.copy(), at["row-income"], at["capital-foreign"]
    thru = [at["corporations"], at["finance"], at["redistribution"]]    # they buy nothing
    came = np.array([T[out, own], 0, T[out, at["redistribution"]]])     # and what stays with them
    S[at["corporations"], own] += T[out, own]; S[out, [own, *thru]] = 0
    P = S[:, thru].copy(); P[[i for x, i in at.items() if x[:4] == "row-"]] = 0; P /= P.sum(0)
    more = np.linalg.solve(np.eye(3) - P[thru], came); S[:, thru] += P * more
    for who in ("households", "npish", "government"):                   # buyers save what reaches
        S[at["saving-investment"], at[who]] += P[at[who]] @ more
    without = S[np.ix_(k, k)] / S.sum(0)[k]
    taxed = (S[at["tax-products"]] / S.sum(0))[k]
    held = kept.copy(); held[:, k.index(hh)] = without[:, k.index(hh)]
    taxheld = tax.copy(); taxheld[k.index(hh)] = taxed[k.index(hh)]
    for A, t, r in ((without, taxed, 0), (held, taxheld, abroad), (kept, tax, abroad)):
        L = inv(A); block, b = L[:n, :n].sum(0), L.sum(0)
        gdp = (va + t) @ L[:, j]; gni = gdp - (r * np.ones(len(k))) @ L[:, j]
        print(block[j], block[j] / block.mean(), b[j] / b.mean(), gdp, gni)
"""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from iomodel import catalog, closure, closures, construct, leakage
from iomodel.reproduction import circular
from official import ROOT

PAGE = ROOT / "docs" / "reproduction.md"
HALF = 0.5e-4  # four decimals are printed


def parsed() -> list[pd.DataFrame]:
    """Every table of the page as text: first column as index."""
    found: list[list[list[str]]] = []
    inside = False
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("|"):
            if not inside:
                found.append([])
            found[-1].append([cell.strip() for cell in line.strip("|").split("|")])
        inside = line.startswith("|")
    return [
        pd.DataFrame(
            [row[1:] for row in rows[2:]], index=[row[0] for row in rows[2:]], columns=rows[0][1:]
        )
        for rows in found
    ]


@pytest.fixture(scope="module")
def tables() -> list[pd.DataFrame]:
    return parsed()


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "write_reproduction", ROOT / "docs" / "write_reproduction.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def same(printed: pd.DataFrame, fresh: pd.DataFrame) -> None:
    """Printed numbers are the fresh ones within half of the last digit."""
    ours = printed.to_numpy(dtype=float)
    np.testing.assert_allclose(ours, fresh.to_numpy(dtype=float), rtol=0, atol=HALF * 1.01)


def test_the_page_has_its_eight_tables_and_no_more_than_six_digits(
    tables: list[pd.DataFrame],
) -> None:
    assert len(tables) == 8
    for table in tables:
        for cell in table.to_numpy().ravel():
            if cell.lstrip("-").replace(".", "", 1).isdigit():
                assert len(cell.lstrip("-").replace(".", "")) <= 6


def test_the_grid_is_the_fresh_one(tables: list[pd.DataFrame]) -> None:
    printed, fresh = tables[0], circular.closures()
    names = {"BL": "backward", "FL": "forward", "multiplier": "output"}
    printed.columns = [
        f"{names[head]} {rest}" if (head := c.partition(" ")[0]) in names else c
        for c, rest in ((c, c.partition(" ")[2]) for c in printed.columns)
    ]
    assert list(printed.index) == ["published", *fresh.index]
    figures = [target.name for target in circular.targets()]
    same(printed.loc[["published"], figures], pd.DataFrame([fresh.attrs["published"]])[figures])
    numbers = [*figures, "rms", "off 31-33"]
    same(printed.iloc[1:][numbers], fresh[numbers])
    for column in ("lowest", "blind", "verdict"):
        assert printed[column].to_list()[1:] == fresh[column].to_list()
    assert (printed["all six < 1"].iloc[1:] == "yes").to_list() == fresh["independent"].to_list()


def test_the_register_is_the_fresh_one(tables: list[pd.DataFrame]) -> None:
    printed, fresh = tables[1], closures.register()
    assert printed.index.to_list() == fresh.index.to_list()
    assert printed.to_numpy().tolist() == fresh.to_numpy().tolist()


def test_the_settings_are_the_fresh_ones(tables: list[pd.DataFrame]) -> None:
    printed, fresh = tables[2], circular.settings_2013()
    labels = list(zip(printed.index, printed["model"], printed["income abroad"], strict=True))
    assert labels == fresh.index.to_list()
    assert len(labels) == 3 * 8
    same(printed[["output", "gva", "gdp", "gni"]], fresh)


def test_the_bands_are_the_fresh_ones(tables: list[pd.DataFrame]) -> None:
    printed, fresh = tables[3], circular.bands_2013()
    labels = list(zip(printed.index, printed["key"], printed["level"], strict=True))
    assert labels == fresh.index.to_list()
    assert len(labels) == 3 * 3 * 3
    same(printed[list(fresh)], fresh)


@pytest.mark.parametrize(("name", "level"), [("amne", "low"), ("neutral", "high")])
def test_the_bands_by_brute_force(name: str, level: str) -> None:
    """The closed matrix less what leaves, and income carried through a dense inverse."""
    table = catalog.load(circular.TABLE_2013)
    outflow = circular.outflow_2013(leakage.keys(table)[name].at(level))
    A = closure.households(table, income=("compensation", "surplus")).A.to_numpy().copy()
    leaves = outflow.flows.sum(axis=1) / table.x
    A[-1, :-1] -= leaves
    n, at = len(leaves), table.accounts.position("3363")
    output = np.linalg.inv(np.eye(n + 1) - A)[:n, at].sum()
    through = np.linalg.inv(np.eye(n) - table.A.to_numpy())[:, at]
    made = 1 - table.primary("imports") / table.x.to_numpy() @ through
    found = circular.bands_2013(["3363"]).loc["3363", name, level]
    assert found["type II output"] == pytest.approx(output, rel=1e-10)
    assert found["recorded"] == pytest.approx(made - leaves @ through, rel=1e-10)
    gross = (outflow.reading["owned_gross"] / table.x) @ through
    assert found["owned gross"] == pytest.approx(made - gross, rel=1e-10)


def test_the_bands_hold_the_setting_of_the_default_key() -> None:
    bands, found = circular.bands_2013(), circular.settings_2013()
    for sector in circular.CARS:
        central = bands.loc[sector, "paper", "central"]
        assert central["recorded"] == pytest.approx(found.loc[(sector, "open", "with"), "gni"])
        held = found.loc[(sector, "type II", "with, propensity held"), "output"]
        assert central["type II output"] == pytest.approx(held)


def test_licences_and_elasticities_are_the_fresh_ones(tables: list[pd.DataFrame]) -> None:
    printed, fresh = tables[4], circular.technology_2013()
    labels = list(zip(printed.index, printed["licences"], printed["income abroad"], strict=True))
    assert labels == fresh.index.to_list()
    same(printed[list(fresh)], fresh)
    printed, slopes = tables[5], circular.elasticities_2013()
    labels = list(zip(printed.index, printed["payer"], printed["earned in"], strict=True))
    assert labels == slopes.index.to_list()
    same(printed[["elasticity"]], slopes)


def test_the_bands_of_the_sam_are_those_of_the_sam_built_with_that_key() -> None:
    fresh, sam = circular.bands_2013(["3361"]), catalog.load_sam(circular.SAM_2013)
    central = fresh.loc["3361", "paper", "central"]
    model = sam.cut(exogenous=["government", "saving-investment", "tax", "row"])
    assert central["SAM output"] == pytest.approx(2.301658, abs=1e-6)  # numpy alone: head
    own = model.spending("3361")
    shares = catalog.load_keys("MEX")["amne"].shares.at["3361", "low"]
    other = construct.with_owners(sam, catalog.load_keys("MEX")["amne"].at("low"))
    spent = other.cut(exogenous=["government", "saving-investment", "tax", "row"]).spending("3361")
    capital = own["capital-national"] + own["capital-foreign"]
    assert spent["capital-foreign"] == pytest.approx(shares * capital)
    assert spent["capital-national"] == pytest.approx((1 - shares) * capital)


def test_licences_are_those_of_the_balance_of_payments() -> None:
    # World Bank: 48,552 million pesos in 2013, of which industry 533 can bear 39,314.6
    paid = circular.licences_2013()
    assert paid.sum() == pytest.approx(48_552, abs=0.5)
    assert paid["533"] == pytest.approx(39_314.57, abs=0.01)


def test_the_report_is_the_fresh_one(tables: list[pd.DataFrame]) -> None:
    printed, fresh = tables[6], circular.independence_2013()
    labels = list(zip(printed.index, printed["over"], printed["income abroad"], strict=True))
    assert labels == fresh.index.to_list()
    same(printed[["backward", "forward"]], fresh[["backward", "forward"]])
    assert printed["class"].to_list() == fresh["class"].to_list()
    counted = circular.more_independent(fresh)
    assert list(tables[7]) == list(counted)
    assert list(tables[7].index) == list(counted.index)
    same(tables[7], counted)


@pytest.mark.parametrize(
    ("closure", "column", "value"),
    [
        ("wages spent, factors", "BL 3361", 0.848368),
        ("wages spent, factors", "FL 31-33", 2.325284),
        ("wages spent, factors", "multiplier 93", 2.393925),
        ("SAM, households", "BL 21", 0.655152),
        ("SAM, households", "multiplier 93", 2.509928),
        ("open", "BL 3361", 1.183411),
    ],
)
def test_cells_of_the_grid_computed_apart(closure: str, column: str, value: float) -> None:
    assert float(parsed()[0].loc[closure, column]) == pytest.approx(value, abs=HALF * 1.01)


@pytest.mark.parametrize(
    ("income", "output", "over_block", "over_all", "gdp", "gni"),
    [
        ("without", 2.405010, 0.827475, 0.738412, 1.012997, 1.012997),
        ("with, propensity held", 2.301658, 0.803993, 0.691322, 0.945749, 0.859374),
        ("with, base year kept", 2.325832, 0.798238, 0.687277, 0.961478, 0.874818),
    ],
)
def test_cells_of_2013_computed_apart(
    income: str, output: float, over_block: float, over_all: float, gdp: float, gni: float
) -> None:
    settings, report = parsed()[2].loc["3361"], parsed()[6].loc["3361"]
    line = settings[(settings["model"] == "SAM") & (settings["income abroad"] == income)]
    for column, value in (("output", output), ("gdp", gdp), ("gni", gni)):
        assert float(line[column].iloc[0]) == pytest.approx(value, abs=HALF * 1.01)
    for over, value in (("production block", over_block), ("all endogenous", over_all)):
        line = report[(report["over"] == over) & (report["income abroad"] == income)]
        assert float(line["backward"].iloc[0]) == pytest.approx(value, abs=HALF * 1.01)


def test_the_outflow_is_the_income_abroad_of_the_sam_and_all_of_it_is_placed() -> None:
    outflow = circular.outflow_2013()
    items = outflow.report
    # property income paid abroad, 2013: 614,925 million pesos (national accounts)
    assert items["amount"].sum() == pytest.approx(614_925, abs=0.5)
    assert list(items.index) == ["equity", "other", "interest_public"]
    assert items["base"].to_list() == ["foreign_equity", "corporate_surplus", "public_enterprises"]
    # what capital-foreign, redistribution and government pay row-income in
    # tables/sam-mexico-2013/transactions.csv
    paid = [268_434.674, 140_903.599, 205_586.936]
    assert items["amount"].to_list() == pytest.approx(paid, abs=0.01)
    placed = outflow.flows.sum()[list(items.index)]
    assert placed.to_list() == pytest.approx([*paid[:2], 0], abs=0.01)
    assert items["unallocated"].abs().max() < 1e-6
    assert items["outside"].to_list() == pytest.approx([0, 0, paid[2]], abs=0.01)


def test_the_targets_are_the_published_ones_and_the_nearest_closure_speaks_of_them() -> None:
    targets = circular.targets()
    assert len(targets) == 7
    assert {target.measure for target in targets} == {"backward", "forward", "output"}
    grid = circular.closures()
    found = circular.nearest(grid)
    assert found.closure == grid.index[0]
    assert found.tried == 7
    assert found.linkages["assembly"] == grid["backward 3361"].iloc[0]
    assert found.linkages["mining_rank"] == grid["rank 21"].iloc[0]
    assert found.outputs["government"] == grid["output 93"].iloc[0]
    assert (found.linkages["above_average"] < 1) == grid["independent"].iloc[0]
    assert {"C3a", "C3d", "C4a", "C4b", "C5", "C6a", "C6d"} <= set(found.said)
    assert all(found.closure in words for words in found.said.values())


def test_changes_are_measured_against_the_setting_without() -> None:
    names = ["without", "with, propensity held", "with, base year kept"]
    index = pd.MultiIndex.from_product(
        [["s"], ["block"], names], names=["sector", "over", "income abroad"]
    )
    report = pd.DataFrame(
        {
            "backward": [1.0, 0.9, 1.1],
            "forward": [1.2, 1.195, 0.9],
            "class": ["forward", "forward", "backward"],
        },
        index=index,
    )
    assert circular.more_independent(report).loc["s"].to_dict() == pytest.approx(
        {
            "compared": 2,
            "class_changes": 1,
            "backward_low": -10,
            "backward_high": 10,
            "backward_immaterial": 0,
            "forward_low": 100 * (0.9 / 1.2 - 1),
            "forward_high": 100 * (1.195 / 1.2 - 1),
            "forward_immaterial": 1,
        }
    )


def test_the_page_answers_with_the_class_first_and_says_what_is_not_counted() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert "Answer: no class changes." in text
    assert "its backward index changes by -6.9 to -2.8 %, material in all" in text
    assert "3362: its backward index changes by -0.8 to -0.1 %, immaterial;" in text
    assert "A change below 1 % is called immaterial" in text
    assert "258141 million pesos) is paid to households" in text
    assert "a peso of wages bears no tax" in text
    assert "leaves through the pool of redistribution" in text
    assert "are mining, assembly and parts, in that order, in 5 of the 12" in text


def test_the_page_is_written_and_checked(
    writer: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(writer, "PAGE", tmp_path / "reproduction.md")
    assert writer.main(["--check"]) == 1
    assert "Run: python docs/write_reproduction.py" in capsys.readouterr().out
    assert writer.main([]) == 0
    assert writer.main(["--check"]) == 0
    text = writer.PAGE.read_text(encoding="utf-8")
    assert text.startswith("# What the closures")
    writer.PAGE.write_text(text.replace("0.8484", "0.8485"), encoding="utf-8")
    assert writer.main(["--check"]) == 1
