"""Names of sectors and accounts in the language of a page."""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import cache
from typing import TypeVar, cast
from weakref import WeakKeyDictionary

from iomodel import catalog
from iomodel.lang import ENGLISH, Language
from iomodel.meta import Meta
from iomodel.sam import SAM
from iomodel.table import IOTable

Value = TypeVar("Value", IOTable, SAM)
# what was renamed, for as long as the value itself is held: one table has one Spanish twin, which
# is solved once
_TWINS: WeakKeyDictionary[IOTable | SAM, dict[str, IOTable | SAM]] = WeakKeyDictionary()


def in_language(value: Value, say: Language) -> Value:
    """The same figures with the names, title, assumptions and source in a language.

    INEGI's names where it has them; what nobody translated keeps its name.  A name is changed
    only where code and name are both those of a table that ships, or where a Mexican table has
    codes for names: another country's 311 stays what it is.  Cost: O(n); English is the table
    itself.

    >>> from iomodel.lang import spoken
    >>> in_language(catalog.load("mexico-2018"), spoken("es")).accounts.names[13]
    'Industria de las bebidas y del tabaco'
    """
    if say == ENGLISH:
        return value
    twins = _TWINS.setdefault(value, {})
    if say.code not in twins:
        twins[say.code] = _renamed(value, say)
    return cast(Value, twins[say.code])


def _renamed(value: IOTable | SAM, say: Language) -> IOTable | SAM:
    accounts, known = value.accounts, _names(say.code)
    bare = value.meta.country == "MEX"
    found = [
        known.get((code, "" if bare and name == code else name))
        for code, name in zip(accounts.codes, accounts.names, strict=True)
    ]
    names = tuple(new or old for new, old in zip(found, accounts.names, strict=True))
    meta = _said(value.meta, say, named="" not in found)
    return replace(value, accounts=replace(accounts, names=names), meta=meta)


def _said(meta: Meta, say: Language, *, named: bool) -> Meta:
    """What figures say of themselves, and that names stay where they do."""
    stay = () if named else (say("frame.names_stay"),)
    return replace(
        meta,
        title=say.said(meta.title),
        source=say.said(meta.source),
        licence=say.said(meta.licence),
        projected=say.said(meta.projected),
        assumptions=(*map(say.said, meta.assumptions), *stay),
        history=tuple(map(say.said, meta.history)),
    )


@cache
def _names(code: str) -> dict[tuple[str, str], str]:
    """Names by code and the name that a table has ('' for its code); read when first asked for."""
    file = catalog.data_folder("tables") / f"names-{code}" / "names.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        return {(row["code"], row["name"]): row["spanish"] for row in csv.DictReader(lines)}
