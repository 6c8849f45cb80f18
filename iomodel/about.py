"""What a result is, written beside its figures: name, unit, formula and reference in `.attrs`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias, TypeVar

import pandas as pd

Result = TypeVar("Result", pd.Series, pd.DataFrame)
Said: TypeAlias = str | Mapping[str, str]  # one text, or one for each column

OWN = "own definition of iomodel, stated where the function is documented"


def about(
    result: Result,
    *,
    name: str,
    unit: Said,
    formula: Said,
    reference: Said,
    **more: object,
) -> Result:
    """The result with its `.attrs`: texts only, since pandas copies them with every operation.

    >>> about(pd.Series([1.5]), name="a", unit="b", formula="c", reference="d").attrs["unit"]
    'b'
    """
    result.attrs.clear()  # what an operand said of itself
    result.attrs.update(name=name, unit=unit, formula=formula, reference=reference, **more)
    return result
