"""Whether the ports of a user's template are such that an expression can stand between them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from codegen_core.checks.wording import shortened
from codegen_core.custom.definition import CustomDefinition
from codegen_core.custom.wording import FieldCode, Say
from codegen_core.json_value import JsonValue
from codegen_core.nodes.declaration import InputPort, NodeType, OutputPort, PortType, Text
from codegen_core.problems import FieldProblem

MOST_PORTS = 32
NAME_LIMIT = 24

OUTPUT_TYPES: Mapping[str, tuple[str, ...]] = {
    "INDICATOR": ("SERIES",),
    "CONDITION": ("BOOL",),
    "CUSTOM": ("SERIES", "BOOL"),
}
"""The node types that an expression can make, with what they give."""

_INPUT_TYPES = ("SERIES", "BOOL", "SERIES|BOOL", "BOOL|SERIES")
_NAME = re.compile(rf"[a-z][a-z0-9_]{{0,{NAME_LIMIT - 1}}}")

Ports = Sequence[Mapping[str, JsonValue]]


def is_name(value: object) -> bool:
    """Returns whether a port or a parameter may be called so."""
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def check_ports(definition: CustomDefinition, say: Say) -> Iterator[FieldProblem]:
    """Yields what is wrong with the ports."""
    yield from _check_list(definition.input_ports, "input_ports", _INPUT_TYPES, say)
    output_types = OUTPUT_TYPES.get(definition.node_type, OUTPUT_TYPES[NodeType.CUSTOM])
    yield from _check_list(definition.output_ports, "output_ports", output_types, say)
    if len(definition.output_ports) != 1:
        received = str(len(definition.output_ports))
        yield say(FieldCode.ONE_OUTPUT_REQUIRED, "output_ports", expected=_same("1"), received=received)
    for index, port in enumerate(definition.input_ports):
        yield from _check_whole(port, f"input_ports[{index}]", say)


def inputs_of(definition: CustomDefinition) -> tuple[InputPort, ...]:
    """Returns the inputs of a sound definition."""
    return tuple(InputPort(str(port["name"]), _types(port)) for port in definition.input_ports)


def outputs_of(definition: CustomDefinition) -> tuple[OutputPort, ...]:
    """Returns the one output of a sound definition."""
    return tuple(OutputPort(str(port["name"]), _types(port)[0]) for port in definition.output_ports)


def _types(port: Mapping[str, JsonValue]) -> tuple[PortType, ...]:
    return tuple(PortType(word) for word in str(port["type"]).split("|"))


def _check_list(ports: Ports, field: str, types: Sequence[str], say: Say) -> Iterator[FieldProblem]:
    if len(ports) > MOST_PORTS:
        most = Text(f"{MOST_PORTS} ports", f" {MOST_PORTS} 个端口")
        yield say(FieldCode.TOO_LONG, field, expected=most, received=str(len(ports)))
    seen: set[JsonValue] = set()
    for index, port in enumerate(ports):
        name, declared = port.get("name"), port.get("type")
        if not isinstance(name, str) or not is_name(name):
            received = shortened(name)
            yield say(FieldCode.INVALID_NAME, f"{field}[{index}].name", limit=str(NAME_LIMIT), received=received)
        elif name in seen:
            yield say(FieldCode.DUPLICATE_NAME, f"{field}[{index}].name", name=name, received=shortened(name))
        else:
            seen.add(name)
        if declared not in types:
            choices = _same(", ".join(types[:3]))
            received = shortened(declared)
            yield say(FieldCode.UNKNOWN_VALUE, f"{field}[{index}].type", expected=choices, received=received)


def _check_whole(port: Mapping[str, JsonValue], field: str, say: Say) -> Iterator[FieldProblem]:
    """Yields an input that may stay open or take several edges: an expression reads each input, and once."""
    for name, needed in (("required", True), ("multiple", False)):
        if port.get(name, needed) is not needed:
            expected, received = _same(str(needed).lower()), shortened(port.get(name))
            yield say(FieldCode.UNSUPPORTED_PORT, f"{field}.{name}", expected=expected, received=received)


def _same(text: str) -> Text:
    return Text(text, text)
