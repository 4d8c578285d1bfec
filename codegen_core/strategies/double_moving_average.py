"""The double moving average: buy when the fast average crosses above the slow one, sell when it crosses back."""

from __future__ import annotations

from codegen_core.nodes.conditions import CROSSES_ABOVE, CROSSES_BELOW
from codegen_core.nodes.declaration import Text
from codegen_core.nodes.positions import EQUAL_WEIGHT
from codegen_core.nodes.qlib_indicators import SMA
from codegen_core.nodes.signals import BUY, SELL
from codegen_core.nodes.stop_losses import STOP_LOSS_PERCENT
from codegen_core.nodes.stop_profits import STOP_PROFIT_PERCENT
from codegen_core.strategies.drawing import ReadyStrategy, edge, node

STRATEGY = ReadyStrategy(
    name="double_moving_average",
    category="TREND",
    display_name=Text("Double moving average", "双均线"),
    description=Text(
        "Buys when the 5-day average of the close crosses above the 20-day one and sells when it crosses below; up to "
        "ten equal holdings, with a stop loss at 5 % and a stop profit at 10 %.",
        "收盘价 5 日均线上穿 20 日均线时买入，下穿时卖出；最多等权持有 10 只，5% 止损，10% 止盈。",
    ),
    logic_flow={
        "nodes": [
            node("fast_average", SMA, "Fast average", (0, 0), field="close", window=5),
            node("slow_average", SMA, "Slow average", (0, 1), field="close", window=20),
            node("golden_cross", CROSSES_ABOVE, "Golden cross", (1, 0)),
            node("death_cross", CROSSES_BELOW, "Death cross", (1, 1)),
            node("enter", BUY, "Enter", (2, 0)),
            node("leave", SELL, "Leave", (2, 1)),
            node("holdings", EQUAL_WEIGHT, "Holdings", (3, 0), max_positions=10, rebalance_days=0),
            node("stop_loss", STOP_LOSS_PERCENT, "Stop loss", (4, 0), percent=0.05),
            node("take_profit", STOP_PROFIT_PERCENT, "Take profit", (4, 1), percent=0.1),
        ],
        "edges": [
            edge("fast_average.value", "golden_cross.left"),
            edge("slow_average.value", "golden_cross.right"),
            edge("fast_average.value", "death_cross.left"),
            edge("slow_average.value", "death_cross.right"),
            edge("golden_cross.result", "enter.condition"),
            edge("death_cross.result", "leave.condition"),
            edge("enter.signal", "holdings.entry"),
            edge("leave.signal", "holdings.exit"),
            edge("holdings.position", "stop_loss.position"),
            edge("holdings.position", "take_profit.position"),
        ],
    },
)
