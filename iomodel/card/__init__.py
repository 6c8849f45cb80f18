"""The card of one sector, as parts of a page and as one plain text, in each language."""

from iomodel.card.brief import summary
from iomodel.card.parts import Part

__all__ = ["Part", "summary"]
