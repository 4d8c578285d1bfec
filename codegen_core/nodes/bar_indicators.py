"""How indicators that run over an instrument's own bars are declared: TA-Lib's functions and KDJ."""

from __future__ import annotations

from collections.abc import Mapping

from codegen_core.nodes.declaration import BarFunction, NodeTemplate, NodeType, OutputPort, PortType, Text
from codegen_core.nodes.parts import INPUT, LookBack, field
from codegen_core.nodes.schema import Parameter, declare

_COLOR = "#00796B"
_OWN_BARS = Text(
    " It runs over the instrument's own bars in float64: days without a value in any input are left out, and it has "
    "values once its look-back is full. Prices are adjusted.",
    "在该标的自身的 K 线上以 float64 计算：任一输入缺失的交易日不参与计算，回看期满后才有值。价格为复权价。",
)


def bar_indicator(
    name: str,
    category: str,
    display_name: Text,
    description: Text,
    function: BarFunction,
    jinja_template: str,
    parameters: tuple[Parameter, ...],
    look_back: LookBack,
    icon: str,
) -> NodeTemplate:
    """Returns an indicator that calls ``function`` over own bars; it takes a series where the function does."""
    takes_series = INPUT.name in function.inputs
    return declare(
        name=name,
        node_type=NodeType.INDICATOR,
        category=category,
        display_name=display_name,
        description=Text(description.en + _OWN_BARS.en, description.zh + _OWN_BARS.zh),
        jinja_template=jinja_template,
        inputs=(INPUT,) if takes_series else (),
        outputs=_outputs(function.results),
        parameters=(*parameters, field()) if takes_series else parameters,
        look_back=look_back,
        bar_function=function,
        reads=tuple(each for each in function.inputs if each != INPUT.name),
        icon=icon,
        color=_COLOR,
    )


def talib_indicator(
    name: str,
    category: str,
    display_name: Text,
    description: Text,
    function: str,
    *parameters: Parameter,
    reads: tuple[str, ...] = (INPUT.name,),
    options: Mapping[str, str | int] | None = None,
    results: tuple[str, ...] = ("value",),
    look_back: LookBack,
    icon: str = "chart-spline",
) -> NodeTemplate:
    """Returns an indicator that is TA-Lib's ``function``.

    Args:
        reads: The function's arrays in order: fields, or ``input``.
        options: As in ``BarFunction``; by default a window is TA-Lib's ``timeperiod``.
    """
    usual: dict[str, str | int] = {"timeperiod": "window"} if parameters else {}
    call = BarFunction(f"talib.{function}", reads, usual if options is None else options, results)
    return bar_indicator(
        name,
        category,
        display_name,
        description,
        call,
        "nodes/talib_indicator.py.j2",
        parameters,
        look_back,
        icon,
    )


def _outputs(results: tuple[str | None, ...]) -> tuple[OutputPort, ...]:
    return tuple(OutputPort(name, PortType.SERIES) for name in results if name is not None)
