"""What a file is, told by its content and not by its name, and why the others are refused."""

from __future__ import annotations

import hashlib
import os
import stat
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from iomodel.errors import FileError
from iomodel.lang import ENGLISH

MAX_BYTES = 256 * 2**20  # of a file that is held in memory
MAX_TEXT = 8 * 2**30  # of a text that is read as it passes
HEAD = 4096
CHUNK = 16 * 2**20
MAX_UNPACKED = 2**30

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE_AS_XLSX = "Open it in a spreadsheet program and save it as .xlsx."
_PAGE = (b"<!", b"<?", b"<html", b"<head", b"<body", b"<table", b"<meta")
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (  # how it begins; the key of its text; what
    (b"version https://git-lfs.github.com/spec", "a_pointer", "Git-LFS"),
    (b"\x89PNG", "a_picture", "PNG"),
    (b"\xff\xd8\xff", "a_picture", "JPEG"),
    (b"GIF8", "a_picture", "GIF"),
    (b"%PDF", "a_document", "PDF"),
    (b"\x93NUMPY", "a_numpy_array", "numpy"),
    (b"RDX", "an_r_workspace", "R"),
    (b"\x1f\x8b", "packed", "gzip"),
    (b"Rar!", "packed", "rar"),
    (b"7z\xbc\xaf", "packed", "7z"),
)
_OTHER_BOOKS = (
    ("xl/workbook.bin", "is a binary workbook (.xlsb)"),
    ("content.xml", "is an OpenDocument spreadsheet (.ods)"),
    ("Index/Document.iwa", "is a Numbers document"),
)


@dataclass(frozen=True, eq=False)
class Named:
    """A file, known by where it came from."""

    path: Path

    @property
    def name(self) -> str:
        """The name of the file without its folder."""
        return self.path.name

    def refusal(self, fact: str, remedy: str) -> FileError:
        """The error that says why this file cannot be read."""
        return FileError(f"{self.name} {fact}.", remedy=remedy, file=str(self.path))

    def refused(self, key: str, **places: object) -> FileError:
        """The same out of the texts of the pages, which say it in other languages too."""
        return _refused(self.path, key, file=self.name, **places)


@dataclass(frozen=True, eq=False)
class Source(Named):
    """A file in memory: where it came from, its bytes, and whether it is a workbook or text."""

    data: bytes
    kind: Literal["xlsx", "csv"]

    @cached_property
    def sha256(self) -> str:
        """The fingerprint of the bytes that were read."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, eq=False)
class Text(Named):
    """A text file that is read as it passes and never held: `chunks` starts it anew."""

    size: int
    chunks: Callable[[int], Iterator[bytes]]

    @cached_property
    def sha256(self) -> str:
        """The fingerprint of the file: reads it once."""
        digest = hashlib.sha256()
        for data in self.chunks(CHUNK):
            digest.update(data)
        return digest.hexdigest()


def _refused(path: Path, key: str, **places: Any) -> FileError:
    said = ENGLISH.section(f"errors.{key}")
    fact, remedy = (said[part].format(**places) for part in ("fact", "remedy"))
    return FileError(fact, remedy=remedy, file=str(path)).keyed(key, **places)


def chunks_of(file: Path, size: int) -> Iterator[bytes]:
    """The bytes of a file, so many at a time."""
    with file.open("rb") as opened:
        while data := opened.read(size):
            yield data


def open_source(path: str | os.PathLike[str]) -> Source:
    """The file at `path` in memory, its kind told by its content; FileError names what is wrong."""
    where = Path(path)
    _require_regular(where)
    try:
        data = where.read_bytes()
    except PermissionError as error:
        raise _forbidden(where) from error
    source = Source(where, data, "xlsx" if data.startswith(b"PK") else "csv")
    if source.kind == "xlsx":
        _require_workbook(source)
    else:
        _require_text(source)
    return source


def open_text(path: str | os.PathLike[str]) -> Text:
    """The text file at `path`, to be read as it passes; FileError names what is wrong.

    Its size may be MAX_TEXT: nothing is read but its beginning.
    """
    where = Path(path)
    _require_regular(where, MAX_TEXT)
    try:
        with where.open("rb") as file:
            head = file.read(HEAD)
    except PermissionError as error:
        raise _forbidden(where) from error
    if head.startswith((b"PK", _OLE)):
        raise open_source(where).refusal(
            "is a workbook, not text", "Give the csv, as it is published."
        )
    _require_text(Source(where, head, "csv"))
    return Text(where, where.stat().st_size, lambda size: chunks_of(where, size))


def require_file(path: str | os.PathLike[str]) -> Path:
    """The path of a regular file that is not empty; FileError names what is wrong."""
    where = Path(path)
    _require_regular(where, MAX_TEXT)
    return where


def _forbidden(where: Path) -> FileError:
    return FileError(
        f"{where} may not be read: permission denied.",
        remedy="Close the program that holds it open, or change its permissions.",
        file=str(where),
    ).keyed("no_permission", file=where)


def _require_regular(where: Path, limit: int | None = None) -> None:
    largest = MAX_BYTES if limit is None else limit

    def refuse(fact: str, remedy: str) -> FileError:
        return FileError(f"{where} {fact}.", remedy=remedy, file=str(where))

    try:
        status = where.stat()
    except FileNotFoundError as error:
        raise _missing(where, refuse) from error
    except OSError as error:
        raise refuse(f"cannot be reached ({error.strerror})", "Check the path.") from error
    if stat.S_ISDIR(status.st_mode):
        inside = ", ".join(sorted(os.listdir(where))[:5])
        raise _refused(where, "a_folder" if inside else "no_file_in", file=where, inside=inside)
    if not stat.S_ISREG(status.st_mode):
        raise refuse("is not a regular file (a device or a pipe)", "Copy it to a file first.")
    if where.name.startswith("~$"):
        raise refuse(
            "is the mark Excel leaves while a workbook is open",
            f"Close Excel and read {where.name[2:]}.",
        )
    if status.st_size == 0:
        raise _refused(where, "an_empty_file", file=where)
    if status.st_size > largest:
        raise refuse(
            f"has {status.st_size:,} bytes; at most {largest:,} are read",
            "Keep only the sheet with the table (or raise iomodel.readers.files.MAX_BYTES).",
        )


def _missing(where: Path, refuse: Callable[[str, str], FileError]) -> FileError:
    """The error for a file that is not there, with the nearest names that are."""
    folder = where.parent
    names = os.listdir(folder) if folder.is_dir() else []
    near = ", ".join(get_close_matches(where.name, names, n=3, cutoff=0.4))
    if not folder.is_dir():
        key, remedy = "no_folder", f"The folder {folder} does not exist either."
    elif near:
        key, remedy = "no_file_near", f"Nearest names in {folder}: {near}."
    else:
        key = "no_file"
        remedy = f"The folder {folder} holds {len(names)} other files, none with a name like it."
    error = refuse("does not exist", remedy)
    return error.keyed(key, file=where, folder=folder, near=near, n=len(names))


def _require_text(source: Source) -> None:
    head = source.data[:HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for signature, key, kind in _SIGNATURES:
        if source.data.startswith(signature):
            raise source.refused(key, kind=kind)
    if source.data[:1] == b"\x80" and source.data[1:2] in b"\x02\x03\x04\x05":
        raise source.refusal(
            "is a Python pickle, which can run code when it is opened", "Export it as csv."
        )
    if b"/annex/objects/" in head and len(source.data) < HEAD:
        raise source.refusal(
            "is a git-annex pointer, not the data", "Fetch the data with: git annex get."
        )
    if source.data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in source.data:
            raise source.refused("a_password")
        raise source.refused("an_old_workbook", kind="97-2003 (.xls, BIFF)")
    if head.startswith(_PAGE):
        if b"office:spreadsheet" in head:
            raise source.refused("an_old_workbook", kind="2003 (SpreadsheetML)")
        raise source.refused("a_web_page")


def _require_workbook(source: Source) -> None:
    kind = "zip archive" if source.path.suffix.lower() == ".zip" else ".xlsx"
    try:
        archive = zipfile.ZipFile(BytesIO(source.data))
    except Exception as error:  # zipfile, zlib and struct each fail in their own way
        raise source.refused("a_cut_archive", kind=kind, why=str(error)) from error
    with archive:
        members = archive.infolist()
        names = [member.filename for member in members]
        twice = [name for name, count in Counter(names).items() if count > 1]
        if twice:
            raise source.refusal(
                f"holds the member '{twice[0]}' twice", "It was tampered with: get the original."
            )
        if "xl/workbook.xml" not in names:
            for member, fact in _OTHER_BOOKS:
                if member in names:
                    raise source.refusal(fact, _SAVE_AS_XLSX)
            listed = ", ".join(names[:5])
            raise source.refused("no_workbook", n=len(names), inside=listed)
        if any(member.flag_bits & 1 for member in members):
            raise source.refusal("is encrypted", "Save a copy without the password.")
        unpacked = sum(member.file_size for member in members)
        if unpacked > MAX_UNPACKED:
            raise source.refusal(
                f"would unpack to {unpacked:,} bytes, {unpacked / len(source.data):,.0f} times "
                "its size",
                "Keep only the sheet with the table.",
            )
        _refuse_entities(source, archive, names)


def _refuse_entities(source: Source, archive: zipfile.ZipFile, names: list[str]) -> None:
    for name in names:
        if not name.endswith((".xml", ".rels")):
            continue
        try:
            with archive.open(name) as member:
                head = member.read(4096)
        except Exception as error:  # as above
            raise source.refused("a_damaged_archive", member=name, why=str(error)) from error
        if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
            raise source.refusal(
                f"declares XML entities in '{name}', which no spreadsheet program writes",
                "Get the file from its official source.",
            )
