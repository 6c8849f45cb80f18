"""Writes docs/regions.md: four states in the bi-regional tables of 2018, and location quotients.

python docs/write_regions.py            write the page from fresh results
python docs/write_regions.py --check    say whether the page is what would be written (1: no)
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
from writing import rows, written

import iomodel as im

PAGE = Path(__file__).with_name("regions.md")
STATES = {
    "Coahuila": ("mexico-2018-coahuila", "coahuila_de_zaragoza"),
    "Guanajuato": ("mexico-2018-guanajuato", "guanajuato"),
    "Puebla": ("mexico-2018-puebla", "puebla"),
    "Aguascalientes": ("mexico-2018-aguascalientes", "aguascalientes"),
}
MACHINES = "333-336"  # with cars and their parts


def effects() -> pd.DataFrame:
    """Where the output goes that a peso of demand for machinery and vehicles sets going."""
    rows = {}
    for state, (slug, region) in STATES.items():
        table = im.load(slug)
        parts = im.blocks.decompose(table).by_block((region, MACHINES))
        whole = im.multipliers.output(table)
        here = whole[region]
        rows[state] = {
            "own": 1.0,
            "inside the state": parts.at[region, "within"],
            "in the rest of the country": parts["open"].drop(region).sum(),
            "feedback": parts["closed"].sum(),
            "multiplier": whole[region, MACHINES],
            "rank of 35": int(here.rank(ascending=False)[MACHINES]),
        }
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("state")
    return frame.astype({"rank of 35": int})


def quotients() -> pd.DataFrame:
    """The nearest of each quotient to the official coefficients of each state."""
    rows = {}
    for state, (slug, region) in STATES.items():
        found = im.regional.region_of(im.load(slug), region)
        grid = im.regional.nearest(found)
        share = found.output.sum() / found.nation.x.sum()
        for name, of_name in grid.groupby(level="quotient", sort=False):
            best = of_name.iloc[0]
            rows[state, name] = {"delta": of_name.index[0][1], **best}
        pool = im.regional.sdp(found.nation, found.output, found.demand)
        pooled = im.regional.estimate(found.nation, pool)
        rows[state, "sdp"] = im.regional.compare(pooled, found.A, found.output)
        rows[state, "share of the nation's output"] = {"share": share}
    return pd.DataFrame(rows).T.rename_axis(["state", "quotient"])


def markdown(frame: pd.DataFrame, digits: int = 4) -> str:
    """A frame as a markdown table; what there is none of stays empty."""
    heads = [*map(str, frame.index.names), *map(str, frame.columns)]
    lines = [heads]
    for key, row in frame.astype(object).iterrows():
        labels = key if isinstance(key, tuple) else (key,)
        lines.append([*map(str, labels), *(cell(value, digits) for value in row)])
    return rows(lines)


def cell(value: object, digits: int) -> str:
    """A number with so many decimals, a count as it is, nothing where there is none."""
    if isinstance(value, int):
        return str(value)
    return "" if value != value else f"{value:.{digits}f}"


def paragraphs() -> Iterable[str]:
    """The page."""
    found, near = effects(), quotients()
    shares = near["share"].dropna().droplevel("quotient")
    near = near.drop(columns="share").drop(index="share of the nation's output", level="quotient")
    yield "# Four states in the tables of 2018"
    yield (
        "Written by `python docs/write_regions.py` from the tables that ship; a test compares "
        "every number here with fresh results. Not to be edited by hand."
    )
    yield "## 1. Where demand for a state's machinery and vehicles is felt"
    low, high = (found["in the rest of the country"].agg(what) for what in ("min", "max"))
    inside = found["inside the state"]
    yield (
        "What it is: the output multiplier of industry 333-336 (machinery, computers, electrical "
        "equipment and vehicles: cars are not apart in these tables) cut into what is made inside "
        "the state, what spills over to the rest of the country, and what comes back from there "
        "and goes round again (feedback); Pyatt and Round's decomposition with regions as blocks. "
        "Open model, domestic output per peso of final demand."
    )
    yield (
        f"Answer: of each peso {low:.2f} to {high:.2f} of output arises in the rest of the "
        f"country and {inside.min():.2f} to {inside.max():.2f} inside the state; feedback is at "
        f"most {found['feedback'].max():.4f}, so a state may be studied without it."
    )
    yield markdown(found)
    yield "## 2. Which location quotient comes nearest to the official table?"
    flegg = near.loc[(slice(None), ["flq", "aflq"]), :]
    best = flegg.groupby(level="state", sort=False)["stpe"].idxmin()
    named = "; ".join(
        f"{state} {quotient} with delta {near.at[(state, quotient), 'delta']:.2f}"
        for state, quotient in best
    )
    others = near.drop(index=["flq", "aflq"], level="quotient")["stpe"]
    yield (
        "What it is: the state's coefficients estimated from the nation's by each quotient (by "
        "output; FLQ and AFLQ for delta from 0 to 0.6 in steps of 0.05, the nearest shown), "
        "against those of INEGI's table. stpe: absolute differences in per cent of all official "
        "coefficients; multiplier_error: mean absolute difference of output multipliers inside "
        "the state, per cent, weighted by output; multiplier_bias: with its sign. sdp: "
        "supply-demand pool. CHARM needs imports by product, which these tables do not have."
    )
    yield (
        f"Answer: the nearest is {named}. Flegg's quotients miss {flegg['stpe'].min():.0f} to "
        f"{flegg['stpe'].max():.0f} per cent of the coefficients, those that do not count the "
        f"size of the region {others.min():.0f} to {others.max():.0f}; the multipliers of the "
        f"best are {flegg['multiplier_error'].min():.1f} to "
        f"{flegg['multiplier_error'].max():.1f} per cent off. So a quotient may serve for "
        "multipliers of a whole state and does not serve for single coefficients. The files do "
        "not say how the office made the flows between regions: if by such quotients, being near "
        "to them proves little. The states' shares of national output: "
        + ", ".join(f"{state} {100 * share:.1f} %" for state, share in shares.items())
        + "."
    )
    yield markdown(near)


def page() -> str:
    """The whole page."""
    return "\n\n".join(paragraphs()) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Write the page, or say whether it is up to date."""
    return written(PAGE, page, __file__, arguments)


if __name__ == "__main__":
    sys.exit(main())
