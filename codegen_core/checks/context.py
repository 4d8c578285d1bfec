"""What the layers of checks look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from codegen_core.checks.codes import Say, speaker
from codegen_core.checks.general import General, value_path
from codegen_core.factors.factor import Factors
from codegen_core.flow.binding import Bound, Unbound, bind
from codegen_core.flow.model import Edge, Node
from codegen_core.flow.parse import NodeParameters, ParsedFlow
from codegen_core.nodes.declaration import NodeTemplate
from codegen_core.problems import Problem


class Level(StrEnum):
    """How much is checked: a drawing in progress, or everything that generation needs."""

    DRAFT = "DRAFT"
    COMPLETE = "COMPLETE"


@dataclass(frozen=True, slots=True)
class Context:
    """A parsed flow with the templates of its nodes, its edges with their ports, and how to speak about it.

    Attributes:
        nodes: Node id to node, those whose template is known and of their type; in order of id, as the edges are.
        templates: Node id to template, for the same nodes; of a general kind (any function, any expression) the
            node's own. ``misfits`` are the problems of those of which that can't be told: they aren't among them.
        bound: The edges between those nodes whose ports are told; those without are ``unbound``.
        unsure_inputs: Nodes of which an edge may have been lost: what is missing there follows from another problem.
    """

    say: Say
    language: str
    level: Level
    parsed: ParsedFlow
    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]
    templates: Mapping[str, NodeTemplate]
    misfits: tuple[Problem, ...]
    request: NodeParameters
    bound: tuple[Bound, ...]
    unbound: tuple[Unbound, ...]
    unsure_inputs: frozenset[str]

    @property
    def is_complete(self) -> bool:
        """Whether what is missing counts."""
        return self.level is Level.COMPLETE

    def is_known(self, node_id: str) -> bool:
        """Whether the flow has the node, or may have it among those that couldn't be read."""
        return node_id in self.parsed.node_paths or not self.parsed.all_nodes_named

    def node_path(self, node_id: str) -> str:
        """Returns the node's path in the request."""
        return self.parsed.node_paths[node_id]

    def value_path(self, node_id: str, name: str) -> str:
        """Returns the path in the request of a node's parameter."""
        return value_path(self.parsed, self.request, node_id, name)

    def edge_path(self, edge: Edge) -> str:
        """Returns the edge's path in the request."""
        return self.parsed.edge_paths[edge.id]


def make_context(
    parsed: ParsedFlow,
    request: NodeParameters,
    templates: Mapping[str, NodeTemplate],
    level: Level,
    language: str,
    factors: Factors,
) -> Context:
    """Returns what the layers look at; ``templates`` are all that the caller may use, by id."""
    say = speaker(language)
    general = General(parsed, request, factors, say, language, level is Level.COMPLETE)
    fitting = {node.id: node for node in sorted(parsed.flow.nodes, key=lambda node: node.id) if _fits(node, templates)}
    made = {node_id: general.of(node, templates[node.template_id]) for node_id, node in fitting.items()}
    own = {node_id: template for node_id, template in made.items() if isinstance(template, NodeTemplate)}
    nodes = {node_id: fitting[node_id] for node_id in own}
    edges = tuple(sorted(parsed.flow.edges, key=lambda edge: edge.id))
    results = list(_bind_all(edges, own))
    bound = tuple(each for each in results if isinstance(each, Bound))
    return Context(
        say=say,
        language=language,
        level=level,
        parsed=parsed,
        nodes=nodes,
        edges=edges,
        templates=own,
        misfits=tuple(each for found in made.values() if isinstance(found, tuple) for each in found),
        request=request,
        bound=bound,
        unbound=tuple(each for each in results if isinstance(each, Unbound)),
        unsure_inputs=_unsure_inputs(parsed, edges, bound),
    )


def _fits(node: Node, templates: Mapping[str, NodeTemplate]) -> bool:
    template = templates.get(node.template_id)
    return template is not None and template.node_type.value == node.type


def _bind_all(edges: Iterable[Edge], templates: Mapping[str, NodeTemplate]) -> Iterable[Bound | Unbound]:
    for edge in edges:
        if edge.source in templates and edge.target in templates and edge.source != edge.target:
            yield bind(edge, templates[edge.source], templates[edge.target])


def _unsure_inputs(parsed: ParsedFlow, edges: tuple[Edge, ...], bound: tuple[Bound, ...]) -> frozenset[str]:
    if not parsed.all_edges_placed:
        return frozenset(parsed.node_paths)
    sound = {each.edge.id for each in bound}
    return parsed.suspects | {edge.target for edge in edges if edge.id not in sound}
