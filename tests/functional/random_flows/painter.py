"""Draws series and conditions onto a canvas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from codegen_core.nodes.declaration import NodeTemplate, NodeType, PortType
from codegen_core.nodes.registry import by_name, system_templates
from tests.functional.random_flows.canvas import GENERAL, Canvas, Output
from tests.functional.random_flows.general import TRUTHS, draw_general
from tests.functional.random_flows.own_parts import TEMPLATES, names_giving, template_of
from tests.functional.random_flows.units import RANGES, field_unit, unit_of

FALLBACKS = {"input": "field", "other": "other_field", "input_2": "field_2"}
OPEN_INPUT = 0.6


def names_of(*types: NodeType) -> tuple[str, ...]:
    """Returns the names of the templates of these types, in the registry's order."""
    return tuple(template.name for template in system_templates() if template.node_type in types)


SERIES = (*names_of(NodeType.INDICATOR), "custom_series", *names_giving("SERIES"))
QLIB = (
    *(name for name in names_of(NodeType.INDICATOR) if by_name(name).expression is not None),
    *("qlib_expression", "factor"),
    *names_giving("SERIES", "QLIB"),
)
QLIB_READERS = (*QLIB, *names_giving("BOOL", "QLIB"))
CONDITIONS = (*names_of(NodeType.CONDITION), *TRUTHS, *names_giving("BOOL"))
LOGIC = ("all_of", "any_of", "negate", "true_for_days")
QLIB_AVERAGES = ("sma", "ema", "lag", "median", "wma")
OTHER_AVERAGES = ("dema", "linear_regression", "kama", "trima")
TWO_SIDED = ("compare", "crosses_above", "crosses_below")


@dataclass
class Painter:
    """Draws nodes; what has to be in the flow is used before anything else."""

    canvas: Canvas
    wanted: list[str] = field(default_factory=list)
    made: list[Output] = field(default_factory=list)

    def series(self, depth: int, names: Sequence[str] = SERIES) -> Output:
        """Draws an indicator with what it reads, or takes one that is there already."""
        draw = self.canvas.draw
        again = [output for output in self.made if output.is_qlib or names is not QLIB]
        if again and not self._wanted(names) and draw(st.integers(0, 3)) == 0:
            return self._one_of(again)
        name = self._next(names)
        output = draw_general(self, name, depth) if name in GENERAL else self.indicator(name, depth)
        self.made.append(output)
        return output

    def qlib_series(self, depth: int) -> Output:
        """Draws a series that Qlib operators may read."""
        return self.series(depth, QLIB)

    def indicator(self, name: str, depth: int) -> Output:
        """Draws a named indicator with what it reads."""
        template = template_of(name)
        given, connected = self._inputs(template, depth)
        node_id = self.canvas.add(name, **given)
        unit = field_unit(str(given.get("field", "close")))
        for port, source in connected.items():
            self.canvas.connect(source, node_id, port)
            unit = source.unit if port in {"input", "left"} else unit
        return self.pick(template, node_id, unit_of(name, unit), name in QLIB)

    def pick(self, template: NodeTemplate, node_id: str, unit: str, is_qlib: bool) -> Output:
        """Returns one of a node's outputs."""
        handles = [output.name for output in template.outputs]
        return Output(node_id, self.canvas.draw(st.sampled_from(handles)), unit, is_qlib)

    def _inputs(self, template: NodeTemplate, depth: int) -> tuple[dict[str, Any], dict[str, Output]]:
        """Decides which inputs are connected and what stands in for the others."""
        given: dict[str, Any] = {}
        connected: dict[str, Output] = {}
        for port in template.inputs:
            if port.types == (PortType.BOOL,):
                connected[port.name] = self.condition(0)
            elif port.required or (depth > 0 and self.canvas.draw(st.floats(0, 1)) > OPEN_INPUT):
                connected[port.name] = self.series(depth - 1, QLIB if template.name in QLIB_READERS else SERIES)
            elif port.fallback == "value":
                given["value"] = self.constant("score") or 2.0
        if template.name == "arithmetic" and "right" not in connected and self.canvas.draw(st.integers(0, 9)) == 0:
            given["value"] = 0
        return given, connected

    def constant(self, unit: str) -> float | None:
        """Draws a number that a series of this unit may be compared with."""
        if unit not in RANGES:
            return None
        low, high = RANGES[unit]
        return float(f"{self.canvas.draw(st.floats(low, high)):.4g}")

    def like(self, output: Output, depth: int) -> Output:
        """Draws a series that crosses ``output`` every now and then: itself smoothed or earlier, or another like it."""
        draw = self.canvas.draw
        others = [other for other in self.made if other.unit == output.unit and other != output]
        if others and draw(st.booleans()):
            return self._one_of(others)
        names = QLIB_AVERAGES if output.is_qlib else OTHER_AVERAGES
        node_id = self.canvas.add(draw(st.sampled_from(names)))
        self.canvas.connect(output, node_id, "input")
        return Output(node_id, "value", output.unit, output.is_qlib)

    def condition(self, depth: int) -> Output:
        """Draws a condition with what it reads."""
        pool = CONDITIONS if depth > 0 else tuple(name for name in CONDITIONS if name not in LOGIC)
        name = self._next(pool)
        if name in LOGIC:
            return self._logic(name, depth)
        if name in TRUTHS:
            return draw_general(self, name, depth)
        if name in TEMPLATES:
            return self.indicator(name, depth)
        return self._test(name, depth, self.series(depth))

    def combined(self, conditions: Sequence[Output], name: str) -> Output:
        """Joins conditions by ``all_of`` or ``any_of``; one stays as it is."""
        if len(conditions) == 1:
            return conditions[0]
        node_id = self.canvas.add(name)
        for condition in dict.fromkeys(conditions):
            self.canvas.connect(condition, node_id, "conditions")
        return Output(node_id, "result")

    def _test(self, name: str, depth: int, series: Output) -> Output:
        if name in TWO_SIDED:
            return self._two_sided(name, depth, series)
        if name == "between":
            return self._between(depth, series)
        node_id = self.canvas.add(name)
        self.canvas.connect(series, node_id, "input")
        return Output(node_id, "result")

    def _two_sided(self, name: str, depth: int, series: Output) -> Output:
        constant = self.constant(series.unit) if self.canvas.draw(st.booleans()) else None
        other = self.like(series, depth) if constant is None else None
        node_id = self.canvas.add(name, **({} if constant is None else {"value": constant}))
        self.canvas.connect(series, node_id, "left")
        if other:
            self.canvas.connect(other, node_id, "right")
        return Output(node_id, "result")

    def _between(self, depth: int, series: Output) -> Output:
        bounds = sorted(filter(None, (self.constant(series.unit), self.constant(series.unit))))
        given = dict(zip(("low_value", "high_value"), bounds, strict=False))
        sources = {
            port: self.like(series, depth)
            for port in ("low", "high")
            if f"{port}_value" not in given or self.canvas.draw(st.integers(0, 3)) == 0
        }
        node_id = self.canvas.add("between", **given)
        for port, source in {"input": series, **sources}.items():
            self.canvas.connect(source, node_id, port)
        return Output(node_id, "result")

    def _logic(self, name: str, depth: int) -> Output:
        if name in {"all_of", "any_of"}:
            count = self.canvas.draw(st.integers(1, 3))
            node_id = self.canvas.add(name)
            inputs = dict.fromkeys(self.condition(depth - 1) for _ in range(count))
        else:
            node_id = self.canvas.add(name, **({"days": self.canvas.draw(st.integers(1, 3))} if "days" in name else {}))
            inputs = dict.fromkeys([self.condition(depth - 1)])
        for source in inputs:
            self.canvas.connect(source, node_id, template_of(name).inputs[0].name)
        return Output(node_id, "result")

    def _one_of(self, outputs: Sequence[Output]) -> Output:
        chosen: Output = self.canvas.draw(st.sampled_from(outputs))
        return chosen

    def _wanted(self, names: Sequence[str]) -> list[str]:
        return [name for name in self.wanted if name in names]

    def _next(self, names: Sequence[str]) -> str:
        """Returns what has to be in the flow as long as there is such a thing, else anything."""
        wanted = self._wanted(names)
        if not wanted:
            return str(self.canvas.draw(st.sampled_from(names)))
        self.wanted.remove(wanted[0])
        return wanted[0]
