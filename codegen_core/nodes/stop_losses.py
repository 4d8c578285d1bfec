"""Exit rules against losses, bound to the position."""

from __future__ import annotations

from functools import partial

from codegen_core.nodes.declaration import NodeTemplate, NodeType, Text
from codegen_core.nodes.parts import LESS_ONE, WHOLE_WINDOW, whole_number
from codegen_core.nodes.rule_parts import atr_parameters, fraction, positive, rule

_stop = partial(rule, NodeType.STOP_LOSS)

STOP_LOSS_PERCENT: NodeTemplate = _stop(
    name="stop_loss_percent",
    category="PRICE_STOP",
    display_name=Text("Stop loss by percentage", "百分比止损"),
    description=Text(
        "Sells the whole holding once the day's close <= average fill price x (1 - p), costs left out; the sale is "
        "made on the next day.",
        "当日收盘价 <= 平均成交价 ×（1 - p）时卖出全部持仓，不计费用；次日成交。",
    ),
    parameters=(
        fraction(
            "percent",
            Text("Loss", "亏损比例"),
            Text("As a fraction: 0.05 is five per cent.", "以小数表示：0.05 即 5%。"),
            0.05,
        ),
    ),
    icon="shield",
)

STOP_LOSS_AMOUNT: NodeTemplate = _stop(
    name="stop_loss_amount",
    category="PRICE_STOP",
    display_name=Text("Stop loss in money", "金额止损"),
    description=Text(
        "Sells the whole holding once (average fill price - the day's close) x amount held >= m, costs left out; the "
        "sale is made on the next day. The amount is the one held now, after any rebalance.",
        "（平均成交价 - 当日收盘价）× 持有数量 >= m 时卖出全部持仓，不计费用；次日成交。数量为当前持有数量，"
        "即再平衡之后的数量。",
    ),
    parameters=(
        positive(
            "amount",
            Text("Loss (money)", "亏损金额（元）"),
            Text(
                "The loss of one holding in the account's currency, not of the account.",
                "单只持仓的亏损金额（账户货币），不是整个账户的亏损。",
            ),
            1000.0,
        ),
    ),
    icon="shield-dollar",
)

TRAILING_STOP: NodeTemplate = _stop(
    name="trailing_stop",
    category="TRAILING_STOP",
    display_name=Text("Trailing stop", "移动止损"),
    description=Text(
        "Sells the whole holding once the day's close <= top x (1 - p). The top is the highest of the average fill "
        "price and of the closes since the first fill, that day's own included; highs within a day don't count. On a "
        "day without a close nothing is tested.",
        "当日收盘价 <= 最高点 ×（1 - p）时卖出全部持仓。最高点取平均成交价与首次成交当日起各日收盘价中的最高者，"
        "不看盘中最高价。没有收盘价的日子不检验。",
    ),
    parameters=(
        fraction(
            "percent",
            Text("Fall from the top", "回撤比例"),
            Text("As a fraction: 0.1 is ten per cent below the top.", "以小数表示：0.1 即较最高点回落 10%。"),
            0.1,
        ),
    ),
    icon="trending-down",
)

ATR_STOP: NodeTemplate = _stop(
    name="atr_stop",
    category="VOLATILITY_STOP",
    display_name=Text("Stop loss by ATR", "ATR 止损"),
    description=Text(
        "Sells the whole holding once the day's close <= average fill price - k x ATR(n). ATR is TA-Lib's on the "
        "instrument's own bars and stays that of the day before the first fill; where it wasn't known then, this stop "
        "never sells the holding.",
        "当日收盘价 <= 平均成交价 - k × ATR(n) 时卖出全部持仓。ATR 为 TA-Lib 按该标的自身交易日计算的值，"
        "固定取首次成交前一日；若当时无值，则该持仓不受此止损约束。",
    ),
    parameters=atr_parameters(
        2.0,
        Text(
            "How many average true ranges below the average fill price the level lies.",
            "止损位低于平均成交价多少倍 ATR。",
        ),
    ),
    look_back=WHOLE_WINDOW,
    reads=("high", "low"),
    icon="shield-half",
)

STOP_BELOW_AVERAGE: NodeTemplate = _stop(
    name="stop_below_average",
    category="TREND_STOP",
    display_name=Text("Stop below the moving average", "跌破均线止损"),
    description=Text(
        "Sells the whole holding once the day's close < TA-Lib's SMA(n) of its closes, on the instrument's own bars, "
        "that day included. Until there are n bars nothing is tested. The fill price plays no part, so a holding "
        "bought below its average is sold on the next day.",
        "当日收盘价 < TA-Lib 的 SMA(n)（按该标的自身交易日的收盘价，含当日）时卖出全部持仓；不足 n 个交易日时不检验。"
        "与成交价无关，因此在均线下方买入的标的次日即卖出。",
    ),
    parameters=(
        whole_number(
            "window",
            Text("Window (days)", "窗口（天）"),
            Text("How many of the instrument's own bars are averaged.", "参与平均的自身交易日数。"),
            20,
            minimum=2,
        ),
    ),
    look_back=LESS_ONE,
    icon="chart-line-down",
)

MAX_HOLDING_DAYS: NodeTemplate = _stop(
    name="max_holding_days",
    category="TIME_STOP",
    display_name=Text("Longest holding time", "最长持有天数"),
    description=Text(
        "Sells the whole holding n trading days after its first fill: on day t once t - e >= n, where e is the day of "
        "the first fill. Suspended days count; a sale that is due on one waits and is marked late. It counts as a "
        "STOP_LOSS, also for a cooldown.",
        "首次成交后满 n 个交易日卖出全部持仓：t - e >= n 时于 t 日卖出，e 为首次成交日。停牌日计入；"
        "到期日停牌则顺延并标记为延迟。原因记为 STOP_LOSS，冷却期亦适用。",
    ),
    parameters=(
        whole_number(
            "days",
            Text("Days held", "持有天数"),
            Text("After how many trading days a holding is sold.", "持有多少个交易日后卖出。"),
            20,
        ),
    ),
    icon="clock",
)

TEMPLATES: tuple[NodeTemplate, ...] = (STOP_LOSS_PERCENT,)
LATER_TEMPLATES: tuple[NodeTemplate, ...] = (
    STOP_LOSS_AMOUNT,
    TRAILING_STOP,
    ATR_STOP,
    STOP_BELOW_AVERAGE,
    MAX_HOLDING_DAYS,
)
