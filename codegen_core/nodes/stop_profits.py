"""Exit rules that take gains, bound to the position."""

from __future__ import annotations

from functools import partial

from codegen_core.nodes.declaration import NodeTemplate, NodeType, Text
from codegen_core.nodes.parts import WHOLE_WINDOW
from codegen_core.nodes.rule_parts import atr_parameters, fraction, positive, rule

_stop = partial(rule, NodeType.STOP_PROFIT)

STOP_PROFIT_PERCENT: NodeTemplate = _stop(
    name="stop_profit_percent",
    category="PRICE_STOP",
    display_name=Text("Stop profit by percentage", "百分比止盈"),
    description=Text(
        "Sells the whole holding once the day's close >= average fill price x (1 + p), costs left out; the sale is "
        "made on the next day.",
        "当日收盘价 >= 平均成交价 ×（1 + p）时卖出全部持仓，不计费用；次日成交。",
    ),
    parameters=(
        positive(
            "percent",
            Text("Gain", "盈利比例"),
            Text("As a fraction: 0.1 is ten per cent.", "以小数表示：0.1 即 10%。"),
            0.1,
        ),
    ),
    icon="target",
)

TRAILING_PROFIT: NodeTemplate = _stop(
    name="trailing_profit",
    category="TRAILING_STOP",
    display_name=Text("Trailing stop profit", "移动止盈"),
    description=Text(
        "Armed once a day's close >= average fill price x (1 + g), and armed it stays; from that day on it sells the "
        "whole holding once the day's close <= top x (1 - p), the top being the highest of the average fill price and "
        "of the closes since the first fill. It may sell at a loss where the price falls fast.",
        "当日收盘价 >= 平均成交价 ×（1 + g）时启动，启动后不再解除；自当日起，收盘价 <= 最高点 ×（1 - p）时卖出全部持"
        "仓，最高点取平均成交价与首次成交当日起各日收盘价中的最高者。价格急跌时可能以亏损卖出。",
    ),
    parameters=(
        positive(
            "gain",
            Text("Gain that arms it", "启动盈利比例"),
            Text("As a fraction: 0.1 is ten per cent.", "以小数表示：0.1 即 10%。"),
            0.1,
        ),
        fraction(
            "percent",
            Text("Fall from the top", "回撤比例"),
            Text("As a fraction: 0.05 is five per cent below the top.", "以小数表示：0.05 即较最高点回落 5%。"),
            0.05,
        ),
    ),
    icon="trending-up",
)

ATR_PROFIT: NodeTemplate = _stop(
    name="atr_profit",
    category="VOLATILITY_STOP",
    display_name=Text("Stop profit by ATR", "ATR 止盈"),
    description=Text(
        "Sells the whole holding once the day's close >= average fill price + k x ATR(n). ATR is TA-Lib's on the "
        "instrument's own bars and stays that of the day before the first fill; where it wasn't known then, this rule "
        "never sells the holding.",
        "当日收盘价 >= 平均成交价 + k × ATR(n) 时卖出全部持仓。ATR 为 TA-Lib 按该标的自身交易日计算的值，"
        "固定取首次成交前一日；若当时无值，则该持仓不受此止盈约束。",
    ),
    parameters=atr_parameters(
        3.0,
        Text(
            "How many average true ranges above the average fill price the level lies.",
            "止盈位高于平均成交价多少倍 ATR。",
        ),
    ),
    look_back=WHOLE_WINDOW,
    reads=("high", "low"),
    icon="crosshair",
)

TEMPLATES: tuple[NodeTemplate, ...] = (STOP_PROFIT_PERCENT,)
LATER_TEMPLATES: tuple[NodeTemplate, ...] = (TRAILING_PROFIT, ATR_PROFIT)
