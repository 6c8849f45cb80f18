"""Ranked bars, each with the band of what is not known where there is one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from iomodel.errors import TableError
from iomodel.plot.style import (
    BLUE,
    INK,
    ORANGE,
    PALE,
    columns_of,
    drawing,
    dress,
    figures,
    finite,
    place_of,
    text_of,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BAND = ["low", "central", "high"]


def bars(
    values: pd.Series | pd.DataFrame,
    *,
    top: int | None = None,
    ranked: bool = True,
    focus: str | None = None,
    words: Mapping[str, str] | None = None,
    scale: float = 1.0,
    unit: str = "",
    digits: int = 1,
    ax: Axes | None = None,
) -> Axes:
    """Amounts as horizontal bars, the largest on top, with a whisker from low to high.

    A Series has no bands; a frame has columns `low`, `central`, `high`, and a row with an empty
    `central` is drawn as its band alone.  `ranked=False` keeps the order, `top` keeps the first so
    many, `focus` is set off in another colour.  Numbers are multiplied by `scale`; beside each bar
    stands its number, and its band in brackets.

    Cost: one picture.
    Errors: MissingExtraError without matplotlib; LabelError for an unknown `focus` or lacking
    columns; TableError for numbers that are not finite or a band that is upside down.

    >>> amounts = pd.Series({"imports": 0.42, "wages": 0.07})
    >>> bars(amounts, scale=100, unit="cents").get_xlabel()  # doctest: +SKIP
    'cents'
    """
    data = _banded(values)
    order = data["central"].fillna((data["low"] + data["high"]) / 2)
    if ranked:
        data = data.iloc[np.argsort(-order.to_numpy(), kind="stable")]
    data = scale * data.iloc[:top]
    at = None if focus is None else place_of(focus, data.index, "the bars")
    has_band = isinstance(values, pd.DataFrame)
    with drawing(ax) as on:
        from matplotlib.ticker import MaxNLocator

        for i, (code, (low, central, high)) in enumerate(
            zip(data.index, data.to_numpy(dtype=np.float64), strict=True)
        ):
            colour = ORANGE if i == at else BLUE
            if central == central:
                bar = on.barh(i, central, height=0.66, color=colour, zorder=3)
                bar[0].set_gid(f"bar-{text_of(code, {})}")
            if has_band and (high > low or central != central):
                whisker = on.errorbar(
                    (low + high) / 2,
                    i,
                    xerr=(high - low) / 2,
                    fmt="none",
                    ecolor=INK,
                    elinewidth=1.4,
                    capsize=4,
                    zorder=4,
                )
                whisker.lines[2][0].set_gid(f"band-{text_of(code, {})}")
            end = max(v for v in (central, high, 0.0) if v == v)
            on.annotate(
                _written(low, central, high, digits),
                (end, i),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                fontsize="small",
                color=INK,
                gid="amount",
            )
        on.axvline(0, color=PALE, linewidth=1, zorder=2)
        on.set_yticks(range(len(data)), [text_of(code, words) for code in data.index])
        on.set_ylim(len(data) - 0.4, -0.6)
        low_end, high_end = on.get_xlim()
        room = 0.34 if has_band else 0.16  # of the width, for the numbers beside the bars
        on.set_xlim(low_end, low_end + (high_end - low_end) / (1 - room))
        on.xaxis.set_major_formatter("{x:,.10g}")
        on.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
        on.set_xlabel(unit, color=INK)
        dress(on, grid="x", frame="left")
    return on


def _banded(values: pd.Series | pd.DataFrame) -> pd.DataFrame:
    """Columns low, central, high, whatever was given."""
    if isinstance(values, pd.Series):
        central = finite(values, "The bars")["value"]
        return pd.DataFrame(dict.fromkeys(BAND, central))
    columns_of(values, BAND, "The frame of bars")
    finite(values[["low", "high"]], "The frame of bars")
    turned = [
        text_of(code, {}) for code in values.index[(values["low"] > values["high"]).to_numpy()]
    ]
    if turned:
        raise TableError(
            f"{len(turned)} bands have their low end above the high one.",
            turned,
            "Give the lower bound in `low`: frame.min(axis=1).",
        )
    return values[BAND].astype(np.float64)


def _written(low: float, central: float, high: float, digits: int) -> str:
    ends = figures(low, digits), figures(high, digits)
    band = " to ".join(ends)
    if central != central:
        return band
    return figures(central, digits) + (f" ({band})" if ends[0] != ends[1] else "")
