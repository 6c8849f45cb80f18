"""Named closures of a SAM, fixed before they are scored: who respends which income, and on what."""

from iomodel.closures.flows import circle, model, respent
from iomodel.closures.named import CLOSURES, Closure, register
from iomodel.closures.scoring import Target, measures, score

__all__ = [
    "CLOSURES",
    "Closure",
    "Target",
    "circle",
    "measures",
    "model",
    "register",
    "respent",
    "score",
]
