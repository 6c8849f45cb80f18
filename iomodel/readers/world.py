"""What the world's tables share: blocks of several regions made a checked table, gaps named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from iomodel import flows
from iomodel.accounts import Accounts, Array, show
from iomodel.errors import BalanceError, LabelError, LayoutError, TableError
from iomodel.identities import tolerance
from iomodel.meta import Blocks, Meta
from iomodel.readers.files import Named
from iomodel.readers.passing import Key
from iomodel.storage import prefixed
from iomodel.table import IOTable

Known = Mapping[str, tuple[str, str]]
DISCREPANCY = "discrepancy"


@dataclass(frozen=True, eq=False)
class World:
    """The blocks of a table of several regions as a file gives them.

    `sectors` are the rows and columns of Z, (region, code) each; `demand` the columns of Y and W,
    (region, category) each; `inputs` the rows of V and W.  `x` is the output that the file states.
    """

    sectors: tuple[Key, ...]
    demand: tuple[Key, ...]
    inputs: tuple[str, ...]
    Z: flows.Flows
    Y: Array
    V: Array
    W: Array
    x: Array
    names: Mapping[str, str]
    S: Array | None = None
    satellites: tuple[tuple[str, str], ...] = ()


def checked(
    world: World,
    meta: Meta,
    where: str,
    *,
    demand: Known,
    inputs: Known,
    discrepancy: str | None = None,
) -> IOTable:
    """The table of these blocks if it balances within rounding; else BalanceError with the worst.

    `demand` and `inputs` give each category and each primary input its name and kind.
    With `discrepancy`, what rows lack is a column of final demand of that name, and the history
    says how much it is.
    """
    if discrepancy is not None:
        world, meta = _placed(world, meta, discrepancy)
        demand = {**demand, discrepancy: ("Statistical discrepancy", DISCREPANCY)}
    n = len(world.sectors)
    satellites = world.S if world.S is not None else np.zeros((0, n))
    blocks = Blocks.of_own if flows.is_array(world.Z) else Blocks
    try:
        table = IOTable(
            Accounts.of(
                [code for _, code in world.sectors],
                names=[world.names.get(code, code) for _, code in world.sectors],
                regions=[region for region, _ in world.sectors],
            ),
            Accounts.of(
                [_category(key) for key in world.demand],
                names=[": ".join(filter(None, (r, demand[c][0]))) for r, c in world.demand],
                kinds=[demand[code][1] for _, code in world.demand],
                axis="category",
            ),
            Accounts.of(
                world.inputs,
                names=[inputs[code][0] for code in world.inputs],
                kinds=[inputs[code][1] for code in world.inputs],
                axis="input",
            ),
            blocks(world.Z, world.Y, world.V, world.W, world.x, satellites),
            meta,
            Accounts.of(
                [code for code, _ in world.satellites],
                kinds=[unit for _, unit in world.satellites],
                axis="satellite",
            ),
        )
        return table.require_balanced()
    except BalanceError as error:
        raise prefixed(_with_way_out(error, discrepancy), where) from None
    except TableError as error:
        if discrepancy is None and -_rounding(world, meta) <= world.x.min() < 0:
            error = TableError(
                str(error).split("\n", 1)[0],
                error.findings,
                "They are below zero by less than rounding: discrepancy='DISC' counts them as zero "
                "and puts what rows lack in a column of final demand of that name.",
            )
        raise prefixed(error, where) from None


def _rounding(world: World, meta: Meta) -> float:
    """What rounding alone can do to a row or a column."""
    terms = len(world.sectors) + max(len(world.inputs), len(world.demand))
    return tolerance(world.x, terms, meta.precision)


def _category(key: Key) -> str:
    region, code = key
    return f"{region} {code}" if region else code


def _with_way_out(error: BalanceError, discrepancy: str | None) -> BalanceError:
    if discrepancy is None:
        other = BalanceError(
            str(error).split("\n", 1)[0],
            error.findings,
            "Nothing was repaired. Download the file again; if this is how it is published, "
            "discrepancy='DISC' puts what rows lack in a column of final demand of that name.",
        )
        other.residual = error.residual
        return other
    return error


def _placed(world: World, meta: Meta, name: str) -> tuple[World, Meta]:
    """Rows made to balance by one more column of final demand; columns by the output they add to.

    Output stays as stated where columns agree with it; else it is the sum of each column, so that
    no primary input is touched.
    """
    if any(code == name for _, code in world.demand):
        raise LabelError(
            f"discrepancy='{name}' is a category of final demand already.",
            remedy="Choose another name for the column.",
        )
    spent = flows.column_sums(world.Z) + world.V.sum(0)
    allowed = _rounding(world, meta)
    x, said = world.x, "output as given, the sums of columns agree with it"
    if (np.abs(spent - x) > allowed).any():
        x, said = spent, "output as the sum of each column, from which the one given differs"
    below = (x < 0) & (x >= -allowed)
    if below.any():
        x = np.where(below, 0.0, x)
        said += f"; {int(below.sum())} outputs below zero by less than rounding counted as zero"
    gap = x - flows.row_sums(world.Z) - world.Y.sum(1)
    worst = int(np.abs(gap).argmax())
    note = (
        f"discrepancy='{name}': gaps of rows of {np.abs(gap).sum():.6g} {meta.unit} in absolute "
        f"sum put in a column of that name (largest: {gap[worst]:.6g}, "
        f"{show(world.sectors[worst])}); {said}"
    )
    grown = replace(
        world,
        demand=(*world.demand, ("", name)),
        Y=np.column_stack([world.Y, gap]),
        W=np.column_stack([world.W, np.zeros(len(world.inputs))]),
        x=x,
    )
    return grown, meta.but(note)


def require_same(source: Named, rows: Sequence[Key], columns: Sequence[Key]) -> None:
    """Raise LayoutError unless industries stand on both sides, naming those that do not."""
    faults = [f"'{show(key)}' has a row but no column" for key in sorted({*rows} - {*columns})]
    faults += [f"'{show(key)}' has a column but no row" for key in sorted({*columns} - {*rows})]
    if not rows:
        faults.append("no row of an industry")
    if faults:
        raise layout(source, f"{len(faults)} industries do not stand on both sides", faults)


def layout(source: Named, fact: str, findings: Sequence[str] = (), remedy: str = "") -> LayoutError:
    """The error that says why a file is not the table that was looked for."""
    return LayoutError(
        f"{source.name}: {fact}.",
        findings,
        remedy or "Read the whole file, as it is published.",
        file=str(source.path),
    )


def require_totals(
    source: Named, what: str, keys: Sequence[Key], stated: Array, found: Array, allowed: float
) -> None:
    """Raise BalanceError unless stated totals are the sums of their parts within `allowed`."""
    gap = stated - found
    over = [int(i) for i in np.argsort(-np.abs(gap)) if not abs(gap[i]) <= allowed]
    if over:
        error = BalanceError(
            f"{source.name}: {len(over)} of {len(gap)} figures of {what} are not the sums of their "
            f"parts (allowed {allowed:.3g}).",
            [
                f"'{show(keys[i])}': stated {stated[i]:.10g}, found {found[i]:.10g}, gap "
                f"{gap[i]:.6g}"
                for i in over
            ],
            "A figure was changed or lost: download the file again.",
        )
        error.residual = float(np.abs(gap).max())
        raise error


def split_key(label: str) -> Key:
    """A label 'ARG_A01_02' as region and code, cut at its first '_'.

    >>> split_key("ARG_A01_02")
    ('ARG', 'A01_02')
    """
    region, _, code = label.partition("_")
    return region, code
