"""Writes docs/reproduction.md: the closure grid, the six settings and the independence report.

python docs/write_reproduction.py            write the page from fresh results
python docs/write_reproduction.py --check    say whether the page is what would be written (1: no)
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
from writing import rows, written

from iomodel import catalog, closures, settings
from iomodel.reproduction import circular

PAGE = Path(__file__).with_name("reproduction.md")
DIGITS = 4
SHORT = {
    "backward": "BL",
    "forward": "FL",
    "output": "multiplier",
}


def table(index: str, frame: pd.DataFrame) -> str:
    """A frame as a markdown table, numbers with four decimals."""
    lines = [[index, *map(str, frame.columns)]]
    for name, row in frame.iterrows():
        lines.append([str(name), *(cell(value) for value in row)])
    return rows(lines)


def cell(value: object) -> str:
    """A number with four decimals, below 100 at most six significant digits; words as they are."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "" if value != value else f"{value:.{DIGITS}f}"
    return str(value)


def flat(frame: pd.DataFrame) -> pd.DataFrame:
    """The levels of an index as columns, the first as the index."""
    return frame.reset_index(list(frame.index.names[1:]))


def grid_part() -> Iterable[str]:
    """Which closure gives the published figures of 2012."""
    grid = circular.closures()
    published = pd.Series(grid.attrs["published"])
    tried = grid[grid["ruled_out"] == ""]
    best, blind = tried.index[0], tried.index[tried["blind"] == "yes"][0]
    ranked = sorted((t for t in circular.targets() if t.measure == "backward"), key=_by_value)
    wanted = ", ".join(target.sector for target in ranked)
    order = [f"'{name}'" for name in tried.index if tried["lowest"][name] == wanted]
    elsewhere = closures.score(
        catalog.load_sam("mexico-2013-21"),
        circular.targets(),
        closures=[c for c in closures.CLOSURES if not c.ruled_out],
    )
    yield "## 1. Which closure gives the linkages and multipliers published for 2012?"
    yield (
        "What it is: backward (BL) and forward (FL) linkages with mean one and output multipliers "
        f"over sectors, in {len(grid)} closures with names, written down before they were scored "
        "on this SAM. Published: Garcia-Remigio et al. (2020), as cited by Cypher (2023); their "
        "SAM is not available."
    )
    yield (
        "Table: SAM `mexico-2012-21`, 21 sectors, prices of 2013; the statistical discrepancy is "
        "balanced away, so its coefficients differ a little from those of the table "
        "`mexico-2012-21`. Assumptions: those of each closure, below; imports by share of product."
    )
    yield (
        f"Answer: {'one' if tried['hits'].max() == len(published) else 'none'} of them reproduces "
        f"the figures. The nearest, '{best}', is "
        f"{tried['rms'][best]:.3f} away (root mean square over the six) and meets "
        f"{tried['hits'][best]} of {len(published)} to the printed digits. Figures like "
        f"its own were known before: {'no' if tried['blind'][best] == 'yes' else 'yes'} (a trial "
        "on the table of 2012); the best of those written down blindly is "
        f"'{blind}' "
        f"({tried['rms'][blind]:.3f}). The three lowest backward linkages are mining, assembly and "
        f"parts, in that order, in {len(order)} of the {len(tried)} that are not ruled out"
        f"{': ' if order else ''}{'; '.join(order)}. All six indices of mining and cars are below "
        f"one in {int(tried['independent'].sum())} of them. On the SAM of 2013, which needed no "
        f"balancing, the nearest is '{elsewhere.index[0]}' ({elsewhere['rms'].iloc[0]:.3f})."
    )
    yield (
        f"Reading it: {len(grid)} closures times {len(published)} figures are "
        f"{len(grid) * len(published)} comparisons, of which {int(grid['hits'].sum())} meet the "
        "printed digits; a few would by chance alone, so a single hit is no reproduction. In this "
        f"SAM {_domestic():.3f} of what households buy is domestic products, so 'wages at .84' and "
        "'wages spent' are nearly one closure."
    )
    yield (
        "BL of mining (21), assembly (3361), parts (3363); FL of other manufacturing (31-33); rms "
        "over BL and multipliers; off: FL less published; lowest: the three lowest BL."
    )
    shown = [*published.index, "rms", "off 31-33", "lowest", "independent", "blind", "verdict"]
    first = pd.DataFrame([published.to_dict()], index=["published"])
    whole = pd.concat([first, grid])[shown].astype(object)
    whole.loc["published"] = [*published, *[""] * (len(shown) - len(published))]
    yield table(
        "closure", whole.rename(columns=_short).rename(columns={"independent": "all six < 1"})
    )
    yield (
        "The closures. Inside: accounts that respend. Surplus: what part of operating surplus "
        "households receive. Consumption: what they buy out of what they receive. Over: the "
        "accounts whose mean linkage is one. Blind: whether it was written down before figures "
        "like its own were known."
    )
    listed = closures.register().rename(columns={"endogenous": "inside", "words": "why"})
    yield table("closure", listed.rename(columns={"ruled_out": "ruled out"}))


def _by_value(target: closures.Target) -> float:
    return target.value


def _domestic() -> float:
    """What part of households' purchases, taxes and imports with them, is domestic products."""
    sam = catalog.load_sam(circular.SAM_2012)
    bought = sam.transactions["households"]
    goods = float(bought[sam.of_kind("activity")].sum())
    return goods / float(bought[sam.of_kind("activity", "row-trade", "tax")].sum())


def _short(column: str) -> str:
    measure, _, sector = column.partition(" ")
    return f"{SHORT[measure]} {sector}" if measure in SHORT else column


def settings_part() -> Iterable[str]:
    """The six settings side by side."""
    found = circular.settings_2013()
    items = circular.outflow_2013().report
    placed, public = float(items["placed"].sum()), float(items["outside"].sum())
    sam = catalog.load_sam(circular.SAM_2013)
    pension = float(sam.transactions.loc["households", "finance"])
    yield "## 2. Six settings side by side, 2013"
    yield (
        "What it is: what one peso of final demand brings in output, value added at basic prices "
        "(GVA), product at market prices (GDP: with all taxes on products, those on what income "
        "buys too) and income of residents (GNI: GDP less income paid abroad), in the open model, "
        "in the model with households inside (type II) and in the SAM, each without and with "
        "income paid abroad."
    )
    yield (
        "Table: `mexico-projected-2013` (84 industries, current prices) and the SAM `mexico-2013` "
        f"built from it. In both {placed:.6g} million pesos of income leave out of what industries "
        f"earn; {public:.6g} more is interest that the government pays, earned by no industry, "
        f"and stays outside a peso's account in both; together {placed + public:.6g}, as in the "
        "national accounts. Assumptions: income of foreign owners is spread by the ownership key "
        "'paper' (assembly wholly, parts overwhelmingly foreign); type II: all wages and surplus "
        "respent; SAM: all but government, taxes, saving and the rest of the world inside. "
        "Without: what goes abroad belongs to residents and passes through companies and "
        "redistribution as their other income does; buyers save what reaches them. Propensity "
        "held: the marginal effect; base year kept: consumption of 2013 reproduced out of what "
        "stayed."
    )
    yield (
        "The same total is paid abroad in both, by other sectors: in type II the part that is not "
        f"of foreign owners ({float(items['placed']['other']):.6g}) is spread over private "
        "corporate surplus, in the SAM it leaves through the pool of redistribution, to which all "
        "companies pay. So the income abroad of a single sector differs between the two."
    )
    yield (
        f"Induced effects are upper readings: the adjustment for pension rights ({pension:.6g} "
        "million pesos) is paid to households and can be spent in the model, and taxes on the "
        "income of households are netted in redistribution, so that a peso of wages bears no tax."
    )
    yield "Answer: " + " ".join(_loss(found, sector) for sector in circular.CARS)
    yield table("sector", flat(found))
    bands = circular.bands_2013()
    yield (
        "How far this rests on the key: the same payments under three keys of ownership at three "
        "levels. Type II and SAM are with the propensity held (in the SAM a level moves the "
        "foreign-owned shares only); the last three columns are GNI of the open model at market "
        "prices: recorded (the total of the accounts, spread by the key), owned "
        "net (net profit of foreign owners) and owned gross (a bound, not income). No key is a "
        "census. " + " ".join(_range(bands, found, sector) for sector in circular.CARS)
    )
    yield table("sector", flat(bands))
    yield from _technology_part()
    yield from _elasticities_part()


def _technology_part() -> Iterable[str]:
    """Licences paid abroad, in surplus and taken out of it."""
    found, paid = circular.technology_2013(), circular.licences_2013()
    licensing = catalog.load_roles("MEX").licensing
    yield "### Licences paid abroad, with and without"
    falls = []
    for sector in circular.CARS:
        gni = found.loc[sector].xs(settings.MARGINAL, level="income abroad")["gni"]
        falls.append(f"{sector} from {gni['in surplus']:.3f} to {gni['paid abroad']:.3f}")
    yield (
        f"In 2013 {paid.sum():.6g} million pesos were paid abroad for the use of intellectual "
        "property (World Bank, WDI), which are imports of services; but the licensing industry "
        f"{licensing} of the table imports next to nothing, so they stand in what it and "
        "its users count as surplus. The accounts do not show them as income abroad, and neither "
        "does the SAM (in surplus). Here they are also taken out of that surplus, by one route "
        f"(paid abroad): {paid[licensing]:.6g} from {licensing}, as much as it "
        "has, the rest from its users in proportion to what they buy of it (an assumption). "
        "Product stays; national income and the current account fall by the amount, and companies "
        "save as much less, so that more of what they still receive is passed on. Income of "
        f"residents, propensity held, goes for {'; for '.join(falls)}."
    )
    yield table("sector", flat(found))


def _elasticities_part() -> Iterable[str]:
    """To whose repatriation the multipliers answer."""
    found = circular.elasticities_2013()
    yield "### To whose repatriation do the multipliers answer?"
    yield (
        "Per cent of the SAM's output multiplier (propensity held) for each per cent that the "
        "repatriated share of a payer rises; of what foreign-owned capital repatriates, the part "
        "that was earned in each industry. The five strongest of each."
    )
    yield table("sector", flat(found).astype({"elasticity": float}))


def _loss(found: pd.DataFrame, sector: str) -> str:
    """What the adjustment takes off the figures of one sector."""
    sam = found.loc[sector].loc["SAM"]
    before, held, kept = (
        sam.loc[name] for name in (settings.WITHOUT, settings.MARGINAL, settings.BENCHMARK)
    )
    opened = found.loc[sector].loc["open"]
    return (
        f"{sector}: the output multiplier of the SAM falls from {before['output']:.2f} to "
        f"{held['output']:.2f} (propensity held) or {kept['output']:.2f} (base year kept), that "
        f"of the open model stays at {opened['output'].iloc[0]:.2f}; income of residents falls "
        f"from {before['gni']:.2f} to {held['gni']:.2f} or {kept['gni']:.2f}, in the open model "
        f"from {opened['gni'].iloc[0]:.2f} to {opened['gni'].iloc[1]:.2f}."
    )


def _range(bands: pd.DataFrame, found: pd.DataFrame, sector: str) -> str:
    """From where to where the figures of one sector run over keys and levels."""
    low, high = bands.loc[sector].min(), bands.loc[sector].max()
    without = found.loc[sector].loc["type II"].loc[settings.WITHOUT, "output"]
    return (
        f"{sector}: income of residents recorded from {low['recorded']:.2f} to "
        f"{high['recorded']:.2f}, owned net from {low['owned net']:.2f} to "
        f"{high['owned net']:.2f}; type II output from {low['type II output']:.2f} to "
        f"{high['type II output']:.2f}, without income abroad {without:.2f}; SAM output from "
        f"{low['SAM output']:.2f} to {high['SAM output']:.2f}, SAM income of residents from "
        f"{low['SAM gni']:.2f} to {high['SAM gni']:.2f}."
    )


def independence_part() -> Iterable[str]:
    """Is the sector more independent once the outflows are counted?"""
    report = circular.independence_2013()
    counted = circular.more_independent(report)
    changes = int(counted["class_changes"].sum())
    yield "## 3. Is the sector more independent once the outflows are counted?"
    yield (
        "What it is: backward and forward linkages on the multipliers of the SAM, mean one over "
        "the sectors or over all endogenous accounts, without and with income paid abroad; "
        "independent: both below one."
    )
    yield (
        "Table: SAM `mexico-2013`, cut as in part 2. Assumption: the ownership key 'paper'; an "
        "index compares a sector with the mean, so where all lose alike none changes."
    )
    compared = int(counted["compared"].sum())
    yield (
        "Answer: "
        + ("no class changes. " if not changes else f"{changes} of {compared} classes change. ")
        + " ".join(_classes(report, str(sector)) for sector in counted.index)
        + " "
        + " ".join(_answer(str(sector), row) for sector, row in counted.iterrows())
        + f" A change below {circular.IMMATERIAL:g} % is called immaterial."
    )
    yield table("sector", flat(report))
    yield (
        "Change of the indices in per cent against the setting without income abroad, lowest and "
        "highest of the comparisons, how many of them are immaterial, and how often the class "
        "changes:"
    )
    yield table("sector", counted.astype(object))


def _classes(report: pd.DataFrame, sector: str) -> str:
    """The class of one sector without income abroad, under both means."""
    before = report.loc[sector].xs(settings.WITHOUT, level="income abroad")["class"]
    return f"{sector} is " + ", ".join(f"{name} over {over}" for over, name in before.items()) + "."


def _answer(sector: str, row: pd.Series) -> str:
    """How much the indices of one sector change."""
    said = [
        f"its {side} index changes by {_percent(row[f'{side}_low'])} to "
        f"{_percent(row[f'{side}_high'])} %, {_material(row, side)}"
        for side in circular.SIDES
    ]
    return f"{sector}: {'; '.join(said)}."


def _percent(change: float) -> str:
    return f"{change:+.1f}"


def _material(row: pd.Series, side: str) -> str:
    """In words: how many of the changes are too small to matter."""
    few, of = int(row[f"{side}_immaterial"]), int(row["compared"])
    if few in (0, of):
        return "immaterial" if few else "material in all"
    return f"immaterial in {few} of {of}"


def page() -> str:
    """The whole page."""
    parts = [
        "# What the closures, the settings and the outflows give",
        "Written by `python docs/write_reproduction.py` from the tables that ship; a test compares "
        "every number here with fresh results. Not to be edited by hand.",
        *grid_part(),
        *settings_part(),
        *independence_part(),
    ]
    return "\n\n".join(parts) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Write the page, or say whether it is up to date."""
    return written(PAGE, page, __file__, arguments)


if __name__ == "__main__":
    sys.exit(main())
