"""``talib_function``: any function of TA-Lib's, with its own options."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from codegen_core.factors.factor import Factors
from codegen_core.json_value import JsonValue
from codegen_core.nodes.declaration import (
    BarFunction,
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
from codegen_core.nodes.general.talib_table import Function, Option, talib_functions
from codegen_core.nodes.general.talib_texts import option_texts
from codegen_core.nodes.parts import FIELDS
from codegen_core.nodes.schema import Parameter, declare

_DEFAULT = "RSI"
_SERIES = (PortType.SERIES,)
_VALUE = (OutputPort("value", PortType.SERIES),)
_PORTS: Mapping[str, str] = {"input": "field", "input_2": "field_2"}

_FUNCTION_HELP = Text(
    "TA-Lib's name of the function. Its options bear TA-Lib's own names, ranges and defaults; what it reads by itself "
    "(high, low, close, volume) is read of the day, the rest comes in by the inputs.",
    "TA-Lib 的函数名。选项沿用 TA-Lib 的名称、范围与默认值；函数自身读取的行情（最高、最低、收盘、成交量）取当日值，"
    "其余由输入提供。",
)
_OUTPUT_HELP = Text(
    "Which of the function's results the node gives; the first where none is named.",
    "节点给出函数的哪个结果；未指定时为第一个。",
)
_FIELD_HELP = Text(
    "The daily field that is read while nothing is connected; prices are adjusted. A function without this parameter "
    "has no such input.",
    "未连接输入时读取的日线字段；价格为复权价。没有此参数的函数也没有对应的输入。",
)
_DESCRIPTION = Text(
    "Any function of TA-Lib, by its name. It runs over the instrument's own bars in float64: days without a value in "
    "any input are left out, and it has values once its look-back is full (results that are whole numbers too, where "
    "TA-Lib itself gives 0 before). MAXINDEX, MININDEX and MINMAXINDEX are not offered: the position that they tell "
    "counts from the instrument's first bar; index_of_highest and index_of_lowest tell it within the window. The "
    "periods of MAVP come in by input_2.",
    "按名称使用 TA-Lib 的任意函数。在该标的自身的 K 线上以 float64 计算：任一输入缺失的交易日"
    "不参与计算，回看期满后才有值"
    "（整数结果亦然，TA-Lib 在此之前给 0）。不提供 MAXINDEX、MININDEX、MINMAXINDEX：其位置从该标的首根 K 线数起；"
    "窗口内的位置请用 index_of_highest、index_of_lowest。MAVP 的周期由 input_2 输入。",
)


def _parameter(name: str, title: Text, explanation: Text, default: JsonValue, *choices: str) -> Parameter:
    named: list[JsonValue] = list(choices)
    return Parameter(
        name, title, explanation, {"type": "string", "enum": named} if choices else {"type": "string"}, default
    )


def _field(name: str, default: str | None) -> Parameter:
    title = Text("Field", "字段") if name == "field" else Text("Second field", "第二字段")
    return _parameter(name, title, _FIELD_HELP, default, *FIELDS)


def _output(default: str | None, *names: str) -> Parameter:
    return _parameter("output", Text("Result", "结果"), _OUTPUT_HELP, default, *names)


_FUNCTION = _parameter("function", Text("Function", "函数"), _FUNCTION_HELP, _DEFAULT, *talib_functions())


def _make(parameters: Parameters, _factors: Factors) -> NodeTemplate:
    return _specialised(str(parameters["function"]), str(parameters.get("output") or ""))


@lru_cache(maxsize=1024)
def _specialised(name: str, output: str) -> NodeTemplate:
    function = talib_functions()[name]
    chosen = output if output in function.outputs else function.outputs[0]
    own = _declared(_parameters(function), _inputs(function))
    shown = f"TA-Lib {name}"
    return replace(
        own,
        display_name=Text(shown, shown),
        jinja_template=f"nodes/talib_{'whole_numbers' if chosen in function.whole else 'indicator'}.py.j2",
        bar_function=_bar_function(function, chosen),
        reads=tuple(each for each in function.inputs if each not in _PORTS),
        look_back=lambda parameters: max(_talib_look_back(function, parameters), 0),
        examine=lambda parameters: _examine(function, parameters),
    )


def _declared(parameters: tuple[Parameter, ...], inputs: tuple[InputPort, ...]) -> NodeTemplate:
    return declare(
        name="talib_function",
        node_type=NodeType.INDICATOR,
        category="GENERAL",
        display_name=Text("TA-Lib function", "TA-Lib 函数"),
        description=_DESCRIPTION,
        jinja_template="nodes/talib_indicator.py.j2",
        inputs=inputs,
        outputs=_VALUE,
        parameters=parameters,
        icon="function-square",
        color="#00796B",
    )


def _parameters(function: Function) -> tuple[Parameter, ...]:
    options = (_option(name, option) for name, option in function.options.items())
    fields = (_field(_PORTS[port], field) for port, field in function.fields.items() if field)
    named = replace(_FUNCTION, default=function.name)
    return (named, _output(function.outputs[0], *function.outputs), *options, *fields)


def _option(name: str, option: Option) -> Parameter:
    schema = {word: value for word, value in option.schema.items() if word != "default"}
    return Parameter(name, *option_texts(name, option.title), schema, option.schema["default"])


def _inputs(function: Function) -> tuple[InputPort, ...]:
    return tuple(
        InputPort(port, _SERIES, required=field is None, fallback=_PORTS[port] if field else None)
        for port, field in function.fields.items()
    )


def _bar_function(function: Function, chosen: str) -> BarFunction:
    bars, added = function.blank
    return BarFunction(
        name=f"talib.{function.name}",
        inputs=function.inputs,
        options={name: name for name in function.options},
        results=tuple("value" if name == chosen else None for name in function.outputs),
        blank=(bars, added) if chosen in function.whole else None,
    )


def _talib_look_back(function: Function, parameters: Parameters) -> int:
    """Returns TA-Lib's own look-back; -1 for options that don't go together."""
    from talib import abstract  # brings pandas along: only flows that use it wait for that

    options = {name: parameters[name] for name in function.options}
    return int(abstract.Function(function.name, **options).lookback)  # type: ignore[attr-defined]  # left out of its stubs


def _examine(function: Function, parameters: Parameters) -> tuple[Fault, ...]:
    if _talib_look_back(function, parameters) >= 0:
        return ()
    names = ", ".join(function.options)
    return (Fault("function", "OPTIONS_REFUSED", {"function": Text(function.name, function.name)}, names),)


def _general() -> NodeTemplate:
    """Returns the kind as the palette has it: every option, and by function which of them, in what ranges, it takes."""
    options: dict[str, Parameter] = {}
    for function in talib_functions().values():
        for name, option in function.options.items():
            options.setdefault(
                name, Parameter(name, *option_texts(name, option.title), {"type": option.schema["type"]})
            )
    parameters = (_FUNCTION, _output(None), *options.values(), _field("field", None), _field("field_2", None))
    inputs = tuple(InputPort(port, _SERIES, required=False, fallback=field) for port, field in _PORTS.items())
    template = _declared(parameters, inputs)
    schema = {**template.parameter_schema, "allOf": _rules()}
    return replace(template, parameter_schema=schema, specialising=Specialising(("function",), _make, ("output",)))


def _rules() -> list[JsonValue]:
    """Returns a rule for all functions that take the same: what they take, with ranges and defaults."""
    alike: dict[str, list[JsonValue]] = {}
    for name, function in talib_functions().items():
        alike.setdefault(json.dumps(_rule(function)), []).append(name)
    return [
        {"if": {"properties": {"function": {"enum": names}}}, "then": json.loads(rule)} for rule, names in alike.items()
    ]


def _rule(function: Function) -> dict[str, JsonValue]:
    fields = {_PORTS[port]: field for port, field in function.fields.items() if field}
    names: list[JsonValue] = ["function", "output", *function.options, *fields]
    outputs: list[JsonValue] = list(function.outputs)
    properties: dict[str, JsonValue] = {"output": {"enum": outputs, "default": outputs[0]}}
    properties |= {name: dict(option.schema) for name, option in function.options.items()}
    properties |= {name: {"default": field} for name, field in fields.items()}
    return {"propertyNames": {"enum": names}, "properties": properties}


TALIB_FUNCTION: NodeTemplate = _general()

TEMPLATES: tuple[NodeTemplate, ...] = (TALIB_FUNCTION,)
