"""Pictures of results: each function takes numbers and an `ax`, draws, and returns the Axes.

They know no table: give them what the methods return.  matplotlib is an extra
(`pip install 'iomodel[plot]'`) and is imported at the first picture.  Colours are those of Okabe
and Ito, told apart by colour-blind readers, and beside them stand markers, hatches and line styles,
so that a picture survives a grey printer.  Without `ax` a figure of the size of a slide is made;
with it, text sizes follow `matplotlib.rcParams["font.size"]`.
"""

from iomodel.plot.bars import bars
from iomodel.plot.flows import sankey
from iomodel.plot.ladder import waterfall
from iomodel.plot.lines import benchmark, years
from iomodel.plot.links import network
from iomodel.plot.maps import heat, landscape
from iomodel.plot.quadrants import quadrants

__all__ = [
    "bars",
    "benchmark",
    "heat",
    "landscape",
    "network",
    "quadrants",
    "sankey",
    "waterfall",
    "years",
]
