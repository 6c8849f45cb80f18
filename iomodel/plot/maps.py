"""Matrices as maps: the landscape of multiplier products, and heat maps with their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from iomodel.arguments import typed
from iomodel.plot.style import INK, VERMILLION, drawing, dress, figures, finite, place_of, text_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHADES = "cividis"  # even steps of lightness for every reader, and in grey
WITH_NUMBERS = 14  # rows and columns up to which a number fits into every cell
TICKS = 12


@typed
def heat(
    matrix: pd.DataFrame,
    *,
    words: Mapping[str, str] | None = None,
    unit: str = "",
    digits: int = 2,
    ax: Axes | None = None,
) -> Axes:
    """A matrix as shades, light where it is large; with its numbers where they fit.

    Rows downwards and columns to the right, in the order given (rank correlations, blocks of
    multipliers, changes by year).  Up to 14 rows and columns every cell carries its number.

    Cost: one picture.
    Errors: MissingExtraError without matplotlib; TableError for numbers that are not finite.

    >>> matrix = pd.DataFrame([[1.0, 0.4], [0.4, 1.0]], index=["a", "b"], columns=["a", "b"])
    >>> heat(matrix, unit="rank correlation").get_images()[0].get_array().shape  # doctest: +SKIP
    (2, 2)
    """
    data = finite(matrix, "The matrix")
    with drawing(ax) as on:
        image = _shades(on, data, unit or str(data.attrs.get("unit", "")))
        _ticks(on, data, words, len(data) if len(data) <= 2 * TICKS else TICKS)
        if max(data.shape) <= WITH_NUMBERS:
            low, high = image.get_clim()
            for (i, j), value in np.ndenumerate(data.to_numpy(dtype=np.float64)):
                light = (value - low) > 0.55 * (high - low)
                on.text(
                    j,
                    i,
                    figures(value, digits),
                    ha="center",
                    va="center",
                    fontsize="small",
                    color=INK if light else "white",
                    gid="amount",
                )
    return on


@typed
def landscape(
    matrix: pd.DataFrame,
    *,
    focus: str | None = None,
    words: Mapping[str, str] | None = None,
    unit: str = "",
    ax: Axes | None = None,
) -> Axes:
    """The landscape of linkages: how much each pair of sectors could set going, highest upper left.

    `matrix` is what `linkages.multiplier_product_matrix` returns: rows by falling forward, columns
    by falling backward linkage.  The row and the column of `focus` are lined out.

    Cost: one picture.
    Errors: MissingExtraError without matplotlib; LabelError for an unknown `focus`; TableError for
    numbers that are not finite.
    Reference: Sonis, M., Hewings, G. J. D. and Guo, J. (2000), A new image of classical key sector
    analysis: minimum information decomposition of the Leontief inverse, Economic Systems Research
    12(3), 401-423 (the landscape; theirs is drawn in three dimensions).

    >>> import iomodel as im
    >>> matrix = im.linkages.multiplier_product_matrix(im.load("mexico-2018"))
    >>> im.plot.landscape(matrix, focus="3361").get_images()[0].get_array().shape  # doctest: +SKIP
    (84, 84)
    """
    data = finite(matrix, "The landscape")
    places = None
    if focus is not None:
        places = [place_of(focus, axis, "the landscape") for axis in (data.index, data.columns)]
    with drawing(ax) as on:
        _shades(on, data, unit or str(data.attrs.get("unit", "")))
        _ticks(on, data, words, TICKS)
        on.set_xlabel("buying sectors, by falling backward linkage", color=INK)
        on.set_ylabel("selling sectors, by falling forward linkage", color=INK)
        if places is not None:
            on.axhline(places[0], color=VERMILLION, linewidth=1.2, gid="focus")
            on.axvline(places[1], color=VERMILLION, linewidth=1.2, linestyle="--", gid="focus")
            on.set_title(
                f"{text_of(focus, words)}: row {places[0] + 1}, column {places[1] + 1} "
                f"of {len(data)}",
                fontsize="medium",
                color=INK,
            )
    return on


def _shades(ax: Axes, data: pd.DataFrame, unit: str) -> Any:
    image = ax.imshow(
        data.to_numpy(dtype=np.float64), cmap=SHADES, aspect="auto", interpolation="nearest"
    )
    figure = ax.get_figure()
    assert figure is not None
    bar = figure.colorbar(image, ax=ax, fraction=0.05, pad=0.02)
    bar.set_label(unit, color=INK)
    outline: Any = bar.outline
    outline.set_visible(False)
    bar.ax.tick_params(labelsize="small", width=0.6, length=3)
    return image


def _ticks(ax: Axes, data: pd.DataFrame, words: Mapping[str, str] | None, most: int) -> None:
    """Labels of rows and columns, evenly thinned out where there are many."""
    dress(ax, frame="")
    for axis, labels in ((ax.yaxis, data.index), (ax.xaxis, data.columns)):
        step = max(1, -(-len(labels) // most))
        at = list(range(0, len(labels), step))
        axis.set_ticks(at, [text_of(labels[i], words) for i in at])
    columns = [text_of(code, words) for code in data.columns]
    ax.tick_params(axis="x", rotation=90 if max(map(len, columns)) > 3 else 0)
