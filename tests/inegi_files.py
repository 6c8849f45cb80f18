"""Small files in INEGI's layouts, drawn from a seed: an economy, its tables, and how to spoil them.

`economy` draws balanced figures; `tabulado`, `projected` and `open_data` lay them out as rows of
cells; `put` changes one cell by its labels; `write_xlsx` and `write_csv` make the file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openpyxl

Rows = list[list[object]]

CODES = ("1111", "3361", "9316,9321", "5331", "4869", "2111", "7211", "8141", "6111", "4311")
NAMES = ("Cultivo", "Fabricación de automóviles", "Actividades de bienestar", "Marcas", "Ductos")
DEMAND = {
    "CPrv": "Consumo privado",
    "CG": "Consumo de gobierno",
    "P.51b": "Formación bruta de capital fijo",
    "P.52": "Variación de existencias",
    "P.6": "Exportaciones de bienes y servicios",
    "YA0": "Discrepancia estadística",
}
ROWS = {
    "UON": "Usos de origen nacional",
    "IET": "Importaciones de la economía total",
    "P.721": "Compras directas en el exterior por residentes",
    "P.621": "Compras directas en el mercado interno por no residentes",
    "P.621+P.721": "Compras netas de residentes y no residentes",
    "P.7": "Importaciones de bienes y servicios",
    "D.21": "Impuestos sobre los productos",
    "D.31": "Subsidios a los productos",
    "D.21-D.31": "Impuestos sobre los productos, netos",
    "UPC": "Usos a precios de comprador",
    "B.1bV": "Valor agregado bruto",
    "P.1": "Producción",
    "B.1bP": "Producto interno bruto",
    "D.1": "Remuneración de los asalariados",
    "D.11": "Sueldos y salarios",
    "D.121": "Contribuciones sociales efectivas",
    "D.122": "Contribuciones sociales imputadas",
    "D.29-D.39": "Impuestos netos de subsidios sobre la producción",
    "B.2b": "Excedente bruto de operación",
    "PT": "Puestos de trabajo",
    "PTDRS": "Puestos de trabajo dependientes",
    "PHOCSS": "Personal por honorarios",
}
BELOW = ("B.1bV", "P.1", "D.1", "D.11", "D.121", "D.122", "D.29-D.39", "B.2b")
JOBS = ("PT", "PTDRS", "PHOCSS")


@dataclass(frozen=True)
class Economy:
    """Balanced figures: domestic and imported deliveries, demand, and the rows below (n + k)."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    Z: np.ndarray
    M: np.ndarray
    Y: np.ndarray
    YM: np.ndarray
    rows: Mapping[str, np.ndarray]
    x: np.ndarray


def economy(n: int = 3, seed: int = 0, digits: int = 3) -> Economy:
    """Draw an economy of n sectors with figures of so many decimals."""
    rng = np.random.default_rng(seed)
    k = len(DEMAND)
    round_ = lambda values: np.round(values, digits)  # noqa: E731
    z = round_(rng.uniform(0, 100, (n, n)) * (rng.random((n, n)) < 0.7))
    m = round_(rng.uniform(0, 20, (n, n)))
    y = round_(rng.uniform(10, 300, (n, k)) + 100 * n)
    y[:, 3] = round_(rng.uniform(-20, 20, n))
    y[:, 5] = 0
    ym = round_(rng.uniform(0, 30, (n, k)))
    ym[:, 4:] = 0
    x = z.sum(1) + y.sum(1)
    rows = {code: np.zeros(n + k) for code in ROWS}
    rows["UON"] = np.hstack([z.sum(0), y.sum(0)])
    rows["IET"] = np.hstack([m.sum(0), ym.sum(0)])
    rows["P.721"][n] = round_(rng.uniform(1, 9))
    rows["P.621"][n], rows["P.621"][n + 4] = -7.5, 7.5
    rows["D.21"][: n + 1] = round_(rng.uniform(1, 9, n + 1))
    rows["D.31"][: n + 1] = round_(rng.uniform(0, 1, n + 1))
    for code in ("D.11", "D.121", "D.122", "D.29-D.39"):
        rows[code][:n] = round_(rng.uniform(1, 9, n))
    rows["P.621+P.721"] = rows["P.621"] + rows["P.721"]
    rows["P.7"] = rows["IET"] + rows["P.621+P.721"]
    rows["D.21-D.31"] = rows["D.21"] - rows["D.31"]
    rows["UPC"] = rows["UON"] + rows["P.7"] + rows["D.21-D.31"]
    rows["D.1"] = rows["D.11"] + rows["D.121"] + rows["D.122"]
    rows["P.1"][:n] = x
    rows["B.1bV"][:n] = x - rows["UPC"][:n]
    rows["B.1bP"] = rows["B.1bV"] + rows["D.21-D.31"]
    rows["B.2b"][:n] = rows["B.1bV"][:n] - rows["D.1"][:n] - rows["D.29-D.39"][:n]
    rows["PTDRS"][:n], rows["PHOCSS"][:n] = rng.integers(1, 900, (2, n))
    rows["PT"] = rows["PTDRS"] + rows["PHOCSS"]
    codes = (*CODES, *(str(2200 + i) for i in range(n)))[:n]
    names = tuple(NAMES[i % len(NAMES)] + (f" {i}" if i >= len(NAMES) else "") for i in range(n))
    return Economy(codes, names, z, m, y, ym, rows, x)


def rounded(drawn: Economy) -> Economy:
    """The same economy in whole numbers, each rounded on its own."""
    below = {code: np.round(row) for code, row in drawn.rows.items()}
    blocks = (np.round(block) for block in (drawn.Z, drawn.M, drawn.Y, drawn.YM))
    return Economy(drawn.codes, drawn.names, *blocks, below, np.round(drawn.x))


def whole(rows: Rows) -> Rows:
    """The same cells printed as whole numbers, sums and parts each rounded on its own."""
    return [
        [float(round(cell)) if isinstance(cell, float) else cell for cell in row] for row in rows
    ]


def tabulado(drawn: Economy) -> Rows:
    """The layout of the 2018 tabulado: domestic flows, titles, merged header, sums, footnotes."""
    n, k = len(drawn.codes), len(DEMAND)
    rows: Rows = [
        ["Instituto Nacional de Estadística y Geografía (INEGI)."],
        ["Sistema de Cuentas Nacionales de México. Matriz de Insumo Producto simétrica, Base 2018"],
        [
            "Matriz simétrica de insumo producto. Industria por industria/ Economía total / "
            "Origen doméstico/ Rama SCIAN/ Millones de pesos a precios básicos"
        ],
        [],
        ["Concepto", "UPPB - Utilización de la producción a precios básicos"]
        + ["DI - Demanda intermedia", *[None] * n]
        + ["DF - Demanda final", *[None] * k],
        [None, None, "Total", *_labels(drawn), "Total", *_demand(mark="a ")],
    ]
    for i, label in enumerate(_labels(drawn)):
        z, y = drawn.Z[i], drawn.Y[i]
        rows.append([f"     {label}", drawn.x[i], z.sum(), *_cells(z), y.sum(), *_cells(y)])
    for code, name in ROWS.items():
        values = drawn.rows[code]
        in_industries, in_demand = values[:n], values[n:]
        row: list[object] = [f"     {code} - {name}"]
        if code in ("P.721", "P.621", "P.621+P.721"):
            row += [in_demand.sum(), "", *[""] * n, in_demand.sum(), *_cells(in_demand)]
        elif code in (*BELOW, *JOBS):
            row += ["", in_industries.sum(), *_cells(in_industries), "", *[""] * k]
        else:
            row += [values.sum(), in_industries.sum(), *_cells(in_industries)]
            row += [in_demand.sum(), *_cells(in_demand)]
        rows.append(row)
    rows += [[], [], ["aPrecios F.O.B."], ["Fuente: INEGI. Sistema de Cuentas Nacionales"]]
    return rows


def projected(drawn: Economy, year: int = 2003) -> Rows:
    """The layout of the projected tables: total flows, imports as a negative column."""
    n = len(drawn.codes)
    total, demand = drawn.Z + drawn.M, drawn.Y + drawn.YM
    imports = -(drawn.M.sum(1) + drawn.YM.sum(1))
    demand_labels = [label.replace("CPrv - ", "CP - ") for label in _demand()]
    rows: Rows = [
        ["INEGI. Estadística experimental. Año Base 2013. Serie 2003-2018. 2018 preliminar."],
        [
            "Matrices Insumo-Producto proyectadas / Millones de pesos a precios constantes del "
            f"2013 / Industria por Industria / Transacciones Totales / {year}"
        ],
        [],
        ["Industrias por actividad SCIAN", "DI - Demanda Intermedia", *[None] * (n - 1)]
        + ["DF - Demanda final", *[None] * 7, "Valor Bruto de la Producción"],
        [None, *_labels(drawn), *demand_labels, "P.7 - Importaciones", None, None],
    ]
    for i, label in enumerate(_labels(drawn)):
        cells = [*_cells(total[i]), *_cells(demand[i]), float(imports[i])]
        rows.append([label, *cells, None, sum(cells)])
    below = {
        "D.21-D.31 - Impuestos sobre los productos, netos": "D.21-D.31",
        "D.1 - Remuneración de los asalariados": "D.1",
        "D.29 - D.39 - Otros impuestos sobre la producción netos": "D.29-D.39",
        "B.2b - Excedente bruto de operación": "B.2b",
    }
    for label, code in below.items():
        rows.append([label, *_cells(drawn.rows[code]), 0, None, None])
    rows.append([None] * (n + 9))
    rows.append(["Valor Bruto de la Producción", *_cells(drawn.x), *[None] * 9])
    rows += [[], ["Fecha de procesamiento: 2019-11-29"]]
    return rows


def open_data(drawn: Economy, flows: str = "d") -> Rows:
    """The layout of the 2013 open data: one header line, '---', groups before '|', P.1_ET."""
    z, y = (drawn.Z, drawn.Y) if flows == "d" else (drawn.Z + drawn.M, drawn.Y + drawn.YM)
    uses = "UPPB---Utilización de la producción" if flows == "d" else "UTPB---Utilización total"
    across = [f"DI---Demanda intermedia|{code}---{name}" for code, name in _pairs(drawn)]
    final = [f"DF---Demanda final|{code}---{name}" for code, name in DEMAND.items()]
    header = ["Descriptores", f"{uses} a precios básicos", "DI---Demanda intermedia|Total"]
    rows: Rows = [[*header, *across, "DF---Demanda final|Total", *final]]
    for i, (code, name) in enumerate(_pairs(drawn)):
        cells = [z[i].sum(), *_cells(z[i]), y[i].sum(), *_cells(y[i])]
        rows.append([f"{code}---{name}", z[i].sum() + y[i].sum(), *cells])
    n = len(drawn.codes)
    listed = ["IET", "D.21-D.31", "B.1bV", "P.1", "D.1", "D.29-D.39", "B.2b", "PT"]
    if flows == "d":
        listed = ["UON", "IET", "P.721", "P.621", *listed[1:]]
    else:
        listed = listed[1:]
    for code in listed:
        label = f"{'P.1_ET' if code == 'P.1' else code}---{ROWS[code]}"
        values = drawn.rows[code]
        inner, outer = values[:n], values[n:]
        blank = code in (*BELOW, "PT")
        row: list[object] = [label, "" if blank else values.sum(), inner.sum(), *_cells(inner)]
        rows.append([*row, *(["", *[""] * len(outer)] if blank else [outer.sum(), *_cells(outer)])])
    repeated = [f"D.1---{ROWS['D.1']}", "", "1", *["1"] * n, "", *[""] * len(DEMAND)]
    rows.append(repeated)  # the open data repeat codes further down for a part of the economy
    return rows


def matrix(drawn: Economy, values: np.ndarray) -> Rows:
    """The layout of the files of coefficients and inverses: labels, figures and nothing else."""
    labels = [f"{code}---{name}" for code, name in _pairs(drawn)]
    return [["Descriptores", *labels]] + [
        [label, *_cells(row)] for label, row in zip(labels, values, strict=True)
    ]


def _pairs(drawn: Economy) -> list[tuple[str, str]]:
    return list(zip(drawn.codes, drawn.names, strict=True))


def _labels(drawn: Economy) -> list[str]:
    return [f"{code} - {name}" for code, name in _pairs(drawn)]


def _demand(mark: str = "") -> list[str]:
    return [f"{mark if code == 'P.6' else ''}{code} - {name}" for code, name in DEMAND.items()]


def _cells(values: np.ndarray) -> list[object]:
    return [float(value) for value in values]


# -- spoiling ---------------------------------------------------------------------------------


def _has_code(cell: object, code: str) -> bool:
    text = str(cell or "").strip().rpartition("|")[2].removeprefix("a ")
    return text == code or text.startswith((f"{code} - ", f"{code}---"))


def place(rows: Rows, row: str, column: str) -> tuple[int, int]:
    """Where the row and the column of these codes meet, counted from 0."""
    down = next(i for i, cells in enumerate(rows) if cells and _has_code(cells[0], row))
    across = next(
        j for cells in rows[:down] for j, cell in enumerate(cells) if j and _has_code(cell, column)
    )
    return down, across


def put(rows: Rows, row: str, column: str, value: object) -> tuple[int, int]:
    """Write one cell, found by the codes of its row and column; returns where it is."""
    i, j = place(rows, row, column)
    rows[i][j] = value
    return i, j


# -- writing ----------------------------------------------------------------------------------


def write_xlsx(path: Path, rows: Rows, sheet: str = "Tabulado", **others: Rows) -> Path:
    """Write rows as the first sheet of a workbook, `others` as further sheets."""
    book = openpyxl.Workbook()
    book.active.title = sheet
    for title, cells in {sheet: rows, **others}.items():
        page = book[title] if title == sheet else book.create_sheet(title)
        for line in cells:
            page.append(list(line))
    book.save(path)
    return path


def write_csv(
    path: Path, rows: Sequence[Sequence[object]], encoding: str = "utf-8", delimiter: str = ","
) -> Path:
    """Write rows as csv, whole numbers without a decimal point as INEGI prints them."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_printed(cell) for cell in row])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def _printed(cell: object) -> object:
    if isinstance(cell, float) and cell == round(cell):
        return int(cell)
    return repr(round(float(cell), 6)) if isinstance(cell, float) else "" if cell is None else cell
