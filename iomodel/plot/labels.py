"""Labels that never cover each other: beside points of a scatter, and along one axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from iomodel.accounts import Array
from iomodel.plot.style import GREY, INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROUNDS = 14  # rings of places around a point that are tried, nearest first
AIR = 1.5  # points kept free around every label
DOT = 3.0  # and between a label and the middle of a mark
NEAR = 3.5  # between a point and the nearest place for its label


def renderer(ax: Axes) -> Any:
    """A renderer that measures text, whatever the figure will be written with."""
    from matplotlib.backends import backend_agg

    figure = ax.get_figure(root=True)
    assert figure is not None
    box = figure.bbox
    make: Any = backend_agg.RendererAgg  # it has no types of its own
    return make(max(int(box.width), 1), max(int(box.height), 1), figure.dpi)


def settle(ax: Axes) -> None:
    """Let the layout move the axes now, so that what is measured next stays true."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)


def line_height(ax: Axes) -> float:
    """The height of a line of small text with some air, as a share of the height of the axes."""
    line = ax.text(0, 0, "Xg", fontsize="small")
    height: float = line.get_window_extent(renderer(ax)).height
    line.remove()
    return 1.12 * height / float(ax.get_window_extent().height)


def beside(
    ax: Axes,
    points: Array,
    texts: Sequence[str],
    *,
    bold: Sequence[int] = (),
    avoid: Sequence[Any] = (),
    dots: Array | None = None,
) -> list[Any]:
    """Write a text beside each point, none over another, over `avoid` or outside the axes.

    Places are tried around each point, nearest first; one that also covers no dot is preferred,
    and a thin line leads back from a label that had to go far.  A text that fits nowhere is left
    out.  `points` in data units; `avoid` are boxes in pixels.
    """
    from matplotlib.text import Text

    settle(ax)
    measure, room = renderer(ax), ax.get_window_extent()
    spots = ax.transData.transform(points)
    crowd = ax.transData.transform(points if dots is None else dots)
    taken: list[Array] = [np.array(box.extents) for box in avoid]
    written = []
    scale = ax.figure.dpi / 72.0  # pixels in a point
    for i, (spot, text) in enumerate(zip(spots, texts, strict=True)):
        label = ax.annotate(
            text,
            points[i],
            xytext=(0, 0),
            textcoords="offset points",
            fontsize="small",
            color=INK,
            fontweight="bold" if i in bold else "normal",
            ha="left",
            va="bottom",
            zorder=6,
            arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.6, "shrinkB": 2},
        )
        label.set_in_layout(False)
        box = Text.get_window_extent(label, measure)  # of the words, without the line back
        found = _place(spot, box.width, box.height, np.array(room.extents), taken, crowd, scale)
        if found is None:
            label.remove()
            continue
        corner, far = found
        if not far and label.arrow_patch is not None:
            label.arrow_patch.set_visible(False)
        label.set_position(tuple((corner - spot) / scale))
        taken.append(np.array([*corner, corner[0] + box.width, corner[1] + box.height]))
        written.append(label)
    return written


def _place(
    spot: Array,
    width: float,
    height: float,
    room: Array,
    taken: Sequence[Array],
    crowd: Array,
    scale: float,
) -> tuple[Array, bool] | None:
    """The lower left corner of the free place that covers fewest dots, and whether it is far."""
    air, dot = AIR * scale, DOT * scale
    fallback: tuple[Array, bool] | None = None
    least = len(crowd) + 1
    for ring in range(ROUNDS):
        gap = NEAR * scale + 0.8 * height * ring
        for side, up in _around(ring):
            corner = spot + np.array(
                [gap * side - width * (1 - side) / 2, gap * up - height * (1 - up) / 2]
            )
            box = np.array([*corner, corner[0] + width, corner[1] + height])
            inside = (box[:2] >= room[:2]).all() and (box[2:] <= room[2:]).all()
            if not inside or any(_meet(box, other, air) for other in taken):
                continue
            covered = (
                (crowd[:, 0] > box[0] - dot)
                & (crowd[:, 0] < box[2] + dot)
                & (crowd[:, 1] > box[1] - dot)
                & (crowd[:, 1] < box[3] + dot)
            )
            if covered.sum() < least:
                fallback, least = (corner, ring > 0), int(covered.sum())
            if not least:
                return fallback
    return fallback


def _around(ring: int) -> list[tuple[float, float]]:
    """Directions of a ring: right, left, above, below and between; finer further out."""
    if not ring:
        return [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)]
    angles = np.linspace(0, 2 * np.pi, 8 + 4 * ring, endpoint=False)
    return [(float(np.cos(a)), float(np.sin(a))) for a in angles]


def _meet(one: Array, other: Array, air: float) -> bool:
    return bool(
        one[0] < other[2] + air
        and other[0] < one[2] + air
        and one[1] < other[3] + air
        and other[1] < one[3] + air
    )


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> Array:
    """Places along an axis at least `gap` apart, close to those wanted, from low to high.

    Where there is no room for all, they share what there is evenly.

    >>> spread([1.0, 1.1, 5.0], 1.0, 0.0, 10.0).round(2).tolist()
    [0.55, 1.55, 5.0]
    """
    values = np.asarray(wanted, dtype=np.float64)
    if not len(values):
        return values
    order = np.argsort(values, kind="stable")
    gap = min(gap, (high - low) / max(len(values) - 1, 1))
    # groups that touch are merged and set around the middle of what their members want
    groups: list[list[float]] = []  # [sum of wanted minus own offset, members]
    for value in np.clip(values[order], low, high):
        groups.append([float(value), 1.0])
        while len(groups) > 1 and _start(groups[-1], gap, low, high) < (
            _start(groups[-2], gap, low, high) + gap * groups[-2][1]
        ):
            total, many = groups.pop()
            groups[-1][0] += total - gap * groups[-1][1] * many
            groups[-1][1] += many
    placed = np.concatenate(
        [_start(group, gap, low, high) + gap * np.arange(int(group[1])) for group in groups]
    )
    result = np.empty_like(values)
    result[order] = placed
    return result


def _start(group: list[float], gap: float, low: float, high: float) -> float:
    """Where a group of touching labels begins: around its wish, inside the room."""
    total, many = group
    return float(np.clip(total / many, low, max(high - gap * (many - 1), low)))
