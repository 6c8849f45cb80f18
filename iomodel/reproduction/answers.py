"""The answer to the source paper's question: how much of a peso of an industry's sales stays."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from iomodel import catalog, leakage, multipliers
from iomodel.accounts import show
from iomodel.arguments import typed
from iomodel.bop import BalanceOfPayments
from iomodel.display import as_html, as_text
from iomodel.leakage import Outflow
from iomodel.meta import VALUE_ADDED
from iomodel.reproduction.equity import equity
from iomodel.reproduction.facts import ALL_INCOME, TODAY, kept, payments_of, placed
from iomodel.table import IOTable

ALL_IMPORTED, ALL_IMPORTS = "import all their inputs", "buy all that the industry imports"
LIMITS = {ALL_IMPORTED: "all of them", ALL_IMPORTS: "all that the industry imports"}
READINGS = ("recorded", "owned_net", "owned_gross")


@dataclass(frozen=True, eq=False, repr=False)
class Answer:
    """Where a peso of one industry's sales ends, in one table; every part is a plain frame.

    GDP and GNI are at market prices: taxes on products are counted with what stays.

    `three`: produced here, accrues to residents, spent here again (rows), low, central and high
    (columns; low and high over all keys of ownership at all their levels, or the marginal and the
    benchmark-consistent rule of respending).  `ladder`: `leakage.waterfall` under the default key.
    `bands`: GNI content under each reading and key (rows) at low, central, high of the key.
    `ownership`: what each key implies for the country (see `equity`).  `respending`: output, value
    added, GDP and GNI per peso, open and with wages or all income spent again.  `technology`: with
    and without the payments for technology.  `exporters`: value added if exporters import more of
    their inputs than their industry.  `payments`: what of the balance of payments was placed.
    `cannot_say` and `assumptions` belong beside every figure.
    """

    sector: str
    name: str
    table: str
    title: str
    year: int
    unit: str
    three: pd.DataFrame
    ladder: pd.DataFrame
    bands: pd.DataFrame
    ownership: pd.DataFrame
    respending: pd.DataFrame
    technology: pd.DataFrame
    exporters: pd.DataFrame
    payments: pd.DataFrame
    cannot_say: tuple[str, ...]
    assumptions: tuple[str, ...]

    __repr__, _repr_html_ = as_text, as_html


@typed
def answer(sector: Hashable, table: str = TODAY) -> Answer:
    """How much of a peso of an industry's sales stays in the country, three answers never mixed.

    Produced here: value added vL and GDP content (with product taxes).  Accrues to residents: GNI
    content under three readings, each with its band over the keys of ownership.  Spent here again:
    GNI content with wages, or all income but what is recorded as leaving, spent again.  Units:
    pesos per peso of final demand at basic prices.

    LabelError for an unknown sector (with the nearest names), FileError for an unknown table,
    UnitError or MissingAccountError for one without balance of payments or key.

    >>> import iomodel as im
    >>> found = im.reproduction.answer("3361")
    >>> found.three.round(3).loc["produced: GDP content", "central"].item()
    0.584
    """
    return answer_of(catalog.load(table), sector, name=table)


def answer_of(loaded: IOTable, sector: Hashable, *, name: str = "") -> Answer:
    """`answer` for a table at hand; `name` is what it is called, else its title."""
    at = loaded.accounts.position(sector)
    code = show(loaded.accounts.keys[at])
    payments = payments_of(loaded)
    outflow = placed(loaded, payments)
    found = leakage.content(loaded, outflow).iloc[at]
    bands = kept(loaded, payments, at).loc[list(READINGS)]
    respending = _respending(loaded, outflow, found, at)
    exporters = _exporters(loaded, at)
    licensing = catalog.load_roles(loaded.meta.country).licensing
    return Answer(
        sector=code,
        name=loaded.accounts.names[at],
        table=name or loaded.meta.title,
        title=loaded.meta.title,
        year=payments.year,
        unit=loaded.meta.unit or "units of the table",
        three=_three(found, bands, respending),
        ladder=leakage.waterfall(loaded, outflow, sector=code),
        bands=bands[["low", "central", "high"]],
        ownership=equity(loaded, payments, [code]),
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
            "Payments for technology, where they are taken out of the surplus (part 5), leave that "
            f"of the licensing industry {licensing} first, then that of its users in "
            "proportion to what they buy from it.",
        ),
    )


def _three(found: pd.Series, bands: pd.DataFrame, respending: pd.DataFrame) -> pd.DataFrame:
    rows = {
        "produced: value added": (found["gva"],) * 3,
        "produced: GDP content": (found["gdp"],) * 3,
    }
    for reading in READINGS:
        band = bands.loc[reading].to_numpy()
        central = found[f"gni_{reading}"] + found["product_taxes"]
        rows[f"residents: {reading}"] = (band.min(), central, band.max())
    again = respending.loc["GNI"]
    rows["spent again: wages"] = (again["wages"],) * 3
    rows["spent again: all income"] = (again["all_marginal"], np.nan, again["all_benchmark"])
    return pd.DataFrame.from_dict(rows, orient="index", columns=["low", "central", "high"])


def _respending(table: IOTable, outflow: Outflow, found: pd.Series, at: int) -> pd.DataFrame:
    """Per peso of one sector's final demand, open and with income spent again, by closed forms.

    Wages: out of which nothing is recorded as leaving (`leakage.type_ii_marginal` with wages).
    All income: all of it spent (`leakage.type_ii`), what is recorded as leaving not spent, as the
    effect of a change (marginal) or with spending scaled to what was consumed (benchmark).  GNI is
    empty where income that left is spent here as well.
    """
    output = float(multipliers.output(table).iloc[at])
    gni = found["gni_recorded"] + found["product_taxes"]
    columns: dict[str, object] = {"open": [output, found["gva"], found["gdp"], gni]}
    rules = {
        "wages": leakage.type_ii_marginal(table, outflow, income=("compensation",)),
        "all": leakage.type_ii(table, income=ALL_INCOME),
        "all_marginal": leakage.type_ii_marginal(table, outflow, income=ALL_INCOME),
        "all_benchmark": leakage.type_ii_benchmark(table, outflow, income=ALL_INCOME),
    }
    for rule, multiplied in rules.items():
        columns[rule] = multiplied[["output", "gva", "gdp", "gni"]].iloc[at].to_list()
    frame = pd.DataFrame(columns, index=["output", "value added", "GDP", "GNI"])
    frame.loc["GNI", "all"] = np.nan
    return frame


def _technology(table: IOTable, payments: BalanceOfPayments, at: int) -> pd.DataFrame:
    """GDP and GNI with technology among the imports, and taken out of the surplus.

    Charges for intellectual property are imports of services: where the table hides them in the
    surplus they come off GDP as well.
    """
    rows = {}
    for name, treatment in (("in imports", "in_imports"), ("out of surplus", "from_surplus")):
        outflow = placed(table, payments.with_treatments({"technology": treatment}))
        found = leakage.content(table, outflow).iloc[at]
        paid = table.per_unit(outflow.flows["technology"].to_numpy())
        rows[name] = {
            "gdp": found["gdp"] - float(table.L.T.solve(paid)[at]),
            "gni_recorded": found["gni_recorded"] + found["product_taxes"],
            "gni_owned_net": found["gni_owned_net"] + found["product_taxes"],
            "net_foreign_exchange": found["net_foreign_exchange"],
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _exporters(table: IOTable, at: int) -> pd.DataFrame:
    """Value added in a peso of exports if exporters import more than the average of their industry.

    A conditional scenario: own value added, product taxes and all inputs per peso stay as in the
    industry, domestic inputs give way to imported ones in proportion.  The last row is the limit
    that binds: exporters buy all that the industry imports, m x / e, or import all their inputs.
    """
    value_added = table.per_unit(table.primary(*VALUE_ADDED))
    v, m = float(value_added[at]), float(table.per_unit(table.primary("imports"))[at])
    domestic = float(table.A.to_numpy()[:, at].sum())
    exports = float(table.arrays.Y[at, table.categories.of_kind("exports")].sum())
    most, limit = m + domestic, ALL_IMPORTED
    if exports > 0 and m * float(table.arrays.x[at]) < most * exports:
        most, limit = m * float(table.arrays.x[at]) / exports, ALL_IMPORTS
    through = float(table.L.T.solve(value_added)[at]) - v
    rows = {}
    for name, imported in (
        ("like the industry", m),
        ("half way", (m + most) / 2),
        (limit, most),
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
        f"table sets them apart. With own value added and all inputs per peso as in the industry, "
        f"at most {100 * far['share_of_inputs']:.0f} % of their inputs can be imported "
        f"({LIMITS[str(far.name)]}); value added in a peso of their sales would then be "
        f"{far['value_added']:.3f}, not {found['gva']:.3f}.",
        "Transfer prices: what a company charges its own branches abroad moves surplus over the "
        "border before any table sees it.",
        "Mexican value added that comes back inside imports is counted as imported.",
        *(
            f"Not recorded: {rung.replace('_', ' ')}, {text}."
            for rung, text in leakage.NOT_RECORDED.items()
        ),
        f"Interest of the public sector abroad ({public:,.0f} {payments.foreign_unit}) is paid by "
        "the government and by public enterprises, and the files do not say how much by which; it "
        "is left out. Charged to oil, refining and electricity in full, it would take "
        f"{100 * less:.1f} cents more.",
        f"Of income paid abroad {rest:,.0f} {payments.foreign_unit} are not itemised and stand on "
        "no sector.",
        "Income that residents receive from abroad is not counted: it belongs to no industry here.",
        "The key of ownership is not a census: a paper's words, estimates of the OECD, or one "
        "share for all. Levels low and high are those of the key, not of the result: the national "
        "total recorded is fixed, so less on others can mean more on this industry.",
    )
