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
    ranked = values.where(members)
    answer = pd.DataFrame(np.nan, index=values.index, columns=values.columns)
    for day, row in ranked.iterrows():
        known = [(-value if largest else value, code) for code, value in row.items() if not np.isnan(value)]
        chosen = {code for _, code in sorted(known)[: how_many(len(known))]}
        answer.loc[day] = [float(code in chosen) if not np.isnan(row[code]) else np.nan for code in values.columns]
    return answer


def count(number: int) -> Callable[[int], int]:
    """Returns the rule of a fixed number."""
    return lambda ranked: number


def share(fraction: float) -> Callable[[int], int]:
    """Returns the rule of a part of those ranked, rounded up."""
    return lambda ranked: ceil(fraction * ranked)
