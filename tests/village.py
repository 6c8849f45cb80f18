"""A village as a social accounting matrix of twelve accounts, small enough to check by hand."""

from __future__ import annotations

import pandas as pd

from iomodel.meta import Meta
from iomodel.sam import SAM

KINDS = {
    "farms": "activity",
    "mills": "activity",
    "labour": "factor",
    "capital": "factor",
    "people": "institution",
    "state": "institution",
    "tax-products": "tax",
    "saving": "saving-investment",
    "trade": "row-trade",
    "income": "row-income",
    "transfers": "row-transfers",
    "balance": "row-balance",
}
# who pays (column), who receives (row), how much
FLOWS = {
    ("farms", "mills"): 30.0,
    ("mills", "farms"): 10.0,
    ("trade", "farms"): 5.0,
    ("trade", "mills"): 15.0,
    ("labour", "farms"): 30.0,
    ("labour", "mills"): 25.0,
    ("capital", "farms"): 25.0,
    ("capital", "mills"): 35.0,
    ("farms", "people"): 30.0,
    ("mills", "people"): 50.0,
    ("tax-products", "people"): 8.0,
    ("trade", "people"): 4.0,
    ("farms", "state"): 5.0,
    ("mills", "state"): 10.0,
    ("mills", "saving"): 20.0,
    ("farms", "trade"): 5.0,
    ("mills", "trade"): 15.0,
    ("people", "trade"): 1.0,
    ("people", "labour"): 57.0,
    ("labour", "income"): 2.0,
    ("people", "capital"): 48.0,
    ("income", "capital"): 12.0,
    ("state", "tax-products"): 8.0,
    ("state", "people"): 9.0,
    ("people", "transfers"): 6.0,
    ("transfers", "people"): 1.0,
    ("saving", "people"): 10.0,
    ("saving", "state"): 2.0,
    ("balance", "trade"): 3.0,
    ("balance", "income"): 10.0,
    ("transfers", "balance"): 5.0,
    ("saving", "balance"): 8.0,
}


def frame(flows: dict[tuple[str, str], float] = FLOWS) -> pd.DataFrame:
    """Its transactions, or those of other flows between the same accounts."""
    T = pd.DataFrame(0.0, index=list(KINDS), columns=list(KINDS))
    for (to, of), amount in flows.items():
        T.loc[to, of] = amount
    return T


def small(**meta: object) -> SAM:
    """The balanced SAM: farms and mills, two factors, people, the state and the world outside."""
    about = Meta(**{"title": "small", "unit": "pesos", "year": 2013, **meta})  # type: ignore[arg-type]
    return SAM.from_frame(frame(), kinds=KINDS, meta=about)
