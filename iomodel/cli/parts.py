"""What a command prints, as parts: those of the card, under the name the pages know them by."""

from iomodel.card.parts import FORMATS, Part, as_json, chosen, listed, written

__all__ = ["FORMATS", "Part", "as_json", "chosen", "listed", "written"]
