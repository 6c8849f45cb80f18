"""The figures of an INEGI table as arrays, and every stated sum held against its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from iomodel.accounts import Array
from iomodel.errors import BalanceError
from iomodel.identities import tolerance
from iomodel.readers.cells import a1
from iomodel.readers.figures import Numbers, numbers, short
from iomodel.readers.inegi_codes import BLANK_IN_INDUSTRIES, SUMS, TOTAL_USES, Line
from iomodel.readers.inegi_layout import Layout


@dataclass(frozen=True, eq=False)
class Body:
    """The numbers of a table with their layout; blanks are 0 and marked."""

    layout: Layout
    numbers: Numbers
    rows: Mapping[int, int]
    columns: Mapping[int, int]

    def values(self, rows: Sequence[Line], columns: Sequence[Line]) -> Array:
        """The numbers where these rows and columns meet."""
        values: Array = self.numbers.values[self._at(rows, columns)]
        return values

    def blanks(self, rows: Sequence[Line], columns: Sequence[Line]) -> npt.NDArray[np.bool_]:
        """Which cells are blank where these rows and columns meet."""
        blank: npt.NDArray[np.bool_] = self.numbers.blank[self._at(rows, columns)]
        return blank

    def _at(
        self, rows: Sequence[Line], columns: Sequence[Line]
    ) -> tuple[npt.NDArray[np.intp], ...]:
        return np.ix_(
            np.array([self.rows[line.at] for line in rows], dtype=np.intp),
            np.array([self.columns[line.at] for line in columns], dtype=np.intp),
        )

    @cached_property
    def precision(self) -> float:
        """The last digit printed: 1 for whole numbers, 0 where figures were not rounded."""
        decimals = self.numbers.decimals
        return 0.0 if decimals > 9 else 10.0**-decimals


def read_body(layout: Layout, missing: Mapping[str, float] | None) -> Body:
    """Every figure of a table, strictly; CellError names those that are not numbers."""
    rows = {line.at: line.label.text for line in layout.rows if line.role != "unread"}
    columns = {line.at: line.label.text for line in layout.columns}
    found = numbers(layout.grid, rows, columns, missing)
    return Body(
        layout,
        found,
        {at: i for i, at in enumerate(rows)},
        {at: j for j, at in enumerate(columns)},
    )


@dataclass(frozen=True)
class Gap:
    """A stated sum that is not the sum of its parts."""

    cell: str
    text: str
    size: float


def stated_gaps(body: Body, x: Array) -> list[Gap]:
    """Every stated total that its parts do not add up to, the largest gap first."""
    layout = body.layout
    sectors, demand = layout.columns_of("sector"), layout.columns_of("demand")
    figures = layout.rows_of("sector", "primary", "satellite", "sum", "output")
    gaps: list[Gap] = []
    for column in layout.columns_of("total", "output"):
        uses = column.role == "output" or column.kind in TOTAL_USES
        parts = [
            *(sectors if uses or column.kind == "DI" else []),
            *(demand if uses or column.kind == "DF" else []),
        ]
        if parts:
            right = body.values(figures, parts).sum(1)
            gaps += _compare(body, x, figures, [column], right[:, None], len(parts))
    by_code = {line.code: line for line in layout.rows_of("primary", "satellite", "sum")}
    halves = [line for line in layout.columns_of("total") if line.kind in ("DI", "DF")]
    columns = [*sectors, *demand, *halves]
    for total, plus, minus in SUMS:
        if total not in by_code or not all(p == "sectors" or p in by_code for p in plus + minus):
            continue
        right = np.zeros(len(columns))
        for sign, codes in ((1.0, plus), (-1.0, minus)):
            for code in codes:
                lines = layout.rows_of("sector") if code == "sectors" else [by_code[code]]
                right += sign * body.values(lines, columns).sum(0)
        terms = len(sectors) if "sectors" in plus else len(plus + minus)
        gaps += _compare(body, x, [by_code[total]], columns, right[None, :], terms)
    output = layout.rows_of("output")
    if output:
        gaps += _compare(body, x, output[:1], sectors, x[None, :], len(sectors))
    return sorted(gaps, key=lambda gap: -gap.size)


def _compare(
    body: Body,
    x: Array,
    rows: Sequence[Line],
    columns: Sequence[Line],
    right: Array,
    terms: int,
) -> list[Gap]:
    left = body.values(rows, columns)
    allowed = tolerance(x, terms, body.precision)
    wrong = (np.abs(left - right) > allowed) & ~body.blanks(rows, columns)
    gaps = []
    for i, j in np.argwhere(wrong):
        row, column = rows[i], columns[j]
        name = body.layout.grid.cell(row.at, column.at)
        size = abs(float(left[i, j] - right[i, j]))
        gaps.append(
            Gap(
                a1(row.at, column.at),
                f"{name} (row '{short(row.label.text)}', column '{short(column.label.text)}'): "
                f"stated {left[i, j]:.10g}, its parts give {right[i, j]:.10g}, gap {size:.6g} "
                f"(allowed {allowed:.3g})",
                size,
            )
        )
    return gaps


def stated_error(body: Body, gaps: Sequence[Gap]) -> BalanceError:
    """The error that names every stated sum that does not hold."""
    error = BalanceError(
        f"{gaps[0].text}."
        if len(gaps) == 1
        else f"{body.layout.grid.name}: {len(gaps)} stated sums are not the sum of their parts.",
        [gap.text for gap in gaps] if len(gaps) > 1 else [],
        "Nothing was repaired. A figure in that row or column was changed or lost: compare it "
        "with the official file.",
    )
    error.residual = gaps[0].size
    return error


def doubtful_blanks(body: Body) -> list[tuple[Line, Line]]:
    """Blank cells where the layout always has a figure (a sale, a wage), not where it has none."""
    layout = body.layout
    found = []
    for rows, columns in (
        (layout.rows_of("sector"), layout.columns_of("sector", "demand")),
        (
            [
                line
                for line in layout.rows_of("primary", "satellite")
                if line.code not in BLANK_IN_INDUSTRIES
            ],
            layout.columns_of("sector"),
        ),
        (layout.rows_of("output"), layout.columns_of("sector")),
    ):
        if rows and columns:
            found += [(rows[i], columns[j]) for i, j in np.argwhere(body.blanks(rows, columns))]
    return found


def is_vouched(body: Body, row: Line, column: Line) -> bool:
    """Whether a stated total of this row or column shows what a blank cell in it must be."""
    totals = body.layout.columns_of("total", "output")
    sums = [line for line in body.layout.rows_of("sum", "output") if line.code in ("UON", "P.1")]
    if row.role == "output":
        return False
    by_row = any(not body.blanks([row], [total]).item() for total in totals)
    if row.role == "satellite":
        return by_row
    if column.role == "demand":
        sums = [line for line in sums if line.code == "UON"]
    return by_row or any(not body.blanks([line], [column]).item() for line in sums)
