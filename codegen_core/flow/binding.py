"""Finds the pair of ports that an edge joins."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from codegen_core.flow.model import Edge
from codegen_core.nodes.declaration import InputPort, NodeTemplate, OutputPort


@dataclass(frozen=True, slots=True)
class Bound:
    """An edge with its ports."""

    edge: Edge
    output: OutputPort
    input: InputPort


class Reason(Enum):
    """Why an edge's ports can't be told."""

    NO_SUCH_OUTPUT = "no such output"
    NO_SUCH_INPUT = "no such input"
    NO_PAIR_FITS = "no pair fits"
    SEVERAL_PAIRS_FIT = "several pairs fit"


@dataclass(frozen=True, slots=True)
class Unbound:
    """An edge whose ports can't be told; ``choices`` are the pairs that fit where several do."""

    edge: Edge
    reason: Reason
    choices: tuple[tuple[OutputPort, InputPort], ...] = ()


def bind(edge: Edge, source: NodeTemplate, target: NodeTemplate) -> Bound | Unbound:
    """Returns the ports an edge joins: those it names, and where it names none the only ones that fit."""
    outputs = [port for port in source.outputs if edge.source_handle in {None, port.name}]
    inputs = [port for port in target.inputs if edge.target_handle in {None, port.name}]
    if edge.source_handle is not None and not outputs:
        return Unbound(edge, Reason.NO_SUCH_OUTPUT)
    if edge.target_handle is not None and not inputs:
        return Unbound(edge, Reason.NO_SUCH_INPUT)
    choices = tuple((output, port) for output in outputs for port in inputs if fits(output, port))
    if not choices:
        return Unbound(edge, Reason.NO_PAIR_FITS)
    if len(choices) > 1:
        return Unbound(edge, Reason.SEVERAL_PAIRS_FIT, choices)
    return Bound(edge, *choices[0])


def fits(output: OutputPort, port: InputPort) -> bool:
    """Returns whether what ``output`` gives is what ``port`` takes; a signal's unknown side fits either."""
    return output.type in port.types and (port.side is None or output.side in {None, port.side})
