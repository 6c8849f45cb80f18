"""Codes, names and kinds of a set of accounts: the one door through which labels meet arrays."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from iomodel.errors import LabelError, TableError

Array: TypeAlias = npt.NDArray[np.float64]
Labelled: TypeAlias = pd.Series | pd.DataFrame | Mapping[str, float] | npt.ArrayLike

SEPARATOR = " - "
EXACT_INTEGERS = 2**53
NOT_REAL = {"U": "text", "S": "text", "b": "true and false", "c": "complex numbers", "M": "dates"}


@dataclass(frozen=True)
class Accounts:
    """An ordered set of accounts, each with a code (unique), a name and a kind.

    With `regions` a code need only be unique inside its region, and results are indexed by
    (region, code).  `axis` is the name that the index of every result carries.

    >>> cars = Accounts.of(["3361", "3363"], names=["Cars", "Car parts"])
    >>> cars.array({"3363": 2.0, "3361": 1.0}, "demand")
    array([1., 2.])
    >>> cars.position("3363 - Car parts")
    1
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    regions: tuple[str, ...] = ()
    axis: str = "sector"

    def __post_init__(self) -> None:
        sizes = {len(self.codes), len(self.names), len(self.kinds)}
        if self.regions:
            sizes.add(len(self.regions))
        if len(sizes) > 1:
            raise LabelError(
                f"The labels of axis '{self.axis}' differ in number: {len(self.codes)} codes, "
                f"{len(self.names)} names, {len(self.kinds)} kinds.",
                remedy="Give one code, one name and one kind for each account.",
            )
        if not all(map(str.strip, self.codes)):
            empty = [f"position {i}" for i, code in enumerate(self.codes) if not code.strip()]
            raise LabelError(
                f"{len(empty)} labels of axis '{self.axis}' are empty.",
                empty,
                "Give every account a code.",
            )
        if len(set(self.keys)) < len(self.codes):
            raise self._repeats()

    def _repeats(self) -> LabelError:
        seen: dict[Hashable, int] = {}
        repeated = []
        for i, key in enumerate(self.keys):
            if key in seen:
                repeated.append(f"'{show(key)}' at positions {seen[key]} and {i}")
            else:
                seen[key] = i
        return LabelError(
            f"{len(repeated)} labels of axis '{self.axis}' repeat.",
            repeated,
            "Name each account once (or add the repeated ones up first).",
        )

    @classmethod
    def of(
        cls,
        codes: Iterable[object],
        *,
        names: Iterable[object] | None = None,
        kinds: Iterable[str] | str = "industry",
        regions: Iterable[object] | None = None,
        axis: str = "sector",
    ) -> Accounts:
        """Build accounts from any labels; a name defaults to its code, one kind serves all."""
        listed = as_codes(codes, axis)
        return cls(
            codes=listed,
            names=listed if names is None else tuple(map(str, names)),
            kinds=(kinds,) * len(listed) if isinstance(kinds, str) else tuple(kinds),
            regions=() if regions is None else tuple(str(region) for region in regions),
            axis=axis,
        )

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def keys(self) -> tuple[Hashable, ...]:
        """What identifies an account: its code, or (region, code)."""
        return tuple(zip(self.regions, self.codes, strict=True)) if self.regions else self.codes

    @cached_property
    def index(self) -> pd.Index:
        """The pandas index that every result on these accounts carries."""
        if self.regions:
            return pd.MultiIndex.from_arrays(
                [list(self.regions), list(self.codes)], names=["region", self.axis]
            )
        return pd.Index(list(self.codes), name=self.axis)

    @cached_property
    def numbered(self) -> npt.NDArray[np.intp] | None:
        """The number of the region of each account; None where there are no regions."""
        return pd.factorize(np.array(self.regions, object))[0] if self.regions else None

    @cached_property
    def _positions(self) -> dict[Hashable, int]:
        return {key: i for i, key in enumerate(self.keys)}

    @cached_property
    def _aliases(self) -> dict[str, list[int]]:
        aliases: dict[str, list[int]] = {}
        for i, (code, name) in enumerate(zip(self.codes, self.names, strict=True)):
            for alias in {code, name, f"{code}{SEPARATOR}{name}"}:
                aliases.setdefault(alias, []).append(i)
        return aliases

    def position(self, label: Hashable) -> int:
        """Where an account stands, by code, name or 'code - name'; LabelError with the nearest."""
        found = self._positions.get(label)
        if found is not None:
            return found
        candidates = self._aliases.get(str(label).strip(), [])
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            raise LabelError(
                f"'{label}' names {len(candidates)} accounts of axis '{self.axis}'.",
                [show(self.keys[i]) for i in candidates],
                "Use the code (with its region where there are several).",
            )
        raise self._unknown(label)

    def positions(self, labels: Iterable[Hashable]) -> list[int]:
        """Where several accounts stand, in the order asked; a lone label is a list of one."""
        if isinstance(labels, str) or (isinstance(labels, tuple) and labels in self._positions):
            labels = [labels]
        return [self.position(label) for label in labels]

    def of_kind(self, *kinds: str) -> list[int]:
        """Positions of the accounts of these kinds."""
        return [i for i, kind in enumerate(self.kinds) if kind in kinds]

    def _unknown(self, asked: Hashable) -> LabelError:
        """The error for an account that is not there, with the nearest that are."""
        label, pool = str(asked), dict(zip(self.codes, self.names, strict=True))
        close = get_close_matches(label, list(pool), n=3, cutoff=0.5)
        close += [
            code
            for code, name in pool.items()
            if label.lower() in name.lower() and code not in close
        ][:3]
        nearest = ", ".join(f"'{code}' ({pool[code][:60]})" for code in close[:3])
        key, remedy = "unknown_near", f"Nearest: {nearest}."
        ends = (self.codes[0], self.codes[-1]) if self.codes else ("", "")
        if not self.codes:
            key, remedy = "unknown_of_none", "There are none."
        elif not close:
            key = "unknown_far"
            remedy = f"The codes run from '{ends[0]}' to '{ends[1]}' ({len(self)})."
        return LabelError(
            f"'{show(asked)}' is not an account of axis '{self.axis}'.", remedy=remedy
        ).keyed(
            key,
            label=show(asked),
            axis=self.axis,
            nearest=nearest,
            first=ends[0],
            last=ends[1],
            n=len(self),
        )

    def take(self, positions: Sequence[int]) -> Accounts:
        """The accounts at these positions, in this order."""
        return Accounts(
            tuple(self.codes[i] for i in positions),
            tuple(self.names[i] for i in positions),
            tuple(self.kinds[i] for i in positions),
            tuple(self.regions[i] for i in positions) if self.regions else (),
            self.axis,
        )

    def array(self, values: Labelled, what: str) -> Array:
        """The door in: `values` (n or n x k, labelled by row) as floats in the order of accounts.

        Labels may come in any order; a missing, unknown or repeated label, a NaN, an infinity or
        anything that is not a number raises.  Unlabelled arrays must have exactly n rows and are
        taken to be in order.
        """
        if isinstance(values, Mapping):
            values = pd.Series(dict(values), dtype=object).infer_objects()
        if isinstance(values, (pd.Series, pd.DataFrame)):
            order = self._order(values.index, what)
            data = numbers(values, what)
            if order is not None:
                data = data[order]
        else:
            data = numbers(values, what)
            if data.ndim == 0 or data.shape[0] != len(self):
                raise LabelError(
                    f"{what} has shape {data.shape}, but axis '{self.axis}' has {len(self)} "
                    "accounts.",
                    remedy="Give one number for each account, or a labelled pandas object.",
                )
        bad = not_finite(data)
        if len(bad):
            raise TableError(
                f"{what} has {len(bad)} values that are not finite.",
                [f"{self._label(int(i))}{_column(values, k)}: {data[i, *k]}" for i, *k in bad],
                "Put a number there; a missing value is never taken as zero.",
            )
        return data

    def block(self, frame: pd.DataFrame, columns: Accounts, what: str) -> Array:
        """The door in for a block: rows on these accounts, columns on `columns`, any order."""
        values = self.array(frame, what)
        order = columns._order(frame.columns, f"{what} (columns)")
        return values if order is None else values[:, order]

    def _label(self, i: int) -> str:
        return f"{self.axis} '{show(self.keys[i])}'"

    def _order(self, index: pd.Index, what: str) -> npt.NDArray[np.intp] | None:
        if index.equals(self.index):
            return None
        if len(index) == len(self):  # the usual case without a loop: the same codes, other order
            if index.dtype.kind in "iu" and not self.regions:
                index = index.astype(str)
            stands = index.get_indexer(self.index) if index.is_unique else np.array([-1])
            if (stands >= 0).all():
                return stands
        found: dict[int, int] = {}
        unknown, repeated = [], []
        for row, label in enumerate(index):
            try:
                at = self.position(label if self.regions else as_code(label, self.axis))
            except LabelError as error:
                unknown.append(f"unknown '{show(label)}'. {error.remedy}")
                continue
            if at in found:
                repeated.append(f"repeated '{show(label)}'")
            found[at] = row
        missing = [f"missing '{show(key)}'" for i, key in enumerate(self.keys) if i not in found]
        if unknown or repeated or missing:
            raise LabelError(
                f"{what} does not match the {len(self)} accounts of axis '{self.axis}': "
                f"{len(missing)} missing, {len(unknown)} unknown, {len(repeated)} repeated.",
                [*unknown, *repeated, *missing],
                "Labels are matched by name, never by position: give each account exactly once.",
            )
        return np.array([found[i] for i in range(len(self))], dtype=np.intp)

    def series(self, values: Array, name: Hashable = None) -> pd.Series:
        """The door out for one number per account."""
        return pd.Series(values, index=self.index, name=name, copy=False)

    def frame(self, values: Array, columns: pd.Index) -> pd.DataFrame:
        """The door out for several numbers per account (rows are accounts)."""
        return pd.DataFrame(values, index=self.index, columns=columns, copy=False)

    def table(self) -> pd.DataFrame:
        """Names and kinds by code."""
        return pd.DataFrame({"name": list(self.names), "kind": list(self.kinds)}, index=self.index)

    def flat(self) -> Accounts:
        """The same accounts under labels of one part, as files hold them: 'MEX, c15'."""
        if not self.regions:
            return self
        labels = tuple(show(key) for key in self.keys)
        return Accounts(labels, self.names, self.kinds, axis=self.axis)


def show(key: Hashable) -> str:
    """A code as the user writes it: '3361', or 'MEX, c15' where there are regions."""
    return ", ".join(str(part) for part in key) if isinstance(key, tuple) else str(key)


def as_code(label: object, axis: str) -> str:
    """A label as a code: integral numbers lose their decimals, everything else is its text."""
    if isinstance(label, (bool, np.bool_)) or label is None:
        raise LabelError(f"{label!r} is not a label for axis '{axis}'.", remedy="Use text codes.")
    if isinstance(label, (float, np.floating)):
        if not float(label).is_integer():
            raise LabelError(
                f"{label!r} is not a label for axis '{axis}'.",
                remedy="A code read as a number must be whole; read the codes as text.",
            )
        return str(int(label))
    return str(label).strip()


def as_codes(labels: Iterable[object], axis: str) -> tuple[str, ...]:
    """Labels as codes (see `as_code`), a million in a second."""
    listed = labels.tolist() if isinstance(labels, (pd.Index, np.ndarray)) else list(labels)
    types = set(map(type, listed))
    if types <= {str}:
        return tuple(map(str.strip, listed))
    if types <= {int, np.int64, np.int32}:
        return tuple(map(str, listed))
    return tuple(as_code(label, axis) for label in listed)


def numbers(values: object, what: str) -> Array:
    """`values` as a float64 array; text, booleans, complex and lossy integers raise TableError."""
    if isinstance(values, (pd.Series, pd.DataFrame)):
        types = [values.dtype] if isinstance(values, pd.Series) else set(values.dtypes)
        if any(not pd.api.types.is_numeric_dtype(t) or t.kind == "b" for t in types):
            _refuse_text(values, what)
        data = values.to_numpy()
    else:
        data = np.asarray(values)
    if data.dtype == object:
        _refuse_text(data, what)
        data = data.astype(np.float64)
    if data.dtype.kind not in "fiu":
        raise TableError(
            f"{what} holds {NOT_REAL.get(data.dtype.kind, data.dtype)}, not real numbers.",
            remedy="Convert it to numbers first.",
        )
    result = data.astype(np.float64)
    if (
        data.dtype.kind in "iu"
        and data.size
        and (int(data.max()) > EXACT_INTEGERS or int(data.min()) < -EXACT_INTEGERS)
    ):
        raise TableError(
            f"{what} holds integers beyond 2**53, which lose digits as floating point.",
            remedy="Divide by a larger unit (millions).",
        )
    return result


def _column(values: object, at: list[int]) -> str:
    """The column of a place in a frame, in words; nothing for one number per account."""
    return f", column '{show(values.columns[at[0]])}'" if isinstance(values, pd.DataFrame) else ""


def not_finite(values: Array) -> npt.NDArray[np.intp]:
    """Where values are not finite, k x d; one pass and no copy where all are."""
    with np.errstate(all="ignore"):
        if np.isfinite(values.sum()):  # an overflow of finite values is looked at one by one
            return np.empty((0, values.ndim), dtype=np.intp)
    return np.argwhere(~np.isfinite(values))


def _refuse_text(values: pd.Series | pd.DataFrame | np.ndarray, what: str) -> None:
    frame = pd.DataFrame(np.atleast_1d(values) if isinstance(values, np.ndarray) else values)
    bad = []
    for column in range(frame.shape[1]):
        for row, value in enumerate(frame.iloc[:, column]):
            if isinstance(value, (bool, np.bool_)) or not isinstance(
                value, (int, float, np.integer, np.floating)
            ):
                bad.append(
                    f"row '{show(frame.index[row])}', column '{show(frame.columns[column])}': "
                    f"{value!r}"
                )
    if bad:
        raise TableError(
            f"{what} has {len(bad)} values that are not numbers.",
            bad,
            "Replace each by a number; text is never guessed.",
        )
