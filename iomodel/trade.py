"""What final demand imports, and what of an export is value added at home."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

import numpy as np
import pandas as pd

from iomodel import multipliers
from iomodel.about import about
from iomodel.accounts import Array, Labelled, show
from iomodel.arguments import typed
from iomodel.errors import LabelError, MissingAccountError, TableError
from iomodel.table import IOTable

HUMMELS_ISHII_YI = (
    "Hummels, D., Ishii, J. and Yi, K.-M. (2001), The nature and growth of vertical "
    "specialization in world trade, Journal of International Economics 54(1), 75-96"
)
FUJII_CERVANTES = "Fujii, G. and Cervantes, R. (2013), Revista CEPAL 109, 143-158"


@typed
def import_content(table: IOTable) -> pd.DataFrame:
    """How much of each kind of final demand is spent abroad: bought there, or used to make it here.

    Per category of Y: direct = imports that final demand buys itself (the rows of W of kind
    "imports"), indirect = m L Y with m imported inputs per unit of output, total their sum, and
    share = total over the purchasers' value Y + W (NaN where nothing is bought).  Rows of kind
    "moved" (purchases of non-residents) are neither imports nor value: what visitors buy stands
    where the table put it, and `.attrs["coverage"]` says so.

    k x 4, unit of the table (share: ratio).  Cost: one solve, 2 n^2 flops.
    Errors: MissingAccountError without imports, or for total transactions.
    Reference: Hummels, Ishii and Yi (2001) for exports; for the other categories the same sums.

    >>> table = IOTable.from_frames(
    ...     Z=pd.DataFrame([[10.0, 20], [30, 0]], index=["a", "b"], columns=["a", "b"]),
    ...     Y=pd.DataFrame({"consumption": [60.0, 40], "exports": [10.0, 30]}, index=["a", "b"]),
    ...     V=pd.DataFrame({"a": [20.0, 40], "b": [30.0, 50]}, index=["imports", "wages"]),
    ...     W=pd.DataFrame({"consumption": [25.0, 0], "exports": [0.0, 0]},
    ...                    index=["imports", "wages"]),
    ...     kinds={"imports": "imports", "wages": "compensation"},
    ...     demand_kinds={"exports": "exports"},
    ... )
    >>> import_content(table).round(3).loc["consumption"].to_dict()
    {'direct': 25.0, 'indirect': 35.476, 'total': 60.476, 'share': 0.484}
    """
    content = multipliers.imports(table)["total"].to_numpy()
    arrays = table.arrays
    rows = table.inputs.of_kind("imports")
    direct = arrays.W[rows].sum(axis=0)
    indirect = content @ arrays.Y
    value = _purchasers_value(table)
    share = np.full_like(value, np.nan)
    np.divide(direct + indirect, value, out=share, where=value != 0)
    frame = table.categories.frame(
        np.column_stack([direct, indirect, direct + indirect, share]),
        pd.Index(["direct", "indirect", "total", "share"]),
    )
    return about(
        frame,
        name="import content of final demand",
        unit=f"{table.meta.unit or 'unit of the table'}; share: of purchasers' value",
        formula="direct = imports in W; indirect = m L Y; share = total / (Y + W)",
        reference=HUMMELS_ISHII_YI,
        rows=[table.inputs.codes[i] for i in rows],
        coverage=_coverage(table, rows),
    )


@typed
def value_added_in_exports(table: IOTable) -> pd.DataFrame:
    """What each sector's exports leave at home and what they spend abroad.

    With e the exports, v value added and m imported inputs per unit of output:
    exports e_j; direct v_j e_j (income in the exporting sector); indirect (vL)_j e_j - v_j e_j
    (income at its suppliers); total (vL)_j e_j; content (vL)_j; import_content (mL)_j.  On an
    open table the two contents leave product taxes of 1; on one closed by households they count
    wages twice, as income and as what it buys, and exceed it.

    n x 6 by sector.  Cost: two solves, 4 n^2 flops.
    Errors: MissingAccountError without exports, imports or value added, or for total transactions.
    Reference: Hummels, Ishii and Yi (2001); Fujii and Cervantes (2013) for direct and indirect.

    >>> table = IOTable.from_frames(
    ...     Z=pd.DataFrame([[10.0, 20], [30, 0]], index=["a", "b"], columns=["a", "b"]),
    ...     Y=pd.DataFrame({"consumption": [60.0, 40], "exports": [10.0, 30]}, index=["a", "b"]),
    ...     V=pd.DataFrame({"a": [20.0, 40], "b": [30.0, 50]}, index=["imports", "wages"]),
    ...     kinds={"imports": "imports", "wages": "compensation"},
    ...     demand_kinds={"exports": "exports"},
    ... )
    >>> value_added_in_exports(table)[["direct", "indirect", "total"]].round(3).loc["b"].to_dict()
    {'direct': 15.0, 'indirect': 3.929, 'total': 18.929}
    """
    e = _exports(table)
    home = multipliers.value_added(table)
    abroad = multipliers.imports(table)["total"].to_numpy()
    direct, content = home["direct"].to_numpy(), home["total"].to_numpy()
    frame = table.accounts.frame(
        np.column_stack([e, direct * e, (content - direct) * e, content * e, content, abroad]),
        pd.Index(["exports", "direct", "indirect", "total", "content", "import_content"]),
    )
    return about(
        frame,
        name="value added in exports",
        unit=f"{table.meta.unit or 'unit of the table'}; contents: per unit exported",
        formula="direct = v e; total = (vL) e; content = vL; import_content = mL",
        reference=f"{HUMMELS_ISHII_YI}; {FUJII_CERVANTES}",
        coverage=_coverage(table, table.inputs.of_kind("imports")),
    )


@typed
def export_totals(table: IOTable) -> pd.Series:
    """All exports together: what a unit of them leaves at home, and its import content.

    exports i'e, direct v e, indirect, total vL e, imports mL e, in the unit of the table; content
    vL e / i'e and import_content mL e / i'e (vertical specialisation, the VS share), per unit
    exported, weighted by exports (never the mean of the sectors' contents).

    Errors: as `value_added_in_exports`; TableError where nothing is exported.
    Reference: Hummels, Ishii and Yi (2001).

    >>> table = IOTable.from_frames(
    ...     Z=pd.DataFrame([[10.0, 20], [30, 0]], index=["a", "b"], columns=["a", "b"]),
    ...     Y=pd.DataFrame({"consumption": [60.0, 40], "exports": [10.0, 30]}, index=["a", "b"]),
    ...     V=pd.DataFrame({"a": [20.0, 40], "b": [30.0, 50]}, index=["imports", "wages"]),
    ...     kinds={"imports": "imports", "wages": "compensation"},
    ...     demand_kinds={"exports": "exports"},
    ... )
    >>> export_totals(table).round(4).loc[["content", "import_content"]].to_dict()
    {'content': 0.6369, 'import_content': 0.3631}
    """
    by_sector = value_added_in_exports(table)
    sums = by_sector[["exports", "direct", "indirect", "total"]].sum()
    sums["imports"] = float((by_sector["import_content"] * by_sector["exports"]).sum())
    if sums["exports"] == 0:
        raise TableError(
            f"'{table.meta.title}' exports nothing.", remedy="Check the export column."
        )
    sums["content"] = sums["total"] / sums["exports"]
    sums["import_content"] = sums["imports"] / sums["exports"]
    sums.name = "exports in all"
    return about(
        sums,
        name="exports in all",
        unit=str(by_sector.attrs["unit"]),
        formula="total = vL e; imports = mL e; contents: over i'e",
        reference=HUMMELS_ISHII_YI,
        coverage=by_sector.attrs["coverage"],
    )


@typed
def income_multiplier(
    table: IOTable,
    sectors: Iterable[Hashable],
    *,
    weights: Labelled | None = None,
) -> float:
    """Income at home per unit of income in the exporting sectors themselves, for a set of sectors.

    k_S = sum_S (vL)_j e_j / sum_S v_j e_j with e the exports (or `weights`, one for each sector
    of the set): total over direct of the set, not the mean of the sectors' multipliers.  For one
    sector it is its value-added multiplier, whatever the weight.

    Errors: LabelError for an unknown or repeated sector, or weights that do not match the set;
    TableError where the direct income adds up to zero; MissingAccountError without exports.
    Reference: Fujii and Cervantes (2013).

    >>> table = IOTable.from_frames(
    ...     Z=pd.DataFrame([[10.0, 20], [30, 0]], index=["a", "b"], columns=["a", "b"]),
    ...     Y=pd.DataFrame({"consumption": [60.0, 40], "exports": [10.0, 30]}, index=["a", "b"]),
    ...     V=pd.DataFrame({"a": [60.0], "b": [80.0]}, index=["wages"]),
    ...     kinds={"wages": "compensation"},
    ...     demand_kinds={"exports": "exports"},
    ... )
    >>> round(income_multiplier(table, ["a", "b"]), 4)    # 40 of income for 6 + 24 of direct
    1.3333
    """
    at = table.accounts.positions(sectors)
    if not at:
        raise LabelError("No sector was named.", remedy="Name at least one.")
    chosen = table.accounts.take(at)  # refuses a sector named twice
    e = _exports(table)[at] if weights is None else chosen.array(weights, "weights")
    home = multipliers.value_added(table)
    direct = float(home["direct"].to_numpy()[at] @ e)
    if direct == 0:
        raise TableError(
            f"The direct income of {', '.join(show(key) for key in chosen.keys[:5])} with these "
            "weights is zero, so there is no ratio.",
            remedy="Give `weights`, or leave out sectors that export nothing.",
        )
    return float(home["total"].to_numpy()[at] @ e) / direct


def _exports(table: IOTable) -> Array:
    columns = table.categories.of_kind("exports")
    if not columns:
        raise MissingAccountError(
            f"'{table.meta.title}' has no column of exports.",
            [
                f"'{code}' is {kind}"
                for code, kind in zip(table.categories.codes, table.categories.kinds, strict=True)
            ],
            "Name it in `demand_kinds`.",
        )
    exports: Array = table.arrays.Y[:, columns].sum(axis=1)
    return exports


def _purchasers_value(table: IOTable) -> Array:
    """What each category spends on goods and services: Y + W, without reclassified purchases."""
    moved = table.inputs.of_kind("moved")
    kept = [i for i in range(len(table.inputs)) if i not in moved]
    value: Array = table.arrays.Y.sum(axis=0) + table.arrays.W[kept].sum(axis=0)
    return value


def _coverage(table: IOTable, imports: list[int]) -> str:
    """What the columns of final demand contain, in words."""
    arrays, said = table.arrays, []
    if not arrays.W[imports].any():
        said.append("The table records no imports bought by final demand itself.")
    for i in table.inputs.of_kind("moved"):
        amount = arrays.W[i][arrays.W[i] > 0].sum()
        if amount:
            said.append(
                f"Purchases of non-residents here ({table.inputs.codes[i]}, {amount:.6g} "
                f"{table.meta.unit}) are inside consumption, not in exports."
            )
    return " ".join(said) or "All purchases stand in the column of who bought."
