"""``qlib_expression``, ``custom_series`` and ``custom_condition``: what a user's expression makes of its inputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from codegen_core.expressions.faults import as_faults
from codegen_core.expressions.reading import Language, read_expression
from codegen_core.expressions.templates import with_expression
from codegen_core.factors.factor import Factors
from codegen_core.json_value import JsonValue
from codegen_core.nodes.declaration import (
    Fault,
    InputPort,
    NodeTemplate,
    NodeType,
    OutputPort,
    Parameters,
    PortType,
    Specialising,
    Text,
)
from codegen_core.nodes.schema import Parameter, declare

MAX_LENGTH = 4000

_SERIES = (PortType.SERIES,)
_EITHER = (PortType.SERIES, PortType.BOOL)
_LANGUAGES: list[JsonValue] = [str(language) for language in (Language.QLIB, Language.PYTHON)]

_LANGUAGE = Parameter(
    "language",
    Text("Language", "语言"),
    Text(
        "QLIB: Qlib's expression syntax over Qlib series alone; PYTHON: a part of Python over any series.",
        "QLIB：Qlib 表达式语法，仅接受 Qlib 序列；PYTHON：受限的 Python，可接受任意序列。",
    ),
    {"type": "string", "enum": _LANGUAGES},
    str(Language.PYTHON),
)

_QLIB_HELP = Text(
    "In Qlib's syntax: fields such as $close, Qlib's operators such as Mean($close, 20), + - * / **, comparisons, and "
    "the inputs in braces: ({a}-Mean({a},20))/Std({a},20). An input must be connected where the expression names it. "
    "Ref and Delta look back only, by at least one day; fields with $$ and ChangeInstrument are refused.",
    "使用 Qlib 语法：行情字段（如 $close）、Qlib 算子（如 Mean($close, 20)）、+ - * / **、比较，以及花括号中的输入："
    "({a}-Mean({a},20))/Std({a},20)。表达式引用的输入必须连接。Ref 与 Delta 只能向前至少一日；"
    "不接受 $$ 字段和 ChangeInstrument。",
)
_PYTHON_HELP = Text(
    "Inputs are written in braces, {a} to {d}; those named must be connected. In Python they are tables of days x "
    "instruments: + - * / **, comparisons, & | ~, where(condition, value, otherwise), log, sqrt, maximum and the "
    "like, and methods such as .shift(1), .rolling(20).mean(), .ewm(span=12).mean(), .pct_change(5), .rank(axis=1), "
    ".sub({a}.mean(axis=1), axis=0). A condition that comes in is 1, 0 or missing. What would read later days is "
    "refused. docs/custom-expressions.md has both languages in full.",
    "输入写在花括号中，{a} 至 {d}；引用的输入必须连接。在 Python 中它们是“日期 × 标的”的表格：+ - * / **、比较、& | ~、"
    "where(条件, 值, 否则)、log、sqrt、maximum 等函数，以及 .shift(1)、.rolling(20).mean()、.ewm(span=12).mean()、"
    ".pct_change(5)、.rank(axis=1)、.sub({a}.mean(axis=1), axis=0) 等方法。输入的条件为 1、0 或缺失。"
    "会读取之后数据的写法一律拒绝。两种语言的完整说明见 docs/custom-expressions.md。",
)


def _expression(explanation: Text) -> Parameter:
    limits: dict[str, JsonValue] = {"type": "string", "minLength": 1, "maxLength": MAX_LENGTH}
    return Parameter("expression", Text("Expression", "表达式"), explanation, limits)


def _made(template: NodeTemplate, language: Language, text: str) -> NodeTemplate | tuple[Fault, ...]:
    names = [port.name for port in template.inputs]
    expression = read_expression(language, text, names)
    if isinstance(expression, tuple):
        return as_faults("expression", expression)
    types = _SERIES if language is Language.QLIB else _EITHER
    inputs = tuple(InputPort(name, types) for name in names if name in expression.names)
    return with_expression(replace(template, inputs=inputs, specialising=None), expression, "expression")


@lru_cache(maxsize=1024)
def _qlib_made(text: str) -> NodeTemplate | tuple[Fault, ...]:
    return _made(QLIB_EXPRESSION, Language.QLIB, text)


@lru_cache(maxsize=1024)
def _series_made(language: str, text: str) -> NodeTemplate | tuple[Fault, ...]:
    return _made(CUSTOM_SERIES, Language(language), text)


@lru_cache(maxsize=1024)
def _condition_made(language: str, text: str) -> NodeTemplate | tuple[Fault, ...]:
    return _made(CUSTOM_CONDITION, Language(language), text)


def _custom(
    name: str,
    display_name: Text,
    description: Text,
    output: OutputPort,
    make: Callable[[str, str], NodeTemplate | tuple[Fault, ...]],
    icon: str,
) -> NodeTemplate:
    def made(parameters: Parameters, _factors: Factors) -> NodeTemplate | tuple[Fault, ...]:
        return make(str(parameters["language"]), str(parameters["expression"]))

    template = declare(
        name=name,
        node_type=NodeType.CUSTOM,
        category="GENERAL",
        display_name=display_name,
        description=description,
        jinja_template="nodes/series_formula.py.j2",
        inputs=tuple(InputPort(port, _EITHER, required=False) for port in ("a", "b", "c", "d")),
        outputs=(output,),
        parameters=(_LANGUAGE, _expression(_PYTHON_HELP)),
        icon=icon,
        color="#5D4037",
    )
    return replace(template, specialising=Specialising(("language", "expression"), made))


def _qlib_kind(parameters: Parameters, _factors: Factors) -> NodeTemplate | tuple[Fault, ...]:
    return _qlib_made(str(parameters["expression"]))


QLIB_EXPRESSION: NodeTemplate = replace(
    declare(
        name="qlib_expression",
        node_type=NodeType.INDICATOR,
        category="GENERAL",
        display_name=Text("Qlib expression", "Qlib 表达式"),
        description=Text(
            "Any expression in Qlib's syntax, over fields and Qlib series; what is connected is put in its place, "
            "so that Qlib computes the whole. The value is what D.features returns, rounded to float32. Its "
            "warm-up is read from its windows.",
            "任意 Qlib 语法的表达式，作用于行情字段和 Qlib 序列；连接的输入会代入其中，由 Qlib 一次算出。"
            "取值即 D.features 的返回值（float32）。预热期由其窗口得出。",
        ),
        jinja_template="nodes/qlib_indicator.py.j2",
        inputs=tuple(InputPort(port, _SERIES, required=False) for port in ("a", "b", "c")),
        outputs=(OutputPort("value", PortType.SERIES),),
        parameters=(_expression(_QLIB_HELP),),
        icon="function-square",
        color="#1976D2",
    ),
    specialising=Specialising(("expression",), _qlib_kind),
)

CUSTOM_SERIES: NodeTemplate = _custom(
    "custom_series",
    Text("Custom series", "自定义序列"),
    Text(
        "A series by an expression of your own over its inputs; NaN where the result is missing or not finite.",
        "由自定义表达式对输入计算得到的序列；结果缺失或非有限时为 NaN。",
    ),
    OutputPort("value", PortType.SERIES),
    _series_made,
    "square-pen",
)

CUSTOM_CONDITION: NodeTemplate = _custom(
    "custom_condition",
    Text("Custom condition", "自定义条件"),
    Text(
        "A condition by an expression of your own over its inputs: true where the result is true (a number: where it "
        "is 1), unknown where any input has no value that day or the result is missing.",
        "由自定义表达式对输入计算得到的条件：结果为真（数值为 1）时为真；任一输入当日无值或结果缺失时为未知。",
    ),
    OutputPort("result", PortType.BOOL),
    _condition_made,
    "square-check",
)

TEMPLATES: tuple[NodeTemplate, ...] = (QLIB_EXPRESSION, CUSTOM_SERIES, CUSTOM_CONDITION)
