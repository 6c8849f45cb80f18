"""All indices side by side, and the sectors that two of them call key."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from iomodel.about import about
from iomodel.arguments import typed
from iomodel.errors import LabelError, TableError
from iomodel.hirschman import classes
from iomodel.linkages.register import Index, equally, indices
from iomodel.table import IOTable

NOTE = (
    "The value depends on the aggregation of the table: the same industry has another index "
    "among more or fewer sectors. Compare within one table only."
)
HIRSCHMAN = (
    "Hirschman, A. O. (1958), The Strategy of Economic Development, Yale University Press; "
    "Rasmussen, P. N. (1956), Studies in Inter-Sectoral Relations, North-Holland, Amsterdam"
)


@typed
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
    return _described(index, index.compute(table))


def _described(index: Index, values: pd.Series) -> pd.Series:
    """Values of an index under its name, with its formula, reference and caution."""
    return about(
        values.rename(index.name),
        name=index.name,
        unit=_unit(index),
        formula=index.formula,
        reference=index.reference,
        note=NOTE,
    )


@typed
def compare(table: IOTable) -> pd.DataFrame:
    """Every index of the register, a column each, so that they can be set against each other.

    n x number of indices, by sector code; NaN for a sector without output, which is left out of
    means.  On a table closed by households the averages run over all accounts, households
    included.  `.attrs["note"]` says why indices of two tables cannot be compared.

    Cost: one dense inverse for the ten indices that need it, 2 n^3 flops; two of them take another
    4 n^3 each and the two of eigenvectors 25 n^3 each.  At most 83 n^2 bytes at a time.
    Errors: MissingAccountError for total transactions; NotProductiveError.
    Reference: that of each index, in `.attrs["reference"]`.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> compare(table).loc["a", ["rasmussen_backward", "ghosh_forward"]].round(4).to_dict()
    {'rasmussen_backward': 1.0222, 'ghosh_forward': 1.2083}
    """
    once = replace(table)
    vars(once)["L"] = table.L.kept()  # ten indices need it dense
    columns = {name: measure(once, name) for name in indices()}
    frame = pd.DataFrame({name: column.to_numpy() for name, column in columns.items()})
    frame.index = table.accounts.index
    return about(
        frame,
        name="linkage indices",
        unit={name: column.attrs["unit"] for name, column in columns.items()},
        formula={name: index.formula for name, index in indices().items()},
        reference={name: index.reference for name, index in indices().items()},
        note=NOTE,
    )


@typed
def key_sectors(
    table: IOTable,
    *,
    backward: str = "rasmussen_backward",
    forward: str = "rasmussen_forward",
) -> pd.DataFrame:
    """Which sectors are above average both ways (key), one way, or neither (independent).

    A backward and a forward index of the register, any pair, and class "key" (both above their
    average), "backward", "forward" (one) or "independent" (none; within 1e-9 of the average
    counts as average); "inactive" without output.  The average is 1 for an index with mean 1;
    for another it is its mean over the sectors with output.  `.attrs["average"]` has both.

    n x 3.  Cost: that of the two indices.
    Errors: LabelError for an unknown index, or one that looks the other way; TableError where an
    index does not exist for this table.
    Reference: Hirschman (1958), Rasmussen (1956).

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> key_sectors(table)["class"].to_dict()
    {'a': 'key', 'b': 'independent'}
    >>> key_sectors(table, backward="net_backward", forward="pure_forward")["class"].to_dict()
    {'a': 'forward', 'b': 'backward'}
    """
    pair = {
        name: _required(name, direction)
        for name, direction in ((backward, "backward"), (forward, "forward"))
    }
    one, other = pair[backward], pair[forward]
    if one.pair is not None and one.pair is other.pair:
        found = one.pair(table)
    else:
        found = one.compute(table), other.compute(table)
    measured = {
        index.name: _existing(table, index, values)
        for index, values in zip((one, other), found, strict=True)
    }
    frame = pd.DataFrame(measured, index=table.accounts.index)
    average = {name: index.average(table, measured[name]) for name, index in pair.items()}
    frame["class"] = classes(
        measured[backward].to_numpy(),
        measured[forward].to_numpy(),
        table.active,
        averages=(average[backward], average[forward]),
    )
    return about(
        frame,
        name="key sectors",
        unit={name: _unit(index) for name, index in pair.items()},
        average=average,
        formula="key: both above average; backward, forward: that one; independent: neither",
        reference=HIRSCHMAN,
        note=NOTE,
    )


def _unit(index: Index) -> str:
    if index.mean_one:
        by_weight = "" if index.weights is equally else ", weighted"
        return f"mean over sectors with output{by_weight} is 1"
    return "steps" if index.direction == "position" else "ratio"


def _index(name: str) -> Index:
    found = indices().get(name)
    if found is None:
        raise LabelError(
            f"'{name}' is not a linkage index.",
            remedy=f"The indices are: {', '.join(indices())}.",
        )
    return found


def _required(name: str, direction: str) -> Index:
    """The index of this name, which must look this way."""
    index = _index(name)
    if index.direction != direction:
        usable = [i.name for i in indices().values() if i.direction == direction]
        raise LabelError(
            f"'{name}' is not a {direction} index.", remedy=f"Use one of: {', '.join(usable)}."
        )
    return index


def _existing(table: IOTable, index: Index, computed: pd.Series) -> pd.Series:
    """The values of an index, which must exist for this table."""
    values = _described(index, computed)
    if table.active.any() and values[table.active].isna().all():
        raise TableError(
            f"'{index.name}' does not exist for '{table.meta.title}'.",
            remedy=f"Its docstring says when: {index.formula}. Take another index.",
        )
    return values
