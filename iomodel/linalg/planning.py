"""What solving would do and need, said before anything is allocated."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal

import numpy as np

from iomodel.errors import TableError, TooLargeError
from iomodel.linalg.krylov import RESTART
from iomodel.linalg.threads import SMALL

PASSES = 20  # of an economy; the bound says when it is enough
Rhs = int | Literal["all", "diagonal"]


@dataclass(frozen=True)
class Plan:
    """How `rhs` right sides of n sectors would be solved: floating-point operations and bytes.

    `bytes` is what is allocated beside A itself, `how` the way, `why` the rule that chose it.
    """

    n: int
    rhs: Rhs
    how: str
    why: str
    flops: float
    bytes: float

    def require_room(self, available: float | None = None) -> None:
        """Raise TooLargeError, with the estimate and what else to ask, before allocating."""
        room = free_memory() if available is None else available
        if room is not None and self.bytes > room:
            raise TooLargeError(
                f"{_asked(self.rhs)} of {self.n} sectors needs {self.bytes / 1e9:.1f} GB beside "
                f"the table, and {room / 1e9:.1f} GB are free ({self.how}: {self.why}).",
                remedy="Ask for what you need of it: `L @ f`, `L.T @ v`, row and column sums need "
                f"{8 * self.n * (RESTART + 6) / 1e9:.2g} GB; or aggregate the table.",
            )


def plan(n: int, rhs: Rhs, *, how: str = "auto", entries: int | None = None) -> Plan:
    """The plan for so many right sides ("all": the inverse; "diagonal": its diagonal).

    `entries` is the number of entries of a sparse A, None for a dense one.
    """
    product = 2.0 * (n * n if entries is None else entries)
    square = 8.0 * n * n
    if rhs in ("all", "diagonal"):
        if rhs == "diagonal":
            return Plan(n, rhs, "lu", "inverses of the triangles", 4 / 3 * n**3, 2.5 * square)
        if how in ("auto", "inverse") and n >= SMALL:
            return Plan(n, rhs, "inverse", "by halves, in products", 2.0 * n**3, 1.8 * square)
        return Plan(n, rhs, "lu", "factors and unit vectors", 8 / 3 * n**3, 4 * square)
    if not isinstance(rhs, (int, np.integer)) or isinstance(rhs, bool) or rhs < 1:
        raise TableError(
            f"A plan for {rhs!r} right sides.", remedy='Give 1 or more, "all" or "diagonal".'
        )
    columns = int(rhs)
    chosen, why = ("lu" if how == "inverse" else how), "asked for"
    if how == "auto":
        if entries is not None:
            chosen, why = "krylov", "A is sparse or not in memory"
        elif n < SMALL:
            chosen, why = "lu", f"fewer than {SMALL} sectors"
        elif columns * 80 < n:
            chosen, why = "krylov", "fewer right sides than n / 80"
        else:
            chosen, why = "lu", "as many right sides as n / 80 or more"
    if chosen in ("krylov", "series"):
        kept = RESTART + 6 if chosen == "krylov" else 3
        return Plan(n, rhs, chosen, why, PASSES * product * columns, 8.0 * n * columns * kept)
    size = 0.5 if chosen == "lu32" else 1.0
    flops = 2 / 3 * n**3 + 2.0 * n * n * columns
    return Plan(n, rhs, chosen, why, flops, size * 2 * square + 16.0 * n * columns)


def free_memory() -> float | None:
    """Bytes that can still be had, where the system says so."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            for line in file:
                if line.startswith("MemAvailable:"):
                    return float(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        return float(os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, OSError, ValueError):
        return None


def _asked(rhs: Rhs) -> str:
    if rhs == "all":
        return "The whole inverse"
    return "The diagonal of the inverse" if rhs == "diagonal" else f"Solving {rhs} right sides"
