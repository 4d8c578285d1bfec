"""What TA-Lib and Qlib offer, as entries of the catalogue: nodes compute them by ``talib_function`` and expressions."""

from __future__ import annotations

from collections.abc import Iterator

from codegen_core.factors.factor import Factor, FactorSource
from codegen_core.json_value import JsonValue
from codegen_core.nodes.declaration import Text
from codegen_core.nodes.general.talib_table import Function, talib_functions
from codegen_core.nodes.general.talib_texts import GROUPS
from codegen_core.nodes.schema import DIALECT

_WINDOW: dict[str, JsonValue] = {"type": "integer", "minimum": 1, "maximum": 1000, "default": 20}
_DAYS: dict[str, JsonValue] = {**_WINDOW, "default": 1}
_FRACTION: dict[str, JsonValue] = {"type": "number", "minimum": 0, "maximum": 1, "default": 0.5}

_ROLLING = {
    "Mean": ("Mean", "均值"),
    "Sum": ("Sum", "求和"),
    "Std": ("Standard deviation", "标准差"),
    "Var": ("Variance", "方差"),
    "Skew": ("Skewness", "偏度"),
    "Kurt": ("Excess kurtosis", "超额峰度"),
    "Max": ("Highest value", "最大值"),
    "Min": ("Lowest value", "最小值"),
    "Med": ("Median", "中位数"),
    "Mad": ("Mean absolute deviation", "平均绝对偏差"),
    "Rank": ("Rank of the last value in time, from 0 to 1", "末值的时序排名（0 到 1）"),
    "Count": ("Number of days with a value", "有值的天数"),
    "IdxMax": ("Place of the highest value, counted from the oldest day", "最大值的位置（自最早一日数起）"),
    "IdxMin": ("Place of the lowest value, counted from the oldest day", "最小值的位置（自最早一日数起）"),
    "Slope": ("Slope of a line through the values", "线性回归斜率"),
    "Rsquare": ("R squared of a line through the values", "线性回归的决定系数 R²"),
    "Resi": ("Distance of the last value from a line through the values", "末值与回归直线的偏差"),
    "EMA": ("Exponential moving average", "指数移动平均"),
    "WMA": ("Weighted moving average, divided by the number of days once too often", "加权移动平均（多除了一次天数）"),
}
_PAIRS = {
    "Corr": ("Correlation of two series", "两序列的相关系数"),
    "Cov": ("Covariance of two series", "两序列的协方差"),
}
_SINGLE = {
    "Abs": ("Absolute value", "绝对值"),
    "Sign": ("Sign: -1, 0 or 1", "符号：-1、0 或 1"),
    "Log": ("Natural logarithm", "自然对数"),
    "Not": ("Bitwise not, meant for comparisons", "取反（用于比较结果）"),
}
_BINARY = {
    "Add": ("Sum of two values", "两值之和"),
    "Sub": ("Difference of two values", "两值之差"),
    "Mul": ("Product of two values", "两值之积"),
    "Div": ("Quotient of two values", "两值之商"),
    "Power": ("Power", "幂"),
    "Greater": ("The larger of two values", "两值中较大者"),
    "Less": ("The smaller of two values", "两值中较小者"),
    "Gt": ("Whether a is greater than b", "a 是否大于 b"),
    "Ge": ("Whether a is at least b", "a 是否大于等于 b"),
    "Lt": ("Whether a is less than b", "a 是否小于 b"),
    "Le": ("Whether a is at most b", "a 是否小于等于 b"),
    "Eq": ("Whether a equals b", "a 是否等于 b"),
    "Ne": ("Whether a differs from b", "a 是否不等于 b"),
    "And": ("And, of comparisons", "与（用于比较结果）"),
    "Or": ("Or, of comparisons", "或（用于比较结果）"),
}


def talib_entries() -> Iterator[Factor]:
    """Yields TA-Lib's functions; their parameters are the options of a ``talib_function`` node."""
    yield from (_talib_entry(function) for function in talib_functions().values())


def qlib_entries() -> Iterator[Factor]:
    """Yields Qlib's operators; the expression shows how each is written over the inputs ``{a}`` and ``{b}``."""
    yield _operator("Ref", "Ref({a},{days})", ("The value of days ago", "若干日前的值"), days=_DAYS)
    yield _operator("Delta", "Delta({a},{days})", ("The change since days ago", "相对若干日前的变化"), days=_DAYS)
    for name, texts in _ROLLING.items():
        yield _operator(name, f"{name}({{a}},{{window}})", texts, window=_WINDOW)
    yield _operator(
        "Quantile",
        "Quantile({a},{window},{fraction})",
        ("Quantile of the values", "分位数"),
        window=_WINDOW,
        fraction=_FRACTION,
    )
    for name, texts in _PAIRS.items():
        yield _operator(name, f"{name}({{a}},{{b}},{{window}})", texts, window=_WINDOW)
    for name, texts in _SINGLE.items():
        yield _operator(name, f"{name}({{a}})", texts)
    for name, texts in _BINARY.items():
        yield _operator(name, f"{name}({{a}},{{b}})", texts)
    yield _operator("If", "If({a},{b},{c})", ("Where a holds, b; elsewhere c", "a 成立时取 b，否则取 c"))


def _talib_entry(function: Function) -> Factor:
    category, group = GROUPS[function.group]
    return Factor(
        name=function.name,
        source=FactorSource.TALIB,
        display_name=Text(function.title, f"{group}：{function.name}"),
        description=Text(
            f"TA-Lib's {function.name} ({function.title}), over the instrument's own bars.",
            f"TA-Lib 的 {function.name}（{group}），在该标的自身的 K 线上计算。",
        ),
        category=category,
        parameters=_schema({name: dict(option.schema) for name, option in function.options.items()}),
    )


def _operator(name: str, expression: str, texts: tuple[str, str], **numbers: dict[str, JsonValue]) -> Factor:
    english, chinese = texts
    return Factor(
        name=name,
        source=FactorSource.QLIB,
        display_name=Text(english, chinese),
        description=Text(f"Qlib's operator {name}: {expression}.", f"Qlib 算子 {name}：{expression}。"),
        category="OPERATOR",
        expression=expression,
        parameters=_schema(numbers),
    )


def _schema(options: dict[str, dict[str, JsonValue]]) -> dict[str, JsonValue]:
    properties: dict[str, JsonValue] = {**options}
    return {"$schema": DIALECT, "type": "object", "properties": properties} if options else {}
