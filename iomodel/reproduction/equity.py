"""What a key of ownership implies for the whole economy, held against what was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from iomodel import leakage
from iomodel.accounts import Array
from iomodel.bop import BalanceOfPayments
from iomodel.lang import ENGLISH, Language
from iomodel.reproduction import published
from iomodel.reproduction.facts import AUTOS, PAIR, is_manufacturing
from iomodel.table import IOTable

INVESTMENT = "C15a"


def equity(
    table: IOTable, payments: BalanceOfPayments, sectors: Sequence[str] = PAIR
) -> pd.DataFrame:
    """Per key at its central level, what it does with the equity income (dividends, reinvested).

    autos_of_manufacturing and autos_of_all: the share of 3361 to 3363 in the equity income abroad
    of manufacturing and of the country.  leak_S: what sector S and its suppliers lose per peso,
    the national total recorded and spread by the key; leak_as_invested_S: the same where 3361 to
    3363 get the share of manufacturing's equity income that they have in its foreign direct
    investment (C15a), the others of manufacturing the rest, in proportion, caps aside.  net_profit:
    foreign-owned surplus less wear of capital, interest and tax, without the interest that leaves
    (unit of the table); recorded_equity; ratio, of the two.  In BPM6 equity income in total is
    that profit, so a ratio above one is an error of the key or of measurement, or income that no
    statistic recorded.
    """
    found = _of_all(table, payments)
    at = table.accounts.positions(sectors)
    frame = pd.DataFrame({key: values["country"] for key, values in found.items()}).T
    for name in ("leak", "leak_as_invested"):
        for sector, j in zip(sectors, at, strict=True):
            frame[f"{name}_{sector}"] = [values[name][j] for values in found.values()]
    return frame.rename_axis("key")


@lru_cache(maxsize=4)
def _of_all(table: IOTable, payments: BalanceOfPayments) -> dict[str, dict[str, pd.Series | Array]]:
    """Per key: the shares and profits of the country, and the two leaks of all sectors."""
    invested = published.value(INVESTMENT) / 100
    made = is_manufacturing(table).to_numpy()
    autos = np.array([code in AUTOS for code in table.accounts.codes])
    rest = made & ~autos
    found: dict[str, dict[str, pd.Series | Array]] = {}
    for name, key in leakage.keys(table).items():
        outflow = leakage.allocate(table, payments, key=key)
        base = outflow.report["base"].reindex(outflow.flows.columns)
        owners = outflow.flows.loc[:, base == "foreign_equity"].to_numpy().sum(axis=1)
        other = outflow.flows.to_numpy().sum(axis=1) - owners
        whole, moved = owners[made].sum(), owners.copy()
        moved[autos] *= _over(invested * whole, owners[autos].sum())
        moved[rest] *= _over((1 - invested) * whole, owners[rest].sum())
        profit = float((outflow.reading["owned_net"] - other).sum())
        country = {
            "autos_of_manufacturing": _over(owners[autos].sum(), whole),
            "autos_of_all": _over(owners[autos].sum(), owners.sum()),
            "net_profit": profit,
            "recorded_equity": owners.sum(),
            "ratio": _over(profit, owners.sum()),
        }
        found[name] = {
            "country": pd.Series(country),
            "leak": _leaks(table, owners + other),
            "leak_as_invested": _leaks(table, moved + other),
        }
    return found


def _over(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def _leaks(table: IOTable, flow: Array) -> Array:
    leaks: Array = table.L.T.solve(table.per_unit(flow))
    return leaks


def excess(found: pd.DataFrame, unit: str, say: Language = ENGLISH) -> str:
    """The net profit of foreign owners against recorded equity income, in words."""
    first, *others = found.index
    return say(
        "words.excess",
        profit=f"{found['net_profit'][first]:,.0f}",
        unit=unit,
        key=first,
        ratio=f"{found['ratio'][first]:.1f}",
        beside=", ".join(f"{key} {found['ratio'][key]:.1f}" for key in others),
    )
