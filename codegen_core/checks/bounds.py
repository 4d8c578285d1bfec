"""Bounds that conditions with constants put on a series, and those that leave nothing between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import inf

from codegen_core.checks.sameness import Numbers, operand
from codegen_core.flow.model import ResolvedNode
from codegen_core.json_value import JsonValue
from codegen_core.nodes.conditions import COMPARE, CROSSES_ABOVE, CROSSES_BELOW
from codegen_core.nodes.series_conditions import BETWEEN

Pair = tuple[ResolvedNode, ResolvedNode]
_CROSSINGS = {CROSSES_ABOVE.name: ">", CROSSES_BELOW.name: "<"}


@dataclass(frozen=True, slots=True)
class Bounds:
    """The values for which a condition may be true: from ``low`` to ``high``, each itself unless it is open."""

    low: float = -inf
    high: float = inf
    low_open: bool = False
    high_open: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether no value lies within."""
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    def excludes(self, other: Bounds) -> bool:
        """Whether no value lies within both."""
        low = max((self.low, self.low_open), (other.low, other.low_open))
        high = min((self.high, not self.high_open), (other.high, not other.high_open))
        return Bounds(low[0], high[0], low[1], not high[1]).is_empty


@dataclass(frozen=True, slots=True)
class Limit:
    """The bounds of a condition."""

    bounds: Bounds
    node: ResolvedNode


def bounds_of(node: ResolvedNode) -> Bounds | None:
    """Returns the bounds that a condition puts on its first input; None where they aren't constants."""
    if node.template.system_name == BETWEEN.name:
        low, high = (_constant(node, port) for port in ("low", "high"))
        return Bounds(-inf if low is None else low, inf if high is None else high)
    value = _constant(node, "right")
    operator = _CROSSINGS.get(node.template.system_name or "")
    if node.template.system_name == COMPARE.name:
        operator = str(node.parameters["operator"])
    return None if value is None or operator is None else _compared(operator, value)


def outside_each_other(joined: Iterable[ResolvedNode], numbers: Numbers) -> Iterator[Pair]:
    """Yields conditions on one series whose constants leave no value for which both are true."""
    strictest: dict[object, tuple[Limit, Limit]] = {}
    for node in joined:
        bounds = bounds_of(node)
        if bounds is None:
            continue
        series = operand(node, node.template.inputs[0].name, numbers)
        known = strictest.get(series, ())
        others = {limit.node.id: limit.node for limit in known if limit.bounds.excludes(bounds)}
        yield from ((other, node) for other in others.values())
        limits = (*known, Limit(bounds, node))
        strictest[series] = (max(limits, key=_lower_end), min(limits, key=_upper_end))


def _lower_end(limit: Limit) -> tuple[float, bool]:
    return limit.bounds.low, limit.bounds.low_open


def _upper_end(limit: Limit) -> tuple[float, bool]:
    return limit.bounds.high, not limit.bounds.high_open


def _compared(operator: str, value: float) -> Bounds | None:
    return {
        ">": Bounds(low=value, low_open=True),
        ">=": Bounds(low=value),
        "<": Bounds(high=value, high_open=True),
        "<=": Bounds(high=value),
        "==": Bounds(value, value),
    }.get(operator)


def _constant(node: ResolvedNode, port: str) -> float | None:
    """Returns the number that stands at an input, None where a series does."""
    fallback = next((each.fallback for each in node.template.inputs if each.name == port), None)
    value: JsonValue = None if port in node.inputs or fallback is None else node.parameters.get(fallback)
    return float(value) if isinstance(value, int | float) else None
