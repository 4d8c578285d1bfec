"""Sizing rules: which share of the account an entry gets."""

from __future__ import annotations

from dataclasses import replace

from codegen_core.nodes.declaration import (
    InputPort,
    NodeTemplate,
    NodeType,
    OutputPort,
    PortType,
    Side,
    Text,
    no_look_back,
)
from codegen_core.nodes.parts import WHOLE_WINDOW, LookBack, whole_number
from codegen_core.nodes.rule_parts import positive, share
from codegen_core.nodes.schema import Parameter, declare

_ENTRY = InputPort("entry", (PortType.SIGNAL,), multiple=True, side=Side.BUY)
_EXIT = InputPort("exit", (PortType.SIGNAL,), required=False, multiple=True, side=Side.SELL)
_SCORE = InputPort("score", (PortType.SERIES,))

_MAX_POSITIONS = Parameter(
    "max_positions",
    Text("Most holdings", "最大持仓数"),
    Text("How many instruments are held at most at one time.", "同时持有的标的数上限。"),
    {"type": "integer", "minimum": 1, "maximum": 500},
    10,
)
_REBALANCE_DAYS = Parameter(
    "rebalance_days",
    Text("Rebalance every (days)", "再平衡间隔（天）"),
    Text(
        "Every how many trading days holdings are brought back to their target; 0 is never.",
        "每隔多少个交易日将持仓调回目标权重；0 表示不调仓。",
    ),
    {"type": "integer", "minimum": 0, "maximum": 1000},
    0,
)


def _position(
    *,
    name: str,
    display_name: Text,
    description: Text,
    parameters: tuple[Parameter, ...] = (),
    inputs: tuple[InputPort, ...] = (_ENTRY, _EXIT),
    look_back: LookBack = no_look_back,
    icon: str,
) -> NodeTemplate:
    """Returns a sizing rule with a number of slots."""
    return declare(
        name=name,
        node_type=NodeType.POSITION,
        category="SIZING",
        display_name=display_name,
        description=description,
        jinja_template=f"nodes/{name}.py.j2",
        inputs=inputs,
        outputs=(OutputPort("position", PortType.POSITION),),
        parameters=parameters,
        look_back=look_back,
        icon=icon,
        color="#6A1B9A",
    )


EQUAL_WEIGHT: NodeTemplate = _position(
    name="equal_weight",
    display_name=Text("Equal weight", "等权持仓"),
    description=Text(
        "Each entry gets 1 / max_positions of the account's value of the day before, at most max_positions holdings "
        "at a time.",
        "每次买入占前一日账户价值的 1 / max_positions，同时最多持有 max_positions 只。",
    ),
    parameters=(_MAX_POSITIONS, _REBALANCE_DAYS),
    icon="pie-chart",
)

FIXED_WEIGHT: NodeTemplate = _position(
    name="fixed_weight",
    display_name=Text("Fixed weight", "固定权重"),
    description=Text(
        "Each entry gets w of the account's value of the day before, whatever the number of slots; where w x "
        "max_positions is above 1, the last buys are trimmed to the cash that is there.",
        "每次买入占前一日账户价值的 w，与持仓数无关；若 w × max_positions 超过 1，后买入者受可用现金限制。",
    ),
    parameters=(
        share(
            "weight",
            Text("Weight", "权重"),
            Text("As a fraction of the account: 0.1 is ten per cent.", "占账户价值的比例：0.1 即 10%。"),
            0.1,
        ),
        _MAX_POSITIONS,
        _REBALANCE_DAYS,
    ),
    icon="percent",
)

FIXED_AMOUNT: NodeTemplate = _position(
    name="fixed_amount",
    display_name=Text("Fixed amount", "固定金额"),
    description=Text(
        "Each entry gets the same money, trimmed to the cash as any buy; on a rebalancing day holdings are brought "
        "back to that money.",
        "每次买入投入相同金额，受可用现金限制；再平衡日将持仓调回该金额。",
    ),
    parameters=(
        positive(
            "amount",
            Text("Amount (money)", "金额（元）"),
            Text("Money for one holding, in the account's currency.", "每只持仓投入的金额（账户货币）。"),
            10000.0,
        ),
        _MAX_POSITIONS,
        _REBALANCE_DAYS,
    ),
    icon="banknote",
)

INVERSE_VOLATILITY: NodeTemplate = _position(
    name="inverse_volatility",
    display_name=Text("Inverse volatility", "波动率倒数加权"),
    description=Text(
        "Calm instruments get more: each gets (|S| / max_positions) x (1 / sd) / the sum of 1 / sd over S, of the "
        "account's value of the day before. S is what stays in the account plus the day's entries; sd is the sample "
        "deviation of the last n close-to-close returns of the instrument's own bars. One without an sd (too few bars, "
        "no close on the day before, or an sd of 0) isn't in S and is neither bought nor rebalanced.",
        "波动小者权重大：目标为前一日账户价值 ×（|S| / max_positions）×（1 / sd）/ S 内 1 / sd 之和。S 为未卖出的持仓"
        "与当日新买入者；sd 为该标的自身最近 n 个收盘收益率的样本标准差。没有 sd 者（交易日不足、前一日无收盘价或 sd "
        "为 0）不计入 S，既不买入也不再平衡。",
    ),
    parameters=(
        whole_number(
            "window",
            Text("Window (returns)", "窗口（收益率个数）"),
            Text(
                "Over how many returns of the instrument's own bars the deviation is taken.",
                "计算标准差所用的自身收益率个数。",
            ),
            20,
            minimum=2,
        ),
        _MAX_POSITIONS,
        _REBALANCE_DAYS,
    ),
    look_back=WHOLE_WINDOW,
    icon="activity",
)

SCORE_WEIGHTED: NodeTemplate = _position(
    name="score_weighted",
    display_name=Text("Score-weighted", "按得分加权"),
    description=Text(
        "Each gets (|S| / max_positions) x max(score, 0) / the sum of that over S, of the account's value of the day "
        "before. S is what stays in the account plus the day's entries, as far as they have a score. One without a "
        "score is neither bought nor rebalanced; one with a score of 0 or less isn't bought, and is sold on a "
        "rebalancing day. Where the scores add up to nothing, nothing is ordered. The score also ranks the entries "
        "unless a buy has a score of its own.",
        "目标为前一日账户价值 ×（|S| / max_positions）× max(得分, 0) / S 内之和。S 为未卖出的持仓与当日新买入者中有得"
        "分者。没有得分者既不买入也不再平衡；得分不大于 0 者不买入，并在再平衡日卖出。得分之和为 0 时不下单。若买入节"
        "点没有自己的得分，也用此得分为买入排序。",
    ),
    inputs=(_ENTRY, _EXIT, _SCORE),
    parameters=(_MAX_POSITIONS, _REBALANCE_DAYS),
    icon="bar-chart",
)

TOP_K_DROPOUT: NodeTemplate = _position(
    name="top_k_dropout",
    display_name=Text("Top k with dropout", "前 K 名轮换（TopkDropout）"),
    description=Text(
        "Holds the k best by score at 1 / k of the account each, and drops at most n_drop a day, as Qlib's "
        "TopkDropoutStrategy chooses them: of the holdings and the best candidates together, the holdings among the "
        "n_drop last are sold (reason DROPOUT; no score ranks last, ties by code). Candidates are members of the pool "
        "with a score that can be bought; with buy signals connected, only those that are marked. Scores of buy "
        "signals are not read here.",
        "按得分持有前 k 名，每只占账户价值的 1 / k，每日最多淘汰 n_drop 只，选取方式同 Qlib 的 TopkDropoutStrategy："
        "将持仓与最佳候选合并排序，卖出其中位列最后 n_drop 名的持仓（原因 DROPOUT；无得分者排最后，同分按代码）。"
        "候选为有得分且可买入的股票池成分；若连接了买入信号，则仅限被标记者。此处不读取买入信号的得分。",
    ),
    inputs=(replace(_ENTRY, required=False), _EXIT, _SCORE),
    parameters=(
        Parameter(
            "k",
            Text("Holdings (k)", "持仓数 k"),
            Text("How many instruments are held.", "持有的标的数。"),
            {"type": "integer", "minimum": 1, "maximum": 500},
            10,
        ),
        Parameter(
            "n_drop",
            Text("Most dropped a day", "每日最多淘汰数"),
            Text(
                "How many holdings are replaced by better ones on a day at most; 0 drops nobody.",
                "每日最多由更优者替换的持仓数；0 表示不淘汰。",
            ),
            {"type": "integer", "minimum": 0, "maximum": 500},
            1,
        ),
        _REBALANCE_DAYS,
    ),
    icon="list-ordered",
)

TEMPLATES: tuple[NodeTemplate, ...] = (EQUAL_WEIGHT,)
LATER_TEMPLATES: tuple[NodeTemplate, ...] = (
    FIXED_WEIGHT,
    FIXED_AMOUNT,
    INVERSE_VOLATILITY,
    SCORE_WEIGHTED,
    TOP_K_DROPOUT,
)
