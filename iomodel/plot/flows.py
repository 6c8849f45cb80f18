"""Flows as ribbons: where a peso runs, stage by stage, each ribbon as wide as what it carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from iomodel.arguments import typed
from iomodel.errors import TableError
from iomodel.plot.labels import line_height, renderer, settle, spread
from iomodel.plot.ladder import GROUPS, group_of
from iomodel.plot.style import GREY, INK, columns_of, drawing, figures, finite, text_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NODE, GAP, LINE = 0.025, 0.022, 0.03  # a node, air between nodes, a line to its word
BEND = 0.5


@typed
def sankey(
    flows: pd.DataFrame,
    *,
    words: Mapping[str, str] | None = None,
    scale: float = 100.0,
    unit: str = "cents of a peso of final demand",
    digits: int = 1,
    ax: Axes | None = None,
) -> Axes:
    """Where a peso runs: from node to node in ribbons, left to right, each as wide as its amount.

    `flows` has columns `source`, `target` and `value`; a node stands one step right of the last
    that feeds it, and nodes keep the order in which they are named.  Ends are coloured as the
    rungs of `waterfall`: orange leaves the country, light blue is foreign-owned and not recorded
    as leaving, blue stays.  Numbers are multiplied by `scale`.  Flows of zero are not drawn.

    Cost: one picture.
    Errors: MissingExtraError without matplotlib; LabelError for lacking columns; TableError for a
    negative flow, a circle, or numbers that are not finite.

    >>> flows = pd.DataFrame(
    ...     {"source": ["peso", "peso"], "target": ["imports", "wages"], "value": [0.4, 0.6]}
    ... )
    >>> sankey(flows).get_title("left")  # doctest: +SKIP
    'cents of a peso of final demand'
    """
    columns_of(flows, ["source", "target", "value"], "The frame of flows")
    values = scale * finite(flows[["value"]], "The frame of flows")["value"].to_numpy(np.float64)
    pairs = list(zip(flows["source"].astype(str), flows["target"].astype(str), strict=True))
    below = [f"'{a}' to '{b}': {v:g}" for (a, b), v in zip(pairs, values, strict=True) if v < 0]
    if below:
        raise TableError(
            f"{len(below)} flows are below zero and no ribbon can show them.",
            below,
            "Draw the ladder instead: plot.waterfall shows what runs backwards.",
        )
    stages = _stages(pairs)
    sizes = {
        node: max(
            sum(v for (a, _), v in zip(pairs, values, strict=True) if a == node),
            sum(v for (_, b), v in zip(pairs, values, strict=True) if b == node),
        )
        for node in stages
    }
    with drawing(ax) as on:
        on.set_axis_off()
        on.set_xlim(0, 1)
        on.set_ylim(1, 0)
        on.set_title(unit, fontsize="medium", color=INK, loc="left")
        tops, height = _tops(stages, sizes)
        reach = _reach(on, [text_of(node, words) for node in stages if not _feeds(node, pairs)])
        last = max(stages.values())
        left = {node: reach * stage / max(last, 1) for node, stage in stages.items()}
        _ribbons(on, pairs, values, left, tops, height)
        _nodes(on, stages, sizes, left, tops, height, (words, digits))
    return on


def _feeds(node: str, pairs: list[tuple[str, str]]) -> bool:
    return any(source == node for source, _ in pairs)


def _reach(ax: Axes, ends: list[str]) -> float:
    """Where the last stage stands, so that the words of the ends find room on its right."""
    settle(ax)
    longest = ax.text(0, 0, "100.0  " + max(ends, key=len), fontsize="small")
    wide = longest.get_window_extent(renderer(ax)).width / ax.get_window_extent().width
    longest.remove()
    return float(np.clip(1 - NODE - LINE - wide, 0.3, 0.75))


def _stages(pairs: list[tuple[str, str]]) -> dict[str, int]:
    """How many steps from the start each node stands, in the order named; no circles."""
    stages = {node: 0 for pair in pairs for node in pair}
    for _ in range(len(stages)):
        moved = False
        for source, target in pairs:
            if stages[target] <= stages[source]:
                stages[target], moved = stages[source] + 1, True
        if not moved:
            return stages
    raise TableError(
        "The flows run in a circle.", remedy="Cut it: a ribbon picture has a start and ends."
    )


def _tops(stages: dict[str, int], sizes: dict[str, float]) -> tuple[dict[str, float], float]:
    """The upper edge of every node, and the height of one unit: every stage fits."""
    columns = [[n for n in stages if stages[n] == s] for s in range(max(stages.values()) + 1)]
    height = min(
        (1 - GAP * (len(column) - 1)) / (sum(sizes[n] for n in column) or 1.0) for column in columns
    )
    tops = {}
    for column in columns:
        used = height * sum(sizes[n] for n in column) + GAP * (len(column) - 1)
        at = (1 - used) / 2
        for node in column:
            tops[node] = at
            at += height * sizes[node] + GAP
    return tops, height


def _ribbons(
    ax: Axes,
    pairs: list[tuple[str, str]],
    values: np.ndarray,
    left: dict[str, float],
    tops: dict[str, float],
    height: float,
) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    out, into = dict(tops), dict(tops)
    for (source, target), value in zip(pairs, values, strict=True):
        if not value:
            continue
        wide = height * value
        a, b = left[source] + NODE, left[target]
        bend = a + BEND * (b - a)
        y, z = out[source], into[target]
        corners = [
            *[(a, y), (bend, y), (bend, z), (b, z)],
            *[(b, z + wide), (bend, z + wide), (bend, y + wide), (a, y + wide), (a, y)],
        ]
        codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
        ax.add_patch(
            PathPatch(
                Path(corners, codes),
                facecolor=GREY if _feeds(target, pairs) else GROUPS[group_of(target)],
                alpha=0.45,
                linewidth=0,
                gid=f"{source}>{target}",
            )
        )
        out[source] += wide
        into[target] += wide


def _nodes(
    ax: Axes,
    stages: dict[str, int],
    sizes: dict[str, float],
    left: dict[str, float],
    tops: dict[str, float],
    height: float,
    how: tuple[Mapping[str, str] | None, int],
) -> None:
    """Nodes as blocks; words of the ends on their right, spread so that none covers another."""
    from matplotlib.patches import Rectangle

    words, digits = how
    shown = [node for node in stages if sizes[node]]
    ends = [node for node in shown if stages[node] == max(stages.values())]
    for node in shown:
        colour = GROUPS[group_of(node)] if node in ends else GREY
        corner = (left[node], tops[node])
        ax.add_patch(
            Rectangle(corner, NODE, height * sizes[node], color=colour, linewidth=0, gid=node)
        )
    gap = line_height(ax)
    middles = [tops[node] + height * sizes[node] / 2 for node in ends]
    for node, middle, place in zip(
        ends, middles, spread(middles, gap, gap / 2, 1 - gap / 2), strict=True
    ):
        edge = left[node] + NODE
        ax.plot([edge, edge + 0.8 * LINE], [middle, place], color=GREY, linewidth=0.6)
        said = f"{figures(sizes[node], digits)}  {text_of(node, words)}"
        ax.text(
            edge + LINE, place, said, va="center", fontsize="small", color=INK, gid=f"word-{node}"
        ).set_in_layout(False)
    for node in shown:
        if node in ends:
            continue
        said = f"{text_of(node, words)}\n{figures(sizes[node], digits)}"
        ax.text(
            left[node] + 0.6 * NODE + NODE,
            tops[node] + height * sizes[node] / 2,
            said,
            va="center",
            fontsize="small",
            color=INK,
            gid=f"word-{node}",
        )
