"""Adding up by a concordance: sectors of a table, accounts of a SAM."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

import numpy as np
import pandas as pd

from iomodel.accounts import Accounts, Array, as_code, show
from iomodel.errors import LabelError
from iomodel.sam import SAM
from iomodel.table import IOTable

Concordance = Mapping[Hashable, str] | pd.Series | Iterable[tuple[Hashable, str]]


Summable = TypeVar("Summable", IOTable, SAM)


def by(
    table: Summable, concordance: Concordance, *, names: Mapping[str, str] | None = None
) -> Summable:
    """The table with sectors added up: Z* = S Z S', x* = S x, every other block likewise.

    `concordance` gives each sector (code or full label) its group, as a mapping, a Series or
    pairs; a sector without a group, one with two, or a code the table does not have is listed in
    a LabelError.  Groups stand in the order in which they first appear in the table; a group of
    one sector keeps its name unless `names` gives another.  Nothing is lost: totals, identities,
    satellites and the unit stay.  Of a SAM, accounts that the concordance does not name stay as
    they are (activities are added up, institutions kept); a group holds accounts of one kind.

    Multipliers and linkages of the result are those of the coarser table and differ from the sums
    of the finer one unless the merged columns are alike or final demand is proportional to the
    table's own.  Cost: O(n^2).

    >>> import iomodel as im
    >>> small = im.aggregate.by(im.load("miller-blair-2x2"), {"1": "all", "2": "all"})
    >>> float(small.x["all"])
    3000.0

    Reference: Miller, R. E. and Blair, P. D. (2009), Input-Output Analysis, Cambridge University
    Press, chapter 4.
    """
    if isinstance(table, SAM):
        return _sam(table, concordance, names or {})
    groups = _groups(table.accounts, concordance)
    codes = list(dict.fromkeys(groups))
    at = [codes.index(group) for group in groups]
    accounts = _grouped(table.accounts, groups, codes, names or {})
    a = table.arrays
    blocks = replace(
        a,
        Z=_rows(_rows(a.Z, at).T, at).T,
        Y=_rows(a.Y, at),
        V=_rows(a.V.T, at).T,
        x=_rows(a.x, at),
        S=_rows(a.S.T, at).T,
    )
    note = f"{len(groups)} sectors added up to {len(codes)}"
    return replace(table, accounts=accounts, arrays=blocks, meta=table.meta.but(note))


def _sam(sam: SAM, concordance: Concordance, names: Mapping[str, str]) -> SAM:
    """T* = S T S'; accounts that the concordance does not name stay as they are."""
    pairs = _pairs(concordance)
    named = set()
    for label, _ in pairs:
        with suppress(LabelError):  # `_groups` lists the unknown ones
            named.add(sam.accounts.position(as_code(label, sam.accounts.axis)))
    rest = [(code, code) for i, code in enumerate(sam.accounts.codes) if i not in named]
    groups = _groups(sam.accounts, [*pairs, *rest])
    codes = list(dict.fromkeys(groups))
    at = [codes.index(group) for group in groups]
    note = f"{len(groups)} accounts added up to {len(codes)}"
    accounts = _grouped(sam.accounts, groups, codes, names)
    return SAM(accounts, _rows(_rows(sam.array, at).T, at).T, sam.meta.but(note))


def _rows(array: Array, at: Sequence[int]) -> Array:
    """Rows added up by group, one after the other: the same digits on every machine."""
    total = np.zeros((max(at) + 1, *array.shape[1:]))
    np.add.at(total, list(at), array)
    return total


def _pairs(concordance: Concordance) -> list[tuple[Hashable, str]]:
    if isinstance(concordance, (pd.Series, Mapping)):
        return [(key, str(group)) for key, group in concordance.items()]
    return list(concordance)


def _groups(accounts: Accounts, concordance: Concordance) -> list[str]:
    pairs = _pairs(concordance)
    found: dict[int, set[str]] = {}
    faults = []
    for label, group in pairs:
        try:
            at = accounts.position(label if accounts.regions else as_code(label, accounts.axis))
        except LabelError as error:
            faults.append(f"unknown '{show(label)}'. {error.remedy}")
            continue
        found.setdefault(at, set()).add(str(group))
    faults += [
        f"'{show(accounts.keys[at])}' is mapped to {', '.join(sorted(groups))}"
        for at, groups in found.items()
        if len(groups) > 1
    ]
    faults += [
        f"'{show(key)}' is not mapped ({accounts.names[i][:60]})"
        for i, key in enumerate(accounts.keys)
        if i not in found
    ]
    if faults:
        raise LabelError(
            f"The concordance does not fit the {len(accounts)} sectors: {len(faults)} faults.",
            faults,
            "Give each sector of the table exactly one group.",
        )
    return [next(iter(found[i])) for i in range(len(accounts))]


def _grouped(
    accounts: Accounts, groups: list[str], codes: list[str], names: Mapping[str, str]
) -> Accounts:
    members: dict[str, list[int]] = {code: [] for code in codes}
    for i, group in enumerate(groups):
        members[group].append(i)
    kinds, labels = [], []
    for code in codes:
        of_group = {accounts.kinds[i] for i in members[code]}
        if len(of_group) > 1:
            raise LabelError(
                f"Group '{code}' mixes accounts of kinds {', '.join(sorted(of_group))}.",
                [f"'{show(accounts.keys[i])}' is {accounts.kinds[i]}" for i in members[code]],
                "Add up accounts of one kind only.",
            )
        kinds.append(of_group.pop())
        alone = accounts.names[members[code][0]] if len(members[code]) == 1 else code
        labels.append(names.get(code, alone))
    return Accounts.of(codes, names=labels, kinds=kinds, axis=accounts.axis)
