"""A share of what a sector buys or sells taken out, every sector one at a time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from iomodel.accounts import Array, Labelled, show
from iomodel.arguments import typed
from iomodel.errors import TableError
from iomodel.extraction.losses import DIETZENBACHER_LAHR, when_purchases_fall, when_sales_fall
from iomodel.extraction.measure import OUTPUT, Measured
from iomodel.table import IOTable


@typed
def partial_backward(
    table: IOTable,
    share: float | Labelled,
    *,
    measure: Measured = OUTPUT,
    own: bool = True,
    percent: bool = False,
) -> pd.DataFrame:
    """What suppliers lose if a sector cuts its purchases here by a share: it imports that part.

    Column k of A becomes (1 - s) times itself; column k of the losses is

        s (L - I) e_k x_k / (1 + s (l_kk - 1)),

    more than s times `backward`, because the sector that buys less from itself is smaller too.
    `share` is one number from 0 to 1 or one for each sector, by label.  Options, shape, unit,
    cost and errors: `complete`; TableError for a share outside 0 to 1.
    Reference: Dietzenbacher, E. and Lahr, M. L. (2013), Expanding extractions, Economic Systems
    Research 25(3), 341-360.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> partial_backward(table, 0.5)["a"].round(1).to_dict()
    {'a': 112.7, 'b': 117.1}
    """
    return when_purchases_fall(
        table,
        _shares(table, share),
        (
            "partial backward extraction",
            "s (L - I) e_k x_k / (1 + s (l_kk - 1))",
            DIETZENBACHER_LAHR,
        ),
        measure=measure,
        own=own,
        percent=percent,
    )


@typed
def partial_forward(
    table: IOTable,
    share: float | Labelled,
    *,
    measure: Measured = OUTPUT,
    own: bool = True,
    percent: bool = False,
) -> pd.DataFrame:
    """What is lost if producers replace a share of what a sector sells them by imports.

    Row k of A becomes (1 - s) times itself, f_k stays; column k of the losses is

        s l_k z_k / (1 + s (l_kk - 1)).

    `share` is one number from 0 to 1 or one for each sector, by label.  Options, shape, unit,
    cost and errors: `complete`; TableError for a share outside 0 to 1.
    Reference: Dietzenbacher and Lahr (2013), Expanding extractions.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> partial_forward(table, 0.5)["a"].round(1).to_dict()
    {'a': 361.6, 'b': 76.1}
    """
    return when_sales_fall(
        table,
        _shares(table, share),
        ("partial forward extraction", "s l_k z_k / (1 + s (l_kk - 1))", DIETZENBACHER_LAHR),
        measure=measure,
        own=own,
        percent=percent,
    )


def _shares(table: IOTable, share: float | Labelled) -> Array:
    """Shares by sector, from one number or a labelled one for each; all from 0 to 1."""
    if isinstance(share, (int, float, np.number)):
        found: Array = np.full(len(table.accounts), float(share))
    else:
        found = table.accounts.array(share, "The share")
    if found.ndim != 1:
        raise TableError(
            f"The share has {found.shape[1]} columns.", remedy="Give one share for each sector."
        )
    wrong = np.flatnonzero(~((found >= 0) & (found <= 1)))
    if len(wrong):
        raise TableError(
            f"{len(wrong)} shares to extract are not from 0 to 1.",
            [f"'{show(table.accounts.keys[i])}': {found[i]}" for i in wrong],
            "Give one share (0.25 extracts a quarter), or one for each sector.",
        )
    return found
