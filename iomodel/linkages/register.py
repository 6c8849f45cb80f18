"""The contract of a linkage index, and the register of all there are."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal, TypeAlias

import pandas as pd

from iomodel.errors import LabelError
from iomodel.table import IOTable

Direction: TypeAlias = Literal["backward", "forward", "dispersion"]


@dataclass(frozen=True)
class Index:
    """One linkage index: what it is called, which way it looks, and how it is computed.

    `compute` takes a table of domestic flows and gives one number per sector, indexed by code,
    NaN for a sector without output; neither the order of the sectors nor the currency may change
    it.  `mean_one` claims that the mean over the sectors with output is 1.  `reference` is the
    publication of the formula.
    """

    name: str
    direction: Direction
    compute: Callable[[IOTable], pd.Series]
    formula: str
    reference: str
    mean_one: bool = False


@cache
def indices() -> Mapping[str, Index]:
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
    return MappingProxyType(found)
