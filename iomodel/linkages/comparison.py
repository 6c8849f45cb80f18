"""All indices side by side, and the sectors that two of them call key."""

from __future__ import annotations

import numpy as np
import pandas as pd

from iomodel.errors import LabelError
from iomodel.linkages.register import Index, indices
from iomodel.table import IOTable

NOTE = (
    "The value depends on the aggregation of the table: the same industry has another index "
    "among more or fewer sectors. Compare within one table only."
)
# Nearer to the average than this is at the average: rounding, not economics.
AVERAGE = 1e-9
HIRSCHMAN = (
    "Hirschman, A. O. (1958), The Strategy of Economic Development, Yale University Press; "
    "Rasmussen, P. N. (1956), Studies in Inter-Sectoral Relations, North-Holland, Amsterdam"
)


def measure(table: IOTable, name: str) -> pd.Series:
    """One index of the register, by name; its formula, reference and caution in `.attrs`.

    Errors: LabelError for an unknown name; MissingAccountError for total transactions.
    Reference: that of the index.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> measure(table, "ghosh_forward").round(4).to_dict()
    {'a': 1.2083, 'b': 0.7917}
    """
    index = _index(name)
    series = index.compute(table).rename(index.name)
    series.attrs.update(
        name=index.name,
        unit="mean over sectors with output is 1" if index.mean_one else "ratio",
        formula=index.formula,
        reference=index.reference,
        note=NOTE,
    )
    return series


def compare(table: IOTable) -> pd.DataFrame:
    """Every index of the register, a column each, so that they can be set against each other.

    n x number of indices, by sector code; NaN for a sector without output, which is left out of
    means.  On a table closed by households the averages run over all accounts, households
    included.  `.attrs["note"]` says why indices of two tables cannot be compared.

    Cost: the dense inverse (two indices of variation need it), 2 n^3 flops, 8 n^2 bytes.
    Errors: MissingAccountError for total transactions; NotProductiveError.
    Reference: that of each index, in `.attrs["reference"]`.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> compare(table).loc["a", ["rasmussen_backward", "ghosh_forward"]].round(4).to_dict()
    {'rasmussen_backward': 1.0222, 'ghosh_forward': 1.2083}
    """
    columns = {name: measure(table, name) for name in indices()}
    frame = pd.DataFrame({name: column.to_numpy() for name, column in columns.items()})
    frame.index = table.accounts.index
    frame.attrs.update(
        name="linkage indices",
        unit={name: column.attrs["unit"] for name, column in columns.items()},
        formula={name: index.formula for name, index in indices().items()},
        reference={name: index.reference for name, index in indices().items()},
        note=NOTE,
    )
    return frame


def key_sectors(
    table: IOTable,
    *,
    backward: str = "rasmussen_backward",
    forward: str = "rasmussen_forward",
) -> pd.DataFrame:
    """Which sectors are above average both ways (key), one way, or neither (independent).

    Two indices with mean 1, and class "key" (both above 1), "backward", "forward" (one) or
    "independent" (none; within 1e-9 of 1 counts as average); "inactive" without output.  n x 3.

    Cost: two solves, 4 n^2 flops.
    Errors: LabelError for an unknown index, or one whose average is not 1 by construction.
    Reference: Hirschman (1958), Rasmussen (1956).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> key_sectors(table)["class"].to_dict()
    {'a': 'key', 'b': 'independent'}
    """
    for name, direction in ((backward, "backward"), (forward, "forward")):
        _require_comparable(_index(name), direction)
    pulls, pushes = measure(table, backward), measure(table, forward)
    above_b, above_f = pulls.to_numpy() > 1 + AVERAGE, pushes.to_numpy() > 1 + AVERAGE
    classes = np.select(
        [~table.active, above_b & above_f, above_b, above_f],
        ["inactive", "key", "backward", "forward"],
        "independent",
    )
    frame = pd.DataFrame(
        {backward: pulls.to_numpy(), forward: pushes.to_numpy(), "class": classes.astype(object)},
        index=table.accounts.index,
    )
    frame.attrs.update(
        name="key sectors",
        unit="mean over sectors with output is 1",
        formula="key: both above 1; backward, forward: that one; independent: neither",
        reference=HIRSCHMAN,
        note=NOTE,
    )
    return frame


def _index(name: str) -> Index:
    found = indices().get(name)
    if found is None:
        raise LabelError(
            f"'{name}' is not a linkage index.",
            remedy=f"The indices are: {', '.join(indices())}.",
        )
    return found


def _require_comparable(index: Index, direction: str) -> None:
    if index.mean_one and index.direction == direction:
        return
    usable = [i.name for i in indices().values() if i.mean_one and i.direction == direction]
    raise LabelError(
        f"'{index.name}' is not a {direction} index with mean 1, so being above 1 says nothing.",
        remedy=f"Use one of: {', '.join(usable)}.",
    )
