"""Production layers: the supply chains behind a final demand, those above a threshold."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from iomodel import models
from iomodel.accounts import Accounts, Array, numbers, show
from iomodel.arguments import typed
from iomodel.closure import HOUSEHOLDS
from iomodel.display import as_html, as_text, parts
from iomodel.errors import LabelError, MissingAccountError, TableError
from iomodel.linalg import Resolvent
from iomodel.meta import VALUE_ADDED
from iomodel.paths.chains import Positions, grown
from iomodel.sam import SAMModel
from iomodel.table import IOTable

BETWEEN = " > "
VALUE_ADDED_ROW = "value added"
LEAKAGES_ROW = "all that leaks"
MANY = 1_000_000


@dataclass(frozen=True, eq=False, repr=False)
class Paths:
    """Supply chains above a threshold as a tree of nodes, one number each in every array.

    `parent` (-1 for a root: a product that final buyers buy), `sector` its position among
    `accounts`, `layer` (0 for a root, 1 for its supplier ...), `value` what the row holds at this
    node itself, `subtree` the same with everything below it in the tree.  Nodes stand layer by
    layer, so a parent stands before its children.  `total` is what the whole demand brings, and
    `layer_totals` what each layer does, paths below the threshold included.
    """

    accounts: Accounts
    parent: Positions
    sector: Positions
    layer: Positions
    value: Array
    subtree: Array
    layer_totals: Array
    total: float
    threshold: float
    row: str

    def __post_init__(self) -> None:
        for name in ("parent", "sector", "layer", "value", "subtree", "layer_totals"):
            getattr(self, name).setflags(write=False)

    def __len__(self) -> int:
        return len(self.sector)

    def _said(self) -> tuple[str, dict[str, str]]:
        above = f"{len(self):,} above {self.threshold:g} in {len(self.layer_totals)} layers"
        of = f"{100 * self.coverage:.1f} % of {self.total:,.6g}"
        return f"Paths of {self.row}: {above}, {of}", parts(self)

    __repr__, _repr_html_ = as_text, as_html

    @property
    def coverage(self) -> float:
        """The share of the total that stands at the nodes found (NaN where the total is zero)."""
        return float(self.value.sum() / self.total) if self.total else float("nan")

    def to_frame(self, *, top: int | None = None) -> pd.DataFrame:
        """One row a path, the largest value first: path ('A > B': A buys from B), layer, value,
        share of the total, subtree; `top` limits it to so many rows."""
        order = np.argsort(-np.abs(self.value), kind="stable")[:top]
        return pd.DataFrame(
            {
                "path": [self._text(int(node)) for node in order],
                "layer": self.layer[order],
                "value": self.value[order],
                "share": self.value[order] / self.total if self.total else np.nan,
                "subtree": self.subtree[order],
            },
            index=pd.Index(order, name="node"),
        )

    def by_layer(self) -> pd.DataFrame:
        """By layer: paths found, their value, the value of the whole layer, the share found."""
        depth = len(self.layer_totals)
        value = np.bincount(self.layer, weights=self.value, minlength=depth)
        share = np.full(depth, np.nan)
        np.divide(value, self.layer_totals, out=share, where=self.layer_totals != 0)
        return pd.DataFrame(
            {
                "paths": np.bincount(self.layer, minlength=depth),
                "value": value,
                "total": self.layer_totals,
                "share": share,
            },
            index=pd.RangeIndex(depth, name="layer"),
        )

    def _text(self, node: int) -> str:
        codes = []
        while node >= 0:
            codes.append(show(self.accounts.keys[self.sector[node]]))
            node = int(self.parent[node])
        return BETWEEN.join(reversed(codes))


@typed
def above(
    table: IOTable | SAMModel,
    threshold: float,
    *,
    demand: pd.Series | Mapping[Hashable, float] | None = None,
    row: str | pd.Series | None = None,
    limit: int = MANY,
) -> Paths:
    """The supply chains through which a final demand brings value added (or imports, jobs ...).

    r L f = sum_j r_j f_j + sum_ij r_i a_ij f_j + ... is cut into its terms: the node at the end of
    the chain j, i, ..., k has the value f_j a_ij ... r_k, and its subtree f_j a_ij ... m_k with
    m = r L, itself and all its suppliers'.  Kept is every node whose subtree is above `threshold`
    (in the unit of the row), so every node whose own value is, and all that stand over one.  The
    pruning is exact: where the row, A or f has negative numbers the bound is taken over their
    magnitudes, and `subtree` still says the net sum.

    `demand`: amounts by sector (the others zero), or a Series of all sectors; by default that of
    the table, or the injections of the model.  `row`: a kind of primary input ("imports",
    "compensation"), a satellite ("PT"), of a SAM an exogenous account or kind; or a Series per
    unit of output (total of the account).  By default value added (with what endogenous households
    earn, as in `multipliers.value_added`), in a SAM all that leaks, which over the whole tree is
    what was injected.  In a SAM money runs along the path: 'A > B' is what A,
    having received the injection, pays to B.

    Cost: one solve for m; then for each sector met n flops and the sorting of its larger
    suppliers, some 10 operations for each node.  About 100 bytes a node.  No node is visited that
    is not kept.
    Errors: TableError for a threshold that is not positive, or that more than `limit` paths
    exceed; LabelError, MissingAccountError for a row or sector there is not, or total transactions.
    Reference: Treloar, G. J. (1997), Extracting embodied energy paths from input-output tables,
    Economic Systems Research 9(4), 375-391; Lenzen, M. (2003), Environmentally important paths,
    linkages and key sectors in the Australian economy, Structural Change and Economic Dynamics
    14(1), 1-34.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> found = above(table, 0.06, demand={"a": 1.0})
    >>> found.to_frame().round(4)[["path", "layer", "value", "subtree"]]
                path  layer   value  subtree
    node
    0              a      0  0.6500     1.00
    1          a > b      1  0.1400     0.20
    2          a > a      1  0.0975     0.15
    >>> round(found.coverage, 4)
    0.8875
    """
    if not np.isfinite(threshold) or threshold <= 0:
        raise TableError(
            f"The threshold is {threshold}.",
            remedy="Give a positive number: there is no end of paths above zero.",
        )
    models.require(table, "The chains of domestic suppliers")
    A, f = table.A.to_numpy(), _demand(table, demand)
    r, name = _row(table, row)
    m: Array = table.L.T.solve(r)
    tree = grown(A, f, _bound(A, r, m), threshold, limit)
    totals, flow = [], f
    for layer in range(int(tree.layer.max(initial=-1)) + 1):
        flow = A @ flow if layer else f
        totals.append(float(r @ flow))
    return Paths(
        accounts=table.accounts,
        parent=tree.parent,
        sector=tree.account,
        layer=tree.layer,
        value=tree.amount * r[tree.account],
        subtree=tree.amount * m[tree.account],
        layer_totals=np.array(totals),
        total=float(m @ f),
        threshold=float(threshold),
        row=name,
    )


def _bound(A: Array, r: Array, m: Array) -> Array:
    """What one unit can bring at most: m itself, or the same of the magnitudes."""
    if A.min() >= 0 and r.min() >= 0:
        return m
    return Resolvent(np.abs(A)).solve(np.abs(r), transposed=True)


def _demand(
    table: IOTable | SAMModel, demand: pd.Series | Mapping[Hashable, float] | None
) -> Array:
    if demand is None:
        flows = table.arrays.Y if isinstance(table, IOTable) else table.injections
        total: Array = flows.sum(axis=1)
        return total
    if isinstance(demand, pd.Series):
        return table.accounts.array(demand, "demand")
    vector = np.zeros(len(table.accounts))
    for label, amount in demand.items():
        vector[table.accounts.position(label)] += float(numbers(amount, f"demand for {label}"))
    return table.accounts.array(vector, "demand")


def _row(table: IOTable | SAMModel, row: str | pd.Series | None) -> tuple[Array, str]:
    """The row per unit of output and what it is called."""
    if isinstance(row, pd.Series):
        name = "the row given" if row.name is None else str(row.name)
        return table.accounts.array(row, "row"), name
    if isinstance(table, SAMModel):
        return _leaking(table, row)
    if row is None:
        return table.per_unit(_value_added(table)), VALUE_ADDED_ROW
    if row in table.inputs.kinds:
        return table.per_unit(table.primary(row)), row.replace("_", " ")
    satellites = table.satellite_accounts
    try:
        at = satellites.position(row)
    except LabelError as error:
        kinds = ", ".join(f"'{kind}'" for kind in dict.fromkeys(table.inputs.kinds))
        listed = ", ".join(f"'{code}'" for code in satellites.codes) or "none"
        raise MissingAccountError(
            f"'{table.meta.title}' has no row '{row}'.",
            remedy=f"Kinds of primary input: {kinds}; satellites: {listed}; or give a Series.",
        ) from error
    return table.per_unit(table.arrays.S[at]), satellites.names[at]


def _value_added(table: IOTable) -> Array:
    """Value added, with what endogenous households earn where a table is closed by them."""
    households = table.accounts.of_kind(HOUSEHOLDS)
    if not households:
        return table.primary(*VALUE_ADDED)
    kept = table.arrays.V[table.inputs.of_kind(*VALUE_ADDED)].sum(axis=0)
    earned: Array = kept + table.arrays.Z[households].sum(axis=0)
    return earned


def _leaking(model: SAMModel, row: str | None) -> tuple[Array, str]:
    outside = model.outside
    if row is None:
        at = list(range(len(outside)))
    else:
        at = outside.of_kind(row) or [outside.position(row)]
    total: Array = model.leaks[at].sum(axis=0)
    return total, LEAKAGES_ROW if row is None else f"what leaks to {row}"
