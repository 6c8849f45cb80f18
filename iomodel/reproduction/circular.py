"""C3 to C6 in named closures of the SAM of 2012, and the settings and independence of 2013."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from iomodel import catalog, construct, leakage, settings
from iomodel import closures as named
from iomodel.bop import BalanceOfPayments, Item
from iomodel.leakage import Outflow
from iomodel.ownership import LEVELS, OwnershipKey
from iomodel.reproduction.published import published

SAM_2012, SAM_2013, TABLE_2013 = "mexico-2012-21", "mexico-2013", "mexico-projected-2013"
CARS = ("3361", "3362", "3363")
OWNERS, GOVERNMENT = "capital-foreign", "government"
SIDES = ["backward", "forward"]
IMMATERIAL = 1.0  # per cent: a smaller change of an index is called immaterial
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


def payments_2013() -> BalanceOfPayments:
    """Income paid abroad of the SAM of 2013 by payer, as items to be placed on industries.

    What foreign-owned surplus pays is income of owners, spread by the ownership key; what the
    government pays is interest that no industry earned, and stays outside the split of a peso; the
    rest of property income is spread over the surplus of private corporations.  The total is that
    of the SAM, so that the settings differ by model and not by amount.
    """
    sam, table = catalog.load_sam(SAM_2013), catalog.load(TABLE_2013)
    paid = settings.outflow_of(sam, table)
    public = paid.get(GOVERNMENT, 0.0)
    rest = sum(v for payer, v in paid.items() if payer not in (OWNERS, GOVERNMENT))
    items = (
        Item("equity", "Income of foreign owners", paid[OWNERS], "from_surplus", "foreign_equity"),
        Item("other", "Other property income", rest, "from_surplus", "corporate_surplus"),
        Item(
            "interest_public",
            "Interest of the government",
            public,
            "from_government",
            "public_enterprises",
        ),
    )
    return BalanceOfPayments(
        table.meta.country,
        int(table.meta.year or 0),
        items,
        rate=1.0,
        currency=table.meta.currency,
        foreign_unit=table.meta.unit,
        source=f"income abroad of '{sam.meta.title}'",
    )


def outflow_2013(key: OwnershipKey | None = None) -> Outflow:
    """`payments_2013` on the industries of the table that the SAM was built from.

    Under the key 'paper' where none is given.
    """
    table = catalog.load(TABLE_2013)
    return leakage.allocate(table, payments_2013(), key=key or leakage.default_key(table))


def spread_2013(sectors: Sequence[str] = CARS) -> pd.DataFrame:
    """The six settings under every key of ownership at every level: what they rest on, in full.

    Rows (sector, key, level, model, income abroad), columns as `iomodel.settings.compare`; the open
    model has two rows more, with what foreign owners own, net and gross, in place of what is
    recorded.  The payments are the same in all; in the SAM the level moves the foreign-owned shares
    only: what is not corporate is what the accounts say.

    >>> spread_2013(["3361"]).shape
    (90, 4)
    """
    table, sam = catalog.load(TABLE_2013), catalog.load_sam(SAM_2013)
    found = {}
    for name, key in leakage.keys(table).items():
        for level in LEVELS:
            outflow = outflow_2013(key.at(level))
            split = construct.with_owners(sam, key.at(level))
            six = settings.compare(split, table, outflow, sectors=sectors)
            content = leakage.content(table, outflow)
            owned = []
            for reading in ("owned_net", "owned_gross"):
                kept = content[f"gni_{reading}"] + content["product_taxes"]
                rows = six.xs(("open", "with"), level=("model", "income abroad"))
                rows = rows.assign(gni=kept.reindex(rows.index))
                into = {"model": "open", "income abroad": f"with, {reading.replace('_', ' ')}"}
                owned.append(rows.assign(**into).set_index(list(into), append=True))
            found[name, level] = pd.concat([six, *owned])
    frame = pd.concat(found, names=["key", "level"])
    order = ["sector", "key", "level", "model", "income abroad"]
    in_order: pd.DataFrame = frame.reorder_levels(order)
    return in_order.sort_index(level="sector", sort_remaining=False)


def bands_2013(sectors: Sequence[str] = CARS) -> pd.DataFrame:
    """How far the adjustment rests on the key: some figures of `spread_2013` side by side.

    Rows (sector, key, level), columns per unit of final demand: output of type II and output and
    GNI of the SAM with the propensity held, and the GNI content of the open model at market prices
    under the readings recorded, owned net and owned gross.

    >>> list(bands_2013(["3361"]))[:3]
    ['type II output', 'SAM output', 'SAM gni']
    """
    found = spread_2013(sectors)
    chosen = {
        "type II output": ("output", "type II", settings.MARGINAL),
        "SAM output": ("output", "SAM", settings.MARGINAL),
        "SAM gni": ("gni", "SAM", settings.MARGINAL),
        "recorded": ("gni", "open", "with"),
        "owned net": ("gni", "open", "with, owned net"),
        "owned gross": ("gni", "open", "with, owned gross"),
    }
    return pd.DataFrame(
        {
            name: found[column].xs((model, income), level=("model", "income abroad"))
            for name, (column, model, income) in chosen.items()
        }
    )


def settings_2013(sectors: Sequence[str] = CARS) -> pd.DataFrame:
    """The six settings of 2013 for some industries: `iomodel.settings.compare` with `outflow_2013`.

    >>> settings_2013(["3361"]).index.unique("model").to_list()
    ['open', 'type II', 'SAM']
    """
    sam, table = catalog.load_sam(SAM_2013), catalog.load(TABLE_2013)
    return settings.compare(sam, table, outflow_2013(), sectors=sectors)


def licences_2013() -> pd.Series:
    """Licences paid abroad in 2013 by industry, million pesos, where the table counts them.

    The table's licensing industry imports next to nothing while the balance of payments pays for
    licences (World Bank, WDI), so they stand in surplus: in that of licensing first, then in that
    of its users.
    """
    series = catalog.bop_series("mexico")
    paid = float((series["technology_paid"] * series["exchange_rate"])[2013])
    licensing = catalog.load_roles("MEX").licensing
    placed = construct.licences(catalog.load_sam(SAM_2013), paid, licensing=licensing)
    return placed[placed > 0]


def technology_2013(sectors: Sequence[str] = CARS) -> pd.DataFrame:
    """The SAM of 2013 without and with licences paid abroad out of surplus, beside other income.

    Rows (sector, licences, income abroad), columns as `iomodel.settings.compare`.  'without' means
    in both that all income stays with residents; the licences are then part of the surplus that
    the SAM counts them in.

    >>> technology_2013(["3361"]).index.unique("licences").to_list()
    ['in surplus', 'paid abroad']
    """
    sam, paid = catalog.load_sam(SAM_2013), licences_2013()
    apart = construct.with_licences(sam, paid)
    home = leakage.as_if_resident(construct.with_licences(sam, paid * 0.0))
    sides = {"in surplus": settings.models(sam)}
    sides["paid abroad"] = settings.models(apart, resident=home)
    found = {
        (side, name): settings.content(model).loc[list(sectors)]
        for side, models in sides.items()
        for name, model in models.items()
    }
    frame = pd.concat(found, names=["licences", "income abroad", "sector"])
    frame = frame.reorder_levels(["sector", "licences", "income abroad"])
    return frame.sort_index(level="sector", sort_remaining=False)


def elasticities_2013(sectors: Sequence[str] = CARS, *, top: int = 5) -> pd.DataFrame:
    """To whose repatriation the SAM's output multipliers answer most, % per %, propensity held.

    Rows (sector, payer, earned in), the strongest first; one column.
    """
    model = settings.models(catalog.load_sam(SAM_2013))[settings.MARGINAL]
    found = leakage.repatriation_elasticities(model, abroad="row-income")
    rows = {str(sector): found.T[sector].nsmallest(top) for sector in sectors}
    return pd.DataFrame({"elasticity": pd.concat(rows, names=["sector"])})


def independence_2013(sectors: Sequence[str] = CARS) -> pd.DataFrame:
    """Linkages of 2013 without and with income paid abroad: `iomodel.settings.independence`."""
    return settings.independence(catalog.load_sam(SAM_2013), sectors=sectors)


def more_independent(report: pd.DataFrame) -> pd.DataFrame:
    """Is a sector more independent once the outflows are counted?  One row a sector.

    Of the comparisons with the setting without income abroad ({production block, all endogenous} x
    {propensity held, base year kept}): in how many the class changes, by how many per cent the
    backward and the forward index change at least and at most, and in how many the change is below
    `IMMATERIAL` per cent.
    """
    rows = {}
    for sector, found in report.groupby(level="sector"):
        changed, changes = 0, []
        for _, lines in found.groupby(level="over"):
            before = lines.xs(settings.WITHOUT, level="income abroad").iloc[0]
            after = lines.drop(index=settings.WITHOUT, level="income abroad")
            changed += int((after["class"] != before["class"]).sum())
            changes.append(100 * (after[SIDES] / before[SIDES].astype(float) - 1))
        percent = pd.concat(changes)
        row: dict[str, float] = {"compared": len(percent), "class_changes": changed}
        for side in SIDES:
            row |= {f"{side}_low": percent[side].min(), f"{side}_high": percent[side].max()}
            row[f"{side}_immaterial"] = int((percent[side].abs() < IMMATERIAL).sum())
        rows[sector] = row
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("sector")
    whole = [c for c in map(str, frame) if not c.endswith(("_low", "_high"))]
    return frame.astype(dict.fromkeys(whole, int))
