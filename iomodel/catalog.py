"""The tables, SAMs, payments abroad and ownership keys that ship, and where they lie."""

from __future__ import annotations

from copy import deepcopy
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter

import pandas as pd

from iomodel.arguments import typed
from iomodel.bop import BalanceOfPayments, Item
from iomodel.errors import FileError, LabelError, MissingAccountError, NegativeFlowWarning
from iomodel.ownership import OwnershipKey, SectorRoles
from iomodel.readers.folder import read_folder
from iomodel.readers.square import read_sam
from iomodel.sam import SAM
from iomodel.storage import TOML, read_description, read_frame
from iomodel.table import IOTable

SAM_PREFIX = "sam-"  # a SAM may bear the name of the table it was built from
BOP_SERIES = (
    "income_paid",
    "income_received",
    "technology_paid",
    "technology_received",
    "capital_account_net",
    "direct_investment",
    "exchange_rate",
)
BOP_TEXT = ("code", "name", "treatment", "treatment_projected", "base", "vintage", "note")
_PACKAGE = Path(__file__).resolve().parent


def data_folder(name: str) -> Path:
    """Where `tables`, `seeds` or a file like them lies: in the package (a wheel) or beside it."""
    shipped = _PACKAGE / "_data" / name
    return shipped if shipped.exists() else _PACKAGE.parent / name


def _described(kind: str) -> dict[str, dict[str, object]]:
    found = _descriptions(data_folder("tables"))
    return {slug: said for slug, said in found.items() if said.get("holds", "table") == kind}


@lru_cache(maxsize=4)  # some fifty descriptions, each asked for by name
def _descriptions(tables: Path) -> dict[str, dict[str, object]]:
    folders = sorted(path.parent for path in tables.glob(f"*/{TOML}"))
    return {folder.name: read_description(folder) for folder in folders}


def tables() -> pd.DataFrame:
    """The input-output tables that ship: title, country, year, prices, origin, source.

    >>> import iomodel as im
    >>> int(im.tables().loc["mexico-2018", "year"])
    2018
    """
    columns = ["title", "country", "year", "prices", "origin", "projected", "source"]
    frame = pd.DataFrame.from_dict(_described("table"), orient="index")
    frame = frame.reindex(columns=columns).astype({"year": "Int64"})
    return frame.rename_axis("table")


def sams() -> pd.DataFrame:
    """The social accounting matrices that ship: title, country, year, prices, source."""
    frame = pd.DataFrame.from_dict(_described("sam"), orient="index")
    frame.index = frame.index.str.removeprefix(SAM_PREFIX)
    frame = frame.reindex(columns=["title", "country", "year", "prices", "source"])
    return frame.astype({"year": "Int64"}).rename_axis("sam")


@typed
@lru_cache(maxsize=64)
def load(slug: str) -> IOTable:
    """A bundled table, checked; a value, so the same one is handed out each time.

    >>> import iomodel as im
    >>> im.load("miller-blair-2x2").x.to_list()
    [1000.0, 2000.0]
    """
    with catch_warnings():  # of a sign that is odd as published `meta.assumptions` tells
        simplefilter("ignore", NegativeFlowWarning)
        return read_folder(folder_of(slug, "table"))


def own_or_bundled(name: str) -> IOTable:
    """A table folder of the user's own where there is one so called, else a bundled table.

    >>> own_or_bundled("miller-blair-2x2").x.to_list()
    [1000.0, 2000.0]
    """
    return read_folder(name) if (Path(name) / TOML).is_file() else load(name)


def folder_of(slug: str, kind: str, *, prefix: str = "") -> Path:
    """The folder of a bundled table of a kind; FileError with the nearest names."""
    folder = data_folder("tables") / f"{prefix}{slug}"
    there = folder.parent == data_folder("tables") and (folder / TOML).is_file()
    if not there or read_description(folder).get("holds", "table") != kind:
        raise _not_shipped(slug, kind, prefix)
    return folder


def _not_shipped(slug: str, kind: str, prefix: str) -> FileError:
    """The error for a name that does not ship: what ships under it, or the nearest names."""
    fact = f"'{slug}' is not a bundled {kind}"
    other = {"table": ("sam", f"{SAM_PREFIX}{slug}"), "sam": ("table", slug)}.get(kind)
    if other and other[1] in _described(other[0]):
        remedy = {
            "table": f"Write iomodel.load_sam('{slug}'), or `iomodel sam {slug}`.",
            "sam": f"Write iomodel.load('{slug}'), or `iomodel sector CODE --table {slug}`.",
        }[kind]
        error = FileError(f"{fact}, but a {other[0]} of that name ships.", remedy=remedy)
        return error.keyed(f"ships_as_{other[0]}", slug=slug)
    shipped = [name.removeprefix(prefix) for name in _described(kind)]
    words = {*slug.split("-")}  # the same year or place is nearer than other letters alike
    close = get_close_matches(slug, shipped, n=len(shipped), cutoff=0.4)
    close = sorted(close, key=lambda name: -len(words & {*name.split("-")}))[:3]
    if kind not in ("table", "sam"):
        return FileError(f"{fact}.", remedy=f"There are: {', '.join(close or shipped)}.")
    near = ", ".join(close)
    error = FileError(
        f"{fact}.",
        remedy=f"{f'Did you mean {near}? ' if near else ''}`iomodel tables` lists them; "
        "iomodel.read_folder and iomodel.read_sam read your own.",
    )
    key = f"a_bundled_{kind}" if near else f"nothing_like_a_bundled_{kind}"
    return error.keyed(key, slug=slug, near=near)


@typed
@lru_cache(maxsize=32)
def load_bop(country: str, year: int) -> BalanceOfPayments:
    """Income and technology paid abroad in one year, item by item, each with its vintage.

    >>> import iomodel as im
    >>> round(im.load_bop("mexico", 2018).table()["foreign"]["dividends"])
    9387
    """
    folder = folder_of(f"{country.lower()}-bop", "bop")
    description = read_description(folder, required=("country", "currency", "source"))
    rows = read_frame(folder, "items", text=BOP_TEXT)
    of_year = rows[rows["year"] == year]
    if of_year.empty:
        have = sorted({int(y) for y in rows["year"]})
        raise MissingAccountError(
            f"Income paid abroad by {country} in {year} is not itemised.",
            [f"items for {y}" for y in have],
            "leakage.presumed(country, year) splits its total as in those; bop_series(country) has "
            "the totals of all years.",
        ).keyed("payments_not_itemised", [{"year": y} for y in have], country=country, year=year)
    items = tuple(
        Item(**{name: str(row[name]) for name in BOP_TEXT}, amount=float(row["amount"]))
        for _, row in of_year.iterrows()
    )
    rate = bop_series(country)["exchange_rate"][year]
    return BalanceOfPayments(
        country=str(description["country"]),
        year=year,
        items=items,
        rate=float(rate),
        currency=str(description["currency"]),
        foreign_unit=str(description["foreign_unit"]),
        source=str(description["source"]),
        notes=tuple(description.get("assumptions", ())),
    )


@typed
def bop_series(country: str) -> pd.DataFrame:
    """Totals of all years: income and technology paid and received, exchange rate (NaN: none).

    >>> bool(bop_series("mexico").index.min() <= 2003)
    True
    """
    return _bop_series(country).copy()


@lru_cache(maxsize=8)
def _bop_series(country: str) -> pd.DataFrame:
    folder = folder_of(f"{country.lower()}-bop", "bop")
    frame = read_frame(folder, "series", text=BOP_SERIES)
    frame.index = frame.index.astype(int)
    return frame.replace("", "nan").astype(float)


def accounts_series(country: str) -> pd.DataFrame:
    """National accounts by year that ship for a country (its code): surplus, wear, income abroad.

    GDP, operating surplus of the economy ("surplus", with mixed income), gross and net surplus of
    non-financial corporations ("corporations"), "finance", "households" and "all" institutions
    (mixed income left out), consumption of fixed capital, compensation received from abroad,
    property income paid and received (million units of the currency at current prices, NaN: not
    in the source).  Raises MissingAccountError for a country without them.

    >>> round(accounts_series("MEX").at[2013, "property_income_paid"])
    614925
    """
    return _accounts_series(country).copy()


def activity_value_added(country: str) -> pd.DataFrame:
    """Gross value added at current prices, industries of the projected tables by year."""
    return _activity_value_added(country).copy()


@lru_cache(maxsize=8)  # asked for once a year of a series
def _activity_value_added(country: str) -> pd.DataFrame:
    frame = read_frame(_accounts_folder(country), "value_added")
    frame.columns = pd.Index([int(str(year)) for year in frame.columns], name="year")
    return frame


@lru_cache(maxsize=8)
def _accounts_series(country: str) -> pd.DataFrame:
    folder = _accounts_folder(country)
    columns = pd.read_csv(folder / "series.csv", nrows=0).columns
    frame = read_frame(folder, "series", text=tuple(map(str, columns)))
    frame.index = frame.index.astype(int)
    return frame.replace("", "nan").astype(float)


def _accounts_folder(country: str) -> Path:
    found = _by_country("accounts")
    if country not in found:
        raise MissingAccountError(
            f"No national accounts ship for country '{country or 'not named'}' "
            f"(there are some for {', '.join(found)}).",
            remedy="Give the rates yourself: replace(key, depreciation=rate).",
        )
    return data_folder("tables") / found[country]


def _owners() -> dict[str, str]:
    """The folder of the ownership keys of each country."""
    return {
        str(description["country"]): slug for slug, description in _described("ownership").items()
    }


def load_keys(country: str) -> dict[str, OwnershipKey]:
    """The ownership keys of a country by name; MissingAccountError where none ship."""
    found = _owners()
    if country not in found:
        raise MissingAccountError(
            f"No ownership key ships for country '{country or 'not named'}' "
            f"(there is one for {', '.join(found)}).",
            remedy="Give your own: OwnershipKey.from_shares(name, shares). It is never guessed: "
            "spreading by surplus alone sends profits to imputed rents and corner shops.",
        ).keyed("no_key", country=country or "not named", there=", ".join(found))
    return deepcopy(_shipped_keys(folder_of(found[country], "ownership")))


@lru_cache(maxsize=8)  # asked for at every allocation; what is handed out is a copy
def _shipped_keys(folder: Path) -> dict[str, OwnershipKey]:
    return read_keys(folder)


@lru_cache(maxsize=32)
def load_roles(country: str) -> SectorRoles:
    """Which sectors of a country are public and which one licenses; none named where none ship."""
    slug = _owners().get(country)
    if slug is None:
        return SectorRoles()
    return _roles(read_description(folder_of(slug, "ownership"), required=("roles",)))


def _roles(description: dict[str, Any]) -> SectorRoles:
    roles = description["roles"]
    return SectorRoles(
        public_enterprises=roles.get("public_enterprises", ()),
        public_bodies=roles.get("public_bodies", ()),
        licensing=roles.get("licensing", ""),
    )


def read_keys(folder: Path) -> dict[str, OwnershipKey]:
    """The ownership keys of a folder (key.csv, household.csv, table.toml), by name."""
    description = read_description(folder, required=("depreciation", "tax", "assumptions", "roles"))
    rows = read_frame(folder, "key", text=("name", "code", "source", "basis"))
    household = read_frame(folder, "household")
    return {
        str(name): OwnershipKey(
            name=str(name),
            shares=of_key.set_index("code").drop(columns="name"),
            household=household,
            depreciation=float(description["depreciation"]),
            tax=float(description["tax"]),
            notes=tuple(description["assumptions"]),
            roles=_roles(description),
        )
        for name, of_key in rows.groupby("name", sort=False)
    }


@typed
@lru_cache(maxsize=8)
def load_sam(slug: str) -> SAM:
    """A bundled social accounting matrix, checked.

    >>> import iomodel as im
    >>> round(im.load_sam("mexico-2013").aggregates()["gdp_production"])
    16277187
    """
    return read_sam(folder_of(slug, "sam", prefix=SAM_PREFIX))


def reconciliation(slug: str) -> pd.DataFrame:
    """What another source says of figures of a bundled SAM, and the gap: nothing was adjusted.

    Rows by item; columns sam, other, gap (other less sam, unit of the SAM) and source.  Empty where
    no other source stands beside the SAM.

    >>> round(reconciliation("mexico-2013").at["primary income paid abroad", "gap"])
    18078
    """
    rows = read_description(folder_of(slug, "sam", prefix=SAM_PREFIX)).get("reconciliation", [])
    frame = pd.DataFrame(rows, columns=["item", "sam", "other", "gap", "source"])
    return frame.set_index("item")


def itemised_years(country: str) -> list[int]:
    """The years of which `load_bop(country, year)` has the items."""
    rows = read_frame(folder_of(f"{country.lower()}-bop", "bop"), "items", text=BOP_TEXT)
    return sorted({int(year) for year in rows["year"]})


def bop_name(country: str) -> str:
    """The name that `load_bop` knows a country code by: MEX is mexico.

    >>> bop_name("MEX")
    'mexico'
    """
    found = _by_country("bop")
    if country not in found:
        raise MissingAccountError(
            f"No balance of payments ships for country '{country or 'not named'}'.",
            remedy="Give your own BalanceOfPayments.",
        ).keyed("no_payments_of_country", country=country or "not named")
    return found[country].removesuffix("-bop")


@lru_cache(maxsize=4)
def _by_country(kind: str) -> dict[str, str]:
    """The folders of a kind by code of country: what ships does not change while we run."""
    return {str(description["country"]): slug for slug, description in _described(kind).items()}


@typed
def concordance(source: str, target: str, *, digits: tuple[int, int] | None = None) -> pd.DataFrame:
    """Which codes of one classification are which of another, as the office pairs them.

    Ships: "scian-2018" (Mexico's SCIAN of 2018: sector 2 digits, subsector 3, rama 4, subrama 5,
    class 6) and "isic-4" (ISIC rev. 4: division 2 digits, group 3, class 4), in either direction.
    `digits` cuts the codes of source and target, (6, 4) or (4, 6) if not given.  Index: code of the
    source; columns: the code of the target, `classes` (official pairs of classes behind the pair),
    `of` (those behind the source code) and `many` (the source code meets several targets).  Where
    no code is `many` the target column is a concordance for `aggregate.by`; of the others the
    office says which meet, not how much of each: the user has to choose.

    Cost: 1,585 official pairs, O(pairs).  Errors: MissingAccountError for classifications that do
    not ship, LabelError for digits these do not have.
    Reference: INEGI (2018), SCIAN 2018, comparative table with ISIC rev. 4.

    >>> import iomodel as im
    >>> pairs = im.concordance("scian-2018", "isic-4", digits=(3, 2))
    >>> pairs.loc["321", "isic-4"], bool(pairs.loc["321", "many"])
    ('16', False)
    """
    found = {(str(d["from"]), str(d["to"])): slug for slug, d in _described("concordance").items()}
    turned = (source, target) not in found
    slug = found.get((target, source) if turned else (source, target))
    if slug is None:
        listed = [f"'{one}' with '{other}'" for one, other in found]
        raise MissingAccountError(
            f"No concordance of '{source}' with '{target}' ships.", listed, "Choose one of these."
        )
    pairs = read_frame(data_folder("tables") / slug, "pairs", text=("isic-4",)).reset_index()
    pairs = pairs[[source, target]]
    cut = digits or tuple(len(str(code)) for code in pairs.iloc[0])
    for name, length in zip((source, target), cut, strict=True):
        longest = len(str(pairs[name].iloc[0]))
        if not 2 <= length <= longest:
            raise LabelError(
                f"'{name}' has codes of 2 to {longest} digits, not of {length}.",
                remedy="Give digits=(source, target).",
            )
        pairs[name] = pairs[name].str[:length]
    frame = pairs.groupby([source, target]).size().rename("classes").reset_index().set_index(source)
    by_source = frame.groupby(level=0)
    frame["of"] = by_source["classes"].sum()
    frame["many"] = by_source.size() > 1
    return frame
