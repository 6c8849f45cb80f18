"""The register of closures: who respends which income, on what, and over which accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from iomodel.errors import LabelError, TableError
from iomodel.sam.kinds import ACTIVITY, FACTOR

HOUSEHOLDS = "households"
NONE, OF_HOUSEHOLDS, ALL, SCHEDULE = "none", "households' own", "all", "by schedule"
RESIDENTS, RECIRCULATING, MARGINAL, RECEIPTS = (
    "C over D.1 + surplus",
    "C over the income that recirculates, at most all of it",
    "a stated share, on domestic products",
    "C over all that households receive",
)
DOMESTIC, LEFT_IN = "domestic", "left in"
OPEN = (ACTIVITY,)
CIRCLE = (ACTIVITY, FACTOR, HOUSEHOLDS)
PRIVATE = (ACTIVITY, FACTOR, "corporations", "finance", HOUSEHOLDS, "npish", "redistribution")
OVER: Mapping[str, list[str] | None] = MappingProxyType(
    {
        "production block": [ACTIVITY],
        "sectors and factors": [ACTIVITY, FACTOR],
        "all endogenous": None,
    }
)
BLOCK, FACTORS, EVERYONE = OVER


@dataclass(frozen=True)
class Closure:
    """One way to close the circle, with a name, and a line on why it stands in the register.

    `endogenous`: accounts or kinds inside the circle.  `surplus`: what part of operating surplus
    households receive, by sector (none; their own, that is mixed income and imputed rents; all; by
    `schedule`, shares by sector, zero where none is stated); the rest is kept and not respent.
    `consumption`: what they buy out of what they receive (with `propensity` where it is a stated
    share).  `imports`: coefficients of domestic flows, or imports left in them.  `over`: the
    accounts whose mean linkage is one.  `ruled_out` says why it cannot be called nearest, and is
    shown all the same; `blind` says whether it was written down before figures like its own were
    known.
    """

    name: str
    words: str
    endogenous: tuple[str, ...] = CIRCLE
    surplus: str = NONE
    consumption: str = RESIDENTS
    imports: str = DOMESTIC
    over: str = EVERYONE
    schedule: tuple[tuple[str, float], ...] = ()
    propensity: float = 0.0
    ruled_out: str = ""
    blind: bool = False

    def __post_init__(self) -> None:
        for value, known, what in (
            (self.surplus, (NONE, OF_HOUSEHOLDS, ALL, SCHEDULE), "surplus"),
            (self.consumption, (RESIDENTS, RECIRCULATING, MARGINAL, RECEIPTS), "consumption"),
            (self.imports, (DOMESTIC, LEFT_IN), "imports"),
            (self.over, tuple(OVER), "over"),
        ):
            if value not in known:
                raise LabelError(
                    f"Closure '{self.name}' has {what} {value!r}.",
                    remedy=f"Known: {'; '.join(known)}.",
                )
        as_it_stands = self.surplus == OF_HOUSEHOLDS and self.imports == DOMESTIC
        for stated, used, what in (
            (bool(self.schedule), self.surplus == SCHEDULE, "a schedule"),
            (self.propensity != 0, self.consumption == MARGINAL, "a propensity"),
            (as_it_stands or self.consumption != RECEIPTS, True, "parts of the SAM as it stands"),
        ):
            if stated != used:
                raise LabelError(
                    f"Closure '{self.name}' {'states' if stated else 'lacks'} {what}, against its "
                    "other parts.",
                    remedy=f"A schedule goes with '{SCHEDULE}', a propensity with '{MARGINAL}'; "
                    f"'{RECEIPTS}' with '{OF_HOUSEHOLDS}' and domestic imports.",
                )
        wrong = [f"'{code}': {share:.6g}" for code, share in self.schedule if not 0 <= share <= 1]
        if wrong or not 0 <= self.propensity <= 1:
            raise TableError(
                f"Closure '{self.name}' has a share outside [0, 1].",
                wrong or [f"propensity: {self.propensity:.6g}"],
                "Nobody receives or spends more than there is.",
            )


# Stated in the design before scoring; an assumption, not an observation.
BY_SECTOR = (
    ("11", 0.95),
    ("53", 0.75),
    ("81", 0.9),
    ("43-46", 0.5),
    ("23", 0.45),
    ("48-49", 0.45),
)

CLOSURES = (
    Closure(
        "open",
        "nobody respends: the Leontief model, as the point to start from",
        endogenous=OPEN,
        over=BLOCK,
        ruled_out="both car sectors stand above the mean, where the study has them below",
    ),
    Closure(
        "wages, block",
        "wages recirculate; indices over the sectors, as in the open model",
        over=BLOCK,
    ),
    Closure(
        "wages, all accounts",
        "wages recirculate; indices over all accounts, as in the studies of this group",
    ),
    Closure(
        "wages spent, factors",
        "every wage is spent, nothing saved; indices over sectors and factors",
        consumption=RECIRCULATING,
        over=FACTORS,
    ),
    Closure(
        "wages spent, all accounts",
        "every wage is spent, nothing saved; indices over all accounts",
        consumption=RECIRCULATING,
    ),
    Closure(
        "wages at .84, all accounts",
        "of each wage .84 buys domestic products",
        consumption=MARGINAL,
        propensity=0.84,
        ruled_out="the .84 was once fitted to these very figures",
    ),
    Closure(
        "own surplus, all accounts",
        "households also spend mixed income and imputed rents, which they receive in the accounts",
        surplus=OF_HOUSEHOLDS,
        blind=True,
    ),
    Closure(
        "own surplus spent, factors",
        "wages, mixed income and imputed rents, all spent; indices over sectors and factors",
        surplus=OF_HOUSEHOLDS,
        consumption=RECIRCULATING,
        over=FACTORS,
        blind=True,
    ),
    Closure(
        "all surplus, block",
        "all surplus reaches households; indices over the sectors",
        surplus=ALL,
        over=BLOCK,
    ),
    Closure(
        "all surplus, all accounts",
        "labour, capital and households endogenous, all surplus respent: the usual protocol",
        surplus=ALL,
    ),
    Closure(
        "schedule, all accounts",
        "surplus reaches households where producers are mostly households, by stated shares",
        surplus=SCHEDULE,
        schedule=BY_SECTOR,
    ),
    Closure(
        "schedule spent, factors",
        "wages and surplus by stated shares, all spent; indices over sectors and factors",
        surplus=SCHEDULE,
        schedule=BY_SECTOR,
        consumption=RECIRCULATING,
        over=FACTORS,
    ),
    Closure(
        "SAM, households",
        "the SAM as it stands, households inside: they spend out of transfers as well",
        surplus=OF_HOUSEHOLDS,
        consumption=RECEIPTS,
        blind=True,
    ),
    Closure(
        "SAM, private sector",
        "the SAM as it stands, all but government, taxes, saving and the world inside",
        endogenous=PRIVATE,
        surplus=OF_HOUSEHOLDS,
        consumption=RECEIPTS,
        blind=True,
    ),
    Closure(
        "imports left in",
        "wages recirculate; imports, spread like domestic inputs, stand in the product's account",
        imports=LEFT_IN,
        ruled_out="what is imported is made and earned abroad",
    ),
)


def register(closures: Sequence[Closure] = CLOSURES) -> pd.DataFrame:
    """What each closure is: one row a closure, in the order in which they were written down."""
    rows = {
        closure.name: (
            ", ".join(closure.endogenous),
            closure.surplus,
            closure.consumption,
            closure.imports,
            closure.over,
            closure.words,
            closure.ruled_out,
            "yes" if closure.blind else "no",
        )
        for closure in closures
    }
    columns = ["endogenous", "surplus", "consumption", "imports", "over", "words", "ruled_out"]
    columns.append("blind")
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("closure")
