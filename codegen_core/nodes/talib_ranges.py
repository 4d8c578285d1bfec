"""TA-Lib's measures of a bar's range and of volume."""

from __future__ import annotations

from codegen_core.nodes.bar_indicators import talib_indicator
from codegen_core.nodes.declaration import NodeTemplate, Text, no_look_back
from codegen_core.nodes.parts import WHOLE_WINDOW, bars, bars_before, own_window

_HIGH_LOW_CLOSE = ("high", "low", "close")
_BARS = (*_HIGH_LOW_CLOSE, "volume")

TRUE_RANGE: NodeTemplate = talib_indicator(
    "true_range",
    "VOLATILITY",
    Text("True range", "真实波幅"),
    Text(
        "TA-Lib's TRANGE: the range from the day's low to its high, the close of the bar before included.",
        "TA-Lib 的 TRANGE：当日最高最低之差，并计入前一根 K 线的收盘价。",
    ),
    "TRANGE",
    reads=_HIGH_LOW_CLOSE,
    look_back=bars_before(lambda: 1),
    icon="ruler",
)

ATR: NodeTemplate = talib_indicator(
    "atr",
    "VOLATILITY",
    Text("Average true range (ATR)", "平均真实波幅（ATR）"),
    Text(
        "TA-Lib's ATR by Wilder: the true range of n bars, smoothed with 1/n, in units of the (adjusted) price.",
        "TA-Lib 的 ATR（Wilder）：n 期真实波幅按 1/n 平滑，单位为（复权）价格。",
    ),
    "ATR",
    own_window(14),
    reads=_HIGH_LOW_CLOSE,
    look_back=WHOLE_WINDOW,
    icon="ruler",
)

NATR: NodeTemplate = talib_indicator(
    "natr",
    "VOLATILITY",
    Text("Normalised average true range (NATR)", "归一化平均真实波幅（NATR）"),
    Text(
        "TA-Lib's NATR: the average true range in per cent of the close, so that instruments compare.",
        "TA-Lib 的 NATR：平均真实波幅占收盘价的百分比，便于标的之间比较。",
    ),
    "NATR",
    own_window(14),
    reads=_HIGH_LOW_CLOSE,
    look_back=WHOLE_WINDOW,
    icon="ruler",
)

TYPICAL_PRICE: NodeTemplate = talib_indicator(
    "typical_price",
    "PRICE",
    Text("Typical price", "典型价格"),
    Text(
        "TA-Lib's TYPPRICE: the mean of the day's high, low and close.",
        "TA-Lib 的 TYPPRICE：当日最高价、最低价与收盘价的平均。",
    ),
    "TYPPRICE",
    reads=_HIGH_LOW_CLOSE,
    look_back=no_look_back,
    icon="candlestick",
)

OBV: NodeTemplate = talib_indicator(
    "obv",
    "VOLUME",
    Text("On-balance volume (OBV)", "能量潮（OBV）"),
    Text(
        "TA-Lib's OBV: volume added up from the instrument's first bar on, with a minus sign on bars that close "
        "lower. It takes the close and the volume of the data.",
        "TA-Lib 的 OBV：自该标的首根 K 线起累计成交量，收盘下跌的 K 线取负。使用行情中的收盘价与成交量。",
    ),
    "OBV",
    reads=("close", "volume"),
    look_back=no_look_back,
    icon="chart-column",
)

ACCUMULATION_DISTRIBUTION: NodeTemplate = talib_indicator(
    "accumulation_distribution",
    "VOLUME",
    Text("Accumulation / distribution line", "累积派发线（AD）"),
    Text(
        "TA-Lib's AD by Chaikin: volume added up from the instrument's first bar on, weighted by where the close "
        "stands in the day's range.",
        "TA-Lib 的 AD（Chaikin）：自该标的首根 K 线起累计成交量，按收盘价在当日区间中的位置加权。",
    ),
    "AD",
    reads=_BARS,
    look_back=no_look_back,
    icon="chart-column",
)

CHAIKIN_OSCILLATOR: NodeTemplate = talib_indicator(
    "chaikin_oscillator",
    "VOLUME",
    Text("Chaikin oscillator", "蔡金振荡指标（ADOSC）"),
    Text(
        "TA-Lib's ADOSC: the fast exponential average of the accumulation / distribution line less the slow one.",
        "TA-Lib 的 ADOSC：累积派发线的快线指数平均减慢线指数平均。",
    ),
    "ADOSC",
    bars("fast", Text("Fast (bars)", "快线（K 线数）"), 3, 2),
    bars("slow", Text("Slow (bars)", "慢线（K 线数）"), 10, 2),
    reads=_BARS,
    options={"fastperiod": "fast", "slowperiod": "slow"},
    look_back=bars_before(lambda fast, slow: max(fast, slow) - 1, "fast", "slow"),
    icon="chart-column",
)

MFI: NodeTemplate = talib_indicator(
    "mfi",
    "VOLUME",
    Text("Money flow index (MFI)", "资金流量指标（MFI）"),
    Text(
        "TA-Lib's MFI: turnover of rising bars as a share of all turnover of n bars, from 0 to 100, turnover being "
        "typical price times volume.",
        "TA-Lib 的 MFI：n 期内上涨 K 线成交额占全部成交额的百分比，0 至 100；成交额为典型价乘成交量。",
    ),
    "MFI",
    own_window(14, 2),
    reads=_BARS,
    look_back=WHOLE_WINDOW,
    icon="gauge",
)

TEMPLATES: tuple[NodeTemplate, ...] = (
    TRUE_RANGE,
    ATR,
    NATR,
    TYPICAL_PRICE,
    OBV,
    ACCUMULATION_DISTRIBUTION,
    CHAIKIN_OSCILLATOR,
    MFI,
)
