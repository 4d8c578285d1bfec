"""Flows for the functional tests, and the two ways to run them: the generated code, and the independent interpreter."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from codegen_core.factors.factor import Factors
from codegen_core.nodes.declaration import NodeTemplate, system_template_id
from codegen_core.nodes.registry import by_name, system_templates_by_id
from codegen_core.render import generate
from codegen_core.resolve import FlowReport, check_flow
from codegen_core.strategies import load
from tests.oracle.broker import Terms
from tests.oracle.day_loop import DayLoop, Outcome
from tests.oracle.graph import Graph, OwnParts
from tests.oracle.market import Market, read_market
from tests.oracle.qlib_series import QlibValues
from tests.oracle.values import Values

SETTINGS: dict[str, Any] = {
    "stock_pool": "CSI300",
    "initial_capital": 100_000.0,
    "benchmark": "SH000300",
    "deal_price": "open",
    "open_cost": 0.0005,
    "close_cost": 0.0015,
    "min_cost": 5.0,
    "limit_threshold": 0.095,
}


@dataclass(frozen=True)
class OwnSide:
    """A user's templates and published factors, with what they mean to the interpreter."""

    templates: tuple[NodeTemplate, ...] = ()
    factors: Factors = field(default_factory=dict)
    meanings: OwnParts = field(default_factory=OwnParts)


@dataclass(frozen=True)
class Drawn:
    """A flow with the parameters of a request over it, and what its owner brings along."""

    flow: dict[str, Any]
    parameters: dict[str, dict[str, Any]]
    own: OwnSide = OwnSide()

    @property
    def templates(self) -> dict[str, NodeTemplate]:
        """Every template that the flow may use, by id."""
        return {**system_templates_by_id(), **{template.id: template for template in self.own.templates}}

    def report(self) -> FlowReport:
        """Returns what the checks say."""
        return check_flow(self.flow, self.parameters, self.templates, factors=self.own.factors)

    def code(self, language: str = "en") -> str:
        """Returns the generated module."""
        report = self.report()
        assert report.resolved is not None, report.problems
        return generate(report.resolved, language).code

    def effective(self) -> dict[str, dict[str, Any]]:
        """Returns each node's parameters with STRATEGY.md's precedence, worked out here once more."""
        defaults = {key: dict(template.default_parameters) for key, template in self.templates.items()}
        return {
            node["id"]: defaults[node["template_id"]]
            | node.get("data", {}).get("parameters", {})
            | self.parameters.get(node["id"], {})
            for node in self.flow["nodes"]
        }


def drawn(nodes: dict[str, tuple[str, dict[str, Any]]], edges: list[str]) -> Drawn:
    """Returns a flow from ``{id: (template, parameters)}`` and edges written ``source.port > target.port``."""
    flow_nodes = [
        {
            "id": node_id,
            "type": by_name(name).node_type.value,
            "template_id": system_template_id(name),
            "data": {"parameters": parameters},
        }
        for node_id, (name, parameters) in nodes.items()
    ]
    flow_edges = []
    for number, edge in enumerate(edges):
        source, target = (end.strip().split(".") for end in edge.split(">"))
        flow_edges.append(
            {
                "id": f"e{number}",
                "source": source[0],
                "target": target[0],
                "source_handle": source[1] if len(source) > 1 else None,
                "target_handle": target[1] if len(target) > 1 else None,
            }
        )
    return Drawn({"nodes": flow_nodes, "edges": flow_edges}, {})


def double_moving_average(**parameters: dict[str, Any]) -> Drawn:
    """Returns the ready-made double moving average with parameters by node id."""
    return Drawn(load("double_moving_average"), parameters)


@cache
def market_at(root: Path) -> Market:
    """Returns a market, read once a process."""
    return read_market(root)


@cache
def qlib_values_at(root: Path) -> QlibValues:
    """Returns the values of expressions over a market, each worked out once a process."""
    return QlibValues(market_at(root))


POOLS = {"CSI300": "csi300", "CSI500": "csi500", "CSI800": "csi800", "ALL_A_SHARES": "all"}


def interpreted(drawn: Drawn, root: Path, first: str, last: str, settings: dict[str, Any] | None = None) -> Outcome:
    """Runs a flow by the independent interpreter."""
    asked = SETTINGS | (settings or {})
    market = market_at(root)
    names = {key: template.name for key, template in drawn.templates.items()}
    graph = Graph(drawn.flow, drawn.effective(), names, list(drawn.report().order), drawn.own.meanings)
    members = market.members(asked.get("instruments") or POOLS[asked["stock_pool"]])
    values = Values(market, graph, members, qlib_values_at(root))
    return DayLoop(market, values, members, terms(asked), (first, last)).run()


def terms(asked: dict[str, Any]) -> Terms:
    """Returns a test's settings as the interpreter takes them."""
    return Terms(
        capital=asked["initial_capital"],
        deal_price=asked["deal_price"],
        open_cost=asked["open_cost"],
        close_cost=asked["close_cost"],
        min_cost=asked["min_cost"],
        limit=asked["limit_threshold"],
    )
