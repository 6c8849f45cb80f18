"""National aggregates read off a social accounting matrix: GDP three ways, GNI, saving."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from iomodel.accounts import Accounts, Array
from iomodel.sam.kinds import (
    ABROAD,
    ACTIVITY,
    COMMODITY,
    FACTOR,
    INCOME_ABROAD,
    INSTITUTION,
    REST_OF_WORLD,
    SAVING,
    TAX,
    TRADE,
    TRANSFERS_ABROAD,
)

Mask = npt.NDArray[np.bool_]


def aggregates(T: Array, accounts: Accounts) -> dict[str, float]:
    """GDP by production, income and expenditure, trade, consumption, saving, the current account
    and, where the rest of the world is split, income with it, gross national income (from GDP and
    as residents receive it) and gross disposable income.

    Purchases of non-residents at home are paid to the buyer of record and counted as exports.
    Accounts of kind tax hold taxes on products and production; taxes on income do not belong
    there but to an institution, as all transfers.
    """

    def of_kind(*kinds: str) -> Mask:
        return np.array([kind in kinds for kind in accounts.kinds], dtype=bool)

    makers = of_kind(ACTIVITY, COMMODITY)
    factors, taxes = of_kind(FACTOR), of_kind(TAX)
    people, capital = of_kind(INSTITUTION), of_kind(SAVING)
    trade = of_kind(TRADE, REST_OF_WORLD)
    abroad, income = of_kind(*ABROAD), of_kind(INCOME_ABROAD)
    transfers = of_kind(TRANSFERS_ABROAD)
    buyers, current = people | capital, ~(abroad | capital)
    goods = makers | taxes | trade

    def flow(to: Mask, of: Mask) -> float:
        return float(T[np.ix_(to, of)].sum())

    paid_taxes = flow(taxes, makers | buyers | trade)
    value_added = flow(factors, makers)
    exports = flow(makers, trade) + flow(taxes, trade) + flow(people, trade)
    imports = flow(trade, makers | buyers)
    # purchases by non-residents at home are paid to the institution that resells them
    consumption = flow(goods, people) - flow(people, trade)
    investment = flow(goods, capital)
    current_account = flow(current, abroad) - flow(abroad, current) - flow(trade, capital)
    found = {
        "gdp_production": float(T[:, makers].sum() - T[np.ix_(makers | trade, makers)].sum())
        - flow(taxes, makers)
        + paid_taxes,
        "gdp_income": value_added + paid_taxes,
        "gdp_expenditure": consumption + investment + exports - imports,
        "exports": exports,
        "imports": imports,
        "consumption": consumption,
        "investment": investment,
        "saving": flow(capital, current) - flow(people | factors, capital),
        "foreign_saving": flow(capital, abroad) - flow(abroad & ~trade, capital),
        "current_account": current_account,
    }
    if income.any():
        home = ~abroad
        found["income_received"] = flow(home, income)
        found["income_paid"] = flow(income, home)
        found["gni"] = found["gdp_income"] + flow(home & ~capital, income) - flow(income, home)
        passed_on = flow(buyers, factors | taxes)
        from_abroad = flow(people | makers, income) - flow(income, people | makers | capital)
        found["gni_received"] = passed_on + from_abroad
        if transfers.any():
            found["disposable_income_gross"] = (
                found["gni"] + flow(home & ~capital, transfers) - flow(transfers, home)
            )
    return found
