"""C10, C12 and C13: the weight of the car industry in exports, GDP, manufacturing and jobs."""

from __future__ import annotations

import pandas as pd

from iomodel import catalog, leakage, trade
from iomodel.reproduction import published
from iomodel.reproduction.facts import (
    AUTOS,
    PAIR,
    TODAY,
    TRADE,
    Evidence,
    Variant,
    all_exports,
    is_manufacturing,
    payments_of,
    placed,
    tourism,
)

GOODS = ("11", "21", "31", "32", "33")
PER_DOLLAR = 1000  # thousand million in million


def exports_at_home() -> Evidence:
    """C10: value added in a peso of manufactured exports, and of other exports but trade margins.

    The variant adds to manufactured exports the domestic trade margins on them: the exports of
    wholesale and retail trade, spread over the goods exported in proportion to their value.
    """
    table = catalog.load(TODAY)
    by_sector = trade.value_added_in_exports(table)[["exports", "total"]]
    made = is_manufacturing(table)
    margins = pd.Series([code in TRADE for code in table.accounts.codes], index=made.index)
    goods = [code.startswith(GOODS) for code in table.accounts.codes]
    sums = {
        "manufactures": by_sector[made].sum(),
        "others": by_sector[~made & ~margins].sum(),
    }
    part = float(sums["manufactures"]["exports"]) / float(by_sector["exports"][goods].sum())
    delivered = {"manufactures": sums["manufactures"] + part * by_sector[margins].sum()}
    figures = {name: float(of["total"] / of["exports"]) for name, of in sums.items()}
    variant = {name: float(of["total"] / of["exports"]) for name, of in delivered.items()}
    here = f"manufactures {figures['manufactures']:.3f}"
    return Evidence(
        TODAY,
        figures,
        {
            "C10a": f"{here}, other exports without trade margins {figures['others']:.3f}",
            "C10b": f"{here} at the factory gate",
        },
        variants={
            "C10b": Variant(
                "with the domestic trade margins on exports, spread over goods in proportion",
                variant,
                f"manufactures {variant['manufactures']:.3f}",
            )
        },
    )


def fewer_vehicles() -> Evidence:
    """C12: GDP content of the vehicles that would no longer be built."""
    table = catalog.load(TODAY)
    payments = payments_of(table)
    share = published.value("C12a") / published.value("C14g")
    found = leakage.content(table, placed(table, payments))
    lost = share * float(table.x["3361"]) * float(found["gdp"]["3361"])
    gdp = float(table.gdp()["production"])
    in_pesos = published.value("C12b") * PER_DOLLAR
    return Evidence(
        TODAY,
        {"gdp_loss": lost / payments.rate / PER_DOLLAR},
        {
            "C12b": f"a plain what-if in 2018: {100 * share:.1f} % of the vehicles built, "
            f"{100 * lost / gdp:.1f} % of GDP; the paper prints a dollar sign, as for its exports "
            f"in US dollars, which makes {100 * in_pesos * payments.rate / gdp:.1f} % of GDP, "
            "implausible for such a part of one industry; read as pesos it would be "
            f"{100 * in_pesos / gdp:.1f} %, of which ours is {lost / in_pesos:.1f}, but the paper "
            "does not say pesos"
        },
    )


def shares_2018() -> Evidence:
    """C13: the weight of the car industry in exports, GDP, manufacturing and jobs."""
    table = catalog.load(TODAY)
    gdp = float(table.gdp()["production"])
    exports = trade.value_added_in_exports(table)["exports"]
    v, jobs = table.v, table.satellites.T["PT"]
    in_manufacturing = is_manufacturing(table)
    codes, pair = list(AUTOS), list(PAIR)
    sold, everything, visitors = float(exports[codes].sum()), all_exports(table), tourism(table)
    autos, made = float(v[codes].sum()), float(v[in_manufacturing].sum())
    others = v[in_manufacturing].drop(codes)
    rivals = others.groupby([code[:3] for code in others.index]).sum()
    pair_jobs, auto_jobs = float(jobs[pair].sum()), float(jobs[codes].sum())
    made_jobs = float(jobs[in_manufacturing].sum())
    rank = 1 + int((rivals > autos).sum())
    in_assembly, in_parts = (float(jobs[code]) for code in pair)
    counted = f"tourists' purchases, {visitors:,.0f} {table.meta.unit}, are among all exports"
    return Evidence(
        TODAY,
        {
            "share_of_exports": 100 * sold / everything,
            "exports_to_gdp": 100 * sold / gdp,
            "share_of_gdp": 100 * autos / gdp,
            "share_of_manufacturing": 100 * autos / made,
            "manufacturing_rank": float(rank),
            "jobs": pair_jobs / 1000,
            "assembly_share": 100 * in_assembly / pair_jobs,
            "share_of_manufacturing_jobs": 100 * auto_jobs / made_jobs,
        },
        {
            "C13a": "the source counts goods by product and customs; this table counts goods and "
            f"services by industry at basic prices; {counted}",
            "C13b": "exports of the industries at basic prices, without trade margins",
            "C13c": "value added of 3361, 3362 and 3363 over GDP at market prices; that it is less "
            "than half of gross exports is the test of C13b",
            "C13d": f"rank {rank} of the subsectors of manufacturing; the largest other one, "
            f"{rivals.idxmax()}, has {100 * float(rivals.max()) / made:.1f} %",
            "C13e": f"jobs (PT) of the table: assembly {in_assembly:,.0f}, parts {in_parts:,.0f}; "
            "the source counts in INEGI's data bank",
            "C13f": f"assembly {in_assembly:,.0f} of {pair_jobs:,.0f} jobs",
            "C13g": f"3361, 3362 and 3363; the source says 2017-2018; {counted}: without them it "
            f"would be {100 * sold / (everything - visitors):.1f}, the figure known when the row "
            "was added",
            "C13h": f"{auto_jobs:,.0f} of {made_jobs:,.0f} jobs (PT), wage earners or not",
        },
    )
