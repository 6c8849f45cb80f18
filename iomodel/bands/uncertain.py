"""A quantity that is not known, as a value: low, central, high, why, and how it is drawn."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtr

from iomodel.accounts import Array
from iomodel.errors import LabelError, TableError

Shape = Literal["triangular", "either"]
SHAPES: tuple[Shape, ...] = ("triangular", "either")


@dataclass(frozen=True)
class Uncertain:
    """A share or rate that is not known: its low, central and high value, and why these.

    `shape` says how it is drawn: "triangular" between low and high with its peak at central, or
    "either" low or high with equal odds, for a choice between two ways to count.
    """

    name: str
    low: float
    central: float
    high: float
    why: str = ""
    shape: Shape = "triangular"

    def __post_init__(self) -> None:
        three = (self.low, self.central, self.high)
        if not all(0 <= value <= 1 for value in three):
            raise TableError(
                f"'{self.name}' is {self.low:.6g}, {self.central:.6g}, {self.high:.6g}: outside "
                "[0, 1].",
                remedy="Give fractions, not percentages.",
            )
        if not self.low <= self.central <= self.high:
            raise TableError(
                f"'{self.name}' is {self.low:.6g}, {self.central:.6g}, {self.high:.6g}.",
                remedy="Order the three: low, central, high.",
            )
        if self.shape not in SHAPES:
            raise LabelError(
                f"{self.shape!r} is not a shape of '{self.name}'.", remedy=" or ".join(SHAPES)
            )
        if self.shape == "either" and self.central not in (self.low, self.high):
            raise TableError(
                f"'{self.name}' is either {self.low:.6g} or {self.high:.6g}, but its central value "
                f"is {self.central:.6g}.",
                remedy="Take one of the two as central.",
            )

    @classmethod
    def known(cls, name: str, value: float, why: str = "") -> Uncertain:
        """A quantity that is known, or held: low, central and high are one.

        >>> Uncertain.known("tax", 0.3).high
        0.3
        """
        return cls(name, value, value, value, why)

    def at(self, probability: Array) -> Array:
        """The values below which it lies with these probabilities.

        >>> Uncertain("tax", 0.2, 0.3, 0.4).at(np.array([0.0, 0.5, 1.0])).round(6)
        array([0.2, 0.3, 0.4])
        """
        if self.shape == "either":
            return np.where(probability < 0.5, self.low, self.high)
        low, central, high = (
            np.full_like(probability, value) for value in (self.low, self.central, self.high)
        )
        return triangular(probability, low, central, high)


@dataclass(frozen=True)
class Exporters:
    """The firms of an industry that make for export: their part of its output and their inputs.

    `imported` is the share of their inputs that is imported; the rest of the industry imports
    what they leave, so that industry and imports add up (see `construct.split_maquila`).
    """

    sector: str
    share: float
    imported: Uncertain

    def __post_init__(self) -> None:
        if not 0 <= self.share < 1:
            raise TableError(
                f"The exporters of '{self.sector}' make {self.share:.6g} of its output.",
                remedy="Give a share below 1: where all is exported, they are the industry.",
            )


def triangular(p: Array, low: Array, central: Array, high: Array) -> Array:
    """Quantiles of triangular distributions; exactly central where low and high are one.

    F^-1(p) = low + sqrt(p (high - low)(central - low))      for p (high - low) < central - low,
              high - sqrt((1 - p)(high - low)(high - central)) else.
    """
    width = high - low
    rising = low + np.sqrt(p * width * (central - low))
    falling = high - np.sqrt((1 - p) * width * (high - central))
    found = np.where(p * width < central - low, rising, falling)
    return np.where(width > 0, np.clip(found, low, high), central)


def stream(seed: int, name: str) -> np.random.Generator:
    """The random numbers of one factor: the same whatever other factors are drawn."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def together(
    rng: np.random.Generator, draws: int, sectors: int, common: float
) -> tuple[Array, Array]:
    """Probabilities of a factor that sectors share in part, draws x sectors, and the joint part.

    p_dj = N(sqrt(c) z_d + sqrt(1 - c) e_dj) with N the normal distribution: each is uniform, and
    the normal scores of two sectors correlate by c (`common`).
    """
    z = rng.standard_normal(draws)
    own = rng.standard_normal((draws, sectors))
    mixed = np.sqrt(common) * z[:, None] + np.sqrt(1 - common) * own
    return ndtr(mixed), ndtr(z)
