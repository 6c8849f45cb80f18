"""Making the table a question needs from the one the office published: imports taken out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from iomodel.accounts import Accounts, Array, show
from iomodel.arguments import typed
from iomodel.errors import MissingAccountError, TableError
from iomodel.table import IOTable

IMPORTS = "P.7"


@typed
def split_imports(table: IOTable, *, cap_reexports: bool = False) -> IOTable:
    """The domestic table of one that holds total transactions, by the import share of each product.

    Every domestic buyer of product i is assumed to import the same share of it,
    mu_i = M_i / (x_i + M_i - E_i), and exports are assumed domestic:

        Z_d = (I - mu) Z,   Y_d = (I - mu) Y (exports unchanged),
        imports of column j = sum_i mu_i Z_ij (and mu_i Y_ik for final demand).

    The import column of Y becomes a row of V and W; outputs, value added and GDP are unchanged.
    The assumption matters: on Mexico's 2018 table it puts the import content of car assembly at
    0.51, the table with observed import flows at 0.42.

    Shares outside [0, 1] raise TableError naming the product, unless `cap_reexports=True`: then
    imports beyond domestic use count as re-exports (bought by the export column), which is
    written into the history.  Cost: O(n^2).

    Reference: Miller, R. E. and Blair, P. D. (2009), Input-Output Analysis, Cambridge University
    Press, chapter 4 (the import-similarity, or competitive-import, assumption).

    >>> import pandas as pd
    >>> import iomodel as im
    >>> names = ["a", "b"]
    >>> table = im.IOTable.from_frames(
    ...     Z=pd.DataFrame([[30.0, 20], [30, 20]], index=names, columns=names),
    ...     Y=pd.DataFrame({"use": [50.0, 40], "e": [20.0, 10], "m": [-20.0, 0]}, index=names),
    ...     V=pd.Series({"a": 40.0, "b": 60.0}),
    ...     demand_kinds={"m": "imports", "e": "exports"},
    ...     meta=im.Meta(origin="total"),
    ... )
    >>> im.construct.split_imports(table).Z.to_numpy().tolist()    # a fifth of a is imported
    [[24.0, 16.0], [30.0, 20.0]]
    """
    imports, use = _trade(table)
    share = np.divide(imports, use, out=np.zeros_like(use), where=use != 0)
    reexports = np.zeros_like(imports)
    beyond = (imports > use) & (imports > 0)
    if cap_reexports:
        reexports = np.where(beyond & (use >= 0), imports - use, 0.0)
        share = np.where(reexports > 0, 1.0, share)
    wrong = np.flatnonzero((imports < 0) | (share < 0) | (share > 1) | (beyond & (reexports == 0)))
    if len(wrong):
        raise TableError(
            f"'{table.meta.title}': {len(wrong)} products have an import share outside [0, 1].",
            [
                f"'{show(table.accounts.keys[i])}' ({table.accounts.names[i][:40]}): imports "
                f"{imports[i]:.6g} over domestic use {use[i]:.6g} = {_ratio(imports[i], use[i])}"
                for i in wrong
            ],
            "Imports beyond domestic use are re-exports: pass cap_reexports=True to treat them "
            "as such.",
        )
    a = table.arrays
    column = table.categories.of_kind("imports")[0]
    sold_abroad = table.categories.of_kind("exports")
    kept = [k for k in range(len(table.categories)) if k != column]
    spread = a.Y * share[:, None]
    spread[:, sold_abroad] = 0.0
    bought = np.zeros(a.Y.shape)
    bought[:, sold_abroad[0]] = reexports
    Y = (a.Y - spread - bought)[:, kept]
    row = Accounts.of(
        [IMPORTS], names=[table.categories.names[column]], kinds="imports", axis="input"
    )
    inputs = Accounts.of(
        row.codes + table.inputs.codes,
        names=row.names + table.inputs.names,
        kinds=row.kinds + table.inputs.kinds,
        axis="input",
    )
    blocks = replace(
        a,
        Z=a.Z * (1 - share[:, None]),
        Y=Y,
        V=np.vstack([share @ a.Z, a.V]),
        W=np.vstack([(spread + bought).sum(0)[kept], a.W[:, kept]]),
    )
    notes: tuple[str, ...] = (
        "imports taken out by product share mu = M / (x + M - E): every domestic buyer of a "
        "product is assumed to import the same share of it",
    )
    if reexports.any():
        notes += tuple(
            f"re-exports of '{table.accounts.codes[i]}': {reexports[i]:.6g} {table.meta.unit} of "
            f"imports beyond domestic use (share {imports[i] / use[i]:.3f}) put into exports"
            for i in np.flatnonzero(reexports)
        )
    meta = table.meta.but(origin="domestic", assumptions=(*table.meta.assumptions, *notes))
    split = replace(
        table,
        categories=table.categories.take(kept),
        inputs=inputs,
        arrays=blocks,
        meta=meta.but("imports split from total transactions"),
    )
    return split.require_balanced()


def _trade(table: IOTable) -> tuple[Array, Array]:
    """Imports and domestic use x + M - E of each product of a table of total transactions."""
    if table.meta.origin != "total" or len(table.categories.of_kind("imports")) != 1:
        raise MissingAccountError(
            f"'{table.meta.title}' is not a table of total transactions with one column of "
            "imports: there is nothing to split.",
            remedy="Use it as it is, or mark its column of imports with kind 'imports'.",
        )
    if not table.categories.of_kind("exports"):
        raise MissingAccountError(
            f"'{table.meta.title}' has no export column, so domestic use is not known.",
            remedy="Mark the column of exports with kind 'exports'.",
        )
    a = table.arrays
    imports = -a.Y[:, table.categories.of_kind("imports")[0]]
    exports = a.Y[:, table.categories.of_kind("exports")].sum(1)
    return imports, a.x + imports - exports


def _ratio(imports: float, use: float) -> str:
    return f"{imports / use:.3f}" if use else "not defined"
