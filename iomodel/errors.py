"""What can go wrong, each by its own name: the exceptions and warnings of the whole library."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Self

SHOWN = 20


def report(
    fact: str, findings: Sequence[str] = (), remedy: str = "", *, more: str = "and {n} more"
) -> str:
    """Word an error: the fact, at most twenty findings (the rest counted), then what to do.

    >>> print(report("Two labels repeat.", ["'3361' twice"], "Name each sector once."))
    Two labels repeat.
      '3361' twice
    Name each sector once.
    """
    lines = [fact, *(f"  {finding}" for finding in findings[:SHOWN])]
    if len(findings) > SHOWN:
        lines.append(f"  {more.format(n=len(findings) - SHOWN)}")
    if remedy:
        lines.append(remedy)
    return "\n".join(lines)


class IOModelError(Exception):
    """Base of every error raised on purpose by the library."""

    code = "IOM-000"
    key = ""  # of its texts in the languages of the command; without one it is told in English
    places: Mapping[str, Any] = MappingProxyType({})
    rows: tuple[Mapping[str, Any], ...] = ()  # what fills the places of each finding

    def __init__(self, fact: str, findings: Sequence[str] = (), remedy: str = "") -> None:
        super().__init__(report(fact, findings, remedy))
        self.findings = tuple(findings)
        self.remedy = remedy

    def keyed(self, key: str, rows: Sequence[Mapping[str, Any]] = (), **places: object) -> Self:
        """This error with the key of its texts, and what fills their places."""
        self.key, self.rows, self.places = key, tuple(rows), MappingProxyType(places)
        return self


class ArgumentError(IOModelError, TypeError):
    """Something else is given than the function takes: a frame or a SAM for a table, nothing."""

    code = "IOM-A01"


class TableError(IOModelError, ValueError):
    """The numbers are not a table: not finite, wrong shape, wrong sign."""

    code = "IOM-T01"


class LabelError(TableError):
    """Names repeat, are missing or are unknown."""

    code = "IOM-T02"


class BalanceError(TableError):
    """An accounting identity does not hold; `.residual` is the largest gap."""

    code = "IOM-T03"
    residual: float = float("nan")


class UnitError(TableError):
    """Different units, prices, currencies, years or valuations were combined."""

    code = "IOM-T04"


class ReadError(IOModelError):
    """A file cannot be read as what was asked; `.file`, `.sheet` and `.cell` say where."""

    code = "IOM-R00"

    def __init__(
        self,
        fact: str,
        findings: Sequence[str] = (),
        remedy: str = "",
        *,
        file: str = "",
        sheet: str = "",
        cell: str = "",
    ) -> None:
        super().__init__(fact, findings, remedy)
        self.file, self.sheet, self.cell = file, sheet, cell


class FileError(ReadError, OSError):
    """The file is missing, empty, truncated, encrypted or of another kind than its name says."""

    code = "IOM-R01"

    def __str__(self) -> str:
        return str(self.args[0])


class LayoutError(ReadError, ValueError):
    """The file is readable, but not laid out as any table the reader knows."""

    code = "IOM-R02"


class CellError(ReadError, ValueError):
    """A cell that must hold a number holds something else."""

    code = "IOM-R03"


class WriteError(IOModelError, OSError):
    """A file cannot be written; what stood there before is untouched."""

    code = "IOM-W01"

    def __str__(self) -> str:
        return str(self.args[0])


class MissingAccountError(IOModelError, LookupError):
    """The question needs imports, wages, jobs, a key ... that the table does not have."""

    code = "IOM-M01"


class MissingExtraError(IOModelError, ImportError):
    """Another package is needed that is not installed; the message says how to install it."""

    code = "IOM-M02"


class NotProductiveError(IOModelError, ArithmeticError):
    """Hawkins-Simon fails; `.spectral_radius` and `.sectors` (the irreducible block) say where."""

    code = "IOM-N01"
    spectral_radius: float = float("nan")
    sectors: tuple[str, ...] = ()


class SingularError(NotProductiveError):
    """I - A has no inverse to working precision."""

    code = "IOM-N02"


class ConvergenceError(IOModelError, RuntimeError):
    """An iteration stopped before its tolerance; `.iterations` and `.residual` say how far."""

    code = "IOM-N03"
    iterations: int = 0
    residual: float = float("nan")


class TooLargeError(IOModelError, MemoryError):
    """What was asked needs more memory than there is; nothing was allocated."""

    code = "IOM-N04"


class ClusterError(IOModelError, ConnectionError):
    """The machines that hold the flows cannot be reached any more."""

    code = "IOM-C01"

    def __str__(self) -> str:
        return str(self.args[0])


class IOModelWarning(UserWarning):
    """Base of every warning of the library."""


class NegativeFlowWarning(IOModelWarning):
    """A flow that is usually positive is negative (value added, exports, consumption)."""


class KindWarning(IOModelWarning):
    """A row is counted as value added, and its name says that it is something else."""


class IllConditionedWarning(IOModelWarning):
    """I - A is close to singular: the message says how many digits are left."""


class PerformanceWarning(IOModelWarning):
    """What was asked needs much time or memory, and there is a cheaper question."""


def warn(message: str, category: type[IOModelWarning]) -> None:
    """Warn at the line of the caller outside the library, however deep inside the cause is."""
    level, frame = 1, inspect.currentframe()
    while frame is not None and frame.f_globals.get("__name__", "").split(".")[0] == "iomodel":
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)
