"""Builds the social accounting matrices: Mexico 2013 (84 and 21 activities) and 2012 (21)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import tomli_w
from groups import SECTORS_21, sector_21
from payments import CE174, WDI, digest

from iomodel import aggregate, balance, construct
from iomodel.catalog import read_keys
from iomodel.construct import InstitutionalAccounts
from iomodel.readers.folder import read_folder
from iomodel.readers.scn import find, read_scn
from iomodel.sam import SAM
from iomodel.storage import TOML, read_description
from iomodel.table import IOTable

SCN = {
    "corporations": "Sociedades no financieras",
    "finance": "Sociedades financieras",
    "government": "Gobierno General",
    "households": "Hogares",
    "npish": "Instituciones sin fines de lucro que sirven a los hogares isflsh",
}
INCOME = "Cuenta_del_ingreso_nacional_disponible.xlsx"
RENTS = "531"
EQUITY_YEARS = (2017, 2018)


def institutions(official: Path, year: int, shares: tuple[float, float]) -> InstitutionalAccounts:
    """The accounts of the institutions of one year, from INEGI's national accounts, base 2013."""
    by_sector = official / "scn" / "Cuentas_por_Sectores_Institucionales.xlsx"
    income = official / "scn" / INCOME
    sectors, nation = read_scn(by_sector), read_scn(income)

    def each(what: str) -> pd.Series:
        rows = {
            who: find(sectors, "Valores absolutos", what, name)[year] for who, name in SCN.items()
        }
        return pd.Series(rows, dtype=float)

    def of_nation(label: str) -> float:
        return float(find(nation, "Usos", label)[year])

    surplus, saving = each("Excedente bruto de operación"), each("Ahorro bruto")
    worn = surplus - each("Excedente neto de operación")
    # what the institutions' surplus does not explain is the wear of mixed income's capital
    worn["households"] += of_nation("Consumo de Capital Fijo") - worn.sum()
    disposable = each("Ingreso disponible") + worn
    pension = disposable["finance"] - saving["finance"]
    consumption = disposable - saving
    consumption["households"] += pension
    consumption["finance"] -= pension
    paid = of_nation("Rentas de la propiedad pagadas (-)")
    return InstitutionalAccounts(
        country="MEX",
        year=year,
        unit="million MXN",
        surplus=surplus,
        saving=saving,
        consumption=consumption.clip(lower=0),
        disposable_finance=float(disposable["finance"]),
        compensation_received=of_nation("Remuneraciones recibidas (+)"),
        fixed_investment=float(each("Formación bruta de capital fijo").sum()),
        property_received=of_nation("Rentas de la propiedad recibidas (+)"),
        property_paid=paid,
        equity=shares[0] * paid,
        public_interest=shares[1] * paid,
        transfers_received=of_nation("Transferencias corrientes recibidas (+)"),
        transfers_paid=of_nation("Transferencias corrientes pagadas (-)"),
        source=f"INEGI, national accounts, base 2013 ({by_sector.name} sha256 {digest(by_sector)}, "
        f"{income.name} sha256 {digest(income)})",
        assumptions=(
            f"Of property income paid abroad {shares[0]:.4f} is income of foreign owners and "
            f"{shares[1]:.4f} interest of the public sector, the shares of {EQUITY_YEARS[0]} and "
            f"{EQUITY_YEARS[1]} in the balance of payments; the accounts do not split it.",
            "Compensation paid abroad is not available (ND) and stands at nothing.",
            "Institutions' redistribution among themselves and abroad is known as nets only.",
            "Government and non-profit surplus is inside the nationally owned surplus, whatever "
            "the activity.",
            "Non-profit institutions buy what households buy, in proportion.",
            "Only the net of non-residents' purchases at home and residents' abroad is known.",
            "Mixed income is spread by owners and unpaid family workers of 2018 and is nowhere "
            "above the surplus; households' own surplus stands in real estate (531).",
        ),
    )


def shares_abroad(tables: Path) -> tuple[float, float]:
    """Income of foreign owners and public interest in all income paid abroad, where itemised."""
    items = pd.read_csv(tables / "mexico-bop" / "items.csv").groupby("code")["amount"].sum()
    income = items[list(CE174)].sum()
    owners = items[["reinvested", "dividends"]].sum()
    return float(owners / income), float(items["interest_public"] / income)


def parts(tables: Path, table: IOTable) -> dict[str, Any]:
    """The ownership key, and who owns what no company owns, by industry of the table.

    Mixed income is spread as the key's household share says (built at ramas, so that an industry
    of large and small firms keeps corporate surplus), less households' own surplus.
    """
    key = read_keys(tables / "mexico-ownership")["paper"]
    _, household = key.on(table)
    own = own_use(table)
    surplus = np.maximum(table.primary("surplus"), 0.0)
    owners = pd.Series(household * surplus * (1 - own), index=table.accounts.index)
    return {"key": key, "owners": owners, "own_use": own}


def build_sams(official: Path, tables: Path) -> None:
    """mexico-2013, mexico-2013-21 and mexico-2012-21, beside the tables already built."""
    shares = shares_abroad(tables)
    table = read_folder(tables / "mexico-projected-2013")
    accounts = institutions(official, 2013, shares)
    sam = construct.sam(table, accounts, **parts(tables, table))
    coarse = aggregate.by(sam, to_21(table), names=SECTORS_21)
    for value, folder in ((sam, "sam-mexico-2013"), (coarse, "sam-mexico-2013-21")):
        save(
            value,
            tables / folder,
            f"Mexico 2013, social accounting matrix, {len(value.of_kind('activity').nonzero()[0])} "
            "activities",
            beside=reconciled(value, official, tables),
        )
    build_2012(official, tables, shares)


def reconciled(sam: SAM, official: Path, tables: Path) -> list[dict[str, object]]:
    """What other sources say of 2013 beside the SAM; nothing was adjusted to them."""
    nation = read_scn(official / "scn" / INCOME)
    series = pd.read_csv(tables / "mexico-bop" / "series.csv", index_col=0)
    of_year = series.loc[2013]
    found, T = sam.aggregates(), sam.transactions
    scn = "INEGI, national accounts, base 2013, "

    def of_nation(label: str) -> float:
        return float(find(nation, "Usos", label)[2013])

    def in_pesos(name: str) -> tuple[float, str]:
        code = WDI[name]
        return (
            float(of_year[name] * of_year["exchange_rate"]),
            f"World Bank, WDI {code} at the exchange rate of the year ({WDI['exchange_rate']})",
        )

    worn = of_nation("Consumo de Capital Fijo")
    rows = [
        ("primary income paid abroad", found["income_paid"], *in_pesos("income_paid")),
        ("primary income received", found["income_received"], *in_pesos("income_received")),
        (
            "gross domestic product",
            found["gdp_income"],
            of_nation("Valor agregado bruto/ Producto interno bruto, a precios de mercado"),
            scn + "disposable national income",
        ),
        (
            "net national disposable income",
            found["disposable_income_gross"] - worn,
            of_nation("Total"),
            f"{scn}disposable national income (called gross there, but net: the SAM's gross "
            f"income less consumption of fixed capital of {worn:.1f})",
        ),
        (
            "gross fixed capital formation",
            float(sam.totals["fixed-investment"]),
            float(T.at["fixed-investment", "saving-investment"]),
            scn + "institutional sectors",
        ),
    ]
    return [
        {
            "item": item,
            "sam": round(float(ours), 3),
            "other": round(float(other), 3),
            "gap": round(float(other - ours), 3),
            "source": source,
        }
        for item, ours, other, source in rows
    ]


def build_2012(official: Path, tables: Path, shares: tuple[float, float]) -> None:
    """2012 at prices of 2013: the discrepancy of the table is balanced away, and shown."""
    table = read_folder(tables / "mexico-projected-2012")
    accounts = institutions(official, 2012, shares)
    gdp = float(table.gdp()["production"])
    nation = read_scn(official / "scn" / INCOME)
    label = "Valor agregado bruto/ Producto interno bruto, a precios de mercado"
    scale = gdp / float(find(nation, "Usos", label)[2012])
    scaled = bought_as_in(
        table, at_prices(accounts, scale), institutions(official, 2013, shares), tables
    )
    out = table.categories.of_kind("discrepancy")
    demand, direct = table.arrays.Y.copy(), table.arrays.W.copy()
    dropped = abs(demand[:, out]).sum()
    demand[:, out], direct[:, out] = 0.0, 0.0
    bare = replace(table, arrays=replace(table.arrays, Y=demand, W=direct))
    draft = construct.draft_sam(bare, scaled, **parts(tables, table))
    coarse = aggregate.by(draft, to_21(table), names=SECTORS_21)
    balanced = balance.cross_entropy(coarse)
    notes = (
        f"The statistical discrepancy of the table ({dropped:.0f} million pesos in absolute sum "
        "over 84 industries) is dropped and the SAM balanced by cross entropy; movement.csv says "
        "how far every account moved.",
        "Institutional accounts of 2012 are at current prices and brought to prices of 2013 by "
        f"one factor, {scale:.6f}, that of GDP; consumption and fixed investment are the table's, "
        "with purchases of non-residents in the proportion of 2013.",
    )
    result = balanced.sam
    result = replace(
        result, meta=replace(result.meta, assumptions=(*result.meta.assumptions, *notes))
    )
    folder = tables / "sam-mexico-2012-21"
    save(
        result,
        folder,
        "Mexico 2012, prices of 2013, social accounting matrix, 21 activities",
        beside=before_balancing(result, coarse),
    )
    balanced.moved.round(6).to_csv(folder / "movement.csv", lineterminator="\n")


def bought_as_in(
    table: IOTable, accounts: InstitutionalAccounts, base: InstitutionalAccounts, tables: Path
) -> InstitutionalAccounts:
    """Consumption and fixed investment at the table's price level, visitors' share as in 2013.

    One deflator for everything would leave the difference between deflators to be taken for
    purchases of non-residents.
    """
    year_2013 = read_folder(tables / "mexico-projected-2013")
    private, public = "private_consumption", "government_consumption"
    people = ["households", "npish"]
    kept = float(base.consumption[people].sum()) / purchases(year_2013, private)
    kept_public = float(base.consumption["government"]) / purchases(year_2013, public)
    consumption = accounts.consumption.copy()
    consumption[people] *= kept * purchases(table, private) / float(consumption[people].sum())
    consumption["government"] = kept_public * purchases(table, public)
    invested = purchases(table, "fixed_investment")
    return replace(accounts, consumption=consumption, fixed_investment=invested)


def purchases(table: IOTable, kind: str) -> float:
    """What a kind of final demand buys, with imports and taxes on products."""
    columns = table.categories.of_kind(kind)
    return float(table.arrays.Y[:, columns].sum() + table.arrays.W[:, columns].sum())


def before_balancing(sam: SAM, draft: SAM) -> list[dict[str, object]]:
    """The aggregates of the balanced SAM beside those of the draft it was balanced from."""
    ours, drafts = sam.aggregates(), draft.aggregates()
    return [
        {
            "item": str(item),
            "sam": round(float(ours[item]), 3),
            "other": round(float(drafts[item]), 3),
            "gap": round(float(drafts[item] - ours[item]), 3),
            "source": "the draft before balancing",
        }
        for item in ours.index
    ]


def at_prices(accounts: InstitutionalAccounts, scale: float) -> InstitutionalAccounts:
    """Every amount of the accounts times one factor."""
    amounts = {
        name: getattr(accounts, name) * scale
        for name, value in vars(accounts).items()
        if isinstance(value, (float, pd.Series))
    }
    return replace(accounts, **amounts)


def own_use(table: IOTable) -> pd.Series:
    """Households' own surplus stands in real estate."""
    return pd.Series((table.accounts.index == RENTS).astype(float), index=table.accounts.index)


def to_21(table: IOTable) -> dict[str, str]:
    """The 21-sector group of each of the 84 industries."""
    return {code: sector_21(code) for code in table.accounts.codes}


def save(
    sam: SAM, folder: Path, title: str, *, beside: list[dict[str, object]] | None = None
) -> None:
    """Write one SAM under its title, with what other sources say of its figures."""
    named = replace(sam, meta=replace(sam.meta, title=title))
    named.to_folder(folder, overwrite=True)
    if beside:
        description = {**read_description(folder), "reconciliation": beside}
        text = tomli_w.dumps(description, multiline_strings=False)
        (folder / TOML).write_text(text, encoding="utf-8", newline="\n")
