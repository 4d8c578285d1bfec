"""Panels by name, and plain ways to compute them: one instrument after another, one day after another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tests.oracle.market import Market


@dataclass(frozen=True)
class Bars:
    """A market, and the panels of a generated strategy (days x instruments) by variable or expression."""

    market: Market
    tables: dict[str, pd.DataFrame]

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Returns the panel called ``name``."""
        return self.tables[name]

    def field(self, name: str) -> pd.DataFrame:
        """Returns a field as the market's files have it, in float64, where the instrument is listed."""
        values = self.market.field(name).astype(float).where(self.market.listed)
        return values.loc[self["members"].index, self["members"].columns]

    def by_instrument(self, function: Callable[..., Any], *inputs: pd.DataFrame) -> list[pd.DataFrame]:
        """Applies a function of arrays to each instrument's bars that have every input; a panel for each result."""
        results: list[dict[str, pd.Series]] = []
        for code in inputs[0].columns:
            table = pd.concat([panel[code] for panel in inputs], axis=1).dropna()
            found = function(*(np.ascontiguousarray(table.iloc[:, place]) for place in range(len(inputs))))
            for place, values in enumerate(found if isinstance(found, tuple) else (found,)):
                if place == len(results):
                    results.append({})
                results[place][code] = pd.Series(values, table.index, dtype=float)
        return [pd.DataFrame(each).reindex(inputs[0].index) for each in results]


def assert_equal(found: pd.DataFrame, wanted: pd.DataFrame) -> None:
    """Fails unless two panels agree to the last digits, NaN for NaN, and hold more than a few values."""
    assert list(found.columns) == list(wanted.columns)
    assert found.notna().sum().sum() > 1000
    np.testing.assert_allclose(found.to_numpy(), wanted.to_numpy(), rtol=1e-12, atol=1e-12, equal_nan=True)
