"""Functions over an instrument's own bars: days on which an input says nothing are left out, and say nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

Arrays = Sequence[np.ndarray]


def on_own_bars(function: Callable[..., Arrays], inputs: Sequence[pd.DataFrame], outputs: int) -> list[pd.DataFrame]:
    """Returns the ``outputs`` panels that ``function`` (float64 columns in, one column an output back) gives."""
    first = inputs[0]
    results = [pd.DataFrame(np.nan, index=first.index, columns=first.columns) for _ in range(outputs)]
    for number, code in enumerate(first.columns):
        columns = [panel[code].to_numpy(float) for panel in inputs]
        known = np.flatnonzero(~np.any([np.isnan(column) for column in columns], axis=0))
        if not len(known):
            continue
        for result, values in zip(results, function(*(column[known] for column in columns)), strict=True):
            result.iloc[known, number] = values
    return results
