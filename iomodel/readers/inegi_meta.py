"""What an INEGI file says about itself: year, prices, unit, origin; and what had to be assumed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from iomodel.meta import Meta, Origin
from iomodel.readers.cells import Grid, is_blank
from iomodel.readers.inegi_codes import TOTAL_USES
from iomodel.readers.inegi_layout import Layout
from iomodel.readers.labels import plain

_YEAR = re.compile(r"(?:19|20)\d{2}")
SOURCE = "INEGI, Sistema de Cuentas Nacionales de México."
PROJECTED_BASE = "2013"
LICENCE = "INEGI terms of free use with citation"


def metadata(grids: Sequence[Grid]) -> dict[str, str]:
    """Key and value of every row of just two cells, as in the sheet 'MetaInfo'."""
    found: dict[str, str] = {}
    for grid in grids:
        for row in grid.rows:
            cells = [str(value).strip() for value in row if not is_blank(value)]
            if len(cells) == 2:
                found.setdefault(plain(cells[0]), cells[1])
    return found


def find_origin(layout: Layout, asked: Origin | None) -> tuple[Origin, str]:
    """Whether flows are domestic or total, by where the imports stand, and how that was told.

    LayoutError where the table says nothing or contradicts itself or what was asked.
    """
    in_rows = any(line.kind == "imports" for line in layout.rows_of("primary"))
    in_columns = any(line.kind == "imports" for line in layout.columns_of("demand"))
    in_columns = in_columns or layout.total(TOTAL_USES[1]) is not None
    words = plain(" ".join(layout.titles))
    said: Origin | None = None
    if "origen domestico" in words or "_d_" in layout.grid.source.name:
        said = "domestic"
    elif "transacciones totales" in words or "_t_" in layout.grid.source.name:
        said = "total"
    if in_rows and in_columns:
        raise layout.grid.refusal(
            "imports stand both in a row and in a negative column of final demand",
            "One of them counts imports twice: take it out.",
        )
    found: Origin | None = "domestic" if in_rows else "total" if in_columns else None
    if found and said and found != said:
        raise layout.grid.refusal(
            f"the heading or the name says {said} flows, but the imports stand as in a table of "
            f"{found} flows",
            "Check that heading and figures belong together.",
        )
    origin = found or said or asked
    if origin is None:
        raise layout.grid.refusal(
            "imports stand neither in a row nor in a column, so nothing tells whether the flows "
            "are domestic or total",
            'Pass origin="domestic" or origin="total".',
        )
    if asked and asked != origin:
        raise layout.grid.refusal(
            f"origin={asked!r} was asked, but the table holds {origin} flows",
            "Read it without origin=, then take the imports out: "
            "iomodel.construct.split_imports(table)."
            if asked == "domestic"
            else "Read the file of total transactions; imports cannot be put back into the flows.",
        )
    how = "by where the imports stand" if found else "by the heading" if said else "as asked"
    return origin, f"{origin} flows, told {how}"


def describe(layout: Layout, beside: Mapping[str, str], origin: Origin, precision: float) -> Meta:
    """The Meta of a table; what the file does not say itself is in its history."""
    grid = layout.grid
    words = plain(" ".join(layout.titles))
    history = []
    # only the projected tables have both a column of output and one of imports
    projected_layout = bool(layout.columns_of("output")) and origin == "total"
    projected = "proyectad" in words or (not layout.titles and projected_layout)
    year, how = _year(layout, beside)
    history.append(how)
    prices = "current"
    stated = re.search(r"precios constantes (?:del|de) (\d{4})", words)
    base = stated[1] if stated else PROJECTED_BASE if projected and not layout.titles else ""
    assumptions = []
    if base and year == int(base):
        assumptions.append(f"constant {base} prices are current prices in {base}")
    elif base:
        prices = f"constant {base}"
    thousands = "miles de pesos" in words and "millones de pesos" not in words
    if not layout.titles:
        history.append(
            f"the file has no heading: million pesos, {f'constant {base}' if base else 'current'} "
            "prices and basic valuation are those of every table in this layout"
        )
    by = "product by product" if _by_products(words, grid.source.name) else "industry by industry"
    kind = "projected input-output table" if projected else "input-output table"
    heading = layout.titles[-1].rstrip(".") if layout.titles else "Matriz de insumo-producto"
    updated = beside.get("fecha de actualizacion", "")
    return Meta(
        title=f"INEGI {kind} {year or '(no year)'}, {by}, {origin} flows",
        country="MEX",
        year=year,
        unit="thousand MXN" if thousands else "million MXN",
        currency="MXN",
        prices=prices,
        valuation="basic",
        origin=origin,
        source=f"{SOURCE} {heading} ({grid.source.name}"
        f"{f', updated {updated}' if updated else ''})",
        licence=LICENCE,
        sha256=grid.source.sha256,
        precision=precision,
        projected=f"projected by INEGI from {PROJECTED_BASE}" if projected else "",
        assumptions=tuple(assumptions),
        history=tuple(history),
    )


def _by_products(words: str, name: str) -> bool:
    return "producto por producto" in words or "pxp" in name.lower()


def _year(layout: Layout, beside: Mapping[str, str]) -> tuple[int | None, str]:
    covered = _YEAR.fullmatch(beside.get("cobertura temporal", ""))
    if covered:
        return int(covered[0]), f"year {covered[0]} from the sheet beside the table"
    for title in layout.titles:
        ending = re.search(r"/\s*((?:19|20)\d{2})\s*$", title)
        if ending:
            return int(ending[1]), f"year {ending[1]} from the heading"
    for title in layout.titles:
        base = re.search(r"\bBase ((?:19|20)\d{2})\s*$", title)
        if base:
            return int(base[1]), f"year {base[1]} from the heading (base year)"
    in_name = _YEAR.findall(layout.grid.source.name)
    if in_name:
        return int(in_name[-1]), f"year {in_name[-1]}: only the name of the file says it"
    return None, "no year: neither heading nor name says one"
