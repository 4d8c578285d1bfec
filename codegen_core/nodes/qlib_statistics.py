"""Qlib expressions that describe the values of a window."""

from __future__ import annotations

from codegen_core.nodes.declaration import InputPort, NodeTemplate, Text
from codegen_core.nodes.parts import (
    INPUT,
    LESS_ONE,
    OTHER,
    WHOLE_WINDOW,
    LookBack,
    field,
    other_field,
    window,
)
from codegen_core.nodes.qlib_indicators import qlib_indicator
from codegen_core.nodes.schema import Parameter

_FRACTION = Parameter(
    "fraction",
    Text("Quantile", "分位"),
    Text(
        "As a fraction: 0 is the smallest value, 0.5 the median, 1 the largest; between two values it interpolates.",
        "以小数表示：0 为最小值，0.5 为中位数，1 为最大值；两值之间线性插值。",
    ),
    {"type": "number", "minimum": 0, "maximum": 1},
    0.5,
)


def _statistic(
    name: str,
    display_name: Text,
    description: Text,
    expression: str,
    *,
    minimum: int = 1,
    category: str = "STATISTICS",
    own_field: str = "close",
    more: tuple[Parameter, ...] = (),
    inputs: tuple[InputPort, ...] = (INPUT,),
    look_back: LookBack = LESS_ONE,
    icon: str = "sigma",
) -> NodeTemplate:
    """Returns an indicator over a window of at least ``minimum`` days."""
    parameters = (window(20, minimum), *more, field(own_field))
    if OTHER in inputs:
        parameters = (*parameters, other_field("volume"))
    return qlib_indicator(
        name,
        category,
        display_name,
        description,
        expression,
        *parameters,
        inputs=inputs,
        look_back=look_back,
        icon=icon,
    )


ROLLING_SUM: NodeTemplate = _statistic(
    "rolling_sum",
    Text("Rolling sum", "滚动求和"),
    Text(
        "Qlib's Sum(x, n): the sum of the last n days, days without a value left out.",
        "Qlib 的 Sum(x, n)：最近 n 日之和，缺失值不计。",
    ),
    "Sum({input},{window})",
    category="MATH",
)

VOLATILITY: NodeTemplate = _statistic(
    "volatility",
    Text("Volatility", "波动率"),
    Text(
        "Std(x/Ref(x,1)-1, n) in Qlib's terms: the sample deviation (n - 1 in the denominator) of the daily returns "
        "of the last n days, a fraction per day, not annualised; prices are adjusted.",
        "以 Qlib 表示为 Std(x/Ref(x,1)-1, n)：最近 n 日日收益率的样本标准差（分母 n - 1），"
        "为日度小数，未年化；价格为复权价。",
    ),
    "Std({input}/Ref({input},1)-1,{window})",
    minimum=2,
    category="VOLATILITY",
    look_back=WHOLE_WINDOW,
    icon="activity",
)

STANDARD_DEVIATION: NodeTemplate = _statistic(
    "standard_deviation",
    Text("Standard deviation", "标准差"),
    Text(
        "Qlib's Std(x, n): the sample deviation (n - 1 in the denominator) of the values of the last n days, in the "
        "units of x.",
        "Qlib 的 Std(x, n)：最近 n 日数值的样本标准差（分母 n - 1），单位与 x 相同。",
    ),
    "Std({input},{window})",
    minimum=2,
    category="VOLATILITY",
    icon="activity",
)

VARIANCE: NodeTemplate = _statistic(
    "variance",
    Text("Variance", "方差"),
    Text(
        "Qlib's Var(x, n): the sample variance (n - 1 in the denominator) of the values of the last n days.",
        "Qlib 的 Var(x, n)：最近 n 日数值的样本方差（分母 n - 1）。",
    ),
    "Var({input},{window})",
    minimum=2,
)

SKEWNESS: NodeTemplate = _statistic(
    "skewness",
    Text("Skewness", "偏度"),
    Text(
        "Qlib's Skew(x, n): the skewness of the last n days, corrected for bias as pandas does; from three values on.",
        "Qlib 的 Skew(x, n)：最近 n 日的偏度，按 pandas 的无偏修正；至少三个值。",
    ),
    "Skew({input},{window})",
    minimum=3,
)

KURTOSIS: NodeTemplate = _statistic(
    "kurtosis",
    Text("Kurtosis", "峰度"),
    Text(
        "Qlib's Kurt(x, n): the excess kurtosis of the last n days, corrected for bias as pandas does; from four "
        "values on, 0 for a normal distribution.",
        "Qlib 的 Kurt(x, n)：最近 n 日的超额峰度，按 pandas 的无偏修正；至少四个值，正态分布为 0。",
    ),
    "Kurt({input},{window})",
    minimum=4,
)

MEDIAN: NodeTemplate = _statistic(
    "median",
    Text("Median", "中位数"),
    Text(
        "Qlib's Med(x, n): the median of the last n days, skipping days without a value.",
        "Qlib 的 Med(x, n)：最近 n 日的中位数，跳过缺失值。",
    ),
    "Med({input},{window})",
)

QUANTILE: NodeTemplate = _statistic(
    "quantile",
    Text("Quantile of days", "区间分位数"),
    Text(
        "Qlib's Quantile(x, n, q): the q-quantile of the values of the last n days. It looks along time; for a rank "
        "among instruments use the conditions top and bottom quantile.",
        "Qlib 的 Quantile(x, n, q)：最近 n 日数值的 q 分位数。此为时间序列上的分位；"
        "标的之间的排名请用“前百分比”“后百分比”条件。",
    ),
    "Quantile({input},{window},{fraction})",
    more=(_FRACTION,),
)

MEAN_ABSOLUTE_DEVIATION: NodeTemplate = _statistic(
    "mean_absolute_deviation",
    Text("Mean absolute deviation", "平均绝对偏差"),
    Text(
        "Qlib's Mad(x, n): the mean distance of the values of the last n days from their mean.",
        "Qlib 的 Mad(x, n)：最近 n 日数值与其均值之差的绝对值的平均。",
    ),
    "Mad({input},{window})",
)

TIME_SERIES_RANK: NodeTemplate = _statistic(
    "time_series_rank",
    Text("Time-series rank", "时间序列排名"),
    Text(
        "Qlib's Rank(x, n): where today's value stands among those of the instrument's own last n days, as a fraction "
        "up to 1 (the highest). It is no rank among instruments.",
        "Qlib 的 Rank(x, n)：当日值在该标的自身最近 n 日中的百分比排名，最高为 1。并非标的之间的排名。",
    ),
    "Rank({input},{window})",
    icon="list-ordered",
)

SLOPE: NodeTemplate = _statistic(
    "slope",
    Text("Slope of regression", "回归斜率"),
    Text(
        "Qlib's Slope(x, n): the slope of the line fitted to the last n days by least squares, in units of x a day.",
        "Qlib 的 Slope(x, n)：对最近 n 日作最小二乘拟合所得直线的斜率，单位为 x 每日。",
    ),
    "Slope({input},{window})",
    minimum=2,
    category="TREND",
    icon="trending-up",
)

R_SQUARED: NodeTemplate = _statistic(
    "r_squared",
    Text("R squared of regression", "回归 R²"),
    Text(
        "Qlib's Rsquare(x, n): how well a straight line fits the last n days, 1 being exactly; none where they are "
        "flat.",
        "Qlib 的 Rsquare(x, n)：最近 n 日与直线的拟合优度，1 为完全吻合；数值持平时缺失。",
    ),
    "Rsquare({input},{window})",
    minimum=2,
    category="TREND",
    icon="trending-up",
)

RESIDUAL: NodeTemplate = _statistic(
    "residual",
    Text("Residual of regression", "回归残差"),
    Text(
        "Qlib's Resi(x, n): today's value less that of the line fitted to the last n days by least squares.",
        "Qlib 的 Resi(x, n)：当日值减去最近 n 日最小二乘拟合直线的当日值。",
    ),
    "Resi({input},{window})",
    minimum=2,
    category="TREND",
    icon="trending-up",
)

INDEX_OF_HIGHEST: NodeTemplate = _statistic(
    "index_of_highest",
    Text("Day of the highest", "最高值所在位置"),
    Text(
        "Qlib's IdxMax(x, n): on which day of the window the highest value is, counted from 1, the oldest; n is "
        "today. The first one where several are equal.",
        "Qlib 的 IdxMax(x, n)：最大值位于窗口中的第几日，最早一日为 1，n 为当日；并列时取最早者。",
    ),
    "IdxMax({input},{window})",
    own_field="high",
    icon="calendar-arrow-up",
)

INDEX_OF_LOWEST: NodeTemplate = _statistic(
    "index_of_lowest",
    Text("Day of the lowest", "最低值所在位置"),
    Text(
        "Qlib's IdxMin(x, n): on which day of the window the lowest value is, counted from 1, the oldest; n is "
        "today. The first one where several are equal.",
        "Qlib 的 IdxMin(x, n)：最小值位于窗口中的第几日，最早一日为 1，n 为当日；并列时取最早者。",
    ),
    "IdxMin({input},{window})",
    own_field="low",
    icon="calendar-arrow-down",
)

Z_SCORE: NodeTemplate = _statistic(
    "z_score",
    Text("Z-score", "Z 分数"),
    Text(
        "(x - Mean(x, n)) / Std(x, n) in Qlib's terms: how many sample deviations today's value stands above the mean "
        "of the last n days.",
        "以 Qlib 表示为 (x - Mean(x, n)) / Std(x, n)：当日值高于最近 n 日均值多少个样本标准差。",
    ),
    "({input}-Mean({input},{window}))/Std({input},{window})",
    minimum=2,
)

CORRELATION: NodeTemplate = _statistic(
    "correlation",
    Text("Correlation", "相关系数"),
    Text(
        "Qlib's Corr(x, y, n): Pearson's correlation of two series over the last n days; none where one of them is "
        "flat.",
        "Qlib 的 Corr(x, y, n)：两序列最近 n 日的皮尔逊相关系数；任一持平时缺失。",
    ),
    "Corr({input},{other},{window})",
    minimum=2,
    inputs=(INPUT, OTHER),
    icon="git-compare",
)

COVARIANCE: NodeTemplate = _statistic(
    "covariance",
    Text("Covariance", "协方差"),
    Text(
        "Qlib's Cov(x, y, n): the sample covariance (n - 1 in the denominator) of two series over the last n days.",
        "Qlib 的 Cov(x, y, n)：两序列最近 n 日的样本协方差（分母 n - 1）。",
    ),
    "Cov({input},{other},{window})",
    minimum=2,
    inputs=(INPUT, OTHER),
    icon="git-compare",
)

TEMPLATES: tuple[NodeTemplate, ...] = (
    ROLLING_SUM,
    VOLATILITY,
    STANDARD_DEVIATION,
    VARIANCE,
    SKEWNESS,
    KURTOSIS,
    MEDIAN,
    QUANTILE,
    MEAN_ABSOLUTE_DEVIATION,
    TIME_SERIES_RANK,
    SLOPE,
    R_SQUARED,
    RESIDUAL,
    INDEX_OF_HIGHEST,
    INDEX_OF_LOWEST,
    Z_SCORE,
    CORRELATION,
    COVARIANCE,
)
