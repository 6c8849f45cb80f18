"""INEGI's symmetric input-output tables: the 2018 tabulado, the projected tables, the open data."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from iomodel.accounts import Accounts, Array
from iomodel.arguments import typed
from iomodel.errors import BalanceError, CellError, TableError
from iomodel.identities import tolerance
from iomodel.meta import Blocks, Meta, Origin
from iomodel.readers.cells import Grid, formulas, pick, read_grids, with_notes
from iomodel.readers.figures import bad_cells
from iomodel.readers.files import open_source
from iomodel.readers.inegi_codes import IMPORTED_USES, TOTAL_USES, Line
from iomodel.readers.inegi_layout import Layout, looks_like_table, survey
from iomodel.readers.inegi_meta import describe, find_origin, metadata
from iomodel.readers.inegi_totals import (
    Body,
    doubtful_blanks,
    is_vouched,
    read_body,
    stated_error,
    stated_gaps,
)
from iomodel.storage import prefixed
from iomodel.table import IOTable


@typed
def read_inegi(
    path: str | os.PathLike[str],
    *,
    origin: Origin | None = None,
    sheet: str | None = None,
    missing: Mapping[str, float] | None = None,
) -> IOTable:
    """A checked table from an official file of INEGI, of 2018, projected 2003-2018, or open data.

    The layout is recognised by codes and roles.  Z is n x n, V and W hold imports, product taxes,
    compensation, production taxes and surplus (and, for 2018, direct purchases abroad and the
    reclassified tourists' purchases); sums are not kept but held against their parts.  Projected
    tables hold total transactions, with imports as a negative column of final demand.

    `origin` says which flows are needed ("domestic" or "total") and raises where the file holds
    the others; `sheet` chooses where several fit; `missing` says which texts count as which
    number (`{"n.d.": 0}`).  Everything that was decided stands in `table.meta.history`.

    Raises FileError, LayoutError, CellError, LabelError, BalanceError, UnitError, each with file,
    sheet, cell and what to do.  Nothing is repaired.
    """
    grids = read_grids(open_source(path))
    layout = survey(choose(grids, sheet))
    return build(layout, metadata(grids), origin, missing)


def choose(grids: Sequence[Grid], sheet: str | None) -> Grid:
    """The sheet with the table: the one named, or the only visible one that has sector labels."""
    if sheet is not None:
        return pick(grids, sheet)
    visible = [grid for grid in grids if not grid.hidden] or list(grids)
    fits = [grid for grid in visible if looks_like_table(grid)]
    if len(fits) > 1:
        raise fits[0].refusal(
            f"{len(fits)} sheets hold a table: {', '.join(grid.sheet for grid in fits)}",
            "Choose one with sheet=.",
        )
    if not fits and not any(len(row) for grid in visible for row in grid.rows):
        raise visible[0].refusal("the sheet is empty", "Look for the table in another file.")
    hidden = [grid.sheet for grid in grids if grid.hidden and looks_like_table(grid)]
    chosen = fits[0] if fits else visible[0]
    return with_notes(chosen, *(f"hidden sheet '{name}' not read" for name in hidden))


def build(
    layout: Layout,
    beside: Mapping[str, str],
    origin: Origin | None,
    missing: Mapping[str, float] | None,
) -> IOTable:
    """The table of a layout, with its identities and every stated sum checked."""
    _refuse_not_flows(layout)
    found, how = find_origin(layout, origin)
    body = read_body(layout, missing)
    meta = describe(layout, beside, found, body.precision)
    blanks = doubtful_blanks(body)
    _refuse_negative(body)
    try:
        table, x = _assemble(body, meta)
        balance: BalanceError | None = None
        try:
            table.require_balanced()
        except BalanceError as error:
            balance = error
    except TableError as error:
        raise prefixed(error, layout.grid.name) from error
    gaps = stated_gaps(body, x)
    wrong = stated_error(body, gaps) if gaps else balance
    unknown = blanks if wrong else [cell for cell in blanks if not is_vouched(body, *cell)]
    if unknown:
        raise _blank_error(body, unknown) from wrong
    if gaps and wrong:
        raise wrong from balance
    if balance:
        raise prefixed(balance, layout.grid.name)
    history = [f"read from {layout.grid.name}", how, *table.meta.history, *layout.notes]
    history += [*body.numbers.notes, *_what_was_left_out(body, blanks)]
    return replace(table, meta=replace(table.meta, history=tuple(history)))


def _assemble(body: Body, meta: Meta) -> tuple[IOTable, Array]:
    layout = body.layout
    sectors, across = layout.rows_of("sector"), layout.columns_of("sector")
    demand, primary = layout.columns_of("demand"), layout.rows_of("primary")
    satellites = layout.rows_of("satellite")
    z, y = body.values(sectors, across), body.values(sectors, demand)
    w = body.values(primary, demand)
    x, note = _output(body, z.sum(1) + y.sum(1))
    meta = meta.but(note)
    categories = _accounts(demand, "category")
    if layout.total(TOTAL_USES[1]) and "imports" not in categories.kinds:
        bought = x - z.sum(1) - y.sum(1)
        y, w = np.column_stack([y, bought]), np.column_stack([w, np.zeros(len(primary))])
        categories = Accounts.of(
            [*categories.codes, "P.7"],
            names=[*categories.names, "Importaciones de bienes y servicios"],
            kinds=[*categories.kinds, "imports"],
            axis="category",
        )
        meta = meta.but(
            "imports by sector are total uses at basic prices (UTPB) less production",
            assumptions=(*meta.assumptions, "imports by sector are total uses less production"),
        )
        _refuse_negative_imports(body, sectors, bought, x)
    arrays = Blocks(
        Z=z,
        Y=y,
        V=body.values(primary, across),
        W=w,
        x=x,
        S=body.values(satellites, across),
    )
    table = IOTable(
        _accounts(sectors, "sector"),
        categories,
        _accounts(primary, "input"),
        arrays,
        meta,
        _accounts(satellites, "satellite"),
    )
    return table, x


def _accounts(lines: Sequence[Line], axis: str) -> Accounts:
    return Accounts.of(
        [line.code for line in lines],
        names=[line.label.name or line.code for line in lines],
        kinds=[line.kind or "industry" for line in lines],
        axis=axis,
    )


def _output(body: Body, summed: Array) -> tuple[Array, str]:
    layout = body.layout
    sectors = layout.rows_of("sector")
    columns = [layout.total(TOTAL_USES[0]), *layout.columns_of("output")]
    for column in columns:
        if column is not None and not body.blanks(sectors, [column]).any():
            return body.values(sectors, [column])[:, 0], (
                f"output is the stated column '{column.label.text}'"
            )
    for row in layout.rows_of("output"):
        across = layout.columns_of("sector")
        if not body.blanks([row], across).any():
            return body.values([row], across)[0], f"output is the stated row '{row.label.text}'"
    if layout.total(TOTAL_USES[1]):
        raise layout.grid.refusal(
            "total uses are stated (UTPB) but no production, so imports cannot be told apart",
            "Use a file with a production row (P.1).",
        )
    return summed, "no production is stated: output is deliveries plus final demand"


def _refuse_not_flows(layout: Layout) -> None:
    grid = layout.grid
    if layout.total(IMPORTED_USES) or (
        layout.columns_of("demand", "total")
        and not layout.rows_of("primary")
        and "_m_" in grid.source.name
    ):
        raise grid.refusal(
            "it holds imported flows only",
            "Read the domestic table (d) of the same edition: its row IET has the column sums of "
            "this one.",
        )
    if not layout.rows_of("primary") and not layout.columns_of("demand", "total", "output"):
        square = read_body(layout, None).values(
            layout.rows_of("sector"), layout.columns_of("sector")
        )
        if (np.diagonal(square) >= 1).all():
            raise grid.refusal(
                "every diagonal element is at least 1 and there are no totals: this is an inverse "
                "(a 'cdi' file), not flows",
                "Read the table of flows of the same edition; its inverse is table.L.",
            )
        if (square <= 1).all():
            raise grid.refusal(
                "no element exceeds 1 and there are no totals: these are coefficients (a 'ctec' "
                "file), not flows",
                "Read the table of flows of the same edition; its coefficients are table.A.",
            )
    lacking = [
        what
        for what, there in (
            ("final demand columns (CPrv, CG, P.51b, P.6 ...)", layout.columns_of("demand")),
            ("primary input rows (D.1, D.29-D.39, B.2b ...)", layout.rows_of("primary")),
        )
        if not there
    ]
    if lacking:
        raise grid.refusal(
            f"it has no {' and no '.join(lacking)}",
            "Read the whole table, or give Z and the other blocks to IOTable.from_frames.",
        )


def _refuse_negative(body: Body) -> None:
    layout = body.layout
    sectors, columns = layout.rows_of("sector"), layout.columns_of("sector")
    rows = {line.at: line.label.text for line in layout.rows}
    across = {line.at: line.label.text for line in layout.columns}
    found = [
        (sectors[i].at, columns[j].at) for i, j in np.argwhere(body.values(sectors, columns) < 0)
    ]
    if found:
        raise bad_cells(
            layout.grid,
            found,
            rows,
            across,
            "is negative, and a delivery cannot be",
            "Treat by-products before reading; check the sign of the figure.",
        )


def _refuse_negative_imports(body: Body, sectors: Sequence[Line], bought: Array, x: Array) -> None:
    allowed = tolerance(x, len(sectors), body.precision)
    found = [
        f"'{line.code}': production {x[i]:.10g} exceeds total uses by {bought[i]:.6g}"
        for i, line in enumerate(sectors)
        if bought[i] > allowed
    ]
    if found:
        raise BalanceError(
            f"{len(found)} sectors produce more than is used in all.",
            found,
            "Production and total uses do not belong to one table.",
        )


def _blank_error(body: Body, cells: Sequence[tuple[Line, Line]]) -> CellError:
    at = [(row.at, column.at) for row, column in cells]
    if formulas(body.layout.grid, at):
        reason, remedy = (
            "is a formula saved without its value",
            "Open the file in a spreadsheet program and save it there.",
        )
    else:
        reason, remedy = (
            "is no number, and the stated totals do not show it to be zero",
            "Write the figure there (0 where there is none).",
        )
    rows = {row.at: row.label.text for row, _ in cells}
    columns = {column.at: column.label.text for _, column in cells}
    return bad_cells(body.layout.grid, at, rows, columns, reason, remedy)


def _what_was_left_out(body: Body, blanks: Sequence[tuple[Line, Line]]) -> list[str]:
    layout = body.layout
    sums = [line.code for line in layout.rows_of("sum")]
    sums += [line.kind or line.label.text for line in layout.columns_of("total")]
    notes = (
        [f"sums and details not kept, every sum equal to its parts: {', '.join(sums)}"]
        if sums
        else []
    )
    if body.blanks(layout.rows_of("primary"), layout.columns_of("demand")).any():
        notes.append("primary inputs under final demand: blank where the layout has none, so 0")
    if blanks:
        cells = ", ".join(
            layout.grid.cell(row.at, column.at).rsplit("!", 1)[1] for row, column in blanks[:5]
        )
        more = " ..." if len(blanks) > 5 else ""
        notes.append(
            f"{len(blanks)} blank cells counted as 0, since the stated totals hold without them: "
            f"{cells}{more}"
        )
    return notes
