"""What the bundled tables say to each claim: one function per claim, nothing stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from iomodel import bop, catalog, closure, leakage, multipliers, trade
from iomodel.errors import MissingAccountError
from iomodel.linkages import measure
from iomodel.reproduction import published
from iomodel.table import IOTable

AUTOS = ("3361", "3362", "3363")
PETROLEUM = "324"
MANUFACTURING = ("31", "32", "33")
THREE = {"mining": "21", "assembly": "3361", "parts": "3363"}
REST_OF_MANUFACTURING = "31-33"
GOVERNMENT = "93"
ALL_INCOME = ("compensation", "surplus")
MEXICO = "mexico"
PAYMENTS = {"MEX": MEXICO}
TODAY = "mexico-2018"


@dataclass(frozen=True)
class Evidence:
    """Figures of ours by name, the table they come from, and what is to be said, by row of claims.

    `upper` holds the upper one where a figure depends on a rule that the table cannot settle.
    """

    table: str
    figures: Mapping[str, float]
    why: Mapping[str, str]
    upper: Mapping[str, float] = field(default_factory=dict)


def income_multipliers() -> Evidence:
    """C1, C2: income of all sectors per unit of income in the exporting ones, 2003."""
    slug = "mexico-projected-2003"
    table = catalog.load(slug)
    autos = trade.income_multiplier(table, AUTOS)
    petroleum = trade.income_multiplier(table, [PETROLEUM])
    level = (
        "no maquiladoras apart, prices of 2013 and imports by share: the level cannot be compared"
    )
    return Evidence(
        slug,
        {"autos": autos, "petroleum": petroleum},
        {
            "C1": level,
            "C2a": level + "; prices of 2013 shrink the value added of refining in 2003",
            "C2b": f"petroleum {petroleum:.2f}, cars and parts {autos:.2f}",
        },
    )


def linkages_2012() -> Evidence:
    """C3 to C5: Rasmussen's indices of the 21 sectors of 2012, in the open model."""
    slug = "mexico-2012-21"
    table = catalog.load(slug)
    backward = measure(table, "rasmussen_backward")
    forward = measure(table, "rasmussen_forward")
    closed = measure(closure.households(table), "rasmussen_backward")
    figures = {name: float(backward[code]) for name, code in THREE.items()}
    figures |= {f"{name}_rank": float(backward.rank()[code]) for name, code in THREE.items()}
    figures["other_manufacturing"] = float(forward[REST_OF_MANUFACTURING])
    figures["other_manufacturing_rank"] = float(
        forward.rank(ascending=False)[REST_OF_MANUFACTURING]
    )
    codes = list(THREE.values())
    indices = pd.concat([backward[codes], forward[codes]])
    figures["above_average"] = float((indices > 1).sum())
    said = {
        name: f"open model, imports by share; with wages recirculating {closed[code]:.2f}"
        for name, code in THREE.items()
    }
    return Evidence(
        slug,
        figures,
        {
            "C3a": said["mining"],
            "C3b": said["assembly"],
            "C3c": said["parts"],
            "C3d": "ranks from below in the open model: "
            + ", ".join(f"{name} {figures[f'{name}_rank']:.0f}" for name in THREE)
            + "; with wages recirculating: "
            + ", ".join(f"{name} {closed.rank()[code]:.0f}" for name, code in THREE.items()),
            "C4a": "read as the forward index of one account, in the open model",
            "C4b": f"rank {figures['other_manufacturing_rank']:.0f} of {len(forward)} from above",
            "C5": "open model: backward "
            + ", ".join(f"{backward[code]:.2f}" for code in codes)
            + "; forward "
            + ", ".join(f"{forward[code]:.2f}" for code in codes)
            + " (mining, assembly, parts)",
        },
    )


def multipliers_2012() -> Evidence:
    """C6: type II output multipliers over industries, 2012: wages, or wages and all surplus."""
    slug = "mexico-2012-21"
    table = catalog.load(slug)
    codes = {"parts": "3363", "assembly": "3361", "government": GOVERNMENT}
    wages = closure.households(table)
    lower = multipliers.output(wages, over="industries")
    everything = closure.households(table, income=ALL_INCOME)
    upper = multipliers.output(everything, over="industries")
    rules = "low: only wages recirculate; high: all surplus too"
    figures = {name: float(lower[code]) for name, code in codes.items()}
    order = ", ".join(f"{name} {figures[name]:.2f}" for name in ("assembly", "parts", "government"))
    return Evidence(
        slug,
        figures,
        {"C6a": rules, "C6b": rules, "C6c": rules, "C6d": f"wages recirculating: {order}"},
        {name: float(upper[code]) for name, code in codes.items()},
    )


def income_abroad() -> Evidence:
    """C7: income of non-residents in a peso of final demand, under the default key."""
    table = catalog.load(TODAY)
    payments = payments_of(table)
    found = leakage.content(table, placed(table, payments))
    band = leakage.bands(table, payments)
    figures, why = {}, {}
    rows = iter(("C7a", "C7b", "C7c", "C7d"))
    for name, code in (("assembly", "3361"), ("parts", "3363")):
        for reading in ("recorded", "owned_net"):
            gva = float(found["gva"][code])
            figures[f"{name}_{reading}"] = gva - float(found[f"gni_{reading}"][code])
            leaks = gva - band[reading].loc[code]
            why[next(rows)] = (
                f"of {gva:.3f} of value added; {leaks.min():.3f} to {leaks.max():.3f} over the "
                "three keys of ownership at low, central and high"
            )
    return Evidence(TODAY, figures, why)


def technology() -> Evidence:
    """C8: what a peso of final demand pays for technology, were all of it to leave from surplus."""
    table = catalog.load(TODAY)
    payments = payments_of(table)
    without = leakage.content(table, placed(table, payments))["gni_recorded"]
    moved = payments.with_treatments({"technology": "from_surplus"})
    with_it = leakage.content(table, placed(table, moved))["gni_recorded"]
    paid = without - with_it
    said = (
        "this table may hold the payments among its imports and cannot tell: 0 if it does, this "
        "if it does not"
    )
    figures = {"assembly": float(paid["3361"]), "parts": float(paid["3363"])}
    return Evidence(TODAY, figures, {"C8a": said, "C8b": said})


def technology_balance() -> Evidence:
    """C9: charges for the use of intellectual property, 1996 and 2007."""
    series = catalog.bop_series(MEXICO)
    paid, received = series["technology_paid"], series["technology_received"]
    deficit = paid - received
    jump = max(range(1997, 2008), key=lambda year: paid[year] / paid[year - 1])
    smooth = paid[2007] / paid[1996] * paid[jump - 1] / paid[jump]
    broken = (
        f"World Bank series, which breaks: paid {paid[jump - 1]:,.0f} in {jump - 1}, "
        f"{paid[jump]:,.0f} in {jump}; the source counts patents and technical assistance too"
    )
    return Evidence(
        "mexico-bop",
        {
            "deficit_1996": float(deficit[1996]),
            "deficit_2007": float(deficit[2007]),
            "imports_ratio": float(paid[2007] / paid[1996]),
            "exports_growth": 100 * float(received[2007] / received[1996] - 1),
        },
        {
            "C9a": f"paid {paid[1996]:,.0f}, received {received[1996]:,.0f}; {broken}",
            "C9b": f"paid {paid[2007]:,.0f}, received {received[2007]:,.0f}; without the jump of "
            f"{jump} it would be {paid[1996] * smooth - received[2007]:,.0f}; {broken}",
            "C9c": f"without the jump of {jump} the ratio would be {smooth:.1f}; {broken}",
            "C9d": f"received {received[1996]:,.0f} in 1996, {received[2007]:,.0f} in 2007",
        },
    )


def exports_at_home() -> Evidence:
    """C10: value added in a peso of manufactured exports, and of other exports."""
    table = catalog.load(TODAY)
    by_sector = trade.value_added_in_exports(table)
    made = is_manufacturing(table)
    groups = {"manufactures": by_sector[made].sum(), "others": by_sector[~made].sum()}
    figures = {name: float(sums["total"] / sums["exports"]) for name, sums in groups.items()}
    said = f"manufactures {figures['manufactures']:.3f}, other exports {figures['others']:.3f}"
    return Evidence(TODAY, figures, {"C10a": said, "C10b": said})


def productivity() -> Evidence:
    """C11: not identified in the tables at hand."""
    return Evidence(
        "",
        {},
        {
            "C11": "the yearly tables are projections with fixed shares of value added, and there "
            "is no capital stock"
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
    published_loss = published.value("C12b") * 1000 * payments.rate
    return Evidence(
        TODAY,
        {"gdp_loss": lost / payments.rate / 1000},
        {
            "C12b": f"a plain what-if in 2018, {100 * share:.1f} % of the vehicles built, "
            f"{100 * lost / gdp:.1f} % of GDP; the published loss would be "
            f"{100 * published_loss / gdp:.1f} % of GDP"
        },
    )


def shares_2018() -> Evidence:
    """C13: the weight of the car industry in exports, GDP, manufacturing and jobs."""
    table = catalog.load(TODAY)
    gdp = float(table.gdp()["production"])
    exports = trade.value_added_in_exports(table)["exports"]
    v, jobs = table.v, table.satellites.T["PT"]
    in_manufacturing = is_manufacturing(table)
    codes, pair = list(AUTOS), ["3361", "3363"]
    autos, made = float(v[codes].sum()), float(v[in_manufacturing].sum())
    others = v[in_manufacturing].drop(codes)
    rivals = others.groupby([code[:3] for code in others.index]).sum()
    pair_jobs, auto_jobs = float(jobs[pair].sum()), float(jobs[codes].sum())
    made_jobs = float(jobs[in_manufacturing].sum())
    rank = 1 + int((rivals > autos).sum())
    in_assembly, in_parts = (float(jobs[code]) for code in pair)
    return Evidence(
        TODAY,
        {
            "share_of_exports": 100 * float(exports[codes].sum()) / float(exports.sum()),
            "exports_to_gdp": 100 * float(exports[codes].sum()) / gdp,
            "share_of_gdp": 100 * autos / gdp,
            "share_of_manufacturing": 100 * autos / made,
            "manufacturing_rank": float(rank),
            "jobs": pair_jobs / 1000,
            "assembly_share": 100 * in_assembly / pair_jobs,
            "share_of_manufacturing_jobs": 100 * auto_jobs / made_jobs,
        },
        {
            "C13a": "the source counts goods by product and customs; this table counts goods and "
            "services by industry at basic prices",
            "C13b": "exports of the industries at basic prices, without trade margins",
            "C13c": "value added of 3361, 3362 and 3363 over GDP at market prices",
            "C13d": f"rank {rank} of the subsectors of manufacturing; the largest other one, "
            f"{rivals.idxmax()}, has {100 * float(rivals.max()) / made:.1f} %",
            "C13e": f"jobs (PT) of the table: assembly {in_assembly:,.0f}, parts {in_parts:,.0f}; "
            "the source counts in INEGI's data bank",
            "C13f": f"assembly {in_assembly:,.0f} of {pair_jobs:,.0f} jobs",
            "C13g": "3361, 3362 and 3363; the source says 2017-2018; the row was added when our "
            "figure was known",
            "C13h": f"{auto_jobs:,.0f} of {made_jobs:,.0f} jobs (PT), wage earners or not",
        },
    )


def ownership() -> Evidence:
    """C15: the foreign-owned shares copied into the key 'paper'."""
    key = leakage.default_key(catalog.load(TODAY)).shares
    levels = ("low", "central", "high")
    said = {
        row: f"{code} in the key: " + ", ".join(f"{level} {key[level][code]:g}" for level in levels)
        for row, code in (("C15b", "3361"), ("C15c", "3363"))
    }
    return Evidence(
        "mexico-ownership",
        {"assembly": float(key["central"]["3361"]), "parts": float(key["central"]["3363"])},
        said,
    )


def nothing() -> Evidence:
    """C14: copied figures that no table of ours answers."""
    return Evidence("", {}, {})


EVIDENCE: dict[str, Callable[[], Evidence]] = {
    "C1": income_multipliers,
    "C2": income_multipliers,
    "C3": linkages_2012,
    "C4": linkages_2012,
    "C5": linkages_2012,
    "C6": multipliers_2012,
    "C7": income_abroad,
    "C8": technology,
    "C9": technology_balance,
    "C10": exports_at_home,
    "C11": productivity,
    "C12": fewer_vehicles,
    "C13": shares_2018,
    "C14": nothing,
    "C15": ownership,
}


def is_manufacturing(table: IOTable) -> pd.Series:
    """Which sectors are manufacturing, by the first two digits of their code."""
    return pd.Series(
        [code.startswith(MANUFACTURING) for code in table.accounts.codes],
        index=table.accounts.index,
    )


def payments_of(table: IOTable) -> bop.BalanceOfPayments:
    """The balance of payments of the country and year of a table; MissingAccountError if none."""
    country, year = table.meta.country, table.meta.year
    if country not in PAYMENTS or year is None:
        raise MissingAccountError(
            f"No balance of payments ships for '{table.meta.title}' (country "
            f"'{country or 'not named'}', year {year or 'not named'}).",
            remedy="Give your own: leakage.allocate(table, payments, key=key).",
        )
    return catalog.load_bop(PAYMENTS[country], year)


def placed(table: IOTable, payments: bop.BalanceOfPayments) -> leakage.Outflow:
    """Income paid abroad placed on the sectors under the default key."""
    return leakage.allocate(table, payments, key=leakage.default_key(table))
