"""One file written whole or not at all: made beside its place and moved there when complete."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from iomodel.errors import WriteError


def write_whole(
    path: str | os.PathLike[str],
    save: Callable[[Path], object],
    *,
    suffix: str,
    overwrite: bool = False,
    example: str = "",
) -> Path:
    """Let `save` fill a file beside the place of `path`, then move it there; the path comes back.

    What stood there before is untouched by a failure.  WriteError for another name than
    `suffix`, an existing file (unless `overwrite=True`) and where nothing can be written.
    """
    target = Path(path)
    if target.suffix.lower() != suffix:
        raise WriteError(
            f"'{target}' is not called {suffix}.",
            remedy=f"Name it so: '{example or 'name'}{suffix}'.",
        ).keyed("not_called", file=target, kinds=suffix, example=f"{example or 'name'}{suffix}")
    if target.exists() and not (overwrite and target.is_file()):
        what = "exists" if target.is_file() else "is not a file"
        raise WriteError(
            f"'{target}' {what}.", remedy="Choose another name, or overwrite=True."
        ).keyed("exists" if target.is_file() else "not_a_file", file=target)
    staging: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.stem}-", suffix=suffix, dir=target.parent)
        os.close(handle)
        staging = Path(name)
        save(staging)
        os.chmod(staging, 0o644)
        os.replace(staging, target)
    except OSError as error:
        raise WriteError(
            f"'{target}' cannot be written: {error}.",
            remedy="Check that the folder exists, is yours and has room; nothing was changed.",
        ).keyed("unwritable", file=target, why=error.strerror or error) from error
    finally:
        if staging is not None:
            staging.unlink(missing_ok=True)
    return target
