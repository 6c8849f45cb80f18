"""What a table and a cut SAM have in common: questions written once on accounts, A and L."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeAlias

import numpy as np
import pandas as pd

from iomodel.accounts import Array, show
from iomodel.errors import LabelError, TableError
from iomodel.sam import SAMModel
from iomodel.table import IOTable

Model: TypeAlias = IOTable | SAMModel
Amounts: TypeAlias = Mapping[str, float] | pd.Series


def require(model: Model, question: str) -> None:
    """Raise for a table of other than domestic flows."""
    if isinstance(model, IOTable):
        model.require_domestic(question)


def coefficients(model: Model) -> Array:
    """A as an array, read-only."""
    return model.propensities if isinstance(model, SAMModel) else model.A.to_numpy()


def title(model: Model) -> str:
    """What the model is called."""
    return model.title if isinstance(model, SAMModel) else model.meta.title


def unit(model: Model) -> str:
    """The unit of its flows, where it is known."""
    return model.meta.unit if isinstance(model, IOTable) else ""


def select(model: Model, labels: Iterable[Hashable]) -> list[int]:
    """Positions of what is listed: kinds, regions or accounts; a kind comes before an account."""
    if isinstance(labels, str) or (isinstance(labels, tuple) and model.accounts.regions):
        labels = (labels,)
    found: list[int] = []
    for label in labels:
        members = model.accounts.of_kind(str(label))
        if not members:
            members = [i for i, region in enumerate(model.accounts.regions) if region == label]
        found += members or [model.accounts.position(label)]
    return found


def amounts(model: Model, values: Amounts, what: str) -> tuple[list[int], Array]:
    """Where some accounts stand, and a finite number for each; each with output and named once."""
    labels = list(values.index if isinstance(values, pd.Series) else values)
    at = model.accounts.positions(labels)
    given = model.accounts.take(at).array(values, what)  # refuses an account named twice
    idle = [
        f"'{show(model.accounts.keys[i])}': {number:.6g}"
        for i, number in zip(at, given, strict=True)
        if number and not model.active[i]
    ]
    if idle:
        raise TableError(
            f"{what} names {len(idle)} accounts of '{title(model)}' that have no output.",
            idle,
            "Nothing is known of what they would buy: leave them out.",
        )
    return at, given


def spread(model: Model, values: Amounts, what: str) -> Array:
    """The amounts of some accounts as a vector over all of them, zero elsewhere."""
    vector = np.zeros(len(model.accounts))
    at, given = amounts(model, values, what)
    vector[at] = given
    return vector


def require_some_fixed(model: Model, at: list[int], what: str) -> None:
    """Raise where nothing or everything is given from outside."""
    if not at:
        raise LabelError(f"No account has its {what} given.", remedy="Name at least one.")
    idle = [i for i in at if not model.active[i]]
    if idle:
        raise TableError(
            f"The {what} of {len(idle)} accounts without output is given.",
            [f"'{show(model.accounts.keys[i])}'" for i in idle],
            "Nothing is known of what they would buy: leave them out.",
        )
    if not set(np.flatnonzero(model.active)) - set(at):
        raise LabelError(
            f"The {what} of every account of '{title(model)}' is given: nothing is left to find.",
            remedy="Leave at least one account with output to the model.",
        )


def refuse_both(model: Model, at: list[int], amounts: Amounts, what: str, remedy: str) -> None:
    """Raise, naming them, where amounts are given of accounts that are fixed: `what` is both."""
    labels = amounts.index if isinstance(amounts, pd.Series) else amounts
    both = sorted(set(model.accounts.positions(labels)) & set(at))
    if both:
        raise LabelError(
            f"Of {len(both)} accounts both {what} are given.",
            [f"'{show(model.accounts.keys[i])}'" for i in both],
            remedy,
        )
