"""Indicators that are neither Qlib's nor TA-Lib's: KDJ, and arithmetic of two series."""

from __future__ import annotations

from codegen_core.json_value import JsonValue
from codegen_core.nodes.bar_indicators import bar_indicator
from codegen_core.nodes.declaration import BarFunction, InputPort, NodeTemplate, NodeType, PortType, Text
from codegen_core.nodes.parts import LESS_ONE, VALUE, bars, own_window
from codegen_core.nodes.schema import Parameter, declare

ARITHMETIC_OPERATORS: tuple[str, ...] = ("+", "-", "*", "/")

_SMOOTHING_HELP = Text(
    "m: each bar moves the line by 1/m of its distance from the new value.",
    "m：每根 K 线使该线向新值移动其差距的 1/m。",
)
_CHOICES: list[JsonValue] = list(ARITHMETIC_OPERATORS)

KDJ: NodeTemplate = bar_indicator(
    "kdj",
    "MOMENTUM",
    Text("KDJ", "KDJ 指标"),
    Text(
        "KDJ as Chinese charting software has it. RSV = 100 (close - lowest low) / (highest high - lowest low) over "
        "n bars, 50 where they are flat; K is RSV and D is K, smoothed with 1/m from 50 on; J = 3K - 2D. Its warm-up "
        "counts as n - 1 bars, although the starting value of 50 fades only slowly.",
        "与国内行情软件一致的 KDJ。RSV = 100 ×（收盘 - n 期最低）/（n 期最高 - n 期最低），区间持平时取 50；"
        "K 由 RSV、D 由 K 以 50 为初值按 1/m 平滑；J = 3K - 2D。预热期计为 n - 1 根 K 线，初值 50 的影响随后逐渐消退。",
    ),
    BarFunction(
        "kdj_lines",
        ("high", "low", "close"),
        {"window": "window", "k_smoothing": "k_smoothing", "d_smoothing": "d_smoothing"},
        ("k", "d", "j"),
    ),
    "nodes/kdj.py.j2",
    (
        own_window(9),
        bars("k_smoothing", Text("Smoothing of K", "K 平滑"), 3, explanation=_SMOOTHING_HELP),
        bars("d_smoothing", Text("Smoothing of D", "D 平滑"), 3, explanation=_SMOOTHING_HELP),
    ),
    LESS_ONE,
    "gauge",
)

ARITHMETIC: NodeTemplate = declare(
    name="arithmetic",
    node_type=NodeType.INDICATOR,
    category="MATH",
    display_name=Text("Arithmetic", "四则运算"),
    description=Text(
        "Adds, subtracts, multiplies or divides two series, or a series and a constant, day by day in float64; none "
        "where a side has no value, and none where it would divide by zero. Prices are adjusted. Its result is no "
        "Qlib expression, so Qlib operators do not take it.",
        "对两个序列（或序列与常数）逐日作加减乘除，以 float64 计算；任一侧无值或除以零时缺失。价格为复权价。"
        "其结果不是 Qlib 表达式，不能作为 Qlib 算子的输入。",
    ),
    jinja_template="nodes/arithmetic.py.j2",
    inputs=(
        InputPort("left", (PortType.SERIES,)),
        InputPort("right", (PortType.SERIES,), required=False, fallback="value"),
    ),
    outputs=VALUE,
    parameters=(
        Parameter(
            "operator",
            Text("Operator", "运算符"),
            Text("What is done with left and right.", "左右两侧的运算。"),
            {"type": "string", "enum": _CHOICES},
            "+",
        ),
        Parameter(
            "value",
            Text("Constant", "常数"),
            Text("Stands on the right while nothing is connected there.", "右侧未连接时使用的常数。"),
            {"type": "number"},
        ),
    ),
    icon="calculator",
    color="#00796B",
)

TEMPLATES: tuple[NodeTemplate, ...] = (KDJ, ARITHMETIC)
