"""How many threads BLAS may use: one for small systems, what the user set for large ones."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any

SMALL = 500


@cache
def _threads() -> Any:
    """What holds the BLAS libraries that are loaded: scipy brings one of its own, so it goes first.

    scipy is loaded with the first system that is solved, which makes the import of the package
    short for who only reads or looks.
    """
    import scipy.linalg  # noqa: F401
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def processors() -> int:
    """How many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


_entrance = Lock()
_inside: list[Any] = []  # those at work on small systems; the first holds the limit


@contextmanager
def few_threads(n: int) -> Iterator[None]:
    """One BLAS thread for small systems: more of them wait for each other longer than they work.

    The limit is one for the process: the first of several threads in sets it and the last out takes
    it back.
    """
    if n >= SMALL:
        yield
        return
    with _entrance:
        _inside.append(_inside[0] if _inside else _threads().limit(limits=1, user_api="blas"))
    try:
        yield
    finally:
        with _entrance:
            limit = _inside.pop()
            if not _inside:
                limit.restore_original_limits()
