"""A region's table without a survey: location quotients, pools of supply, cross-hauling."""

from iomodel.regional.estimates import compare, estimate, nearest, region_of
from iomodel.regional.pools import charm, sdp
from iomodel.regional.quotients import aflq, cilq, flq, rlq, slq

__all__ = [
    "aflq",
    "charm",
    "cilq",
    "compare",
    "estimate",
    "flq",
    "nearest",
    "region_of",
    "rlq",
    "sdp",
    "slq",
]
