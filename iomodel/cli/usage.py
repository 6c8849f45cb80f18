"""What argparse says by itself (usage, options, refusals), in the language of the command."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from typing import Any, NoReturn

from iomodel.lang import ENGLISH, LANGUAGES, Language, spoken


class _Formatter(argparse.HelpFormatter):
    """Help whose first word is in a language, and what follows aligned to it."""

    def __init__(self, prog: str, *, say: Language = ENGLISH) -> None:
        self._say = say
        super().__init__(prog)

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        # argparse asks for no word at all (prefix="") when it names a subcommand
        said = self._say("usage.usage") if prefix is None else prefix
        super().add_usage(usage, actions, groups, said)


class Parser(argparse.ArgumentParser):
    """A parser whose own phrases are in a language.

    argparse speaks English, or by files of gettext that nobody has installed: its few phrases are
    a section of the texts, and are exchanged where they stand.
    """

    def __init__(self, *args: Any, say: Language = ENGLISH, **options: Any) -> None:
        self.say = say
        options.setdefault("formatter_class", partial(_Formatter, say=say))
        super().__init__(*args, **options)

    def format_usage(self) -> str:
        return self._own(super().format_usage())

    def format_help(self) -> str:
        return self._own(super().format_help())

    def error(self, message: str) -> NoReturn:
        """Usage and the message, exit code 2."""
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: error: {self._own(message)}\n")

    def _own(self, text: str) -> str:
        own = self.say.section("usage.argparse")
        for key, phrase in ENGLISH.section("usage.argparse").items():
            text = text.replace(phrase, own[key])
        return text


def say_of(parser: argparse.ArgumentParser) -> Language:
    """The language of a parser."""
    return parser.say if isinstance(parser, Parser) else ENGLISH


def language(arguments: list[str], default: str) -> Language:
    """The language to speak before the arguments are understood: --lang, else the default."""
    found = default
    for at, word in enumerate(arguments):
        if word == "--lang" and at + 1 < len(arguments):
            found = arguments[at + 1]
        elif word.startswith("--lang="):
            found = word.removeprefix("--lang=")
    return spoken(found) if found in LANGUAGES else ENGLISH
