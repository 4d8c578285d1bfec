"""Double moving average, equal weight, written by hand to the interface of generated modules."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from qlib.backtest.decision import Order, OrderDir, TradeDecisionWO
from qlib.data import D
from qlib.strategy.base import BaseStrategy


class FlowStrategy(BaseStrategy):  # type: ignore[misc]  # Qlib has no types
    """Buys when the fast average crosses above the slow one, sells when it crosses below, and at a loss of 5 %."""

    def __init__(
        self,
        pool: str | list[str] = "csi300",
        fast: int = 5,
        slow: int = 20,
        max_positions: int = 10,
        stop_loss: float = 0.05,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.pool, self.fast, self.slow, self.max_positions, self.stop_loss = pool, fast, slow, max_positions, stop_loss
        self.fills: list[dict[str, Any]] = []
        self.reports: list[str] = []
        self.marks: dict[str, np.ndarray] = {}
        self.held: dict[str, tuple[float, float]] = {}
        self.days = pd.DatetimeIndex([])

    def reset(self, *args: Any, **kwargs: Any) -> None:
        super().reset(*args, **kwargs)
        if self.level_infra is not None and self.days.empty:
            self._load()

    def _load(self) -> None:
        fields = ["$close", f"Mean($close,{self.fast})", f"Mean($close,{self.slow})"]
        panels = D.features(D.instruments("all"), fields).unstack("instrument").astype(float)
        close, fast, slow = (panels[field] for field in fields)
        self.days, self.instruments = pd.DatetimeIndex(close.index), list(close.columns)
        members = np.zeros(close.shape, bool)
        for code, spans in self._members().items():
            column = self.instruments.index(code)
            for first, last in spans:
                members[self.days.slice_indexer(first, last), column] = True
        above, below = fast > slow, fast < slow
        self.close = close.to_numpy()
        self.marks = {
            "buy": (above & (fast <= slow).shift(1, fill_value=False)).to_numpy() & members,
            "sell": (below & (fast >= slow).shift(1, fill_value=False)).to_numpy(),
        }

    def _members(self) -> Any:
        if isinstance(self.pool, str):
            return D.list_instruments(D.instruments(self.pool))
        return {code: [(self.days[0], self.days[-1])] for code in self.pool if code in self.instruments}

    def generate_trade_decision(self, execute_result: Any = None) -> TradeDecisionWO:
        calendar, exchange, position = self.trade_calendar, self.trade_exchange, self.trade_position
        begin, end = calendar.get_step_time()
        self.today = begin
        row = int(self.days.get_indexer(pd.DatetimeIndex([begin]))[0]) - 1
        value = position.calculate_value()
        sells = []
        for code in sorted(position.get_stock_list()):
            column = self.instruments.index(code)
            amount, paid = self.held[code]
            stopped = self.close[row, column] <= paid * (1 - self.stop_loss)
            if (stopped or self.marks["sell"][row, column]) and exchange.is_stock_tradable(
                code, begin, end, OrderDir.SELL
            ):
                order = Order(code, position.get_stock_amount(code), OrderDir.SELL, begin, end)
                order.reason = ("STOP_LOSS", "stop") if stopped else ("SELL", "sell")
                sells.append(order)
        buys = []
        free = self.max_positions - len(position.get_stock_list()) + len(sells)
        for column in np.flatnonzero(self.marks["buy"][row])[:free]:
            code = self.instruments[column]
            if code not in self.held and exchange.is_stock_tradable(code, begin, end, OrderDir.BUY):
                amount = value / self.max_positions / self.close[row, column]
                order = Order(code, amount, OrderDir.BUY, begin, end)
                order.reason = ("BUY", "buy")
                buys.append(order)
        return TradeDecisionWO(sells + buys, self)

    def post_exe_step(self, execute_result: Any) -> None:
        for order, value, cost, price in execute_result:
            if value <= 0:
                continue
            reason, node = order.reason
            side = "BUY" if order.direction == OrderDir.BUY else "SELL"
            self.fills.append({
                "trading_day": self.today, "instrument": order.stock_id, "side": side, "price": float(price),
                "amount": float(order.deal_amount), "value": float(value), "cost": float(cost),
                "reason": reason, "node_id": node, "late": False,
            })  # fmt: skip
            if side == "BUY":
                self.held[order.stock_id] = (order.deal_amount, price)
            else:
                del self.held[order.stock_id]
