"""Risk rules: when nothing is traded, and how much may be bought, bound to the position."""

from __future__ import annotations

from functools import partial

from codegen_core.nodes.declaration import NodeTemplate, NodeType, Text
from codegen_core.nodes.parts import whole_number
from codegen_core.nodes.rule_parts import fraction, rule, share

_risk = partial(rule, NodeType.RISK_MANAGEMENT)

DRAWDOWN_HALT: NodeTemplate = _risk(
    name="drawdown_halt",
    category="DRAWDOWN",
    display_name=Text("Halt on drawdown", "回撤熔断"),
    description=Text(
        "Sells everything once the account's value of the day before <= its peak x (1 - d), and buys and rebalances "
        "nothing on that day and the n - 1 days after it. The peak starts at the capital; after a halt it starts anew "
        "from the account's value of the day before. Of several halts each has its own peak and its own days.",
        "前一日账户价值 <= 峰值 ×（1 - d）时卖出全部持仓，当日及其后 n - 1 个交易日不买入、不再平衡。峰值自初始资金算"
        "起；熔断结束后以前一日账户价值重新起算。多个熔断节点各有自己的峰值与天数。",
    ),
    parameters=(
        fraction(
            "drawdown",
            Text("Drawdown", "回撤比例"),
            Text("As a fraction of the peak: 0.2 is twenty per cent.", "相对峰值的比例：0.2 即 20%。"),
            0.2,
        ),
        whole_number(
            "days",
            Text("Halt (days)", "暂停天数"),
            Text(
                "For how many trading days nothing is bought, the day of the sale included; 0 is to the end.",
                "暂停买入的交易日数，含卖出当日；0 表示直到结束。",
            ),
            20,
            minimum=0,
        ),
    ),
    icon="octagon-pause",
)

COOLDOWN: NodeTemplate = _risk(
    name="cooldown",
    category="TIMING",
    display_name=Text("Cooldown after a stop", "止损止盈后冷却"),
    description=Text(
        "What a STOP_LOSS or STOP_PROFIT rule sold on day s isn't bought again before day t with t - s > c; s is the "
        "day of the fill, so a late sale counts from the day it is made. Of several the longest counts.",
        "因止损或止盈于 s 日卖出的标的，须 t - s > c 才能再次买入；s 为成交日，延迟卖出自实际成交日起算。多个节点取最"
        "长者。",
    ),
    parameters=(
        whole_number(
            "days",
            Text("Cooldown (days)", "冷却天数"),
            Text("How many trading days pass in between.", "其间须相隔的交易日数。"),
            5,
        ),
    ),
    icon="snowflake",
)

MIN_HOLDING_DAYS: NodeTemplate = _risk(
    name="min_holding_days",
    category="TIMING",
    display_name=Text("Shortest holding time", "最短持有天数"),
    description=Text(
        "A SELL signal or a dropout is heard only once t - e >= n, where e is the day of a holding's first fill; "
        "stops, halts, leaving the pool and rebalancing aren't bound by it. A signal that isn't heard is not kept. A "
        "holding too young to be dropped is kept, and none is dropped in its place. Of several the longest counts.",
        "t - e >= n 之后才响应 SELL 信号与末位淘汰，e 为首次成交日；止损止盈、熔断、调出股票池与再平衡不受限制。"
        "未被响应的信号不会保留；持有时间不足的标的不被淘汰，也不由其他标的替代。多个节点取最长者。",
    ),
    parameters=(
        whole_number(
            "days",
            Text("Days held", "持有天数"),
            Text("From how many trading days on signals are heard.", "持有多少个交易日后开始响应信号。"),
            5,
        ),
    ),
    icon="lock",
)

WEIGHT_CAP: NodeTemplate = _risk(
    name="weight_cap",
    category="CAP",
    display_name=Text("Cap on a holding's weight", "单只权重上限"),
    description=Text(
        "A holding's target is at most cap x the account's value of the day before; what is cut is not given to "
        "others. It never forces a sale, but on a rebalancing day holdings are lowered to it. Of several the lowest "
        "counts.",
        "单只目标市值不超过 上限 × 前一日账户价值，削减部分不分配给其他标的。平时不强制卖出，但再平衡日会将持仓降至上"
        "限。多个节点取最低者。",
    ),
    parameters=(
        share(
            "cap",
            Text("Largest weight", "权重上限"),
            Text("As a fraction of the account: 0.1 is ten per cent.", "占账户价值的比例：0.1 即 10%。"),
            0.1,
        ),
    ),
    icon="chart-pie",
)

TURNOVER_CAP: NodeTemplate = _risk(
    name="turnover_cap",
    category="CAP",
    display_name=Text("Cap on a day's entries", "单日买入上限"),
    description=Text(
        "The targets of a day's entries add up to at most cap x the account's value of the day before: in rank order "
        "each takes its target or what is left, the rest nothing. Rebalancing isn't bound by it. Of several the lowest "
        "counts.",
        "单日新买入的目标市值合计不超过 上限 × 前一日账户价值：按排名依次取目标市值与剩余额度中的较小者，用尽后不再买"
        "入。再平衡不受限制。多个节点取最低者。",
    ),
    parameters=(
        share(
            "cap",
            Text("Most bought a day", "单日买入上限"),
            Text("As a fraction of the account: 0.3 is thirty per cent.", "占账户价值的比例：0.3 即 30%。"),
            0.3,
            maximum=10,
        ),
    ),
    icon="gauge",
)

EXPOSURE_CAP: NodeTemplate = _risk(
    name="exposure_cap",
    category="CAP",
    display_name=Text("Cap on exposure", "总仓位上限"),
    description=Text(
        "Buys only what keeps the holdings at most at cap x the account's value of the day before, counting those that "
        "don't leave today at their last closes (sales that can't trade included, a holding that is being cut at its "
        "target): entries take what is left in rank order, then rebalancing buys by code. It never forces a sale. Of "
        "several the lowest counts.",
        "买入后持仓市值不超过 上限 × 前一日账户价值；今日不卖出的持仓按最近收盘价计（含无法成交的卖出，减仓者按目标市"
        "值计）：先按排名分配给新买入，再按代码分配给再平衡买入。不强制卖出。多个节点取最低者。",
    ),
    parameters=(
        share(
            "cap",
            Text("Largest exposure", "总仓位上限"),
            Text("As a fraction of the account: 0.8 is eighty per cent.", "占账户价值的比例：0.8 即 80%。"),
            0.8,
        ),
    ),
    icon="layers",
)

TEMPLATES: tuple[NodeTemplate, ...] = (
    DRAWDOWN_HALT,
    COOLDOWN,
    MIN_HOLDING_DAYS,
    WEIGHT_CAP,
    TURNOVER_CAP,
    EXPOSURE_CAP,
)
