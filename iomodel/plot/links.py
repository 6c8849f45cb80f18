"""The strongest flows between sectors, as arrows on a ring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from iomodel.arguments import typed
from iomodel.errors import TableError
from iomodel.plot.labels import line_height, settle, spread
from iomodel.plot.style import BLUE, GREY, INK, ORANGE, drawing, figures, finite, place_of, text_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDEST = 5.0  # points: the arrow of the largest flow
RADIUS, HEIGHT = 0.8, 2.1


@typed
def network(
    flows: pd.DataFrame,
    *,
    top: int = 25,
    focus: str | None = None,
    words: Mapping[str, str] | None = None,
    unit: str = "",
    ax: Axes | None = None,
) -> Axes:
    """The strongest flows between sectors: who delivers to whom, an arrow as wide as its flow.

    `flows` is square, row sells to column (`table.Z`); what a sector sells to itself is left out.
    The `top` largest are drawn among the sectors they join, those of `focus` in another colour and
    each sector named once at the ring.  The title gives the largest and smallest flow drawn.

    Cost: one picture, and a sort of n^2 numbers.
    Errors: MissingExtraError without matplotlib; LabelError for an unknown `focus`; TableError for
    a frame that is not square, has no positive flow or numbers that are not finite.

    >>> flows = pd.DataFrame([[0.0, 2.0], [1.0, 0.0]], index=["a", "b"], columns=["a", "b"])
    >>> len(network(flows).patches)  # doctest: +SKIP
    2
    """
    data = finite(flows, "The frame of flows")
    if list(map(str, data.index)) != list(map(str, data.columns)):
        raise TableError(
            "The frame of flows has other labels in its rows than in its columns.",
            remedy="Give a square one, row sells to column: table.Z.",
        )
    at = None if focus is None else place_of(focus, data.index, "the frame of flows")
    values = data.to_numpy(dtype=np.float64).copy()
    np.fill_diagonal(values, 0.0)
    order = np.argsort(-values, axis=None, kind="stable")[: max(top, 1)]
    pairs = [(int(k) // len(values), int(k) % len(values)) for k in order]
    pairs = [pair for pair in pairs if values[pair] > 0]
    if not pairs:
        raise TableError("No flow between two sectors is above zero.", remedy="Nothing to draw.")
    with drawing(ax) as on:
        on.set_axis_off()
        on.set_xlim(-2.4, 2.4)
        on.set_ylim(-HEIGHT / 2, HEIGHT / 2)
        nodes = _ring(sorted({i for pair in pairs for i in pair}), pairs)
        _arrows(on, pairs, values, nodes, at)
        _name(on, [text_of(data.index[i], words) for i in nodes], nodes, at)
        least = values[pairs[-1]]
        digits = max(0, 2 - int(np.floor(np.log10(least))))
        most_least = " to ".join(figures(values[pair], digits) for pair in (pairs[0], pairs[-1]))
        on.set_title(
            f"{len(pairs)} largest flows, {most_least} {unit}".rstrip(),
            fontsize="medium",
            color=INK,
            loc="left",
        )
    return on


def _ring(members: list[int], pairs: list[tuple[int, int]]) -> dict[int, np.ndarray]:
    """Places on the ring: each sector next to the one it has most arrows with."""
    links = {i: {b if a == i else a for a, b in pairs if i in (a, b)} for i in members}
    order = [max(members, key=lambda i: len(links[i]))]
    while len(order) < len(members):
        rest = [i for i in members if i not in order]
        order.append(max(rest, key=lambda i: (sum(j in links[i] for j in order[-4:]), -i)))
    angles = np.pi / 2 + np.pi / len(order) + 2 * np.pi * np.arange(len(order)) / len(order)
    return {
        i: RADIUS * np.array([np.cos(a), np.sin(a)]) for i, a in zip(order, angles, strict=True)
    }


def _arrows(
    ax: Axes,
    pairs: list[tuple[int, int]],
    values: np.ndarray,
    nodes: dict[int, np.ndarray],
    at: int | None,
) -> None:
    from matplotlib.patches import FancyArrowPatch

    largest = values[pairs[0]]
    for i, j in pairs:
        wide = WIDEST * values[i, j] / largest
        ax.add_patch(
            FancyArrowPatch(
                tuple(nodes[i]),
                tuple(nodes[j]),
                connectionstyle="arc3,rad=0.18",
                arrowstyle=f"-|>,head_length={4 + 0.8 * wide},head_width={1.5 + 0.5 * wide}",
                linewidth=wide,
                color=ORANGE if at in (i, j) else BLUE,
                linestyle="-",
                alpha=0.75,
                shrinkA=6,
                shrinkB=7,
                gid=f"{i}>{j}",
                zorder=2 + (at in (i, j)),
            )
        )
    for i, place in nodes.items():
        size = 90 if i == at else 45
        ax.scatter(
            place[0], place[1], s=size, color=ORANGE if i == at else INK, zorder=5, linewidths=0
        )


def _name(ax: Axes, texts: list[str], nodes: dict[int, np.ndarray], at: int | None) -> None:
    """Names left and right of the ring, spread so that none covers another."""
    settle(ax)
    gap = line_height(ax) * HEIGHT
    for side in (-1, 1):
        some = [(i, text) for i, text in zip(nodes, texts, strict=True) if side * nodes[i][0] > 0]
        places = spread([float(nodes[i][1]) for i, _ in some], gap, -1.0, 1.0)
        for (i, text), y in zip(some, places, strict=True):
            ax.plot([nodes[i][0], side * 0.93], [nodes[i][1], y], color=GREY, linewidth=0.5)
            ax.text(
                side * 0.96,
                y,
                text,
                ha="left" if side > 0 else "right",
                va="center",
                fontsize="small",
                fontweight="bold" if i == at else "normal",
                color=INK,
                gid="name",
            ).set_in_layout(False)
