"""Builds tables/mexico-wiod-2000 to -2014: WIOD's tables of Mexico, 56 industries, whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from iomodel.readers.wiod import read_wiod_years

FILE = "MEX_NIOT_nov16.csv"
BUILT = (
    "the whole table is kept, 56 industries and the figures as printed: motor vehicles (C29) are "
    "one industry there, assembly, bodies and parts together"
)


def build_wiod(official: Path, out: Path) -> None:
    for year, table in read_wiod_years(official / "wiod" / FILE).items():
        title = f"Mexico {year}, WIOD release 2016, domestic, 56 industries"
        meta = table.meta.but(title=title, assumptions=(*table.meta.assumptions, BUILT))
        replace(table, meta=meta).to_folder(out / f"mexico-wiod-{year}", overwrite=True)
