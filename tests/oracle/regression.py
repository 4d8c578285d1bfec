"""Rolling regressions of a column on 1..n, by running sums updated in the order in which Qlib updates its own.

The order matters: rounding errors stay in the sums, and a regression over another order differs in float32.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isnan, nan

import numpy as np


@dataclass
class _Sums:
    """Sums over the known values of a window whose last row has the number ``window``."""

    window: int
    count: float = 0.0
    x: float = 0.0
    x2: float = 0.0
    y: float = 0.0
    y2: float = 0.0
    xy: float = 0.0
    rows: deque[float] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.rows.extend([nan] * self.window)

    def take(self, value: float) -> None:
        """Moves the window a row on."""
        self.xy = self.xy - self.y
        self.x2 = self.x2 + self.count - 2 * self.x
        self.x = self.x - self.count
        self.rows.append(value)
        gone = self.rows.popleft()
        if not isnan(gone):
            self.count -= 1
            self.y -= gone
            self.y2 -= gone * gone
        if not isnan(value):
            self.count += 1
            self.x += self.window
            self.x2 += self.window * self.window
            self.y += value
            self.y2 += value * value
            self.xy += self.window * value

    @property
    def slope(self) -> np.float64:
        """Least squares; NaN or infinite where a window has fewer than two values."""
        return np.float64(self.count * self.xy - self.x * self.y) / np.float64(self.count * self.x2 - self.x * self.x)


def _windows(values: np.ndarray, window: int) -> Iterator[tuple[float, _Sums]]:
    sums = _Sums(window)
    for value in values.astype(float).tolist():
        sums.take(value)
        yield value, sums


@np.errstate(divide="ignore", invalid="ignore")
def slope(values: np.ndarray, window: int) -> np.ndarray:
    """Returns the slope of each window."""
    return np.array([sums.slope for _, sums in _windows(values, window)], float)


@np.errstate(divide="ignore", invalid="ignore")
def residual(values: np.ndarray, window: int) -> np.ndarray:
    """Returns how far the last value of each window lies from its regression."""
    found = []
    for value, sums in _windows(values, window):
        steep = sums.slope
        x_mean, y_mean = np.float64(sums.x) / sums.count, np.float64(sums.y) / sums.count
        found.append(value - (steep * window + (y_mean - steep * x_mean)))
    return np.array(found, float)


@np.errstate(divide="ignore", invalid="ignore")
def r_squared(values: np.ndarray, window: int) -> np.ndarray:
    """Returns the share of each window's variance that its regression explains."""
    found = []
    for _, s in _windows(values, window):
        spread = np.float64(s.count * s.x2 - s.x * s.x) * (s.count * s.y2 - s.y * s.y)
        correlation = np.float64(s.count * s.xy - s.x * s.y) / np.sqrt(spread)
        found.append(correlation * correlation)
    return np.array(found, float)
