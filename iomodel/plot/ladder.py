"""The ladder of a peso as a waterfall: rung by rung, of the sector itself and through suppliers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from iomodel.arguments import typed
from iomodel.plot.labels import renderer, settle
from iomodel.plot.style import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    SKY,
    THROUGH,
    columns_of,
    drawing,
    dress,
    figures,
    finite,
    text_of,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GROUPS = {"leaves": ORANGE, "foreign-owned, not recorded as leaving": SKY, "stays": BLUE}
SPLIT = ("direct", "indirect")


def group_of(rung: str) -> str:
    """Which of the groups a rung belongs to: what leaves, what foreigners own, what stays.

    >>> group_of("imports"), group_of("foreign_owned_tax"), group_of("compensation")
    ('leaves', 'foreign-owned, not recorded as leaving', 'stays')
    """
    if rung == "imports" or rung.endswith("_abroad"):
        return "leaves"
    return "foreign-owned, not recorded as leaving" if rung.startswith("foreign_owned") else "stays"


@typed
def waterfall(
    steps: pd.DataFrame,
    *,
    words: Mapping[str, str] | None = None,
    scale: float = 100.0,
    unit: str = "cents of a peso of final demand",
    digits: int = 1,
    ax: Axes | None = None,
) -> Axes:
    """Where each peso ends, rung under rung, each beginning where the one above ended.

    `steps` is what `leakage.waterfall` returns: `amount` by rung, and `direct` and `indirect`
    where it has them (the hatched part comes through suppliers).  Amounts are multiplied by
    `scale`.  A rung below zero runs backwards.  Orange leaves the country, light blue is
    foreign-owned and not recorded as leaving, blue stays.

    Cost: one picture.
    Errors: MissingExtraError without matplotlib; LabelError without `amount`; TableError for
    numbers that are not finite.

    >>> import iomodel as im
    >>> mx = im.load("mexico-2018")
    >>> outflow = im.leakage.allocate(
    ...     mx, im.load_bop("mexico", 2018), key=im.leakage.default_key(mx)
    ... )
    >>> steps = im.leakage.waterfall(mx, outflow, sector="3361")
    >>> len(im.plot.waterfall(steps).get_yticks())  # doctest: +SKIP
    12
    """
    columns_of(steps, ["amount"], "The ladder")
    parts = list(SPLIT) if {*SPLIT} <= {*steps.columns} else ["amount"]
    values = scale * finite(steps[parts], "The ladder").to_numpy(dtype=np.float64)
    ends = np.cumsum(values.sum(axis=1))
    rungs = [str(rung) for rung in steps.index]
    with drawing(ax) as on:
        used: dict[str, Any] = {}
        for i, rung in enumerate(rungs):
            kind, begin = group_of(rung), ends[i] - values[i].sum()
            for part, value in zip(parts, values[i], strict=True):
                bar = on.barh(
                    i,
                    value,
                    left=begin,
                    height=0.72,
                    color=GROUPS[kind],
                    edgecolor="white" if part == "indirect" else GROUPS[kind],
                    hatch=THROUGH if part == "indirect" else None,
                    linewidth=0.4,
                    zorder=3,
                )
                bar[0].set_gid(f"{rung}-{part}")
                begin += value
                used.setdefault(kind, bar[0])
            if i:
                on.plot([ends[i - 1]] * 2, [i - 1, i], color=GREY, linewidth=0.7, zorder=2)
        _amounts(on, values.sum(axis=1), ends, digits)
        on.set_yticks(range(len(rungs)), [text_of(rung, words) for rung in rungs])
        on.set_ylim(len(rungs) - 0.4, -0.6)
        on.set_xlabel(unit, color=INK, loc="right")
        dress(on, grid="x", frame="left")
        _legend(on, used, words, through="indirect" in parts)
    return on


def _amounts(ax: Axes, amounts: np.ndarray, ends: np.ndarray, digits: int) -> None:
    """The number beside each bar: on its right in the left half, else on its left."""
    low, high = min(0.0, float(ends.min())), max(float(ends.max()), 0.0)
    ax.set_xlim(low, high + 0.02 * (high - low or 1.0))
    for i, (amount, end) in enumerate(zip(amounts, ends, strict=True)):
        left, right = sorted((end - amount, end))
        after = right < low + 0.6 * (high - low)
        ax.annotate(
            figures(amount, digits),
            (right if after else left, i),
            xytext=(4 if after else -4, 0),
            textcoords="offset points",
            ha="left" if after else "right",
            va="center",
            fontsize="small",
            color=INK,
            gid="amount",
            zorder=5,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
        )


def _legend(
    ax: Axes, used: Mapping[str, object], words: Mapping[str, str] | None, *, through: bool
) -> None:
    """Groups that occur and the hatch, in the corner that a waterfall leaves empty."""
    from matplotlib.patches import Patch

    shown = [
        Patch(color=GROUPS[kind], label=text_of(kind, words)) for kind in GROUPS if kind in used
    ]
    if through:
        shown.append(
            Patch(
                facecolor=GREY,
                edgecolor="white",
                hatch=THROUGH,
                label=text_of("hatched: through suppliers", words),
            )
        )
    legend = ax.legend(handles=shown, loc="lower left", edgecolor="none", fontsize="small")
    settle(ax)
    box, measure = legend.get_window_extent(renderer(ax)), renderer(ax)
    drawn = [*ax.patches, *ax.texts]
    if any(box.overlaps(artist.get_window_extent(measure)) for artist in drawn):
        legend.remove()
        ax.legend(
            handles=shown,
            loc="upper right",
            bbox_to_anchor=(1.0, -0.12),
            edgecolor="none",
            fontsize="small",
        )
