"""Lines: one quantity over the years by several witnesses, and times over sizes on log scales."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from iomodel.arguments import typed
from iomodel.errors import TableError
from iomodel.plot.labels import line_height, settle, spread
from iomodel.plot.style import (
    DASHES,
    GREY,
    INK,
    MARKERS,
    SERIES,
    drawing,
    dress,
    text_of,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@typed
def years(
    lines: pd.DataFrame,
    *,
    low: pd.DataFrame | None = None,
    high: pd.DataFrame | None = None,
    words: Mapping[str, str] | None = None,
    scale: float = 1.0,
    unit: str = "",
    ax: Axes | None = None,
) -> Axes:
    """One quantity year by year, a line for each witness, named at its end.

    Rows are years, columns witnesses (two tables, two levels of detail); years that a witness does
    not have are empty, and its line has a gap there.  `low` and `high`, of the same shape or with
    some of its columns, are shaded bands.  Numbers are multiplied by `scale`.

    Cost: one picture.
    Errors: MissingExtraError without matplotlib; TableError for a witness without a number, years
    that do not rise, or a band that lacks its other side.

    >>> lines = pd.DataFrame({"projected": [0.24, 0.25], "WIOD": [0.3, None]}, index=[2013, 2014])
    >>> len(years(lines, unit="value added per unit").get_lines())  # doctest: +SKIP
    2
    """
    data = scale * _lines(lines, "The frame of years")
    if (low is None) != (high is None):
        raise TableError("A band has two sides.", remedy="Give both `low` and `high`, or neither.")
    with drawing(ax) as on:
        from matplotlib.ticker import MaxNLocator

        if low is not None and high is not None:
            for i, name in enumerate(data.columns):
                if name in low.columns and name in high.columns:
                    below, above = (
                        scale * side[name].reindex(data.index).to_numpy(np.float64)
                        for side in (low, high)
                    )
                    shade = on.fill_between(
                        data.index.to_numpy(),
                        below,
                        above,
                        color=SERIES[i % len(SERIES)],
                        alpha=0.18,
                        linewidth=0,
                    )
                    shade.set_gid(f"band-{name}")
        _draw(on, data)
        on.xaxis.set_major_locator(MaxNLocator(integer=True))
        on.set_ylabel(unit, color=INK)
        dress(on, grid="y")
        _name(on, data, words)
    return on


@typed
def benchmark(
    times: pd.DataFrame,
    *,
    words: Mapping[str, str] | None = None,
    size: str = "sectors",
    unit: str = "seconds",
    ax: Axes | None = None,
) -> Axes:
    """Times over sizes, both on logarithmic scales, a line for each contestant, named at its end.

    Rows are sizes (rising), columns contestants, cells times; a size that a contestant did not run
    is empty.  Equal slopes are equal orders of cost.

    Cost: one picture.
    Errors: MissingExtraError without matplotlib; TableError for sizes or times that are not
    positive, or a contestant without a number.

    >>> times = pd.DataFrame({"solve": [1e-4, 1e-3], "invert": [1e-3, 1e-1]}, index=[100, 1000])
    >>> benchmark(times).get_xscale()  # doctest: +SKIP
    'log'
    """
    data = _lines(times, "The frame of times")
    wrong = int((data.to_numpy() <= 0).sum() + (data.index.to_numpy() <= 0).sum())
    if wrong:
        raise TableError(
            f"{wrong} sizes or times are not above zero and have no logarithm.",
            remedy="Leave out what was not run: an empty cell.",
        )
    with drawing(ax) as on:
        on.set_xscale("log")
        on.set_yscale("log")
        _draw(on, data)
        on.set_xlabel(size, color=INK)
        on.set_ylabel(unit, color=INK)
        dress(on, grid="both")
        _name(on, data, words)
    return on


def _lines(frame: pd.DataFrame, what: str) -> pd.DataFrame:
    """Rising numbers as the index, every column with a number."""
    steps = np.asarray(frame.index, dtype=np.float64)
    if not frame.size or (np.diff(steps) <= 0).any():
        raise TableError(f"{what} has rows that do not rise.", remedy="Sort it: sort_index().")
    data = frame.astype(np.float64)
    values = data.to_numpy()
    empty = [
        str(c) for c, any_ in zip(data, np.isfinite(values).any(axis=0), strict=True) if not any_
    ]
    endless = int(np.isinf(values).sum())
    if empty or endless:
        raise TableError(
            f"{what} has {len(empty)} columns without a number and {endless} numbers without end.",
            empty,
            "Drop them first.",
        )
    return data


def _draw(ax: Axes, data: pd.DataFrame) -> None:
    for i, name in enumerate(data.columns):
        ax.plot(
            data.index.to_numpy(),
            data[name].to_numpy(),
            color=SERIES[i % len(SERIES)],
            linestyle=DASHES[i % len(DASHES)],
            marker=MARKERS[i % len(MARKERS)],
            markersize=5,
            linewidth=1.8,
            gid=f"line-{name}",
            zorder=3,
        )


def _name(ax: Axes, data: pd.DataFrame, words: Mapping[str, str] | None) -> None:
    """Each line named at its end, right of the picture, no name over another."""
    names = [text_of(name, words) for name in data.columns]
    labels = []
    for i, (name, text) in enumerate(zip(data.columns, names, strict=True)):
        there = data[name].dropna()
        labels.append(
            ax.annotate(
                text,
                (there.index[-1], there.iloc[-1]),
                xycoords="data",
                xytext=(1.02, 0.5),
                textcoords="axes fraction",
                va="center",
                fontsize="small",
                color=SERIES[i % len(SERIES)],
                gid=f"name-{name}",
                arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.5, "shrinkB": 3},
            )
        )
    settle(ax)
    box, tall = ax.get_window_extent(), line_height(ax)
    wanted = []
    for name in data.columns:
        there = data[name].dropna()
        _, y = ax.transData.transform((float(there.index[-1]), float(there.iloc[-1])))
        wanted.append((y - box.y0) / box.height)
    for label, place in zip(labels, spread(wanted, tall, 0.0, 1.0), strict=True):
        label.set_position((1.02, place))
