"""Ranked bars, each with the band of what is not known where there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from iomodel.arguments import typed
from iomodel.errors import TableError
from iomodel.plot.labels import renderer, settle
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

MOST = 0.4  # of the width: what a number and its band may take
BESIDE = 6  # points from a bar to its number
BAND = ["low", "central", "high"]


@typed
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
    stands its number, and its band in brackets where the axes are wide enough.

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
        beside: list[tuple[Any, float]] = []
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
            alone = central != central and low > 0  # room on the left, where no bar is
            end = low if alone else max(v for v in (central, high, 0.0) if v == v)
            text = on.annotate(
                _written(low, central, high, digits),
                (end, i),
                xytext=(-BESIDE if alone else BESIDE, 0),
                textcoords="offset points",
                ha="right" if alone else "left",
                va="center",
                fontsize="small",
                color=INK,
                gid="amount",
            )
            if not alone:
                beside.append((text, end))
        on.axvline(0, color=PALE, linewidth=1, zorder=2)
        on.set_yticks(range(len(data)), [text_of(code, words) for code in data.index])
        on.set_ylim(len(data) - 0.4, -0.6)
        on.xaxis.set_major_formatter("{x:,.10g}")
        on.set_xlabel(unit, color=INK, loc="right")
        dress(on, grid="x", frame="left")
        _make_room(on, beside)
    return on


def _make_room(ax: Axes, beside: Sequence[tuple[Any, float]]) -> None:
    """Lengthen the axis until every number beside a bar stands inside it.

    On narrow axes the bands are left to the whiskers, so that the bars keep their room.
    """
    from matplotlib.text import Text
    from matplotlib.ticker import MaxNLocator

    settle(ax)
    measure, width = renderer(ax), ax.get_window_extent().width
    low, high = ax.get_xlim()
    gap: float = 1.5 * BESIDE * ax.figure.dpi / 72

    def taken(text: Any) -> float:
        wide: float = Text.get_window_extent(text, measure).width
        return wide + gap

    if any(taken(text) > MOST * width for text, _ in beside):
        for text, _ in beside:
            text.set_text(text.get_text().partition(" (")[0])
    needed = [high]
    for text, end in beside:
        free = width - min(taken(text), 0.8 * width)
        needed.append(low + (end - low) * width / free)
    ax.set_xlim(low, max(needed))
    ticks = int(np.clip(1.3 * width / ax.figure.dpi, 2, 6))  # as many as a small width can hold
    ax.xaxis.set_major_locator(MaxNLocator(nbins=ticks, steps=[1, 2, 2.5, 5, 10]))


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
    band = " – ".join(ends)
    if central != central:
        return band
    return figures(central, digits) + (f" ({band})" if ends[0] != ends[1] else "")
