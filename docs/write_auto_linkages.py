"""Writes docs/auto-linkages.md: what each linkage index says of Mexico's car industries.

python docs/write_auto_linkages.py            write the page from fresh results
python docs/write_auto_linkages.py --check    say whether the page is what would be written (1: no)

A measure that is no index of the register joins the first table by a line in MEASURES.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from writing import rows, written

import iomodel as im

PAGE = Path(__file__).with_name("auto-linkages.md")
TABLE = "mexico-2018"
CARS = ("3361", "3362", "3363")

# name, which way it looks, one number per sector
MEASURES: tuple[tuple[str, str, Callable[[im.IOTable], pd.Series]], ...] = (
    (
        "trade_corrected_upstreamness",
        "position",
        im.linkages.trade_corrected_upstreamness,
    ),
    (
        "trade_corrected_downstreamness",
        "position",
        im.linkages.trade_corrected_downstreamness,
    ),
    *(
        (f"{name}_{part}, million pesos", part, lambda table, f=function, p=part: f(table)[p])
        for name, function in (
            ("cella", im.linkages.cella_in_money),
            ("pure", im.linkages.pure_in_money),
        )
        for part in ("backward", "forward", "total")
    ),
    *(
        (
            f"extraction_{part} of {measure}, per cent",
            part.partition("_")[0] if part != "complete" else "total",
            lambda table, m=measure, p=part: im.extraction.totals(table, measure=m, percent=True)[
                p
            ],
        )
        for measure in ("output", "value_added")
        for part in ("complete", "backward", "forward")
    ),
)
PAIRS = (
    ("rasmussen_backward", "rasmussen_forward"),
    ("rasmussen_backward", "ghosh_forward"),
    ("chenery_watanabe_backward", "chenery_watanabe_forward"),
    ("eigenvector_backward", "eigenvector_forward"),
    ("net_backward", "ghosh_forward"),
    ("demand_weighted_backward", "input_weighted_forward"),
    ("cella_backward", "cella_forward"),
    ("pure_backward", "pure_forward"),
)
PER_PESO = ("chenery_watanabe_backward", "rasmussen_backward", "eigenvector_backward")
BY_SIZE = (
    "demand_weighted_backward",
    "output_weighted_backward",
    "cella_backward",
    "pure_backward",
)
FORWARD_PER_PESO = ("chenery_watanabe_forward", "ghosh_forward", "eigenvector_forward")


def measures(table: im.IOTable) -> tuple[pd.DataFrame, dict[str, str]]:
    """Every index and every other measure by sector, and which way each looks."""
    frame = im.linkages.compare(table)
    looks = {name: str(index.direction) for name, index in im.linkages.indices().items()}
    for name, way, compute in MEASURES:
        frame[name], looks[name] = compute(table), way
    return frame, looks


def ranks(frame: pd.DataFrame) -> pd.DataFrame:
    """1 for the largest of the sectors with output; equals share the better rank."""
    return frame.rank(ascending=False, method="min")


def markdown(index: str, frame: pd.DataFrame, digits: int = 4) -> str:
    """A frame as a markdown table; numbers from 100 on are whole."""
    lines = [[index, *map(str, frame.columns)]]
    for name, row in frame.iterrows():
        lines.append([str(name), *(cell(value, digits) for value in row)])
    return rows(lines)


def cell(value: object, digits: int) -> str:
    """A number with these decimals, from 100 on with none; words and whole numbers as they are."""
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 100 else f"{value:.{digits}f}"
    return str(value)


def values_part(frame: pd.DataFrame, looks: dict[str, str]) -> Iterable[str]:
    """Every measure for every car industry, with its rank."""
    order = ranks(frame)
    columns: dict[str, list[object]] = {"looks": [looks[name] for name in frame]}
    for sector in CARS:
        columns[sector] = list(frame.loc[sector])
        columns[f"rank {sector}"] = [int(rank) for rank in order.loc[sector]]
    yield "## 1. Every index, and the rank among the industries"
    yield (
        f"Rank 1 is the largest of {len(frame)}. Indices with mean one compare with the average "
        "industry; `net_backward` has mean one weighted by output; Chenery and Watanabe's are "
        "shares of output; propagation, upstreamness and downstreamness are steps. Upstreamness "
        "and downstreamness are `ghosh_forward` and `rasmussen_backward` before the division by "
        "the mean, so their ranks are the same."
    )
    yield markdown("index", pd.DataFrame(columns, index=frame.columns))


def classes_part(table: im.IOTable) -> Iterable[str]:
    """The class of each industry under the main pairs of indices."""
    rows = {}
    for back, ahead in PAIRS:
        found = im.linkages.key_sectors(table, backward=back, forward=ahead)["class"]
        row = {sector: found[sector] for sector in CARS}
        rows[f"{back} / {ahead}"] = row | {"key in all": int((found == "key").sum())}
    frame = pd.DataFrame(rows).T
    yield "## 2. Key, backward, forward or independent"
    yield (
        "Key: both indices above their average; backward or forward: that one; independent: "
        "neither. The last column counts the key industries of the whole table."
    )
    yield markdown("backward / forward", frame)
    for sector in CARS:
        named = frame[sector].value_counts()
        yield (
            f"{sector} is "
            + ", ".join(f"{name} in {n}" for name, n in named.items())
            + (f" of the {len(PAIRS)} pairs.")
        )


def correlations_part(found: im.linkages.RankCorrelations) -> Iterable[str]:
    """How far the indices order all industries alike."""
    yield "## 3. Do the indices order the industries alike?"
    yield (
        f"Spearman's rank correlation over {found.sectors} industries ({found.left_out} without "
        "output left out): 1 the same order, 0 none, -1 the reverse."
    )
    for way in ("backward", "forward"):
        names = [i.name for i in im.linkages.indices().values() if i.direction == way]
        yield f"Indices that look {way}:"
        yield markdown(way, found.spearman.loc[names, names], digits=2)
    peso, size = (_among(found.spearman, names) for names in (PER_PESO, BY_SIZE))
    across = found.spearman.loc[list(PER_PESO), list(BY_SIZE)].to_numpy()
    ahead = _among(found.spearman, FORWARD_PER_PESO)
    rows = found.spearman.loc["rasmussen_forward", "ghosh_forward"]
    yield (
        f"Backward, the indices per peso ({', '.join(PER_PESO)}) {_agree(peso)} among each other "
        f"(lowest {peso:.2f}), and so {'do' if size >= 0.7 else 'do not'} those that count size "
        f"({', '.join(BY_SIZE)}; lowest {size:.2f}). Between the two groups the correlation runs "
        f"from {across.min():.2f} to {across.max():.2f}: "
        + (
            "whether a peso spent on an industry goes far says nothing of how much hangs on it."
            if np.abs(across).max() < 0.3
            else "the two questions overlap."
        )
    )
    yield (
        f"Forward, the indices along sales ({', '.join(FORWARD_PER_PESO)}) {_agree(ahead)} among "
        f"each other (lowest {ahead:.2f}); the row sums of L, which add a peso of demand for every "
        f"industry large or small, order otherwise ({rows:.2f} with Ghosh)."
    )
    net = found.spearman.loc["net_backward", "ghosh_forward"]
    yield (
        f"Across, `net_backward` and `ghosh_forward` correlate at {net:.2f}"
        + (
            ": what goes to final demand does not go to industries, so a pair of the two names "
            "hardly any industry key."
            if net < -0.7
            else "."
        )
    )


def _among(correlations: pd.DataFrame, names: Iterable[str]) -> float:
    """The lowest correlation within a group."""
    return float(correlations.loc[list(names), list(names)].to_numpy().min())


def _agree(lowest: float) -> str:
    return "agree" if lowest >= 0.7 else "do not agree"


def words_part(table: im.IOTable, frame: pd.DataFrame) -> Iterable[str]:
    """What the disagreement says of each industry, in words that follow the numbers."""
    yield "## 4. What the disagreement says"
    order = ranks(frame)
    for sector in CARS:
        yield f"**{im.named(table, table.x)['name'][sector]} ({sector}).** " + " ".join(
            _said(table, frame.loc[sector], order.loc[sector], sector)
        )
    yield (
        "What none of this says: how much of the output is income, and whose. An index of output "
        "counts a peso of imported parts for nothing and a peso of profit sent abroad like a wage."
    )


def _said(table: im.IOTable, value: pd.Series, rank: pd.Series, sector: str) -> Iterable[str]:
    of = len(table.accounts)
    imports = float(table.per_unit(table.primary("imports"))[table.accounts.position(sector)])
    pull, size = int(rank["rasmussen_backward"]), int(rank["pure_backward"])
    yield (
        f"A peso of demand for it makes {value['downstreamness']:.2f} pesos of output here, rank "
        f"{pull} of {of}; of a peso of its own output {value['chenery_watanabe_backward']:.2f} "
        f"buys domestic inputs and {imports:.2f} imported ones."
    )
    yield (
        "All of its final demand makes the other industries produce, feedback left out (pure "
        f"backward linkage), {value['pure_backward']:.2f} times what that of the average industry "
        f"does, rank {size}"
        + (
            ": its size makes it count, not its pull per peso."
            if pull - size > of / 4
            else ": a peso goes further than its size lets one expect."
            if size - pull > of / 4
            else ": no more and no less than its pull per peso lets one expect."
        )
    )
    yield (
        f"It sells {value['chenery_watanabe_forward']:.3f} of its output to industries here "
        f"(rank {int(rank['chenery_watanabe_forward'])}); as a supplier to others' final demand "
        f"it is at {value['pure_forward']:.2f} of the average (rank {int(rank['pure_forward'])})"
        + (
            ", more than the average industry although it sells a small part: again its size."
            if value["pure_forward"] > 1 and value["ghosh_forward"] < 1
            else "."
        )
    )
    yield (
        f"Net of what others' demand makes it produce its backward linkage is "
        f"{value['net_backward']:.2f}: "
        + (
            "others depend on its final demand more than it on theirs."
            if value["net_backward"] > 1
            else "it depends on the final demand of others more than they on its own."
        )
    )
    plain, corrected = value["upstreamness"], value["trade_corrected_upstreamness"]
    yield (
        f"Its output is {plain:.2f} steps from use if exports are at their end, {corrected:.2f} if "
        "they are used abroad as the same product is used here"
        + (
            "; what is exported is most of it, so that the second number rests on the little that "
            "is sold here."
            if _exported(table, sector) > 0.5
            else "."
        )
    )


def _exported(table: im.IOTable, sector: str) -> float:
    at = table.categories.of_kind("exports")
    return float(table.Y.iloc[:, at].sum(axis=1)[sector] / table.x[sector])


def page() -> str:
    """The whole page."""
    table = im.load(TABLE)
    frame, looks = measures(table)
    names = im.named(table, table.x)["name"]
    parts = [
        "# How strongly Mexico's car industries are linked: every index",
        "Written by `python docs/write_auto_linkages.py` from the table that ships "
        f"(`{TABLE}`, {len(frame)} industries, domestic flows); a test compares every number with "
        "fresh results. Not to be edited by hand.",
        "Industries: " + "; ".join(f"{code} {names[code]}" for code in CARS) + ". "
        "An index depends on how finely the table is cut: it compares industries of this table "
        "only. Formulas and references: `im.linkages.indices()`.",
        *values_part(frame, looks),
        *classes_part(table),
        *correlations_part(im.linkages.rank_correlations(table)),
        *words_part(table, frame),
    ]
    return "\n\n".join(parts) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Write the page, or say whether it is up to date."""
    return written(PAGE, page, __file__, arguments)


if __name__ == "__main__":
    sys.exit(main())
