"""Builds the Spanish names of sectors and accounts: INEGI's own, and ours for what we grouped."""

from __future__ import annotations

import csv
import re
import unicodedata
from itertools import combinations
from pathlib import Path

import pandas as pd
from groups import NAMES, SECTORS_21
from openpyxl import load_workbook
from payments import digest
from regions import STATES

from iomodel.readers.inegi import read_inegi
from iomodel.storage import write_folder

FOLDER = "names-es"
SECTORS = "inegi/mip2018_ixi_domestica_sector_20x20.csv"
SUBSECTORS = "scn/PIB_actividad_economica.xlsx"
RAMAS = "inegi/MIP_53.xlsx"
OLD_RAMAS = "inegi/mip_pcn_ixi_t_2013.xlsx"
# industries that are a whole sector, under the name of that sector
WHOLE = {"221": "22", "431": "43", "461": "46", "551": "55"}
OURS = {
    "21.1": "Minería petrolera",
    "21.2": "Minería no petrolera",
    "31-33": "Industrias manufactureras, excepto automóviles, camiones y sus partes",
    "43-46": "Comercio al por mayor y al por menor",
}
ACCOUNTS = {
    "labour": "Remuneración de los asalariados",
    "mixed-income": "Ingreso mixto",
    "capital-household": "Excedente de operación de los hogares (alquileres imputados, por cuenta "
    "propia)",
    "capital-national": "Excedente de operación de propiedad nacional",
    "capital-foreign": "Excedente de operación de propiedad extranjera",
    "tax-products": "Impuestos sobre los productos, netos",
    "tax-production": "Otros impuestos sobre la producción, netos",
    "corporations": "Sociedades no financieras",
    "finance": "Sociedades financieras",
    "government": "Gobierno",
    "households": "Hogares",
    "npish": "Instituciones sin fines de lucro que sirven a los hogares",
    "redistribution": "Renta de la propiedad, prestaciones sociales y transferencias, en neto",
    "saving-investment": "Ahorro e inversión",
    "fixed-investment": "Formación bruta de capital fijo",
    "inventories": "Variación de existencias",
    "discrepancy": "Lo que las fuentes no cierran",
    "row-trade": "Resto del mundo: bienes y servicios",
    "row-income": "Resto del mundo: remuneraciones y renta de la propiedad",
    "row-transfers": "Resto del mundo: transferencias corrientes",
    "row-balance": "Resto del mundo: cuenta corriente",
}


def build_names(official: Path, out: Path) -> None:
    """names.csv: code, the name a table has (none: its code), the Spanish one, whose that is."""
    known = official_names(official)
    rows = [(code, "", name, "INEGI") for code, name in known.items()]
    for code, name in {**NAMES, **SECTORS_21}.items():
        rows.append((code, name, *_grouped(code, known, merged=code in SECTORS_21)))
    for state in STATES:
        rows += [row for row in _of_state(out / f"mexico-2018-{state}", known) if row not in rows]
    accounts = pd.read_csv(out / "sam-mexico-2013" / "accounts.csv", dtype=str)
    for code, name, kind in accounts.itertuples(index=False):
        if kind != "activity":
            rows.append((code, name, ACCOUNTS[code], "iomodel"))
    wiod = pd.read_csv(out / "mexico-wiod-2014" / "sectors.csv", dtype=str, keep_default_na=False)
    rows += [(code, name, "", "") for code, name in zip(wiod["sector"], wiod["name"], strict=True)]
    frame = pd.DataFrame(rows, columns=["code", "name", "spanish", "whose"]).drop_duplicates()
    files = (SECTORS, SUBSECTORS, RAMAS, OLD_RAMAS)
    description = {
        "holds": "names",
        "title": "Spanish names of sectors and accounts",
        "country": "MEX",
        "language": "es",
        "source": "INEGI, Sistema de Cuentas Nacionales de México: names of sectors and ramas from "
        "the input-output tables of 2018 and 2013 (SCIAN), of subsectors from value added by "
        "activity (base 2013)",
        "licence": "INEGI terms of free use with citation",
        "assumptions": [
            "A name of INEGI's is copied as published; that of several subsectors together is "
            "theirs, one after the other. Whose says iomodel where the group or the account is "
            "ours, and so is its name.",
            "Industries of WIOD (ISIC rev. 4) have no Spanish name in these files and keep the "
            "English one.",
        ],
        "sha256": {Path(name).name: digest(official / name) for name in files},
    }
    write_folder(out / FOLDER, {"names": frame.set_index("code")}, description, overwrite=True)


def official_names(official: Path) -> dict[str, str]:
    """INEGI's name of each sector, subsector and rama, by code."""
    found: dict[str, str] = {}
    with (official / SECTORS).open(encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines):
            match = re.fullmatch(r"\s*(\d\d(?:-\d\d)?) - (.+)", row[0]) if row else None
            if match:
                found.setdefault(match[1], " ".join(match[2].split()))
    sheet = load_workbook(official / SUBSECTORS, read_only=True).worksheets[0]
    heading = next(sheet.iter_rows(min_row=2, max_row=2, values_only=True))
    for path in filter(None, heading):
        for step in str(path).split(" > "):
            match = re.fullmatch(r"(\d{3}) (.+)", step.strip())
            if match:
                found.setdefault(match[1], " ".join(match[2].split()))
    for name in (RAMAS, OLD_RAMAS):
        accounts = read_inegi(official / name).accounts
        for code, text in zip(accounts.codes, accounts.names, strict=True):
            found.setdefault(code, text)
    return dict(sorted(found.items()))


def _grouped(code: str, known: dict[str, str], *, merged: bool) -> tuple[str, str]:
    """The name of an industry of ours: INEGI's where it is one of INEGI's."""
    if merged and code in OURS:
        return OURS[code], "iomodel"
    return known[WHOLE.get(code, code)], "INEGI"


def _of_state(folder: Path, known: dict[str, str]) -> list[tuple[str, str, str, str]]:
    """The industries of a state's table, whose file has no accents: the names put together again.

    Raises where the letters of the file are not those of the names.
    """
    frame = pd.read_csv(folder / "sectors.csv", dtype=str)
    rows = []
    for code, name in frame[["code", "name"]].drop_duplicates().itertuples(index=False):
        if code in OURS and code not in known:
            rows.append((code, name, OURS[code], "iomodel"))
            continue
        first, _, last = code.partition("-")
        inside = [c for c in known if len(c) == 3 and first <= c <= (last or first)]
        tries = [[code]] if code in known else []
        tries += [list(some) for n in (2, 3, 4) for some in combinations(inside, n)]
        together = next((t for t in tries if _plain([known[c] for c in t]) == _plain([name])), None)
        if together is None:
            raise ValueError(f"'{name}' ({code}) is not made of INEGI's names")
        rows.append((code, name, "; ".join(known[c] for c in together), "INEGI"))
    return rows


def _plain(names: list[str]) -> str:
    """Letters only, without accents."""
    text = unicodedata.normalize("NFD", " ".join(names).lower())
    return re.sub("[^a-z]", "", text)
