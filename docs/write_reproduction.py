"""Writes docs/reproduction.md: the closure grid, the six settings and the independence report.

python docs/write_reproduction.py            write the page from fresh results
python docs/write_reproduction.py --check    say whether the page is what would be written (1: no)
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

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
    lines = [[index, *map(str, frame.columns)], ["---"] * (len(frame.columns) + 1)]
    for name, row in frame.iterrows():
        lines.append([str(name), *(cell(value) for value in row)])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


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
        f"({tried['rms'][blind]:.3f}). The published order, mining lowest, then assembly, then "
        f"parts, appears in {len(order)} of the {len(tried)} that are not ruled out"
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
    placed = float(circular.outflow_2013().flows.to_numpy().sum())
    yield "## 2. Six settings side by side, 2013"
    yield (
        "What it is: what one peso of final demand brings in output, value added (GVA) and income "
        "of residents (GNI), in the open model, in the model with households inside (type II) and "
        "in the SAM, each without and with income paid abroad."
    )
    yield (
        "Table: `mexico-projected-2013` (84 industries, current prices) and the SAM `mexico-2013` "
        f"built from it; income paid abroad {placed:.6g} million pesos in both, as in the national "
        "accounts. Assumptions: what foreign-owned surplus pays abroad is spread by the ownership "
        "key 'paper' (assembly wholly, parts overwhelmingly foreign), the rest over corporate "
        "surplus; type II: all wages and surplus respent; SAM: all but government, taxes, saving "
        "and the rest of the world inside. Without: what goes abroad reaches residents, who in the "
        "SAM save it. Propensity held: the marginal effect; base year kept: consumption of 2013 "
        "reproduced out of what stayed."
    )
    yield "Answer: " + " ".join(_loss(found, sector) for sector in circular.CARS)
    yield table("sector", flat(found))


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


def independence_part() -> Iterable[str]:
    """Is the sector more independent once the outflows are counted?"""
    report = circular.independence_2013()
    counted = circular.more_independent(report)
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
    yield "Answer: " + " ".join(_answer(str(sector), row) for sector, row in counted.iterrows())
    yield table("sector", flat(report))
    yield "How often each index falls and the class changes:"
    yield table("sector", counted)


def _answer(sector: str, row: pd.Series) -> str:
    """One sector's answer in a sentence."""
    of = int(row["compared"])
    backward, forward, changes = (
        int(row[name]) for name in ("backward_falls", "forward_falls", "class_changes")
    )
    word = "yes" if backward == of else "no" if backward == 0 else "it depends"
    return (
        f"{sector}: {word}, as a buyer: its backward index is lower in {backward} of {of} "
        f"comparisons; as a seller: its forward index is lower in {forward}; its class changes in "
        f"{changes}."
    )


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
    parser = argparse.ArgumentParser(description="Write docs/reproduction.md from fresh results.")
    parser.add_argument("--check", action="store_true", help="compare only; 1 where it differs")
    text = page()
    if not parser.parse_args(arguments).check:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    print(f"{PAGE.name} is not what would be written. Run: python docs/{Path(__file__).name}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
