"""Two tables of one year: `two_mexicos()` splits the gap between what they say of an industry."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from iomodel import catalog
from iomodel.accounts import Array
from iomodel.arguments import typed
from iomodel.errors import LabelError
from iomodel.meta import VALUE_ADDED
from iomodel.table import IOTable

OBSERVED, PROJECTED = "mexico-2018", "mexico-projected-2018"
PARTS = ("own_coefficient", "suppliers_coefficients", "own_inputs", "suppliers_inputs")
KINDS: dict[str, tuple[str, ...]] = {
    "imports": ("imports",),
    "value added": VALUE_ADDED,
    "product taxes": ("product_taxes",),
}


@typed
def two_mexicos(sectors: Sequence[str] = ("3361", "3363")) -> pd.DataFrame:
    """What the two tables of 2018 say of an industry, and the gap split so that it adds up.

    The observed table (base 2018, imports recorded by buyer) and the one projected from 2013
    (prices of 2013, imports by share of each product) differ; with c a row of coefficients

        c1 L1 - c0 L0 = (c1 - c0)(L0 + L1)/2 + (c0 + c1)/2 (L1 - L0)

    and L1 - L0 = (L1 dA L0 + L0 dA L1)/2, so that gap = own_coefficient (what the industry itself
    buys of c) + suppliers_coefficients (what the others buy of c) + own_inputs (its column of A)
    + suppliers_inputs (all other columns), exactly.  The gaps of imports, value added and product
    taxes add up to zero, direct, through suppliers and in all.  `rank_correlation` is Spearman's
    over all industries.  Index (sector, measure); columns the two tables, gap (projected less
    observed), its four parts, rank_correlation.

    LabelError for an unknown sector.  Cost: two dense inverses.

    >>> import iomodel as im
    >>> rows = im.reproduction.two_mexicos().loc["3361"]
    >>> rows.loc["output multiplier", ["mexico-2018", "gap"]].round(4).to_dict()
    {'mexico-2018': 1.5026, 'gap': 0.0738}

    Reference: the polar average is that of Dietzenbacher, E. and Los, B. (1998), Economic Systems
    Research 10(4), 307-324, for two determinants.
    """
    tables = (catalog.load(OBSERVED), catalog.load(PROJECTED))
    if tables[0].accounts.codes != tables[1].accounts.codes:
        raise LabelError(
            "The two tables of 2018 have other industries.",
            remedy="Add both up to the same industries first.",
        )
    at = tables[0].accounts.positions(sectors)
    codes = [tables[0].accounts.codes[j] for j in at]
    blocks = []
    for measure, kinds in KINDS.items():
        blocks += _content(measure, [_row(table, kinds) for table in tables], tables, at)
    inputs = [table.A.to_numpy().sum(axis=0) for table in tables]
    blocks.append(_frame("domestic inputs", inputs, _alone(inputs, at, "own_inputs"), at))
    ones = [np.ones(len(table.accounts)) for table in tables]
    output = [table.L.T.solve(row) for table, row in zip(tables, ones, strict=True)]
    blocks.append(_frame("output multiplier", output, _parts(ones, tables, at), at))
    frame = pd.concat(blocks)
    frame["sector"] = [codes[at.index(j)] for j in frame.pop("at")]
    frame = frame.set_index(["sector", "measure"])
    measures = list(dict.fromkeys(frame.index.get_level_values("measure")))
    return frame.loc[[(code, measure) for code in codes for measure in measures]]


def _row(table: IOTable, kinds: tuple[str, ...]) -> Array:
    return table.per_unit(table.primary(*kinds))


def _content(
    measure: str, c: list[Array], tables: tuple[IOTable, IOTable], at: list[int]
) -> list[pd.DataFrame]:
    """Direct, through suppliers and in all, for one row of coefficients of each table."""
    totals = [table.L.T.solve(row) for table, row in zip(tables, c, strict=True)]
    through = [total - row for total, row in zip(totals, c, strict=True)]
    parts = _parts(c, tables, at)
    direct = _alone(c, at, "own_coefficient")
    return [
        _frame(f"{measure}, direct", c, direct, at),
        _frame(f"{measure}, suppliers", through, parts - direct, at),
        _frame(f"{measure}, in all", totals, parts, at),
    ]


def _alone(values: list[Array], at: list[int], part: str) -> Array:
    """A gap that is one part and nothing else."""
    found = np.zeros((len(at), len(PARTS)))
    found[:, PARTS.index(part)] = (values[1] - values[0])[at]
    return found


def _parts(c: list[Array], tables: tuple[IOTable, IOTable], at: list[int]) -> Array:
    """The four parts of c1 L1 - c0 L0 for some columns."""
    L = [table.L.to_array() for table in tables]
    dA = tables[1].A.to_numpy() - tables[0].A.to_numpy()
    change, mean = c[1] - c[0], (c[0] + c[1]) / 2
    found = np.zeros((len(at), len(PARTS)))
    for i, j in enumerate(at):
        average = (L[0][:, j] + L[1][:, j]) / 2
        own = change[j] * average[j]
        recipe = mean @ (L[1] @ dA[:, j] * L[0][j, j] + L[0] @ dA[:, j] * L[1][j, j]) / 2
        found[i] = (
            own,
            change @ average - own,
            recipe,
            mean @ (L[1][:, j] - L[0][:, j]) - recipe,
        )
    return found


def _frame(measure: str, values: list[Array], parts: Array, at: list[int]) -> pd.DataFrame:
    frame = pd.DataFrame({OBSERVED: values[0][at], PROJECTED: values[1][at]})
    frame["gap"] = frame[PROJECTED] - frame[OBSERVED]
    frame[list(PARTS)] = parts
    frame["rank_correlation"] = _ranks(values[0]) @ _ranks(values[1])
    return frame.assign(measure=measure, at=at)


def _ranks(values: Array) -> Array:
    """Ranks with mean zero and length one, so that a product is a correlation."""
    ranks = pd.Series(values).rank().to_numpy()
    centred = ranks - ranks.mean()
    unit: Array = centred / np.linalg.norm(centred)
    return unit
