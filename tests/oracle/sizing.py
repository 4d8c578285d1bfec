"""How much money each holding and each entry ought to have."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite, isnan

import numpy as np
import pandas as pd

from tests.oracle.market import Cells
from tests.oracle.own_bars import on_own_bars
from tests.oracle.values import Values

POSITIONS = (
    "equal_weight", "fixed_weight", "fixed_amount", "inverse_volatility", "score_weighted", "top_k_dropout",
)  # fmt: skip


class Sizing:
    """The POSITION's rule."""

    def __init__(self, values: Values, node_id: str):
        self.values, self.node_id = values, node_id
        self.name, self.parameters = values.graph.name(node_id), values.graph.parameters[node_id]
        self.slots: int = self.parameters["k" if self.name == "top_k_dropout" else "max_positions"]
        shares = self._shares()
        self.shares = None if shares is None else Cells(shares)

    def targets(
        self, codes: Iterable[str], before: pd.Timestamp, account: float, weight_cap: float
    ) -> dict[str, float]:
        """Returns the money for each of S = holdings that stay and entries; those without a value are left out."""
        codes = sorted(codes)
        if self.name == "fixed_amount":
            return dict.fromkeys(codes, min(self.parameters["amount"], weight_cap * account))
        return {code: min(weight, weight_cap) * account for code, weight in self._weights(codes, before).items()}

    def _weights(self, codes: list[str], before: pd.Timestamp) -> dict[str, float]:
        if self.shares is None:
            weight = self.parameters["weight"] if self.name == "fixed_weight" else 1 / self.slots
            return dict.fromkeys(codes, weight)
        shares = {code: share for code in codes if not isnan(share := self.shares.at(before, code))}
        total = sum(shares.values())
        if not isfinite(total) or total == 0:
            return {}
        return {code: len(shares) / self.slots * share / total for code, share in shares.items()}

    def _shares(self) -> pd.DataFrame | None:
        """What a weight is in proportion to, where the rule has such a thing."""
        if self.name == "score_weighted":
            return self.values.series(self.node_id, "score").clip(lower=0)
        if self.name == "inverse_volatility":
            return 1 / self._deviations().replace(0, np.nan)
        return None

    def _deviations(self) -> pd.DataFrame:
        window = self.parameters["window"]

        def deviation(close: np.ndarray) -> list[np.ndarray]:
            found = np.full(len(close), np.nan)
            returns = close[1:] / close[:-1] - 1
            for row in range(window, len(close)):
                last = returns[row - window : row]
                found[row] = 0.0 if last.max() == last.min() else np.std(last, ddof=1)
            return [found]

        return on_own_bars(deviation, [self.values.field("close")], 1)[0]
