"""Who is listed when, who is suspended when, and how shares are split."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

_LATE_LISTINGS, _ENDS = 0.12, 0.04
_SUSPENSIONS_A_YEAR, _LONGEST_SUSPENSION = 0.6, 10
_SPLITS_A_YEAR = 0.8
_SPLIT_RATIOS, _SPLIT_ODDS = np.array([1.02, 1.03, 1.3, 1.5, 2.0]), (0.35, 0.35, 0.15, 0.1, 0.05)
_YEAR = 243.0


@dataclass(frozen=True, slots=True)
class Listing:
    """Life of every instrument; panels have a row a day and a column an instrument.

    Attributes:
        codes: In code order.
        first: Row of each instrument's first bar.
        last: Row of its last bar.
        listed_until: Row at which ``all.txt`` ends its span; for some without more bars it stays the calendar's last.
        traded: Where there is a bar: listed and not suspended.
        factor: Adjusted price / raw price; grows with splits.
    """

    codes: tuple[str, ...]
    first: Rows
    last: Rows
    listed_until: Rows
    traded: Flags
    factor: Floats

    @property
    def listed(self) -> Flags:
        """Where ``all.txt`` has the instrument."""
        row = np.arange(len(self.traded))[:, None]
        return (row >= self.first) & (row <= self.listed_until)


def draw_listing(rng: np.random.Generator, days: int, count: int) -> Listing:
    """Returns the lives of ``count`` instruments over ``days`` rows."""
    codes = tuple(sorted(f"SH60{n:04d}" if n % 2 else f"SZ00{n:04d}" for n in range(1, count + 1)))
    late, ending = rng.random(count) < _LATE_LISTINGS, rng.random(count) < _ENDS
    late[0], ending[0], ending[1], late[1] = True, False, True, False
    first = np.where(late, rng.integers(days // 20, days * 7 // 10, count), 0)
    last = np.where(ending & ~late, rng.integers(days * 4 // 10, days * 19 // 20, count), days - 1)
    listed_until = np.where(rng.random(count) < 0.5, last, days - 1)
    row = np.arange(days)[:, None]
    alive = (row >= first) & (row <= last)
    traded = alive & ~_suspended(rng, days, count)
    traded[first, np.arange(count)] = traded[last, np.arange(count)] = True
    return Listing(codes, first, last, listed_until, traded, _factors(rng, days, count, late))


def _suspended(rng: np.random.Generator, days: int, count: int) -> Flags:
    suspended = np.zeros((days, count), bool)
    times = rng.poisson(days / _YEAR * _SUSPENSIONS_A_YEAR, count)
    for column, number in enumerate(times):
        begins = rng.integers(0, days, number)
        lengths = rng.integers(1, _LONGEST_SUSPENSION + 1, number)
        for begin, length in zip(begins, lengths, strict=True):
            suspended[begin : begin + length, column] = True
    return suspended


def _factors(rng: np.random.Generator, days: int, count: int, late: Flags) -> Floats:
    """Factors that start at 1 for late listings, and at what earlier splits have made of them for the others."""
    drawn = rng.choice(_SPLIT_RATIOS, (days, count), p=_SPLIT_ODDS)
    ratios = np.where(rng.random((days, count)) < _SPLITS_A_YEAR / _YEAR, drawn, 1.0)
    ratios[0] = np.where(late, 1.0, rng.choice(np.array([1.0, 1.5, 2.0, 3.0]), count))
    return np.multiply.accumulate(ratios, axis=0)
