"""Builds every folder of `tables/` from the official files.

    python tables/build.py OFFICIAL [OUT]

OFFICIAL is a folder with the files as the offices publish them (inegi/, bop/, ownership/, scn/,
wiod/, scian/), which are not part of the project. What is not copied is an assumption and stands
in the toml.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
from accounts import build_accounts
from groups import NAMES, SECTORS_21, sector_21, subsector
from institutions import build_sams
from names import build_names
from owners import build_ownership
from payments import build_bop
from regions import build_regions
from scian import build_scian
from world import build_wiod

from iomodel import aggregate, construct, multipliers
from iomodel.meta import Meta
from iomodel.readers.inegi import read_inegi
from iomodel.table import IOTable

HERE = Path(__file__).resolve().parent
YEARS = range(2003, 2019)


def grouped(table: IOTable, group: Callable[[str], str], names: dict[str, str]) -> IOTable:
    """A table added up by a function of the code."""
    return aggregate.by(table, {code: group(code) for code in table.accounts.codes}, names=names)


def build_mexico_2018(official: Path, out: Path) -> None:
    ramas = read_inegi(official / "inegi" / "MIP_53.xlsx")
    table = grouped(ramas, subsector, NAMES)
    save(table, out / "mexico-2018", title="Mexico 2018, domestic, 84 industries")


def import_error(official: Path) -> str:
    """What splitting imports by share does, where the observed flows are known too: 2018."""
    observed = read_inegi(official / "inegi" / "MIP_53.xlsx")
    total = read_inegi(official / "inegi" / "mip_pcn_ixi_t_2018.xlsx")
    split = construct.split_imports(total, cap_reexports=True)
    output = [multipliers.output(table) for table in (observed, split)]
    bought = [multipliers.imports(table)["total"] for table in (observed, split)]
    both = output[0].index.intersection(output[1].index)
    ranks = [output[i][both].corr(output[1 - i][both], method="spearman") for i in (0, 1)]
    return (
        f"How far this table's kind is from one with observed imports, at ramas of 2018: output "
        f"multiplier of 3361 {output[1]['3361']:.4f} against {output[0]['3361']:.4f}, import "
        f"content {bought[1]['3361']:.4f} against {bought[0]['3361']:.4f}; rank correlation of "
        f"output multipliers over {len(both)} common ramas {ranks[0]:.3f}. Prices and accounts "
        "base differ as well."
    )


def build_projected(official: Path, out: Path) -> None:
    error = import_error(official)
    for year in YEARS:
        ramas = read_inegi(official / "inegi" / f"mip_pcn_ixi_t_{year}.xlsx")
        domestic = construct.split_imports(ramas, cap_reexports=True)
        assumptions = (*domestic.meta.assumptions, error)
        domestic = replace(domestic, meta=domestic.meta.but(assumptions=assumptions))
        table = grouped(domestic, subsector, NAMES)
        title = f"Mexico {year}, projected from 2013, imports by share, 84 industries"
        if year == 2013:
            title = "Mexico 2013, imports by share, 84 industries"
        save(table, out / f"mexico-projected-{year}", title=title)
        if year == 2012:
            coarse = grouped(domestic, sector_21, SECTORS_21)
            save(
                coarse,
                out / "mexico-2012-21",
                title="Mexico 2012, projected from 2013, imports by share, 21 sectors",
            )


def build_miller_blair(out: Path) -> None:
    codes = ["1", "2"]
    table = IOTable.from_frames(
        pd.DataFrame([[150.0, 500.0], [200.0, 100.0]], index=codes, columns=codes),
        pd.Series([350.0, 1700.0], index=codes, name="final demand"),
        pd.Series([650.0, 1400.0], index=codes, name="value added"),
        names={"1": "Sector 1", "2": "Sector 2"},
        meta=Meta(
            title="Miller and Blair's two sectors",
            unit="units of money",
            source="Miller, R. E. and Blair, P. D. (2009), Input-Output Analysis: Foundations and "
            "Extensions, 2nd edition, Cambridge University Press, chapter 2 (two-sector example)",
            licence="facts from a textbook example",
        ),
    )
    table.to_folder(out / "miller-blair-2x2", overwrite=True)


def save(table: IOTable, folder: Path, *, title: str) -> None:
    replace(table, meta=table.meta.but(title=title)).to_folder(folder, overwrite=True)


def build_all(official: Path, out: Path) -> None:
    """Every bundled table."""
    build_miller_blair(out)
    build_mexico_2018(official, out)
    build_projected(official, out)
    build_bop(official, out)
    build_regions(official, out)
    build_ownership(official, out)
    build_sams(official, out)
    build_accounts(official, out)
    build_wiod(official, out)
    build_scian(official, out)
    build_names(official, out)


def main() -> int:
    if len(sys.argv) not in (2, 3):
        print(__doc__)
        return 2
    official = Path(sys.argv[1])
    out = Path(sys.argv[2]) if len(sys.argv) == 3 else HERE
    out.mkdir(parents=True, exist_ok=True)
    build_all(official, out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
