"""Strategies that rank the pool's members against each other and hold the best of them."""

from __future__ import annotations

from codegen_core.nodes.declaration import Text
from codegen_core.strategies.drawing import ReadyStrategy, drawing, node

MOMENTUM = ReadyStrategy(
    name="momentum_rotation",
    category="ROTATION",
    display_name=Text("Momentum rotation", "动量轮动"),
    description=Text(
        "Holds the ten members of the pool with the highest 60-day return, leaving out the last five days; each day "
        "the two weakest may make room, but none is dropped in its first ten days.",
        "持有股票池中 60 日涨幅（剔除最近 5 日）最高的 10 只；每日最多替换最弱的两只，持有不足 10 日的不替换。",
    ),
    logic_flow=drawing(
        [
            node("five_days_ago", "lag", "Close five days ago", (0, 0), field="close", days=5),
            node("momentum", "period_return", "Momentum", (1, 0), days=60),
            node("best_ten", "top_k_dropout", "Best ten", (2, 0), k=10, n_drop=2, rebalance_days=0),
            node("patience", "min_holding_days", "Patience", (3, 0), days=10),
        ],
        "five_days_ago.value > momentum.input",
        "momentum.value > best_ten.score",
        "best_ten.position > patience.position",
    ),
)

LOW_VOLATILITY = ReadyStrategy(
    name="low_volatility",
    category="ROTATION",
    display_name=Text("Low volatility", "低波动"),
    description=Text(
        "Buys the calmest tenth of the pool by 60-day volatility and sells what has left the calmest third; sizes by "
        "inverse volatility, rebalanced every 20 days, no holding above 10 %.",
        "买入 60 日波动率最低的十分之一，跌出最低三分之一时卖出；"
        "按波动率倒数分配仓位，每 20 日再平衡，单只不超过 10%。",
    ),
    logic_flow=drawing(
        [
            node("volatility", "volatility", "Volatility", (0, 0), field="close", window=60),
            node("calmest", "bottom_quantile", "Calmest tenth", (1, 0), fraction=0.1),
            node("calm", "bottom_quantile", "Calmest third", (1, 1), fraction=0.3333),
            node("restless", "negate", "Restless", (2, 1)),
            node("calmness", "arithmetic", "Calmness", (1, 2), operator="*", value=-1),
            node("enter", "buy", "Enter", (3, 0)),
            node("leave", "sell", "Leave", (3, 1)),
            node("holdings", "inverse_volatility", "Holdings", (4, 0), window=60, max_positions=20, rebalance_days=20),
            node("largest", "weight_cap", "Largest weight", (5, 0), cap=0.1),
        ],
        "volatility.value > calmest.input",
        "volatility.value > calm.input",
        "volatility.value > calmness.left",
        "calm.result > restless.condition",
        "calmest.result > enter.condition",
        "calmness.value > enter.score",
        "restless.result > leave.condition",
        "enter.signal > holdings.entry",
        "leave.signal > holdings.exit",
        "holdings.position > largest.position",
    ),
)

MULTI_FACTOR = ReadyStrategy(
    name="multi_factor_top_k",
    category="FACTOR",
    display_name=Text("Multi-factor top-k", "多因子 Top-K"),
    description=Text(
        "Adds the cross-sectional ranks of three Alpha158 factors (momentum, calmness, price and volume apart) and "
        "holds the 20 best; each day the three weakest may make room; no holding above 8 %.",
        "将三个 Alpha158 因子（动量、低波动、量价背离）的截面排名相加，持有得分最高的 20 只；每日最多替换最弱的 3 只，"
        "单只不超过 8%。",
    ),
    logic_flow=drawing(
        [
            node("past_price", "factor", "Past price", (0, 0), source="ALPHA158", factor="ROC60"),
            node("restlessness", "factor", "Restlessness", (0, 1), source="ALPHA158", factor="STD20"),
            node("togetherness", "factor", "Price with volume", (0, 2), source="ALPHA158", factor="CORR20"),
            node(
                "composite",
                "custom_series",
                "Composite",
                (1, 0),
                language="PYTHON",
                expression="3 - {a}.rank(axis=1, pct=True) - {b}.rank(axis=1, pct=True) - {c}.rank(axis=1, pct=True)",
            ),
            node("best", "top_k_dropout", "Best twenty", (2, 0), k=20, n_drop=3, rebalance_days=0),
            node("largest", "weight_cap", "Largest weight", (3, 0), cap=0.08),
        ],
        "past_price.value > composite.a",
        "restlessness.value > composite.b",
        "togetherness.value > composite.c",
        "composite.value > best.score",
        "best.position > largest.position",
    ),
)

CALM_MOMENTUM = ReadyStrategy(
    name="risk_adjusted_momentum",
    category="ROTATION",
    display_name=Text("Risk-adjusted momentum", "风险调整动量"),
    description=Text(
        "Buys the pool's top 15 by return over volatility of 60 days while the ratio is above zero, sells what falls "
        "out of the top 40, and weighs by the ratio, rebalanced every 20 days.",
        "买入 60 日收益与波动率之比最高的 15 只（且比值为正），跌出前 40 名时卖出；按该比值分配仓位，每 20 日再平衡。",
    ),
    logic_flow=drawing(
        [
            node("momentum", "period_return", "Momentum", (0, 0), field="close", days=60),
            node("volatility", "volatility", "Volatility", (0, 1), field="close", window=60),
            node("ratio", "arithmetic", "Return per risk", (1, 0), operator="/"),
            node("leaders", "top_n", "Leaders", (2, 0), count=15),
            node("gaining", "compare", "Gaining", (2, 1), operator=">", value=0),
            node("candidates", "all_of", "Candidates", (3, 0)),
            node("followers", "top_n", "Still good", (2, 2), count=40),
            node("fallen", "negate", "Fallen behind", (3, 2)),
            node("enter", "buy", "Enter", (4, 0)),
            node("leave", "sell", "Leave", (4, 2)),
            node("holdings", "score_weighted", "Holdings", (5, 0), max_positions=15, rebalance_days=20),
        ],
        "momentum.value > ratio.left",
        "volatility.value > ratio.right",
        "ratio.value > leaders.input",
        "ratio.value > gaining.left",
        "ratio.value > followers.input",
        "leaders.result > candidates.conditions",
        "gaining.result > candidates.conditions",
        "followers.result > fallen.condition",
        "candidates.result > enter.condition",
        "fallen.result > leave.condition",
        "enter.signal > holdings.entry",
        "leave.signal > holdings.exit",
        "ratio.value > holdings.score",
    ),
)

STRATEGIES: tuple[ReadyStrategy, ...] = (MOMENTUM, LOW_VOLATILITY, MULTI_FACTOR, CALM_MOMENTUM)
