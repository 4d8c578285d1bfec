"""A logic flow as a graph of frozen values, before and after its templates and parameters are resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from codegen_core.json_value import JsonValue
from codegen_core.nodes.declaration import NodeTemplate


@dataclass(frozen=True, slots=True)
class Node:
    """A node as drawn. ``parameters`` are those of the node's own data, without the template's defaults."""

    id: str
    type: str
    template_id: str
    label: str
    parameters: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge as drawn; a handle is None where the drawing names none."""

    id: str
    source: str
    target: str
    source_handle: str | None = None
    target_handle: str | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """The graph as sent, in the order sent. Positions on the canvas are not part of its meaning."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where an input comes from: an output port of another node."""

    node_id: str
    port: str


@dataclass(frozen=True, slots=True)
class ResolvedNode:
    """A node with its template, its effective parameters and its connected inputs.

    Attributes:
        label: The user's label, or the template's display name where the user gave none.
        parameters: Every parameter of the schema that has a value, canonical (an integer parameter is an int), with the
            precedence request, node data, template default.
        inputs: Input port name to what is connected to it, sorted; unconnected optional ports are left out.
    """

    id: str
    label: str
    template: NodeTemplate
    parameters: Mapping[str, JsonValue]
    inputs: Mapping[str, tuple[Source, ...]]


@dataclass(frozen=True, slots=True)
class ResolvedFlow:
    """A sound flow, ready to render: nodes in topological order, ties by node id."""

    nodes: tuple[ResolvedNode, ...]
    warmup_bars: int
