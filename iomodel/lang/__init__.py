"""The words of pages in English and Spanish: one file of texts for each language.

The report of a sector, which has as many as all others together, has files of its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from iomodel.errors import LabelError

LANGUAGES = ("en", "es")


@dataclass(frozen=True)
class Language:
    """The texts of one language by key ('sector.rank'); a text may have places to fill.

    >>> spoken("es")("card.output"), spoken("en")("card.output")
    ('producción bruta', 'output')
    """

    code: str
    texts: Mapping[str, str]

    def __call__(self, key: str, /, **values: object) -> str:
        """The text of a key, with its places filled."""
        text = self.texts[key]
        return text.format(**values) if values else text

    def __hash__(self) -> int:
        return hash(self.code)

    def get(self, key: str, default: str) -> str:
        """The text of a key, or a default for what only the figures name."""
        return self.texts.get(key, default)

    def section(self, name: str) -> dict[str, str]:
        """The texts of one section by the rest of their key, in the order of the file."""
        start = f"{name}."
        return {key[len(start) :]: t for key, t in self.texts.items() if key.startswith(start)}


@cache
def spoken(code: str, of: str = "") -> Language:
    """The language of a code, of all pages or (`of`) of one that has a folder of its own.

    LabelError naming the languages there are.
    """
    if code not in LANGUAGES:
        raise LabelError(
            f"{code!r} is not a language of the pages.", remedy=f"Say {' or '.join(LANGUAGES)}."
        )
    file = Path(__file__).parent / of / f"{code}.toml"
    sections = tomllib.loads(file.read_text(encoding="utf-8"))
    return Language(
        code,
        {f"{name}.{key}": text for name, texts in sections.items() for key, text in texts.items()},
    )


ENGLISH = spoken("en")
