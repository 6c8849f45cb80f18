"""Mexico by year: INEGI's projected tables 2003-2018, and WIOD's 2000-2014 as a second witness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from iomodel import catalog, leakage
from iomodel.accounts import Array
from iomodel.arguments import typed
from iomodel.errors import LabelError
from iomodel.ownership import LEVELS, OwnershipKey
from iomodel.series.abroad import CODE, COUNTRY, share_abroad
from iomodel.series.stacking import MEASURES, Measure, stack, weighted
from iomodel.table import IOTable

if TYPE_CHECKING:
    import xarray as xr

PROJECTED_YEARS = range(2003, 2019)
WIOD_YEARS = range(2000, 2015)
WARNING = "projected from 2013: value-added shares and technology are not identified"
PROJECTED, WIOD = "INEGI, projected from 2013", "WIOD, release 2016"
LINEAR = (
    "backward",
    "output_multiplier",
    "import_content",
    "value_added_content",
    "direct_value_added",
)
INCOME = ("gni_recorded", "gni_owned_net", "net_foreign_exchange", "phi")
STILL = 0.01  # a change over eleven years below this is no movement
OF_A_PESO = ("gni_recorded", "gni_owned_net", "net_foreign_exchange")
COMPOSITIONS: tuple[Mapping[str, float] | None, ...] = (
    None,
    {"dividends": 1.0},
    {"interest_private": 1.0},
)
MANUFACTURING = {PROJECTED: "31-33", WIOD: "C10-C33"}
ROAD = "3361-3363"
PAIRS = {ROAD: "C29", "31-33": "C10-C33", "931": "O84"}


@typed
def projected(
    *, key: OwnershipKey | None = None, composition: Mapping[str, float] | None = None
) -> xr.Dataset:
    """The sixteen projected tables of Mexico, 2003 to 2018, year by sector (84 industries).

    The measures of `stack`, and of income paid abroad per peso of final demand: gni_recorded and
    gni_owned_net (income of residents at market prices under two readings), net_foreign_exchange
    (one peso less imports, dividends, interest and technology), and phi, the share of surplus paid
    abroad, found at current prices (`share_abroad`) and put on the table at prices of 2013.
    `.attrs["header"]` says what these tables cannot say; the ownership key ('paper') and the
    composition of payments (that of 2017 and 2018 together) are assumptions.

    16 x 84 for each measure.  Cost: two solves and an allocation a year.
    Errors: those of `share_abroad`.

    >>> data = projected()
    >>> data["import_content"].sel(year=2018, sector="3361").round(3).item()
    0.506
    """
    if key is None and composition is None:
        return _projected_as_assumed().copy(deep=True)
    return _projected(key, composition)


@lru_cache(maxsize=1)
def _projected_as_assumed() -> xr.Dataset:
    return _projected(None, None)


def _projected(key: OwnershipKey | None, composition: Mapping[str, float] | None) -> xr.Dataset:
    tables = {year: catalog.load(f"mexico-projected-{year}") for year in PROJECTED_YEARS}
    key = key or leakage.default_key(tables[PROJECTED_YEARS[0]])
    income = {year: income_of(table, key, composition) for year, table in tables.items()}

    def of(name: str) -> Measure:
        return lambda table: income[int(table.meta.year or 0)][name]

    data = stack(tables, measures={**MEASURES, **{name: of(name) for name in INCOME}})
    data.attrs["header"] = WARNING
    return data


def income_of(
    table: IOTable, key: OwnershipKey | None, composition: Mapping[str, float] | None
) -> pd.DataFrame:
    """The measures of income paid abroad (`INCOME`) of one projected table, by industry."""
    outflow = share_abroad(table, key=key, composition=composition)
    found = leakage.content(table, outflow)
    return pd.DataFrame(
        {
            "gni_recorded": found["gni_recorded"] + found["product_taxes"],
            "gni_owned_net": found["gni_owned_net"] + found["product_taxes"],
            "net_foreign_exchange": found["net_foreign_exchange"],
            "phi": leakage.phi(table, outflow),
        }
    )


def wiod() -> xr.Dataset:
    """WIOD's tables of Mexico, 2000 to 2014, year by sector (56 industries, current prices, US$).

    The measures of `stack`.  Value added is not split there, so nothing is said of income paid
    abroad; motor vehicles, bodies and parts are one industry (C29).

    15 x 56 for each measure.  Cost: two solves a year.

    >>> wiod()["output_multiplier"].sel(year=2008, sector="C29").round(3).item()
    1.59
    """
    return _wiod().copy(deep=True)


@lru_cache(maxsize=1)
def _wiod() -> xr.Dataset:
    data = stack({year: catalog.load(f"mexico-wiod-{year}") for year in WIOD_YEARS})
    data.attrs["header"] = "WIOD's Mexico is modelled, and holds no split of value added"
    return data


@typed
def witnesses(*, key: OwnershipKey | None = None) -> pd.DataFrame:
    """Two witnesses of Mexico's years in one long frame: year, witness, sector, measure, value.

    INEGI's projected tables: 3361, 3362, 3363, the three together (3361-3363), manufacturing
    (31-33) and government (931); WIOD's: C29, manufacturing (C10-C33) and government (O84).
    Groups are weighted by exports of the year: what a unit of their exports holds; a forward
    linkage of a group is not defined and left out, and so is phi.  Levels of a linkage of 84 and
    of 56 industries are not the same measure; contents and multipliers depend on the aggregation
    less, but do.

    Errors: those of `projected`.

    >>> frame = witnesses()
    >>> list(frame.columns)
    ['year', 'witness', 'sector', 'measure', 'value']
    """
    ours, theirs = projected(key=key), wiod()
    road = ["3361", "3362", "3363"]
    parts = [
        _long(ours.sel(sector=[*road, "931"])[[*LINEAR, "forward", *INCOME]], PROJECTED),
        _long(
            weighted(
                ours,
                {ROAD: road, MANUFACTURING[PROJECTED]: _manufacturing(ours)},
                measures=[*LINEAR, *OF_A_PESO],
            ),
            PROJECTED,
        ),
        _long(theirs.sel(sector=["C29", "O84"])[[*LINEAR, "forward"]], WIOD),
        _long(
            weighted(theirs, {MANUFACTURING[WIOD]: _manufacturing(theirs)}, measures=LINEAR), WIOD
        ),
    ]
    frame = pd.concat(parts, ignore_index=True)
    frame.attrs.update(
        header=f"{PROJECTED}: {WARNING}. {WIOD}: {theirs.attrs['header']}.",
        weights="exports of the year",
        prices={PROJECTED: ours.attrs["prices"], WIOD: theirs.attrs["prices"]},
    )
    return frame


def _manufacturing(data: xr.Dataset) -> list[str]:
    """Manufacturing industries of either classification: SCIAN 31 to 33, ISIC C."""
    codes = [str(code) for code in data["sector"].values]
    return [code for code in codes if code[:2] in ("31", "32", "33") or code[0] == "C"]


def _long(data: xr.Dataset, witness: str) -> pd.DataFrame:
    kept = data.drop_vars(["name", "table"], errors="ignore")
    frame = kept.to_dataframe().reset_index()
    frame = frame.melt(id_vars=["year", "sector"], var_name="measure", value_name="value")
    frame.insert(1, "witness", witness)
    return frame[["year", "witness", "sector", "measure", "value"]].astype({"year": int})


@typed
def agreement(
    frame: pd.DataFrame | None = None,
    *,
    measures: Sequence[str] = LINEAR,
    pairs: Mapping[str, str] = PAIRS,
) -> pd.DataFrame:
    """What the two witnesses agree on, over the years both have (2003 to 2014).

    A row for each of `pairs` of sectors, by default 3361-3363 and C29, manufacturing, government
    (those of `witnesses`; that of an `industry` is {sector: twin}), and measure:
    first and last value of each, mean_gap (projected less WIOD), change of each from first to
    last, correlation of the yearly changes (NaN where one never changes), and verdict: a change
    of less than 0.01 is none, so "same" or "opposite" direction, "one still" or "both still".

    Errors: LabelError for a frame without the two witnesses.

    >>> found = agreement()
    >>> bool(found.at[("3361-3363", "import_content"), "mean_gap"] > 0)
    True
    """
    frame = witnesses() if frame is None else frame
    lacking = [f"column '{c}'" for c in ("year", "witness", "sector", "measure", "value")
               if c not in frame]  # fmt: skip
    if not lacking:
        lacking = [f"'{w}'" for w in (PROJECTED, WIOD) if w not in set(frame["witness"])]
    if lacking:
        raise LabelError(
            "The frame does not hold both witnesses.", lacking, "Give that of series.witnesses()."
        )
    wide = frame.pivot(index="year", columns=["sector", "measure"], values="value")
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for ours, theirs in pairs.items():
        for measure in measures:
            if (ours, measure) not in wide or (theirs, measure) not in wide:
                raise LabelError(
                    f"The frame has no '{measure}' of {ours} and {theirs}.",
                    remedy=f"Measures of both witnesses: {', '.join(LINEAR)}.",
                )
            both = wide[[(ours, measure), (theirs, measure)]].dropna().to_numpy()
            rows[ours, measure] = _compared(both)
    found = pd.DataFrame.from_dict(rows, orient="index")
    found.index = pd.MultiIndex.from_tuples(list(rows), names=["sector", "measure"])
    return found


def _compared(both: Array) -> dict[str, Any]:
    first, last = both[0], both[-1]
    steps, change = np.diff(both, axis=0), last - first
    moved = int((np.abs(change) >= STILL).sum())
    verdict = ("both still", "one still", "same" if change[0] * change[1] > 0 else "opposite")
    still = bool(np.any(np.ptp(steps, axis=0) <= 1e-12))
    return {
        "projected_first": first[0],
        "projected_last": last[0],
        "wiod_first": first[1],
        "wiod_last": last[1],
        "mean_gap": float((both[:, 0] - both[:, 1]).mean()),
        "projected_change": change[0],
        "wiod_change": change[1],
        "verdict": verdict[moved],
        "correlation": np.nan if still else float(np.asarray(np.corrcoef(steps.T))[0, 1]),
    }


@typed
def income_bands(
    sectors: Sequence[str] = ("3361", "3363"), *, years: Sequence[int] = (2003, 2013, 2018)
) -> pd.DataFrame:
    """How far income abroad by year rests on assumptions: low, central and high of each figure.

    Rows (sector, year); columns gni_recorded and net_foreign_exchange (per peso of final demand),
    each central (the key 'paper', payments composed as in 2017 and 2018), low and high over every
    key at every level, with payments composed so, all dividends, or all private interest.

    Cost: 27 allocations a year.  Errors: those of `projected`, LabelError for an unknown sector.

    >>> found = income_bands(["3361"], years=[2013])
    >>> bool(found.at[("3361", 2013), "gni_recorded_low"] < 0.4553)
    True
    """
    rows: dict[tuple[str, int], dict[str, float]] = {}
    owners = leakage.keys(catalog.load("mexico-projected-2013"))
    for year in years:
        table = catalog.load(f"mexico-projected-{year}")
        at = {code: table.accounts.position(code) for code in sectors}
        central = income_of(table, owners["paper"], None)
        drawn = [
            income_of(table, key.at(level), composition)
            for key in owners.values()
            for level in LEVELS
            for composition in COMPOSITIONS
        ]
        for code, i in at.items():
            row: dict[str, float] = {}
            for name in ("gni_recorded", "net_foreign_exchange"):
                found = [float(frame[name].iloc[i]) for frame in drawn]
                row[f"{name}_low"] = min(found)
                row[name] = float(central[name].iloc[i])
                row[f"{name}_high"] = max(found)
            rows[code, year] = row
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.index = pd.MultiIndex.from_tuples(list(rows), names=["sector", "year"])
    return frame.sort_index(level="sector", sort_remaining=True)


def technology_balance() -> pd.DataFrame:
    """Charges for the use of intellectual property by year: paid, received, and the balance.

    Million US$: paid, received, deficit = paid - received; coverage = received / paid;
    paid_to_1996 = paid over that of 1996; jump: whether paid more than doubled within the year (in
    2002 the series breaks: 418 to 2,216, so what stands before and after is not one series);
    percent_of_gdp: paid at the average exchange rate over GDP of the national accounts (2003 to
    2017, NaN elsewhere).

    >>> technology_balance().loc[2007, "deficit"].round(2).item()
    2390.83
    """
    series = catalog.bop_series(COUNTRY)
    paid, received = series["technology_paid"], series["technology_received"]
    frame = pd.DataFrame({"paid": paid, "received": received, "deficit": paid - received})
    frame["coverage"] = received / paid
    frame["paid_to_1996"] = paid / paid[1996]
    frame["jump"] = paid > 2 * paid.shift()
    gdp = catalog.accounts_series(CODE)["gdp"].reindex(frame.index)
    frame["percent_of_gdp"] = 100 * paid * series["exchange_rate"] / gdp
    return frame.rename_axis("year")
