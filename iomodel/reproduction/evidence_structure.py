"""C1 to C6: income multipliers and linkages, on projected tables and on the observed one."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from iomodel import catalog, closure, multipliers, trade
from iomodel.linkages import measure
from iomodel.reproduction import circular
from iomodel.reproduction.facts import (
    AUTOS,
    PETROLEUM,
    TODAY,
    Evidence,
    Variant,
    like_21,
)
from iomodel.table import IOTable

THREE = {"mining": "21", "assembly": "3361", "parts": "3363"}
REST_OF_MANUFACTURING = "31-33"
ORDER = {"assembly": "3361", "parts": "3363", "government": "93"}
OBSERVED = "in the observed table of 2018"
OBSERVED_21 = OBSERVED + " at the same 21 sectors"


def income_multipliers() -> Evidence:
    """C1, C2: income of all sectors per unit of income in the exporting ones, 2003."""
    slug = "mexico-projected-2003"
    table, today = catalog.load(slug), catalog.load(TODAY)
    figures, observed = _multipliers(table), _multipliers(today)
    level = (
        "no maquiladoras apart, prices of 2013 and imports by share: the level cannot be compared"
    )
    kept, observed_share = (float(t.v[PETROLEUM] / t.x[PETROLEUM]) for t in (table, today))
    return Evidence(
        slug,
        figures,
        {
            "C1": level,
            "C2a": f"{level}; the low share of value added in refining, {kept:.3f} of output, is "
            "that of the base year 2013 carried back; the observed table of 2018 has "
            f"{observed_share:.3f}",
            "C2b": _petroleum(figures),
        },
        variants={"C2b": Variant(OBSERVED, observed, _petroleum(observed), observed=True)},
    )


def _multipliers(table: IOTable) -> dict[str, float]:
    return {
        "autos": trade.income_multiplier(table, AUTOS),
        "petroleum": trade.income_multiplier(table, [PETROLEUM]),
    }


def _petroleum(figures: dict[str, float]) -> str:
    return f"petroleum {figures['petroleum']:.2f}, cars and parts {figures['autos']:.2f}"


@dataclass(frozen=True)
class Linkages:
    """Rasmussen's indices of the 21 sectors, open and with wages recirculating."""

    backward: pd.Series
    forward: pd.Series
    closed: pd.Series

    @classmethod
    def of(cls, table: IOTable) -> Linkages:
        """Those of a table; households are an account of the closed one, and get no rank."""
        backward = measure(table, "rasmussen_backward")
        closed = measure(closure.households(table), "rasmussen_backward")[backward.index]
        return cls(backward, measure(table, "rasmussen_forward"), closed)

    def figures(self) -> dict[str, float]:
        """What the patterns speak of."""
        codes, forward = list(THREE.values()), self.forward
        ranks, from_above = self.backward.rank(), forward.rank(ascending=False)
        indices = pd.concat([self.backward[codes], forward[codes]])
        return {
            **{name: float(self.backward[code]) for name, code in THREE.items()},
            **{f"{name}_rank": float(ranks[code]) for name, code in THREE.items()},
            "other_manufacturing": float(forward[REST_OF_MANUFACTURING]),
            "other_manufacturing_rank": float(from_above[REST_OF_MANUFACTURING]),
            "above_average": float((indices > 1).sum()),
        }

    def said(self) -> dict[str, str]:
        """The figures in words, by row."""
        codes = list(THREE.values())
        ranks = (self.backward.rank(), self.closed.rank())
        rank = self.forward.rank(ascending=False)[REST_OF_MANUFACTURING]
        return {
            "C3d": "ranks from below in the open model: "
            + "; with wages recirculating: ".join(
                ", ".join(f"{name} {found[code]:.0f}" for name, code in THREE.items())
                for found in ranks
            ),
            "C4b": f"rank {rank:.0f} of {len(self.forward)} from above",
            "C5": "backward "
            + ", ".join(f"{self.backward[code]:.2f}" for code in codes)
            + "; forward "
            + ", ".join(f"{self.forward[code]:.2f}" for code in codes)
            + " (mining, assembly, parts)",
        }


def linkages_2012() -> Evidence:
    """C3 to C5: linkages of the 21 sectors of 2012 in the nearest closure of the SAM."""
    found, today = circular.nearest(), Linkages.of(like_21(catalog.load(TODAY)))
    observed = today.figures()
    return Evidence(
        circular.SAM_2012,
        found.linkages,
        found.said,
        variants={
            row: Variant(f"{OBSERVED_21}, open model", observed, words)
            for row, words in today.said().items()
        },
    )


def multipliers_2012() -> Evidence:
    """C6: output multipliers in the nearest closure of the SAM of 2012."""
    found, observed = circular.nearest(), _closed(like_21(catalog.load(TODAY)))
    return Evidence(
        circular.SAM_2012,
        found.outputs,
        found.said,
        variants={"C6d": Variant(f"{OBSERVED_21}, type II", observed, _order(observed))},
    )


def _closed(table: IOTable, income: tuple[str, ...] = ("compensation",)) -> dict[str, float]:
    found = multipliers.output(closure.households(table, income=income), over="industries")
    return {name: float(found[code]) for name, code in ORDER.items()}


def _order(figures: dict[str, float]) -> str:
    return "wages recirculating: " + ", ".join(f"{name} {figures[name]:.2f}" for name in ORDER)
