"""The double moving average: buy when the fast average crosses above the slow one, sell when it crosses back."""

from __future__ import annotations

from codegen_core.nodes.declaration import Text
from codegen_core.strategies.drawing import ReadyStrategy, drawing, node

STRATEGY = ReadyStrategy(
    name="double_moving_average",
    category="TREND",
    display_name=Text("Double moving average", "双均线"),
    description=Text(
        "Buys when the 5-day average of the close crosses above the 20-day one and sells when it crosses below; up to "
        "ten equal holdings, with a stop loss at 5 % and a stop profit at 10 %.",
        "收盘价 5 日均线上穿 20 日均线时买入，下穿时卖出；最多等权持有 10 只，5% 止损，10% 止盈。",
    ),
    logic_flow=drawing(
        [
            node("fast_average", "sma", "Fast average", (0, 0), field="close", window=5),
            node("slow_average", "sma", "Slow average", (0, 1), field="close", window=20),
            node("golden_cross", "crosses_above", "Golden cross", (1, 0)),
            node("death_cross", "crosses_below", "Death cross", (1, 1)),
            node("enter", "buy", "Enter", (2, 0)),
            node("leave", "sell", "Leave", (2, 1)),
            node("holdings", "equal_weight", "Holdings", (3, 0), max_positions=10, rebalance_days=0),
            node("stop_loss", "stop_loss_percent", "Stop loss", (4, 0), percent=0.05),
            node("take_profit", "stop_profit_percent", "Take profit", (4, 1), percent=0.1),
        ],
        "fast_average.value > golden_cross.left",
        "slow_average.value > golden_cross.right",
        "fast_average.value > death_cross.left",
        "slow_average.value > death_cross.right",
        "golden_cross.result > enter.condition",
        "death_cross.result > leave.condition",
        "enter.signal > holdings.entry",
        "leave.signal > holdings.exit",
        "holdings.position > stop_loss.position",
        "holdings.position > take_profit.position",
    ),
)
