"""Titles and help of TA-Lib's options in both languages: TA-Lib itself speaks English."""

from __future__ import annotations

from collections.abc import Mapping

from codegen_core.nodes.declaration import Text

GROUPS: Mapping[str, tuple[str, str]] = {
    "Cycle Indicators": ("CYCLE", "周期指标"),
    "Math Operators": ("MATH", "数学运算"),
    "Math Transform": ("MATH", "数学变换"),
    "Momentum Indicators": ("MOMENTUM", "动量指标"),
    "Overlap Studies": ("TREND", "重叠研究"),
    "Pattern Recognition": ("CANDLESTICK", "K 线形态"),
    "Price Transform": ("PRICE", "价格变换"),
    "Statistic Functions": ("STATISTICS", "统计函数"),
    "Volatility Indicators": ("VOLATILITY", "波动率指标"),
    "Volume Indicators": ("VOLUME", "成交量指标"),
}
"""TA-Lib's groups: the category of the catalogue, and the Chinese name."""

_AVERAGE_HELP = Text(
    "Which average: 0 simple, 1 exponential, 2 weighted, 3 double exponential, 4 triple exponential, 5 triangular, "
    "6 Kaufman's, 7 MESA, 8 T3, 9 Hull, 10 none, 11 the function's own, 12 zero-lag, 13 Wilder's.",
    "均线类型：0 简单，1 指数，2 加权，3 双重指数，4 三重指数，5 三角，6 考夫曼，7 MESA，8 T3，9 Hull，10 无，"
    "11 函数自带，12 零滞后，13 Wilder。",
)
_BARS_HELP = Text(
    "In the instrument's own bars; days without trading do not count.", "以该标的自身的 K 线计；停牌日不计。"
)
_NUMBER_HELP = Text("As TA-Lib defines it.", "含义同 TA-Lib。")

_CHINESE: Mapping[str, str] = {
    "timeperiod": "周期",
    "timeperiod1": "周期一",
    "timeperiod2": "周期二",
    "timeperiod3": "周期三",
    "fastperiod": "快线周期",
    "slowperiod": "慢线周期",
    "signalperiod": "信号线周期",
    "firstperiod": "第一次平滑周期",
    "secondperiod": "第二次平滑周期",
    "minperiod": "最小周期",
    "maxperiod": "最大周期",
    "atrperiod": "ATR 周期",
    "rocperiod": "变动率周期",
    "roc1period": "变动率周期一",
    "roc2period": "变动率周期二",
    "wmaperiod": "加权均线周期",
    "stddevperiod": "标准差周期",
    "leftbars": "左侧 K 线数",
    "rightbars": "右侧 K 线数",
    "fastk_period": "快速 K 周期",
    "fastd_period": "快速 D 周期",
    "slowk_period": "慢速 K 周期",
    "slowd_period": "慢速 D 周期",
    "matype": "均线类型",
    "fastmatype": "快线均线类型",
    "slowmatype": "慢线均线类型",
    "signalmatype": "信号线均线类型",
    "fastd_matype": "快速 D 均线类型",
    "slowk_matype": "慢速 K 均线类型",
    "slowd_matype": "慢速 D 均线类型",
    "nbdev": "标准差倍数",
    "nbdevup": "上轨标准差倍数",
    "nbdevdn": "下轨标准差倍数",
    "vfactor": "体积因子",
    "percentile": "百分位",
    "penetration": "穿透比例",
    "multiplier": "倍数",
    "fastlimit": "快速上限",
    "slowlimit": "慢速下限",
    "acceleration": "加速因子",
    "maximum": "加速因子上限",
    "startvalue": "起始值",
    "offsetonreverse": "反转偏移",
    "accelerationinitlong": "多头初始加速因子",
    "accelerationlong": "多头加速因子",
    "accelerationmaxlong": "多头加速因子上限",
    "accelerationinitshort": "空头初始加速因子",
    "accelerationshort": "空头加速因子",
    "accelerationmaxshort": "空头加速因子上限",
}


def option_texts(name: str, title: str) -> tuple[Text, Text]:
    """Returns the title and the help of an option."""
    shown = Text(title, _CHINESE.get(name, f"参数 {name}"))
    if name.endswith("matype"):
        return shown, _AVERAGE_HELP
    return shown, _BARS_HELP if name.endswith(("period", "period1", "period2", "period3", "bars")) else _NUMBER_HELP
