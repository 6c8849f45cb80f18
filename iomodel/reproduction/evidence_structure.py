"""C1 to C6: income multipliers and linkages, on projected tables and on the observed one."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from iomodel import catalog, closure, construct, multipliers, trade
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
from iomodel.reproduction.published import published
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
            "C1": f"{level}; {_exporters(table)}",
            "C2a": f"{level}; the low share of value added in refining, {kept:.3f} of output, is "
            "that of the base year 2013 carried back; the observed table of 2018 has "
            f"{observed_share:.3f}",
            "C2b": _petroleum(figures),
        },
        variants={"C2b": Variant(OBSERVED, observed, _petroleum(observed), observed=True)},
    )


def _exporters(table: IOTable) -> str:
    """Which imported inputs of a small exporter would give the published multiplier of C1."""
    (target,) = (row.value for row in published() if row.id == "C1")
    cars = ["3361", "3363"]
    found = construct.imported_inputs_for(table, cars, float(target or 0.0))
    said = ", ".join(
        f"{code} {100 * of['imported_inputs']:.0f} % (its industry {100 * of['industry']:.0f} %; "
        f"none to all imported would give {of['at_none']:.2f} to {of['at_all']:.2f})"
        for code, of in found.iterrows()
    )
    return f"imported inputs of exporters that would give it: {said}"


def _multipliers(table: IOTable) -> dict[str, float]:
    return {
        "autos": trade.income_multiplier(table, AUTOS),
        "petroleum": trade.income_multiplier(table, [PETROLEUM]),
    }


def _petroleum(figures: dict[str, float]) -> str:
    return f"petroleum {figures['petroleum']:.2f}, cars and parts {figures['autos']:.2f}"


@dataclass(frozen=True)
class Linkages:
    """Rasmussen's indices of the 21 sectors with wages recirculating, and in the open model.

    Mean one over sectors and households in the first: the closure of a table that comes nearest
    to those of the SAM.  Ranks run over the sectors only.
    """

    backward: pd.Series
    forward: pd.Series
    opened: pd.DataFrame

    @classmethod
    def of(cls, table: IOTable) -> Linkages:
        """Those of a table; households are an account of the closed one, and get no rank."""
        names = ("rasmussen_backward", "rasmussen_forward")
        opened = pd.concat({name: measure(table, name) for name in names}, axis=1)
        closed = closure.households(table)
        backward, forward = (measure(closed, name)[opened.index] for name in names)
        return cls(backward, forward, opened)

    def figures(self) -> dict[str, float]:
        """What the patterns speak of."""
        codes = list(THREE.values())
        ranks, from_above = self.backward.rank(), self.forward.rank(ascending=False)
        indices = pd.concat([self.backward[codes], self.forward[codes]])
        return {
            **{name: float(self.backward[code]) for name, code in THREE.items()},
            **{f"{name}_rank": float(ranks[code]) for name, code in THREE.items()},
            "other_manufacturing": float(self.forward[REST_OF_MANUFACTURING]),
            "other_manufacturing_rank": float(from_above[REST_OF_MANUFACTURING]),
            "above_average": float((indices > 1).sum()),
        }

    def said(self) -> dict[str, str]:
        """The figures in words, by row; the last ones are those of `figures`."""
        backward, forward = (self.opened[name] for name in self.opened)
        both = {
            "open model": (backward, forward),
            "judged with wages recirculating": (self.backward, self.forward),
        }
        count = len(self.opened)
        rows: dict[str, list[str]] = {"C3d": [], "C4b": [], "C5": []}
        for model, (back, fore) in both.items():
            ranks = back.rank()
            rows["C3d"].append(
                f"{model}: ranks from below "
                + ", ".join(f"{name} {ranks[code]:.0f}" for name, code in THREE.items())
            )
            rank = fore.rank(ascending=False)[REST_OF_MANUFACTURING]
            rows["C4b"].append(f"{model}: rank {rank:.0f} of {count} from above")
            indices = "; ".join(
                f"{side} " + ", ".join(f"{found[code]:.2f}" for code in THREE.values())
                for side, found in (("backward", back), ("forward", fore))
            )
            rows["C5"].append(f"{model}: {indices}")
        return {row: "; ".join(texts) for row, texts in rows.items()}


def linkages_2012() -> Evidence:
    """C3 to C5: linkages of the 21 sectors of 2012 in the nearest closure of the SAM."""
    found, today = circular.nearest(), Linkages.of(like_21(catalog.load(TODAY)))
    observed = today.figures()
    return Evidence(
        circular.SAM_2012,
        found.linkages,
        found.said,
        variants={
            row: Variant(OBSERVED_21, observed, words, observed=True)
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
        variants={"C6d": Variant(OBSERVED_21, observed, _order(observed), observed=True)},
    )


def _closed(table: IOTable, income: tuple[str, ...] = ("compensation",)) -> dict[str, float]:
    found = multipliers.output(closure.households(table, income=income), over="industries")
    return {name: float(found[code]) for name, code in ORDER.items()}


def _order(figures: dict[str, float]) -> str:
    return "wages recirculating: " + ", ".join(f"{name} {figures[name]:.2f}" for name in ORDER)
