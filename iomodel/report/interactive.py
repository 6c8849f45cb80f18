"""Two pictures that answer to the mouse: the same frames as the static ones, drawn by plotly.js.

The program stands in the page once, so that it opens offline; static pictures stay for paper and
for readers without scripts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from iomodel.errors import MissingExtraError
from iomodel.plot.ladder import GROUPS, group_of
from iomodel.plot.quadrants import LOOKS, to_name
from iomodel.plot.style import GREY, INK, PALE, VERMILLION
from iomodel.text import number

SHAPES = {"s": "square", "^": "triangle-up", "D": "diamond", "o": "circle"}
FONT = {"family": "system-ui, sans-serif", "size": 12, "color": INK}
QUIET = {"gridcolor": PALE, "zeroline": False, "fixedrange": False}
RING = {"symbol": "circle-open", "size": 20, "color": VERMILLION, "line": {"width": 3}}
# no buttons (their words are English only), no links out, and as wide as the page
CONFIG = {"displayModeBar": False, "responsive": True, "showLink": False}
START = """
for (const f of document.querySelectorAll("figure[data-live]")) {
  const s = JSON.parse(f.querySelector("script").textContent);
  Plotly.newPlot(f.querySelector(".live"), s.data, s.layout, %s).then(
    () => f.classList.add("alive"));
}
"""


def program() -> str:
    """plotly.js as one text; MissingExtraError, with what to install, where plotly is absent."""
    try:
        from plotly.offline import get_plotlyjs
    except ImportError as error:
        raise MissingExtraError(
            "Interactive pictures need plotly, which is not installed.",
            remedy="Install it: pip install 'iomodel[interactive]'.",
        ) from error
    return str(get_plotlyjs())


def start() -> str:
    """What draws all interactive pictures of a page once it is there."""
    return START % json.dumps(CONFIG)


def as_json(spec: Mapping[str, Any]) -> str:
    """Data and layout as a text that cannot end the element it stands in."""
    return json.dumps(spec, ensure_ascii=False, allow_nan=False).replace("</", "<\\/")


def quadrants(
    classes: pd.DataFrame,
    names: Mapping[str, str],
    which: tuple[str | None, Sequence[str], int],
    words: Mapping[str, str],
) -> dict[str, Any]:
    """Key sectors: a mark a sector, its name and both indices under the mouse.

    `which`: the focal sector, which carries its name; others asked for and how many of the largest,
    which carry their codes.  `words`: x and y (the axes), and a word for each class.
    """
    drawn = classes[(classes["class"] != "inactive").to_numpy()]
    codes = [", ".join(map(str, c)) if isinstance(c, tuple) else str(c) for c in drawn.index]
    x, y = (drawn.iloc[:, k].to_numpy() for k in (0, 1))
    kinds = drawn["class"].astype(str).to_numpy()
    hover = (
        "<b>%{text}</b><br>%{customdata}<br>"
        f"{escape(words['x'])}: %{{x:.4f}}<br>{escape(words['y'])}: %{{y:.4f}}<extra></extra>"
    )
    traces: list[dict[str, Any]] = []
    for kind, (colour, marker) in LOOKS.items():
        at = [i for i, found in enumerate(kinds) if found == kind]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": words[kind],
                "x": [float(x[i]) for i in at],
                "y": [float(y[i]) for i in at],
                "text": [_called(codes[i], names) for i in at],
                "customdata": [words[kind]] * len(at),
                "hovertemplate": hover,
                "marker": {"color": colour, "symbol": SHAPES[marker], "size": 9},
            }
        )
    average = {str(k): float(v) for k, v in dict(classes.attrs.get("average", {})).items()}
    means = [average.get(str(name), 1.0) for name in drawn.columns[:2]]
    focus, asked, top = which
    ring = codes.index(focus) if focus in codes else None
    values = np.column_stack([x, y]).astype(float)
    chosen = to_name(values, pd.Index(codes), np.array(means), (ring, asked, top))
    others = sorted((i for i in chosen if i != ring), key=lambda i: values[i, 0])
    side = {i: f"top {('left', 'right')[k % 2]}" for k, i in enumerate(others)}  # neighbours apart
    for i in chosen:
        ringed = i == ring
        traces.append(
            {
                "type": "scatter",
                "mode": "markers+text" if ringed else "text",
                "x": [float(x[i])],
                "y": [float(y[i])],
                "text": [_called(codes[i], names) if ringed else escape(codes[i])],
                "textposition": side.get(i, "bottom center"),
                **({"marker": RING} if ringed else {}),
                "hoverinfo": "skip",
                "showlegend": False,
                "cliponaxis": False,
            }
        )
    line = {"type": "line", "line": {"color": GREY, "width": 1}, "layer": "above"}
    layout = {
        "height": 460,
        "margin": {"l": 55, "r": 10, "t": 10, "b": 90},
        "font": FONT,
        "xaxis": {"title": {"text": words["x"], "font": FONT}, **QUIET},
        "yaxis": {"title": {"text": words["y"], "font": FONT}, **QUIET},
        "legend": {"orientation": "h", "y": -0.2},
        "shapes": [
            {
                **line,
                "xref": "x",
                "yref": "paper",
                "x0": means[0],
                "x1": means[0],
                "y0": 0,
                "y1": 1,
            },
            {
                **line,
                "xref": "paper",
                "yref": "y",
                "x0": 0,
                "x1": 1,
                "y0": means[1],
                "y1": means[1],
            },
        ],
        "hovermode": "closest",
    }
    return {"data": traces, "layout": layout}


def ribbons(flows: pd.DataFrame, names: Mapping[str, str], unit: str) -> dict[str, Any]:
    """A peso as ribbons: ends with their cents; from whom to whom and how many under the mouse."""
    flows = flows[flows["value"] > 0]
    nodes = list(dict.fromkeys([*flows["source"], *flows["target"]]))
    sources = set(flows["source"])
    colours = [GREY if node in sources else GROUPS[group_of(node)] for node in nodes]
    at = {node: i for i, node in enumerate(nodes)}
    said = f"%{{value:.1f}} {escape(unit)}<extra></extra>"
    sides = [flows.groupby(side)["value"].sum() for side in ("source", "target")]
    cents = [100 * max(side.get(node, 0.0) for side in sides) for node in nodes]
    called = [escape(names.get(node, node)) for node in nodes]
    trace = {
        "type": "sankey",
        "arrangement": "fixed",
        "node": {
            "label": [f"{number(c, 1)}  {name}" for c, name in zip(cents, called, strict=True)],
            "customdata": called,
            "color": colours,
            "pad": 12,
            "thickness": 14,
            "line": {"width": 0},
            "hovertemplate": f"<b>%{{customdata}}</b><br>{said}",
        },
        "link": {
            "source": [at[node] for node in flows["source"]],
            "target": [at[node] for node in flows["target"]],
            "value": [100 * float(value) for value in flows["value"]],
            "color": [_pale(colours[at[node]]) for node in flows["target"]],
            "customdata": [
                f"{called[at[a]]} → {called[at[b]]}"
                for a, b in zip(flows["source"], flows["target"], strict=True)
            ],
            "hovertemplate": f"%{{customdata}}<br>{said}",
        },
    }
    layout = {"height": 440, "margin": {"l": 5, "r": 5, "t": 10, "b": 10}, "font": FONT}
    return {"data": [trace], "layout": layout}


def _called(code: str, names: Mapping[str, str]) -> str:
    name = names.get(code, code)
    return escape(code if name == code else f"{code} {name}")


def _pale(colour: str) -> str:
    """A colour through which others show."""
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.45)"
