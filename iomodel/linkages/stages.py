"""Where in the chain a sector stands: its distance from final use, and from primary inputs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from iomodel.about import about
from iomodel.accounts import Array, show
from iomodel.arguments import typed
from iomodel.errors import MissingAccountError, NotProductiveError, TableError
from iomodel.linalg import Resolvent
from iomodel.linkages.averages import of_active, positions, spread
from iomodel.linkages.register import Index
from iomodel.linkages.structure import reaches
from iomodel.table import IOTable

UPSTREAM = (
    "Antràs, P., Chor, D., Fally, T. and Hillberry, R. (2012), Measuring the upstreamness of "
    "production and trade flows, American Economic Review 102(3), 412-416"
)
DOWNSTREAM = (
    "Miller, R. E. and Temurshoev, U. (2017), Output upstreamness and input downstreamness of "
    "industries/countries in world production, International Regional Science Review 40(5), "
    "443-475"
)


def upstreamness(table: IOTable) -> pd.Series:
    """In how many steps a peso of a sector's output arrives at final use: 1 is at once.

    U = 1 f/x + 2 (B f)/x + 3 ... = G i with B the domestic allocation coefficients.  Exports and
    additions to stocks count as final use; `trade_corrected_upstreamness` follows them on.  It is
    `ghosh_forward` before the division by the mean.

    Cost: one solve, 2 n^2 flops.
    Reference: Antràs, Chor, Fally and Hillberry (2012).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> upstreamness(table).round(4).to_dict()
    {'a': 1.9142, 'b': 1.2541}
    """
    table.require_domestic("Upstreamness")
    return of_active(table, table.G.row_sums().to_numpy())


def downstreamness(table: IOTable) -> pd.Series:
    """Through how many steps the cost of a peso of output came from primary inputs: 1 is at once.

    D = 1 v + 2 (v A) + 3 ... = i'L with v all primary inputs per unit of output.  Imported inputs
    count as primary; `trade_corrected_downstreamness` follows them back.  It is the output
    multiplier, `rasmussen_backward` before the division by the mean.

    Cost: one solve, 2 n^2 flops.
    Reference: Miller and Temurshoev (2017).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> downstreamness(table).round(4).to_dict()
    {'a': 1.5182, 'b': 1.4521}
    """
    table.require_domestic("Downstreamness")
    return of_active(table, table.L.column_sums().to_numpy())


@typed
def trade_corrected_upstreamness(table: IOTable) -> pd.Series:
    """Upstreamness where exports and stocks are used as the same product is used at home.

    U = (I - B*)^-1 i with b*_ij = z_ij / (x_i - e_i - s_i): exports e and additions to stocks s
    are left out of what deliveries are divided by.  Antràs, Chor, Fally and Hillberry have
    imports inside their flows and divide by x - e + m - s; the flows here are domestic, so the
    imports m stand on neither side.  The two agree where imports of a product are the same share
    mu = m / (x + m - e) of every domestic use, for then z is (1 - mu) of the whole delivery.

    n steps; NaN for a sector without output; 1 for one that sells nothing at home.
    Cost: one factorisation, 2/3 n^3 flops.
    Errors: MissingAccountError for total transactions or where no demand category is of kind
    "exports"; TableError where final use at home is so negative that domestic use is not positive;
    NotProductiveError where some sectors sell at home to each other alone, so that no use of
    their products at home is final.
    Reference: Antràs, Chor, Fally and Hillberry (2012).

    >>> table = IOTable.from_frames(
    ...     Z=pd.DataFrame([[10.0, 20], [30, 0]], index=["a", "b"], columns=["a", "b"]),
    ...     Y=pd.DataFrame({"consumption": [60.0, 40], "exports": [10.0, 30]}, index=["a", "b"]),
    ...     V=pd.DataFrame({"a": [20.0, 40], "b": [30.0, 50]}, index=["imports", "wages"]),
    ...     kinds={"imports": "imports"},
    ...     demand_kinds={"exports": "exports"},
    ... )
    >>> trade_corrected_upstreamness(table).round(4).to_dict()
    {'a': 1.54, 'b': 1.66}
    """
    table.require_domestic("Upstreamness")
    if not table.categories.of_kind("exports"):
        raise MissingAccountError(
            f"'{table.meta.title}' has no demand category of kind exports.",
            [f"'{code}' is {kind}" for code, kind in table.categories.table()["kind"].items()],
            "Say in `demand_kinds` which column of Y holds them, or take `upstreamness`.",
        )
    on = positions(table)
    out = table.categories.of_kind("exports", "inventories")
    Z = table.arrays.Z[np.ix_(on, on)]
    final = np.delete(table.arrays.Y[on], out, axis=1).sum(axis=1)
    return about(
        _chained(table, Z, final, "final use at home"),
        name="trade-corrected upstreamness",
        unit="steps",
        formula="(I - B*)^-1 i, b*_ij = z_ij / (x_i - e_i - s_i)",
        reference=UPSTREAM,
    )


@typed
def trade_corrected_downstreamness(table: IOTable) -> pd.Series:
    """Downstreamness where imported inputs came as far as the domestic inputs beside them.

    D = i'(I - A*)^-1 with a*_ij = z_ij / (x_j - m_j), m_j the imported inputs of sector j: the
    mirror image of the correction of upstreamness, which lets exports be used as sales at home
    are.  Imports by product are not needed, only their sum for each buyer (a row of V).

    n steps; NaN for a sector without output; 1 for one that buys nothing at home.
    Cost: one factorisation, 2/3 n^3 flops.
    Errors: MissingAccountError for total transactions or without imports; TableError where
    subsidies outweigh all that is spent at home; NotProductiveError where some sectors spend at
    home on each other alone, or are paid for by subsidies, so that their chain has no beginning.
    Reference: Miller and Temurshoev (2017) for i'L; Antràs, Chor, Fally and Hillberry (2012) for
    the correction that this one mirrors.

    >>> table = IOTable.from_frames(
    ...     Z=pd.DataFrame([[10.0, 20], [30, 0]], index=["a", "b"], columns=["a", "b"]),
    ...     Y=pd.DataFrame({"consumption": [60.0, 40], "exports": [10.0, 30]}, index=["a", "b"]),
    ...     V=pd.DataFrame({"a": [20.0, 40], "b": [30.0, 50]}, index=["imports", "wages"]),
    ...     kinds={"imports": "imports"},
    ...     demand_kinds={"exports": "exports"},
    ... )
    >>> trade_corrected_downstreamness(table).round(4).to_dict()
    {'a': 1.7907, 'b': 1.5116}
    """
    table.require_domestic("Downstreamness")
    table.primary("imports")
    on = positions(table)
    imported = table.inputs.of_kind("imports")
    Z = table.arrays.Z[np.ix_(on, on)]
    primary = np.delete(table.arrays.V[:, on], imported, axis=0).sum(axis=0)
    return about(
        _chained(table, Z.T, primary, "primary inputs at home"),
        name="trade-corrected downstreamness",
        unit="steps",
        formula="i'(I - A*)^-1, a*_ij = z_ij / (x_j - m_j)",
        reference=f"{DOWNSTREAM}; {UPSTREAM}",
    )


def _chained(table: IOTable, links: Array, ends: Array, what: str) -> pd.Series:
    """(I - S)^-1 i with s_ij = links_ij / (ends_i + sum_j links_ij): the steps of each chain."""
    whole = links.sum(axis=1) + ends
    labels = tuple(show(table.accounts.keys[i]) for i in positions(table))
    bad = np.flatnonzero((whole <= 0) & (links > 0).any(axis=1))
    if len(bad):
        raise TableError(
            f"{len(bad)} sectors have {what} that outweigh their deliveries from below zero.",
            [f"'{labels[i]}': {ends[i]:.6g}, deliveries {links[i].sum():.6g}" for i in bad],
            f"Check their {what}; or do without the correction.",
        )
    shares = links / np.where(whole > 0, whole, 1.0)[:, None]
    ending = (ends > 0) | (whole == 0)
    endless = np.flatnonzero(~(ending | (reaches(shares) & ending).any(axis=1)))
    if len(endless):
        raise _without_end(tuple(labels[i] for i in endless), what, 1.0)
    try:
        steps = Resolvent(shares, labels).solve(np.ones(len(shares)))
    except NotProductiveError as found:
        raise _without_end(found.sectors, what, found.spectral_radius) from found
    return table.accounts.series(spread(table, steps))


def _without_end(sectors: tuple[str, ...], what: str, radius: float) -> NotProductiveError:
    error = NotProductiveError(
        f"{len(sectors)} sectors have no {what}, even through others: their chain has no end.",
        [f"'{label}'" for label in sectors],
        "Do without the correction, or put these sectors together with others.",
    )
    error.spectral_radius, error.sectors = radius, sectors
    return error


INDICES = (
    Index("upstreamness", "position", upstreamness, "sum_j g_ij", UPSTREAM),
    Index("downstreamness", "position", downstreamness, "sum_i l_ij", DOWNSTREAM),
)
