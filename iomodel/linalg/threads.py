"""How many threads BLAS may use: one for small systems, what the user set for large ones."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from typing import Any

from threadpoolctl import ThreadpoolController

SMALL = 500
_threads = ThreadpoolController()


def processors() -> int:
    """How many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def few_threads(n: int) -> AbstractContextManager[Any]:
    """One BLAS thread for small systems: more of them wait for each other longer than they work."""
    limited: AbstractContextManager[Any] = _threads.limit(
        limits=1 if n < SMALL else None, user_api="blas"
    )
    return limited
