"""The answer to the source paper's question: how much of a peso of an industry's sales stays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from iomodel import catalog, closure, leakage, multipliers
from iomodel.accounts import show
from iomodel.bop import BalanceOfPayments
from iomodel.leakage import Outflow
from iomodel.meta import VALUE_ADDED
from iomodel.reproduction.evidence import ALL_INCOME, TODAY, payments_of, placed
from iomodel.table import IOTable

READINGS = ("recorded", "owned_net", "owned_gross")


@dataclass(frozen=True, eq=False)
class Answer:
    """Where a peso of one industry's sales ends, in one table; every part is a plain frame.

    `three`: produced here, accrues to residents, spent here again (rows), low, central and high
    (columns; low and high over all keys of ownership at all their levels, or over the two rules
    of respending).  `ladder`: `leakage.waterfall` under the default key.  `bands`: income kept by
    residents under each reading and key (rows) at low, central, high of the key.  `respending`:
    output and value added per peso, open and with households endogenous under two rules.
    `technology`: with and without the payments for technology.  `exporters`: value added if
    exporters import more of their inputs than their industry.  `payments`: what of the balance of
    payments was placed.  `cannot_say` and `assumptions` belong beside every figure.
    """

    sector: str
    name: str
    table: str
    title: str
    year: int
    three: pd.DataFrame
    ladder: pd.DataFrame
    bands: pd.DataFrame
    respending: pd.DataFrame
    technology: pd.DataFrame
    exporters: pd.DataFrame
    payments: pd.DataFrame
    cannot_say: tuple[str, ...]
    assumptions: tuple[str, ...]


def answer(sector: str, table: str = TODAY) -> Answer:
    """How much of a peso of an industry's sales stays in the country, three answers never mixed.

    Produced here: value added vL and GDP content (with product taxes).  Accrues to residents: GNI
    content under three readings, each with its band over the keys of ownership.  Spent here again:
    type II under two rules.  Units: pesos per peso of final demand at basic prices.

    LabelError for an unknown sector (with the nearest names), FileError for an unknown table,
    UnitError or MissingAccountError for one without balance of payments or key.

    >>> import iomodel as im
    >>> found = im.reproduction.answer("3361")
    >>> found.three.round(3).loc["produced: GDP content", "central"].item()
    0.584
    """
    loaded = catalog.load(table)
    at = loaded.accounts.position(sector)
    code = show(loaded.accounts.keys[at])
    payments = payments_of(loaded)
    outflow = placed(loaded, payments)
    found = leakage.content(loaded, outflow).iloc[at]
    bands = leakage.bands(loaded, payments).iloc[at].unstack("level").loc[list(READINGS)]
    respending = _respending(loaded, at)
    exporters = _exporters(loaded, at)
    return Answer(
        sector=code,
        name=loaded.accounts.names[at],
        table=table,
        title=loaded.meta.title,
        year=payments.year,
        three=_three(found, bands, respending),
        ladder=leakage.waterfall(loaded, outflow, sector=code),
        bands=bands[["low", "central", "high"]],
        respending=respending,
        technology=_technology(loaded, payments, at),
        exporters=exporters,
        payments=outflow.report,
        cannot_say=_cannot_say(loaded, payments, at, found, exporters, outflow),
        assumptions=(
            f"Table: {loaded.meta.source}",
            f"Income abroad: {payments.source}",
            *loaded.meta.assumptions,
            *outflow.notes,
        ),
    )


def _three(found: pd.Series, bands: pd.DataFrame, respending: pd.DataFrame) -> pd.DataFrame:
    rows = {
        "produced: value added": (found["gva"],) * 3,
        "produced: GDP content": (found["gdp"],) * 3,
    }
    for reading in READINGS:
        band = bands.loc[reading].to_numpy()
        rows[f"residents: {reading}"] = (band.min(), found[f"gni_{reading}"], band.max())
    again = respending.loc["value added"]
    rows["spent again: value added"] = (again["wages"], np.nan, again["wages_and_surplus"])
    return pd.DataFrame.from_dict(rows, orient="index", columns=["low", "central", "high"])


def _respending(table: IOTable, at: int) -> pd.DataFrame:
    """Output and value added per peso: open, wages endogenous, wages and all surplus endogenous."""
    rules = {
        "open": table,
        "wages": closure.households(table),
        "wages_and_surplus": closure.households(table, income=ALL_INCOME),
    }
    return pd.DataFrame(
        {
            rule: {
                "output": multipliers.output(model, over="industries").iloc[at],
                "value added": multipliers.value_added(model)["total"].iloc[at],
            }
            for rule, model in rules.items()
        }
    )


def _technology(table: IOTable, payments: BalanceOfPayments, at: int) -> pd.DataFrame:
    """Income of residents with technology among the imports, and taken out of the surplus."""
    rows = {}
    for name, treatment in (("in imports", "in_imports"), ("out of surplus", "from_surplus")):
        treated = payments.with_treatments({"technology": treatment})
        found = leakage.content(table, placed(table, treated)).iloc[at]
        rows[name] = found[["gva", "gni_recorded", "gni_owned_net", "net_foreign_exchange"]]
    return pd.DataFrame(rows).T


def _exporters(table: IOTable, at: int) -> pd.DataFrame:
    """Value added in a peso of exports if exporters import more than the average of their industry.

    Value added and product taxes per peso stay as they are, domestic inputs give way to imported
    ones in proportion; at most exporters buy all that the industry imports, m x / e.
    """
    value_added = table.per_unit(table.primary(*VALUE_ADDED))
    v, m = float(value_added[at]), float(table.per_unit(table.primary("imports"))[at])
    domestic = float(table.A.to_numpy()[:, at].sum())
    exports = float(table.arrays.Y[at, table.categories.of_kind("exports")].sum())
    most = m + domestic
    if exports > 0:
        most = min(most, m * float(table.arrays.x[at]) / exports)
    through = float(table.L.T.solve(value_added)[at]) - v
    rows = {}
    for name, imported in (
        ("like the industry", m),
        ("half way", (m + most) / 2),
        ("buy all its imports", most),
    ):
        kept = (m + domestic - imported) / domestic if domestic else 0.0
        rows[name] = (imported, imported / (m + domestic), v + kept * through)
    columns = ["imported_inputs", "share_of_inputs", "value_added"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def _cannot_say(
    table: IOTable,
    payments: BalanceOfPayments,
    at: int,
    found: pd.Series,
    exporters: pd.DataFrame,
    outflow: Outflow,
) -> tuple[str, ...]:
    charged = leakage.allocate(
        table, payments, key=leakage.default_key(table), public_enterprises=1.0
    )
    less = found["gni_recorded"] - leakage.content(table, charged)["gni_recorded"].iloc[at]
    public = sum(item.amount for item in payments.items if item.base == "public_enterprises")
    rest = float(outflow.unallocated.sum()) / payments.rate
    far = exporters.iloc[-1]
    return (
        "Firms inside an industry are not alike: exporters import more than the average, and no "
        f"table sets them apart. At most {100 * far['share_of_inputs']:.0f} % of their inputs can "
        "be imported (all that the industry imports); value added in a peso of their sales would "
        f"then be {far['value_added']:.3f}, not {found['gva']:.3f}.",
        "Transfer prices: what a company charges its own branches abroad moves surplus over the "
        "border before any table sees it.",
        "Mexican value added that comes back inside imports is counted as imported.",
        *(f"Not recorded: {rung.replace('_', ' ')}, {text}." for rung, text in _unfilled(outflow)),
        f"Interest of the public sector abroad ({public:,.0f} {payments.foreign_unit}) is paid by "
        "the government and by public enterprises, and the files do not say how much by which; it "
        "is left out. Charged to oil, refining and electricity in full, it would take "
        f"{100 * less:.1f} cents more.",
        f"Of income paid abroad {rest:,.0f} {payments.foreign_unit} are not itemised and stand on "
        "no sector.",
        "The key of ownership is not a census: a paper's words, estimates of the OECD, or one "
        "share for all. Levels low and high are those of the key, not of the result: what is "
        "recorded is fixed, so less on others can mean more on this industry.",
    )


def _unfilled(outflow: Outflow) -> list[tuple[str, str]]:
    return list(leakage.NOT_RECORDED.items())
