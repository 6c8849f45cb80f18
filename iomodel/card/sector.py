"""The card of one sector: who it is, what it sets going, how it is linked, where its peso ends."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from iomodel import catalog, leakage, linkages, multipliers, naming
from iomodel.accounts import show
from iomodel.bop import BalanceOfPayments
from iomodel.card.parts import Part
from iomodel.card.words import (
    READINGS,
    basis_of,
    by_reading,
    cents,
    label,
    prices_of,
    unit_of,
)
from iomodel.errors import MissingAccountError, UnitError
from iomodel.lang import ENGLISH, Language
from iomodel.reproduction.equity import equity, excess
from iomodel.reproduction.facts import all_exports, kept, payments_of, placed, tourism
from iomodel.table import IOTable
from iomodel.text import number

JOBS = "PT"
MULTIPLIERS: dict[str, Callable[[IOTable], pd.DataFrame]] = {
    "value_added": multipliers.value_added,
    "compensation": multipliers.compensation,
    "imports": multipliers.imports,
    "taxes": multipliers.taxes,
    "jobs": multipliers.jobs,
}


def page(sector: str, table: str, say: Language = ENGLISH) -> list[Part]:
    """The card of a sector of a bundled table, or of a table folder of the user's own."""
    loaded = naming.in_language(catalog.own_or_bundled(table), say)
    at = loaded.accounts.position(sector)
    card = [identity(loaded, at, say), effects(loaded, at, say), links(loaded, at, say)]
    try:
        payments = payments_of(loaded)
        outflow = placed(loaded, payments)
    except (MissingAccountError, UnitError) as error:
        return [*card, peso_without(loaded, at, say.fact(error), say)]
    return [*card, peso(loaded, outflow, at, say), residents(loaded, payments, at, say)]


def identity(table: IOTable, at: int, say: Language = ENGLISH) -> Part:
    """Output, value added, exports, jobs, and their weight."""
    unit = _unit(table, say)
    exports = table.arrays.Y[:, table.categories.of_kind("exports")].sum(axis=1)
    x, v = table.arrays.x, table.v.to_numpy()
    rows: dict[str, tuple[float, str]] = {
        "output": (x[at], unit),
        "output_share": (100 * x[at] / x.sum(), "%"),
        "value_added": (v[at], unit),
        "value_added_share": (100 * v[at] / v.sum() if v.any() else float("nan"), "%"),
    }
    if table.categories.of_kind("exports"):
        rows["exports"] = (exports[at], unit)
        coverage = "_tourism" if tourism(table) else ""
        rows[f"exports_share{coverage}"] = (100 * exports[at] / all_exports(table), "%")
        rows["exports_over_output"] = (100 * exports[at] / x[at] if x[at] else float("nan"), "%")
    if JOBS in table.satellite_accounts.codes:
        jobs = table.satellites.T[JOBS].to_numpy()
        rows["jobs"] = (jobs[at], say("card.jobs"))
        rows["jobs_share"] = (100 * jobs[at] / jobs.sum(), "%")
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["value", "unit"])
    shown = frame.assign(value=[number(v, 1 if unit == "%" else 0) for v, unit in rows.values()])
    shown.columns = pd.Index([say("card.value"), say("card.unit")])
    shown.index = pd.Index([say(f"card.{name}") for name in rows])
    frame.index = pd.Index([ENGLISH(f"card.{name}") for name in rows])
    code, name = show(table.accounts.keys[at]), table.accounts.names[at]
    meta = table.meta
    about = say("card.about", title=meta.title, prices=prices_of(meta.prices, say))
    if meta.projected:
        about += " " + say("card.not_observed", projected=meta.projected)
    return Part(
        "identity",
        f"{code}  {name}",
        frame,
        shown,
        before=(about, *map(_sentence, meta.assumptions)),
    )


def effects(table: IOTable, at: int, say: Language = ENGLISH) -> Part:
    """Multipliers: direct, total, their ratio, and the rank of the total."""
    output = multipliers.output(table)
    rows = {"output": (1.0, output.iloc[at], output.iloc[at], _rank(output, at))}
    lacking = []
    for name, measured in MULTIPLIERS.items():
        try:
            found = measured(table)
        except MissingAccountError:
            lacking.append(say(f"card.{name}"))
            continue
        direct, total, ratio = found.iloc[at][["direct", "total", "multiplier"]]
        rows[name] = (direct, total, ratio, _rank(found["total"], at))
    columns = ["direct", "total", "multiplier", "rank"]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    shown = pd.DataFrame(
        {
            say(f"card.{column}"): [number(v, 0 if column == "rank" else 4) for v in frame[column]]
            for column in columns
        },
        index=[say(f"card.{name}") for name in rows],
    )
    frame.index = pd.Index([ENGLISH(f"card.{name}") for name in rows])
    unit, n = _unit(table, say), int(table.active.sum())
    per = unit_of(table.meta.unit, say, one=True) or say("card.unit")
    after = [say("card.explained", unit=unit, per=per, n=n)]
    if lacking:
        after.append(say("card.lacking", names=", ".join(lacking)))
    return Part("multipliers", say("card.multipliers"), frame, shown, after=tuple(after))


def links(table: IOTable, at: int, say: Language = ENGLISH) -> Part:
    """All linkage indices, their ranks, and the class of the sector."""
    compared = linkages.compare(table)
    rows = {str(name): (compared[name].iloc[at], _rank(compared[name], at)) for name in compared}
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["value", "rank"])
    shown = pd.DataFrame(
        {
            say("card.value"): [number(v, 4) for v in frame["value"]],
            say("card.rank"): [number(v) for v in frame["rank"]],
            say("card.formula"): [
                say.said(compared.attrs["formula"][name]) for name in frame.index
            ],
        },
        index=[say.get(f"index.{name}", name.replace("_", " ")) for name in frame.index],
    )
    kind = kind_of(table, at)
    return Part(
        "linkages",
        say("card.linkages"),
        frame,
        shown,
        after=(say("card.class", name=say(f"class.{kind}"), note=say("card.note")),),
    )


def kind_of(table: IOTable, at: int) -> str:
    """The class of a sector by Rasmussen's two indices."""
    return str(linkages.key_sectors(table)["class"].iloc[at])


def peso(table: IOTable, outflow: leakage.Outflow, at: int, say: Language = ENGLISH) -> Part:
    """Where a peso of final demand ends, with income abroad placed under the default key."""
    code = show(table.accounts.keys[at])
    steps = leakage.waterfall(table, outflow, sector=code)
    after = [say(f"not_recorded.{rung}") for rung in steps.attrs["not_recorded"]]
    return _ladder(steps, [str(basis) for basis in steps["basis"]], after, say)


def peso_without(table: IOTable, at: int, why: str, say: Language = ENGLISH) -> Part:
    """Where a peso of final demand ends, on a table on which no income abroad can be placed."""
    steps = plain(table, at)
    return _ladder(steps, ["table"] * len(steps), [say("card.not_placed", why=why)], say)


def residents(
    table: IOTable, payments: BalanceOfPayments, at: int, say: Language = ENGLISH
) -> Part:
    """Income kept by residents under every reading, key and level."""
    frame = kept(table, payments, at).loc[list(READINGS), ["low", "central", "high"]]
    shown = frame.map(lambda value: cents(value, 1))
    shown.columns = pd.Index([say(f"card.{level}") for level in frame.columns])
    shown.index = by_reading(frame.index, say)
    beyond = excess(equity(table, payments, []), unit_of(table.meta.unit, say), say)
    return Part(
        "residents",
        say("card.residents"),
        frame,
        shown.rename_axis(say("card.foreign")),
        after=(say("card.no_census"), say("card.owned_net", excess=beyond)),
    )


def _ladder(steps: pd.DataFrame, basis: list[str], after: list[str], say: Language) -> Part:
    frame = steps[["amount", "direct", "indirect"]].assign(basis=basis)
    shown = pd.DataFrame(
        {
            say("card.cents"): [cents(v, 1) for v in frame["amount"]],
            say("card.itself"): [cents(v, 1) for v in frame["direct"]],
            say("card.suppliers"): [cents(v, 1) for v in frame["indirect"]],
            say("card.basis"): [basis_of(text, say) for text in basis],
        },
        index=[label(str(rung), say) for rung in frame.index],
    )
    sums = (cents(float(frame[column].sum()), 1) for column in ("amount", "direct", "indirect"))
    shown.loc[say("frame.total")] = [*sums, ""]
    return Part("peso", say("card.peso"), frame, shown, after=tuple(after))


def plain(table: IOTable, at: int) -> pd.DataFrame:
    """The peso by kind of primary input, for a table on which no income abroad can be placed."""
    kinds = [kind for kind in dict.fromkeys(table.inputs.kinds) if kind != "moved"]
    direct = {kind: table.per_unit(table.primary(kind)) for kind in kinds}
    rows = {kind: (float(table.L.T.solve(row)[at]), float(row[at])) for kind, row in direct.items()}
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["amount", "direct"])
    frame["indirect"] = frame["amount"] - frame["direct"]
    return frame.rename_axis("rung")


def _unit(table: IOTable, say: Language) -> str:
    return unit_of(table.meta.unit, say) if table.meta.unit else say("frame.unit")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _rank(values: pd.Series, at: int) -> float:
    """1 for the highest; sectors without a value are left out."""
    return float(values.rank(ascending=False, method="min").iloc[at])
