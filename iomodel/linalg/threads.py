"""How many threads BLAS may use: one for small systems, what the user set for large ones."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from functools import cache
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


def few_threads(n: int) -> AbstractContextManager[Any]:
    """One BLAS thread for small systems: more of them wait for each other longer than they work."""
    limited: AbstractContextManager[Any] = _threads().limit(
        limits=1 if n < SMALL else None, user_api="blas"
    )
    return limited
