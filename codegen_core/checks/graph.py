"""The GRAPH layer: what the edges join, and whether they leave an order in which to compute."""

from __future__ import annotations

from collections.abc import Iterator

from codegen_core.checks.codes import Code
from codegen_core.checks.context import Context
from codegen_core.checks.wording import shortened
from codegen_core.flow.binding import Bound
from codegen_core.flow.model import Edge
from codegen_core.flow.order import cycles, successors
from codegen_core.nodes.declaration import InputPort
from codegen_core.problems import Problem


def check_structure(context: Context) -> tuple[Problem, ...]:
    """Returns unknown ends, self loops, repeated edges, inputs taken twice and cycles."""
    repeated = {edge.id: first for edge, first in _repeated_edges(context)}
    return (
        *_unknown_ends(context),
        *_self_loops(context),
        *_duplicates(context, repeated),
        *_taken_inputs(context, repeated),
        *_cycles(context),
    )


def check_inputs(context: Context) -> tuple[Problem, ...]:
    """Returns the required inputs that nothing is connected to, in a flow that should be complete."""
    if not context.is_complete:
        return ()
    connected = {(each.edge.target, each.input.name) for each in context.bound}
    return tuple(
        context.say(
            Code.MISSING_INPUT,
            port=port.name,
            node_id=node_id,
            field=f"{context.node_path(node_id)}.inputs.{port.name}",
            expected=type_union(port),
        )
        for node_id, template in context.templates.items()
        for port in template.inputs
        if port.required and (node_id, port.name) not in connected and node_id not in context.unsure_inputs
    )


def type_union(port: InputPort) -> str:
    """Returns what an input takes as people read it, such as ``SERIES|BOOL`` or ``SIGNAL (BUY)``."""
    union = "|".join(port.types)
    return f"{union} ({port.side})" if port.side else union


def _unknown_ends(context: Context) -> Iterator[Problem]:
    for edge in context.edges:
        for end, node_id in (("source", edge.source), ("target", edge.target)):
            if not context.is_known(node_id):
                yield context.say(
                    Code.UNKNOWN_NODE,
                    node=node_id,
                    edge_id=edge.id,
                    field=f"{context.edge_path(edge)}.{end}",
                    received=shortened(node_id),
                )


def _self_loops(context: Context) -> Iterator[Problem]:
    for edge in context.edges:
        if edge.source == edge.target and edge.source in context.parsed.node_paths:
            field = f"{context.edge_path(edge)}.target"
            yield context.say(Code.SELF_LOOP, node=edge.source, node_id=edge.source, edge_id=edge.id, field=field)


def _repeated_edges(context: Context) -> Iterator[tuple[Edge, Edge]]:
    """Yields each edge that repeats another, with the one of smallest id that it repeats."""
    ports = {each.edge.id: (each.output.name, each.input.name) for each in context.bound}
    first: dict[tuple[object, ...], Edge] = {}
    for edge in context.edges:
        if edge.source == edge.target:
            continue
        handles = ports.get(edge.id, (edge.source_handle, edge.target_handle))
        known = first.setdefault((edge.source, edge.target, *handles), edge)
        if known is not edge:
            yield edge, known


def _duplicates(context: Context, repeated: dict[str, Edge]) -> Iterator[Problem]:
    for edge_id, first in repeated.items():
        field = context.parsed.edge_paths[edge_id]
        yield context.say(Code.DUPLICATE_EDGE, other=first.id, edge_id=edge_id, field=field)


def _taken_inputs(context: Context, repeated: dict[str, Edge]) -> Iterator[Problem]:
    first: dict[tuple[str, str], Bound] = {}
    for each in context.bound:
        if each.input.multiple or each.edge.id in repeated:
            continue
        holder = first.setdefault((each.edge.target, each.input.name), each)
        if holder is not each:
            yield context.say(
                Code.INPUT_TAKEN,
                port=each.input.name,
                other=holder.edge.id,
                node_id=each.edge.target,
                edge_id=each.edge.id,
                field=f"{context.edge_path(each.edge)}.target_handle",
            )


def _cycles(context: Context) -> Iterator[Problem]:
    feeds = successors(context.parsed.node_paths, ((edge.source, edge.target) for edge in context.edges))
    for cycle in cycles(feeds):
        path = " -> ".join((*cycle, cycle[0]))
        yield context.say(Code.CYCLE, path=path, node_id=cycle[0], field="logic_flow.edges", received=path)
