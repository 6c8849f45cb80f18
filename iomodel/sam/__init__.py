"""Social accounting matrices: the value (`SAM`) and the model cut from it (`SAMModel`)."""

from iomodel.sam.kinds import SAM_KINDS
from iomodel.sam.matrix import SAM
from iomodel.sam.model import SAMModel

__all__ = ["SAM", "SAM_KINDS", "SAMModel"]
