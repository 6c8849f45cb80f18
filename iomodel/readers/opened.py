"""A path as it is looked at to tell what it holds: opened once, and no more of it than is asked."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from iomodel.readers.cells import Grid, read_grids
from iomodel.readers.files import HEAD, Source, open_source


@dataclass(frozen=True, eq=False)
class Opened:
    """A file or a folder, of which nothing is read before it is asked for."""

    path: Path

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The files in a folder or a zip archive that is no workbook, by their path in it."""
        if self.path.is_dir():
            found = sorted(p for p in self.path.rglob("*") if p.is_file())
            return tuple(p.relative_to(self.path).as_posix() for p in found[:100_000])
        if not self.begins(b"PK"):
            return ()
        try:
            with zipfile.ZipFile(self.path) as archive:
                return tuple(archive.namelist())
        except Exception:  # of zipfile, zlib, struct: whoever opens it says so with its name
            return ()

    def begins(self, mark: bytes) -> bool:
        """Whether it is a file whose first bytes are these."""
        if not self.path.is_file():
            return False
        try:
            with self.path.open("rb") as file:
                return file.read(len(mark)) == mark
        except OSError:
            return False

    @cached_property
    def first_line(self) -> tuple[str, ...]:
        """The fields of the first line of a text file."""
        if not self.path.is_file() or self.begins(b"PK"):
            return ()
        try:
            with self.path.open("rb") as file:
                line = file.readline(2**24)
        except OSError:
            return ()
        if b"\0" in line[:HEAD]:
            return ()
        text = line.decode("utf-8-sig", errors="replace").strip()
        return tuple(field.strip().strip('"') for field in re.split(r"[,;\t]", text))

    @cached_property
    def source(self) -> Source:
        """The file in memory."""
        return open_source(self.path)

    @cached_property
    def grids(self) -> tuple[Grid, ...]:
        """Its sheets; none of a folder."""
        return () if self.path.is_dir() else read_grids(self.source)


@dataclass(frozen=True, eq=False)
class Kind:
    """One layout: what it is called, how it is told, and how it is read.

    `fits` looks at as little as it can; `read` gives a table, a SAM, or a frame of a series, whose
    `.attrs` may hold "not_available" and "notes"; a layout that a room above reads has the name of
    its reader there, `above`, instead.  `about` are notes for every report.
    """

    what: str
    fits: Callable[[Opened], bool]
    read: Callable[[Opened], object] | None = None
    about: tuple[str, ...] = field(default=())
    above: str = ""
