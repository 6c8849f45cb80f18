"""Builds tables/mexico-accounts: income abroad, surplus, wear and value added by year."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
from groups import subsector
from payments import digest

from iomodel.readers.scn import find, read_scn
from iomodel.storage import write_folder

INCOME = "Cuenta_del_ingreso_nacional_disponible.xlsx"
INSTITUTIONS = "Cuentas_por_Sectores_Institucionales.xlsx"
GENERATION = "Cuenta_de_Generacion_del_Ingreso.xlsx"
ACTIVITIES = "PIB_actividad_economica.xlsx"
SERIES = {
    "gdp": (INCOME, ("Usos", "Valor agregado bruto/ Producto interno bruto, a precios de mercado")),
    "compensation_received": (INCOME, ("Usos", "Remuneraciones recibidas (+)")),
    "property_income_received": (INCOME, ("Usos", "Rentas de la propiedad recibidas (+)")),
    "property_income_paid": (INCOME, ("Usos", "Rentas de la propiedad pagadas (-)")),
    "consumption_of_fixed_capital": (INCOME, ("Usos", "Consumo de Capital Fijo")),
    "surplus": (GENERATION, ("Usos", "Excedente bruto de operación")),
}
WHO = {
    "corporations": "Sociedades no financieras",
    "finance": "Sociedades financieras",
    "households": "Hogares",
    "all": "Total",
}
SURPLUS = {"gross": "Excedente bruto de operación", "net": "Excedente neto de operación"}
SECTOR_ALONE = {"43": "431", "46": "461", "55": "551", "93": "931"}  # industries that are a sector
_CODE = re.compile(r"(?:Total (?:sector|subsector) )?(\d{2,4})(?=\D|$)")


def build_accounts(official: Path, out: Path) -> None:
    names = (INCOME, GENERATION, ACTIVITIES, INSTITUTIONS)
    files = {name: official / "scn" / name for name in names}
    frames = {name: read_scn(file) for name, file in files.items()}
    columns = {k: find(frames[file], *at) for k, (file, at) in SERIES.items()}
    for who, name in WHO.items():
        for kind, what in SURPLUS.items():
            found = find(frames[INSTITUTIONS], "Valores absolutos", what, name)
            columns[f"{kind}_surplus_{who}"] = found
    series = pd.DataFrame(columns).sort_index()
    added = value_added(frames[ACTIVITIES])
    description = {
        "holds": "accounts",
        "title": "Mexico, national accounts by year",
        "country": "MEX",
        "currency": "MXN",
        "unit": "million MXN",
        "prices": "current",
        "source": "INEGI, Sistema de Cuentas Nacionales de México, base 2013: national disposable "
        "income, generation of income, institutional sectors, gross value added by activity",
        "licence": "INEGI terms of free use with citation",
        "sha256": {name: digest(file) for name, file in files.items()},
        "assumptions": [
            "Copied as published; an empty cell is a year that the source does not have.",
            "Surplus of all institutions leaves out mixed income, which the source does not give; "
            "consumption of fixed capital of the nation includes that of mixed income.",
            "Consumption of fixed capital is known by institution, not by industry; tax on "
            "income and the split of property income paid abroad are in no account.",
            "Compensation paid to non-residents is not available (ND) and no column holds it.",
            "Value added by activity ends in 2016 and is of an earlier vintage than the other "
            "accounts, which end in 2017 (preliminary).",
            "Activities are the 84 industries of the projected tables; ramas are added up where "
            "the source states no subsector.",
            "In 2013 value added of couriers (492) is 718 million pesos less than in the projected "
            "table of that year, and the industries add up to so much less than the total.",
        ],
    }
    write_folder(
        out / "mexico-accounts",
        {"series": _blank(series.rename_axis("year")), "value_added": added.rename_axis("sector")},
        description,
        overwrite=True,
    )


def _blank(frame: pd.DataFrame) -> pd.DataFrame:
    """What is not available as an empty cell."""
    return frame.astype(object).where(frame.notna(), "")


def value_added(frame: pd.DataFrame) -> pd.DataFrame:
    """Gross value added by industry of the projected tables, from rows of several levels."""
    stated: dict[str, pd.Series] = {}
    for (_, label, _), row in frame.iterrows():
        code = _CODE.match(str(label))
        if code:
            stated.setdefault(SECTOR_ALONE.get(code[1], code[1]), row)
    groups: dict[str, list[str]] = {}
    for code in stated:
        if len(code) > 2:
            groups.setdefault(subsector(code), []).append(code)
    del groups["336"]  # its ramas are industries of their own
    del groups["932"]  # inside sector 93
    found = {}
    for group, members in groups.items():
        whole = {code for code in members if len(code) == 3}
        parts = [code for code in members if code in whole or code[:3] not in whole]
        found[group] = pd.DataFrame([stated[code] for code in parts]).sum(skipna=False)
    return pd.DataFrame(found).T
