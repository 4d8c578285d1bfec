"""The general nodes: any function of TA-Lib, any factor, expressions in two languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from codegen_core.nodes.registry import by_name
from tests.functional.random_flows.canvas import Output
from tests.functional.random_flows.own_parts import FORMULAS
from tests.functional.random_flows.texts import python_condition, python_series, qlib_condition, qlib_series
from tests.oracle.factors import ALPHA158, ALPHA360
from tests.oracle.talib_series import inputs_of, options_of, outputs_of

if TYPE_CHECKING:
    from tests.functional.random_flows.painter import Painter

FIELDS = ("open", "high", "low", "close", "volume", "vwap")
NUMBERS: dict[str, tuple[float, float]] = {
    "nbdev": (0.5, 3.0), "nbdevup": (0.5, 3.0), "nbdevdn": (0.5, 3.0), "vfactor": (0.1, 0.9), "penetration": (0.1, 0.6),
    "fastlimit": (0.3, 0.8), "slowlimit": (0.02, 0.2), "acceleration": (0.01, 0.1), "maximum": (0.1, 0.4),
}  # fmt: skip


TRUTHS = ("custom_condition", "true_factor")
"""What gives a truth value; the second is a ``factor`` that was published as a condition."""


def draw_general(painter: Painter, name: str, depth: int) -> Output:
    """Draws a general node with its inputs; one of TRUTHS gives a truth value."""
    match name:
        case "talib_function":
            return _talib_function(painter, depth)
        case "factor":
            return _factor(painter, is_condition=False)
        case "true_factor":
            return _factor(painter, is_condition=True)
        case "qlib_expression":
            return _expression(painter, name, depth, "QLIB")
    return _expression(painter, name, depth, painter.canvas.draw(st.sampled_from(["QLIB", "PYTHON", "PYTHON"])))


def _talib_function(painter: Painter, depth: int) -> Output:
    draw = painter.canvas.draw
    offered: Any = by_name("talib_function").parameter_schema["properties"]
    function: str = draw(st.sampled_from(list(offered["function"]["enum"])))
    given: dict[str, Any] = {"function": function}
    if draw(st.booleans()):
        given["output"] = draw(st.sampled_from(outputs_of(function)))
    for option, usual in options_of(function).items():
        if draw(st.integers(0, 2)):
            given[option] = draw(_option(option, usual))
    connected = {}
    for port, field in (("input", "field"), ("input_2", "field_2")):
        if port not in dict(inputs_of(function)):
            continue
        if function == "MAVP" and port == "input_2":
            connected[port] = painter.indicator("index_of_highest", 0)
        elif depth > 0 and draw(st.booleans()):
            connected[port] = painter.series(depth - 1)
        elif draw(st.booleans()):
            given[field] = draw(st.sampled_from(FIELDS))
    return _connected(painter, "talib_function", given, connected, is_qlib=False)


def _option(name: str, usual: float) -> st.SearchStrategy[Any]:
    if name.endswith("matype"):
        return st.integers(0, 6)
    if isinstance(usual, int):
        low = {"slow": 12, "long": 12}.get(name[:4], 2)
        return st.integers(low, low + 14)
    low_number, high_number = NUMBERS.get(name, (usual, usual))
    return st.floats(low_number, high_number).map(lambda value: round(value, 3))


def _factor(painter: Painter, is_condition: bool) -> Output:
    draw = painter.canvas.draw
    published = tuple(name for name, formula in FORMULAS.items() if formula.is_condition == is_condition)
    catalogue = [("ALPHA158", ALPHA158), ("ALPHA360", ALPHA360), ("CUSTOM", published)]
    source, names = draw(st.sampled_from(catalogue[2:] if is_condition else catalogue))
    given = {"source": source, "factor": draw(st.sampled_from(names))}
    if source == "CUSTOM" and draw(st.booleans()):
        given["window"] = draw(st.integers(2, 20))
    return _connected(painter, "factor", given, {}, is_qlib=True)


def _expression(painter: Painter, name: str, depth: int, language: str) -> Output:
    draw, is_condition = painter.canvas.draw, name == "custom_condition"
    ports = draw(st.sampled_from([("a",), ("a", "b"), ("a", "c")]))
    if language == "QLIB":
        text = qlib_condition(draw, ports, 2) if is_condition else qlib_series(draw, ports, 2)
    else:
        text = python_condition(draw, ports, 2) if is_condition else python_series(draw, ports, 2)
    used = [port for port in ports if f"{{{port}}}" in text]
    connected = {port: _input(painter, depth, language) for port in used}
    given = {"expression": text, **({} if name == "qlib_expression" else {"language": language})}
    return _connected(painter, name, given, connected, is_qlib=language == "QLIB")


def _input(painter: Painter, depth: int, language: str) -> Output:
    if language == "QLIB":
        return painter.qlib_series(max(depth - 1, 0))
    if painter.canvas.draw(st.integers(0, 4)) == 0:
        return painter.condition(0)
    return painter.series(max(depth - 1, 0))


def _connected(
    painter: Painter, name: str, given: dict[str, Any], connected: dict[str, Output], is_qlib: bool
) -> Output:
    node_id = painter.canvas.add(name, **given)
    for port, source in connected.items():
        painter.canvas.connect(source, node_id, port)
    handle = by_name(name).outputs[0].name
    return Output(node_id, handle, "", is_qlib)
