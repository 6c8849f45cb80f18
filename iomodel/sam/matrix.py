"""The social accounting matrix as an immutable value, with its checks and its cut."""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from iomodel.accounts import Accounts, Array, as_code, show
from iomodel.arguments import CUT, typed
from iomodel.display import as_html, as_text, gap, several
from iomodel.errors import BalanceError, LabelError, TableError
from iomodel.identities import RELATIVE
from iomodel.meta import Meta, said
from iomodel.sam.aggregates import aggregates
from iomodel.sam.kinds import ABROAD, REST_OF_WORLD, SAM_KINDS
from iomodel.sam.model import SAMModel
from iomodel.storage import write_folder
from iomodel.workbook import write_workbook


@dataclass(frozen=True, eq=False, repr=False)
class SAM:
    """A square matrix of transactions: row receives from column, every row equal to its column.

    Kinds of account: activity, commodity, factor, institution, tax, saving-investment, and the
    rest of the world either whole (row) or split into trade, income, transfers and their balance
    (row-trade, row-income, row-transfers, row-balance), which is what national income can be read
    from.

    >>> sam = SAM.from_frame(
    ...     pd.DataFrame([[0.0, 5], [5, 0]], ["firms", "people"], ["firms", "people"]),
    ...     kinds={"firms": "activity", "people": "institution"},
    ... )
    >>> float(sam.totals["people"])
    5.0

    Reference: Pyatt, G. and Round, J. I. (1979), Accounting and fixed price multipliers in a
    social accounting matrix framework, Economic Journal 89(356), 850-873.
    """

    accounts: Accounts
    array: Array
    meta: Meta = field(default_factory=Meta)

    def __post_init__(self) -> None:
        n = len(self.accounts)
        array = np.array(self.array, dtype=np.float64)
        if array.shape != (n, n) or n == 0:
            raise TableError(
                f"The transactions have shape {array.shape}; {n} accounts need {(n, n)}.",
                remedy="A SAM is square: one row and one column for each account.",
            )
        bad = np.argwhere(~np.isfinite(array))
        if len(bad):
            keys = self.accounts.keys
            raise TableError(
                f"{len(bad)} transactions are not finite.",
                [f"row '{show(keys[i])}', column '{show(keys[j])}': {array[i, j]}" for i, j in bad],
                "Put a number there; a missing value is never taken as zero.",
            )
        unknown = [
            f"'{code}': '{kind}'"
            for code, kind in zip(self.accounts.codes, self.accounts.kinds, strict=True)
            if kind not in SAM_KINDS
        ]
        if unknown:
            raise LabelError(
                f"{len(unknown)} accounts have a kind that is not known.",
                unknown,
                f"Known kinds: {', '.join(SAM_KINDS)}.",
            )
        array.setflags(write=False)
        object.__setattr__(self, "array", array)

    @classmethod
    @typed
    def from_frame(
        cls,
        transactions: pd.DataFrame,
        *,
        kinds: Mapping[str, str],
        names: Mapping[str, str] | None = None,
        meta: Meta | None = None,
        balanced: bool = True,
    ) -> SAM:
        """A SAM from a square frame whose rows and columns may stand in any order.

        Every account needs a kind.  An account that stands on one side only raises LabelError;
        rows that differ from their columns raise BalanceError unless `balanced=False` (the way in
        for a SAM that is still to be balanced).
        """
        rows = [as_code(label, "account") for label in transactions.index]
        columns = [as_code(label, "account") for label in transactions.columns]
        lone = [f"'{c}' has a row but no column" for c in rows if c not in columns]
        lone += [f"'{c}' has a column but no row" for c in columns if c not in rows]
        lone += [f"'{c}' has no kind" for c in rows if c not in kinds]
        if lone:
            raise LabelError(
                f"{len(lone)} accounts of the SAM are incomplete.",
                lone,
                "Give every account a row, a column and a kind.",
            )
        accounts = Accounts.of(
            rows,
            names=[(names or {}).get(code, code) for code in rows],
            kinds=[kinds[code] for code in rows],
            axis="account",
        )
        array = accounts.block(transactions, accounts, "The SAM")
        sam = cls(accounts, array, meta or Meta(title="untitled SAM"))
        return sam.require_balanced() if balanced else sam

    @property
    def transactions(self) -> pd.DataFrame:
        """The matrix, row receives from column."""
        return self.accounts.frame(self.array, self.accounts.index)

    @property
    def totals(self) -> pd.Series:
        """What each account receives."""
        return self.accounts.series(self.array.sum(axis=1), "total")

    @property
    def gaps(self) -> pd.Series:
        """Received less paid, by account: zero in a balanced SAM."""
        return self.accounts.series(self.array.sum(axis=1) - self.array.sum(axis=0), "gap")

    def of_kind(self, *kinds: str) -> npt.NDArray[np.bool_]:
        """Which accounts are of these kinds, as a mask.

        >>> import iomodel as im
        >>> sam = im.load_sam("mexico-2013-21")
        >>> [sam.accounts.codes[i] for i in sam.accounts.of_kind("factor")][:2]
        ['labour', 'mixed-income']
        """
        return np.array([kind in kinds for kind in self.accounts.kinds], dtype=bool)

    def check(self) -> pd.DataFrame:
        """Both sides of every identity: each account's row and column, GDP three ways, saving
        against investment and the current account and, where income from abroad is kept apart,
        national income and disposable income.

        Production: what factors and taxes receive from activities, commodities and final buyers.
        Income: what factors receive and the taxes. Expenditure: purchases by institutions and
        investment, and exports, less imports.  National income is GDP and net income from abroad
        on the left, what residents receive on the right; disposable income is spent or saved.

        >>> import iomodel as im
        >>> sam = im.load_sam("mexico-2013-21")
        >>> bool(sam.check()["holds"].all())
        True
        """
        received, paid = self.array.sum(axis=1), self.array.sum(axis=0)
        worst = int(np.abs(received - paid).argmax())
        name = f"row = column, every account (worst: {show(self.accounts.keys[worst])})"
        rows = {name: (float(received[worst]), float(paid[worst]))}
        found = aggregates(self.array, self.accounts)
        rows["GDP: production = expenditure"] = (
            found["gdp_production"],
            found["gdp_expenditure"],
        )
        rows["GDP: production = income"] = (found["gdp_production"], found["gdp_income"])
        if "gni" in found:
            rows["GNI: GDP + net income from abroad = income of residents"] = (
                found["gni"],
                found["gni_received"],
            )
        if "disposable_income_gross" in found:
            rows["disposable income = consumption + saving"] = (
                found["disposable_income_gross"],
                found["consumption"] + found["saving"],
            )
        rows["saving = investment + current account"] = (
            found["saving"],
            found["investment"] + found["current_account"],
        )
        frame = pd.DataFrame.from_dict(rows, orient="index", columns=["left", "right"])
        frame["residual"] = (frame["left"] - frame["right"]).abs()
        frame["tolerance"] = RELATIVE * float(self.totals.max())
        frame["holds"] = frame["residual"] <= frame["tolerance"]
        return frame.rename_axis("identity")

    def aggregates(self) -> pd.Series:
        """The national aggregates that the accounts hold, in the unit of the SAM.

        >>> import iomodel as im
        >>> sam = im.load_sam("mexico-2013-21")
        >>> round(float(sam.aggregates()["gdp_income"]))
        16277187
        """
        return pd.Series(aggregates(self.array, self.accounts), name="aggregates")

    def require_balanced(self) -> SAM:
        """This SAM if every row equals its column; BalanceError naming the accounts if not.

        >>> import iomodel as im
        >>> sam = im.load_sam("mexico-2013-21")
        >>> sam.require_balanced() is sam
        True
        """
        received, paid = self.array.sum(axis=1), self.array.sum(axis=0)
        gap = received - paid
        allowed = RELATIVE * float(np.abs(received).max())
        wrong = [int(i) for i in np.argsort(-np.abs(gap)) if abs(gap[i]) > allowed]
        if wrong:
            keys = self.accounts.keys
            error = BalanceError(
                f"'{self.meta.title}': {len(wrong)} of {len(gap)} accounts receive something "
                f"else than they pay; the largest gap is {abs(gap[wrong[0]]):.6g} "
                f"{self.meta.unit} (allowed {allowed:.3g}).",
                [
                    f"'{show(keys[i])}': receives {received[i]:.10g}, pays {paid[i]:.10g}, "
                    f"gap {gap[i]:.6g}"
                    for i in wrong
                ],
                "Nothing was repaired. To balance on purpose: iomodel.balance.ras or "
                "iomodel.balance.cross_entropy.",
            ).keyed(
                "unbalanced_sam",
                rows=[
                    {
                        "account": show(keys[i]),
                        "received": f"{received[i]:.10g}",
                        "paid": f"{paid[i]:.10g}",
                        "gap": f"{gap[i]:.6g}",
                    }
                    for i in wrong
                ],
                title=self.meta.title,
                over=len(wrong),
                n=len(gap),
                gap=f"{abs(gap[wrong[0]]):.6g} {self.meta.unit}".rstrip(),
                allowed=f"{allowed:.3g}",
            )
            error.residual = float(abs(gap[wrong[0]]))
            raise error
        return self

    @typed
    def cut(
        self,
        *,
        endogenous: Iterable[Hashable] | None = None,
        exogenous: Iterable[Hashable] | None = None,
    ) -> SAMModel:
        """The model in which some accounts are endogenous and the others inject and leak.

        Give one of the two lists; each entry is an account (code or full label) or a kind, which
        stands for all accounts of the kind ("row" for the whole rest of the world); what is both
        ("saving-investment") is taken as the kind.  Raises LabelError for an unknown entry,
        TableError where nothing is left on one side, BalanceError for a SAM still to be balanced.

        >>> import iomodel as im
        >>> sam = im.load_sam("mexico-2013-21")
        >>> model = sam.cut(exogenous=["government", "saving-investment", "tax", "row"])
        >>> model.A.shape, round(float(model.L.column_sums()["3361"]), 3)
        ((31, 31), 4.64)
        """
        if (endogenous is None) == (exogenous is None):
            raise LabelError(
                "Say which accounts are endogenous or which are exogenous, one of the two.",
                remedy=CUT,
            )
        listed = self._positions(endogenous if endogenous is not None else exogenous or ())
        inside = np.zeros(len(self.accounts), dtype=bool)
        inside[listed] = True
        if exogenous is not None:
            inside = ~inside
        if inside.all() or not inside.any():
            nothing = "exogenous" if inside.all() else "endogenous"
            raise TableError(
                f"No account of '{self.meta.title}' is left {nothing}.",
                remedy=f"A multiplier needs both: {CUT}.",
            )
        self.require_balanced()
        return SAMModel.of(self.array, self.accounts, inside, self.meta.title)

    def _positions(self, labels: Iterable[Hashable]) -> list[int]:
        found: list[int] = []
        for label in labels:
            kinds = ABROAD if label == REST_OF_WORLD else (str(label),)
            members = self.accounts.of_kind(*kinds)
            if label in self.accounts.keys or not members:
                members = [*members, self.accounts.position(label)]
            found += members
        return found

    @typed
    def to_folder(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Write the SAM as a folder of csv and toml that `iomodel.read_sam` reads back."""
        frames = {"accounts": self.accounts.table(), "transactions": self.transactions}
        description = {k: v for k, v in asdict(self.meta).items() if v is not None}
        return write_folder(path, frames, {"holds": "sam", **description}, overwrite=overwrite)

    @typed
    def to_excel(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Write the SAM as a workbook in the usual square layout, which `iomodel.read_sam` reads.

        Sheet 'SAM': labels in the first row and column, totals in the last; sheet 'accounts': code,
        name and kind of each.  Labels are text, numbers keep every digit.  Title, year and unit
        are not in it: a folder (`to_folder`) keeps those as well.  Raises WriteError for an
        existing file unless `overwrite=True`.

        >>> import tempfile
        >>> import iomodel as im
        >>> sam = im.load_sam("mexico-2013-21")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     back = im.read_sam(sam.to_excel(f"{folder}/sam.xlsx"))
        ...     back.accounts.codes == sam.accounts.codes
        True
        """
        codes = self.accounts.codes
        received, paid = self.array.sum(axis=1), self.array.sum(axis=0)
        lines = zip(codes, self.array.tolist(), received.tolist(), strict=True)
        square: list[list[str | float]] = [
            ["", *codes, "total"],
            *([code, *row, total] for code, row, total in lines),
            ["total", *paid.tolist(), float(paid.sum())],
        ]
        described = zip(codes, self.accounts.names, self.accounts.kinds, strict=True)
        accounts = [["code", "name", "kind"], *(list(line) for line in described)]
        return write_workbook(path, {"SAM": square, "accounts": accounts}, overwrite=overwrite)

    def _said(self) -> tuple[str, dict[str, str]]:
        gaps = self.gaps.abs()
        return f"SAM '{self.meta.title}': {len(self.accounts)} accounts", {
            **said(self.meta),
            **{kind: several(self.accounts.take(at).codes) for kind, at in self._kinds().items()},
            "largest gap": gap(gaps.max(), self.meta.unit, f"account {gaps.idxmax()}"),
        }

    def _kinds(self) -> dict[str, list[int]]:
        """The accounts of each kind; the rest of the world, whole or in parts, is one."""
        found: dict[str, list[int]] = {}
        for i, kind in enumerate(self.accounts.kinds):
            found.setdefault(REST_OF_WORLD if kind in ABROAD else kind, []).append(i)
        return found

    __repr__, _repr_html_ = as_text, as_html

    def __getstate__(self) -> dict[str, object]:
        return dict(self.__dict__)

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        self.array.setflags(write=False)
