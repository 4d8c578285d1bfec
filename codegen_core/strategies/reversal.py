"""Strategies that buy what has fallen too far and sell when it is back."""

from __future__ import annotations

from codegen_core.nodes.declaration import Text
from codegen_core.strategies.drawing import ReadyStrategy, drawing, node

RSI = ReadyStrategy(
    name="rsi_reversal",
    category="REVERSAL",
    display_name=Text("RSI reversal", "RSI 超卖反转"),
    description=Text(
        "Buys when the 14-day RSI comes back above 30, weakest first, and sells when it reaches 70; up to ten equal "
        "holdings, with a stop loss at 8 %.",
        "14 日 RSI 回升至 30 以上时买入，弱者优先；达到 70 时卖出；最多等权持有 10 只，8% 止损。",
    ),
    logic_flow=drawing(
        [
            node("rsi", "rsi", "RSI", (0, 0), field="close", window=14),
            node("recovers", "crosses_above", "Recovers", (1, 0), value=30),
            node("overbought", "compare", "Overbought", (1, 1), operator=">=", value=70),
            node("weakness", "arithmetic", "Weakness", (1, 2), operator="*", value=-1),
            node("enter", "buy", "Enter", (2, 0)),
            node("leave", "sell", "Leave", (2, 1)),
            node("holdings", "equal_weight", "Holdings", (3, 0), max_positions=10, rebalance_days=0),
            node("stop_loss", "stop_loss_percent", "Stop loss", (4, 0), percent=0.08),
        ],
        "rsi.value > recovers.left",
        "rsi.value > overbought.left",
        "rsi.value > weakness.left",
        "recovers.result > enter.condition",
        "weakness.value > enter.score",
        "overbought.result > leave.condition",
        "enter.signal > holdings.entry",
        "leave.signal > holdings.exit",
        "holdings.position > stop_loss.position",
    ),
)

BOLLINGER = ReadyStrategy(
    name="bollinger_reversal",
    category="REVERSAL",
    display_name=Text("Bollinger reversal", "布林带反转"),
    description=Text(
        "Buys when the close comes back above the lower Bollinger band and sells when it reaches the middle one, or "
        "after 20 days; 10 % of the account each, with a stop loss at 7 %.",
        "收盘价重新站上布林带下轨时买入，回到中轨或持有满 20 日时卖出；每只占账户的 10%，7% 止损。",
    ),
    logic_flow=drawing(
        [
            node("close", "price", "Close", (0, 0), field="close"),
            node("bands", "bollinger", "Bands", (0, 1), field="close", window=20, deviations=2.0),
            node("back_inside", "crosses_above", "Back inside", (1, 0)),
            node("at_the_middle", "compare", "At the middle", (1, 1), operator=">="),
            node("enter", "buy", "Enter", (2, 0)),
            node("leave", "sell", "Leave", (2, 1)),
            node("holdings", "fixed_weight", "Holdings", (3, 0), weight=0.1, max_positions=10, rebalance_days=0),
            node("stop_loss", "stop_loss_percent", "Stop loss", (4, 0), percent=0.07),
            node("time_stop", "max_holding_days", "Time stop", (4, 1), days=20),
        ],
        "close.value > back_inside.left",
        "bands.lower > back_inside.right",
        "close.value > at_the_middle.left",
        "bands.middle > at_the_middle.right",
        "back_inside.result > enter.condition",
        "at_the_middle.result > leave.condition",
        "enter.signal > holdings.entry",
        "leave.signal > holdings.exit",
        "holdings.position > stop_loss.position",
        "holdings.position > time_stop.position",
    ),
)

KDJ = ReadyStrategy(
    name="kdj_low_cross",
    category="REVERSAL",
    display_name=Text("KDJ low cross", "KDJ 低位金叉"),
    description=Text(
        "Buys when K crosses above D while D is below 30 and sells when K crosses below D while D is above 70 (KDJ of "
        "Chinese charting software, 9/3/3); up to ten equal holdings, with a stop loss at 6 % and a stop profit at 15 "
        "%.",
        "D 低于 30 且 K 上穿 D 时买入，D 高于 70 且 K 下穿 D 时卖出（国内行情软件的 KDJ，9/3/3）；"
        "最多等权持有 10 只，6% 止损，15% 止盈。",
    ),
    logic_flow=drawing(
        [
            node("kdj", "kdj", "KDJ", (0, 0), window=9, k_smoothing=3, d_smoothing=3),
            node("golden_cross", "crosses_above", "Golden cross", (1, 0)),
            node("is_low", "compare", "D is low", (1, 1), operator="<", value=30),
            node("death_cross", "crosses_below", "Death cross", (1, 2)),
            node("is_high", "compare", "D is high", (1, 3), operator=">", value=70),
            node("low_cross", "all_of", "Low cross", (2, 0)),
            node("high_cross", "all_of", "High cross", (2, 2)),
            node("enter", "buy", "Enter", (3, 0)),
            node("leave", "sell", "Leave", (3, 2)),
            node("holdings", "equal_weight", "Holdings", (4, 0), max_positions=10, rebalance_days=0),
            node("stop_loss", "stop_loss_percent", "Stop loss", (5, 0), percent=0.06),
            node("take_profit", "stop_profit_percent", "Take profit", (5, 1), percent=0.15),
        ],
        "kdj.k > golden_cross.left",
        "kdj.d > golden_cross.right",
        "kdj.d > is_low.left",
        "kdj.k > death_cross.left",
        "kdj.d > death_cross.right",
        "kdj.d > is_high.left",
        "golden_cross.result > low_cross.conditions",
        "is_low.result > low_cross.conditions",
        "death_cross.result > high_cross.conditions",
        "is_high.result > high_cross.conditions",
        "low_cross.result > enter.condition",
        "high_cross.result > leave.condition",
        "enter.signal > holdings.entry",
        "leave.signal > holdings.exit",
        "holdings.position > stop_loss.position",
        "holdings.position > take_profit.position",
    ),
)

Z_SCORE = ReadyStrategy(
    name="z_score_reversion",
    category="REVERSAL",
    display_name=Text("Mean reversion by z-score", "Z 值均值回归"),
    description=Text(
        "Buys what stands more than two standard deviations below its 20-day mean, the furthest first, and sells at "
        "the mean; at most 15 days, with a stop loss at 10 %; spends at most half of the account on one day's entries.",
        "收盘价低于 20 日均值两个标准差以上时买入，偏离大者优先；回到均值时卖出；最多持有 15 日，10% 止损；"
        "每日新开仓金额不超过账户的一半。",
    ),
    logic_flow=drawing(
        [
            node("z_score", "z_score", "Z-score", (0, 0), field="close", window=20),
            node("far_below", "compare", "Far below", (1, 0), operator="<", value=-2),
            node("at_the_mean", "compare", "At the mean", (1, 1), operator=">=", value=0),
            node("distance", "arithmetic", "Distance", (1, 2), operator="*", value=-1),
            node("enter", "buy", "Enter", (2, 0)),
            node("leave", "sell", "Leave", (2, 1)),
            node("holdings", "equal_weight", "Holdings", (3, 0), max_positions=10, rebalance_days=0),
            node("stop_loss", "stop_loss_percent", "Stop loss", (4, 0), percent=0.1),
            node("time_stop", "max_holding_days", "Time stop", (4, 1), days=15),
            node("daily_budget", "turnover_cap", "Daily budget", (4, 2), cap=0.5),
        ],
        "z_score.value > far_below.left",
        "z_score.value > at_the_mean.left",
        "z_score.value > distance.left",
        "far_below.result > enter.condition",
        "distance.value > enter.score",
        "at_the_mean.result > leave.condition",
        "enter.signal > holdings.entry",
        "leave.signal > holdings.exit",
        "holdings.position > stop_loss.position",
        "holdings.position > time_stop.position",
        "holdings.position > daily_budget.position",
    ),
)

STRATEGIES: tuple[ReadyStrategy, ...] = (RSI, BOLLINGER, KDJ, Z_SCORE)
