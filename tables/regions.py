"""Builds the bi-regional tables of 2018: four states, each with the rest of the country."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path

from iomodel.errors import NegativeFlowWarning
from iomodel.readers.inegi_regions import read_inegi_regions

STATES = ("aguascalientes", "coahuila", "guanajuato", "puebla")


def build_regions(official: Path, tables: Path) -> None:
    """mexico-2018-STATE for each state, as the office publishes it."""
    for state in STATES:
        with warnings.catch_warnings(record=True) as caught:
            # a last digit of investment is negative in two of them: the table says so itself
            warnings.simplefilter("always", NegativeFlowWarning)
            table = read_inegi_regions(official / "inegi" / f"mip_ixi_br_{state}_d_2018.tsv")
        said = [f"As published: {str(one.message).partition(': ')[2]}" for one in caught]
        meta = table.meta.but(assumptions=(*table.meta.assumptions, *said))
        replace(table, meta=meta).to_folder(tables / f"mexico-2018-{state}", overwrite=True)
