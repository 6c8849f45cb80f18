"""Models side by side: open, type II and SAM, each without and with income paid abroad."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

import numpy as np
import pandas as pd

from iomodel import leakage, multipliers
from iomodel.accounts import Array
from iomodel.errors import MissingAccountError, UnitError
from iomodel.leakage import Outflow
from iomodel.sam import SAM, SAMModel
from iomodel.sam.kinds import ACTIVITY, FACTOR, INCOME_ABROAD, TAX
from iomodel.table import IOTable

EXOGENOUS = ("government", "saving-investment", "tax", "row")
COLUMNS = ["output", "gva", "gni"]
WITHOUT, MARGINAL, BENCHMARK = "without", "with, propensity held", "with, base year kept"


def models(
    sam: SAM, *, exogenous: Iterable[Hashable] = EXOGENOUS, account: str = "households"
) -> dict[str, SAMModel]:
    """The three models of one SAM: without income paid abroad, and with it in both experiments."""
    cut_as = list(exogenous)
    with_it = sam.cut(exogenous=cut_as)
    without = leakage.as_if_resident(sam, to=account).cut(exogenous=cut_as)
    return {
        WITHOUT: without,
        MARGINAL: leakage.held(with_it, without, account=account),
        BENCHMARK: with_it,
    }


def compare(
    sam: SAM,
    table: IOTable,
    outflow: Outflow,
    *,
    sectors: Sequence[str],
    exogenous: Iterable[Hashable] = EXOGENOUS,
) -> pd.DataFrame:
    """The six settings for some sectors: {open, type II, SAM} x {without, with income abroad}.

    Rows (sector, model, income abroad), columns `output` (of industries), `gva` and `gni` per unit
    of final demand.  Type II and SAM show the adjustment in both experiments: the propensity to
    consume held (what a change in repatriation does), and recalibrated so that the base year is
    reproduced.  In the open model income abroad changes national income only.  `table` and
    `outflow` speak of the economy of `sam`: the same year, sectors and income paid abroad.

    Cost: three factorisations and some twenty solves.
    Errors: MissingAccountError where a sector is not an activity of the SAM, UnitError where SAM
    and table are not of one year, unit and price.
    Reference: Cypher (2023), Revista de Economia Politica 43(1), 212-235, for the question; the
    models are those of `multipliers`, `leakage` and `SAM.cut`.
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
    circular = {name: _of_sam(model) for name, model in models(sam, exogenous=exogenous).items()}
    rows: dict[tuple[str, str, str], Array] = {}
    for code in codes:
        _require_activity(sam, code)
        of_sector = income.loc[code, ["gva", "gni_recorded"]].to_numpy(dtype=np.float64)
        opened, (gva, gni) = output[code], of_sector
        rows[code, "open", WITHOUT] = np.array([opened, gva, gva])
        rows[code, "open", "with"] = np.array([opened, gva, gni])
        for model, frames in (("type II", respent), ("SAM", circular)):
            for name, found in frames.items():
                rows[code, model, name] = found.loc[code, COLUMNS].to_numpy(dtype=np.float64)
    frame = pd.DataFrame(list(rows.values()), columns=COLUMNS)
    frame.index = pd.MultiIndex.from_tuples(rows, names=["sector", "model", "income abroad"])
    return frame


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


def _of_sam(model: SAMModel) -> pd.DataFrame:
    """Output, value added and national income of residents per unit injected into each activity."""
    at = model.of_kind(ACTIVITY)
    output = np.zeros(len(model.accounts))
    output[at] = 1.0
    made = _value_added(model)
    abroad = model.leaks[model.outside.of_kind(INCOME_ABROAD)].sum(axis=0)
    abroad = abroad + model.propensities[model.of_kind(INCOME_ABROAD)].sum(axis=0)
    through = model.L.T.solve(np.column_stack([output, made, abroad]))[at]
    frame = pd.DataFrame(
        {"output": through[:, 0], "gva": through[:, 1], "gni": through[:, 1] - through[:, 2]},
        index=model.accounts.take(at).index,
    )
    return frame


def _value_added(model: SAMModel) -> Array:
    """Value added per unit of each activity: what it pays factors and taxes on production.

    Taxes on products are the accounts of kind tax that say so in their code.
    """
    shares = np.vstack([model.propensities, model.leaks])
    accounts = zip(
        model.accounts.kinds + model.outside.kinds,
        model.accounts.codes + model.outside.codes,
        strict=True,
    )
    made = [
        i
        for i, (kind, code) in enumerate(accounts)
        if kind == FACTOR or (kind == TAX and "products" not in code)
    ]
    row = np.zeros(len(model.accounts))
    at = model.of_kind(ACTIVITY)
    row[at] = shares[np.ix_(made, at)].sum(axis=0)
    return row


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
    return frame.sort_index(level=["sector", "over"], sort_remaining=False)


def outflow_of(sam: SAM, table: IOTable) -> dict[str, float]:
    """Income paid abroad of the SAM by payer, in its unit: what `table`'s outflow has to match."""
    out = sam.accounts.of_kind(INCOME_ABROAD)
    paid = sam.array[out].sum(axis=0)
    return {
        code: float(amount)
        for code, amount in zip(sam.accounts.codes, paid, strict=True)
        if amount and code not in table.accounts.codes
    }
