"""What draws say: quantiles, which ranking of sectors survives, which factor matters most."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd

from iomodel.accounts import Array
from iomodel.arguments import typed
from iomodel.bands.drawing import Drawn
from iomodel.errors import LabelError, TableError

REST = "rest"
BAND = (0.05, 0.5, 0.95)


@typed
def quantiles(
    drawn: Drawn, *, measure: str = "kept_recorded", q: Sequence[float] = BAND
) -> pd.DataFrame:
    """The band of one measure, by sector: its value at central factors, and quantiles of the draws.

        q_p = the value that the share p of draws does not exceed (linear between draws).

    Pesos per peso of final demand; columns point and one for each p; sectors without output NaN.
    Cost: O(d n log d).  Errors: LabelError for an unknown measure, TableError for p outside [0, 1].


    >>> import iomodel as im
    >>> mx, bop = im.load("mexico-2018"), im.load_bop("mexico", 2018)
    >>> drawn = im.bands.draw(mx, bop, key=im.leakage.default_key(mx), draws=20)
    >>> im.bands.quantiles(drawn).columns.tolist()
    ['point', '0.05', '0.5', '0.95']
    """
    values = _of(drawn, measure)
    if not all(0 <= p <= 1 for p in q):
        raise TableError(f"Quantiles at {list(q)}.", remedy="Give probabilities, from 0 to 1.")
    frame = drawn.point[[measure]].rename(columns={measure: "point"})
    for p, row in zip(q, np.quantile(values, list(q), axis=0), strict=True):
        frame[f"{p:g}"] = row
    return frame.rename_axis(columns=None)


@typed
def order(drawn: Drawn, *, measure: str = "leak_owned_net") -> pd.DataFrame:
    """How often one sector leaks more than another: n x n, the share of draws with row > column.

        P_ij = #{d: y_di > y_dj} / #d,   P_ij + P_ji + (ties) = 1.

    1 or 0: the order of the two survives every draw.  Share; cost O(d n^2); exporting parts and
    sectors without output are left out.  Errors: LabelError for an unknown measure.


    >>> import iomodel as im
    >>> mx, bop = im.load("mexico-2018"), im.load_bop("mexico", 2018)
    >>> drawn = im.bands.draw(mx, bop, key=im.leakage.default_key(mx), draws=20)
    >>> float(im.bands.order(drawn).loc["3361", "931"])     # cars leak more in every draw
    1.0
    """
    values, index = _sectors(drawn, measure)
    share = np.array([(values[:, [i]] > values).mean(axis=0) for i in range(values.shape[1])])
    return pd.DataFrame(share, index, index.rename(None))


@typed
def ranks(drawn: Drawn, *, measure: str = "leak_owned_net") -> pd.DataFrame:
    """The place of each sector among all, 1 the highest, and between which places it moves.

    Columns point (all factors central), 0.05, 0.5, 0.95 (quantiles of the place over draws),
    and `settled`: the share of the other sectors that it is above, or below, in every draw.  Places
    from 1 to n, ties share the better one.
    Cost: O(d n^2).  Errors: LabelError for an unknown measure.

    >>> import iomodel as im
    >>> mx, bop = im.load("mexico-2018"), im.load_bop("mexico", 2018)
    >>> drawn = im.bands.draw(mx, bop, key=im.leakage.default_key(mx), draws=20)
    >>> int(im.bands.ranks(drawn).loc["3361", "point"])
    1
    """
    values, index = _sectors(drawn, measure)
    places = pd.DataFrame(-values).rank(axis=1, method="min").to_numpy()
    frame = pd.DataFrame(index=index)
    frame["point"] = drawn.point.loc[index, measure].rank(ascending=False, method="min")
    for p, row in zip(BAND, np.quantile(places, BAND, axis=0), strict=True):
        frame[f"{p:g}"] = row
    never = order(drawn, measure=measure).to_numpy()
    settled = ((never == 1) | (never.T == 1)).sum(axis=1)
    frame["settled"] = settled / max(len(index) - 1, 1)
    return frame


@typed
def tornado(drawn: Drawn, sector: Hashable, *, measure: str = "kept_owned_net") -> pd.DataFrame:
    """Which factor moves a measure of one sector most.

    Columns: `low` and `high` of the factor (shares per sector weighted by surplus), `at_low` and
    `at_high`: the measure there with all other factors central; `swing`, the distance of the two;
    `variance`: the squared rank correlation (Spearman's) of factor and measure over the draws, the
    share of variance that it explains where factors are drawn apart and act monotonically.  Sorted
    by swing; the row 'rest' has what of the variance no factor explains alone: sectors' own parts
    of ownership, interactions, and the chance of the draws.

    Cost: O(d log d) a factor.  Errors: LabelError for an unknown sector or measure.
    Reference: Spearman, C. (1904), The proof and measurement of association between two things,
    American Journal of Psychology 15(1), 72-101, for the rank correlation.

    >>> import iomodel as im
    >>> mx, bop = im.load("mexico-2018"), im.load_bop("mexico", 2018)
    >>> drawn = im.bands.draw(mx, bop, key=im.leakage.default_key(mx), draws=20)
    >>> im.bands.tornado(drawn, "3361").columns.tolist()
    ['low', 'high', 'at_low', 'at_high', 'swing', 'variance']
    """
    _of(drawn, measure)
    label = str(sector)
    if label not in drawn.point.index:
        raise LabelError(
            f"'{label}' is not a sector that was drawn.",
            remedy=f"Sectors: {', '.join(map(str, drawn.point.index[:5]))} and so on.",
        )
    frame = drawn.levels[["low", "high"]].copy()
    ends = drawn.alone.sel(sector=label, measure=measure)
    frame["at_low"], frame["at_high"] = ends.to_numpy().T
    frame["swing"] = (frame["at_high"] - frame["at_low"]).abs()
    values = drawn.values.sel(sector=label, measure=measure).to_numpy()
    frame["variance"] = [_explained(drawn.factors[name].to_numpy(), values) for name in frame.index]
    frame = frame.sort_values("swing", ascending=False, kind="stable")
    frame.loc[REST, "variance"] = 1 - frame["variance"].sum()
    frame.attrs["measure"], frame.attrs["sector"] = measure, label
    frame.attrs["point"] = float(drawn.point[measure].loc[[label]].iloc[0])
    return frame


def _explained(factor: Array, values: Array) -> float:
    if np.ptp(factor) == 0 or np.ptp(values) == 0:
        return 0.0
    return float(pd.Series(factor).corr(pd.Series(values), method="spearman") ** 2)


def _of(drawn: Drawn, measure: str) -> Array:
    known = [str(name) for name in drawn.point.columns]
    if measure not in known:
        raise LabelError(f"'{measure}' is not a measure.", remedy=f"Known: {', '.join(known)}.")
    found: Array = drawn.values.sel(measure=measure).to_numpy()
    return found


def _sectors(drawn: Drawn, measure: str) -> tuple[Array, pd.Index]:
    """Draws of sectors with output, without exporting parts."""
    values = _of(drawn, measure)
    index = drawn.point.index
    keep = drawn.point[measure].notna().to_numpy() & ~index.isin(drawn.exporters)
    return values[:, keep], index[keep]
