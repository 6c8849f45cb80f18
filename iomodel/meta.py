"""What a table is made of besides labels: `Meta`, the kinds of account, `Blocks` of numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from iomodel import flows
from iomodel.accounts import Array
from iomodel.errors import KindWarning, LabelError, warn

VALUE_ADDED = ("compensation", "production_taxes", "surplus", "value_added")
PRIMARY_KINDS = (*VALUE_ADDED, "imports", "product_taxes", "moved", "saving")
DEMAND_KINDS = (
    "private_consumption",
    "government_consumption",
    "fixed_investment",
    "inventories",
    "exports",
    "discrepancy",
    "imports",
    "final_demand",
)
# what an account is where nobody says so, and the argument that says it
PRIMARY = (PRIMARY_KINDS, "value_added", "kinds")
DEMAND = (DEMAND_KINDS, "final_demand", "demand_kinds")
TELLING = re.compile("import", re.IGNORECASE)  # in the name of what is no value added
MAY_BE_NEGATIVE = ("inventories", "discrepancy", "imports", "final_demand")
Origin = Literal["domestic", "total"]


@dataclass(frozen=True)
class Meta:
    """What the figures are.

    `unit` is of every flow ("million MXN"); `prices` is "current" or "constant YEAR"; `origin`
    says whether Z and Y hold domestic goods only or imported ones too; `precision` is the last
    digit printed by the source (0: not rounded); `projected` names what a table was projected
    from, where it was not observed; `assumptions` and `history` are shown with results.
    """

    title: str = "untitled table"
    country: str = ""
    year: int | None = None
    unit: str = ""
    currency: str = ""
    prices: str = "current"
    valuation: str = "basic"
    origin: Origin = "domestic"
    source: str = ""
    licence: str = ""
    sha256: str = ""
    precision: float = 0.0
    projected: str = ""
    assumptions: tuple[str, ...] = ()
    history: tuple[str, ...] = ()

    def but(self, note: str = "", **changes: object) -> Meta:
        """A copy with changes; `note` is added to the history.

        >>> Meta(title="a village", year=2020).but("rounded", unit="million").history
        ('rounded',)
        """
        history = (*self.history, note) if note else self.history
        return replace(self, history=history, **changes)  # type: ignore[arg-type]


def said(meta: Meta) -> dict[str, str]:
    """What the figures are, in a few words each: for the card of a table or a SAM."""
    return {
        "year": f"{meta.year or 'not given'}, {meta.prices} prices",
        "unit": meta.unit or "not given",
        "source": meta.source,
        "projected": meta.projected,
    }


BESIDE_Z = ("Y", "V", "W", "x", "S")


def _frozen(array: Array, *, copy: bool) -> Array:
    """The array as read-only floats; a view is copied, for its base could be written to."""
    found = np.array(array, dtype=np.float64, copy=copy or array.base is not None or None)
    found.setflags(write=False)
    return found


class _Dense:
    """Z as an array whatever was given; how it is held stands in `Blocks.flows`."""

    def __get__(self, blocks: Blocks | None, of: type) -> Array | _Dense:
        return self if blocks is None else flows.dense(blocks.flows)

    def __set__(self, blocks: Blocks, Z: flows.Flows) -> None:
        blocks.__dict__["flows"] = flows.frozen(Z)


@dataclass(frozen=True, eq=False)
class Blocks:
    """The numbers of a table as read-only arrays, for kernels: Z, Y, V, W, x and satellites S.

    Z may be given sparse (scipy) or as a `flows.Matrix` that is not in memory: `flows` is what was
    given, for questions that need sums and products only; `Z` is the array, made when it is asked
    for, and refused (TooLargeError) where it would be too large.
    """

    Z: Array
    Y: Array
    V: Array
    W: Array
    x: Array
    S: Array

    def __post_init__(self) -> None:
        for name in BESIDE_Z:
            object.__setattr__(self, name, _frozen(getattr(self, name), copy=True))

    @classmethod
    def of_own(cls, Z: Array, Y: Array, V: Array, W: Array, x: Array, S: Array) -> Blocks:
        """Blocks of arrays made for them alone, frozen where they stand: nobody else may hold one.

        At 5,000 sectors a copy of Z costs three products with it.
        """
        blocks = object.__new__(cls)
        blocks.__dict__["flows"] = _frozen(Z, copy=False)
        for name, array in zip(BESIDE_Z, (Y, V, W, x, S), strict=True):
            object.__setattr__(blocks, name, _frozen(array, copy=False))
        return blocks

    def sold(self) -> Array:
        """Z i: what each sector sells to the others."""
        return flows.row_sums(self.flows)

    def bought(self) -> Array:
        """Z'i: what each sector buys from the others."""
        return flows.column_sums(self.flows)

    def rows(self, at: list[int]) -> Array:
        """A few rows of Z."""
        return flows.rows(self.flows, at)

    @property
    def held(self) -> str:
        """How Z is held: "dense", "sparse" or "elsewhere"."""
        if flows.is_array(self.flows):
            return "dense"
        return "sparse" if flows.is_sparse(self.flows) else "elsewhere"

    @property
    def flows(self) -> flows.Flows:
        """Z as it is held."""
        return self.__dict__["flows"]

    def __getstate__(self) -> dict[str, Array]:
        return dict(self.__dict__)

    def __setstate__(self, state: dict[str, Array]) -> None:
        self.__dict__.update(state)
        self.__dict__["flows"] = flows.frozen(state["flows"])
        self.__post_init__()


setattr(Blocks, "Z", _Dense())  # noqa: B010  after the decorator, which would take it for a default


def kinds_of(
    labels: pd.Index, given: Mapping[str, str] | None, known: Sequence[str], default: str, by: str
) -> list[str]:
    """The kind of each label: as `given`, as its own word says, else the `default`; others raise.

    It warns where a word in the label speaks against the default ("Imports of goods").
    """
    given = given or {}
    codes = [str(label).strip() for label in labels]
    unknown = [f"'{key}'" for key in given if key not in codes]
    if unknown:
        raise LabelError(
            f"`{by}` names {len(unknown)} labels that the table does not have.",
            unknown,
            f"The labels are: {', '.join(codes)}.",
        )
    kinds = [given.get(code, code if code in known else default) for code in codes]
    for code, kind in zip(codes, kinds, strict=True):
        if code not in given and kind == default == "value_added" and TELLING.search(code):
            warn(
                f"'{code}' has no kind and is taken for value added. Say what it is: "
                f"{by}={{'{code}': 'imports'}}, or one of {', '.join(known)}.", KindWarning,
            )  # fmt: skip
    return kinds
