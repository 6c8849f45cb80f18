"""How far a long pass over stored flows is, said on a terminal and nowhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
QUIET = 2.0  # seconds before anything is said


def counted(parts: Iterable[T], what: str, total: int) -> Iterator[T]:
    """The parts as they come; on a terminal a line that counts them once it takes long."""
    start, said = time.monotonic(), False
    for done, part in enumerate(parts, start=1):
        yield part
        passed = time.monotonic() - start
        if passed > QUIET and sys.stderr.isatty():
            print(f"\r{what}: {done} of {total}, {passed:.0f} s", end="", file=sys.stderr)
            said = True
    if said:
        print(file=sys.stderr)
