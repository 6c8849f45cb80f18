"""How to cite the library and a table, and which versions of what it runs on."""

from __future__ import annotations

import platform
import re
import sys
from functools import cache
from importlib import metadata

from iomodel.arguments import typed
from iomodel.catalog import data_folder
from iomodel.sam import SAM
from iomodel.table import IOTable
from iomodel.text import wrapped

NEEDED = ("numpy", "scipy", "pandas", "xarray", "openpyxl", "tomli-w", "threadpoolctl")
OPTIONAL = ("matplotlib", "plotly", "dask", "tqdm", "pyarrow", "hypothesis", "pytest")


@typed
def citation(table: IOTable | SAM | None = None) -> str:
    """How to cite the library and, where one is given, the table or SAM that figures come from.

    Plain text and a BibTeX entry, from the file CITATION.cff of the library and the `meta` of the
    table: title, source, licence, and the fingerprint of the official file where it is known.
    Cost: reading one file.

    >>> import iomodel as im
    >>> print(im.citation(im.load("miller-blair-2x2")).splitlines()[0])
    The iomodel developers, iomodel: input-output and social-accounting-matrix analysis in Python,
    """
    cff = _cff()
    lines = [
        f"{cff['author']}, {cff['title']},",
        f"version {cff['version']}, licence {cff['license']}.",
        *([] if table is None else ["", *_of(table)]),
        "",
        "@software{iomodel,",
        f"  author = {{{{{cff['author']}}}}},",
        f"  title = {{{{{cff['title']}}}}},",
        f"  version = {{{cff['version']}}},",
        f"  license = {{{cff['license']}}}",
        "}",
    ]
    return "\n".join(lines)


def _of(table: IOTable | SAM) -> list[str]:
    """The lines of one table: what it is, and whose figures they are."""
    meta = table.meta
    said = [meta.unit, f"{meta.prices} prices" if meta.prices else ""]
    lines = [f"{meta.title} ({', '.join(filter(None, said))})."]
    facts = {
        "Source": meta.source or "not given",
        "Licence": meta.licence,
        "Projected": meta.projected,
        "Official file, sha256": meta.sha256,
    }
    lines += [f"{name}: {value}" for name, value in facts.items() if value]
    return [line for text in lines for line in wrapped(text, hang=2)]


@cache
def _cff() -> dict[str, str]:
    """The plain lines of CITATION.cff; a list of authors gives their names."""
    text = data_folder("CITATION.cff").read_text(encoding="utf-8")
    found = dict(re.findall(r'^(\w[\w-]*): "?([^"\n]+?)"?$', text, re.MULTILINE))
    names = re.findall(r'^ +- name: "?([^"\n]+?)"?$', text, re.MULTILINE)
    return {**found, "author": " and ".join(names)}


def show_versions() -> None:
    """Print what a report of a fault should hold: versions, BLAS libraries and their threads.

    Versions of Python, the platform, iomodel, what it needs and what it may use; then each BLAS
    library that is loaded with the number of its threads.  Cost: loading scipy.

    >>> import iomodel as im
    >>> im.show_versions()  # doctest: +ELLIPSIS
    iomodel ...
    """
    import scipy.linalg  # noqa: F401  it brings a BLAS of its own
    from threadpoolctl import threadpool_info

    rows = {
        "iomodel": _cff()["version"],
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        **{name: _version(name) for name in NEEDED},
        **{f"{name} (optional)": _version(name) for name in OPTIONAL},
    }
    for pool in threadpool_info():
        name = f"{pool['internal_api']} ({pool['user_api']})"
        rows.setdefault(name, "")
        rows[name] += f"{pool.get('version') or 'version unknown'}, {pool['num_threads']} threads; "
    size = max(map(len, rows))
    print("\n".join(f"{name:<{size}}  {value.rstrip('; ')}" for name, value in rows.items()))


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"
