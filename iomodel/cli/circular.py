"""`iomodel sam NAME`: what a social accounting matrix balances, holds and rests on."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from iomodel import catalog
from iomodel.cli.parts import Part, listed
from iomodel.readers import read_sam
from iomodel.sam import SAM
from iomodel.text import number

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
    sam = read_sam(name) if Path(name).is_dir() else catalog.load_sam(name)
    return [_balances(sam), _aggregates(sam), _accounts(sam), _assumptions(sam)]


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
