"""A social accounting matrix from an input-output table and the accounts of the institutions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from iomodel.accounts import Array
from iomodel.arguments import typed
from iomodel.construct.flows import Flows
from iomodel.display import as_html, as_text
from iomodel.errors import MissingAccountError, TableError, UnitError
from iomodel.meta import Meta
from iomodel.ownership import OwnershipKey
from iomodel.sam import SAM
from iomodel.spreading import spread
from iomodel.table import IOTable

INSTITUTIONS = ("corporations", "finance", "government", "households", "npish")
ACCOUNTS = {
    "labour": ("factor", "Compensation of employees"),
    "mixed-income": ("factor", "Mixed income"),
    "capital-household": ("factor", "Households' operating surplus (imputed rents, own account)"),
    "capital-national": ("factor", "Operating surplus, nationally owned"),
    "capital-foreign": ("factor", "Operating surplus, foreign-owned"),
    "tax-products": ("tax", "Taxes on products, net"),
    "tax-production": ("tax", "Other taxes on production, net"),
    "corporations": ("institution", "Non-financial corporations"),
    "finance": ("institution", "Financial corporations"),
    "government": ("institution", "Government"),
    "households": ("institution", "Households"),
    "npish": ("institution", "Non-profit institutions serving households"),
    "redistribution": ("institution", "Property income, social benefits and transfers, netted"),
    "saving-investment": ("saving-investment", "Saving and investment"),
    "fixed-investment": ("saving-investment", "Gross fixed capital formation"),
    "inventories": ("saving-investment", "Changes in inventories"),
    "discrepancy": ("saving-investment", "What the sources do not close"),
    "row-trade": ("row-trade", "Rest of the world: goods and services"),
    "row-income": ("row-income", "Rest of the world: compensation and property income"),
    "row-transfers": ("row-transfers", "Rest of the world: current transfers"),
    "row-balance": ("row-balance", "Rest of the world: current account"),
}


@dataclass(frozen=True, eq=False, repr=False)
class InstitutionalAccounts:
    """What the national accounts say of the institutions in one year, in the unit of the table.

    `surplus`, `saving` and `consumption` (gross) by institution: corporations, finance,
    government, households, npish; income and transfers with the rest of the world.  Of property
    income paid abroad `equity` is income of foreign owners and `public_interest` is paid by the
    government (assumptions where the accounts do not split it).
    """

    country: str
    year: int
    unit: str
    surplus: pd.Series
    saving: pd.Series
    consumption: pd.Series
    disposable_finance: float
    compensation_received: float
    fixed_investment: float
    property_received: float
    property_paid: float
    equity: float
    transfers_received: float
    transfers_paid: float
    public_interest: float = 0.0
    source: str = ""
    assumptions: tuple[str, ...] = ()

    __repr__, _repr_html_ = as_text, as_html


@typed
def sam(
    table: IOTable,
    accounts: InstitutionalAccounts,
    *,
    key: OwnershipKey,
    owners: pd.Series,
    own_use: pd.Series,
    gap_allowed: float = 1.0,
) -> SAM:
    """The circular flow of an economy: who makes, earns, receives, spends, saves and pays abroad.

    Activities buy from each other and from abroad, pay taxes and factors as in `table` (domestic
    flows).  Gross operating surplus is split by activity into households' own (`own_use`, shares
    of the total), mixed income (the total surplus less that of the institutions, spread by
    `owners`, nowhere above what is left), and corporate surplus, of which `key` says how much is
    foreign-owned.  Institutions receive factor income; what they pay and receive among themselves
    and with the rest of the world beyond trade is one account, redistribution, because the
    sources give only each institution's net; income of foreign owners leaves the foreign-owned
    surplus directly and public interest the government, and both are taken out of that account,
    so that each leaves once, by one route.

    Purchases of non-residents at home are paid by the rest of the world to the buyer of record.
    The pension adjustment (disposable income of financial corporations less their saving) goes to
    households.  What does not close is at most `gap_allowed` (unit of the table) and stands in an
    account of its own, 'discrepancy', with the table's column of statistical discrepancy and what
    its fixed investment has beyond that of the accounts; more raises BalanceError.

    Errors: UnitError for accounts of another country, year or unit, MissingAccountError where an
    institution is missing, TableError for figures that cannot be and where mixed income or income
    of owners exceeds the surplus it is paid out of, BalanceError.  Cost: O(n^2).
    Reference: Pyatt, G. and Round, J. I. (1979), Accounting and fixed price multipliers in a
    social accounting matrix framework, Economic Journal 89(356), 850-873.
    """
    flows = _flows(table, accounts, key=key, owners=owners, own_use=own_use)
    flows.close(gap_allowed)
    return flows.sam(_meta(table, accounts, key))


@typed
def draft_sam(
    table: IOTable,
    accounts: InstitutionalAccounts,
    *,
    key: OwnershipKey,
    owners: pd.Series,
    own_use: pd.Series,
) -> SAM:
    """The same SAM as far as the sources go, not balanced: to be handed to `iomodel.balance`."""
    flows = _flows(table, accounts, key=key, owners=owners, own_use=own_use)
    return flows.sam(_meta(table, accounts, key), balanced=False)


def _flows(
    table: IOTable,
    accounts: InstitutionalAccounts,
    *,
    key: OwnershipKey,
    owners: pd.Series,
    own_use: pd.Series,
) -> Flows:
    table.require_domestic("A SAM")
    _require_fit(table, accounts)
    flows = Flows(table.accounts.codes, table.accounts.names, ACCOUNTS)
    split = split_surplus(table, accounts, key=key, owners=owners, own_use=own_use)
    _activities(flows, table, split)
    _buyers(flows, table, accounts)
    _incomes(flows, accounts, split)
    return flows


def _meta(table: IOTable, accounts: InstitutionalAccounts, key: OwnershipKey) -> Meta:
    return table.meta.but(
        f"built from '{table.meta.title}' and the institutional accounts of {accounts.year}",
        title=f"{table.meta.country} {accounts.year}, social accounting matrix",
        source="; ".join(filter(None, (table.meta.source, accounts.source))),
        precision=0.0,
        assumptions=(*table.meta.assumptions, *accounts.assumptions, *key.notes),
    )


def _require_fit(table: IOTable, accounts: InstitutionalAccounts) -> None:
    """Raise unless the accounts are whole, possible, and of the table's country, year and unit."""
    differ = [
        f"{what}: table {of_table!r}, accounts {of_accounts!r}"
        for what in ("country", "year", "unit")
        if (of_table := getattr(table.meta, what)) != (of_accounts := getattr(accounts, what))
    ]
    if differ:
        raise UnitError(
            "Table and institutional accounts speak of different things.",
            differ,
            "Take both of one country, year and unit.",
        )
    lacking = [
        f"{what} of {who}"
        for what in ("surplus", "saving", "consumption")
        for who in INSTITUTIONS
        if who not in getattr(accounts, what).index
    ]
    if lacking:
        raise MissingAccountError(
            f"The institutional accounts of {accounts.year} lack {len(lacking)} figures.",
            lacking,
            f"Give each of: {', '.join(INSTITUTIONS)}; zero where there is nothing.",
        )
    figures = {
        f"{name} of {who}": float(value)
        for name in ("surplus", "saving", "consumption")
        for who, value in getattr(accounts, name).items()
    }
    figures |= {name: value for name, value in vars(accounts).items() if isinstance(value, float)}
    wrong = [f"{name}: {value}" for name, value in figures.items() if not np.isfinite(value)]
    parts = (accounts.equity, accounts.public_interest)
    if min(parts) < 0 or sum(parts) > accounts.property_paid:
        wrong.append(
            f"equity and public interest: {parts[0]:.6g} and {parts[1]:.6g} of property income "
            f"paid abroad of {accounts.property_paid:.6g}"
        )
    if wrong:
        raise TableError(
            f"The institutional accounts of {accounts.year} cannot be: {len(wrong)} figures.",
            wrong,
            "Income of foreign owners and public interest are parts of what is paid abroad.",
        )


@typed
def split_surplus(
    table: IOTable,
    accounts: InstitutionalAccounts,
    *,
    key: OwnershipKey,
    owners: pd.Series,
    own_use: pd.Series,
) -> pd.DataFrame:
    """Gross operating surplus by activity and owner: household, mixed, national, foreign.

    Households' own is what the accounts say, in proportion to `own_use`; mixed income, the total
    less the surplus of all institutions, goes by `owners`, nowhere above what is left; `key` cuts
    the rest (where positive) into foreign-owned and national.  Rows add up to the surplus.

    Raises LabelError or TableError for weights that do not fit or are negative, TableError where
    what an owner receives exceeds the surplus there is.  Cost: O(n) and a round per cap.
    """
    surplus = table.primary("surplus")
    share, _ = key.on(table)
    weights = _weights(table, owners, "owners")
    own = _weights(table, own_use, "own_use")
    received = accounts.surplus[list(INSTITUTIONS)].astype(float)
    household = own / own.sum() * float(received["households"])
    total_mixed = float(surplus.sum() - received.sum())
    mixed = spread(total_mixed, weights, np.maximum(surplus - household, 0.0))
    corporate = surplus - household - mixed
    foreign = share * np.maximum(corporate, 0.0)
    others = float(received[["finance", "government", "npish"]].sum())
    national = float((corporate - foreign).sum())
    dust = 1e-6 * float(np.abs(surplus).sum())
    faults = [
        f"households' own surplus in '{code}': {of_households:.6g} of {there:.6g}"
        for code, of_households, there in zip(table.accounts.codes, household, surplus, strict=True)
        if of_households > max(there, 0.0) + dust
    ]
    if total_mixed < -dust or total_mixed - mixed.sum() > dust:
        faults.append(f"mixed income: {total_mixed:.6g}, of which {mixed.sum():.6g} finds room")
    if accounts.equity > foreign.sum() + dust:
        faults.append(f"income of foreign owners: {accounts.equity:.6g} of {foreign.sum():.6g}")
    if others > national + dust:
        faults.append(
            f"surplus of finance, government and npish: {others:.6g} of {national:.6g} "
            "nationally owned"
        )
    if faults:
        raise TableError(
            f"The accounts of {accounts.year} do not fit the surplus of '{table.meta.title}'.",
            faults,
            "Check the accounts, `owners`, `own_use` and the ownership key.",
        )
    return pd.DataFrame(
        {
            "capital-household": household,
            "mixed-income": mixed,
            "capital-national": corporate - foreign,
            "capital-foreign": foreign,
        },
        index=table.accounts.index,
    )


def _weights(table: IOTable, weights: pd.Series, what: str) -> Array:
    """Weights by activity: none negative, some positive."""
    values = table.accounts.array(weights, what)
    wrong = [
        f"'{code}': {value:.6g}"
        for code, value in zip(table.accounts.codes, values, strict=True)
        if value < 0
    ]
    if wrong or not values.any():
        raise TableError(
            f"`{what}` has {len(wrong)} negative weights." if wrong else f"`{what}` is all zero.",
            wrong,
            "Give a weight of zero or more for each activity, and one above zero.",
        )
    return values


def _activities(T: Flows, table: IOTable, split: pd.DataFrame) -> None:
    for code, purchases in zip(T.activities, table.arrays.Z.T, strict=True):
        T.buy(code, purchases)
    rows = {
        "row-trade": "imports",
        "tax-products": "product_taxes",
        "tax-production": "production_taxes",
        "labour": "compensation",
    }
    for account, kind in rows.items():
        T.pay_by_activity(account, table.primary(kind))
    for name in split:
        T.pay_by_activity(str(name), split[name].to_numpy())


def _buyers(T: Flows, table: IOTable, accounts: InstitutionalAccounts) -> None:
    """Final demand: goods from activities, imports and product taxes, by buyer."""
    of_kind = table.categories.of_kind
    imports, taxes = table.inputs.of_kind("imports"), table.inputs.of_kind("product_taxes")
    private = of_kind("private_consumption")
    bought = float(table.arrays.Y[:, private].sum())
    bought += float(table.arrays.W[np.ix_([*imports, *taxes], private)].sum())
    if bought <= 0:
        raise MissingAccountError(
            f"'{table.meta.title}' has no private consumption.",
            remedy="Name its column in `demand_kinds`.",
        )
    nonprofit = float(accounts.consumption["npish"]) / bought
    buyers = {
        "households": (private, 1 - nonprofit),
        "npish": (private, nonprofit),
        "government": (of_kind("government_consumption"), 1.0),
        "fixed-investment": (of_kind("fixed_investment"), 1.0),
        "inventories": (of_kind("inventories"), 1.0),
        "discrepancy": (of_kind("discrepancy"), 1.0),
        "row-trade": (of_kind("exports"), 1.0),
    }
    for buyer, (columns, part) in buyers.items():
        T.buy(buyer, part * table.arrays.Y[:, columns].sum(1))
        if buyer != "row-trade":
            T.add("row-trade", buyer, part * float(table.arrays.W[np.ix_(imports, columns)].sum()))
        T.add("tax-products", buyer, part * float(table.arrays.W[np.ix_(taxes, columns)].sum()))
    for buyer in ("households", "npish", "government"):
        by_visitors = -T.left(buyer) - float(accounts.consumption[buyer])
        T.pay(buyer, "row-trade", by_visitors)


def _incomes(T: Flows, accounts: InstitutionalAccounts, split: pd.DataFrame) -> None:
    surplus, saving = accounts.surplus, accounts.saving
    T.pay("labour", "row-income", accounts.compensation_received)
    for factor in ("labour", "mixed-income", "capital-household"):
        T.pay("households", factor, T.left(factor))
    for who in ("finance", "government", "npish"):
        T.pay(who, "capital-national", float(surplus[who]))
    T.pay("row-income", "capital-foreign", accounts.equity)
    for factor in ("capital-national", "capital-foreign"):
        T.pay("corporations", factor, T.left(factor))
    for tax in ("tax-products", "tax-production"):
        T.pay("government", tax, T.left(tax))
    pension = accounts.disposable_finance - float(saving["finance"])
    T.pay("households", "finance", pension)
    for who in INSTITUTIONS:
        T.pay("saving-investment", who, float(saving[who]))
    T.pay("row-income", "government", accounts.public_interest)
    for who in INSTITUTIONS:
        T.pay(who, "redistribution", -T.left(who))
    T.pay("redistribution", "row-income", accounts.property_received)
    itemised = accounts.equity + accounts.public_interest
    T.pay("row-income", "redistribution", accounts.property_paid - itemised)
    T.pay("redistribution", "row-transfers", accounts.transfers_received)
    T.pay("row-transfers", "redistribution", accounts.transfers_paid)
    T.pay("fixed-investment", "saving-investment", accounts.fixed_investment)
    T.pay("fixed-investment", "discrepancy", -T.left("fixed-investment"))
    T.pay("discrepancy", "saving-investment", -T.left("discrepancy"))
    T.pay("inventories", "saving-investment", -T.left("inventories"))
    for account in ("row-trade", "row-income", "row-transfers"):
        T.pay("row-balance", account, T.left(account))
    T.pay("saving-investment", "row-balance", T.left("row-balance"))
