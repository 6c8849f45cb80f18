"""What every section of a report is asked about: a table, a sector, and the words to use."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from iomodel import leakage
from iomodel.accounts import show
from iomodel.card.words import unit_of
from iomodel.errors import MissingAccountError, TableError, UnitError
from iomodel.lang import Language, spoken
from iomodel.naming import in_language
from iomodel.reproduction.answers import Answer, answer_of
from iomodel.table import IOTable


@dataclass(frozen=True, eq=False)
class Asked:
    """A sector of a table, and the language of the report."""

    table: IOTable
    at: int
    say: Language

    @classmethod
    def of(cls, table: IOTable, sector: Hashable, lang: str) -> Asked:
        """LabelError for an unknown sector (with the nearest names) or language."""
        if isinstance(sector, str) and table.accounts.regions and "," in sector:
            sector = tuple(part.strip() for part in sector.split(",", 1))
        say = spoken(lang)
        table = in_language(table, say)
        return cls(table, table.accounts.position(sector), say)

    @cached_property
    def w(self) -> Mapping[str, str]:
        """The words of the report by key."""
        return self.say.section("report")

    @property
    def code(self) -> str:
        return show(self.table.accounts.keys[self.at])

    @property
    def name(self) -> str:
        return str(self.table.accounts.names[self.at])

    @property
    def unit(self) -> str:
        return unit_of(self.table.meta.unit, self.say) or self.say.said("units of the table")

    @property
    def year(self) -> str:
        year = self.table.meta.year
        return self.w["hero.undated"] if year is None else str(year)

    @property
    def names(self) -> dict[str, str]:
        """Names by code: of categories of final demand in words of the report, of sectors."""
        categories = self.table.categories
        found = dict(zip(map(show, categories.keys), map(str, categories.names), strict=True))
        for key, kind in zip(categories.keys, categories.kinds, strict=True):
            if categories.kinds.count(kind) == 1:
                found[show(key)] = self.w[f"demand.{kind}"]
        accounts = self.table.accounts
        return found | dict(zip(map(show, accounts.keys), map(str, accounts.names), strict=True))

    @property
    def rungs(self) -> dict[str, str]:
        w = self.w
        groups = {
            "leaves": w["peso.leaves"],
            "foreign-owned, not recorded as leaving": w["peso.foreign"],
            "stays": w["peso.stays"],
            "hatched: through suppliers": w["peso.hatched"],
        }
        return self.say.section("report.rung") | groups

    @cached_property
    def _answer(self) -> Answer | str:
        try:
            key = self.table.accounts.keys[self.at]
            leakage.default_key(self.table)
            return answer_of(self.table, key)
        except (MissingAccountError, UnitError, TableError) as error:
            return self.say.fact(error)

    @property
    def answer(self) -> Answer | None:
        """The answers about income abroad, where the table allows any."""
        return None if isinstance(self._answer, str) else self._answer

    @property
    def no_answer(self) -> str:
        """Why there are none."""
        return self._answer if isinstance(self._answer, str) else ""

    def digest(self) -> str:
        """sha256 of the figures used: labels and every block, in the order of the table."""
        found = hashlib.sha256()
        blocks = self.table.arrays
        for accounts in (self.table.accounts, self.table.categories, self.table.inputs):
            found.update("\n".join(map(show, accounts.keys)).encode())
        for array in (blocks.Z, blocks.Y, blocks.V, blocks.W, blocks.x):
            found.update(np.ascontiguousarray(array, dtype="<f8").tobytes())
        return found.hexdigest()
