"""Limits on the whole account: halts, waiting times, caps."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf

from tests.oracle.graph import Graph


@dataclass
class Halt:
    """A drawdown halt of a node: sleeps on test days before ``until``."""

    node_id: str
    drawdown: float
    days: int
    peak: float
    until: float = -inf

    def is_on(self, number: int, worth: float) -> bool:
        """Looks at the account of the evening before test day ``number``, once a day."""
        if number < self.until:
            return True
        self.peak = worth if number == self.until else max(self.peak, worth)
        if worth <= self.peak * (1 - self.drawdown):
            self.until = number + self.days if self.days else inf
            return True
        return False


@dataclass
class Cooling:
    """When instruments were last sold by a stop, and how long they rest."""

    days: int | None
    sold: dict[str, int] = field(default_factory=dict)

    def holds(self, code: str, number: int) -> bool:
        """Says whether an instrument may not be bought yet."""
        return self.days is not None and code in self.sold and number - self.sold[code] <= self.days


class Risk:
    """The flow's risk rules; of several of one kind the strictest counts."""

    def __init__(self, graph: Graph, capital: float):
        self.graph = graph
        self.halts = [
            Halt(node_id, rule["drawdown"], rule["days"], capital)
            for node_id in graph.named("drawdown_halt")
            if (rule := graph.parameters[node_id])
        ]
        self.cooling = Cooling(max(self._all("cooldown", "days"), default=None))
        self.least_days = max(self._all("min_holding_days", "days"), default=0)
        self.weight_cap = min(self._all("weight_cap", "cap"), default=inf)
        self.turnover_cap = min(self._all("turnover_cap", "cap"), default=inf)
        self.exposure_cap = min(self._all("exposure_cap", "cap"), default=inf)

    def halted_by(self, number: int, worth: float) -> str | None:
        """Returns the first node that halts test day ``number``."""
        halting = [halt.node_id for halt in self.halts if halt.is_on(number, worth)]
        return halting[0] if halting else None

    def _all(self, name: str, parameter: str) -> list[int]:
        return [self.graph.parameters[node_id][parameter] for node_id in self.graph.named(name)]
