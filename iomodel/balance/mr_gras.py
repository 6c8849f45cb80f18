"""GRAS with known totals of blocks: regions trading with regions, sectors added up."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from iomodel.accounts import Accounts, Array, Labelled, as_code, numbers, show
from iomodel.arguments import typed
from iomodel.balance.gras import Lines, require_reached, result_of
from iomodel.balance.result import Balanced, require_steps
from iomodel.balance.sides import HALF, Sides, require_same_sum
from iomodel.balance.signed import reached
from iomodel.errors import BalanceError, LabelError, TableError

Groups: TypeAlias = Mapping[Hashable, str] | pd.Series
Blocks: TypeAlias = Mapping[tuple[str, str], float] | pd.Series | pd.DataFrame


@typed
def mr_gras(
    matrix: pd.DataFrame,
    rows: Labelled,
    columns: Labelled,
    blocks: Blocks,
    *,
    row_groups: Groups | None = None,
    column_groups: Groups | None = None,
    tolerance: float = 1e-10,
    max_iterations: int = 200,
) -> Balanced:
    """The nearest matrix whose rows, columns and known blocks add up to what they should.

    Trade between regions is often known in all where the trade of their industries is not.  Rows
    fall into groups and columns too; a block is where a group of rows g crosses one of columns h,
    and W_gh its total.  With Z0 = P - N split by sign, every cell is scaled by three multipliers,

        z_ij = p_ij r_i s_j t_gh - n_ij / (r_i s_j t_gh),

    the minimum of sum |z0| (a ln a - a), a = z / z0, with these totals; signs and zeros stay.
    Without blocks it is `gras`, and with nothing negative `ras`.

    `matrix` is m x n, `rows` and `columns` are totals in any order.  `row_groups` and
    `column_groups` map every label to its group (by default the region of a matrix labelled by
    region and sector).  `blocks` gives the totals that are known, by pair of groups or as a frame
    (all of them); blocks that it does not name are free.  Cost: 8 m n a turn; where 50 are not
    enough, Newton steps of (m + n + blocks)^3.

    Errors: LabelError for labels and groups that do not match; TableError for a row, column or
    block whose cells cannot have the sign of its total; BalanceError where rows and columns
    differ in sum, or where all blocks of a group are known and differ from its rows or columns;
    ConvergenceError (.iterations, .residual, the worst) where no matrix has these totals.

    >>> pairs = pd.MultiIndex.from_product([["north", "south"], ["farms", "shops"]])
    >>> Z0 = pd.DataFrame([[5.0, 3, 1, 1], [2, 6, 1, 1], [1, 1, 4, 2], [1, 1, 3, -1]], pairs, pairs)
    >>> totals = [12, 11, 9, 4], [10, 11, 10, 5]
    >>> done = mr_gras(Z0, *totals, {("north", "south"): 6.0})
    >>> round(float(done.frame.loc["north", "south"].to_numpy().sum()), 9)
    6.0

    Reference: Temursho, U., Oosterhaven, J. and Cardenete, M. A. (2021), A multi-regional
    generalized RAS updating technique, Spatial Economic Analysis.
    """
    require_steps(tolerance, max_iterations)
    sides = Sides.of(matrix)
    prior = np.ascontiguousarray(sides.array(matrix))
    u, v = sides.totals(rows, columns)
    require_same_sum(u, v, tolerance)
    of_rows, g = _groups(sides.rows, row_groups, "row_groups")
    of_columns, h = _groups(sides.columns, column_groups, "column_groups")
    known = _known(blocks, of_rows, of_columns)
    crossed = np.full((len(of_rows), len(of_columns)), -1, dtype=np.intp)
    for b, (row, column) in enumerate(known):
        crossed[of_rows.index(row), of_columns.index(column)] = b
    w = np.array(list(known.values()))
    named = [f"block '{row}' x '{column}'" for row, column in known]
    lines = Lines(sides, prior, u, v, w, (g, crossed[:, h]), named)
    _require_consistent(lines, of_rows, of_columns, h, tolerance)
    kept = lines.kept()
    problem = lines.problem(kept)
    run = reached(problem, tolerance, max_iterations)
    require_reached("MR-GRAS", lines, problem, run, tolerance)
    index = pd.MultiIndex.from_tuples(list(known), names=["rows", "columns"])
    return result_of(lines, kept, problem, run, index)


def _groups(
    accounts: Accounts, groups: Groups | None, what: str
) -> tuple[list[str], npt.NDArray[np.intp]]:
    """The groups in the order of the matrix, and that of every label."""
    if groups is None:
        if not accounts.regions:
            raise LabelError(
                f"The {accounts.axis} labels have no regions, so `{what}` has to say which belong "
                "together.",
                remedy="Map every label to its group.",
            )
        member: dict[int, str] = dict(enumerate(accounts.regions))
    else:
        member, faults = {}, []
        for label, group in groups.items():
            try:
                at = accounts.position(label if accounts.regions else as_code(label, accounts.axis))
            except LabelError as error:
                faults.append(f"unknown '{show(label)}'. {error.remedy}")
                continue
            if member.setdefault(at, str(group)) != str(group):
                faults.append(f"'{show(label)}' is mapped to {member[at]} and {group}")
        faults += [
            f"'{show(key)}' is not mapped" for i, key in enumerate(accounts.keys) if i not in member
        ]
        if faults:
            raise LabelError(
                f"`{what}` does not fit the {len(accounts)} labels: {len(faults)} faults.",
                faults,
                "Give each label exactly one group.",
            )
    named = list(dict.fromkeys(member[i] for i in range(len(accounts))))
    return named, np.array([named.index(member[i]) for i in range(len(accounts))], dtype=np.intp)


def _known(blocks: Blocks, rows: list[str], columns: list[str]) -> dict[tuple[str, str], float]:
    """The totals of blocks by pair of groups."""
    if isinstance(blocks, pd.DataFrame):
        blocks = blocks.stack()
    known: dict[tuple[str, str], float] = {}
    faults = []
    for pair, value in blocks.items():
        if not isinstance(pair, tuple) or len(pair) != 2:
            faults.append(f"{pair!r} is not a pair of groups")
            continue
        row, column = str(pair[0]), str(pair[1])
        faults += [f"'{row}' is no group of rows ({', '.join(rows)})"] * (row not in rows)
        faults += [f"'{column}' is no group of columns ({', '.join(columns)})"] * (
            column not in columns
        )
        faults += [f"'{row}' x '{column}' stands twice"] * ((row, column) in known)
        known[row, column] = float(numbers(value, f"The total of '{row}' x '{column}'"))
    if faults or not known:
        raise LabelError(
            f"`blocks` does not fit the groups: {len(faults)} faults, {len(known)} totals.",
            faults,
            "Give totals by pair of a group of rows and a group of columns; without any, use "
            "iomodel.balance.gras.",
        )
    endless = [
        f"'{a}' x '{b}': {value}" for (a, b), value in known.items() if not np.isfinite(value)
    ]
    if endless:
        raise TableError(
            f"{len(endless)} totals of blocks are not finite.",
            endless,
            "Leave out the blocks whose totals are not known.",
        )
    return known


def _require_consistent(
    lines: Lines,
    of_rows: list[str],
    of_columns: list[str],
    h: npt.NDArray[np.intp],
    tolerance: float,
) -> None:
    """Where all blocks with cells of a group are known, they must add up to its lines."""
    assert lines.groups is not None
    g, block = lines.groups[0], lines.block
    found, residual = [], 0.0
    for side, names, member, total, cells, at in (
        ("rows", of_rows, g, lines.u, lines.prior != 0, block),
        ("columns", of_columns, h, lines.v, (lines.prior != 0).T, block.T),
    ):
        for i, name in enumerate(names):
            inside = member == i
            touched: Array = np.unique(at[inside][cells[inside]])
            if len(touched) == 0 or touched[0] < 0:
                continue
            blocks, of_lines = float(lines.w[touched].sum()), float(total[inside].sum())
            size = float(np.abs(lines.w[touched]).sum() + np.abs(total[inside]).sum())
            if abs(blocks - of_lines) > HALF * tolerance * size:
                found.append(
                    f"{side} of '{name}': blocks {blocks:.12g}, {side} {of_lines:.12g}, a gap of "
                    f"{blocks - of_lines:.6g}"
                )
                residual = max(residual, abs(blocks - of_lines))
    if found:
        error = BalanceError(
            f"{len(found)} groups have blocks that do not add up to their lines.",
            found,
            "Reconcile the totals first (nothing was spread silently).",
        )
        error.residual = residual
        raise error
