"""The card of one sector: who it is, what it sets going, how it is linked, where its peso ends."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from iomodel import catalog, leakage
from iomodel.accounts import show
from iomodel.bop import BalanceOfPayments
from iomodel.cli.parts import Part
from iomodel.cli.words import READINGS, by_reading, cents, label
from iomodel.errors import MissingAccountError, UnitError
from iomodel.readers import read_folder
from iomodel.report import card
from iomodel.reproduction.equity import equity, excess
from iomodel.reproduction.facts import kept, payments_of, placed
from iomodel.storage import TOML
from iomodel.table import IOTable
from iomodel.text import number


def page(sector: str, table: str) -> list[Part]:
    """The card of a sector of a bundled table, or of a table folder of the user's own."""
    loaded = read_folder(table) if (Path(table) / TOML).is_file() else catalog.load(table)
    at = loaded.accounts.position(sector)
    parts = [identity(loaded, at), effects(loaded, at), links(loaded, at)]
    try:
        payments = payments_of(loaded)
        outflow = placed(loaded, payments)
    except (MissingAccountError, UnitError) as error:
        why = str(error).splitlines()[0]
        return [*parts, peso_without(loaded, at, why)]
    return [*parts, peso(loaded, outflow, at), residents(loaded, payments, at)]


def identity(table: IOTable, at: int) -> Part:
    """Output, value added, exports, jobs, and their weight."""
    frame = card.identity(table, at)
    values = zip(frame["value"], frame["unit"], strict=True)
    shown = frame.assign(value=[number(v, 1 if unit == "%" else 0) for v, unit in values])
    code, name = show(table.accounts.keys[at]), table.accounts.names[at]
    meta = table.meta
    about = f"{meta.title}; {meta.prices} prices."
    if meta.projected:
        about += f" Not observed: {meta.projected}."
    return Part(
        "identity",
        f"{code}  {name}",
        frame,
        shown,
        before=(about, *map(_sentence, meta.assumptions)),
    )


def effects(table: IOTable, at: int) -> Part:
    """Multipliers: direct, total, their ratio, and the rank of the total."""
    frame, lacking = card.effects(table, at)
    shown = pd.DataFrame(
        {
            column: [number(v, 0 if column == "rank" else 4) for v in frame[column]]
            for column in frame
        },
        index=frame.index,
    )
    after = [
        f"Total: per unit of final demand ({table.meta.unit or 'unit of the table'}), through all "
        f"domestic suppliers; jobs per {table.meta.unit or 'unit'}. Multiplier: total over direct. "
        f"Rank of the total among {int(table.active.sum())} sectors, 1 the highest."
    ]
    if lacking:
        after.append(f"Not recorded in this table: {', '.join(lacking)}.")
    return Part("multipliers", "Multipliers", frame, shown, after=tuple(after))


def links(table: IOTable, at: int) -> Part:
    """All linkage indices, their ranks, and the class of the sector."""
    frame = card.links(table, at)
    shown = pd.DataFrame(
        {
            "value": [number(v, 4) for v in frame["value"]],
            "rank": [number(v) for v in frame["rank"]],
            "formula": [frame.attrs["formula"][name] for name in frame.index],
        },
        index=[name.replace("_", " ") for name in frame.index],
    )
    return Part(
        "linkages",
        "Linkages",
        frame,
        shown,
        after=(f"Class by Rasmussen's two indices: {frame.attrs['kind']}. {frame.attrs['note']}",),
    )


def peso(table: IOTable, outflow: leakage.Outflow, at: int) -> Part:
    """Where a peso of final demand ends, with income abroad placed under the default key."""
    code = show(table.accounts.keys[at])
    steps = leakage.waterfall(table, outflow, sector=code)
    lacking = steps.attrs["not_recorded"].items()
    after = [f"Not recorded: {rung.replace('_', ' ')}, {where}." for rung, where in lacking]
    return _ladder(steps, [str(basis) for basis in steps["basis"]], after)


def peso_without(table: IOTable, at: int, why: str) -> Part:
    """Where a peso of final demand ends, on a table on which no income abroad can be placed."""
    steps = card.plain_ladder(table, at)
    after = [f"Income paid abroad is not taken out of the surplus. {why}"]
    return _ladder(steps, ["table"] * len(steps), after)


def residents(table: IOTable, payments: BalanceOfPayments, at: int) -> Part:
    """Income kept by residents under every reading, key and level."""
    frame = kept(table, payments, at).loc[list(READINGS), ["low", "central", "high"]]
    shown = frame.map(lambda value: cents(value, 1))
    shown.index = by_reading(frame.index)
    return Part(
        "residents",
        "Income that stays with residents (GNI content, market prices), in cents of that peso",
        frame,
        shown.rename_axis("what counts as foreign"),
        after=(
            "None of the three keys of ownership is a census; low, central and high are levels of "
            "the key. By industry no income abroad is recorded.",
            f"Owned, net: {excess(equity(table, payments, []), table.meta.unit or '')}.",
        ),
    )


def _ladder(steps: pd.DataFrame, basis: list[str], after: list[str]) -> Part:
    frame = steps[["amount", "direct", "indirect"]].assign(basis=basis)
    shown = pd.DataFrame(
        {
            "cents": [cents(v, 1) for v in frame["amount"]],
            "of the sector itself": [cents(v, 1) for v in frame["direct"]],
            "through suppliers": [cents(v, 1) for v in frame["indirect"]],
            "rests on": basis,
        },
        index=[label(str(rung)) for rung in frame.index],
    )
    sums = (cents(float(frame[column].sum()), 1) for column in ("amount", "direct", "indirect"))
    shown.loc["total"] = [*sums, ""]
    return Part("peso", "Where a peso of final demand ends", frame, shown, after=tuple(after))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
