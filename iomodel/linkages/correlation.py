"""Whether the indices agree: rank correlations of all indices of the register."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from iomodel.arguments import typed
from iomodel.display import as_html, as_text
from iomodel.linkages.comparison import compare
from iomodel.table import IOTable

# Values that agree to this many digits of the largest are a tie: the rest is rounding.
DIGITS = 11


@dataclass(frozen=True, eq=False, repr=False)
class RankCorrelations:
    """Rank correlations between indices: `spearman` and `kendall` (tau-b), each k x k.

    Over `sectors` sectors; `left_out` had no output.  NaN for an index that does not exist for
    the table or is the same for all sectors.
    """

    spearman: pd.DataFrame
    kendall: pd.DataFrame
    sectors: int
    left_out: int

    __repr__, _repr_html_ = as_text, as_html


@typed
def rank_correlations(table: IOTable) -> RankCorrelations:
    """How far the linkage indices order the sectors alike: 1 the same order, -1 the reverse.

    Spearman's rho (the correlation of ranks, ties sharing their mean) and Kendall's tau-b (pairs
    in the same order less pairs in the other), for every two indices of the register over the
    sectors with output; those without are left out and counted.  Values equal to eleven digits
    of the largest are ties.

    Cost: that of `compare`, and k^2 n log n for k indices.
    Errors: MissingAccountError for total transactions; NotProductiveError.
    Reference: Spearman, C. (1904), The proof and measurement of association between two things,
    American Journal of Psychology 15(1), 72-101; Kendall, M. G. (1938), A new measure of rank
    correlation, Biometrika 30(1/2), 81-93.

    >>> table = IOTable.from_coefficients(
    ...     pd.DataFrame([[0.15, 0.25], [0.20, 0.05]], index=["a", "b"], columns=["a", "b"]),
    ...     pd.Series({"a": 1000.0, "b": 2000.0}),
    ... )
    >>> found = rank_correlations(table)
    >>> found.spearman.loc["rasmussen_backward", ["ghosh_forward", "pure_backward"]].to_dict()
    {'ghosh_forward': 1.0, 'pure_backward': -1.0}
    >>> found.sectors, found.left_out
    (2, 0)
    """
    frame = compare(table)[table.active]
    values = frame.to_numpy()
    largest = np.abs(np.nan_to_num(values)).max(axis=0, initial=0.0)
    tied = pd.DataFrame(
        (values / np.where(largest > 0, largest, 1.0)).round(DIGITS), columns=frame.columns
    )
    return RankCorrelations(
        spearman=tied.corr(method="spearman"),
        kendall=tied.corr(method="kendall"),
        sectors=len(frame),
        left_out=int((~table.active).sum()),
    )
