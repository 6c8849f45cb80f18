"""Closures against published figures: the grid, best first, nothing tuned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from iomodel import multipliers
from iomodel.closures.flows import model
from iomodel.closures.named import CLOSURES, OVER, Closure
from iomodel.errors import LabelError
from iomodel.sam import SAM
from iomodel.sam.kinds import ACTIVITY

BACKWARD, FORWARD, OUTPUT = "backward", "forward", "output"


@dataclass(frozen=True)
class Target:
    """One published figure: a measure (backward, forward, output) of a sector, as printed."""

    measure: str
    sector: str
    value: float
    digits: int

    @property
    def name(self) -> str:
        """The column of the grid that answers it: 'backward 3361'."""
        return f"{self.measure} {self.sector}"


def measures(sam: SAM, closure: Closure) -> pd.DataFrame:
    """Backward and forward linkages and output multipliers of the sectors in one closure.

    The linkages are those of M_a with mean one over the accounts that the closure names; the
    multipliers sum over sectors.

    Cost: one factorisation and three solves.
    Reference: Rasmussen, P. N. (1956), Studies in Inter-Sectoral Relations, and Pyatt, G. and
    Round, J. I. (1979), Economic Journal 89(356), 850-873.
    """
    cut = model(sam, closure)
    linkages = multipliers.key_accounts(cut, over=OVER[closure.over])
    sectors = list(cut.accounts.take(cut.of_kind(ACTIVITY)).codes)
    found = linkages[[BACKWARD, FORWARD]].loc[sectors]
    found[OUTPUT] = multipliers.accounting(cut)["output"]
    return found


def score(
    sam: SAM, targets: Sequence[Target], *, closures: Sequence[Closure] = CLOSURES
) -> pd.DataFrame:
    """Every closure against published figures, best first; those ruled out stand below.

    Columns: one for each target (backward and forward linkages have mean one over the accounts
    that the closure names, output multipliers sum over sectors); among the sectors, `rank S` of
    each backward target from below and `rank forward S` of each forward one from above; `lowest`,
    the three sectors with the lowest backward linkages; `independent`, whether all indices of
    these sectors are below one; `rms`, the root mean square distance to the backward and output
    targets; `off S`, ours less published for each forward target; `hits`, how many targets are met
    to the printed digits; `blind` and `ruled_out` of the closure; `verdict`. Nothing is tuned:
    what a closure assumes is stated with it, and no number of it is looked for here.

    Cost: one factorisation and three solves for each closure.
    Errors: LabelError for a target whose sector or measure is not known, and for closures of one
    name; what `model` raises.
    Reference: Rasmussen, P. N. (1956), Studies in Inter-Sectoral Relations, and Pyatt, G. and
    Round, J. I. (1979), Economic Journal 89(356), 850-873, for the measures; the question which
    closure a published figure came from has none.
    """
    names = [closure.name for closure in closures]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or not closures or not targets:
        raise LabelError(
            f"{len(closures)} closures, {len(targets)} targets; {len(twice)} names repeat.",
            [f"'{name}'" for name in twice],
            "Give at least one of each, and every closure a name of its own.",
        )
    rows = {closure.name: _scored(sam, closure, targets) for closure in closures}
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("closure")
    out = {closure.name: closure.ruled_out for closure in closures}
    frame["blind"] = ["yes" if closure.blind else "no" for closure in closures]
    frame["ruled_out"] = [out[str(name)] for name in frame.index]
    below = frame["ruled_out"] != ""
    frame = frame.assign(below=below).sort_values(["below", "rms"], kind="stable")
    best = next((str(name) for name in frame.index if not out[str(name)]), None)
    verdicts = []
    for name, hits in zip(frame.index, frame["hits"], strict=True):
        front = "nearest: " if name == best else "ruled out: " if out[str(name)] else ""
        verdicts.append(f"{front}reproduces {hits} of {len(targets)} to the printed digits")
    return frame.drop(columns=["below"]).assign(verdict=verdicts)


def _scored(sam: SAM, closure: Closure, targets: Sequence[Target]) -> dict[str, object]:
    found = measures(sam, closure)
    sectors = [str(code) for code in found.index]
    ranks = found[BACKWARD].rank()
    row: dict[str, object] = {}
    gaps, hits = [], 0
    for target in targets:
        if target.sector not in sectors or target.measure not in found:
            raise LabelError(
                f"'{sam.meta.title}' has no {target.name}.",
                remedy=f"Measures: {', '.join(map(str, found))}; sectors: {', '.join(sectors)}.",
            )
        ours = float(found[target.measure][target.sector])
        row[target.name] = ours
        hits += round(ours, target.digits) == round(target.value, target.digits)
        if target.measure != FORWARD:
            gaps.append(ours - target.value)
    weak = [target.sector for target in targets if target.measure == BACKWARD]
    from_above = found[FORWARD].rank(ascending=False)
    row |= {f"rank {code}": int(ranks[code]) for code in weak}
    row |= {f"rank {t.name}": int(from_above[t.sector]) for t in targets if t.measure == FORWARD}
    row["lowest"] = ", ".join(str(code) for code in ranks.sort_values().index[:3])
    row["independent"] = bool((found.loc[weak, [BACKWARD, FORWARD]] < 1).all(axis=None))
    row["rms"] = float(np.sqrt(np.mean(np.square(gaps)))) if gaps else float("nan")
    for target in targets:
        if target.measure == FORWARD:
            row[f"off {target.sector}"] = float(found[FORWARD][target.sector]) - target.value
    return row | {"hits": hits}
