"""Cross-sectional ranks: who is among the first of a day's members."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

import numpy as np
import pandas as pd


def first_ones(
    values: pd.DataFrame, members: pd.DataFrame, largest: bool, how_many: Callable[[int], int]
) -> pd.DataFrame:
    """Marks the first ``how_many(ranked)`` of the members that have a value; unknown for all others."""
    ranked, codes = values.where(members).to_numpy(), list(values.columns)
    answer = np.full(ranked.shape, np.nan)
    for day, row in enumerate(ranked):
        known = np.flatnonzero(~np.isnan(row)).tolist()
        order = sorted(known, key=lambda column: (-row[column] if largest else row[column], codes[column]))
        answer[day, known] = 0.0
        answer[day, order[: how_many(len(order))]] = 1.0
    return pd.DataFrame(answer, index=values.index, columns=values.columns)


def count(number: int) -> Callable[[int], int]:
    """Returns the rule of a fixed number."""
    return lambda ranked: number


def share(fraction: float) -> Callable[[int], int]:
    """Returns the rule of a part of those ranked, rounded up."""
    return lambda ranked: ceil(fraction * ranked)
