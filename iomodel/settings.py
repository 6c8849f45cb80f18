"""Models side by side: open, type II and SAM, each without and with income paid abroad."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

import numpy as np
import pandas as pd

from iomodel import leakage, multipliers
from iomodel.about import about
from iomodel.accounts import Array
from iomodel.arguments import typed
from iomodel.errors import MissingAccountError, UnitError
from iomodel.leakage import Outflow
from iomodel.multipliers.accounting import PYATT_ROUND
from iomodel.sam import SAM, SAMModel
from iomodel.sam.kinds import ACTIVITY, FACTOR, INCOME_ABROAD, TAX
from iomodel.table import IOTable

EXOGENOUS = ("government", "saving-investment", "tax", "row")
CYPHER = "Cypher (2023), Revista de Economia Politica 43(1), 212-235"
COLUMNS = ["output", "gva", "gdp", "gni"]
WITHOUT, MARGINAL, BENCHMARK = "without", "with, propensity held", "with, base year kept"


@typed
def models(
    sam: SAM,
    *,
    exogenous: Iterable[Hashable] = EXOGENOUS,
    account: Hashable = "households",
    resident: SAM | None = None,
) -> dict[str, SAMModel]:
    """The three models of one SAM: without income paid abroad, and with it in both experiments.

    `account` is the one whose propensities are held or recalibrated.  Without it all income is
    that of residents: `leakage.as_if_resident` of the SAM, or `resident` where another SAM with
    the same accounts says better who would have received it.

    >>> import iomodel as im
    >>> sam = im.load_sam("mexico-2013-21")
    >>> list(im.settings.models(sam))
    ['without', 'with, propensity held', 'with, base year kept']
    """
    cut_as = list(exogenous)
    with_it = sam.cut(exogenous=cut_as)
    home = leakage.as_if_resident(sam) if resident is None else resident
    without = home.cut(exogenous=cut_as)
    return {
        WITHOUT: without,
        MARGINAL: leakage.held(with_it, without, account=account),
        BENCHMARK: with_it,
    }


@typed
def compare(
    sam: SAM,
    table: IOTable,
    outflow: Outflow,
    *,
    sectors: Sequence[str],
    exogenous: Iterable[Hashable] = EXOGENOUS,
) -> pd.DataFrame:
    """The six settings for some sectors: {open, type II, SAM} x {without, with income abroad}.

    Rows (sector, model, income abroad), columns per unit of final demand: `output` of industries,
    `gva` at basic prices, `gdp` with all taxes on products (those on what income buys too), `gni`
    the GDP less income paid abroad.

    Type II and SAM show the adjustment in both experiments: the propensity to consume held (what a
    change in repatriation does), and recalibrated so that the base year is reproduced.  In the
    open model income abroad changes national income only.  `table` and `outflow` speak of the
    economy of `sam`: the same year, sectors and income paid abroad.

    Cost: three factorisations and some twenty solves.
    Errors: MissingAccountError where a sector is not an activity of the SAM, UnitError where SAM
    and table are not of one year, unit and price.
    Reference: Cypher (2023), Revista de Economia Politica 43(1), 212-235, for the question; the
    models are those of `multipliers`, `leakage` and `SAM.cut`.

    >>> import iomodel as im
    >>> sam, table = im.load_sam("mexico-2013"), im.load("mexico-projected-2013")
    >>> outflow = im.leakage.allocate(
    ...     table, im.series.payments(2013), key=im.leakage.default_key(table)
    ... )
    >>> im.settings.compare(sam, table, outflow, sectors=["3361"]).shape
    (8, 4)
    """
    _require_same(sam, table)
    codes = [table.accounts.codes[table.accounts.position(sector)] for sector in sectors]
    income = leakage.content(table, outflow)
    output = multipliers.output(table)
    respent = {
        WITHOUT: leakage.type_ii(table),
        MARGINAL: leakage.type_ii_marginal(table, outflow),
        BENCHMARK: leakage.type_ii_benchmark(table, outflow),
    }
    circular = {name: content(model) for name, model in models(sam, exogenous=exogenous).items()}
    rows: dict[tuple[str, str, str], Array] = {}
    for code in codes:
        _require_activity(sam, code)
        columns = ["gva", "gdp", "gni_recorded", "product_taxes"]
        gva, gdp, kept, taxes = income.loc[code, columns].to_numpy(dtype=np.float64)
        rows[code, "open", WITHOUT] = np.array([output[code], gva, gdp, gdp])
        rows[code, "open", "with"] = np.array([output[code], gva, gdp, kept + taxes])
        for model, frames in (("type II", respent), ("SAM", circular)):
            for name, found in frames.items():
                rows[code, model, name] = found.loc[code, COLUMNS].to_numpy(dtype=np.float64)
    frame = pd.DataFrame(list(rows.values()), columns=COLUMNS)
    frame.index = pd.MultiIndex.from_tuples(rows, names=["sector", "model", "income abroad"])
    return about(
        frame,
        name="multipliers under six settings",
        unit="unit per unit of final demand",
        formula="open: m, vL; type II: kappa; SAM: M_a; each without and with income abroad",
        reference=CYPHER,
    )


def _require_same(sam: SAM, table: IOTable) -> None:
    """Raise where both say of what year and unit they are, and say different things."""
    differ = [
        f"{what}: SAM {of_sam}, table {of_table}"
        for what in ("year", "unit", "prices")
        if (of_sam := getattr(sam.meta, what)) and (of_table := getattr(table.meta, what))
        if of_sam != of_table
    ]
    if differ:
        raise UnitError(
            f"'{sam.meta.title}' and '{table.meta.title}' speak of different things.",
            differ,
            "Take the table that the SAM was built from.",
        )


def _require_activity(sam: SAM, code: str) -> None:
    if code not in [sam.accounts.codes[i] for i in sam.accounts.of_kind(ACTIVITY)]:
        raise MissingAccountError(
            f"'{sam.meta.title}' has no activity '{code}'.",
            remedy="Take a SAM and a table with the same industries.",
        )


@typed
def content(model: SAMModel) -> pd.DataFrame:
    """What one more unit injected into each activity of a SAM brings: output, GVA, GDP and GNI.

    Columns as in `compare`, per unit: `output` of activities, `gva` what factors and taxes on
    production receive from them, `gdp` with all taxes on products, `gni` the GDP less what is paid
    to accounts of kind row-income.

    Cost: one solve with four right sides.
    Reference: Pyatt and Round (1979), Economic Journal 89(356), 850-873, for M_a.

    >>> import iomodel as im
    >>> sam = im.load_sam("mexico-2013-21")
    >>> model = sam.cut(exogenous=["government", "saving-investment", "tax", "row"])
    >>> im.settings.content(model).loc["3361"].round(4).to_dict()
    {'output': 2.3087, 'gva': 0.9166, 'gdp': 0.9462, 'gni': 0.8609}
    """
    at = model.of_kind(ACTIVITY)
    output = np.zeros(len(model.accounts))
    output[at] = 1.0
    abroad = model.leaks[model.outside.of_kind(INCOME_ABROAD)].sum(axis=0)
    abroad = abroad + model.propensities[model.of_kind(INCOME_ABROAD)].sum(axis=0)
    made, taxes = _value_added(model)
    sums = model.L.T.solve(np.column_stack([output, made, taxes, abroad]))[at]
    gdp = sums[:, 1] + sums[:, 2]
    found = np.column_stack([sums[:, :2], gdp, gdp - sums[:, 3]])
    return about(
        pd.DataFrame(found, index=model.accounts.take(at).index, columns=COLUMNS),
        name="output, value added, product and national income of a SAM",
        unit="unit per unit injected",
        formula="column sums of M_a by receiving row",
        reference=PYATT_ROUND,
    )


def _value_added(model: SAMModel) -> tuple[Array, Array]:
    """What activities pay factors and taxes on production, and what all pay taxes on products.

    Per unit of each account; taxes on products are the accounts of kind tax that say so in their
    code.
    """
    shares = np.vstack([model.propensities, model.leaks])
    kinds = model.accounts.kinds + model.outside.kinds
    codes = model.accounts.codes + model.outside.codes
    on_products = [k == TAX and "products" in c for k, c in zip(kinds, codes, strict=True)]
    made = [
        i for i, kind in enumerate(kinds) if kind == FACTOR or (kind == TAX and not on_products[i])
    ]
    row = np.zeros(len(model.accounts))
    at = model.of_kind(ACTIVITY)
    row[at] = shares[np.ix_(made, at)].sum(axis=0)
    taxes: Array = shares[on_products].sum(axis=0)
    taxes[model.of_kind(TAX)] = 0.0
    return row, taxes


@typed
def independence(
    sam: SAM, *, sectors: Sequence[str], exogenous: Iterable[Hashable] = EXOGENOUS
) -> pd.DataFrame:
    """Is a sector more independent once the outflows are counted?

    Both linkage indices under {production block, all endogenous accounts} x {without, with}, with
    the class (independent: both below one).  Rows (sector, over, income abroad).  The comparison
    is between indices with mean one: where all sectors lose alike, none changes.

    Cost: as `compare`.
    Reference: Rasmussen, P. N. (1956), Studies in Inter-Sectoral Relations, on M_a; the question
    is Cypher's (2023).

    >>> import iomodel as im
    >>> sam = im.load_sam("mexico-2013-21")
    >>> found = im.settings.independence(sam, sectors=["3361"])
    >>> found["backward"].round(3).head(2).tolist()    # without and with income abroad
    [0.771, 0.728]
    """
    rows = {}
    for name, model in models(sam, exogenous=exogenous).items():
        for over, accounts in (("production block", [ACTIVITY]), ("all endogenous", None)):
            found = multipliers.key_accounts(model, over=accounts)
            for sector in sectors:
                _require_activity(sam, sector)
                rows[sector, over, name] = found.loc[sector]
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.index = pd.MultiIndex.from_tuples(rows, names=["sector", "over", "income abroad"])
    return about(
        frame.sort_index(level=["sector", "over"], sort_remaining=False),
        name="linkages of accounts under income abroad",
        unit="ratio to the average account",
        formula="BL_j = n sum_i m_ij / sum M; FL_i = n sum_j m_ij / sum M",
        reference=f"Rasmussen, P. N. (1956), Studies in Inter-Sectoral Relations; {CYPHER}",
    )


@typed
def outflow_of(sam: SAM, table: IOTable) -> dict[str, float]:
    """Income paid abroad of the SAM by payer, in its unit: what `table`'s outflow has to match.

    >>> import iomodel as im
    >>> sam, table = im.load_sam("mexico-2013"), im.load("mexico-projected-2013")
    >>> {k: round(v) for k, v in im.settings.outflow_of(sam, table).items()}
    {'capital-foreign': 268435, 'government': 205587, 'redistribution': 140904}
    """
    out = sam.accounts.of_kind(INCOME_ABROAD)
    paid = sam.array[out].sum(axis=0)
    return {
        code: float(amount)
        for code, amount in zip(sam.accounts.codes, paid, strict=True)
        if amount and code not in table.accounts.codes
    }
