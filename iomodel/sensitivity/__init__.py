"""How far results move when coefficients do: influence, limits, elasticities, bounds and draws."""

from iomodel.sensitivity.bounds import Bounds, interval, norm_bound
from iomodel.sensitivity.change import Change, rank_one
from iomodel.sensitivity.delta import delta_method
from iomodel.sensitivity.draws import Draws
from iomodel.sensitivity.elasticity import elasticities, multiplier_elasticities
from iomodel.sensitivity.importance import Important, important_coefficients
from iomodel.sensitivity.influence import field_of, field_of_influence, total_influence
from iomodel.sensitivity.noise import DirichletColumns, IndependentCells, LognormalMargins
from iomodel.sensitivity.sampling import monte_carlo

__all__ = [
    "Bounds",
    "Change",
    "DirichletColumns",
    "Draws",
    "Important",
    "IndependentCells",
    "LognormalMargins",
    "delta_method",
    "elasticities",
    "field_of",
    "field_of_influence",
    "important_coefficients",
    "interval",
    "monte_carlo",
    "multiplier_elasticities",
    "norm_bound",
    "rank_one",
    "total_influence",
]
