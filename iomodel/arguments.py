"""What is given for an argument against what the function takes: one check for all public ones."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cache, wraps
from numbers import Real
from os import PathLike
from types import NoneType, UnionType
from typing import Any, NamedTuple, TypeVar, Union, cast, get_args, get_origin

import pandas as pd

from iomodel.errors import ArgumentError

Function = TypeVar("Function", bound=Callable[..., object])

LISTS = {Sequence, Iterable}
LABELS = (str, int, float)
ALONE: dict[object, tuple[type, ...]] = {  # by what a list is of: what alone is a list of one
    **dict.fromkeys((str, Hashable, object), LABELS),
    **dict.fromkeys((int, float), (Real,)),
}
NUMBERS = {int: Real, float: Real}  # numpy's are numbers, too
SAID = {"Real": "number", "str": "text", "PathLike": "path", "Sequence": "list", "Iterable": "list"}
NEVER = 10**6  # the place of what is given by its name only
NOT_GIVEN = object()
CUT = 'sam.cut(exogenous=["government", "saving-investment", "tax", "row"])'
MADE = {  # how what is asked for is made: every type that is taken stands here
    "Accounts": "`table.accounts` holds them.",
    "BalanceOfPayments": "iomodel.load_bop or iomodel.series.payments gives one.",
    "Drawn": "iomodel.bands.draw gives one.",
    "DataFrame": "Give a pandas DataFrame with labels on both sides, such as `table.Z`.",
    **dict.fromkeys(
        ("DirichletColumns", "IndependentCells", "LognormalMargins"),
        "Give IndependentCells(0.1), LognormalMargins(0.1) or DirichletColumns(100).",
    ),
    "InstitutionalAccounts": "iomodel.construct.InstitutionalAccounts holds them.",
    "IOTable": "iomodel.load, a reader or IOTable.from_frames gives one.",
    "Iterable": "Give a list of them.",
    "Item": "`payments.items` holds them.",
    "Mapping": "Give the numbers by label: {'3361': 1.0}.",
    "Meta": "iomodel.Meta holds title, year and unit.",
    "PathLike": "Give the path of a file or folder.",
    "Real": "Give a number.",
    "Outflow": "iomodel.leakage.allocate(table, payments, key=key) gives one.",
    "OwnershipKey": "iomodel.leakage.keys(table) or OwnershipKey.from_shares gives one.",
    "Region": "iomodel.regional.region_of(table, region) gives one.",
    "SAM": "iomodel.load_sam, iomodel.read_sam or SAM.from_frame gives one.",
    "SAMModel": f"Cut a SAM: model = {CUT}.",
    "SectorRoles": "iomodel.SectorRoles names the sectors that are public.",
    "Sequence": "Give a list of them.",
    "str": "Give a text.",
    "Series": "Give a pandas Series with the labels as its index.",
}


class Takes(NamedTuple):
    """What a function takes at one place: one of these types, or a list of labels or numbers."""

    at: int
    name: str
    types: tuple[type, ...]
    alone: tuple[type, ...]

    def of(self, given: object, function: str) -> object:
        """What is given, a lone label as a list of one and a mapping as the Series it stands for.

        Raises ArgumentError for another type.
        """
        if isinstance(given, self.alone):
            return [given]
        if isinstance(given, Mapping) and pd.Series in self.types and Mapping not in self.types:
            return pd.Series(given)
        if isinstance(given, tuple({*self.types} - LISTS)):
            return given
        # a text and a frame can be gone through, too, but nobody means their letters and columns
        if isinstance(given, Iterable) and not isinstance(given, str | pd.DataFrame):
            if self.alone:
                return given if isinstance(given, Sequence) else list(given)
            if not LISTS.isdisjoint(self.types):
                return given
        wanted = [one.__name__ for one in self.types if one is not NoneType]
        said = " or ".join(dict.fromkeys(SAID.get(one, one) for one in wanted))
        first, *others = dict.fromkeys(MADE[one].removesuffix(".") for one in wanted)
        remedy = ", or ".join([first, *(way.replace("Give ", "give ", 1) for way in others)])
        raise ArgumentError(
            f"`{self.name}` of {function}() is {_called(given)}, not {_a(said)}.",
            remedy=f"{remedy}.",
        )


def typed(function: Function) -> Function:
    """The same function, which refuses a wrong type by name before it computes anything.

    What it takes is read from its annotations: values of the library, pandas objects, mappings,
    lists, texts, numbers and paths; other annotations are left to the function.
    Where it takes a list, a lone label is a list of one and never read letter by letter.

    >>> @typed
    ... def count(labels: Iterable[str], frame: pd.DataFrame | None = None) -> int:
    ...     return len(list(labels))
    >>> count("3361"), count(labels=["3361", "3363"])
    (1, 2)
    """

    @wraps(function)
    def inside(*args: object, **options: object) -> object:
        given = list(args)
        for one in takes(function):
            if one.at < len(given):
                given[one.at] = one.of(given[one.at], function.__qualname__)
            elif (value := options.get(one.name, NOT_GIVEN)) is not NOT_GIVEN:
                options[one.name] = one.of(value, function.__qualname__)
        return function(*given, **options)

    return cast(Function, inside)


@cache
def takes(function: Callable[..., object]) -> tuple[Takes, ...]:
    """The arguments of a function whose types can be told apart."""
    return tuple(_takes(function))


def _takes(function: Callable[..., object]) -> Iterator[Takes]:
    for at, parameter in enumerate(inspect.signature(function).parameters.values()):
        hint = parameter.annotation
        if parameter.kind is parameter.VAR_POSITIONAL or hint is parameter.empty:
            continue
        try:
            hint = eval(hint, inspect.unwrap(function).__globals__)
        except NameError:  # the type of a package that is imported only where it is used
            continue
        members = _members(hint)
        found = {NUMBERS.get(one, get_origin(one) or one) for one in members}
        if all(map(_told_apart, found)):
            place = NEVER if parameter.kind is parameter.KEYWORD_ONLY else at
            types = tuple(sorted(found, key=lambda one: one.__name__))
            lists = [get_args(one) for one in members if get_origin(one) in LISTS]
            only = len(lists) == len(found - {NoneType})
            yield Takes(place, parameter.name, types, ALONE.get(lists[0][0], ()) if only else ())


def _members(hint: object) -> tuple[Any, ...]:
    """The types of a union or of a type variable, or the one type."""
    if isinstance(hint, TypeVar):
        return hint.__constraints__
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


def _told_apart(one: object) -> bool:
    """Whether a type is plain enough to refuse every other."""
    ours = isinstance(one, type) and one.__module__.startswith("iomodel.")
    ours = ours and not getattr(one, "_is_protocol", False)  # whatever has the right methods
    return ours or one in {*LISTS, Mapping, pd.DataFrame, pd.Series, NoneType, str, Real, PathLike}


def _called(value: object) -> str:
    """What is given, in a word or two."""
    plain = value is None or isinstance(value, LABELS)
    return repr(value) if plain else _a(type(value).__name__)


def _a(name: str) -> str:
    return f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"
