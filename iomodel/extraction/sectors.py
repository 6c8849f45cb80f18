"""Every sector extracted one at a time: who loses how much, an n x n table for each question.

Column k of a result is the extraction of sector k, row i is where the loss falls; `.sum()` is the
loss of the economy by sector extracted.  In the formulas e_k is the k-th unit vector, l_k column k
of L, and losses are losses of output; measured in something else row i is multiplied by w_i, the
measure per unit of output.  A sector without output loses nothing and costs nobody anything.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from iomodel.arguments import typed
from iomodel.extraction.losses import (
    DIETZENBACHER_LINDEN,
    MILLER_BLAIR,
    TEMURSHOEV,
    asked,
    counted,
    when_purchases_fall,
    when_sales_fall,
    without_own,
)
from iomodel.extraction.measure import OUTPUT, Measured
from iomodel.table import IOTable


@typed
def complete(
    table: IOTable, *, measure: Measured = OUTPUT, own: bool = True, percent: bool = False
) -> pd.DataFrame:
    """What everybody loses if a sector vanishes: it buys nothing, sells nothing, serves no demand.

    Row k and column k of A and f_k are set to zero; column k of the losses is

        l_k x_k / l_kk,

    so the sector itself loses all of x_k.  `measure` counts the losses in output, in a kind of
    primary input, in one row of V or a satellite, or by rates of your own per unit of output;
    `own=False` sets the extracted sector's own loss (the diagonal) to zero: what the others lose is
    what was bought from them, the same as in `backward` and `backward_others`.  `percent=True`
    divides by the total of all sectors, in percent.  Primary inputs that final demand buys
    directly (W) are in no loss and in no total.

    n x n, index `sector` (who loses), columns `extracted`; unit of the measure.
    Cost: n right sides, 2 n^3 flops and 16 n^2 bytes; `totals` gives the column sums for less.
    Errors: MissingAccountError for a table of total transactions or a measure it does not have;
    LabelError, TableError for rates that do not fit; NotProductiveError.
    Reference: Miller, R. E. and Blair, P. D. (2009), Input-Output Analysis, Cambridge University
    Press, chapter 12; Temurshoev, U. (2010), Identifying optimal sector groupings with the
    hypothetical extraction method, Journal of Regional Science 50(4), 872-890 (the closed form).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> complete(table).round(1).to_dict()  # without a, b sells 210.5 less
    {'a': {'a': 1000.0, 'b': 210.5}, 'b': {'a': 588.2, 'b': 2000.0}}
    >>> complete(table, own=False, percent=True).sum().round(1).to_dict()
    {'a': 7.0, 'b': 19.6}
    """
    rates = asked(table, measure)
    L = table.L.to_array()
    losses = L * (table.arrays.x / np.diagonal(L))
    return counted(
        table,
        losses,
        ("complete extraction", "l_k x_k / l_kk", f"{MILLER_BLAIR}; {TEMURSHOEV}"),
        rates,
        own=own,
        percent=percent,
    )


@typed
def backward(
    table: IOTable, *, measure: Measured = OUTPUT, own: bool = True, percent: bool = False
) -> pd.DataFrame:
    """What suppliers lose if a sector buys nothing here (it imports all inputs) and sells as ever.

    All of column k of A is set to zero, its purchases from itself too; column k of the losses is

        (L - I) e_k x_k / l_kk.

    (L - I) is solved for as L A, so that nothing cancels.  Options, shape, unit, cost and errors:
    `complete`.
    Reference: Miller and Blair (2009), chapter 12; Dietzenbacher, E. and van der Linden, J. A.
    (1997), Sectoral and spatial linkages in the EC production structure, Journal of Regional
    Science 37(2), 235-257.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> backward(table).round(1).to_dict()
    {'a': {'a': 202.6, 'b': 210.5}, 'b': {'a': 588.2, 'b': 217.6}}
    """
    return when_purchases_fall(
        table,
        1.0,
        (
            "backward extraction",
            "(L - I) e_k x_k / l_kk",
            MILLER_BLAIR + "; " + DIETZENBACHER_LINDEN,
        ),
        measure=measure,
        own=own,
        percent=percent,
    )


@typed
def backward_others(
    table: IOTable, *, measure: Measured = OUTPUT, own: bool = True, percent: bool = False
) -> pd.DataFrame:
    """What suppliers lose if a sector buys nothing from others here, and from itself as before.

    Column k of A is set to zero but for a_kk; column k of the losses is

        ((1 - a_kk) L - I) e_k x_k / ((1 - a_kk) l_kk).

    Never more than `backward`.  Options, shape, unit, cost and errors: `complete`.
    Reference: Miller and Blair (2009), chapter 12.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> backward_others(table).round(1).to_dict()
    {'a': {'a': 61.9, 'b': 210.5}, 'b': {'a': 588.2, 'b': 123.8}}
    """
    rates = asked(table, measure)
    losses = table.L.solve(without_own(table))
    losses *= table.arrays.x / (1 + np.diagonal(losses))
    formula = "((1 - a_kk) L - I) e_k x_k / ((1 - a_kk) l_kk)"
    return counted(
        table,
        losses,
        ("backward extraction, own inputs kept", formula, MILLER_BLAIR),
        rates,
        own=own,
        percent=percent,
    )


@typed
def forward(
    table: IOTable, *, measure: Measured = OUTPUT, own: bool = True, percent: bool = False
) -> pd.DataFrame:
    """What is lost if a sector sells to final demand only: its users import what it sold them.

    All of row k of A is set to zero, f_k stays; with z_k its intermediate sales (x_k - f_k),
    column k of the losses is

        l_k z_k / l_kk.

    The sector loses z_k and its suppliers what that needed: the demand side of its sales.  What
    its users could no longer make is `forward_ghosh`.  Options, shape, unit, cost and errors:
    `complete`.
    Reference: Miller and Blair (2009), chapter 12.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> forward(table).round(1).to_dict()  # a sold 650 to producers
    {'a': {'a': 650.0, 'b': 136.8}, 'b': {'a': 88.2, 'b': 300.0}}
    """
    return when_sales_fall(
        table,
        1.0,
        ("forward extraction", "l_k z_k / l_kk, z = A x", MILLER_BLAIR),
        measure=measure,
        own=own,
        percent=percent,
    )


@typed
def forward_others(
    table: IOTable, *, measure: Measured = OUTPUT, own: bool = True, percent: bool = False
) -> pd.DataFrame:
    """What is lost if a sector sells nothing to other producers, and to itself as before.

    Row k of A is set to zero but for a_kk; with z_k - z_kk its sales to others, column k of the
    losses is

        l_k (z_k - z_kk) / ((1 - a_kk) l_kk).

    Never more than `forward`.  Options, shape, unit, cost and errors: `complete`.
    Reference: Miller and Blair (2009), chapter 12.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> forward_others(table).round(1).to_dict()
    {'a': {'a': 588.2, 'b': 123.8}, 'b': {'a': 61.9, 'b': 210.5}}
    """
    rates = asked(table, measure)
    L = table.L.to_array()
    kept = 1 - np.diagonal(table.A.to_numpy())
    losses = L * (without_own(table) @ table.arrays.x / (kept * np.diagonal(L)))
    return counted(
        table,
        losses,
        (
            "forward extraction, own sales kept",
            "l_k (z_k - z_kk) / ((1 - a_kk) l_kk)",
            MILLER_BLAIR,
        ),
        rates,
        own=own,
        percent=percent,
    )


@typed
def forward_ghosh(
    table: IOTable, *, measure: Measured = OUTPUT, own: bool = True, percent: bool = False
) -> pd.DataFrame:
    """What users lose if a sector supplies no producer and nobody replaces it: the supply side.

    All of row k of B is set to zero in x' = v0' (I - B)^-1, primary inputs as they are; the loss
    of sector j by the extraction of k is

        (G - I)_kj x_k / l_kk = (L - I)_kj x_j / l_kk.

    It supposes that a missing input cuts output in proportion, with nothing else to take its
    place: an upper bound of a shortage, and the disputed half of Ghosh's model.  Options, shape,
    unit, cost and errors: `complete`.
    Reference: Ghosh, A. (1958), Input-output approach in an allocation system, Economica 25(97),
    58-64; Dietzenbacher and van der Linden (1997) for the extraction.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> forward_ghosh(table).round(1).to_dict()
    {'a': {'a': 202.6, 'b': 526.3}, 'b': {'a': 235.3, 'b': 217.6}}
    """
    rates = asked(table, measure)
    R = table.L.solve(table.A.to_numpy())
    losses = (R * table.arrays.x).T / (1 + np.diagonal(R))
    reference = (
        "Ghosh, A. (1958), Input-output approach in an allocation system, Economica 25(97), 58-64; "
        + DIETZENBACHER_LINDEN
    )
    return counted(
        table,
        losses,
        ("forward extraction, Ghosh", "(G - I)_kj x_k / l_kk", reference),
        rates,
        own=own,
        percent=percent,
    )
