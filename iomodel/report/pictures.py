"""Figures as small inline SVG: text stays text, nothing is named that nobody refers to."""

from __future__ import annotations

import io
import re
from html import escape
from typing import Any

from iomodel.plot.labels import renderer
from iomodel.plot.style import require
from iomodel.report.parts import Figure

FONTS = ["DejaVu Sans", "Verdana", "Arial", "sans-serif"]
WIDE, NARROW = 0, 1
EDGE = 0.04  # inches of air around a picture
FINE = 288  # dots per inch at which text is measured; SVG itself has none
SPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
_ID = re.compile(r' id="([^"]*)"')
_NUMBER = re.compile(r"-?\d+\.\d{3,}")


def svg(figure: Figure, form: int) -> str:
    """One figure as an `<svg>` element, wide or narrow, with its words for those who cannot see."""
    require()
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Canvas

    look: Any = {
        "svg.fonttype": "none",
        "svg.hashsalt": f"{figure.key}-{form}",  # no two figures of a page share a name
        "font.family": "sans-serif",
        "font.sans-serif": FONTS,
        "font.size": 9.0 if form == WIDE else 8.5,
        "hatch.linewidth": 0.6,
    }
    with matplotlib.rc_context(look):
        canvas = Canvas(figsize=figure.sizes[form], dpi=FINE, layout=_snug())
        FigureCanvasAgg(canvas)  # measures text, finely: hinted letters are narrower
        axes = canvas.subplots()
        figure.draw(axes)
        engine = canvas.get_layout_engine()
        if engine is not None:  # once is enough: a save would do it twice more
            engine.execute(canvas)
            canvas.set_layout_engine(None)
        file = io.StringIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        canvas.savefig(file, format="svg", transparent=True, metadata=nothing)
    return small(file.getvalue(), alt=figure.alt)


def _snug() -> Any:
    """A layout for one pair of axes with its words: measured once, where matplotlib's own needs two
    rounds of it for grids of axes; half of the time of a page was that."""
    from matplotlib.layout_engine import LayoutEngine

    class Snug(LayoutEngine):
        _adjust_compatible = _colorbar_gridspec = False

        def execute(self, fig: Any) -> None:
            (axes,) = fig.axes
            box, words = axes.get_window_extent(), axes.get_tightbbox(renderer(axes))
            pad, (width, height) = EDGE * fig.dpi, fig.bbox.size
            left, below = box.x0 - words.x0 + pad, box.y0 - words.y0 + pad
            right, above = words.x1 - box.x1 + pad, words.y1 - box.y1 + pad
            sides = [left / width, below / height]
            axes.set_position([*sides, 1 - sides[0] - right / width, 1 - sides[1] - above / height])

    return Snug()


def small(text: str, *, alt: str) -> str:
    """Matplotlib's SVG without preamble, unused names and digits nobody sees."""
    body = text[text.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", body, flags=re.S)
    body = re.sub(r"<defs>\s*</defs>", "", body)
    used = set(re.findall(r"(?:#)([\w.:-]+)", body))
    body = _ID.sub(lambda m: m[0] if m[1] in used else "", body)
    body = _NUMBER.sub(lambda m: f"{float(m[0]):.2f}".rstrip("0").rstrip("."), body)
    body = re.sub(r"\s*\n\s*", " ", body)
    body = re.sub(r"> <", "><", body)
    head, _, rest = body.partition(">")
    box = re.search(r'viewBox="[^"]*"', head)
    start = f'<svg {SPACES} {box[0] if box else ""} role="img" aria-label="{escape(alt)}"'
    return f"{start}>{rest.strip()}"
