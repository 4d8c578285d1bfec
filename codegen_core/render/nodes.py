"""A resolved flow's nodes as templates see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from codegen_core.flow.model import ResolvedNode, Source
from codegen_core.json_value import JsonValue
from codegen_core.literals import Code, Prose, comment, literal, prose, string
from codegen_core.names import FORMULA, Identifier, Nameable, assign_names, formula_name, output_name, parameter_name
from codegen_core.nodes.declaration import BarFunction, PortType
from codegen_core.nodes.expression import parts
from codegen_core.nodes.parts import FIELDS
from codegen_core.nodes.schema import schemas_of
from codegen_core.render.canonical import canonical_value, own_label
from codegen_core.render.context import Number, Operand, Parameter, RenderNode
from codegen_core.render.expressions import Composed, is_expression

_LONGEST_FORMULA = 200


def numeric_parameters(node: ResolvedNode) -> dict[str, int | float]:
    """Returns the parameters that become keyword arguments: numbers that no connected input stands in for."""
    replaced = {port.fallback for port in node.template.inputs if node.inputs.get(port.name)}
    values = {name: canonical_value(node.template, name, node.parameters[name]) for name in sorted(node.parameters)}
    return {name: value for name, value in values.items() if isinstance(value, int | float) and name not in replaced}


def fields_read(node: ResolvedNode) -> set[str]:
    """Returns the fields of the data that the node's own code reads; a Qlib expression has Qlib read its own."""
    if is_expression(node):
        return set()
    open_ports = (port for port in node.template.inputs if not node.inputs.get(port.name))
    fallbacks = (node.parameters.get(port.fallback or "") for port in open_ports)
    return {*node.template.reads, *(value for value in fallbacks if isinstance(value, str))}


def name_nodes(nodes: tuple[ResolvedNode, ...]) -> Mapping[str, Identifier]:
    """Returns node id to identifier, the same in every language."""
    return assign_names(
        Nameable(
            node.id,
            own_label(node) or node.template.name,
            node.template.name,
            (*numeric_parameters(node), *((FORMULA,) if node.template.formula else ())),
            tuple(port.name for port in node.template.outputs) if len(node.template.outputs) > 1 else (),
        )
        for node in nodes
    )


def keyword_arguments(nodes: tuple[ResolvedNode, ...], names: Mapping[str, Identifier]) -> tuple[Parameter, ...]:
    """Returns the strategy's keyword arguments, node by node."""
    return tuple(
        Parameter(parameter_name(names[node.id], name), Code(type(value).__name__), literal(value))
        for node in nodes
        for name, value in numeric_parameters(node).items()
    )


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a node's view depends on beside the node.

    Attributes:
        names: Node id to identifier.
        expressions: Node id to its Qlib expression.
        read: Every output that some node takes.
    """

    names: Mapping[str, Identifier]
    expressions: Mapping[str, Composed]
    read: frozenset[Source]
    language: str


def render_nodes(
    nodes: tuple[ResolvedNode, ...],
    names: Mapping[str, Identifier],
    expressions: Mapping[str, Composed],
    language: str,
) -> dict[str, RenderNode]:
    """Returns node id to its view, in the order of ``nodes``."""
    read = frozenset(source for node in nodes for sources in node.inputs.values() for source in sources)
    around = Surroundings(names, expressions, read, language)
    views: dict[str, RenderNode] = {}
    for node in nodes:
        views[node.id] = _view(node, views, around)
    return views


def _view(node: ResolvedNode, views: Mapping[str, RenderNode], around: Surroundings) -> RenderNode:
    name = around.names[node.id]
    kind = node.template.display_name.in_language(around.language)
    label = own_label(node) or kind
    numbers = _numbers(node, name)
    inputs = {port.name: _connected(node, port.name, views) for port in node.template.inputs}
    operands = _operands(node, inputs, numbers)
    outputs = _outputs(node, name)
    expression, function = around.expressions.get(node.id), node.template.bar_function
    return RenderNode(
        id=string(node.id),
        name=name,
        label=prose(label),
        comment=comment(label),
        reference=Code(f'NODES["{name}"]'),
        kind=prose(kind),
        numbers=numbers,
        choices=_choices(node),
        inputs=inputs,
        operands=operands,
        mark=Code(f"{name} == 1" if is_condition(node) else name),
        target=_target(node, outputs, around.read),
        outputs=outputs,
        source=_source(name, expression),
        arguments=_arguments(function, numbers, operands) if function else _formula_call(node, name, numbers, operands),
        blank=_blank(function, numbers),
        formula=_formula(node, expression, operands),
    )


def _numbers(node: ResolvedNode, name: Identifier) -> dict[str, Number]:
    return {
        parameter: Number(
            code=Code(f"self.{parameter_name(name, parameter)}"),
            words=Prose(literal(value)),
            percent=Prose(f"{(Decimal(repr(value)) * 100).normalize():f}%"),
        )
        for parameter, value in numeric_parameters(node).items()
    }


def _connected(node: ResolvedNode, port: str, views: Mapping[str, RenderNode]) -> tuple[Operand, ...]:
    return tuple(_output(views[source.node_id], source.port) for source in node.inputs.get(port, ()))


def _output(view: RenderNode, port: str) -> Operand:
    """Returns one of a node's outputs as the nodes that take it see it."""
    variable = view.outputs[port]
    words = view.label if variable == view.name else Prose(f"{view.label} ({port})")
    return Operand(Code(variable), words, is_panel=True)


def _operands(
    node: ResolvedNode, inputs: Mapping[str, tuple[Operand, ...]], numbers: Mapping[str, Number]
) -> dict[str, Operand]:
    operands = {}
    for port in node.template.inputs:
        connected, fallback = inputs[port.name], port.fallback or ""
        if len(connected) == 1:
            operands[port.name] = connected[0]
        elif not connected and fallback in numbers:
            operands[port.name] = Operand(numbers[fallback].code, numbers[fallback].words, is_panel=False)
        elif not connected and node.parameters.get(fallback) in FIELDS:
            operands[port.name] = _field(str(node.parameters[fallback]))
    return operands


def _field(name: str) -> Operand:
    return Operand(Code(f"self.{name}"), Prose(f"${name}"), is_panel=True)


def _outputs(node: ResolvedNode, name: Identifier) -> dict[str, Identifier]:
    ports = [port.name for port in node.template.outputs]
    if len(ports) == 1:
        return {ports[0]: name}
    return {port: output_name(name, port, node.template.name) for port in ports}


def _target(node: ResolvedNode, outputs: Mapping[str, Identifier], read: frozenset[Source]) -> Code:
    """Returns the names that the node's values are given, ``_`` for one that nobody reads."""
    function = node.template.bar_function
    ports = function.results if function else tuple(outputs)
    if len(ports) == 1:
        return Code(", ".join(outputs.values()))
    return Code(", ".join(outputs[port] if port and Source(node.id, port) in read else "_" for port in ports))


def _arguments(
    function: BarFunction, numbers: Mapping[str, Number], operands: Mapping[str, Operand]
) -> tuple[Code, ...]:
    inputs = (operands.get(name) or _field(name) for name in function.inputs)
    options = (f"{name}={_option(value, numbers)}" for name, value in function.options.items())
    return (Code(function.name), *(each.code for each in inputs), *map(Code, options))


def _formula_call(
    node: ResolvedNode, name: Identifier, numbers: Mapping[str, Number], operands: Mapping[str, Operand]
) -> tuple[Code, ...]:
    """Returns the name of a Python expression's function and what it is called with; () for any other node."""
    if node.template.formula is None:
        return ()
    tables = (Code(f"pd.DataFrame({operands[port.name].code})") for port in node.template.inputs)
    return (Code(formula_name(name)), *tables, *(number.code for number in numbers.values()))


def _blank(function: BarFunction | None, numbers: Mapping[str, Number]) -> Code:
    if function is None or function.blank is None:
        return Code("")
    bars, added = function.blank
    counted = [str(bars)] if bars or not added else []
    return Code(" + ".join([*counted, *(numbers[option].code for option in added)]))


def _option(value: str | int, numbers: Mapping[str, Number]) -> Code:
    return numbers[value].code if isinstance(value, str) else literal(value)


def _formula(node: ResolvedNode, expression: Composed | None, operands: Mapping[str, Operand]) -> Prose:
    if node.template.formula is not None:
        return _whole(node.template.formula.text)
    if node.template.bar_function is not None:
        return _whole(_call(node, node.template.bar_function, operands))
    if expression is None:
        return Prose("")
    return _whole(expression.words if len(expression.words) <= _LONGEST_FORMULA else _own_formula(node, operands))


def _whole(formula: str) -> Prose:
    """Returns a formula uncut: brackets that are opened and never closed count against the file's nesting."""
    return prose(formula, limit=len(formula))


def _call(node: ResolvedNode, function: BarFunction, operands: Mapping[str, Operand]) -> str:
    inputs = [(operands.get(name) or _field(name)).words for name in function.inputs]
    options = [
        f"{name}={literal(node.parameters[value] if isinstance(value, str) else value)}"
        for name, value in function.options.items()
    ]
    return f"{function.name}({', '.join([*inputs, *options])})"


def _own_formula(node: ResolvedNode, operands: Mapping[str, Operand]) -> str:
    """Returns the node's own expression over the labels of its inputs."""
    pieces = []
    for part in parts(node.template.expression or ""):
        operand = operands.get(part.placeholder)
        pieces += [part.text, operand.words if operand else str(node.parameters.get(part.placeholder, ""))]
    return "".join(pieces)


def _choices(node: ResolvedNode) -> dict[str, str]:
    schemas = schemas_of(node.template)
    return {
        name: value
        for name, value in node.parameters.items()
        if isinstance(value, str) and _is_choice(schemas.get(name), value)
    }


def _is_choice(schema: JsonValue, value: str) -> bool:
    choices = schema.get("enum") if isinstance(schema, dict) else None
    return isinstance(choices, list) and value in choices


def is_condition(node: ResolvedNode) -> bool:
    """Returns whether the node gives a condition."""
    return any(port.type is PortType.BOOL for port in node.template.outputs)


def _source(name: Identifier, expression: Composed | None) -> Code:
    if expression is None:
        return Code("")
    return Code(f"self.{expression.field}" if expression.field else f'self.panel(features["{name}"])')
