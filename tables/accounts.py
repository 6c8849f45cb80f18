"""Builds tables/mexico-accounts: surplus, wear of capital and income abroad, by year."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from payments import digest

from iomodel.readers.scn import find, read_scn
from iomodel.storage import write_folder

INSTITUTIONS = {
    "corporations": "Sociedades no financieras",
    "finance": "Sociedades financieras",
    "households": "Hogares",
    "all": "Total",
}
SURPLUS = {
    "gross": "Excedente bruto de operación",
    "net": "Excedente neto de operación",
}
NATION = {
    "consumption_of_fixed_capital": "Consumo de Capital Fijo",
    "property_income_paid": "Rentas de la propiedad pagadas (-)",
    "property_income_received": "Rentas de la propiedad recibidas (+)",
}


def build_accounts(official: Path, out: Path) -> None:
    by_sector = official / "scn" / "Cuentas_por_Sectores_Institucionales.xlsx"
    income = official / "scn" / "Cuenta_del_ingreso_nacional_disponible.xlsx"
    sectors, nation = read_scn(by_sector), read_scn(income)
    series = {
        f"{kind}_surplus_{who}": find(sectors, "Valores absolutos", what, name)
        for who, name in INSTITUTIONS.items()
        for kind, what in SURPLUS.items()
    }
    series |= {name: find(nation, "Usos", label) for name, label in NATION.items()}
    frame = pd.DataFrame(series).sort_index().rename_axis("year")
    description = {
        "holds": "accounts",
        "title": "Mexico, surplus of institutions, wear of capital, property income abroad",
        "country": "MEX",
        "currency": "MXN",
        "unit": "million MXN",
        "prices": "current",
        "source": "INEGI, Sistema de Cuentas Nacionales de México, base 2013: "
        "Cuentas por sectores institucionales; Cuenta del ingreso nacional disponible",
        "licence": "INEGI terms of free use with citation",
        "sha256": {file.name: digest(file) for file in (by_sector, income)},
        "assumptions": [
            "Copied as published; an empty cell is a year that the source does not have.",
            "Surplus of all institutions leaves out mixed income, which the source does not give; "
            "consumption of fixed capital of the nation includes that of mixed income.",
            "Consumption of fixed capital is known by institution, not by industry; tax on "
            "income and the split of property income paid abroad are in neither account.",
        ],
    }
    shown = frame.astype(object).where(frame.notna(), "")
    write_folder(out / "mexico-accounts", {"series": shown}, description, overwrite=True)
