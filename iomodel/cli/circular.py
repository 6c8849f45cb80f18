"""`iomodel sam NAME`: what a social accounting matrix balances, holds and rests on."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from iomodel import catalog, reproduction
from iomodel import closures as named
from iomodel.cli.parts import Part, listed
from iomodel.readers import read_sam
from iomodel.sam import SAM
from iomodel.text import number

MEASURES = {"backward": "BL", "forward": "FL", "output": "m"}
AGGREGATES = {
    "gdp_production": "GDP by production",
    "gdp_income": "GDP by income",
    "gdp_expenditure": "GDP by expenditure",
    "exports": "exports, with purchases of non-residents",
    "imports": "imports",
    "investment": "investment, with inventories",
    "saving": "saving of residents",
    "foreign_saving": "saving of the rest of the world (minus the current account)",
    "income_received": "compensation and property income from abroad",
    "income_paid": "property income paid abroad",
    "consumption": "consumption",
    "current_account": "current account",
    "gni": "gross national income",
    "gni_received": "gross national income as institutions receive it",
    "disposable_income_gross": "gross national disposable income",
}


def page(name: str) -> list[Part]:
    """Balances, aggregates, accounts and assumptions of a bundled SAM or of a SAM folder."""
    shipped = not Path(name).is_dir()
    sam = catalog.load_sam(name) if shipped else read_sam(name)
    beside = [_reconciliation(catalog.reconciliation(name), sam.meta.unit)] if shipped else []
    return [_balances(sam), _aggregates(sam), *beside, _accounts(sam), _assumptions(sam)]


def closures() -> list[Part]:
    """The grid of named closures against the published figures of 2012, and what each one is."""
    grid, listed_closures = reproduction.closures(), named.register()
    published = pd.Series(grid.attrs["published"])
    whole = pd.concat([published.to_frame("published").T, grid])
    shown = pd.DataFrame(index=whole.index.rename("closure"))
    for column in [*published.index, "rms"]:
        measure, _, sector = column.partition(" ")
        name = f"{MEASURES.get(measure, measure)} {sector}".strip()
        shown[name] = [number(float(value), 2) for value in whole[column]]
    shown["lowest"] = ["", *grid["lowest"]]
    words = listed_closures["words"]
    below = ["", *(f"{grid['verdict'][name]}; {words[name]}" for name in grid.index)]
    before = (
        "BL, FL: backward and forward linkages, mean one over the accounts that the closure names; "
        "m: output multiplier over sectors; rms: over BL and m; lowest: the three lowest BL. "
        "Written down before they were scored; the nearest is not the reproduced.",
    )
    title = "Named closures of the SAM of 2012, best first"
    return [
        Part("closures", title, grid, shown, before=before, below=tuple(below)),
        Part(
            "register",
            "What each closure is",
            listed_closures,
            listed_closures[["surplus", "imports", "over", "blind"]],
            below=tuple(
                f"inside: {row.endogenous}; consumption: {row.consumption}; {row.words}"
                + (f"; ruled out: {row.ruled_out!s}" if row.ruled_out else "")
                for row in listed_closures.itertuples()
            ),
        ),
    ]


def _balances(sam: SAM) -> Part:
    frame = sam.check()
    shown = pd.DataFrame(
        {
            "left": [number(value) for value in frame["left"]],
            "right": [number(value) for value in frame["right"]],
            "gap": [f"{value:.2g}" for value in frame["residual"]],
            "holds": ["yes" if holds else "NO" for holds in frame["holds"]],
        },
        index=frame.index,
    )
    before = (f"{sam.meta.title}; {len(sam.accounts)} accounts, {sam.meta.unit}.",)
    return Part("balances", "Balances", frame, shown, before=before)


def _aggregates(sam: SAM) -> Part:
    values = sam.aggregates()
    frame = values.rename_axis("aggregate").to_frame("value")
    shown = pd.DataFrame(
        {"value": [number(value) for value in values]},
        index=pd.Index([AGGREGATES.get(name, name) for name in values.index], name="aggregate"),
    )
    return Part("aggregates", f"What it holds, {sam.meta.unit}", frame, shown)


def _reconciliation(frame: pd.DataFrame, unit: str) -> Part:
    shown = pd.DataFrame(
        {
            "SAM": [number(value) for value in frame["sam"]],
            "other source": [number(value) for value in frame["other"]],
            "gap": [number(value) for value in frame["gap"]],
        },
        index=pd.Index([AGGREGATES.get(item, item) for item in frame.index], name="item"),
    )
    title = f"What other sources say, {unit}"
    before = ("Nothing was adjusted to them.",)
    below = tuple(str(source) for source in frame["source"])
    return Part("reconciliation", title, frame, shown, before=before, below=below)


def _accounts(sam: SAM) -> Part:
    frame = sam.accounts.table().assign(total=sam.totals)
    other = frame[frame["kind"] != "activity"]
    activities = frame[frame["kind"] == "activity"]["total"]
    shown = other.assign(total=[number(value) for value in other["total"]])
    shown = shown.rename(columns={"name": "name of the account"})
    after = (f"And {len(activities)} activities with {number(activities.sum())} in all.",)
    return Part("accounts", "Accounts", frame, shown, after=after)


def _assumptions(sam: SAM) -> Part:
    said = [f"Sources: {sam.meta.source}.", *sam.meta.assumptions, *sam.meta.history]
    return listed("assumptions", "What it rests on", said)
