"""How strongly sectors pull and push each other: linkage indices, and the key sectors they name.

One file of this package holds one family of indices; a file that defines `INDICES` is found and
joins `compare` without being named anywhere.  Sizes in money, matrices and corrections that are
no index are plain functions beside them.
"""

from iomodel.linkages.cella import cella_in_money
from iomodel.linkages.comparison import compare, key_sectors, measure
from iomodel.linkages.correlation import RankCorrelations, rank_correlations
from iomodel.linkages.landscape import multiplier_product_matrix
from iomodel.linkages.propagation import propagation_lengths
from iomodel.linkages.pure import pure_in_money
from iomodel.linkages.rasmussen import dispersion
from iomodel.linkages.register import Index, indices
from iomodel.linkages.stages import trade_corrected_downstreamness, trade_corrected_upstreamness

__all__ = [
    "Index",
    "RankCorrelations",
    "cella_in_money",
    "compare",
    "dispersion",
    "indices",
    "key_sectors",
    "measure",
    "multiplier_product_matrix",
    "propagation_lengths",
    "pure_in_money",
    "rank_correlations",
    "trade_corrected_downstreamness",
    "trade_corrected_upstreamness",
]
