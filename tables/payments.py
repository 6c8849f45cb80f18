"""Builds tables/mexico-bop: income and technology paid abroad, item by item, with its vintage."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

from iomodel.readers.balance import read_bop, splice
from iomodel.storage import write_folder

CE174 = {
    "reinvested": ("Reinvested earnings (debit)", "foreign_equity"),
    "dividends": ("Dividends (debit)", "foreign_equity"),
    "interest_private": ("Interest, private sector (debit)", "corporate_surplus"),
    "interest_public": ("Interest, public sector (debit)", "public_enterprises"),
    "other_income": ("Other primary income (debit)", ""),
}
ITEM_NAMES = {
    "reinvested": "Reinvested earnings of foreign-owned companies",
    "dividends": "Dividends to foreign owners",
    "interest_private": "Interest abroad, private sector",
    "interest_public": "Interest abroad, public sector",
    "other_income": "Other primary income (with pay of foreign employees)",
    "later_revision": "Primary income in the later revision, not itemised",
    "technology": "Charges for the use of intellectual property",
    "capital_account": "Capital account, net (with purchases of rights)",
}
WDI = {
    "income_paid": "BM.GSR.FCTY.CD",
    "income_received": "BX.GSR.FCTY.CD",
    "technology_paid": "BM.GSR.ROYL.CD",
    "technology_received": "BX.GSR.ROYL.CD",
    "capital_account_net": "BN.TRF.KOGT.CD",
    "direct_investment": "BX.KLT.DINV.CD.WD",
    "exchange_rate": "PA.NUS.FCRF",
}
NOTES = {
    "interest_public": "paid by the government and by public enterprises; the files do not say how "
    "much by which",
    "other_income": "pay of foreign employees is hidden here: not recorded by itself",
    "technology": "imports of services; a table projected from 2013 holds none in its licensing "
    "industry, so there they leave from surplus; the table of 2018 may hold them among its "
    "imports and cannot tell",
    "capital_account": "net transactions in stocks of rights, not a current payment: shown, not "
    "subtracted",
}


def build_bop(official: Path, out: Path) -> None:
    wdi_file = official / "bop" / "wdi_mexico_bop_1979_2024.csv"
    ce_file = official / "bop" / "banxico_CE174_quarterly_2017_2019_vintages.csv"
    wdi, ce174 = read_bop(wdi_file), read_bop(ce_file)
    series = pd.DataFrame({name: wdi.loc[code]["value"] for name, code in WDI.items()})
    series = series.mul([1e-6] * 6 + [1.0]).rename_axis("year")
    items = [row for year in (2017, 2018) for row in items_of(year, series, ce174)]
    frame = pd.DataFrame(items).set_index("key")
    description = {
        "holds": "bop",
        "title": "Mexico, income and technology paid abroad",
        "country": "MEX",
        "currency": "MXN",
        "foreign_unit": "million US$",
        "source": "Banco de Mexico, balance of payments, table CE174 (items of 2017 and 2018); "
        "World Bank, World Development Indicators (totals, intellectual property, exchange rate)",
        "licence": "Banco de Mexico: citation of table CE174; World Bank: CC BY 4.0",
        "sha256": {file.name: digest(file) for file in (wdi_file, ce_file)},
        "assumptions": [
            "No vintage of CE174 has four quarters of a year: each quarter is taken from the "
            "latest vintage that holds it, named in items.csv.",
            "Amounts are turned into pesos at the average official exchange rate of the year.",
            "What the later revision of the total (WDI) has beyond CE174 is not itemised and stays "
            "unallocated.",
        ],
    }
    save_series = series.astype(object).where(series.notna(), "")
    write_folder(
        out / "mexico-bop", {"items": frame, "series": save_series}, description, overwrite=True
    )


def items_of(year: int, series: pd.DataFrame, ce174: pd.DataFrame) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []

    def add(
        code: str, amount: float, treatment: str, vintage: str, base: str = "", **more: str
    ) -> None:
        rows.append(
            {
                "key": f"{year}-{code}",
                "year": year,
                "code": code,
                "name": ITEM_NAMES[code],
                "amount": amount,
                "treatment": treatment,
                "treatment_projected": more.get("projected", ""),
                "base": base,
                "vintage": vintage,
                "note": NOTES.get(code, ""),
            }
        )

    total = 0.0
    for code, (name, base) in CE174.items():
        quarters = splice(ce174, year, name)
        amount = float(quarters["value"].sum())
        total += amount
        vintage = "CE174: " + ", ".join(
            f"{quarter[-2:]} of {vintage}" for quarter, vintage in quarters["vintage"].items()
        )
        treatment = "from_surplus" if base else "unallocated"
        if code == "interest_public":
            treatment = "from_government"
        add(code, amount, treatment, vintage, base)
    later = float(series.at[year, "income_paid"]) - total
    add("later_revision", later, "unallocated", "WDI less CE174")
    technology = float(series.at[year, "technology_paid"])
    add("technology", technology, "in_imports", "WDI", "technology", projected="from_surplus")
    add("capital_account", float(series.at[year, "capital_account_net"]), "capital_account", "WDI")
    return rows


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
