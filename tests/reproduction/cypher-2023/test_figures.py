"""The figures behind the claims: tables compared, exports, margins, and what a key implies."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from iomodel import catalog, closure, leakage, multipliers, trade
from iomodel.reproduction import claims
from iomodel.reproduction import published as source
from iomodel.reproduction.equity import equity
from iomodel.reproduction.evidence import EVIDENCE
from iomodel.reproduction.facts import (
    AUTOS,
    TODAY,
    all_exports,
    is_manufacturing,
    like_21,
    payments_of,
    placed,
)


def test_the_observed_table_at_the_21_sectors_of_2012() -> None:
    table, coarse = catalog.load(TODAY), like_21(catalog.load(TODAY))
    assert set(coarse.accounts.codes) == set(catalog.load("mexico-2012-21").accounts.codes)
    made = is_manufacturing(table)
    rest = table.x[made].drop(["3361", "3363"]).sum()
    assert coarse.x["31-33"] == pytest.approx(rest)
    assert coarse.x["43-46"] == pytest.approx(table.x[["431", "461"]].sum())
    assert coarse.x["3361"] == table.x["3361"]
    assert coarse.x.sum() == pytest.approx(table.x.sum())


def test_ranks_run_over_sectors_only() -> None:
    """Households get none, though the closed table has them as an account."""
    table = like_21(catalog.load(TODAY))
    closed = closure.households(table)
    codes = list(table.accounts.codes)
    inverse = np.linalg.inv(np.eye(len(closed.accounts)) - closed.A.to_numpy())
    index = pd.Series(inverse.sum(axis=0), index=closed.accounts.index)
    ranks = (index / index.mean())[codes].rank()
    variants = EVIDENCE["C3"]().variants
    said = variants["C3d"].said.partition("judged with wages recirculating: ranks from below ")[2]
    expected = {"mining": "21", "assembly": "3361", "parts": "3363"}
    assert said == ", ".join(f"{name} {ranks[code]:.0f}" for name, code in expected.items())
    rows = pd.Series(inverse.sum(axis=1), index=index.index)
    both = pd.concat([(found / found.mean())[list(expected.values())] for found in (index, rows)])
    assert variants["C5"].figures["above_average"] == (both > 1).sum()


def test_the_low_share_of_refining_is_that_of_the_base_year() -> None:
    share = {
        year: (table.v / table.x)["324"]
        for year in (2003, 2013)
        for table in [catalog.load(f"mexico-projected-{year}")]
    }
    observed = catalog.load(TODAY)
    assert share[2003] == pytest.approx(share[2013], abs=0.002)
    assert (observed.v / observed.x)["324"] > 1.5 * share[2013]


def test_exports_count_what_tourists_buy() -> None:
    table = catalog.load(TODAY)
    everything = table.Y["P.6"].sum() + table.W.loc["P.621", "P.6"]
    assert table.W.loc["P.621", "P.6"] > 0
    assert all_exports(table) == pytest.approx(everything)
    share = 100 * table.Y["P.6"][list(AUTOS)].sum() / everything
    assert EVIDENCE["C13"]().figures["share_of_exports"] == pytest.approx(share)
    small = catalog.load("mexico-2012-21")
    assert all_exports(small) == pytest.approx(small.Y["P.6"].sum())


def test_manufactured_exports_with_and_without_trade_margins() -> None:
    table = catalog.load(TODAY)
    content = multipliers.value_added(table)["total"]
    e = table.Y["P.6"]
    codes = list(table.accounts.codes)
    made = [code for code in codes if code[:2] in ("31", "32", "33")]
    goods = [*made, *(code for code in codes if code[:2] in ("11", "21"))]
    trading = ["431", "461"]
    rest = [code for code in codes if code not in made and code not in trading]

    def per_peso(weights: pd.Series) -> float:
        return float((content * weights).sum() / weights.sum())

    found = EVIDENCE["C10"]()
    assert found.figures["manufactures"] == pytest.approx(per_peso(e[made]))
    assert found.figures["others"] == pytest.approx(per_peso(e[rest]))
    margins = e[trading] * e[made].sum() / e[goods].sum()
    delivered = found.variants["C10b"].figures["manufactures"]
    assert delivered == pytest.approx(per_peso(pd.concat([e[made], margins])))
    assert not found.variants["C10b"].observed
    assert trade.export_totals(table)["exports"] == pytest.approx(e.sum())


# -- what a key implies --------------------------------------------------------------------------


def test_what_a_key_gives_to_cars_and_parts() -> None:
    table = catalog.load(TODAY)
    payments = payments_of(table)
    found = equity(table, payments)
    made = is_manufacturing(table)
    content = leakage.content(table, placed(table, payments))
    for name, key in leakage.keys(table).items():
        outflow = leakage.allocate(table, payments, key=key)
        owners = outflow.flows[["reinvested", "dividends"]].sum(axis=1)
        autos = owners[list(AUTOS)].sum()
        row = found.loc[name]
        assert row["autos_of_manufacturing"] == pytest.approx(autos / owners[made].sum())
        assert row["autos_of_all"] == pytest.approx(autos / owners.sum())
        moved = owners.copy()
        wanted = source.value("C15a") / 100 * owners[made].sum()
        moved[list(AUTOS)] *= wanted / autos
        others = made & ~made.index.isin(AUTOS)
        moved[others] *= (owners[made].sum() - wanted) / owners[others].sum()
        assert moved.sum() == pytest.approx(owners.sum())
        other = outflow.flows.sum(axis=1) - owners
        leak = table.L.T @ ((moved + other) / table.x)
        assert row["leak_as_invested_3361"] == pytest.approx(leak["3361"])
        assert row["leak_as_invested_3363"] == pytest.approx(leak["3363"])
    paper = found.loc["paper"]
    assert paper["leak_3361"] == pytest.approx((content["gva"] - content["gni_recorded"])["3361"])


def test_net_profit_is_held_against_what_was_recorded() -> None:
    table = catalog.load(TODAY)
    payments = payments_of(table)
    found = equity(table, payments)
    recorded = payments.table()["local"][["reinvested", "dividends"]].sum()
    for name, key in leakage.keys(table).items():
        outflow = leakage.allocate(table, payments, key=key)
        interest = outflow.flows["interest_private"]
        share, _ = key.on(table)
        before = outflow.corporate * (1 - key.depreciation) - interest
        profit = (share * before.clip(lower=0) * (1 - key.tax)).sum()
        assert found.loc[name, "net_profit"] == pytest.approx(profit)
        assert found.loc[name, "recorded_equity"] == pytest.approx(recorded)
        assert found.loc[name, "ratio"] == pytest.approx(profit / recorded)
    said = claims().loc[["C7b", "C7d"], "why"]
    assert said.str.contains(f"{found['net_profit']['paper']:,.0f}").all()
    assert "key paper" in claims().loc["C15a", "why"]
