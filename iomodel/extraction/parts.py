"""Less than a sector or more than one taken out: one flow, a group of sectors, a region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable

import numpy as np
import pandas as pd

from iomodel.accounts import show
from iomodel.arguments import typed
from iomodel.errors import LabelError, MissingAccountError, TableError
from iomodel.extraction.losses import DIETZENBACHER_LAHR, TEMURSHOEV, asked
from iomodel.extraction.measure import OUTPUT, Measured, in_percent, told
from iomodel.table import IOTable

REGIONS = (
    "Dietzenbacher, E., van der Linden, J. A. and Steenge, A. E. (1993), The regional extraction "
    "method: EC input-output comparisons, Economic Systems Research 5(2), 185-206"
)


@typed
def flow(
    table: IOTable,
    seller: Hashable,
    buyer: Hashable,
    *,
    share: float = 1.0,
    measure: Measured = OUTPUT,
    percent: bool = False,
) -> pd.Series:
    """What everybody loses if a share of one flow, seller to buyer, is bought abroad instead.

    a_ij becomes (1 - s) a_ij; the losses are

        s a_ij L e_i x_j / (1 + s a_ij l_ji),

    one number per sector.  `share` from 0 to 1; `measure` and `percent` as in `complete`.
    Cost: one solve, 2 n^2 flops.
    Errors: LabelError for a sector that is not there, TableError for a share outside 0 to 1, and
    those of `complete`.
    Reference: Dietzenbacher, E. and Lahr, M. L. (2013), Expanding extractions, Economic Systems
    Research 25(3), 341-360; Sherman, J. and Morrison, W. J. (1950), Adjustment of an inverse
    matrix corresponding to a change in one element of a given matrix, Annals of Mathematical
    Statistics 21(1), 124-127.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> flow(table, "b", "a").round(1).to_dict()  # the 200 that b sold to a, and what hung on it
    {'a': 61.9, 'b': 210.5}
    """
    rates = asked(table, measure)
    if not 0 <= share <= 1:
        raise TableError(
            f"The share to extract is {share}.", remedy="Give one from 0 to 1: 0.25 is a quarter."
        )
    i, j = table.accounts.position(seller), table.accounts.position(buyer)
    unit = np.zeros(len(table.accounts))
    unit[i] = 1.0
    column = table.L.solve(unit)
    cut = share * float(table.A.to_numpy()[i, j])
    losses = column * (cut * table.arrays.x[j] / (1 + cut * column[j]))
    values = losses * rates.rates
    name = f"extraction of the flow '{show(seller)}' to '{show(buyer)}'"
    series = table.accounts.series(in_percent(values, rates) if percent else values, "loss")
    return told(
        series,
        name if share == 1 else f"{name}, share {share}",
        "s a_ij L e_i x_j / (1 + s a_ij l_ji)",
        rates,
        own=True,
        percent=percent,
        reference=DIETZENBACHER_LAHR,
    )


@typed
def group(
    table: IOTable,
    sectors: Iterable[Hashable],
    *,
    measure: Measured = OUTPUT,
    own: bool = True,
    percent: bool = False,
) -> pd.Series:
    """What everybody loses if several sectors vanish together: a cluster, a value chain.

    Rows and columns S of A and f_S are set to zero; the losses are

        L[:, S] (L_SS)^-1 x_S,

    which is x_S for the group itself; less in all than the sum of its sectors extracted apart,
    whose losses overlap.  `measure`, `own` (the losses of the group itself) and `percent` as in
    `complete`.  One number per sector.

    Cost: s solves, 2 n^2 s + 2/3 s^3 flops for s sectors, 8 n s bytes.
    Errors: LabelError for no sector, an unknown one or one named twice; those of `complete`.
    Reference: Temurshoev, U. (2010), Identifying optimal sector groupings with the hypothetical
    extraction method, Journal of Regional Science 50(4), 872-890.

    >>> codes = ["a", "b", "c"]
    >>> A = pd.DataFrame([[0.1, 0.2, 0.0], [0.3, 0.0, 0.1], [0.0, 0.2, 0.1]], codes, codes)
    >>> table = IOTable.from_coefficients(A, pd.Series([100.0, 100, 100], codes))
    >>> group(table, ["a", "b"]).round(1).to_dict()
    {'a': 100.0, 'b': 100.0, 'c': 22.2}
    """
    rates = asked(table, measure)
    at = table.accounts.positions(sectors)
    keys = [show(table.accounts.keys[i]) for i in at]
    twice = [f"'{key}' {times} times" for key, times in Counter(keys).items() if times > 1]
    if twice or not at:
        raise LabelError(
            f"{len(twice)} sectors of the group are named more than once."
            if twice
            else "The group has no sector.",
            twice,
            "Name each sector of the group once.",
        )
    units = np.zeros((len(table.accounts), len(at)))
    units[at, range(len(at))] = 1.0
    columns = table.L.solve(units)
    gone = table.arrays.x[at]
    losses = columns @ np.linalg.solve(columns[at], gone)
    losses[at] = gone
    values = losses * rates.rates
    if not own:
        values[at] = 0.0
    series = table.accounts.series(in_percent(values, rates) if percent else values, "loss")
    return told(
        series,
        f"extraction of {len(at)} sectors: {', '.join(keys)}",
        "L[:, S] (L_SS)^-1 x_S",
        rates,
        own=own,
        percent=percent,
        reference=TEMURSHOEV,
    )


@typed
def region(
    table: IOTable,
    name: Hashable,
    *,
    measure: Measured = OUTPUT,
    own: bool = True,
    percent: bool = False,
) -> pd.Series:
    """What all regions lose if one of them vanishes from the table: `group` of its sectors.

    With `own=False` the losses of the other regions: what hangs on it beyond its border.  One
    number per region and sector.
    Cost and options: `group`.
    Errors: MissingAccountError for a table of one region, LabelError for an unknown region; those
    of `group`.
    Reference: Dietzenbacher, E., van der Linden, J. A. and Steenge, A. E. (1993), The regional
    extraction method: EC input-output comparisons, Economic Systems Research 5(2), 185-206.

    >>> import iomodel as im
    >>> state = im.load("mexico-2018-puebla")
    >>> lost = im.extraction.region(state, "puebla", percent=True)
    >>> lost.groupby(level="region").sum().round(1).to_dict()
    {'puebla': 3.6, 'resto_del_pais': 0.8}
    """
    accounts = table.accounts
    regions_of = _regions(table)
    inside = [key for key, of in zip(accounts.keys, regions_of, strict=True) if of == name]
    if not inside:
        known = list(dict.fromkeys(regions_of))
        raise LabelError(
            f"'{name}' is not a region.", remedy=f"The regions are: {', '.join(known)}."
        )
    series = group(table, inside, measure=measure, own=own, percent=percent)
    series.attrs.update(name=f"extraction of region '{name}'", reference=REGIONS)
    return series


@typed
def regions(
    table: IOTable,
    *,
    measure: Measured = OUTPUT,
    own: bool = True,
    percent: bool = False,
) -> pd.DataFrame:
    """What everybody loses if a region vanishes, for every region: who hangs on whom.

    Column r is `region(table, r)`; outside r, with S its sectors and O all others, the losses
    solve

        (I - A_OO) d_O = A_OS x_S,

    all regions in lock-step; inside, d_S = x_S.  n x number of regions, in the order in which the
    regions come.  `measure`, `own` and `percent` as in `complete`.

    Cost: for R regions some 20 products of A with R columns, 40 n^2 R flops and 400 n R bytes;
    below 500 sectors n solves.
    Errors: MissingAccountError for a table of one region; those of `complete`.
    Reference: Dietzenbacher, E., van der Linden, J. A. and Steenge, A. E. (1993), The regional
    extraction method: EC input-output comparisons, Economic Systems Research 5(2), 185-206.

    >>> import iomodel as im
    >>> losses = regions(im.load("mexico-2018-puebla"), percent=True)
    >>> losses.sum().round(1).to_dict()
    {'puebla': 4.4, 'resto_del_pais': 97.0}
    """
    rates = asked(table, measure)
    of, x = _regions(table), table.arrays.x
    names = list(dict.fromkeys(of))
    gone = np.array(of)[:, None] == np.array(names)
    output_of = np.where(gone, x[:, None], 0.0)
    bought = table.arrays.Z @ gone.astype(np.float64)  # A x_S
    losses = table.L.resolvent.solve_without(gone, bought)
    losses += output_of
    values = losses * rates.rates[:, None]
    if not own:
        values[gone] = 0.0
    frame = table.accounts.frame(
        in_percent(values, rates) if percent else values, pd.Index(names, name="extracted")
    )
    return told(
        frame,
        "extraction of each region",
        "(I - A_OO) d_O = A_OS x_S; d_S = x_S",
        rates,
        own=own,
        percent=percent,
        reference=REGIONS,
    )


def _regions(table: IOTable) -> tuple[str, ...]:
    """The region of each account; there must be some."""
    if not table.accounts.regions:
        raise MissingAccountError(
            f"'{table.meta.title}' has no regions.", remedy="Name sectors: extraction.group."
        )
    return table.accounts.regions
