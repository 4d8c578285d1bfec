"""Small flows for tests, drawn as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from codegen_core import strategies
from codegen_core.nodes.declaration import NodeTemplate
from codegen_core.nodes.registry import by_name, system_templates_by_id
from codegen_core.problems import Problem
from codegen_core.resolve import FlowReport, Level, check_flow

Json = dict[str, Any]


def node(node_id: str, template: str | NodeTemplate, **parameters: Any) -> Json:
    """Draws a node of a system template, or of the one given."""
    known = by_name(template) if isinstance(template, str) else template
    return {
        "id": node_id,
        "type": known.node_type.value,
        "template_id": known.id,
        "data": {"parameters": parameters},
    }


def edge(source: str, target: str, edge_id: str | None = None) -> Json:
    """Draws an edge between ends written ``node`` or ``node.port``."""
    source_id, _, source_handle = source.partition(".")
    target_id, _, target_handle = target.partition(".")
    return {
        "id": edge_id or f"{source}>{target}",
        "source": source_id,
        "target": target_id,
        "source_handle": source_handle,
        "target_handle": target_handle,
    }


def flow(nodes: list[Json], edges: list[Json]) -> Json:
    """Puts nodes and edges together."""
    return {"nodes": nodes, "edges": edges}


def double_average() -> Json:
    """Returns the ready-made double moving average, to be changed at will."""
    drawn: Json = strategies.load("double_moving_average")
    return drawn


def with_nodes(nodes: list[Json], edges: list[Json]) -> Json:
    """Returns the double moving average with more nodes and edges."""
    drawn = double_average()
    return flow([*drawn["nodes"], *nodes], [*drawn["edges"], *edges])


def find(drawn: Json, node_id: str) -> Json:
    """Returns the node of that id."""
    return next(each for each in drawn["nodes"] if each["id"] == node_id)


def check(
    drawn: object,
    parameters: object = None,
    level: Level = Level.COMPLETE,
    language: str = "en",
    extra: Iterable[NodeTemplate] = (),
) -> FlowReport:
    """Checks a flow with the system's templates and those of a user."""
    templates = {**system_templates_by_id(), **{template.id: template for template in extra}}
    return check_flow(drawn, parameters, templates, level, language)


def codes(report: FlowReport) -> list[str]:
    """Returns the codes found, in the report's order."""
    return [problem.code for problem in report.problems]


def only(report: FlowReport) -> Problem:
    """Returns the one problem of a report that has exactly one."""
    assert len(report.problems) == 1, report.problems
    return report.problems[0]
