"""What a region supplies itself by its balance of supply and demand: pools and cross-hauling."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from iomodel.accounts import Array
from iomodel.arguments import typed
from iomodel.errors import TableError
from iomodel.table import IOTable


@typed
def sdp(nation: IOTable, output: pd.Series, demand: pd.Series) -> pd.Series:
    """The supply-demand pool: what share of its needs of each product a region's output can meet.

        d_i = sum_j a_ij^n x_j^r + f_i^r,   p_i = min(1, x_i^r / d_i)

    with the nation's coefficients, the region's `output` x^r and its final `demand` f^r for
    products of the nation (exports abroad included), by sector, in the unit of the table.  One
    where nothing is needed.  Multiplies rows of coefficients, like a location quotient.

    Cost: one product with A.
    Errors: LabelError where sectors differ, TableError for negative output.
    Reference: Miller and Blair (2009), chapter 8 (supply-demand pool).

    >>> import iomodel as im
    >>> puebla = im.regional.region_of(im.load("mexico-2018-puebla"), "puebla")
    >>> share = im.regional.sdp(puebla.nation, puebla.output, puebla.demand)
    >>> bool(share.dropna().between(0, 1).all())
    True
    """
    x, d = _needs(nation, output, demand)
    share = np.divide(x, d, out=np.ones_like(x), where=d > 0)
    return nation.accounts.series(np.minimum(share, 1.0), "sdp")


@typed
def charm(
    nation: IOTable,
    output: pd.Series,
    demand: pd.Series,
    *,
    exports: Hashable = "exports",
) -> pd.DataFrame:
    """Trade of a region with cross-hauling: the same product is sold to and bought from elsewhere.

    The nation's trade says how heterogeneous each product is,

        q_i^n = (e + m) - |e - m|,   h_i = q_i^n / (x_i^n + z_i^n + d_i^n),

    and a region has the same h: with b = x - (z + d) its balance, q^r = h (x^r + z^r + d^r),

        exports = (q + |b| + b) / 2,   imports = (q + |b| - b) / 2,
        self_supply = 1 - imports / (z + d).

    z is intermediate and d domestic final use.  `nation` holds total flows, with imports as the
    office records them (a column of kind imports, negative) and demand of kind `exports`;
    `output` and `demand` are the region's, domestic final demand without exports.

    Columns balance, cross_hauling, exports, imports, self_supply (to be used as a quotient by row).
    Cost: one product with A.
    Errors: TableError for a table of domestic flows (its imports are not by product) or without
    exports, LabelError where sectors differ.
    Reference: Kronenberg, T. (2009), Construction of regional input-output tables using nonsurvey
    methods: the role of cross-hauling, International Regional Science Review 32(1), 40-64.

    >>> import pandas as pd
    >>> import iomodel as im
    >>> names = ["a", "b"]
    >>> nation = im.IOTable.from_frames(
    ...     Z=pd.DataFrame([[30.0, 20], [30, 20]], index=names, columns=names),
    ...     Y=pd.DataFrame({"use": [50.0, 40], "e": [20.0, 10], "m": [-20.0, 0]}, index=names),
    ...     V=pd.Series({"a": 40.0, "b": 60.0}),
    ...     demand_kinds={"m": "imports", "e": "exports"},
    ...     meta=im.Meta(origin="total"),
    ... )
    >>> half = pd.Series({"a": 50.0, "b": 50.0})
    >>> charm(nation, half, pd.Series({"a": 25.0, "b": 20.0}))["self_supply"].round(3).to_dict()
    {'a': 0.8, 'b': 1.0}
    """
    outward, inward = nation.categories.of_kind(str(exports)), nation.categories.of_kind("imports")
    if nation.meta.origin != "total" or not inward or not outward:
        raise TableError(
            f"'{nation.meta.title}' does not hold exports and imports by product.",
            remedy="CHARM needs a table of total flows with a column of imports, as the office's "
            "projected tables are before `construct.split_imports`.",
        )
    Y, x = nation.arrays.Y, nation.arrays.x
    e, m = Y[:, outward].sum(axis=1), -Y[:, inward].sum(axis=1)
    at_home = [i for i in range(Y.shape[1]) if i not in (*outward, *inward)]
    z, d = nation.arrays.Z.sum(axis=1), Y[:, at_home].sum(axis=1)
    whole = x + z + d
    both_ways = (e + m) - np.abs(e - m)
    h = np.divide(both_ways, whole, out=np.zeros_like(x), where=whole > 0)
    own, needs = _needs(nation, output, demand)
    q, b = h * (own + needs), own - needs
    imports = (q + np.abs(b) - b) / 2
    columns = {
        "balance": b,
        "cross_hauling": q,
        "exports": (q + np.abs(b) + b) / 2,
        "imports": imports,
        "self_supply": 1 - np.divide(imports, needs, out=np.zeros_like(b), where=needs > 0),
    }
    return pd.DataFrame(columns, index=nation.accounts.index)


def _needs(nation: IOTable, output: pd.Series, demand: pd.Series) -> tuple[Array, Array]:
    """The region's output and all it needs, in the order of the table."""
    x = nation.accounts.array(output, "output")
    f = nation.accounts.array(demand, "demand")
    if (x < 0).any():
        worst = int(x.argmin())
        raise TableError(
            f"Output of '{nation.accounts.codes[worst]}' in the region is {x[worst]:.6g}.",
            remedy="Output is zero or more.",
        )
    needs: Array = nation.A.to_numpy() @ x + f
    return x, needs
