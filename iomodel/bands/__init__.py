"""How sure the leak is: low, central and high of what it rests on, drawn many times from a seed."""

from iomodel.bands.drawing import Drawn, draw
from iomodel.bands.factors import exporters, factors
from iomodel.bands.reading import order, quantiles, ranks, tornado
from iomodel.bands.uncertain import Exporters, Uncertain

__all__ = [
    "Drawn",
    "Exporters",
    "Uncertain",
    "draw",
    "exporters",
    "factors",
    "order",
    "quantiles",
    "ranks",
    "tornado",
]
