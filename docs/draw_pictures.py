"""Draws the pictures of README.md into docs/_static, from fresh results.

python docs/draw_pictures.py            draw them
python docs/draw_pictures.py --check    say whether their words and numbers are fresh (1: no)
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import iomodel as im

FOLDER = Path(__file__).parent / "_static"
SECTOR = "3361"
LOOK: Any = {
    "svg.fonttype": "none",  # text stays text: it can be read, searched and compared
    "svg.hashsalt": "iomodel",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial", "sans-serif"],
    "font.size": 11.0,
    "hatch.linewidth": 0.6,
}
_TEXT = re.compile(r"<text[^>]*>([^<]*)</text>")


def peso(ax: Any) -> None:
    """Where a peso of exports of cars and trucks ends, 2018."""
    mx = im.load("mexico-2018")
    outflow = im.leakage.allocate(mx, im.load_bop("mexico", 2018), key=im.leakage.default_key(mx))
    steps = im.leakage.waterfall(mx, outflow, sector=SECTOR)
    im.plot.waterfall(
        steps, unit="cents of a peso of exports of cars and trucks (3361), 2018", ax=ax
    )


def quadrants(ax: Any) -> None:
    """Who pulls and who is pulled, 84 industries of 2018."""
    mx = im.load("mexico-2018")
    words = {
        "3361": "cars and trucks",
        "311": "food",
        "324": "fuels",
        "325": "chemicals",
        "331": "metals",
        "431": "wholesale trade",
        "461": "retail trade",
        "541": "professional services",
        "561": "business support",
    }
    im.plot.quadrants(im.linkages.key_sectors(mx), focus=SECTOR, words=words, ax=ax)


PICTURES: dict[str, Callable[[Any], None]] = {"peso": peso, "quadrants": quadrants}


def drawn(draw: Callable[[Any], None]) -> str:
    """A picture as SVG on white, so that it is read on a dark page too."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with matplotlib.rc_context(LOOK):
        figure = Figure(figsize=(9.0, 5.0), layout="constrained")
        FigureCanvasAgg(figure)
        draw(figure.subplots())
        file = io.StringIO()
        figure.savefig(file, format="svg", facecolor="white", metadata={"Date": None})
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"


def words(svg: str) -> list[str]:
    """What is written in a picture, in order: the same wherever the lines fall by a hair."""
    return _TEXT.findall(svg)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Draw the pictures of README.md.")
    parser.add_argument("--check", action="store_true", help="compare only; 1 where one differs")
    asked = parser.parse_args(arguments)
    stale = 0
    for name, draw in PICTURES.items():
        path, fresh = FOLDER / f"{name}.svg", drawn(draw)
        if not asked.check:
            path.write_text(fresh, encoding="utf-8")
        elif not path.is_file() or words(path.read_text(encoding="utf-8")) != words(fresh):
            stale = 1
            print(f"{path.name} is not what would be drawn. Run: python docs/draw_pictures.py")
    return stale


if __name__ == "__main__":
    sys.exit(main())
