"""An invented economy small enough to follow by hand: table, institutions, key, and its SAM."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from iomodel import construct
from iomodel.construct import InstitutionalAccounts
from iomodel.meta import Meta
from iomodel.ownership import OwnershipKey
from iomodel.sam import SAM
from iomodel.table import IOTable

CODES = ["farm", "mill", "rent"]
WHO = ["corporations", "finance", "government", "households", "npish"]
ABROAD = ["row-trade", "row-income", "row-transfers", "row-balance"]


def economy(**meta: object) -> IOTable:
    """Three industries; the office's own discrepancy is a column of the table."""
    Z = pd.DataFrame([[5.0, 40, 0], [10, 20, 5], [2, 8, 0]], CODES, CODES)
    Y = pd.DataFrame(
        {
            "C": [40.0, 60, 75],
            "G": [0.0, 30, 0],
            "I": [0.0, 25, 0],
            "S": [2.0, -1, 0],
            "X": [13.0, 50, 0],
            "D": [0.0, 1, 0],
        },
        CODES,
    )
    rows = ["m", "t", "w", "p", "s"]
    V = pd.DataFrame(
        {"farm": [8.0, 1, 20, 1, 0], "mill": [45.0, 3, 50, 2, 0], "rent": [2.0, 1, 5, 2, 0]}, rows
    )
    V.loc["s"] = (Z.sum(axis=1) + Y.sum(axis=1)) - Z.sum() - V.sum()
    W = pd.DataFrame(0.0, rows, Y.columns)
    W.loc["m"] = [20.0, 1, 9, 0, 0, 0]
    W.loc["t"] = [10.0, 0, 2, 0, 0, 0]
    about = Meta(
        title="invented",
        country="XXX",
        year=2013,
        unit="million MXN",
        currency="MXN",
        assumptions=("made up",),
    )
    kinds = {"m": "imports", "t": "product_taxes", "w": "compensation", "p": "production_taxes",
             "s": "surplus"}  # fmt: skip
    demand = {"C": "private_consumption", "G": "government_consumption", "I": "fixed_investment",
              "S": "inventories", "X": "exports", "D": "discrepancy"}  # fmt: skip
    return IOTable.from_frames(
        Z, Y, V, W, kinds=kinds, demand_kinds=demand, meta=replace(about, **meta)
    )


def accounts(**changes: object) -> InstitutionalAccounts:
    """Its institutions: surplus of 155, of which 25 is mixed income; they close to nothing."""
    given = InstitutionalAccounts(
        country="XXX",
        year=2013,
        unit="million MXN",
        surplus=series(53.0, 10, 3, 60, 4),
        saving=series(5.0, 2, -6, 2, 1),
        consumption=series(0.0, 0, 30, 196, 6),
        disposable_finance=5.0,
        compensation_received=1.0,
        fixed_investment=35.75,
        property_received=4.0,
        property_paid=25.0,
        equity=14.0,
        public_interest=3.0,
        transfers_received=7.0,
        transfers_paid=3.0,
        source="invented",
        assumptions=("equity is made up",),
    )
    return replace(given, **changes)


def series(*values: float) -> pd.Series:
    return pd.Series(values, WHO).sample(frac=1, random_state=1)


def key(**shares: float) -> OwnershipKey:
    return OwnershipKey.from_shares("mine", pd.Series({"farm": 0.1, "mill": 0.8, "rent": 0.0,
                                                       **shares}))  # fmt: skip


OWNERS = pd.Series({"rent": 3.0, "mill": 1.0, "farm": 1.0})
OWN_USE = pd.Series({"rent": 1.0, "farm": 0.0, "mill": 0.0})
GIVEN = {"key": key(), "owners": OWNERS, "own_use": OWN_USE}


def built(
    table: IOTable | None = None, institutions: InstitutionalAccounts | None = None, **given: object
) -> SAM:
    return construct.sam(table or economy(), institutions or accounts(), **{**GIVEN, **given})  # type: ignore[arg-type]
