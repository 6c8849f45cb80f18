"""What the economy would lose without a sector, its purchases, its sales, one flow or a region.

Hypothetical extraction asks what vanishes if a sector stops buying, selling or existing and nobody
takes its place: no price, no import and no rival fills the gap.  It measures how much hangs on a
sector in the table; it is no forecast.  All sectors are extracted one at a time, each in closed
form, so that nothing is solved anew; `totals` needs only the diagonal of the inverse.
"""

from iomodel.extraction.largest import largest
from iomodel.extraction.parts import flow, group, region, regions
from iomodel.extraction.sectors import (
    backward,
    backward_others,
    complete,
    forward,
    forward_ghosh,
    forward_others,
)
from iomodel.extraction.shares import partial_backward, partial_forward
from iomodel.extraction.totals import totals

__all__ = [
    "backward",
    "backward_others",
    "complete",
    "flow",
    "forward",
    "forward_ghosh",
    "forward_others",
    "group",
    "largest",
    "partial_backward",
    "partial_forward",
    "region",
    "regions",
    "totals",
]
