"""Checks a flow in five layers and resolves what is sound: the one way from JSON to what the generator renders."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from codegen_core.checks.context import Context, Level, make_context
from codegen_core.checks.graph import check_inputs, check_structure
from codegen_core.checks.parameters import check_parameters, effective_parameters
from codegen_core.checks.port_types import check_port_types
from codegen_core.checks.schema import check_templates
from codegen_core.checks.semantics import check_semantics, is_end
from codegen_core.factors.catalogue import known_factors
from codegen_core.factors.factor import Factors
from codegen_core.flow.model import ResolvedFlow, ResolvedNode, Source
from codegen_core.flow.order import successors, topological_order
from codegen_core.flow.parse import parse_flow, parse_parameters
from codegen_core.nodes.declaration import NodeTemplate, PortType
from codegen_core.problems import Layer, Problem, Severity

__all__ = ["FlowReport", "Level", "check_flow"]

_LAYERS = {layer: number for number, layer in enumerate(Layer)}
_PANELS = frozenset({PortType.SERIES, PortType.BOOL})
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class FlowReport:
    """What the checks found.

    Attributes:
        problems: Of all layers that ran, by layer, then node, edge, code and field.
        order: Node ids in topological order, ties by id; empty where the graph isn't sound.
        warmup_bars: The longest chain of look-backs, in bars; None unless the flow is valid.
        resolved: What to render: the nodes that take part in the strategy; None unless the flow is complete and valid.
    """

    problems: tuple[Problem, ...]
    order: tuple[str, ...]
    warmup_bars: int | None
    resolved: ResolvedFlow | None

    @property
    def is_valid(self) -> bool:
        """Whether nothing found is an error; warnings don't block."""
        return not _has_errors(self.problems)


def check_flow(
    raw_flow: object,
    raw_parameters: object,
    templates: Mapping[str, NodeTemplate],
    level: Level = Level.COMPLETE,
    language: str = "en",
    factors: Factors = MappingProxyType({}),
) -> FlowReport:
    """Checks a flow and resolves it.

    Args:
        raw_flow: The JSON of ``logic_flow``; anything at all, what is wrong with it is told as problems.
        raw_parameters: The JSON of ``parameters``, ``{node_id: {name: value}}``, or None.
        templates: Every template the caller may use, by id: the system's and the caller's own.
        level: DRAFT checks what is there; COMPLETE also what is missing, and the meaning of the whole.
        language: Of the messages, and of the labels of nodes without one: ``en`` or ``zh``.
        factors: The published factors that the flow names, by source and name; those built in are always known.
    """
    parsed = parse_flow(raw_flow, language)
    request, request_problems = parse_parameters(raw_parameters, language)
    context = make_context(parsed, request, templates, level, language, {**factors, **known_factors()})
    schema = (*parsed.problems, *request_problems, *check_templates(parsed, templates, context.say))
    structure = check_structure(context)
    found = (*schema, *structure, *check_inputs(context), *check_port_types(context), *check_parameters(context))
    order = () if _has_errors((*schema, *structure)) else _order(context)
    if _has_errors(found):
        return FlowReport(_sorted(found), order, None, None)
    return _resolve(context, order, found)


def _resolve(context: Context, order: tuple[str, ...], found: tuple[Problem, ...]) -> FlowReport:
    nodes = _resolved_nodes(context, order)
    if not context.is_complete:
        return FlowReport(_sorted(found), order, _warmup_bars(nodes), None)
    problems = _sorted((*found, *check_semantics(context, nodes)))
    if _has_errors(problems):
        return FlowReport(problems, order, None, None)
    taking_part = _taking_part(nodes)
    bars = _warmup_bars(taking_part)
    return FlowReport(problems, order, bars, ResolvedFlow(taking_part, bars))


def _order(context: Context) -> tuple[str, ...]:
    return topological_order(successors(context.nodes, ((edge.source, edge.target) for edge in context.edges)))


def _resolved_nodes(context: Context, order: tuple[str, ...]) -> tuple[ResolvedNode, ...]:
    inputs: dict[str, dict[str, set[Source]]] = {node_id: {} for node_id in order}
    for each in context.bound:
        inputs[each.edge.target].setdefault(each.input.name, set()).add(Source(each.edge.source, each.output.name))
    return tuple(_resolved_node(context, node_id, inputs[node_id]) for node_id in order)


def _resolved_node(context: Context, node_id: str, inputs: Mapping[str, set[Source]]) -> ResolvedNode:
    template = context.templates[node_id]
    return ResolvedNode(
        id=node_id,
        label=context.nodes[node_id].label or template.display_name.in_language(context.language),
        template=template,
        parameters=effective_parameters(context, node_id),
        inputs={
            port.name: tuple(sorted(inputs[port.name], key=lambda source: (source.node_id, source.port)))
            for port in template.inputs
            if port.name in inputs
        },
    )


def _taking_part(nodes: tuple[ResolvedNode, ...]) -> tuple[ResolvedNode, ...]:
    """Returns the nodes from which the sizing rule or a rule can be reached; the others have no effect."""
    wanted: set[str] = set()
    for node in reversed(nodes):
        if is_end(node) or node.id in wanted:
            wanted |= {node.id, *_source_ids(node)}
    return tuple(node for node in nodes if node.id in wanted)


def _warmup_bars(nodes: tuple[ResolvedNode, ...]) -> int:
    """Returns the longest chain of look-backs; a rule's own counts from the data, not from what it is bound to."""
    bars: dict[str, int] = {}
    for node in nodes:
        before = max((bars[source] for source in _source_ids(node, _PANELS)), default=0)
        bars[node.id] = before + node.template.look_back(node.parameters)
    return max(bars.values(), default=0)


def _source_ids(node: ResolvedNode, types: frozenset[PortType] = frozenset(PortType)) -> list[str]:
    """Returns what feeds the inputs that take one of ``types``."""
    ports = [port.name for port in node.template.inputs if types & {*port.types}]
    return [source.node_id for port in ports for source in node.inputs.get(port, ())]


def _has_errors(problems: Iterable[Problem]) -> bool:
    return any(problem.severity is Severity.ERROR for problem in problems)


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=_sort_key))


def _sort_key(problem: Problem) -> tuple[object, ...]:
    where = (problem.node_id or "", problem.edge_id or "", problem.code)
    return (_LAYERS[problem.layer], *where, _natural(problem.field or ""), problem.message)


def _natural(text: str) -> list[tuple[bool, int, str]]:
    """Returns a sort key by which ``nodes[10]`` comes after ``nodes[9]``."""
    return [(part.isdigit(), int(part[:18]) if part.isdigit() else 0, part) for part in _DIGITS.split(text)]
