"""The matrix of a social accounting matrix while it is filled, payment by payment, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from iomodel.accounts import Array
from iomodel.errors import BalanceError, LabelError
from iomodel.meta import Meta
from iomodel.sam import SAM

DISCREPANCY = "discrepancy"


class Flows:
    """Payments between activities and other accounts; it leaves `construct` only as a SAM.

    `others` maps the code of each account that is no activity to its kind and name.
    """

    def __init__(
        self,
        activities: Sequence[str],
        names: Sequence[str],
        others: Mapping[str, tuple[str, str]],
    ) -> None:
        clash = [f"'{code}'" for code in activities if code in others]
        if clash:
            raise LabelError(
                f"{len(clash)} activities are called as accounts of the SAM are.",
                clash,
                "Give the sectors of the table other codes.",
            )
        self.activities = list(activities)
        self.kinds = dict.fromkeys(self.activities, "activity")
        self.kinds |= {code: kind for code, (kind, _) in others.items()}
        self.names = dict(zip(activities, names, strict=True))
        self.names |= {code: name for code, (_, name) in others.items()}
        self.at = {code: i for i, code in enumerate(self.kinds)}
        self.array = np.zeros((len(self.at), len(self.at)))

    def pay(self, to: str, of: str, amount: float) -> None:
        """Add a payment; a negative one is paid the other way."""
        if amount < 0:
            to, of, amount = of, to, -amount
        self.array[self.at[to], self.at[of]] += amount

    def add(self, to: str, of: str, amount: float) -> None:
        """Add a payment with its sign, as the table has it (a subsidy stays a negative tax)."""
        self.array[self.at[to], self.at[of]] += amount

    def pay_by_activity(self, to: str, amounts: Array) -> None:
        """Add what each activity pays an account."""
        self.array[self.at[to], : len(self.activities)] += amounts

    def buy(self, of: str, amounts: Array) -> None:
        """Add what an account pays each activity."""
        self.array[: len(self.activities), self.at[of]] += amounts

    def paid(self, account: str) -> float:
        """What an account pays so far."""
        return float(self.array[:, self.at[account]].sum())

    def left(self, account: str) -> float:
        """What an account has received and not yet paid."""
        return float(self.array[self.at[account]].sum()) - self.paid(account)

    def close(self, allowed: float) -> None:
        """Put what does not close, if it is small, into an account of its own."""
        gap = self.array.sum(axis=1) - self.array.sum(axis=0)
        labels = list(self.at)
        wrong = [int(i) for i in np.argsort(-np.abs(gap)) if abs(gap[i]) > allowed]
        if wrong:
            error = BalanceError(
                f"The SAM does not close: '{labels[wrong[0]]}' receives {gap[wrong[0]]:.6g} more "
                f"than it pays (allowed {allowed:.3g}).",
                [f"'{labels[i]}': {gap[i]:.6g}" for i in wrong],
                "A flow is missing, or table and accounts disagree.",
            )
            error.residual = float(abs(gap[wrong[0]]))
            raise error
        for label, value in zip(labels, gap, strict=True):
            if label != DISCREPANCY:
                self.pay(DISCREPANCY, label, float(value))

    def sam(self, meta: Meta, *, balanced: bool = True) -> SAM:
        """The matrix as a value."""
        labels = list(self.at)
        frame = pd.DataFrame(self.array, index=labels, columns=labels)
        return SAM.from_frame(
            frame, kinds=self.kinds, names=self.names, meta=meta, balanced=balanced
        )
