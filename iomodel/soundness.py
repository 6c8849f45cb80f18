"""What blocks must satisfy to be a table: shapes, finite numbers, signs, units, balance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from iomodel import flows, identities
from iomodel.accounts import Accounts, Array, not_finite, show
from iomodel.errors import (
    BalanceError,
    LabelError,
    MissingAccountError,
    NegativeFlowWarning,
    TableError,
    UnitError,
    warn,
)
from iomodel.meta import MAY_BE_NEGATIVE, Blocks, Meta


def require_numbers(
    accounts: Accounts, categories: Accounts, inputs: Accounts, satellites: Accounts, blocks: Blocks
) -> None:
    """Raise TableError unless every block has its shape, is finite, and x and Z are >= 0."""
    n, k, m = len(accounts), len(categories), len(inputs)
    if n == 0:
        raise TableError("The table has no sectors.", remedy="Give at least one.")
    shapes = {"Z": (n, n), "Y": (n, k), "V": (m, n), "W": (m, k), "x": (n,)}
    shapes["S"] = (len(satellites), n)
    sound = False
    rows = {"V": inputs, "W": inputs, "S": satellites}
    columns = {"Y": categories, "W": categories}
    for name, shape in shapes.items():
        array: flows.Flows = blocks.flows if name == "Z" else getattr(blocks, name)
        if array.shape != shape:
            raise TableError(
                f"Block {name} has shape {array.shape}; {n} sectors, {k} demand categories and "
                f"{m} primary inputs need {shape}.",
                remedy="Check that no row or column is missing.",
            )
        if name == "Z" and (sound := flows.sound(array)):
            continue
        bad, values = _not_finite(array)
        if len(bad):
            row, column = rows.get(name, accounts), columns.get(name, accounts)
            raise TableError(
                f"Block {name} has {len(bad)} values that are not finite.",
                [
                    f"{_cell(row, column, at)}: {value}"
                    for at, value in zip(bad, values, strict=True)
                ],
                "Put a number there; a missing value is never taken as zero.",
            )
    negative = np.flatnonzero(blocks.x < 0)
    if len(negative):
        raise TableError(
            f"{len(negative)} sectors have a negative output.",
            [f"'{show(accounts.keys[i])}': {blocks.x[i]:.6g}" for i in negative],
            "Gross output cannot be negative; check the sign of the total.",
        )
    if sound:
        return
    below, values = flows.wrong(blocks.flows, negative=True)
    if len(below):
        raise TableError(
            f"{len(below)} intermediate deliveries are negative.",
            [
                f"{_cell(accounts, accounts, at)}: {value:.6g}"
                for at, value in zip(below, values, strict=True)
            ],
            "Deliveries are sales and cannot be negative; treat by-products before reading.",
        )


def _not_finite(array: flows.Flows) -> tuple[npt.NDArray[np.intp], Array]:
    if not isinstance(array, np.ndarray):
        return flows.wrong(array, negative=False)
    bad = not_finite(array)
    return bad, array[tuple(bad.T)]


def _cell(rows: Accounts, columns: Accounts, at: np.ndarray) -> str:
    where = f"row '{show(rows.keys[at[0]])}'"
    return where if len(at) == 1 else f"{where}, column '{show(columns.keys[at[1]])}'"


def require_kinds(accounts: Accounts, allowed: tuple[str, ...], what: str) -> None:
    """Raise LabelError for a kind that is not in the list."""
    unknown = [
        f"'{code}': '{kind}'"
        for code, kind in zip(accounts.codes, accounts.kinds, strict=True)
        if kind not in allowed
    ]
    if unknown:
        raise LabelError(
            f"{len(unknown)} accounts have a kind of {what} that is not known.",
            unknown,
            f"Known kinds: {', '.join(allowed)}.",
        )


def require_coefficients(A: Array) -> None:
    """Raise TableError for an inverse given as A, and for flows divided by intermediate use."""
    if (np.diagonal(A) >= 1).all():
        raise TableError(
            "Every diagonal element of A is at least 1: this looks like an inverse (I - A)^-1, "
            "not input coefficients.",
            remedy="Give A (flows divided by the output of the column).",
        )
    if np.allclose(A.sum(0), 1, rtol=0, atol=1e-6):
        raise TableError(
            "Every column of A sums to 1: the flows were divided by intermediate use, not by "
            "gross output.",
            remedy="Divide each column of Z by gross output x.",
        )


def require_domestic(question: str, meta: Meta) -> None:
    """Raise unless Z holds domestic goods only."""
    if meta.origin != "domestic":
        raise MissingAccountError(
            f"{question} needs domestic flows, but '{meta.title}' holds total transactions "
            "(imports are inside Z): every multiplier would be overstated.",
            remedy="Take the imports out first: iomodel.construct.split_imports(table).",
        ).keyed("not_domestic", question=question, title=meta.title)


def no_primary(inputs: Accounts, kinds: Sequence[str], meta: Meta) -> MissingAccountError:
    """What is raised where no row of V is of these kinds: it lists the rows there are."""
    there = [{"code": code, "kind": kind} for code, kind in inputs.table()["kind"].items()]
    wanted = " or ".join(kinds)
    return MissingAccountError(
        f"'{meta.title}' has no primary input of kind {wanted}.",
        ["'{code}' is {kind}".format(**row) for row in there],
        "Give it as a row of V, and say so in `kinds`.",
    ).keyed("no_primary", there, title=meta.title, kinds=wanted)


def require_balance(
    found: list[identities.Identity], accounts: Accounts, blocks: Blocks, meta: Meta
) -> None:
    """Raise BalanceError, worst sectors first, or UnitError where a factor of 1,000 explains it."""
    for identity in found:
        if identity.holds:
            continue
        _refuse_other_units(blocks, meta)
        gap = identity.gap
        over = [int(i) for i in np.argsort(-np.abs(gap)) if not abs(gap[i]) <= identity.tolerance]
        keys = accounts.keys if identity.of == "sector" else (identity.of,) * len(gap)
        error = BalanceError(
            f"'{meta.title}': {identity.name} fails for {len(over)} of {len(gap)}; the largest gap "
            f"is {identity.residual:.6g} {meta.unit} (allowed {identity.tolerance:.3g}).",
            [
                f"'{show(keys[i])}': {identity.left[i]:.10g} against {identity.right[i]:.10g}, "
                f"gap {gap[i]:.6g} ({_percent(gap[i], identity.left[i])})"
                for i in over
            ],
            "Nothing was repaired. Look for a missing row or column, or a cell in another unit; "
            "to balance on purpose, do it by name and say so.",
        ).keyed(
            "unbalanced",
            rows=[
                {
                    "sector": show(keys[i]),
                    "left": f"{identity.left[i]:.10g}",
                    "right": f"{identity.right[i]:.10g}",
                    "gap": f"{gap[i]:.6g} ({_percent(gap[i], identity.left[i])})",
                }
                for i in over
            ],
            title=meta.title,
            identity=identity.name,
            over=len(over),
            n=len(gap),
            gap=f"{identity.residual:.6g} {meta.unit}".rstrip(),
            allowed=f"{identity.tolerance:.3g}",
        )
        error.residual = identity.residual
        raise error


def _percent(gap: float, whole: float) -> str:
    return f"{100 * gap / whole:.3g} %" if whole else "of nothing"


def _refuse_other_units(blocks: Blocks, meta: Meta) -> None:
    for name, need, have in (
        ("V", blocks.x - flows.column_sums(blocks.flows), blocks.V.sum(0)),
        ("Y", blocks.x - flows.row_sums(blocks.flows), blocks.Y.sum(1)),
    ):
        usable = (need != 0) & (have != 0)
        if not usable.any():
            continue
        ratio = float(np.median(have[usable] / need[usable]))
        for factor, words in ((1e3, "larger"), (1e-3, "smaller")):
            if abs(ratio / factor - 1) < 0.05:
                raise UnitError(
                    f"'{meta.title}': block {name} is a thousand times {words} than the rest of "
                    f"the table needs (median ratio {ratio:.6g}).",
                    remedy="Bring every block to one unit: thousands and millions were mixed.",
                )


def warn_of_signs(
    value_added: Array, accounts: Accounts, categories: Accounts, blocks: Blocks, meta: Meta
) -> None:
    """Warn of negative value added and of negative demand where it is unusual."""
    allowed = -identities.tolerance(blocks.x, 1, meta.precision)
    found = [
        f"value added of '{show(accounts.keys[i])}' is {value_added[i]:.6g}"
        for i in np.flatnonzero(value_added < allowed)
    ]
    for j, kind in enumerate(categories.kinds):
        if kind not in MAY_BE_NEGATIVE:
            found += [
                f"{categories.codes[j]} of '{show(accounts.keys[i])}' is {blocks.Y[i, j]:.6g}"
                for i in np.flatnonzero(blocks.Y[:, j] < allowed)
            ]
    if found:
        more = f" and {len(found) - 5} more" if len(found) > 5 else ""
        warn(
            f"'{meta.title}': {'; '.join(found[:5])}{more}. These are usually positive.",
            NegativeFlowWarning,
        )
