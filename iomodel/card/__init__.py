"""The card of one sector, as parts of a page and as one plain text, in each language."""
