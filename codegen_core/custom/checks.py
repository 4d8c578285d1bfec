"""Whether a user's template can be stored: everything that is wrong with it, told at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from codegen_core.checks.wording import shortened
from codegen_core.custom.definition import CustomDefinition
from codegen_core.custom.parameters import check_parameters, defaults_of, numbers_of, properties_of
from codegen_core.custom.ports import OUTPUT_TYPES, check_ports
from codegen_core.custom.wording import FieldCode, Say, speaker
from codegen_core.expressions.faults import ExpressionFault
from codegen_core.expressions.formula import Formula
from codegen_core.expressions.qlib import QlibExpression
from codegen_core.expressions.reading import Language, read_expression
from codegen_core.json_value import JsonValue
from codegen_core.nodes.declaration import Text
from codegen_core.problems import FieldProblem

_EXPRESSION = "execution_hints.expression"


def check_definition(definition: CustomDefinition, language: str = "en") -> tuple[FieldProblem, ...]:
    """Returns everything that keeps a template from being stored; ``language`` is that of the messages."""
    say = speaker(language)
    found = [
        *_check_node_type(definition, say),
        *check_parameters(definition, say),
        *check_ports(definition, say),
        *_check_names(definition, say),
        *_check_hints(definition, say),
    ]
    return tuple(found) or tuple(_check_expression(definition, say))


def language_of(definition: CustomDefinition) -> Language:
    """Returns the language of a sound definition's expression."""
    return Language(str(definition.execution_hints.get("language") or Language.QLIB))


def expression_of(definition: CustomDefinition) -> str:
    """Returns the text of a sound definition's expression, "" where there is none."""
    return str(definition.execution_hints.get("expression") or "").strip()


def read_definition(definition: CustomDefinition) -> QlibExpression | Formula | tuple[ExpressionFault, ...]:
    """Returns what the definition's expression was read as."""
    inputs = [str(port["name"]) for port in definition.input_ports]
    numbers = numbers_of(definition.parameter_schema)
    return read_expression(language_of(definition), expression_of(definition), inputs, numbers)


def _check_node_type(definition: CustomDefinition, say: Say) -> Iterator[FieldProblem]:
    if definition.node_type not in OUTPUT_TYPES:
        choices = ", ".join(OUTPUT_TYPES)
        received = shortened(definition.node_type)
        yield say(FieldCode.UNSUPPORTED_NODE_TYPE, "node_type", expected=Text(choices, choices), received=received)


def _check_names(definition: CustomDefinition, say: Say) -> Iterator[FieldProblem]:
    """Yields parameters that are called as an input: in the expression they couldn't be told apart."""
    inputs = {port.get("name") for port in definition.input_ports}
    for name in properties_of(definition.parameter_schema):
        if name in inputs:
            yield say(FieldCode.DUPLICATE_NAME, f"parameter_schema.properties.{name}", name=name)


def _check_hints(definition: CustomDefinition, say: Say) -> Iterator[FieldProblem]:
    hints = definition.execution_hints
    if hints.get("language") not in (None, "", *Language):
        choices, received = ", ".join(Language), shortened(hints.get("language"))
        yield say(
            FieldCode.UNKNOWN_VALUE, "execution_hints.language", expected=Text(choices, choices), received=received
        )
    if not isinstance(hints.get("expression"), str | None):
        text = Text("a text", "文本")
        yield say(FieldCode.WRONG_TYPE, _EXPRESSION, expected=text, received=shortened(hints.get("expression")))


def _check_expression(definition: CustomDefinition, say: Say) -> Iterator[FieldProblem]:
    if not expression_of(definition):
        return
    if language_of(definition) is Language.QLIB:
        yield from _check_qlib_inputs(definition, say)
    expression = read_definition(definition)
    if isinstance(expression, tuple):
        yield from (_fault(each, _EXPRESSION, say) for each in expression)
        return
    yield from _check_use(definition, expression.names, say)
    yield from _check_numbers(expression, defaults_of(definition), say)


def _check_qlib_inputs(definition: CustomDefinition, say: Say) -> Iterator[FieldProblem]:
    series = Text("SERIES", "SERIES")
    for index, port in enumerate(definition.input_ports):
        if port.get("type") != "SERIES":
            field, received = f"input_ports[{index}].type", shortened(port.get("type"))
            yield say(FieldCode.UNSUPPORTED_PORT, field, expected=series, received=received)


def _check_use(definition: CustomDefinition, names: tuple[str, ...], say: Say) -> Iterator[FieldProblem]:
    for index, port in enumerate(definition.input_ports):
        if port["name"] not in names:
            yield say(FieldCode.UNUSED_INPUT, f"input_ports[{index}].name", name=str(port["name"]))
    for name in properties_of(definition.parameter_schema):
        if name not in names:
            yield say(FieldCode.UNUSED_PARAMETER, f"parameter_schema.properties.{name}", name=name)


def _check_numbers(
    expression: QlibExpression | Formula, values: Mapping[str, JsonValue], say: Say
) -> Iterator[FieldProblem]:
    """Yields what is wrong with the expression under the defaults."""
    found = expression.measure(values)
    for fault in () if isinstance(found, int) else found:
        field = f"default_parameters.{fault.number}" if fault.number else _EXPRESSION
        yield _fault(fault, field, say)


def _fault(fault: ExpressionFault, field: str, say: Say) -> FieldProblem:
    return say(FieldCode[fault.code], field, **fault.facts)
