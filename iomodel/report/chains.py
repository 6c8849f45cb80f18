"""The section about supply chains: through whom value added and imports get into a peso."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from iomodel import paths, plot
from iomodel.accounts import show
from iomodel.paths import Paths
from iomodel.paths.layers import BETWEEN
from iomodel.report.asked import Asked
from iomodel.report.parts import Figure, Grid, Section, shortened, wide_enough
from iomodel.text import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

THRESHOLD = 0.001  # of a peso: a tenth of a cent
TOP = 10  # chains of a grid
ARROWS = 18


def chains(asked: Asked) -> Section:
    """The strongest chains of suppliers behind a peso of the sector's exports."""
    w, table = asked.w, asked.table
    one = {table.accounts.keys[asked.at]: 1.0}
    kinds: dict[str, str | None] = {"value_added": None}
    if table.inputs.of_kind("imports"):
        kinds["imports"] = "imports"
    found = {
        name: paths.above(table, THRESHOLD, demand=one, row=row) for name, row in kinds.items()
    }
    grids = [_grid(asked, name, tree) for name, tree in found.items()]
    notes = [w["chains.note"]]
    for name, tree in found.items():
        what = w[f"chains.of.{name}"]
        many, share = number(len(tree), 0), number(100 * tree.coverage, 0)
        total = number(100 * tree.total, 1)
        notes.append(w["chains.covered"].format(many=many, what=what, share=share, total=total))
    arrows = carried(found["value_added"])
    figures = []
    if arrows.to_numpy().any():
        figures.append(_network(asked, arrows))
    return Section("chains", w["chains.title"], [w["chains.lead"]], figures, grids, notes)


def _grid(asked: Asked, name: str, tree: Paths) -> Grid:
    w, names = asked.w, asked.names
    top = tree.to_frame(top=TOP)
    frame = 100 * top[["value", "share", "subtree"]]
    rows = []
    for path in top["path"]:
        *_, last = path.split(BETWEEN)
        rows.append(f"{path}: {names[last]}" if names.get(last, last) != last else path)
    return Grid(
        f"chains_{name}",
        w[f"chains.grid.{name}"],
        frame.set_axis(pd.Index(top["path"], name="path"), axis=0),
        w["chains.col"],
        rows,
        [w[f"chains.{column}"] for column in frame],
        [2, 1, 2],
    )


def carried(tree: Paths) -> pd.DataFrame:
    """What arrives from each supplier at each buyer, over all chains found: supplier by buyer.

    A chain counts with all that stands behind it, so an arrow holds what comes through it.
    """
    at = np.flatnonzero(tree.layer > 0)
    buyers = tree.sector[tree.parent[at]]
    met = np.unique(np.concatenate([tree.sector[at], buyers]))
    flows = np.zeros((len(met), len(met)))
    rows, columns = np.searchsorted(met, tree.sector[at]), np.searchsorted(met, buyers)
    np.add.at(flows, (rows, columns), tree.subtree[at])
    np.fill_diagonal(flows, 0.0)
    codes = [show(tree.accounts.keys[i]) for i in met]
    return pd.DataFrame(np.maximum(flows, 0.0), codes, codes)


def _network(asked: Asked, arrows: pd.DataFrame) -> Figure:
    w = asked.w
    short = {code: shortened(name) for code, name in asked.names.items()}

    def draw(ax: Axes) -> None:
        words = short if wide_enough(ax) else None  # a phone has room for codes
        focus = asked.code if asked.code in arrows.index else None
        plot.network(100 * arrows, top=ARROWS, focus=focus, words=words, ax=ax)
        ax.set_title("", loc="left")

    values = arrows.to_numpy()
    order = np.argsort(-values, axis=None, kind="stable")[:5]
    said = "; ".join(
        f"{arrows.index[i]} > {arrows.columns[j]} {number(100 * values[i, j], 1)}"
        for i, j in zip(*np.unravel_index(order, values.shape), strict=True)
        if values[i, j] > 0
    )
    return Figure(
        "chains",
        draw,
        w["chains.figure"].format(many=min(ARROWS, int((arrows.to_numpy() > 0).sum()))),
        w["chains.alt"].format(what=said),
        ((7.4, 3.6), (3.5, 3.0)),
    )
