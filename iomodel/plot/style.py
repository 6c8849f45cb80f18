"""What all pictures share: matplotlib where it is installed, colours, sizes, numbers as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from iomodel.errors import LabelError, MissingExtraError, TableError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SLIDE = (10.0, 5.625)  # inches: half of 20 x 11.25, the shape of a slide
SLIDE_TEXT = 13.0
# Okabe and Ito's colours, in an order in which neighbours also differ in grey
BLACK, ORANGE, BLUE, SKY = "#000000", "#E69F00", "#0072B2", "#56B4E9"
GREEN, VERMILLION, PURPLE, YELLOW = "#009E73", "#D55E00", "#CC79A7", "#F0E442"
SERIES = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, BLACK)
DASHES = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (5, 2, 1, 2)), (0, (9, 3)), (0, (3, 1, 1, 1)), "-.")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
GREY, PALE, INK = "#767676", "#DDDDDD", "#222222"
THROUGH = "////"  # the hatch of what comes through others


def require() -> None:
    """Raise MissingExtraError, with what to install, where matplotlib is absent."""
    try:
        import matplotlib  # noqa: F401  half a second that only pictures need
    except ImportError as error:
        raise MissingExtraError(
            "Pictures need matplotlib, which is not installed.",
            remedy="Install it: pip install 'iomodel[plot]'.",
        ).keyed("no_matplotlib") from error


@contextmanager
def drawing(ax: Axes | None, size: tuple[float, float] = SLIDE) -> Iterator[Axes]:
    """The axes to draw on: those given, or those of a new figure of the size of a slide."""
    require()
    if ax is not None:
        yield ax
        return
    import matplotlib
    from matplotlib import pyplot

    with matplotlib.rc_context({"font.size": SLIDE_TEXT, "hatch.linewidth": 0.7}):
        yield pyplot.subplots(figsize=size, layout="constrained")[1]


def dress(
    ax: Axes, *, grid: Literal["", "x", "y", "both"] = "", frame: str = "left bottom"
) -> None:
    """A quiet frame: only the spines named, a pale grid along one axis, small ticks."""
    for side, spine in ax.spines.items():
        spine.set_visible(side in frame)
        spine.set_color(GREY)
        spine.set_linewidth(0.8)
    ax.tick_params(colors=INK, width=0.6, length=3, labelsize="small")
    ax.set_axisbelow(True)
    if grid:
        ax.grid(axis=grid, color=PALE, linewidth=0.6)


def text_of(code: object, words: Mapping[str, str] | None) -> str:
    """What is printed for a code: its word where there is one, else the code without underscores.

    >>> text_of("product_taxes", None), text_of("3361", {"3361": "cars"})
    ('product taxes', 'cars')
    """
    code = ", ".join(map(str, code)) if isinstance(code, tuple) else str(code)
    return (words or {}).get(code, code.replace("_", " "))


def finite(frame: pd.DataFrame | pd.Series, what: str) -> pd.DataFrame:
    """The numbers as a frame; TableError naming the cells that cannot be drawn."""
    data = frame.to_frame("value") if isinstance(frame, pd.Series) else frame
    values = data.to_numpy(dtype=np.float64)
    bad = np.argwhere(~np.isfinite(values))
    if not data.size:
        raise TableError(f"{what} has no numbers to draw.", remedy="Give at least one.")
    if len(bad):
        raise TableError(
            f"{what} has {len(bad)} numbers that are not finite.",
            [f"row '{text_of(data.index[i], {})}', column '{data.columns[j]}'" for i, j in bad],
            "Drop them first: dropna().",
        )
    return data


def columns_of(frame: pd.DataFrame, needed: Sequence[str], what: str) -> None:
    """Raise LabelError where a column that the picture needs is missing."""
    lacking = [name for name in needed if name not in frame.columns]
    if lacking:
        raise LabelError(
            f"{what} lacks the column {', '.join(lacking)}.",
            remedy=f"It has: {', '.join(map(str, frame.columns))}.",
        )


def place_of(focus: object, index: pd.Index, what: str) -> int:
    """Where the focal code stands; LabelError where it does not."""
    at = [i for i, code in enumerate(index) if text_of(code, {}) == text_of(focus, {})]
    if len(at) != 1:
        raise LabelError(
            f"'{focus}' stands {len(at)} times in {what}, not once.",
            remedy=f"Its labels begin: {', '.join(text_of(code, {}) for code in index[:5])}.",
        )
    return at[0]


def kept_of(frame: Any) -> dict[str, Any]:
    """The attributes of a pandas result, empty where it has none."""
    return dict(getattr(frame, "attrs", {}) or {})


def figures(value: float, digits: int) -> str:
    """A number with thousands separated and fixed decimals; what rounds to zero has no sign.

    >>> figures(1234.56, 1), figures(-0.01, 1)
    ('1,234.6', '0.0')
    """
    return f"{round(float(value), digits) + 0.0:,.{digits}f}"
