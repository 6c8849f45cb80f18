"""How strongly sectors pull and push each other: linkage indices, and the key sectors they name.

One file of this package holds one family of indices; a file that defines `INDICES` is found and
joins `compare` without being named anywhere.
"""

from iomodel.linkages.comparison import compare, key_sectors, measure
from iomodel.linkages.register import Index, indices

__all__ = ["Index", "compare", "indices", "key_sectors", "measure"]
