"""Key sectors as a picture: backward against forward linkage, in four quadrants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from iomodel.arguments import typed
from iomodel.errors import TableError
from iomodel.plot.labels import beside, renderer, settle
from iomodel.plot.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    VERMILLION,
    columns_of,
    drawing,
    dress,
    finite,
    kept_of,
    place_of,
    text_of,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LOOKS = {
    "key": (BLUE, "s"),
    "backward": (GREEN, "^"),
    "forward": (ORANGE, "D"),
    "independent": (GREY, "o"),
}


@typed
def quadrants(
    classes: pd.DataFrame,
    *,
    focus: str | None = None,
    named: Sequence[str] = (),
    top: int = 8,
    words: Mapping[str, str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Which sectors pull and are pulled more than the average: key sectors in the upper right.

    `classes` is what `linkages.key_sectors` returns: a backward index, a forward one, and `class`;
    the lines stand at `.attrs["average"]`, else at 1.  The focal sector, those in `named` and
    the `top` others with the largest sum of both indices over their averages are labelled, by code
    or by `words`, no label over another.  Sectors without output are left out.

    Cost: one picture; places for labels are searched, a few milliseconds each.
    Errors: MissingExtraError without matplotlib; LabelError for a lacking column or an unknown
    `focus` or `named`; TableError for numbers that are not finite.

    >>> import iomodel as im
    >>> classes = im.linkages.key_sectors(im.load("mexico-2018"))
    >>> im.plot.quadrants(classes, focus="3361").get_xlabel()  # doctest: +SKIP
    'rasmussen backward (average = 1.00)'
    """
    columns_of(classes, ["class"], "The frame of classes")
    both = [str(name) for name in classes.columns if name != "class"][:2]
    if len(both) < 2:
        raise TableError(
            "The frame of classes has no two indices.",
            remedy="Give what linkages.key_sectors returns.",
        )
    drawn = classes[(classes["class"] != "inactive").to_numpy()]
    values = finite(drawn[both], "The frame of classes").to_numpy(dtype=np.float64)
    at = None if focus is None else place_of(focus, drawn.index, "the frame of classes")
    for code in named:
        place_of(code, classes.index, "the frame of classes")
    averages = kept_of(classes).get("average", {})
    means = np.array([float(averages.get(name, 1.0)) for name in both])
    with drawing(ax) as on:
        on.margins(0.06)
        kinds = drawn["class"].astype(str).to_numpy()
        for kind, (colour, marker) in LOOKS.items():
            some = kinds == kind
            if some.any():
                x, y = values[some].T
                on.scatter(x, y, s=26, c=colour, marker=marker, gid=kind, linewidths=0, zorder=3)
        on.axvline(means[0], color=GREY, linewidth=0.9, zorder=1)
        on.axhline(means[1], color=GREY, linewidth=0.9, zorder=1)
        if at is not None:
            on.scatter(
                [values[at, 0]],
                [values[at, 1]],
                s=120,
                facecolors="none",
                edgecolors=VERMILLION,
                linewidths=2,
                gid="focus",
                zorder=4,
            )
        on.set_xlabel(f"{text_of(both[0], words)} (average = {means[0]:.2f})", color=INK)
        on.set_ylabel(f"{text_of(both[1], words)} (average = {means[1]:.2f})", color=INK)
        dress(on)
        _label(on, values, drawn.index, means, (at, named, top), words)
    return on


def _label(
    ax: Axes,
    values: np.ndarray,
    index: pd.Index,
    means: np.ndarray,
    which: tuple[int | None, Sequence[str], int],
    words: Mapping[str, str] | None,
) -> None:
    """Names of the quadrants in the corners, then of the sectors, the focal one first."""
    at = which[0]
    settle(ax)
    measure, taken = renderer(ax), []
    corners = {
        "key": (1, 1, "right", "top"),
        "forward": (0, 1, "left", "top"),
        "backward": (1, 0, "right", "bottom"),
        "independent": (0, 0, "left", "bottom"),
    }
    for kind, (x, y, side, edge) in corners.items():
        words_of_corner = ax.text(
            0.005 + 0.99 * x,
            0.005 + 0.99 * y,
            text_of(kind, words),
            transform=ax.transAxes,
            ha=side,
            va=edge,
            color=LOOKS[kind][0] if kind != "independent" else GREY,
            fontstyle="italic",
            fontsize="small",
            gid=f"corner-{kind}",
        )
        words_of_corner.set_in_layout(False)
        taken.append(words_of_corner.get_window_extent(measure))
    chosen = to_name(values, index, means, which)
    if chosen:
        texts = [text_of(index[i], words) for i in chosen]
        bold = (0,) if at is not None else ()
        dots = np.vstack([values, _on_lines(ax, means)])
        for label in beside(ax, values[chosen], texts, bold=bold, avoid=taken, dots=dots):
            label.set_gid("sector")
            label.set_color(BLACK)


def to_name(
    values: np.ndarray,
    index: pd.Index,
    means: np.ndarray,
    which: tuple[int | None, Sequence[str], int],
) -> list[int]:
    """Positions of the sectors that carry a name: the focal one, those asked for, the largest."""
    at, named, top = which
    size = (values / np.where(means == 0, 1.0, means)).sum(axis=1)
    chosen = [] if at is None else [at]
    chosen += [i for i, code in enumerate(index) if text_of(code, {}) in named and i != at]
    return chosen + [int(i) for i in np.argsort(-size, kind="stable") if i not in chosen][:top]


def _on_lines(ax: Axes, means: np.ndarray) -> np.ndarray:
    """Points along both lines, which labels leave free where they can."""
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    across, up = np.linspace(left, right, 200), np.linspace(low, high, 200)
    still = np.ones(200)
    return np.vstack(
        [np.column_stack([across, means[1] * still]), np.column_stack([means[0] * still, up])]
    )
