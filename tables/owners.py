"""Builds tables/mexico-ownership: three keys of who owns the surplus, and what is not corporate."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from groups import subsector
from payments import digest

from iomodel.readers.inegi import read_inegi
from iomodel.readers.scn import find, read_scn
from iomodel.spreading import spread
from iomodel.storage import write_folder
from iomodel.table import IOTable

NOT_FOREIGN = {
    "211": "oil and gas: Pemex",
    "221": "electricity: CFE; water: public",
    "324": "refining: Pemex",
    "531": "real estate: mostly imputed rents of households",
    "931": "government",
}
ROLES = {
    "public_enterprises": ["211", "221", "324"],  # oil and gas, electricity and water, refining
    "public_bodies": ["521", "931"],  # the central bank, the government
    "licensing": "533",
}
AMNE = {
    "A": "111 112 113 114 115",
    "B": "212 213",
    "C10T12": "311 312",
    "C13T15": "313 314 315 316",
    "C16": "321",
    "C17T18": "322 323",
    "C20T21": "325",
    "C22": "326",
    "C23": "327",
    "C24": "331",
    "C25": "332",
    "C26": "334",
    "C27": "335",
    "C28": "333",
    "C29": "3361 3362 3363",
    "C30": "3364 3365 3366 3369",
    "C31T33": "337 339",
    "DTE": "562",
    "F": "236 237 238",
    "G": "431 461",
    "H": "481 482 483 484 485 486 487 488 491 492 493",
    "I": "721 722",
    "K": "521 522 523 524",
    "J61": "517",
    "P": "611",
    "Q": "621 622 623 624",
}
PAPER = (
    "Cypher, J. M. (2023), Revista de Economia Politica 43(1), 212-235, section on innovation: "
    "assembly completely, parts overwhelmingly foreign-owned"
)
OECD = "OECD Analytical AMNE (2008-2016, mostly estimated) against WIOD output: 1 - domestic-owned"
YEARS_AMNE = range(2008, 2015)


def build_ownership(official: Path, out: Path) -> None:
    file = official / "ownership" / "implied_foreign_share_MEX_2008_2014.csv"
    implied = pd.read_csv(file)
    market = implied[implied["amne_industry"] != "O"]
    by_year = market.groupby("year")[["domestic_owned_output_musd", "wiod_output_musd"]].sum()
    whole = 1 - by_year["domestic_owned_output_musd"] / by_year["wiod_output_musd"]
    ramas = read_inegi(official / "inegi" / "MIP_53.xlsx")
    household, everywhere, description = household_shares(ramas, official)
    neutral = (whole[2014] / 2, whole[2014], whole.max() / (1 - everywhere))
    rows = [
        {"key": f"{name}-{code}", **row_of(name, code, neutral, implied, household["central"])}
        for name in ("paper", "amne", "neutral")
        for code in household.index
    ]
    keys = pd.DataFrame(rows).set_index("key")
    description |= {
        "holds": "ownership",
        "title": "Mexico, who owns the surplus: three keys, none a census",
        "country": "MEX",
        "source": f"{PAPER}; {OECD}",
        "licence": "facts cited from the paper; OECD and WIOD data with citation",
        "sha256": {file.name: digest(file)},
        "roles": ROLES,
    }
    frames = {"key": keys, "household": household}
    write_folder(out / "mexico-ownership", frames, description, overwrite=True)


def row_of(
    name: str,
    code: str,
    neutral: tuple[float, float, float],
    implied: pd.DataFrame,
    household: pd.Series,
) -> dict[str, object]:
    def row(values: Iterable[float], source: str, basis: str) -> dict[str, object]:
        low, central, high = (round(float(v), 4) for v in values)
        levels = {"low": low, "central": central, "high": high}
        return {"name": name, "code": code, **levels, "source": source, "basis": basis}

    if code in NOT_FOREIGN:
        return row((0, 0, 0), f"none by assumption: {NOT_FOREIGN[code]}", "assumption")
    common = (
        f"one share for all: {OECD}, all market industries covered, 2014; low half of it "
        "(judgement); high the largest year, over corporate surplus only"
    )
    if name == "paper" and code == "3361":
        return row((1, 1, 1), PAPER, "paper")
    if name == "paper" and code == "3363":
        return row((0.75, 0.9, 1), f"{PAPER}; 'overwhelmingly' read as 0.75 to 1", "paper")
    industry = next((i for i, codes in AMNE.items() if code in codes.split()), None)
    if name == "paper" and code in ("431", "461"):
        low = shares_of("G", implied).min()
        source = f"trading arms: low {OECD}, G; central as all; high one half, no source"
        return row((max(low, 0), neutral[1], 0.5), source, "assumption")
    if name == "amne" and industry:
        values = shares_of(industry, implied)
        note = "; negative shares (two sources do not match) taken as 0" if values.min() < 0 else ""
        clipped = values.clip(lower=0)
        source = (
            f"{OECD}, {industry}, 2014; low the smallest year; high the largest of 2008-2014, over "
            f"corporate surplus only{note}"
        )
        # a share of output already holds household producers: the high level takes them out
        high = min(1.0, clipped.max() / max(1 - household[code], clipped.max() or 1.0))
        return row((clipped.min(), clipped[2014], max(high, clipped[2014])), source, "data")
    return row(neutral, common, "assumption")


def shares_of(industry: str, implied: pd.DataFrame) -> pd.Series:
    rows = implied[implied["amne_industry"] == industry].set_index("year")
    return rows.loc[list(YEARS_AMNE), "implied_foreign_share"]


def household_shares(
    ramas: IOTable, official: Path
) -> tuple[pd.DataFrame, float, dict[str, object]]:
    """The part of gross operating surplus that is mixed income or households' own, by industry.

    Mixed income in total has the share of B.2b of 2013. Central: spread by owners and unpaid family
    workers (satellite PFTNRD), nowhere above B.2b; the other witness spreads it by owners times
    the pay of an employee of the same rama; low and high are the smaller and the larger of the two.
    Households' own surplus (imputed rents) has its 2013 share of the surplus of rama 5311.
    Also returned: the household share of all surplus, and what table.toml says.
    """
    accounts = read_scn(official / "scn" / "Cuentas_por_Sectores_Institucionales.xlsx")
    base = read_inegi(official / "inegi" / "mip_pcn_ixi_t_2013.xlsx")

    def gross(who: str, year: int = 2013) -> float:
        return float(find(accounts, "Valores absolutos", "Excedente bruto de operación", who)[year])

    def net(who: str, year: int) -> float:
        return float(find(accounts, "Valores absolutos", "Excedente neto de operación", who)[year])

    surplus_2013 = base.accounts.series(base.primary("surplus"))
    mixed_share = (surplus_2013.sum() - gross("Total")) / surplus_2013.sum()
    rents_share = gross("Hogares") / surplus_2013["5311"]
    surplus = ramas.accounts.series(ramas.primary("surplus"))
    owners = ramas.satellites.loc["PFTNRD"].to_numpy()
    rents = pd.Series(0.0, index=surplus.index)
    rents["5311"] = rents_share * surplus["5311"]
    room = (surplus - rents).clip(lower=0).to_numpy()
    pay = ramas.primary("compensation") / ramas.satellites.loc["PTR"].clip(lower=1).to_numpy()
    by_heads = spread(mixed_share * surplus.sum(), owners, room)
    by_pay = spread(mixed_share * surplus.sum(), owners * pay, room)
    bound = int(((by_heads >= room) & (owners > 0)).sum())
    corporations = ("Sociedades no financieras", "Sociedades financieras")
    rate = 1 - sum(net(w, 2016) for w in corporations) / sum(gross(w, 2016) for w in corporations)
    group = [subsector(code) for code in surplus.index]
    whole = surplus.clip(lower=0).groupby(group, sort=False).sum()

    def share(mixed: np.ndarray) -> pd.Series:
        part = (rents + mixed).groupby(group, sort=False).sum()
        return (part / whole.where(whole > 0)).fillna(0.0).clip(0, 1).round(6)

    both = pd.DataFrame({"heads": share(by_heads), "pay": share(by_pay)})
    frame = pd.DataFrame(
        {"low": both.min(axis=1), "central": both["heads"], "high": both.max(axis=1)}
    ).rename_axis("code")
    everywhere = float((by_heads.sum() + rents.sum()) / surplus.sum())
    assumptions = [
        f"Mixed income is {mixed_share:.4f} of gross operating surplus, as in 2013 (national "
        "accounts, base 2013), spread over industries by owners and unpaid family workers of "
        f"2018 and nowhere above the surplus itself: that limit binds in {bound} of "
        f"{int((owners > 0).sum())} ramas, retail among them, whose surplus is then all "
        "household. Low and high: also spread by owners times the pay of an employee there.",
        f"Households' own surplus (imputed rents) is {rents_share:.4f} of the surplus of rama "
        "5311, as in 2013.",
        f"Consumption of fixed capital of corporations is {rate:.4f} of their gross surplus, "
        "the rate of 2016 for all industries; used for the reading 'owned, net' only.",
        "Tax on corporate income is the statutory 30 % of Mexico's income tax law for all "
        "industries; used for the reading 'owned, net' only.",
        "Sectors without a source carry one share, that of all market industries that the "
        "source covers (not publishing, software, real estate, business and other services).",
        "Foreign shares of output are used as shares of corporate surplus; the high level "
        "allows for household producers being in that output.",
    ]
    description: dict[str, object] = {
        "year": 2018,
        "depreciation": round(rate, 6),
        "tax": 0.30,
        "assumptions": assumptions,
    }
    return frame, everywhere, description
