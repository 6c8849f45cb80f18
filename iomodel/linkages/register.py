"""The contract of a linkage index, and the register of all there are."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from iomodel.accounts import Array
from iomodel.display import as_html, as_text, several
from iomodel.errors import LabelError
from iomodel.table import IOTable

Direction: TypeAlias = Literal["backward", "forward", "total", "dispersion", "position"]


def equally(table: IOTable) -> Array:
    """One for every sector."""
    return np.ones(len(table.accounts))


def by_output(table: IOTable) -> Array:
    """The output of every sector."""
    return table.arrays.x


@dataclass(frozen=True, repr=False)
class Index:
    """One linkage index: what it is called, which way it looks, and how it is computed.

    `compute` takes a table of domestic flows and gives one number per sector, indexed by code,
    NaN for a sector without output; neither the order of the sectors nor the currency may change
    it.  `mean_one` claims that the mean over the sectors with output, weighted by `weights`
    (equally, unless the index has a reason), is 1.  `always` False: there are tables for which
    the index does not exist; it is NaN throughout then.  `pair` computes a backward and a forward
    index that both name it, for less than one after the other.  `reference` is the publication of
    the formula.  Directions: backward and forward can be paired for key sectors; total is both
    together; dispersion how unevenly, position how far along the chain.
    """

    name: str
    direction: Direction
    compute: Callable[[IOTable], pd.Series]
    formula: str
    reference: str
    mean_one: bool = False
    weights: Callable[[IOTable], Array] = equally
    always: bool = True
    pair: Callable[[IOTable], tuple[pd.Series, pd.Series]] | None = None

    def average(self, table: IOTable, values: pd.Series) -> float:
        """The mean of its values over the sectors with output, by its own weights."""
        weights, active = self.weights(table)[table.active], values.to_numpy()[table.active]
        return float(weights @ active / weights.sum()) if len(active) else float("nan")

    def _said(self) -> tuple[str, dict[str, str]]:
        facts = {"direction": self.direction, "formula": self.formula, "reference": self.reference}
        return f"Index '{self.name}'", facts

    __repr__, _repr_html_ = as_text, as_html


@dataclass(frozen=True, eq=False, repr=False)
class Indices(Mapping[str, Index]):
    """The indices by name, which nobody changes; shown by direction."""

    found: Mapping[str, Index]

    def __getitem__(self, name: str) -> Index:
        return self.found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def _said(self) -> tuple[str, dict[str, str]]:
        by: dict[str, list[str]] = {}
        for index in self.values():
            by.setdefault(index.direction, []).append(index.name)
        return f"Indices: {len(self)}", {way: several(names, 9) for way, names in by.items()}

    __repr__, _repr_html_ = as_text, as_html


@cache
def indices() -> Indices:
    """Every index by name: what the files of this package declare in `INDICES`.

    >>> [name for name in indices() if name.startswith("rasmussen")]
    ['rasmussen_backward', 'rasmussen_forward', 'rasmussen_backward_cv', 'rasmussen_forward_cv']
    """
    package = importlib.import_module(__package__)
    found: dict[str, Index] = {}
    for file in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
        module = importlib.import_module(f"{__package__}.{file.name}")
        for index in getattr(module, "INDICES", ()):
            if index.name in found:
                raise LabelError(
                    f"Two linkage indices are called '{index.name}'.",
                    remedy=f"Rename the one in {file.name}.py.",
                )
            found[index.name] = index
    return Indices(found)
