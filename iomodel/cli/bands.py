"""The page of `iomodel bands`: how sure what stays is, what it rests on, what survives."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd

from iomodel import bands, catalog, leakage
from iomodel.accounts import show
from iomodel.bands.factors import IMPORTED
from iomodel.bop import BalanceOfPayments
from iomodel.card.parts import Part, listed
from iomodel.card.words import cents
from iomodel.errors import MissingAccountError, TableError
from iomodel.ownership import OwnershipKey
from iomodel.readers import read_folder
from iomodel.reproduction.facts import payments_of
from iomodel.storage import TOML
from iomodel.table import IOTable
from iomodel.text import number, span

BAR = 24
OFTEN = 0.95
MEASURES = {
    "gdp": "produced here (GDP content)",
    "kept_recorded": "stays, less income abroad as recorded, spread by the key",
    "kept_owned_net": "stays, less owned abroad (net profit) and interest",
    "leak_recorded": "leaks, as recorded and spread",
    "leak_owned_net": "leaks, owned abroad, net",
    "net_foreign_exchange": "foreign exchange left (reinvested earnings stay)",
}
FACTORS = {
    "ownership": "foreign-owned shares",
    "trading_arms": "foreign-owned shares of trade",
    "household_share": "mixed and household part of surplus",
    "equity_share": "owners' part of income abroad",
    "reinvested": "reinvested earnings count, or not",
    "revision": "total as itemised, or as revised",
    "technology": "licence payments from surplus, or not",
    "public_enterprises": "public interest paid by enterprises",
    "net_surplus": "spread by gross or by net surplus",
    "depreciation": "rate of wear of capital",
    "tax": "rate of tax on income",
    "rest": "own parts of sectors, together, chance",
}
RUNGS = {
    "gross_operating_surplus": "operating surplus of all industries, gross",
    "household_and_mixed_surplus": "less: mixed income, households' own",
    "national_corporate_surplus": "less: of national companies and public bodies",
    "foreign_owned_surplus": "= foreign-owned, gross",
    "consumption_of_fixed_capital": "less: wear of capital",
    "interest": "less: interest abroad, owners' part",
    "technology": "less: licence payments, owners' part",
    "tax_on_income": "less: tax on income",
    "losses": "losses, nobody's income",
    "owned_net": "= owned abroad, net",
    "equity_recorded": "less: dividends and reinvested, placed",
    "unexplained": "= unexplained",
}


def page(sector: str, table: str, draws: int, seed: int) -> list[Part]:
    """How sure the figures of one sector of a bundled table, or of the user's own, are."""
    loaded = read_folder(table) if (Path(table) / TOML).is_file() else catalog.load(table)
    at = loaded.accounts.position(sector)
    code = show(loaded.accounts.keys[at])
    payments = payments_for(loaded)
    keys = leakage.keys(loaded)
    drawn = {
        name: bands.draw(loaded, payments, key=key, draws=draws, seed=seed)
        for name, key in keys.items()
    }
    first = next(iter(drawn.values()))
    apart = None
    with suppress(TableError, MissingAccountError):
        exporters = [bands.exporters(loaded, code)]
        key = next(iter(keys.values()))
        apart = bands.draw(loaded, payments, key=key, exporters=exporters, draws=draws, seed=seed)
    name = loaded.accounts.names[at]
    parts = [stays(drawn, code, f"{code}  {name.lower()}", loaded, draws, seed)]
    if apart is not None:
        parts.append(exporting(apart, code))
    widest, label = (first, code) if apart is None else (apart, apart.exporters[0])
    parts += [tornado(widest, label, measure) for measure in ("kept_owned_net", "kept_recorded")]
    parts.append(ranking(drawn, code, loaded))
    wear = None
    with suppress(MissingAccountError):
        wear = leakage.wear_rates(loaded)
    outflow = leakage.allocate(loaded, payments, key=next(iter(keys.values())))
    found = leakage.reconciliation(loaded, outflow, payments, wear=wear)
    parts += [rungs(found, code, loaded), country(found, loaded)]
    parts.append(assumed(apart or first, payments, keys))
    return parts


def payments_for(table: IOTable) -> BalanceOfPayments:
    """The itemised payments of the table's year, or presumed ones where only the total is known."""
    try:
        return payments_of(table)
    except MissingAccountError:
        if table.meta.year is None:
            raise
        name = catalog.bop_name(table.meta.country)
        return leakage.presumed(name, table.meta.year)


def _in_cents(frame: pd.DataFrame) -> pd.DataFrame:
    """Shares of a peso as cents, quantiles headed in per cent."""
    heads = {name: f"{100 * float(name):g} %" for name in map(str, frame) if name != "point"}
    return frame.map(lambda value: cents(value, 1)).rename(columns=heads)


def stays(
    drawn: dict[str, bands.Drawn], code: str, title: str, table: IOTable, draws: int, seed: int
) -> Part:
    """The band of each measure, under the default key in full and under the others in short."""
    names = list(drawn)
    rows = {(names[0], measure): _row(drawn[names[0]], code, measure) for measure in MEASURES}
    for name in names[1:]:
        for measure in ("kept_recorded", "kept_owned_net"):
            rows[name, measure] = _row(drawn[name], code, measure)
    frame = pd.DataFrame(rows).T.rename_axis(["key", "measure"])
    shown = _in_cents(frame)
    shown.index = pd.Index(
        [f"{MEASURES[measure]} [{key}]" for key, measure in rows], name="cents of each peso [key]"
    )
    first = drawn[names[0]]
    lost = float(first.unplaced.max())
    return Part(
        "stays",
        f"{title}: how sure is what stays?",
        frame,
        shown,
        before=(
            f"{table.meta.title}; {draws:,} draws, seed {seed}. Per peso of final demand for an "
            "average product of the industry, market prices (taxes on products stay).",
        ),
        after=(
            "Point: every factor at its central value; 5, 50 and 95 %: what that share of the "
            "draws does not exceed. The point may lie near an end of the band or outside it: "
            "the central value of some factors is their low or high (statutory tax, reinvested "
            "earnings counted, total as itemised). A band of what is assumed, not a confidence "
            "interval: no sample stands behind it.",
            "All income was placed in every draw."
            if lost == 0
            else f"Up to {lost:,.0f} {table.meta.unit} found no place in a draw.",
        ),
    )


def exporting(drawn: bands.Drawn, code: str) -> Part:
    """The same for what the industry's exporters make, if they import more than the average."""
    label = drawn.exporters[0]
    rows = {measure: _row(drawn, label, measure) for measure in MEASURES}
    frame = pd.DataFrame(rows).T.rename_axis("measure")
    shown = _in_cents(frame)
    shown.index = pd.Index([MEASURES[measure] for measure in rows], name="cents of each peso")
    factor = drawn.levels.iloc[-1]
    return Part(
        "exporters",
        f"If exporters of {code} import more than their industry",
        frame,
        shown,
        after=(
            f"Imported share of their inputs from {factor['low']:.2f} (the industry's, central) to "
            f"{factor['high']:.2f} (all imports of the industry are theirs). No table that ships "
            "says how firms of one industry differ: this is a bound, not an observation. Per unit "
            "of output they pay abroad what their industry pays.",
        ),
    )


def tornado(drawn: bands.Drawn, code: str, measure: str) -> Part:
    """One factor at a time as bars, widest first."""
    frame = bands.tornado(drawn, code, measure=measure)
    point = frame.attrs["point"]
    moving = frame[(frame["swing"] > 0) | (frame.index == "rest")]
    ends = moving[["at_low", "at_high"]]
    low, high = float(np.nanmin(ends)), float(np.nanmax(ends))
    shown = pd.DataFrame(
        {
            "cents at low": [cents(v, 1) for v in moving["at_low"]],
            "at high": [cents(v, 1) for v in moving["at_high"]],
            "swing": [cents(v, 1) for v in moving["swing"]],
            "rank variance %": [number(100 * v, 0) for v in moving["variance"]],
            f"{cents(low, 1)} to {cents(high, 1)}": [
                _bar(a, b, point, low, high) for a, b in ends.to_numpy()
            ],
        },
        index=pd.Index([_factor(n) for n in moving.index], name="factor"),
    )
    still = [_factor(n) for n in frame.index if n not in moving.index]
    after = [
        f"{code}. Each factor alone at its low and high, all others central "
        f"({cents(point, 1)}, the bar |). Rank variance: squared rank "
        "correlation over the draws."
    ]
    if still:
        after.append(f"Without effect, or held: {', '.join(still)}.")
    name = f"tornado_{measure}"
    return Part(name, f"What moves it: {MEASURES[measure]}", frame, shown, after=tuple(after))


def ranking(by_key: dict[str, bands.Drawn], code: str, table: IOTable) -> Part:
    """Which sectors leak most, how sure their order is, and where the other keys put the sector."""
    measure, drawn = "leak_owned_net", next(iter(by_key.values()))
    frame = bands.ranks(drawn, measure=measure).sort_values("point", kind="stable")
    over = bands.order(drawn, measure=measure)
    band = bands.quantiles(drawn, measure=measure)
    n = len(over)
    pairs = over.to_numpy()[~np.eye(n, dtype=bool)]
    always, often = 2 * (pairs == 1).mean(), 2 * (pairs >= OFTEN).mean()
    top = [*frame.index[:10], *([] if code in frame.index[:10] else [code])]
    names = dict(zip(drawn.point.index, table.accounts.names, strict=False))
    shown = pd.DataFrame(
        {
            "place": [number(frame["point"][c]) for c in top],
            "in 90 %": [span(frame["0.05"][c], frame["0.95"][c]) for c in top],
            "leaks, cents": [span(100 * band["0.05"][c], 100 * band["0.95"][c], 1) for c in top],
            f"draws above {code}": [
                "" if c == code else f"{100 * over.loc[c, code]:.0f} %" for c in top
            ],
            "": [str(names[c]) for c in top],
        },
        index=pd.Index(top, name="sector"),
    )
    return Part(
        "ranking",
        "The ranking that survives: who leaks most (owned abroad, net)",
        frame,
        shown,
        after=(
            "In 90 %: the places between which 90 % of the draws lie; where licences are taken "
            "out of surplus or not, the two ends may be two states and nothing between (533).",
            f"Of all pairs among {n} industries {100 * always:.0f} % keep their order in every "
            f"draw and {100 * often:.0f} % in at least {100 * OFTEN:.0f} % of the draws.",
            f"The key decides much of it. Place of {code}: {_places(by_key, code, measure)}.",
        ),
    )


def rungs(found: leakage.Reconciliation, code: str, table: IOTable) -> Part:
    """From surplus to what leaves: whole country and the sector, rung by rung."""
    frame = found.total.assign(sector=found.by_sector.loc[[code]].iloc[0])
    shown = pd.DataFrame(
        {
            "whole country": [_amount(v) for v in frame["amount"]],
            code: [_amount(v) for v in frame["sector"]],
            "rests on": list(frame["basis"]),
        },
        index=pd.Index([RUNGS[str(r)] for r in frame.index], name=table.meta.unit),
    )
    return Part(
        "reconciliation",
        "From surplus to what leaves",
        frame,
        shown,
        after=(
            *found.notes,
            "Unexplained: profit of foreign owners that no statistic recorded as leaving, or an "
            "error of the key or of the rates.",
        ),
    )


def country(found: leakage.Reconciliation, table: IOTable) -> Part:
    """The same for the country, beside what the accounts recorded."""
    frame = found.country
    shown = frame.map(_amount)
    return Part(
        "recorded",
        f"Beside what was recorded for the country ({table.meta.unit})",
        frame,
        shown,
        after=("not recorded: no file that ships has it for this year; it is not zero.",),
    )


def assumed(drawn: bands.Drawn, payments: BalanceOfPayments, keys: dict[str, OwnershipKey]) -> Part:
    """Everything the draws rest on."""
    frame = drawn.assumptions
    rows = []
    for name, row in frame.iterrows():
        values = (row["low"], row["central"], row["high"])
        held = row["low"] == row["high"]
        said = f"held at {values[1]:.3f}" if held else " / ".join(f"{v:.3f}" for v in values)
        rows.append(
            f"{_factor(name)} ({name}): {said}"
            f"{', one or the other' if row['shape'] == 'either' and not held else ''}; "
            f"{row['why']}."
        )
    first = next(iter(keys.values()))
    rows += [
        "Shares per sector are drawn triangular between low and high of the key; sectors share "
        "half of the variance of their scores. Values shown are means over surplus.",
        f"Key '{first.name}' unless another is named; keys: {', '.join(keys)}; none is a census.",
        *dict.fromkeys((*payments.notes, *first.notes)),
    ]
    return listed("assumptions", "Everything this rests on (low / central / high)", rows)


def _places(by_key: dict[str, bands.Drawn], code: str, measure: str) -> str:
    said = []
    for name, drawn in by_key.items():
        place = bands.ranks(drawn, measure=measure).reindex([code]).iloc[0]
        said.append(f"{number(place['point'])} ({span(place['0.05'], place['0.95'])}) [{name}]")
    return ", ".join(said)


def _row(drawn: bands.Drawn, code: str, measure: str) -> pd.Series:
    return bands.quantiles(drawn, measure=measure).loc[[code]].iloc[0]


def _factor(name: object) -> str:
    if str(name).startswith(IMPORTED):
        return f"imported inputs of exporters, {str(name).removeprefix(IMPORTED)}"
    return FACTORS.get(str(name), str(name))


def _amount(value: float) -> str:
    return "not recorded" if value != value else number(value)


def _bar(a: float, b: float, point: float, low: float, high: float) -> str:
    """From a to b within low to high, the point marked."""
    if a != a or high <= low:
        return ""

    def place(value: float) -> int:
        return round((BAR - 1) * (value - low) / (high - low))

    first, last = sorted((place(a), place(b)))
    marks = ["#" if first <= i <= last else "." for i in range(BAR)]
    marks[place(point)] = "|"
    return "".join(marks)
