"""The TYPE layer: whether what goes out of one port is what goes into the other."""

from __future__ import annotations

from collections.abc import Iterator

from codegen_core.checks.codes import Code
from codegen_core.checks.context import Context
from codegen_core.checks.graph import type_union
from codegen_core.checks.wording import shortened
from codegen_core.flow.binding import Reason, Unbound
from codegen_core.nodes.declaration import OutputPort, PortType
from codegen_core.problems import Problem

_NONE = "-"


def check_port_types(context: Context) -> tuple[Problem, ...]:
    """Returns edges whose ports don't exist, don't fit or can't be told, and Qlib operators fed by something else."""
    return (*(_unbound(context, each) for each in context.unbound), *_foreign_series(context))


def _unbound(context: Context, unbound: Unbound) -> Problem:
    match unbound.reason:
        case Reason.NO_SUCH_OUTPUT | Reason.NO_SUCH_INPUT:
            return _unknown_handle(context, unbound)
        case Reason.NO_PAIR_FITS:
            return _mismatch(context, unbound)
        case Reason.SEVERAL_PAIRS_FIT:
            return _ambiguous(context, unbound)


def _unknown_handle(context: Context, unbound: Unbound) -> Problem:
    edge = unbound.edge
    if unbound.reason is Reason.NO_SUCH_OUTPUT:
        node_id, end, handle = edge.source, "source_handle", edge.source_handle
        names = [port.name for port in context.templates[node_id].outputs]
    else:
        node_id, end, handle = edge.target, "target_handle", edge.target_handle
        names = [port.name for port in context.templates[node_id].inputs]
    return context.say(
        Code.UNKNOWN_HANDLE,
        node=node_id,
        port=handle,
        node_id=node_id,
        edge_id=edge.id,
        field=f"{context.edge_path(edge)}.{end}",
        expected=", ".join(names) or _NONE,
        received=shortened(handle),
    )


def _mismatch(context: Context, unbound: Unbound) -> Problem:
    edge = unbound.edge
    outputs = [port for port in context.templates[edge.source].outputs if edge.source_handle in {None, port.name}]
    inputs = [port for port in context.templates[edge.target].inputs if edge.target_handle in {None, port.name}]
    return context.say(
        Code.TYPE_MISMATCH,
        node_id=edge.target,
        edge_id=edge.id,
        field=context.edge_path(edge),
        expected=", ".join(f"{port.name}: {type_union(port)}" for port in inputs) or _NONE,
        received=", ".join(f"{port.name}: {_type(port)}" for port in outputs) or _NONE,
    )


def _ambiguous(context: Context, unbound: Unbound) -> Problem:
    edge = unbound.edge
    return context.say(
        Code.AMBIGUOUS_EDGE,
        node_id=edge.target,
        edge_id=edge.id,
        field=context.edge_path(edge),
        expected=", ".join(f"{output.name} -> {port.name}" for output, port in unbound.choices),
        received=f"{edge.source_handle or _NONE} -> {edge.target_handle or _NONE}",
    )


def _type(port: OutputPort) -> str:
    return f"{port.type} ({port.side})" if port.side else port.type.value


def _foreign_series(context: Context) -> Iterator[Problem]:
    """Yields the series that aren't Qlib's own and go into a Qlib operator."""
    for each in context.bound:
        source, target = context.templates[each.edge.source], context.templates[each.edge.target]
        is_series = each.output.type is PortType.SERIES
        if is_series and target.expression is not None and source.expression is None:
            yield context.say(
                Code.QLIB_INPUT_REQUIRED,
                template=target.name,
                node_id=each.edge.target,
                edge_id=each.edge.id,
                field=context.edge_path(each.edge),
                received=source.name,
            )
