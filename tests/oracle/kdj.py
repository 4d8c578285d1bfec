"""KDJ of Chinese charting software, bar by bar."""

from __future__ import annotations

import numpy as np


def kdj(high: np.ndarray, low: np.ndarray, close: np.ndarray, days: int, m1: int, m2: int) -> list[np.ndarray]:
    """Returns K, D and J of one instrument's own bars; NaN before there are ``days`` of them."""
    results = np.full((3, len(close)), np.nan)
    k = d = 50.0
    for row in range(days - 1, len(close)):
        top, bottom = float(high[row - days + 1 : row + 1].max()), float(low[row - days + 1 : row + 1].min())
        rsv = 50.0 if top == bottom else (float(close[row]) - bottom) / (top - bottom) * 100
        k = ((m1 - 1) * k + rsv) / m1
        d = ((m2 - 1) * d + k) / m2
        results[:, row] = k, d, 3 * k - 2 * d
    return list(results)
