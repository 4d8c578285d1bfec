"""Reads a flow from JSON: what protobuf's MessageToDict gives, a REST body, or React Flow's own export.

Nothing here raises on bad input: every fault is a SCHEMA problem, and what is sound beside it is still read, so that
the later layers can look at it. "" and null mean absent; keys that aren't known are an editor's own and are ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from codegen_core.checks.codes import Code, Say, speaker
from codegen_core.checks.wording import cut, shortened, type_name
from codegen_core.flow.model import Edge, Flow, Node
from codegen_core.json_value import JsonValue
from codegen_core.nodes.declaration import NodeType
from codegen_core.problems import Problem

MAX_NODES = 500
MAX_EDGES = 1000
MAX_NODE_ID = 128
MAX_EDGE_ID = 255
MAX_LABEL = 100
MAX_NAME = 128
MAX_DEPTH = 32

NodeParameters = Mapping[str, Mapping[str, JsonValue]]
"""Node id to the parameters that a request gives it."""


@dataclass(frozen=True, slots=True)
class ParsedFlow:
    """What could be read, and what could not.

    Attributes:
        flow: The sound nodes and edges, in the order sent.
        node_paths: Node id to its path in the request, such as ``logic_flow.nodes[3]``.
        edge_paths: Edge id to its path.
        suspects: Ids of nodes that were left out, or that an edge left out touches: what is missing there follows from
            a problem that has been told.
        all_nodes_named: Whether every node's id could be read; if not, an unknown id may be that of such a node.
        all_edges_placed: Whether every edge's target could be read; if not, any input may be the one it feeds.
    """

    flow: Flow
    problems: tuple[Problem, ...]
    node_paths: Mapping[str, str]
    edge_paths: Mapping[str, str]
    suspects: frozenset[str]
    all_nodes_named: bool
    all_edges_placed: bool


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    say: Say
    language: str
    problems: list[Problem] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: dict[str, Edge] = field(default_factory=dict)
    node_paths: dict[str, str] = field(default_factory=dict)
    edge_paths: dict[str, str] = field(default_factory=dict)
    suspects: set[str] = field(default_factory=set)
    all_nodes_named: bool = True
    all_edges_placed: bool = True

    def fault(self, code: Code, path: str, **details: object) -> None:
        """Adds a problem about the value at ``path``."""
        self.problems.append(self.say(code, field=path, **details))

    def wrong_type(self, path: str, json_type: str, value: object, **where: object) -> None:
        """Adds the problem that ``value`` isn't of ``json_type``."""
        expected = type_name(json_type, self.language)
        self.fault(Code.WRONG_TYPE, path, expected=expected, received=shortened(value), **where)


def parse_flow(raw: object, language: str = "en") -> ParsedFlow:
    """Reads a flow; ``raw`` may be anything JSON can hold."""
    reading = _Reading(speaker(language), language)
    if isinstance(raw, Mapping):
        _read_nodes(reading, raw.get("nodes"))
        _read_edges(reading, raw.get("edges"))
    else:
        reading.wrong_type("logic_flow", "object", raw)
        reading.all_nodes_named = reading.all_edges_placed = False
    return ParsedFlow(
        flow=Flow(tuple(reading.nodes.values()), tuple(reading.edges.values())),
        problems=tuple(reading.problems),
        node_paths=reading.node_paths,
        edge_paths=reading.edge_paths,
        suspects=frozenset(reading.suspects),
        all_nodes_named=reading.all_nodes_named,
        all_edges_placed=reading.all_edges_placed,
    )


def parse_parameters(raw: object, language: str = "en") -> tuple[NodeParameters, tuple[Problem, ...]]:
    """Reads a request's ``{node_id: {name: value}}``; a null entry is none."""
    reading = _Reading(speaker(language), language)
    entries: dict[str, Mapping[str, JsonValue]] = {}
    if not _is_absent(raw):
        for node_id, entry in _object(reading, raw, "parameters").items():
            shown = cut(node_id)
            entries[node_id] = _parameters(reading, entry, f"parameters.{shown}", shown)
    return entries, tuple(reading.problems)


def _read_nodes(reading: _Reading, raw: object) -> None:
    entries = _list(reading, raw, "logic_flow.nodes", MAX_NODES, Code.TOO_MANY_NODES)
    reading.all_nodes_named = entries is not None
    for index, entry in enumerate(entries or []):
        path = f"logic_flow.nodes[{index}]"
        if isinstance(entry, Mapping):
            _read_node(reading, entry, path)
        else:
            reading.all_nodes_named = False
            reading.wrong_type(path, "object", entry)


def _read_node(reading: _Reading, raw: Mapping[str, object], path: str) -> None:
    node_id = _text(reading, raw.get("id"), f"{path}.id", MAX_NODE_ID)
    if node_id is not None and node_id in reading.node_paths:
        reading.fault(Code.DUPLICATE_NODE_ID, f"{path}.id", node=node_id, node_id=node_id)
        reading.suspects.add(node_id)
        return
    node = _node(reading, raw, path, node_id)
    if node_id is None:
        reading.all_nodes_named = False
        return
    reading.node_paths[node_id] = path
    if node is None:
        reading.suspects.add(node_id)
    else:
        reading.nodes[node_id] = node


def _node(reading: _Reading, raw: Mapping[str, object], path: str, node_id: str | None) -> Node | None:
    """Reads what a node holds beside its id; None where the id, the type or the template can't be read."""
    data = _object(reading, raw.get("data"), f"{path}.data", node_id)
    kind = _node_type(reading, raw.get("type"), f"{path}.type", node_id)
    template_id = _template_id(reading, raw, data, path, node_id)
    label = _optional_text(reading, _either(raw, data, "label"), f"{path}.label", MAX_LABEL, node_id=node_id)
    parameters = _parameters(reading, _either(raw, data, "parameters"), f"{path}.data.parameters", node_id)
    if node_id is None or kind is None or template_id is None:
        return None
    return Node(node_id, kind, template_id, (label or "").strip(), parameters)


def _template_id(
    reading: _Reading, raw: Mapping[str, object], data: Mapping[str, JsonValue], path: str, node_id: str | None
) -> str | None:
    value = _either(raw, data, "template_id")
    if _is_absent(value) and not isinstance(raw.get("data", {}), Mapping):
        return None
    return _text(reading, value, f"{path}.template_id", MAX_NAME, node_id)


def _node_type(reading: _Reading, raw: object, path: str, node_id: str | None) -> str | None:
    kind = _text(reading, raw, path, MAX_NAME, node_id)
    if kind is None or kind in NodeType.__members__:
        return kind
    expected = ", ".join(NodeType)
    reading.fault(Code.UNKNOWN_NODE_TYPE, path, type=kind, node_id=node_id, expected=expected, received=shortened(kind))
    return None


def _read_edges(reading: _Reading, raw: object) -> None:
    entries = _list(reading, raw, "logic_flow.edges", MAX_EDGES, Code.TOO_MANY_EDGES)
    reading.all_edges_placed = entries is not None
    for index, entry in enumerate(entries or []):
        path = f"logic_flow.edges[{index}]"
        if isinstance(entry, Mapping):
            _read_edge(reading, entry, path)
        else:
            reading.all_edges_placed = False
            reading.wrong_type(path, "object", entry)


def _read_edge(reading: _Reading, raw: Mapping[str, object], path: str) -> None:
    edge = _edge(reading, raw, path)
    if edge is not None and edge.id in reading.edges:
        reading.fault(Code.DUPLICATE_EDGE_ID, f"{path}.id", edge=edge.id, edge_id=edge.id)
        edge = None
    if edge is None:
        ends = [end for end in (raw.get("source"), raw.get("target")) if isinstance(end, str)]
        reading.suspects.update(ends)
        reading.all_edges_placed = reading.all_edges_placed and isinstance(raw.get("target"), str)
        return
    reading.edges[edge.id] = edge
    reading.edge_paths[edge.id] = path


def _edge(reading: _Reading, raw: Mapping[str, object], path: str) -> Edge | None:
    edge_id = _text(reading, raw.get("id"), f"{path}.id", MAX_EDGE_ID)
    source = _text(reading, raw.get("source"), f"{path}.source", MAX_NODE_ID, edge_id=edge_id)
    target = _text(reading, raw.get("target"), f"{path}.target", MAX_NODE_ID, edge_id=edge_id)
    before = len(reading.problems)
    source_handle = _handle(reading, raw, ("source_handle", "sourceHandle"), path, edge_id)
    target_handle = _handle(reading, raw, ("target_handle", "targetHandle"), path, edge_id)
    if edge_id is None or source is None or target is None or len(reading.problems) > before:
        return None
    return Edge(edge_id, source, target, source_handle, target_handle)


def _handle(
    reading: _Reading, raw: Mapping[str, object], names: tuple[str, str], path: str, edge_id: str | None
) -> str | None:
    ours, theirs = names
    name = theirs if _is_absent(raw.get(ours)) and not _is_absent(raw.get(theirs)) else ours
    return _optional_text(reading, raw.get(name), f"{path}.{name}", MAX_NAME, edge_id=edge_id)


def _parameters(reading: _Reading, raw: object, path: str, node_id: str | None) -> Mapping[str, JsonValue]:
    """Reads one node's parameters, without those that are null."""
    entry = _object(reading, raw, path, node_id)
    if is_deeper_than(entry, MAX_DEPTH):
        reading.fault(Code.TOO_DEEP, path, limit=MAX_DEPTH, node_id=node_id)
        return {}
    return {name: value for name, value in entry.items() if value is not None}


def _text(
    reading: _Reading, raw: object, path: str, limit: int, node_id: str | None = None, edge_id: str | None = None
) -> str | None:
    """Reads a required text."""
    if _is_absent(raw):
        reading.fault(Code.MISSING_FIELD, path, node_id=node_id, edge_id=edge_id)
    return _optional_text(reading, raw, path, limit, node_id, edge_id)


def _optional_text(
    reading: _Reading, raw: object, path: str, limit: int, node_id: str | None = None, edge_id: str | None = None
) -> str | None:
    if _is_absent(raw):
        return None
    if not isinstance(raw, str):
        reading.wrong_type(path, "string", raw, node_id=node_id, edge_id=edge_id)
        return None
    if len(raw) > limit:
        received = str(len(raw))
        reading.fault(Code.TOO_LONG, path, limit=limit, node_id=node_id, edge_id=edge_id, received=received)
        return None
    return raw


def _object(reading: _Reading, raw: object, path: str, node_id: str | None = None) -> Mapping[str, JsonValue]:
    if _is_absent(raw):
        return {}
    if isinstance(raw, Mapping):
        return raw
    reading.wrong_type(path, "object", raw, node_id=node_id)
    return {}


def _list(reading: _Reading, raw: object, path: str, limit: int, too_many: Code) -> list[object] | None:
    """Reads a list; None where it can't be looked into."""
    if _is_absent(raw):
        return []
    if not isinstance(raw, list):
        reading.wrong_type(path, "array", raw)
        return None
    if len(raw) > limit:
        reading.fault(too_many, path, limit=limit, expected=f"<= {limit}", received=str(len(raw)))
        return None
    return raw


def _either(top: Mapping[str, object], data: Mapping[str, JsonValue], key: str) -> object:
    """Returns the value at the top level, or that of the editor's data where the top level lacks it."""
    value = top.get(key)
    return data.get(key) if _is_absent(value) else value


def _is_absent(value: object) -> bool:
    return value is None or value == ""


def is_deeper_than(value: object, limit: int) -> bool:
    """Returns whether lists and objects are nested more than ``limit`` deep, without recursion of its own."""
    level = [value]
    for _ in range(limit + 1):
        level = [child for each in level for child in _children(each)]
        if not level:
            return False
    return True


def _children(value: object) -> list[object]:
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, list) else []
