"""What a backtest runs on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from codegen_core.pools import POOLS


@dataclass(frozen=True, slots=True)
class BacktestConfig:
    """Effective settings of a test; nothing here is defaulted.

    Attributes:
        start: First day, ISO; ``end`` the last. Both are cut to what the data can trade.
        pool: Name of a pool in Qlib's data, or instrument codes.
        limit_threshold: Daily price limit as a part of the previous close; None: there is none.
    """

    start: str
    end: str
    pool: str | tuple[str, ...]
    capital: float
    benchmark: str | None
    deal_price: str
    open_cost: float
    close_cost: float
    min_cost: float
    limit_threshold: float | None

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> BacktestConfig:
        """Returns the settings of a quick test's row, which holds every effective value under its contract name."""
        instruments = tuple(values.get("instruments") or ())
        return cls(
            start=values["start_date"],
            end=values["end_date"],
            pool=instruments or POOLS[values["stock_pool"]],
            capital=float(values["initial_capital"]),
            benchmark=values.get("benchmark"),
            deal_price=values["deal_price"],
            open_cost=float(values["open_cost"]),
            close_cost=float(values["close_cost"]),
            min_cost=float(values["min_cost"]),
            limit_threshold=values.get("limit_threshold"),
        )

    @property
    def strategy_pool(self) -> str | list[str]:
        """The pool as a strategy takes it."""
        return self.pool if isinstance(self.pool, str) else list(self.pool)
