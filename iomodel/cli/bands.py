"""The page of `iomodel bands`: how sure what stays is, what it rests on, what survives."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pandas as pd

from iomodel import bands, catalog, leakage, naming
from iomodel.accounts import show
from iomodel.bands.factors import IMPORTED
from iomodel.bop import BalanceOfPayments
from iomodel.card.parts import Part, listed
from iomodel.card.words import cents, unit_of
from iomodel.errors import MissingAccountError, TableError
from iomodel.lang import ENGLISH, Language
from iomodel.ownership import OwnershipKey
from iomodel.reproduction.facts import payments_of
from iomodel.table import IOTable
from iomodel.text import number, span

BAR = 24
OFTEN = 0.95
MEASURES = tuple(ENGLISH.section("bands.measure"))


def page(sector: str, table: str, draws: int, seed: int, say: Language = ENGLISH) -> list[Part]:
    """How sure the figures of one sector of a bundled table, or of the user's own, are."""
    loaded = naming.in_language(catalog.own_or_bundled(table), say)
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
    name = f"{code}  {loaded.accounts.names[at].lower()}"
    parts = [stays(drawn, code, name, loaded, (draws, seed), say)]
    if apart is not None:
        parts.append(exporting(apart, code, say))
    widest, label = (first, code) if apart is None else (apart, apart.exporters[0])
    measures = ("kept_owned_net", "kept_recorded")
    parts += [tornado(widest, label, measure, say) for measure in measures]
    parts.append(ranking(drawn, code, loaded, say))
    wear = None
    with suppress(MissingAccountError):
        wear = leakage.wear_rates(loaded)
    outflow = leakage.allocate(loaded, payments, key=next(iter(keys.values())))
    found = leakage.reconciliation(loaded, outflow, payments, wear=wear)
    parts += [rungs(found, code, loaded, say), country(found, loaded, say)]
    parts.append(assumed(apart or first, payments, keys, say))
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


def _in_cents(frame: pd.DataFrame, say: Language) -> pd.DataFrame:
    """Shares of a peso as cents, quantiles headed in per cent."""
    heads = {name: f"{100 * float(name):g} %" for name in map(str, frame) if name != "point"}
    heads["point"] = say("bands.at_point")
    return frame.map(lambda value: cents(value, 1)).rename(columns=heads)


def stays(
    drawn: dict[str, bands.Drawn],
    code: str,
    title: str,
    table: IOTable,
    many: tuple[int, int],
    say: Language,
) -> Part:
    """The band of each measure, under the default key in full and under the others in short."""
    names = list(drawn)
    rows = {(names[0], measure): _row(drawn[names[0]], code, measure) for measure in MEASURES}
    for name in names[1:]:
        for measure in ("kept_recorded", "kept_owned_net"):
            rows[name, measure] = _row(drawn[name], code, measure)
    frame = pd.DataFrame(rows).T.rename_axis(["key", "measure"])
    shown = _in_cents(frame, say)
    shown.index = pd.Index(
        [f"{say(f'bands.measure.{measure}')} [{key}]" for key, measure in rows],
        name=say("bands.by_key"),
    )
    lost, (draws, seed) = float(drawn[names[0]].unplaced.max()), many
    unit = unit_of(table.meta.unit, say)
    return Part(
        "stays",
        say("bands.stays", sector=title),
        frame,
        shown,
        before=(say("bands.drawn", title=table.meta.title, draws=number(draws), seed=seed),),
        after=(
            say("bands.point"),
            say("bands.unplaced", amount=number(lost), unit=unit) if lost else say("bands.placed"),
        ),
    )


def exporting(drawn: bands.Drawn, code: str, say: Language) -> Part:
    """The same for what the industry's exporters make, if they import more than the average."""
    label = drawn.exporters[0]
    rows = {measure: _row(drawn, label, measure) for measure in MEASURES}
    frame = pd.DataFrame(rows).T.rename_axis("measure")
    shown = _in_cents(frame, say)
    shown.index = pd.Index(
        [say(f"bands.measure.{measure}") for measure in rows], name=say("bands.of_each_peso")
    )
    factor = drawn.levels.iloc[-1]
    ends = {end: number(float(factor[end]), 2) for end in ("low", "high")}
    title, after = say("bands.exporters", code=code), (say("bands.bound", **ends),)
    return Part("exporters", title, frame, shown, after=after)


def tornado(drawn: bands.Drawn, code: str, measure: str, say: Language) -> Part:
    """One factor at a time as bars, widest first."""
    frame = bands.tornado(drawn, code, measure=measure)
    point = frame.attrs["point"]
    moving = frame[(frame["swing"] > 0) | (frame.index == "rest")]
    ends = moving[["at_low", "at_high"]]
    low, high = float(np.nanmin(ends)), float(np.nanmax(ends))
    shown = pd.DataFrame(
        {
            say("bands.at_low"): [cents(v, 1) for v in moving["at_low"]],
            say("bands.at_high"): [cents(v, 1) for v in moving["at_high"]],
            say("bands.swing"): [cents(v, 1) for v in moving["swing"]],
            say("bands.variance"): [number(100 * v, 0) for v in moving["variance"]],
            span(100 * low, 100 * high, 1, to=say("frame.to")): [
                _bar(a, b, point, low, high) for a, b in ends.to_numpy()
            ],
        },
        index=pd.Index([_factor(n, say) for n in moving.index], name=say("bands.one_factor")),
    )
    still = [_factor(n, say) for n in frame.index if n not in moving.index]
    after = [say("bands.alone", code=code, point=cents(point, 1))]
    if still:
        after.append(say("bands.still", names=", ".join(still)))
    title = say("bands.moves", measure=say(f"bands.measure.{measure}"))
    return Part(f"tornado_{measure}", title, frame, shown, after=tuple(after))


def ranking(by_key: dict[str, bands.Drawn], code: str, table: IOTable, say: Language) -> Part:
    """Which sectors leak most, how sure their order is, and where the other keys put the sector."""
    measure, drawn, to = "leak_owned_net", next(iter(by_key.values())), say("frame.to")
    frame = bands.ranks(drawn, measure=measure).sort_values("point", kind="stable")
    over = bands.order(drawn, measure=measure)
    band = bands.quantiles(drawn, measure=measure)
    n = len(over)
    pairs = over.to_numpy()[~np.eye(n, dtype=bool)]
    always, often = 2 * (pairs == 1).mean(), 2 * (pairs >= OFTEN).mean()
    top = [*frame.index[:10], *([] if code in frame.index[:10] else [code])]
    names = dict(zip(drawn.point.index, table.accounts.names, strict=False))
    leaks = 100 * band[["0.05", "0.95"]]
    shown = pd.DataFrame(
        {
            say("bands.place"): [number(frame["point"][c]) for c in top],
            say("bands.in_90"): [span(frame["0.05"][c], frame["0.95"][c], to=to) for c in top],
            say("bands.leaks"): [span(leaks["0.05"][c], leaks["0.95"][c], 1, to=to) for c in top],
            say("bands.above", code=code): [
                "" if c == code else f"{100 * over.loc[c, code]:.0f} %" for c in top
            ],
            "": [str(names[c]) for c in top],
        },
        index=pd.Index(top, name=say("paths.sector")),
    )
    shares = {"always": always, "often": often, "least": OFTEN}
    order = say("bands.order", n=n, **{k: f"{100 * v:.0f}" for k, v in shares.items()})
    places = say("bands.places", code=code, places=_places(by_key, code, measure, to))
    after = (say("bands.two_states"), order, places)
    return Part("ranking", say("bands.ranking"), frame, shown, after=after)


def rungs(found: leakage.Reconciliation, code: str, table: IOTable, say: Language) -> Part:
    """From surplus to what leaves: whole country and the sector, rung by rung."""
    frame = found.total.assign(sector=found.by_sector.loc[[code]].iloc[0])
    shown = pd.DataFrame(
        {
            say("bands.whole"): [_amount(v, say) for v in frame["amount"]],
            code: [_amount(v, say) for v in frame["sector"]],
            say("card.basis"): [say.said(str(text)) for text in frame["basis"]],
        },
        index=pd.Index(
            [say(f"bands.rung.{rung}") for rung in frame.index], name=unit_of(table.meta.unit, say)
        ),
    )
    after = (*map(say.said, found.notes), say("bands.unexplained"))
    return Part("reconciliation", say("bands.reconciliation"), frame, shown, after=after)


def country(found: leakage.Reconciliation, table: IOTable, say: Language) -> Part:
    """The same for the country, beside what the accounts recorded."""
    frame = found.country
    shown = frame.map(lambda value: _amount(value, say))
    shown.index = pd.Index([say.said(str(item)) for item in frame.index], name=say("sam.item"))
    shown.columns = pd.Index([say(f"bands.column.{column}") for column in frame.columns])
    title = say("bands.recorded", unit=unit_of(table.meta.unit, say))
    return Part("recorded", title, frame, shown, after=(say("bands.no_file"),))


def assumed(
    drawn: bands.Drawn,
    payments: BalanceOfPayments,
    keys: dict[str, OwnershipKey],
    say: Language,
) -> Part:
    """Everything the draws rest on."""
    rows = []
    for name, row in drawn.assumptions.iterrows():
        values = (row["low"], row["central"], row["high"])
        held = row["low"] == row["high"]
        levels = " / ".join(f"{v:.3f}" for v in values)
        if held:
            levels = say("bands.held", value=f"{values[1]:.3f}")
        elif row["shape"] == "either":
            levels = say("bands.either", levels=levels)
        rows.append(f"{_factor(name, say)} ({name}): {levels}; {say.said(row['why'])}.")
    first = next(iter(keys.values()))
    rows += [
        say("bands.triangular"),
        say("bands.keys", key=first.name, keys=", ".join(keys)),
        *map(say.said, dict.fromkeys((*payments.notes, *first.notes))),
    ]
    return listed("assumptions", say("bands.everything"), rows)


def _places(by_key: dict[str, bands.Drawn], code: str, measure: str, to: str) -> str:
    said = []
    for name, drawn in by_key.items():
        place = bands.ranks(drawn, measure=measure).reindex([code]).iloc[0]
        said.append(
            f"{number(place['point'])} ({span(place['0.05'], place['0.95'], to=to)}) [{name}]"
        )
    return ", ".join(said)


def _row(drawn: bands.Drawn, code: str, measure: str) -> pd.Series:
    return bands.quantiles(drawn, measure=measure).loc[[code]].iloc[0]


def _factor(name: object, say: Language) -> str:
    if str(name).startswith(IMPORTED):
        return say("bands.imported_inputs", code=str(name).removeprefix(IMPORTED))
    return say.get(f"bands.factor.{name}", str(name))


def _amount(value: float, say: Language) -> str:
    return say("bands.not_recorded") if value != value else number(value)


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
