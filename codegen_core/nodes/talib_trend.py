"""TA-Lib's averages, bands and measures of trend."""

from __future__ import annotations

from codegen_core.nodes.bar_indicators import talib_indicator
from codegen_core.nodes.declaration import NodeTemplate, Text
from codegen_core.nodes.parts import LESS_ONE, WHOLE_WINDOW, bars, bars_before, own_window
from codegen_core.nodes.schema import Parameter

_HIGH_LOW = ("high", "low")
_HIGH_LOW_CLOSE = ("high", "low", "close")

DEMA: NodeTemplate = talib_indicator(
    "dema",
    "TREND",
    Text("Double exponential moving average", "双重指数移动平均"),
    Text(
        "TA-Lib's DEMA: twice the exponential average of n bars less the average of that average, which lags less.",
        "TA-Lib 的 DEMA：2 倍 n 期指数平均减去其再次指数平均，滞后更小。",
    ),
    "DEMA",
    own_window(20),
    look_back=bars_before(lambda window: 2 * (window - 1), "window"),
)

TEMA: NodeTemplate = talib_indicator(
    "tema",
    "TREND",
    Text("Triple exponential moving average", "三重指数移动平均"),
    Text(
        "TA-Lib's TEMA: 3 e1 - 3 e2 + e3, where e1 is the exponential average of n bars, e2 that of e1, e3 that of e2.",
        "TA-Lib 的 TEMA：3 e1 - 3 e2 + e3，e1 为 n 期指数平均，e2 为 e1 的指数平均，e3 为 e2 的指数平均。",
    ),
    "TEMA",
    own_window(20),
    look_back=bars_before(lambda window: 3 * (window - 1), "window"),
)

TRIMA: NodeTemplate = talib_indicator(
    "trima",
    "TREND",
    Text("Triangular moving average", "三角移动平均"),
    Text(
        "TA-Lib's TRIMA: an average of n bars whose weights rise to the middle of the window and fall again.",
        "TA-Lib 的 TRIMA：n 期加权平均，权重向窗口中间递增后递减。",
    ),
    "TRIMA",
    own_window(20),
    look_back=LESS_ONE,
)

KAMA: NodeTemplate = talib_indicator(
    "kama",
    "TREND",
    Text("Kaufman adaptive moving average", "考夫曼自适应移动平均"),
    Text(
        "TA-Lib's KAMA: an exponential average that follows quickly where the last n bars go one way and slowly where "
        "they go to and fro.",
        "TA-Lib 的 KAMA：指数平均，最近 n 根 K 线单向时跟随快，震荡时跟随慢。",
    ),
    "KAMA",
    own_window(20),
    look_back=bars_before(lambda window: window if window > 1 else 0, "window"),
)

T3: NodeTemplate = talib_indicator(
    "t3",
    "TREND",
    Text("T3 moving average", "T3 移动平均"),
    Text(
        "TA-Lib's T3 by Tillson: six exponential averages of n bars, one of another, put together by a volume factor.",
        "TA-Lib 的 T3（Tillson）：n 期指数平均连作六次，再按体积因子组合。",
    ),
    "T3",
    own_window(5),
    Parameter(
        "volume_factor",
        Text("Volume factor", "体积因子"),
        Text("0 gives a plain exponential average, 1 a double one.", "0 为普通指数平均，1 为双重指数平均。"),
        {"type": "number", "minimum": 0, "maximum": 1},
        0.7,
    ),
    options={"timeperiod": "window", "vfactor": "volume_factor"},
    look_back=bars_before(lambda window: 6 * (window - 1), "window"),
)

MACD: NodeTemplate = talib_indicator(
    "macd",
    "TREND",
    Text("MACD", "MACD 指标"),
    Text(
        "TA-Lib's MACD: the fast exponential average less the slow one (DIF), its own exponential average (signal, "
        "DEA), and the histogram, which is the difference of the two, not doubled as Chinese charts show it.",
        "TA-Lib 的 MACD：快慢指数平均之差（macd，即 DIF）、其指数平均（signal，即 DEA），"
        "以及两者之差（histogram），未像国内软件那样乘以 2。",
    ),
    "MACD",
    bars("fast", Text("Fast (bars)", "快线（K 线数）"), 12, 2),
    bars("slow", Text("Slow (bars)", "慢线（K 线数）"), 26, 2),
    bars("signal", Text("Signal (bars)", "信号线（K 线数）"), 9),
    options={"fastperiod": "fast", "slowperiod": "slow", "signalperiod": "signal"},
    results=("macd", "signal", "histogram"),
    look_back=bars_before(lambda fast, slow, signal: max(fast, slow) + signal - 2, "fast", "slow", "signal"),
    icon="chart-bar",
)

BOLLINGER: NodeTemplate = talib_indicator(
    "bollinger",
    "VOLATILITY",
    Text("Bollinger bands", "布林带"),
    Text(
        "TA-Lib's BBANDS with a simple average: the mean of n bars, and so many deviations (n in the denominator) "
        "above and below it.",
        "TA-Lib 的 BBANDS（简单平均）：n 期均值及其上下若干倍标准差（分母为 n）。",
    ),
    "BBANDS",
    own_window(20, 2),
    Parameter(
        "deviations",
        Text("Deviations", "标准差倍数"),
        Text("How many standard deviations from the middle each band is.", "上下轨距中轨多少倍标准差。"),
        {"type": "number", "exclusiveMinimum": 0, "maximum": 100},
        2.0,
    ),
    options={"timeperiod": "window", "nbdevup": "deviations", "nbdevdn": "deviations"},
    results=("upper", "middle", "lower"),
    look_back=LESS_ONE,
    icon="chart-area",
)

ADX: NodeTemplate = talib_indicator(
    "adx",
    "TREND",
    Text("Average directional index (ADX)", "平均趋向指数（ADX）"),
    Text(
        "TA-Lib's ADX by Wilder: how strong the trend of n bars is, from 0 to 100, whichever way it goes.",
        "TA-Lib 的 ADX（Wilder）：n 期趋势强度，0 至 100，不分方向。",
    ),
    "ADX",
    own_window(14, 2),
    reads=_HIGH_LOW_CLOSE,
    look_back=bars_before(lambda window: 2 * window - 1, "window"),
)

PLUS_DI: NodeTemplate = talib_indicator(
    "plus_di",
    "TREND",
    Text("Plus directional indicator (+DI)", "正向指标（+DI）"),
    Text(
        "TA-Lib's PLUS_DI by Wilder: upward movement of n bars as a percentage of their true range.",
        "TA-Lib 的 PLUS_DI（Wilder）：n 期上升动向占真实波幅的百分比。",
    ),
    "PLUS_DI",
    own_window(14),
    reads=_HIGH_LOW_CLOSE,
    look_back=WHOLE_WINDOW,
)

MINUS_DI: NodeTemplate = talib_indicator(
    "minus_di",
    "TREND",
    Text("Minus directional indicator (-DI)", "负向指标（-DI）"),
    Text(
        "TA-Lib's MINUS_DI by Wilder: downward movement of n bars as a percentage of their true range.",
        "TA-Lib 的 MINUS_DI（Wilder）：n 期下降动向占真实波幅的百分比。",
    ),
    "MINUS_DI",
    own_window(14),
    reads=_HIGH_LOW_CLOSE,
    look_back=WHOLE_WINDOW,
)

AROON: NodeTemplate = talib_indicator(
    "aroon",
    "TREND",
    Text("Aroon", "阿隆指标"),
    Text(
        "TA-Lib's AROON: how recent the lowest low (down) and the highest high (up) of the last n + 1 bars are, 100 "
        "being the current bar, 0 the oldest.",
        "TA-Lib 的 AROON：最近 n + 1 根 K 线中最低价（down）与最高价（up）距今的远近，100 为当前，0 为最早。",
    ),
    "AROON",
    own_window(14, 2),
    reads=_HIGH_LOW,
    results=("down", "up"),
    look_back=WHOLE_WINDOW,
)

AROON_OSCILLATOR: NodeTemplate = talib_indicator(
    "aroon_oscillator",
    "TREND",
    Text("Aroon oscillator", "阿隆振荡指标"),
    Text(
        "TA-Lib's AROONOSC: Aroon up less Aroon down, from -100 to 100.",
        "TA-Lib 的 AROONOSC：阿隆 up 减 down，-100 至 100。",
    ),
    "AROONOSC",
    own_window(14, 2),
    reads=_HIGH_LOW,
    look_back=WHOLE_WINDOW,
)

PARABOLIC_SAR: NodeTemplate = talib_indicator(
    "parabolic_sar",
    "TREND",
    Text("Parabolic SAR", "抛物线转向（SAR）"),
    Text(
        "TA-Lib's SAR by Wilder: a stop that follows the price ever faster and turns where it is touched.",
        "TA-Lib 的 SAR（Wilder）：加速跟随价格的止损点，触及即反转。",
    ),
    "SAR",
    Parameter(
        "acceleration",
        Text("Acceleration", "加速因子"),
        Text("How much faster it follows at each new extreme.", "每创新极值时加速的步长。"),
        {"type": "number", "minimum": 0, "maximum": 10},
        0.02,
    ),
    Parameter(
        "maximum",
        Text("Maximum acceleration", "加速上限"),
        Text("The fastest it follows.", "加速因子的上限。"),
        {"type": "number", "minimum": 0, "maximum": 10},
        0.2,
    ),
    reads=_HIGH_LOW,
    options={"acceleration": "acceleration", "maximum": "maximum"},
    look_back=bars_before(lambda: 1),
    icon="dots",
)

LINEAR_REGRESSION: NodeTemplate = talib_indicator(
    "linear_regression",
    "TREND",
    Text("Linear regression", "线性回归值"),
    Text(
        "TA-Lib's LINEARREG: the value at the current bar of the line fitted to the last n bars by least squares.",
        "TA-Lib 的 LINEARREG：对最近 n 根 K 线作最小二乘拟合，取直线在当前的值。",
    ),
    "LINEARREG",
    own_window(14, 2),
    look_back=LESS_ONE,
)

TEMPLATES: tuple[NodeTemplate, ...] = (
    DEMA,
    TEMA,
    TRIMA,
    KAMA,
    T3,
    MACD,
    BOLLINGER,
    ADX,
    PLUS_DI,
    MINUS_DI,
    AROON,
    AROON_OSCILLATOR,
    PARABOLIC_SAR,
    LINEAR_REGRESSION,
)
