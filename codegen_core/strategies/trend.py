"""Strategies that follow a trend or a breakout until it ends."""

from __future__ import annotations

from codegen_core.nodes.declaration import Text
from codegen_core.strategies.drawing import ReadyStrategy, drawing, node

MACD = ReadyStrategy(
    name="macd_crossover",
    category="TREND",
    display_name=Text("MACD crossover", "MACD 金叉死叉"),
    description=Text(
        "Buys when the MACD line crosses above its signal line and sells when it crosses below (TA-Lib, 12/26/9); up "
        "to ten equal holdings, with a stop loss at 8 %.",
        "MACD 线上穿信号线时买入，下穿时卖出（TA-Lib，12/26/9）；最多等权持有 10 只，8% 止损。",
    ),
    logic_flow=drawing(
        [
            node("macd", "macd", "MACD", (0, 0), field="close", fast=12, slow=26, signal=9),
            node("turns_up", "crosses_above", "Turns up", (1, 0)),
            node("turns_down", "crosses_below", "Turns down", (1, 1)),
            node("enter", "buy", "Enter", (2, 0)),
            node("leave", "sell", "Leave", (2, 1)),
            node("holdings", "equal_weight", "Holdings", (3, 0), max_positions=10, rebalance_days=0),
            node("stop_loss", "stop_loss_percent", "Stop loss", (4, 0), percent=0.08),
        ],
        "macd.macd > turns_up.left",
        "macd.signal > turns_up.right",
        "macd.macd > turns_down.left",
        "macd.signal > turns_down.right",
        "turns_up.result > enter.condition",
        "turns_down.result > leave.condition",
        "enter.signal > holdings.entry",
        "leave.signal > holdings.exit",
        "holdings.position > stop_loss.position",
    ),
)

TURTLE = ReadyStrategy(
    name="turtle_channel",
    category="BREAKOUT",
    display_name=Text("Turtle channel", "海龟交易（唐奇安通道）"),
    description=Text(
        "The Donchian channel of the turtles: buys when the close exceeds the highest high of the 20 days before and "
        "sells when it falls below the lowest low of the 10 days before; sizes by inverse volatility, stops at two "
        "ATRs below the average fill price.",
        "海龟的唐奇安通道：收盘价高于此前 20 日最高价时买入，低于此前 10 日最低价时卖出；按波动率倒数分配仓位，"
        "跌破平均成交价 2 倍 ATR 时止损。",
    ),
    logic_flow=drawing(
        [
            node("close", "price", "Close", (0, 0), field="close"),
            node("high_20", "highest", "Highest of 20 days", (0, 1), field="high", window=20),
            node("channel_top", "lag", "Channel top", (1, 1), days=1),
            node("low_10", "lowest", "Lowest of 10 days", (0, 2), field="low", window=10),
            node("channel_floor", "lag", "Channel floor", (1, 2), days=1),
            node("breaks_out", "compare", "Breaks out", (2, 0), operator=">"),
            node("breaks_down", "compare", "Breaks down", (2, 2), operator="<"),
            node("enter", "buy", "Enter", (3, 0)),
            node("leave", "sell", "Leave", (3, 2)),
            node("holdings", "inverse_volatility", "Holdings", (4, 1), window=20, max_positions=10, rebalance_days=0),
            node("atr_stop", "atr_stop", "Two ATRs", (5, 1), multiple=2.0, window=20),
        ],
        "high_20.value > channel_top.input",
        "low_10.value > channel_floor.input",
        "close.value > breaks_out.left",
        "channel_top.value > breaks_out.right",
        "close.value > breaks_down.left",
        "channel_floor.value > breaks_down.right",
        "breaks_out.result > enter.condition",
        "breaks_down.result > leave.condition",
        "enter.signal > holdings.entry",
        "leave.signal > holdings.exit",
        "holdings.position > atr_stop.position",
    ),
)

BREAKOUT = ReadyStrategy(
    name="breakout_atr_stop",
    category="BREAKOUT",
    display_name=Text("Volume breakout with ATR stop", "放量突破与 ATR 止损"),
    description=Text(
        "Buys a close above the highest high of the 55 days before on a day with one and a half times the usual "
        "volume; leaves three ATRs below the average fill price or six above it, and does not buy the same instrument "
        "again for five days after a stop.",
        "收盘价高于此前 55 日最高价且成交量达到 20 日均量的 1.5 倍时买入；跌破平均成交价 3 倍 ATR 止损，"
        "高于 6 倍 ATR 止盈；止损止盈后 5 日内不再买入同一标的。",
    ),
    logic_flow=drawing(
        [
            node("close", "price", "Close", (0, 0), field="close"),
            node("high_55", "highest", "Highest of 55 days", (0, 1), field="high", window=55),
            node("resistance", "lag", "Resistance", (1, 1), days=1),
            node("volume", "price", "Volume", (0, 2), field="volume"),
            node("usual_volume", "sma", "Usual volume", (0, 3), field="volume", window=20),
            node("volume_ratio", "arithmetic", "Volume ratio", (1, 2), operator="/"),
            node("breaks_out", "compare", "Breaks out", (2, 0), operator=">"),
            node("busy", "compare", "Busy day", (2, 2), operator=">=", value=1.5),
            node("confirmed", "all_of", "Confirmed breakout", (3, 0)),
            node("enter", "buy", "Enter", (4, 0)),
            node("holdings", "equal_weight", "Holdings", (5, 0), max_positions=8, rebalance_days=0),
            node("stop", "atr_stop", "Three ATRs down", (6, 0), multiple=3.0, window=14),
            node("target", "atr_profit", "Six ATRs up", (6, 1), multiple=6.0, window=14),
            node("pause", "cooldown", "Pause after a stop", (6, 2), days=5),
        ],
        "high_55.value > resistance.input",
        "close.value > breaks_out.left",
        "resistance.value > breaks_out.right",
        "volume.value > volume_ratio.left",
        "usual_volume.value > volume_ratio.right",
        "volume_ratio.value > busy.left",
        "breaks_out.result > confirmed.conditions",
        "busy.result > confirmed.conditions",
        "confirmed.result > enter.condition",
        "volume_ratio.value > enter.score",
        "enter.signal > holdings.entry",
        "holdings.position > stop.position",
        "holdings.position > target.position",
        "holdings.position > pause.position",
    ),
)

TRAILING = ReadyStrategy(
    name="trend_trailing_stop",
    category="TREND",
    display_name=Text("Trend with trailing stop", "趋势跟踪与移动止损"),
    description=Text(
        "Buys where the 20-day EMA is above the 60-day one, has been rising for three days and the ADX shows a trend; "
        "leaves 10 % below the top, or 5 % below it once 20 % were gained; stays at most 90 % invested and pauses for "
        "20 days after a drawdown of 20 %.",
        "20 日 EMA 高于 60 日 EMA、连续 3 日上升且 ADX 显示趋势时买入；"
        "自最高点回落 10% 卖出，盈利达 20% 后回落 5% 即卖出；最多九成仓位，账户回撤 20% 后暂停 20 日。",
    ),
    logic_flow=drawing(
        [
            node("fast_ema", "ema", "Fast EMA", (0, 0), field="close", window=20),
            node("slow_ema", "ema", "Slow EMA", (0, 1), field="close", window=60),
            node("strength", "adx", "Trend strength", (0, 2), window=14),
            node("uptrend", "compare", "Uptrend", (1, 0), operator=">"),
            node("still_rising", "rising", "Still rising", (1, 1), days=3),
            node("strong", "compare", "Strong trend", (1, 2), operator=">", value=25),
            node("all_agree", "all_of", "All agree", (2, 0)),
            node("enter", "buy", "Enter", (3, 0)),
            node("holdings", "equal_weight", "Holdings", (4, 0), max_positions=10, rebalance_days=0),
            node("trailing_stop", "trailing_stop", "Trailing stop", (5, 0), percent=0.1),
            node("lock_gains", "trailing_profit", "Lock gains", (5, 1), gain=0.2, percent=0.05),
            node("keep_cash", "exposure_cap", "Keep some cash", (5, 2), cap=0.9),
            node("halt", "drawdown_halt", "Pause after losses", (5, 3), drawdown=0.2, days=20),
        ],
        "fast_ema.value > uptrend.left",
        "slow_ema.value > uptrend.right",
        "fast_ema.value > still_rising.input",
        "strength.value > strong.left",
        "uptrend.result > all_agree.conditions",
        "still_rising.result > all_agree.conditions",
        "strong.result > all_agree.conditions",
        "all_agree.result > enter.condition",
        "strength.value > enter.score",
        "enter.signal > holdings.entry",
        "holdings.position > trailing_stop.position",
        "holdings.position > lock_gains.position",
        "holdings.position > keep_cash.position",
        "holdings.position > halt.position",
    ),
)

STRATEGIES: tuple[ReadyStrategy, ...] = (MACD, TURTLE, BREAKOUT, TRAILING)
