"""The text files of a table that comes as a folder or as a zip archive, found by their names."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from iomodel.errors import FileError
from iomodel.readers.files import CHUNK, MAX_TEXT, Named, Source, Text, chunks_of


@dataclass(frozen=True, eq=False)
class Members:
    """Files under one root, by their path below it ('Z.txt', 'satellite/F.txt')."""

    path: Path
    names: tuple[str, ...]
    sha256: str
    _sizes: Mapping[str, int]
    _chunks: Callable[[str, int], Iterator[bytes]]

    def text(self, name: str) -> Text:
        """One file, read as it passes; FileError where it is not there, with those that are."""
        if name not in self.names:
            raise FileError(
                f"'{self.path}' has no file '{name}'.",
                remedy=f"It holds {', '.join(self.names[:8]) or 'nothing'}.",
                file=str(self.path),
            )
        size = self._sizes[name]
        if not size:
            raise _refuse(self.path, f"is cut: '{name}' is empty (0 bytes)", "Download it again.")
        if size > MAX_TEXT:
            raise _refuse(
                self.path,
                f"holds '{name}' of {size:,} bytes; at most {MAX_TEXT:,} are read",
                "Raise iomodel.readers.files.MAX_TEXT if the time is there.",
            )
        return Text(Path(name), size, lambda chunk: self._chunks(name, chunk))

    def source(self, name: str) -> Source:
        """The same in memory."""
        return Source(Path(name), b"".join(self.text(name).chunks(CHUNK)), "csv")


def open_members(path: str | os.PathLike[str], anchor: str) -> Members:
    """The files around the one called `anchor` ('Z.txt'), in a folder or a zip archive.

    Nothing is unpacked to disk.  FileError for a path that is neither, an archive that is cut
    short, encrypted, holds a name twice or one outside itself, a member larger than MAX_TEXT, and
    for no anchor or several.
    """
    where = Path(path)
    if where.is_dir():
        return _folder(where, anchor)
    if not where.is_file():
        raise FileError(
            f"{where} does not exist.", remedy="Give the folder or the zip.", file=str(where)
        )
    return _archive(where, anchor)


def _refuse(where: Path, fact: str, remedy: str) -> FileError:
    return FileError(f"{where} {fact}.", remedy=remedy, file=str(where))


def _folder(where: Path, anchor: str) -> Members:
    files = sorted(p for p in where.rglob("*.txt") if p.is_file())
    root = PurePosixPath(_root(where, [p.relative_to(where).as_posix() for p in files], anchor))
    inside = where / root
    sizes = {
        p.relative_to(inside).as_posix(): p.stat().st_size for p in files if inside in p.parents
    }
    return Members(
        where, tuple(sizes), "", sizes, lambda name, size: chunks_of(inside / name, size)
    )


def _archive(where: Path, anchor: str) -> Members:
    try:
        with zipfile.ZipFile(where) as archive:
            members = archive.infolist()
    except Exception as error:  # zipfile, zlib and struct each fail in their own way
        raise Named(where).refused("a_cut_archive", kind="zip archive", why=str(error)) from error
    listed = [member.filename for member in members if not member.is_dir()]
    twice = [name for name, count in Counter(listed).items() if count > 1]
    outside = [name for name in listed if name.startswith("/") or ".." in name.split("/")]
    if twice or outside:
        what = f"the member '{twice[0]}' twice" if twice else f"a member outside it '{outside[0]}'"
        raise _refuse(where, f"holds {what}", "It was tampered with: get the original.")
    if any(member.flag_bits & 1 for member in members):
        raise _refuse(where, "is encrypted", "Save a copy without the password.")
    root = _root(where, listed, anchor)
    prefix = f"{root}/" if root != "." else ""
    sizes = {
        member.filename.removeprefix(prefix): member.file_size
        for member in members
        if member.filename in listed and member.filename.startswith(prefix)
    }

    def chunks(name: str, size: int) -> Iterator[bytes]:
        try:
            with zipfile.ZipFile(where) as archive, archive.open(prefix + name) as member:
                while data := member.read(size):
                    yield data
        except Exception as error:  # as above
            raise Named(where).refused("a_damaged_archive", member=name, why=str(error)) from error

    with where.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Members(where, tuple(sizes), digest, sizes, chunks)


def _root(where: Path, names: list[str], anchor: str) -> str:
    found = [str(PurePosixPath(n).parent) for n in names if PurePosixPath(n).name == anchor]
    if len(found) != 1:
        listed = ", ".join(found or sorted(names)[:8]) or "no text file"
        raise _refuse(
            where, f"holds {len(found)} files '{anchor}', one is needed", f"It holds: {listed}."
        )
    return found[0]
