"""The balance of payments as a value: income paid abroad, item by item, with its vintage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from iomodel.arguments import typed
from iomodel.display import as_html, as_text, money, several
from iomodel.errors import LabelError, MissingAccountError, UnitError
from iomodel.table import IOTable

TREATMENTS = (
    "from_surplus",
    "from_compensation",
    "from_government",
    "in_imports",
    "capital_account",
    "unallocated",
)
BASES = ("foreign_equity", "corporate_surplus", "public_enterprises", "technology", "")


@dataclass(frozen=True)
class Item:
    """One payment abroad: its amount (million units of the foreign currency) and what it leaves.

    `treatment` is what the payment is taken from in a table with observed imports and
    `treatment_projected` in one projected from another year (licence payments are imports in the
    first kind and hidden in value added in the second); `base` is what it is spread by.
    """

    code: str
    name: str
    amount: float
    treatment: str
    base: str = ""
    treatment_projected: str = ""
    vintage: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        for value, known, what in (
            (self.treatment, TREATMENTS, "treatment"),
            (self.treatment_projected or self.treatment, TREATMENTS, "treatment_projected"),
            (self.base, BASES, "base"),
        ):
            if value not in known:
                raise LabelError(
                    f"Balance-of-payments item '{self.code}' has {what} {value!r}.",
                    remedy=f"Known: {', '.join(k for k in known if k)}.",
                )


@dataclass(frozen=True, repr=False)
class BalanceOfPayments:
    """Payments abroad of one country and year; `rate` turns them into the table's currency."""

    country: str
    year: int
    items: tuple[Item, ...]
    rate: float
    currency: str
    foreign_unit: str
    source: str
    notes: tuple[str, ...] = ()

    def table(self) -> pd.DataFrame:
        """One line an item: amount in both currencies, treatment, base, vintage and note.

        >>> import iomodel as im
        >>> bop = im.load_bop("mexico", 2018)
        >>> float(bop.table().loc["dividends", "foreign"])
        9387.0
        """
        rows = {
            item.code: (
                item.name,
                item.amount,
                item.amount * self.rate,
                item.treatment,
                item.base,
                item.vintage,
                item.note,
            )
            for item in self.items
        }
        columns = ["name", "foreign", "local", "treatment", "base", "vintage", "note"]
        frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
        return frame.rename_axis("item")

    @typed
    def with_treatments(self, treatments: Mapping[str, str]) -> BalanceOfPayments:
        """A copy in which these items are treated so, whatever the table.

        >>> import iomodel as im
        >>> bop = im.load_bop("mexico", 2018)
        >>> other = bop.with_treatments({"technology": "from_surplus"})
        >>> str(other.table().loc["technology", "treatment"])
        'from_surplus'
        """
        codes = [item.code for item in self.items]
        unknown = [f"'{code}'" for code in treatments if code not in codes]
        if unknown:
            raise LabelError(
                f"{len(unknown)} treatments name no item of the balance of payments.",
                unknown,
                f"Items: {', '.join(codes)}.",
            )
        items = tuple(
            replace(item, treatment=treatments[item.code], treatment_projected="")
            if item.code in treatments
            else item
            for item in self.items
        )
        return replace(self, items=items)

    @typed
    def treatment(self, item: Item, table: IOTable) -> str:
        """What an item is taken from in this table: it belongs to the pair of item and table.

        >>> import iomodel as im
        >>> bop = im.load_bop("mexico", 2018)
        >>> technology = next(item for item in bop.items if item.code == "technology")
        >>> bop.treatment(technology, im.load("mexico-2018"))
        'in_imports'
        """
        return (table.meta.projected and item.treatment_projected) or item.treatment

    @typed
    def require_same(self, table: IOTable) -> None:
        """Raise unless table and balance of payments speak of one year, currency and price.

        >>> import iomodel as im
        >>> bop = im.load_bop("mexico", 2018)
        >>> bop.require_same(im.load("mexico-2018"))    # no error: one year, currency and price
        """
        meta = table.meta
        faults = []
        if meta.year != self.year:
            faults.append(f"year: table {meta.year}, balance of payments {self.year}")
        if meta.currency != self.currency or meta.unit != f"million {self.currency}":
            faults.append(
                f"unit: table {meta.unit!r} ({meta.currency or 'no currency'}), balance of "
                f"payments million {self.currency} after conversion"
            )
        if meta.prices != "current":
            faults.append(f"prices: table {meta.prices}, balance of payments current")
        if faults:
            raise UnitError(
                f"'{meta.title}' and the balance of payments of {self.country} {self.year} do not "
                "speak of the same money.",
                faults,
                "Take table and balance of payments of one year, at current prices; from a table "
                "at constant prices use shares of surplus, not amounts.",
            ).keyed("other_money", title=meta.title, country=self.country, year=self.year)
        if not self.items:
            raise MissingAccountError(
                "The balance of payments has no items.", remedy="Give at least one payment."
            )

    def _said(self) -> tuple[str, dict[str, str]]:
        largest = max(self.items, key=lambda item: item.amount, default=None)
        paid = sum(item.amount for item in self.items)
        return f"BalanceOfPayments of {self.country} {self.year}: {len(self.items)} items", {
            "unit": self.foreign_unit,
            "items": several([item.code for item in self.items]),
            "paid abroad": f"{money(paid)} in all",
            "largest": f"{largest.name}: {money(largest.amount)}" if largest else "",
            "rate": f"{self.rate:.6g}, to million {self.currency}",
            "source": self.source,
            "notes": " ".join(self.notes),
        }

    __repr__, _repr_html_ = as_text, as_html
