"""C3 to C6 in named closures of the SAM of 2012, and the settings and independence of 2013."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from iomodel import catalog, leakage, settings
from iomodel import closures as named
from iomodel.bop import BalanceOfPayments, Item
from iomodel.leakage import Outflow
from iomodel.reproduction.published import published

SAM_2012, SAM_2013, TABLE_2013 = "mexico-2012-21", "mexico-2013", "mexico-projected-2013"
CARS = ("3361", "3362", "3363")
OWNERS = "capital-foreign"
MEASURES = {"C3": "backward", "C4": "forward", "C6": "output"}


def targets() -> tuple[named.Target, ...]:
    """The published linkages and multipliers of Garcia-Remigio et al., from `seeds/claims.csv`."""
    return tuple(
        named.Target(MEASURES[row.number], row.sector, row.value, row.digits)
        for row in published()
        if row.number in MEASURES and row.value is not None
    )


def closures() -> pd.DataFrame:
    """The grid: every named closure of the SAM of 2012 against the published figures, best first.

    Columns as `iomodel.closures.score`; `.attrs["published"]` holds the published figures by
    column.  The closures were written down before they were scored and none has a free parameter;
    the best is called nearest, and reproduces only what it meets to the printed digits.

    Cost: some fifteen small factorisations.  Raises FileError where the SAM is missing.

    >>> closures()["verdict"].iloc[0]
    'nearest: reproduces 0 of 7 to the printed digits'
    """
    wanted = targets()
    grid = named.score(catalog.load_sam(SAM_2012), wanted)
    grid.attrs["published"] = {target.name: target.value for target in wanted}
    return grid


@dataclass(frozen=True)
class Nearest:
    """The nearest closure, and its figures under the names that the patterns of C3 to C6 use.

    `linkages` answers C3 to C5, `outputs` C6; `said` holds what is to be said, by row of claims;
    `hits` of `tried` published figures are met to the printed digits.
    """

    closure: str
    hits: int
    tried: int
    linkages: Mapping[str, float]
    outputs: Mapping[str, float]
    said: Mapping[str, str]


def nearest(grid: pd.DataFrame | None = None) -> Nearest:
    """The figures behind C3 to C6 in the nearest closure, and how they stand in the others."""
    grid = closures() if grid is None else grid
    best = str(grid.index[0])
    closure = next(c for c in named.CLOSURES if c.name == best)
    found = named.measures(catalog.load_sam(SAM_2012), closure)
    ranks = found["backward"].rank()
    from_above = found["forward"].rank(ascending=False)
    weak, strong, made = (_sectors(number) for number in MEASURES)
    linkages = {
        **{name: float(found["backward"][code]) for name, code in weak.items()},
        **{f"{name}_rank": float(ranks[code]) for name, code in weak.items()},
        **{name: float(found["forward"][code]) for name, code in strong.items()},
        **{f"{name}_rank": float(from_above[code]) for name, code in strong.items()},
    }
    indices = found.loc[list(weak.values()), ["backward", "forward"]]
    linkages["above_average"] = float((indices > 1).to_numpy().sum())
    outputs = {name: float(found["output"][code]) for name, code in made.items()}
    said = _said(grid, linkages, indices, set(weak.values()))
    return Nearest(best, int(grid["hits"].iloc[0]), len(targets()), linkages, outputs, said)


def _sectors(number: str) -> dict[str, str]:
    """Sector by name of figure, of the rows of a claim that print a value."""
    return {
        row.figure: row.sector
        for row in published()
        if row.number == number and row.value is not None
    }


def _said(
    grid: pd.DataFrame, linkages: Mapping[str, float], indices: pd.DataFrame, weak: set[str]
) -> dict[str, str]:
    """What is to be said of C3 to C6, by row: the nearest closure, and how the others stand."""
    tried = grid[grid["ruled_out"] == ""]
    count, best = len(tried), str(grid.index[0])
    where = f"their SAM and closure are not known; nearest of {count} closures, '{best}'"
    said = {}
    for row in published():
        column = f"{MEASURES.get(row.number, '')} {row.sector}"
        if column in grid and row.value is not None:
            low, high = tried[column].min(), tried[column].max()
            said[row.id] = f"{where}; from {low:.2f} to {high:.2f} over all {count}"
    lowest = tried["lowest"].map(lambda codes: set(codes.split(", ")) == weak)
    ranks = ", ".join(f"{name} {linkages[f'{name}_rank']:.0f}" for name in _sectors("C3"))
    said["C3d"] = (
        f"{where}: ranks from below {ranks} (lowest {grid['lowest'].iloc[0]}); these three are the "
        f"lowest in {lowest.sum()} of {count}"
    )
    (top,) = _sectors("C4").items()
    highest = (tried[f"rank forward {top[1]}"] == 1).sum()
    said["C4b"] = (
        f"{where}: rank {linkages[f'{top[0]}_rank']:.0f} from above; first in {highest} of {count}"
    )
    both = "; ".join(
        f"{measure} " + ", ".join(f"{value:.2f}" for value in indices[measure])
        for measure in indices
    )
    said["C5"] = f"{where}: {both}; all six below 1 in {tried['independent'].sum()} of {count}"
    outputs = [t for t in targets() if t.measure == "output"]
    outputs.sort(key=lambda target: target.value)
    rising = tried[[t.name for t in outputs]]
    said["C6d"] = (
        f"{where}: "
        + ", ".join(f"{t.sector} {grid[t.name].iloc[0]:.2f}" for t in outputs)
        + f"; in this order in {(rising.diff(axis=1).iloc[:, 1:] > 0).all(axis=1).sum()} of {count}"
    )
    return said


def outflow_2013() -> Outflow:
    """Income paid abroad of the SAM of 2013, on the industries of the table it was built from.

    What foreign-owned surplus pays abroad is income of owners, spread by the ownership key; the
    rest of property income paid abroad is spread over all corporate surplus.  The same total as in
    the SAM, so that the settings differ by model and not by amount.
    """
    sam, table = catalog.load_sam(SAM_2013), catalog.load(TABLE_2013)
    paid = settings.outflow_of(sam, table)
    owners, rest = paid[OWNERS], sum(v for payer, v in paid.items() if payer != OWNERS)
    items = (
        Item("equity", "Income of foreign owners", owners, "from_surplus", "foreign_equity"),
        Item("other", "Other property income", rest, "from_surplus", "corporate_surplus"),
    )
    payments = BalanceOfPayments(
        table.meta.country,
        int(table.meta.year or 0),
        items,
        rate=1.0,
        currency=table.meta.currency,
        foreign_unit=table.meta.unit,
        source=f"income abroad of '{sam.meta.title}'",
    )
    return leakage.allocate(table, payments, key=leakage.default_key(table))


def settings_2013(sectors: Sequence[str] = CARS) -> pd.DataFrame:
    """The six settings of 2013 for some industries: `iomodel.settings.compare` with `outflow_2013`.

    >>> settings_2013(["3361"]).index.unique("model").to_list()
    ['open', 'type II', 'SAM']
    """
    sam, table = catalog.load_sam(SAM_2013), catalog.load(TABLE_2013)
    return settings.compare(sam, table, outflow_2013(), sectors=sectors)


def independence_2013(sectors: Sequence[str] = CARS) -> pd.DataFrame:
    """Linkages of 2013 without and with income paid abroad: `iomodel.settings.independence`."""
    return settings.independence(catalog.load_sam(SAM_2013), sectors=sectors)


def more_independent(report: pd.DataFrame) -> pd.DataFrame:
    """Is a sector more independent once the outflows are counted?  One row a sector.

    Of the comparisons with the setting without income abroad ({production block, all endogenous} x
    {propensity held, base year kept}): in how many the backward and the forward index fall, and in
    how many the class changes.
    """
    rows = {}
    for sector, found in report.groupby(level="sector"):
        fall = {"compared": 0, "backward_falls": 0, "forward_falls": 0, "class_changes": 0}
        for _, lines in found.groupby(level="over"):
            before = lines.xs(settings.WITHOUT, level="income abroad").iloc[0]
            after = lines.drop(index=settings.WITHOUT, level="income abroad")
            fall["compared"] += len(after)
            fall["class_changes"] += int((after["class"] != before["class"]).sum())
            for name in ("backward", "forward"):
                fall[f"{name}_falls"] += int((after[name] < before[name]).sum())
        rows[sector] = fall
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("sector")
