"""What each node of a flow says on each day: Qlib expressions stay expressions until read, the rest are panels.

A SERIES is a float64 panel, a BOOL one of 1, 0 and NaN for unknown; rows are the calendar's days, columns all codes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from tests.oracle import conditions, ranks, talib_series
from tests.oracle.factors import alpha158, alpha360
from tests.oracle.graph import Graph, Own, Source
from tests.oracle.kdj import kdj
from tests.oracle.market import Market
from tests.oracle.own_bars import on_own_bars
from tests.oracle.python_expressions import python_condition, python_series
from tests.oracle.qlib_nodes import EXPRESSIONS, FALLBACKS
from tests.oracle.qlib_series import QlibValues
from tests.oracle.qlib_syntax import fields_of, filled, places


@dataclass(frozen=True)
class Expression:
    """A Qlib SERIES that nobody has read yet."""

    text: str


Output = Expression | pd.DataFrame


class Values:
    """Evaluates the nodes of a flow by following its edges backwards."""

    def __init__(self, market: Market, graph: Graph, members: pd.DataFrame, qlib: QlibValues):
        """``members`` says who is in the pool on each day, which ranks look at."""
        self.market, self.graph, self.members, self.qlib = market, graph, members, qlib
        self._known: dict[str, dict[str, Output]] = {}

    def output(self, source: Source) -> Output:
        """Returns what a node puts out at a handle; of a single output the handle may be left out."""
        outputs = self._outputs(source.node_id)
        return outputs[source.handle] if source.handle in outputs else next(iter(outputs.values()))

    def read(self, source: Source) -> pd.DataFrame:
        """Returns a panel; a Qlib value is float32 where it is read, and float64 from there on."""
        output = self.output(source)
        return self.qlib.panel(output.text) if isinstance(output, Expression) else output

    def series(self, node_id: str, port: str, fallback: str | None = None) -> pd.DataFrame:
        """Returns what an input reads: what is connected, else the parameter ``fallback``: a field or a number."""
        source = self.graph.source(node_id, port)
        if source:
            return self.read(source)
        instead = self.graph.parameters[node_id][fallback or FALLBACKS[port]]
        if isinstance(instead, str):
            return self.field(instead)
        return pd.DataFrame(float(instead), index=self.market.days, columns=list(self.market.codes))

    def field(self, name: str) -> pd.DataFrame:
        """Returns a field of the market."""
        return self.qlib.panel(f"${name}")

    def marks(self, days: pd.DatetimeIndex) -> dict[str, int]:
        """Returns how often each condition that was read, and each signal, is true on these days, of any instrument."""
        read = {
            node_id: self.read(Source(node_id, ""))
            for node_id in self.graph.order
            if node_id in self._known and self.graph.is_condition(node_id) and self.graph.name(node_id) != "factor"
        }
        bound = self.graph.bound_signals()
        read |= {node_id: self.series(node_id, "condition") for node_id in self.graph.order if node_id in bound}
        return {node_id: int(panel.loc[days].eq(1).to_numpy().sum()) for node_id, panel in read.items()}

    def _outputs(self, node_id: str) -> dict[str, Output]:
        if node_id not in self._known:
            self._known[node_id] = self._evaluated(node_id, self.graph.name(node_id))
        return self._known[node_id]

    def _evaluated(self, node_id: str, name: str) -> dict[str, Output]:
        parameters = self.graph.parameters[node_id]
        if name in EXPRESSIONS:
            return {"value": Expression(self._composed(node_id, EXPRESSIONS[name]))}
        if name in talib_series.NAMED:
            return self._named_talib(node_id, talib_series.NAMED[name])
        own = self.graph.expression(node_id)
        if own:
            return {"value": self._custom(node_id, own)}
        return _NODES[name](self, node_id, parameters)

    def _composed(self, node_id: str, template: str) -> str:
        return filled(template, {name: self._part(node_id, name) for name in places(template)})

    def _part(self, node_id: str, name: str) -> str | float | int:
        """What stands for ``{name}`` in an expression: what is connected there, a field, or a parameter's number."""
        source, parameters = self.graph.source(node_id, name), self.graph.parameters[node_id]
        if source:
            output = self.output(source)
            if not isinstance(output, Expression):
                raise TypeError(f"{node_id}.{name} takes Qlib series only")
            return output.text
        if name in FALLBACKS:
            return f"${parameters[FALLBACKS[name]]}"
        return self._number(node_id, name)

    def _number(self, node_id: str, name: str) -> float:
        parameters = self.graph.parameters[node_id]
        number: float = parameters[name] if name in parameters else self.graph.own.numbers[name]
        return number

    def _named_talib(self, node_id: str, named: talib_series.Named) -> dict[str, Output]:
        inputs = [self.field(name) for name in named.fields] or [self.series(node_id, "input")]
        call = talib_series.caller(named.function, named.arguments(self.graph.parameters[node_id]))
        panels = on_own_bars(call, inputs, len(named.outputs))
        return dict(zip(named.outputs, panels, strict=True))

    def _custom(self, node_id: str, own: Own) -> Output:
        inputs = {name: self._custom_input(node_id, name) for name in places(own.expression)}
        if own.language == "PYTHON":
            return (python_condition if own.is_condition else python_series)(own.expression, inputs)
        expression = Expression(self._composed(node_id, own.expression))
        if not own.is_condition:
            return expression
        connected = [value for value in inputs.values() if isinstance(value, pd.DataFrame)]
        read = [self.field(name) for name in fields_of(own.expression)] + connected
        return self._qlib_condition(expression, read)

    def _custom_input(self, node_id: str, name: str) -> Any:
        source = self.graph.source(node_id, name)
        return self.read(source) if source else self._number(node_id, name)

    def _qlib_condition(self, expression: Expression, read: list[pd.DataFrame]) -> pd.DataFrame:
        """True where the value is 1; unknown where there is none, or a field or input that is read has none."""
        panel = self.qlib.panel(expression.text)
        known = panel.notna()
        for value in read:
            known &= value.notna()
        return panel.eq(1).astype(float).where(known)


def _talib_function(values: Values, node_id: str, parameters: dict[str, Any]) -> dict[str, Output]:
    function: str = parameters["function"]
    inputs = []
    for name, usual in talib_series.inputs_of(function):
        source = values.graph.source(node_id, name)
        field = parameters.get({"input": "field", "input_2": "field_2"}.get(name, ""), usual)
        inputs.append(values.read(source) if source else values.field(field))
    options = {name: parameters.get(name, usual) for name, usual in talib_series.options_of(function).items()}
    names = talib_series.outputs_of(function)
    panels = on_own_bars(talib_series.caller(function, options), inputs, len(names))
    return {"value": panels[names.index(parameters.get("output") or names[0])]}


def _kdj(values: Values, _node_id: str, parameters: dict[str, Any]) -> dict[str, Output]:
    compute = partial(kdj, days=parameters["window"], m1=parameters["k_smoothing"], m2=parameters["d_smoothing"])
    panels = on_own_bars(compute, [values.field(name) for name in ("high", "low", "close")], 3)
    return dict(zip("kdj", panels, strict=True))


def _arithmetic(values: Values, node_id: str, parameters: dict[str, Any]) -> dict[str, Output]:
    left, right = values.series(node_id, "left"), values.series(node_id, "right", "value")
    match parameters["operator"]:
        case "+":
            return {"value": left + right}
        case "-":
            return {"value": left - right}
        case "*":
            return {"value": left * right}
    return {"value": left / right.where(right.ne(0))}


def _qlib_expression(values: Values, node_id: str, parameters: dict[str, Any]) -> dict[str, Output]:
    return {"value": Expression(values._composed(node_id, parameters["expression"]))}


def _factor(_values: Values, _node_id: str, parameters: dict[str, Any]) -> dict[str, Output]:
    formulas = {"ALPHA158": alpha158, "ALPHA360": alpha360}
    return {"value": Expression(formulas[parameters["source"]](parameters["factor"]))}


def _result(panel: pd.DataFrame) -> dict[str, Output]:
    return {"result": panel}


def _compare(values: Values, node_id: str, parameters: dict[str, Any]) -> dict[str, Output]:
    left, right = values.series(node_id, "left"), values.series(node_id, "right", "value")
    return _result(conditions.compared(left, parameters["operator"], right))


def _crosses(values: Values, node_id: str, _parameters: dict[str, Any], upwards: bool) -> dict[str, Output]:
    left, right = values.series(node_id, "left"), values.series(node_id, "right", "value")
    return _result(conditions.crosses(left, right, upwards))


def _between(values: Values, node_id: str, _parameters: dict[str, Any]) -> dict[str, Output]:
    low, high = values.series(node_id, "low", "low_value"), values.series(node_id, "high", "high_value")
    return _result(conditions.between(values.series(node_id, "input"), low, high))


def _moving(values: Values, node_id: str, parameters: dict[str, Any], relation: str) -> dict[str, Output]:
    return _result(conditions.moving(values.series(node_id, "input"), relation, parameters["days"]))


def _true_for_days(values: Values, node_id: str, parameters: dict[str, Any]) -> dict[str, Output]:
    return _result(conditions.running(values.series(node_id, "condition"), parameters["days"]))


def _several(values: Values, node_id: str) -> list[pd.DataFrame]:
    return [values.read(source) for source in values.graph.sources(node_id, "conditions")]


def _first_ones(values: Values, node_id: str, parameters: dict[str, Any], largest: bool) -> dict[str, Output]:
    rule = ranks.count(parameters["count"]) if "count" in parameters else ranks.share(parameters["fraction"])
    return _result(ranks.first_ones(values.series(node_id, "input"), values.members, largest, rule))


_NODES: dict[str, Callable[[Values, str, dict[str, Any]], dict[str, Output]]] = {
    "talib_function": _talib_function,
    "kdj": _kdj,
    "arithmetic": _arithmetic,
    "qlib_expression": _qlib_expression,
    "factor": _factor,
    "compare": _compare,
    "crosses_above": partial(_crosses, upwards=True),
    "crosses_below": partial(_crosses, upwards=False),
    "all_of": lambda values, node_id, _: _result(conditions.all_of(_several(values, node_id))),
    "any_of": lambda values, node_id, _: _result(conditions.any_of(_several(values, node_id))),
    "negate": lambda values, node_id, _: _result(conditions.negated(values.series(node_id, "condition"))),
    "between": _between,
    "rising": partial(_moving, relation=">"),
    "falling": partial(_moving, relation="<"),
    "true_for_days": _true_for_days,
    "top_n": partial(_first_ones, largest=True),
    "bottom_n": partial(_first_ones, largest=False),
    "top_quantile": partial(_first_ones, largest=True),
    "bottom_quantile": partial(_first_ones, largest=False),
}
