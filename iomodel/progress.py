"""How far something long is, said on a terminal and nowhere else, once it takes seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeAlias, TypeVar

T = TypeVar("T")
Say: TypeAlias = Callable[[str], None]
QUIET = 2.0  # seconds before anything is said


@contextmanager
def shown(what: str) -> Iterator[Say]:
    """A line that the block rewrites as it goes: `say("12 passes")`."""
    start, spoken = time.monotonic(), False

    def say(text: str) -> None:
        nonlocal spoken
        passed = time.monotonic() - start
        if passed > QUIET and sys.stderr.isatty():
            print(f"\r{what}: {text}, {passed:.0f} s", end="", file=sys.stderr, flush=True)
            spoken = True

    try:
        yield say
    finally:
        if spoken:
            print(file=sys.stderr)


def counted(parts: Iterable[T], what: str, total: int) -> Iterator[T]:
    """The parts as they come, counted."""
    with shown(what) as say:
        for done, part in enumerate(parts, start=1):
            yield part
            say(f"{done} of {total}")
