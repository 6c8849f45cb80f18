"""The words of pages in English and Spanish: plain dictionary files, each loaded when asked for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from pathlib import Path

from iomodel.errors import IOModelError, LabelError, report

LANGUAGES = ("en", "es")
# texts of one page each: 'bands.title' stands in en/bands.toml, 'card.title' in en.toml
ROOMS = ("bands", "check", "closures", "errors", "report", "reproduce", "usage", "years")
SENTENCES = ("methods", "sentences")  # what data say of themselves: English at origin
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Language:
    """The texts of one language by key ('sector.rank'); a text may have places to fill.

    >>> spoken("es")("card.output"), spoken("en")("card.output")
    ('producción bruta', 'output')
    """

    code: str

    def __call__(self, key: str, /, **values: object) -> str:
        """The text of a key, with its places filled."""
        text = self._room(key)[key]
        return text.format(**values) if values else text

    def get(self, key: str, default: str) -> str:
        """The text of a key, or a default for what only the figures name."""
        return self._room(key).get(key, default)

    def section(self, name: str) -> dict[str, str]:
        """The texts of one section by the rest of their key, in the order of the file."""
        start = f"{name}."
        found = self._room(start)
        return {key[len(start) :]: text for key, text in found.items() if key.startswith(start)}

    def said(self, text: str) -> str:
        """A sentence that data say of themselves (title, assumption, source) in this language.

        Sought whole, with its figures taken out and put back in their order; what the dictionary
        does not have comes back as it is.

        >>> spoken("es").said("projected by INEGI from 2013")
        'proyectado por el INEGI a partir de 2013'
        """
        found = _sentences(self.code).get(_FIGURE.sub("#", text))
        if found is None:
            return text
        pieces = zip_longest(found.split("#"), _FIGURE.findall(text), fillvalue="")
        return "".join(piece + figure for piece, figure in pieces)

    def told(self, error: IOModelError) -> str:
        """An error in this language: its fact, its findings, what to do.

        By the key and the places that it carries; one without a key stays English, and says so.
        """
        if self == ENGLISH:
            return str(error)
        if not error.key:
            return f"{self('errors.in_english')}\n{error}"
        fact, findings, remedy = self.parts(error)
        return report(
            self("errors.fact", fact=fact),
            findings,
            self("errors.remedy", remedy=remedy),
            more=self("errors.more"),
        )

    def parts(self, error: IOModelError) -> tuple[str, list[str], str]:
        """Fact, findings and remedy of an error, in this language where it has a key."""
        if self == ENGLISH or not error.key:
            return str(error).splitlines()[0], list(error.findings), error.remedy
        finding = f"errors.{error.key}.finding"
        findings = [self(finding, **row) for row in error.rows]
        findings = findings or [self.said(text) for text in error.findings]
        return self._filled(error, "fact"), findings, self._filled(error, "remedy")

    def fact(self, error: IOModelError) -> str:
        """What an error says first, for the middle of a page; in English it says that it is."""
        if self == ENGLISH or not error.key:
            first = str(error).splitlines()[0]
            return first if self == ENGLISH else self("errors.aside", fact=first)
        fact = self._filled(error, "fact")
        return fact[:1].upper() + fact[1:]

    def _filled(self, error: IOModelError, part: str) -> str:
        places = {k: self._place(v) for k, v in error.places.items()}
        return self(f"errors.{error.key}.{part}", **places)

    def _place(self, value: object) -> object:
        if isinstance(value, tuple):
            return ", ".join(map(self.said, value))
        return self.said(value) if isinstance(value, str) else value

    @property
    def texts(self) -> Mapping[str, str]:
        """All texts by key, in the order of the files."""
        return {k: text for room in ("", *ROOMS) for k, text in _texts(self.code, room).items()}

    def _room(self, key: str) -> Mapping[str, str]:
        room = key.partition(".")[0]
        return _texts(self.code, room if room in ROOMS else "")


def spoken(code: str) -> Language:
    """The language of a code; LabelError naming those there are."""
    if code not in LANGUAGES:
        raise LabelError(
            f"{code!r} is not a language of the pages.", remedy=f"Say {' or '.join(LANGUAGES)}."
        ).keyed("language", code=code, known=", ".join(LANGUAGES))
    return Language(code)


@cache
def _texts(code: str, room: str) -> dict[str, str]:
    if not room:
        return _flat("", _read(f"{code}.toml"))
    return _flat(f"{room}.", _read(f"{code}/{room}.toml"))


@cache
def _sentences(code: str) -> dict[str, str]:
    """The sentences of data in a language; English has none, data speak it."""
    if code == "en":
        return {}
    files = [_read(f"{code}/{name}.toml") for name in SENTENCES]
    return {t: said for file in files for texts in file.values() for t, said in texts.items()}


def _read(name: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((_HERE / name).read_text(encoding="utf-8"))


def _flat(start: str, found: Mapping[str, object]) -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in found.items():
        if isinstance(value, Mapping):
            flat |= _flat(f"{start}{key}.", value)
        else:
            flat[f"{start}{key}"] = str(value)
    return flat


ENGLISH = spoken("en")
