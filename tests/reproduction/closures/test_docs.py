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
    abroad = (T[at["row-income"]] / T.sum(0))[k]
    S = T.copy(); pay = [i for x, i in at.items() if x != "row-balance"]
    S[at["saving-investment"], hh] += S[at["row-income"], pay].sum()    # residents get it, save it
    S[hh, pay] += S[at["row-income"], pay]; S[at["row-income"], pay] = 0
    without = S[np.ix_(k, k)] / S.sum(0)[k]
    held = kept.copy(); held[:, k.index(hh)] = without[:, k.index(hh)]
    for A in (without, held, kept):
        L = inv(A); block, b = L[:n, :n].sum(0), L.sum(0)
        gni = (va if A is without else va - abroad) @ L[:, j]
        print(block[j], block[j] / block.mean(), b[j] / b.mean(), gni)
"""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from iomodel import closures
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


def test_the_page_has_its_five_tables_and_no_more_than_six_digits(
    tables: list[pd.DataFrame],
) -> None:
    assert len(tables) == 5
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
    same(printed[["output", "gva", "gni"]], fresh)


def test_the_report_is_the_fresh_one(tables: list[pd.DataFrame]) -> None:
    printed, fresh = tables[3], circular.independence_2013()
    labels = list(zip(printed.index, printed["over"], printed["income abroad"], strict=True))
    assert labels == fresh.index.to_list()
    same(printed[["backward", "forward"]], fresh[["backward", "forward"]])
    assert printed["class"].to_list() == fresh["class"].to_list()
    counted = circular.more_independent(fresh)
    assert tables[4].astype(int).to_numpy().tolist() == counted.to_numpy().tolist()


@pytest.mark.parametrize(
    ("closure", "column", "value"),
    [
        ("wages spent, factors", "BL 3361", 0.848592),
        ("wages spent, factors", "FL 31-33", 2.327035),
        ("wages spent, factors", "multiplier 93", 2.393092),
        ("SAM, households", "BL 21", 0.647590),
        ("SAM, households", "multiplier 93", 2.517217),
        ("open", "BL 3361", 1.183562),
    ],
)
def test_cells_of_the_grid_computed_apart(closure: str, column: str, value: float) -> None:
    assert float(parsed()[0].loc[closure, column]) == pytest.approx(value, abs=HALF * 1.01)


@pytest.mark.parametrize(
    ("income", "output", "over_block", "over_all", "gni"),
    [
        ("without", 2.471325, 0.848767, 0.749612, 1.019941),
        ("with, propensity held", 2.272342, 0.809369, 0.696546, 0.799660),
        ("with, base year kept", 2.331652, 0.794924, 0.686305, 0.834563),
    ],
)
def test_cells_of_2013_computed_apart(
    income: str, output: float, over_block: float, over_all: float, gni: float
) -> None:
    settings, report = parsed()[2].loc["3361"], parsed()[3].loc["3361"]
    line = settings[(settings["model"] == "SAM") & (settings["income abroad"] == income)]
    assert float(line["output"].iloc[0]) == pytest.approx(output, abs=HALF * 1.01)
    assert float(line["gni"].iloc[0]) == pytest.approx(gni, abs=HALF * 1.01)
    for over, value in (("production block", over_block), ("all endogenous", over_all)):
        line = report[(report["over"] == over) & (report["income abroad"] == income)]
        assert float(line["backward"].iloc[0]) == pytest.approx(value, abs=HALF * 1.01)


def test_the_outflow_is_the_income_abroad_of_the_sam_and_all_of_it_is_placed() -> None:
    outflow = circular.outflow_2013()
    # property income paid abroad, 2013: 614,925 million pesos (national accounts)
    assert outflow.flows.to_numpy().sum() == pytest.approx(614_925, abs=0.5)
    assert outflow.report["unallocated"].abs().max() < 1e-6
    assert outflow.report["outside"].abs().max() < 1e-6


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


def test_falls_and_changes_are_counted_against_the_setting_without() -> None:
    names = ["without", "with, propensity held", "with, base year kept"]
    index = pd.MultiIndex.from_product(
        [["s"], ["block"], names], names=["sector", "over", "income abroad"]
    )
    report = pd.DataFrame(
        {
            "backward": [1.0, 0.9, 1.1],
            "forward": [1.2, 1.1, 0.9],
            "class": ["forward", "forward", "backward"],
        },
        index=index,
    )
    assert circular.more_independent(report).loc["s"].to_dict() == {
        "compared": 2,
        "backward_falls": 1,
        "forward_falls": 2,
        "class_changes": 1,
    }


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
    writer.PAGE.write_text(text.replace("0.8486", "0.8487"), encoding="utf-8")
    assert writer.main(["--check"]) == 1
